# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""One cycle: installed from its template exactly once, set up, started, stopped or removed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_connectors import check_bound, check_names, chosen_connectors
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_inputs import (
    HIDDEN,
    map_inputs,
    mapping_changes,
    set_variables,
    variable_changes,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_install import TwoRuns, install, listed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_writes import once_stopped, remove, start, start_new, stop, update
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.differences import Outcome, unchanged
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import NotReady
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.template_inputs import check_template_inputs
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import RUNNING, STOPPED, Cycle, CycleConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle_inputs import has_secret_name
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput, NotTaken, printable


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
    # What could not be checked, for people
    unknown: tuple = ()

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

    @property
    def secrets(self):
        return frozenset(one.label for one in [*self.variables, *self.mappings] if one.is_secret)

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
    if target.cycle is None and wanted.state == "stopped":
        return CycleOutcome(unchanged(None), None)
    if target.cycle is None:
        return _ensure_new(api, account_id, target, wanted, check_mode)
    if target.cycle.is_predicted:
        return _predicted_change(target.cycle, wanted)
    return _ensure_existing(api, account_id, target.cycle, wanted, check_mode)


def ensure_removed(api, account_id, cycle, finish_queued, check_mode):
    """`current` is None."""
    if cycle is None:
        return unchanged(None)
    before = dict(id=cycle.id, name=cycle.name, running=cycle.running)
    if not check_mode:
        remove(api, account_id, cycle, finish_queued)
    return Outcome(True, None, before, {})


# -- what does not exist yet ---------------------------------------------------------------------------------------


def _ensure_new(api, account_id, target, wanted, check_mode):
    template, has_account = target.template, target.cycles is not None
    if not template.is_predicted:
        check_names(wanted.connectors, [one.name for one in template.connectors], "template %r" % template.name)
    # In check mode an earlier task may be what would have installed them.
    chosen = chosen_connectors(api, account_id, wanted.connectors, may_be_missing=check_mode) if has_account else {}
    template_inputs = check_template_inputs(api, account_id if has_account else None, template, wanted)
    after = _created(target, wanted, template_inputs.secrets)
    if check_mode:
        prerequisites = [] if wanted.state == "started" else None
        return CycleOutcome(Outcome(True, _predicted_cycle(target, wanted), {}, after), prerequisites, template_inputs.unknown)
    cycle = install(api, account_id, target)
    try:
        check_bound(cycle, chosen)
        edits = _edits_of_new(api, account_id, cycle, wanted, template_inputs)
        cycle, dummy = _apply(api, account_id, cycle, edits)
    except CyclrError as exc:
        exc.msg += printable(". The integration is installed (id %s) and not started. The next run of this task continues with it" % cycle.id)
        raise
    try:
        done = _brought_up(api, account_id, cycle, target, wanted)
    except (NotReady, TwoRuns):
        raise
    except CyclrError as exc:
        exc.msg += printable(". The integration is installed (id %s). The next run of this task continues with it" % cycle.id)
        raise
    cycle, prerequisites = done
    after = _created(target, wanted, template_inputs.secrets | edits.secrets)
    if wanted.state == "started":
        after["running"] = cycle.running
    return CycleOutcome(Outcome(True, cycle, {}, after), prerequisites)


def _brought_up(api, account_id, cycle, target, wanted):
    """The new cycle, started if it should run, and what keeps it from starting. It is certain that no other run has installed it, too."""

    def current():
        return listed(api, account_id, target, cycle)

    if wanted.state == "started":
        return start_new(api, account_id, cycle, wanted, current)
    return current() or cycle, None


def _created(target, wanted, secrets):
    """What a new cycle gets. `secrets` are labels of what is known as a secret beside what the user calls so."""
    after = dict(name=target.name, template_id=target.template.id, running=wanted.state == "started")
    if wanted.description is not None:
        after["description"] = wanted.description
    if wanted.variables:
        hidden = {name for name in wanted.variables if name in wanted.sensitive | secrets or has_secret_name(name)}
        after["variables"] = {name: HIDDEN if name in hidden else value for name, value in wanted.variables.items()}
    if wanted.mappings:
        after["mappings"] = {one.label: HIDDEN if one.value is not None and one.label in secrets else one.shown for one in wanted.mappings}
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
        check_names(wanted.connectors, [one.name for one in cycle.connectors], "integration %s" % cycle.label)
        check_bound(cycle, chosen_connectors(api, account_id, wanted.connectors))
    edits = _edits(api, account_id, cycle, wanted)
    was_running, stops = cycle.running, wanted.state == "stopped"
    restarts = was_running and wanted.state == "started" and wanted.restart
    if edits and was_running and not (stops or restarts or wanted.stop_to_edit):
        raise InvalidInput("integration %s is running and cannot be changed while it runs. These differ: %s. Set stop_to_edit=true to stop it, "
                           "change it and start it again" % (cycle.label, ", ".join(edits.names)))
    found = cycle
    try:
        if was_running and (stops or restarts or edits):
            cycle = replace(cycle, status=STOPPED) if check_mode else stop(api, account_id, cycle, wanted.finish_queued)
        if edits and check_mode:
            cycle = replace(cycle, **edits.fields)
        elif edits:
            cycle, edits = once_stopped(api, lambda: _apply(api, account_id, cycle, edits))
        before, after = edits.shown(found)
        prerequisites = [] if cycle.running else None
        if not cycle.running and not stops and (was_running or wanted.state == "started"):
            if check_mode and edits:
                # What is missing today may be what is about to be set.
                cycle, prerequisites = replace(cycle, status=RUNNING), []
            else:
                cycle, prerequisites = start(api, account_id, cycle, wanted, check_mode)
    except CyclrError as exc:
        if was_running and not cycle.running and not stops:
            exc.msg += ". The integration was stopped for the change and does not run now. Run this task again with state=started to start it"
        raise
    if cycle.running != was_running:
        before["running"], after["running"] = was_running, cycle.running
    elif restarts:
        before["restarted"], after["restarted"] = False, True
    return CycleOutcome(Outcome(bool(after), cycle, before, after), prerequisites)


def _edits(api, account_id, cycle, wanted):
    variables = variable_changes(api, account_id, cycle, wanted.variables, wanted.sensitive)
    return Edits(_fields(cycle, wanted), variables, mapping_changes(api, account_id, cycle, wanted.mappings))


def _edits_of_new(api, account_id, cycle, wanted, template_inputs):
    variables = variable_changes(api, account_id, cycle, wanted.variables, wanted.sensitive, True, template_inputs.variables)
    return Edits(_fields(cycle, wanted), variables, mapping_changes(api, account_id, cycle, wanted.mappings, True))


def _fields(cycle, wanted):
    fields = {}
    if wanted.new_name is not None and wanted.new_name != cycle.name:
        fields["name"] = wanted.new_name
    if wanted.description is not None and wanted.description != (cycle.description or ""):
        fields["description"] = wanted.description
    return fields


def _apply(api, account_id, cycle, edits):
    """The cycle, and the edits that the API confirms."""
    if edits.fields:
        cycle = update(api, account_id, cycle, edits.fields)
        left = sorted(name for name, value in edits.fields.items() if value != (getattr(cycle, name) or ""))
        if left:
            raise NotTaken("The API accepted the update of integration %s but did not store: %s" % (cycle.label, ", ".join(left)))
    variables = set_variables(api, account_id, cycle, edits.variables) if edits.variables else []
    return cycle, Edits(edits.fields, variables, map_inputs(api, account_id, cycle, edits.mappings))
