# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation, messages, comments and names of tasks are in plain English: the rules are in language.yml beside this file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.support import texts

ROOT = Path(__file__).resolve().parents[3]
LANGUAGE = yaml.safe_load(Path(__file__).with_name("language.yml").read_text(encoding="utf-8"))
RULES = {texts.PROSE: LANGUAGE["rules"], texts.TASK: LANGUAGE["rules"] + LANGUAGE["task_names"]}


def matching(patterns):
    return sorted({str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()})


FILES = matching(LANGUAGE["files"])


def expression(pattern):
    return re.compile(pattern, 0 if re.search(r"\[a-z\]|[A-Z]", pattern) else re.I)


def broken(kind, text):
    """The rules that a text does not follow, with what it says."""
    for rule in RULES[kind]:
        for match in expression(rule["pattern"]).finditer(text):
            spans = [fine.span() for exception in rule.get("exceptions", []) for fine in expression(exception).finditer(text)]
            if not any(start < match.end() and match.start() < end for start, end in spans):
                yield rule, match


def findings(path):
    for text in texts.of(ROOT / path):
        for rule, match in broken(text.kind, text.text):
            around = text.text[max(0, match.start() - 40) : match.end() + 40]
            yield f"{path}:{text.line}: ...{around}...\n    {rule['why']} Better: {rule['instead']}"


@pytest.mark.parametrize("path", FILES)
def test_speaks_plain_english(path):
    found = list(dict.fromkeys(findings(path)))
    assert not found, "\n".join([f"{len(found)} findings", *found])


@pytest.mark.parametrize("pattern", LANGUAGE["files"])
def test_every_pattern_stands_for_files(pattern):
    assert matching([pattern])


BAD = [
    (texts.PROSE, "This is no failure."),
    (texts.PROSE, "Where the account exists, it is kept."),
    (texts.PROSE, "It is kept. Where it is missing it is created."),
    (texts.PROSE, "The icon, where it is set."),
    (texts.PROSE, "13 changed, 987 as wanted"),
    (texts.PROSE, "Somebody consents anew."),
    (texts.PROSE, "The list holds all ids."),
    (texts.PROSE, "Settings that are not given stay; one that is given wins."),
    (texts.TASK, "Is the account ready?"),
    (texts.TASK, "The account"),
    (texts.TASK, "Creates the account"),
    (texts.TASK, "Creating the account"),
]
GOOD = [
    (texts.PROSE, "It is no longer valid."),
    (texts.PROSE, "The folder where you keep it."),
    (texts.PROSE, "There is no account with this ID."),
    (texts.PROSE, "At most five minutes; another run contains it again."),
    (texts.TASK, "Create the account"),
    (texts.TASK, "Process the answers"),
    (texts.TASK, "Bring the report up to date"),
]


@pytest.mark.parametrize("kind, text", BAD)
def test_finds_what_is_not_plain(kind, text):
    assert list(broken(kind, text))


@pytest.mark.parametrize("kind, text", GOOD)
def test_leaves_good_english_alone(kind, text):
    assert [rule["pattern"] for rule, _match in broken(kind, text)] == []


def test_reads_comments_docstrings_messages_and_names_but_not_code(tmp_path):
    path = tmp_path / "example.py"
    path.write_text('"""A module\n\nsecond part."""\n# a comment\n# of two lines\nx = "a message"\nis_no = 1\n', encoding="utf-8")
    assert [(one.line, one.text) for one in texts.of(path)] == [(1, "A module"), (3, "second part."), (6, "a message"), (4, "a comment of two lines")]
    play = tmp_path / "play.yml"
    play.write_text("- name: Do it\n  hosts: all\n  vars: {name: What it is}\n  tasks:\n    - name: Now what\n      a.b.c: {name: The x}\n", encoding="utf-8")
    assert [(one.line, one.text) for one in texts.of(play) if one.kind == texts.TASK] == [(1, "Do it"), (5, "Now what")]
    guide = tmp_path / "guide.rst"
    guide.write_text("Use ``a no b``:\n\n.. code-block:: console\n\n   $ echo is no\n\nThe end\n", encoding="utf-8")
    assert "is no" not in " ".join(one.text for one in texts.of(guide))
    assert [one.text for one in texts.of(guide)][-1] == "The end"
