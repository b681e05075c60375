# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What the upgrade of a connector did to many accounts."""

from __future__ import annotations

from collections import Counter

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import some_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import label_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import changes_of, version_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import SEE_ABOVE, Outcome, summary_lines

# The integrations that are named
_MOST_NAMES = 5


def upgrade_lines(hosts, check_mode=False, failed_hosts=(), ended=None):
    """`hosts` are the variables of the hosts, with the registered results of cyclr_connector_upgrade."""
    states = Counter(_result(host).get("state") for host in hosts)
    outcomes = [_outcome(host, failed_hosts) for host in hosts]
    return summary_lines(outcomes, check_mode, _notes(hosts, states), _next_step(outcomes, states, check_mode), ended)


def _result(host):
    return host.get("upgrade_result") or {}


def _outcome(host, failed_hosts):
    result = _result(host)
    failure = _failure(result, host["inventory_hostname"] in failed_hosts)
    record = result.get("account_connector")
    names = ("%s %s" % (record["name"], version_of(record["connector"])),) if record else ()
    return Outcome(
        account=label_of(host),
        failure=failure,
        changes=() if failure else tuple(changes_of(result)),
        waits_for=names if result.get("state") == "waits_for_oauth" else (),
        needs_key=names if result.get("state") == "needs_key" else (),
        tried=bool(result or failure),
    )


def _failure(result, has_failed):
    if result.get("failed"):
        return result.get("msg") or "failed for an unknown reason"
    return SEE_ABOVE if has_failed else None


def _notes(hosts, states):
    notes = []
    uses = Counter(name for host in hosts for name in _names_of_uses(_result(host)))
    if uses:
        told = ["%s%s" % (name, " (%d accounts)" % count if count > 1 else "") for name, count in uses.most_common(_MOST_NAMES)]
        notes.append(("in use", "the old version by %s%s" % (", ".join(told), " and others" if len(uses) > _MOST_NAMES else "")))
    for state, word, text in (
        ("removable", "ready", "the old version can be removed from"),
        ("not_installed", "left out", "the connector is not installed in"),
        ("left_out", "left out", "the connector has another version in"),
    ):
        if states[state]:
            ids = sorted(label_of(host) for host in hosts if _result(host).get("state") == state)
            notes.append((word, "%s %s" % (text, _accounts(ids))))
    return notes


def _names_of_uses(result):
    """One integration counts once for an account."""
    left = [one for one in result.get("replaced") or () if not one["removed"]]
    return {use["name"] for one in left for use in one["used_by"]}


def _accounts(ids):
    return "%d account%s: %s" % (len(ids), "" if len(ids) == 1 else "s", some_of(ids, _MOST_NAMES))


def _next_step(outcomes, states, check_mode):
    if check_mode or any(one.failure for one in outcomes):
        # As after every run
        return None
    steps = []
    if states["needs_key"]:
        steps.append("add the missing keys")
    if states["waits_for_oauth"]:
        steps.append("send the customers their links (cyclr.ipaas.hand_over_links)")
    if states["in_use"]:
        steps.append("reinstall what uses the old version")
    again = "run this again%s" % (" with -e confirm=true" if states["removable"] else "")
    if not steps:
        return again if states["removable"] else ""
    return "%s, and %s" % (", ".join(steps), again)
