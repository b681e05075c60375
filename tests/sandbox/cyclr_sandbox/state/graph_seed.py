# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Steps, mappings, edges and variables from a seed; what a template file holds is read in the same way."""

from __future__ import annotations

import re

from cyclr_sandbox.state import catalogue
from cyclr_sandbox.state.cycles import (
    ACTION_TYPES,
    FIELD,
    MAPPING,
    MAPPING_TYPES,
    PARAMETER,
    Edge,
    Input,
    Step,
    Variable,
)
from cyclr_sandbox.state.seed_checks import BadSeed, check_keys, entries, guid, missing, one_of

_STEP_KEYS = {
    "Id", "Name", "Description", "ActionType", "Connector", "Version", "Method", "Parameters", "Fields", "ResponseFields",
    "AccountConnector", "AccountConnectorId", "Installation", "DisplayPositionLeft", "DisplayPositionTop", "WebhookIdentifier", "Lacks",
}  # fmt: skip
_INPUT_KEYS = {*FIELD, *MAPPING, "SourceStep", "SourceField", "UserConfigurable", "IsLaunchVisible", "IsEntityIdentifier"}
_RESPONSE_KEYS = {"Id", "Name", "Location", "DataType", "Description"}
_VARIABLE_KEYS = {
    "DisplayName", "SystemName", "Value", "MappingType", "UserConfigurable", "IsLaunchVisible", "IsOptional", "Values",
}  # fmt: skip
_EDGE_KEYS = {"Id", "HeadStep", "TailStep", "HeadStepId", "TailStepId", "EdgeType"}


def system_name(display_name, how):
    """How a name with blanks becomes a system name is not known (facts 25.3 [U])."""
    return re.sub(r"\s+", "", display_name) if how == "squeezed" else display_name


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)


# Inputs


def _unnested(entry, kind):
    """`{"Field": {...}, "Value": ...}` as the API shows it, or all in one object."""
    inner = entry.get(kind)
    if not isinstance(inner, dict):
        return entry
    return {**inner, **{key: value for key, value in entry.items() if key != kind}}


def _blank(kind, order, next_id):
    record = {**(PARAMETER if kind == "Parameter" else FIELD), "Id": next_id(), "DisplayOrder": order}
    one = Input(kind, record, {})
    one.mapping = one.unmapped()
    return one


def set_input(one, entry, where):
    """What a seed entry says about an input; what it leaves out stays."""
    for key in one.record:
        if key in entry:
            one.record[key] = entry[key]
    if one.record["Values"]:
        one.record["Values"] = [_text(value) for value in one.record["Values"]]
    for key in MAPPING:
        if key in entry and key != "MappingType":
            one.mapping[key] = entry[key]
    one.mapping["Value"] = _text(one.mapping["Value"])
    kind = entry.get("MappingType")
    if kind is not None:
        one.mapping["MappingType"] = one_of(kind, MAPPING_TYPES, f"{where}.MappingType")
    elif "MappingType" in entry:
        one.mapping["MappingType"] = one.unmapped()["MappingType"]
    elif entry.get("Value") is not None:
        one.mapping["MappingType"] = "StaticValue"
    elif "SourceStepId" in entry:
        one.mapping["MappingType"] = "PreviousStep"
    for key in ("UserConfigurable", "IsLaunchVisible"):
        if key in entry:
            one.launch_visible = bool(entry[key])
    if "IsEntityIdentifier" in entry:
        one.entity_identifier = bool(entry["IsEntityIdentifier"])


def overlay_inputs(inputs, given, kind, next_id, where):
    """The inputs of a method, changed and extended by what a seed says of them, found by name or id."""
    for number, entry in enumerate(entries(given, where)):
        place = f"{where}[{number}]"
        entry = _unnested(entry, kind)
        check_keys(entry, _INPUT_KEYS, place)
        wanted = entry.get("Name")
        found = next((one for one in inputs if wanted in (one.name, one.record.get("Location"))), None)
        if wanted is None:
            found = next((one for one in inputs if one.id == entry.get("Id")), None)
        if found is None:
            if wanted is None:
                raise BadSeed(f"{place}: Name is missing.")
            found = _blank(kind, len(inputs), next_id)
            inputs.append(found)
        set_input(found, entry, place)
        if kind == "Field" and found.record["Location"] is None:
            found.record["Location"] = found.name


def _responses(given, next_id, where):
    result = []
    for number, entry in enumerate(entries(given, where)):
        check_keys(entry, _RESPONSE_KEYS, f"{where}[{number}]")
        name = entry.get("Name") or f"Field {number + 1}"
        result.append(
            {
                "Id": entry.get("Id") or next_id(),
                "Name": name,
                "Location": entry.get("Location") or name,
                "DataType": entry.get("DataType") or "Text",
            }
        )
    return result


# Steps


def find_connector(store, entry, where):
    """`Connector` (and `Version`) of an entry: the newest release of that name."""
    name, version = entry["Connector"], entry.get("Version")
    if isinstance(name, dict):
        name, version = name.get("Name"), name.get("Version")
    found = catalogue.by_name(store, str(name), None if version is None else str(version), drafts=True)
    if not found:
        known = sorted({one.name for one in store.connectors.values()})
        raise missing("connector", name, known, where)
    usable = [one for one in found if not one.draft]
    return catalogue.newest(usable or found)


def _find_method(connector, wanted, where):
    if isinstance(wanted, dict):
        wanted = wanted.get("Name") or wanted.get("Id")
    for one in connector.methods:
        if wanted in (one["Name"], one["Id"], one["MethodUniqueIdentifier"]):
            return one
    raise missing(f"method of {connector.name}", wanted, [one["Name"] for one in connector.methods], where)


def _action_type(entry, where):
    given = entry.get("ActionType", "Action")
    if isinstance(given, int) and given in ACTION_TYPES:
        return ACTION_TYPES[given]
    return one_of(given, ACTION_TYPES.values(), f"{where}.ActionType")


def _defined(method, known):
    """The inputs of a method; what else the catalogue says of them does not concern a step."""
    given = method[known] if method else ()
    return [{key: value for key, value in one.items() if key in _INPUT_KEYS} for one in given]


def step_from(store, random, entry, where):
    check_keys(entry, _STEP_KEYS, where)
    next_id = store.input_ids.__next__
    step = Step(
        id=guid(entry.get("Id"), random, where),
        name=str(entry.get("Name") or "Step"),
        description=entry.get("Description"),
        action_type=_action_type(entry, where),
        left=entry.get("DisplayPositionLeft") or 0,
        top=entry.get("DisplayPositionTop") or 0,
        lacks=list(entry.get("Lacks") or ()),
        fresh=str(entry.get("Installation", "Existing")).lower() == "fresh",
    )
    method = None
    if entry.get("Connector") is not None:
        step.connector = find_connector(store, entry, where)
        if entry.get("Method") is not None:
            method = _find_method(step.connector, entry["Method"], where)
            step.method = {"Id": method["Id"], "Name": method["Name"]}
    if method is None and step.action_type == "Action":
        step.method = {"Id": next_id(), "Name": str(entry.get("Method") or step.name)}
    if step.action_type == "Webhook":
        step.webhook = entry.get("WebhookIdentifier") or random.alphanumeric(12)
    for kind, inputs, known in (
        ("Parameter", step.parameters, "Parameters"),
        ("Field", step.fields, "Fields"),
    ):
        overlay_inputs(inputs, _defined(method, known), kind, next_id, f"{where}.{known}")
        overlay_inputs(inputs, entry.get(known), kind, next_id, f"{where}.{known}")
    answered = entry.get("ResponseFields") or (method and method.get("ResponseFields"))
    if not answered and step.action_type in ("Action", "Webhook"):
        answered = [{"Name": "Id"}, {"Name": "Name"}, {"Name": "Email"}]
    step.response_fields = _responses(answered, next_id, f"{where}.ResponseFields")
    choose_connector(step, entry)
    return step


def choose_connector(step, entry):
    """The account connector that a seed's cycle names, by id or name."""
    chosen = entry.get("AccountConnectorId", entry.get("AccountConnector"))
    if isinstance(chosen, dict):
        chosen = chosen.get("Id") or chosen.get("Name")
    if chosen is not None:
        step.wanted_connector = chosen


def step_named(steps, wanted, where):
    """By name or id."""
    for one in steps:
        if wanted in (one.name, one.id) or str(wanted).lower() == one.id:
            return one
    raise missing("step", wanted, [one.name for one in steps], where)


def link_sources(steps, given, where):
    """`SourceStep` and `SourceField` by name become the ids that the API shows."""
    for number, entry in enumerate(given):
        for known, kind in (("Parameters", "Parameter"), ("Fields", "Field")):
            for place, raw in enumerate(entry.get(known) or ()):
                raw = _unnested(raw, kind)
                if "SourceStep" not in raw:
                    continue
                here = f"{where}[{number}].{known}[{place}]"
                step = step_named(steps, entry.get("Name"), here)
                one = next(one for one in step.inputs if one.kind == kind and raw.get("Name") in (one.name, one.record.get("Location")))
                source = step_named(steps, raw["SourceStep"], here)
                field = raw.get("SourceField", raw.get("SourceFieldId"))
                found = next((f for f in source.response_fields if field in (f["Id"], f["Name"], f["Location"])), None)
                if found is None:
                    raise missing(f"field of step {source.name}", field, [f["Name"] for f in source.response_fields], here)
                one.mapping.update(MappingType="PreviousStep", SourceStepId=source.id, SourceFieldId=found["Id"])


def steps_from(store, random, given, where):
    given = entries(given, where)
    steps = [step_from(store, random, entry, f"{where}[{number}]") for number, entry in enumerate(given)]
    link_sources(steps, given, where)
    return steps


def plain_steps(store, random, connectors):
    """Steps for a template or cycle of which a seed says only the connectors: one for each, at least two."""
    connectors = list(connectors)
    if len(connectors) == 1:
        connectors *= 2
    steps = []
    for number, connector in enumerate(connectors, 1):
        step = step_from(store, random, {"Name": f"{connector.name} {number}"}, "Steps")
        step.connector = connector
        steps.append(step)
    return steps


# Edges and variables


def edges_from(random, steps, given, where):
    """Without edges in the seed, the steps are a chain in their order."""
    if given is None:
        chain = [one for one in steps if one.action_type != "Annotation"]
        return [Edge(random.guid(), head.id, tail.id) for tail, head in zip(chain, chain[1:])]
    result = []
    for number, entry in enumerate(entries(given, where)):
        place = f"{where}[{number}]"
        check_keys(entry, _EDGE_KEYS, place)
        ends = [step_named(steps, entry.get(f"{end}Step", entry.get(f"{end}StepId")), place).id for end in ("Head", "Tail")]
        result.append(Edge(guid(entry.get("Id"), random, place), *ends, entry.get("EdgeType") or "Forward"))
    return result


def variable_from(entry, settings, where):
    check_keys(entry, _VARIABLE_KEYS, where)
    display = entry.get("DisplayName") or entry.get("SystemName")
    if not display:
        raise BadSeed(f"{where}: DisplayName is missing.")
    return Variable(
        display_name=str(display),
        system_name=entry.get("SystemName") or system_name(str(display), settings.VariableSystemName),
        value=_text(entry.get("Value")),
        mapping_type=one_of(entry.get("MappingType") or "StaticValue", MAPPING_TYPES, f"{where}.MappingType"),
        launch_visible=bool(entry.get("UserConfigurable", entry.get("IsLaunchVisible"))),
        optional=bool(entry.get("IsOptional")),
        values=entry.get("Values"),
    )


def variables_from(given, settings, where):
    given = entries(given, where)
    return [variable_from(entry, settings, f"{where}[{number}]") for number, entry in enumerate(given)]
