# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Finding what a user named: an account's connectors, a connector of the catalogue. Failures say what there is instead."""

from __future__ import annotations

import itertools

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, no_such_account
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import connector_of, is_draft, label
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import integer, text

_SUGGESTIONS = 5


def installed_connectors(api, account_id, may_be_missing=False, option="account_id"):
    """The account's connectors. For an account that does not exist None where that is allowed, else InvalidInput."""
    return _of_account(api, account_id, may_be_missing, option, lambda: api.connectors.installed(account_id))


def installed_connector(api, account_id, account_connector_id, may_be_missing=False):
    """One of the account's connectors, or None where that account may be missing."""

    def read():
        found = api.connectors.find_installed(account_id, account_connector_id)
        return not_installed(api, account_id, account_connector_id) if found is None else found

    return _of_account(api, account_id, may_be_missing, "account_id", read)


def not_installed(api, account_id, wanted, installed=None):
    installed = api.connectors.installed(account_id) if installed is None else installed
    there = ", ".join("%r (id %d)" % (raw["Name"], raw["Id"]) for raw in installed) or "none"
    raise InvalidInput("account %r has no connector %r; installed: %s" % (account_id, wanted, there))


def _of_account(api, account_id, may_be_missing, option, read):
    """What `read` returns. An account that does not exist answers like a bad token, so a failure is followed by a look at the account."""
    try:
        return read()
    except ApiError as exc:
        if not no_such_account(exc):
            raise
        try:
            missing = api.accounts.find(account_id) is None
        except ApiError:
            raise exc from None
        if not missing:
            raise
        if may_be_missing:
            return None
        msg = "%s: there is no account %r (%s %s returned %d)" % (option, account_id, exc.method, exc.path, exc.status)
        raise InvalidInput(msg, exc.status, exc.method, exc.path, exc.message) from exc


def named_connector(api, account_id, name, version):
    """The release of the catalogue with that name, and version where one is given ("" for the one without a version)."""
    found = api.connectors.by_name(account_id, name)
    if not found:
        similar = itertools.islice(api.connectors.catalogue(account_id, query=name, include_custom=True), _SUGGESTIONS)
        names = sorted({text(raw, "Name") or "" for raw in similar if isinstance(raw, dict)} - {""})
        raise InvalidInput("connector: account %r has no connector %r in its catalogue%s"
                           % (account_id, name, "; did you mean %s?" % " or ".join(map(repr, names)) if names else ""))
    if version is not None:
        fitting = [raw for raw in found if (text(raw, "Version") or "") == version]
        if not fitting:
            raise InvalidInput("connector_version: connector %r has no version %r; there is %s" % (name, version, _versions(found)))
        found = fitting
    if len(found) > 1:
        raise InvalidInput("connector: %d connectors are named %r, choose one with connector_version or connector_id: %s"
                           % (len(found), name, _versions(found)))
    return found[0]


def _versions(connectors):
    return ", ".join("%r (id %s)" % (text(raw, "Version") or "", raw.get("Id")) for raw in connectors)


def release(api, account_id, connector_id):
    connector = api.connectors.by_id(account_id, connector_id)
    if connector is None:
        raise InvalidInput(
            "connector_id: there is no connector %d in the catalogue of account %r. Ids change with every release of a connector: name it "
            "with connector and connector_version instead" % (connector_id, account_id)
        )
    return connector


def check_installable(connector):
    if is_draft(connector):
        raise InvalidInput("connector %s is a draft and cannot be installed: publish it first" % label(connector))
    if integer(connector, "Id") is None or not text(connector, "Name"):
        raise InvalidInput("connector %s: the catalogue does not give its id and name" % label(connector))
    return connector


def match(installed, name):
    """The connector of that instance name among the installed ones, or None."""
    found = [raw for raw in installed if raw["Name"] == name]
    if len(found) > 1:
        ids = ", ".join(str(raw["Id"]) for raw in found)
        raise InvalidInput("more than one connector of the account is named %r (ids %s): rename or remove all but one" % (name, ids))
    return found[0] if found else None


def installed_target(api, account_id, params, installed):
    """The installed connector that connector, connector_id and name mean, or None. It must be of the connector that was named."""
    existing = match(installed, params["name"] or params["connector"])
    if existing is None and not params["name"]:
        # Without a name the instance is called like its connector.
        called_alike = (raw for raw in installed if raw["Name"] == connector_of(raw).get("Name"))
        existing = next((raw for raw in called_alike if _is_named(connector_of(raw), params)), None)
    if existing is not None:
        _check_same(api, account_id, params, existing)
    return existing


def _is_named(connector, params):
    if params["connector_id"]:
        return connector.get("Id") == params["connector_id"]
    return text(connector, "Name").lower() == params["connector"].lower()


def _check_same(api, account_id, params, existing):
    actual = connector_of(existing)
    name, version = params["connector"], params["connector_version"]
    if params["connector_id"] and params["connector_id"] != actual.get("Id"):
        # Another id of the same name and version is another release of the same connector.
        asked = release(api, account_id, params["connector_id"])
        name, version = text(asked, "Name"), text(asked, "Version") or ""
    if name is not None and name.lower() != (text(actual, "Name") or "").lower():
        raise InvalidInput("name: %r is an instance of connector %s, not of %r: choose another name or remove it first"
                           % (existing["Name"], label(actual), name))
    if version is not None and version != (text(actual, "Version") or ""):
        raise InvalidInput("connector_version: %r is installed as %s, not in version %r. The API cannot change the version of an installed "
                           "connector: remove it first, or install the other version under another name" % (existing["Name"], label(actual), version))


def catalogue_target(api, account_id, params):
    """The connector to install."""
    if params["connector_id"]:
        return check_installable(release(api, account_id, params["connector_id"]))
    return check_installable(named_connector(api, account_id, params["connector"], params["connector_version"]))


def unknown_target(params):
    """Stands for the connector where the catalogue cannot be asked, because the account is still to be created (check mode)."""
    return dict(Id=params["connector_id"], Name=params["connector"], Version=params["connector_version"] or None)
