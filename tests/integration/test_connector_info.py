# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_connector_info."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told


def test_info(runner):
    play = runner.both_ways("connector_info")
    assert not play.changed and not play.writes
    assert told(play.results["Read all versions of one connector"].requests) == ["GET /v1.0/connectors/Salesforce"]
    assert told(play.results["Read one release"].requests) == ["GET /v1.0/connectors/20004"]
    assert told(play.results["Read the partner connector and its authentication"].requests) == ["GET /v1.0/account/connectors"]


def test_check_mode_reads_the_same(runner):
    play = runner.run("connector_info", check=True)
    assert not play.changed and not play.writes
