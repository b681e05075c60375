# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""A cycle: an integration that is installed in an account."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import integer, objects, strings, text

# The only status that means "running", and the one of a cycle that is as good as deleted. All others mean "not running".
RUNNING, GONE, STOPPED = "Active", "DeleteScheduled", "Paused"

# How the API says "never"
_NEVER = "0001-01-01T00:00:00"

# Minutes between two runs
INTERVALS = (1, 5, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080)

# Kinds of objects that prerequisites name
CONNECTOR, PARAMETER, FIELD = "AccountConnector", "Parameter", "ConnectorFieldMapping"


@dataclass(frozen=True)
class CycleConnector:
    """A connector of the catalogue, and the account connector that the cycle uses for it."""

    account_connector_id: int | None = None
    name: str | None = None
    version: str | None = None
    authenticated: bool | None = None


@dataclass(frozen=True)
class Cycle:
    id: str | None = None
    name: str | None = None
    description: str | None = None
    template_id: str | None = None
    status: str | None = None
    tags: tuple = ()
    connectors: tuple = ()
    error_count: int | None = None
    warning_count: int | None = None
    last_successful_run: str | None = None
    # Whether it does not exist yet (check mode)
    is_predicted: bool = False

    @classmethod
    def from_api(cls, raw):
        last = text(raw, "LastSuccessfulRunDate")
        return cls(
            id=text(raw, "Id"),
            name=text(raw, "Name"),
            description=text(raw, "Description"),
            template_id=text(raw, "TemplateId"),
            status=text(raw, "Status"),
            tags=tuple(strings(raw, "Tags")),
            connectors=tuple(_connector(one) for one in objects(raw, "Connectors")),
            error_count=integer(raw, "ErrorCount"),
            warning_count=integer(raw, "WarningCount"),
            last_successful_run=None if last is None or last.startswith(_NEVER) else last,
        )

    @property
    def running(self):
        return self.status == RUNNING

    @property
    def gone(self):
        return self.status == GONE

    @property
    def label(self):
        """The cycle in a message."""
        return "%r (id %s)" % (self.name, self.id)

    def record(self):
        return dict(
            id=self.id,
            name=self.name,
            description=self.description,
            template_id=self.template_id,
            status=self.status,
            running=None if self.status is None and self.is_predicted else self.running,
            tags=list(self.tags),
            connectors=[dict(vars(one)) for one in self.connectors],
            error_count=self.error_count,
            warning_count=self.warning_count,
            last_successful_run=self.last_successful_run,
        )


def _connector(raw):
    authenticated = raw.get("Authenticated")
    return CycleConnector(
        account_connector_id=integer(raw, "AccountConnectorId"),
        name=text(raw, "Name"),
        version=text(raw, "Version"),
        authenticated=authenticated if isinstance(authenticated, bool) else None,
    )


def usable_cycle(raw, otherwise, request):
    """A cycle that can be addressed and matched; to pass over another could install a second one."""
    found = Cycle.from_api(raw) if isinstance(raw, dict) else Cycle()
    if found.id is None or found.name is None:
        raise request.unexpected(otherwise, "a cycle that has no Id or no Name")
    return found


@dataclass(frozen=True)
class Prerequisite:
    """Something that keeps a cycle from starting. `step` and `field` are names and `values` what is allowed, as far as the API says them."""

    code: int | None = None
    reason: str | None = None
    object_type: str | None = None
    object_id: object = None
    step: str | None = None
    field: str | None = None
    values: tuple = ()

    @classmethod
    def from_api(cls, raw):
        number = raw.get("ObjectId")
        return cls(
            code=integer(raw, "ReasonCode"),
            reason=text(raw, "Reason"),
            object_type=text(raw, "ObjectType"),
            object_id=number if isinstance(number, (int, str)) and not isinstance(number, bool) else None,
        )

    def record(self):
        return dict(vars(self), values=list(self.values))


@dataclass(frozen=True)
class Incident:
    """An error or a warning of a run."""

    level: str | None = None
    message: str | None = None
    full_message: str | None = None
    step: str | None = None
    step_id: str | None = None
    transaction_id: str | None = None
    created: str | None = None

    @classmethod
    def from_api(cls, raw):
        return cls(
            level=text(raw, "IncidentLevel"),
            message=text(raw, "ShortMessage"),
            full_message=text(raw, "FullMessage"),
            step=text(raw, "StepName"),
            step_id=text(raw, "StepId"),
            transaction_id=text(raw, "TransactionId"),
            created=text(raw, "CreatedOnUtc"),
        )

    def record(self, details=False):
        """The full message can contain data of the customer, so only its first line is shown unless the rest was asked for."""
        lines = (self.full_message or "").splitlines()
        first = lines[0] if lines else None
        return dict(
            level=self.level,
            message=self.message,
            details=self.full_message if details else first,
            step=self.step,
            step_id=self.step_id,
            transaction_id=self.transaction_id,
            created=self.created,
        )
