# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The summary that ends every run."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import MOST_LINES, WIDTH, Outcome, summary_lines, without_reasons


def fits(lines):
    return len(lines) <= MOST_LINES and max(map(len, lines)) <= WIDTH


def test_everything_that_matters_in_one_summary():
    outcomes = [
        Outcome("a", changes=("account created", "HubSpot installed"), waits_for=("HubSpot",), links=("HubSpot",)),
        Outcome("b", failure="no such connector", changes=("account created",)),
        Outcome("c", needs_key=("Mailchimp",), not_running=("Contacts does not run: Mailchimp needs a key",)),
        Outcome("d", empty=True),
        Outcome("e", tried=False),
    ]
    assert summary_lines(outcomes, notes=[("file", "/tmp/page.html")]) == [
        "failed   b  no such connector",
        "changed  a  account created; HubSpot installed",
        "waits    a  for HubSpot",
        "needs    c  a key for Mailchimp",
        "idle     c  Contacts does not run: Mailchimp needs a key",
        "empty    1 account has nothing installed",
        "file     /tmp/page.html",
        "links    1 link was created, not shown because it opens an account.",
        "         onboard_account_reveal_links=true shows links",
        "next     correct what failed, then run this again",
        "5 accounts: 1 changed, 2 ok, 1 failed, 1 not tried, 1 waits for",
        "authorization, 1 integration does not run",
    ]


def test_what_was_kept_and_what_was_left_out():
    outcomes = [
        Outcome("a", changes=("variables written",), left_out=("connector HubSpot: authentication: it is secret", "integration Twice: not unique")),
        Outcome("b", changes=("variables written",), left_out=("connector HubSpot: authentication: it is secret",) * 2),
        Outcome("c", kept="its variables exist already"),
        Outcome("d", kept="its variables exist already", failure="no"),
    ]
    assert summary_lines(outcomes) == [
        "failed   d  no",
        "changed  a, b  variables written",
        "kept     c  its variables exist already",
        "left out a, b  connector HubSpot: authentication: it is secret",
        "left out a  integration Twice: not unique",
        "next     correct what failed, then run this again",
        "4 accounts: 2 changed, 0 ok, 1 failed, 1 kept, 4 things left out",
    ]


def test_most_of_what_was_left_out_is_counted():
    outcomes = [Outcome("a%d" % number, left_out=("connector %d: it is secret" % number, "connector Mailchimp: it is secret")) for number in range(60)]
    lines = summary_lines(outcomes)
    assert fits(lines) and sum(line.startswith("left out") for line in lines) == 5 and "and 56 more groups" in lines
    assert lines[:2] == ["left out a0, a1, a10, a11, a12, a13, a14, a15, a16, a17 and 50 more", "         connector Mailchimp: it is secret"]


@pytest.mark.parametrize(("outcome", "told"), [
    (Outcome("a"), None),
    (Outcome("a", waits_for=("X",)), "send the customers their links (cyclr.ipaas.hand_over_links), and run this again after the authorization"),
    (Outcome("a", waits_for=("X",), links=("X",)), "give each customer the link within five minutes, and run this again after the authorization"),
    (Outcome("a", needs_key=("X",)), "add the missing keys, and run this again"),
    (Outcome("a", failure="no", waits_for=("X",)), "correct what failed, then run this again"),
])  # fmt: skip
def test_what_to_do_next(outcome, told):
    text = " ".join(" ".join(summary_lines([outcome])).split())
    assert ("next " in text) == (told is not None) and (told or "") in text


def test_a_playbook_can_say_what_to_do_next():
    assert "next     look at the page" in summary_lines([Outcome("a", failure="no")], next_step="look at the page")
    assert not any(line.startswith("next") for line in summary_lines([Outcome("a", failure="no")], next_step=""))


def test_links_that_the_screen_shows():
    lines = summary_lines([Outcome("a", links=("X", "Y"), links_shown=True)])
    assert lines[0] == "links    2 links were created, and are shown above"


@pytest.mark.parametrize("missed, told", [(0, None), (1, "1 account was not tried."), (12, "12 accounts were not tried.")])
def test_why_the_run_ended_before_it_came_to_all_accounts(missed, told):
    outcomes = [Outcome("a", failure="no")] + [Outcome("b%d" % number, tried=False) for number in range(missed)]
    ended = "after 3 failures because of cyclr_max_failures: 3"
    lines = summary_lines(outcomes, notes=[("file", "/tmp/page.html")], ended=ended)
    text = " ".join(" ".join(lines[1:]).split())
    assert text.startswith("ended %s. %s file /tmp/page.html" % (ended, told) if told else "file")
    assert without_reasons(lines)[1:] == lines[1:]
    assert summary_lines(outcomes, notes=[("file", "/tmp/page.html")], ended="") == summary_lines(outcomes, notes=[("file", "/tmp/page.html")])


@pytest.mark.parametrize("count", [1, 40, 1000])
@pytest.mark.parametrize("text", ["x" * 500, "word " * 100, "short"])
def test_a_screen_whatever_the_number(count, text):
    """All kinds of outcome, in as many groups as there are accounts."""
    outcomes = [Outcome("f%d" % number, failure="%d %s" % (number, text)) for number in range(count)]
    outcomes += [Outcome("c%d" % number, changes=("%d %s" % (number, text),) * 3, waits_for=("%d %s" % (number, text),)) for number in range(count)]
    outcomes += [Outcome("n%d" % number, needs_key=(text,), not_running=("%d %s" % (number, text),), links=("X",)) for number in range(count)]
    outcomes += [Outcome("m%d" % number, tried=False, empty=True) for number in range(count)]
    lines = summary_lines(outcomes, notes=[("file", text)] * 2, ended="after 1000 failures because of cyclr_max_fail_percentage: 12.5")
    assert fits(lines) and any(line.startswith("ended") for line in lines), lines
    assert [word for word in ("failed", "changed", "waits", "needs", "idle") if not any(line.startswith(word) for line in lines)] == []
    assert "%d accounts: " % len(outcomes) in lines[-2] + lines[-1]


def test_groups_that_do_not_fit_are_counted_and_the_largest_are_shown():
    outcomes = [Outcome("a%d" % number, failure="reason %d" % number) for number in range(30)]
    outcomes += [Outcome("z%d" % number, failure="often") for number in range(9)]
    lines = summary_lines(outcomes)
    assert lines[0] == "failed   z0, z1, z2, z3, z4, z5, z6, z7, z8  often" and fits(lines)
    shown = sum(line.startswith("failed") for line in lines)
    assert "and %d more groups" % (31 - shown) in lines and shown > 10


def test_one_reason_for_many_is_one_group():
    lines = summary_lines([Outcome("customer-%04d" % number, failure="no such connector") for number in range(400)])
    assert lines[:2] == ["failed   customer-0000, customer-0001, customer-0002 and 397 more", "         no such connector"]
    assert len(lines) == 4


def test_accounts_that_failed_are_named_if_there_is_room():
    lines = summary_lines([Outcome("customer %04d" % number, failure="no such connector") for number in range(40)])
    assert fits(lines) and all("customer %04d" % number in "".join(lines) for number in range(40))


def test_what_a_screen_has_shown_is_not_repeated():
    outcomes = [Outcome("customer %04d" % number, failure="a reason " * 20) for number in range(12)]
    outcomes += [Outcome("b", failure="short"), Outcome("c", changes=("account created",) * 9)]
    lines = summary_lines(outcomes)
    kept = without_reasons(lines)
    assert "reason" not in "".join(kept) and "short" not in "".join(kept)
    assert all("customer %04d" % number in "".join(kept) for number in range(12)) and "failed   b" in kept
    assert kept[-1] == lines[-1] and [line for line in kept if "account created" in line] == [line for line in lines if "account created" in line]


def test_nothing_can_change_the_screen():
    evil = "a\x1b[31m\u202eb\n"
    outcome = Outcome(evil, (evil,), None, (evil,), (evil,), (evil,), left_out=(evil,))
    text = "".join(summary_lines([outcome, Outcome(evil, failure=evil), Outcome(evil, kept=evil)], notes=[("file", evil)], next_step=evil))
    assert text.isprintable()
