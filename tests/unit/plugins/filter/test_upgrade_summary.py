# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the playbook upgrade_connector."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.filter.connector_options import options
from ansible_collections.cyclr.ipaas.plugins.filter.upgrade_summary import summary


def host(account, state, removed=False, used_by=(), changed=False, after=None, **more):
    record = dict(name="Salesforce", connector=dict(name="Salesforce", version="v60.0"))
    replaced = [dict(id=1, name="Salesforce (replaced by v60.0)", version="v58.0", removed=removed, used_by=[dict(name=name) for name in used_by])]
    absent = state in ("not_installed", "left_out")
    result = dict(state=state, changed=changed, account_connector=None if absent else record, replaced=[] if absent else replaced, diff=dict(after=after or {}))
    return dict(inventory_hostname=account, upgrade_result=result, **more)


INSTALLED = dict(changed=True, after=dict(instances={"Salesforce": "v60.0"}))


def test_every_state_has_its_line():
    lines = summary([
        host("a", "waits_for_oauth", **INSTALLED),
        host("b", "up_to_date", removed=True, changed=True, after=dict(instances={})),
        host("c", "in_use", used_by=["Leads", "Leads", "Orders"]),
        host("d", "in_use", used_by=["Leads"]),
        host("e", "removable"),
        host("f", "not_installed"),
        host("g", "left_out"),
        host("h", "needs_key"),
        host("i", "up_to_date"),
    ])
    assert lines == [
        "changed  a  Salesforce v60.0 installed",
        "changed  b  v58.0 removed",
        "waits    a  for Salesforce v60.0",
        "needs    h  a key for Salesforce v60.0",
        "in use   the old version by Leads (2 accounts), Orders",
        "ready    the old version can be removed from 1 account: e",
        "left out the connector is not installed in 1 account: f",
        "left out the connector has another version in 1 account: g",
        "next     add the missing keys, send the customers their links",
        "         (cyclr.ipaas.hand_over_links), reinstall what uses the old",
        "         version, and run this again with -e confirm=true",
        "9 accounts: 2 changed, 7 ok, 0 failed, 1 waits for authorization",
    ]


def test_nothing_left_to_do():
    assert summary([host("a", "up_to_date")]) == ["1 account: 0 changed, 1 ok, 0 failed"]
    assert summary([host("a", "removable")])[1] == "next     run this again with -e confirm=true"


def test_a_failure_hides_the_result():
    failed = dict(inventory_hostname="a", upgrade_result=dict(failed=True, msg="the reason", changed=True))
    assert summary([failed])[0] == "failed   a  the reason" and "1 account: 0 changed, 0 ok, 1 failed" in summary([failed])
    assert summary([dict(inventory_hostname="b")], failed=["b"])[0] == "failed   b  see its message above"


def test_a_thousand_accounts_fit_a_screen():
    names = ["Integration number %d of the customers" % number for number in range(60)]
    hosts = [host("customer-%04d" % number, "in_use", used_by=names[number % 60:]) for number in range(500)]
    hosts += [host("customer-%04d" % number, "waits_for_oauth", **INSTALLED) for number in range(500, 800)]
    hosts += [host("customer-%04d" % number, "not_installed") for number in range(800, 1000)]
    lines = summary(hosts, check_mode=True)
    assert len(lines) <= 20 and all(len(line) <= 69 for line in lines)


def test_texts_of_the_api_have_no_power_over_a_terminal():
    assert "\x1b" not in "".join(summary([host("a", "in_use", used_by=["Leads \x1b[2J"])]))


@pytest.mark.parametrize("wrong", [[1], [dict()], [dict(inventory_hostname="a", upgrade_result=[1])]])
def test_what_is_not_a_host_is_refused(wrong):
    with pytest.raises(AnsibleFilterError, match="upgrade_summary: this is not a list of host variables"):
        summary(wrong)


# -- the options -----------------------------------------------------------------------------------------------------

OWN = [dict(connector="Zendesk", connector_version="v2", name="Support", api_key="own", properties=dict(A="1", B="2")), dict(connector="HubSpot")]


def test_the_variables_of_the_account_and_what_is_given():
    assert options(OWN, "zendesk") == dict(api_key="own", properties=dict(A="1", B="2"))
    assert options(OWN, "Zendesk", given=dict(properties=dict(B="3"))) == dict(api_key="own", properties=dict(A="1", B="3"))
    assert options(OWN, "Zendesk", given=dict(username="u", password="p")) == dict(username="u", password="p", properties=dict(A="1", B="2"))
    assert options(OWN, "Zendesk", "Support")["api_key"] == "own" and options(OWN, "Zendesk", "Another") == {}
    assert options([], "Zendesk") == options(None, "Zendesk", None, None) == options("", "Zendesk", "", {}) == {}


def test_of_several_instances_one_has_to_be_named():
    several = [*OWN, dict(connector="Zendesk", api_key="second")]
    assert options(several, "Zendesk") == {}
    assert options(several, "Zendesk", "Zendesk") == dict(api_key="second")


@pytest.mark.parametrize("given, words", [
    (dict(api_kye="x"), "upgrade_connector_options: api_kye: not allowed; allowed are: api_key, auth_value"),
    ([1], "upgrade_connector_options"),
    ("x", "upgrade_connector_options"),
])
def test_options_that_are_refused(given, words):
    with pytest.raises(AnsibleFilterError, match=words):
        options(OWN, "Zendesk", given=given)
