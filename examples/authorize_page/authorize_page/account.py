# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Who is looking at the page. The answer never comes from the address or the form, which a customer can change.

To ask your own login instead, write a function without parameters that returns an account's API ID or None, and give it to create_app().
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from urllib.parse import urlsplit

from flask import request

HEADER = "Authorize-Account"
# The header is made for each request; seconds by which clocks may differ.
_VALID_SECONDS = 60


def account_of(settings):
    """The function current_account() for these settings."""
    if settings.account:
        return lambda: settings.account if _is_this_machine() else None
    return lambda: verified(request.headers.get(HEADER, ""), settings.login_key, time.time())


def _is_this_machine():
    """Whether the browser runs here. The fixed account is for trying out: nobody else must get it, and what comes through a proxy is somebody else."""
    asked = urlsplit("//" + request.host).hostname
    return asked in ("localhost", "127.0.0.1", "::1") and not {"X-Forwarded-For", "Forwarded", "Via"} & set(request.headers.keys())


def signed(account_id, key, now):
    """The value of the header: the account's ID as URL-safe Base64, the time in seconds, and a signature of these two."""
    said = "%s.%d" % (base64.urlsafe_b64encode(account_id.encode()).decode(), now)
    return "%s.%s" % (said, _signature(said, key))


def verified(value, key, now):
    """The account's ID of such a value, or None if the login did not sign it just now."""
    said, _dot, signature = value.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(said, key).encode()):
        return None
    account_id, _dot, seconds = said.partition(".")
    try:
        if abs(now - int(seconds)) > _VALID_SECONDS:
            return None
        return base64.urlsafe_b64decode(account_id).decode()
    except (ValueError, binascii.Error):
        return None


def _signature(said, key):
    return hmac.new(key.encode(), said.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()
