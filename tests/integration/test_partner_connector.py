# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_partner_connector."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import assert_never_whole_catalogue, told


def test_ways(runner, sandbox):
    play = runner.four_ways("partner_connector_ways")
    assert play.changed == list(play.ours)
    assert_never_whole_catalogue(play)
    assert told(play.results["Launch into an account that is there"].writes) == ["POST /v1.0/accounts/globex/launch"]
    assert told(play.results["Offer a marketplace for one user"].writes) == ["POST /v1.0/users/marketplace"]
    assert told(play.results["Install without any link"].writes) == ["POST /v1.0/connectors/20001/install"]
    url = play.results["Launch for a new customer, with something of their own"].result["deployment"]["url"]
    for part in ("start=false", "wizard=true", "contacts"):
        assert part in url
    state = sandbox.state()
    umbrella = next(one for one in state["Accounts"] if one["Id"] == "umbrella")
    assert (umbrella["Name"], umbrella["Description"]) == ("Umbrella", "A new customer")
    keys = {one["AccountId"]: one["AuthValue"] for one in state["AccountConnectors"] if one["Connector"] == "Acme Platform"}
    assert keys == dict.fromkeys(("templates", "globex", "umbrella", "hooli"), "acme-partner-key") | {"initech": "initech-own-key"}
    assert "gavin@hooli.example" in [one["UserName"] for one in state["Users"]]


def test_force(runner):
    play = runner.four_ways("partner_connector_force", again=["Launch again"])
    assert told(play.second.results["Launch again"].writes) == ["POST /v1.0/accounts/globex/launch"]
