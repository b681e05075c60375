# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The options of an upgraded connector, from the variables of an account."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import authentication, properties
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list_of_dicts, as_text

_CREDENTIALS = {"username", "password", *authentication()}
_PROPERTIES = tuple(properties())
OPTIONS = {"description", "update_auth", *_CREDENTIALS, *_PROPERTIES}


def connector_options(connectors, connector, instance=None, given=None):
    """Options of cyclr_connector_upgrade. Those that are `given` for the upgrade win over those in onboard_account_connectors.

    Raises InvalidInput.
    """
    (given,) = as_list_of_dicts([given or {}], "upgrade_connector_options")
    unknown = sorted(set(given) - OPTIONS)
    if unknown:
        raise InvalidInput("upgrade_connector_options: %s: not allowed; allowed are: %s" % (", ".join(unknown), ", ".join(sorted(OPTIONS))))
    own = _own_options(as_list_of_dicts(connectors, "onboard_account_connectors"), connector, as_text(instance, "upgrade_connector_instance"))
    if any(given.get(name) is not None for name in _CREDENTIALS):
        # A key takes the place of a user name.
        own = {name: value for name, value in own.items() if name not in _CREDENTIALS}
    merged = dict(own, **given)
    for name in _PROPERTIES:
        if isinstance(own.get(name), dict) and isinstance(given.get(name), dict):
            merged[name] = dict(own[name], **given[name])
    return merged


def _own_options(connectors, connector, instance):
    """What an account's own variables say of the connector, unless they describe several instances and nobody says which one is meant."""
    found = [one for one in connectors if str(one.get("connector") or "").lower() == str(connector).lower()]
    if instance:
        found = [one for one in found if (one.get("name") or one["connector"]) == instance]
    return {name: value for name, value in found[0].items() if name in OPTIONS} if len(found) == 1 else {}
