# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret in any output at the highest verbosity, nor in any result, but where it was asked for."""

from __future__ import annotations

import base64
import json
import re

import pytest
from cyclr_sandbox.state import seed
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import IN_PROCESS, MODULES

# In the environment and in the account where the company keeps its connector.
CLIENT_SECRET, PARTNER_KEY, PARTNER_SECRET = "canary-credential", "canary-partner-key", "canary-partner-secret"
EXPECTED_FAILURES = {
    "Fail with a secret value",
    "Fail with a wrong credential",
    "Fail with a wrong token",
    "Fail with a password",
    "Fail with a secret value of a variable",
    "Fail with a secret value of a field",
    "Fail in an onboarding with a secret value of a variable",
    "Fail because it runs",
}
SIGNED = "aaaaaaaa-0000-4000-8000-000000000001"
TEMPLATE = {
    "Id": SIGNED,
    "Name": "Signed",
    "Variables": [
        {"DisplayName": "Region", "Values": ["eu", "us"]},
        {"DisplayName": "Signing Key", "Value": "canary-template-key"},
        {"DisplayName": "Plain Name"},
    ],
    "Steps": [
        {"Name": "Read", "ResponseFields": [{"Name": "Email"}]},
        {"Name": "Send", "Connector": "Generic Webhook", "Parameters": [{"Name": "X-Token"}],
         "Fields": [{"Name": "Api Key"}, {"Name": "Secret Status", "Values": ["on", "off"], "IsOptional": True}]},
    ],
}  # fmt: skip
# It runs, and everything that is a secret is of yesterday.
OLD = {
    "AccountId": "globex",
    "TemplateId": SIGNED,
    "Name": "Old",
    "Status": "Active",
    "Variables": [
        {"DisplayName": "Region", "Value": "us"},
        {"DisplayName": "Signing Key", "Value": "canary-old-key"},
        {"DisplayName": "Plain Name", "Value": "canary-old-name"},
    ],
    "Steps": [
        {"Name": "Send", "Parameters": [{"Name": "X-Token", "Value": "canary-old-token"}], "Fields": [{"Name": "Api Key", "Value": "canary-old-field"}]},
    ],
}


def canary_seed():
    built_in = seed.builtin()
    installed = [dict(one) for one in built_in["AccountConnectors"]]
    installed[0].update(
        AuthValue=PARTNER_KEY,
        Properties=[{"Name": "Subdomain", "Value": "acme"}, {"Name": "Region", "Value": "eu"}, {"Name": "WebhookSecret", "Value": PARTNER_SECRET}],
    )
    books = [{"Name": "ClientId", "Value": "a"}, {"Name": "ClientSecret", "Value": "canary-old"}]
    crm = [{"Name": "Domain", "Value": "canary-old-domain"}]
    installed += [
        {"AccountId": "initech", "Name": "Books", "ConnectorId": 20225, "Properties": books},
        {"AccountId": "globex", "Name": "CRM", "ConnectorId": 20006, "AuthValue": "canary-crm", "Properties": crm},
    ]
    integrations = {"Templates": [*built_in["Templates"], TEMPLATE], "Cycles": [*built_in.get("Cycles", []), OLD]}
    return {**built_in, **integrations, "Credentials": [{"ClientId": "sandbox-client", "ClientSecret": CLIENT_SECRET}], "AccountConnectors": installed}


@pytest.mark.parametrize("mode", [MODULES, IN_PROCESS], ids=["modules", "in-process"])
@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_no_canary_gets_out(runner, mode, check):
    runner.reset(seed=canary_seed())
    environment = {**mode, "CYCLR_CLIENT_SECRET": CLIENT_SECRET}
    play = runner.run("secrets", "-vvvv", "--diff", check=check, variables={"canary": "canary"}, environment=environment)
    assert {task.name for task in play.tasks if task.failed} == EXPECTED_FAILURES
    text = play.output + json.dumps([task.result for task in play.tasks])
    assert_no_canary(text)
    assert "milton" in text and "initech-app" in text  # what is no secret is shown
    tokens = re.findall(r"\b[0-9a-f]{64}\b", text)
    assert not tokens, "an access token got out"


def assert_no_canary(text):
    found = re.findall(r".{0,80}canary-.{0,60}", text)
    assert not found, found[:5]
    assert base64.b64encode(b"milton:canary-password").decode() not in text


def test_what_was_asked_for(runner):
    runner.reset(seed=canary_seed())
    play = runner.run("secrets_asked_for", "-vvvv", environment={"CYCLR_CLIENT_SECRET": CLIENT_SECRET})
    partner = play.results["Read with secrets"].result["account_connectors"][0]
    assert partner["auth_value"] == PARTNER_KEY
    assert {one["name"]: one["value"] for one in partner["properties"]}["WebhookSecret"] == PARTNER_SECRET
    assert re.fullmatch("[0-9a-f]{64}", play.results["Log in"].result["access_token"])
    assert play.results["Launch"].result["deployment"]["token"] in play.results["Launch"].result["deployment"]["url"]
    assert CLIENT_SECRET not in play.output
    # It is nowhere else.
    rest = json.dumps([task.result for task in play.tasks if task.name != "Read with secrets"])
    assert "canary" not in rest
