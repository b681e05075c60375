# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""One account connector as it is wanted, or none."""

from __future__ import annotations

import enum
import functools
from dataclasses import dataclass, field, replace

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import needs_auth_value
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.differences import Outcome, unchanged
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import match
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import hidden_properties, property_changes
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector, Property
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import Connector, Method
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, NotTaken

HIDDEN = "(hidden)"


class Mark(enum.Enum):
    """What to do about the mark of the partner connector."""

    KEEP = None
    # Without an error if the API does not accept it
    TRY = "try"
    REQUIRE = True
    REMOVE = False


@dataclass(frozen=True)
class Wanted:
    """How an account connector should be. None means: as it is."""

    name: str | None
    connector: Connector
    method: Method | None = None
    auth_value: str | None = None
    properties: dict = field(default_factory=dict)
    # Names of properties that the user calls sensitive
    sensitive: frozenset = frozenset()
    description: str | None = None
    mark: Mark = Mark.KEEP
    update_auth: str = "always"

    def is_sensitive(self, name):
        return self.connector.is_sensitive(name, self.sensitive)

    def record(self, installed):
        return replace(installed, method=self.method or installed.method).record(sensitive=self.sensitive)

    def not_yet(self):
        """The account connector before it is installed."""
        return AccountConnector(name=self.name, connector=self.connector, method=self.method)

    def on(self, connector):
        """The same for another release of the connector, whose methods may have other ids."""
        method = self.method
        if method is not None and method.id:
            alike = [one for one in connector.methods if one.id == method.id] or [one for one in connector.methods if one.type == method.type]
            method = alike[0] if len(alike) == 1 else replace(method, id=None)
        return replace(self, connector=connector, method=method)


def ensure_installed(api, account_id, wanted, existing, check_mode):
    """`current` is the account connector."""
    if existing is None:
        return _install(api, account_id, wanted, check_mode)
    changes = _changes(existing, wanted)
    if not changes:
        return unchanged(existing)
    before, after = _shown(existing, changes, wanted, " changed")
    if check_mode:
        return Outcome(True, _predicted(existing, changes), before, after)
    updated = _update(api, account_id, existing, wanted, changes)
    if _only_hidden(changes, updated, wanted):
        # Sent in case it was missing. The API shows it no more than before, so nothing can be called a change.
        return unchanged(updated)
    return Outcome(True, updated, before, after)


def ensure_removed(api, account_id, existing, check_mode):
    if existing is None:
        return unchanged(None)

    def delete():
        try:
            api.connectors.delete(account_id, existing)
        except ApiError as exc:
            if exc.status == 409:
                exc.msg += ". Stop the cycles that use it first"
            raise
        return True

    if not check_mode:
        send_once(delete, lambda: api.connectors.find_installed(account_id, existing.id) is None or None, api.client.patience())
    return Outcome(True, None, dict(id=existing.id, name=existing.name), {})


def ensure_renamed(api, account_id, existing, name, check_mode):
    """The account connector under its new name."""
    if check_mode or existing.name == name:
        return replace(existing, name=name)

    def find():
        current = api.connectors.find_installed(account_id, existing.id)
        return current if current and current.name == name else None

    renamed = send_once(lambda: api.connectors.update(account_id, existing, dict(name=name)), find, api.client.patience())
    if renamed.name != name and find() is None:
        raise NotTaken("The API did not rename connector %r (id %s) to %r" % (existing.name, existing.id, name))
    return replace(renamed, name=name)


def ensure_deauthenticated(api, account_id, existing, check_mode):
    if not existing.authenticated:
        return unchanged(existing)

    def find():
        current = api.connectors.find_installed(account_id, existing.id)
        return current if current and not current.authenticated else None

    def deauthenticate():
        api.connectors.deauthenticate(account_id, existing)
        return find()

    if check_mode:
        current = replace(existing, authenticated=False, auth_value=None)
    else:
        current = send_once(deauthenticate, find, api.client.patience())
    if current is None:
        raise NotTaken("The API accepted to de-authenticate connector %r (id %s) and still shows it as authenticated" % (existing.name, existing.id))
    return Outcome(True, current, dict(authenticated=True), dict(authenticated=False))


def creation_diff(wanted):
    """What a new account connector gets, without secrets."""
    after = _shown(wanted.not_yet(), _new(wanted), wanted)[1]
    return dict(after, name=wanted.name, connector=wanted.connector.name, version=wanted.connector.version)


def _install(api, account_id, wanted, check_mode):
    changes, after = _new(wanted), creation_diff(wanted)
    if check_mode:
        return Outcome(True, _predicted(wanted.not_yet(), changes), {}, after)
    values = dict(changes, name=wanted.name, **known_method(wanted))
    installed = send_once(
        lambda: api.connectors.install(account_id, wanted.connector, values, wanted.sensitive),
        lambda: match(api.connectors.installed(account_id), wanted.name),
        api.client.patience(),
    )
    # Somebody else may have been quicker with this name.
    if installed.connector.name not in (None, wanted.connector.name):
        raise InvalidInput("name: %r was taken in the meantime, by an instance of connector %s" % (wanted.name, installed.connector.label))
    # The install may have ignored something, or somebody else installed the same at the same time.
    left = _changes(installed, wanted)
    if left:
        installed = _update(api, account_id, installed, wanted, left)
    return Outcome(True, installed, {}, after)


def known_method(wanted):
    """Which method an auth value is for, or will be: always sent if it is known."""
    return dict(authentication_id=wanted.method.id) if wanted.method and wanted.method.id else {}


def _new(wanted):
    """The fields of a new account connector."""
    return _changes(wanted.not_yet(), replace(wanted, update_auth="always"))


def _changes(installed, wanted):
    """The fields that differ; `properties` as name -> value."""
    changes = {}
    if wanted.description is not None and wanted.description != (installed.description or ""):
        changes["description"] = wanted.description
    marked = wanted.mark in (Mark.TRY, Mark.REQUIRE)
    if wanted.mark is not Mark.KEEP and installed.is_partner_connector != marked:
        changes["is_partner_connector"] = marked
    if wanted.update_auth == "always" and needs_auth_value(installed, wanted.method, wanted.auth_value):
        changes["auth_value"] = wanted.auth_value
    # Whether the API shows which method is in use is unknown.
    if installed.authentication_id is not None and wanted.method and wanted.method.id not in (None, installed.authentication_id):
        changes["authentication_id"] = wanted.method.id
    properties = property_changes(installed, wanted.properties, wanted.is_sensitive)
    if properties:
        changes["properties"] = properties
    return changes


def _update(api, account_id, installed, wanted, changes):
    """Send the changes and make sure that they were stored."""
    values = dict(changes, **known_method(wanted)) if "auth_value" in changes else dict(changes)
    one_by_one = {}
    hidden = hidden_properties(installed, wanted.is_sensitive) - set(wanted.properties)
    if "properties" in values and hidden:
        # If the list replaced what is stored, the hidden ones would be lost: they cannot be sent along.
        one_by_one = values.pop("properties")
    elif "properties" in values:
        stored = {name: value for name, value in installed.values.items() if value is not None}
        # Which of them are secret is not always known: no message repeats any of them.
        api.client.secrets.add(*stored.values())
        kept = {name: wanted.properties.get(name, value) for name, value in stored.items()}
        values["properties"] = dict(kept, **values["properties"])

    def write(send, sent):
        def outcome():
            current = api.connectors.find_installed(account_id, installed.id)
            return None if current is None or _left(sent, current, wanted) else current

        return send_once(send, outcome, api.client.patience())

    for name, value in sorted(one_by_one.items()):
        send = functools.partial(api.connectors.set_property, account_id, installed, name, value, wanted.sensitive)
        write(send, dict(properties={name: value}))
    if values:
        updated = write(functools.partial(api.connectors.update, account_id, installed, values, wanted.sensitive), changes)
    else:
        updated = api.connectors.find_installed(account_id, installed.id) or installed
    _check_taken(installed, updated, wanted, changes)
    return updated


def _left(changes, installed, wanted):
    """The changes that the account connector does not show, as far as it shows them."""
    left = {name for name in _changes(installed, wanted) if name in changes}
    if "properties" in left:
        still = property_changes(installed, changes["properties"], wanted.is_sensitive)
        if set(still) <= hidden_properties(installed, wanted.is_sensitive):
            left.discard("properties")
    return left


def _check_taken(before, updated, wanted, changes):
    left = _left(changes, updated, wanted)
    what = "connector %r (id %s)" % (wanted.name, before.id)
    if wanted.mark is Mark.TRY:
        left.discard("is_partner_connector")
    if "is_partner_connector" in left:
        if wanted.mark is Mark.REQUIRE:
            msg = "The API did not mark %s as the partner connector (Native). Set the mark in the Console, under Templates, Template Connectors"
        else:
            msg = "The API did not remove the mark of the partner connector (Native) from %s. Remove it in the Console"
        raise NotTaken(msg % what)
    if left:
        raise NotTaken("The API accepted the update of %s but did not store: %s" % (what, ", ".join(sorted(left))))
    lost = {name for name, value in before.values.items() if value} - set(updated.values)
    if lost:
        raise NotTaken("With the update of %s the API dropped these properties: %s. Set them again" % (what, ", ".join(sorted(lost))))


def _only_hidden(changes, updated, wanted):
    return set(changes) == {"properties"} and set(changes["properties"]) <= hidden_properties(updated, wanted.is_sensitive)


def _predicted(installed, changes):
    """The account connector after the changes."""
    new = dict(changes.get("properties", {}))
    properties = [replace(one, value=new.pop(one.name, one.value)) for one in installed.properties]
    properties += [Property(name=name, value=value) for name, value in sorted(new.items())]
    predicted = replace(installed, **dict(changes, properties=tuple(properties)))
    needs_nothing = predicted.id is None and predicted.needs_nothing
    return replace(predicted, authenticated=predicted.authenticated or "auth_value" in changes or needs_nothing)


def _shown(installed, changes, wanted, mark=""):
    """The difference for people: secrets only by name."""
    stored = installed.values
    before, after = {}, {}
    for name, value in changes.items():
        if name == "properties":
            secret = {key: wanted.is_sensitive(key) for key in value}
            before[name] = {key: HIDDEN if secret[key] else stored[key] for key in value if key in stored}
            after[name] = {key: HIDDEN + mark if secret[key] else text for key, text in value.items()}
        elif name == "auth_value":
            before[name], after[name] = HIDDEN, HIDDEN + mark
        else:
            before[name], after[name] = getattr(installed, name), value
    return before, after
