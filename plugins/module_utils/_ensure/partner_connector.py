# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The partner connector: where the company keeps it, and what a customer's account is to get."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import Mark, Wanted
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import desired_authentication
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import check_properties, desired_properties, hidden_properties
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector, is_masked
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import NOTHING, OAUTH_TYPES, Connector
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput


def _listed(installed):
    return ", ".join("%r (%s)" % (one.name, one.connector.label) for one in installed) or "none"


def _with_ids(installed):
    return ", ".join("%r (id %s)" % (one.name, one.id) for one in installed)


def _is(installed, name):
    return name.lower() in ((installed.connector.name or "").lower(), installed.name.lower())


def find_source(installed, account_id, connector):
    """The account connector with the mark, in the account where the company keeps it."""
    marked = [one for one in installed if one.is_partner_connector]
    found = [one for one in marked if connector is None or _is(one, connector)]
    if len(found) > 1 and connector is not None:
        # The name of one instance can be that of the connector of them all.
        found = [one for one in found if one.name == connector] or found
    if not found:
        what = "no partner connector" if connector is None else "no partner connector %r" % connector
        raise InvalidInput(
            "source_account_id: account %r has %s. Mark it in the Console (Templates, Template Connectors, switch from Standard to Native), or "
            "install it there with partner_connector=true. Marked: %s. Installed: %s%s"
            % (account_id, what, _listed(marked), _listed(installed), did_you_mean(connector or "", [one.name for one in marked]))
        )
    if len(found) > 1:
        raise InvalidInput("connector: account %r has several partner connectors, name one: %s" % (account_id, _with_ids(found)))
    if not found[0].connector.name or found[0].connector.id is None:
        raise InvalidInput("source_account_id: the API does not say which connector %r of account %r is" % (found[0].name, account_id))
    return found[0]


def predicted_source(connector):
    """Stands for the partner connector of a source account that does not exist yet (check mode)."""
    return AccountConnector(name=connector, connector=Connector(name=connector, is_predicted=True), is_partner_connector=True)


def find_target(installed, source):
    """The same connector in the customer's account, whatever its instance is called, or None."""
    name = source.connector.name
    found = [one for one in installed if name and (one.connector.name or "").lower() == name.lower()]
    for narrower in (lambda one: one.is_partner_connector, lambda one: one.name == name):
        if len(found) > 1:
            found = [one for one in found if narrower(one)] or found
    if len(found) > 1:
        raise InvalidInput("account_id: the account has the partner connector more than once, remove all but one: %s"
                           % _with_ids(found))
    if not found and any(one.name == name for one in installed):
        raise InvalidInput("account_id: the account has another connector under the name %r, rename or remove it" % name)
    return found[0] if found else None


def desired_partner_connector(params, source, existing):
    """What the customer's account is to have: the source's authentication and properties, and what the user set instead."""
    connector = source.connector
    own = desired_properties(params["properties"], params["sensitive_properties"])
    sensitive = frozenset(params["sensitive_properties"] or ())
    check_properties(connector, own, source.values, sensitive)
    hidden = hidden_properties(source, lambda name: connector.is_sensitive(name, sensitive))
    settable = {one.target_name for one in connector.parameters or () if one.is_account_connector_property}
    copied = {name: value for name, value in source.values.items() if name in settable and name not in hidden and value is not None}
    # username is somebody who signs in to Cyclr, not to the connector.
    method, auth_value = desired_authentication(dict(params, username=None), connector)
    if auth_value is None:
        method = method or source.method
        auth_value = None if is_masked(source.auth_value) else source.auth_value
    _check_copied(source, existing, auth_value, method, (hidden & settable) - set(own))
    return Wanted(
        name=existing.name if existing else connector.name,
        connector=connector,
        method=method,
        auth_value=auth_value,
        properties=dict(copied, **own),
        sensitive=sensitive,
        mark=Mark.KEEP if existing else Mark.TRY,
        update_auth=params["update_auth"],
    )


def _check_copied(source, existing, auth_value, method, hidden):
    """A secret that the API does not show in the source cannot be copied; an account that has it already does not need it."""
    by_consent = method is not None and method.type in OAUTH_TYPES + (NOTHING,)
    if auth_value is None and source.authenticated and not by_consent and not (existing and existing.authenticated):
        raise InvalidInput("the API does not show the authentication of %r in the source account: give auth_value, api_key or oauth_tokens" % source.name)
    missing = hidden - set(existing.values if existing else ())
    if missing:
        raise InvalidInput("the API does not show these properties of %r in the source account: %s. Give them in sensitive_properties"
                           % (source.name, ", ".join(sorted(missing))))
