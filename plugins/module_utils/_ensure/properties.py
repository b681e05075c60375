# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The properties of an account connector: what may be set, and what has to be written."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import is_masked
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import OAUTH_APP
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput


def desired_properties(properties, sensitive_properties):
    """Name -> text of all that is to be set. Raises InvalidInput."""
    properties, sensitive = properties or {}, sensitive_properties or {}
    twice = sorted(set(properties) & set(sensitive))
    if twice:
        raise InvalidInput("given in both properties and sensitive_properties: %s" % ", ".join(twice))
    return {name: as_text("property %r" % name, value) for name, value in dict(properties, **sensitive).items()}


def as_text(what, value):
    """What the API stores as text. `what` names it in the error."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise InvalidInput("%s: must be one text, number or boolean, not %s" % (what, "empty" if value is None else "a list or dictionary"))


def check_properties(connector, wanted, stored, sensitive=()):
    """Compare with the connector's parameters before anything is written, and name everything that is wrong at once."""
    problems = [
        "%r begins or ends with blanks or line ends, which would be stored as a part of it" % name
        for name, value in sorted(wanted.items())
        # A secret of several lines, such as a private key, may end with a line end.
        if value != value.strip() and len(value.split("\n")) <= 2 and connector.is_sensitive(name, sensitive)
    ]
    if connector.parameters is not None:
        problems += _mismatches(connector, wanted, stored, sensitive)
    if problems:
        raise InvalidInput("properties of connector %s: %s" % (connector.label, "; ".join(problems)))


def _mismatches(connector, wanted, stored, sensitive):
    known = {parameter.target_name: parameter for parameter in connector.parameters if parameter.target_name}
    settable = sorted(name for name, parameter in known.items() if parameter.is_account_connector_property)
    allowed = ", ".join(settable) or "none"
    for name, value in sorted(wanted.items()):
        parameter = known.get(name)
        if parameter is None:
            if name not in OAUTH_APP:
                yield "property %r does not exist; allowed are: %s%s" % (name, allowed, did_you_mean(name, settable))
        elif not parameter.is_account_connector_property:
            yield "%r is not an account connector property; allowed are: %s" % (name, allowed)
        elif parameter.values and value not in parameter.values:
            shown = "the given value" if connector.is_sensitive(name, sensitive) else repr(value)
            yield "%r cannot be %s; allowed are: %s" % (name, shown, ", ".join(parameter.values))
    for name in settable:
        if known[name].is_optional is False and not wanted.get(name) and not stored.get(name):
            values = known[name].values
            yield "%r is required%s" % (name, "; allowed are: " + ", ".join(values) if values else "")


def property_changes(installed, wanted, is_sensitive):
    """The wanted properties that have to be written.

    A masked secret cannot be compared and is taken as set. One that the API lists without a value is either hidden or missing: an
    authenticated connector is taken to have it, another one gets it.
    """
    stored = installed.values

    def differs(name, value):
        if stored.get(name) == value:
            return False
        if name not in stored or not is_sensitive(name):
            return True
        if not stored[name]:
            return not installed.authenticated
        return not is_masked(stored[name])

    return {name: value for name, value in wanted.items() if differs(name, value)}


def hidden_properties(installed, is_sensitive):
    """Stored properties whose value the API does not show."""
    return {name for name, value in installed.values.items() if is_sensitive(name) and is_masked(value)}
