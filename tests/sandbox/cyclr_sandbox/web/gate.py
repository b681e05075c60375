# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What stands before the API: journal, latency, rate limit and faults. Pure ASGI, for speed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from cyclr_sandbox.state import faults, journal
from cyclr_sandbox.web.answers import html, message, nothing
from cyclr_sandbox.web.asgi import buffered, collect
from cyclr_sandbox.state.clock import http_date

_ERROR_PAGE = (
    "<!DOCTYPE html><html><head><title>Server Error</title></head>"
    "<body><h1>Server Error</h1><p>The service is unavailable.</p></body></html>"
)


class Gate:
    def __init__(self, squeezing, plain, sandbox):
        self.squeezing = squeezing
        self.plain = plain
        self.sandbox = sandbox

    @property
    def inner(self):
        return self.squeezing if self.sandbox.settings.Gzip else self.plain

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_sandbox/") or scope["path"] == "/":
            await self.plain(scope, receive, send)
            return
        sandbox = self.sandbox
        entry = journal.begin(sandbox, scope)

        async def noting(event):
            if event["type"] == "http.response.start":
                entry["status"] = event["status"]
            elif event["type"] == "http.response.body":
                entry["bytes"] += len(event.get("body", b""))
            await send(event)

        if sandbox.latency_ms:
            receive = await buffered(receive)
            await asyncio.sleep(sandbox.latency_ms / 1000)
        limited = self._rate_limit(scope)
        if limited is not None:
            await limited(scope, receive, noting)
            return
        fault = faults.strike(sandbox.faults, scope["method"], scope["path"]) if sandbox.faults else None
        if fault is None:
            await self.inner(scope, receive, noting)
            return
        await self._strike(fault, scope, receive, noting, entry)

    def _rate_limit(self, scope):
        limit = self.sandbox.settings.RateLimit
        if limit is None or not scope["path"].lower().startswith("/v1.0/"):
            return None
        self.sandbox.requests += 1
        if self.sandbox.requests % limit["Every"]:
            return None
        headers = {"Retry-After": str(limit["RetryAfter"])}
        return message("Too many requests.", 429, headers)

    def _retry_after(self, fault):
        value = fault.retry_after
        if value is None:
            return None
        if isinstance(value, str) and value.startswith("date:"):
            return {"Retry-After": http_date(self.sandbox.clock.now() + timedelta(seconds=float(value[5:])))}
        return {"Retry-After": str(value)}

    async def _strike(self, fault, scope, receive, send, entry):
        kind = fault.kind
        if kind == "status":
            status = int(fault.argument)
            answered = nothing(status) if status in (204, 304) else message("Sandbox fault.", status)
            answered.headers.update(self._retry_after(fault) or {})
            await answered(scope, receive, send)
        elif kind == "html_error":
            await html(_ERROR_PAGE, 500, self._retry_after(fault))(scope, receive, send)
        elif kind == "drop_before":
            await hang_up(scope, receive)
        elif kind == "slow":
            receive = await buffered(receive)
            await asyncio.sleep(fault.argument)
            await self.inner(scope, receive, send)
        else:
            status, headers, body = await collect(self.inner, scope, receive)
            if kind == "drop_after_commit":
                entry["status"] = None
                await hang_up(scope, receive)
            else:
                await _mangled(kind, status, headers, body, scope, receive, send)


async def hang_up(scope, receive):
    """Close the connection under the client: it must see a lost connection, not a 500."""
    transport = scope.get("sandbox.transport")
    if transport is None:
        raise ConnectionAbortedError("dropped")
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _mangled(kind, status, headers, body, scope, receive, send):
    headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    if kind == "truncate":
        promised = len(body) if body else 100
        headers.append((b"content-length", str(promised).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        half = body[: len(body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await hang_up(scope, receive)
        return
    headers = [(name, value) for name, value in headers if name.lower() != b"content-encoding"]
    body = b"" if kind == "empty_body" else b'{"Id":'
    headers.append((b"content-length", str(len(body)).encode()))
    status = 200 if kind == "empty_body" else status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
