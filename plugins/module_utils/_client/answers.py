# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The JSON that the API sends, whatever it is, and what its errors mean."""

from __future__ import annotations

import codecs
import json
import re
from datetime import timedelta

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import API_HOSTS
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.retry import parse_date
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, AuthenticationFailed

# Looked up here, and not by each worker when it reads its first answer
_TEXT = codecs.lookup("utf-8-sig").name
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def decoded(content):
    """The value of a JSON text. Raises ValueError."""
    try:
        value = json.loads(content.decode(_TEXT))
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


def api_error(request, status, message, api_url):
    """The error for a response with that status. `message` are the API's words, without secrets."""
    words = "returned %d%s" % (status, ": " + message.rstrip(".") if message else "")
    if status == 401:
        words += ". Either the access token is not valid here (expired, revoked, or of another region than %s)" % api_url
        if request.account is None:
            words += " or it is restricted to one account, which this call does not allow"
        else:
            words += " or the account %r does not exist or is not open to this token" % request.account
    elif 300 <= status < 400:
        words += ". Redirects are not followed: is api_url %s right?" % api_url
    elif status == 429:
        words += ". The API limits requests: raise retry_timeout, or lower forks or throttle"
    return request.error(ApiError, words, status, message or None)


def login_refused(request, status, message, api_url):
    words = (
        "returned %d%s. Check client_id and client_secret, and that api_url %s is of the region in which they were made (%s, or a private "
        "instance): credentials are valid in one region only"
    ) % (status, ": " + message if message else "", api_url, ", ".join(API_HOSTS))
    return request.error(AuthenticationFailed, words, status, message or None)
