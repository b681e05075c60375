# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Webhooks into cycles: whoever has the address can trigger the cycle (facts 29.1)."""

from __future__ import annotations

import json

from cyclr_sandbox.state import runs
from cyclr_sandbox.web.answers import ApiError, answer, not_found
from cyclr_sandbox.web.routing import OPEN, Routes

routes = Routes()


@routes.add("GET POST", "/api/webhook/{identifier}", level=OPEN)
def receive(call):
    """Only a running cycle accepts; the status codes are not known [U]."""
    for cycle in call.store.cycles.values():
        if any(step.webhook == call.params["identifier"] for step in cycle.steps):
            break
    else:
        raise not_found(call.settings, "Webhook not found")
    if not cycle.running:
        raise ApiError(400, "The cycle is not running.")
    try:
        payload = json.loads(call.body or b"null")
    except (ValueError, RecursionError):
        payload = None
    runs.webhook_called(call.sandbox, cycle, payload)
    return answer({"Message": "Accepted"})
