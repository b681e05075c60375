# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The options with which the API is reached, checked before anything is sent. Independent of Ansible."""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass, fields
from urllib.parse import quote, unquote, urlsplit

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput

# The regions' hosts that the vendor documents today. Private instances have their own.
API_HOSTS = ("api.cyclr.com", "api.us2.cyclr.com", "api.cyclr.uk", "api.eu.cyclr.com")

_NO_HOST = re.compile(r"[\s%\\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NO_HEADER = re.compile(r"[\x00-\x20\x7f]|[^\x00-\xff]")


def is_loopback(host):
    """Whether a host name or address is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def parse_origin(value, option):
    """Scheme, host and port of a URL that consists of nothing else, or InvalidInput. http is for loopback addresses only."""
    if "@" in unquote(value):
        # Before anything else, since other messages show the URL.
        raise InvalidInput("%s: must not contain a user name or password" % option)
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError as exc:
        raise InvalidInput("%s: not a URL: %s" % (option, exc)) from exc
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidInput("%s: %r is not a URL such as https://api.cyclr.com" % (option, value))
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InvalidInput("%s: give scheme, host and port only, without the path %r" % (option, parts.path or "?" + parts.query))
    if parts.scheme == "http" and not is_loopback(host):
        raise InvalidInput("%s: plain http is accepted for loopback addresses only, not for %s; use https" % (option, host))
    if _NO_HOST.search(host):
        raise InvalidInput("%s: %r is not a host name" % (option, host))
    shown = "[%s]" % host if ":" in host else host
    return "%s://%s%s" % (parts.scheme, shown, "" if port is None else ":%d" % port)


def check_account_id(value, option="account_id"):
    """An account's API ID is free text; what cannot travel in a path and a header is refused before anything is sent."""
    if not value or not value.strip():
        raise InvalidInput("%s: must not be empty" % option)
    if value != value.strip() or _CONTROL.search(value) or value in (".", ".."):
        raise InvalidInput("%s: %r contains control characters, begins or ends with blanks, or consists of dots" % (option, value))
    return value


def segment(value):
    """One segment of a path."""
    return quote(str(value), safe="")


def fits_header(value):
    """Whether a credential can travel in a header: no blanks, no control characters, nothing beyond Latin-1."""
    return not _NO_HEADER.search(value)


@dataclass(frozen=True)
class Connection:
    """How to reach the API. Times are in seconds."""

    api_url: str = "https://api.cyclr.com"
    client_id: str | None = None
    client_secret: str | None = None
    access_token: str | None = None
    validate_certs: bool = True
    ca_path: str | None = None
    timeout: float = 30
    retry_timeout: float = 120

    @classmethod
    def of(cls, params):
        """From validated module or plugin options. Raises InvalidInput."""
        values = {field.name: params.get(field.name) for field in fields(cls)}
        given = {name: value for name, value in values.items() if value is not None}
        given["api_url"] = parse_origin(given["api_url"], "api_url")
        for name in ("timeout", "retry_timeout"):
            if not math.isfinite(given[name]) or given[name] < 0 or (name == "timeout" and given[name] == 0):
                raise InvalidInput("%s: must be a positive number of seconds, not %s" % (name, given[name]))
        for name in ("client_id", "client_secret", "access_token"):
            if not given.get(name):
                given.pop(name, None)
            elif not fits_header(given[name]):
                raise InvalidInput("%s: contains blanks, control characters or letters that a header cannot contain" % name)
        if "access_token" not in given:
            missing = [name for name in ("client_id", "client_secret") if name not in given]
            if missing:
                raise InvalidInput(
                    "missing credential: %s. Give client_id and client_secret (CYCLR_CLIENT_ID, CYCLR_CLIENT_SECRET) "
                    "or access_token (CYCLR_ACCESS_TOKEN)" % " and ".join(missing)
                )
        return cls(**given)
