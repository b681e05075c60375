# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Who calls, and for which account (facts 1.2, 8)."""

from __future__ import annotations

from urllib.parse import unquote

from cyclr_sandbox.web.answers import ApiError, not_found
from cyclr_sandbox.web.routing import ACCOUNT, CATALOGUE, OPEN, PARTNER

_DENIED = "Authorization has been denied for this request."
_HEADER = b"x-cyclr-account"


class Denied(ApiError):
    """A 401 or 403, whose body is one of three things (facts 8 [U])."""


def check(call, level):
    if level == OPEN:
        return
    call.bearer = _bearer(call)
    if level == PARTNER:
        # The header is harmless here (facts 1.2 [QA]); a restricted token is not welcome.
        if call.bearer.account_id is not None:
            raise Denied(call.settings.RestrictedTokenPartnerLevel, _DENIED)
        return
    sent = call.header(_HEADER)
    if level == CATALOGUE and not sent and not call.settings.ConnectorsNeedAccount:
        return
    if level in (ACCOUNT, CATALOGUE):
        call.account = _account(call, sent)


def _bearer(call):
    scheme, _space, token = (call.header(b"authorization") or b"").decode("latin-1").partition(" ")
    bearer = call.store.bearers.get(token.strip()) if scheme.lower() == "bearer" else None
    if bearer is None or bearer.expires <= call.sandbox.clock.now():
        raise Denied(401, _DENIED)
    return bearer


def header_ids(value):
    """An id may arrive as UTF-8 or Latin-1 bytes (facts 1.3: free text)."""
    try:
        yield value.decode("utf-8")
    except UnicodeDecodeError:
        pass
    yield value.decode("latin-1")


def find_by_header(sandbox, value):
    """The account a header value means, or None."""
    store, settings = sandbox.store, sandbox.settings
    for account_id in header_ids(value):
        account = store.find_account(account_id, settings)
        if account is None and settings.GuidInHeader:
            account = store.account_by_guid(account_id)
        if account is None and settings.HeaderPercentDecoding and "%" in account_id:
            account = store.find_account(unquote(account_id), settings)
        if account is not None:
            return account
    return None


def _account(call, sent):
    settings = call.settings
    if not (sent or b"").strip():
        text = "X-Cyclr-Account header is required." if settings.RequireAccountHeaderMessage else _DENIED
        raise Denied(401, text)
    account = find_by_header(call, sent)
    if account is None:
        if settings.UnknownAccountHeader == 404:
            raise not_found(settings, "Account not found")
        text = "Unknown account." if settings.RequireAccountHeaderMessage else _DENIED
        raise Denied(settings.UnknownAccountHeader, text)
    restricted_to = call.bearer.account_id
    if restricted_to is not None and restricted_to != account.id:
        raise Denied(settings.RestrictedTokenOtherAccount, _DENIED)
    return account
