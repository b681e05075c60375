# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Answers in the API's own habits: compact JSON, one `Message`, 200 throughout (facts 1.5 [QA])."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache

from starlette.responses import HTMLResponse, Response

_JSON = "application/json; charset=utf-8"


class ApiError(Exception):
    """Ends a request with a status and, mostly, a message."""

    def __init__(self, status, message=None, headers=None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


class PageError(ApiError):
    """Ends a browser's request with a page."""

    def __init__(self, status, message, heading):
        super().__init__(status, message)
        self.heading = heading


def dumps(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def raw_json(body, status=200, headers=None):
    return Response(body, status, headers, media_type=_JSON)


def answer(value, status=200, headers=None):
    return raw_json(dumps(value), status, headers)


def message(text, status, headers=None):
    return answer({"Message": text}, status, headers)


def nothing(status=200, headers=None):
    return Response(b"", status, headers)


def html(text, status=200, headers=None):
    return HTMLResponse(text, status, headers)


@lru_cache(maxsize=256)
def _squeezed(body):
    return gzip.compress(body, 1, mtime=0)


def squeezed_json(call, body, headers=None):
    """Bodies full of icons are compressed once, not once per request."""
    headers = dict(headers or {})
    if len(body) > 500 and call.settings.Gzip and call.accepts_gzip:
        headers["Content-Encoding"] = "gzip"
        headers["Vary"] = "Accept-Encoding"
        body = _squeezed(body)
    return raw_json(body, 200, headers)


def not_found(settings, what="Not found"):
    """QA asserts the status only; the body may be empty (facts 1.5 [U])."""
    return ApiError(404, what if settings.NotFoundBody == "message" else None)


def deleted(settings, record):
    """200, never 204 (facts 1.5 [QA]); what the body holds is not known."""
    if settings.DeleteBody == "empty":
        return nothing()
    return answer(None if settings.DeleteBody == "null" else record)
