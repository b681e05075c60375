# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Bringing one account connector to what is wanted."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import needs_auth_value
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import hidden_properties, property_changes
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, NotTaken
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import match
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import (
    authentication_methods,
    connector_of,
    installed_record,
    label,
    properties_of,
    sensitive_names,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import objects, text

HIDDEN = "(hidden)"


@dataclass
class Wanted:
    """How an account connector should be. None means: as it is."""

    name: str
    connector: dict
    method: dict | None = None
    auth_value: str | None = None
    properties: dict = field(default_factory=dict)
    sensitive: frozenset = frozenset()
    description: str | None = None
    is_partner_connector: bool | None = None
    update_auth: str = "always"
    # Whether it is an error that the API does not take is_partner_connector.
    insists_on_mark: bool = True

    def is_sensitive(self, name):
        return sensitive_names(self.connector, self.sensitive)(name)

    def keep_secret(self, client):
        """Have the client take these secrets out of every error it raises."""
        client.secrets.add(self.auth_value, *(value for name, value in self.properties.items() if self.is_sensitive(name)))

    def record(self, installed, secrets=False):
        return installed_record(installed, secrets, self.sensitive, self.method)


def ensure_installed(api, account_id, wanted, existing, check_mode):
    """Returns whether anything changed, the account connector as the API describes it, and the difference without secrets."""
    if existing is None:
        return _install(api, account_id, wanted, check_mode)
    changes = _changes(existing, wanted)
    if not changes:
        return False, existing, {}, {}
    before, after = _shown(existing, changes, wanted)
    if check_mode:
        return True, _predicted(existing, changes), before, after
    updated = _update(api, account_id, existing, wanted, changes)
    if _only_hidden(changes, updated, wanted):
        # Sent in case it was missing; the API shows it no more than before, so there is nothing to call a change.
        return False, updated, {}, {}
    return True, updated, before, after


def ensure_removed(api, account_id, existing, check_mode):
    """Delete an account connector."""

    def delete():
        try:
            api.connectors.delete(account_id, existing)
        except ApiError as exc:
            if exc.status == 409:
                exc.msg += ". Stop the cycles that use it first"
            raise
        return True

    if not check_mode:
        send_once(delete, lambda: api.connectors.find_installed(account_id, existing["Id"]) is None or None, api.client.patience())


def ensure_deauthenticated(api, account_id, existing, check_mode):
    """Returns whether anything changed, and the account connector."""
    if not existing.get("Authenticated"):
        return False, existing
    if check_mode:
        return True, dict(existing, Authenticated=False, AuthValue=None)

    def find():
        current = api.connectors.find_installed(account_id, existing["Id"])
        return current if current and not current.get("Authenticated") else None

    def deauthenticate():
        api.connectors.deauthenticate(account_id, existing)
        return find()

    current = send_once(deauthenticate, find, api.client.patience())
    if current is None:
        raise NotTaken("The API accepted to de-authenticate connector %r (id %s) and still shows it as authenticated" % (existing["Name"], existing["Id"]))
    return True, current


def creation_diff(wanted):
    """What a new account connector gets, without secrets."""
    fresh = _fresh(wanted)
    after = _shown(fresh, _changes(fresh, wanted, on_create=True), wanted, mark="")[1]
    return dict(after, name=wanted.name, connector=wanted.connector.get("Name"), version=wanted.connector.get("Version"))


def _fresh(wanted):
    return dict(Id=None, Name=wanted.name, Connector=wanted.connector, Authenticated=False, Properties=[])


def _install(api, account_id, wanted, check_mode):
    changes = _changes(_fresh(wanted), wanted, on_create=True)
    after = creation_diff(wanted)
    if check_mode:
        return True, _predicted(_fresh(wanted), changes), {}, after
    body = dict(changes, Name=wanted.name)
    if "Properties" in changes:
        body["Properties"] = _property_list(changes["Properties"])
    wanted.keep_secret(api.client)
    installed = send_once(
        lambda: api.connectors.install(account_id, wanted.connector["Id"], body),
        lambda: match(api.connectors.installed(account_id), wanted.name),
        api.client.patience(),
    )
    # Somebody else may have been quicker with this name.
    name = text(connector_of(installed), "Name")
    if name is not None and name != text(wanted.connector, "Name"):
        raise InvalidInput("name: %r was taken meanwhile, by an instance of connector %s" % (wanted.name, label(connector_of(installed))))
    # The install may have passed over something, or somebody else installed the same at the same time.
    left = _changes(installed, wanted)
    if left:
        installed = _update(api, account_id, installed, wanted, left)
    return True, installed, {}, after


def _changes(installed, wanted, on_create=False):
    """What differs, under the API's names; `Properties` as name -> value."""
    changes = {}
    if wanted.description is not None and wanted.description != (installed.get("Description") or ""):
        changes["Description"] = wanted.description
    if wanted.is_partner_connector is not None and wanted.is_partner_connector != bool(installed.get("IsPartnerIntegrationConnector")):
        changes["IsPartnerIntegrationConnector"] = wanted.is_partner_connector
    if needs_auth_value(installed, wanted.method, wanted.auth_value, "always" if on_create else wanted.update_auth):
        changes["AuthValue"] = wanted.auth_value
    if wanted.method and wanted.method["id"] and len(authentication_methods(wanted.connector)) > 1:
        # Without a choice among several the API decides. Whether it tells later which one is in use is unknown.
        if on_create or "AuthValue" in changes or installed.get("AuthenticationId") not in (None, wanted.method["id"]):
            changes["AuthenticationId"] = wanted.method["id"]
    properties = property_changes(installed, wanted.properties, wanted.is_sensitive)
    if properties:
        changes["Properties"] = properties
    return changes


def _update(api, account_id, installed, wanted, changes):
    """Send the changes and make sure that they were taken."""
    wanted.keep_secret(api.client)
    body = dict(changes)
    one_by_one = {}
    hidden = hidden_properties(installed, wanted.is_sensitive) - set(wanted.properties)
    if "Properties" in body and hidden:
        # Were the list to replace what is stored, the hidden ones would be lost: they cannot be sent along.
        one_by_one = body.pop("Properties")
    elif "Properties" in body:
        stored = {name: value for name, value in properties_of(installed).items() if value is not None}
        kept = {name: wanted.properties.get(name, value) for name, value in stored.items()}
        body["Properties"] = _property_list(dict(kept, **body["Properties"]))

    def write(send, sent):
        def outcome():
            current = api.connectors.find_installed(account_id, installed["Id"])
            return None if current is None or _left(sent, current, wanted) else current

        return send_once(send, outcome, api.client.patience())

    for name, value in sorted(one_by_one.items()):
        write(functools.partial(api.connectors.set_property, account_id, installed, name, value), dict(Properties={name: value}))
    if body:
        updated = write(functools.partial(api.connectors.update, account_id, installed, body), changes)
    else:
        updated = api.connectors.find_installed(account_id, installed["Id"]) or installed
    _check_taken(installed, updated, wanted, changes)
    return updated


def _left(changes, installed, wanted):
    """The changes that the account connector does not show, as far as it shows them."""
    left = {name for name in _changes(installed, wanted) if name in changes}
    if "Properties" in left:
        still = property_changes(installed, changes["Properties"], wanted.is_sensitive)
        if set(still) <= hidden_properties(installed, wanted.is_sensitive):
            left.discard("Properties")
    return left


def _check_taken(before, updated, wanted, changes):
    left = _left(changes, updated, wanted)
    what = "connector %r (id %s)" % (wanted.name, before["Id"])
    if not wanted.insists_on_mark:
        left.discard("IsPartnerIntegrationConnector")
    if "IsPartnerIntegrationConnector" in left:
        raise NotTaken(
            "The API did not mark %s as the partner connector (Native). This has to be set in the Console, under Templates, Template "
            "Connectors" % what
        )
    if left:
        raise NotTaken("The API accepted the change of %s but did not take: %s" % (what, ", ".join(sorted(left))))
    lost = {name for name, value in properties_of(before).items() if value} - set(properties_of(updated))
    if lost:
        raise NotTaken("With the change of %s the API dropped these properties: %s. Set them again" % (what, ", ".join(sorted(lost))))


def _only_hidden(changes, updated, wanted):
    return set(changes) == {"Properties"} and set(changes["Properties"]) <= hidden_properties(updated, wanted.is_sensitive)


def _property_list(properties):
    return [dict(Name=name, Value=value) for name, value in sorted(properties.items())]


def _predicted(installed, changes):
    """The account connector after the changes."""
    predicted = dict(installed, **{name: value for name, value in changes.items() if name != "Properties"})
    if "AuthValue" in changes or not installed.get("Id") and _needs_nothing(connector_of(installed)):
        predicted["Authenticated"] = True
    new = dict(changes.get("Properties", {}))
    kept = [dict(raw, Value=new.pop(text(raw, "Name"), raw.get("Value"))) for raw in objects(installed, "Properties")]
    predicted["Properties"] = kept + _property_list(new)
    return predicted


def _needs_nothing(connector):
    methods = authentication_methods(connector)
    return bool(methods) and all(method["type"] == "None" for method in methods)


def _shown(installed, changes, wanted, mark=" changed"):
    """The difference for people: secrets only by name."""
    stored = properties_of(installed)
    before, after = {}, {}
    for name, value in changes.items():
        if name == "Properties":
            secret = {key: wanted.is_sensitive(key) for key in value}
            before["properties"] = {key: HIDDEN if secret[key] else stored[key] for key in value if key in stored}
            after["properties"] = {key: HIDDEN + mark if secret[key] else text for key, text in value.items()}
        elif name == "AuthValue":
            before["auth_value"], after["auth_value"] = HIDDEN, HIDDEN + mark
        else:
            key = dict(Description="description", IsPartnerIntegrationConnector="is_partner_connector", AuthenticationId="authentication_id")[name]
            before[key], after[key] = installed.get(name), value
    return before, after
