# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""LAUNCH and Marketplace as a way to bring the partner connector into an account."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import ensure_installed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors, named_connector
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.partner_connector import authentication_entry, find_target
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.fields import pascal_case, text

# Options that go into the body as they are. The API's own defaults hold for those that are not set.
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

_NAMES = dict(inline_oauth="InlineOAuth")


def deployment_body(params, entry):
    """The body of LAUNCH or Marketplace. `entry` is the partner connector, or None where the account has it."""
    options = LAUNCH_OPTIONS + ("account_name", "account_description", "marketplace_id")
    body = {_NAMES.get(option, pascal_case(option)): params[option] for option in options if params[option] is not None}
    if entry is not None and params["payload"] == "connector_authentications":
        body["ConnectorAuthentications"] = [entry]
    elif entry is not None:
        body["PartnerConnector"] = entry
    return body


def deploy(api, account_id, params, source, wanted, existing, check_mode):
    """Call LAUNCH or Marketplace. Returns what it answered and the partner connector that is in the account afterwards.

    A connector that is there already is not sent again: whether the call would update, ignore or duplicate it is unknown.
    """
    answer = dict(via=params["via"], account_id=account_id)
    if check_mode:
        return dict(answer, url=None, token=None, expires_at=None), existing
    wanted.keep_secret(api.client)
    there = dict(now=existing)

    def call():
        entry = authentication_entry(wanted) if there["now"] is None else None
        body = deployment_body(params, entry)
        return api.embedding.deploy(params["via"], account_id, body, params["username"], params["password"])

    def look():
        """An answer that got lost took the URL with it, so the call is made again, without the connector if that is there by now."""
        there["now"] = find_target(installed_connectors(api, account_id, may_be_missing=True) or [], source)

    answer.update(send_once(call, look, api.client.patience()))
    look()
    return answer, there["now"]


def bring_in(api, account_id, wanted, existing, check_mode):
    """Make sure of the connector itself: documented is that LAUNCH left accounts that existed without it."""
    try:
        return ensure_installed(api, account_id, wanted, existing, check_mode)
    except ApiError as exc:
        if exc.status != 404 or existing is not None:
            raise
    # The source still runs a release that can no longer be installed: take the current one of that name and version.
    wanted.connector = named_connector(api, account_id, text(wanted.connector, "Name"), text(wanted.connector, "Version") or "")
    return ensure_installed(api, account_id, wanted, existing, check_mode)
