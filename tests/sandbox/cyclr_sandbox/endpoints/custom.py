# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Custom connector definitions (facts 26); the segment `custom` collides with an account connector's id."""

from __future__ import annotations

import json
from uuid import UUID

from cyclr_sandbox.state import catalogue
from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found, raw_json
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


def _shown(definition):
    """The keys that the vendor's tests see."""
    return {"Id": definition["Id"], "Name": definition["Name"]}


@routes.add("GET", _PATH, level=ACCOUNT)
def list_custom(call):
    page, headers = paged(call, list(call.account.custom.values()))
    return answer([_shown(one) for one in page], headers=headers)


def _identifier(bound):
    try:
        return str(UUID(bound.get("UniqueIdentifier") or ""))
    except ValueError:
        raise ApiError(400, "Invalid connector: (UniqueIdentifier is not a GUID)") from None


@routes.add("POST", _PATH, level=ACCOUNT)
def create_custom(call):
    """`UniqueIdentifier` and `Name` are mandatory; the text of the second is exact (facts 26 [QA])."""
    fields = call.fields
    if fields is None or not fields.names():
        raise ApiError(400, "Invalid connector: (no definition)")
    bound = fields.bind(UniqueIdentifier=TEXT, Name=TEXT, ReleaseStatus=TEXT, Description=TEXT, Version=TEXT)
    identifier = _identifier(bound)
    if not bound.get("Name"):
        raise ApiError(400, "Invalid connector: (Column 'Name' cannot be null)")
    definition = {"UniqueIdentifier": identifier, "Body": json.loads(call.body), **bound}
    known = next((one for one in call.account.custom.values() if one["UniqueIdentifier"] == identifier), None)
    how = call.settings.CustomConnectorDuplicate
    if known is not None and how == "error":
        raise ApiError(400, f"Invalid connector: (UniqueIdentifier '{identifier}' is in use)")
    number = known["Id"] if known is not None and how == "update" else next(call.store.custom_ids)
    call.account.custom[number] = {**definition, "Id": number}
    _publish(call, call.account.custom[number])
    return answer(_shown(call.account.custom[number]))


def _publish(call, definition):
    """In the account's catalogue; a draft cannot be installed (facts 26)."""
    draft = (definition.get("ReleaseStatus") or "").casefold() == "draft"
    call.store.add_connector(
        catalogue.connector_from(
            {
                "Id": definition["Id"],
                "Name": definition["Name"],
                "Description": definition.get("Description"),
                "Version": definition.get("Version"),
                "Status": "Draft" if draft else "Approved",
                "AuthType": "None",
                "Icon": None,
                "IsCustom": True,
                "AccountId": call.account.id,
            },
            definition["Id"],
        )
    )


@routes.add("GET", _PATH + "/{custom_id:int}", level=ACCOUNT)
def get_custom(call):
    """The vendor disabled its test because the answer does not parse (facts 26)."""
    definition = _definition(call)
    if call.settings.CustomConnectorBody == "json":
        return answer({**definition["Body"], "Id": definition["Id"]})
    return raw_json(b"connector:" + json.dumps(definition["Body"]).encode())


@routes.add("DELETE", _PATH + "/{custom_id:int}", level=ACCOUNT)
def delete_custom(call):
    definition = _definition(call)
    del call.account.custom[definition["Id"]]
    call.store.connectors.pop(definition["Id"], None)
    return deleted(call.settings, _shown(definition))
