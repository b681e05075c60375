# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The third party behind an OAuth connector: consent page and a real authorization-code server (facts 12)."""

from __future__ import annotations

import json
import os
from urllib.parse import urlencode, urlsplit

from oauthlib.oauth2 import FatalClientError, OAuth2Error, RequestValidator, Server
from starlette.responses import RedirectResponse, Response

from cyclr_sandbox.web import pages
from cyclr_sandbox.web.routing import OPEN, Routes

# The sandbox itself is served over plain HTTP on loopback.
os.environ.setdefault("OAUTHLIB_INSECURE_TRANSPORT", "1")

routes = Routes()

AUTHORIZE = "/third-party/{id:int}/authorize"
TOKEN = "/third-party/{id:int}/token"
CALLBACK = "/connector/callback"
REFUSED_SECRET = "wrong"  # noqa: S105 - the one client secret or password it refuses
_GRANTS = ("authorization_code", "password", "client_credentials", "refresh_token")


class _Validator(RequestValidator):
    """Knows every client; remembers codes, once each."""

    def __init__(self, codes, clock, scopes):
        self.codes = codes
        self.clock = clock
        self.scopes = scopes

    # The authorization request

    def validate_client_id(self, client_id, request, *args, **kwargs):
        return bool(client_id)

    def validate_redirect_uri(self, client_id, redirect_uri, request, *args, **kwargs):
        return urlsplit(redirect_uri).path == CALLBACK

    def validate_response_type(self, client_id, response_type, client, request, *args, **kwargs):
        return response_type == "code"

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs):
        return set(scopes) <= set(self.scopes)

    def get_default_scopes(self, client_id, request, *args, **kwargs):
        return self.scopes

    def is_pkce_required(self, client_id, request):
        return False

    def get_code_challenge(self, code, request):
        return None

    def save_authorization_code(self, client_id, code, request, *args, **kwargs):
        self.codes[code["code"]] = {
            "client_id": client_id,
            "redirect_uri": request.redirect_uri,
            "scopes": request.scopes,
            "expires": self.clock.after(60),
        }

    # The token request

    def client_authentication_required(self, request, *args, **kwargs):
        return True

    def authenticate_client(self, request, *args, **kwargs):
        request.client = _Client(request.client_id)
        return bool(request.client_id) and request.client_secret not in (None, "", REFUSED_SECRET)

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        return grant_type in _GRANTS

    def validate_code(self, client_id, code, client, request, *args, **kwargs):
        known = self.codes.get(code)
        if known is None or known["client_id"] != client_id or known["expires"] <= self.clock.now():
            return False
        request.scopes = known["scopes"]
        return True

    def confirm_redirect_uri(self, client_id, code, redirect_uri, client, request, *args, **kwargs):
        return self.codes[code]["redirect_uri"] == redirect_uri

    def invalidate_authorization_code(self, client_id, code, request, *args, **kwargs):
        self.codes.pop(code, None)

    def validate_user(self, username, password, client, request, *args, **kwargs):
        return bool(username) and password not in (None, "", REFUSED_SECRET)

    def save_bearer_token(self, token, request, *args, **kwargs):
        """Cyclr keeps it; the third party has nothing to serve with it."""


class _Client:
    def __init__(self, client_id):
        self.client_id = client_id


def _server(call, connector):
    sandbox = call.sandbox
    validator = _Validator(call.store.codes, sandbox.clock, connector.scopes)

    def token(_request, refresh_token=False):
        return sandbox.random.urlsafe()

    return Server(validator, token_expires_in=3600, token_generator=token)


def _connector(call):
    connector = call.store.connectors.get(call.params["id"])
    if connector is None:
        raise pages.wrong("There is no such service.", 404)
    return connector


def _uri(call):
    return f"{call.base_url}{call.scope['path']}?{call.scope['query_string'].decode('latin-1')}"


@routes.add("GET", AUTHORIZE, level=OPEN)
def consent(call):
    connector = _connector(call)
    try:
        scopes, _credentials = _server(call, connector).validate_authorization_request(_uri(call))
    except (FatalClientError, OAuth2Error) as error:
        raise pages.wrong(f"{connector.name} does not accept this request: {error.error}.") from error
    flow = call.store.authorizations.get(call.query.get("state"))
    account = call.store.accounts.get(flow.account_id) if flow else None
    return pages.render(
        "consent.html",
        third_party=connector.name,
        asker="Cyclr",
        account=account.record["Name"] if account else None,
        scopes=scopes,
    )


@routes.add("POST", AUTHORIZE, level=OPEN)
def decide(call):
    """Allow leads back with a code, anything else with `access_denied`."""
    connector = _connector(call)
    server = _server(call, connector)
    try:
        scopes, credentials = server.validate_authorization_request(_uri(call))
        if call.form.get("decision") != "allow":
            back = {"error": "access_denied", "state": credentials["state"] or ""}
            return RedirectResponse(f"{credentials['redirect_uri']}?{urlencode(back)}", 303)
        headers, _body, status = server.create_authorization_response(
            _uri(call), http_method="POST", scopes=scopes, credentials=credentials
        )
    except (FatalClientError, OAuth2Error) as error:
        raise pages.wrong(f"{connector.name} does not accept this request: {error.error}.") from error
    return Response(b"", status, headers)


@routes.add("POST", TOKEN, level=OPEN)
def token(call):
    """The third party's own token endpoint."""
    connector = _connector(call)
    headers, body, status = _server(call, connector).create_token_response(
        f"https://third-party.example{call.scope['path']}",
        http_method="POST",
        body=call.body.decode("utf-8", "replace"),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    return Response(body or json.dumps({}), status, headers)
