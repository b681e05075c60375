# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Custom connector definitions: `custom` collides with `{id}` (facts 5 [QA])."""

from __future__ import annotations

from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import TEXT
from cyclr_sandbox.web.paging import paged
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/account/connectors/custom"


def _definition(call):
    found = call.account.custom.get(call.params["custom_id"])
    if found is None:
        raise not_found(call.settings, "Custom connector not found")
    return found


@routes.add("GET", _PATH, level=ACCOUNT)
def list_custom(call):
    page, headers = paged(call, list(call.account.custom.values()))
    return answer(page, headers=headers)


@routes.add("POST", _PATH, level=ACCOUNT)
def create_custom(call):
    bound = call.required_fields.bind(Name=TEXT, Description=TEXT, Version=TEXT)
    if not bound.get("Name"):
        raise ApiError(400, "Name is required")
    number = next(call.store.custom_ids)
    record = {"Id": number, "Name": None, "Description": None, "Version": None, **bound}
    call.account.custom[number] = record
    return answer(record)


@routes.add("GET", _PATH + "/{custom_id:int}", level=ACCOUNT)
def get_custom(call):
    return answer(_definition(call))


@routes.add("DELETE", _PATH + "/{custom_id:int}", level=ACCOUNT)
def delete_custom(call):
    definition = _definition(call)
    del call.account.custom[definition["Id"]]
    return deleted(call.settings, definition)
