# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Which authentication method of a connector is meant, and the AuthValue for it."""

from __future__ import annotations

import base64
import json

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import OAUTH_TYPES, authentication_methods, is_masked, label

# Option -> the method types it can serve and what it is called in a message. auth_value serves all but None.
_SERVES = dict(
    api_key=(("ApiKey",), "an API key"),
    username=(("Basic",), "a user name and password"),
    oauth_tokens=(OAUTH_TYPES, "OAuth tokens"),
    auth_value=(("ApiKey", "Basic", "AuthFields") + OAUTH_TYPES, "an auth_value"),
)

_TOKEN_KEYS = dict(access_token="AccessToken", refresh_token="RefreshToken", expires="Expires", refresh_expires="RefreshExpires")


def desired_authentication(params, connector):
    """The method that was asked for (None where it is left to the API) and its AuthValue (None where none was given)."""
    given = [option for option in _SERVES if params.get(option) is not None]
    methods = authentication_methods(connector)
    candidates = _named(params, connector, methods)
    if given:
        types, what = _SERVES[given[0]]
        fitting = [method for method in candidates if method["type"] in types]
        if not fitting and methods:
            raise InvalidInput("%s: connector %s authenticates with %s, not with %s" % (given[0], label(connector), _list(candidates), what))
        candidates = fitting
        if len(candidates) > 1:
            raise InvalidInput("connector %s has several fitting methods: choose one with authentication or authentication_id: %s"
                               % (label(connector), _list(candidates)))
    chosen = candidates[0] if len(candidates) == 1 else None
    return chosen, _auth_value(params, given[0]) if given else None


def _named(params, connector, methods):
    if params.get("authentication_id"):
        option, wanted = "authentication_id", params["authentication_id"].lower()
        found = [method for method in methods if (method["id"] or "").lower() == wanted]
    elif params.get("authentication"):
        option, wanted = "authentication", params["authentication"].lower()
        found = [method for method in methods if wanted in ((method["name"] or "").lower(), (method["type"] or "").lower())]
    else:
        return methods
    if not found:
        raise InvalidInput("%s: connector %s has no method %r; it has %s" % (option, label(connector), params[option], _list(methods)))
    if len(found) > 1:
        raise InvalidInput("%s: connector %s has more than one method %r: %s" % (option, label(connector), params[option], _list(found)))
    return found


def _list(methods):
    told = ["%s%s%s" % (method["type"], " %r" % method["name"] if method["name"] else "", " (id %s)" % method["id"] if method["id"] else "")
            for method in methods]
    return " or ".join(told) or "nothing"


def _auth_value(params, option):
    if option == "oauth_tokens":
        tokens = params["oauth_tokens"]
        return json.dumps({key: tokens[name] for name, key in _TOKEN_KEYS.items() if tokens.get(name) is not None})
    if option == "username":
        if ":" in params["username"]:
            raise InvalidInput("username: must not hold a colon, Basic authentication ends the user name there")
        return base64.b64encode(("%s:%s" % (params["username"], params["password"])).encode("utf-8")).decode("ascii")
    if not params[option]:
        raise InvalidInput("%s: must not be empty" % option)
    return params[option]


def needs_auth_value(installed, method, auth_value, update_auth):
    """Whether an installed connector is to get the AuthValue.

    OAuth tokens that Cyclr has accepted are refreshed by Cyclr: what was given once is stale by then and would break the connector.
    A value that the API does not show, or masks, cannot be compared: an authenticated connector is taken as having it.
    """
    if auth_value is None or update_auth == "on_create":
        return False
    if not installed.get("Authenticated"):
        return True
    stored = installed.get("AuthValue")
    if (method or {}).get("type") in OAUTH_TYPES or not isinstance(stored, str) or is_masked(stored):
        return False
    return stored != auth_value
