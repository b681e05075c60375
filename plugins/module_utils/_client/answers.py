# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The JSON that the API sends, whatever it is."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.retry import parse_date

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def decoded(content):
    """The value of a JSON text. Raises ValueError."""
    try:
        value = json.loads(content.decode("utf-8-sig"))
        # Half a surrogate pair is valid JSON that nobody can print, write or send.
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) if _SURROGATE.search(content) else value
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def is_json(content):
    try:
        decoded(content)
    except ValueError:
        return False
    return True


def error_words(content):
    """The API's own words, from `{"Message": ...}` (as all of its errors that are known) or the token endpoint's error object."""
    try:
        body = decoded(content)
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    words = [body[key] for key in ("Message", "ExceptionMessage", "error", "error_description") if isinstance(body.get(key), str)]
    if isinstance(body.get("ModelState"), dict):
        words.append(json.dumps(body["ModelState"], sort_keys=True))
    return " - ".join(words)


def expiry(body, asked_at):
    """When a token ends: `expires_in` seconds after it was asked for, else `.expires`, else unknown (all three were seen)."""
    try:
        return asked_at + timedelta(seconds=int(body.get("expires_in")))
    except (TypeError, ValueError, OverflowError):
        return parse_date(body.get(".expires"))
