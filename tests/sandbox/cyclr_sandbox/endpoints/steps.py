# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Steps of a cycle (facts 25.1)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import (
    INVALID,
    action_type,
    check_editable,
    guid,
    in_path,
    shown_step,
)
from cyclr_sandbox.state.cycles import Step
from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import OBJECT, TEXT, WHOLE, Fields
from cyclr_sandbox.web.routing import ACCOUNT, Routes, is_digits

routes = Routes()

_PATH = "/v1.0/cycles/{cycle_id}/steps"


def _step(call):
    step_id = guid(call, "step_id")
    cycle = in_path(call)
    step = cycle.step(step_id)
    if step is None:
        raise not_found(call.settings, "Step not found")
    return cycle, step


@routes.add("GET", _PATH, level=ACCOUNT)
def list_steps(call):
    """All of them: no source pages this list."""
    found = in_path(call).steps
    wanted = call.query.get("filter", "").casefold()
    if wanted:
        found = [one for one in found if one.action_type.casefold() == wanted]
    return answer([shown_step(call, one) for one in found])


@routes.add("GET", _PATH + "/{step_id}", level=ACCOUNT)
def get_step(call):
    return answer(shown_step(call, _step(call)[1]))


def _bound(fields):
    return fields.bind(Name=TEXT, Description=TEXT, DisplayPositionLeft=WHOLE, DisplayPositionTop=WHOLE)


def _describe(step, bound):
    step.name = bound.get("Name") or step.name
    step.description = bound.get("Description", step.description)
    step.left = bound.get("DisplayPositionLeft") or step.left
    step.top = bound.get("DisplayPositionTop") or step.top


@routes.add("POST", _PATH, level=ACCOUNT)
def create_step(call):
    """200, not 201 (facts 32.7 [QA])."""
    fields = call.required_fields
    kind = action_type(fields) or "Action"
    cycle = in_path(call)
    check_editable(call, cycle)
    step = Step(call.sandbox.random.guid(), "Step", action_type=kind)
    _describe(step, _bound(fields))
    cycle.steps.append(step)
    return answer(shown_step(call, step))


def _other_connector(call, step, fields):
    """Whether a step can be moved, and how that is spelled, is not known (facts 25.1 [U])."""
    how = call.settings.StepAccountConnector
    given = fields.get("AccountConnector", OBJECT)
    by_object = given.get("Id", WHOLE) if given else None
    by_id = fields.get("AccountConnectorId", WHOLE)
    number = {"any": by_object or by_id, "object": by_object, "id": by_id, "ignore": None}[how]
    if number is None or number == step.account_connector_id:
        return None
    one = call.store.account_connectors.get(number)
    if one is None or one.account.id not in (call.account.id, call.account.parent_id):
        raise ApiError(400, f"There is not an account connector with id '{number}'.")
    if step.connector is None or one.connector.folded != step.connector.folded:
        raise ApiError(400, f"Account connector '{one.name}' does not fit step '{step.name}'.")
    return number


@routes.add("PUT", _PATH + "/{step_id}", level=ACCOUNT)
def update_step(call):
    """The type is read before anything is looked up (facts 25.1 [QA])."""
    fields = call.fields or Fields()
    kind = action_type(fields)
    cycle, step = _step(call)
    check_editable(call, cycle)
    number = _other_connector(call, step, fields)
    _describe(step, _bound(fields))
    step.action_type = kind or step.action_type
    step.account_connector_id = number or step.account_connector_id
    return answer(shown_step(call, step))


@routes.add("DELETE", _PATH + "/{step_id}", level=ACCOUNT)
def delete_step(call):
    cycle, step = _step(call)
    check_editable(call, cycle)
    cycle.steps.remove(step)
    cycle.edges = [one for one in cycle.edges if step.id not in (one.head, one.tail)]
    return deleted(call.settings, {"Id": step.id})


def any_step(call):
    """(cycle, step) for `/steps/{id}/...`: unknown is 404, malformed 400 (facts 25.2 [QA])."""
    step_id = guid(call, "step_id")
    for cycle in call.store.cycles_of(call.account):
        step = cycle.step(step_id)
        if step is not None:
            return cycle, step
    raise not_found(call.settings, "Step not found")


def number(call, name):
    """A parameter or field id; anything but a number is 400 (facts 25.2 [QA])."""
    if not is_digits(call.params[name]):
        raise ApiError(400, INVALID)
    return int(call.params[name])
