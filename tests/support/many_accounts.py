# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts for the playbooks that work on many of them, and a run as a user types it."""

from __future__ import annotations

import json
import subprocess

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK, writes
from cyclr_sandbox.state import seed

TEMPLATE = "New Acme contacts to HubSpot"
WANTED = dict(
    onboard_account_timezone="Europe/London", roll_out_template=TEMPLATE, upgrade_connector="Salesforce", upgrade_connector_version="v60.0",
)  # fmt: skip
# Playbook -> what it changes in each account
PLAYBOOKS = dict(
    onboard_accounts="account: timezone", roll_out_integration=f"{TEMPLATE} installed and started", upgrade_connector="Salesforce v60.0 installed",
)  # fmt: skip


def accounts(*names, settled=()):
    """A seed with accounts that have what the integration needs, and a connector to upgrade. Nothing is to be changed in those that are `settled`."""
    built_in = seed.builtin()
    template = next(one["Id"] for one in built_in["Templates"] if one["Name"] == TEMPLATE)
    built_in["Cycles"] = built_in.get("Cycles", [])
    for number, account in enumerate([*names, *settled]):
        own, theirs = 7000 + number, 8000 + number
        built_in["Accounts"].append({"Id": account, "Name": account, "Timezone": "Europe/London" if account in settled else "UTC"})
        built_in["AccountConnectors"] += [
            {"AccountId": account, "Id": own, "Name": "Acme Platform", "ConnectorId": 20001, "AuthValue": "a-key"},
            {"AccountId": account, "Id": theirs, "Name": "HubSpot", "ConnectorId": 20002, "AuthValue": "tokens"},
            {"AccountId": account, "Id": 9000 + number, "Name": "Salesforce", "ConnectorId": 20004 if account in settled else 20003, "AuthValue": "tokens"},
        ]
        if account in settled:
            built_in["Cycles"].append({"AccountId": account, "TemplateId": template, "Status": "Active", "AccountConnectorIds": [own, theirs]})
    return built_in


def many(runner, playbook, hosts, *arguments, group=None, environment=None, **given):
    """What a user types, with each variable as `-e` gives it. `hosts`: names, or names with variables. `group`: variables of the group all."""
    hosts = hosts if isinstance(hosts, dict) else {host: {} for host in hosts}
    inventory = runner.directory / "many.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": {**WANTED, **(group or {})}}}), encoding="utf-8")
    command = [PLAYBOOK, playbook if playbook.endswith(".yml") else f"cyclr.ipaas.{playbook}", "-i", str(inventory), *arguments]
    for name, value in given.items():
        # Both ways of the command line: text as it is, and everything else as JSON
        command += ["-e", f"{name}={value}" if isinstance(value, str) else json.dumps({name: value})]
    runner.sandbox.clear_journal()
    environment = runner.environment(ANSIBLE_SHOW_CUSTOM_STATS="1", **(environment or {}))
    return subprocess.run(command, env=environment, cwd=runner.directory, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False)


def flat(done):
    return " ".join((done.stdout + done.stderr).replace('",', "").replace('"', "").split())


def written(runner):
    """The accounts that something was written to."""
    return {request["account"] for request in writes(runner.sandbox.journal())}


# Playbook -> variables of a host with which its account fails, also in check mode
BROKEN = dict(
    onboard_accounts=dict(onboard_account_timezone="Europe/Atlantis"),
    roll_out_integration=dict(roll_out_options=dict(interval=7)),
    upgrade_connector=dict(upgrade_connector_options=dict(name="not allowed")),
)
