# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What can be set in a cycle: its variables, and the parameters and fields of its steps."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import Connector
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import flag, integer, objects, strings, text

PARAMETER, FIELD = "parameter", "field"

# How a value is mapped
_STATIC, _LISTED, _PREVIOUS, _IGNORED = "StaticValue", "ValueList", "PreviousStep", "Ignore"


def has_secret_name(name):
    return Connector().is_sensitive(name)


@dataclass(frozen=True)
class Variable:
    """A value that is defined once for a cycle and used in many mappings."""

    display_name: str | None = None
    system_name: str | None = None
    value: str | None = None
    mapping_type: str | None = None
    values: tuple = ()

    @classmethod
    def from_api(cls, raw):
        return cls(
            display_name=text(raw, "DisplayName"),
            system_name=text(raw, "SystemName"),
            value=text(raw, "Value"),
            mapping_type=text(raw, "MappingType"),
            values=tuple(strings(raw, "Values")),
        )

    @property
    def name(self):
        return self.display_name or self.system_name

    def is_same(self, other):
        """Whether both stand for one variable of a cycle. Either can lack one of the names."""
        pairs = ((self.system_name, other.system_name), (self.display_name, other.display_name))
        return any(one is not None and one == another for one, another in pairs)

    @property
    def is_secret(self):
        return has_secret_name(self.display_name) or has_secret_name(self.system_name)

    def record(self):
        return dict(name=self.display_name, system_name=self.system_name, value=None if self.is_secret else self.value, values=list(self.values))

    def written(self, value):
        """With both names, because it is not documented by which one the API finds the variable."""
        named = dict(DisplayName=self.display_name, SystemName=self.system_name)
        return dict({key: name for key, name in named.items() if name}, Value=value, MappingType=self.mapping_type or _STATIC)


@dataclass(frozen=True)
class Named:
    """A parameter, or a field that a step sends or receives."""

    id: int | None = None
    name: str | None = None
    location: str | None = None
    description: str | None = None
    is_optional: bool | None = None
    values: tuple = ()
    is_sensitive: bool | None = None
    # Of a field that can be a source: the step that receives it, if the API says so
    step_id: str | None = None

    @classmethod
    def from_api(cls, raw):
        step = raw["Step"] if isinstance(raw.get("Step"), dict) else {}
        return cls(
            id=integer(raw, "Id"),
            name=text(raw, "Name"),
            location=text(raw, "Location"),
            description=text(raw, "Description"),
            is_optional=flag(raw, "IsOptional"),
            values=tuple(strings(raw, "Values")),
            is_sensitive=flag(raw, "IsSensitive"),
            step_id=text(step, "Id"),
        )

    def is_called(self, name):
        return name in (self.name, self.location)

    def record(self):
        return dict(
            id=self.id, name=self.name, location=self.location, description=self.description, is_optional=self.is_optional, values=list(self.values)
        )


@dataclass(frozen=True)
class Step:
    id: str | None = None
    name: str | None = None
    description: str | None = None
    type: str | None = None
    account_connector: str | None = None
    method: str | None = None
    parameters: tuple = ()
    fields: tuple = ()
    outputs: tuple = ()

    @classmethod
    def from_api(cls, raw):
        method = raw["Method"] if isinstance(raw.get("Method"), dict) else {}
        connector = raw["AccountConnector"] if isinstance(raw.get("AccountConnector"), dict) else {}
        return cls(
            id=text(raw, "Id"),
            name=text(raw, "Name"),
            description=text(raw, "Description"),
            type=text(raw, "ActionType"),
            account_connector=text(connector, "Name"),
            method=text(method, "Name"),
            parameters=_named(method, "Parameters"),
            fields=_named(method, "RequestFields"),
            outputs=_named(method, "ResponseFields"),
        )

    def record(self):
        return dict(
            id=self.id,
            name=self.name,
            description=self.description,
            type=self.type,
            account_connector=self.account_connector,
            method=self.method,
            parameters=[one.record() for one in self.parameters],
            fields=[one.record() for one in self.fields],
            outputs=[dict(id=one.id, name=one.name, location=one.location) for one in self.outputs],
        )


def _named(raw, key):
    return tuple(Named.from_api(one) for one in objects(raw, key))


@dataclass(frozen=True)
class Mapping:
    """What an input gets: a value, a field of an earlier step, or nothing."""

    value: str | None = None
    source_step_id: str | None = None
    source_field_id: int | None = None

    def written(self, kind, allowed):
        if self.source_step_id is not None:
            return dict(MappingType=_PREVIOUS, SourceStepId=self.source_step_id, SourceFieldId=self.source_field_id)
        if self.value is not None:
            return dict(MappingType=_LISTED if allowed else _STATIC, Value=self.value)
        return dict(MappingType=_IGNORED if kind == FIELD else None)


IGNORED = Mapping()


@dataclass(frozen=True)
class Input:
    """A parameter or field of a step, and what is mapped to it. `mapping` is None if it is mapped in a way that is not documented."""

    kind: str = FIELD
    about: Named = Named()
    mapping: Mapping | None = IGNORED

    @classmethod
    def from_api(cls, kind, raw):
        key = "Parameter" if kind == PARAMETER else "Field"
        about = raw[key] if isinstance(raw.get(key), dict) else {}
        return cls(kind, Named.from_api(about), _mapping(raw))

    @property
    def is_secret(self):
        return bool(self.about.is_sensitive) or has_secret_name(self.about.name)


def _mapping(raw):
    how = text(raw, "MappingType")
    if how in (None, _IGNORED):
        return IGNORED
    if how == _PREVIOUS:
        return Mapping(source_step_id=text(raw, "SourceStepId"), source_field_id=integer(raw, "SourceFieldId"))
    # A value that is not shown is still mapped.
    return Mapping(value=text(raw, "Value") or "") if how in (_STATIC, _LISTED) else None
