# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that never end, are too large, or are framed in a way that no server should: a typed error, in time."""

from __future__ import annotations

import gzip
import json
import time

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils._client import limits
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, LostAnswer, TransportError
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving, talking

READ = Request("GET", "/x", "reading")
WRITE = Request("POST", "/x", "writing", body={})
OK = b"HTTP/1.1 200 OK\r\n"


def client_of(server, **options):
    return Client(Connection(**dict(dict(api_url=server.url, access_token="token-of-the-tests", timeout=1, retry_timeout=0), **options)))


def again_and_again(first, piece, pause=0.0):
    def talk(connection):
        connection.sendall(first)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return talk


def at_once(data):
    return lambda connection: connection.sendall(data)


ENDLESS = dict(
    one_byte_a_time=again_and_again(OK + b"Content-Length: 1000\r\n\r\n", b"1", 0.2),
    header_byte_by_byte=again_and_again(OK + b"X: ", b"1", 0.2),
    continues_slowly=again_and_again(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.2),
    continues_fast=again_and_again(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    chunks=again_and_again(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n1\r\n", 0.2),
    no_end=again_and_again(OK + b"Connection: close\r\n\r\n[", b"1, " * 5000),
    header_without_end=again_and_again(OK + b"X: ", b"1" * 60000),
    negative_chunk=again_and_again(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", b"1" * 60000),
    silence=lambda connection: time.sleep(10),
)


@pytest.mark.parametrize("talk", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_without_an_end(talk, method, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BODY", 1024 * 1024)
    with talking(talk) as server:
        client = client_of(server)
        began = time.monotonic()
        with pytest.raises(TransportError) as caught:
            client.read(READ) if method == "GET" else client.write(WRITE)
        assert time.monotonic() - began < 3
        assert isinstance(caught.value, LostAnswer) is (method == "POST")
        assert server.url in caught.value.msg and server.seen == [method]


FRAMES = dict(
    negative_chunk=OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n0\r\n\r\n",
    chunk_without_size=OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    chunk_cut=OK + b"Transfer-Encoding: chunked\r\n\r\n10\r\n[]",
    shorter_than_told=OK + b"Content-Length: 10\r\n\r\n{",
    negative_length=OK + b"Content-Length: -5\r\n\r\n",
    length_of_words=OK + b"Content-Length: many\r\n\r\n",
    two_lengths=OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    no_status=b"HTTP/1.1\r\n\r\n",
    status_of_words=b"HTTP/1.1 fine\r\n\r\n",
    status_beyond=b"HTTP/1.1 99999 X\r\n\r\n",
    not_http=b"SSH-2.0-OpenSSH_9.2\r\n",
    tls=b"\x16\x03\x01\x00\xa5",
    nothing=b"",
    headers_without_end=OK + b"X: y\r\n" * 500 + b"\r\n{}",
    headers_of_bytes=OK + b"\xff\xfe: \x00\r\nContent-Length: 1\r\n\r\n{",
    switching=b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    broken_gzip=OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde",
    cut_gzip=OK + b"Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\n" + gzip.compress(b"{}")[:12],
    unknown_encoding=OK + b"Content-Encoding: klingon\r\nContent-Length: 2\r\n\r\n{}",
    nested_encoding=OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: 2\r\n\r\n{}",
)


@pytest.mark.parametrize("data", FRAMES.values(), ids=FRAMES)
def test_odd_framing(data):
    """Whoever wrote may have been heard."""
    with talking(at_once(data)) as server:
        with pytest.raises((TransportError, ApiError)):
            client_of(server).read(READ)
        # Not over the connection that the server has closed
        with pytest.raises(LostAnswer):
            client_of(server).write(WRITE)
        assert server.seen == ["GET", "POST"]


@pytest.mark.parametrize("status", [200, 400])
def test_a_compressed_bomb(status, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BODY", 1024 * 1024)
    bomb = gzip.compress(b" " * (20 * 1024 * 1024))
    with serving(lambda *request: (status, {"Content-Encoding": "gzip"}, bomb)) as server, pytest.raises(TransportError, match="too long"):
        client_of(server, retry_timeout=60).read(READ)


@pytest.mark.parametrize("packed", [gzip.compress(b'{"a": 1}'), gzip.compress(b'{"a"') + gzip.compress(b": 1}")], ids=["once", "in two parts"])
def test_what_was_compressed_is_read(packed):
    with serving(lambda *request: (200, {"Content-Encoding": "gzip"}, packed)) as server:
        assert client_of(server).read(READ) == {"a": 1}


def test_connections_are_used_again():
    """What was read to its end by the limited reader is free for the next request."""
    with serving(lambda *request: (200, {}, b"{}")) as server:
        client = client_of(server)
        for _each in range(3):
            client.read(READ)
        pools = client._wire.session.get_adapter(server.url).poolmanager.pools
        assert [pools[key].num_connections for key in pools.keys()] == [1]


def test_a_list_without_an_end(monkeypatch):
    monkeypatch.setattr("ansible_collections.cyclr.ipaas.plugins.module_utils._client.client._MOST_PAGES", 20)
    count = iter(range(10**6))

    def page(*request):
        return 200, {}, json.dumps([{"Id": next(count)} for _each in range(100)]).encode("ascii")

    with serving(page) as server, pytest.raises(TransportError, match="more than 20 pages"):
        list(client_of(server).pages(Request("GET", "/x", "listing")))
    assert len(server.seen) == 20


def test_retry_after_nothing_is_no_reason_to_hurry():
    with serving(lambda *request: (429, {"Retry-After": "0"}, b"")) as server, pytest.raises(ApiError):
        client_of(server, retry_timeout=1.2).read(READ)
    assert len(server.seen) <= 3
