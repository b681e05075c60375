# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What the workers of one run share: access tokens, and which host works on which account.

The memory is made when an action plugin is loaded, which the controller does before it forks the first worker. A token is bound to the API and
the client that it was fetched for, and never leaves this memory: it is on no disk and in no variable.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import multiprocessing
import os
import struct
import time
from datetime import datetime, timezone

from ansible_collections.cyclr.ipaas.plugins.module_utils import errors

# A worker that was killed while it had the lock must not stop the others.
_LOCK_SECONDS = 5
_POLL_SECONDS = 0.02
# A login that failed is not tried by the next worker again for as long as it took, and this.
_FAILURE_SECONDS = 5
# A token is renewed if it ends within so many seconds, or within a tenth of its life.
_MARGIN_SECONDS = 60

_EMPTY, _FETCHING, _TOKEN, _FAILED = range(4)

_NUMBER = struct.Struct("=I")
# The digest of an account, and the length of the host's name after it
_CLAIM = struct.Struct("=32sI")


class _Shared:
    """Memory that forked processes share. Without such memory nothing is found and nothing is kept."""

    def __init__(self, size):
        try:
            self._memory = mmap.mmap(-1, size)
            self._lock = multiprocessing.get_context("fork").Lock()
        except (OSError, ValueError, ImportError):
            self._memory = self._lock = None

    @contextlib.contextmanager
    def locked(self):
        """Whether the memory can be used; if so, by nobody else in the meantime."""
        usable = self._memory is not None and self._lock.acquire(timeout=_LOCK_SECONDS)
        try:
            yield usable
        finally:
            if usable:
                self._lock.release()


class _Table(_Shared):
    """A hash table of fixed size."""

    def __init__(self, slots, size):
        super().__init__(slots * size)
        self._slots, self._size = slots, size

    def slot(self, key):
        """The place of the value of `key`, a digest, or a free place for it. None if the table is full there."""
        first = int.from_bytes(key[:8], "big")
        for probe in range(min(64, self._slots)):
            start = (first + probe) % self._slots * self._size
            stored = self._memory[start:start + len(key)]
            if stored == key or not any(stored):
                return start
        return None

    def read(self, start, key):
        """The text that was put there, or None."""
        if self._memory[start:start + len(key)] != key:
            return None
        begin = start + len(key) + 4
        length = struct.unpack("I", self._memory[begin - 4:begin])[0]
        return self._memory[begin:begin + length].decode("utf-8")

    def write(self, start, key, text):
        """Whether the text fits and is now there."""
        content = text.encode("utf-8")
        if len(key) + 4 + len(content) > self._size:
            return False
        entry = key + struct.pack("I", len(content)) + content
        self._memory[start:start + len(entry)] = entry
        return True


def _digest(*parts):
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).digest()


def _key(connection):
    return _digest(connection.api_url, connection.client_id, connection.client_secret, connection.validate_certs, connection.ca_path)


class SharedLogins:
    """The client's login: a token for each API and client, fetched by the first worker that needs it while the others wait."""

    def __init__(self, slots=512, size=16384, clock=time.time, sleep=time.sleep):
        self._table = _Table(slots, size)
        self._clock = clock
        self._sleep = sleep

    def token(self, connection, refused, fetch):
        """A token other than `refused`. `fetch()` returns a new one and when it ends, an aware datetime or None."""
        if connection.access_token and refused is None:
            # It was given for this host alone.
            return connection.access_token
        key = _key(connection)
        give_up = self._clock() + connection.timeout + connection.retry_timeout
        while True:
            with self._table.locked() as usable:
                slot = self._table.slot(key) if usable else None
                known = self._entry(slot, key)
                if slot is not None and not self._is_somebody_fetching(known):
                    if self._is_good(known, refused):
                        return known["token"]
                    self._raise_if_failed(known)
                    known = None
                    if not self._table.write(slot, key, json.dumps(dict(state=_FETCHING, pid=os.getpid(), until=give_up))):
                        slot = None
            if slot is None or self._clock() > give_up:
                return fetch()[0]
            if known is None:
                return self._fetch(key, fetch)
            self._sleep(_POLL_SECONDS)

    def known(self, connection):
        """The token that another worker has fetched for the same API and client, or None."""
        key = _key(connection)
        with self._table.locked() as usable:
            known = self._entry(self._table.slot(key) if usable else None, key)
        return known["token"] if self._is_good(known, None) else None

    def _entry(self, slot, key):
        content = self._table.read(slot, key) if slot is not None else None
        return json.loads(content) if content else dict(state=_EMPTY)

    def _is_somebody_fetching(self, known):
        if known["state"] != _FETCHING or self._clock() > known["until"] or known["pid"] == os.getpid():
            return False
        try:
            os.kill(known["pid"], 0)
        except ProcessLookupError:
            return False
        except OSError:
            pass
        return True

    def _is_good(self, known, refused):
        if known["state"] != _TOKEN or known["token"] == refused:
            return False
        return known["ends"] is None or self._clock() < known["ends"] - min(_MARGIN_SECONDS, known["life"] / 10)

    def _raise_if_failed(self, known):
        """A failed login is not repeated at once by another worker. The one that failed may try again."""
        if known["state"] == _FAILED and known["pid"] != os.getpid() and self._clock() < known["until"]:
            raise getattr(errors, known["kind"])(**known["error"])

    def _fetch(self, key, fetch):
        began = self._clock()
        try:
            token, expires_at = fetch()
        except errors.CyclrError as exc:
            error = dict(exc.as_result()["error"], msg=exc.msg)
            until = 2 * self._clock() - began + _FAILURE_SECONDS
            self._keep(key, dict(state=_FAILED, pid=os.getpid(), kind=type(exc).__name__, error=error, until=until))
            raise
        except BaseException:
            # The task was interrupted, which says nothing about the login.
            self._keep(key, dict(state=_EMPTY))
            raise
        ends = None if expires_at is None else expires_at.astimezone(timezone.utc).timestamp()
        self._keep(key, dict(state=_TOKEN, token=token, ends=ends, life=None if ends is None else max(ends - self._clock(), 0)))
        return token

    def _keep(self, key, entry):
        with self._table.locked() as usable:
            slot = self._table.slot(key) if usable else None
            if slot is not None and not self._table.write(slot, key, json.dumps(entry)):
                # Too long to be shared: the next one fetches its own.
                self._table.write(slot, key, json.dumps(dict(state=_EMPTY)))


class Claims(_Shared):
    """Which host works on which account, so that two hosts that mean the same account are noticed.

    An index of numbers, and the claims one after another: memory is taken page by page, and thousands of accounts fit on a few pages.
    """

    def __init__(self, slots=65536, size=8 * 1024 * 1024):
        self._slots, self._end = slots, slots * _NUMBER.size + size
        # The place of the next claim is written before the first one. No place is 0, because that means a free slot.
        self._begin = (slots + 1) * _NUMBER.size
        super().__init__(self._end)

    def other_host(self, task, connection, account_id, host):
        """The other host for which this task works on the account, or None. The first one to ask has it."""
        key = _digest(task, connection.api_url, connection.client_id or connection.access_token, account_id)
        with self.locked() as usable:
            known = self._claimed(key, host) if usable else host
        return None if known == host else known

    def _claimed(self, key, host):
        """The host that has the account, which is `host` if no other has it, or if the memory is full."""
        first = int.from_bytes(key[:8], "big")
        for probe in range(min(64, self._slots)):
            slot = (first + probe) % self._slots * _NUMBER.size
            place = self._number(slot)
            if not place:
                self._keep(slot, key, host)
                return host
            stored, length = _CLAIM.unpack_from(self._memory, place)
            if stored == key:
                begin = place + _CLAIM.size
                return self._memory[begin:begin + length].decode("utf-8", "surrogatepass")
        return host

    def _keep(self, slot, key, host):
        name = host.encode("utf-8", "surrogatepass")
        next_one = self._begin - _NUMBER.size
        place = self._number(next_one) or self._begin
        end = place + _CLAIM.size + len(name)
        if end > self._end:
            return
        self._memory[place:end] = _CLAIM.pack(key, len(name)) + name
        _NUMBER.pack_into(self._memory, next_one, end)
        _NUMBER.pack_into(self._memory, slot, place)

    def _number(self, place):
        return _NUMBER.unpack_from(self._memory, place)[0]


def expiry_of(text):
    """The time that the module cyclr_access_token returns as text, or None."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except (TypeError, ValueError):
        return None


LOGINS = SharedLogins()
CLAIMS = Claims()
