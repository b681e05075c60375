# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real runs of ansible-inventory and ansible-playbook over an inventory file, against the sandbox of tests/integration/conftest.py."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
import yaml

from ansible_collections.cyclr.ipaas.tests.support import ansible_programs


@dataclass
class Listing:
    """What ansible-inventory --list printed."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def data(self):
        return json.loads(self.stdout, object_hook=lambda found: found.get("__ansible_unsafe", found))

    @property
    def hosts(self):
        """Host name -> variables."""
        return self.data["_meta"]["hostvars"]

    @property
    def groups(self):
        return {name: sorted(group["hosts"]) for name, group in self.data.items() if "hosts" in group and name != "ungrouped"}


class Inventory:
    def __init__(self, sandbox, folder):
        self.sandbox = sandbox
        self.folder = folder
        self.path = folder / "test.cyclr.yml"
        settings = dict(ANSIBLE_HOME=folder / "home", ANSIBLE_NOCOLOR="1", ANSIBLE_LOCALHOST_WARNING="0", CYCLR_RETRY_TIMEOUT="0")
        self.environment = ansible_programs.environment(folder, sandbox, **settings)

    def run(self, program, *arguments, **environment):
        source = [] if program == "ansible-vault" else ["-i", str(self.path)]
        command = [ansible_programs.program(program), *source, *arguments]
        done = ansible_programs.run(command, dict(self.environment, **environment), self.folder)
        return Listing(done.returncode, done.stdout, done.stderr)

    def write(self, text="", **options):
        """The inventory file: options, and YAML as it is for what a dictionary cannot say."""
        self.path.write_text(yaml.safe_dump(dict({"plugin": "cyclr.ipaas.accounts"}, **options)) + text, encoding="utf-8")

    def list(self, *arguments, environment=None, text="", **options):
        self.write(text, **options)
        self.sandbox.clear_journal()
        return self.run("ansible-inventory", "--list", *arguments, **environment or {})

    def fails(self, *arguments, environment=None, **options):
        """Everything printed by a run that core was told to fail."""
        listing = self.list(*arguments, environment=dict(environment or {}, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="1"), **options)
        assert listing.returncode != 0, listing.stdout
        return " ".join((listing.stdout + listing.stderr).split())

    def asked(self, path="*"):
        """How often the API was asked for a path."""
        return len([request for request in self.sandbox.journal() if path in ("*", request["path"])])


@pytest.fixture
def inventory(sandbox, tmp_path):
    return Inventory(sandbox, tmp_path)
