# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a playbook for many accounts costs must grow with their number, and not with its square: whatever reads the variables of all hosts does so once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = [path for folder in ("playbooks", "roles") for path in sorted((ROOT / folder).rglob("*.yml"))]
BLOCKS = ("block", "rescue", "always", "tasks", "pre_tasks", "post_tasks", "handlers")


def reads_all_hosts(value):
    """Whether a template in it takes more of hostvars than one host by its name."""
    if isinstance(value, dict):
        return any(map(reads_all_hosts, value.values()))
    if isinstance(value, list):
        return any(map(reads_all_hosts, value))
    return isinstance(value, str) and "hostvars" in value.replace("hostvars[inventory_hostname]", "").replace("hostvars.localhost", "")


def is_once(task):
    """Whether a task runs for one host only. A template that decides it is not enough."""
    return task.get("run_once") is True or task.get("ansible.builtin.meta") == "end_batch"


def tasks_of(node):
    return [task for key in BLOCKS for task in node.get(key) or []]


def all_once(node):
    """Whether everything below a play or a block runs once."""
    return is_once(node) or bool(tasks_of(node)) and all(map(all_once, tasks_of(node)))


def repeated(node):
    """What reads all hosts, below a play, a block or a task, and is evaluated for each of them."""
    if all_once(node):
        return []
    own = {key: value for key, value in node.items() if key not in BLOCKS}
    return ([own.get("name", own)] if reads_all_hosts(own) else []) + [found for task in tasks_of(node) for found in repeated(task)]


def nodes(text):
    content = yaml.safe_load(text) or []
    return content if isinstance(content, list) else [content]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_variables_of_all_hosts_are_read_once(path):
    assert [found for node in nodes(path.read_text(encoding="utf-8")) for found in repeated(node)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_variables_of_all_hosts_are_no_value(path):
    """Before ansible-core 2.19, the value of a template is turned into text: that of all variables of all hosts, each with the names of all hosts."""
    text = " ".join(path.read_text(encoding="utf-8").split())
    assert not re.search(r"extract', hostvars\)( \| (list|select|reject|sort|unique)\b[^|}]*)* }}", text)


ALL = "{{ ansible_play_hosts_all | map('extract', hostvars) | list }}"


@pytest.mark.parametrize("text", [
    "- {hosts: all, vars: {x: \"%s\"}, tasks: [{debug: {}}]}",
    "- {hosts: all, vars: {x: \"%s\"}, tasks: [{debug: {}, run_once: true}, {block: [{debug: {}}]}]}",
    "- {hosts: all, tasks: [{block: [{name: n, debug: {msg: \"%s\"}}]}]}",
    "- {name: n, debug: {}, vars: {x: \"%s\"}, run_once: '{{ y }}'}",
    "x: \"%s\"",
])  # fmt: skip
def test_a_repeated_read_is_found(text):
    assert len([found for node in nodes(text % ALL) for found in repeated(node)]) == 1


@pytest.mark.parametrize("text", [
    "- {hosts: all, vars: {x: \"%s\"}, tasks: [{debug: {}, run_once: true}]}",
    "- {hosts: all, tasks: [{debug: {}}, {run_once: true, block: [{debug: {msg: \"%s\"}}]}]}",
    "- {ansible.builtin.meta: end_batch, when: \"%s\"}",
])  # fmt: skip
def test_a_read_that_happens_once_is_not(text):
    assert not [found for node in nodes(text % ALL) for found in repeated(node)]
