# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The HTTP client of the Cyclr API. It knows nothing of Ansible.

Reads are retried; a write is sent once and raises LostAnswer where it may have been carried out without our knowing.
"""

from __future__ import annotations

import json
import re
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import API_HOSTS, fits_header, is_loopback
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import (
    ApiError,
    AuthenticationFailed,
    CyclrError,
    InvalidInput,
    LostAnswer,
    TransportError,
    printable,
)
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.transport_errors import classify
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import Secrets
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.retry import RETRIED_STATUSES, Patience, parse_date, parse_retry_after
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import requests, urllib3
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.tls import BundleUnusable, ContextAdapter

PAGE_SIZE = 100

# The longest part of an API message that is passed on: an HTML page of a proxy is no message.
_LONGEST_MESSAGE = 500

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class _Bearer(requests.auth.AuthBase if requests else object):
    """Sets the token last of all, so that a .netrc entry for the host cannot replace it."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = "Bearer " + self.token
        return request


class _Session(requests.Session if requests else object):
    """Neither follows a redirect nor reads where it leads: a token is for one host only."""

    def get_redirect_target(self, resp):
        return None


class _NoAuth(_Bearer):
    """For the token endpoint, whose credentials are in the body."""

    def __init__(self):
        super().__init__("")

    def __call__(self, request):
        return request


class Client:
    """Requests to one Cyclr API with one set of credentials.

    With `read_only` every write is refused: the safety net under check mode.
    """

    def __init__(self, connection, read_only=False, clock=time.monotonic, sleep=time.sleep):
        self.connection = connection
        self.read_only = read_only
        self.secrets = Secrets(connection.client_secret, connection.access_token)
        self._token = connection.access_token
        # Answers to reads by what was asked, or None where every read is sent
        self._memory = None
        self._clock = clock
        self._sleep = sleep
        self._session = _Session()
        # No proxy can reach this machine's own loopback, and none may read what goes there in plain text.
        self._session.trust_env = not is_loopback(urlsplit(connection.api_url).hostname)
        self._session.headers.update({"Accept": "application/json", "User-Agent": "ansible-cyclr.ipaas"})
        try:
            self._session.mount("https://", ContextAdapter(connection.validate_certs, connection.ca_path))
        except BundleUnusable as exc:
            raise InvalidInput("ca_path: cannot load the certificates: %s" % exc) from exc
        if not connection.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def close(self):
        self._session.close()

    def remember_reads(self, on=True):
        """Whether to answer a read from memory that was sent since the last write."""
        self._memory = ({} if self._memory is None else self._memory) if on else None

    def forget(self):
        """Send the next reads again, whatever is remembered."""
        if self._memory is not None:
            self._memory.clear()

    # -- the calls -------------------------------------------------------------------------------------------------

    def get(self, path, doing, account=None, query=None):
        """The decoded body of a GET. `doing` names the step in errors, e.g. "reading account 'x'"."""
        return self._read("GET", path, doing, account, query)[0]

    def find(self, path, doing, account=None):
        """As `get`, with None for a 404 and for nothing else."""
        try:
            found = self.get(path, doing, account)
        except ApiError as exc:
            if exc.status == 404:
                return None
            raise
        if found is None:
            raise unexpected(TransportError, doing, "GET", path, "null")
        return found

    def pages(self, path, doing, account=None, query=None):
        """All items of a list, page by page.

        The API's default and largest page size are unknown and `Total-Pages` was seen once only, so the end is: a page shorter than the
        first, an empty one, one that brings nothing new, or the header's word for it.
        """
        seen = set()
        first = None
        number = 1
        while True:
            items, headers = self._read("GET", path, doing, account, dict(query or {}, page=number, pageSize=PAGE_SIZE))
            if not isinstance(items, list):
                raise unexpected(TransportError, doing, "GET", path, "%s instead of a list" % type(items).__name__)
            fresh = [item for item in items if _identity(item) not in seen]
            yield from fresh
            seen.update(_identity(item) for item in items)
            first = len(items) if first is None else first
            total = headers.get("Total-Pages", "").strip()[:9]
            if not fresh or len(items) > PAGE_SIZE:
                return
            if len(items) < PAGE_SIZE:
                if total.isdecimal():
                    if number >= int(total):
                        return
                elif len(items) < first or not _could_be_a_limit(len(items)):
                    return
            number += 1

    def write(self, method, path, doing, body=None, account=None, wants_body=True):
        """The decoded body of a write that is sent once. Where the answer matters to nobody (`wants_body=False`) it may be anything.

        It is sent again only where the API cannot have carried it out (no connection, 429, 401 with a renewed token). Raises LostAnswer
        where it may have.
        """
        if self.read_only:
            raise CyclrError("%s: refused to send %s %s: this client is read-only (check mode)" % (_failed(doing), method, path))
        patience = self.patience()
        renewed = False
        while True:
            self.forget()
            response = self._send(method, path, doing, account, body=body, patience=patience)
            if response.status_code == 401 and self._can_renew(renewed):
                renewed = True
                self._renew_token()
                continue
            if response.status_code == 429 and patience.pause(parse_retry_after(response.headers.get("Retry-After"))):
                continue
            if response.status_code in (502, 503, 504):
                error = self._api_error(response, method, path, doing, account)
                raise LostAnswer(error.msg, error.status, method, path, error.message)
            if not wants_body and 200 <= response.status_code < 300:
                return None
            return self._decode(response, method, path, doing, account, LostAnswer)

    def new_token(self, scope=None):
        """A fresh access token and its expiry (an aware datetime in UTC, or None where the API told none)."""
        if not self.connection.client_id or not self.connection.client_secret:
            raise AuthenticationFailed("Logging in failed: client_id and client_secret are needed to fetch an access token")
        form = dict(grant_type="client_credentials", client_id=self.connection.client_id, client_secret=self.connection.client_secret)
        if scope:
            form["scope"] = scope
        doing = "logging in"
        asked_at = datetime.now(timezone.utc)
        response = self._send_reading("POST", "/oauth/token", doing, form=form)
        if response.status_code in (400, 401, 403):
            raise self._login_refused(response)
        body = self._decode(response, "POST", "/oauth/token", doing, None, TransportError)
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token or not fits_header(token):
            raise AuthenticationFailed(_failed(doing) + ": POST /oauth/token answered without an access_token that can be used", None, "POST", "/oauth/token")
        self.secrets.add(token)
        return token, _expiry(body, asked_at)

    def patience(self, seconds=None):
        """The pauses of one operation that is tried again, within `seconds` in all or, without them, `retry_timeout`."""
        return Patience(self.connection.retry_timeout if seconds is None else seconds, self._clock, self._sleep)

    # -- underneath ------------------------------------------------------------------------------------------------

    def _read(self, method, path, doing, account, query):
        asked = (path, account, tuple(sorted((query or {}).items())))
        response = (self._memory or {}).get(asked)
        if response is None:
            response = self._answer_to_read(method, path, doing, account, query)
            if self._memory is not None and 200 <= response.status_code < 300:
                self._memory[asked] = response
        return self._decode(response, method, path, doing, account, TransportError), response.headers

    def _answer_to_read(self, method, path, doing, account, query):
        renewed = False
        while True:
            response = self._send_reading(method, path, doing, account=account, query=query)
            if response.status_code == 401 and self._can_renew(renewed):
                renewed = True
                self._renew_token()
                continue
            return response

    def _send_reading(self, method, path, doing, **kwargs):
        """Send what may be sent again, until an answer comes that is worth handing on."""
        patience = self.patience()
        while True:
            try:
                response = self._send(method, path, doing, patience=patience, **kwargs)
            except LostAnswer as exc:
                if not patience.pause():
                    raise TransportError(exc.msg, method=method, path=path) from exc
                continue
            if response.status_code not in RETRIED_STATUSES:
                return response
            if not patience.pause(parse_retry_after(response.headers.get("Retry-After"))):
                return response

    def _send(self, method, path, doing, account=None, query=None, body=None, form=None, patience=None):
        """One request. Tries again only while no connection comes about; raises LostAnswer where the request may have arrived."""
        headers = {}
        auth = _NoAuth()
        data = form
        if form is None:
            if self._token is None:
                self._renew_token()
            auth = _Bearer(self._token)
            # As the vendor's own tests: the content type on reads too.
            headers["Content-Type"] = "application/json"
        if account is not None:
            headers["X-Cyclr-Account"] = account.encode("utf-8")
        if body is not None:
            data = json.dumps(body).encode("utf-8")
        while True:
            try:
                return self._session.request(
                    method,
                    self.connection.api_url + path,
                    params=query,
                    data=data,
                    headers=headers,
                    auth=auth,
                    timeout=self.connection.timeout,
                    verify=self.connection.validate_certs,
                    allow_redirects=False,
                )
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as exc:
                reason, sent, worth_retrying = classify(exc)
                msg = "%s: %s %s got no answer: %s" % (_failed(doing), method, path, self.secrets.hide(reason))
                if sent:
                    raise LostAnswer(msg, method=method, path=path) from exc
                if not worth_retrying or not patience.pause():
                    raise TransportError(msg, method=method, path=path) from exc

    def _can_renew(self, renewed):
        return not renewed and bool(self.connection.client_id and self.connection.client_secret)

    def _renew_token(self):
        self._token = self.new_token()[0]

    def _decode(self, response, method, path, doing, account, unreadable):
        if not 200 <= response.status_code < 300:
            raise self._api_error(response, method, path, doing, account)
        try:
            return decoded(response.content)
        except ValueError as exc:
            what = "an empty body" if not response.content.strip() else "a body that is no JSON"
            msg = "%s: %s %s answered %d with %s" % (_failed(doing), method, path, response.status_code, what)
            raise unreadable(msg, response.status_code, method, path) from exc

    def _api_error(self, response, method, path, doing, account):
        status = response.status_code
        message = _message(response, self.secrets)
        msg = "%s: %s %s returned %d%s" % (_failed(doing), method, path, status, ": " + message.rstrip(".") if message else "")
        if status == 401:
            msg += ". Either the access token is not valid here (expired, revoked, or of another region than %s)" % self.connection.api_url
            if account is None:
                msg += " or it is restricted to one account, which this call does not allow"
            else:
                msg += " or the account %r does not exist or is not open to this token" % account
        elif 300 <= status < 400:
            msg += ". Redirects are not followed: is api_url %s right?" % self.connection.api_url
        elif status == 429:
            msg += ". The API limits requests: raise retry_timeout, or lower forks or throttle"
        return ApiError(msg, status, method, path, message or None)

    def _login_refused(self, response):
        message = _message(response, self.secrets)
        msg = (
            "Logging in failed: POST /oauth/token returned %d%s. Check client_id and client_secret, and that api_url %s is of the region "
            "in which they were made (%s, or a private instance): credentials are valid in one region only"
        ) % (response.status_code, ": " + message if message else "", self.connection.api_url, ", ".join(API_HOSTS))
        return AuthenticationFailed(msg, response.status_code, "POST", "/oauth/token", message or None)


def _failed(doing):
    return doing[:1].upper() + doing[1:] + " failed"


def unexpected(kind, doing, method, path, what):
    """An error of that kind for an answer that is valid JSON and yet of no use."""
    return kind("%s: %s %s answered with %s" % (_failed(doing), method, path, what), None, method, path)


def decoded(content):
    """The value of a JSON text. Raises ValueError."""
    try:
        value = json.loads(content.decode("utf-8-sig"))
        # Half a surrogate pair is valid JSON that nobody can print, write or send.
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) if _SURROGATE.search(content) else value
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def _identity(item):
    """What makes an item of a list the same one on another page."""
    if isinstance(item, dict) and item.get("Id") is not None:
        return "%s %s" % (type(item["Id"]).__name__, item["Id"])
    return json.dumps(item, sort_keys=True)


def _could_be_a_limit(length):
    """Whether a short first page may be the server's own largest page instead of the last one. Nobody limits pages to less than ten."""
    return length >= 10


def _message(response, secrets):
    """The API's own words, from `{"Message": ...}` (as all of its errors that are known) or the token endpoint's error object."""
    try:
        body = decoded(response.content)
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    words = [body[key] for key in ("Message", "ExceptionMessage", "error", "error_description") if isinstance(body.get(key), str)]
    if isinstance(body.get("ModelState"), dict):
        words.append(json.dumps(body["ModelState"], sort_keys=True))
    # Secrets first: neither cut short nor spelled in another way could they be found.
    return printable(secrets.hide(" - ".join(words)))[:_LONGEST_MESSAGE]


def _expiry(body, asked_at):
    """When a token ends: `expires_in` seconds after it was asked for, else `.expires`, else unknown (all three were seen)."""
    seconds = body.get("expires_in")
    try:
        return asked_at + timedelta(seconds=int(seconds))
    except (TypeError, ValueError, OverflowError):
        return parse_date(body.get(".expires"))
