# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What the environment says. Whatever is wrong there ends the start of the application, with a line that says what to do."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

_PREFIX = "AUTHORIZE_PAGE_"
_SHORTEST_KEY = 32
_NEW_KEY = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"


class WrongSetting(SystemExit):
    """Ends the program with a message."""

    def __init__(self, message):
        super().__init__("authorize_page: " + message)


@dataclass(frozen=True)
class Settings:
    # The account for which the page is tried out on this machine, or None
    account: str | None
    # Signs the session
    secret_key: str
    # The login signs the account with it; None if there is another login
    login_key: str | None
    # The address of the page for browsers; None while trying out: the one that the browser has used
    url: str | None
    username: str | None
    company: str
    support: str | None
    links_per_minute: int

    @classmethod
    def from_environment(cls, needs_login=True):
        account = _value("ACCOUNT") if needs_login else None
        if account and _value("LOGIN_KEY"):
            raise WrongSetting(f"set {_PREFIX}ACCOUNT to try the page out, or {_PREFIX}LOGIN_KEY to run it behind your login, not both")
        return cls(
            account=account,
            secret_key=secrets.token_urlsafe(32) if account else _key("SECRET_KEY", "signs the session cookie"),
            login_key=_key("LOGIN_KEY", "your login signs the account with it") if needs_login and not account else None,
            url=None if account else _url(),
            username=_value("USERNAME"),
            company=_value("COMPANY") or "Our service",
            support=_support(),
            links_per_minute=_number("LINKS_PER_MINUTE", 10),
        )

    @property
    def path(self):
        return urlsplit(self.url or "/").path

    @property
    def content_security_policy(self):
        """Browsers apply form-action to the redirects after a form, too: to the link, and on to the third party, whose host is not known here."""
        redirects = "https:" if self.account is None else "https: http://localhost:* http://127.0.0.1:*"
        return f"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {redirects}"


def without_query(record):
    """A filter for the log of the development server: what is sent to the page after a question mark is nobody's business."""
    if isinstance(record.args, tuple):
        record.args = tuple(re.sub(r"\?\S*", "", one) if isinstance(one, str) else one for one in record.args)
    return True


def _value(name):
    return os.environ.get(_PREFIX + name, "").strip() or None


def _key(name, purpose):
    value = _value(name)
    if value is None or len(value) < _SHORTEST_KEY:
        hint = f". To try the page out on this machine, set {_PREFIX}ACCOUNT instead" if value is None else ""
        raise WrongSetting(f"{_PREFIX}{name} must have at least {_SHORTEST_KEY} characters ({purpose}). Make a key with: {_NEW_KEY}{hint}")
    return value


def _url():
    value = _value("URL")
    parts = urlsplit(value or "")
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise WrongSetting(f"{_PREFIX}URL must be the address of the page for your customers, for example https://connect.example.com/")
    return value if value.endswith("/") else value + "/"


def _support():
    value = _value("SUPPORT")
    if value and not re.match(r"(https://|mailto:)\S+$", value):
        raise WrongSetting(f"{_PREFIX}SUPPORT must begin with https:// or mailto:, for example mailto:support@example.com")
    return value


def _number(name, default):
    value = _value(name) or str(default)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", value):
        raise WrongSetting(f"{_PREFIX}{name} must be a number from 1 on")
    return int(value)
