# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Templates and cycles, as far as they touch connectors (facts 14)."""

from __future__ import annotations

from uuid import UUID

from cyclr_sandbox.state import catalogue, installing
from cyclr_sandbox.web.answers import ApiError, answer, deleted, not_found
from cyclr_sandbox.web.binding import Fields
from cyclr_sandbox.web.paging import ordered, paged
from cyclr_sandbox.web.routing import ACCOUNT, PARTNER, Routes

routes = Routes()

_RUNNING = "The cycle is running."


def _guid(call):
    """A malformed GUID is 400 (facts 8 [QA])."""
    try:
        return str(UUID(call.params["guid"]))
    except ValueError:
        raise ApiError(400, "The request is invalid.") from None


def _template_connectors(call, template):
    """A seed entry names its connectors: a name, or {Name, Version}."""
    for given in template.get("Connectors") or ():
        given = {"Name": given} if isinstance(given, str) else given
        found = catalogue.by_name(call.store, given["Name"], given.get("Version"))
        if found:
            yield catalogue.newest(found)


def _shown_template(call, template):
    return {
        "Id": template["Id"],
        "Name": template.get("Name") or "Template",
        "Description": template.get("Description"),
        "Tags": template.get("Tags") or [],
        "Icon": None,
        "Connectors": [
            {"Id": one.id, "Name": one.name, "Version": one.version, "Icon": None}
            for one in _template_connectors(call, template)
        ],
    }


def _shown_cycle(call, cycle):
    store = call.store
    used = [
        store.account_connectors[number]
        for number in cycle["AccountConnectorIds"]
        if number in store.account_connectors
    ]
    return {
        "Id": cycle["Id"],
        "Name": cycle["Name"],
        "TemplateId": cycle["TemplateId"],
        "Status": cycle["Status"],
        "Connectors": [
            {
                "Id": one.connector.id,
                "AccountConnectorId": one.id,
                "Name": one.name,
                "Version": one.connector.version,
                "Authenticated": one.authenticated,
                "StepCount": 1,
                "Icon": None,
            }
            for one in used
        ],
    }


@routes.add("GET", "/v1.0/templates", level=PARTNER)
def list_templates(call):
    tag, name = call.query.get("tag"), call.query.get("connectorname")
    found = [
        shown
        for shown in (_shown_template(call, one) for one in call.store.templates.values())
        if (not tag or tag in shown["Tags"])
        and (not name or name.casefold() in (one["Name"].casefold() for one in shown["Connectors"]))
    ]
    page, headers = paged(call, ordered(call, found, dict.get, ("Id", "Name")))
    return answer(page, headers=headers)


@routes.add("POST", "/v1.0/templates/{guid}/install", level=ACCOUNT)
def install_template(call):
    """Adds missing account connectors by itself and reuses existing ones (facts 4.5 [D])."""
    template = call.store.templates.get(_guid(call))
    if template is None:
        raise not_found(call.settings, "Template not found")
    used = []
    for connector in _template_connectors(call, template):
        existing = [
            one for one in call.store.installed[call.account.id] if one.connector.folded == connector.folded
        ]
        used.append(existing[0] if existing else installing.install(call, call.account, connector, Fields()))
    cycle = {
        "Id": call.sandbox.random.guid(),
        "AccountId": call.account.id,
        "Name": template.get("Name") or "Template",
        "TemplateId": template["Id"],
        "Status": "Paused",
        "AccountConnectorIds": [one.id for one in used],
    }
    call.store.cycles[cycle["Id"]] = cycle
    return answer(_shown_cycle(call, cycle))


def _cycle(call):
    cycle = call.store.cycles.get(_guid(call))
    if cycle is None or cycle["AccountId"] != call.account.id:
        raise not_found(call.settings, "Cycle not found")
    return cycle


@routes.add("GET", "/v1.0/cycles", level=ACCOUNT)
def list_cycles(call):
    found = [one for one in call.store.cycles.values() if one["AccountId"] == call.account.id]
    page, headers = paged(call, ordered(call, found, dict.get, ("Id", "Name", "Status")))
    return answer([_shown_cycle(call, one) for one in page], headers=headers)


@routes.add("GET", "/v1.0/cycles/{guid}", level=ACCOUNT)
def get_cycle(call):
    return answer(_shown_cycle(call, _cycle(call)))


@routes.add("DELETE", "/v1.0/cycles/{guid}", level=ACCOUNT)
def delete_cycle(call):
    """A running cycle answers 409 (facts 8 [QA])."""
    cycle = _cycle(call)
    if cycle["Status"] == "Active":
        raise ApiError(409, _RUNNING)
    del call.store.cycles[cycle["Id"]]
    return deleted(call.settings, {"Id": cycle["Id"]})


def _missing(call, cycle):
    return [
        {
            "ReasonCode": 20,
            "Reason": "Unauthenticated connector",
            "ObjectType": "AccountConnector",
            "ObjectId": one["AccountConnectorId"],
        }
        for one in _shown_cycle(call, cycle)["Connectors"]
        if not one["Authenticated"]
    ]


@routes.add("GET", "/v1.0/cycles/{guid}/prerequisites", level=ACCOUNT)
def prerequisites(call):
    """Which connectors still need authentication (facts 14 [D])."""
    return answer(_missing(call, _cycle(call)))


@routes.add("PUT", "/v1.0/cycles/{guid}/activate", level=ACCOUNT)
def activate(call):
    """The sandbox's way to a running cycle; the facts do not describe it."""
    cycle = _cycle(call)
    if _missing(call, cycle):
        raise ApiError(400, "The cycle has unmet prerequisites.")
    cycle["Status"] = "Active"
    return answer(_shown_cycle(call, cycle))


@routes.add("PUT", "/v1.0/cycles/{guid}/deactivate", level=ACCOUNT)
def deactivate(call):
    cycle = _cycle(call)
    cycle["Status"] = "Paused"
    return answer(_shown_cycle(call, cycle))
