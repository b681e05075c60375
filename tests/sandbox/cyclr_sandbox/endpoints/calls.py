# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Direct method calls, tests and triggers (facts 5.2)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.account_connectors import in_path
from cyclr_sandbox.web.answers import ApiError, answer, not_found
from cyclr_sandbox.web.binding import OBJECT
from cyclr_sandbox.endpoints.connectors import find_method
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/account/connectors/{id:int}"
_UNKNOWN_IP = "Unknown client IP Address: contact support to request access for this IP address"


def _callable(call, method_id):
    """The method to call, once the caller may call at all (facts 5.2 [D][QA])."""
    one = in_path(call)
    if not one.native and not call.settings.CallerAllowListed:
        raise ApiError(403, _UNKNOWN_IP)
    method = find_method(call, one.connector.methods, method_id)
    known = {str(parameter.get("Id")) for parameter in method["Parameters"]}
    given = call.required_fields.get("Parameters", OBJECT)
    for name in given.names() if given else ():
        if name not in known:
            raise ApiError(400, f"There is not a parameter with id '{name}'.")
    return one, method


@routes.add("GET POST", _PATH + "/test/{method_id}", level=ACCOUNT)
def test_method(call):
    """What a passed test answers is not known (facts 5.2 [U])."""
    one, _method = _callable(call, call.params["method_id"])
    if not one.authenticated:
        raise ApiError(400, f"Connector '{one.name}' is not authenticated.")
    return answer({"Message": "OK"})


@routes.add("GET POST", _PATH + "/methods/{method_id}", level=ACCOUNT)
def call_method(call):
    one, method = _callable(call, call.params["method_id"])
    if not one.authenticated:
        raise ApiError(400, f"Connector '{one.name}' is not authenticated.")
    return answer([{"Id": "1", "Name": f"{method['Name']} of {one.connector.name}"}])


@routes.add("POST", _PATH + "/methods/{method_id}/body", level=ACCOUNT)
def call_method_raw(call):
    """The body is a raw string."""
    call.body = b""
    return call_method(call)


@routes.add("POST", _PATH + "/triggers/{trigger_id:int}", level=ACCOUNT)
def trigger(call):
    """Look-up entries; an unknown trigger is 404 (facts 5.2 [QA])."""
    one = in_path(call)
    for entry in one.connector.record["Triggers"]:
        if entry["TriggerId"] == call.params["trigger_id"]:
            return answer([{"Value": "1", "Name": "First"}, {"Value": "2", "Name": "Second"}])
    raise not_found(call.settings, "Trigger not found")
