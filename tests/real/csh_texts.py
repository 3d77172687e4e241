"""Texts of csh startup files: what csh does in particular, and what the systems ship.

In the short texts `.a` stands for `source ~/a`; each ends with `.z`, so that it shows whether the
file was read to its end. The systems' texts are equivalents in our own words, facts not copies.
"""

from __future__ import annotations

import re

SOURCED = tuple(f"~/{name}" for name in "abcdez")
FILES = {
    "~/exits": ("file", "exit 3\nsource ~/e\n"),
    "~/errs": ("file", "echo $nope\nsource ~/e\n"),
    "~/args": ("file", "source ~/$argv[1]\n"),
    "~/d2/g": ("file", ""),
    "~/dir": ("directory", ""),
    "~/locked": ("unreadable", ""),
}
_SHORT = {
    "plain": ".a",
    "exit": "exit\n.a",
    "exit in then": "if (1) then\nexit\nendif\n.a",
    "exit, rest of the line": "exit; .a\n.b",
    "if exit, rest": "if (1) exit; .a\n.b",
    "exit with two words": "exit 1 2\n.a",
    "logout": "logout\n.a",
    "return is no command": "return\n.a",
    "unset variable": "echo $nope\n.a",
    "unset variable of a program": "/bin/true $nope\n.a",
    "unset variable in a skipped block": "if (0) then\necho $nope\nendif\n.a",
    "unset variable behind a guard": "if ($?nope && $nope == x) .a\n.b",
    "unset variable in a guarded command": "if ($?nope) echo $nope\n.a",
    "unknown command": "nosuchcommand\n.a",
    "unknown command || ": "nosuchcommand || .a\nnosuchcommand && .b",
    "source of nothing": "source ~/nope\n.a",
    "source of a folder": "source ~/dir\n.a",
    "source of a locked file": "source ~/locked\n.a",
    "source of a file that exits": "source ~/exits\n.a",
    "source of a file with an error": "source ~/errs\n.a",
    "source -h": "source -h ~/a\n.b",
    "source with arguments": "source ~/args a b\n.c",
    "source by a variable": "set f = ~/a\nsource $f\n",
    "source in quotes": 'source "$HOME/a"\n',
    "source by a pattern": "source ~/[a]\n",
    "source relative": "cd ~\nsource a\n",
    "source behind cd": "cd ~/d2\nsource g\n",
    "source in parentheses": "(source ~/a; exit; source ~/b)\n.c",
    "source | cat": "source ~/a | cat\n",
    "echo | source": "echo x | source ~/a\n",
    "source >& /dev/null": "source ~/a >& /dev/null\nif (1) source ~/b >& /dev/null\n",
    "\\source is a program": "\\source ~/a\n'source' ~/b\n",
    "a variable for source": "set s = source\n$s ~/a\nset s = (source ~/b)\n$s\n",
    "semicolons": ".a ; .b;\n;.c",
    "no space": "if(1).a\nif(1)then\n.b\nendif",
    "then on the next line": "if (1)\nthen\n.a\nendif",
    "then with a command": "if (1) then .a\nendif",
    "else with a command": "if (0) then\n.a\nelse .b\nendif",
    "else if": "if (0) then\n.a\nelse if (1) then\n.b\nelse\n.c\nendif",
    "else if false": "if (0) then\n.a\nelse if (0) then\n.b\nendif",
    "else from above": "if (1) then\n.a\nelse if (1) then\n.b\nendif",
    "nested and skipped": "if (0) then\nif (1) then\n.a\nelse\n.b\nendif\nelse\n.c\nendif",
    "skipped, echo then": "if (0) then\nif (1) echo then\n.a\nelse\n.b\nendif\n.c",
    "skipped quote": "if (0) then\necho 'x\nelse\n.a\nendif",
    "endif;": "if (0) then\n.a\nendif; .b\n.c",
    "no endif, true": "if (1) then\n.a",
    "no endif, false": "if (0) then\n.a",
    "no endif behind else": "if (1) then\n.a\nelse\n.b",
    "then; on one line": "if (1) then; .a; endif\n",
    "false then; rest": "if (0) then; .a\n.b\nendif\n",
    "if with && behind": "if (0) echo a && .a\nif (0) echo a ; .b",
    "{ command }": "if ({ true }) .a\nif ({ false }) .b\nif (! { false }) .c",
    "test && source": "test -f ~/a && .a\n[ -f ~/nope ] && .b\n[ -f ~/a ] || .c",
    "switch": "switch (abc)\ncase a*:\n.a\ncase x:\n.b\nbreaksw\ndefault:\n.c\nendsw",
    "switch, default first": "switch (abc)\ndefault:\n.a\nbreaksw\ncase a*:\n.b\nendsw",
    "switch, nothing fits": "switch (abc)\ncase b:\n.a\nendsw",
    "switch of a variable": "set v='a*'\nswitch (abc)\ncase $v:\n.a\nendsw",
    "switch without parentheses": "switch abc\ncase a*:\n.a\nendsw\n",
    "switch of two words": "switch (a b)\ncase a:\n.a\nendsw\n",
    "case with a command": "switch (a)\ncase a: .a\nendsw",
    "case with a command, from above": "switch (a)\ncase a:\ncase b: .a\nendsw\n.b",
    "case, blank, colon": "switch (a)\ncase a :\n.a\nendsw",
    "foreach": "foreach f (a b nope)\nif (-r ~/$f) source ~/$f\nend\n",
    "foreach, break": "foreach f (a b c)\nif ($f == b) break\nsource ~/$f\nend\n",
    "foreach, continue": "foreach f (a b c)\nif ($f == b) continue\nsource ~/$f\nend\n",
    "foreach, no match": "foreach f (~/nope*)\nsource $f\nend\n.a",
    "foreach, nonomatch": "set nonomatch\nforeach f (~/nope*)\nif (-e $f) source $f\nend\n.a",
    "foreach, nothing": "foreach f ()\n.a\nend",
    "foreach, files": "foreach f (~/[ab])\nsource $f\nend",
    "foreach in foreach": (
        "foreach x (1 2)\nforeach f (a b)\nif ($x$f == 1b) source ~/$f\nend\nend\n"
    ),
    "while": "set n=0\nwhile ($n < 3)\n@ n++\nif ($n == 2) continue\n.a\nend",
    "goto": "goto q\n.a\nq:\n.b",
    "goto back": "set n=0\ntop:\n@ n++\n.a\nif ($n < 3) goto top\n.b",
    "goto out of a block": "if (1) then\ngoto e\n.a\nendif\n.b\ne:\n.c",
    "goto nowhere": "goto nolabel\n.a",
    "$?": "if ($?home && $?HOME) .a\nif ($?nope) .b\nif (! $?nope) .c\nif ($?tcsh) .d",
    "!$? is an event": "if (!$?nope) .a\n.b",
    "! ( )": "if (! (1 == 2)) .a\n.b",
    "a==b is one word": "set a=b\nif ($a==b) .a\n.b",
    "empty operands": "set e=()\nif ($e == x) .a\nif (x == $e) .b\nif (\"$e\" == '') .c",
    "a word is no condition": "if (abc) .a\n.b",
    "numbers": "if (2 < 10) .a\nif (01 == 1) .b\nif (5 - 3 - 1 == 1) .c\nif (1 <= 1) .d",
    "1 == 1 == 1": "if (1 == 1 == 1) .a\n.b",
    "&& and ||": "if (0 && 0 || 1) .a\nif (1 || 0 && 0) .b\nif (1&&1) .c",
    "-e of two": "if (-e /etc -d /etc) .a\n.b",
    "-ed": "if (-ed ~/dir) .a\nif (-ef ~/dir) .b\nif (-d ~/dir && -f ~/a) .c",
    "-e of a pattern": "if (-e ~/[a]) .a\nif (-e ~/nope*) .b\n.c",
    "-z -s": "if (-z ~/a) .a\nif (-s ~/a) .b\nif (-r ~/locked) .c\nif (-e ~/locked) .d",
    "=~": "if ($HOME =~ /home/*) .a\nif ($HOME !~ *x) .b\nset p='/h*'\nif ($HOME =~ $p) .c",
    "== of a pattern": "if (abc == nope*) .a\n.b",
    "=~ in quotes": "if (abc =~ 'a*') .a\nif (abc =~ \"*b*\") .b",
    "$#": "set a=(x y z)\nif ($#a == 3 && $a[2] == y) .a\nif ($#argv) .b\n",
    "subscripts": 'set a=(x y z)\nif ("$a[2-]" == "y z") .a\nif ($a[$#a] == z) .b\necho $a[4]\n.c',
    "modifiers": "set p=~/d2/a.sh\nif ($p:t == a.sh && $p:h:t == d2 && $p:r:t == a) .a\n.b",
    "words of a value": "set x='a b'\nforeach f ($x)\nsource ~/$f\nend\n",
    "words of the environment": "setenv X 'a b'\nforeach f ($X)\n.a\nend\n",
    "value in quotes": "set x='a b'\nforeach f (\"$x\")\n.a\nend\n",
    "set path": "set path=(/x $path)\nif ($PATH == /x:/usr/local/bin:/usr/bin:/bin) .a\n",
    "set path, blanks": (
        "set path = ( /x $path /y )\nif ($path[1] == /x && $path[$#path] == /y) .a\n"
    ),
    "setenv PATH": "setenv PATH /q:$PATH\nif ($path[1] == /q && $#path == 4) .a\n",
    "setenv PATH, empty entry": "setenv PATH :/a\nif ($path[1] == .) .a\n",
    "$HOME:t": "if ($HOME:t == ada) .a\n",
    "setenv of nothing": "setenv FOO\nif ($?FOO && $FOO == '') .a\n",
    "setenv of three": "setenv A b c\n.a",
    "unset": "set ab ac\nunset a*\nif ($?ab) .a\n.b",
    "unsetenv": "unsetenv LOGNAME\nif ($?LOGNAME) .a\n.b",
    "set of many": "set a=b c = (d e) f\nif ($a == b && $c[2] == e && $f == '') .a\n",
    "set -r": "set -r a=1\nif ($a == 1) .a\n",
    "set a= b": "set a= b\nif ($?b && $a == '') .a\n",
    "set of a number": "set 1x=3\n.a",
    "set of a lost pattern": "set x=(~/nope*)\n.a",
    "@": "@ x = 3 + 4\n@ x += 1\n@ x--\nif ($x == 7) .a\n@ y = ( 1 < 2 )\nif ($y) .b\n",
    "@ without blanks": "@ a = 1+2\n.a",
    "status": "false\nif ($status) .a\ntrue\nif ($status) .b\n",
    "comment": ".a # .b\n# .c \\\n.d\n#.e",
    "comment in a word": "echo x#y\n.a",
    "continued": "if (1) \\\n  source \\\n  ~/a\n",
    "quote not closed": "echo 'abc\n.a",
    "parenthesis": "echo )\n.a",
    "event": "echo 'a!b'\n.a",
    "no event": "echo hi! a!=b > /dev/null\n.a",
    "here-document": "cat <<EOF >/dev/null\nsource ~/a\nexit\nEOF\n.b",
    "alias": "alias s source\ns ~/a\nif (1) s ~/b\n",
    "alias with arguments": "alias s 'source ~/\\!*'\ns a\nalias t 'source ~/\\!:1; .b'\nt a\n",
    "alias of if": "alias f 'if (-e ~/a) source ~/a'\nf\n",
    "alias of an alias": "alias s source\nalias t 's ~/a'\nt\n",
    "alias of itself": "alias source 'source ~/a;:'\nsource x\n",
    "eval": "eval 'source ~/a'\neval 'if (1) source ~/b'\neval `echo source ~/c`\n",
    "eval exit": "eval exit\n.a",
    "eval error": "eval 'echo $nope'\n.a",
    "repeat": "repeat 2 source ~/a\n",
    "set in parentheses": "( set v=1 )\nif ($?v) .a\n.b",
    "set at a pipe's end": "echo a | set v=1\nif ($?v) .a\n.b",
    "error in parentheses": "( echo $nope; .a )\n.b",
    "error ||": "cd /nope || .a\n.b",
    "error &&": "true && echo $nope\n.a",
    "cd": "cd /etc\nif ($cwd == /etc) .a\ncd\nif ($cwd == ~/) .b\n",
    "exec": "exec true\n.a",
    "exec of nothing": "exec /nope\n.a",
    "home": "set home=~/h2\n.a",
    "HOME": "setenv HOME ~/h2\n.a",
    "no home": "unset home\n",
    "no HOME": "unsetenv HOME\n.a",
    "loginsh": "set loginsh\n.a",
    "no loginsh": "unset loginsh\n.a",
    "dirsfile": "set dirsfile=~/a\n.b",
    "ls": 'if (-e ~/d2 && `/bin/ls ~/d2` != "") then\nforeach F (`/bin/ls ~/d2/*`)\n'
    "source $F;\nend;\nendif\n",
    "id": "if (`id -u` == 0) then\n.a\nelse\n.b\nendif\nif ($uid == 0) .c\n",
    "prompt": "if ($?prompt) then\n.a\nelse\n.b\nendif\nif ($?loginsh) .c\n",
    "prompt, exit": "if (! $?prompt) exit\n.a",
    "braces": "foreach f (~/{a,b})\nsource $f\nend\n",
    "noglob": "set noglob\nforeach f (~/*)\nif ($f == '~/*') source $HOME/a\nend\nunset noglob\n",
    "noclobber": "source ~/a > /dev/null\n",
    "background": "sleep 0 &\n.a",
    "shift": "set a=(1 2)\nshift a\nif ($a == 2 && $#a == 1) .a\nshift a\nshift a\n.b",
    "label and command": "x: source ~/a\n.b",
    "break out of nothing": "break\n.a",
    "breaksw out of nothing": "breaksw\n.a",
    "endif alone": "endif\n.a",
    "else alone": "else\n.a",
    "end alone": "end\n.a",
    "nice": "nice source ~/a\n.b",
}
TEXTS = {
    name: re.sub(r"(^|[ (;)])\.([a-e])\b", r"\1source ~/\2", text, flags=re.MULTILINE).rstrip("\n")
    + "\nsource ~/z\n"
    for name, text in _SHORT.items()
}
UNCERTAIN: frozenset[str] = frozenset(())

_DEBIAN = {
    "/etc/csh.cshrc": """\
if ($?tcsh && $?prompt) then
\tbindkey "\\e[1~" beginning-of-line # Home
\tbindkey "\\e[4~" end-of-line       # End
\tset autoexpand
\tset prompt = "%m:%~%# "
endif

set dir=/etc/csh/cshrc.d
if (-e $dir && `/bin/ls $dir` != "") then
  foreach FILE (`/bin/ls $dir/*`)
    source $FILE;
  end;
endif
""",
    "/etc/csh.login": """\
if (-e /etc/csh/login.d && `/bin/ls /etc/csh/login.d` != "") then
  foreach FILE (`/bin/ls /etc/csh/login.d/*`)
    source $FILE;
  end;
endif
""",
    "/etc/csh.logout": "# /etc/csh.logout\n",
    "/etc/csh/cshrc.d/10-site": "setenv SITE 1\n",
    "/etc/csh/login.d/20-lang": "setenv LANG C\n",
    "/etc/csh/login.d/30-quit": "exit\n",
}
_REDHAT = {
    "/etc/csh.cshrc": """\
if ( ! $?loginsh_set ) then
    set noglob_was_unset
endif
if ($uid > 199) then
    umask 002
else
    umask 022
endif

if ($?prompt) then
  if ($?tcsh) then
    set promptchars='$#'
    set prompt='[%n@%m %c]%# '
    set autolist
  else
    set prompt=\\[$user@`hostname -s`\\]\\$\\
  endif
endif

setenv MAIL "/var/spool/mail/$USER"

if ( $?tcsh ) then
    bindkey "^[[3~" delete-char
endif

if (! $?loginsh) then
    if (-d /etc/profile.d) then
        set nonomatch
        foreach i ( /etc/profile.d/*.csh )
            if (-r "$i") then
                if ($?prompt) then
                    source "$i"
                else
                    source "$i" >& /dev/null
                endif
            endif
        end
        unset i nonomatch
    endif
endif
""",
    "/etc/csh.login": """\
if ( ! $?path ) then
    if ( $uid == 0 ) then
        setenv PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
    else
        setenv PATH "/usr/local/bin:/usr/bin"
    endif
else
    foreach p ( /usr/local/bin /usr/bin )
        switch (":${PATH}:")
        case "*:${p}:*":
            breaksw
        default:
            set path = ( $path $p )
            breaksw
        endsw
    end
    unset p
endif
if (-d /etc/profile.d) then
    set nonomatch
    foreach i ( /etc/profile.d/*.csh )
        if (-r "$i") then
            if ($?prompt) then
                source "$i"
            else
                source "$i" >& /dev/null
            endif
        endif
    end
    unset i nonomatch
endif
""",
    "/etc/profile.d/lang.csh": """\
set in_config = (/etc/locale.conf)
if (! -r $in_config[1]) then
    exit
endif
source /etc/nowhere
""",
    "/etc/profile.d/colorls.csh": """\
if ( ! $?prompt ) then
    exit
endif
alias ll 'ls -l'
""",
    "/etc/profile.d/zmodules.csh": """\
if (! $?MODULES_CMD) then
    setenv MODULES_CMD /usr/share/Modules/libexec/modulecmd.tcl
endif
set modpath = /etc/environment-modules
if ( -r $modpath/initrc.csh ) then
    source $modpath/initrc.csh
endif
""",
    "/etc/environment-modules/initrc.csh": "setenv MODULEPATH /usr/share/modulefiles\n",
    "/etc/profile.d/lang.sh": "NEVER=1\n",
    "~/.cshrc": """\
alias rm 'rm -i'
set path = ($path $home/bin)
if ($?prompt) then
  set history=1000
endif
""",
    "~/.login": "if ( -f ~/.login.local ) source ~/.login.local\n",
    "~/.login.local": "setenv EDITOR vi\n",
    "~/.logout": "clear >& /dev/null\n",
}
_FREEBSD = {
    "/etc/csh.cshrc": "# System-wide .cshrc file for csh(1).\n",
    "/etc/csh.login": "# setenv LANG C.UTF-8\n",
    "/etc/csh.logout": "# System-wide .logout file for csh(1).\n",
    "~/.cshrc": """\
alias h\t\thistory 25
alias ll\tls -lAF
umask 22
set path = (/sbin /bin /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin $HOME/bin)
setenv\tEDITOR\tvi
setenv\tPAGER\tless
if ($?prompt) then
\tset prompt = "%N@%m:%~ %# "
\tset promptchars = "%#"
\tset filec
\tset history = 1000
\tset savehist = (1000 merge)
\tif ( $?tcsh ) then
\t\tbindkey "^W" backward-delete-word
\t\tbindkey -k up history-search-backward
\tendif
\tif ( -r ~/.cshrc.mine ) source ~/.cshrc.mine
endif
""",
    "~/.cshrc.mine": "set mine\n",
    "~/.login": "if ( -x /usr/bin/fortune ) /usr/bin/fortune freebsd-tips\n",
}
_SUSE = {
    "/etc/csh.cshrc": """\
onintr -
set noglob
setenv CSHRC_SEEN 1
unset noglob
if ( ! $?CSHEDIT ) setenv CSHEDIT emacs
if ( -r /etc/profile.d/csh.ssh ) source /etc/profile.d/csh.ssh
set -f path=($path /usr/games)
if (! ${?loginsh}) then
    if ( -r /etc/csh.login && ! ${?CSH_LOGIN_READ} ) source /etc/csh.login
endif
if ( -r /etc/csh.cshrc.local ) then
    source /etc/csh.cshrc.local
endif
onintr
""",
    "/etc/csh.login": """\
setenv CSH_LOGIN_READ true
if ( $?prompt ) then
    setenv INTERACTIVE 1
endif
if ( -d /etc/profile.d && -r /etc/profile.d ) then
    set _tmp=${?nonomatch}
    set nonomatch
    foreach _s ( /etc/profile.d/*.csh )
        if ( -r $_s ) then
            source $_s
        endif
    end
    if ( ! ${_tmp} ) unset nonomatch
    unset _tmp _s
endif
if ( -s /etc/csh.login.local ) then
    source /etc/csh.login.local
endif
""",
    "/etc/csh.cshrc.local": "setenv SITE suse\n",
    "/etc/profile.d/alljava.csh": "if ( -d /usr/java ) setenv JAVA_HOME /usr/java\n",
    "/etc/profile.d/csh.ssh": "setenv FROM ssh\n",
    "~/.cshrc": "set history=200\n",
}
_ALPINE = {
    "/etc/csh.login": 'setenv PATH "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"\n',
    "~/.tcshrc": "if ( -f ~/.cshrc ) source ~/.cshrc\nbindkey -e\n",
    "~/.cshrc": "set filec\n",
}
_MACOS = {
    "/etc/csh.cshrc": """\
# System-wide .cshrc file for csh(1).
if ($?prompt) then
\tset promptchars = "%#"
\tif ($?tcsh) then
\t\tset prompt = "[%m:%c3] %n%# "
\telse
\t\tset prompt = "[%m:%c3] `id -nu`%# "
\tendif
endif
""",
    "/etc/csh.login": """\
if ( -x /usr/libexec/path_helper ) then
\teval `/usr/libexec/path_helper -c`
endif
""",
    "~/.tcshrc": "source ~/.cshrc\n",
    "~/.cshrc": "set path = ( ~/bin $path )\n",
}
PLATFORMS = {
    "debian": _DEBIAN,
    "redhat": _REDHAT,
    "freebsd": _FREEBSD,
    "suse": _SUSE,
    "alpine": _ALPINE,
    "macos": _MACOS,
}
