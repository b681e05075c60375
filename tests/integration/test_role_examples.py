# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Examples in the documentation of roles can be copied: each runs against the sandbox, and its last message is what it says it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from ansible_collections.cyclr.ipaas.tests.support import ansible_programs

ROLES = Path(__file__).resolve().parents[2] / "roles"


def examples(role):
    specs = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return specs["argument_specs"]["main"]["examples"]


@pytest.fixture
def run(sandbox, tmp_path):
    def run(role, **variables):
        (tmp_path / "example.yml").write_text(examples(role), encoding="utf-8")
        (tmp_path / "hosts.yml").write_text(json.dumps({"all": {"hosts": {"customer-7": {}, "customer-8": {}}}}), encoding="utf-8")
        command = [ansible_programs.PLAYBOOK, "example.yml", "-i", "hosts.yml", "--extra-vars", json.dumps(variables)]
        done = ansible_programs.run(command, ansible_programs.environment(tmp_path, sandbox), tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_onboard_account(run, sandbox):
    output = run("onboard_account", vault_mailchimp_key="a-key")
    assert '"msg": "waits for OAuth: HubSpot; does not run: New Acme contacts to HubSpot (' in output
    installed = {(one["AccountId"], one["Name"]) for one in sandbox.state()["AccountConnectors"]}
    assert {("customer-42", "Acme Platform"), ("customer-42", "HubSpot"), ("customer-42", "Mailchimp")} <= installed
    assert {("customer-7", "HubSpot"), ("customer-8", "HubSpot")} <= installed


def test_fleet_report(run, tmp_path):
    run("onboard_account", vault_mailchimp_key="a-key")
    output = run("fleet_report", fleet_report_path=str(tmp_path / "report.html"))
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {account["id"] for account in report["accounts"]} == {"customer-7", "customer-8"}
    assert f'"msg": {report["totals"]["accounts"]["ready"]}' in output.replace('"msg": "0"', '"msg": 0')
