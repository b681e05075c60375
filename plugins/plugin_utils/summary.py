# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""How a run ended, in lines that fit a terminal, however many accounts there are. Names only, never a value, a link or a secret."""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable

# 79 columns without what the debug module puts around each line of a list
WIDTH = 69
MOST_LINES = 20
_INDENT = " " * 9
_ROOM = WIDTH - len(_INDENT)
# A space at which a line is not broken. No text contains it, because it is unprintable.
_GLUE = "\0"
# The lines for the reason of a failure, which was shown before, for another text of a group, and for one note
_REASON_LINES, _TEXT_LINES, _NOTE_LINES = 3, 5, 3
# Enough for one group with each word, and for how many there are besides
_LEAST = 11
# The groups with the same word that are shown: what failed or changed matters more than why an integration does not run.
_MOST_GROUPS = {"waits": 5, "needs": 5, "idle": 5, "left out": 5}

FAILED = "failed"
# If no result contains the reason, only the output above shows it.
SEE_ABOVE = "see its message above"


@dataclass(frozen=True)
class Outcome:
    """What became of one account."""

    account: str
    # What was changed, such as "HubSpot installed"
    changes: tuple = ()
    # Why it failed
    failure: str | None = None
    # Names of connectors that the customer has to authorize, or that need a key
    waits_for: tuple = ()
    needs_key: tuple = ()
    # Each integration that does not run, and why: "Contacts does not run: HubSpot has to be authorized"
    not_running: tuple = ()
    # Why the account was left as it is, although the run could have changed something
    kept: str | None = None
    # What the run left out in the account, and why: "connector HubSpot: authentication: it is secret"
    left_out: tuple = ()
    # Connectors for which a link was created, and whether the screen shows the links
    links: tuple = ()
    links_shown: bool = False
    # Whether nothing is installed
    empty: bool = False
    # Whether the run has come to it
    tried: bool = True


def summary_lines(outcomes, check_mode=False, notes=(), next_step=None, ended=None):
    """The lines. `notes` are pairs of a word and a text, such as ("file", path). `next_step` replaces what is derived from the outcomes.

    `ended` is why the run ended before it came to all accounts, such as "after 3 failures because of cyclr_max_failures: 3".
    """
    outcomes = sorted(outcomes, key=lambda one: one.account)
    notes = _about_end(outcomes, ended) + list(notes)
    groups, totals = _groups(outcomes, check_mode), _wrapped(_totals(outcomes, check_mode), WIDTH) if outcomes else []
    for note_lines in range(_NOTE_LINES, 0, -1):
        tail = _notes(outcomes, check_mode, notes, next_step, note_lines)
        room = MOST_LINES - len(tail) - len(totals)
        if room >= _LEAST or not groups:
            break
    return _laid_out(groups, max(room, _LEAST)) + tail + totals


# -- the accounts with the same outcome share a group -------------------------------------------------------------------


@dataclass(eq=False)
class _Group:
    word: str
    text: str
    accounts: list
    account_lines: int = 1
    text_lines: int = 1

    def lines(self):
        accounts = [_some(self.accounts)] if self.account_lines == 1 else self.all_accounts()
        text = _wrapped(self.text, _ROOM, self.text_lines)
        line = "%-8s %s  %s" % (self.word, accounts[0], text[0])
        if len(accounts) == len(text) == 1 and len(line) <= WIDTH:
            return [line]
        return ["%-8s %s" % (self.word, accounts[0])] + [_INDENT + part for part in accounts[1:] + text]

    def all_accounts(self):
        return _wrapped(", ".join(account.replace(" ", _GLUE) for account in self.accounts), _ROOM)


def _groups(outcomes, check_mode):
    """All groups, those with the same word together, the largest first."""
    found = {word: {} for word in (FAILED, "changed", "kept", "waits", "needs", "idle", "left out")}

    def add(word, text, outcome):
        found[word].setdefault(text, []).append(_name(outcome.account))

    for one in outcomes:
        if one.failure:
            add(FAILED, printable(one.failure), one)
        elif one.changes:
            add("changed", "; ".join(_in_one_piece(printable(change)) for change in one.changes), one)
        elif one.kept:
            add("kept", printable(one.kept), one)
        if one.waits_for:
            add("waits", "for %s" % _listed(one.waits_for), one)
        if one.needs_key:
            add("needs", "a key for %s" % _listed(one.needs_key), one)
        for reason in dict.fromkeys(one.not_running):
            add("idle", printable(reason), one)
        for thing in dict.fromkeys(one.left_out):
            add("left out", printable(thing), one)
    groups = []
    for word, by_text in found.items():
        shown = "change" if check_mode and word == "changed" else word
        groups += [_Group(shown, text, accounts) for text, accounts in sorted(by_text.items(), key=lambda item: -len(item[1]))]
    return groups


def _laid_out(groups, room):
    """As many groups as fit, at least one for each word; then as much of their texts and of the accounts that failed as fits besides."""
    first = {group.word: group for group in reversed(groups)}
    ranked = sorted(groups, key=lambda group: first[group.word] is not group)
    kept, used, shown = [], 0, Counter()
    for group in ranked:
        shown[group.word] += 1
        if shown[group.word] > _MOST_GROUPS.get(group.word, MOST_LINES):
            continue
        used += len(group.lines())
        # One line says how many there are besides.
        if used > room - (len(kept) + 1 < len(groups)):
            break
        kept.append(group)
    left_out = len(groups) - len(kept)
    kept.sort(key=groups.index)
    spare = room - sum(len(group.lines()) for group in kept) - bool(left_out)
    for group in kept:
        spare = _extended(group, "text_lines", _REASON_LINES if group.word == FAILED else _TEXT_LINES, spare)
    for group in kept:
        if group.word == FAILED:
            spare = _extended(group, "account_lines", len(group.all_accounts()), spare)
    lines = [line for group in kept for line in group.lines()]
    return lines + (["and %d more group%s" % (left_out, "" if left_out == 1 else "s")] if left_out else [])


def _extended(group, which, most, spare):
    """Give a group more lines, and return what is left. The accounts are named all, or as many as fit on one line."""
    before = len(group.lines())
    for wanted in [most] if which == "account_lines" else range(most, 1, -1):
        setattr(group, which, wanted)
        needed = len(group.lines()) - before
        if needed <= spare:
            return spare - needed
    setattr(group, which, 1)
    return spare


def without_reasons(lines):
    """The same for a screen that has shown each failure with its reason."""
    kept, in_failed, continues = [], False, False
    for line in lines:
        if not line.startswith(_INDENT):
            in_failed = line.startswith("%-8s " % FAILED)
            # A short reason stands on the line of the accounts.
            kept.append(line[: len(_INDENT)] + line[len(_INDENT) :].split("  ")[0] if in_failed else line)
            continues = in_failed and line.endswith(",")
        elif not in_failed or continues:
            kept.append(line)
            continues = continues and line.endswith(",")
    return kept


# -- what comes after them ----------------------------------------------------------------------------------------------


def _notes(outcomes, check_mode, notes, next_step, most):
    empty = sum(one.empty and not one.failure for one in outcomes)
    given = [("empty", "%d %s nothing installed" % (empty, "account has" if empty == 1 else "accounts have"))] if empty else []
    given += list(notes)
    links = sum(len(one.links) for one in outcomes)
    if links and not check_mode:
        given.append(("links", _about_links(links, all(one.links_shown for one in outcomes if one.links))))
    told = _next_step(outcomes, check_mode) if next_step is None else next_step
    given += [("next", told)] if told else []
    lines = []
    for word, text in given:
        wrapped = _wrapped(printable(str(text)), _ROOM, most)
        lines += ["%-8s %s" % (word, wrapped[0])] + [_INDENT + line for line in wrapped[1:]]
    return lines


def _about_end(outcomes, ended):
    missed = sum(_is_missed(one) for one in outcomes)
    if not ended or not missed:
        return []
    return [("ended", "%s. %d %s not tried." % (ended, missed, "account was" if missed == 1 else "accounts were"))]


def _is_missed(outcome):
    return not outcome.tried and not outcome.failure


def _about_links(count, shown):
    if shown:
        return "1 link was created, and is shown above" if count == 1 else "%d links were created, and are shown above" % count
    which = "1 link was created, not shown because it opens" if count == 1 else "%d links were created, not shown because each opens" % count
    return "%s an account. onboard_account_reveal_links=true shows links" % which


def _next_step(outcomes, check_mode):
    """What the one who reads this has to do."""
    if any(one.failure for one in outcomes):
        return "correct what failed, then run this again"
    if check_mode:
        return "run this without --check to make the changes" if any(one.changes for one in outcomes) else None
    steps = []
    if any(one.needs_key for one in outcomes):
        steps.append("add the missing keys")
    if any(one.links for one in outcomes):
        steps.append("give each customer the link within five minutes")
    elif any(one.waits_for for one in outcomes):
        steps.append("send the customers their links (cyclr.ipaas.hand_over_links)")
    if not steps:
        return None
    return "%s, and run this again%s" % (", ".join(steps), " after the authorization" if any(one.waits_for for one in outcomes) else "")


def _totals(outcomes, check_mode):
    failed = sum(bool(one.failure) for one in outcomes)
    changed = sum(bool(one.changes) and not one.failure for one in outcomes)
    missed = sum(_is_missed(one) for one in outcomes)
    kept = sum(bool(one.kept) and not one.failure and not one.changes for one in outcomes)
    waiting = sum(bool(one.waits_for) for one in outcomes)
    fine = len(outcomes) - failed - changed - kept - missed
    counts = ["%d %s" % (changed, "would change" if check_mode else "changed"), "%d ok" % fine, "%d failed" % failed]
    counts += ["%d kept" % kept] if kept else []
    counts += ["%d not tried" % missed] if missed else []
    counts += ["%d %s for authorization" % (waiting, "waits" if waiting == 1 else "wait")] if waiting else []
    idle = sum(len(one.not_running) for one in outcomes)
    counts += ["%d integration%s not run" % (idle, " does" if idle == 1 else "s do")] if idle else []
    left_out = sum(len(one.left_out) for one in outcomes)
    counts += ["%d thing%s left out" % (left_out, "" if left_out == 1 else "s")] if left_out else []
    return "%d account%s: %s" % (len(outcomes), "" if len(outcomes) == 1 else "s", ", ".join(counts))


# -- texts --------------------------------------------------------------------------------------------------------------


def _name(account):
    return " ".join(printable(account).split()) or "?"


def _listed(names):
    return ", ".join(_in_one_piece(printable(str(name))) for name in names)


def _in_one_piece(text):
    """A text stays on one line, if it fits on one."""
    return text.replace(" ", _GLUE) if len(text) < _ROOM else text


def _some(accounts):
    """As many of them as fit on a line, and how many there are besides."""
    for shown in range(min(len(accounts), _ROOM), 0, -1):
        more = len(accounts) - shown
        line = ", ".join(accounts[:shown]) + (" and %d more" % more if more else "")
        if len(line) <= _ROOM:
            return line
    more = " and %d more" % (len(accounts) - 1) if len(accounts) > 1 else ""
    return accounts[0][: _ROOM - len(more) - 3] + "..." + more


def _wrapped(text, width, most=None):
    lines = textwrap.wrap(text, width, max_lines=most, placeholder=" ...", break_on_hyphens=False)
    return [line.replace(_GLUE, " ") for line in lines] or [""]
