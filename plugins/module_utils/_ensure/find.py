# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Finding what a user named: an account's connectors, a connector of the catalogue. Failures say what there is instead."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import Connector
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, CyclrError, InvalidInput, NoSuchAccount, no_such_account


class UnknownConnector(InvalidInput):
    """A catalogue has neither the connector nor one of a similar name."""


# -- accounts ------------------------------------------------------------------------------------------------------


def in_account(api, account_id, read, option="account_id"):
    """What `read()` finds in an account. The API answers alike for an unknown account and a bad token, so a failure is followed by a look."""
    try:
        return read()
    except ApiError as exc:
        if no_such_account(exc) and _is_missing(api, account_id):
            msg = "%s: account %r does not exist (%s %s returned %d)" % (option, account_id, exc.method, exc.path, exc.status)
            raise NoSuchAccount(msg, exc.status, exc.method, exc.path, exc.message) from exc
        raise


def in_account_or_none(api, account_id, read):
    """As `in_account`, with None for an account that does not exist."""
    try:
        return in_account(api, account_id, read)
    except NoSuchAccount:
        return None


def _is_missing(api, account_id):
    try:
        return api.accounts.find(account_id) is None
    except ApiError:
        return False


def installed_connectors(api, account_id, option="account_id"):
    return in_account(api, account_id, lambda: api.connectors.installed(account_id), option)


def installed_connectors_or_none(api, account_id):
    return in_account_or_none(api, account_id, lambda: api.connectors.installed(account_id))


# -- what is installed ---------------------------------------------------------------------------------------------


def match(installed, name):
    """The connector of that instance name among the installed ones, or None."""
    found = [one for one in installed if one.name == name]
    if len(found) > 1:
        ids = ", ".join(str(one.id) for one in found)
        raise InvalidInput("more than one connector of the account is named %r (ids %s): rename or remove all but one" % (name, ids))
    return found[0] if found else None


def not_installed(account_id, wanted, installed):
    """The error about a connector that the account does not have, by name or id."""
    there = ", ".join("%r (id %d)" % (one.name, one.id) for one in installed) or "none"
    meant = did_you_mean(wanted, [one.name for one in installed]) if isinstance(wanted, str) else ""
    return InvalidInput("account %r has no connector %r; installed: %s%s" % (account_id, wanted, there, meant))


def installed_target(api, account_id, params, installed):
    """The installed connector that connector, connector_id and name mean, or None. It must be of the connector that was named."""
    existing = match(installed, params["name"] or params["connector"])
    if existing is None and not params["name"]:
        # Without a name the instance is called like its connector.
        called_alike = (one for one in installed if one.name == one.connector.name)
        existing = next((one for one in called_alike if _is_named(one.connector, params)), None)
    if existing is not None:
        _check_same(api, account_id, params, existing)
    return existing


def _is_named(connector, params):
    if params["connector_id"]:
        return connector.id == params["connector_id"]
    return connector.name.lower() == params["connector"].lower()


def _check_same(api, account_id, params, existing):
    actual = existing.connector
    name, version = params["connector"], params["connector_version"]
    if params["connector_id"] and params["connector_id"] != actual.id:
        # Another id of the same name and version is another release of the same connector.
        asked = release(api, account_id, params["connector_id"])
        name, version = asked.name, asked.version or ""
    if name is not None and name.lower() != (actual.name or "").lower():
        raise InvalidInput("name: %r is an instance of connector %s, not of %r: choose another name or remove it first"
                           % (existing.name, actual.label, name))
    if version is not None and version != (actual.version or ""):
        raise InvalidInput("connector_version: %r is installed as %s, not in version %r. The API cannot change the version of an installed "
                           "connector: replace it with cyclr_connector_upgrade, remove it first, or install the other version under another name"
                           % (existing.name, actual.label, version))


# -- the catalogue -------------------------------------------------------------------------------------------------


def catalogue_target(api, account_id, params):
    """The connector to install."""
    if params["connector_id"]:
        return _installable(release(api, account_id, params["connector_id"]))
    return _installable(named_connector(api, account_id, params["connector"], params["connector_version"]))


def predicted_target(params):
    """Stands for the connector if the catalogue cannot be asked, because the account does not exist yet (check mode)."""
    return Connector(params["connector_id"], params["connector"], params["connector_version"] or None, is_predicted=True)


def expected_target(api, params):
    """As far as the catalogue of another account knows, the connector that an account that does not exist yet will find (check mode)."""
    account_id = params["catalogue_account_id"]
    if account_id is None:
        return predicted_target(params)
    try:
        return in_account(api, account_id, lambda: catalogue_target(api, account_id, params))
    except (NoSuchAccount, UnknownConnector):
        # Each account can have its own connectors.
        return predicted_target(params)


def named_connector(api, account_id, name, version):
    """The release of the catalogue with that name, and version if one is given ("" for the one without a version)."""
    found = api.connectors.by_name(account_id, name)
    if not found:
        similar = _similar(api, account_id, name)
        kind = InvalidInput if similar else UnknownConnector
        raise kind("connector: account %r has no connector %r in its catalogue%s" % (account_id, name, similar))
    if version is not None:
        fitting = [one for one in found if (one.version or "") == version]
        if not fitting:
            raise InvalidInput("connector_version: connector %r has no version %r; there is %s" % (name, version, _versions(found)))
        found = fitting
    if len(found) > 1:
        raise InvalidInput("connector: %d connectors are named %r, choose one with connector_version or connector_id: %s"
                           % (len(found), name, _versions(found)))
    return found[0]


def release(api, account_id, connector_id):
    connector = api.connectors.by_id(account_id, connector_id)
    if connector is None:
        raise UnknownConnector(
            "connector_id: connector %d is not in the catalogue of account %r. Ids change with every release of a connector: name it "
            "with connector and connector_version instead" % (connector_id, account_id)
        )
    return connector


def _installable(connector):
    if connector.is_draft:
        raise InvalidInput("connector %s is a draft and cannot be installed: publish it first" % connector.label)
    if connector.id is None or not connector.name:
        raise InvalidInput("connector %s: the catalogue does not give its id and name" % connector.label)
    return connector


def _similar(api, account_id, name):
    """The API finds nothing for a misspelt name, so the names of the whole catalogue are compared."""
    try:
        return did_you_mean(name, {one.name for one in api.connectors.catalogue(account_id, include_custom=True)})
    except CyclrError:
        # What is wrong is known already.
        return ""


def _versions(connectors):
    return ", ".join("%r (id %s)" % (one.version or "", one.id) for one in connectors)
