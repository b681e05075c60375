# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What keeps a cycle from starting, in the words of whoever has to act on it."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import CONNECTOR, FIELD, PARAMETER
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources import cycle_inputs
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError


class NotReady(CyclrError):
    """A cycle cannot start. The result contains what is missing."""

    def __init__(self, cycle, prerequisites):
        missing = "; ".join(_words(one, cycle) for one in prerequisites)
        super().__init__("Integration %s cannot start. Missing are: %s" % (cycle.label, missing))
        self._more = dict(cycle=cycle.record(), prerequisites=[one.record() for one in prerequisites], ready=False)

    def as_result(self):
        return dict(super().as_result(), **self._more)


def unmet_prerequisites(api, account_id, cycle):
    """What is missing, with names of steps and fields. The cycle itself names steps only; each step names what it lacks."""
    unmet = api.cycles.prerequisites(account_id, cycle)
    if not any(isinstance(one.object_id, str) for one in unmet):
        return unmet
    steps = {step.id: step for step in api.cycles.steps(account_id, cycle)}
    found, asked = [], set()
    for one in unmet:
        step = steps.get(one.object_id)
        if step is None:
            found.append(one)
        elif step.id not in asked:
            asked.add(step.id)
            details = [_named(api, account_id, step, detail) for detail in api.cycles.step_prerequisites(account_id, step)]
            found += details or [replace(one, step=step.name)]
    return found


def _named(api, account_id, step, detail):
    kind = {PARAMETER: cycle_inputs.PARAMETER, FIELD: cycle_inputs.FIELD}.get(detail.object_type)
    known = {cycle_inputs.PARAMETER: step.parameters, cycle_inputs.FIELD: step.fields}.get(kind, ())
    inputs = {one.id: one for one in known}
    if kind is not None and detail.object_id not in inputs:
        inputs = {one.about.id: one.about for one in api.cycles.inputs(account_id, step, kind)}
    found = inputs.get(detail.object_id, cycle_inputs.Named())
    return replace(detail, step=step.name, field=found.name, values=found.values)


def _words(one, cycle):
    if one.object_type == CONNECTOR:
        names = [each.name for each in cycle.connectors if each.account_connector_id == one.object_id]
        return "connector %s (id %s): %s" % (" ".join(map(repr, names)), one.object_id, one.reason)
    if one.step is None:
        return "%s (%s %s)" % (one.reason, one.object_type, one.object_id)
    kind = "parameter" if one.object_type == PARAMETER else "field"
    what = ", %s %r" % (kind, one.field) if one.field else ""
    return "step %r%s: %s%s" % (one.step, what, one.reason, allowed(one.values))


def allowed(values):
    """The end of a text about an input that is missing."""
    return " (allowed are: %s)" % ", ".join(values) if values else ""
