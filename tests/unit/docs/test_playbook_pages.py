# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each playbook describes its variables in the comment at its top, and the documentation has a page that is written from it."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import jinja2.meta
import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.plugin_utils import run_limits
from ansible_collections.cyclr.ipaas.tools import playbook_pages

ROOT = Path(__file__).resolve().parents[3]
PLAYBOOKS = {playbook.name: playbook for playbook in playbook_pages.all_playbooks()}


class Loader(yaml.SafeLoader):
    """Reads playbooks. A template that is marked as unsafe is not evaluated by the playbook."""


Loader.add_constructor("!unsafe", lambda _loader, _node: None)


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


class AnyName(dict):
    """Filters or tests, whatever their names are: nothing is evaluated here."""

    def get(self, name, default=None):
        return super().get(name, lambda *_values: None)


JINJA = jinja2.Environment()
JINJA.filters, JINJA.tests = AnyName(JINJA.filters), AnyName(JINJA.tests)
# Keywords whose values are expressions without braces
EXPRESSIONS = {"when", "that", "until", "failed_when", "changed_when", "var"}
# What Ansible and AWX provide, what a template sets for itself, and the results of the role onboard_account, which its documentation describes
PROVIDED = re.compile(
    r"(ansible_\w+|hostvars|groups|group_names|inventory_hostname|inventory_dir|playbook_dir|omit|item|lookup|query|undef|now|vars|range|dict|_|awx_job_id"
    r"|onboard_account_result)$"
)
# What no play reads without meaning a variable: names in `map(attribute='...')` over the variables of hosts
OURS = re.compile(r"(?:cyclr|onboard_account|offboard_account|roll_out|fleet_report)_[a-z_]*[a-z]$")


class Uses:
    """The variables that a playbook, and the files of tasks that it includes, read and set."""

    def __init__(self, path):
        self.read, self.set, self.environment, self.roles, self.of_tasks = set(), set(), set(), set(), set()
        self.base = path.parent
        self.visit(load(path))

    def visit(self, node, key=None):
        if isinstance(node, dict):
            for name, value in node.items():
                self.visit_pair(str(name), value)
        elif isinstance(node, list):
            for value in node:
                self.visit(value, key)
        elif isinstance(node, str):
            self.template("{{ %s }}" % node if key in EXPRESSIONS else node)

    def visit_pair(self, name, value):
        short = name.rsplit(".", 1)[-1]
        if short in ("vars", "set_fact") and isinstance(value, dict):
            self.set |= {str(one) for one in value}
        elif short in ("register", "loop_var", "index_var"):
            self.set.add(value)
        elif short in ("include_tasks", "import_tasks") and isinstance(value, str):
            self.visit_tasks(self.base / value)
        elif short in ("include_role", "import_role"):
            self.roles.add(value["name"].rsplit(".", 1)[-1])
        elif short == "role":
            self.roles.add(value.rsplit(".", 1)[-1])
        elif short == "vars_files":
            for file in value:
                text = load(self.base / file)
                self.set |= set(text)
                self.visit(text)
            return
        elif short == "vars_prompt":
            return
        self.visit(value, short)

    def visit_tasks(self, path):
        """A file of tasks includes others relative to its own folder, and its own comment describes the variables that it takes."""
        before, self.base = self.base, path.parent
        self.visit(load(path))
        self.base = before
        self.of_tasks |= {name for name in re.findall(r"\w+", "\n".join(playbook_pages.comment(path))) if OURS.match(name)}

    def template(self, text):
        if "{{" not in text and "{%" not in text:
            return
        tree = JINJA.parse(text)
        self.read |= jinja2.meta.find_undeclared_variables(tree)
        if any(node.name == "cyclr.ipaas.run_limits" for node in tree.find_all(jinja2.nodes.Filter)):
            self.read |= set(run_limits.ALLOWED)
        constants = [node.value for node in tree.find_all(jinja2.nodes.Const) if isinstance(node.value, str)]
        self.read |= {value for value in constants if OURS.match(value)}
        self.environment |= {value for value in constants if re.match(r"CYCLR_[A-Z_]+$", value)}


USES = {name: Uses(playbook.path) for name, playbook in PLAYBOOKS.items()}


def settings(playbook):
    return set(yaml.safe_load((ROOT / playbook.settings).read_text(encoding="utf-8"))) if playbook.settings else set()


def names_of(playbook):
    """The documented names; of a dictionary's key, the dictionary."""
    return {name.partition(".")[0] for variable in playbook.variables for name in variable.names}


def variables_of_roles(names):
    found = set()
    for name in names:
        specs = yaml.safe_load((ROOT / "roles" / name / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        found |= set(specs["argument_specs"]["main"]["options"])
    return found


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_variable_that_is_used_is_documented(name):
    playbook, uses = PLAYBOOKS[name], USES[name]
    inputs = {one for one in uses.read - uses.set - uses.of_tasks if not PROVIDED.match(one)} - settings(playbook)
    mentioned = {word for line in playbook_pages.comment(playbook.path) for word in re.findall(r"\w+", line)}
    assert sorted(inputs - names_of(playbook) - mentioned - variables_of_roles([playbook.role] if playbook.role else [])) == []


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_documented_variable_is_used(name):
    playbook, uses = PLAYBOOKS[name], USES[name]
    assert sorted(names_of(playbook) - uses.read - variables_of_roles(uses.roles)) == []


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_variable_has_a_meaning(name):
    playbook = PLAYBOOKS[name]
    assert playbook.variables
    assert [variable.names for variable in playbook.variables if len(variable.meaning) < 5] == []


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_says_which_variables_of_the_environment_it_reads(name):
    playbook = PLAYBOOKS[name]
    says = " ".join(playbook_pages.comment(playbook.path)) + ((ROOT / playbook.settings).read_text(encoding="utf-8") if playbook.settings else "")
    assert [one for one in sorted(USES[name].environment) if one not in says] == []


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_names_the_role_whose_variables_it_takes(name):
    assert ({PLAYBOOKS[name].role} - {None}) == USES[name].roles


def test_pages_are_up_to_date():
    written = {playbook_pages.PAGES / f"{playbook.page}.rst": playbook_pages.page(playbook) for playbook in PLAYBOOKS.values()}
    found = {path: path.read_text(encoding="utf-8") for path in playbook_pages.PAGES.glob("playbook_*.rst")}
    assert sorted(path.name for path in written.keys() | found.keys() if written.get(path) != found.get(path)) == [], "run `make pages`"


def test_every_page_of_the_site_is_in_its_navigation():
    sections = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    listed = [page for section in sections for page in section["toctree"]]
    assert sorted(listed) == sorted(path.stem for path in playbook_pages.PAGES.glob("*.rst"))


def test_finds_what_a_comment_says_and_what_a_play_uses(tmp_path):
    path = tmp_path / "one.yml"
    path.write_text(
        "---\n# Do it. Variables:\n#   cyclr_one, cyclr_two   the first\n#                          two\n#   confirm   true does it\n"
        "- name: Do it\n  hosts: all\n  vars: {cyclr_mine: 1}\n  tasks:\n    - name: Look\n      ansible.builtin.assert:\n"
        "        that: cyclr_mine and cyclr_three == lookup('env', 'CYCLR_URL')\n      register: seen\n"
        "    - ansible.builtin.debug: {msg: \"{{ seen }}{{ hosts | map(attribute='cyclr_four') }}\"}\n",
        encoding="utf-8",
    )
    uses = Uses(path)
    assert {"cyclr_three", "cyclr_four", "hosts"} <= {one for one in uses.read - uses.set if not PROVIDED.match(one)}
    assert "cyclr_mine" not in uses.read - uses.set and uses.environment == {"CYCLR_URL"}
    playbook = playbook_pages.parse(path, "one")
    assert playbook.blocks == ["Do it."]
    described = [(variable.names, variable.meaning) for variable in playbook.variables]
    assert described == [(["cyclr_one", "cyclr_two"], "the first two"), (["confirm"], "true does it")]
    assert "     - ``true`` does it." in playbook_pages.page(playbook).splitlines()
