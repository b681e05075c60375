# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Connectors: the catalogue, and what is installed in an account ("account connectors")."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import segment
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import LostAnswer, TransportError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector, written
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import Connector


class Connectors:
    def __init__(self, client):
        self._client = client

    # -- the catalogue ---------------------------------------------------------------------------------------------

    def catalogue(self, account_id, query=None, category=None, include_custom=False):
        """Connectors of the catalogue, page by page, as the API finds them."""
        wanted = dict(query=query, category=category, includeCustomConnectors="true" if include_custom else None)
        asked = {name: value for name, value in wanted.items() if value}
        return _connectors(self._client.pages(Request("GET", "/v1.0/connectors", "reading the catalogue", account_id, query=asked)))

    def by_id(self, account_id, connector_id):
        """One release of a connector, or None."""
        raw = self._client.find(Request("GET", "/v1.0/connectors/%d" % connector_id, "reading connector %d" % connector_id, account_id))
        return next(_connectors([raw]), None)

    def by_name(self, account_id, name):
        """All versions of the connector of exactly this name. The API answers an unknown one with 404 or an empty list."""
        if name.isdigit():
            # The API takes such a path segment for an id.
            found = self.catalogue(account_id, query=name, include_custom=True)
        else:
            found = self._client.find(Request("GET", "/v1.0/connectors/" + segment(name), "looking up connector %r" % name, account_id))
            found = _connectors(found if isinstance(found, list) else [found])
        return [connector for connector in found if (connector.name or "").lower() == name.lower()]

    # -- what is installed -----------------------------------------------------------------------------------------

    def installed(self, account_id):
        """All connectors of an account. The API has no filter by name."""
        request = Request("GET", "/v1.0/account/connectors", "listing the connectors of account %r" % account_id, account_id)
        return [self._known(raw, TransportError, request) for raw in self._client.pages(request)]

    def find_installed(self, account_id, account_connector_id):
        doing = "reading connector %d of account %r" % (account_connector_id, account_id)
        request = Request("GET", _path(account_connector_id), doing, account_id)
        raw = self._client.find(request)
        return None if raw is None else self._known(raw, TransportError, request)

    def install(self, account_id, connector, values, sensitive=()):
        """`values` are fields of an account connector, its `properties` name -> text. Those in `sensitive` are secret."""
        doing = "installing connector %r into account %r" % (values["name"], account_id)
        body = written(self._client, connector, values, sensitive)
        return self._write(Request("POST", "/v1.0/connectors/%d/install" % connector.id, doing, account_id, body=body))

    def update(self, account_id, installed, values, sensitive=()):
        """Fields that are absent stay as they are; whether the API merges or replaces properties is unknown."""
        body = written(self._client, installed.connector, values, sensitive)
        return self._write(Request("PUT", _path(installed.id), _doing("updating", installed, account_id), account_id, body=body))

    def set_property(self, account_id, installed, name, value, sensitive=()):
        """Write one property and leave all others alone."""
        body = written(self._client, installed.connector, dict(properties={name: value}), sensitive)["Properties"][0]
        known = [one.id for one in installed.properties if one.name == name and one.id]
        path = _path(installed.id) + "/properties" + ("/%d" % known[0] if known else "")
        doing = _doing("setting property %r of" % name, installed, account_id)
        self._client.send(Request("PUT" if known else "POST", path, doing, account_id, body=body))

    def deauthenticate(self, account_id, installed):
        doing = _doing("de-authenticating", installed, account_id)
        self._client.send(Request("PUT", _path(installed.id) + "/deauthenticate", doing, account_id, body={}))

    def delete(self, account_id, installed):
        """A connector that is gone already is as good as deleted."""
        self._client.delete(Request("DELETE", _path(installed.id), _doing("deleting", installed, account_id), account_id, body={}))

    def _write(self, request):
        return self._known(self._client.write(request), LostAnswer, request)

    def _known(self, raw, otherwise, request):
        """An account connector whose secrets no message repeats: they are sent back with the next change of it."""
        installed = _usable(raw, otherwise, request)
        secret = (one.value for one in installed.properties if installed.connector.is_sensitive(one.name))
        self._client.secrets.add(installed.auth_value, *secret)
        return installed


def _connectors(raws):
    return (Connector.from_api(raw) for raw in raws if isinstance(raw, dict))


def _path(account_connector_id):
    return "/v1.0/account/connectors/%d" % account_connector_id


def _usable(raw, otherwise, request):
    """An account connector that can be addressed and matched; to pass over another could install a second one."""
    found = AccountConnector.from_api(raw) if isinstance(raw, dict) else AccountConnector()
    if found.id is None or found.name is None:
        raise request.unexpected(otherwise, "an account connector that has no Id or no Name")
    return found


def _doing(verb, installed, account_id):
    return "%s connector %r (id %s) in account %r" % (verb, installed.name, installed.id, account_id)
