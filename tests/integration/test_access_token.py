# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_access_token."""

from __future__ import annotations


def test_use(runner):
    play = runner.four_ways("access_token_use")
    assert play.changed == ["Use the token", "Use the token of one account"]
    assert len(play.results["Log in"].logins) == 1
    assert not play.results["Use the token"].logins
    assert not play.results["Use the token of one account"].logins
