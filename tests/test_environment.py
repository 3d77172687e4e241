"""The text of env.sh and of the line that reads it; tests/real has them run."""

from __future__ import annotations

from pathlib import Path

import pytest

from envkit import environment
from envkit.errors import Refused
from envkit.plan import Profile


def profile(front: tuple[str, ...] = (), back: tuple[str, ...] = (), **variables: str) -> Profile:
    return Profile("descent", tuple(variables.items()), front, back, Path("x.env"))


def test_nothing_to_set_is_nothing_to_run() -> None:
    text = environment.posix(profile(), "user")
    assert [line for line in text.splitlines() if not line.startswith(b"#")] == []


def test_one_comment_line_and_one_export() -> None:
    text = environment.posix(profile(("/a",), A="1", B="2"), "user").decode()
    assert [line for line in text.splitlines() if line.startswith("#")] == text.splitlines()[:1]
    assert text.count(' export "PATH=') == 1


def test_the_same_profile_gives_the_same_bytes() -> None:
    one = profile(("/a", "/b"), ("/c",), A="x")
    assert environment.posix(one, "user") == environment.posix(one, "user")


@pytest.mark.parametrize("default", ["/usr/bin:/bin", '/odd "$`\\'])
def test_the_platforms_path_where_none_is_set(default: str) -> None:
    text = environment.posix(profile(("/a",)), "user", default).decode()
    escaped = default.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    assert f'"${{PATH:-{escaped.replace("`", chr(92) + "`")}}}:"' in text


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("/plain/bin-1.0", "/plain/bin-1.0"),
        ("/a b", "'/a b'"),
        ("/it's", "'/it'\\''s'"),
        ("esac", "'esac'"),
        ("~/x", "'~/x'"),
        ("/$x", "'/'\\$'x'"),
        ("/a\\", "'/a'\\\\''"),
        ("=x/y", "'=x/y'"),
    ],
)
def test_what_needs_quotes_has_them(entry: str, word: str) -> None:
    text = environment.posix(profile((entry,)), "user").decode()
    assert f"_ek_n={word} " in text


def test_bytes_that_are_no_text_arrive() -> None:
    assert b"'/caf\xe9'" in environment.posix(profile(("/caf\udce9",)), "user")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/home/ada/.config/envkit/env.sh", '"$HOME/.config/envkit/env.sh"'),
        ('/home/ada/a "$b`\\/env.sh', '"$HOME/a \\"\\$b\\`\\\\/env.sh"'),
        ("/srv/xdg/env.sh", "/srv/xdg/env.sh"),
        ("/srv/my xdg/env.sh", "'/srv/my xdg/env.sh'"),
        ("/home/adam/env.sh", "/home/adam/env.sh"),
    ],
)
def test_source_line(path: str, line: str) -> None:
    text = environment.source_line(Path(path), Path("/home/ada")).decode()
    assert text == f"if [ -r {line} ]; then . {line}; fi\n"


def test_a_home_that_is_the_root_is_not_spelled_out() -> None:
    assert b"$HOME" not in environment.source_line(Path("/x/env.sh"), Path("/"))


def test_a_path_on_two_lines() -> None:
    with pytest.raises(Refused, match="newline"):
        environment.source_line(Path("/a\nb/env.sh"), Path("/home/ada"))
