# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Seeds: YAML or JSON with the API's own names, turned into state."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from pathlib import Path

import yaml

from cyclr_sandbox.endpoints import accounts
from cyclr_sandbox.state import catalogue, template_seed
from cyclr_sandbox.state.cycle_seed import CycleSeed
from cyclr_sandbox.state.seed_checks import BadSeed, check_keys, entries, guid
from cyclr_sandbox.state.store import AccountConnector, Store, User

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader as _Loader

_KEYS = {
    "Credentials",
    "ServiceDomain",
    "Accounts",
    "Connectors",
    "AccountConnectors",
    "Users",
    "Marketplaces",
    "Folders",
    "Templates",
    "Cycles",
    "Settings",
    "Generate",
    "RandomSeed",
    "TemplatesAccountId",
}


def parse(text):
    """JSON is not quite YAML: `"\\ud83d\\ude00"` is one letter in the one and an error in the other."""
    try:
        seed = json.loads(text)
    except ValueError:
        try:
            seed = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
        except yaml.YAMLError as error:
            raise BadSeed(f"The seed is neither YAML nor JSON: {error}") from error
    if not isinstance(seed, dict):
        raise BadSeed("A seed is an object.")
    return seed


def load(path):
    return parse(Path(path).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _builtin():
    return load(Path(__file__).with_name("builtin.yml"))


def builtin():
    """The built-in seed, for the caller to change."""
    return copy.deepcopy(_builtin())


def build(seed, clock, random, settings):
    """The state a seed describes."""
    unknown = sorted(set(seed) - _KEYS)
    if unknown:
        raise BadSeed(f"Unknown seed key {', '.join(unknown)}. Known: {', '.join(sorted(_KEYS))}.")
    try:
        return _build(seed, clock, random, settings)
    except (KeyError, TypeError, AttributeError, StopIteration) as error:
        raise BadSeed(f"The seed does not fit: {error!r}") from error


def _build(seed, clock, random, settings):
    store = Store()
    generate = seed.get("Generate") or {}
    store.credentials = {
        one["ClientId"]: one["ClientSecret"]
        for one in seed.get("Credentials")
        or [{"ClientId": "sandbox-client", "ClientSecret": "sandbox-secret"}]
    }
    store.templates_account = seed.get("TemplatesAccountId", "templates")
    for entry in [*(seed.get("Accounts") or ()), *_generated_accounts(generate)]:
        store.add_account(accounts.from_seed(entry, clock, random, settings))
    for entry in [*(seed.get("Connectors") or ()), *_generated_connectors(generate)]:
        fallback = max(store.connectors, default=19999) + 1
        connector = catalogue.connector_from(entry, fallback)
        store.add_connector(connector)
    installed = [*(seed.get("AccountConnectors") or ()), *_generated_installed(generate, store)]
    for entry in installed:
        _add_installed(store, entry, settings)
    for entry in seed.get("Users") or ():
        user = store.users.setdefault(
            entry["UserName"].lower(), User(entry["UserName"], entry.get("Password"))
        )
        if entry.get("AccountId"):
            user.accounts.append(entry["AccountId"])
    store.marketplaces = {one["Id"]: one for one in seed.get("Marketplaces") or ()}
    for number, entry in enumerate(entries(seed.get("Folders"), "Folders")):
        check_keys(entry, {"Id", "Name"}, f"Folders[{number}]")
        folder_id = guid(entry.get("Id"), random, f"Folders[{number}]")
        store.folders[folder_id] = {"Id": folder_id, "Name": entry.get("Name")}
    for number, entry in enumerate(entries(seed.get("Templates"), "Templates")):
        template = template_seed.template_from(store, random, settings, entry, f"Templates[{number}]")
        store.templates[template.id] = template
    cycles = CycleSeed(store, clock, random, settings, lambda entry: _add_installed(store, entry, settings))
    cycles.read(seed.get("Cycles"))
    cycles.read(list(_generated_cycles(generate, store)))
    return store


def _find_connector(store, entry):
    if entry.get("ConnectorId") is not None:
        return store.connectors[entry["ConnectorId"]]
    return catalogue.newest(catalogue.by_name(store, entry["Connector"], entry.get("Version")))


def _auth_value(given):
    """OAuth tokens may stand in a seed as an object; the API keeps them as a JSON string."""
    return given if given is None or isinstance(given, str) else json.dumps(given, separators=(",", ":"))


def _add_installed(store, entry, settings):
    connector = _find_connector(store, entry)
    number = entry.get("Id") or next(store.account_connector_ids)
    while number in store.account_connectors:
        number = next(store.account_connector_ids)
    one = AccountConnector(
        id=number,
        account=store.accounts[entry["AccountId"]],
        connector=connector,
        name=entry.get("Name") or connector.name,
        description=entry.get("Description"),
        auth_value=_auth_value(entry.get("AuthValue")),
        authentication_id=entry.get("AuthenticationId"),
        native=bool(entry.get("IsPartnerIntegrationConnector")),
        from_browser=bool(entry.get("FromBrowser")),
    )
    by_default = one.has_auth() or (connector.needs_nothing() and settings.AuthenticatedForNone)
    one.authenticated = bool(entry.get("Authenticated", by_default))
    for given in entry.get("Properties") or ():
        value = given.get("Value")
        one.properties.append(
            {
                "Id": given.get("Id") or next(store.property_ids),
                "Name": given["Name"],
                "Value": None if value is None else str(value),
                "AccountConnectorId": number,
            }
        )
    return store.add_account_connector(one)


# A big seed in one line: Generate: {Accounts: 2000, Connectors: 500, AccountConnectors: 3}


def _generated_accounts(generate):
    for number in range(1, generate.get("Accounts", 0) + 1):
        yield {"Id": f"customer-{number:04d}", "Name": f"Customer {number:04d}"}


def _generated_connectors(generate):
    octets = generate.get("IconBytes", 15_000) * 3 // 4
    kinds = ("ApiKey", "OAuth2", "Basic", "None")
    for number in range(1, generate.get("Connectors", 0) + 1):
        name = f"Generated {number:03d}"
        kind = kinds[number % 4]
        yield {
            "Id": 50_000 + number,
            "Name": name,
            "Icon": catalogue.icon(name, octets),
            "AuthType": kind,
            "Categories": ["Generated"],
            "Parameters": [{"Name": "Base Url", "TargetName": "BaseUrl", "IsOptional": True}],
        }


def _generated_installed(generate, store):
    """Every second one that needs authentication has it."""
    each = generate.get("AccountConnectors", 0)
    usable = [one for one in store.connectors.values() if not one.draft and not one.custom]
    if not each or not usable:
        return
    for number in range(1, generate.get("Accounts", 0) + 1):
        for place in range(each):
            connector = usable[(number * each + place) % len(usable)]
            yield {
                "AccountId": f"customer-{number:04d}",
                "ConnectorId": connector.id,
                "Name": connector.name if place < len(usable) else f"{connector.name} {place}",
                "AuthValue": "generated-key" if (number + place) % 2 else None,
            }


def _generated_cycles(generate, store):
    """Copies of the first template, or of what the account has installed; every second one runs."""
    template_id = next(iter(store.templates), None)
    for number in range(1, generate.get("Accounts", 0) + 1):
        account_id = f"customer-{number:04d}"
        for place in range(1, generate.get("Cycles", 0) + 1):
            yield {
                "AccountId": account_id,
                "Name": f"Integration {place}",
                "TemplateId": template_id,
                "AccountConnectorIds": [one.id for one in store.installed[account_id]],
                "Status": "Active" if (number + place) % 2 else "Paused",
            }
