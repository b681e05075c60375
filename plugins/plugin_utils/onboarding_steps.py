# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Onboarding one account: which modules run, in which order, and what comes of them.

What runs a module is handed in: `run(step, check_mode)` returns the module's result.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_cycles import foreseen
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import authorized, change_of, onboarding_result, with_what_was_done
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_titles import ACCOUNT, CONNECTORS, CYCLES, LINKS, PARTNER, WAIT


class StepFailed(Exception):
    """A module failed. `changes` are those that were made before it."""

    def __init__(self, msg, error=None, changes=()):
        super().__init__(msg)
        self.error = error
        self.changes = list(changes)


@dataclass(frozen=True, eq=False)
class Step:
    """One run of a module of this collection. Each is itself only, so that it can be a key."""

    title: str
    module: str
    options: dict


@dataclass(frozen=True)
class Plan:
    """Everything that is known before the first request."""

    account: Step
    partner: Step | None
    connectors: list
    oauth: dict | None
    wait_for_oauth: int
    cycles: list

    @property
    def account_id(self):
        return self.account.options["account_id"]

    @property
    def source_account_id(self):
        return self.partner.options.get("source_account_id") if self.partner else None

    def steps(self):
        return [self.account] + ([self.partner] if self.partner else []) + self.connectors + self.cycles

    def link(self, record):
        # A connector that is only predicted has no id yet.
        which = dict(name=record["name"]) if record["id"] is None else dict(account_connector_id=record["id"])
        return Step(printable("%s: %s" % (LINKS, record["name"])), "cyclr_oauth_link", dict(self.oauth, account_id=self.account_id, **which))

    def wait(self, records):
        which = dict(account_id=self.account_id, account_connector_ids=[record["id"] for record in records])
        return Step(WAIT, "cyclr_oauth_wait", dict(which, wait_timeout=self.wait_for_oauth))


def plan_of(params):
    """The plan that the options of cyclr_onboarding describe. Raises InvalidInput for what can be seen without asking anybody."""
    account_id = params["account_id"]
    told = {name: params[name] for name in ("name", "description", "timezone") if params[name] is not None}
    settings, partner, oauth = params["settings"] or {}, params["partner"], params["oauth"]
    _check_settings(settings)
    _check_options("partner", partner or {})
    _check_options("oauth", oauth or {}, "account_connector_id", "name")
    _check_connectors(params["connectors"] or [])
    _check_cycles(params["cycles"] or [])
    if params["wait_for_oauth"] < 0:
        raise InvalidInput("wait_for_oauth: must not be negative")
    described = {"account_" + name: told[name] for name in ("name", "description") if name in told}
    return Plan(
        account=Step(ACCOUNT, "cyclr_account", dict(settings, **dict(told, account_id=account_id))),
        partner=None if partner is None else Step(PARTNER, "cyclr_partner_connector", dict(described, **dict(partner, account_id=account_id))),
        connectors=[_install(wanted, account_id, (partner or {}).get("source_account_id")) for wanted in params["connectors"] or []],
        oauth=oauth,
        wait_for_oauth=params["wait_for_oauth"],
        cycles=[_set_up(wanted, account_id) for wanted in params["cycles"] or []],
    )


def _set_up(wanted, account_id):
    """An integration that waits for the customer is not a failure, unless the user says so."""
    options = dict(dict(require_ready=False), **dict(wanted, account_id=account_id))
    return Step(printable("%s: %s" % (CYCLES, _cycle_label(wanted))), "cyclr_cycle", options)


def _cycle_label(wanted):
    return next((str(wanted[name]) for name in ("name", "template", "template_id", "cycle_id") if wanted.get(name)), "without a name")


def _install(wanted, account_id, source_account_id):
    """If the account does not exist yet, the catalogue of the source account shows which names are wrong."""
    options = dict(dict(catalogue_account_id=source_account_id) if source_account_id else {}, **dict(wanted, account_id=account_id))
    return Step(printable("%s: %s" % (CONNECTORS, _label(wanted))), "cyclr_connector_install", options)


def _label(wanted):
    return wanted.get("name") or wanted.get("connector") or wanted.get("connector_id") or "without a name"


def _check_options(where, options, *also):
    """One account of one API, with one login: no step may reach elsewhere."""
    for name in options:
        if name in connection():
            raise InvalidInput("%s: %s: cannot be set for one step. Set the connection on the task, in module_defaults or in the environment" % (where, name))
        if name in ("account_id",) + also:
            raise InvalidInput("%s: %s: cannot be set here, because the onboarding sets it" % (where, name))


def _check_settings(settings):
    _check_options("settings", settings)
    if settings.get("state", "present") != "present":
        raise InvalidInput("settings: state: must be present. An onboarding does not delete accounts; use cyclr.ipaas.cyclr_account")


def _check_connectors(connectors):
    for number, wanted in enumerate(connectors):
        _check_options(printable("connectors: %s" % _label(wanted)), wanted)
        for earlier, other in enumerate(connectors[:number]):
            if _are_the_same(other, wanted):
                raise _same_instance("items %d (%s) and %d (%s)" % (earlier + 1, _label(other), number + 1, _label(wanted)))


def _check_cycles(cycles):
    for number, wanted in enumerate(cycles):
        _check_options(printable("cycles: %s" % _cycle_label(wanted)), wanted)
        for earlier, other in enumerate(cycles[:number]):
            if _cycle_key(other) == _cycle_key(wanted):
                raise _same_cycle("items %d (%s) and %d (%s)" % (earlier + 1, _cycle_label(other), number + 1, _cycle_label(wanted)))


def _cycle_key(wanted):
    """As far as it can be seen without the API. An integration without a name is called like its template."""
    given = {name: str(wanted.get(name) or "") for name in ("cycle_id", "template_id", "template", "name")}
    if given["cycle_id"]:
        return given["cycle_id"].lower()
    return given["template_id"].lower(), given["template"], given["name"] or given["template"]


def _same_cycle(which):
    return InvalidInput(printable("cycles: %s mean the same integration. Give each its own name, or remove one" % which))


def _same_instance(which):
    return InvalidInput(printable("connectors: %s mean the same instance in the account. Give each its own name, or remove one" % which))


def _are_the_same(one, other):
    """As far as it can be seen without the catalogue. An instance without a name is called like its connector, however that is spelled."""
    names = [wanted.get("name") for wanted in (one, other)]
    if all(names):
        return names[0] == names[1]
    if one.get("connector_id") and one.get("connector_id") == other.get("connector_id") and not any(names):
        return True
    spelled = [str(wanted.get("connector") or "").lower() for wanted in (one, other)]
    if not any(names):
        return bool(spelled[0]) and spelled[0] == spelled[1]
    named, bare = (one, other) if names[0] else (other, one)
    same_connector = spelled[0] == spelled[1] and named["name"].lower() == spelled[0]
    return bool(bare.get("connector")) and (named["name"] == bare["connector"] or same_connector)


# -- from the first step to the last ---------------------------------------------------------------------------------


def onboard(plan, run, tell, check_mode, must_exist=False):
    """What the role sets as the fact `onboard_account_result`. Raises StepFailed.

    All steps are predicted before the first write, so that what can be seen to be wrong leaves nothing half done. If nothing has to be done,
    the prediction is the result. `tell` shows a link line by line. With `must_exist` it is an error if the account does not exist.
    """
    predicted = _Walk(plan, run, True)
    result = predicted.result(tell, must_exist)
    if not check_mode:
        check_found(plan, result)
    if check_mode or not (predicted.changes or predicted.links or predicted.waits or predicted.held_up):
        return result
    return _Walk(plan, run, False).result(tell)


def check_found(plan, predicted):
    """In check mode an earlier task may be what would have created the account with the partner connector, or what an integration is made from.

    For real, they have to be there.
    """
    if plan.partner and (predicted["partner_connector"] or {}).get("connector_id") is None:
        raise StepFailed(printable("%s: source_account_id: account %r does not exist" % (PARTNER, plan.source_account_id)))
    for one in predicted["cycles"]:
        if one["name"] is None:
            what = "cycle_id: account %r" % plan.account_id if one["id"] else "template_id: template %s" % one["template_id"]
            raise StepFailed(printable("%s: %s does not exist" % (CYCLES, what)))
        if one["id"] is None and one["template_id"] is None:
            raise StepFailed(printable("%s: template: %r is not the name of a published template; published are: none" % (CYCLES, one["name"])))


def is_new(account_result):
    """Whether the account does not exist before this."""
    diff = account_result.get("diff") or {}
    return bool(account_result.get("changed")) and not diff.get("before")


class _Walk:
    """One way through all steps, predicted or for real."""

    def __init__(self, plan, run, check_mode):
        self._plan = plan
        self._run_module = run
        self._check_mode = check_mode
        self._finished = []
        self.changes = []
        self.diffs = []
        self.warnings = []
        self.links = []
        self.waits = False
        # Whether an integration cannot start, which can be an error for real
        self.held_up = False

    def result(self, tell, must_exist=False):
        plan = self._plan
        account = self._run(plan.account)
        if must_exist and is_new(account):
            raise StepFailed(_deleted(plan.account_id))
        partner = self._run(plan.partner) if plan.partner else {}
        installed = [self._run(step) for step in plan.connectors]
        records = [one["account_connector"] for one in [partner] + installed if one.get("account_connector")]
        if self._check_mode:
            _check_instances(records)
        waiting = [record for record in records if record["state"] == "waits_for_oauth"]
        if plan.oauth is not None:
            self.links = [link for link in (self._run(plan.link(record), counts=False)["oauth_link"] for record in waiting) if link]
        if not self._check_mode:
            # Whoever is to authorize needs them before the wait.
            for link in self.links:
                tell(plan.account_id, link)
        self.waits = bool(plan.wait_for_oauth and waiting)
        if self.waits and not self._check_mode:
            records = authorized(records, self._run(plan.wait(waiting))["authenticated"])
        cycles = [self._run(step, records=records) for step in plan.cycles]
        if self._check_mode:
            _check_each_cycle(cycles)
        self.held_up = any(one["prerequisites"] for one in cycles)
        return dict(onboarding_result(account, partner, records, self.links, cycles, self.changes), diff=self.diffs, warnings=self.warnings)

    def _run(self, step, counts=True, records=None):
        """The result of one module. A link changes nothing in the account: it does not count. An integration uses the connectors in `records`."""
        outcome = self._run_module(step, self._check_mode)
        if records is not None and self._check_mode:
            outcome = foreseen(outcome, records)
        if outcome.get("failed"):
            raise StepFailed(self._failure(step, outcome), outcome.get("error"), () if self._check_mode else self.changes)
        self._finished.append(step.title)
        if counts and outcome.get("changed"):
            self.changes.append(change_of(outcome))
            self.diffs.append(dict(outcome.get("diff") or {}, before_header=step.title, after_header=step.title))
        self.warnings += [warning for warning in outcome.get("warnings") or [] if warning not in self.warnings]
        return outcome

    def _failure(self, step, outcome):
        return with_what_was_done("%s: %s" % (step.title, outcome.get("msg") or "no message"), [] if self._check_mode else self._finished)


def _deleted(account_id):
    return printable(
        "account %r was deleted since the inventory was read, so nothing was created. Refresh the inventory (ansible-playbook --flush-cache, or "
        "synchronize it in AWX). To create the account again, name it in an inventory without the host variable cyclr_account" % account_id
    )


def _check_instances(records):
    """What only the catalogue can tell: that two steps mean the same instance."""
    for number, record in enumerate(records):
        for other in records[:number]:
            if record["name"] is not None and record["name"] == other["name"]:
                raise StepFailed(_same_instance("two steps install %r and" % record["name"]).msg)


def _check_each_cycle(outcomes):
    """What only the API can tell: that two steps mean the same integration."""
    seen = set()
    for cycle in (one["cycle"] for one in outcomes if one["cycle"]):
        keys = {key for key in (("id", cycle["id"]), (cycle["template_id"], cycle["name"])) if key[0] and key[1]}
        if keys & seen:
            raise StepFailed(_same_cycle("two items install %r and" % cycle["name"]).msg)
        seen |= keys
