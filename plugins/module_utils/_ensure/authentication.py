# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Which authentication method of a connector is meant, and the value to authenticate with."""

from __future__ import annotations

import base64

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import is_masked, oauth_auth_value
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import API_KEY, AUTH_FIELDS, AUTH_TYPES, BASIC, OAUTH_TYPES, Method
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput

# Option -> the method types it can serve and what it is called in a message. auth_value serves every method that needs something.
_SERVES = dict(
    api_key=((API_KEY,), "an API key"),
    username=((BASIC,), "a user name and password"),
    oauth_tokens=(OAUTH_TYPES, "OAuth tokens"),
    auth_value=((API_KEY, BASIC, AUTH_FIELDS) + OAUTH_TYPES, "an auth_value"),
)


def desired_authentication(params, connector):
    """The method that was asked for (None if it is left to the API) and its auth value (None if none was given)."""
    option = next((one for one in _SERVES if params.get(one) is not None), None)
    types, what = _SERVES.get(option, ((), None))
    candidates = [_predicted(params, types)] if connector.is_predicted else _named(params, connector)
    if option is not None:
        fitting = [method for method in candidates if method.type in types or connector.is_predicted and method.type is None]
        if not fitting and candidates:
            raise InvalidInput("%s: connector %s authenticates with %s, not with %s" % (option, connector.label, _list(candidates), what))
        candidates = fitting
        if len(candidates) > 1:
            raise InvalidInput("connector %s has several fitting methods: choose one with authentication or authentication_id: %s"
                               % (connector.label, _list(candidates)))
    return candidates[0] if len(candidates) == 1 else None, _auth_value(params, option)


def _named(params, connector):
    if params.get("authentication_id"):
        option, wanted = "authentication_id", params["authentication_id"].lower()
        found = [method for method in connector.methods if (method.id or "").lower() == wanted]
    elif params.get("authentication"):
        option, wanted = "authentication", params["authentication"].lower()
        found = [method for method in connector.methods if wanted in ((method.name or "").lower(), (method.type or "").lower())]
    else:
        return connector.methods
    if not found:
        known = [name for method in connector.methods for name in (method.name, method.type)]
        meant = did_you_mean(wanted, known) if option == "authentication" else ""
        raise InvalidInput("%s: connector %s has no method %r; it has %s%s" % (option, connector.label, params[option], _list(connector.methods), meant))
    if len(found) > 1:
        raise InvalidInput("%s: connector %s has more than one method %r: %s" % (option, connector.label, params[option], _list(found)))
    return found


def _predicted(params, types):
    """The method of a connector whose methods cannot be looked up yet, as far as the options tell."""
    named = params.get("authentication") or ""
    kind = next((one for one in AUTH_TYPES if one.lower() == named.lower()), types[0] if len(types) == 1 else None)
    return Method(id=params.get("authentication_id"), type=kind)


def _list(methods):
    told = ["%s%s%s" % (method.type, " %r" % method.name if method.name else "", " (id %s)" % method.id if method.id else "") for method in methods]
    return " or ".join(told) or "nothing"


def _auth_value(params, option):
    if option is None:
        return None
    if option == "oauth_tokens":
        for name, value in params[option].items():
            check_outer_blanks("oauth_tokens.%s" % name, value)
        return oauth_auth_value(params[option])
    check_outer_blanks(option, params[option])
    if option == "username":
        check_outer_blanks("password", params["password"])
        if ":" in params["username"]:
            raise InvalidInput("username: must not contain a colon, because Basic authentication ends the user name there")
        return base64.b64encode(("%s:%s" % (params["username"], params["password"])).encode("utf-8")).decode("ascii")
    if not params[option]:
        raise InvalidInput("%s: must not be empty" % option)
    return params[option]


def check_outer_blanks(option, value):
    """A key that was read from a file or a block of YAML often ends with a line end, which would be stored and never work."""
    if isinstance(value, str) and value != value.strip():
        raise InvalidInput("%s: begins or ends with blanks or line ends, which would be stored as a part of it. Remove them, for example with "
                           "the filter trim" % option)


def needs_auth_value(installed, method, auth_value):
    """Whether an installed connector has to get the auth value.

    Once Cyclr has accepted OAuth tokens, it refreshes them itself. The given ones are stale by then and would break the connector.
    A value that the API does not show, or masks, cannot be compared: an authenticated connector is taken to have it.
    """
    if auth_value is None or not installed.authenticated:
        return auth_value is not None
    if method is not None and method.type in OAUTH_TYPES or is_masked(installed.auth_value):
        return False
    return installed.auth_value != auth_value
