# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

"""Who may import whom: the arrows go one way."""

import ast
from pathlib import Path

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils import client

UTILS = Path(client.__file__).parent
PLUGINS = UTILS.parent
# cyclr_onboarding is an action that runs modules; its file there is its documentation.
MODULES = sorted(path for path in (PLUGINS / "modules").glob("*.py") if path.stem != "cyclr_onboarding")
RESOURCES = sorted((UTILS / "resources").glob("*.py"))
PACKAGE = "ansible_collections.cyclr.ipaas.plugins."
# What knows nothing of Ansible
CLIENT = ["client", "connection", "errors", "failures", "redaction", "retry", "third_party", "tls"]
PURE = CLIENT + [
    "account_settings", "connector_authentication", "connector_properties", "installation", "lookup", "onboarding", "partner", "partner_deployment",
    "reconcile",
]


def name_of(path):
    return str(path.relative_to(PLUGINS))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path):
    """Full names of the modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import in %s" % path
            found |= {node.module} | {"%s.%s" % (node.module, alias.name) for alias in node.names}
    return found


def top(names):
    return {name.split(".")[0] for name in names}


def own(names):
    return {name[len(PACKAGE):] for name in names if name.startswith(PACKAGE)}


def python_files(folder):
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def test_there_is_something_to_look_at():
    assert len(MODULES) >= 7 and len(RESOURCES) >= 5
    assert "ansible_collections" in top(imports(UTILS / "client.py"))
    assert "requests" in top(imports(UTILS / "third_party.py"))


@pytest.mark.parametrize("path", [path for path in python_files(PLUGINS) if path.name != "third_party.py"], ids=name_of)
def test_requests_is_imported_in_one_place(path):
    assert not {"requests", "urllib3"} & top(imports(path))


@pytest.mark.parametrize("path", [UTILS / (name + ".py") for name in PURE] + RESOURCES, ids=name_of)
def test_client_resources_and_reconcile_know_nothing_of_ansible(path):
    assert "ansible" not in top(imports(path))


@pytest.mark.parametrize("path", python_files(UTILS), ids=name_of)
def test_nothing_below_imports_a_module(path):
    assert not [name for name in own(imports(path)) if not name.startswith("module_utils")]


@pytest.mark.parametrize("path", RESOURCES, ids=name_of)
def test_resources_know_what_is_below_them(path):
    allowed = ("module_utils.resources", "module_utils.connection", "module_utils.errors", "module_utils.client")
    assert not [name for name in own(imports(path)) if not name.startswith(allowed)]


@pytest.mark.parametrize("name", CLIENT)
def test_the_client_knows_nothing_of_what_it_serves(name):
    allowed = {"module_utils." + one for one in CLIENT}
    used = own(imports(UTILS / (name + ".py")))
    assert {".".join(one.split(".")[:2]) for one in used} <= allowed


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_import_no_other_module(path):
    assert not [name for name in own(imports(path)) if not name.startswith("module_utils")]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_run_does_not_exit_print_or_read_the_environment(path):
    named = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    named |= {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    assert not named & {"exit_json", "fail_json", "AnsibleModule", "print", "environ", "getenv", "exit", "open"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_is_spec_run_and_a_thin_main(path):
    functions = {node.name: node for node in tree(path).body if isinstance(node, ast.FunctionDef)}
    assert [argument.arg for argument in functions["run"].args.args] == ["params", "api", "check_mode"]
    assert ast.unparse(functions["main"].body[0]) == "run_module(SPEC, run)" and len(functions["main"].body) == 1
