# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Sending something to a URL of the user's own, which is not the API."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import fits_header, parse_origin
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.retry import parse_retry_after
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.transport_errors import NoAnswer
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.wire import Wire
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, TransportError

# What is sent is good for five minutes only.
_PATIENCE = 60


def check_webhook(url, token):
    """Origin and path of the URL. Raises InvalidInput. A path can be a secret, so no message shows it."""
    if not url:
        raise InvalidInput("webhook_url: required (or CYCLR_HANDOVER_URL)")
    if not token or not fits_header(token):
        raise InvalidInput("webhook_token: required (or CYCLR_HANDOVER_TOKEN), without blanks, control characters and letters that a header cannot contain")
    if "@" in unquote(url.partition("//")[2].partition("/")[0]):
        raise InvalidInput("webhook_url: must not contain a user name or password")
    try:
        parts = urlsplit(url)
        origin = "%s://%s" % (parts.scheme, parts.netloc)
    except ValueError as exc:
        raise InvalidInput("webhook_url: not a URL: %s" % exc) from exc
    if parts.fragment:
        raise InvalidInput("webhook_url: must not contain a fragment (#)")
    return parse_origin(origin, "webhook_url"), (parts.path or "/") + ("?" + parts.query if parts.query else "")


class Webhook:
    """Posts JSON with a bearer token. Certificates are always checked, whatever is set for the API."""

    def __init__(self, url, token, client):
        self._origin, self._path = check_webhook(url, token)
        self._token = token
        self._client = client
        self._wire = Wire(replace(client.connection, api_url=self._origin, validate_certs=True))

    def close(self):
        self._wire.close()

    def post(self, body, doing):
        """Sent again only if it cannot have arrived, or if the webhook asks for patience."""
        request = Request("POST", self._path, doing, body=body)
        patience = self._client.patience(min(_PATIENCE, self._client.connection.retry_timeout))
        while True:
            try:
                answer = self._wire.send(request, self._token)
            except NoAnswer as exc:
                if exc.may_have_arrived or not exc.worth_retrying or not patience.pause():
                    reason = self._client.secrets.hide(exc.reason)
                    raise TransportError("%s: got no answer from the webhook %s: %s" % (request.failed, self._origin, reason)) from exc
                continue
            if answer.ok:
                return
            if answer.status not in (429, 503) or not patience.pause(parse_retry_after(answer.headers.get("Retry-After"))):
                # What the webhook says may repeat what it was sent.
                raise ApiError("%s: the webhook %s returned %d" % (request.failed, self._origin, answer.status), answer.status, "POST")
