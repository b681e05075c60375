# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What the instance of a new version gets: what the user set, and everything else from the one that it replaces."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import Mark, Wanted
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.authentication import desired_authentication
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.properties import check_properties, desired_properties, hidden_properties
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import is_masked
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import API_KEY, BASIC, OAUTH_APP


def replacement(params, connector, instances):
    """The instance to install, or what an installed one still lacks."""
    source, existing = instances.source, instances.new
    own = desired_properties(params["properties"], params["sensitive_properties"])
    # What was a secret in the old version stays one.
    sensitive = frozenset(name for name in source.values if source.connector.is_sensitive(name)) | frozenset(params["sensitive_properties"] or ())
    stored = existing.values if existing else {}
    properties = dict(_copied_properties(source, connector, sensitive, stored), **own)
    method, auth_value = desired_authentication(params, connector)
    if auth_value is None and not (existing and existing.authenticated):
        method, auth_value = _copied_authentication(source, connector, method)
    check_properties(connector, properties, stored, sensitive)
    description = params["description"]
    return Wanted(
        name=instances.name,
        connector=connector,
        method=method,
        auth_value=auth_value,
        properties=properties,
        sensitive=sensitive,
        description=source.description if description is None and existing is None else description,
        mark=Mark.REQUIRE if source.is_partner_connector else Mark.KEEP,
        update_auth=params["update_auth"],
    )


def _copied_properties(source, connector, sensitive, stored):
    hidden = hidden_properties(source, lambda name: connector.is_sensitive(name, sensitive))
    settable = {one.target_name for one in connector.parameters or () if one.is_account_connector_property} | set(OAUTH_APP)
    return {
        name: value
        for name, value in source.values.items()
        if value and name not in hidden and not stored.get(name) and (connector.parameters is None or name in settable)
    }


def _copied_authentication(source, connector, method):
    """A key stays valid. OAuth tokens do not: whoever refreshes them first makes those of the other worthless."""
    kind = source.method.type if source.method else None
    alike = [one for one in connector.methods if one.type == kind and method in (None, one)]
    if kind not in (API_KEY, BASIC) or len(alike) != 1 or is_masked(source.auth_value):
        return method, None
    return alike[0], source.auth_value
