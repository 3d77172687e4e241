"""What tools write into startup files, and programs that print what the tools' own would.

Written anew, functionally the same: which file is sourced, what is evaluated, what happens to PATH.
Each names its source. `{H}` stands for the home directory. `entries` say which line puts which
folder on PATH: the file, and a piece of the line; the first line that holds the piece.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A folder of PATH, and the line that put it there."""

    folder: str
    file: str
    piece: str


class Tool(NamedTuple):
    """One tool in one shell: startup files, other files, programs, and what comes of them.

    `contexts` where the entries are expected; elsewhere only files and value are compared.
    """

    name: str
    shell: str
    files: dict[str, str]
    entries: tuple[Entry, ...]
    programs: dict[str, str]
    more: dict[str, str]
    contexts: tuple[str, ...] = ("terminal", "login_terminal")


_RC = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
# Debian's and Ubuntu's ~/.profile (bash 5.2, skel): a login shell reads ~/.bashrc, too.
_PROFILE = {
    "bash": {".profile": 'if [ -n "$BASH_VERSION" ]; then\n  . "$HOME/.bashrc"\nfi\n'},
    "zsh": {},
    "fish": {},
}


def _tool(
    name: str,
    shell: str,
    text: str,
    entries: tuple[tuple[str, str], ...] = (),
    programs: dict[str, str] | None = None,
    more: dict[str, str] | None = None,
    contexts: tuple[str, ...] = ("terminal", "login_terminal"),
) -> Tool:
    """A block in the shell's rc file; each entry is a folder and a piece of the line."""
    rc = _RC[shell]
    found = tuple(Entry(folder, *_place(rc, piece)) for folder, piece in entries)
    files = {**_PROFILE[shell], rc: f"# a user's own line\n{text}"}
    return Tool(name, shell, files, found, programs or {}, more or {}, contexts)


def _place(rc: str, piece: str) -> tuple[str, str]:
    """`file|piece`, or a piece of the rc file."""
    file, bar, rest = piece.partition("|")
    return (file, rest) if bar else (rc, piece)


# conda 24.x, `conda init` (conda/core/initialize.py) and `conda shell.bash hook` (conda.sh)
_CONDA_BLOCK = """\
# >>> conda initialize >>>
# !! Contents within this block are managed by 'conda init' !!
__conda_setup="$('{H}/miniconda3/bin/conda' 'shell.SHELL' 'hook' 2> /dev/null)"
if [ $? -eq 0 ]; then
    eval "$__conda_setup"
else
    if [ -f "{H}/miniconda3/etc/profile.d/conda.sh" ]; then
        . "{H}/miniconda3/etc/profile.d/conda.sh"
    else
        export PATH="{H}/miniconda3/bin:$PATH"
    fi
fi
unset __conda_setup
# <<< conda initialize <<<
"""
_CONDA_FISH = """\
# >>> conda initialize >>>
if test -f {H}/miniconda3/bin/conda
    eval {H}/miniconda3/bin/conda "shell.fish" "hook" $argv | source
end
# <<< conda initialize <<<
"""
_CONDA = r"""#!/bin/sh
case "$1 $2" in
"shell.bash hook"|"shell.zsh hook") cat <<'X'
export CONDA_EXE='{H}/miniconda3/bin/conda'
export _CE_M=''
__conda_exe() (
    "$CONDA_EXE" $_CE_M "$@"
)
__conda_activate() {
    if [ -n "${CONDA_PS1_BACKUP:+x}" ]; then
        PS1="$CONDA_PS1_BACKUP"
        \unset CONDA_PS1_BACKUP
    fi
    \local ask_conda
    ask_conda="$(PS1="${PS1:-}" __conda_exe shell.posix "$@")" || \return
    \eval "$ask_conda"
    \hash -r
}
conda() {
    \local cmd="${1-__missing__}"
    case "$cmd" in
        activate|deactivate) __conda_activate "$@" ;;
        *) __conda_exe "$@" ;;
    esac
}
if [ -z "${CONDA_SHLVL+x}" ]; then
    \export CONDA_SHLVL=0
    PATH="{H}/miniconda3/condabin${PATH:+":${PATH}"}"
    \export PATH
fi
conda activate 'base'
X
;;
"shell.posix activate") cat <<X
PS1='(base) '
export PATH='{H}/miniconda3/bin:$PATH'
export CONDA_PREFIX='{H}/miniconda3'
export CONDA_SHLVL='1'
X
;;
"shell.fish hook") cat <<'X'
set -gx CONDA_EXE "{H}/miniconda3/bin/conda"
set -gx PATH {H}/miniconda3/bin {H}/miniconda3/condabin $PATH
function conda --inherit-variable CONDA_EXE
    $CONDA_EXE $argv
end
X
;;
esac
"""
# micromamba 2.x, `micromamba shell init` (libmamba/src/core/shell_init.cpp)
_MAMBA_BLOCK = """\
# >>> mamba initialize >>>
export MAMBA_EXE='{H}/.local/bin/micromamba';
export MAMBA_ROOT_PREFIX='{H}/micromamba';
__mamba_setup="$("$MAMBA_EXE" shell hook --shell SHELL --root-prefix "$MAMBA_ROOT_PREFIX" \\
    2> /dev/null)"
if [ $? -eq 0 ]; then
    eval "$__mamba_setup"
else
    alias micromamba="$MAMBA_EXE"
fi
unset __mamba_setup
# <<< mamba initialize <<<
"""
_MAMBA_FISH = """\
# >>> mamba initialize >>>
set -gx MAMBA_EXE "{H}/.local/bin/micromamba"
set -gx MAMBA_ROOT_PREFIX "{H}/micromamba"
$MAMBA_EXE shell hook --shell fish --root-prefix $MAMBA_ROOT_PREFIX | source
# <<< mamba initialize <<<
"""
_MAMBA = r"""#!/bin/sh
case "$*" in
*fish*) echo 'set -gx PATH "{H}/micromamba/condabin" $PATH' ;;
*) cat <<'X'
if [ -z "${CONDA_SHLVL+x}" ]; then
    export CONDA_SHLVL=0
    export PATH="{H}/micromamba/condabin:${PATH}"
fi
micromamba() {
    "$MAMBA_EXE" "$@"
}
X
;;
esac
"""
# pyenv 2.4 (README, libexec/pyenv-init), pyenv-virtualenv 1.2 (bin/pyenv-virtualenv-init)
_PYENV_BLOCK = """\
export PYENV_ROOT="$HOME/.pyenv"
[[ -d $PYENV_ROOT/bin ]] && export PATH="$PYENV_ROOT/bin:$PATH"
eval "$(pyenv init - SHELL)"
eval "$(pyenv virtualenv-init -)"
"""
_PYENV_FISH = """\
set -Ux PYENV_ROOT $HOME/.pyenv
fish_add_path $PYENV_ROOT/bin
pyenv init - fish | source
"""
_PYENV = r"""#!/bin/sh
case "$*" in
"init - fish") cat <<'X'
set -gx PATH "{H}/.pyenv/shims" $PATH
set -gx PYENV_SHELL fish
X
;;
"init -"*) cat <<'X'
PATH="$(bash --norc -ec 'IFS=:; paths=($PATH);
for i in ${!paths[@]}; do
if [[ ${paths[i]} == "{H}/.pyenv/shims" ]]; then unset "paths[i]";
fi; done;
echo "${paths[*]}"')"
export PATH="{H}/.pyenv/shims:${PATH}"
export PYENV_SHELL=sh
command pyenv rehash 2>/dev/null
pyenv() {
  local command=${1:-}
  command pyenv "$@"
}
X
;;
"virtualenv-init -"*) cat <<'X'
export PATH="{H}/.pyenv/plugins/pyenv-virtualenv/shims:${PATH}";
export PYENV_VIRTUALENV_INIT=1;
X
;;
esac
"""
# rbenv 1.3 (`rbenv init`: libexec/rbenv-init)
_RBENV_BLOCK = 'eval "$(~/.rbenv/bin/rbenv init - --no-rehash SHELL)"\n'
_RBENV_FISH = "status --is-interactive; and ~/.rbenv/bin/rbenv init - --no-rehash fish | source\n"
_RBENV = r"""#!/bin/sh
case "$*" in
*fish) echo 'set -gx PATH "{H}/.rbenv/shims" $PATH; set -gx RBENV_SHELL fish' ;;
*) cat <<'X'
export PATH="{H}/.rbenv/shims:${PATH}"
export RBENV_SHELL=sh
rbenv() {
  local command="${1:-}"
  command rbenv "$@"
}
X
;;
esac
"""
# nvm 0.40 (install.sh, nvm.sh)
_NVM_BLOCK = """\
export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \\. "$NVM_DIR/nvm.sh"  # This loads nvm
[ -s "$NVM_DIR/bash_completion" ] && \\. "$NVM_DIR/bash_completion"  # and its completion
"""
_NVM_FILES = {
    ".nvm/nvm.sh": """\
{ # this ensures the entire script is downloaded #
nvm_change_path() {
  if [ -z "${1-}" ]; then
    echo "${3-}${2-}"
  else
    echo "${3-}${2-}:${1-}"
  fi
}
nvm_use() {
  PATH="$(nvm_change_path "$PATH" "/bin" "$NVM_DIR/versions/node/v22.0.0")"
  export PATH
  hash -r
}
nvm_auto() {
  if [ -d "$NVM_DIR/versions" ] || [ "${1-}" = use ]; then
    nvm_use
  fi
}
nvm_process_parameters() {
  nvm_auto "${1:-use}"
}
nvm_process_parameters "use"
} # this ensures the entire script is downloaded #
""",
    ".nvm/bash_completion": """\
if [ -n "${BASH_VERSION-}" ]; then
  complete -W 'use ls' nvm
fi
""",
}
# rustup 1.28 (src/cli/self_update/env.sh, env.fish), uv 0.9 (install.sh), deno 2 (install.sh)
_ENV_SH = """\
#!/bin/sh
# a shell setup file
case ":${PATH}:" in
    *:"$HOME/FOLDER":*)
        ;;
    *)
        # prepending path
        export PATH="$HOME/FOLDER:$PATH"
        ;;
esac
"""
_ENV_FISH = """\
if not contains "$HOME/FOLDER" $PATH
    # prepending path
    set -x PATH "$HOME/FOLDER" $PATH
end
"""
# Homebrew 4 (Library/Homebrew/cmd/shellenv.sh)
_BREW = r"""#!/bin/sh
case "$2" in
fish) cat <<'X'
set --global --export HOMEBREW_PREFIX "{H}/.linuxbrew";
fish_add_path --global --move --path "{H}/.linuxbrew/bin" "{H}/.linuxbrew/sbin";
X
;;
*) cat <<'X'
export HOMEBREW_PREFIX="{H}/.linuxbrew";
export PATH="{H}/.linuxbrew/bin:{H}/.linuxbrew/sbin${PATH+:$PATH}";
[ -z "${MANPATH-}" ] || export MANPATH=":${MANPATH#:}";
export INFOPATH="{H}/.linuxbrew/share/info:${INFOPATH:-}";
X
;;
esac
"""
# direnv 2.35 (internal/cmd/shell_{bash,zsh,fish}.go)
_DIRENV = r"""#!/bin/sh
case "$*" in
"hook bash") cat <<'X'
_direnv_hook() {
  local previous_exit_status=$?;
  trap -- '' SIGINT;
  eval "$("{H}/.local/bin/direnv" export bash)";
  trap - SIGINT;
  return $previous_exit_status;
};
if [[ ";${PROMPT_COMMAND[*]:-};" != *";_direnv_hook;"* ]]; then
  PROMPT_COMMAND="_direnv_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
fi
X
;;
"hook zsh") cat <<'X'
_direnv_hook() {
  trap -- '' SIGINT
  eval "$("{H}/.local/bin/direnv" export zsh)"
  trap - SIGINT
}
typeset -ag precmd_functions
if (( ! ${precmd_functions[(I)_direnv_hook]} )); then
  precmd_functions=(_direnv_hook $precmd_functions)
fi
X
;;
"hook fish") cat <<'X'
function __direnv_export_eval --on-event fish_prompt;
    "{H}/.local/bin/direnv" export fish | source;
end;
X
;;
"export fish") echo 'set -x -g PATH "{H}/project/bin" $PATH;' ;;
export*) echo 'export PATH=$'"'{H}/project/bin:$PATH'"';' ;;
esac
"""
# mise 2025 (src/shell/{bash,zsh,fish}.rs)
_MISE = r"""#!/bin/sh
case "$*" in
"activate bash") cat <<'X'
export MISE_SHELL=bash
export __MISE_ORIG_PATH="$PATH"
mise() {
  command "{H}/.local/bin/mise" "$@"
}
_mise_hook() {
  local previous_exit_status=$?;
  eval "$("{H}/.local/bin/mise" hook-env -s bash)";
  return $previous_exit_status;
};
if [[ ";${PROMPT_COMMAND:-};" != *";_mise_hook;"* ]]; then
  PROMPT_COMMAND="_mise_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
fi
X
;;
"activate zsh") cat <<'X'
export MISE_SHELL=zsh
export __MISE_ORIG_PATH="$PATH"
_mise_hook() {
  eval "$("{H}/.local/bin/mise" hook-env -s zsh)";
}
typeset -ag precmd_functions;
if [[ -z "${precmd_functions[(r)_mise_hook]+1}" ]]; then
  precmd_functions=( _mise_hook ${precmd_functions[@]} )
fi
X
;;
"activate fish") cat <<'X'
set -gx MISE_SHELL fish
function __mise_env_eval --on-event fish_prompt
    "{H}/.local/bin/mise" hook-env -s fish | source
end
X
;;
"hook-env -s fish") echo 'set -gx PATH "{H}/.local/share/mise/installs/python/3.12/bin" $PATH' ;;
hook-env*) echo "export PATH='{H}/.local/share/mise/installs/python/3.12/bin':\"\$PATH\"" ;;
esac
"""
# starship 1.2x (src/init/starship.{bash,zsh,fish})
_STARSHIP = r"""#!/bin/sh
case "$2" in
bash) cat <<'X'
starship_precmd() {
    STARSHIP_CMD_STATUS=$?
    PS1="$ "
}
PROMPT_COMMAND="starship_precmd"
STARSHIP_SHELL="bash"
X
;;
zsh) cat <<'X'
prompt_starship_precmd() {
    STARSHIP_CMD_STATUS=$?
}
precmd_functions+=(prompt_starship_precmd)
export STARSHIP_SHELL="zsh"
setopt promptsubst
PROMPT='$ '
X
;;
fish) printf 'function fish_prompt\n    echo "> "\nend\nset -gx STARSHIP_SHELL fish\n' ;;
esac
"""
# SDKMAN 5 (sdkman-init.sh)
_SDKMAN_BLOCK = """\
#THIS MUST BE AT THE END OF THE FILE FOR SDKMAN TO WORK!!!
export SDKMAN_DIR="$HOME/.sdkman"
[[ -s "$HOME/.sdkman/bin/sdkman-init.sh" ]] && source "$HOME/.sdkman/bin/sdkman-init.sh"
"""
_SDKMAN_FILES = {
    ".sdkman/bin/sdkman-init.sh": """\
export SDKMAN_CANDIDATES_DIR="${SDKMAN_DIR}/candidates"
__sdkman_echo_debug() { :; }
function infer_platform() { SDKMAN_KERNEL="$(uname -s)"; }
infer_platform
for f in "${SDKMAN_DIR}/src"/*.sh; do
  source "$f"
done
unset f
__sdkman_prepend_candidate_to_path() {
  local candidate_dir candidate_bin_dir
  candidate_dir="$1"
  candidate_bin_dir="${candidate_dir}/bin"
  echo "$PATH" | grep -q "$candidate_dir" || {
    PATH="${candidate_bin_dir}:${PATH}"
    unset CANDIDATE_BIN_DIR
  }
}
for candidate_name in java maven; do
  candidate_dir="${SDKMAN_CANDIDATES_DIR}/${candidate_name}/current"
  if [[ -h "$candidate_dir" || -d "${candidate_dir}" ]]; then
    __sdkman_prepend_candidate_to_path "$candidate_dir"
  fi
done
unset candidate_name candidate_dir
export PATH
""",
    ".sdkman/src/sdkman-main.sh": "sdk() {\n  :\n}\n",
    ".sdkman/src/sdkman-path-helpers.sh": "__sdkman_path() { :; }\n",
    ".sdkman/candidates/java/current/bin/.keep": "",
}
# oh-my-zsh, 2025 (templates/zshrc.zsh-template, oh-my-zsh.sh)
_OMZ_BLOCK = """\
export ZSH="$HOME/.oh-my-zsh"
ZSH_THEME="robbyrussell"
plugins=(git asdf)
source $ZSH/oh-my-zsh.sh
export PATH=$HOME/bin:$PATH
"""
_OMZ_FILES = {
    ".oh-my-zsh/oh-my-zsh.sh": """\
[[ -n "$ZSH_CACHE_DIR" ]] || ZSH_CACHE_DIR="$ZSH/cache"
[[ -n "$ZSH_CUSTOM" ]] || ZSH_CUSTOM="$ZSH/custom"
fpath=("$ZSH/functions" "$ZSH/completions" $fpath)
is_plugin() {
  local base_dir=$1
  local name=$2
  builtin test -f $base_dir/plugins/$name/$name.plugin.zsh
}
for plugin ($plugins); do
  if is_plugin "$ZSH_CUSTOM" "$plugin"; then
    fpath=("$ZSH_CUSTOM/plugins/$plugin" $fpath)
  elif is_plugin "$ZSH" "$plugin"; then
    fpath=("$ZSH/plugins/$plugin" $fpath)
  fi
done
_omz_source() {
  local filepath="$1"
  if [[ -f "$ZSH_CUSTOM/$filepath" ]]; then
    source "$ZSH_CUSTOM/$filepath"
  elif [[ -f "$ZSH/$filepath" ]]; then
    source "$ZSH/$filepath"
  fi
}
for lib_file ("$ZSH"/lib/*.zsh); do
  _omz_source "lib/${lib_file:t}"
done
unset lib_file
for plugin ($plugins); do
  _omz_source "plugins/$plugin/$plugin.plugin.zsh"
done
unset plugin
for config_file ("$ZSH_CUSTOM"/*.zsh(N)); do
  source "$config_file"
done
unset config_file
if [[ -n "$ZSH_THEME" ]]; then
  if is_theme "$ZSH" "$ZSH_THEME" 2>/dev/null; then
    source "$ZSH/themes/$ZSH_THEME.zsh-theme"
  elif [[ -f "$ZSH/themes/$ZSH_THEME.zsh-theme" ]]; then
    source "$ZSH/themes/$ZSH_THEME.zsh-theme"
  fi
fi
""",
    ".oh-my-zsh/lib/git.zsh": "function git_current_branch() { :; }\n",
    ".oh-my-zsh/lib/directories.zsh": "setopt auto_cd\nalias -g ...='../..'\n",
    ".oh-my-zsh/plugins/git/git.plugin.zsh": "alias gst='git status'\n",
    ".oh-my-zsh/plugins/asdf/asdf.plugin.zsh": 'path=("$HOME/.asdf/shims" $path)\n',
    ".oh-my-zsh/custom/mine.zsh": "alias please=sudo\n",
    ".oh-my-zsh/themes/robbyrussell.zsh-theme": "PROMPT='> '\n",
}
# prezto, 2024 (runcoms/zprofile, zshrc, init.zsh)
_PREZTO = {
    ".zshenv": """\
if [[ ( "$SHLVL" -eq 1 && ! -o LOGIN ) && -s "${ZDOTDIR:-$HOME}/.zprofile" ]]; then
  source "${ZDOTDIR:-$HOME}/.zprofile"
fi
""",
    ".zprofile": """\
export EDITOR='nano'
typeset -gU cdpath fpath mailpath path
path=(
  $HOME/{,s}bin(N)
  $HOME/opt/bin
  $path
)
""",
    ".zshrc": """\
if [[ -s "${ZDOTDIR:-$HOME}/.zprezto/init.zsh" ]]; then
  source "${ZDOTDIR:-$HOME}/.zprezto/init.zsh"
fi
""",
    ".zpreztorc": "zstyle ':prezto:load' pmodule 'environment' 'prompt'\n",
    ".zprezto/init.zsh": """\
ZPREZTODIR=${0:A:h}
if [[ -s "${ZDOTDIR:-$HOME}/.zpreztorc" ]]; then
  source "${ZDOTDIR:-$HOME}/.zpreztorc"
fi
for pmodule in environment prompt; do
  if [[ -s "$HOME/.zprezto/modules/$pmodule/init.zsh" ]]; then
    source "$HOME/.zprezto/modules/$pmodule/init.zsh"
  fi
done
unset pmodule
""",
    ".zprezto/modules/environment/init.zsh": "setopt COMBINING_CHARS\n",
    ".zprezto/modules/prompt/init.zsh": "PROMPT='> '\n",
}
# bash-completion 2.11, as Homebrew installs it (etc/profile.d/bash_completion.sh)
_COMPLETION_BLOCK = (
    '[[ -r "{H}/.linuxbrew/etc/profile.d/bash_completion.sh" ]] &&'
    ' . "{H}/.linuxbrew/etc/profile.d/bash_completion.sh"\n'
)
_COMPLETION_FILES = {
    ".linuxbrew/etc/profile.d/bash_completion.sh": """\
# shellcheck shell=sh disable=SC1091,SC2039,SC2166
if [ "x${BASH_VERSION-}" != x -a "x${PS1-}" != x -a "x${BASH_COMPLETION_VERSINFO-}" = x ]; then
    if [ "${BASH_VERSINFO[0]}" -gt 4 ] ||
        [ "${BASH_VERSINFO[0]}" -eq 4 -a "${BASH_VERSINFO[1]}" -ge 2 ]; then
        [ -r "${XDG_CONFIG_HOME:-$HOME/.config}/bash_completion" ] &&
            . "${XDG_CONFIG_HOME:-$HOME/.config}/bash_completion"
        main={H}/.linuxbrew/share/bash-completion/bash_completion
        if shopt -q progcomp && [ -r $main ]; then
            . $main
        fi
    fi
fi
""",
    ".linuxbrew/share/bash-completion/bash_completion": """\
BASH_COMPLETION_VERSINFO=(2 11)
_comp_count_args() {
    local i
    for ((i = 1; i <= COMP_CWORD; i++)); do :; done
}
shopt -s extglob progcomp
complete -F _comp_count_args -o default nothing-at-all
""",
}
# Lmod 8.7 (init/bash.in, init/zsh.in, init/fish.in), environment modules 5.4 (init/bash, init/fish)
_MODULE_SH = """\
export LMOD_CMD="$HOME/lmod/libexec/lmod"
module() {
  case "$-" in *x*) __lmod_sh_dbg=x; set +x ;; esac
  eval "$($LMOD_CMD SHELL "$@")"
  case "${__lmod_sh_dbg-}" in x) set -x; unset __lmod_sh_dbg ;; esac
}
"""
_MODULE_FISH = """\
set -gx LMOD_CMD "$HOME/lmod/libexec/lmod"
function module
    eval "$LMOD_CMD" fish (string escape -- $argv) | source -
end
"""
_LMOD = r"""#!/bin/sh
shell=$1; shift
case "$shell $1" in
"fish load") echo 'set -x -g PATH "{H}/modules/'"$2"'/bin" $PATH;' ;;
*" load") echo "PATH={H}/modules/$2/bin:\$PATH;"; echo 'export PATH;' ;;
esac
"""
# asdf 0.16 (docs), fzf 0.5x (install), volta 2 (volta setup), pnpm 9 (`pnpm setup`)
_FZF_SH = """\
# Setup fzf
if [[ ! "$PATH" == *{H}/.fzf/bin* ]]; then
  PATH="${PATH:+${PATH}:}{H}/.fzf/bin"
fi
eval "$(fzf --SHELL)"
"""
_FZF = "#!/bin/sh\necho '__fzf_defaults() { :; }'\n"
_PNPM_BLOCK = """\
# pnpm
export PNPM_HOME="{H}/.local/share/pnpm"
case ":$PATH:" in
  *":$PNPM_HOME:"*) ;;
  *) export PATH="$PNPM_HOME:$PATH" ;;
esac
# pnpm end
"""
_PNPM_FISH = """\
# pnpm
set -gx PNPM_HOME "{H}/.local/share/pnpm"
if not string match -q -- $PNPM_HOME $PATH
  set -gx PATH "$PNPM_HOME" $PATH
end
# pnpm end
"""


def _both(
    name: str,
    block: str,
    entries: tuple[tuple[str, str], ...] = (),
    programs: dict[str, str] | None = None,
    more: dict[str, str] | None = None,
) -> list[Tool]:
    """The same block for bash and zsh."""
    made = []
    for shell in ("bash", "zsh"):
        inner = {path: text.replace("SHELL", shell) for path, text in (more or {}).items()}
        text = block.replace("SHELL", shell)
        made.append(_tool(name, shell, text, entries, programs, inner))
    return made


def _env(name: str, folder: str, env: str) -> list[Tool]:
    """Tools that source an env file of their own."""
    line = f'. "$HOME/{env}"\n'
    more = {env: _ENV_SH.replace("FOLDER", folder)}
    tools = _both(name, line, ((f"{{H}}/{folder}", f"{env}|export PATH"),), None, more)
    fish = {f"{env}.fish": _ENV_FISH.replace("FOLDER", folder)}
    entry = ((f"{{H}}/{folder}", f"{env}.fish|set -x PATH"),)
    return [*tools, _tool(name, "fish", f'source "$HOME/{env}.fish"\n', entry, None, fish)]


_PYENV_ENTRIES = (
    ("{H}/.pyenv/plugins/pyenv-virtualenv/shims", "virtualenv-init"),
    ("{H}/.pyenv/shims", "pyenv init"),
)
_LMOD_SH = _MODULE_SH + "module load python/3.11\nmodule load cuda/12\n"
_LMOD_AT = (("{H}/modules/cuda/12/bin", "load cuda"), ("{H}/modules/python/3.11/bin", "load py"))

TOOLS: tuple[Tool, ...] = (
    *_both(
        "conda",
        _CONDA_BLOCK,
        (("{H}/miniconda3/bin", "eval"), ("{H}/miniconda3/condabin", "eval")),
        {"miniconda3/bin/conda": _CONDA},
    ),
    _tool(
        "conda",
        "fish",
        _CONDA_FISH,
        (("{H}/miniconda3/bin", "hook"), ("{H}/miniconda3/condabin", "hook")),
        {"miniconda3/bin/conda": _CONDA},
    ),
    *_both(
        "mamba",
        _MAMBA_BLOCK,
        (("{H}/micromamba/condabin", "eval"),),
        {".local/bin/micromamba": _MAMBA},
    ),
    _tool(
        "mamba",
        "fish",
        _MAMBA_FISH,
        (("{H}/micromamba/condabin", "shell hook"),),
        {".local/bin/micromamba": _MAMBA},
    ),
    *_both("pyenv", _PYENV_BLOCK, _PYENV_ENTRIES, {".pyenv/bin/pyenv": _PYENV}),
    _tool(
        "pyenv",
        "fish",
        _PYENV_FISH,
        (("{H}/.pyenv/shims", "pyenv init"), ("{H}/.pyenv/bin", "fish_add_path")),
        {".pyenv/bin/pyenv": _PYENV},
    ),
    *_both("rbenv", _RBENV_BLOCK, (("{H}/.rbenv/shims", "rbenv"),), {".rbenv/bin/rbenv": _RBENV}),
    _tool(
        "rbenv",
        "fish",
        _RBENV_FISH,
        (("{H}/.rbenv/shims", "rbenv"),),
        {".rbenv/bin/rbenv": _RBENV},
    ),
    *_both(
        "nvm",
        _NVM_BLOCK,
        (("{H}/.nvm/versions/node/v22.0.0/bin", '.nvm/nvm.sh|PATH="$(nvm_change_path'),),
        None,
        _NVM_FILES,
    ),
    *_env("rustup", ".cargo/bin", ".cargo/env"),
    *_env("uv", ".local/bin", ".local/bin/env"),
    *_env("deno", ".deno/bin", ".deno/env"),
    *_both(
        "brew",
        'eval "$({H}/.linuxbrew/bin/brew shellenv)"\n',
        (("{H}/.linuxbrew/bin", "shellenv"), ("{H}/.linuxbrew/sbin", "shellenv")),
        {".linuxbrew/bin/brew": _BREW},
    ),
    _tool(
        "brew",
        "fish",
        "eval ({H}/.linuxbrew/bin/brew shellenv fish | string collect)\n",
        (("{H}/.linuxbrew/bin", "shellenv"), ("{H}/.linuxbrew/sbin", "shellenv")),
        {".linuxbrew/bin/brew": _BREW},
        {".linuxbrew/sbin/.keep": ""},
    ),
    *_both(
        "direnv",
        'eval "$({H}/.local/bin/direnv hook SHELL)"\n',
        (("{H}/project/bin", "direnv hook"),),
        {".local/bin/direnv": _DIRENV},
    ),
    _tool(
        "direnv",
        "fish",
        "{H}/.local/bin/direnv hook fish | source\n",
        (("{H}/project/bin", "direnv hook"),),
        {".local/bin/direnv": _DIRENV},
    ),
    *_both(
        "mise",
        'eval "$({H}/.local/bin/mise activate SHELL)"\n',
        (("{H}/.local/share/mise/installs/python/3.12/bin", "mise activate"),),
        {".local/bin/mise": _MISE},
    ),
    _tool(
        "mise",
        "fish",
        "{H}/.local/bin/mise activate fish | source\n",
        (("{H}/.local/share/mise/installs/python/3.12/bin", "mise activate"),),
        {".local/bin/mise": _MISE},
    ),
    *_both(
        "starship",
        'eval "$({H}/.local/bin/starship init SHELL)"\n',
        (),
        {".local/bin/starship": _STARSHIP},
    ),
    _tool(
        "starship",
        "fish",
        "{H}/.local/bin/starship init fish | source\n",
        (),
        {".local/bin/starship": _STARSHIP},
    ),
    *_both(
        "sdkman",
        _SDKMAN_BLOCK,
        (("{H}/.sdkman/candidates/java/current/bin", '.sdkman/bin/sdkman-init.sh|PATH="${cand'),),
        None,
        _SDKMAN_FILES,
    ),
    _tool(
        "oh-my-zsh",
        "zsh",
        _OMZ_BLOCK,
        (
            ("{H}/bin", "export PATH"),
            ("{H}/.asdf/shims", ".oh-my-zsh/plugins/asdf/asdf.plugin.zsh|path="),
        ),
        None,
        _OMZ_FILES,
    ),
    Tool(
        "prezto",
        "zsh",
        {name: text for name, text in _PREZTO.items() if "/" not in name},
        (Entry("{H}/opt/bin", ".zprofile", "path=("),),
        {},
        {name: text for name, text in _PREZTO.items() if "/" in name},
        ("login_terminal",),
    ),
    _tool("bash-completion", "bash", _COMPLETION_BLOCK, (), None, _COMPLETION_FILES),
    *_both("lmod", _LMOD_SH, _LMOD_AT, {"lmod/libexec/lmod": _LMOD}),
    _tool(
        "lmod",
        "fish",
        _MODULE_FISH + "module load python/3.11\nmodule load cuda/12\n",
        _LMOD_AT,
        {"lmod/libexec/lmod": _LMOD},
    ),
    *_both(
        "modules",
        'source "$HOME/Modules/init/SHELL"\nmodule load gcc/13\n',
        (("{H}/modules/gcc/13/bin", "module load"),),
        {"lmod/libexec/lmod": _LMOD},
        {
            "Modules/init/bash": _MODULE_SH,
            "Modules/init/zsh": _MODULE_SH,
        },
    ),
    *_both(
        "asdf",
        'export PATH="${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH"\n',
        (("{H}/.asdf/shims", "export PATH"),),
    ),
    *_both(
        "asdf-0.15",
        '. "$HOME/.asdf/asdf.sh"\n. "$HOME/.asdf/completions/asdf.bash"\n',
        (("{H}/.asdf/shims", ".asdf/asdf.sh|PATH="), ("{H}/.asdf/bin", ".asdf/asdf.sh|PATH=")),
        None,
        {
            ".asdf/asdf.sh": (
                'ASDF_DIR="$HOME/.asdf"\nexport ASDF_DIR\n_asdf_bin="$ASDF_DIR/bin"\n'
                '_asdf_shims="${ASDF_DATA_DIR:-$HOME/.asdf}/shims"\n'
                'PATH="${_asdf_shims}:${_asdf_bin}:$PATH"\nexport PATH\n'
                "unset _asdf_bin _asdf_shims\n"
                '. "$ASDF_DIR/lib/asdf.sh"\n'
            ),
            ".asdf/lib/asdf.sh": 'asdf() {\n  command asdf "$@"\n}\n',
            ".asdf/completions/asdf.bash": "_asdf() {\n  :\n}\n",
        },
    ),
    *_both(
        "fzf",
        "[ -f ~/.fzf.SHELL ] && source ~/.fzf.SHELL\n",
        (),
        {".fzf/bin/fzf": _FZF},
        {".fzf.bash": _FZF_SH, ".fzf.zsh": _FZF_SH},
    ),
    *_both(
        "volta",
        'export VOLTA_HOME="$HOME/.volta"\nexport PATH="$VOLTA_HOME/bin:$PATH"\n',
        (("{H}/.volta/bin", "export PATH"),),
    ),
    _tool(
        "volta",
        "fish",
        'set -gx VOLTA_HOME "$HOME/.volta"\nset -gx PATH "$VOLTA_HOME/bin" $PATH\n',
        (("{H}/.volta/bin", "set -gx PATH"),),
    ),
    *_both("pnpm", _PNPM_BLOCK, (("{H}/.local/share/pnpm", "export PATH"),)),
    _tool("pnpm", "fish", _PNPM_FISH, (("{H}/.local/share/pnpm", "set -gx PATH"),)),
)
