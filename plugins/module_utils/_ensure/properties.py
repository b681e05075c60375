# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The properties of an account connector: what may be set, and what has to be written."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import (
    is_masked,
    label,
    parameters,
    properties_of,
    sensitive_names,
)

# The OAuth app of one customer may be set on any OAuth connector, listed among its parameters or not.
_OAUTH_APP = ("ClientId", "ClientSecret")


def desired_properties(properties, sensitive_properties):
    """Name -> text of all that is to be set. Raises InvalidInput."""
    properties, sensitive = properties or {}, sensitive_properties or {}
    twice = sorted(set(properties) & set(sensitive))
    if twice:
        raise InvalidInput("given in both properties and sensitive_properties: %s" % ", ".join(twice))
    return {name: _text(name, value) for name, value in dict(properties, **sensitive).items()}


def _text(name, value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise InvalidInput("property %r: must be one text, number or boolean, not %s" % (name, "empty" if value is None else "a list or dictionary"))


def check_properties(connector, wanted, stored, also_sensitive=()):
    """Compare with the connector's parameters before anything is written, and name everything that is wrong at once."""
    if not isinstance(connector.get("Parameters"), list):
        return
    known = {param["target_name"]: param for param in parameters(connector) if param["target_name"]}
    settable = sorted(name for name, param in known.items() if param["is_account_connector_property"])
    is_sensitive = sensitive_names(connector, also_sensitive)
    problems = []
    for name, value in sorted(wanted.items()):
        param = known.get(name)
        if param is None:
            if name not in _OAUTH_APP:
                problems.append("there is no property %r; allowed are: %s" % (name, ", ".join(settable) or "none"))
        elif not param["is_account_connector_property"]:
            problems.append("%r is not an account connector property; allowed are: %s" % (name, ", ".join(settable) or "none"))
        elif param["values"] and value not in param["values"]:
            shown = "the given value" if is_sensitive(name) else repr(value)
            problems.append("%r cannot be %s; allowed are: %s" % (name, shown, ", ".join(param["values"])))
    for name in settable:
        if known[name]["is_optional"] is False and not wanted.get(name) and not stored.get(name):
            allowed = known[name]["values"]
            problems.append("%r is required%s" % (name, "; allowed are: " + ", ".join(allowed) if allowed else ""))
    if problems:
        raise InvalidInput("properties of connector %s: %s" % (label(connector), "; ".join(problems)))


def property_changes(installed, wanted, is_sensitive):
    """The wanted properties that have to be written.

    A masked secret cannot be compared and is taken as set. One that the API lists without a value is either hidden or missing: an
    authenticated connector is taken as having it, another gets it.
    """
    stored = properties_of(installed)

    def differs(name, value):
        if stored.get(name) == value:
            return False
        if name not in stored or not is_sensitive(name):
            return True
        if not stored[name]:
            return not installed.get("Authenticated")
        return not is_masked(stored[name])

    return {name: value for name, value in wanted.items() if differs(name, value)}


def hidden_properties(installed, is_sensitive):
    """Stored properties whose value the API does not show."""
    return {name for name, value in properties_of(installed).items() if is_sensitive(name) and is_masked(value)}
