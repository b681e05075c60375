# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Chaining the modules: an account from nothing to ready.

The steps are those that a play would take with a task for each module. They are taken in one task, because a task costs far more than its
requests. What runs a module is handed in as `call(module, options)`, which returns the module's result.
"""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import change_of

ACCOUNT = "Ensure that the account exists"
PARTNER = "Bring in the partner connector"
CONNECTORS = "Install further connectors"
LINKS = "Issue the OAuth links"
WAIT = "Wait for consent"


class StepFailed(Exception):
    """A module failed. `changes` are those that were made before it."""

    def __init__(self, step, result, changes):
        super().__init__("%s: %s" % (step, result.get("msg") or "no message"))
        self.result = result
        self.changes = changes


def planned(params):
    """(step, module, options) of all that is known before the first request, so that it can be checked before the first write."""
    account_id = params["account_id"]
    told = {name: params[name] for name in ("name", "description", "timezone") if params[name] is not None}
    yield ACCOUNT, "cyclr_account", dict(params["settings"] or {}, **dict(told, account_id=account_id))
    if params["partner"] is not None:
        described = {"account_" + name: told[name] for name in ("name", "description") if name in told}
        yield PARTNER, "cyclr_partner_connector", dict(described, **dict(params["partner"], account_id=account_id))
    for wanted in params["connectors"] or []:
        label = wanted.get("name") or wanted.get("connector") or wanted.get("connector_id")
        yield printable("%s: %s" % (CONNECTORS, label)), "cyclr_connector_install", dict(wanted, account_id=account_id)
    if params["oauth"] is not None:
        yield LINKS, "cyclr_oauth_link", dict(params["oauth"], account_id=account_id, name="")


def onboard(params, call, tell, check_mode):
    """What the role sets as the fact `onboard_account_result`. Raises StepFailed."""
    done = _Steps(call)
    account, partner, installed = {}, {}, []
    for step, module, options in planned(params):
        if module == "cyclr_oauth_link":
            continue
        outcome = done.take(step, module, options)
        if module == "cyclr_account":
            account = outcome
        elif module == "cyclr_partner_connector":
            partner = outcome
        if outcome.get("account_connector"):
            installed.append(outcome["account_connector"])
    waiting = [record["name"] for record in installed if record["requires_oauth"] and not record["authenticated"]]
    links = []
    if params["oauth"] is not None:
        for name in waiting:
            options = dict(params["oauth"], account_id=params["account_id"], name=name)
            links.append(done.take(printable("%s: %s" % (LINKS, name)), "cyclr_oauth_link", options, changes=False)["oauth_link"])
    links = [link for link in links if link]
    if params["wait_for_oauth"] and waiting and not check_mode:
        # Whoever is to consent needs them before the wait.
        for link in links if params["reveal_links"] else ():
            tell("account %s, open within five minutes, works once, %s: %s" % (params["account_id"], link["name"], link["url"]))
        options = dict(account_id=params["account_id"], names=waiting, wait_timeout=params["wait_for_oauth"])
        consented = done.take(WAIT, "cyclr_oauth_wait", options)["authenticated"]
        # A record stays the one that knows which of its properties are secret.
        installed = [dict(record, authenticated=record["authenticated"] or record["id"] in consented) for record in installed]
    return dict(
        account=account["account"],
        partner_connector=partner.get("partner_connector"),
        deployment=partner.get("deployment"),
        account_connectors=installed,
        oauth_links=links,
        ready=all(record["authenticated"] or record["auth_type"] == "None" for record in installed),
        changed=bool(done.changes),
        changes=done.changes,
        diff=done.diffs,
        warnings=done.warnings,
    )


class _Steps:
    def __init__(self, call):
        self._call = call
        self.changes = []
        self.diffs = []
        self.warnings = []

    def take(self, step, module, options, changes=True):
        """The result of one module. A link that is issued changes nothing in the account: it does not count."""
        outcome = self._call(module, options)
        if outcome.get("failed"):
            raise StepFailed(step, outcome, self.changes)
        if changes and outcome.get("changed"):
            self.changes.append(change_of(outcome))
            self.diffs.append(dict(outcome.get("diff") or {}, before_header=step, after_header=step))
        self.warnings += outcome.get("warnings") or []
        return outcome


def onboarding_artifact(results, reveal_links):
    """Account id -> result. Without the links, unless they were asked for: whoever reads an artifact could enter the customer's account."""
    return {result["account"]["id"]: _published(result, reveal_links) for result in results}


def _published(result, reveal_links):
    kept = {name: result[name] for name in ("account", "partner_connector", "account_connectors", "ready", "changed")}
    deployment, links = result["deployment"], result["oauth_links"]
    if not reveal_links:
        deployment = deployment and dict(deployment, url=None, token=None)
        links = [dict(link, url=None) for link in links]
    return dict(kept, deployment=deployment, oauth_links=links)
