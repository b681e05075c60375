# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter onboarding_summary."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.filter.onboarding_summary import summary
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import standing


def host(account_id, changes=(), **more):
    return dict(dict(inventory_hostname=account_id, onboard_account_result=dict(changes=list(changes))), **more)


def test_changes():
    assert summary([host("a", ["account: name, timezone", "A installed"])]) == [
        "changed  a  account: name, timezone; A installed",
        "1 account: 1 changed, 0 ok, 0 failed",
    ]


def test_check_mode():
    assert summary([host("a", ["account created"])], check_mode=True) == [
        "change   a  account created",
        "next     run this without --check to make the changes",
        "1 account: 1 would change, 0 ok, 0 failed",
    ]


def test_what_changed_before_it_failed():
    failed = host("a", ["account created"], onboard_accounts_failure="Install further connectors: Nope")
    assert summary([failed])[0] == "failed   a  Install further connectors: Nope"


def test_failed_waiting_and_not_tried():
    waiting = dict(account_connectors=[dict(name="HubSpot", requires_oauth=True, authenticated=False, state="waits_for_oauth")])
    hosts = [host("b", onboard_accounts_failure="no\nsuch\x1b[31m thing"), host("a", onboard_account_result=waiting), dict(inventory_hostname="c")]
    assert summary(hosts) == [
        "failed   b  no such [31m thing",
        "waits    a  for HubSpot",
        "next     correct what failed, then run this again",
        "3 accounts: 0 changed, 1 ok, 1 failed, 1 not tried, 1 waits for",
        "authorization",
    ]


def test_a_failed_result_is_a_failure_with_its_own_message():
    failed = host("a", onboard_account_result=dict(failed=True, msg="HubSpot: no such connector", changes=["account created"]))
    assert summary([failed])[0] == "failed   a  HubSpot: no such connector"


def idle(name, reason="Missing field mapping", **more):
    unmet = dict(object_type="Action", object_id="x", reason=reason, step=None, field=None, code=30)
    return dict(name=name, running=False, connectors=[], prerequisites=[unmet], **more)


def test_integrations_that_do_not_run():
    hosts = [host(str(number), onboard_account_result=dict(account_connectors=[], cycles=[idle("A")])) for number in range(3)]
    running = dict(name="B", running=True, connectors=[], prerequisites=[])
    hosts += [host("x", ["integration B started"], onboard_account_result=dict(
        changes=["integration B started"], account_connectors=[], cycles=[running, dict(idle("C"), prerequisites=None), idle("D", "No\x1b[31m key")],
    ))]  # fmt: skip
    assert summary(hosts) == [
        "changed  x  integration B started",
        "idle     0, 1, 2  A does not run: Missing field mapping",
        "idle     x  D does not run: No [31m key",
        "4 accounts: 1 changed, 3 ok, 0 failed, 4 integrations do not run",
    ]


def test_reasons_stay_within_a_screen():
    cycles = [idle("A", "Reason %d %s" % (number % 40, "x" * 300)) for number in range(80)]
    lines = summary([host("a", onboard_account_result=dict(account_connectors=[], cycles=cycles))])
    assert len(lines) <= 20 and "and 35 more groups" in lines and max(map(len, lines)) <= 69
    assert lines[-1] == "1 account: 0 changed, 1 ok, 0 failed, 80 integrations do not run"


def test_a_change_that_is_longer_than_a_line_is_broken_between_words():
    lines = summary([host("a", ["integration Every new contact in Acme becomes a contact in HubSpot installed and started"])])
    assert lines[0] == "changed  a" and "installed and started" in " ".join(" ".join(lines).split()) and max(map(len, lines)) <= 69


@pytest.mark.parametrize("code", [0x7, 0x9B, 0x2028, 0x202E, 0x2066, 0x200F, 0x61C, 0xD800], ids=hex)
def test_no_character_can_change_the_screen(code):
    record = dict(name="a%cb" % code, requires_oauth=True, authenticated=False, state="waits_for_oauth")
    hosts = [
        host("a%cb" % code, onboard_accounts_failure="a%cb" % code),
        host("c%cd" % code, onboard_account_result=dict(changes=["a%cb" % code], account_connectors=[record])),
    ]
    assert chr(code) not in "".join(summary(hosts) + [standing([record])])


def test_the_same_is_said_once():
    created, moved = ["account created"], ["account: timezone"]
    hosts = [host(f"customer-{number:03}", created) for number in range(30)] + [host("other", moved)]
    hosts += [host(name, onboard_accounts_failure="Logging in failed") for name in ("x", "y")]
    assert summary(hosts) == [
        "failed   x, y  Logging in failed",
        "changed  customer-000, customer-001, customer-002 and 27 more",
        "         account created",
        "changed  other  account: timezone",
        "next     correct what failed, then run this again",
        "33 accounts: 31 changed, 0 ok, 2 failed",
    ]


def test_all_that_failed_are_named():
    lines = summary([host(f"customer-{number:03}", onboard_accounts_failure="no") for number in range(30)])
    assert all(any(f"customer-{number:03}" in line for line in lines) for number in range(30))


def test_lines_fit_a_terminal():
    """Of 80 columns, with what the debug module puts around them."""
    hosts = [host(name * 200, onboard_accounts_failure="y" * 500) for name in "ab"]
    hosts += [host(name * 200, ["account created"]) for name in "cd"]
    hosts += [host("short", [f"Connector {number} installed" for number in range(9)])]
    lines = summary(hosts)
    assert max(map(len, lines)) <= 69
    assert "Connector 8 installed" in " ".join(lines)
    assert len(lines) <= 20


def test_misused():
    with pytest.raises(AnsibleFilterError, match="onboarding_summary"):
        summary([1])
