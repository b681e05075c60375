# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts of a file that people read: documentation, messages, comments, names of tasks. Code is left out."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from dataclasses import dataclass
from pathlib import Path

import yaml

PROSE, TASK = "prose", "task"
# What makes a mapping with a name a task, a block or a play, beside the name of a module
MARKS = {"block", "tasks", "roles", "ansible.builtin.import_playbook"}
# In texts, what is between these is code.
CODE = re.compile(r"``.+?``|`[^`\n]+`|\b[OVEMPC]\([^)]*\)|\bRV\([^)]*\)", re.S)


@dataclass(frozen=True)
class Text:
    kind: str
    line: int
    text: str


def of(path):
    """The texts of a file."""
    content = Path(path).read_text(encoding="utf-8")
    reader = {".py": _python, ".yml": _yaml, ".rst": _rst, ".md": _markdown}.get(Path(path).suffix, _comments)
    return [Text(one.kind, one.line, " ".join(CODE.sub("``", one.text).split())) for one in reader(content)]


def _python(content):
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            text = textwrap.dedent(node.value)
            if re.match(r"\s*(---|module:|name: |options:|- name:|description:|#)", text) and "\n" in text:
                yield from (Text(one.kind, node.lineno + one.line - 1, one.text) for one in _yaml(text))
            else:
                yield from _paragraphs(text, node.lineno)
    block = []
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type == tokenize.COMMENT:
            block.append((token.start[0], token.string.lstrip("#: ")))
    yield from _joined(block)


def _yaml(content):
    try:
        documents = list(yaml.compose_all(content, Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        yield from _paragraphs(content, 1)
        return
    for document in documents:
        if document is not None:
            yield from _nodes(document)
    yield from _comments(content)


def _nodes(node):
    if isinstance(node, yaml.ScalarNode):
        if " " in node.value:
            yield from _paragraphs(node.value, node.start_mark.line + 1)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _nodes(item)
    else:
        names = {key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)}
        is_task = bool(names & MARKS) or any(re.fullmatch(r"[a-z_]+\.[a-z_]+\.[a-z_]+", name) for name in names)
        for key, value in node.value:
            if is_task and key.value == "name" and isinstance(value, yaml.ScalarNode):
                yield Text(TASK, value.start_mark.line + 1, value.value)
            yield from _nodes(value)


def _comments(content):
    """Comments that begin with a number sign, those of a Makefile's help included."""
    block = []
    for number, line in enumerate(content.splitlines(), 1):
        found = re.search(r"(?:^|\s)#+ (.*)$", line)
        if found:
            block.append((number, found[1]))
    yield from _joined(block)


def _joined(lines):
    """Comments in lines that follow each other are one text."""
    start, parts, last = None, [], None
    for number, line in [*lines, (None, "")]:
        if parts and number != last + 1:
            yield Text(PROSE, start, " ".join(parts))
            parts = []
        if number is not None:
            start, last = (number if not parts else start), number
            parts.append(line)


def _paragraphs(text, line):
    """Paragraphs and items of lists."""
    parts = re.split(r"(\n[ \t]*\n|\n(?=[ \t]*(?:[-*]|\d+\.) ))", text)
    for part in parts:
        if part.strip():
            yield Text(PROSE, line, part.strip())
        line += part.count("\n")


def _rst(content):
    # A block that a directive for code, or a paragraph that ends in two colons, begins: everything that is indented more.
    block = re.compile(r"^( *)(?:\.\. (?:code-block|image|raw|parsed-literal)::.*|.*::)\n((?:\1 +.*\n|[ \t]*\n)+)", re.M)

    def cut(match):
        kept = match[0][: match.start(2) - match.start(0)]
        return kept + "\n" * match[2].count("\n")

    # Examples in YAML have names of tasks.
    for match in re.finditer(r"^( *)\.\. code-block:: ya?ml.*\n((?:\1 +.*\n|[ \t]*\n)+)", content, re.M):
        body = re.sub(r"^ *:\w+:.*$", "", match[2], flags=re.M)
        offset = content[: match.start(2)].count("\n")
        yield from (Text(one.kind, one.line + offset, one.text) for one in _yaml(textwrap.dedent(body)))
    yield from _paragraphs(block.sub(cut, content), 1)


def _markdown(content):
    for match in re.finditer(r"^```ya?ml\n(.*?)^```", content, re.M | re.S):
        offset = content[: match.start(1)].count("\n")
        yield from (Text(one.kind, one.line + offset, one.text) for one in _yaml(match[1]))
    yield from _paragraphs(re.sub(r"^```.*?^```|<!--.*?-->", lambda match: "\n" * match[0].count("\n"), content, flags=re.M | re.S), 1)
