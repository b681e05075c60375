# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes tests easy to find and to read: helpers have one home and a full name, and docstrings are docstrings."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.relative_to(ROOT) for folder in ("tests", "tools") for path in (ROOT / folder).rglob("*.py") if "output" not in path.parts)
TREES = {path: ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in FILES}
TESTS = {path: tree for path, tree in TREES.items() if path.parts[0] == "tests"}
SANDBOX, BENCH, SUPPORT = Path("tests/sandbox"), Path("tests/bench"), Path("tests/support")


def inside(path, *folders):
    return any(folder in path.parents for folder in folders)


def names(condition):
    """The files with a node for which the condition holds."""
    return [str(path) for path, tree in TREES.items() if any(condition(node) for node in ast.walk(tree))]


def test_there_is_something_to_look_at():
    assert len(TESTS) > 50 and Path("tools/prepare.py") in TREES


def test_a_text_at_the_top_is_a_docstring():
    """After `from __future__`, it would be a text that nobody sees."""
    texts = [
        str(path)
        for path, tree in TREES.items()
        for node in tree.body[1:]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
    assert texts == []


@pytest.mark.parametrize("path", [path for path in FILES if inside(path, SUPPORT, Path("tools")) or path.name == "conftest.py"], ids=str)
def test_what_others_use_says_what_it_is_for(path):
    assert ast.get_docstring(TREES[path])


def test_only_the_conftest_of_all_tests_changes_sys_path():
    def changes(node):
        target = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
        if isinstance(node, ast.Assign):
            target = node.targets[0].value if isinstance(node.targets[0], ast.Subscript) else node.targets[0]
        return not isinstance(node, ast.Attribute) and ast.unparse(target) == "sys.path"

    assert names(changes) == ["tests/conftest.py"]


def test_helpers_are_imported_by_their_full_name():
    """A short name depends on the folder from which a test was started, and may be that of another file. Programs may use their neighbours."""
    short = {path.stem for path in TESTS if not inside(path, SANDBOX, BENCH)} - {"conftest"}
    wrong = []
    for path, tree in TESTS.items():
        if inside(path, SANDBOX, BENCH):
            continue
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{path}: {module}" for module in modules if module.split(".")[0] in short]
    assert wrong == []


@pytest.mark.parametrize("name", ["Clock", "validated", "CREDENTIALS", "Runner", "Authority", "serving"])
def test_shared_helpers_have_one_definition(name):
    defined = []
    for path, tree in TESTS.items():
        for node in tree.body:
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)] if isinstance(node, ast.Assign) else []
            if name in (targets or [getattr(node, "name", None)]) and not inside(path, SANDBOX):
                defined.append(path)
    assert len(defined) == 1 and inside(defined[0], SUPPORT), [str(path) for path in defined]


def test_one_module_makes_http_servers():
    def is_server(node):
        return isinstance(node, ast.ClassDef) and any("HTTPRequestHandler" in ast.unparse(base) for base in node.bases)

    assert names(is_server) == ["tests/support/http_servers.py"]
