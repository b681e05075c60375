# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The link with which a customer authorizes a connector."""

from __future__ import annotations

from urllib.parse import urlsplit

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import parse_origin
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput


def check_link_options(params):
    """Raises InvalidInput for what can be seen to be wrong before anything is sent."""
    target_origin(params)
    if params["flow"] == "service_domain":
        service_origin(params["service_domain"])


def service_origin(value):
    """The service domain as an origin: a bare host means https."""
    if not value:
        raise InvalidInput("service_domain: required with flow=service_domain (or CYCLR_SERVICE_DOMAIN), for example acme-h.cyclr.com")
    return parse_origin(value if "://" in value else "https://" + value, "service_domain")


def target_origin(params):
    """The URL as it was given. A message is posted to its origin: a browser compares origins only."""
    value = params["target_origin"]
    try:
        parts = urlsplit(value)
        port = parts.port
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(char.isspace() for char in value)
    except ValueError:
        usable = False
    if not usable:
        raise InvalidInput("target_origin: %r is not an absolute URL such as https://app.example.com" % value)
    if not params["callback_message"]:
        return value
    host = "[%s]" % parts.hostname if ":" in parts.hostname else parts.hostname
    return "%s://%s%s" % (parts.scheme, host, "" if port in (None, dict(http=80, https=443)[parts.scheme]) else ":%d" % port)


def create_link(api, account_id, installed, params):
    """Returns URL and expiry. A token that got lost on its way is of no use to anybody, so asking again takes no look first."""
    today = params["flow"] == "service_domain"

    def fetch():
        return api.embedding.sign_in_token(account_id, params["username"]) if today else api.embedding.sign_in_token_2019(account_id)

    token, expires_at = send_once(fetch, lambda: None, api.client.patience())
    base = service_origin(params["service_domain"]) if today else None
    return api.embedding.oauth_link(installed.id, token, target_origin(params), params["callback_message"], base), expires_at
