"""zsh's options (zshoptions(1)): their names, which are on by default, and in which emulation.

Asked of zsh 5.9 itself, option by option. A name is held without case, underscores and `no`.
"""

from __future__ import annotations

# The emulations in which an option is on by default.
_ON = {
    "": (
        "allexport alwaystoend autocd autocontinue autonamedirs autopushd autoresume "
        "bashautolist bashrematch braceccl casepaths cbases cdablevars cdsilent chasedots "
        "chaselinks clobberempty combiningchars completealiases completeinword "
        "continueonerror correct correctall dvorak emacs errexit errreturn extendedglob "
        "forcefloat globcomplete globdots globstarshort hashexecutablesonly "
        "histallowclobber histexpiredupsfirst histfcntllock histfindnodups "
        "histignorealldups histignoredups histignorespace histlexwords histnofunctions "
        "histnostore histreduceblanks histsavenodups histsubstpattern histverify "
        "ignoreclosebraces ignoreeof incappendhistory incappendhistorytime interactive "
        "kshtypeset kshzerosubscript listpacked listrowsfirst localloops localpatterns "
        "login longlistjobs magicequalsubst mailwarning markdirs menucomplete monitor "
        "nullglob numericglobsort overstrike pathdirs pipefail posixargzero printeightbit "
        "printexitvalue privileged pushdignoredups pushdminus pushdsilent pushdtohome "
        "rcexpandparam rcquotes recexact rematchpcre restricted rmstarwait shinstdin "
        "shortrepeat singlecommand sourcetrace sunkeyboardhack transientrprompt "
        "trapsasync verbose vi warncreateglobal warnnestedvar xtrace zle"
    ),
    "csh": (
        "cshjunkiehistory cshjunkieloops cshjunkiequotes cshnullcmd cshnullglob "
        "extendedhistory globassign"
    ),
    "ksh": ("kshglob kshoptionprint localoptions localtraps promptbang sharehistory singlelinezle"),
    "sh": ("bsdecho ignorebraces octalzeroes"),
    "sh ksh": (
        "aliasfuncdef appendcreate interactivecomments ksharrays kshautoload pathscript "
        "posixaliases posixbuiltins posixcd posixidentifiers posixjobs posixstrings "
        "posixtraps promptsubst rmstarsilent shfileexpansion shglob shnullcmd "
        "shoptionletters shwordsplit typesetsilent typesettounset"
    ),
    "sh ksh csh": ("cprecedences globsubst"),
    "zsh": (
        "bareglobqual checkjobs checkrunningjobs equals evallineno globalexport hup "
        "multifuncdef multios notify"
    ),
    "zsh csh": ("badpattern banghist bgnice functionargzero nomatch promptpercent shortloops"),
    "zsh sh ksh": ("unset"),
    "zsh sh ksh csh": (
        "aliases alwayslastprompt appendhistory autolist automenu autoparamkeys "
        "autoparamslash autoremoveslash beep caseglob casematch clobber debugbeforecmd "
        "exec flowcontrol glob globalrcs hashcmds hashdirs hashlistall histbeep "
        "histsavebycopy listambiguous listbeep listtypes multibyte promptcr promptsp rcs"
    ),
}
# What `emulate` without -R leaves as it is; with -R only those that cannot be changed at all.
_KEPT_TEXT = (
    "alwayslastprompt alwaystoend appendhistory autocontinue autolist automenu "
    "autonamedirs autoparamkeys autoparamslash autopushd autoremoveslash autoresume "
    "banghist bashautolist bashrematch beep caseglob casematch casepaths cbases cdsilent "
    "clobberempty combiningchars completealiases completeinword continueonerror correct "
    "correctall debugbeforecmd dvorak emacs extendedhistory flowcontrol forcefloat "
    "globalrcs globcomplete hashcmds hashdirs hashexecutablesonly hashlistall "
    "histallowclobber histbeep histexpiredupsfirst histfcntllock histfindnodups "
    "histignorealldups histignoredups histignorespace histlexwords histnofunctions "
    "histnostore histreduceblanks histsavebycopy histsavenodups histverify ignoreeof "
    "incappendhistory incappendhistorytime interactive interactivecomments kshtypeset "
    "kshzerosubscript listambiguous listbeep listpacked listrowsfirst listtypes login "
    "longlistjobs mailwarning markdirs menucomplete monitor multibyte notify overstrike "
    "printeightbit printexitvalue privileged promptbang promptcr promptpercent promptsp "
    "promptsubst pushdsilent rcs recexact rematchpcre restricted rmstarsilent rmstarwait "
    "sharehistory shinstdin singlecommand singlelinezle sourcetrace sunkeyboardhack "
    "transientrprompt trapsasync verbose vi xtrace zle "
)
_KEPT = frozenset(_KEPT_TEXT.split())
_FIXED = frozenset(("interactive", "shinstdin", "singlecommand"))
_SPECIAL = _FIXED | {"login", "privileged", "restricted", "zle"}
_ALSO = {
    "braceexpand": "noignorebraces",
    "dotglob": "globdots",
    "hashall": "hashcmds",
    "histappend": "appendhistory",
    "histexpand": "banghist",
    "log": "nohistnofunctions",
    "mailwarn": "mailwarning",
    "onecmd": "singlecommand",
    "physical": "chaselinks",
    "promptvars": "promptsubst",
    "stdin": "shinstdin",
    "trackall": "hashcmds",
}
_NAMES = frozenset(name for names in _ON.values() for name in names.split())
_LETTERS = {
    "0": "correct", "1": "printexitvalue", "2": "nobadpattern", "3": "nonomatch", "4": "globdots",
    "5": "notify", "6": "bgnice", "7": "ignoreeof", "8": "markdirs", "9": "autolist",
    "B": "nobeep", "C": "noclobber", "D": "pushdtohome", "E": "pushdsilent", "F": "noglob",
    "G": "nullglob", "H": "rmstarsilent", "I": "ignorebraces", "J": "autocd", "K": "nobanghist",
    "L": "sunkeyboardhack", "M": "singlelinezle", "N": "autopushd", "O": "correctall",
    "P": "rcexpandparam", "Q": "pathdirs", "R": "longlistjobs", "S": "recexact",
    "T": "cdablevars", "U": "mailwarning", "V": "nopromptcr", "W": "autoresume",
    "X": "listtypes", "Y": "menucomplete", "Z": "zle", "a": "allexport", "d": "noglobalrcs",
    "e": "errexit", "f": "norcs", "g": "histignorespace", "h": "histignoredups",
    "i": "interactive", "k": "interactivecomments", "l": "login", "m": "monitor", "n": "noexec",
    "p": "privileged", "r": "restricted", "s": "shinstdin", "t": "singlecommand", "u": "nounset",
    "v": "verbose", "w": "chaselinks", "x": "xtrace", "y": "shwordsplit",
}  # fmt: skip
# With SH_OPTION_LETTERS, which `emulate sh` and `emulate ksh` set.
_SH_LETTERS = {
    "C": "noclobber", "T": "trapsasync", "X": "markdirs", "a": "allexport", "b": "notify",
    "e": "errexit", "f": "noglob", "i": "interactive", "l": "login", "m": "monitor",
    "n": "noexec", "p": "privileged", "r": "restricted", "s": "shinstdin", "t": "singlecommand",
    "u": "nounset", "v": "verbose", "x": "xtrace",
}  # fmt: skip


def mode(name: str) -> str:
    """The emulation that a name asks for, by its first letter: `rzsh` is zsh, `bash` is sh."""
    letter = name[1:2] if name[:1] == "r" else name[:1]
    return {"c": "csh", "k": "ksh", "s": "sh", "b": "sh"}.get(letter, "zsh")


def defaults(emulation: str) -> set[str]:
    """The options that are on in an emulation before anything changes one."""
    on = (names for where, names in _ON.items() if emulation in where.split())
    return {name for names in on for name in names.split()}


def emulate(options: set[str], emulation: str, fully: bool) -> None:
    """What `emulate` does to the options; `fully`: with -R."""
    fresh, kept = defaults(emulation), _SPECIAL if fully else _KEPT
    stays = {name for name in options if name in kept}
    options.clear()
    options |= {name for name in fresh if name not in kept} | stays


def look_up(text: str) -> tuple[str, bool] | None:
    """An option by name: its own name, and whether it is meant as it is (not `no…`); or None."""
    name = text.replace("_", "").lower()
    straight = True
    if name not in _NAMES and name not in _ALSO and name.startswith("no"):
        name, straight = name[2:], False
    if name in _ALSO:
        name = _ALSO[name]
        if name not in _NAMES:
            name, straight = name[2:], not straight
    return (name, straight) if name in _NAMES else None


def letter(sign: str, options: set[str]) -> tuple[str, bool] | None:
    """An option by its letter."""
    table = _SH_LETTERS if "shoptionletters" in options else _LETTERS
    return look_up(table[sign]) if sign in table else None


def letters(options: set[str]) -> str:
    """The letters that `$-` may show, in its order."""
    return "".join(sorted(_SH_LETTERS if "shoptionletters" in options else _LETTERS))


def may_change(name: str, on: bool, options: set[str]) -> bool:
    """Whether a running shell lets the option be changed so."""
    if name in _FIXED:
        return (name in options) == on
    if name == "exec":
        return on or "interactive" not in options
    return name != "restricted" or on or "restricted" not in options
