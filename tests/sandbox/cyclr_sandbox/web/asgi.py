# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Small ASGI tools: reading a body, calling an application from inside."""

from __future__ import annotations


class Disconnected(Exception):
    """The client went away before its request was complete."""


async def read_body(receive):
    """The whole request body."""
    parts = []
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise Disconnected
        parts.append(event.get("body", b""))
        if not event.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def buffered(receive):
    """A `receive` that has the body already: a client that gives up waiting has still sent it."""
    try:
        body = await read_body(receive)
    except Disconnected:
        return receive
    sent = False

    async def replay():
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def collect(app, scope, receive):
    """Run an application and keep its answer."""
    start, parts = {}, []

    async def keep(event):
        if event["type"] == "http.response.start":
            start.update(event)
        else:
            parts.append(event.get("body", b""))

    await app(scope, receive, keep)
    return start.get("status", 500), start.get("headers", []), b"".join(parts)


async def post_form(app, path, body):
    """A form posted to another service, as a server does it: no browser, no cookie."""
    raw = body.encode()
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", str(len(raw)).encode()),
        ],
    }

    async def receive():
        return {"type": "http.request", "body": raw, "more_body": False}

    return await collect(app, scope, receive)
