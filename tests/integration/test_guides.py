# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of guides: every file that a guide shows is written, every command is run in its order, and the output contains what the guide shows."""

from __future__ import annotations

import re
import shlex
import textwrap
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.cyclr.ipaas.tests.support import ansible_programs

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst"
BLOCK = re.compile(r"^\.\. code-block:: (?P<language>\w+)\n(?:   :caption: (?P<caption>.*)\n)?\n(?P<body>(?:   .*\n|\n)+)", re.M)


@dataclass
class Block:
    language: str
    caption: str | None
    body: str

    @property
    def commands(self):
        return [line[2:] for line in self.body.splitlines() if line.startswith("$ ")]


def blocks(guide):
    text = (GUIDES / f"{guide}.rst").read_text(encoding="utf-8")
    return [Block(found["language"], found["caption"], textwrap.dedent(found["body"])) for found in BLOCK.finditer(text)]


def flat(text):
    return " ".join(text.split())


def hubspot_is_authorized(sandbox, environment, cwd):
    """The customer opens the link and presses Allow."""
    options = "account_id=customer-42 name=HubSpot target_origin=%s/account" % sandbox.url
    done = ansible_programs.run([ansible_programs.program("ansible"), "localhost", "-m", "cyclr.ipaas.cyclr_oauth_link", "-a", options], environment, cwd)
    sandbox.authorise(re.search(r'"url": "([^"]+)"', done.stdout)[1])


def a_run_fails(sandbox, environment, cwd):
    [number] = [one["Id"] for one in sandbox.state()["Cycles"] if (one["AccountId"], one["Name"]) == ("customer-42", "New Acme contacts to HubSpot")]
    sandbox.incident(number, IncidentLevel="Error", ShortMessage="Failed to call the method", StepName="Create or update contact")


# What happens outside of the guide, before a command is run for the n-th time.
EVENTS = {
    ("ansible-playbook contacts.yml", 2): hubspot_is_authorized,
    ("ansible-playbook incidents.yml", 1): a_run_fails,
}


@pytest.mark.parametrize("guide", ["guide_integrations"])
def test_examples(guide, sandbox, tmp_path):
    environment = ansible_programs.environment(tmp_path, sandbox, ANSIBLE_LOCALHOST_WARNING="false", ANSIBLE_INVENTORY_UNPARSED_WARNING="false")
    sandbox.options(RunSeconds=1)
    output, runs = "", Counter()
    for block in blocks(guide):
        if block.language == "yaml":
            path = tmp_path / block.caption
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, encoding="utf-8")
        elif block.language == "console":
            output = ""
            for command in block.commands:
                runs[command] += 1
                if (command, runs[command]) in EVENTS:
                    EVENTS[command, runs[command]](sandbox, environment, tmp_path)
                program, *arguments = shlex.split(command)
                done = ansible_programs.run([ansible_programs.program(program), *arguments], environment, tmp_path)
                assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
                assert "[WARNING]" not in done.stdout + done.stderr, f"{command}\n{done.stdout}{done.stderr}"
                output = done.stdout
        elif not block.caption:
            for line in block.body.splitlines():
                assert flat(line) in flat(output), f"{guide} shows {line!r}, the command shows\n{output}"
    assert set(EVENTS) <= {(command, number) for command in runs for number in range(1, runs[command] + 1)}


@pytest.mark.parametrize("guide", ["guide_integrations"])
def test_every_file_is_used(guide):
    """An example that no command runs would be tested by nothing."""
    commands = " ".join(command for block in blocks(guide) if block.language == "console" for command in block.commands)
    files = [block.caption for block in blocks(guide) if block.language == "yaml"]
    assert [name for name in files if not name or (name not in commands and name.split("/")[0] not in commands.split())] == []
