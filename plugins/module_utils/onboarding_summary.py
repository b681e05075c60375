# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What a run has done to many accounts, in lines that fit a terminal. Names of settings only, never a value."""

from __future__ import annotations

import re

_WIDTH = 110
_WIDEST_ID = 36


def onboarding_summary(runs, check_mode=False):
    """One line for each account that changed or failed, and the totals. `runs` is a list of `{id, failure, changes, waiting}`."""
    lines, changed, failed, waiting = [], 0, 0, 0
    width = min(max([len(run["id"]) for run in runs], default=0), _WIDEST_ID)
    for run in sorted(runs, key=lambda one: one["id"]):
        waiting += bool(run.get("waiting"))
        changes = run.get("changes")
        if run.get("failure"):
            failed += 1
            lines.append(_line("failed", run["id"], run["failure"], width))
        elif changes:
            changed += 1
            lines.append(_line("change" if check_mode else "changed", run["id"], "; ".join(changes), width))
    unchanged = len(runs) - changed - failed
    verb = "would change" if check_mode else "changed"
    total = "%d account%s: %d %s, %d as wanted, %d failed" % (len(runs), "" if len(runs) == 1 else "s", changed, verb, unchanged, failed)
    return lines + [total + (", %d with a connector that waits for consent" % waiting if waiting else "")]


def _line(word, account_id, text, width):
    # Control characters and line ends would break the line, or a terminal.
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", "%-7s  %-*s  %s" % (word, width, account_id, text))
    return line if len(line) <= _WIDTH else line[: _WIDTH - 3] + "..."


def change_of(result):
    """What the result of a module changed: `HubSpot installed`, `account: timezone`."""
    diff = result.get("diff") or {}
    before, after = diff.get("before") or {}, diff.get("after") or {}
    connector = result.get("account_connector")
    name = (connector or before or after).get("name") or "connector" if "account_connector" in result else "account"
    if not before and after:
        return "%s %s" % (name, "created" if name == "account" else "installed")
    if before and not after:
        return "%s removed" % name
    if after:
        return "%s: %s" % (name, ", ".join(sorted(after)))
    return name if not result.get("deployment") else "%s: %s" % (name, result["deployment"].get("via"))
