# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The company's own connector: finding it where it is kept, and describing what a customer's account is to get."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import desired_authentication
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import check_properties, desired_properties, hidden_properties
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import Wanted
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import (
    OAUTH_TYPES,
    connector_of,
    is_masked,
    label,
    method_in_use,
    parameters,
    properties_of,
    sensitive_names,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import integer, text


def _listed(installed):
    return ", ".join("%r (%s)" % (raw["Name"], label(connector_of(raw))) for raw in installed) or "none"


def _is(raw, name):
    return name.lower() in ((text(connector_of(raw), "Name") or "").lower(), raw["Name"].lower())


def find_source(installed, account_id, connector):
    """The account connector that carries the mark, in the account where the company keeps it."""
    marked = [raw for raw in installed if raw.get("IsPartnerIntegrationConnector") is True]
    found = [raw for raw in marked if connector is None or _is(raw, connector)]
    if not found:
        what = "no partner connector" if connector is None else "no partner connector %r" % connector
        raise InvalidInput(
            "source_account_id: account %r holds %s. Mark it in the Console (Templates, Template Connectors, switch from Standard to Native), or "
            "install it there with partner_connector=true. Marked: %s. Installed: %s" % (account_id, what, _listed(marked), _listed(installed))
        )
    if len(found) > 1:
        raise InvalidInput("connector: account %r holds several partner connectors, name one: %s" % (account_id, _listed(found)))
    if not text(connector_of(found[0]), "Name") or integer(connector_of(found[0]), "Id") is None:
        raise InvalidInput("source_account_id: the API does not say which connector %r of account %r is" % (found[0]["Name"], account_id))
    return found[0]


def find_target(installed, source):
    """The same connector in the customer's account, whatever its instance is called, or None."""
    name = text(connector_of(source), "Name")
    found = [raw for raw in installed if (text(connector_of(raw), "Name") or "").lower() == name.lower()]
    for narrower in (lambda raw: raw.get("IsPartnerIntegrationConnector") is True, lambda raw: raw["Name"] == name):
        if len(found) > 1:
            found = [raw for raw in found if narrower(raw)] or found
    if len(found) > 1:
        raise InvalidInput("account_id: the account holds the partner connector more than once, remove all but one: %s"
                           % ", ".join("%r (id %s)" % (raw["Name"], raw["Id"]) for raw in found))
    if not found and any(raw["Name"] == name for raw in installed):
        raise InvalidInput("account_id: the account has another connector under the name %r, rename or remove it" % name)
    return found[0] if found else None


def desired_partner_connector(params, source, existing):
    """What the customer's account is to have: the source's authentication and properties, and what the user set instead."""
    connector = connector_of(source)
    own = desired_properties(params["properties"], params["sensitive_properties"])
    sensitive = frozenset(params["sensitive_properties"] or ())
    check_properties(connector, own, properties_of(source), sensitive)
    is_sensitive = sensitive_names(connector, sensitive)
    hidden = hidden_properties(source, is_sensitive)
    settable = {param["target_name"] for param in parameters(connector) if param["is_account_connector_property"]}
    copied = {name: value for name, value in properties_of(source).items() if name in settable and name not in hidden and value is not None}
    # username is somebody who signs in to Cyclr, not to the connector.
    method, auth_value = desired_authentication(dict(params, username=None), connector)
    if auth_value is None:
        method = method or method_in_use(source)
        auth_value = source.get("AuthValue") if isinstance(source.get("AuthValue"), str) and not is_masked(source["AuthValue"]) else None
    _check_copied(source, existing, auth_value, method, (hidden & settable) - set(own))
    return Wanted(
        name=existing["Name"] if existing else text(connector, "Name"),
        connector=connector,
        method=method,
        auth_value=auth_value,
        properties=dict(copied, **own),
        sensitive=sensitive,
        is_partner_connector=None if existing else True,
        insists_on_mark=False,
        update_auth=params["update_auth"],
    )


def _check_copied(source, existing, auth_value, method, hidden):
    """A secret that the API does not show in the source cannot be handed on; an account that has it already does not need it."""
    by_consent = method is not None and method["type"] in OAUTH_TYPES + ("None",)
    if auth_value is None and source.get("Authenticated") and not by_consent and not (existing and existing.get("Authenticated")):
        raise InvalidInput("the API does not show the authentication of %r in the source account: give auth_value, api_key or oauth_tokens" % source["Name"])
    have = set(properties_of(existing)) if existing else set()
    if hidden - have:
        raise InvalidInput("the API does not show these properties of %r in the source account: %s. Give them in sensitive_properties"
                           % (source["Name"], ", ".join(sorted(hidden - have))))


def authentication_entry(wanted):
    """The partner connector in the body of LAUNCH and Marketplace. Its name is that of the catalogue; values are texts."""
    entry = dict(Name=text(wanted.connector, "Name"), Version=text(wanted.connector, "Version"))
    if wanted.method and wanted.method["id"]:
        entry["AuthenticationId"] = wanted.method["id"]
    if wanted.auth_value is not None:
        entry["AuthValue"] = wanted.auth_value
    entry["Properties"] = [dict(Name=name, Value=value) for name, value in sorted(wanted.properties.items())]
    return entry
