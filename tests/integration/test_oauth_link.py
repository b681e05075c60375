# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_oauth_link."""

from __future__ import annotations

import requests
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told

ISSUES = ["Issue a link", "Issue a link for a user, with a message", "Issue a link in the form of 2019", "Ask for consent again"]


def test_flows(runner, sandbox):
    play = runner.four_ways("oauth_link_flows", again=ISSUES)
    assert play.changed == ISSUES
    assert told(play.results["Issue a link"].requests) == ["GET /v1.0/account/connectors", "POST /v1.0/accounts/globex/signintoken"]
    assert told(play.results["Issue a link in the form of 2019"].writes) == ["POST /v1.0/accounts/tokens"]
    assert told(play.results["Issue nothing where consent was given"].requests) == ["GET /v1.0/account/connectors"]
    assert "ann@globex.example" in [one["UserName"] for one in sandbox.state()["Users"]]


def test_the_link_works_once(runner, sandbox):
    runner.reset("oauth_link_flows")
    url = runner.run("oauth_link_flows").results["Issue a link"].result["oauth_link"]["url"]
    with requests.Session() as browser:
        browser.trust_env = False
        assert browser.get(url, timeout=30).status_code == 200
        assert browser.get(url, timeout=30).status_code == 403
