# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which account a host stands for, and the filter shared_accounts."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.filter.shared_accounts import shared
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_hosts import fleet_hosts
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import account_of


@pytest.mark.parametrize("variables, account", [
    ({}, "host"),
    (dict(cyclr_account_id="a"), "a"),
    (dict(onboard_account_id="b", cyclr_account_id="a"), "b"),
    (dict(onboard_account_id="", cyclr_account_id="a"), "a"),
    (dict(onboard_account_id=None, cyclr_account_id=None), "host"),
    (dict(onboard_account_id=42), "42"),
])
def test_the_account_of_a_host(variables, account):
    assert account_of(variables, "host") == account
    (found,) = fleet_hosts([dict(variables, inventory_hostname="host")])
    assert found["account_id"] == account


def test_hosts_for_one_account():
    variables = dict(a={}, other=dict(cyclr_account_id="a"), third=dict(onboard_account_id="a"), b={})
    assert shared(list(variables), variables) == ["a (a, other, third)"]


def test_a_value_that_is_not_a_text():
    with pytest.raises(AnsibleFilterError, match="^cyclr_account_id of host 'a': "):
        shared(["a"], dict(a=dict(cyclr_account_id=["x"])))


@pytest.mark.parametrize("seen", [dict(onboard_account_id="c"), dict(onboard_account_id=None, cyclr_account_id="c")])
def test_an_account_that_the_play_chooses(seen):
    """Only one host can have it."""
    assert shared(["a"], dict(a={}), seen=dict(a=seen)) == []
    with pytest.raises(AnsibleFilterError, match="with several hosts, set them in the inventory"):
        shared(["a", "b"], dict(a={}, b={}), seen=dict(a=seen))
    of_hosts = dict(a=dict(seen), b=dict(cyclr_account_id="b"))
    assert shared(["a", "b"], of_hosts, seen=dict(a=seen)) == []
