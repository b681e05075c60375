# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""LAUNCH and Marketplace as a way to bring the partner connector into an account."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import ensure_installed, known_method
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors_or_none, named_connector
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.partner_connector import find_target
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError

# Options that go into the request as they are. For options that are not set, the API uses its own defaults.
LAUNCH_OPTIONS = (
    "start",
    "run_once",
    "tags",
    "inline_oauth",
    "auto_install",
    "single_install",
    "complete_parameter",
    "wizard",
    "display_descriptions",
)
_REQUEST_OPTIONS = LAUNCH_OPTIONS + ("account_name", "account_description", "marketplace_id")


class Deployment:
    """One call of LAUNCH or Marketplace, as often as it takes until its answer arrives.

    A connector that is there already is not sent again: whether the call would update, ignore or duplicate it is unknown.
    """

    def __init__(self, api, account_id, params, source, wanted, existing):
        self._api, self._account_id, self._params = api, account_id, params
        self._source, self._wanted = source, wanted
        self.existing = existing

    def call(self):
        params = self._params
        options = {option: params[option] for option in _REQUEST_OPTIONS if params[option] is not None}
        if self.existing is None:
            options[params["payload"]] = self._entry()
        return self._api.embedding.deploy(params["via"], self._account_id, options, params["username"], params["password"])

    def look(self):
        """A lost answer took the URL with it, so the call is made again, without the connector if that is there by now."""
        self.existing = find_target(installed_connectors_or_none(self._api, self._account_id) or [], self._source)

    def _entry(self):
        wanted = self._wanted
        values = dict(properties=wanted.properties, **known_method(wanted))
        if wanted.auth_value is not None:
            values["auth_value"] = wanted.auth_value
        entry = self._api.embedding.partner_entry(wanted.connector, values, wanted.sensitive)
        return [entry] if self._params["payload"] == "connector_authentications" else entry


def deploy(api, account_id, params, source, wanted, existing):
    """Call LAUNCH or Marketplace. Returns what it answered and the partner connector that is in the account afterwards."""
    deployment = Deployment(api, account_id, params, source, wanted, existing)
    answer = send_once(deployment.call, deployment.look, api.client.patience())
    deployment.look()
    return answer, deployment.existing


def bring_in(api, account_id, wanted, existing, check_mode):
    """Make sure of the connector itself: LAUNCH is documented to have left existing accounts without it."""
    try:
        return ensure_installed(api, account_id, wanted, existing, check_mode)
    except ApiError as exc:
        if exc.status != 404 or existing is not None:
            raise
    # The source still runs a release that can no longer be installed: take the current one of that name and version.
    current = named_connector(api, account_id, wanted.connector.name, wanted.connector.version or "")
    return ensure_installed(api, account_id, wanted.on(current), existing, check_mode)
