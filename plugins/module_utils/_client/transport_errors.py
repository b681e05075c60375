# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What an exception of requests means: whether the request may have arrived, and whether another try makes sense."""

from __future__ import annotations

import http.client
import re
import socket
import ssl

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.limits import TooLong, Unreadable
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import requests, urllib3

# OpenSSL's codes for a chain that does not end in a trusted CA
_UNKNOWN_CA = (18, 19, 20, 21)


class NoAnswer(Exception):
    """A request got no answer. It may have arrived; another try may make sense."""

    def __init__(self, reason, may_have_arrived, worth_retrying, may_be_under_way=False):
        super().__init__(reason)
        self.may_be_under_way = may_be_under_way
        self.reason = reason
        self.may_have_arrived = may_have_arrived
        self.worth_retrying = worth_retrying


def no_answer(exc, sent):
    """What an exception means. `sent` is whether any of the request was seen to leave."""
    kinds = requests.exceptions
    inner = _innermost(exc)
    if isinstance(inner, (TooLong, Unreadable)):
        return NoAnswer("the answer cannot be used: %s" % inner, True, isinstance(inner, Unreadable))
    if isinstance(exc, kinds.SSLError) and not isinstance(inner, ssl.SSLEOFError):
        hint = " (ca_path says which CA to trust)" if getattr(inner, "verify_code", None) in _UNKNOWN_CA else ""
        return NoAnswer(_words(inner) + hint, sent, sent)
    if isinstance(exc, kinds.ConnectTimeout):
        return NoAnswer("no connection within the timeout", False, True)
    if isinstance(exc, (kinds.ReadTimeout, urllib3.exceptions.ReadTimeoutError)) or isinstance(inner, socket.timeout):
        return NoAnswer("no answer within the timeout", True, True, may_be_under_way=True)
    cause = _cause(exc)
    if isinstance(exc, kinds.ProxyError) and (isinstance(cause, urllib3.exceptions.NewConnectionError) or str(cause).startswith("Tunnel connection failed")):
        return NoAnswer("the proxy refused: %s" % _words(inner), False, True)
    if isinstance(exc, kinds.ConnectionError):
        # Also what breaks behind a proxy: urllib3 calls that the proxy's fault, though the request was on its way.
        if isinstance(cause, urllib3.exceptions.NewConnectionError):
            unknown_host = isinstance(inner, socket.gaierror) and inner.errno == socket.EAI_NONAME
            return NoAnswer(_words(inner), False, not unknown_host)
        return NoAnswer("the connection broke: %s" % _words(inner), True, True)
    if isinstance(exc, (kinds.ChunkedEncodingError, kinds.ContentDecodingError, urllib3.exceptions.ProtocolError, http.client.HTTPException)):
        return NoAnswer("the answer was cut short", True, True)
    if isinstance(exc, _never_sent()) and not sent:
        return NoAnswer("%s: %s" % (type(exc).__name__, _words(inner)), False, False)
    # Whatever it is, it may have come after the request had left.
    return NoAnswer("%s: %s" % (type(exc).__name__, _words(inner)), True, True)


def _never_sent():
    """Errors in the request itself."""
    kinds = requests.exceptions
    return (
        kinds.InvalidHeader,
        kinds.InvalidSchema,
        kinds.InvalidURL,
        kinds.MissingSchema,
        kinds.InvalidJSONError,
        urllib3.exceptions.LocationValueError,
        UnicodeError,
    )


def _cause(exc):
    """The error of urllib3 inside that of requests."""
    reason = getattr(exc.args[0], "reason", None) if exc.args else None
    return getattr(reason, "original_error", reason)


def _innermost(exc):
    """The deepest cause: the wrappers of requests and urllib3 repeat the URL and print object addresses."""
    seen = []
    while exc is not None and exc not in seen:
        seen.append(exc)
        reason = getattr(exc, "reason", None)
        nested = next((arg for arg in exc.args if isinstance(arg, BaseException)), None)
        exc = reason if isinstance(reason, BaseException) else nested or exc.__cause__ or (exc.__context__ if _is_wrapper(exc) else None)
    return seen[-1]


def _is_wrapper(exc):
    """Whether its text is only about another one."""
    return isinstance(exc, (requests.exceptions.RequestException, urllib3.exceptions.HTTPError))


def _words(exc):
    text = getattr(exc, "verify_message", None) or getattr(exc, "strerror", None) or str(exc)
    return re.sub(r"<[^<>]* object at 0x[0-9a-f]+>:? ?", "", text) or type(exc).__name__
