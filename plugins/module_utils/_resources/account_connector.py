# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""A connector that is installed in an account, and the bodies of the requests that write one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import NOTHING, OAUTH_TYPES, Connector, Method
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import flag, integer, objects, text

READY, WAITS_FOR_OAUTH, NEEDS_KEY = "ready", "waits_for_oauth", "needs_key"

# What the API shows in place of a secret; whether it masks at all is unknown.
_MASK = re.compile(r"[*\u2022\u25cf]{3,}")

_FIELDS = dict(
    name="Name",
    description="Description",
    authentication_id="AuthenticationId",
    auth_value="AuthValue",
    is_partner_connector="IsPartnerIntegrationConnector",
)
_TOKENS = dict(access_token="AccessToken", refresh_token="RefreshToken", expires="Expires", refresh_expires="RefreshExpires")


def is_masked(value):
    """Whether a stored secret cannot be compared with a wanted one: not echoed, or echoed as stars."""
    return value is None or value == "" or bool(_MASK.search(value))


@dataclass(frozen=True)
class Property:
    id: int | None = None
    name: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class AccountConnector:
    id: int | None = None
    name: str | None = None
    description: str | None = None
    authenticated: bool = False
    # The method that the API says is in use
    authentication_id: str | None = None
    auth_value: str | None = None
    is_partner_connector: bool = False
    connector: Connector = Connector()
    properties: tuple = ()
    # The method that is in use, or None if the connector has several and nobody knows which one it is
    method: Method | None = None

    @classmethod
    def from_api(cls, raw):
        connector = Connector.from_api(raw["Connector"] if isinstance(raw.get("Connector"), dict) else {})
        chosen = text(raw, "AuthenticationId")
        return cls(
            id=integer(raw, "Id"),
            name=text(raw, "Name"),
            description=text(raw, "Description"),
            authenticated=bool(flag(raw, "Authenticated")),
            authentication_id=chosen,
            auth_value=text(raw, "AuthValue"),
            is_partner_connector=bool(flag(raw, "IsPartnerIntegrationConnector")),
            connector=connector,
            properties=tuple(Property(integer(one, "Id"), text(one, "Name"), text(one, "Value")) for one in objects(raw, "Properties")),
            method=_method_in_use(connector.methods, chosen),
        )

    @property
    def values(self):
        """Name -> value of the properties."""
        return {one.name: one.value for one in self.properties if one.name}

    @property
    def types(self):
        """The type of authentication in use, or all possible ones."""
        return [self.method.type] if self.method and self.method.type else [method.type for method in self.connector.methods]

    @property
    def requires_oauth(self):
        return any(kind in OAUTH_TYPES for kind in self.types) if self.types else None

    @property
    def needs_nothing(self):
        return self.connector.is_system_connector is True or bool(self.types) and all(kind == NOTHING for kind in self.types)

    @property
    def state(self):
        if self.authenticated or self.needs_nothing:
            return READY
        if self.connector.is_predicted and not self.types:
            return None
        return WAITS_FOR_OAUTH if self.requires_oauth else NEEDS_KEY

    def record(self, secrets=False, sensitive=()):
        """For the user. Secrets are None, unless they were asked for."""

        def shown(one):
            return one.value if secrets or not self.connector.is_sensitive(one.name, sensitive) else None

        return dict(
            id=self.id,
            name=self.name,
            description=self.description,
            authenticated=self.authenticated,
            state=self.state,
            is_partner_connector=self.is_partner_connector,
            requires_oauth=self.requires_oauth,
            auth_type=self.method.type if self.method else None,
            connector=dict(id=self.connector.id, name=self.connector.name, version=self.connector.version),
            properties=[dict(id=one.id, name=one.name, value=shown(one)) for one in self.properties],
            auth_value=self.auth_value if secrets else None,
        )


def _method_in_use(methods, chosen):
    if chosen:
        methods = [method for method in methods if method.id == chosen]
    return methods[0] if len({method.type for method in methods}) == 1 else None


def oauth_auth_value(tokens):
    """OAuth tokens as Cyclr stores them."""
    return json.dumps({key: tokens[name] for name, key in _TOKENS.items() if tokens.get(name) is not None})


def written(client, connector, values, sensitive=()):
    """The body that writes `values` to an account connector; its `properties` are name -> text.

    The secrets in it become known to the client, so that no error shows them: this is the only way into a request body.
    """
    properties = values.get("properties", {})
    client.secrets.add(values.get("auth_value"), *(value for name, value in properties.items() if connector.is_sensitive(name, sensitive)))
    body = {_FIELDS[name]: value for name, value in values.items() if name != "properties"}
    if "properties" in values:
        body["Properties"] = [_written_property(connector.parameter(name), name, value) for name, value in sorted(properties.items())]
    return body


def _written_property(parameter, name, value):
    """The id of a property in a request is that of the connector's parameter; answers have another one there, that of what is stored."""
    entry = dict(Name=name, Value=value)
    return entry if parameter is None or parameter.id is None else dict(entry, Id=parameter.id)
