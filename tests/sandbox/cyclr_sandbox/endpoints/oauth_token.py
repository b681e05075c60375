# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""`POST /oauth/token`: client credentials only (facts 2)."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_plus

from starlette.responses import Response

from cyclr_sandbox.web.answers import dumps
from cyclr_sandbox.state.clock import http_date
from cyclr_sandbox.web.routing import OPEN, Routes
from cyclr_sandbox.state.store import Bearer

routes = Routes()

LIFETIME = 1209599  # 14 days
_HEADERS = {"Cache-Control": "no-cache", "Pragma": "no-cache", "Expires": "-1"}


def _answer(value, status=200):
    return Response(dumps(value), status, _HEADERS, media_type="application/json;charset=UTF-8")


def _client(call, form):
    """(id, secret) from the body, else from Basic (facts 2 [QA][D])."""
    if "client_id" in form:
        return form["client_id"], form.get("client_secret", "")
    scheme, _space, value = (call.header(b"authorization") or b"").decode("latin-1").partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        client_id, _colon, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, None
    credentials = call.store.credentials
    if credentials.get(client_id) == secret:
        return client_id, secret
    return unquote_plus(client_id), unquote_plus(secret)


@routes.add("POST", "/oauth/token", level=OPEN)
def token(call):
    settings, store, now = call.settings, call.store, call.sandbox.clock.now()
    form = call.form
    if form.get("grant_type") != "client_credentials":
        error = "unsupported_grant_type" if form.get("grant_type") else "invalid_request"
        return _answer({"error": error}, 400)
    client_id, secret = _client(call, form)
    if client_id is None or store.credentials.get(client_id) != secret:
        return _answer({"error": "invalid_client"}, settings.TokenErrorStatus)
    account_id = None
    scope = form.get("scope", "")
    if scope:
        kind, _colon, account_id = scope.partition(":")
        account = store.find_account(account_id, settings)
        if kind != "account" or account is None:
            return _answer({"error": "invalid_scope"}, settings.TokenErrorStatus)
        account_id = account.id
    value = call.sandbox.random.bearer()
    expires = call.sandbox.clock.after(LIFETIME)
    store.bearers[value] = Bearer(client_id, expires, account_id)
    result = {"access_token": value, "token_type": "bearer"}
    if settings.TokenResponse != "minimal":
        result["expires_in"] = LIFETIME
    if settings.TokenResponse == "full":
        result["clientId"] = client_id
        result[".refresh"] = "False"
        result[".issued"] = http_date(now)
        result[".expires"] = http_date(expires)
    return _answer(result)
