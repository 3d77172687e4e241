"""The command lines of ksh93 and mksh, read as the shells themselves read them."""

from __future__ import annotations

from envkit.model import Stdin
from envkit.shells._posix import Call

_KSH = frozenset(
    (
        *("allexport", "backslashctrl", "bgnice", "braceexpand", "clobber", "emacs", "errexit"),
        *("exec", "functrace", "glob", "globcasedetect", "globstar", "gmacs", "histexpand"),
        *("histreedit", "histverify", "ignoreeof", "interactive", "keyword", "letoctal", "log"),
        *("login_shell", "markdirs", "monitor", "multiline", "notify", "pipefail", "posix"),
        *("privileged", "rc", "restricted", "showme", "trackall", "unset", "verbose", "vi"),
        *("viraw", "xtrace"),
    )
)
_KSH_LETTERS = {"E": "rc", "e": "errexit", "f": "noglob", "i": "interactive", "l": "login"}
_KSH_LETTERS |= {"n": "noexec", "p": "privileged", "r": "restricted", "s": "stdin", "t": "one"}
_KSH_LETTERS |= {"u": "nounset", "x": "xtrace"}
_MKSH = frozenset(
    (
        *("allexport", "asis", "bgnice", "braceexpand", "emacs", "errexit", "gmacs", "ignoreeof"),
        *("inherit-xtrace", "interactive", "keyword", "login", "markdirs", "monitor", "noclobber"),
        *("noexec", "noglob", "nohup", "nolog", "notify", "nounset", "physical", "pipefail"),
        *("posix", "privileged", "restricted", "sh", "stdin", "trackall", "utf8-mode", "verbose"),
        *("vi", "vi-esccomplete", "vi-tabcomplete", "viraw", "xtrace"),
    )
)
_MKSH_LETTERS = {"e": "errexit", "f": "noglob", "i": "interactive", "l": "login", "n": "noexec"}
_MKSH_LETTERS |= {"p": "privileged", "r": "restricted", "s": "stdin", "u": "nounset", "x": "xtrace"}


def ksh(argv: tuple[str, ...], stdin: Stdin) -> Call:
    """ksh93's command line (ksh(1), Invocation); `rc` among the options: it reads its rc files."""
    call = Call(argv[0] if argv else "ksh")
    if "r" in _before_sh(call.name):
        call.options.add("restricted")
    rest = list(argv[1:])
    while rest and rest[0][:1] in ("-", "+") and rest[0] != "+" and not call.stops:
        bundle = rest.pop(0)
        if bundle in ("-", "--"):
            break
        if bundle.startswith("--"):
            _ksh_named(call, bundle[2:], True)
            continue
        on = bundle[0] == "-"
        for at, letter in enumerate(bundle[1:], start=1):
            if letter == "o":
                name = bundle[at + 1 :] or (rest.pop(0) if rest and rest[0][0] not in "-+" else "")
                if name:
                    _ksh_named(call, name, on)
                break
            if letter == "c":
                call.wants_command = on
            elif letter not in "abefhiklmnprstuvxBCEGH":
                call.stops = f"ksh reads no file with {bundle[0]}{letter}"
            else:
                _ksh_set(call, _KSH_LETTERS.get(letter, letter), on)
    return _ksh_ends(call, rest, stdin)


def _before_sh(argv0: str) -> str:
    """The letters before `sh` in the name: an r makes it restricted (rksh, krsh)."""
    base = argv0.rpartition("/")[2].removeprefix("-")
    letters = base[: len(base) - len(base.lstrip("kr"))]
    return letters if base[len(letters) :].startswith(("sh", "su")) else ""


def _ksh_named(call: Call, given: str, on: bool) -> None:
    """A name may be shortened as long as one option has it; `no` in front turns it round."""
    name = given.partition("=")[0].replace("-", "").replace("_", "")
    plain = {option.replace("_", ""): option for option in _KSH}
    for wanted, value in ((name, on), (name.removeprefix("no"), not on)):
        found = [wanted] if wanted in plain else [one for one in plain if one.startswith(wanted)]
        if wanted and len(found) == 1:
            option = plain[found[0]]
            turned = {"exec": "noexec", "glob": "noglob", "unset": "nounset", "log": "nolog"}
            if option in turned:
                option, value = turned[option], not value
            _ksh_set(call, "login" if option == "login_shell" else option, value)
            return
    call.stops = f"ksh has no option {given}"


def _ksh_set(call: Call, name: str, on: bool) -> None:
    if name == "login":
        call.login = on
    call.set(name, on)


def _ksh_ends(call: Call, rest: list[str], stdin: Stdin) -> Call:
    if "one" in call.options:  # -t: it reads one command, and never asks for it
        call.off.add("interactive")
    forced = "interactive" in call.options
    call.operands(rest, stdin)
    if forced:
        call.options.add("interactive")
    elif call.wants_command:
        call.options.discard("interactive")
    elif "stdin" in call.options and stdin == "pty" and "one" not in call.options:
        call.options.add("interactive")  # +i says nothing against it
    if call.interactive and "rc" not in call.off:
        call.options.add("rc")
    return call


def mksh(argv: tuple[str, ...], stdin: Stdin) -> Call:
    """mksh's command line (mksh(1))."""
    call = Call(argv[0] if argv else "mksh")
    if call.name.rpartition("/")[2].removeprefix("-").startswith("r"):
        call.options.add("restricted")
    rest = list(argv[1:])
    while rest and rest[0][:1] in ("-", "+") and not call.stops:
        bundle = rest.pop(0)
        if bundle in ("-", "--", "+"):
            break
        on = bundle[0] == "-"
        for at, letter in enumerate(bundle[1:], start=1):
            if letter == "o":
                _mksh_named(call, bundle[at + 1 :] or (rest.pop(0) if rest else ""), on)
                break
            _mksh_letter(call, letter, on, bundle)
    call.operands(rest, stdin)
    if "stdin" in call.options and call.command is None and stdin == "pty":
        call.options.add("interactive")
    return call


def _mksh_named(call: Call, name: str, on: bool) -> None:
    if len(name) == 2 and name[0] in "-+":
        _mksh_letter(call, name[1], on, name)  # `-o -l` is as good as `-l`
    elif name in _MKSH:
        if name == "login":
            call.login = on
        call.set(name, on)
    else:
        call.stops = f"mksh has no option -o {name}"


def _mksh_letter(call: Call, letter: str, on: bool, word: str) -> None:
    if letter == "c":
        call.wants_command = call.wants_command or on
    elif letter not in "abefhiklmnprsuvxCUX":
        call.stops = f"mksh has no option {word}"
    elif letter == "l":
        call.login = on
    else:
        call.set(_MKSH_LETTERS.get(letter, letter), on)
