# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What the endpoints of cycles share: ids in paths, who may be edited, how cycles and steps are shown (facts 22, 25)."""

from __future__ import annotations

from uuid import UUID

from cyclr_sandbox.endpoints.account_connectors import echoed
from cyclr_sandbox.state import runs
from cyclr_sandbox.state.cycles import ACTION_TYPES, DELETED, NEVER
from cyclr_sandbox.web.answers import ApiError, not_found

INVALID = "The request is invalid."
RUNNING = "The cycle is running."


def guid(call, name="cycle_id"):
    """A malformed GUID is 400 (facts 8 [QA])."""
    try:
        return str(UUID(call.params[name]))
    except ValueError:
        raise ApiError(400, INVALID) from None


def in_path(call, deleted=False):
    """The cycle in the path; unknown is 404 (facts 22.2 [QA])."""
    cycle = call.store.cycles.get(guid(call))
    hidden = (
        cycle is None
        or cycle.account_id != call.account.id
        or (cycle.status == DELETED and not deleted and call.settings.DeleteScheduledCycle == "not_found")
    )
    if hidden:
        raise not_found(call.settings, "Cycle not found")
    return cycle


def conflict(call):
    """QA asserts the status only (facts 22.3 [U])."""
    return ApiError(409, RUNNING if call.settings.ConflictBody == "message" else None)


def check_editable(call, cycle):
    """A running cycle cannot be edited (facts 22.3 [QA])."""
    if cycle.running or cycle.status == DELETED:
        raise conflict(call)


def enumerated(fields, name, allowed, numbers=None):
    """One of the names, in any case or as a number; anything else is 400 (facts 32.6 [QA])."""
    if name.lower() not in fields.names():
        return None
    value = fields.raw(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if numbers and value in numbers and not isinstance(value, bool):
        return numbers[value]
    for one in allowed:
        if isinstance(value, str) and value.casefold() == one.casefold():
            return one
    raise ApiError(400, INVALID)


def action_type(fields):
    return enumerated(fields, "ActionType", ACTION_TYPES.values(), ACTION_TYPES)


def tags(fields):
    """The texts in `Tags`, or None when the list was not sent."""
    given = fields.raw("Tags")
    return [str(tag) for tag in given if isinstance(tag, (str, int))] if isinstance(given, list) else None


# How they are shown


def icon(call, connector):
    return connector.record["Icon"] if call.flag("includeIcons", False) else None


def _connectors(call, cycle):
    for number in cycle.account_connector_ids:
        one = call.store.account_connectors.get(number)
        if one is None:
            continue
        steps = [step for step in cycle.steps if step.account_connector_id == number]
        # The release is the one that the template's steps use (facts 21.3 [D]).
        release = steps[0].connector if steps and steps[0].connector else one.connector
        yield {
            "Id": release.id,
            "AccountConnectorId": number,
            "Name": release.name,
            "Version": release.version,
            "Authenticated": one.authenticated,
            "StepCount": len(steps),
            "Icon": icon(call, release),
        }


def shown(call, cycle):
    runs.catch_up(call.sandbox, cycle)
    now = call.sandbox.clock.now()
    seen = [one.level for one in cycle.incidents if one.created <= now]
    record = {
        "Id": cycle.id,
        "CreatedOnUtc": cycle.created,
        "Name": cycle.name,
        "Description": cycle.description,
        "TemplateId": cycle.template_id,
        "Tags": cycle.tags,
        "Status": cycle.status,
        "Connectors": list(_connectors(call, cycle)),
        "TasksUsed": cycle.counts.get("TasksUsed", 0),
        "ErrorCount": cycle.counts.get("ErrorCount", 0) + seen.count("Error"),
        "WarningCount": cycle.counts.get("WarningCount", 0) + seen.count("Warning"),
        "InProgressTransactionCount": sum(one.status(now) == "InProgress" for one in cycle.transactions),
        "LastSuccessfulRunDate": cycle.last_success or NEVER,
        **cycle.options,
    }
    if call.settings.CycleSchedule == "shown":
        record.update(cycle.shown_schedule())
    return record


def shown_input(call, one):
    """A variable, parameter or field. Values come back in clear; whether secrets do is not known (facts 25.2 [D], [U])."""
    record = one.shown()
    return {**record, "Value": echoed(record["Value"], call.settings.InputEcho)} if one.is_secret else record


def shown_variable(call, one):
    """Value lists exist; whether they are shown is not known (facts 25.3 [U])."""
    listed = one.values and call.settings.VariableValues == "shown"
    return {**shown_input(call, one), **({"Values": one.values} if listed else {})}


def shown_step(call, step):
    connector = call.store.account_connectors.get(step.account_connector_id)
    method = None
    if step.method is not None:
        method = {
            **step.method,
            "Parameters": [one.record for one in step.parameters],
            "RequestFields": [one.record for one in step.fields],
            "ResponseFields": step.response_fields,
        }
    record = {
        "Id": step.id,
        "Name": step.name,
        "Description": step.description,
        "ActionType": step.action_type,
        "AccountConnector": None
        if connector is None
        else {"Id": connector.id, "Name": connector.name, "Authenticated": connector.authenticated},
        "Method": method,
        "DisplayPositionLeft": step.left,
        "DisplayPositionTop": step.top,
    }
    if step.webhook is not None and call.settings.WebhookUrl == "shown":
        record["WebhookUrl"] = webhook_url(call, step)
    return record


def webhook_url(call, step):
    return f"{call.service_url}/api/webhook/{step.webhook}"
