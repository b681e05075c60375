# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of the account of a host, from registered results."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.filter.outcomes import outcomes
from ansible_collections.cyclr.ipaas.plugins.filter.summary import summary
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import outcome_of_host, outcome_of_record


def outcome(*results, **more):
    names = ["step_%d" % number for number in range(len(results))]
    return outcome_of_host(dict(dict(zip(names, results)), inventory_hostname="a", **more), names)


def connector(name, state="ready"):
    return dict(id=1, name=name, state=state, connector=dict(name=name))


def test_a_host_without_results_was_not_tried():
    assert not outcome_of_host(dict(inventory_hostname="a"), ["installed"]).tried
    assert not outcome(dict(skipped=True)).tried and outcome(dict(skipped=True), dict(changed=False)).tried


def test_the_account_of_a_host():
    assert outcome(dict(), cyclr_account_id="b").account == "b" and outcome(dict(), cyclr_account_id="b", onboard_account_id="c").account == "c"


def test_the_results_of_single_modules():
    made = outcome(
        dict(changed=True, account=dict(id="a"), diff=dict(before={}, after=dict(name="A"))),
        dict(results=[
            dict(changed=True, account_connector=connector("HubSpot", "waits_for_oauth"), diff=dict(before={}, after=dict(name="HubSpot"))),
            dict(skipped=True),
            dict(changed=False, account_connector=connector("Mailchimp", "needs_key")),
        ]),
    )  # fmt: skip
    assert made.changes == ("account created", "HubSpot installed")
    assert made.waits_for == ("HubSpot",) and made.needs_key == ("Mailchimp",) and made.failure is None


def test_what_failed_in_a_loop_and_what_was_done_before():
    failed = outcome(dict(changed=True, account=dict(), diff=dict(before={}, after=dict(x=1))), dict(failed=True, results=[
        dict(changed=False), dict(failed=True, msg="no such connector"), dict(failed=True, msg="no such connector"), dict(failed=True),
    ]))  # fmt: skip
    assert failed.failure == "no such connector; failed for an unknown reason" and failed.changes == ("account created",)


def test_links_that_were_sent():
    assert outcome(dict(changed=True, sent=["HubSpot"])).changes == ("link sent for HubSpot",)
    failed = outcome(dict(changed=True, failed=True, msg="no answer", sent=["HubSpot"]))
    assert failed.changes == ("link sent for HubSpot",) and failed.failure == "no answer"


def test_a_wait_knows_better_than_what_was_read_before():
    before = dict(account_connectors=[connector("HubSpot", "waits_for_oauth"), connector("Zendesk", "waits_for_oauth")])
    assert outcome(before, dict(waiting_for=["Zendesk"])).waits_for == ("Zendesk",)
    assert outcome(before).waits_for == ("HubSpot", "Zendesk")


def test_what_was_done_later_counts():
    before = dict(cycles=[dict(name="Contacts", running=False)])
    unmet = dict(object_type="Action", object_id="x", reason="Missing field mapping", step=None, field=None, code=30)
    after = dict(cycle=dict(name="Contacts", running=False, connectors=[]), prerequisites=[unmet])
    assert outcome(before).not_running == ()
    assert outcome(before, after).not_running == ("Contacts does not run: Missing field mapping",)


def test_links_of_an_onboarding():
    result = dict(account_connectors=[], cycles=[], changes=[], oauth_links=[dict(name="HubSpot", url="https://x"), dict(name="Y", url=None)])
    assert outcome(result).links == ("HubSpot",) and not outcome(result).links_shown
    assert outcome(result, onboard_account_reveal_links="yes").links_shown


def test_from_artifacts_to_lines():
    idle = dict(name="Contacts", running=False, reason="HubSpot has to be authorized")
    lines = summary(outcomes({"a": dict(changed=True, ready=False, waits_for=["HubSpot"], cycles=[idle]), 42: dict(changed=False, ready=True)}))
    assert lines == [
        "changed  a  onboarded or changed",
        "waits    a  for HubSpot",
        "idle     a  Contacts does not run: HubSpot has to be authorized",
        "next     send the customers their links",
        "         (cyclr.ipaas.hand_over_links), and run this again after the",
        "         authorization",
        "2 accounts: 1 changed, 1 ok, 0 failed, 1 waits for authorization, 1",
        "integration does not run",
    ]


def test_records_have_known_keys_only():
    assert outcome_of_record(dict(account=1, changes=["x"])).account == "1"
    with pytest.raises(AnsibleFilterError, match="changed: not a key"):
        summary([dict(account="a", changed=True)])


def test_from_hosts_to_lines():
    hosts = [dict(inventory_hostname="a", sent=dict(sent=["HubSpot"]))]
    assert summary(outcomes(hosts, ["sent"]))[0] == "changed  a  link sent for HubSpot"


def test_misused():
    with pytest.raises(AnsibleFilterError, match="outcomes"):
        outcomes([1], ["x"])
    with pytest.raises(AnsibleFilterError, match="summary"):
        summary([1])
