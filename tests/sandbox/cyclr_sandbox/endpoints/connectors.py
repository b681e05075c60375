# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The catalogue's endpoints and the three ways to install (facts 3, 4)."""

from __future__ import annotations

from uuid import UUID

from cyclr_sandbox.endpoints import account_connectors
from cyclr_sandbox.state import catalogue, installing
from cyclr_sandbox.web.answers import ApiError, answer, not_found, squeezed_json
from cyclr_sandbox.web.binding import Fields
from cyclr_sandbox.web.paging import ordered, paged
from cyclr_sandbox.web.routing import ACCOUNT, CATALOGUE, Routes

routes = Routes()

_ORDER = ("Id", "Name", "Description", "Status", "Version", "AuthType")


def listing(call, connectors, headers=None):
    bodies = [one.body(call.settings) for one in connectors]
    return squeezed_json(call, b"[" + b",".join(bodies) + b"]", headers)


def _by_id(call):
    connector = call.store.connectors.get(call.params["id"])
    hidden = connector is None or (
        connector.account_id is not None and (call.account is None or call.account.id != connector.account_id)
    )
    if hidden:
        raise not_found(call.settings, "Connector not found")
    return connector


def _by_name(call, drafts):
    """All of that name, and version where the path has one."""
    account_id = call.account.id if call.account else None
    found = catalogue.by_name(call.store, call.params["name"], call.params.get("version"), drafts)
    return [one for one in found if one.account_id in (None, account_id)]


@routes.add("GET", "/v1.0/connectors", level=CATALOGUE)
def list_connectors(call):
    found = catalogue.visible(call, call.account)
    query, category = call.query.get("query"), call.query.get("category")
    if query:
        how = call.settings.QueryMatch
        found = [one for one in found if catalogue.matches_query(one.name, query, how)]
    if category:
        wanted = category.casefold()
        found = [one for one in found if wanted in (name.casefold() for name in one.record["Categories"])]
    found = ordered(call, found, lambda one, key: one.record[key], _ORDER)
    page, headers = paged(call, found)
    return listing(call, page, headers)


@routes.add("GET", "/v1.0/connectors/{id:int}", level=CATALOGUE)
def get_by_id(call):
    """An object (facts 3.2)."""
    return squeezed_json(call, _by_id(call).body(call.settings))


@routes.add(
    "GET",
    "/v1.0/connectors/{name:name}",
    "/v1.0/connectors/{name:name}/{version}",
    level=CATALOGUE,
)
def get_by_name(call):
    """An array; an unknown name is 404 or `[]` (facts 3.2 [U])."""
    found = _by_name(call, call.settings.DraftsInCatalogue)
    if not found and call.settings.UnknownConnectorName == 404:
        raise not_found(call.settings, "Connector not found")
    return listing(call, found)


# Methods


def _matching_methods(call, connectors):
    query, category = call.query.get("query"), call.query.get("category")
    return [
        method
        for connector in connectors
        for method in connector.methods
        if (not query or query.casefold() in method["Name"].casefold())
        and (not category or category.casefold() == (method["Category"] or "").casefold())
    ]


def _without_type(method):
    return {key: value for key, value in method.items() if key != "MethodType"}


@routes.add("GET", "/v1.0/connectors/{id:int}/methods", level=CATALOGUE)
def methods_by_id(call):
    return answer([_without_type(one) for one in _matching_methods(call, [_by_id(call)])])


@routes.add(
    "GET",
    "/v1.0/connectors/{name:name}/methods",
    "/v1.0/connectors/{name:name}/{version}/methods",
    level=CATALOGUE,
)
def methods_by_name(call):
    found = _by_name(call, call.settings.DraftsInCatalogue)
    if not found and call.settings.UnknownConnectorName == 404:
        raise not_found(call.settings, "Connector not found")
    return answer([_without_type(one) for one in _matching_methods(call, found)])


def find_method(call, methods, wanted):
    """By numeric id or GUID; a malformed GUID is 400, an unknown one 404 (facts 5.2 [QA])."""
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        for method in methods:
            if method["Id"] == int(wanted):
                return method
        raise not_found(call.settings, "Method not found")
    try:
        guid = str(UUID(wanted))
    except ValueError:
        raise ApiError(400, f"'{wanted}' is not a valid method identifier.") from None
    for method in methods:
        if method["MethodUniqueIdentifier"] == guid:
            return method
    raise not_found(call.settings, "Method not found")


@routes.add("GET", "/v1.0/methods/{method_id}", level=CATALOGUE)
def get_method(call):
    known = [method for _connector, method in call.store.methods.values()]
    return answer(find_method(call, known, call.params["method_id"]))


# Install


def _install(call, connector):
    fields = call.fields
    if fields is None and call.settings.NullBodyInstall == "error":
        # A known quirk: a null body ends in 500 (facts 4.2 [QA]).
        raise ApiError(500, "An error has occurred.")
    one = installing.install(call, call.account, connector, fields or Fields())
    return account_connectors.record(call, one)


@routes.add("POST", "/v1.0/connectors/{id:int}/install", level=ACCOUNT)
def install_by_id(call):
    return _install(call, _by_id(call))


@routes.add(
    "POST",
    "/v1.0/connectors/{name:name}/install",
    "/v1.0/connectors/{name:name}/{version}/install",
    level=ACCOUNT,
)
def install_by_name(call):
    # A draft is found only where there is nothing else, to be refused by its own error.
    found = _by_name(call, drafts=False) or _by_name(call, drafts=True)
    if not found:
        raise not_found(call.settings, "Connector not found")
    return _install(call, catalogue.newest(found))
