# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Installed connectors (facts 5)."""

from __future__ import annotations

from cyclr_sandbox.state import installing, runs
from cyclr_sandbox.web.answers import (
    ApiError,
    answer,
    deleted,
    dumps,
    not_found,
    squeezed_json,
)
from cyclr_sandbox.web.binding import Fields
from cyclr_sandbox.web.paging import ordered, paged
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/account/connectors"
_ORDER = ("Id", "Name", "Description", "Authenticated")
MASK = "********"


def echoed(value, how):
    """A secret in clear, masked or not at all (facts 4.3, 5.1 [U])."""
    if value is None or how == "clear":
        return value
    return MASK if how == "masked" else None


def shown_property(call, one, entry):
    parameter = one.connector.parameter(entry["Name"])
    if parameter is None or not parameter["IsSensitive"] or call.settings.SensitiveEcho == "clear":
        return entry
    return {**entry, "Value": echoed(entry["Value"], call.settings.SensitiveEcho)}


def _auth_value(call, one):
    settings = call.settings
    return echoed(one.auth_value, settings.OAuthAuthValueEcho if one.from_browser else settings.AuthValueEcho)


def serialised(call, one):
    """The object of facts 4.3; the connector in it is spliced in ready-made."""
    head = {
        "Id": one.id,
        "Name": one.name,
        "Description": one.description,
        "AuthValue": _auth_value(call, one),
        "Authenticated": one.authenticated,
    }
    if call.settings.AuthenticationIdEcho:
        head["AuthenticationId"] = one.authentication_id
    tail = {
        "IsPartnerIntegrationConnector": one.native,
        "Properties": [shown_property(call, one, entry) for entry in one.properties],
        "CustomFields": one.custom_fields,
    }
    connector = one.connector.body(call.settings)
    return dumps(head)[:-1] + b',"Connector":' + connector + b"," + dumps(tail)[1:]


def record(call, one):
    return squeezed_json(call, serialised(call, one))


def in_path(call):
    """The account's connector named in the path; unknown is 404 (facts 8 [QA])."""
    one = call.store.account_connectors.get(call.params["id"])
    if one is None or one not in call.store.connectors_of(call.account, call.settings):
        raise not_found(call.settings, "Account connector not found")
    return one


def _read(one, key):
    return getattr(one, key.lower())


@routes.add("GET", _PATH, level=ACCOUNT)
def list_account_connectors(call):
    found = call.store.connectors_of(call.account, call.settings)
    page, headers = paged(call, ordered(call, found, _read, _ORDER))
    body = b"[" + b",".join(serialised(call, one) for one in page) + b"]"
    return squeezed_json(call, body, headers)


@routes.add("GET", _PATH + "/{id:int}", level=ACCOUNT)
def get_account_connector(call):
    return record(call, in_path(call))


@routes.add("PUT", _PATH + "/{id:int}", level=ACCOUNT)
def update_account_connector(call):
    return record(call, installing.update(call, in_path(call), call.fields or Fields()))


@routes.add("DELETE", _PATH + "/{id:int}", level=ACCOUNT)
def delete_account_connector(call):
    """Running cycles answer 409 to other edits; here too, unless switched (facts 5 [U])."""
    one = in_path(call)
    running = call.store.running_with(one)
    if running and call.settings.DeleteConnectorInUse == "conflict":
        raise ApiError(409, f"Account connector '{one.name}' is in use by a running cycle.")
    _stop(call, running)
    call.store.remove_account_connector(one)
    return deleted(call.settings, {"Id": one.id})


@routes.add("PUT", _PATH + "/{id:int}/deauthenticate", level=ACCOUNT)
def deauthenticate(call):
    """Running integrations are stopped (facts 5 [D])."""
    one, settings = in_path(call), call.settings
    name = one.name if settings.DeauthenticateNames == "instance" else one.connector.name
    if not one.has_auth() and settings.DeauthenticateTwice == "error":
        raise ApiError(400, f"Connector '{name}' is not authenticated.")
    installing.set_auth(call, one, None)
    if settings.DeauthenticateProperties == "clear":
        one.properties.clear()
    _stop(call, call.store.running_with(one))
    return answer({"Message": f"Connector '{name}' successfully de-authenticated."})


def _stop(call, cycles):
    """What the status is then is not known (facts 22.4 [U])."""
    for cycle in cycles:
        runs.pause(call.sandbox, cycle, call.settings.StoppedStatus)
