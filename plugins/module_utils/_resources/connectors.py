# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Connectors: the catalogue, and what is installed in an account ("account connectors")."""

from __future__ import annotations

import re

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import segment
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import LostAnswer, TransportError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import flag, integer, objects, strings, text

OAUTH_TYPES = ("OAuth1", "OAuth2")

# A value that the API shows in place of a secret; whether it masks at all is unknown.
_MASK = re.compile(r"[*\u2022\u25cf]{3,}")

# Connectors from before the IsSensitive mark (October 2021) may hold secrets without it.
_SECRET_NAME = re.compile(r"secret|passw|token|private.?key|api.?key|access.?key|credential", re.IGNORECASE)


def is_masked(value):
    """Whether a stored secret cannot be compared with a wanted one: not echoed, or echoed as stars."""
    return value is None or value == "" or bool(_MASK.search(value))


# -- the catalogue's objects ---------------------------------------------------------------------------------------


def authentication_methods(connector):
    """The ways to authenticate. The deprecated top-level fields stand in where the list is missing."""
    methods = objects(connector, "Authentication")
    if not methods and text(connector, "AuthType"):
        methods = [connector]
    return [
        dict(
            id=text(method, "Id"),
            name=text(method, "AuthName"),
            description=text(method, "AuthDescription"),
            type=text(method, "AuthType"),
            oauth2_type=text(method, "OAuth2Type"),
            scheme=text(method, "AuthScheme"),
        )
        for method in methods
    ]


def parameters(connector):
    """What can be set on a connector. `target_name` is the name of the property to send."""
    return [
        dict(
            id=integer(raw, "Id"),
            name=text(raw, "Name"),
            description=text(raw, "Description"),
            target_name=text(raw, "TargetName"),
            target_type=text(raw, "TargetType"),
            is_account_connector_property=flag(raw, "IsAccountConnectorProperty"),
            is_sensitive=flag(raw, "IsSensitive"),
            is_optional=flag(raw, "IsOptional"),
            data_type=text(raw, "DataType"),
            values=strings(raw, "Values"),
        )
        for raw in objects(connector, "Parameters")
    ]


def catalogue_record(connector, icons=False):
    """A connector of the catalogue. Its id is that of one release and changes with the next."""
    record = dict(
        id=integer(connector, "Id"),
        name=text(connector, "Name"),
        version=text(connector, "Version"),
        description=text(connector, "Description"),
        status=text(connector, "Status"),
        categories=strings(connector, "Categories"),
        authentication=authentication_methods(connector),
        parameters=parameters(connector),
    )
    if icons:
        record["icon"] = text(connector, "Icon")
    return record


def is_draft(connector):
    return (text(connector, "Status") or "").lower() == "draft"


def label(connector):
    """A connector in a message: name, version and release id."""
    version = text(connector, "Version")
    return "%s%s (id %s)" % (text(connector, "Name"), " " + version if version else "", connector.get("Id"))


# -- what is installed ---------------------------------------------------------------------------------------------


def connector_of(installed):
    """The catalogue object inside an account connector."""
    connector = installed.get("Connector")
    return connector if isinstance(connector, dict) else {}


def properties_of(installed):
    """Name -> value of the stored properties."""
    return {text(raw, "Name"): text(raw, "Value") for raw in objects(installed, "Properties") if text(raw, "Name")}


def sensitive_names(connector, also=()):
    """Which of a connector's properties are secret, as a predicate of the name."""
    marked = {param["target_name"] for param in parameters(connector) if param["is_sensitive"]} | set(also)
    return lambda name: name in marked or bool(_SECRET_NAME.search(name or ""))


def installed_record(installed, secrets=False, also_sensitive=(), method=None):
    """An account connector. `method` is the authentication method where the caller knows which one is in use."""
    connector = connector_of(installed)
    is_sensitive = sensitive_names(connector, also_sensitive)
    auth_type = (method or method_in_use(installed) or {}).get("type")
    types = [auth_type] if auth_type else [method["type"] for method in authentication_methods(connector)]
    return dict(
        id=integer(installed, "Id"),
        name=text(installed, "Name"),
        description=text(installed, "Description"),
        authenticated=bool(flag(installed, "Authenticated")),
        is_partner_connector=bool(flag(installed, "IsPartnerIntegrationConnector")),
        requires_oauth=any(kind in OAUTH_TYPES for kind in types) if types else None,
        auth_type=auth_type,
        connector=dict(id=integer(connector, "Id"), name=text(connector, "Name"), version=text(connector, "Version")),
        properties=[
            dict(
                id=integer(raw, "Id"),
                name=text(raw, "Name"),
                value=text(raw, "Value") if secrets or not is_sensitive(text(raw, "Name")) else None,
            )
            for raw in objects(installed, "Properties")
        ],
        auth_value=text(installed, "AuthValue") if secrets else None,
    )


def method_in_use(installed):
    """The authentication method of an account connector, or None where the connector has several and the API does not say which."""
    methods = authentication_methods(connector_of(installed))
    chosen = text(installed, "AuthenticationId")
    if chosen:
        methods = [method for method in methods if method["id"] == chosen]
    kinds = {method["type"] for method in methods}
    return methods[0] if len(kinds) == 1 else None


# -- the calls -----------------------------------------------------------------------------------------------------


class Connectors:
    def __init__(self, client):
        self._client = client

    def catalogue(self, account_id, query=None, category=None, include_custom=False):
        """Connectors of the catalogue, page by page, as the API finds them."""
        wanted = dict(query=query, category=category, includeCustomConnectors="true" if include_custom else None)
        asked = {name: value for name, value in wanted.items() if value}
        return self._client.pages(Request("GET", "/v1.0/connectors", "reading the catalogue", account_id, query=asked))

    def by_id(self, account_id, connector_id):
        """One release of a connector, or None."""
        raw = self._client.find(Request("GET", "/v1.0/connectors/%d" % connector_id, "reading connector %d" % connector_id, account_id))
        return raw if isinstance(raw, dict) else None

    def by_name(self, account_id, name):
        """All versions of the connector of exactly this name. An unknown one is answered by 404 or an empty list."""
        if name.isdigit():
            # The API takes such a path segment for an id.
            found = self.catalogue(account_id, query=name, include_custom=True)
        else:
            found = self._client.find(Request("GET", "/v1.0/connectors/" + segment(name), "looking up connector %r" % name, account_id))
            found = found if isinstance(found, list) else [found]
        found = [raw for raw in found if isinstance(raw, dict)]
        return [raw for raw in found if (text(raw, "Name") or "").lower() == name.lower()]

    def installed(self, account_id):
        """All connectors of an account. The API has no filter by name."""
        request = Request("GET", "/v1.0/account/connectors", "listing the connectors of account %r" % account_id, account_id)
        return [_usable(raw, TransportError, request) for raw in self._client.pages(request)]

    def find_installed(self, account_id, account_connector_id):
        doing = "reading connector %d of account %r" % (account_connector_id, account_id)
        request = Request("GET", _path(account_connector_id), doing, account_id)
        raw = self._client.find(request)
        return None if raw is None else _usable(raw, TransportError, request)

    def install(self, account_id, connector_id, body):
        doing = "installing connector %r into account %r" % (body["Name"], account_id)
        return self._write(Request("POST", "/v1.0/connectors/%d/install" % connector_id, doing, account_id, body=body))

    def update(self, account_id, installed, body):
        """Fields that are absent stay as they are; whether `Properties` are merged or replaced is unknown."""
        return self._write(Request("PUT", _path(installed["Id"]), _doing("updating", installed, account_id), account_id, body=body))

    def set_property(self, account_id, installed, name, value):
        """Write one property and leave all others alone."""
        known = [raw for raw in objects(installed, "Properties") if raw.get("Name") == name and integer(raw, "Id")]
        path = _path(installed["Id"]) + "/properties"
        doing = "setting property %r of" % name
        method = "PUT" if known else "POST"
        if known:
            path += "/%d" % known[0]["Id"]
        self._client.send(Request(method, path, _doing(doing, installed, account_id), account_id, body=dict(Name=name, Value=value)))

    def deauthenticate(self, account_id, installed):
        doing = _doing("de-authenticating", installed, account_id)
        self._client.send(Request("PUT", _path(installed["Id"]) + "/deauthenticate", doing, account_id, body={}))

    def delete(self, account_id, installed):
        """A connector that is gone already is as good as deleted."""
        self._client.delete(Request("DELETE", _path(installed["Id"]), _doing("deleting", installed, account_id), account_id, body={}))

    def _write(self, request):
        return _usable(self._client.write(request), LostAnswer, request)


def _path(account_connector_id):
    return "/v1.0/account/connectors/%d" % account_connector_id


def _usable(raw, otherwise, request):
    """An account connector that can be addressed and matched; to pass over another could install a second one."""
    if not isinstance(raw, dict) or integer(raw, "Id") is None or text(raw, "Name") is None:
        raise request.unexpected(otherwise, "an account connector that has no Id or no Name")
    return raw


def _doing(verb, installed, account_id):
    return "%s connector %r (id %s) in account %r" % (verb, text(installed, "Name"), installed["Id"], account_id)
