"""What machines and homes look like for tests/real/test_contexts.py: files, accounts, contexts.

Texts are made of this machine's own /etc files and lines that people write there, right and wrong.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

SU = ("su_login", "su")
SSH = ("ssh_command", "ssh_login")
SUDO = ("sudo_login", "sudo_shell", "sudo_command")
EVERY = (*SU, *SUDO, *SSH, "ssh_copy", "tmux", "screen", "cron", "at")
PAM = ("su_login", "su", "ssh_command", "cron")
TABLE = "/var/spool/cron/crontabs/USER"


class World(NamedTuple):
    """Files (`~` the account's home; None: not there), whose account, which contexts.

    `asks`: the account that envkit runs as. `marks`: each startup file logs its name.
    `sample`: CI runs it.
    """

    name: str
    files: dict[str, str | None]
    contexts: tuple[str, ...]
    user: str = "ada"
    shell: str = "/bin/bash"
    asks: str = "root"
    marks: bool = False
    sample: bool = False


ENVIRONMENT = r"""# comment
   # indented comment
A1=plain
A2="double quoted"
A3='single quoted'
export A4=exported
A5=with # hash
A6="hash # quoted"
A7=trailing blanks   
   A8=leading blanks
A9 = spaced
A10=
A11=""
A12="mixed'
A13="a"b"c"
A14=a"b"
A15=back\
slash
A16=$HOME/${HOME}/@{HOME}
A17=a=b=c
A18
export	A19=tab
A20="unterminated
A21='it'"'"'s'
A-22=dash
A23=é
A24=a\b\\c\"d
A1=again
PATH=/opt/pam/bin:$PATH:/x
  export   A26=x
A27="a\
b"
1A28=x
A29=	tab
A30="trailing"   
A31=x\#y
A32="x" y
A33=""x
A34='
A35="
A36=back\
   slash
A37=x\
# not a comment
A38=two\
\
three
A39=end\\
A40=q
"""  # noqa: W291

PAM_CONF = r"""# comment
B1 DEFAULT=plain
B2 DEFAULT="quoted value"
B3 DEFAULT=d OVERRIDE=o
B4 DEFAULT=d OVERRIDE=
B5 DEFAULT=d OVERRIDE=""
B6 DEFAULT=
B7 DEFAULT=""
B8	DEFAULT=@{HOME}/x
B9 DEFAULT=${HOME}/y
B10 DEFAULT=${B1}/z
B11 DEFAULT=\${B1}\@{HOME}
B12 DEFAULT=@{SHELL}:@{PAM_USER}
B13 DEFAULT=@{PAM_RHOST}
B14 DEFAULT=d OVERRIDE=${NOPE}
B15 DEFAULT=${NOPE} OVERRIDE=${B2}
B16=likeenv
B17
B18 BAD=x
B19 DEFAULT=a DEFAULT=b
B20 DEFAULT="a"b
B21 DEFAULT=a\
b
B22 DEFAULT="a b" # comment
B23 DEFAULT=a#b
B24   DEFAULT=a   OVERRIDE=@{NOTHING}
B25 DEFAULT=$B1
B26 DEFAULT=a\b\\c
B27 OVERRIDE=o
B29 DEFAULT=@HOME
B30 DEFAULT=x:${B1}:${B3}:@{HOME}
PATH DEFAULT=@{HOME}/bin:${PATH}
B31 OVERRIDE="" DEFAULT=d
B32 DEFAULT="" OVERRIDE=x
B33 OVERRIDE=
B1 DEFAULT=
B34 DEFAULT='single q'
   B36 DEFAULT=lead
B37 DEFAULT=${A1}
B38 DEFAULT=a\
   b
B39 \
DEFAULT=c\
 OVERRIDE=d
B40=
B41=a b
B42 DEFAULT="x\
y"
B44 DEFAULT=x #y
B45 DEFAULT="x # y"
B46 DEFAULT=x   
B47 DEFAULT=a  OVERRIDE=b
"""  # noqa: W291

CRONTAB = r"""# comment
PATH = /a b:/c
A1=x
A2 = "double"
A3 = 'single'
"A4"=quoted name
  A5 = lead
A6 = trail   
A7=a=b
A8=$HOME/x
A10=""
A12=x # not comment
HOME=/tmp
LOGNAME=evil
USER=evil2
MAILTO=x
A13=say "hi"
1A=x
A-14=x
A15	=	tab
'A 16'=x
A17=a\b
LANG=q
"""  # noqa: W291

SSH_ENVIRONMENT = """# c
E1=x
  E2=lead
E3 = sp
E4=
E5=a # b
E6="q"
export E7=x

E8=$HOME
PATH=/e:/f
E1=again
noequals
=x
"""


def _read(path: str) -> str:
    return Path(path).read_text() if Path(path).exists() else ""


def _pam() -> list[World]:
    env, conf = {"/etc/environment": ENVIRONMENT}, {"/etc/security/pam_env.conf": PAM_CONF}
    own = {
        "/etc/default/locale": "LANG=de_DE.UTF-8\nB2=loc\n",
        "~/.pam_environment": "C1=x\nC2 DEFAULT=y\nPATH DEFAULT=/u:${PATH}\n",
    }
    return [
        World("environment", env, PAM, sample=True),
        World("pam_env.conf", conf, PAM, sample=True),
        World("both", {**env, **conf, **own}, PAM),
        World("both, root", {**env, **conf, **own}, PAM, "root"),
        World("no PAM in su", {"/etc/pam.d/su": "auth sufficient pam_rootok.so\n"}, SU),
    ]


def _login_defs() -> list[World]:
    text = _read("/etc/login.defs")
    bare = re.sub(r"(?m)^ENV_(SU)?PATH.*\n", "", text)
    texts = {
        "none": bare,
        "plain": bare + "ENV_PATH /a:/b\nENV_SUPATH /sa:/sb\n",
        "prefix": bare + "ENV_PATH PATH=/a:/b\nENV_SUPATH PATH=/sa:/sb\n",
        "quoted": bare + 'ENV_PATH "PATH=/a b:/c"\nENV_SUPATH "/sa:/sb"\n',
        "twice": bare + "ENV_PATH /a\nENV_PATH /b\nENV_SUPATH /sa\nENV_SUPATH /sb\n",
        "always": text + "ALWAYS_SET_PATH yes\n",
        "not always": text + "ALWAYS_SET_PATH no\n",
        "equals": bare + "ENV_PATH=/a:/b\nENV_SUPATH=/sa\n",
        "blanks": bare + "  ENV_PATH\t\t/a:/b   \n  ENV_SUPATH /sa # comment\n",
        "lower case": bare + "env_path /a\n",
        "empty": bare + "ENV_PATH\nENV_SUPATH \n",
        "PATH= alone": bare + "ENV_PATH PATH=\nENV_SUPATH PATH=\n",
    }
    own = "ENV_PATH /d\nENV_SUPATH /ds\nALWAYS_SET_PATH yes\n"
    found = [
        World(f"login.defs, {name}, {user}", {"/etc/login.defs": each}, SU, user)
        for name, each in texts.items()
        for user in ("ada", "root")
    ]
    found += [World(f"default/su, {user}", {"/etc/default/su": own}, SU, user) for user in USERS]
    return [one._replace(sample=one.name.endswith(("always, ada", "none, root"))) for one in found]


USERS = ("ada", "root")


def _sshd() -> list[World]:
    text = _read("/etc/ssh/sshd_config")
    config, drop = "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d"
    own = "~/.ssh/environment"
    pam = "/etc/environment"
    accept = "AcceptEnv LANG LC_*"
    yes = text + "PermitUserEnvironment yes\n"
    files: dict[str, dict[str, str | None]] = {
        "SetEnv": {config: text + 'SetEnv A=1 B="two words" C=3\nSetEnv D=4\n'},
        "SetEnv PATH": {config: text + "setenv PATH=/s:/t\n", pam: "PATH=/pam\n"},
        "not permitted": {own: "E1=x\nPATH=/e\n"},
        "permitted": {config: yes, own: SSH_ENVIRONMENT},
        "permitted, PAM": {config: yes, own: "PATH=/e\nE1=x\n", pam: "PATH=/p\nP1=x\n"},
        "pattern": {
            config: text + "PermitUserEnvironment E*,LANG\n",
            own: "E1=x\nF1=y\nPATH=/e\nLANG=q\n",
        },
        "no PAM": {config: text.replace("UsePAM yes", "UsePAM no"), pam: "P1=x\n"},
        "first counts": {config: "UsePAM no\n" + text, pam: "P1=x\n"},
        "Match": {config: text + "Match User ada\n  SetEnv M=a\nMatch User root\n SetEnv M=r\n"},
        "Match over": {config: text + "SetEnv G=1\nMatch User ada,bob\n  SetEnv M=2\n"},
        "Match not": {config: text + "SetEnv G=1\nMatch User !ada,*\n  SetEnv M=2\n"},
        "Include": {
            f"{drop}/50-x.conf": "SetEnv I=1\nPermitUserEnvironment yes\n",
            f"{drop}/10-a.conf": "SetEnv J=1\n",
            own: "E=1\n",
        },
        "Include, Match": {
            config: "Include /etc/ssh/extra/*.conf\n" + text,
            "/etc/ssh/extra/b.conf": "Match User ada\nSetEnv B=1\n",
            "/etc/ssh/extra/a.conf": "setenv=A=1\n",
        },
        "accepts nothing": {config: text.replace(accept, "")},
        "accepts L*": {config: text.replace(accept, "AcceptEnv FOO\nAcceptEnv L*")},
        "case": {config: text + "PERMITUSERENVIRONMENT YES\nSetEnv\tT=1\n", own: "E=1\n"},
        "quotes": {config: text + "SetEnv \"A=b c\" 'D=e f' G=h\\ i\n"},
        "comment": {config: text + "SetEnv A=1 # comment\n"},
        "rc": {"~/.ssh/rc": "export RC=1\n"},
        "locale": {"/etc/default/locale": "LANG=fr_FR.UTF-8\nLC_ALL=C\n", pam: "LANG=x\n"},
    }
    sample = ("SetEnv PATH", "permitted, PAM", "Include, Match")
    return [
        World(f"sshd, {name}, {user}", each, SSH, user, sample=name in sample and user == "ada")
        for name, each in files.items()
        for user in (USERS if name.startswith(("Match", "perm")) else ("ada",))
    ]


def _sudoers() -> list[World]:
    text = _read("/etc/sudoers")
    bare = re.sub(r"(?m)^Defaults\s+secure_path.*\n", "", text)
    env = {"/etc/sudoenv": "X1=a\nexport X2='b c'\nX3=\"d\"\nPATH=/f\n# c\nX4=a # b\nLANG=z\n"}
    pam = {
        f"/etc/pam.d/{name}": _read(f"/etc/pam.d/{name}") + "session required pam_env.so\n"
        for name in ("sudo", "sudo-i")
    }
    given = "P1=x\nPATH=/pam\nLANG=l\nHOME=/h\nTERM=t\nMAIL=q\nSHELL=/s\nUSER=u\n"
    rows: list[tuple[str, str, dict[str, str]]] = [
        ("as it is", text, {}),
        ("no secure_path", bare, {}),
        ("unquoted", bare + "Defaults secure_path=/u:/v\n", {}),
        ("twice", text + 'Defaults secure_path = "/u:/v"\n', {}),
        ("off", text + "Defaults !secure_path\n", {}),
        ("many", bare + 'Defaults env_reset, secure_path="/m:/n", always_set_home\n', {}),
        ("continued", bare + 'Defaults env_reset, \\\n   secure_path="/m\\\n:/n"\n', {}),
        ("comment", bare + "Defaults secure_path=/a # x\n#Defaults secure_path=/b\n", {}),
        ("target", text + "Defaults>ada secure_path=/ra\n", {}),
        ("caller", text + "Defaults:root secure_path=/ru\n", {}),
        ("other caller", text + "Defaults:ada secure_path=/ru\n", {}),
        ("host", text + "Defaults@nohost secure_path=/h\nDefaults@ALL secure_path=/all\n", {}),
        ("no reset", text + "Defaults !env_reset\n", {}),
        ("keep", text + 'Defaults env_keep = "LANG"\n', {}),
        ("keep less", text + 'Defaults env_keep -= "PATH"\n', {}),
        ("delete", text + 'Defaults env_delete += "LANG"\nDefaults !env_reset\n', {}),
        ("logname", text + "Defaults !set_logname\n", {}),
        ("env_file", text + "Defaults env_file=/etc/sudoenv\n", env),
        ("restricted", text + "Defaults restricted_env_file=/etc/sudoenv\n", env),
        ("folder", text, {"/etc/sudoers.d/10-x": "Defaults secure_path=/inc\n"}),
        ("left out", text, {"/etc/sudoers.d/x.conf": "Defaults secure_path=/i\n"}),
        ("file", text + "#include /etc/sudoex\n", {"/etc/sudoex": "Defaults secure_path=/ex\n"}),
        ("PAM", text, {**pam, "/etc/environment": given}),
        ("PAM, no secure_path", bare, {**pam, "/etc/environment": "P1=x\nPATH=/pam\n"}),
        ("exempt", text + "Defaults exempt_group=root\n", {}),
    ]
    sample = ("no secure_path", "continued", "PAM", "folder")
    return [
        World(
            f"sudoers, {name}, {user}",
            {"/etc/sudoers": each, **more},
            SUDO,
            user,
            sample=name in sample and user == "ada",
        )
        for name, each, more in rows
        for user in (USERS if name in ("as it is", "no secure_path", "target") else ("ada",))
    ]


def _cron() -> list[World]:
    pam = {"/etc/environment": "P1=x\nPATH=/pam\nHOME=/h\nSHELL=/bin/bash\nLANG=zz\nA=2\n"}
    found = [
        World("crontab, lines", {TABLE: CRONTAB}, ("cron",), sample=True),
        World("crontab, root", {TABLE: "PATH=/c:/d\n"}, ("cron",), "root"),
        World("crontab, PAM", {TABLE: "A=1\n", **pam}, ("cron",), sample=True),
    ]
    homes = {"~/.be": "export BE=1\n", "~/.zshenv": "export ZE=1\n"}
    for shell in ("/bin/bash", "/usr/bin/zsh", "/usr/bin/fish", "/bin/dash"):
        table = f"SHELL={shell}\nBASH_ENV=/home/ada/.be\n"
        found.append(World(f"crontab, {shell}", {TABLE: table, **homes}, ("cron",)))
    return found


def _windows() -> list[World]:
    tmux = {
        "term": {"~/.tmux.conf": 'set -g default-terminal "screen-256color"\n'},
        "setenv": {"~/.tmux.conf": "setenv -g A b\nset-environment -g PATH /t:/usr/bin:/bin\n"},
        "command": {"~/.tmux.conf": "set-option -g default-command /usr/bin/zsh\n"},
        "exec": {"~/.tmux.conf": 'set -g default-command "exec bash"\n'},
        "shell": {"~/.tmux.conf": "set -g default-shell /usr/bin/zsh\n"},
        "two": {"~/.config/tmux/tmux.conf": "setenv -g A b\n", "/etc/tmux.conf": "setenv -g E 1\n"},
    }
    screen = {
        "term": "term xterm-256color\n",
        "setenv": "setenv A b\nsetenv PATH /t:/usr/bin:/bin\n",
        "shell": "shell /usr/bin/zsh\n",
        "dash": "shell -bash\n",
        "own": "shell -$SHELL\n",
    }
    rc = {"~/.zshrc": "Z=1\n"}  # else zsh asks whether to make one
    return [
        *(World(f"tmux, {name}", {**rc, **each}, ("tmux",)) for name, each in tmux.items()),
        *(
            World(f"screen, {name}", {**rc, "~/.screenrc": each}, ("screen",))
            for name, each in screen.items()
        ),
    ]


ENVIRONMENT_D = r"""# c
; semi
A1=plain
A2="double quoted"
A3='single $A1 quoted'
A4=${A1}/x
A5=$A1/y
A6=${NOPE:-default}
A7=${NOPE:-${A1}z}
A8=${A1:+plus}
A9=${NOPE:+plus}
A10=a\
b
A12=trailing   
  A13 = spaced
export A14=x
A15=a # b
A16=
A18="a"b'c'
A19=a\$A1
A20="a\$A1"
A22=$$
A23=$$A1
A24=${A1
A25=$
A26=a\b
A28=$HOME/bin
A29=${HOME}/x:$PATH
A30=é
A-31=x
1A=x
A33=$A1$A2
A36=${}
A37=$1
A40=a"b"c
A42="two"  "three"
A43="two" three
A44=x\ y
A46=`x`$(y)
A49=${A1:}x
A50=${A1-x}
# comment \
A53=in comment
A54=${NOPE:-a b}
A58=${PATH:-d}.${PATH:+p}
A59=${NOPE:-${NOPE:-{x}}}
A63=a \
b
A65="" x
A66=x""
A57=${A1}\
  cont
"""  # noqa: W291


def _systemd() -> list[World]:
    if not Path("/usr/lib/systemd/user-environment-generators").is_dir():
        return []
    own = "~/.config/environment.d"
    masked: dict[str, str | None] = {
        f"{own}/50-a.conf": "A=home\nPATH=$HOME/a:$PATH\n",
        "/etc/environment.d/50-a.conf": "A=etc\nB=etc\n",
        "/run/environment.d/50-a.conf": "A=run\n",
        "/run/environment.d/40-r.conf": "R=run\nPATH=/r:$PATH\n",
        "/etc/environment.d/9-late.conf": "L=${A}\n",
        f"{own}/60-no.txt": "N=1\n",
        "/etc/environment": 'E=1\nPATH="/e:$PATH"\n',
    }
    conf = "[Manager]\nDefaultEnvironment=D=1 \"Q=a b\" 'S=c d'\n"
    managers: dict[str, str | None] = {
        "/etc/systemd/user.conf.d/a.conf": conf,
        "/etc/systemd/system.conf.d/b.conf": "[Manager]\nDefaultEnvironment=X=1\n",
    }
    return [
        World("environment.d", {f"{own}/50-a.conf": ENVIRONMENT_D}, ("systemd_user",), sample=True),
        World("environment.d, masked", masked, ("systemd_user",), sample=True),
        World("environment.d, root", masked, ("systemd_user",), "root"),
        World("user.conf", managers, ("systemd_user",)),
    ]


def _shells() -> list[World]:
    """Startup files of every kind, each of which logs its name and changes PATH."""
    shells = ("bash", "zsh", "dash", "fish", "sh", "mksh", "ksh93")
    sample = {
        "bash": EVERY,
        "zsh": ("su_login", "ssh_command", "tmux", "sudo_shell"),
        "dash": ("su_login", "ssh_login", "tmux"),
        "fish": ("su", "ssh_copy"),
    }
    found = []
    for user in USERS:
        for shell in shells:
            path = next((p for p in (f"/bin/{shell}", f"/usr/bin/{shell}") if Path(p).exists()), "")
            if path:
                files = _marked(f"/home/{user}")
                name = f"{shell}, {user}"
                found.append(World(name, files, EVERY, user, path, marks=True))
                if user == "ada" and shell in sample:
                    some = found[-1]._replace(contexts=sample[shell], sample=True)
                    found.append(some._replace(name=f"{name}, sample"))
    return found


def _as_user() -> list[World]:
    """Asked by an ordinary user: what he can start himself; after one that root asks about."""
    mine = (*SSH, "ssh_copy", "tmux", "screen", *SU, *SUDO, "cron", "at")
    files = _marked("/home/ada")
    files["/etc/environment"] = ""
    return [
        World("root, before", files, ("tmux", "ssh_login", "su_login"), marks=True, sample=True),
        World("an ordinary user", files, mine, asks="ada", marks=True, sample=True),
        World("an ordinary user, PAM", _marked("/home/ada"), mine, asks="ada", marks=True),
    ]


def _marked(home: str) -> dict[str, str | None]:
    def mark(path: str, more: str = "") -> str:
        return f"echo '{path.replace('~', home)}' >> /home/log\n{more}"

    own = 'PATH="$HOME/bin:$PATH"\nif [ -n "$BASH_VERSION" ]; then . "$HOME/.bashrc"; fi\n'
    texts = {
        "/etc/profile": _read("/etc/profile"),
        "/etc/profile.d/ek.sh": "PATH=$PATH:/pd\n",
        "/etc/bash.bashrc": "export BB=1\n",
        "~/.profile": own,
        "~/.bashrc": 'PATH="$HOME/rc:$PATH"\n',
        "~/.config/fish/config.fish": "set -gx PATH $HOME/fish $PATH\n",
        "~/.config/fish/conf.d/a.fish": "set -gx PATH $PATH /confd\n",
        "/etc/fish/config.fish": "",
        # Longer than bash keeps of itself: 500 lines.
        "~/.bash_history": "".join(f"echo {number}\n" for number in range(700)),
        "~/.zsh_history": ": 1700000000:0;echo\n",
    }
    for name in ("zshenv", "zprofile", "zshrc", "zlogin"):
        texts[f"/etc/zsh/{name}"] = f'PATH="$PATH:/g{name}"\n'
        texts[f"~/.{name}"] = f'PATH="$HOME/{name}:$PATH"\n'
    marked = {
        path: more if path.endswith("history") else mark(path, more) for path, more in texts.items()
    }
    return {**marked, "/etc/environment": "P=1\n"}


FAMILIES = {
    "PAM": _pam,
    "login.defs": _login_defs,
    "sshd": _sshd,
    "sudoers": _sudoers,
    "cron": _cron,
    "windows": _windows,
    "systemd": _systemd,
    "shells": lambda: [one for one in _shells() if one.user == "ada"],
    "root's shells": lambda: [one for one in _shells() if one.user == "root"],
    "ordinary": _as_user,
}


def worlds() -> list[World]:
    """All of them."""
    return [one for family in FAMILIES.values() for one in family()]
