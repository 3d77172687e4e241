"""The idioms, shell by shell, in which the random homes of `path_edits` write their edits.

They are what people have in their files: `pathmunge`, awk in `$(…)`, arrays, loops over IFS,
programs whose output is evaluated, `typeset -U`, `fish_add_path`.
"""

from __future__ import annotations

from typing import ClassVar

from tests.real.path_edits import Home, Part, explanations

_AWK = "printf %s \"$PATH\" | awk -v RS=: {} '{}'"
_WITHOUT = _AWK.format("-v x=X", '$0 != x {printf "%s%s", p, $0; p = ":"}')
_BEHIND = _AWK.format(
    "-v x=X -v y=Y", '$0 != x {l = l p $0; p = ":"} $0 == y {l = l p x} END {printf "%s", l}'
)
_SWAP = "printf %s \"$PATH\" | awk -F: -v OFS=: '{t = $1; $1 = $2; $2 = t; print}'"
_DEDUPE = _AWK.format("", '!s[$0]++ {printf "%s%s", p, $0; p = ":"}')
_HELPER = (
    'printf %s "LIST:$PATH" | awk -v RS=: \'!s[$0]++ {l = l p $0; p = ":"} '
    'END {print "PATH=\\"" l "\\"; export PATH"}\''
)
_LOOP = """{name}() {{
  rest={first}
  IFS=:
  for each in $PATH; do
    {body}
  done
  unset IFS
  PATH={last} #@
}}"""
_KEEP = '[ "$each" = "$1" ] || rest=$rest${rest:+:}$each'


class Sh(Home):
    """What any Bourne shell knows."""

    FUNCTIONS: ClassVar = {
        "munge_front": "munge_front() {\n  case :$PATH: in\n    *:$1:*) ;;\n"
        "    *) PATH=$1:$PATH ;; #@\n  esac\n}",
        "munge_behind": "munge_behind() {\n  case :$PATH: in\n    *:$1:*) ;;\n"
        "    *)\n      PATH=$PATH:$1 #@\n      ;;\n  esac\n}",
        "path_remove": _LOOP.format(name="path_remove", first="", body=_KEEP, last="$rest"),
        "path_front": _LOOP.format(name="path_front", first="$1", body=_KEEP, last="$rest"),
        "path_back": _LOOP.format(name="path_back", first="", body=_KEEP, last="$rest:$1"),
        "path_behind": _LOOP.format(
            name="path_behind",
            first="",
            body=f'{_KEEP}\n    [ "$each" != "$2" ] || rest=$rest:$1',
            last="$rest",
        ),
        "path_dedupe": _LOOP.format(
            name="path_dedupe",
            first="",
            body="case :$rest: in\n      *:$each:*) ;;\n"
            "      *) rest=$rest${rest:+:}$each ;;\n    esac",
            last='"$rest"',
        ),
    }
    AROUND = (
        "if true; then\n  EDIT #@\nfi",
        "if false; then\n  PATH=/t/never\nelse\n  EDIT #@\nfi",
        "for one in 1; do\n  EDIT #@\ndone",
        "NAME() {\n  EDIT #@\n}\nNAME",
        "[ -d / ] && EDIT",
        "case x in\n  x) EDIT ;; #@\nesac",
        "eval 'EDIT'",
        "{ EDIT; }",
        "true; EDIT # as before",
        "# PATH=/t/never:$PATH\nEDIT #@",
    )
    IDIOMS: ClassVar = {
        "prepend": (
            "PATH=NEW:$PATH",
            'export PATH="NEW:${PATH}"',
            'PATH="NEW${PATH:+:$PATH}"',
            "!munge_front NEW",
            "PATH=NEW:$PATH; export PATH",
            "eval \"$(echo 'PATH=NEW:$PATH; export PATH')\"",
        ),
        "append": (
            "PATH=$PATH:NEW",
            'export PATH="${PATH}:NEW"',
            "!munge_behind NEW",
        ),
        "again": ("PATH=NEW:$PATH", 'export PATH="NEW:$PATH"'),
        "again_behind": ("PATH=$PATH:NEW", 'PATH="$PATH:NEW"'),
        "several": (
            "for each in LIST; do\n  PATH=$each:$PATH #@\ndone",
            "for each in LIST; do\n  [ -d / ] &&\n    PATH=$each:$PATH #@\ndone",
        ),
        "replace": (
            "PATH=LIST",
            'export PATH="LIST"',
            "unset PATH\nPATH=LIST #@\nexport PATH",
        ),
        "remove": (f"PATH=$({_WITHOUT})", "!path_remove X", f"rest=$({_WITHOUT})\nPATH=$rest #@"),
        "front": (f"PATH=X:$({_WITHOUT})", "!path_front X", f'export PATH="X:$({_WITHOUT})"'),
        "back": (f"PATH=$({_WITHOUT}):X", "!path_back X"),
        "behind": (f"PATH=$({_BEHIND})", "!path_behind X Y"),
        "swap": (f"PATH=$({_SWAP})",),
        "dedupe": (f"PATH=$({_DEDUPE})", "!path_dedupe", f"PATH=`{_DEDUPE}`".replace("$0", "\\$0")),
        "helper": (f'eval "$({_HELPER})"', f"eval `{_HELPER}`".replace('\\"', '\\\\"')),
    }


class Bash(Sh):
    """bash: arrays, `+=`, replacement in an expansion."""

    FUNCTIONS: ClassVar = {
        **Sh.FUNCTIONS,
        "array_without": "array_without() {\n  local IFS=: each old new=()\n"
        '  read -ra old <<<"$PATH"\n  for each in "${old[@]}"; do\n'
        '    [[ $each == "$1" ]] || new+=("$each")\n  done\n  PATH="${new[*]}" #@\n}',
        "array_front": 'array_front() {\n  local IFS=: each old new=("$1")\n'
        '  old=($PATH)\n  for each in "${old[@]}"; do\n'
        '    [[ $each == "$1" ]] || new+=("$each")\n  done\n  PATH="${new[*]}" #@\n}',
        "array_dedupe": "array_dedupe() {\n  local IFS=: each new=()\n  declare -A seen=()\n"
        "  for each in $PATH; do\n    [[ ${seen[$each]-} ]] && continue\n    seen[$each]=1\n"
        '    new+=("$each")\n  done\n  export PATH="${new[*]}" #@\n}',
    }
    SOURCE = (". ~/{}", 'source "$HOME"/{}', "eval . ~/{}", "[ -f ~/{0} ] && . ~/{0}")
    AROUND = (
        *Sh.AROUND,
        "while :; do\n  EDIT #@\n  break\ndone",
        "function NAME {\n  EDIT #@\n}\nNAME",
    )
    IDIOMS: ClassVar = {
        **Sh.IDIOMS,
        "prepend": (
            *Sh.IDIOMS["prepend"],
            "declare -x PATH=NEW:$PATH",
            'printf -v PATH %s "NEW:$PATH"',
            "source <(echo 'PATH=NEW:$PATH')",
            "export A=1 PATH=NEW:$PATH",
        ),
        "append": (*Sh.IDIOMS["append"], "PATH+=:NEW", "export PATH+=:NEW"),
        "again_behind": (*Sh.IDIOMS["again_behind"], "PATH+=:NEW"),
        "remove": (*Sh.IDIOMS["remove"], "!array_without X"),
        "single_remove": (
            "x=X; PATH=:$PATH:; PATH=${PATH//:$x:/:}; PATH=${PATH#:}; PATH=${PATH%:}",
            "x=X rest=:$PATH:; rest=${rest/:$x:/:}; rest=${rest#:}\nPATH=${rest%:} #@",
        ),
        "front": (
            *Sh.IDIOMS["front"],
            "!array_front X",
        ),
        "single_front": (
            "x=X\nrest=:$PATH:\nrest=${rest//:$x:/:}\nrest=${rest#:}\nPATH=X:${rest%:} #@",
        ),
        "dedupe": (*Sh.IDIOMS["dedupe"], "!array_dedupe"),
        "helper": (*Sh.IDIOMS["helper"], f"source <({_HELPER})"),
    }


class Ksh(Sh):
    """ksh93 and mksh."""

    SOURCE = (". ~/{}", '. "$HOME"/{}', "eval . ~/{}", "[ -f ~/{0} ] && . ~/{0}")
    AROUND = (*Sh.AROUND, "function NAME {\n  EDIT #@\n}\nNAME")
    IDIOMS: ClassVar = {
        **Sh.IDIOMS,
        "append": (*Sh.IDIOMS["append"], "PATH+=:NEW"),
        "again_behind": (*Sh.IDIOMS["again_behind"], "PATH+=:NEW"),
    }


class Zsh(Home):
    """zsh: PATH as an array, and `typeset -U`."""

    NAMED = True
    SOURCE = (". ~/{}", 'source "$HOME"/{}', "eval '. ~/{}'", "[[ -f ~/{0} ]] && . ~/{0}")
    FUNCTIONS: ClassVar = {
        "path_behind": "path_behind() {\n  local each new=()\n  for each in $path; do\n"
        "    [[ $each == $1 ]] || new+=($each)\n    [[ $each == $2 ]] && new+=($1)\n  done\n"
        "  path=($new) #@\n}",
        "path_front": "path_front() {\n  emulate -L zsh\n  path=($1 ${path:#$1}) #@\n}",
        "path_dedupe": "function path_dedupe {\n  local -a seen\n  local each\n"
        "  for each in $path; do\n    (( ${seen[(Ie)$each]} )) || seen+=($each)\n  done\n"
        '  PATH="${(j.:.)seen}" #@\n}',
        "munge_front": "munge_front() {\n  case :$PATH: in\n    *:$1:*) ;;\n"
        "    *) PATH=$1:$PATH ;; #@\n  esac\n}",
    }
    AROUND = (
        "if true; then\n  EDIT #@\nfi",
        "for one in 1; do\n  EDIT #@\ndone",
        "NAME() {\n  EDIT #@\n}\nNAME",
        "() {\n  EDIT #@\n}",
        "[[ -d / ]] && EDIT",
        "eval 'EDIT'",
        "{ EDIT }",
        "true; EDIT # as before",
    )
    IDIOMS: ClassVar = {
        "prepend": (
            "PATH=NEW:$PATH",
            "path=(NEW $path)",
            'path=("NEW" "${path[@]}")',
            "path[1,0]=NEW",
            "!munge_front NEW",
            "eval \"$(print 'export PATH=NEW:$PATH')\"",
            "path=(\n  NEW\n  $path\n)",
        ),
        "append": ("PATH+=:NEW", "path+=(NEW)", "path+=NEW", "path=($path NEW)"),
        "again": ("PATH=NEW:$PATH", "path=(NEW $path)"),
        "again_behind": ("path+=(NEW)", "PATH=$PATH:NEW"),
        "several": ("for each in LIST; do\n  path=($each $path) #@\ndone",),
        "replace": ("PATH=LIST", "path=(WORDS)", "unset PATH\nexport PATH=LIST #@"),
        "remove": (
            "path=(${path:#X})",
            'path=("${(@)path:#X}")',
            f"PATH=$({_WITHOUT})",
        ),
        "single_remove": ("path[(r)X]=()",),
        "front": ("path=(X ${path:#X})", "!path_front X", f"PATH=X:$({_WITHOUT})"),
        "back": ("path=(${path:#X} X)", f"PATH=$({_WITHOUT}):X"),
        "behind": ("!path_behind X Y", f"PATH=$({_BEHIND})"),
        "swap": ("path=($path[2] $path[1] $path[3,-1])", f"PATH=$({_SWAP})"),
        "dedupe": (
            "path=(${(u)path})",
            "!path_dedupe",
            f"PATH=$({_DEDUPE})",
            "typeset -U path; typeset +U path",
        ),
        "helper": (f'eval "$({_HELPER})"',),
        "unique": ("typeset -U path", "typeset -gU path PATH"),
        "unique_front": ("path=(NEW $path)",),
    }

    def swap(self) -> bool:
        if self.unique and self.random.random() < 0.5:
            return self.unique_front()
        return self.keep_unique() if self.random.random() < 0.3 else super().swap()

    def keep_unique(self) -> bool:
        """From here on zsh keeps the first copy of each."""
        first = {part.directory: part for part in reversed(self.olds())}
        plan = tuple(part for part in self.olds() if first[part.directory] == part)
        done = self.do("unique", plan, True)
        self.unique = self.unique or done
        return done

    def unique_front(self) -> bool:
        """The copy in front stays: set anew by its text, moved by what comes of it."""
        chosen, rest = self.taken()
        old = self.worlds
        if not self.do("unique_front", (chosen, *rest), False, NEW=chosen.directory):
            return False
        moved = next(iter(self.worlds))[0]
        anew = (moved._replace(set_by=moved.moved_by, moved_by=""),)
        self.worlds |= {(*anew, *(world[part.old] for part in rest)) for world in old}
        return True


class Fish(Home):
    """fish: a list, and `fish_add_path`; the folders are there."""

    NAMED = True
    SUFFIX = ".fish"
    SOURCE = ("source ~/{}", 'source "$HOME/{}"', "test -f ~/{0}; and source ~/{0}", ". ~/{}")
    FUNCTIONS: ClassVar = {
        "path_front": "function path_front\n    set -l rest (string match -v -- $argv[1] $PATH)\n"
        "    set -gx PATH $argv[1] $rest #@\nend",
        "path_behind": "function path_behind --argument-names one other\n    set -l new\n"
        "    for each in $PATH\n        test $each != $one; and set -a new $each\n"
        "        test $each = $other; and set -a new $one\n    end\n"
        "    set -gx PATH $new #@\nend",
        "path_dedupe": "function path_dedupe\n    set -l new\n    for each in $PATH\n"
        "        contains -- $each $new; or set -a new $each\n    end\n    set PATH $new #@\nend",
        "munge_front": "function munge_front\n    if not contains -- $argv[1] $PATH\n"
        "        set -p PATH $argv[1] #@\n    end\nend",
    }
    AROUND = (
        "if true\n    EDIT #@\nend",
        "for one in 1\n    EDIT #@\nend",
        "function NAME\n    EDIT #@\nend\nNAME",
        "test -d /; and EDIT",
        "begin\n    EDIT #@\nend",
        "true; EDIT # as before",
        "if test -e /none\n    set -p PATH /none\nelse\n    EDIT #@\nend",
    )
    IDIOMS: ClassVar = {
        "prepend": (
            "set -gx PATH NEW $PATH",
            "set -p PATH NEW",
            "set PATH NEW $PATH",
            "set --prepend PATH NEW",
            "fish_add_path -P NEW",
            'set -gx PATH "NEW:$PATH"',
            "echo 'set -gx PATH NEW $PATH' | source",
            "!munge_front NEW",
            "eval set -p PATH NEW",
        ),
        "append": (
            "set -gx PATH $PATH NEW",
            "set -a PATH NEW",
            "fish_add_path -aP NEW",
            "fish_add_path --append --path NEW",
        ),
        "again": ("set -p PATH NEW", "set PATH NEW $PATH"),
        "again_behind": ("set -a PATH NEW", "set -x PATH $PATH NEW"),
        "several": ("for each in LIST\n    set -p PATH $each #@\nend",),
        "replace": ("set -gx PATH WORDS", "set -e PATH\nset -gx PATH WORDS #@"),
        "remove": (
            "set PATH (string match -v -- X $PATH)",
            "set -gx PATH (string match --invert X $PATH)",
            "set PATH (printf '%s\\n' $PATH | awk -v x=X '$0 != x')",
        ),
        "single_remove": (
            "set -e PATH[(contains -i -- X $PATH)]",
            "if set -l index (contains -i -- X $PATH)\n    set -e PATH[$index] #@\nend",
        ),
        "front": ("set PATH X (string match -v -- X $PATH)", "!path_front X"),
        "single_front": ("fish_add_path -mP X", "fish_add_path --move --path --prepend X"),
        "back": ("set PATH (string match -v -- X $PATH) X",),
        "single_back": ("fish_add_path -maP X",),
        "behind": ("!path_behind X Y",),
        "swap": ("set PATH $PATH[2] $PATH[1] $PATH[3..-1]", "set PATH $PATH[2 1 3..-1]"),
        "dedupe": ("!path_dedupe", "set PATH (printf '%s\\n' $PATH | awk '!s[$0]++')"),
        "user_front": (
            "set -gp fish_user_paths NEW",
            "set -g fish_user_paths NEW $fish_user_paths",
            "fish_add_path -g NEW",
        ),
        "user_back": ("set -ga fish_user_paths NEW", "fish_add_path --global --append NEW"),
        "user_move": ("fish_add_path -gm X", "fish_add_path --move --global --prepend X"),
        "user_remove": ("set -e fish_user_paths[(contains -i -- X $fish_user_paths)]",),
        "helper": (
            "printf '%s\\n' WORDS $PATH | awk '!s[$0]++ {l = l \" \" $0} "
            'END {print "set -gx PATH" l}\' | source',
        ),
    }

    FIRST = "set -gx PATH /usr/bin /bin /sbin"

    def __init__(
        self, seed: int, before: list[str], tops: list[str], home: str, variable: str = "PATH"
    ) -> None:
        self.home = home
        self.users: list[str] = []
        self.added: list[str] = []
        if variable != "PATH":
            self.IDIOMS = {
                kind: tuple(text for text in texts if "fish_" not in text)
                for kind, texts in self.IDIOMS.items()
            }
        super().__init__(seed, before, tops, variable)

    def new(self) -> str:
        self.count += 1
        return f"{self.home}/e/{self.count}"

    def do(self, kind: str, plan: tuple[Part, ...], exact: bool, **words: str) -> bool:
        if kind == "helper":
            words["WORDS"] = words["LIST"].replace(":", " ")
        return super().do(kind, plan, exact, **words)

    def again(self) -> bool:
        return super().again() if self.random.random() < 0.4 else self.user()

    def user(self) -> bool:
        """An edit of fish_user_paths, which fish puts in front of PATH, each time anew."""
        if any(name not in self.value for name in self.users):
            return False  # who sets it then is a matter of taste
        kind = self.random.choice(("user_front", "user_front", "user_back", "user_move"))
        kind = kind if self.random.random() < 0.8 else "user_remove"
        if kind in ("user_move", "user_remove"):
            if not self.users:
                return False
            name = self.random.choice(self.users)
            rest = [each for each in self.users if each != name]
            users = [name, *rest] if kind == "user_move" else rest
            return self.with_users(kind, users, X=name)
        new = self.new()
        return self.with_users(
            kind, [new, *self.users] if kind == "user_front" else [*self.users, new], NEW=new
        )

    def with_users(self, kind: str, users: list[str], **words: str) -> bool:
        """As __fish_reconstruct_path does it."""
        rest, taken = list(self.olds()), {}
        for name in self.added:
            part = next((one for one in rest if one.directory == name), None)
            if part:
                rest.remove(part)
                taken[name] = part
        front, added = [], []
        for name in reversed(users):
            part = next((one for one in rest if one.directory == name), None)
            if part:
                rest.remove(part)
            else:
                added.append(name)
            front.insert(0, taken.get(name) or part or Part(name))
        plan = (*front, *rest)
        values = [one.directory for one in plan]
        # Of several readings by the values any will do, so the plan itself need be none.
        readings = explanations(self.value, values)
        if not self.do(kind, min(readings), False, **words):
            return False
        self.users, self.added = users, added
        return True
