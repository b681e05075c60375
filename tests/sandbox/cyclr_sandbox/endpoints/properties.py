# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The properties of an installed connector, one by one (facts 5.1 [QA])."""

from __future__ import annotations

from cyclr_sandbox.state import installing
from cyclr_sandbox.endpoints.account_connectors import in_path, shown_property
from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import TEXT
from cyclr_sandbox.web.paging import ordered, paged
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/account/connectors/{id:int}/properties"
_ONE = _PATH + "/{property_id:int}"


def _property(call):
    one = in_path(call)
    for entry in one.properties:
        if entry["Id"] == call.params["property_id"]:
            return one, entry
    raise not_found(call.settings, "Property not found")


def _body(call):
    """`Name` and `Value`; the `Id` of the body is ignored."""
    return call.required_fields.bind(Name=TEXT, Value=TEXT)


@routes.add("GET", _PATH, level=ACCOUNT)
def list_properties(call):
    one = in_path(call)
    found = ordered(call, one.properties, lambda entry, key: entry[key], ("Id", "Name", "Value"))
    page, headers = paged(call, found)
    return answer([shown_property(call, one, entry) for entry in page], headers=headers)


@routes.add("POST", _PATH, level=ACCOUNT)
def create_property(call):
    """Seems not to check the name (ambiguous in QA); a second one of a name is [U]."""
    one, settings = in_path(call), call.settings
    bound = _body(call)
    name = bound.get("Name")
    if not name:
        raise ApiError(400, "Name is required")
    if settings.PropertyPostUndefined == "error":
        parameter = installing.check_property(call, one.connector, name)
        installing.check_value(call, parameter, bound.get("Value"))
    existing = next((entry for entry in one.properties if entry["Name"] == name), None)
    if existing and settings.PropertyPostDuplicate == "error":
        raise ApiError(400, f"Property '{name}' already exists.")
    if existing and settings.PropertyPostDuplicate == "overwrite":
        existing["Value"] = bound.get("Value")
        return answer(shown_property(call, one, existing))
    entry = installing.new_property(call, one, name, bound.get("Value"))
    return answer(shown_property(call, one, entry))


@routes.add("GET", _ONE, level=ACCOUNT)
def get_property(call):
    return answer(shown_property(call, *_property(call)))


@routes.add("PUT", _ONE, level=ACCOUNT)
def update_property(call):
    one, entry = _property(call)
    bound = _body(call)
    if bound.get("Name"):
        entry["Name"] = bound["Name"]
    if "Value" in bound:
        entry["Value"] = bound["Value"]
    return answer(shown_property(call, one, entry))


@routes.add("DELETE", _ONE, level=ACCOUNT)
def delete_property(call):
    one, entry = _property(call)
    one.properties.remove(entry)
    return deleted(call.settings, entry)
