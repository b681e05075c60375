# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken out of a cache, which somebody else may have written."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import account_record
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import Cycle
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.account_reader import connector_entry
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.cached_accounts import recovered


class Marked(str):
    """A text with a mark, such as that of a template."""


def stored():
    raw = {"Id": 5, "Name": "Mailchimp", "Connector": {"Id": 20, "Name": "Mailchimp"}, "Properties": [{"Id": 1, "Name": "Url", "Value": "a-value"}]}
    return [dict(account=account_record({"Id": "a", "Name": "A"}), connectors=[connector_entry(AccountConnector.from_api(raw))], cycles=None)]


def test_what_the_reader_makes_is_recovered():
    assert recovered(stored(), connectors=True) == stored()
    assert recovered([], connectors=True) == []
    assert recovered([dict(stored()[0], connectors=None)], connectors=False)


def with_cycles():
    used = {"AccountConnectorId": 5, "Name": "HubSpot", "Authenticated": True}
    raw = {"Id": "i1", "Name": "Contacts", "Status": "Active", "Tags": ["a"], "Connectors": [used]}
    return [dict(stored()[0], cycles=[Cycle.from_api(raw).record()])]


def test_integrations_are_recovered_and_needed_if_they_were_asked_for():
    assert recovered(with_cycles(), connectors=True, cycles=True) == with_cycles()
    assert recovered([dict(stored()[0], cycles=[])], connectors=True, cycles=True)
    assert recovered(stored(), connectors=True, cycles=True) is None


def test_the_values_of_properties_are_not_stored():
    assert stored()[0]["connectors"][0]["properties"] == [dict(id=1, name="Url", value=None)]


def test_marks_do_not_survive():
    entries = stored()
    entries[0]["account"]["name"] = Marked("{{ 1 }}")
    entries[0]["connectors"][0]["connector"]["name"] = Marked("{{ 1 }}")
    entries[0][Marked("account")] = entries[0].pop("account")
    found = recovered(entries, connectors=True)[0]
    assert {type(key) for key in found} == {str}
    assert {type(text) for text in (found["account"]["name"], found["connectors"][0]["connector"]["name"])} == {str}


def _set(path, value):
    def change(entries):
        target = entries
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


@pytest.mark.parametrize("change", [
    _set([0], "text"),
    _set([0, "more"], 1),
    _set([0, "account"], None),
    _set([0, "account", "id"], None),
    _set([0, "account", "id"], ""),
    _set([0, "account", "id"], 5),
    _set([0, "account", "parent_account_id"], 5),
    _set([0, "account", "name"], ["a"]),
    _set([0, "account", "name"], object()),
    _set([0, "account", "ansible_connection"], "ssh"),
    _set([0, "connectors"], None),
    _set([0, "connectors"], "text"),
    _set([0, "connectors", 0], "text"),
    _set([0, "connectors", 0, "name"], None),
    _set([0, "connectors", 0, "state"], None),
    _set([0, "connectors", 0, "auth_value"], "a-secret"),
    _set([0, "connectors", 0, "more"], 1),
    _set([0, "connectors", 0, "description"], {"a": 1}),
    _set([0, "connectors", 0, "connector"], None),
    _set([0, "connectors", 0, "connector", "name"], 5),
    _set([0, "connectors", 0, "properties"], None),
    _set([0, "connectors", 0, "properties", 0, "value"], "a-secret"),
])
def test_anything_else_is_not(change):
    entries = copy.deepcopy(stored())
    change(entries)
    assert recovered(entries, connectors=True) is None


@pytest.mark.parametrize("change", [
    _set([0, "cycles"], "text"),
    _set([0, "cycles", 0], "text"),
    _set([0, "cycles", 0, "id"], None),
    _set([0, "cycles", 0, "name"], 5),
    _set([0, "cycles", 0, "running"], "yes"),
    _set([0, "cycles", 0, "more"], 1),
    _set([0, "cycles", 0, "status"], ["a"]),
    _set([0, "cycles", 0, "tags"], "a"),
    _set([0, "cycles", 0, "tags", 0], 5),
    _set([0, "cycles", 0, "connectors"], None),
    _set([0, "cycles", 0, "connectors", 0], "a"),
    _set([0, "cycles", 0, "connectors", 0, "more"], 1),
    _set([0, "cycles", 0, "connectors", 0, "name"], {"a": 1}),
])
def test_anything_else_is_not_an_integration(change):
    entries = with_cycles()
    change(entries)
    assert recovered(entries, connectors=True, cycles=True) is None


@pytest.mark.parametrize("other", [None, "text", 5, {}, {"a": 1}, [None]])
def test_no_accounts_at_all(other):
    assert recovered(other, connectors=False) is None


def test_an_endless_structure_is_not():
    endless = []
    endless.append(endless)
    assert recovered(endless, connectors=False) is None
