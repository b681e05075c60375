# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What an onboarding has done to an account. Names of settings only, never a value."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_cycles import change_of_cycle, foreseen, is_uncertain, why_not
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_titles import LASTING


def standing(records, cycles=()):
    """How the connectors and integrations of an account stand, in one line."""
    if not records and not cycles:
        return "nothing installed"
    if any(record["state"] is None for record in records):
        return "the state cannot be predicted"
    words = []
    for state, word in (("waits_for_oauth", "waits for OAuth"), ("needs_key", "needs a key")):
        names = [printable(str(record["name"])) for record in records if record["state"] == state]
        words += ["%s: %s" % (word, ", ".join(names))] if names else []
    words += ["does not run: %s (%s)" % (printable(str(one["name"])), why_not(one, records)) for one in cycles if one["prerequisites"]]
    uncertain = [printable(str(one["name"])) for one in cycles if is_uncertain(one)]
    words += ["the start cannot be predicted: %s" % ", ".join(uncertain)] if uncertain else []
    return "; ".join(words) or "ready"


def onboarding_result(account, partner, records, links, cycles, changes):
    """What the role sets as the fact `onboard_account_result`, whichever way it was taken. `cycles` are results of cyclr_cycle."""
    integrations = [dict(one["cycle"], prerequisites=one["prerequisites"]) for one in cycles if one.get("cycle")]
    return dict(
        account=account["account"],
        partner_connector=partner.get("partner_connector"),
        deployment=partner.get("deployment"),
        account_connectors=records,
        oauth_links=links,
        cycles=integrations,
        ready=all(record["state"] == "ready" for record in records) and not any(one["prerequisites"] or is_uncertain(one) for one in integrations),
        changed=bool(changes),
        changes=changes,
        failed=False,
        msg=standing(records, integrations),
    )


def authorized(records, ids):
    """A record stays the one that knows which of its properties are secret."""
    return [dict(record, authenticated=True, state="ready") if record["id"] in ids else record for record in records]


def result_of_tasks(account, partner, connectors, links, wait, cycles, check_mode):
    """The same from the results of one task for each step. A step that was skipped has no result."""
    partner = {} if partner.get("skipped") else partner
    steps = [one for one in [account, partner, *(connectors.get("results") or ())] if one and not one.get("skipped")]
    records = [one["account_connector"] for one in steps if one.get("account_connector")]
    records = authorized(records, wait.get("authenticated") or [])
    created = [one["oauth_link"] for one in links.get("results") or [] if one.get("oauth_link")]
    set_up = [foreseen(one, records) if check_mode else one for one in cycles.get("results") or [] if not one.get("skipped")]
    return onboarding_result(account, partner, records, created, set_up, [change_of(one) for one in steps + set_up if one.get("changed")])


def failure_of_tasks(steps, account_id=None):
    """The result after a task has failed: what cyclr_onboarding returns. None if none has. `steps` are pairs of a title and a result, in their order.

    What comes after the step that failed is of an earlier run.
    """
    done = []
    for title, result in steps:
        failed = [one for one in result.get("results") or [result] if one.get("failed")] or ([result] if result.get("failed") else [])
        done += [(title, one) for one in result.get("results") or [result] if has_run(one)]
        if failed:
            reasons = [_reason(one, title, "%s: " % account_id) for one in failed]
            finished = [] if title is None else list(dict.fromkeys(other for other, one in done if other in LASTING and other != title))
            changes = [change_of(one) for other, one in done if other is not None and one.get("changed")]
            msg = with_what_was_done("; ".join(reasons), finished)
            return dict(failed=True, msg=msg, error=failed[0].get("error"), changed=bool(changes), changes=changes)
    return None


def _reason(result, title, account):
    """Why a step failed, without the account and what was done before, which a step of the role says as well."""
    msg = result.get("msg") or "no message"
    if msg.startswith(account):
        return msg[len(account) :].partition(_DONE)[0]
    return ": ".join(filter(None, (title, msg)))


_DONE = ". Finished before: "


def has_run(result):
    """Whether the task or the item of a loop has run, and has not failed."""
    return bool(result) and not result.get("failed") and not result.get("skipped")


def with_what_was_done(reason, finished):
    """The whole story of a failure, in one piece."""
    if not finished:
        return reason
    return "%s%s%s. Run it again to continue" % (reason.rstrip("."), _DONE, "; ".join(finished))


def published(result, reveal_links):
    """What an artifact contains: what later jobs read, because AWX copies it into all of them. Whoever has a link could enter the customer's account."""
    account, records = result["account"], result["account_connectors"]
    return dict(
        account=dict(id=account["id"], name=account["name"]),
        ready=result["ready"],
        changed=result["changed"],
        waits_for=[one["name"] for one in records if one["state"] == "waits_for_oauth"],
        needs_key=[one["name"] for one in records if one["state"] == "needs_key"],
        oauth_links=[link if reveal_links else dict(link, url=None) for link in result["oauth_links"]],
        cycles=[dict(name=one["name"], running=one["running"], reason=why_not(one, records) if one["prerequisites"] else None) for one in result["cycles"]],
    )


def change_of(result):
    """What the result of a module changed: `HubSpot installed`, `account: timezone`, `integration Contacts started`."""
    diff = result.get("diff") or {}
    before, after = diff.get("before") or {}, diff.get("after") or {}
    if "cycle" in result:
        return change_of_cycle(result["cycle"], before, after)
    connector = result.get("account_connector")
    name = (connector or before or after).get("name") or "connector" if "account_connector" in result else "account"
    if not before and after:
        return "%s %s" % (name, "created" if name == "account" else "installed")
    if before and not after:
        return "%s removed" % name
    if after:
        return "%s: %s" % (name, ", ".join(sorted(after)))
    return name if not result.get("deployment") else "%s: %s" % (name, result["deployment"].get("via"))
