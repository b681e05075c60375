# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_connector_install."""

from __future__ import annotations

import base64
import json

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import assert_never_whole_catalogue, told


def stored(sandbox):
    """Instance name -> what the sandbox holds, secrets included."""
    return {one["Name"]: one for one in sandbox.state()["AccountConnectors"] if one["AccountId"] != "templates"}


def properties(connector):
    return {one["Name"]: one["Value"] for one in connector["Properties"]}


def test_new(runner, sandbox):
    play = runner.four_ways("connector_install_new")
    assert play.changed == list(play.ours)
    assert_never_whole_catalogue(play)
    for task in play.ours.values():
        # The account's connectors, the one of the catalogue, the install.
        assert len(task.requests) == 3, told(task.requests)
        assert len(task.writes) == 1
        assert len(task.logins) <= 1
    for task in play.second.ours.values():
        assert told(task.requests) in (
            ["GET /v1.0/account/connectors"],
            ["GET /v1.0/account/connectors", f"GET /v1.0/connectors/{task.result['account_connector']['connector']['id']}"],
        )
    there = stored(sandbox)
    assert there["Zendesk"]["AuthValue"] == "initech-zendesk-key"
    assert base64.b64decode(there["Access CRM"]["AuthValue"]) == b"milton:red-stapler"
    assert properties(there["QuickBooks"]) == {"ClientId": "initech-app", "ClientSecret": "initech-app-secret"}
    assert json.loads(there["Xero"]["AuthValue"]) == {
        "AccessToken": "initech-access",
        "RefreshToken": "initech-refresh",
        "Expires": "2030-01-01T00:00:00Z",
    }


def test_existing(runner, sandbox):
    play = runner.four_ways("connector_install_existing")
    assert play.changed == ["Change everything that can be changed", "De-authenticate", "Remove"]
    assert told(play.results["Change everything that can be changed"].requests) == [
        "GET /v1.0/account/connectors",
        "PUT /v1.0/account/connectors/701",
    ]
    diff = play.results["Change everything that can be changed"].result["diff"]
    assert diff["before"] == {
        "auth_value": "(hidden)",
        "description": None,
        "is_partner_connector": False,
        "properties": {"Plan": "team", "Secret": "(hidden)"},
    }
    there = stored(sandbox)
    assert there["Help desk"]["AuthValue"] == "new-key"
    assert properties(there["Help desk"]) == {"Subdomain": "globex", "Plan": "enterprise", "Secret": "new-secret", "Depth": "3"}
    assert there["Books"]["AuthValue"] == '{"AccessToken":"stale"}'
    assert there["Mailing 3"]["AuthValue"] == "somebody-elses-key"
