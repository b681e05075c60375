# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What a browser meets on the service domain: sign-in, the OAuth link and its callback (facts 10, 12)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from oauthlib.oauth2 import (
    BackendApplicationClient,
    LegacyApplicationClient,
    OAuth2Error,
    WebApplicationClient,
)
from starlette.responses import RedirectResponse

from cyclr_sandbox.endpoints import signin
from cyclr_sandbox.state import installing
from cyclr_sandbox.web import asgi, pages, third_party
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.routing import OPEN, Routes, is_digits

routes = Routes()

_COOKIE = "cyclr_session"


@dataclass
class Flow:
    """An OAuth link that was opened and not yet finished."""

    account_id: str
    account_connector_id: int
    target_origin: str
    callback_message: str | None
    authorize_scopes: list


# Signing in


def _sign_in(call, found, response):
    session = call.sandbox.random.urlsafe()
    call.store.sessions[session] = (found.account_id, found.username)
    response.set_cookie(_COOKIE, session, httponly=True, samesite="lax", secure=_secure(call))
    return response


def _secure(call):
    return call.scope["scheme"] == "https"


def _consumed(call):
    """The sign-in behind the token; used, expired and unknown ones end here."""
    found = signin.consume(call, call.query.get("token", ""))
    if found is None:
        raise pages.denied()
    return found


@routes.add("GET", "/account/signinwithtoken", level=OPEN)
def sign_in_with_token(call):
    """Opens the whole account; the other parameters travel on to `returnUrl` (facts 10, 13)."""
    found = _consumed(call)
    back = call.query.get("returnurl") or "/account"
    if not back.startswith("/") or back[1:2] in ("/", "\\"):
        back = "/account"
    pairs = parse_qsl(call.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    rest = urlencode([one for one in pairs if one[0].lower() not in ("token", "returnurl")])
    if rest:
        back += ("&" if "?" in back else "?") + rest
    return _sign_in(call, found, RedirectResponse(back, 302))


def _session(call):
    for part in (call.header(b"cookie") or b"").decode("latin-1").split(";"):
        name, _equals, value = part.strip().partition("=")
        if name == _COOKIE:
            return call.store.sessions.get(value)
    return None


def _landing(call, heading):
    session = _session(call)
    account = call.store.accounts.get(session[0]) if session else None
    if account is None:
        raise pages.denied()
    return pages.render(
        "landing.html",
        heading=heading,
        account=account.record["Name"],
        username=session[1],
        connectors=call.store.installed[account.id],
    )


@routes.add("GET", "/account", level=OPEN)
def account_page(call):
    return _landing(call, "Your account")


@routes.add("GET", "/launch", level=OPEN)
def launch_page(call):
    return _landing(call, "Set up your integration")


@routes.add("GET", "/orbit", level=OPEN)
def orbit_page(call):
    return _landing(call, "Your integrations")


@routes.add("GET", "/launch/marketplace/{id:int}", level=OPEN)
def marketplace_page(call):
    market = call.store.marketplaces.get(call.params["id"]) or {}
    return _landing(call, market.get("Name") or "Marketplace")


# The OAuth link


def _link_parameters(call):
    query = call.query
    if not is_digits(query.get("id", "")) or not query.get("token"):
        raise pages.wrong("The address is incomplete: it needs id, token and targetOrigin.")
    target = query.get("targetorigin", "")
    if not target:
        raise pages.wrong("The address is incomplete: targetOrigin is required.")
    if urlsplit(target).scheme not in ("", "http", "https"):
        raise pages.wrong("targetOrigin is not an address this page may lead to.")
    return int(query["id"]), target, query.get("callbackmessage") or None


def auth_method(one):
    """The `Authentication[]` entry in use; the deprecated top-level fields where there is none."""
    return one.connector.method(one.authentication_id) or {
        "AuthType": one.connector.record["AuthType"],
        "OAuth2Type": one.connector.record["OAuth2Type"],
    }


@routes.add("GET", "/web/connector/updateaccountconnectoroauth", level=OPEN)
async def legacy_link(call):
    """The 2019 form on the API host (facts 12)."""
    if not call.settings.LegacyOAuthPath:
        raise pages.wrong("This page does not exist.", 404, "Not found")
    return await link(call)


@routes.add("GET", "/connectorauth/updateaccountconnectoroauth", level=OPEN)
async def link(call):
    number, target, message = _link_parameters(call)
    found = _consumed(call)
    one = call.store.account_connectors.get(number)
    if one is None or one.account.id != found.account_id:
        raise pages.wrong("This account has no such connector.", 404, "Not found")
    method = auth_method(one)
    flow = Flow(found.account_id, number, target, message, one.connector.scopes)
    kind = method["AuthType"]
    if kind == "OAuth1" or (kind == "OAuth2" and method["OAuth2Type"] == "AuthorisationCode"):
        return _sign_in(call, found, _to_third_party(call, one, flow))
    if kind == "OAuth2":
        # No third-party screen: the browser is just led back (facts 6.3 [D]).
        await _fetch_token(call, one, method["OAuth2Type"])
        return _sign_in(call, found, _finish(call, flow))
    if call.settings.OAuthLinkForOtherTypes == "redirect":
        return _sign_in(call, found, _finish(call, flow))
    raise pages.wrong(f"{one.name} does not use OAuth, so there is nothing to authorise here.")


def _application(one):
    """The OAuth application: the instance's own or the partner's (facts 5.1 [D])."""
    return (
        one.value("ClientId") or f"cyclr-{one.connector.id}",
        one.value("ClientSecret") or f"cyclr-secret-{one.connector.id}",
    )


def _callback(call):
    return f"{call.service_url}{third_party.CALLBACK}"


def _to_third_party(call, one, flow):
    state = call.sandbox.random.urlsafe()
    call.store.authorizations[state] = flow
    client_id, _secret = _application(one)
    path = third_party.AUTHORIZE.replace("{id:int}", str(one.connector.id))
    uri = WebApplicationClient(client_id).prepare_request_uri(
        call.base_url + path,
        redirect_uri=_callback(call),
        scope=flow.authorize_scopes,
        state=state,
    )
    return RedirectResponse(uri, 302)


async def _exchange(call, one, client, **parameters):
    """Server to server: no browser sees the tokens."""
    path = third_party.TOKEN.replace("{id:int}", str(one.connector.id))
    body = client.prepare_request_body(include_client_id=True, **parameters)
    _status, _headers, answered = await asgi.post_form(call.sandbox.app, path, body)
    try:
        tokens = client.parse_request_body_response(answered.decode())
    except OAuth2Error as error:
        raise pages.wrong(
            f"{one.connector.name} did not hand out a token: {error.error}.",
            heading="Authentication failed",
        ) from error
    now = call.sandbox.clock.now()
    value = {
        "AccessToken": tokens["access_token"],
        "RefreshToken": tokens.get("refresh_token"),
        "Expires": iso(now + timedelta(seconds=int(tokens["expires_in"]))),
        "RefreshExpires": None,
    }
    installing.set_auth(call, one, json.dumps(value, separators=(",", ":")), from_browser=True)


async def _fetch_token(call, one, kind):
    client_id, secret = _application(one)
    if kind == "PasswordCredentials":
        if not one.value("Username") or not one.value("Password"):
            raise pages.wrong(
                "The properties Username and Password are not set.", heading="Authentication failed"
            )
        await _exchange(
            call,
            one,
            LegacyApplicationClient(client_id),
            username=one.value("Username"),
            password=one.value("Password"),
            client_secret=secret,
        )
        return
    await _exchange(call, one, BackendApplicationClient(client_id), client_secret=secret)


@routes.add("GET", third_party.CALLBACK, level=OPEN)
async def callback(call):
    """Back from the third party: exchange the code, then lead on."""
    flow = call.store.authorizations.pop(call.query.get("state", ""), None)
    one = call.store.account_connectors.get(flow.account_connector_id) if flow else None
    if one is None:
        raise pages.denied()
    if not call.query.get("code"):
        return _refused(call, flow, one, call.query.get("error") or "no code")
    client_id, secret = _application(one)
    await _exchange(
        call,
        one,
        WebApplicationClient(client_id),
        code=call.query["code"],
        redirect_uri=_callback(call),
        client_secret=secret,
    )
    return _finish(call, flow)


def _refused(call, flow, one, error):
    """There is a customisable failure page; a redirect is as likely (facts 12 [U])."""
    if call.settings.OAuthDenial == "redirect":
        return RedirectResponse(_target(call, flow, success="false", error=error), 302)
    reason = "because access was declined" if error == "access_denied" else f"because of: {error}"
    raise pages.wrong(f"{one.connector.name} was not connected, {reason}.", 403, "Authentication failed")


def _target(call, flow, **parameters):
    if call.settings.RedirectParameters == "none":
        return flow.target_origin
    extra = urlencode({"id": flow.account_connector_id, **parameters})
    base, hash_mark, fragment = flow.target_origin.partition("#")
    return f"{base}{'&' if '?' in base else '?'}{extra}{hash_mark}{fragment}"


def _finish(call, flow):
    """No message: a redirect. A message: a page that posts it (facts 12 [D])."""
    if not flow.callback_message:
        return RedirectResponse(_target(call, flow, success="true"), 302)
    return pages.render(
        "message.html",
        heading="Connected",
        message=flow.callback_message,
        origin=flow.target_origin,
        to=call.settings.PostMessageTo,
    )
