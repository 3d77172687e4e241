"""Which variables may hold a password or a token, by their names: their values are never printed.

A name is cut into its words (`AWS_SECRET_ACCESS_KEY`), so that neither KEYBOARD nor MONKEY nor
TOKENIZERS_PARALLELISM is meant. Where it is doubtful, the value is kept back: that costs a look.
"""

from __future__ import annotations

import re

#: What stands in the place of a value that is kept back.
KEPT_BACK = "(not shown)"

# Wherever they stand, also within a word (PGPASSWORD, npm_config__authToken).
_ANYWHERE = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SESSION_?KEY"
    r"|TOKENS?(?![A-Z])|COOKIE|SSHPASS|WEBHOOK|CONN(?:ECTION)?_STR|(?:DATABASE|REDIS|BROKER)_URL"
    r"|(?:AMQP|POSTGRES|POSTGRESQL|MYSQL|MONGO|MONGODB)_UR[IL]"
)
_WORDS = frozenset({"AUTH", "OAUTH", "JWT", "BEARER", "PASS", "DSN"})
_LAST = frozenset({"KEY", "KEYS", "PAT", "PWD", "CREDS"})
# A name of a file or of a socket tells nothing that `ls` does not.
_PLACES = frozenset({"FILE", "DIR", "PATH", "SOCK", "SOCKET", "ASKPASS"})

# A password may hold what it should not, such as a slash; a port is followed by one.
_IN_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^\s/@:]*):(?!\d+/)\S+@")

# A name in a line; what may follow it before its value: an index, quotes and braces that close, and
# a sign or a blank. After a blank a bracket or a separator says that the name stands for itself.
_NAMED = re.compile(r"(?<=\$\{)\w+|[A-Za-z_][A-Za-z0-9_-]*")
_GIVEN = re.compile(
    r"""(?:\[[^\]]*\])?[\\"'`})]*(?:\s*(?:[:+?]?=+~?|:|<<<)\s*|[:+?-]+|[ \t]+(?![;&|)\]#]))\S"""
)


def secret(name: str) -> bool:
    """Say whether a variable of that name may hold a secret."""
    whole = name.upper()
    words = re.split(r"[^A-Z0-9]+", whole.strip("_"))
    if words[-1] in _PLACES:
        return False
    if (len(words) > 1 and words[-1] in _LAST) or words == ["KEY"]:
        return True
    return bool(_ANYWHERE.search(whole) or _WORDS & set(words))


def shown(name: str, value: str) -> str:
    """Give the value as it may be printed: kept back, or without the passwords of its URLs."""
    return KEPT_BACK if secret(name) else _IN_URL.sub(rf"\1:{KEPT_BACK}@", value)


def line(text: str) -> str:
    """Give a line as it may be printed: cut after the first name of a secret that is given one."""
    for name in _NAMED.finditer(text):
        given = _GIVEN.match(text, name.end())
        if given and secret(name[0]):
            value = given.end() - 1
            gap = text[name.end() : value]
            folder = gap == ":" and text[name.start() - 1 : name.start()] == "/"
            if not folder and not text.startswith(KEPT_BACK, value):
                return f"{text[:value]}{KEPT_BACK}"
    return shown("", text)


def named(text: str) -> bool:
    """Whether a text names a variable that may hold a secret."""
    return any(secret(name[0]) for name in _NAMED.finditer(text))
