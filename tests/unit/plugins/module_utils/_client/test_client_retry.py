# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads are tried again, within retry_timeout. Time passes by sleeping only."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, CyclrError, LostAnswer, TransportError
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import WITH_CREDENTIALS, WITH_TOKEN, Clock, client, get, login, post, scripted

X = "/x"
READ = Request("GET", X, "trying")
WRITE = Request("POST", X, "trying", body={})
REFUSED = requests.exceptions.ConnectionError(MaxRetryError(None, X, NewConnectionError(None, "refused")))
BROKEN = requests.exceptions.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer")))
CUT = requests.exceptions.ChunkedEncodingError("cut")
READ_TIMEOUT = requests.exceptions.ReadTimeout("slow")
CONNECT_TIMEOUT = requests.exceptions.ConnectTimeout("slow")
TLS = requests.exceptions.SSLError("certificate verify failed")

PASSING = [dict(status=429), dict(status=500), dict(status=502), dict(status=503), dict(status=504)] + [
    dict(answer=exc) for exc in (REFUSED, BROKEN, CUT, READ_TIMEOUT, CONNECT_TIMEOUT)
]


@pytest.mark.parametrize("failure", PASSING)
def test_a_read_is_tried_again(failure):
    clock = Clock()
    with scripted([get(X, **failure), get(X, **failure), get(X, {"a": 1})]):
        assert client(clock).read(READ) == {"a": 1}
    assert len(clock.slept) == 2 and all(0 < pause <= 1 for pause in clock.slept)


@pytest.mark.parametrize("failure", [dict(status=400), dict(status=403), dict(status=404), dict(status=409), dict(answer=TLS)])
def test_what_will_fail_again_is_not(failure):
    clock = Clock()
    with pytest.raises(CyclrError), scripted([get(X, **failure)]):
        client(clock).read(READ)
    assert clock.slept == []


@pytest.mark.parametrize("failure", PASSING)
def test_no_longer_than_the_time_there_is(failure):
    with pytest.raises(CyclrError) as caught, scripted([get(X, **failure)]):
        client(**WITH_TOKEN, retry_timeout=0).read(READ)
    assert not isinstance(caught.value, LostAnswer)
    assert caught.value.status == failure.get("status")


def test_pauses_double_up_to_half_a_minute(monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    clock = Clock()
    with pytest.raises(ApiError), scripted([get(X, status=503)] * 10):
        client(clock, **WITH_TOKEN, retry_timeout=125).read(READ)
    assert clock.slept == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize("answer", [b"", b"  ", b"<html>Please wait</html>", b'{"a": ', b"\xff\xfe"])
def test_an_unreadable_answer_is_tried_again(answer):
    clock = Clock()
    with scripted([get(X, answer), get(X, answer, headers={"Retry-After": "3"}), get(X, {"a": 1})]):
        assert client(clock).read(READ) == {"a": 1}
    assert len(clock.slept) == 2 and clock.slept[1] == 3


@pytest.mark.parametrize("failure", [dict(answer=exc) for exc in (ValueError("x"), AttributeError("x"), OSError("x"), KeyError("x"), EOFError())])
def test_whatever_else_breaks_is_an_error_of_ours(failure):
    with scripted([get(X, **failure), get(X, {})]):
        assert client().read(READ) == {}
    with pytest.raises(LostAnswer), scripted([post(X, {}, **failure)]):
        client().write(WRITE)


# -- the first contact -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [REFUSED, CONNECT_TIMEOUT])
def test_a_login_that_finds_nobody_gives_up_soon(failure, monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    clock = Clock()
    with pytest.raises(TransportError, match="Logging in failed: .* from https://api.cyclr.com: "), scripted([login(answer=failure)] * 5):
        client(clock, **WITH_CREDENTIALS).read(READ)
    assert clock.slept == [0.5, 1, 2, 4]


@pytest.mark.parametrize("failure", [dict(status=503), dict(answer=BROKEN), dict(answer=b"<html>")])
def test_one_that_finds_somebody_has_its_time(failure):
    clock = Clock()
    with scripted([login(**failure)] * 7 + [login(), get(X, {})]):
        client(clock, **WITH_CREDENTIALS).read(READ)
    assert sum(clock.slept) > 10


def test_once_the_api_has_answered_it_is_waited_for():
    clock = Clock()
    with scripted([get(X, {}, token="given"), get(X, status=401, token="given")] + [login(answer=REFUSED)] * 7 + [login(), get(X, {})]):
        one = client(clock, **WITH_CREDENTIALS, access_token="given")
        one.read(READ)
        one.read(READ)
    assert sum(clock.slept) > 10


# -- Retry-After ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds(status):
    clock = Clock()
    with scripted([get(X, status=status, headers={"Retry-After": "7"}), get(X, {})]):
        client(clock).read(READ)
    assert clock.slept == [7]


def test_retry_after_as_a_date():
    clock = Clock()
    later = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=60), usegmt=True)
    with scripted([get(X, status=503, headers={"Retry-After": later}), get(X, {})]):
        client(clock).read(READ)
    assert 50 < clock.slept[0] <= 60


def test_retry_after_in_the_past():
    clock = Clock()
    with scripted([get(X, status=503, headers={"Retry-After": "Thu, 02 Mar 2023 03:03:24 GMT"}), get(X, {})]):
        client(clock).read(READ)
    assert clock.slept == [0.5]


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "\u00b2"])
def test_an_unreadable_retry_after_is_none(value):
    clock = Clock()
    with scripted([get(X, status=503, headers={"Retry-After": value}), get(X, {})]):
        client(clock).read(READ)
    assert 0 < clock.slept[0] <= 0.5


def test_a_retry_after_beyond_the_time_there_is_ends_it_at_once():
    clock = Clock()
    with pytest.raises(ApiError) as caught, scripted([get(X, status=429, headers={"Retry-After": "121"})]):
        client(clock).read(READ)
    assert clock.slept == []
    assert "raise retry_timeout" in caught.value.msg


# -- writes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [dict(status=502), dict(status=503), dict(status=504)] + [dict(answer=exc) for exc in (BROKEN, CUT, READ_TIMEOUT)])
def test_a_write_that_may_have_arrived_is_never_repeated(failure):
    clock = Clock()
    with pytest.raises(LostAnswer) as caught, scripted([post(X, {}, **failure)]):
        client(clock).write(WRITE)
    assert clock.slept == []
    assert (caught.value.method, caught.value.path, caught.value.status) == ("POST", X, failure.get("status"))


@pytest.mark.parametrize("failure", [dict(status=429), dict(answer=REFUSED), dict(answer=CONNECT_TIMEOUT)])
def test_a_write_that_did_not_arrive_is_sent_again(failure):
    clock = Clock()
    with scripted([post(X, {}, **failure), post(X, {}, **failure), post(X, {}, {"a": 1})]):
        assert client(clock).write(WRITE) == {"a": 1}
    assert len(clock.slept) == 2


def test_retry_after_counts_for_writes_too():
    clock = Clock()
    with scripted([post(X, {}, status=429, headers={"Retry-After": "9"}), post(X, {}, {})]):
        client(clock).write(WRITE)
    assert clock.slept == [9]


@pytest.mark.parametrize("failure, kind", [(dict(status=429), ApiError), (dict(answer=REFUSED), TransportError), (dict(answer=TLS), TransportError)])
def test_a_write_that_never_arrived_is_not_lost(failure, kind):
    with pytest.raises(kind) as caught, scripted([post(X, {}, **failure)]):
        client(**WITH_TOKEN, retry_timeout=0).write(WRITE)
    assert not isinstance(caught.value, LostAnswer)


@pytest.mark.parametrize("answer", [b"", b"<html>", b'{"a": '])
def test_an_unreadable_success_is_a_lost_answer(answer):
    with pytest.raises(LostAnswer), scripted([post(X, {}, answer)]):
        client().write(WRITE)


@pytest.mark.parametrize("answer", [b"", b"<html>", b'{"a": ', {"a": 1}])
def test_unless_nobody_needs_it(answer):
    with scripted([post(X, {}, answer)]):
        client().send(WRITE)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_read_only_client_writes_nothing(method):
    with pytest.raises(CyclrError, match="Trying failed: refused to send %s /x: this client is read-only" % method), scripted([]):
        client(read_only=True).write(Request(method, X, "trying", body={}))
