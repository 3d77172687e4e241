"""Random /etc: what packages and administrators write there, and in what order it is read."""

from __future__ import annotations

from random import Random

_PUTS = "PATH=/opt/front{0}/bin:$PATH\nexport PATH\n"
_PROFILES = {
    "debian": 'PATH="/usr/local/bin:/usr/bin:/bin"\nexport PATH\n{bashrc}{loop}',
    "late": "{loop}PATH=/opt/late/bin:$PATH; export PATH\n{bashrc}",
    "fedora": '{loop}if [ -n "${{BASH_VERSION-}}" ]; then\n  . /etc/bash.bashrc\nfi\n',
    "no loop": "export PATH=/usr/local/bin:/usr/bin:/bin\n{bashrc}",
    "returns": '[ -n "$NEVER" ] && return\n{loop}return 0\nPATH=/opt/never/bin:$PATH\n',
}
_LOOPS = (
    'for i in /etc/profile.d/*.sh; do\n  if [ -r "$i" ]; then\n    . "$i"\n  fi\ndone\nunset i\n',
    'if [ -d /etc/profile.d ]; then\n  for f in /etc/profile.d/*.sh; do . "$f"; done\nfi\n',
)
_BASHRC = 'if [ "${PS1-}" ] && [ -n "${BASH-}" ] && [ -f /etc/bash.bashrc ]; then\n'
_BASHRC += "  . /etc/bash.bashrc\nfi\n"
_GUARDS = (
    '[ -z "$PS1" ] && return\n',
    "# nobody types here\n[[ $- != *i* ]] && return\n",
    "case $- in\n  *i*) ;;\n  *) return ;;\nesac\n",
    "if [[ $- != *i* ]]; then\n  return\nfi\n",
    "",
)
_DROP_INS = ("a", "conda", "nix", "zz-last", "zz-zebra", "zzzz", "Zed", "modules")


class World:
    """The files of one machine; each statement that puts a folder in front has its own number."""

    def __init__(self, seed: int) -> None:
        self.random, self.count = Random(seed), 0
        self.files: dict[str, str] = {"/etc/os-release": "ID=debian\n"}
        self._profile()
        self._bashrc()
        self._zsh()
        self._others()

    def _puts(self) -> str:
        self.count += 1
        return _PUTS.format(self.count)

    def _maybe(self, chance: float = 0.4) -> str:
        return self._puts() if self.random.random() < chance else "ONE=1\n"

    def _profile(self) -> None:
        form = _PROFILES[self.random.choice(list(_PROFILES))]
        bashrc = _BASHRC if self.random.random() < 0.6 else ""
        self.files["/etc/profile"] = form.format(loop=self.random.choice(_LOOPS), bashrc=bashrc)
        for name in self.random.sample(_DROP_INS, self.random.randint(0, 3)):
            self.files[f"/etc/profile.d/{name}.sh"] = self._maybe()

    def _bashrc(self) -> None:
        text = self._maybe(0.2) + self.random.choice(_GUARDS) + self._maybe(0.3)
        if self.random.random() < 0.8:
            text += self.random.choice(("", "alias ll='ls -l'", "shopt -s checkwinsize\n"))
            self.files["/etc/bash.bashrc"] = text
        elif "fedora" in self.files:
            self.files["/etc/bash.bashrc"] = "ONE=1\n"
        if self.files["/etc/profile"].count("  . /etc/bash.bashrc") and (
            "[ -f /etc/bash" not in self.files["/etc/profile"]
        ):
            self.files.setdefault("/etc/bash.bashrc", "ONE=1\n")

    def _zsh(self) -> None:
        leaves = ("", "", "[[ -o interactive ]] || return 0\n", "[[ -n $NEVER ]] && return\n")
        for name, chance in (("zshenv", 0.6), ("zprofile", 0.5), ("zshrc", 0.5), ("zlogin", 0.2)):
            if self.random.random() < chance:
                text = self._maybe(0.3) + self.random.choice(leaves) + self._maybe(0.3)
                if name == "zprofile" and self.random.random() < 0.5:
                    text = "emulate sh -c '. /etc/profile'\n"
                self.files[f"/etc/zsh/{name}"] = text

    def _others(self) -> None:
        if self.random.random() < 0.4:
            front = "set -gx PATH /opt/fish/bin $PATH\n"
            guard = self.random.choice(("", "status is-interactive; or exit\n"))
            self.files["/etc/fish/config.fish"] = guard + front
        for name in self.random.sample(("aa", "zz", "zz-mine"), self.random.randint(0, 2)):
            self.files[f"/etc/fish/conf.d/{name}.fish"] = f"set -gx PATH /opt/{name}/bin $PATH\n"
        if self.random.random() < 0.4:
            self.files["/etc/ksh.kshrc"] = self._maybe() + "case $- in *i*) ;; esac\n"


def files(seed: int) -> dict[str, str]:
    """The files of one random machine."""
    return World(seed).files
