# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Cycle variables (facts 25.3)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import check_editable, enumerated, in_path, shown_variable
from cyclr_sandbox.state.cycles import MAPPING_TYPES, Variable
from cyclr_sandbox.state.graph_seed import system_name
from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import TEXT, Fields
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/cycles/{cycle_id}/variables"


def _variable(call):
    cycle = in_path(call)
    for one in cycle.variables:
        if one.system_name == call.params["name"]:
            return cycle, one
    raise not_found(call.settings, "Variable not found")


def _bound(fields):
    bound = fields.bind(DisplayName=TEXT, SystemName=TEXT, Value=TEXT)
    bound["MappingType"] = enumerated(fields, "MappingType", MAPPING_TYPES)
    return bound


def _check_value(call, one, value):
    if one.values and value is not None and value not in one.values and call.settings.ValueOutsideAllowed == "error":
        raise ApiError(400, f"Value '{value}' is not allowed for '{one.display_name}'.")


def _set(call, one, bound):
    if "Value" in bound:
        _check_value(call, one, bound["Value"])
        one.value = bound["Value"]
    one.display_name = bound.get("DisplayName") or one.display_name
    one.mapping_type = bound["MappingType"] or one.mapping_type


def _new(call, cycle, bound):
    name = bound.get("DisplayName") or bound.get("SystemName")
    if not name:
        raise ApiError(400, "DisplayName is required")
    one = Variable(name, system_name(name, call.settings.VariableSystemName))
    if any(known.system_name == one.system_name for known in cycle.variables):
        raise ApiError(400, f"Variable '{name}' already exists.")
    _set(call, one, bound)
    cycle.variables.append(one)
    return one


def _meant(call, cycle, bound):
    """Which of the two names tells a variable in a PATCH is not known (facts 25.3 [U])."""
    how = call.settings.PatchVariableBy
    display, system = bound.get("DisplayName"), bound.get("SystemName")
    if how == "display":
        return next((one for one in cycle.variables if one.display_name == display), None)
    if how == "system":
        return next((one for one in cycle.variables if one.system_name == (system or display)), None)
    return cycle.variable(system or display)


@routes.add("GET", _PATH, level=ACCOUNT)
def list_variables(call):
    return answer([shown_variable(call, one) for one in in_path(call).variables])


@routes.add("POST", _PATH, level=ACCOUNT)
def create_variable(call):
    bound = _bound(call.required_fields)
    cycle = in_path(call)
    check_editable(call, cycle)
    return answer(shown_variable(call, _new(call, cycle, bound)))


@routes.add("PATCH", _PATH, level=ACCOUNT)
def merge_variables(call):
    """Creates or changes several (facts 25.3 [QA])."""
    given = [_bound(one) for one in call.items]
    cycle = in_path(call)
    check_editable(call, cycle)
    pairs = [(bound, _meant(call, cycle, bound)) for bound in given]
    for bound, known in pairs:
        # All or nothing.
        if known is not None and "Value" in bound:
            _check_value(call, known, bound["Value"])
    changed = []
    for bound, known in pairs:
        if known is None:
            known = _new(call, cycle, bound)
        else:
            _set(call, known, bound)
        changed.append(known)
    told = cycle.variables if call.settings.PatchVariableAnswer == "all" else changed
    return answer([shown_variable(call, one) for one in told])


@routes.add("GET", _PATH + "/{name}", level=ACCOUNT)
def get_variable(call):
    return answer(shown_variable(call, _variable(call)[1]))


@routes.add("PUT", _PATH + "/{name}", level=ACCOUNT)
def update_variable(call):
    bound = _bound(call.fields or Fields())
    cycle, one = _variable(call)
    check_editable(call, cycle)
    _set(call, one, bound)
    return answer(shown_variable(call, one))


@routes.add("DELETE", _PATH + "/{name}", level=ACCOUNT)
def delete_variable(call):
    cycle, one = _variable(call)
    check_editable(call, cycle)
    cycle.variables.remove(one)
    return deleted(call.settings, shown_variable(call, one))
