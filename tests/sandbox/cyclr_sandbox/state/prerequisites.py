# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What keeps a cycle from starting (facts 23)."""

from __future__ import annotations

REASONS = {
    0: "Unknown",
    10: "Cycle must have at least two steps",
    11: "All steps must be connected together and only one step can be the trigger",
    20: "Unauthenticated connector",
    30: "Missing mapping",
    31: "Missing decision criteria",
    32: "Missing delay time period",
    33: "Missing date to wait until",
    40: "Missing parameter mapping",
    41: "Missing field mapping",
    42: "Missing collection key mapping",
    43: "Missing webhook key mapping",
    50: "Missing left operand",
    51: "Missing right operand",
    60: "Missing delay unit",
    61: "Missing delay interval",
    70: "Missing wait until date",
    # Variables are younger than the vendor's list: this code is the sandbox's own (facts 23).
    80: "Missing variable value",
}
_OF_STEP = {50: 31, 51: 31, 60: 32, 61: 32, 70: 33}


def _one(code, object_type, object_id):
    return {"ReasonCode": code, "Reason": REASONS[code], "ObjectType": object_type, "ObjectId": object_id}


def of_step(step):
    """The inputs that are missing."""
    found = [_one(40, "Parameter", one.id) for one in step.parameters if one.is_missing()]
    found += [_one(41, "ConnectorFieldMapping", one.id) for one in step.fields if one.is_missing()]
    return found + [_one(code, step.action_type, step.id) for code in step.lacks]


def _of_mappings(graph):
    """The steps whose inputs are missing; a tool has a code for each kind."""
    found = []
    for step in graph.steps:
        codes = [_OF_STEP.get(one["ReasonCode"], 30) for one in of_step(step)]
        found += [_one(code, step.action_type, step.id) for code in dict.fromkeys(codes)]
    return found


def _is_connected(graph, steps):
    heads = {one.head for one in graph.edges}
    if sum(step.id not in heads for step in steps) != 1:
        return False
    reached, waiting = set(), [graph.first().id]
    while waiting:
        step_id = waiting.pop()
        if step_id not in reached:
            reached.add(step_id)
            waiting.extend(one.head for one in graph.edges if one.tail == step_id)
    return all(step.id in reached for step in steps)


def of_cycle(store, cycle):
    found = []
    for number in cycle.account_connector_ids:
        connector = store.account_connectors.get(number)
        if connector is None or not connector.authenticated:
            found.append(_one(20, "AccountConnector", number))
    steps = [one for one in cycle.steps if one.action_type != "Annotation"]
    if len(steps) < 2:
        found.append(_one(10, "Cycle", cycle.id))
    elif not _is_connected(cycle, steps):
        found.append(_one(11, "Cycle", cycle.id))
    found += _of_mappings(cycle)
    return found + [_one(80, "CycleVariable", one.system_name) for one in cycle.variables if one.is_missing()]


def of_template(template, with_optional):
    """What an installed copy will ask for; the shape is not known (facts 21.1 [U])."""
    found = _of_mappings(template)
    if with_optional:
        found += [
            _one(30, "Action", step.id) for step in template.steps if any(one.launch_visible for one in step.inputs)
        ]
    missing = [one for one in template.variables if one.is_missing() or one.launch_visible]
    return found + [_one(80, "CycleVariable", one.system_name) for one in missing]
