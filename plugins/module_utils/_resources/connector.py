# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""A connector of the catalogue: one release, the ways to authenticate it and what can be set on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import flag, integer, objects, strings, text

# Types of authentication
API_KEY, BASIC, AUTH_FIELDS, NOTHING = "ApiKey", "Basic", "AuthFields", "None"
OAUTH_TYPES = ("OAuth1", "OAuth2")
AUTH_TYPES = (API_KEY, BASIC, AUTH_FIELDS, NOTHING) + OAUTH_TYPES

# The OAuth app of one customer can be set on any OAuth connector, even if it is not among the connector's parameters.
OAUTH_APP = ("ClientId", "ClientSecret")

# Connectors from before the IsSensitive mark (October 2021) may have secrets without it.
_SECRET_NAME = re.compile(r"secret|passw|token|private.?key|api.?key|access.?key|credential", re.IGNORECASE)


@dataclass(frozen=True)
class Method:
    """A way to authenticate."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    type: str | None = None
    oauth2_type: str | None = None
    scheme: str | None = None


@dataclass(frozen=True)
class Parameter:
    """Something that can be set. `target_name` is the name of the property to send."""

    id: int | None = None
    name: str | None = None
    description: str | None = None
    target_name: str | None = None
    target_type: str | None = None
    is_account_connector_property: bool | None = None
    is_sensitive: bool | None = None
    is_optional: bool | None = None
    data_type: str | None = None
    values: tuple = ()


@dataclass(frozen=True)
class Connector:
    """One release of a connector; its id changes with the next."""

    id: int | None = None
    name: str | None = None
    version: str | None = None
    description: str | None = None
    status: str | None = None
    categories: tuple = ()
    is_system_connector: bool | None = None
    methods: tuple = ()
    # None if the API does not list them
    parameters: tuple | None = None
    icon: str | None = None
    # Whether it stands for one that the catalogue could not be asked for, because the account does not exist yet
    is_predicted: bool = False

    @classmethod
    def from_api(cls, raw):
        # The deprecated fields at the top stand in for a missing list of methods.
        methods = objects(raw, "Authentication") or ([raw] if text(raw, "AuthType") else [])
        return cls(
            id=integer(raw, "Id"),
            name=text(raw, "Name"),
            version=text(raw, "Version"),
            description=text(raw, "Description"),
            status=text(raw, "Status"),
            categories=tuple(strings(raw, "Categories")),
            is_system_connector=flag(raw, "IsSystemConnector"),
            methods=tuple(map(_method, methods)),
            parameters=tuple(map(_parameter, objects(raw, "Parameters"))) if isinstance(raw.get("Parameters"), list) else None,
            icon=text(raw, "Icon"),
        )

    @property
    def is_draft(self):
        return (self.status or "").lower() == "draft"

    @property
    def label(self):
        """The connector in a message: name, version and release id."""
        version = " " + self.version if self.version else ""
        return "%s%s%s" % (self.name, version, "" if self.is_predicted and self.id is None else " (id %s)" % self.id)

    def parameter(self, name):
        """The parameter behind a property, or None."""
        return next((one for one in self.parameters or () if one.target_name == name), None)

    def is_sensitive(self, name, also=()):
        """Whether a property is secret: marked as such, called like a secret, or among those that the user calls sensitive."""
        parameter = self.parameter(name)
        return name in also or bool(parameter and parameter.is_sensitive) or bool(_SECRET_NAME.search(name or ""))

    def record(self, icons=False):
        record = dict(
            id=self.id,
            name=self.name,
            version=self.version,
            description=self.description,
            status=self.status,
            categories=list(self.categories),
            is_system_connector=self.is_system_connector,
            authentication=[dict(vars(method)) for method in self.methods],
            parameters=[dict(vars(parameter), values=list(parameter.values)) for parameter in self.parameters or ()],
        )
        return dict(record, icon=self.icon) if icons else record


def _method(raw):
    return Method(
        id=text(raw, "Id"),
        name=text(raw, "AuthName"),
        description=text(raw, "AuthDescription"),
        type=text(raw, "AuthType"),
        oauth2_type=text(raw, "OAuth2Type"),
        scheme=text(raw, "AuthScheme"),
    )


def _parameter(raw):
    return Parameter(
        id=integer(raw, "Id"),
        name=text(raw, "Name"),
        description=text(raw, "Description"),
        target_name=text(raw, "TargetName"),
        target_type=text(raw, "TargetType"),
        is_account_connector_property=flag(raw, "IsAccountConnectorProperty"),
        is_sensitive=flag(raw, "IsSensitive"),
        is_optional=flag(raw, "IsOptional"),
        data_type=text(raw, "DataType"),
        values=tuple(strings(raw, "Values")),
    )
