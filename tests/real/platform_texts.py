"""Short equivalents, in our own words, of what each system ships in /etc and in /etc/skel.

Facts, not copies: which file sources which, under which condition. `~` stands for the home.
"""

from __future__ import annotations

_PROFILE_D = {
    "/etc/profile.d/10-first.sh": "FIRST=1\n",
    "/etc/profile.d/Zlast.sh": 'case $- in *i*) alias ll="ls -l" ;; esac\n',
    "/etc/profile.d/lang.csh": "setenv NEVER 1\n",
}

DEBIAN = {
    **_PROFILE_D,
    "/etc/profile": """\
if [ "$(id -u)" -eq 0 ]; then
  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
else
  PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
fi
export PATH
if [ "${PS1-}" ]; then
  if [ "${BASH-}" ] && [ "$BASH" != "/bin/sh" ]; then
    if [ -f /etc/bash.bashrc ]; then
      . /etc/bash.bashrc
    fi
  elif [ "$(id -u)" -eq 0 ]; then
    PS1='# '
  else
    PS1='$ '
  fi
fi
if [ -d /etc/profile.d ]; then
  for i in /etc/profile.d/*.sh; do
    if [ -r $i ]; then
      . $i
    fi
  done
  unset i
fi
""",
    "/etc/bash.bashrc": """\
[ -z "$PS1" ] && return
shopt -s checkwinsize
if [ -z "${debian_chroot:-}" ] && [ -r /etc/debian_chroot ]; then
  debian_chroot=$(cat /etc/debian_chroot)
fi
if ! shopt -oq posix; then
  if [ -f /etc/bash_completion ]; then . /etc/bash_completion; fi
fi
""",
    "/etc/bash_completion": ":\n",
    "~/.profile": """\
if [ -n "$BASH_VERSION" ]; then
    if [ -f "$HOME/.bashrc" ]; then
        . "$HOME/.bashrc"
    fi
fi
if [ -d "$HOME/.local/bin" ] ; then PATH="$HOME/.local/bin:$PATH"; fi
""",
    "~/.bashrc": """\
case $- in
    *i*) ;;
      *) return;;
esac
HISTCONTROL=ignoreboth
[ -x /usr/bin/lesspipe ] && eval "$(SHELL=/bin/sh lesspipe)"
case "$TERM" in xterm-color|*-256color) color_prompt=yes;; esac
if [ -f ~/.bash_aliases ]; then
    . ~/.bash_aliases
fi
""",
    "~/.bash_aliases": "alias la='ls -A'\n",
    "~/.bash_logout": 'if [ "$SHLVL" = 1 ]; then :; fi\n',
}

REDHAT = {
    **_PROFILE_D,
    "/etc/profile.d/sh.local": "LOCAL=1\n",
    "/etc/profile": """\
pathmunge () {
    case ":${PATH}:" in
        *:"$1":*) ;;
        *)
            if [ "$2" = "after" ] ; then
                PATH=$PATH:$1
            else
                PATH=$1:$PATH
            fi
    esac
}
if [ -x /usr/bin/id ]; then
    if [ -z "$EUID" ]; then
        EUID=`/usr/bin/id -u`
        UID=`/usr/bin/id -ru`
    fi
    USER="`/usr/bin/id -un`"
    LOGNAME=$USER
    MAIL="/var/spool/mail/$USER"
fi
if [ "$EUID" = "0" ]; then
    pathmunge /usr/sbin
else
    pathmunge /usr/sbin after
fi
HOSTNAME=$(/usr/bin/hostnamectl --transient 2>/dev/null) || \\
HOSTNAME=$(/usr/bin/hostname 2>/dev/null)
if [ "$HISTCONTROL" = "ignorespace" ] ; then
    export HISTCONTROL=ignoreboth
else
    export HISTCONTROL=ignoredups
fi
export PATH USER LOGNAME MAIL HOSTNAME HISTSIZE HISTCONTROL
if [ $UID -gt 199 ] && [ "`/usr/bin/id -gn`" = "`/usr/bin/id -un`" ]; then
    umask 002
else
    umask 022
fi
for i in /etc/profile.d/*.sh /etc/profile.d/sh.local ; do
    if [ -r "$i" ]; then
        if [ "${-#*i}" != "$-" ]; then
            . "$i"
        else
            . "$i" >/dev/null
        fi
    fi
done
unset i
unset -f pathmunge
if [ -n "${BASH_VERSION-}" ] ; then
        if [ -f /etc/bashrc ] ; then
                # Bash login shells run only /etc/profile
                . /etc/bashrc
       fi
fi
""",
    "/etc/bashrc": """\
if [ -z "$BASHRCSOURCED" ]; then
  BASHRCSOURCED="Y"
  if [ "$PS1" ]; then
    case $TERM in
    xterm*|vte*) PROMPT_COMMAND=: ;;
    esac
    shopt -s checkwinsize
  fi
  if ! shopt -q login_shell ; then
    pathmunge () {
        case ":${PATH}:" in
            *:"$1":*) ;;
            *) PATH=$1:$PATH
        esac
    }
    SHELL=/bin/bash
    for i in /etc/profile.d/*.sh; do
        if [ -r "$i" ]; then
            if [ "$PS1" ]; then
                . "$i"
            else
                . "$i" >/dev/null
            fi
        fi
    done
    unset i
    unset -f pathmunge
  fi
fi
""",
    "~/.bash_profile": """\
if [ -f ~/.bashrc ]; then
    . ~/.bashrc
fi
""",
    "~/.bashrc": """\
if [ -f /etc/bashrc ]; then
    . /etc/bashrc
fi
if ! [[ "$PATH" =~ "$HOME/.local/bin:$HOME/bin:" ]]; then
    PATH="$HOME/.local/bin:$HOME/bin:$PATH"
fi
export PATH
if [ -d ~/.bashrc.d ]; then
    for rc in ~/.bashrc.d/*; do
        if [ -f "$rc" ]; then
            . "$rc"
        fi
    done
fi
unset rc
""",
    "~/.bashrc.d/one": "ONE=1\n",
    "~/.bash_logout": "# ~/.bash_logout\n",
}

SUSE = {
    **_PROFILE_D,
    "/etc/profile": """\
: ${_is_save:=unset}
if test -z "$is" ; then
 if test -f /proc/mounts ; then
  if ! is=$(readlink /proc/$$/exe 2>/dev/null) ; then
    case "$0" in
    *pcksh) is=ksh ;;
    *) is=sh ;;
    esac
  fi
  case "$is" in
    */bash) is=bash
        case "$0" in
            sh|-sh|*/sh) is=sh ;;
        esac ;;
    */dash) is=ash ;;
    */zsh) is=zsh ;;
    *) is=sh ;;
  esac
 else
  is=sh
 fi
fi
if test -z "$PROFILEREAD" ; then
    readonly PROFILEREAD=true
    export PROFILEREAD
    PATH=/usr/local/bin:/usr/bin:/bin
    if test "$HOME" != "/" ; then
        for dir in $HOME/bin $HOME/.local/bin ; do
            test -d $dir && PATH=$dir:$PATH
        done
        unset dir
    fi
    for s in /etc/profile.d/*.sh ; do
        test -r $s && . $s
    done
    unset s
    if test -s /etc/profile.local ; then . /etc/profile.local ; fi
fi
if test "$is" = bash -a "$_is_save" = unset ; then
    if test -s /etc/bash.bashrc ; then
        _is_save=set
        . /etc/bash.bashrc
    fi
    if test -s $HOME/.bashrc ; then
        . $HOME/.bashrc
    fi
fi
""",
    "/etc/bash.bashrc": """\
if test -z "$PROFILEREAD" -a -n "$SSH_CLIENT" ; then
    _is_save=set
    . /etc/profile
fi
case "$-" in
*i*) set -o emacs ;;
esac
test -s /etc/bash.bashrc.local && . /etc/bash.bashrc.local
""",
    "/etc/bash.bashrc.local": "SUSE=1\n",
    "~/.profile": 'test -z "$PROFILEREAD" && . /etc/profile || true\nexport EDITOR=vi\n',
    "~/.bashrc": "test -s ~/.alias && . ~/.alias || true\n",
    "~/.alias": "alias x=y\n",
}

ARCH = {
    **_PROFILE_D,
    "/etc/profile": """\
append_path () {
    case ":$PATH:" in
        *:"$1":*)
            ;;
        *)
            PATH="${PATH:+$PATH:}$1"
    esac
}
append_path '/usr/local/sbin'
append_path '/usr/bin'
export PATH
if test -d /etc/profile.d/; then
    for profile in /etc/profile.d/*.sh; do
        test -r "$profile" && . "$profile"
    done
    unset profile
fi
unset -f append_path
if test "$BASH" &&\\
   test "$PS1" &&\\
   test -z "$POSIXLY_CORRECT" &&\\
   test "${0#-}" != sh &&\\
   test -r /etc/bash.bashrc
then
    . /etc/bash.bashrc
fi
unset TERMCAP
""",
    "/etc/bash.bashrc": """\
[[ $- != *i* ]] && return
[[ $DISPLAY ]] && shopt -s checkwinsize
if [[ -r /usr/share/bash-completion/none ]]; then
  . /usr/share/bash-completion/none
fi
""",
    "~/.bash_profile": "[[ -f ~/.bashrc ]] && . ~/.bashrc\n",
    "~/.bashrc": """\
[[ $- != *i* ]] && return
alias ls='ls --color=auto'
[ -r ~/.more ] && . ~/.more
""",
    "~/.more": "MORE=1\n",
    "~/.bash_logout": "#\n",
}

# alpine-baselayout's profile; main/bash's 00-bashrc.sh and /etc/bash/bashrc.
ALPINE = {
    **_PROFILE_D,
    "/etc/profile": """\
append_path () {
    case ":$PATH:" in
        *:"$1":*) ;;
        *) PATH="${PATH:+$PATH:}$1" ;;
    esac
}
append_path "/usr/local/sbin"
append_path "/usr/local/bin"
append_path "/sbin"
unset -f append_path
export PATH
export PAGER=less
umask 022
if [ -n "$BASH_VERSION" -o "$BB_ASH_VERSION" ]; then
    PS1='\\h:\\w\\$ '
else
    : "${HOSTNAME:=$(hostname)}"
    PS1='${HOSTNAME%%.*}:$PWD'
    [ "$(id -u)" -eq 0 ] && PS1="${PS1}# " || PS1="${PS1}\\$ "
fi
for script in /etc/profile.d/*.sh ; do
        if [ -r "$script" ] ; then
                . "$script"
        fi
done
unset script
""",
    "/etc/profile.d/00-bashrc.sh": """\
if [ -n "$BASH_VERSION" ] && [ "$BASH" != "/bin/sh" ]; then
    [ -r /etc/bash/bashrc ] && . /etc/bash/bashrc
fi
""",
    "/etc/bash/bashrc": """\
if [[ $- != *i* ]] ; then
    return
fi
if [ "$PS1" = '\\s-\\v\\$ ' ]; then
    PS1='\\h:\\w\\$ '
fi
for f in /etc/bash/*.sh; do
    [ -r "$f" ] && . "$f"
done
unset f
""",
    "/etc/bash/bash_completion.sh": "COMPLETES=1\n",
    "~/.profile": "[ -r ~/.ashrc ] && ENV=$HOME/.ashrc && export ENV\n",
    "~/.ashrc": "alias q=exit\n",
}

MACOS = {
    "/etc/profile": """\
if [ -x /usr/libexec/path_helper ]; then
        eval `/usr/libexec/path_helper -s`
fi
if [ "${BASH-no}" != "no" ]; then
        [ -r /etc/bashrc ] && . /etc/bashrc
fi
""",
    "/etc/bashrc": """\
if [ -z "$PS1" ]; then
   return
fi
PS1='\\h:\\W \\u\\$ '
shopt -s checkwinsize
[ -r "/etc/bashrc_$TERM_PROGRAM" ] && . "/etc/bashrc_$TERM_PROGRAM"
""",
    "/etc/bashrc_Apple_Terminal": "update_terminal_cwd() { :; }\n",
    "~/.bash_profile": """\
export PATH=$HOME/bin:$PATH
if [ -f ~/.bashrc ]; then source ~/.bashrc; fi
""",
    "~/.bashrc": "alias ll='ls -l'\n",
    "~/.profile": "export HIDDEN=1\n",
}

# src/etc/profile is comments alone; share/skel/dot.profile and dot.shrc.
FREEBSD = {
    "/etc/profile": """\
# BLOCKSIZE=K; export BLOCKSIZE
# msgs -f
""",
    "/etc/bash.bashrc": "# the port of bash reads none: there to see that\n",
    "~/.profile": """\
EDITOR=vi;      export EDITOR
PAGER=less;     export PAGER
ENV=$HOME/.shrc; export ENV
if [ -x /usr/bin/fortune ] ; then /usr/bin/fortune freebsd-tips ; fi
if [ "$PWD" != "$HOME" ] && [ "$PWD" -ef "$HOME" ] ; then cd ; fi
""",
    "~/.shrc": """\
alias h='fc -l'
alias ll='ls -laFo'
case $- in *i*) set -o emacs ;; esac
""",
}

# nixpkgs: nixos/modules/programs/bash/bash.nix, programs/environment.nix.
NIXOS = {
    "/etc/profile": """\
if [ -n "$__ETC_PROFILE_SOURCED" ]; then return; fi
__ETC_PROFILE_SOURCED=1
export __ETC_PROFILE_DONE=1
if [ -z "$__NIXOS_SET_ENVIRONMENT_DONE" ]; then
    . /etc/set-environment
fi
if test -f /etc/profile.local; then
    . /etc/profile.local
fi
if [ -n "${BASH_VERSION:-}" ]; then
    . /etc/bashrc
fi
""",
    "/etc/set-environment": """\
if [ -n "$__NIXOS_SET_ENVIRONMENT_DONE" ]; then return; fi
export __NIXOS_SET_ENVIRONMENT_DONE=1
export EDITOR="nano"
export NIX_PROFILES="/run/current-system/sw /nix/var/nix/profiles/default $HOME/.nix-profile"
export PATH="$HOME/.nix-profile/bin:/etc/profiles/per-user/$USER/bin:/run/current-system/sw/bin"
export PATH="/run/wrappers/bin:$PATH:/usr/bin:/bin"
""",
    "/etc/profile.local": "LOCAL=1\n",
    "/etc/bashrc": """\
if [ -n "$__ETC_BASHRC_SOURCED" -o -n "$NOSYSBASHRC" ]; then return; fi
__ETC_BASHRC_SOURCED=1
if [ -z "$__ETC_PROFILE_DONE" ]; then
    . /etc/profile
fi
if [ -n "$PS1" ]; then
    shopt -s checkwinsize
    set +h
    if [ "$TERM" != "dumb" ] || [ -n "$INSIDE_EMACS" ]; then
        PROMPT_COLOR="1;31m"
        ((UID)) && PROMPT_COLOR="1;32m"
    fi
fi
if test -f /etc/bashrc.local; then
    . /etc/bashrc.local
fi
""",
    "/etc/bashrc.local": "LOCAL=2\n",
    "~/.bash_profile": """\
. ~/.profile
if [[ -f ~/.bashrc ]]; then . ~/.bashrc; fi
""",
    "~/.profile": "export FROM=profile\n",
    "~/.bashrc": """\
[[ $- == *i* ]] || return
HISTSIZE=10000
""",
}

# Ubuntu under WSL: its /etc/profile leaves PATH alone.
WSL = {
    **DEBIAN,
    "/etc/profile": DEBIAN["/etc/profile"][DEBIAN["/etc/profile"].index('if [ "${PS1-}"') :],
    "/etc/wsl.conf": "[interop]\nappendWindowsPath = true\n",
}

TEXTS = {
    "debian": DEBIAN,
    "redhat": REDHAT,
    "suse": SUSE,
    "arch": ARCH,
    "alpine": ALPINE,
    "macos": MACOS,
    "freebsd": FREEBSD,
    "nixos": NIXOS,
    "wsl": WSL,
}

# zsh. `/etc/zsh/` stands for the folder that each system compiles in (Platform.zsh_folder).

_ZSH_HOME = {
    "~/.zshenv": "typeset -U path\nexport FROM=zshenv\n",
    "~/.zprofile": 'path=("$HOME/bin" $path)\n',
    "~/.zshrc": """\
[[ -o interactive ]] || return
HISTSIZE=1000
if [[ -r ~/.more ]]; then . ~/.more; fi
""",
    "~/.more": "alias x=y\n",
    "~/.zlogin": "[[ -o login ]] && source ~/.more\n",
    "~/.zlogout": ":\n",
}
_ZSH_DEBIAN = {
    **DEBIAN,
    **_ZSH_HOME,
    "/etc/zsh/zshenv": """\
if [[ -z "$PATH" || "$PATH" == "/bin:/usr/bin" ]]
then
        export PATH="/usr/local/bin:/usr/bin:/bin:/usr/games"
        if [ "$(id -u)" -eq 0 ]; then export PATH="/usr/local/sbin:/usr/sbin:/sbin:$PATH"; fi
fi
""",
    "/etc/zsh/zshrc": """\
READNULLCMD=${PAGER:-/usr/bin/pager}
[[ -z "$DISTRO_ZSH_SKIP" ]] && setopt nohup
if [[ -f /etc/zsh/newuser.zshrc.recommended && -n "$NEVER" ]]; then . /etc/zsh/none; fi
unset key
""",
}
# The zsh package of Fedora: zprofile.rhs, zshrc.rhs.
_ZSH_REDHAT = {
    **REDHAT,
    **_ZSH_HOME,
    "/etc/zsh/zprofile": """\
_src_etc_profile()
{
    emulate -L ksh
    if [ -f /etc/profile ]; then
        source /etc/profile
    fi
}
_src_etc_profile
unset -f _src_etc_profile
""",
    "/etc/zsh/zshrc": """\
_src_etc_profile_d()
{
    emulate -L ksh
    if [[ ! -o login ]]; then
        local i
        for i in /etc/profile.d/*.sh; do
            if [ -r $i ]; then
                . $i
            fi
        done
    fi
}
_src_etc_profile_d
unset -f _src_etc_profile_d
""",
}
# Arch's zprofile; Alpine's and openSUSE's source /etc/profile as well.
_ZPROFILE = {"/etc/zsh/zprofile": "emulate sh -c 'source /etc/profile'\n"}
# nixpkgs: nixos/modules/programs/zsh/zsh.nix.
_ZSH_NIXOS = {
    **NIXOS,
    **_ZSH_HOME,
    "/etc/zsh/zshenv": """\
if [ -n "${__ETC_ZSHENV_SOURCED-}" ]; then return; fi
__ETC_ZSHENV_SOURCED=1
if [ -z "${__NIXOS_SET_ENVIRONMENT_DONE-}" ]; then
    . /etc/set-environment
fi
if test -f /etc/zshenv.local; then
    . /etc/zshenv.local
fi
""",
    "/etc/zshenv.local": "LOCAL=1\n",
    "/etc/zsh/zprofile": """\
if [ -n "${__ETC_ZPROFILE_SOURCED-}" ]; then return; fi
__ETC_ZPROFILE_SOURCED=1
if test -f /etc/zprofile.local; then
    . /etc/zprofile.local
fi
""",
    "/etc/zsh/zshrc": """\
if [ -n "$__ETC_ZSHRC_SOURCED" -o -n "$NOSYSZSHRC" ]; then return; fi
__ETC_ZSHRC_SOURCED=1
HISTSIZE=2000
setopt HIST_IGNORE_DUPS SHARE_HISTORY HIST_FCNTL_LOCK
if test -f /etc/zshrc.local; then
    . /etc/zshrc.local
fi
""",
}
_ZSH_MACOS = {
    **MACOS,
    **_ZSH_HOME,
    "/etc/zsh/zprofile": """\
if [ -x /usr/libexec/path_helper ]; then
        eval `/usr/libexec/path_helper -s`
fi
""",
    "/etc/zsh/zshrc": """\
setopt BEEP
disable log
if [[ -r /etc/zshrc_none ]]; then . /etc/zshrc_none; fi
[ -r "/etc/zshrc_$TERM_PROGRAM" ] && . "/etc/zshrc_$TERM_PROGRAM"
""",
    "/etc/zshrc_Apple_Terminal": """\
if [ -z "$INSIDE_EMACS" ]; then
    update_terminal_cwd() {
        local url_path=''
    }
fi
""",
}

ZSH = {
    "debian": _ZSH_DEBIAN,
    "redhat": _ZSH_REDHAT,
    "arch": {**ARCH, **_ZSH_HOME, **_ZPROFILE},
    "alpine": {**ALPINE, **_ZSH_HOME, **_ZPROFILE},
    "suse": {**SUSE, **_ZSH_HOME, **_ZPROFILE},
    "macos": _ZSH_MACOS,
    "freebsd": {**FREEBSD, **_ZSH_HOME},
    "nixos": _ZSH_NIXOS,
    "wsl": {**WSL, **_ZSH_HOME, "/etc/zsh/zshenv": _ZSH_DEBIAN["/etc/zsh/zshenv"]},
}
