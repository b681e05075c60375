# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What became of the account of a host, from the registered results of modules of this collection."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import label_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_cycles import why_not
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import change_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import SEE_ABOVE, Outcome

_YES = ("true", "yes", "on", "1", "y", "t")


def outcome_of_host(variables, names, failure=None, failed_hosts=()):
    """`names` are those of registered variables, in the order of the tasks. Only these are read. `failure` is a reason that is known already.

    A host in `failed_hosts` has failed, whatever its results say.
    """
    registered = [result for result in map(variables.get, names) if hasattr(result, "get")]
    results = [one for result in registered for one in results_of(result)]
    failed = [one for one in results if one.get("failed")]
    done = [one for one in results if not one.get("failed")]
    if not failure and not failed and variables.get("inventory_hostname") in failed_hosts:
        failure = SEE_ABOVE
    records = _latest(done, "account_connectors", "account_connector")
    cycles = _latest(done, "cycles", "cycle")
    links = [link["name"] for one in done for link in one.get("oauth_links") or [] if link.get("url")]
    waits_for = [one["name"] for one in records if one["state"] == "waits_for_oauth"]
    return Outcome(
        account=label_of(variables),
        changes=tuple(change for one in results for change in changes_of(one)),
        failure=failure or "; ".join(dict.fromkeys(one.get("msg") or "failed for an unknown reason" for one in failed)) or None,
        waits_for=tuple(next((one["waiting_for"] for one in reversed(done) if "waiting_for" in one), waits_for)),
        needs_key=tuple(one["name"] for one in records if one["state"] == "needs_key"),
        not_running=tuple("%s does not run: %s" % (one["name"], why_not(one, records)) for one in cycles if one.get("prerequisites")),
        links=tuple(links),
        links_shown=bool(links) and str(variables.get("onboard_account_reveal_links")).lower() in _YES,
        empty=any("account_connectors" in one for one in done) and not records and not cycles,
        tried=bool(results or failure),
    )


def outcomes_of_hosts(hosts, names, failure_name=None, failed=()):
    """The outcome of each host. `failure_name` is that of the variable with a reason that is known already."""
    failed = set(failed)
    return [outcome_of_host(host, names, failure_name and host.get(failure_name), failed) for host in hosts]


def outcome_of_artifact(account, result):
    """The same from what an artifact contains. Why an account failed is not in it: an account that failed is missing there."""
    idle = [one for one in result.get("cycles") or [] if one.get("reason")]
    return Outcome(
        account=str(account),
        changes=("onboarded or changed",) if result.get("changed") else (),
        waits_for=tuple(result.get("waits_for") or ()),
        needs_key=tuple(result.get("needs_key") or ()),
        not_running=tuple("%s does not run: %s" % (one["name"], one["reason"]) for one in idle),
    )


def outcome_of_record(record):
    """The same from a dictionary with these keys, as a playbook gives it."""
    unknown = sorted(set(record) - set(Outcome.__dataclass_fields__))
    if unknown:
        raise TypeError("%s: not a key of an outcome" % ", ".join(unknown))
    lists = {key: tuple(map(str, value)) for key, value in record.items() if key in ("changes", "waits_for", "needs_key", "not_running", "links")}
    return Outcome(**dict(record, account=str(record["account"]), failure=record.get("failure") or None, **lists))


def results_of(registered):
    """The results in a registered variable, which is that of a module or of a loop, without those that were skipped."""
    return [one for one in registered.get("results") or [registered] if not one.get("skipped")]


def changes_of(result):
    """What an onboarding lists, the links that were sent, or what one module changed. Everything that counts changes follows this rule."""
    if "changes" in result:
        return list(result["changes"] or ())
    if "sent" in result:
        return ["link sent for %s" % name for name in result["sent"]]
    if not _has_changed(result):
        return []
    return list(_changes_of_upgrade(result)) if "replaced" in result else [change_of(result)]


def _has_changed(result):
    """Whether it says so, or lists differences: a dry run is not a change for Ansible (changed_when), and has only these.

    They contain nothing but what changes. Before and after of a secret look the same.
    """
    diff = result.get("diff") or {}
    return not result.get("failed") and bool(result.get("changed") or diff.get("before") or diff.get("after"))


def _changes_of_upgrade(result):
    record, after = result["account_connector"], (result.get("diff") or {}).get("after") or {}
    settings = sorted(set(after) - {"instances"})
    if record["name"] in (after.get("instances") or {}):
        yield "%s %s installed" % (record["name"], version_of(record["connector"]))
    elif settings:
        yield "%s: %s" % (record["name"], ", ".join(settings))
    for one in result["replaced"]:
        if one["removed"]:
            yield "%s removed" % version_of(one)


def version_of(record):
    return record["version"] or "without a version"


def _latest(results, several, one):
    """The records of the last result that has all of them, or those of the later results that have one each."""
    found = []
    for result in reversed(results):
        if several in result and not found:
            return result[several] or []
        if result.get(one):
            found.insert(0, dict(result[one], prerequisites=result.get("prerequisites")))
    return found
