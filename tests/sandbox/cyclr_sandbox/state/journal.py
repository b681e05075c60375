# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What was asked, without any secret: no headers, no bodies, no tokens from query strings."""

from __future__ import annotations

import re
from urllib.parse import unquote

from cyclr_sandbox.web import security
from cyclr_sandbox.state.clock import iso

_SECRETS = re.compile(
    r"(?i)((?:^|&)(?:token|code|state|access_token|refresh_token|client_secret|password|api_?key)=)[^&]*"
)
# The address of a webhook is a bearer secret (facts 29.1).
_WEBHOOK = re.compile(r"(?i)^(/api/webhook/)[^/]+")
_IN_PATH = re.compile(r"(?i)^/v1\.0/accounts/([^/]+)")


def _account(sandbox, scope):
    for name, value in scope["headers"]:
        if name == b"x-cyclr-account":
            account = security.find_by_header(sandbox, value)
            return account.id if account else next(security.header_ids(value))
    found = _IN_PATH.match(raw_path(scope))
    return unquote(found.group(1)) if found else None


def raw_path(scope):
    raw = scope.get("raw_path")
    return raw.decode("latin-1") if raw else scope["path"]


def begin(sandbox, scope):
    """A new entry; its status stays null until an answer is sent."""
    entry = {
        "number": len(sandbox.journal) + 1,
        "method": scope["method"],
        "path": _WEBHOOK.sub(r"\1***", raw_path(scope)),
        "query": _SECRETS.sub(r"\1***", scope["query_string"].decode("latin-1")),
        "account": _account(sandbox, scope),
        "status": None,
        "bytes": 0,
        "time": iso(sandbox.clock.now()),
    }
    sandbox.journal.append(entry)
    return entry
