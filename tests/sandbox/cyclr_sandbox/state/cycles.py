# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Templates and cycles: plain records, and how they are shown (facts 20 to 25)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from cyclr_sandbox.state.clock import iso

NEVER = "0001-01-01T00:00:00"
ACTIVE, STOPPING, PAUSED, DELETED = "Active", "Stopping", "Paused", "DeleteScheduled"

# Only `Action` = 1 is documented (facts 29.4); the vendor's tests create a step with 4.
ACTION_TYPES = {
    1: "Action",
    2: "Webhook",
    3: "Decision",
    4: "Delay",
    5: "WaitUntil",
    6: "WaitAll",
    7: "Annotation",
    8: "SynchronousResponse",
}
# The names after `PreviousStep` are not known (facts 25.2 [U]).
MAPPING_TYPES = ("Ignore", "StaticValue", "ValueList", "PreviousStep", "Variable", "Lookup")
STEP_ERROR_ACTIONS = ("Ignore", "Retry")
SPLIT_TYPES = ("All", "None")

PARAMETER = {
    "Id": None,
    "Name": None,
    "Description": None,
    "IsOptional": False,
    "DataType": "Text",
    "TriggerName": None,
    "Values": None,
    "DisplayOrder": 0,
    "Triggers": [],
}
FIELD = {**PARAMETER, "Location": None, "ForRequestFormat": True}
MAPPING = {
    "MappingType": None,
    "SourceFieldId": None,
    "SourceStepId": None,
    "TriggerValue": None,
    "TriggerValueDisplayName": None,
    "Value": None,
}
OPTIONS = {
    "StepErrorAction": "Ignore",
    "LogStepDataRequests": True,
    "CollectionSplitType": "All",
    "Shareable": False,
    "ContinueOnStepError": True,
    "StepDataSuccessRetentionHours": None,
    "StepDataErroredRetentionHours": None,
}


# The API says of no variable or input that it is a secret, so the name decides.
_SECRET = re.compile(r"secret|passw|token|key|credential", re.IGNORECASE)


def sounds_secret(name):
    return bool(_SECRET.search(name or ""))


@dataclass
class Input:
    """A parameter or a field of a step, and what is mapped to it."""

    kind: str  # "Parameter" or "Field"
    record: dict
    mapping: dict
    launch_visible: bool = False  # "User Configurable" in the builder
    entity_identifier: bool = False
    named_source: tuple | None = None  # (step, field, where it was said), until a seed is read

    @property
    def id(self):
        return self.record["Id"]

    @property
    def name(self):
        return self.record["Name"]

    def unmapped(self):
        return {**MAPPING, "MappingType": "Ignore" if self.kind == "Field" else None}

    def is_mapped(self):
        kind = self.mapping["MappingType"]
        if kind in (None, "Ignore"):
            return False
        if kind == "PreviousStep":
            return None not in (self.mapping["SourceStepId"], self.mapping["SourceFieldId"])
        return self.mapping["Value"] not in (None, "")

    def is_missing(self):
        return not self.record["IsOptional"] and not self.is_mapped()

    def copy(self):
        return replace(self, record=dict(self.record), mapping=dict(self.mapping))

    @property
    def is_secret(self):
        return bool(self.record.get("IsSensitive")) or sounds_secret(self.name)

    def shown(self):
        visible = {"IsLaunchVisible": self.launch_visible} if self.kind == "Field" else {}
        return {
            self.kind: self.record,
            "IsEntityIdentifier": self.entity_identifier,
            **visible,
            **self.mapping,
        }


@dataclass
class Step:
    id: str
    name: str
    description: str | None = None
    action_type: str = "Action"
    connector: Any = None  # catalogue.Connector
    account_connector_id: int | None = None
    method: dict | None = None
    parameters: list = field(default_factory=list)
    fields: list = field(default_factory=list)
    response_fields: list = field(default_factory=list)
    left: int = 0
    top: int = 0
    webhook: str | None = None  # the identifier in the URL of a webhook step
    lacks: list = field(default_factory=list)  # reason codes of a tool that is not set up
    fresh: bool = False  # "Fresh Installation" of its connector
    wanted_connector: Any = None  # a seed's choice of the account connector

    @property
    def inputs(self):
        return [*self.parameters, *self.fields]

    def source(self, field_id):
        return next((one for one in self.response_fields if one["Id"] == field_id), None)

    def copy(self, new_id):
        return replace(
            self,
            id=new_id,
            parameters=[one.copy() for one in self.parameters],
            fields=[one.copy() for one in self.fields],
            lacks=list(self.lacks),
        )


@dataclass
class Edge:
    id: str
    head: str  # where it leads to
    tail: str  # where it comes from
    kind: str = "Forward"

    def shown(self):
        return {"Id": self.id, "HeadStepId": self.head, "TailStepId": self.tail, "EdgeType": self.kind}


@dataclass
class Variable:
    display_name: str
    system_name: str
    value: str | None = None
    mapping_type: str = "StaticValue"
    launch_visible: bool = False
    optional: bool = False
    values: list | None = None

    def is_missing(self):
        return not self.optional and self.value in (None, "")

    @property
    def is_secret(self):
        return sounds_secret(self.display_name)

    def shown(self):
        return {
            "DisplayName": self.display_name,
            "SystemName": self.system_name,
            "Value": self.value,
            "MappingType": self.mapping_type,
        }


@dataclass
class Incident:
    level: str  # Error or Warning
    short: str
    full: str
    created: Any
    step_id: str | None = None
    step_name: str | None = None
    transaction_id: str | None = None


@dataclass
class Transaction:
    id: str
    started: Any
    ended: Any
    outcome: str = "Completed"
    split_type: str = "Unsplit"
    items: list = field(default_factory=list)

    def status(self, now):
        return "InProgress" if now < self.ended else self.outcome


@dataclass
class Graph:
    """What a template and a cycle have in common."""

    id: str
    name: str
    description: str | None = None
    tags: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    edges: list = field(default_factory=list)
    variables: list = field(default_factory=list)
    options: dict = field(default_factory=lambda: dict(OPTIONS))
    interval: int = 60
    release: int = 1

    def step(self, step_id):
        return next((one for one in self.steps if one.id == step_id), None)

    def variable(self, name):
        """By system name first, as in a path; a seed and PATCH may say the display name."""
        for one in self.variables:
            if one.system_name == name:
                return one
        return next((one for one in self.variables if one.display_name == name), None)

    def first(self):
        """The trigger: the first step that no edge leads to."""
        heads = {one.head for one in self.edges}
        real = [one for one in self.steps if one.action_type != "Annotation"]
        return next((one for one in real if one.id not in heads), None)

    def before(self, step_id):
        """The steps from which data can come, in the order of the graph."""
        found, waiting = set(), [step_id]
        while waiting:
            wanted = waiting.pop()
            new = [one.tail for one in self.edges if one.head == wanted and one.tail not in found]
            found.update(new)
            waiting.extend(new)
        return [one for one in self.steps if one.id in found and one.id != step_id]


@dataclass
class Template(Graph):
    published: bool = True
    folder_id: str | None = None
    unused: list = field(default_factory=list)  # connectors that no step uses

    @property
    def connectors(self):
        """Each release once, in the order of the steps."""
        found = {one.connector.id: one.connector for one in self.steps if one.connector is not None}
        return [*found.values(), *(one for one in self.unused if one.id not in found)]


@dataclass
class Schedule:
    """When an active cycle runs."""

    start: Any
    interval: int
    run_once: bool = False
    next_run: Any = None  # None: a webhook triggers it


@dataclass
class Cycle(Graph):
    account_id: str = ""
    template_id: str | None = None
    status: str = PAUSED
    created: str = NEVER
    schedule: Schedule | None = None
    due: tuple | None = None  # (when, status or None for gone)
    runs: int = 0
    counts: dict = field(default_factory=dict)  # what a seed says of the past
    last_success: str = NEVER
    incidents: list = field(default_factory=list)
    transactions: list = field(default_factory=list)
    unused_ids: list = field(default_factory=list)  # account connectors that no step uses

    @property
    def running(self):
        return self.status in (ACTIVE, STOPPING)

    @property
    def account_connector_ids(self):
        used = [one.account_connector_id for one in self.steps if one.account_connector_id is not None]
        return list(dict.fromkeys([*used, *self.unused_ids]))

    def shown_schedule(self):
        plan = self.schedule
        return {
            "Interval": plan.interval if plan else None,
            "StartTime": iso(plan.start) if plan else None,
            "RunOnce": bool(plan and plan.run_once),
        }
