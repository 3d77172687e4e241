"""Every rule has a code of its own, a whole page, an example that triggers it, and three homes."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from envkit import doctor, rules
from envkit.finding import Rule
from envkit.host import Host

RULES = rules.every()
TESTS = Path(__file__).parents[1] / "rules"
TOPICS = {"EK1": "startup", "EK2": "path", "EK3": "python"}


def _ids(rule: Rule) -> str:
    return rules.name(rule)


def _sections(rule: Rule) -> dict[str, str]:
    parts = re.split(r"^## (.+)\n", rules.page(rule), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def example(rule: Rule) -> dict[str, str]:
    """The files of a page's example: each begins at a comment that names it."""
    lines = [line[4:] for line in _sections(rule)["Example"].splitlines()]
    files: dict[str, str] = {}
    name = ""
    for line in lines:
        if match := re.fullmatch(r"# ~/(\S+)", line):
            name = match[1]
            files[name] = ""
        elif name:
            files[name] += line + "\n"
    return files


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rules.name(rule) for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_form(rule: Rule) -> None:
    assert re.fullmatch(r"EK\d{3}", rule.code)
    assert rule.severity in ("error", "warning", "info")
    assert rule.check.__module__.split(".")[-2] == TOPICS[rule.code[:3]]
    assert f'"{rule.code}"' in Path(rule.check.__code__.co_filename).read_text()


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_page(rule: Rule) -> None:
    page = rules.page(rule)
    assert list(_sections(rule)) == ["What it finds", "Why it matters", "Example", "Fix"]
    assert all(text.strip() for text in _sections(rule).values())
    assert re.search(r"^Evidence: https://\S+$", page, re.MULTILINE)
    assert rules.title(rule) and len(rules.title(rule)) < 60
    assert max(map(len, page.splitlines())) <= 100


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_the_example_triggers_the_rule(rule: Rule, host: Callable[..., Host]) -> None:
    files = example(rule)
    assert files, "name the file in the block's first line: # ~/.bashrc"
    machine = host(files)
    for name, text in files.items():
        if text.startswith("#!"):
            (machine.home_at / name).chmod(0o755)
    asked = doctor.request(machine, limit=2.0, shell="bash")
    found = doctor.examine(asked, [rule])
    assert rule.code in {finding.code for finding in found.findings}
    for finding in found.findings:
        assert finding.fix is not None and finding.fix.text
        assert finding.where is not None and finding.where.line >= 1
        assert finding.contexts
        assert str(machine.home) not in repr(finding)


@pytest.mark.parametrize("rule", RULES, ids=_ids)
def test_a_test_with_three_homes_exists(rule: Rule) -> None:
    topic, module = rule.check.__module__.split(".")[-2:]
    path = TESTS / topic / f"test_{module}.py"
    spec = importlib.util.spec_from_file_location(f"homes_{module}", path)
    assert spec is not None and spec.loader is not None, f"{path} is missing"
    tests = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tests)
    assert tests.SICK and tests.HEALTHY and tests.LOOKS_SICK
