# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connectors leave an account, and what has to happen before."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.connector_removal import removal, unnamed_connectors, unnamed_lines


def connector(name, *uses, of=None, number=1, authenticated=True, partner=False):
    of = dict(id=number + 100, name=of or name)
    return dict(id=number, name=name, authenticated=authenticated, is_partner_connector=partner, connector=of, used_by=list(uses))


def use(name, running=True, account="a"):
    return dict(account_id=account, id=name.lower(), name=name, running=running)


def plan(chosen, **given):
    return removal(chosen, "a", **{"state": "absent", "stop": True, "partner": False, "partner_names": [], **given})


def test_integrations_are_stopped_once_and_named():
    found = plan([connector("A", use("Both")), connector("B", use("Both"), use("Idle", running=False))])
    assert found["names"] == ["A", "B"] and found["stop"] == [dict(account_id="a", id="both", name="Both")]
    assert found["changes"] == ["integration Both stopped", "A removed (used by: Both)", "B removed (used by: Both, Idle)"]


def test_an_integration_of_a_sub_account_is_stopped_there_and_named_with_it():
    chosen = [connector("A", use("Sales", account="below"))]
    assert plan(chosen, stop=False)["running"] == ["Sales in sub-account below"]
    found = plan(chosen)
    assert found["stop"] == [dict(account_id="below", id="sales", name="Sales in sub-account below")]
    assert found["changes"] == ["integration Sales in sub-account below stopped", "A removed (used by: Sales in sub-account below)"]


def test_what_is_not_known_to_stand_still_counts_as_running():
    assert plan([connector("A", use("New", running=None))], stop=False)["running"] == ["New"]


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
