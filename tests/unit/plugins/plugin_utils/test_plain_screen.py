# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The screen of the callback `plain`."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.plain_screen import Screen

COUNTS = dict(ok=1, failures=0, unreachable=0, changed=0, skipped=0, rescued=0, ignored=0)


def task(name="Do it", action="ansible.builtin.command", **more):
    return SimpleNamespace(**dict(dict(action=action, get_name=lambda: name, _uuid=name, ignore_errors=None, check_mode=False), **more))


SHOW = task("Show", "ansible.builtin.debug")
OURS = task("Create", "cyclr.ipaas.cyclr_account")


@pytest.fixture
def shown():
    return []


@pytest.fixture
def screen(shown):
    return Screen(shown.append, "all", str)


def test_hosts_with_the_same_outcome_share_a_line(screen, shown):
    screen.begin()
    for number in range(40):
        screen.ok(f"host-{number:02}", task(), dict(changed=True))
    screen.ok("quiet", task(), dict(changed=False))
    screen.begin()
    assert shown == ["  changed    host-00, host-01, host-02 and 37 more: Do it"]


def test_each_failure_is_shown_once_with_its_reason(screen, shown):
    for host in ("b", "a"):
        screen.failed(host, OURS, dict(msg="no such connector " * 6))
    screen.failed("c", OURS, dict(msg="c: another reason"))
    screen.end({})
    assert shown == [
        "  FAILED     a, b: no such connector no such connector no such connector no",
        "             such connector no such connector no such connector",
        "  FAILED     c: another reason",
    ]


def test_the_name_of_a_task_stands_before_the_message_of_a_module(screen, shown):
    screen.failed("localhost", task("web : Restart"), dict(msg="non-zero return code", stderr="a\nUnit not found\n"))
    screen.failed("localhost", task("Check", "ansible.builtin.assert"), dict(msg="Set a variable"))
    screen.end({})
    assert shown == ["  FAILED     Restart: non-zero return code: Unit not found", "  FAILED     Set a variable"]


def test_items_of_a_loop_are_shown_and_not_their_loop(screen, shown):
    one, two = (dict(changed=True, account=dict(id=name), diff=dict(before={}, after=dict(x=1))) for name in "ab")
    screen.item_ok("h", OURS, one)
    screen.item_failed("h", OURS, dict(failed=True, msg="second: no"))
    screen.failed("h", OURS, dict(failed=True, msg="One or more items failed", results=[one, two]))
    screen.end({})
    assert shown == ["  changed    h: account created", "  FAILED     h: second: no"]


def test_what_is_hidden_stays_hidden(screen, shown):
    hidden = dict(censored="the output has been hidden", changed=True)
    screen.ok("h", OURS, hidden)
    screen.failed("h", task(), hidden)
    screen.ok("h", SHOW, hidden)
    screen.end({})
    assert shown == ["  changed    h: Create", "  FAILED     h: Do it: failed, and hides its output (no_log)", "             h: hidden"]


def test_messages_and_warnings(screen, shown):
    screen.ok("localhost", SHOW, dict(changed=False, msg=["one", "two"], _ansible_verbose_always=True))
    screen.ok("localhost", SHOW, dict(changed=False, answer=dict(a=1), warnings=["careful"]))
    screen.ok("localhost", SHOW, dict(changed=False, warnings=["careful"], msg=""))
    screen.end({})
    assert shown == ["             one", "             two", "  warning    careful", '             answer: {"a": 1}', ""]


def test_an_ignored_failure_and_check_mode(screen, shown):
    screen.failed("localhost", task(), dict(msg="no"), ignored=True)
    screen.ok("localhost", task(check_mode=True), dict(changed=True))
    screen.end({})
    assert shown == ["  ignored    Do it: no", "  change     Do it"]


def test_the_summary_is_last_and_repeats_no_reason(screen, shown):
    screen.failed("a", OURS, dict(msg="no such connector"))
    screen.ok("a", SHOW, dict(cyclr_summary=["failed   a  no such connector", "1 account: 0 changed, 0 ok, 1 failed"], changed=False))
    screen.end({"a": dict(COUNTS, failures=1)})
    assert shown == ["  FAILED     a: no such connector", "", "  failed   a", "  1 account: 0 changed, 0 ok, 1 failed"]


def test_without_a_summary_one_line_counts_the_hosts(screen, shown):
    screen.end({"a": dict(COUNTS, changed=2), "b": COUNTS, "c": dict(COUNTS, changed=1, failures=1), "d": dict(COUNTS, unreachable=1)})
    assert shown == ["", "  4 hosts: 1 changed, 1 ok, 2 failed"]


@pytest.mark.parametrize("show, words", [("all", ["", "ok", "changed", "FAILED"]), ("steps", ["ok", "changed", "FAILED"]),
                                         ("changes", ["changed", "FAILED"]), ("failures", ["FAILED"])])
def test_how_much_is_shown(shown, show, words):
    screen = Screen(shown.append, show, str)
    screen.ok("localhost", SHOW, dict(msg="said"))
    screen.ok("localhost", task("cyclr.ipaas.onboard_account : Check the whole plan", "cyclr.ipaas.cyclr_onboarding"), dict(changed=False))
    screen.ok("localhost", task(), dict(changed=True))
    screen.failed("localhost", task(), dict(msg="no"))
    screen.ok("localhost", SHOW, dict(cyclr_summary=["1 account"]))
    screen.diff(dict(diff=dict(before="a", after="b"), changed=True))
    screen.end({})
    lines = [line for line in shown if line and "before" not in line]
    assert [line[2:13].strip() for line in lines if "1 account" not in line] == words
    assert ("  1 account" in shown) == (show == "all") and any("before" in line for line in shown) == (show == "all")


def test_nothing_can_change_the_screen_and_lines_fit(screen, shown):
    evil = "a\x1b[2J\u202eb\r" * 40
    screen.ok(evil, task(evil), dict(changed=True))
    screen.failed(evil, task(evil), dict(msg=evil, warnings=[evil]))
    screen.ok(evil, SHOW, dict(msg=evil))
    screen.diff(dict(diff=dict(before="", after=evil), changed=True))
    screen.ok(evil, SHOW, dict(cyclr_summary=[evil]))
    screen.end({evil: COUNTS})
    assert all(line.isprintable() for line in shown)
    assert max(len(line) for line in shown if "before" not in line and not line.startswith("  a")) < 80


def test_a_long_message_of_many_lines_stays_on_its_lines(screen, shown):
    screen.failed("h", OURS, dict(msg="x" * 3000))
    screen.end({})
    assert max(map(len, shown)) < 80 and "".join(shown).count("x") == 3000
