"""sh and bash text -> Node, by tree-sitter-bash; imported only where a file is really read.

tree-sitter gives a tree for every text; what it could not place (an ERROR node) is handed to the
line scanner, and comes back as `broken`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tree_sitter
import tree_sitter_bash

from envkit.reading import lines, split
from envkit.reading.nodes import Node

_parser: tree_sitter.Parser | None = None


def parse(content: bytes) -> Node:
    """The tree of a file."""
    global _parser
    if _parser is None:
        _parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
    return _group("sequence", _parser.parse(content).root_node)


def _group(kind: str, node: tree_sitter.Node) -> Node:
    return Node(kind, *_span(node), parts=tuple(_statements(node.children)))


def _statements(children: list[tree_sitter.Node]) -> Iterator[Node]:
    held: Node | None = None
    for child in children:
        if child.type == "&" and held is not None:
            # A command in the background runs in a shell of its own.
            held = Node("subshell", held.line, held.last, parts=(held,))
            continue
        node = _statement(child)
        if node is not None:
            if held is not None:
                yield held
            held = node
    if held is not None:
        yield held


def _statement(node: tree_sitter.Node) -> Node | None:
    if node.type == "ERROR":
        return Node("broken", *_span(node), parts=lines.scan(_text(node), _span(node)[0]))
    convert = _CONVERT.get(node.type)
    if convert is None:
        return None
    result = convert(node)
    if any(child.is_missing for child in node.children):
        return Node("broken", *_span(node), parts=(result,))
    return result


def _command(node: tree_sitter.Node) -> Node:
    words = (_text(child) for child in node.children if not child.type.endswith("_redirect"))
    return Node("command", *_span(node), words=tuple(words))


def _assignment(node: tree_sitter.Node) -> Node:
    return Node("command", *_span(node), words=(_text(node),))


def _bracket(node: tree_sitter.Node) -> Node:
    text = _text(node)
    if text.startswith("[["):
        return Node("test", *_span(node), words=split.words(text[2:-2], "[["))
    if text.startswith("(("):
        return Node("arithmetic", *_span(node), words=(text[2:-2],))
    return Node("command", *_span(node), words=split.words(text))


def _compound(node: tree_sitter.Node) -> Node:
    return _bracket(node) if _text(node).startswith("((") else _group("group", node)


def _list(node: tree_sitter.Node) -> Node:
    left, operator, right = (child for child in node.children if child.type != "comment")
    parts = tuple(_statements([left])) + tuple(_statements([right]))
    return Node("and" if operator.type == "&&" else "or", *_span(node), parts=parts)


def _redirected(node: tree_sitter.Node) -> Node:
    inner = _group("sequence", node)
    result = inner.parts[0] if inner.parts else Node("command", *_span(node))
    for redirect in node.children:
        if redirect.type == "heredoc_redirect":
            result = _after_heredoc(redirect, result)
    return result._replace(last=inner.last)


def _after_heredoc(redirect: tree_sitter.Node, left: Node) -> Node:
    """`cat <<X && . file`: the grammar hides the rest of the list in the redirection."""
    kind = ""
    for child in redirect.children:
        if child.type in ("&&", "||"):
            kind = "and" if child.type == "&&" else "or"
        elif kind and (right := _statement(child)) is not None:
            left, kind = Node(kind, left.line, right.last, parts=(left, right)), ""
    return left


def _if(node: tree_sitter.Node) -> Node:
    parts: list[Node] = []
    here: list[tree_sitter.Node] = []
    for child in node.children:
        if child.type in ("then", "fi", "elif_clause", "else_clause"):
            if here:
                parts.append(_body(here))
            here = []
            if child.type == "elif_clause":
                parts += _if(child).parts
            elif child.type == "else_clause":
                parts.append(_group("sequence", child))
        elif child.type not in ("if", "elif"):
            here.append(child)
    if here:
        parts.append(_body(here))
    return Node("if", *_span(node), parts=tuple(parts))


def _body(children: list[tree_sitter.Node]) -> Node:
    first, last = _span(children[0])[0], _span(children[-1])[1]
    return Node("sequence", first, last, parts=tuple(_statements(children)))


def _for(node: tree_sitter.Node) -> Node:
    words = [_text(child) for child in node.children if child.type not in _FOR_WORDS]
    if not any(child.type == "in" for child in node.children):
        words.append('"$@"')
    return Node("for", *_span(node), words=tuple(words), parts=(_do(node),))


def _c_style(node: tree_sitter.Node) -> Node:
    # How often it runs is arithmetic: as a `while` whose condition nobody knows.
    unknown = Node("arithmetic", *_span(node), words=("?",))
    return Node("while", *_span(node), parts=(unknown, _do(node)))


def _while(node: tree_sitter.Node) -> Node:
    conditions = [child for child in node.children[1:] if child.type != "do_group"]
    return Node(node.children[0].type, *_span(node), parts=(_body(conditions), _do(node)))


def _do(node: tree_sitter.Node) -> Node:
    for child in node.children:
        if child.type in ("do_group", "compound_statement"):
            return _group("sequence", child)
    return Node("sequence", *_span(node))


def _case(node: tree_sitter.Node) -> Node:
    items = tuple(_item(child) for child in node.children if child.type == "case_item")
    return Node("case", *_span(node), words=(_text(node.children[1]),), parts=items)


def _item(node: tree_sitter.Node) -> Node:
    close = next((i for i, child in enumerate(node.children) if child.type == ")"), 0)
    patterns = [_text(child) for child in node.children[:close] if child.type not in ("(", "|")]
    end = node.children[-1].type
    patterns.append(end if end in (";&", ";;&") else ";;")
    body = tuple(_statements(node.children[close + 1 :]))
    return Node("item", *_span(node), words=tuple(patterns), parts=body)


def _function(node: tree_sitter.Node) -> Node:
    words = [_text(child) for child in node.children if child.type == "word"]
    body = tuple(_statements(node.children))
    return Node("function", *_span(node), words=tuple(words[:1]), parts=body)


def _wrap(kind: str) -> Callable[[tree_sitter.Node], Node]:
    return lambda node: _group(kind, node)


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode("utf-8", "surrogateescape")


def _span(node: tree_sitter.Node) -> tuple[int, int]:
    end = node.end_point[0] + (1 if node.end_point[1] else 0)
    return node.start_point[0] + 1, max(end, node.start_point[0] + 1)


_FOR_WORDS = frozenset(
    ("for", "select", "in", ";", "\n", "do_group", "compound_statement", "comment")
)
_CONVERT: dict[str, Callable[[tree_sitter.Node], Node]] = {
    "command": _command,
    "declaration_command": _command,
    "unset_command": _command,
    "variable_assignment": _assignment,
    "variable_assignments": _command,
    "test_command": _bracket,
    "compound_statement": _compound,
    "list": _list,
    "redirected_statement": _redirected,
    "if_statement": _if,
    "for_statement": _for,
    "c_style_for_statement": _c_style,
    "while_statement": _while,
    "case_statement": _case,
    "function_definition": _function,
    "subshell": _wrap("subshell"),
    "pipeline": _wrap("pipe"),
    "negated_command": _wrap("not"),
}
