# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""One cycle: installed from its template exactly once, set up, started, stopped or removed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_inputs import (
    HIDDEN,
    map_inputs,
    mapping_changes,
    set_variables,
    uncertain,
    variable_changes,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.differences import Outcome, unchanged
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import match, not_installed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find_cycle import is_of
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import NotReady, unmet_prerequisites
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import RUNNING, STOPPED, Cycle, CycleConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle_inputs import has_secret_name
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, CyclrError, InvalidInput, NotTaken


@dataclass(frozen=True)
class Wanted:
    """How a cycle should be. None and empty mean: as it is."""

    state: str = "started"
    # A new name for a cycle that was found by its id
    new_name: str | None = None
    description: str | None = None
    # Name of a connector -> name of the account connector to use for it
    connectors: dict = field(default_factory=dict)
    variables: dict = field(default_factory=dict)
    # Names of variables that the user calls sensitive
    sensitive: frozenset = frozenset()
    mappings: list = field(default_factory=list)
    interval: int | None = None
    start_time: str | None = None
    restart: bool = False
    finish_queued: bool = True
    stop_to_edit: bool = False
    require_ready: bool = True


class CycleOutcome(NamedTuple):
    outcome: Outcome
    # What keeps it from starting. None if there was no reason to look
    prerequisites: list | None

    @property
    def ready(self):
        return None if self.prerequisites is None else not self.prerequisites


@dataclass(frozen=True)
class Edits:
    fields: dict
    variables: list
    mappings: list

    def __bool__(self):
        return bool(self.fields or self.variables or self.mappings)

    @property
    def names(self):
        return [*sorted(self.fields), *(one.label for one in self.variables), *(one.label for one in self.mappings)]

    def shown(self, cycle):
        """The difference for people: secrets only by name."""
        before = {name: getattr(cycle, name) for name in self.fields}
        after = dict(self.fields)
        for key in ("variables", "mappings"):
            changes = getattr(self, key)
            if changes:
                before[key] = {one.label: one.before for one in changes}
                after[key] = {one.label: one.after for one in changes}
        return before, after


def ensure_cycle(api, account_id, target, wanted, check_mode):
    """The cycle of the target, installed if it does not exist and should run or be present."""
    if target.cycle is not None:
        if target.cycle.is_predicted:
            return _predicted_change(target.cycle, wanted)
        return _ensure_existing(api, account_id, target.cycle, wanted, check_mode)
    if wanted.state == "stopped":
        return CycleOutcome(unchanged(None), None)
    chosen = {}
    if wanted.connectors and target.cycles is not None:
        used = [one.name for one in target.template.connectors]
        # In check mode an earlier task may be what would have installed them.
        chosen = _account_connectors(api, account_id, wanted, used, "template %r" % target.template.name, may_be_missing=check_mode)
    after = _created(target, wanted)
    if check_mode:
        return CycleOutcome(Outcome(True, _predicted_cycle(target, wanted), {}, after), [] if wanted.state == "started" else None)
    cycle = _install(api, account_id, target)
    try:
        _check_bound(cycle, chosen)
        edits = _edits(api, account_id, cycle, wanted)
    except CyclrError as exc:
        exc.msg += ". The integration is installed (id %s) and not started" % cycle.id
        raise
    cycle = _apply(api, account_id, cycle, edits)
    prerequisites = None
    if wanted.state == "started":
        cycle, prerequisites = _start(api, account_id, cycle, wanted)
        after["running"] = cycle.running
    return CycleOutcome(Outcome(True, cycle, {}, after), prerequisites)


def ensure_removed(api, account_id, cycle, finish_queued, check_mode):
    """`current` is None."""
    if cycle is None:
        return unchanged(None)
    before = dict(id=cycle.id, name=cycle.name, running=cycle.running)
    if not check_mode:
        if cycle.running:
            cycle = stop(api, account_id, cycle, finish_queued)

        def delete():
            api.cycles.delete(account_id, cycle)
            return True

        def gone():
            return api.cycles.find(account_id, cycle.id) is None or None

        _once_stopped(api, lambda: send_once(uncertain(delete), gone, api.client.patience()))
    return Outcome(True, None, before, {})


# -- installing ----------------------------------------------------------------------------------------------------


def _account_connectors(api, account_id, wanted, used, what, may_be_missing=False):
    """Name of a connector that the integration uses -> account connector to use for it."""
    by_lower = {(name or "").lower(): name for name in used}
    installed = api.connectors.installed(account_id)
    chosen, problems = {}, []
    for name, instance in sorted(wanted.connectors.items()):
        if name.lower() not in by_lower:
            known = ", ".join(map(repr, by_lower.values())) or "none"
            problems.append("%s does not use connector %r; it uses: %s%s" % (what, name, known, did_you_mean(name, by_lower.values())))
            continue
        found = match(installed, instance)
        if found is None and may_be_missing:
            continue
        if found is None:
            problems.append(not_installed(account_id, instance, installed).msg)
        elif (found.connector.name or "").lower() != name.lower():
            problems.append("%r is an instance of connector %s, not of %r" % (instance, found.connector.label, name))
        else:
            chosen[name] = found
    if problems:
        raise InvalidInput("connectors: " + "; ".join(problems))
    return chosen


def _check_bound(cycle, chosen):
    """Which account connector an install takes is not documented if several fit, nor how to change that afterwards."""
    for name, wanted in chosen.items():
        used = {one.account_connector_id for one in cycle.connectors if (one.name or "").lower() == name.lower()}
        if used != {wanted.id}:
            ids = ", ".join(str(one) for one in sorted(used, key=str)) or "none"
            raise NotTaken(
                "connectors: integration %s uses account connector %s for connector %r instead of %r (id %s). The API does not offer a way to change that. "
                "Choose the account connector in the Console, or remove the integration (state=absent), leave %r as the only instance of %s in the account, "
                "and run this task again" % (cycle.label, ids, name, wanted.name, wanted.id, wanted.name, name)
            )


def _install(api, account_id, target):
    """Exactly one new cycle. After each doubt the cycles of the account are compared with those before."""
    template, name = target.template, target.name
    before = {one.id for one in target.cycles}

    def new(called):
        return [one for one in api.cycles.all(account_id) if one.id not in before and not one.gone and is_of(one, template.id) and one.name in called]

    def find():
        # Whether the API takes the name is unknown.
        found = new((name, template.name))
        return _not_twice(account_id, [one for one in found if one.name == name] or found)

    def install():
        return api.templates.install(account_id, template, name if name != template.name else None)

    cycle = send_once(uncertain(install), find, api.client.patience())
    if cycle.name != name:
        cycle = _rename(api, account_id, cycle, name)
    # Another run may have installed it at the same time. Two of them must not run.
    _not_twice(account_id, new((name,)))
    return cycle


def _not_twice(account_id, found):
    if len(found) > 1:
        raise CyclrError(
            "Two runs installed integration %r in account %r at the same time: ids %s. This run did not start any of them. "
            "Remove all but one (cycle_id and state=absent), and run this task again" % (found[0].name, account_id, ", ".join(one.id for one in found))
        )
    return found[0] if found else None


def _rename(api, account_id, cycle, name):
    """A cycle under another name would not be found by the next run, which would install it again."""
    renamed = _update(api, account_id, cycle, dict(name=name))
    if renamed.name != name:
        ensure_removed(api, account_id, cycle, False, False)
        raise NotTaken("name: the API installed the template as %r and did not store the name %r. The integration was removed again. Use this name, or "
                       "rename the integration in the Console and name it by cycle_id" % (cycle.name, name))
    return renamed


def _created(target, wanted):
    """What a new cycle gets, without secrets."""
    after = dict(name=target.name, template_id=target.template.id, running=wanted.state == "started")
    if wanted.description is not None:
        after["description"] = wanted.description
    if wanted.variables:
        secret = {name: name in wanted.sensitive or has_secret_name(name) for name in wanted.variables}
        after["variables"] = {name: HIDDEN if secret[name] else value for name, value in wanted.variables.items()}
    if wanted.mappings:
        after["mappings"] = {one.label: one.shown for one in wanted.mappings}
    return after


# -- prediction ----------------------------------------------------------------------------------------------------


def _predicted_cycle(target, wanted):
    template = target.template
    return Cycle(
        name=target.name,
        description=wanted.description,
        template_id=template.id,
        # Whether it can start is not known before it is installed.
        status=None if wanted.state == "started" else STOPPED,
        tags=template.tags,
        connectors=tuple(CycleConnector(name=one.name, version=one.version) for one in template.connectors),
        is_predicted=True,
    )


def _predicted_change(cycle, wanted):
    """For a cycle that nothing is known of but its id, because the account does not exist yet."""
    running = wanted.state == "started"
    changed = wanted.state != "present"
    after = dict(running=running) if changed else {}
    return CycleOutcome(Outcome(changed, cycle, {}, after), [] if running else None)


# -- what exists ---------------------------------------------------------------------------------------------------


def _ensure_existing(api, account_id, cycle, wanted, check_mode):
    if wanted.connectors:
        chosen = _account_connectors(api, account_id, wanted, [one.name for one in cycle.connectors], "integration %s" % cycle.label)
        _check_bound(cycle, chosen)
    edits = _edits(api, account_id, cycle, wanted)
    was_running, stops = cycle.running, wanted.state == "stopped"
    restarts = was_running and wanted.state == "started" and wanted.restart
    if edits and was_running and not (stops or restarts or wanted.stop_to_edit):
        raise InvalidInput("integration %s is running and cannot be changed while it runs. These differ: %s. Set stop_to_edit=true to stop it, "
                           "change it and start it again" % (cycle.label, ", ".join(edits.names)))
    before, after = edits.shown(cycle)
    if was_running and (stops or restarts or edits):
        cycle = replace(cycle, status=STOPPED) if check_mode else stop(api, account_id, cycle, wanted.finish_queued)
    if edits:
        cycle = replace(cycle, **edits.fields) if check_mode else _once_stopped(api, lambda: _apply(api, account_id, cycle, edits))
    prerequisites = [] if cycle.running else None
    if not cycle.running and not stops and (was_running or wanted.state == "started"):
        if check_mode and edits:
            # What is missing today may be what is about to be set.
            cycle, prerequisites = replace(cycle, status=RUNNING), []
        else:
            cycle, prerequisites = _start(api, account_id, cycle, wanted, check_mode)
    if cycle.running != was_running:
        before["running"], after["running"] = was_running, cycle.running
    elif restarts:
        before["restarted"], after["restarted"] = False, True
    return CycleOutcome(Outcome(bool(after), cycle, before, after), prerequisites)


def _edits(api, account_id, cycle, wanted):
    fields = {}
    if wanted.new_name is not None and wanted.new_name != cycle.name:
        fields["name"] = wanted.new_name
    if wanted.description is not None and wanted.description != (cycle.description or ""):
        fields["description"] = wanted.description
    variables = variable_changes(api, account_id, cycle, wanted.variables, wanted.sensitive)
    return Edits(fields, variables, mapping_changes(api, account_id, cycle, wanted.mappings))


def _apply(api, account_id, cycle, edits):
    if edits.fields:
        cycle = _update(api, account_id, cycle, edits.fields)
        left = sorted(name for name, value in edits.fields.items() if value != (getattr(cycle, name) or ""))
        if left:
            raise NotTaken("The API accepted the update of integration %s but did not store: %s" % (cycle.label, ", ".join(left)))
    if edits.variables:
        set_variables(api, account_id, cycle, edits.variables)
    map_inputs(api, account_id, cycle, edits.mappings)
    return cycle


def _update(api, account_id, cycle, values):
    def find():
        current = api.cycles.find(account_id, cycle.id)
        return current if current and all((getattr(current, name) or "") == value for name, value in values.items()) else None

    return send_once(uncertain(lambda: api.cycles.update(account_id, cycle, values)), find, api.client.patience())


# -- starting and stopping -----------------------------------------------------------------------------------------


def _start(api, account_id, cycle, wanted, check_mode=False):
    """The cycle, and what keeps it from starting."""
    unmet = unmet_prerequisites(api, account_id, cycle)
    # In check mode an earlier task may be what would have met them.
    if unmet and wanted.require_ready and not check_mode:
        raise NotReady(cycle, unmet)
    if unmet:
        return cycle, unmet
    if check_mode:
        return replace(cycle, status=RUNNING), []

    def start():
        api.cycles.activate(account_id, cycle, wanted.interval, wanted.start_time)
        # The answer has no body. Nothing was missing, so the API has no reason to accept this without doing it.
        return replace(cycle, status=RUNNING)

    def find():
        current = api.cycles.find(account_id, cycle.id)
        return current if current and current.running else None

    try:
        return send_once(uncertain(start), find, api.client.patience()), []
    except ApiError as exc:
        explain_refusal(api, account_id, cycle, exc)
        raise


def explain_refusal(api, account_id, cycle, exc):
    """What a refused start lacks is not in the answer. Something may have come up since the prerequisites were read."""
    try:
        unmet = unmet_prerequisites(api, account_id, cycle)
    except CyclrError:
        # What is wrong is known already.
        return
    if unmet:
        raise NotReady(cycle, unmet) from exc


def _once_stopped(api, write):
    """A write that the API refuses as long as it finishes what is queued, whatever it calls that status."""
    patience = api.client.patience()
    while True:
        try:
            return write()
        except ApiError as exc:
            if exc.status != 409 or not patience.pause():
                raise


def stop(api, account_id, cycle, finish_queued):
    """The cycle once it does not run any more. What is queued may take a while."""

    def find():
        current = api.cycles.find(account_id, cycle.id)
        if current is None:
            raise CyclrError("Integration %s was removed while it was being stopped" % cycle.label)
        return current if not current.running else None

    def deactivate():
        api.cycles.deactivate(account_id, cycle, finish_queued)
        return cycle

    send_once(uncertain(deactivate), find, api.client.patience())
    patience = api.client.patience()
    while True:
        api.client.forget()
        stopped = find()
        if stopped is not None:
            return stopped
        if not patience.pause():
            raise NotTaken("Integration %s is still running after the API accepted to stop it: it finishes queued transactions. Run this task again later, "
                           "or set finish_queued=false to stop it at once" % cycle.label)
