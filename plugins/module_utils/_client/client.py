# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The HTTP client of the Cyclr API. It knows nothing of Ansible.

Reads are retried; a write is sent once and raises LostAnswer if it may have been carried out without our knowing.

Three layers: `_wire` sends a request once, the pauses are around it, the renewal of the token is around those.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timezone

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.answers import api_error, decoded, error_words, expiry, is_json, login_refused
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.cache import NoCache
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.login import OwnLogin
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import fits_header
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.paging import PAGE_SIZE, identity, is_last_page
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import Secrets
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.retry import RETRIED_STATUSES, Patience, parse_retry_after
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.transport_errors import NoAnswer
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.wire import Wire
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import (
    AuthenticationFailed,
    CyclrError,
    LostAnswer,
    SlowAnswer,
    TransportError,
    printable,
)

# The longest part of an API message that is passed on. A proxy may send a whole HTML page.
_LONGEST_MESSAGE = 500

# Far more than any list has. A server that sends more does not stop.
_MOST_PAGES = 2000

# A wrong URL should not cost minutes: until the API has answered once, a login that gets no connection gives up after that many seconds.
_FIRST_CONTACT = 10


class Client:
    """Requests to one Cyclr API with one set of credentials.

    With `read_only` every write is refused: the safety net under check mode. `login` has the token, `cache` the answers to reads, `secrets`
    what no message may show; each of them can be shared with other clients.
    """

    def __init__(self, connection, read_only=False, login=None, cache=None, secrets=None, clock=time.monotonic, sleep=time.sleep):
        self.connection = connection
        self.read_only = read_only
        self.cache = cache or NoCache()
        self.secrets = secrets or Secrets()
        self.secrets.add(connection.client_secret, connection.access_token)
        self._login = login or OwnLogin()
        self._token = None
        self._clock = clock
        self._sleep = sleep
        self._wire = Wire(connection)
        self._was_answered = False
        self.secrets.add(*self._wire.proxy_secrets())

    def close(self):
        self._wire.close()

    def forget(self):
        """Send the next reads again, whatever is cached."""
        self.cache.forget()

    # -- the calls -------------------------------------------------------------------------------------------------

    def read(self, request):
        """The decoded body of a GET."""
        return self._decode(request, self._answer_to_read(request), TransportError)

    def find(self, request):
        """As `read`, with None for a 404 and for nothing else."""
        answer = self._answer_to_read(request)
        if answer.status == 404:
            return None
        found = self._decode(request, answer, TransportError)
        if found is None:
            raise request.unexpected(TransportError, "null")
        return found

    def pages(self, request):
        """All items of a list, page by page."""
        seen = set()
        first_length = None
        number = 1
        while True:
            page = replace(request, query=dict(request.query or {}, page=number, pageSize=PAGE_SIZE))
            answer = self._answer_to_read(page)
            items = self._decode(page, answer, TransportError)
            if not isinstance(items, list):
                raise request.unexpected(TransportError, "%s instead of a list" % type(items).__name__)
            fresh = [item for item in items if identity(item) not in seen]
            yield from fresh
            seen.update(identity(item) for item in items)
            first_length = len(items) if first_length is None else first_length
            if is_last_page(number, len(items), first_length, len(fresh), answer.headers.get("Total-Pages", "")):
                return
            number += 1
            if number > _MOST_PAGES:
                raise request.unexpected(TransportError, "more than %d pages: the list does not end" % _MOST_PAGES)

    def write(self, request):
        """The decoded body of a write.

        It is sent again only if the API cannot have carried it out (no connection, 429, 401 with a renewed token). Raises LostAnswer
        if it may have.
        """
        return self._decode(request, self._answer_to_write(request), LostAnswer)

    def send(self, request):
        """A write whose answer nobody needs, whatever it says."""
        answer = self._answer_to_write(request)
        if not answer.ok:
            raise self._api_error(request, answer)

    def delete(self, request):
        """As `send`. What is gone already is as good as deleted."""
        answer = self._answer_to_write(request)
        if not answer.ok and answer.status != 404:
            raise self._api_error(request, answer)

    def new_token(self, scope=None):
        """A fresh access token and its expiry (an aware datetime in UTC, or None if the API did not say)."""
        if not self._can_log_in():
            raise AuthenticationFailed("Logging in failed: client_id and client_secret are needed to fetch an access token")
        form = dict(grant_type="client_credentials", client_id=self.connection.client_id, client_secret=self.connection.client_secret)
        if scope:
            form["scope"] = scope
        request = Request("POST", "/oauth/token", "logging in", form=form)
        asked_at = datetime.now(timezone.utc)
        seconds = None if self._was_answered else _FIRST_CONTACT
        answer = self._read_patiently(request, None, Patience(self.connection.retry_timeout, self._clock, self._sleep, connect_within=seconds))
        if answer.status in (400, 401, 403):
            raise login_refused(request, answer.status, self._words(answer), self.connection.api_url)
        body = self._decode(request, answer, TransportError)
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token or not fits_header(token):
            raise request.error(AuthenticationFailed, "returned no usable access_token")
        self.secrets.add(token)
        return token, expiry(body, asked_at)

    def patience(self, seconds=None):
        """The pauses of one operation that is tried again, within `seconds` in all or, without them, `retry_timeout`."""
        return Patience(self.connection.retry_timeout if seconds is None else seconds, self._clock, self._sleep)

    # -- underneath ------------------------------------------------------------------------------------------------

    def _answer_to_read(self, request):
        key = (self.connection, request.path, request.account, tuple(sorted((request.query or {}).items())))
        answer = self.cache.get(key)
        if answer is None:
            answer = self._with_token(self._read_patiently, request)
            if answer.ok:
                self.cache.keep(key, answer)
        return answer

    def _answer_to_write(self, request):
        if self.read_only:
            raise CyclrError("%s: refused to send %s %s: this client is read-only (check mode)" % (request.failed, request.method, request.path))
        self.forget()
        try:
            answer = self._with_token(self._write_patiently, request)
        finally:
            self.forget()
        if answer.status < 200 or answer.status in (502, 503, 504):
            error = self._api_error(request, answer)
            raise LostAnswer(error.msg, error.status, error.method, error.path, error.message)
        return answer

    def _with_token(self, send, request):
        """The answer of `send(request, token, patience)`, which is called a second time if the token is refused and can be renewed."""
        patience = self.patience()
        if self._token is None:
            self._token = self._other_token(None)
        answer = send(request, self._token, patience)
        if answer.status == 401 and self._can_log_in():
            self._token = self._other_token(self._token)
            answer = send(request, self._token, patience)
        return answer

    def _other_token(self, refused):
        """What the login has instead of the refused token. The option access_token is used until it is refused."""
        given = self.connection.access_token

        def fetch():
            return (given, None) if given and refused is None else self.new_token()

        return self._login.token(self.connection, refused, fetch)

    def _can_log_in(self):
        return bool(self.connection.client_id and self.connection.client_secret)

    def _read_patiently(self, request, token, patience):
        """Send what may be sent again, until an answer comes that is worth handing on."""
        while True:
            try:
                answer = self._send(request, token, patience)
            except NoAnswer as exc:
                pause = patience.pause if exc.may_have_arrived else patience.pause_unconnected
                if not exc.worth_retrying or not pause():
                    raise self._no_answer(TransportError, request, exc) from exc
                continue
            usable = is_json(answer.content) if answer.ok else answer.status not in RETRIED_STATUSES
            if usable or not patience.pause(parse_retry_after(answer.headers.get("Retry-After"))):
                return answer

    def _write_patiently(self, request, token, patience):
        """Send again only what cannot have been carried out."""
        while True:
            try:
                answer = self._send(request, token, patience)
            except NoAnswer as exc:
                if exc.may_have_arrived:
                    raise self._no_answer(SlowAnswer if exc.may_be_under_way else LostAnswer, request, exc) from exc
                if not exc.worth_retrying or not patience.pause():
                    raise self._no_answer(TransportError, request, exc) from exc
                continue
            if answer.status != 429 or not patience.pause(parse_retry_after(answer.headers.get("Retry-After"))):
                return answer

    def _send(self, request, token, patience):
        """Every token that is sent is a secret, whoever fetched it."""
        self.secrets.add(token)
        answer = self._wire.send(request, token, patience.time_to_connect())
        self._was_answered = True
        return answer

    # -- what is said ----------------------------------------------------------------------------------------------

    def _no_answer(self, kind, request, exc):
        return request.error(kind, "got no answer from %s: %s" % (self.connection.api_url, self.secrets.hide(exc.reason)))

    def _decode(self, request, answer, unreadable):
        if not answer.ok:
            raise self._api_error(request, answer)
        try:
            return decoded(answer.content)
        except ValueError as exc:
            what = "a body that is not JSON" if answer.content.strip() else "an empty body"
            words = "returned %d with %s (from %s)" % (answer.status, what, self.connection.api_url)
            raise request.error(unreadable, words, answer.status) from exc

    def _words(self, answer):
        # Secrets first, because they are not found after they were cut short or spelled in another way.
        return printable(self.secrets.hide(error_words(answer.content)))[:_LONGEST_MESSAGE]

    def _api_error(self, request, answer):
        return api_error(request, answer.status, self._words(answer), self.connection.api_url)
