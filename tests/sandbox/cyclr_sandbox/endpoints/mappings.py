# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Parameters and fields of a step, look-ups, and what a step still lacks (facts 23, 25.2)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.cycle_paths import INVALID, check_editable, enumerated, shown_input
from cyclr_sandbox.endpoints.steps import any_step, number
from cyclr_sandbox.state import prerequisites
from cyclr_sandbox.state.cycles import MAPPING_TYPES
from cyclr_sandbox.web.answers import ApiError, answer, not_found
from cyclr_sandbox.web.binding import TEXT, TRUTH, WHOLE, Fields
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/steps/{step_id}"
_PARAMETERS = _PATH + "/parameters"
_FIELDS = _PATH + "/fieldmappings"


def _input(call, kind):
    """A field id on the path of parameters is unknown, and the other way round (facts 25.1 [D])."""
    wanted = number(call, "input_id")
    cycle, step = any_step(call)
    inputs = step.parameters if kind == "Parameter" else step.fields
    for one in inputs:
        if one.id == wanted:
            return cycle, step, one
    raise not_found(call.settings, f"{kind} not found")


@routes.add("GET", _PATH + "/prerequisites", level=ACCOUNT)
def step_prerequisites(call):
    return answer(prerequisites.of_step(any_step(call)[1]))


@routes.add("GET", _PARAMETERS, level=ACCOUNT)
def list_parameters(call):
    return answer([shown_input(call, one) for one in any_step(call)[1].parameters])


@routes.add("GET", _FIELDS, level=ACCOUNT)
def list_fields(call):
    return answer([shown_input(call, one) for one in any_step(call)[1].fields])


@routes.add("GET", _PARAMETERS + "/{input_id}", level=ACCOUNT)
def get_parameter(call):
    return answer(shown_input(call, _input(call, "Parameter")[2]))


@routes.add("GET", _FIELDS + "/{input_id}", level=ACCOUNT)
def get_field(call):
    return answer(shown_input(call, _input(call, "Field")[2]))


# Writing


def _check_value(call, one, value):
    allowed = one.record["Values"]
    if allowed and value is not None and value not in allowed and call.settings.ValueOutsideAllowed == "error":
        raise ApiError(400, f"Value '{value}' is not allowed for '{one.name}'.")


def _source(call, cycle, step, bound):
    """The ids of a source, as far as they name a field of an earlier step."""
    source = cycle.step(str(bound.get("SourceStepId")).lower())
    if source is None or source is step or source.source(bound.get("SourceFieldId")) is None:
        raise ApiError(400, INVALID)
    return {"SourceStepId": source.id, "SourceFieldId": bound["SourceFieldId"]}


def _update(call, kind):
    fields = call.fields or Fields()
    mapping_type = enumerated(fields, "MappingType", MAPPING_TYPES)
    bound = fields.bind(
        Value=TEXT,
        SourceStepId=TEXT,
        SourceFieldId=WHOLE,
        TriggerValue=TEXT,
        TriggerValueDisplayName=TEXT,
        IsLaunchVisible=TRUTH,
    )
    cycle, step, one = _input(call, kind)
    if call.settings.MappingWhileRunning == "conflict":
        check_editable(call, cycle)
    if mapping_type == "PreviousStep" and call.settings.PutPreviousStep == "ignore":
        return answer(shown_input(call, one))
    mapping = dict(one.mapping)
    if mapping_type is not None or "mappingtype" in fields.names():
        mapping = {**one.unmapped(), "Value": mapping["Value"]}
        mapping["MappingType"] = mapping_type or mapping["MappingType"]
    if "Value" in bound:
        _check_value(call, one, bound["Value"])
        mapping["Value"] = bound["Value"]
    mapping.update({key: bound[key] for key in ("TriggerValue", "TriggerValueDisplayName") if key in bound})
    if mapping["MappingType"] == "PreviousStep" and mapping_type is not None:
        mapping.update(_source(call, cycle, step, bound), Value=None)
    if mapping["MappingType"] in (None, "Ignore"):
        mapping = {**one.unmapped(), "MappingType": mapping["MappingType"]}
    one.mapping = mapping
    one.launch_visible = bool(bound.get("IsLaunchVisible", one.launch_visible))
    return answer(shown_input(call, one))


@routes.add("PUT", _PARAMETERS + "/{input_id}", level=ACCOUNT)
def update_parameter(call):
    return _update(call, "Parameter")


@routes.add("PUT", _FIELDS + "/{input_id}", level=ACCOUNT)
def update_field(call):
    return _update(call, "Field")


# Look-ups at the third party


def _check_authenticated(call, step):
    connector = call.store.account_connectors.get(step.account_connector_id)
    if connector is not None and not connector.authenticated:
        raise ApiError(400, f"Connector '{connector.name}' is not authenticated.")


@routes.add("POST", _PARAMETERS + "/{input_id}/lookup", level=ACCOUNT)
def look_up_parameter(call):
    """An unknown parameter or trigger is 404 (facts 25.2 [QA])."""
    _cycle, step, one = _input(call, "Parameter")
    wanted = call.required_fields.get("TriggerId", WHOLE)
    if wanted not in [entry.get("TriggerId") for entry in one.record["Triggers"]]:
        raise not_found(call.settings, "Trigger not found")
    _check_authenticated(call, step)
    values = one.record["Values"] or ["1", "2"]
    return answer([{"Name": f"{one.name} {value}", "Value": value} for value in values])


@routes.add("POST", _FIELDS + "/lookup", level=ACCOUNT)
def look_up_fields(call):
    """Starts a look-up of custom fields; the sandbox's third parties have none (facts 25.2 [QA])."""
    _check_authenticated(call, any_step(call)[1])
    return answer([])


@routes.add("GET", _PATH + "/fieldsformapping", level=ACCOUNT)
def fields_for_mapping(call):
    """Fields of earlier steps; newer answers seem to say of which step (facts 25.2 [D][3P])."""
    cycle, step = any_step(call)
    with_step = call.settings.FieldsForMapping == "with_step"
    return answer(
        [
            {**field, **({"Step": {"Id": source.id, "Name": source.name}} if with_step else {})}
            for source in cycle.before(step.id)
            for field in source.response_fields
        ]
    )
