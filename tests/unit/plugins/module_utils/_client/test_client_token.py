# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import requests

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, AuthenticationFailed, LostAnswer, TransportError
from ansible_collections.cyclr.ipaas.tests.support.api_objects import DENIED
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import WITH_CREDENTIALS, client, get, login, post, scripted

BOTH = dict(WITH_CREDENTIALS, access_token="given-token")
X = "/x"
READ = Request("GET", X, "trying")
WRITE = Request("POST", X, "trying", body={})


def test_a_given_token_is_used_as_it_is():
    with scripted([get(X, {}, token="given-token")]):
        client(access_token="given-token").read(READ)


def test_no_login_before_it_is_needed():
    with scripted([]):
        client(**WITH_CREDENTIALS)


def test_one_login_serves_all_calls():
    with scripted([login("first-token"), get(X, {}, token="first-token"), post(X, {}, {}, token="first-token"), get(X, {}, token="first-token")]):
        one = client(**WITH_CREDENTIALS)
        one.read(READ)
        one.write(WRITE)
        one.read(READ)


@pytest.mark.parametrize("options, first", [(WITH_CREDENTIALS, [login("first-token")]), (BOTH, [])])
def test_a_refused_token_is_renewed_once(options, first):
    old = "first-token" if first else "given-token"
    with scripted([*first, get(X, DENIED, 401, token=old), login("second-token"), get(X, {"a": 1}, token="second-token")]):
        assert client(**options).read(READ) == {"a": 1}


def test_and_only_once():
    calls = [login("first-token"), get(X, DENIED, 401, token="first-token"), login("second-token"), get(X, DENIED, 401, token="second-token")]
    with pytest.raises(ApiError) as caught, scripted(calls):
        client(**WITH_CREDENTIALS).read(READ)
    assert caught.value.status == 401


def test_a_refused_write_was_not_carried_out_and_is_sent_again():
    calls = [post(X, {"a": 1}, DENIED, 401, token="given-token"), login("new-token"), post(X, {"a": 1}, {}, token="new-token")]
    with scripted(calls):
        assert client(**BOTH).write(Request("POST", X, "trying", body={"a": 1})) == {}


def test_a_twice_refused_write():
    calls = [post(X, {}, DENIED, 401, token="given-token"), login("new-token"), post(X, {}, DENIED, 401, token="new-token")]
    with pytest.raises(ApiError), scripted(calls):
        client(**BOTH).write(WRITE)


def test_without_credentials_nothing_can_be_renewed():
    with pytest.raises(ApiError) as caught, scripted([get(X, DENIED, 401)]):
        client().read(READ)
    assert "Authorization has been denied" in caught.value.msg


@pytest.mark.parametrize("account, words", [
    (None, ["access token is not valid here", "https://api.cyclr.com", "restricted to one account"]),
    ("c1", ["access token is not valid here", "account 'c1' does not exist or is not open to this token"]),
])
def test_a_401_names_both_possibilities(account, words):
    with pytest.raises(ApiError) as caught, scripted([get(X, DENIED, 401, account=account)]):
        client().read(Request("GET", X, "trying", account))
    assert all(word in caught.value.msg for word in words)


def test_netrc_does_not_replace_the_token(tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.cyclr.com login jo password pw\n", encoding="ascii")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth("https://api.cyclr.com/") == ("jo", "pw")
    with scripted([login("first-token"), get(X, {}, token="first-token")]):
        client(**WITH_CREDENTIALS).read(READ)


# -- the token endpoint --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_name_the_regions(status):
    answer = {"error": "invalid_client", "error_description": "the-client-secret is wrong"}
    with pytest.raises(AuthenticationFailed) as caught, scripted([login(answer=answer, status=status)]):
        client(**WITH_CREDENTIALS).read(READ)
    error = caught.value
    for word in ("%d: invalid_client - " % status, "client_id and client_secret", "api_url https://api.cyclr.com", "api.eu.cyclr.com", "api.cyclr.uk"):
        assert word in error.msg
    assert "the-client-secret" not in repr(error.as_result())
    assert (error.status, error.method, error.path) == (status, "POST", "/oauth/token")


@pytest.mark.parametrize("body", [b"", b"<html>no</html>"])
def test_refused_credentials_without_a_word(body):
    with pytest.raises(AuthenticationFailed) as caught, scripted([login(answer=body, status=400)]):
        client(**WITH_CREDENTIALS).read(READ)
    assert "returned 400. Check" in caught.value.msg


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": None}, {"access_token": 5}, [], "x", 7])
def test_an_answer_without_a_token(answer):
    with pytest.raises(AuthenticationFailed) as caught, scripted([login(answer=answer)]):
        client(**WITH_CREDENTIALS).read(READ)
    assert "returned no usable access_token" in caught.value.msg


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{"])
def test_an_unreadable_login(answer):
    with pytest.raises(TransportError), scripted([login(answer=answer)]):
        client(**WITH_CREDENTIALS, retry_timeout=0).read(READ)


@pytest.mark.parametrize("failure", [dict(status=503), dict(status=429), dict(answer=requests.exceptions.ReadTimeout("slow"))])
def test_a_login_is_tried_again(failure):
    with scripted([login(**failure), login("first-token"), get(X, {}, token="first-token")]):
        client(**WITH_CREDENTIALS).read(READ)


def test_a_lost_login_before_a_write_is_no_lost_write():
    with pytest.raises(TransportError) as caught, scripted([login(answer=requests.exceptions.ReadTimeout("slow"))]):
        client(**WITH_CREDENTIALS, retry_timeout=0).write(WRITE)
    assert not isinstance(caught.value, LostAnswer)


def test_the_token_is_hidden_in_messages():
    calls = [login("secret-token"), get(X, {"Message": "secret-token is no good"}, 403, token="secret-token")]
    with pytest.raises(ApiError) as caught, scripted(calls):
        client(**WITH_CREDENTIALS).read(READ)
    assert "secret-token" not in repr(caught.value.as_result())


# -- expiry --------------------------------------------------------------------------------------------------------

EXPIRES = {".expires": "Thu, 02 Mar 2023 03:03:24 GMT"}


@pytest.mark.parametrize("more", [{"expires_in": 60}, {"expires_in": "60"}, dict(EXPIRES, expires_in=60)])
def test_expires_in_comes_first(more):
    with scripted([login(answer=dict(more, access_token="abcdef"))]):
        when = client(**WITH_CREDENTIALS).new_token()[1]
    assert timedelta(0) < when - datetime.now(timezone.utc) <= timedelta(seconds=60)


@pytest.mark.parametrize("more", [EXPIRES, dict(EXPIRES, expires_in=None), dict(EXPIRES, expires_in="soon"), dict(EXPIRES, expires_in=10**18)])
def test_else_the_date(more):
    with scripted([login(answer=dict(more, access_token="abcdef"))]):
        assert client(**WITH_CREDENTIALS).new_token()[1] == datetime(2023, 3, 2, 3, 3, 24, tzinfo=timezone.utc)


@pytest.mark.parametrize("more", [{}, {".expires": None}, {".expires": "soon"}, {".expires": 5}, {".expires": ""}, {"expires_in": []}])
def test_else_it_is_unknown(more):
    with scripted([login(answer=dict(more, access_token="abcdef"))]):
        assert client(**WITH_CREDENTIALS).new_token() == ("abcdef", None)
