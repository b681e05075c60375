# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_account and cyclr_account_info."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told


def test_settings(runner):
    play = runner.four_ways("account_settings")
    assert play.changed == [
        "Create an account by its id alone",
        "Create an account with everything",
        "Create a sub-account",
        "Change what is given",
        "Delete an account",
    ]
    assert told(play.results["Create an account with everything"].requests) == [
        "GET /v1.0/accounts/Hooli%20%2F%20Nucleus",
        "POST /v1.0/accounts",
    ]
    assert told(play.second.results["Change what is given"].requests) == ["GET /v1.0/accounts/globex"]


def test_info(runner):
    play = runner.both_ways("account_info")
    assert not play.changed and not play.writes
    assert told(play.results["Read all accounts"].requests) == ["GET /v1.0/accounts"]
    assert told(play.results["Read one account"].requests) == ["GET /v1.0/accounts/globex"]
