# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Examples in the documentation of modules can be copied: all of a module run, one after the other, in an account that has what they name."""

from __future__ import annotations

import copy
import importlib

import pytest
import yaml
from cyclr_sandbox.state import seed

MODULES = "ansible_collections.cyclr.ipaas.plugins.modules."
CONTACTS, SIGN_UPS = "New Acme contacts to HubSpot", "Acme sign-ups to Mailchimp"


def customer():
    """The built-in seed with an account that has everything the examples name."""
    given = seed.builtin()
    given["Accounts"].append(dict(Id="customer-42", Name="Initech"))
    given["AccountConnectors"] += [
        dict(AccountId="customer-42", Id=901, Name="Acme Platform", ConnectorId=20001, AuthValue="a-key"),
        dict(AccountId="customer-42", Id=902, Name="HubSpot of the sales team", Connector="HubSpot", Authenticated=True),
        dict(AccountId="customer-42", Id=903, Name="Mailchimp", ConnectorId=20005, AuthValue="a-key"),
    ]
    sign_ups = next(one for one in given["Templates"] if one["Name"] == SIGN_UPS)
    sign_ups["Variables"].append(dict(DisplayName="Signing Key"))
    contacts = next(one for one in given["Templates"] if one["Name"] == CONTACTS)
    imported = dict(copy.deepcopy(contacts), Id="5d1c7b3a-2f4e-4a6b-8c9d-0e1f2a3b4c5d", Name="Import contacts", Tags=[])
    given["Templates"].append(imported)
    given["Cycles"] = [dict(Id="6e2d8c4b-3a5f-4b7c-9dae-1f2a3b4c5d6e", AccountId="customer-42", TemplateId=imported["Id"])]
    given["Settings"] = dict(RunSeconds=1)
    return given


# What the examples leave to the reader.
VARIABLES = dict(signing_key="a-signing-key", member_status="pending", list_id="audience-7")
# The tasks that change something
CHANGED = {
    "cyclr_template_info": [],
    "cyclr_cycle": [
        "Install an integration and start it",
        "Set up an integration by the names of its variables, steps and fields",
        "Install an integration without starting it",
        "Stop an integration at once",
        "Remove an integration",
    ],
    "cyclr_cycle_info": [],
    "cyclr_cycle_run": ["Import the existing contacts once, and wait up to ten minutes"],
}


@pytest.mark.parametrize("name", CHANGED)
def test_examples(runner, tmp_path, name):
    runner.reset(seed=customer())
    tasks = yaml.safe_load(importlib.import_module(MODULES + name).EXAMPLES)
    play = dict(name="Run the examples", hosts="localhost", gather_facts=False, tasks=tasks)
    path = tmp_path / "examples.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    done = runner.run(path, variables=VARIABLES)
    assert [task.name for task in done.tasks] == [task["name"] for task in tasks]
    assert done.changed == CHANGED[name]
    assert VARIABLES["signing_key"] not in done.output
