"""Within what each step of fish's profile ran: a file, a function, a text that is no file's.

The profile tells only which command ran within which; what a command opened, its words tell.
"""

from __future__ import annotations

import re
from array import array

from envkit.tracing.fish_record import Steps
from envkit.tracing.fish_text import Texts, fits

SOURCE = re.compile(r"(?:builtin )?(?:source|\.)\s+(?!-$)(\S.*)")
PRINTED = re.compile(
    r"\|\s*(?:builtin )?(?:source|\.)\b|\bpsub\b|^(?:builtin )?(?:source|\.)(?: -)?$"
)
EVAL = re.compile(r"(?:builtin )?eval\b")
EVENT = re.compile(r"(\S+) (?:VARIABLE|PROCESS_EXIT|JOB_EXIT|SIGNAL)\b")
_FUNCTION = re.compile(r"function ['\"]?([^\s'\".;]+)")
_OURS = frozenset(("fish_add_path", "__fish_reconstruct_path"))
_UNKNOWN = -2
LEADING = re.compile(r"^(?:(?:and|or|not|!|time)\s+)+")


class Nesting:
    """Steps, and what each opened for those within it; `definitions` are those of functions."""

    def __init__(self, steps: Steps, texts: Texts) -> None:
        self.steps, self.texts = steps, texts
        self._openers = array("i", [_UNKNOWN]) * len(steps)
        self._kinds: dict[str, str] = {}
        self._bodily: dict[tuple[str, str, str], bool] = {}
        definitions = (i for i in range(len(steps)) if steps.text(i).startswith("function "))
        self.definitions = array("i", definitions)
        names = (_FUNCTION.match(steps.text(index)) for index in self.definitions)
        self._called = frozenset(match[1] for match in names if match) | _OURS

    def forget(self) -> None:
        """Another file was read, which may define functions: texts may mean something else."""
        self._kinds.clear()
        self._bodily.clear()

    def kind(self, index: int) -> str:
        """What step `index` opens for what runs within it: file, text, function, or nothing."""
        text = self.steps.text(index)
        if text not in self._kinds:
            self._kinds[text] = self._kind(index)
        return self._kinds[text]

    def _kind(self, index: int) -> str:
        text = LEADING.sub("", self.steps.text(index))
        if PRINTED.search(text) or EVAL.match(text):
            return "text"
        if SOURCE.match(text):
            return "file"
        return "function" if self._is_function(index) else ""

    def _is_function(self, index: int) -> bool:
        name = self.name(index)
        return name in self.texts.functions or (
            name in self._called and not text_is_builtin(self.steps.text(index))
        )

    def name(self, index: int) -> str:
        """The command's first word; of a handler that an event ran its name."""
        event = EVENT.match(self.steps.text(index))
        if event:
            return event[1]
        text = LEADING.sub("", self.steps.text(index))
        word = re.match(r"(?:[\w\[\]]+=\S*\s+)*([^\s;|&<>()]+)", text)
        return word[1].strip("'\"") if word else ""

    def opener(self, index: int) -> int:
        """The step that opened what step `index` ran in: a source, a function call, an eval."""
        if self._openers[index] == _UNKNOWN:
            above = self.steps.parent(index)
            while above >= 0 and not self.kind(above):
                above = self.steps.parent(above)
            if above >= 0 and self._among_words(above, index):
                above = self.opener(above)
            self._openers[index] = above
        return self._openers[index]

    def _among_words(self, opener: int, index: int) -> bool:
        """Whether a step is a substitution in a call, or in a `source`, and not in what it runs."""
        kind, child = self.kind(opener), index
        if kind == "function":
            return not self._runs(opener, index)
        text = self.steps.text(opener)
        if kind != "file" or "(" not in text:
            return False
        while self.steps.parent(child) != opener:
            child = self.steps.parent(child)
        return self.steps.text(child) in text

    def _runs(self, opener: int, index: int) -> bool:
        """Whether the function that `opener` calls has the command of step `index` in its body."""
        name = self.name(opener)
        if name not in self.texts.functions:
            return True
        child = index
        while self.steps.parent(child) != opener:
            child = self.steps.parent(child)
        key = (name, self.steps.text(child), self.steps.text(index))
        if key not in self._bodily:
            path, node = self.texts.functions[name]
            texts = [each.text for each in self.texts.inside(path, node)]
            self._bodily[key] = any(fits(text, part) for text in texts for part in key[1:])
        return self._bodily[key]

    def in_text(self, index: int) -> bool:
        """Whether a step stands in no file: an eval's text, or one that a program printed."""
        opener = self.opener(index)
        return opener >= 0 and self.kind(opener) == "text"

    def printed(self, index: int) -> bool:
        """Whether a step's words were not written in a file, but came out of something."""
        if not self.in_text(index):
            return False
        text = LEADING.sub("", self.steps.text(self.opener(index)))
        return EVAL.match(text) is None or bool(re.search(r"[($]", text))

    def words(self, index: int) -> str:
        """What was written where step `index` ran: its statement, and the calls that led to it."""
        found, at = [], self.steps.parent(index)
        while at >= 0:
            found.append(self.steps.text(at))
            at = self.opener(at)
            if at >= 0 and self.kind(at) == "file":
                break
        return "\n".join(found)

    def within_function(self, index: int, name: str) -> bool:
        """Whether a step ran within a function of that name, called at whatever depth."""
        while index >= 0:
            if self.name(index) == name:
                return True
            index = self.steps.parent(index)
        return False


def text_is_builtin(text: str) -> bool:
    """Whether a command is told to be the builtin, or the program, of its name."""
    return re.match(r"(?:builtin|command)\s", text) is not None
