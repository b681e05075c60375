# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Limits of one answer: time until its last byte, size of its headers and of its body.

The timeout of requests is one for each read of the socket: one byte a second, or `100 Continue` again and again, would never end.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
import time
import zlib

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import HTTPAdapter, urllib3

MAX_HEADERS = 1024 * 1024
MAX_BODY = 64 * 1024 * 1024

_PIECE = 64 * 1024


class TooLong(Exception):
    """An answer that is longer than anybody needs."""


class Unreadable(Exception):
    """An answer that is compressed in a way that was not asked for, or badly."""


class Exchange:
    """One request and its answer on one connection."""

    def __init__(self):
        self.sent = False
        self._ends = None
        self._bytes_left = None

    def begin(self, seconds):
        self.sent = False
        self._ends = time.monotonic() + seconds

    def allow(self, size):
        self._bytes_left = size

    def time_left(self):
        left = self._ends - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left

    def received(self, size):
        self._bytes_left -= size
        if self._bytes_left < 0:
            raise TooLong("it is too long")


class _LimitedSocketFile(io.RawIOBase):
    """What is read from a socket, as long as the exchange may last."""

    def __init__(self, raw, sock, exchange):
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._exchange = exchange

    def readable(self):
        return True

    def fileno(self):
        return self._raw.fileno()

    def readinto(self, buffer):
        self._sock.settimeout(self._exchange.time_left())
        size = self._raw.readinto(buffer)
        self._exchange.received(size or 0)
        return size

    def close(self):
        self._raw.close()
        super().close()


def _response_class(exchange):
    class LimitedResponse(http.client.HTTPResponse):
        def __init__(self, sock, *args, **kwargs):
            super().__init__(sock, *args, **kwargs)
            exchange.allow(MAX_HEADERS)
            self.fp = io.BufferedReader(_LimitedSocketFile(self.fp.detach(), sock, exchange))

        def begin(self):
            super().begin()
            # Chunks have headers, too.
            exchange.allow(MAX_BODY + MAX_HEADERS)

    return LimitedResponse


def _pool_class(base, exchange):
    class LimitedConnection(base.ConnectionCls):
        response_class = _response_class(exchange)
        _connecting = False

        def connect(self):
            self._connecting = True
            try:
                super().connect()
            finally:
                self._connecting = False

        def send(self, data):
            if self.sock is None:
                self.connect()
            if not self._connecting:
                # What goes to a proxy beforehand is not the request.
                exchange.sent = True
                self.sock.settimeout(exchange.time_left())
            super().send(data)

    class LimitedPool(base):
        ConnectionCls = LimitedConnection

    return LimitedPool


class LimitedAdapter(HTTPAdapter):
    """An adapter whose connections keep to the limits of `exchange`."""

    def __init__(self, exchange):
        self._exchange = exchange
        super().__init__(max_retries=0)

    @functools.cached_property
    def _pool_classes(self):
        pools = urllib3.connectionpool
        return dict(http=_pool_class(pools.HTTPConnectionPool, self._exchange), https=_pool_class(pools.HTTPSConnectionPool, self._exchange))

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy, **kwargs):
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pool_classes
        return manager


def read_body(response):
    """The body of a response that was not read yet. Raises TooLong and Unreadable."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Unreadable("it has an unknown Content-Encoding")
    unpacked = _Unpacked() if "gzip" in encoding else _AsItIs()
    while True:
        piece = response.raw.read(_PIECE, decode_content=False)
        if not piece:
            return unpacked.content()
        unpacked.feed(piece)


class _AsItIs:
    def __init__(self):
        self._content = bytearray()

    def feed(self, piece):
        self._content += piece
        if len(self._content) > MAX_BODY:
            raise TooLong("it is too long")

    def content(self):
        return bytes(self._content)


class _Unpacked(_AsItIs):
    """gzip, unpacked no further than the limit."""

    def __init__(self):
        super().__init__()
        self._gzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._began = False

    def feed(self, piece):
        self._began = True
        try:
            while piece:
                if self._gzip.eof:
                    self._gzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
                super().feed(self._gzip.decompress(piece, MAX_BODY + 1 - len(self._content)))
                piece = self._gzip.unconsumed_tail or self._gzip.unused_data
        except zlib.error as exc:
            raise Unreadable("it cannot be unpacked") from exc

    def content(self):
        if self._began and not self._gzip.eof:
            raise Unreadable("it was cut short")
        return super().content()
