# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who may import whom. A rule holds for everything in a folder, so a new file is covered without being listed."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils import errors
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import predicted_account
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import pascal_case

PLUGINS = Path(errors.__file__).parents[1]
ROOT = PLUGINS.parent
PACKAGE = "ansible_collections.cyclr.ipaas.plugins."

# Folder -> what its files may import: folders or files of the collection, and packages from outside the standard library.
# A file takes the longest entry that fits.
MAY_IMPORT = {
    "module_utils/errors.py": ((), ()),
    "module_utils/arguments.py": (("module_utils",), ("ansible",)),
    "module_utils/module_runner.py": (("module_utils",), ("ansible",)),
    "module_utils/_client": (("module_utils/_client", "module_utils/errors"), ()),
    "module_utils/_client/requests_import.py": ((), ("requests", "urllib3")),
    "module_utils/_resources": (("module_utils/_resources", "module_utils/_client", "module_utils/errors"), ()),
    "module_utils/_ensure": (("module_utils/_ensure", "module_utils/_resources", "module_utils/_client", "module_utils/errors"), ()),
    "modules": (("module_utils",), ("ansible",)),
    "plugin_utils": (("plugin_utils", "module_utils"), ("ansible",)),
    # ansible-core depends on PyYAML, too.
    "plugin_utils/adopted.py": (("plugin_utils", "module_utils"), ("ansible", "yaml")),
    "action": (("plugin_utils", "module_utils", "modules"), ("ansible",)),
    "filter": (("plugin_utils", "module_utils"), ("ansible",)),
    "callback": (("plugin_utils", "module_utils"), ("ansible",)),
    "inventory": (("plugin_utils", "module_utils"), ("ansible",)),
    "doc_fragments": ((), ()),
}

FILES = sorted(path for path in PLUGINS.rglob("*.py") if "__pycache__" not in path.parts and path.name != "__init__.py")
# Two are actions; their files there are their documentation.
MODULES = sorted(path for path in (PLUGINS / "modules").glob("*.py") if path.stem not in ("cyclr_onboarding", "fleet_report"))


def name_of(path):
    return path.relative_to(PLUGINS).as_posix()


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path):
    """Full names of what a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import in %s" % path
            names = {"%s.%s" % (node.module, alias.name) for alias in node.names}
            # `from package import module` means the module.
            found |= {name if (PLUGINS / own(name)).with_suffix(".py").is_file() else node.module for name in names}
    return found


def own(name):
    return name[len(PACKAGE):].replace(".", "/") if name.startswith(PACKAGE) else "-"


def rule_for(name):
    fitting = [place for place in MAY_IMPORT if name == place or name.startswith(place + "/")]
    return MAY_IMPORT[max(fitting, key=len)] if fitting else None


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_what_its_room_may_use(path):
    rule = rule_for(name_of(path))
    assert rule, "%s is in no room: see CONTRIBUTING.md, The house" % name_of(path)
    rooms, packages = rule
    for name in imports(path):
        if name.startswith(PACKAGE):
            assert any(own(name) == room or own(name).startswith(room + "/") for room in rooms), name
        else:
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names or top in packages, name


def test_the_rule_sees_what_it_forbids():
    assert "requests" in imports(PLUGINS / "module_utils/_client/requests_import.py")
    assert any(own(name) == "module_utils/_client/options" for name in imports(PLUGINS / "module_utils/_client/client.py"))
    assert rule_for("module_utils/new.py") is None and rule_for("lookup/new.py") is None


# The API's names that stand outside the room of the resources, each with its reason.
API_NAMES_ELSEWHERE = {
    "Message": "the client takes the API's own words out of any error",
    "ExceptionMessage": "the same",
    "ModelState": "the same",
    "Id": "the client recognizes an item that it has seen on another page, of any list",
    "None": "a type of authentication that some readers of records compare, instead of the state",
}


def names_of_the_api():
    """Every name that the resources write or read, as they spell it."""
    for path in (PLUGINS / "module_utils" / "_resources").glob("*.py"):
        yield from (name for name in pascal_case_names(tree(path)))


def pascal_case_names(parsed):
    """Texts and names of arguments in PascalCase. Documentation is longer than one word."""
    texts = {node.value for node in ast.walk(parsed) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    arguments = {node.arg for node in ast.walk(parsed) if isinstance(node, ast.keyword) and node.arg}
    return {one for one in texts | arguments if re.fullmatch(r"(?:[A-Z][a-z0-9]+)+|[A-Z][A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*", one)}


def test_only_the_resources_spell_the_names_of_the_api():
    known = set(names_of_the_api()) | {pascal_case(name) for name in predicted_account({})} | set(API_NAMES_ELSEWHERE)
    assert {"AuthenticationId", "IsPartnerIntegrationConnector", "OAuth2Type", "TransactionErrorWebhookUrl", "Id"} <= known
    found = {}
    for path in FILES:
        if "module_utils/_resources/" not in path.as_posix():
            for name in pascal_case_names(tree(path)) & known:
                found.setdefault(name, []).append(name_of(path))
    assert set(found) <= set(API_NAMES_ELSEWHERE), found
    assert len(API_NAMES_ELSEWHERE) < 10


PAGE = ROOT / "examples" / "authorize_page" / "authorize_page"


@pytest.mark.parametrize("path", sorted(PAGE.glob("*.py")), ids=lambda path: path.name)
def test_the_page_for_customers_uses_nothing_private(path):
    """Companies copy it, so it keeps to modules and to names without an underscore."""
    used = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            used |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names}
    packages = {name.split(".")[0] for name in used} - set(sys.stdlib_module_names)
    assert packages <= {"flask", "werkzeug", "ansible", "ansible_collections"}
    own_names = [name.removeprefix(PACKAGE) for name in used if name.startswith("ansible_collections.")]
    assert bool(own_names) == (path.name == "cyclr.py")
    for name in own_names:
        assert name.startswith(("modules.", "module_utils.errors.", "module_utils.module_runner.")) and "._" not in name, name


def rooms_of_the_house():
    """First column of the table in CONTRIBUTING.md, The house."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    lines = text.split("\n## The house\n")[1].split("\n### ")[0].splitlines()
    for line in lines:
        if line.startswith("| `"):
            yield from (part.strip(" `").rstrip("/") for part in line.split("|")[1].split(","))


def folders():
    """Every folder that needs a row: of `plugins`, `tests` and `tools` those inside, of the others the folder itself."""
    depths = {"plugins": 3, "tests": 2, "tools": 2, "playbooks": 1, "roles": 1, "extensions": 1, "docs": 1}
    for top, depth in depths.items():
        for path in (ROOT / top).rglob("*"):
            parts = path.relative_to(ROOT).parts
            if path.is_file() and not {"__pycache__", "_build", "output"} & set(parts) and len(parts) > min(2, depth):
                yield "/".join(parts[:-1][:depth])


def test_every_folder_has_a_row_in_contributing():
    assert sorted(set(folders()) - set(rooms_of_the_house())) == []


def test_every_row_in_contributing_is_there():
    assert not [room for room in rooms_of_the_house() if not (ROOT / room).exists()]


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
