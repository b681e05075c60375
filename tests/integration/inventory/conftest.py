# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real runs of ansible-inventory and ansible-playbook over an inventory file, against the sandbox of tests/integration/conftest.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

# As for the modules' tests: the executables of another core.
PROGRAMS = Path(os.environ.get("CYCLR_TESTS_ANSIBLE_PLAYBOOK") or sys.executable).parent
CREDENTIALS = {"CYCLR_CLIENT_ID": "sandbox-client", "CYCLR_CLIENT_SECRET": "sandbox-secret"}
OURS = ("CYCLR_", "ANSIBLE_")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


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
    def __init__(self, sandbox, folder, collections_path):
        self.sandbox = sandbox
        self.folder = folder
        self.path = folder / "test.cyclr.yml"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS) and name.upper() not in PROXIES}
        self.environment = dict(kept, ANSIBLE_COLLECTIONS_PATH=collections_path, ANSIBLE_HOME=str(folder / "home"), ANSIBLE_NOCOLOR="1")
        self.environment.update(CREDENTIALS, CYCLR_API_URL=sandbox.url, CYCLR_RETRY_TIMEOUT="0", ANSIBLE_LOCALHOST_WARNING="0")

    def run(self, program, *arguments, **environment):
        source = [] if program == "ansible-vault" else ["-i", str(self.path)]
        command = [str(PROGRAMS / program), *source, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=dict(self.environment, **environment), capture_output=True, text=True, timeout=300, check=False
        )
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
def inventory(sandbox, tmp_path, collections_path):
    return Inventory(sandbox, tmp_path, collections_path)
