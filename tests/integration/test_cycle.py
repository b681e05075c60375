# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_cycle, cyclr_cycle_info, cyclr_cycle_run and cyclr_template_info."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told


def installed(sandbox):
    return {one["Name"]: one for one in sandbox.state()["Cycles"] if one["AccountId"] == "initech"}


def test_install_and_start(runner, sandbox):
    play = runner.four_ways("cycle")
    there = installed(sandbox)
    assert sorted(there) == ["Acme sign-ups to Mailchimp", "Contacts of the second shop", "New Acme contacts to HubSpot"]
    contacts, second = there["New Acme contacts to HubSpot"], there["Contacts of the second shop"]
    assert (contacts["Status"], contacts["Interval"]) == ("Active", 15)
    assert contacts["StartTime"].startswith("2030-01-31T11:00:00")
    assert (second["Status"], second["Description"]) == ("Paused", "For the second shop")
    assert [one["Value"] for one in second["Variables"]] == ["Shop 2"]
    requests = told(play.results["Install an integration and start it"].requests)
    assert len(play.results["Install an integration and start it"].writes) == 2
    assert requests[:3] == ["GET /v1.0/cycles", "GET /v1.0/templates", "POST /v1.0/templates/3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b/install"]
    assert told(play.second.results["Install an integration and start it"].requests) == ["GET /v1.0/cycles", "GET /v1.0/templates"]


def test_steps(runner, sandbox):
    play = runner.both_ways("cycle_steps")
    assert installed(sandbox) == {} or [one["Status"] for one in installed(sandbox).values()] == ["DeleteScheduled"]
    assert "a-hidden-tag" not in play.output
    assert play.changed == [
        "Install the mailing list", "Install what needs more", "Set everything and start it", "Stop it for the change", "Restart it", "Stop it",
        "Rename it", "Run it once", "Remove it while it runs",
    ]
