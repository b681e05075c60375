# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The state: plain records in dictionaries, ids from counters."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any


@dataclass
class Account:
    record: dict
    guid: str
    parent_id: str | None = None
    custom: dict = field(default_factory=dict)  # custom connector definitions by id

    @property
    def id(self):
        return self.record["Id"]


@dataclass
class AccountConnector:
    id: int
    account: Account
    connector: Any  # catalogue.Connector
    name: str
    description: str | None = None
    auth_value: str | None = None
    authenticated: bool = False
    authentication_id: str | None = None
    native: bool = False
    from_browser: bool = False  # the AuthValue came from the OAuth link
    properties: list = field(default_factory=list)
    custom_fields: list = field(default_factory=list)

    def value(self, name):
        """The value of a property, by its name."""
        for one in self.properties:
            if one["Name"].lower() == name.lower():
                return one["Value"]
        return None

    def has_auth(self):
        return self.auth_value not in (None, "")


@dataclass
class User:
    name: str
    password: str | None
    accounts: list = field(default_factory=list)


@dataclass
class SigninToken:
    account_id: str
    username: str
    expires: Any
    used: bool = False


@dataclass
class Bearer:
    client_id: str
    expires: Any
    account_id: str | None = None  # scope=account:<id>


class Store:
    def __init__(self):
        self.credentials = {}
        self.accounts = {}
        self.connectors = {}
        self.methods = {}
        self.account_connectors = {}
        self.installed = {}  # account id -> list of AccountConnector
        self.users = {}  # by lower-case name
        self.marketplaces = {}
        self.templates = {}
        self.folders = {}
        self.cycles = {}
        self.due = {}  # cycles whose status changes by itself, by id
        self.bearers = {}
        self.signin_tokens = {}
        self.authorizations = {}  # running browser flows by `state`
        self.sessions = {}
        self.codes = {}  # the third party's authorization codes
        self.templates_account = "templates"
        self.account_connector_ids = count(1001)
        self.property_ids = count(5001)
        self.custom_ids = count(90001)
        self.field_ids = count(70001)  # custom fields of account connectors
        self.input_ids = count(300001)  # parameters and fields that no method defines

    # Accounts

    def find_account(self, account_id, settings):
        account = self.accounts.get(account_id)
        if account is None and not settings.AccountIdCaseSensitive:
            wanted = account_id.casefold()
            for known in self.accounts.values():
                if known.id.casefold() == wanted:
                    return known
        return account

    def account_by_guid(self, guid):
        for account in self.accounts.values():
            if account.guid == guid.lower():
                return account
        return None

    def add_account(self, account):
        self.accounts[account.id] = account
        self.installed.setdefault(account.id, [])
        return account

    def rename_account(self, account, new_id):
        old_id = account.id
        self.accounts = {(new_id if key == old_id else key): value for key, value in self.accounts.items()}
        account.record["Id"] = new_id
        self.installed[new_id] = self.installed.pop(old_id)
        for connector in self.connectors.values():
            if connector.account_id == old_id:
                connector.account_id = new_id
        for child in self.subaccounts(old_id):
            child.parent_id = new_id
        for user in self.users.values():
            user.accounts = [new_id if one == old_id else one for one in user.accounts]
        for cycle in self.cycles.values():
            if cycle.account_id == old_id:
                cycle.account_id = new_id

    def subaccounts(self, account_id):
        return [one for one in self.accounts.values() if one.parent_id == account_id]

    def remove_account(self, account):
        """An account takes its connectors, cycles and sub-accounts with it."""
        for child in self.subaccounts(account.id):
            self.remove_account(child)
        for connector in list(self.installed[account.id]):
            self.remove_account_connector(connector)
        for cycle in self.cycles_of(account):
            self.remove_cycle(cycle)
        for user in self.users.values():
            user.accounts = [one for one in user.accounts if one != account.id]
        del self.installed[account.id]
        del self.accounts[account.id]

    # Connectors

    def add_connector(self, connector):
        self.connectors[connector.id] = connector
        for method in connector.methods:
            self.methods[method["Id"]] = (connector, method)

    # Account connectors

    def add_account_connector(self, connector):
        self.account_connectors[connector.id] = connector
        self.installed[connector.account.id].append(connector)
        return connector

    def remove_account_connector(self, connector):
        self.installed[connector.account.id].remove(connector)
        del self.account_connectors[connector.id]

    def connectors_of(self, account, settings):
        found = self.installed[account.id]
        # Sub-accounts can use the parent's connectors; whether their list shows them is not known.
        if settings.SubAccountsSeeParentConnectors and account.parent_id in self.installed:
            return found + self.installed[account.parent_id]
        return found

    # Cycles

    def cycles_of(self, account):
        return [one for one in self.cycles.values() if one.account_id == account.id]

    def running_with(self, connector):
        """The running cycles that use an account connector."""
        return [one for one in self.cycles.values() if one.running and connector.id in one.account_connector_ids]

    def remove_cycle(self, cycle):
        del self.cycles[cycle.id]
        self.due.pop(cycle.id, None)

    # Users

    def user_in(self, account_id, name, password=None):
        """The user of that name in that account, created if need be."""
        user = self.users.setdefault(name.lower(), User(name, password))
        if account_id not in user.accounts:
            user.accounts.append(account_id)
        return user

    def users_of(self, account_id):
        return [user.name for user in self.users.values() if account_id in user.accounts]
