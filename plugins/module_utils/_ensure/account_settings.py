# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The settings of an account: what is allowed, and what the API makes of them."""

from __future__ import annotations

import difflib
import zoneinfo
from urllib.parse import urlsplit

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import LONGEST_RETENTION_HOURS

SETTINGS = (
    "name",
    "description",
    "timezone",
    "parent_account_id",
    "audit_info",
    "task_audit_info",
    "step_data_success_retention_hours",
    "step_data_errored_retention_hours",
    "transaction_error_webhook_enabled",
    "transaction_error_webhook_url",
    "transaction_error_webhook_include_warnings",
)


def desired_settings(params):
    """What the user set, in the form in which the API will store it. Raises InvalidInput."""
    desired = {name: params[name] for name in SETTINGS if params.get(name) is not None}
    if desired.get("name", "x").strip() == "":
        raise InvalidInput("name: must not be empty")
    for option in ("step_data_success_retention_hours", "step_data_errored_retention_hours"):
        if option in desired:
            if desired[option] < 0:
                raise InvalidInput("%s: must be 0 or more hours, not %d" % (option, desired[option]))
            desired[option] = min(desired[option], LONGEST_RETENTION_HOURS)
    if "timezone" in desired:
        _check_timezone(desired["timezone"])
    if desired.get("transaction_error_webhook_url"):
        desired["transaction_error_webhook_url"] = _stored_url(desired["transaction_error_webhook_url"])
    return desired


def check_webhook(desired, current):
    """A webhook that is on needs a URL, given or stored."""
    url = desired.get("transaction_error_webhook_url", current.get("transaction_error_webhook_url"))
    if desired.get("transaction_error_webhook_enabled") and not url:
        raise InvalidInput("transaction_error_webhook_url: required if transaction_error_webhook_enabled is true")


def with_webhook_url(changes, desired, current):
    """The API refuses to turn the webhook on without its URL, even if one is stored: send it along."""
    if not changes.get("transaction_error_webhook_enabled"):
        return changes
    url = desired.get("transaction_error_webhook_url") or current["transaction_error_webhook_url"]
    return dict(changes, transaction_error_webhook_url=url)


def _check_timezone(name):
    try:
        zoneinfo.ZoneInfo(name)
        return
    except (KeyError, ValueError, OSError):
        known = zoneinfo.available_timezones()
    # A machine without a time zone database cannot tell. What the API stored is compared after the write in any case.
    if known and name not in known:
        close = difflib.get_close_matches(name, sorted(known), n=3)
        raise InvalidInput(
            "timezone: %r is not a valid IANA time zone%s"
            % (name, "; did you mean %s?" % " or ".join(close) if close else ", such as Europe/London")
        )


def _stored_url(url):
    """The API puts https:// before a URL without a scheme."""
    stored = url if "://" in url else "https://" + url
    try:
        usable = bool(urlsplit(stored).hostname) and not any(char.isspace() for char in stored)
    except ValueError:
        usable = False
    if not usable:
        raise InvalidInput("transaction_error_webhook_url: %r is not a URL" % url)
    return stored
