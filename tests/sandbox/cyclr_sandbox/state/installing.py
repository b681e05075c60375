# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Putting a connector into an account and changing it there (facts 4, 5); LAUNCH uses it as well."""

from __future__ import annotations

from cyclr_sandbox.web.answers import ApiError
from cyclr_sandbox.web.binding import TEXT, TRUTH, WHOLE
from cyclr_sandbox.state.store import AccountConnector


def new_property(call, connector, name, value):
    one = {
        "Id": next(call.store.property_ids),
        "Name": name,
        "Value": value,
        "AccountConnectorId": connector.id,
    }
    connector.properties.append(one)
    return one


def check_free(call, account, name, but=None):
    """(account, Name) is the natural key (facts 4.5 [3P])."""
    settings = call.settings
    fold = str if settings.InstanceNameCaseSensitive else str.casefold
    for one in call.store.installed[account.id]:
        if one is not but and fold(one.name) == fold(name):
            raise ApiError(settings.InUseStatus, f"Account connector name '{name}' is in use.")


def check_property(call, connector, name):
    """The parameter of that name; the two errors are exact (facts 4.4 [QA])."""
    parameter = connector.parameter(name, call.settings.PropertyNameCaseSensitive)
    if parameter is None:
        raise ApiError(400, f"There is not a connector property that matches name '{name}'.")
    if not parameter["IsAccountConnectorProperty"]:
        raise ApiError(400, f"Connector property name '{name}' is not an account connector property.")
    return parameter


def check_property_id(call, parameter, number):
    """Documented as that of the parameter; none and 0 are accepted (facts 4.2 [D][QA])."""
    if call.settings.PropertyIds == "check" and number and number != parameter["Id"]:
        raise ApiError(400, f"Id {number} is not that of connector property '{parameter['TargetName']}'.")


def check_value(call, parameter, value):
    allowed = parameter["Values"]
    outside = allowed and value is not None and value not in allowed
    if outside and call.settings.ValueOutsideAllowed == "error":
        raise ApiError(
            400, f"Value '{value}' is not allowed for connector property '{parameter['TargetName']}'."
        )


def read_properties(call, connector, entries):
    """{TargetName: {} or {"Value": ...}} of a `Properties` list, checked before anything is written."""
    wanted = {}
    for entry in entries or ():
        bound = entry.bind(Name=TEXT, Value=TEXT, Id=WHOLE)
        parameter = check_property(call, connector, bound.pop("Name", None) or "")
        check_property_id(call, parameter, bound.pop("Id", None))
        if "Value" in bound:
            check_value(call, parameter, bound["Value"])
        wanted[parameter["TargetName"]] = bound
    return wanted


def check_required(call, connector, wanted):
    if call.settings.MissingRequiredProperties == "accept":
        return
    for parameter in connector.record["Parameters"]:
        if not parameter["IsAccountConnectorProperty"] or parameter["IsOptional"]:
            continue
        if wanted.get(parameter["TargetName"], {}).get("Value") in (None, ""):
            raise ApiError(400, f"Connector property '{parameter['TargetName']}' is required.")


def check_authentication(call, connector, authentication_id, auth_value=None):
    """The id to store: unknown ones are an error or ignored (facts 4.4 [U]), and it may be needed with several (4.2 [D])."""
    if not authentication_id:
        several = len(connector.record["Authentication"]) > 1
        if auth_value and several and call.settings.AuthenticationIdOfSeveral == "required":
            raise ApiError(400, "AuthenticationId is required")
        return None
    method = connector.method(authentication_id)
    if method is None and call.settings.UnknownAuthenticationId == "error":
        raise ApiError(400, f"There is not a connector authentication with id '{authentication_id}'.")
    return method["Id"] if method else None


def set_auth(call, connector, auth_value, from_browser=False):
    """`Authenticated` follows the stored AuthValue, nothing is checked live (facts 4.3 [QA])."""
    connector.auth_value = auth_value or None
    connector.from_browser = from_browser
    free = connector.connector.needs_nothing() and call.settings.AuthenticatedForNone
    connector.authenticated = connector.has_auth() or free


def set_properties(call, connector, wanted, replace=False):
    """Merge by name (facts 5 [I]) or replace the list."""
    if replace:
        connector.properties[:] = [one for one in connector.properties if one["Name"] in wanted]
    for name, bound in wanted.items():
        found = [one for one in connector.properties if one["Name"] == name]
        if not found:
            found = [new_property(call, connector, name, None)]
        if "Value" in bound:
            found[0]["Value"] = bound["Value"]


def install(call, account, connector, fields, name=None, native=None):
    """A new account connector from the fields of an install body (facts 4.2)."""
    if connector.draft:
        raise ApiError(400, f"Connector {connector.id} is a draft and cannot be installed.")
    settings = call.settings
    bound = fields.bind(
        Name=TEXT,
        Description=TEXT,
        AuthenticationId=TEXT,
        AuthValue=TEXT,
        IsPartnerIntegrationConnector=TRUTH,
    )
    name = name or bound.get("Name") or connector.name
    check_free(call, account, name)
    wanted = read_properties(call, connector, fields.objects("Properties"))
    check_required(call, connector, wanted)
    authentication_id = check_authentication(call, connector, bound.get("AuthenticationId"), bound.get("AuthValue"))
    if native is None:
        native = bool(bound.get("IsPartnerIntegrationConnector"))
        native = native and settings.InstallNativeFlag == "honour"
    one = AccountConnector(
        id=next_id(call.store),
        account=account,
        connector=connector,
        name=name,
        description=bound.get("Description"),
        authentication_id=authentication_id,
        native=native,
    )
    set_auth(call, one, bound.get("AuthValue"))
    if settings.UnsetProperties == "listed":
        for parameter in connector.record["Parameters"]:
            if parameter["IsAccountConnectorProperty"]:
                new_property(call, one, parameter["TargetName"], None)
    set_properties(call, one, wanted)
    return call.store.add_account_connector(one)


def next_id(store):
    """The next id no seed entry has taken."""
    while True:
        number = next(store.account_connector_ids)
        if number not in store.account_connectors:
            return number


def update(call, one, fields):
    """A patch (facts 5): what is absent stays; which fields count is switchable."""
    settings = call.settings
    bound = fields.bind(
        Name=TEXT,
        Description=TEXT,
        AuthenticationId=TEXT,
        AuthValue=TEXT,
        IsPartnerIntegrationConnector=TRUTH,
    )
    wanted = read_properties(call, one.connector, fields.objects("Properties"))
    name = bound.get("Name") if settings.PutName == "honour" else None
    if name and name != one.name:
        check_free(call, one.account, name, but=one)
    if "AuthenticationId" not in bound and not one.authentication_id:
        check_authentication(call, one.connector, None, bound.get("AuthValue"))
    sets_auth_id = "AuthenticationId" in bound and settings.PutAuthenticationId == "honour"
    if sets_auth_id:
        auth_id = check_authentication(call, one.connector, bound["AuthenticationId"])
        if auth_id or not bound["AuthenticationId"]:
            one.authentication_id = auth_id
    one.name = name or one.name
    if "Description" in bound and settings.PutDescription == "honour":
        one.description = bound["Description"]
    if "IsPartnerIntegrationConnector" in bound and settings.PutNativeFlag == "honour":
        one.native = bool(bound["IsPartnerIntegrationConnector"])
    if "AuthValue" in bound:
        set_auth(call, one, bound["AuthValue"])
    if fields.objects("Properties") is not None:
        set_properties(call, one, wanted, replace=settings.PutProperties == "replace")
    return one
