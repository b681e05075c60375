# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Sign-in tokens, new and old (facts 10)."""

from __future__ import annotations

from cyclr_sandbox.endpoints.accounts import in_path
from cyclr_sandbox.web.answers import ApiError, answer, not_found
from cyclr_sandbox.web.binding import TEXT
from cyclr_sandbox.state.clock import iso
from cyclr_sandbox.web.routing import ACCOUNT, PARTNER, Routes
from cyclr_sandbox.state.store import SigninToken

routes = Routes()

API_USER = "API User"


def issue(call, account, username):
    """(token, its expiry): five minutes, single use; creates the user (facts 10 [D])."""
    user = call.store.user_in(account.id, username)
    token = call.sandbox.random.signin(call.settings.SigninTokenAlphabet)
    expires = call.sandbox.clock.after(call.settings.SigninTokenSeconds)
    call.store.signin_tokens[token] = SigninToken(account.id, user.name, expires)
    return token, expires


def consume(call, token):
    """The sign-in behind a token, or None; either way it is used up."""
    found = call.store.signin_tokens.get(token)
    if found is None or found.used or found.expires <= call.sandbox.clock.now():
        return None
    found.used = True
    return found if found.account_id in call.store.accounts else None


def _answer(call, account, username):
    token, expires = issue(call, account, username)
    return answer({"Token": token, "ExpiresAtUtc": iso(expires)})


@routes.add("POST", "/v1.0/accounts/{account_id}/signintoken", level=PARTNER)
def signintoken(call):
    account = in_path(call)
    username = call.required_fields.get("Username", TEXT)
    if not username and call.settings.SigninWithoutUsername == "error":
        raise ApiError(400, "Username is required")
    return _answer(call, account, username or API_USER)


@routes.add("POST", "/v1.0/accounts/tokens", level=ACCOUNT)
def legacy_tokens(call):
    """The form of 2019 and 2020: no body, the account in the header."""
    if not call.settings.LegacyAccountsTokens:
        raise not_found(call.settings)
    return _answer(call, call.account, API_USER)
