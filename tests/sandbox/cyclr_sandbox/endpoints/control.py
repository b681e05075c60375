# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Control for tests: journal, reset, state, options, faults. No authentication, never journaled."""

from __future__ import annotations

import json

from cyclr_sandbox.endpoints import cycle_control
from cyclr_sandbox.state import faults, seed
from cyclr_sandbox.web.answers import ApiError, answer
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.routing import OPEN, Routes
from cyclr_sandbox.state.settings import UnknownSwitch

routes = Routes()


def _json(call):
    try:
        return json.loads(call.body or b"null")
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"Not JSON: {error}") from error


@routes.add("GET", "/_sandbox/journal", level=OPEN)
def read_journal(call):
    return answer(call.sandbox.journal)


@routes.add("DELETE", "/_sandbox/journal", level=OPEN)
def clear_journal(call):
    call.sandbox.journal.clear()
    return answer([])


@routes.add("POST", "/_sandbox/reset", level=OPEN)
def reset(call):
    """Back to the seed of the start, or to the one in the body (JSON or YAML)."""
    try:
        call.sandbox.reset(seed.parse(call.body) if call.body.strip() else None)
    except (seed.BadSeed, UnknownSwitch) as error:
        raise ApiError(400, str(error)) from error
    return answer({"Message": "reset"})


@routes.add("POST", "/_sandbox/options", level=OPEN)
def options(call):
    """Merge switches; all or nothing. Also `LatencyMs` and `AdvanceSeconds`."""
    values = _json(call)
    if not isinstance(values, dict):
        raise ApiError(400, "Options are an object.")
    extra = {name: values.pop(name) for name in ("LatencyMs", "AdvanceSeconds") if name in values}
    for name, value in extra.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ApiError(400, f"{name} is a number.")
    try:
        call.sandbox.settings.merge(values)
    except UnknownSwitch as error:
        raise ApiError(400, str(error)) from error
    call.sandbox.latency_ms = extra.get("LatencyMs", call.sandbox.latency_ms)
    call.sandbox.clock.advance(extra.get("AdvanceSeconds", 0))
    return answer(_switches(call))


def _switches(call):
    return {**call.settings.as_dict(), "LatencyMs": call.sandbox.latency_ms}


@routes.add("POST", "/_sandbox/faults", level=OPEN)
def set_faults(call):
    """Replaces the list; an empty one clears it."""
    try:
        call.sandbox.faults = faults.parse(_json(call))
    except faults.BadFault as error:
        raise ApiError(400, str(error)) from error
    return answer({"Faults": len(call.sandbox.faults)})


def _account_connector(one):
    return {
        "AccountId": one.account.id,
        "Id": one.id,
        "Name": one.name,
        "Description": one.description,
        "ConnectorId": one.connector.id,
        "Connector": one.connector.name,
        "Version": one.connector.version,
        "AuthValue": one.auth_value,
        "Authenticated": one.authenticated,
        "AuthenticationId": one.authentication_id,
        "IsPartnerIntegrationConnector": one.native,
        "FromBrowser": one.from_browser,
        "Properties": one.properties,
    }


@routes.add("GET", "/_sandbox/state", level=OPEN)
def state(call):
    """Everything, secrets of account connectors included; icons and tokens left out."""
    store, sandbox = call.store, call.sandbox
    return answer(
        {
            "Now": iso(sandbox.clock.now()),
            "ServiceUrl": call.service_url,
            "Accounts": [
                {**one.record, "ParentAccountId": one.parent_id, "Guid": one.guid}
                for one in store.accounts.values()
            ],
            "Connectors": [
                {key: value for key, value in one.record.items() if key != "Icon"}
                for one in store.connectors.values()
            ],
            "AccountConnectors": [_account_connector(one) for one in store.account_connectors.values()],
            "Users": [{"UserName": one.name, "Accounts": one.accounts} for one in store.users.values()],
            "Marketplaces": list(store.marketplaces.values()),
            "Folders": list(store.folders.values()),
            "Templates": cycle_control.templates(call),
            "Cycles": cycle_control.cycles(call),
            "CustomConnectors": [
                {"AccountId": account.id, **definition}
                for account in store.accounts.values()
                for definition in account.custom.values()
            ],
            "SigninTokens": [
                {
                    "AccountId": one.account_id,
                    "Username": one.username,
                    "ExpiresAtUtc": iso(one.expires),
                    "Used": one.used,
                }
                for one in store.signin_tokens.values()
            ],
            "BearerTokens": [
                {"ClientId": one.client_id, "AccountId": one.account_id, "ExpiresAtUtc": iso(one.expires)}
                for one in store.bearers.values()
            ],
            "Faults": [vars(one) for one in sandbox.faults],
            "Settings": _switches(call),
        }
    )
