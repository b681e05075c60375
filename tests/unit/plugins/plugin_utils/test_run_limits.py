# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits of a run, as a user may write them, and what they allow."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import outcome_of_host
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.run_limits import limits_of, predicted_changes


@pytest.mark.parametrize("name, value, read", [
    ("max_changes", 20, 20), ("max_changes", "20", 20), ("max_changes", " 10 % ", "10%"), ("max_changes", 0, 0), ("max_changes", "100%", "100%"),
    ("max_changes", "", None), ("max_changes", None, None),
    ("batch", 5, [5]), ("batch", "10%", ["10%"]), ("batch", [1, "10%", "100%"], [1, "10%", "100%"]), ("batch", "1, 10%,100%", [1, "10%", "100%"]),
    ("batch", '[1, "10%"]', [1, "10%"]), ("batch", "[1,10%]", [1, "10%"]), ("batch", [], None),
    ("max_failures", "3", 3), ("max_fail_percentage", "12.5%", 12.5), ("max_fail_percentage", 12.5, 12.5), ("max_fail_percentage", 0, 0.0),
])  # fmt: skip
def test_what_a_limit_means(name, value, read):
    limits = limits_of([{"cyclr_" + name: value}])
    assert limits["wrong"] is None and limits[name] == read and type(limits[name]) is type(read)


@pytest.mark.parametrize("name, value", [
    ("max_changes", value) for value in ("ten", -1, "-1", "120%", True, False, 20.5, "20.5", [20], {"a": 1}, "٣")
] + [("batch", value) for value in (0, "0%", "half", [1, "x"], [1, None, True], True, "101%", 1.5)] + [
    ("max_failures", value) for value in (0, "10%", "x", 1.5, True)
] + [("max_fail_percentage", value) for value in ("x", -1, 101, True, float("nan"), float("inf"))])  # fmt: skip
def test_what_is_wrong_is_said_without_the_value(name, value):
    wrong = limits_of([{"cyclr_" + name: value}])["wrong"]
    assert wrong.startswith("cyclr_%s: must be a" % name)
    assert len(str(value)) < 3 or str(value) not in wrong


def test_all_hosts_have_the_same_limits():
    assert "must be the same for all hosts" in limits_of([{}, {"cyclr_max_changes": 1}])["wrong"]
    assert limits_of([{"cyclr_max_changes": "1"}, {"cyclr_max_changes": 1}])["max_changes"] == 1


@pytest.mark.parametrize("of_hosts, seen, read", [
    ([{}, {}], dict(cyclr_max_changes="1"), 1),
    # Stronger than those of the hosts, whether they agree or not
    ([{"cyclr_max_changes": 5}, {"cyclr_max_changes": 6}], dict(cyclr_max_changes=1), 1),
    ([{"cyclr_max_changes": 5}, {"cyclr_max_changes": 5}], dict(cyclr_max_changes=None), None),
    ([{"cyclr_max_changes": 5}, {"cyclr_max_changes": 5}], dict(cyclr_max_changes=5), 5),
    ([{"cyclr_max_changes": 5}, {"cyclr_max_changes": 5}], {}, 5),
])  # fmt: skip
def test_limits_of_the_play(of_hosts, seen, read):
    assert limits_of(of_hosts, seen)["max_changes"] == read


def test_a_wrong_limit_of_the_play():
    assert limits_of([{}], dict(cyclr_batch="half"))["wrong"].startswith("cyclr_batch: must be a")
    assert "must be the same" in limits_of([{}, dict(cyclr_batch=1)], dict(cyclr_batch=None))["wrong"]


@pytest.mark.parametrize("variables, first", [
    ({}, 10), ({"cyclr_batch": 3}, 3), ({"cyclr_batch": ["1%", 5]}, 1), ({"cyclr_batch": 50}, 10), ({"cyclr_max_failures": 2}, 2),
    ({"cyclr_max_failures": 2, "cyclr_batch": "50%"}, 5),
])  # fmt: skip
def test_the_size_of_the_first_batch(variables, first):
    assert limits_of([variables] * 10)["first_batch"] == first


def host(name, changes=(), **more):
    return dict(inventory_hostname=name, done=dict(changes=list(changes), failed=False), **more)


def predicted(hosts, limit, **more):
    return predicted_changes(hosts, limit, "done", "why", more.pop("failed", ()), more.pop("check_mode", False), **more)


def test_hosts_that_failed_without_a_result():
    found = predicted([host("a", ["x"]), dict(inventory_hostname="b"), host("c", ["x"])], 1, failed=["b", "c"])
    assert found["count"] == 1 and found["over"] and "3 of 3 accounts would change (including 2 that failed" in found["msg"]
    assert "failed   b, c  see its message above" in found["lines"]


@pytest.mark.parametrize("limit, over", [(2, False), (1, True), ("29%", True), ("67%", False), ("66%", True), (None, False)])
def test_percentages_are_rounded_down(limit, over):
    assert predicted([host("a", ["x"]), host("b", ["x"]), host("c")], limit)["over"] == over


def test_hundredths_are_exact():
    hosts = [host("a%d" % number, ["x"] if number < 29 else []) for number in range(100)]
    assert not predicted(hosts, "29%")["over"] and predicted(hosts, "28%")["over"]


def test_an_account_that_failed_counts_as_a_change():
    found = predicted([host("a"), host("b", why="no such connector"), dict(inventory_hostname="c", done=dict(failed=True, msg="timeout"))], 1)
    assert found["over"] and found["count"] == 0
    assert found["msg"].startswith("Nothing was changed. 2 of 3 accounts would change (including 2 that failed in the dry run")
    assert any("no such connector" in line for line in found["lines"]) and any("timeout" in line for line in found["lines"])


NOTHING = dict(before={}, after={})
CYCLE = dict(id="c1", name="Contacts")
HUBSPOT = dict(id=1, name="HubSpot", state="ready", connector=dict(name="HubSpot", version="v2"))


@pytest.mark.parametrize("changed", [True, False])
@pytest.mark.parametrize("result, change", [
    (dict(account_connector=HUBSPOT, diff=dict(before={}, after=dict(name="HubSpot"))), "HubSpot installed"),
    (dict(account_connector=None, diff=dict(before=dict(name="HubSpot"), after={})), "HubSpot removed"),
    (dict(account_connector=HUBSPOT, diff=dict(before=dict(auth_value="(hidden)"), after=dict(auth_value="(hidden)"))), "HubSpot: auth_value"),
    (dict(cycle=CYCLE, diff=dict(before=dict(restarted=False), after=dict(restarted=True))), "integration Contacts restarted"),
    (dict(account_connector=HUBSPOT, replaced=[dict(version="v1", removed=True)], diff=dict(before=dict(instances={"Old": "v1"}), after={})), "v1 removed"),
    (dict(account_connector=HUBSPOT, replaced=[dict(version=None, removed=False)],
          diff=dict(before=dict(instances={"HubSpot": None}), after=dict(instances={"HubSpot": "v2", "Old": None}))), "HubSpot v2 installed"),
    (dict(changes=["account: timezone"]), "account: timezone"),
])  # fmt: skip
def test_what_counts_for_the_limit_is_what_the_summary_lists(result, change, changed):
    """A dry run is not a change for Ansible, so its results say `changed: false`."""
    done = dict(result, changed=changed)
    for registered in (done, dict(results=[dict(changed=False, diff=NOTHING), dict(skipped=True), done])):
        a = dict(inventory_hostname="a", done=registered)
        found = predicted([a, dict(inventory_hostname="b", done=None), dict(inventory_hostname="c")], 0)
        assert found["count"] == 1 and found["lines"][0] == "change   a  " + change
        assert outcome_of_host(a, ["done"]).changes == (change,)


@pytest.mark.parametrize("result", [
    dict(account_connector=HUBSPOT, diff=NOTHING), dict(cycle=CYCLE, diff=NOTHING), dict(account_connector=HUBSPOT, replaced=[], diff=NOTHING),
    dict(changes=[]), dict(changes=None), dict(skipped=True), dict(results=[]), dict(results=[dict(diff=NOTHING)]),
    dict(failed=True, msg="timeout", changed=True, diff=dict(before={}, after=dict(name="HubSpot"))),
])  # fmt: skip
def test_what_changes_nothing(result):
    a = dict(inventory_hostname="a", done=dict(dict(changed=False), **result))
    assert predicted([a], 0)["count"] == 0 and outcome_of_host(a, ["done"]).changes == ()


def test_a_change_without_a_difference_counts():
    """A launch that was forced sends the same again."""
    a = dict(inventory_hostname="a", done=dict(changed=True, account_connector=HUBSPOT, deployment=dict(via="launch"), diff=NOTHING))
    assert predicted([a], 0)["over"] and outcome_of_host(a, ["done"]).changes == ("HubSpot: launch",)


def test_many_accounts_fit_a_screen():
    hosts = [host("customer-%04d" % number, ["change %d" % number]) for number in range(1000)]
    found = predicted(hosts, 0)
    assert len(found["lines"]) <= 20 and max(map(len, found["lines"])) <= 80
