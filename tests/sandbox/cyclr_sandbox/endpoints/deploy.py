# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""LAUNCH, Marketplace and ORBIT (facts 13)."""

from __future__ import annotations

from urllib.parse import quote

from cyclr_sandbox.endpoints import accounts, signin
from cyclr_sandbox.state import catalogue, installing
from cyclr_sandbox.web.answers import ApiError, answer, not_found
from cyclr_sandbox.web.binding import ANY, LIST, TEXT, TRUTH, WHOLE, Fields
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.routing import PARTNER, Routes
from cyclr_sandbox.state.store import User

routes = Routes()


def _user(call, fields, account_level):
    """Who signs in: the built-in API User, or the given one, created if unknown."""
    if account_level:
        return signin.API_USER
    bound = fields.bind(Username=TEXT, Password=TEXT)
    name, password = bound.get("Username"), bound.get("Password")
    if not name:
        raise ApiError(400, "Username is required")
    user = call.store.users.get(name.lower())
    if user is None:
        call.store.users[name.lower()] = User(name, password)
    elif user.password is not None and user.password != password:
        raise ApiError(call.settings.LaunchWrongPassword, "The user name or password is incorrect.")
    return name


def _entries(call, fields):
    """The partner connectors of the body, under the newer and the older name."""
    settings = call.settings
    if settings.LaunchConnectorAuthentications == "accept":
        given = fields.bind(ConnectorAuthentications=ANY).get("ConnectorAuthentications")
        shape = settings.LaunchAuthenticationsShape
        if isinstance(given, list) and shape != "object":
            return [Fields(one) for one in given if isinstance(one, dict)]
        if isinstance(given, dict) and shape != "array":
            return [Fields(given)]
    if settings.LaunchPartnerConnector == "accept":
        given = fields.bind(PartnerConnector=ANY).get("PartnerConnector")
        if isinstance(given, dict):
            return [Fields(given)]
    return []


def _from_instance(call, name):
    """The connector of a flagged instance with that name in the template account."""
    store = call.store
    for one in store.installed.get(store.templates_account, ()):
        if one.native and one.name.casefold() == name.casefold():
            return one.connector
    return None


def _select(call, entry):
    """The connector an entry means. The documentation contradicts itself on `Name` (facts 7 [I])."""
    name, version = entry.get("Name", TEXT), entry.get("Version", TEXT)
    means = call.settings.LaunchNameMeans
    if name and means != "instance":
        found = catalogue.by_name(call.store, name, version or None)
        if found:
            return catalogue.newest(found)
    if name and means != "connector":
        return _from_instance(call, name)
    return None


def _plan(call, fields):
    """[(connector, entry)], all checked before an account is created."""
    plan = []
    for entry in _entries(call, fields):
        connector = _select(call, entry)
        if connector is None:
            if call.settings.LaunchUnknownConnector == "error":
                raise ApiError(400, f"Connector '{entry.get('Name', TEXT)}' not found.")
            continue
        installing.read_properties(call, connector, entry.objects("Properties"))
        installing.check_authentication(call, connector, entry.get("AuthenticationId", TEXT))
        plan.append((connector, entry))
    return plan


def _free_name(call, account, name):
    taken = {one.name for one in call.store.installed[account.id]}
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def _apply(call, account, connector, entry):
    settings = call.settings
    name = entry.get("Name", TEXT)
    native = settings.LaunchNativeFlag
    existing = [one for one in call.store.installed[account.id] if one.connector.folded == connector.folded]
    existing.sort(key=lambda one: one.name != name)  # the instance of that name first
    if not existing:
        installing.install(call, account, connector, entry, name=name, native=native)
    elif settings.LaunchExistingConnector == "duplicate":
        free = _free_name(call, account, name)
        installing.install(call, account, connector, entry, name=free, native=native)
    elif settings.LaunchExistingConnector == "update":
        _refresh(call, existing[0], connector, entry, native)


def _refresh(call, one, connector, entry, native):
    """An update takes the release of the entry along."""
    one.connector = connector
    bound = entry.bind(AuthValue=TEXT, AuthenticationId=TEXT)
    if bound.get("AuthValue"):
        installing.set_auth(call, one, bound["AuthValue"])
    if bound.get("AuthenticationId"):
        one.authentication_id = installing.check_authentication(call, connector, bound["AuthenticationId"])
    wanted = installing.read_properties(call, connector, entry.objects("Properties"))
    installing.set_properties(call, one, wanted)
    one.native = one.native or native


def _deploy(call, kind, return_url, parameters, connectors=True):
    account_level = "account_id" in call.params
    fields = call.required_fields
    account_id = call.params.get("account_id") or fields.get("AccountId", TEXT)
    if not account_id:
        raise ApiError(400, "AccountId is required")
    plan = _plan(call, fields) if connectors else []
    account = call.store.find_account(account_id, call.settings)
    username = _user(call, fields, account_level)
    existed = account is not None
    if not existed:
        # An unknown id creates an account: a typo creates a tenant (facts 13).
        account = accounts.create(
            call,
            account_id,
            fields.get("AccountName", TEXT) or account_id,
            Description=fields.get("AccountDescription", TEXT),
        )
    if not existed or call.settings.LaunchExistingAccount == "install":
        for connector, entry in plan:
            _apply(call, account, connector, entry)
    token, expires = signin.issue(call, account, username)
    url = (
        f"{call.service_url}/account/signinwithtoken"
        f"?token={quote(token, safe='')}&returnUrl={quote(return_url, safe='')}"
        + "".join(f"&{name}={quote(value, safe=',:;/@!$')}" for name, value in parameters)
    )
    return answer(
        {
            "AccountId": account.id,
            "ExpiresAtUtc": iso(expires),
            kind: url,
            "Token": token,
        }
    )


def _inline(call, fields):
    inline = fields.bind(InlineOAuth=TRUTH).get("InlineOAuth")
    if inline is None:
        inline = call.settings.LaunchInlineOAuth
    return [] if inline else [("inline", "false")]


@routes.add("POST", "/v1.0/users/launch", "/v1.0/accounts/{account_id}/launch", level=PARTNER)
def launch(call):
    """Query keys as QA asserts them: mostly only when non-default (facts 13 [QA])."""
    fields = call.required_fields
    bound = fields.bind(
        Start=TRUTH,
        RunOnce=TRUTH,
        Wizard=TRUTH,
        DisplayDescriptions=TRUTH,
        AutoInstall=TRUTH,
        SingleInstall=TRUTH,
        CompleteParameter=TEXT,
        Tags=LIST,
    )
    parameters = _inline(call, fields)
    if bound.get("Start") is False:
        parameters.append(("start", "false"))
    for name, key in (("RunOnce", "once"), ("Wizard", "wizard"), ("DisplayDescriptions", "descriptions")):
        if bound.get(name):
            parameters.append((key, "true"))
    for name, key in (("AutoInstall", "auto"), ("SingleInstall", "single")):
        if bound.get(name) is not None:
            parameters.append((key, "true" if bound[name] else "false"))
    if bound.get("CompleteParameter"):
        parameters.append(("complete", bound["CompleteParameter"]))
    tags = [tag for tag in bound.get("Tags") or () if isinstance(tag, str)]
    if tags:
        parameters.append(("tags", ",".join(tags)))
    return _deploy(call, "LaunchUrl", "/launch", parameters)


@routes.add("POST", "/v1.0/users/marketplace", "/v1.0/accounts/{account_id}/marketplace", level=PARTNER)
def marketplace(call):
    fields = call.required_fields
    bound = fields.bind(MarketplaceId=WHOLE, CompleteParameter=TEXT)
    number = bound.get("MarketplaceId")
    if number is None:
        raise ApiError(400, "MarketplaceId is required")
    if number not in call.store.marketplaces:
        if call.settings.UnknownMarketplace == 404:
            raise not_found(call.settings, "Marketplace not found")
        raise ApiError(400, f"Marketplace {number} not found.")
    parameters = _inline(call, fields)
    if bound.get("CompleteParameter"):
        parameters.append(("complete", bound["CompleteParameter"]))
    return _deploy(call, "MarketplaceUrl", f"/launch/marketplace/{number}", parameters)


@routes.add("POST", "/v1.0/users/orbit", "/v1.0/accounts/{account_id}/orbit", level=PARTNER)
def orbit(call):
    return _deploy(call, "OrbitUrl", "/orbit", [], connectors=False)
