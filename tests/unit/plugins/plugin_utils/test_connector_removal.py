# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connectors leave an account, and what has to happen before."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.connector_removal import removal, unnamed_connectors, unnamed_lines


def connector(name, of=None, number=1, authenticated=True, partner=False):
    return dict(id=number, name=name, authenticated=authenticated, is_partner_connector=partner, connector=dict(id=number + 100, name=of or name))


def cycle(name, *connectors, running=True, status="Active"):
    return dict(id=name.lower(), name=name, status=status, running=running, connectors=[dict(account_connector_id=one) for one in connectors])


def plan(chosen, cycles=(), **given):
    return removal(chosen, cycles, **{"state": "absent", "stop": True, "partner": False, "partner_names": [], **given})


def test_integrations_are_stopped_once_and_named():
    found = plan([connector("A", number=1), connector("B", number=2)], [cycle("Both", 1, 2), cycle("Idle", 2, running=False), cycle("Other", 3)])
    assert found["names"] == ["A", "B"] and found["stop"] == [dict(id="both", name="Both")]
    assert found["changes"] == ["integration Both stopped", "A removed (used by: Both)", "B removed (used by: Both, Idle)"]


def test_what_is_not_known_to_stand_still_counts_as_running():
    assert plan([connector("A")], [cycle("New", 1, running=None)], stop=False)["running"] == ["New"]
    assert plan([connector("A")], [cycle("Gone", 1, running=False, status="DeleteScheduled")], stop=False)["changes"] == ["A removed"]


@pytest.mark.parametrize("name, changes, running", [
    ("hubspot", ["integration Old stopped", "Sales removed (used by: Old)"], ["Old"]), ("Mailchimp", ["Sales removed"], []),
])  # fmt: skip
def test_an_integration_that_does_not_say_which_instance_it_uses_counts_for_all_of_the_connector(name, changes, running):
    old = dict(cycle("Old"), connectors=[dict(account_connector_id=None, name=name)])
    found = plan([connector("Sales", of="HubSpot")], [old], stop=False)
    assert (found["changes"], found["running"]) == (changes, running)


def test_what_has_no_authentication_is_not_deauthenticated_again():
    found = plan([connector("A"), connector("B", authenticated=False)], state="deauthenticated")
    assert found["changes"] == ["A de-authenticated"]


@pytest.mark.parametrize("one, names", [(connector("Own", partner=True), []), (connector("Mine", of="Own"), ["Own"])])
def test_the_partner_connector_is_known_by_its_mark_or_its_name(one, names):
    assert plan([one], partner_names=names)["partners"] == [one["name"]]
    assert plan([one], partner_names=names, partner=True)["partners"] == []
    assert unnamed_connectors([one], [], names) == []


@pytest.mark.parametrize("items, named", [
    ([dict(connector="hubspot")], True), ([dict(connector="HubSpot", name="Sales")], False), ([dict(connector="Other", name="HubSpot")], True),
    ([dict(connector_id="101")], True), ([dict(connector_id=101, name="Sales")], False), ([], False), ([dict(connector="HubSpot", name=None)], True),
])  # fmt: skip
def test_what_names_an_instance(items, named):
    assert (unnamed_connectors([connector("HubSpot")], items, []) == []) == named


def test_wrong_items_are_refused():
    with pytest.raises(InvalidInput, match="onboard_account_connectors"):
        unnamed_connectors([connector("HubSpot")], "HubSpot", [])


def test_the_list_names_the_first_accounts():
    hosts = [dict(inventory_hostname="a%02d" % number, cyclr_unnamed=["X\x1b"]) for number in range(12)]
    (line,) = unnamed_lines(hosts)
    assert line.endswith("a09 and 2 more") and "\x1b" not in line
    assert unnamed_lines([dict(inventory_hostname="a")]) == ["none"]
