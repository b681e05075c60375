# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Custom fields of an account connector (facts 25.5)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.account_connectors import in_path
from cyclr_sandbox.web.answers import answer, deleted, not_found
from cyclr_sandbox.web.binding import ANY, TEXT, TRUTH, Fields
from cyclr_sandbox.web.routing import ACCOUNT, Routes

routes = Routes()

_PATH = "/v1.0/account/connectors/{id:int}/fields"
_KINDS = {
    "ConnectorField": TEXT,
    "SystemField": TEXT,
    "DisplayName": TEXT,
    "Description": TEXT,
    "DataType": TEXT,
    "MethodUniqueIdentifier": TEXT,
    "DataTypeFormat": ANY,
    "EntityIdentifier": ANY,
    "ForRequestFormat": TRUTH,
}


def _field(call):
    one = in_path(call)
    for entry in one.custom_fields:
        if entry["Id"] == call.params["field_id"]:
            return one, entry
    raise not_found(call.settings, "Field not found")


@routes.add("GET", _PATH, level=ACCOUNT)
def list_fields(call):
    return answer(in_path(call).custom_fields)


@routes.add("POST", _PATH, level=ACCOUNT)
def create_field(call):
    one = in_path(call)
    entry = {"Id": next(call.store.field_ids), **dict.fromkeys(_KINDS), **call.required_fields.bind(**_KINDS)}
    one.custom_fields.append(entry)
    return answer(entry)


@routes.add("GET", _PATH + "/{field_id:int}", level=ACCOUNT)
def get_field(call):
    return answer(_field(call)[1])


@routes.add("PUT", _PATH + "/{field_id:int}", level=ACCOUNT)
def update_field(call):
    _one, entry = _field(call)
    entry.update((call.fields or Fields()).bind(**_KINDS))
    return answer(entry)


@routes.add("DELETE", _PATH + "/{field_id:int}", level=ACCOUNT)
def delete_field(call):
    one, entry = _field(call)
    one.custom_fields.remove(entry)
    return deleted(call.settings, entry)
