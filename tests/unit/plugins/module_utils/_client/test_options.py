# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection, check_account_id, parse_origin, segment
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput

PARAMS = dict(api_url="https://api.cyclr.com", access_token="abc", timeout=30, retry_timeout=120)


@pytest.mark.parametrize("value, origin", [
    ("https://api.cyclr.com", "https://api.cyclr.com"),
    ("https://api.cyclr.com/", "https://api.cyclr.com"),
    ("HTTPS://API.Cyclr.com:8443", "https://api.cyclr.com:8443"),
    ("http://localhost:8000", "http://localhost:8000"),
    ("http://127.0.0.1", "http://127.0.0.1"),
    ("http://127.9.9.9:1", "http://127.9.9.9:1"),
    ("http://[::1]:8000", "http://[::1]:8000"),
])
def test_origins(value, origin):
    assert parse_origin(value, "api_url") == origin


@pytest.mark.parametrize("bad, word", [
    ("", "not a URL"),
    ("api.cyclr.com", "not a URL"),
    ("ftp://api.cyclr.com", "not a URL"),
    ("https://", "not a URL"),
    ("https://api.cyclr.com/v1.0", "without the path '/v1.0'"),
    ("https://api.cyclr.com?x=1", "without the path"),
    ("https://api.cyclr.com#x", "scheme, host and port only"),
    ("https://jo:pw@api.cyclr.com", "user name or password"),
    ("https://pw@api.cyclr.com", "user name or password"),
    ("ftp://jo:pw@api.cyclr.com", "user name or password"),
    ("jo:pw@api.cyclr.com", "user name or password"),
    ("https://jo:pw%40api.cyclr.com", "user name or password"),
    ("https:///jo:pw@api.cyclr.com", "user name or password"),
    ("https://[jo:pw@api.cyclr.com", "user name or password"),
    ("https://api.cyclr.com:99999", "not a URL"),
    ("https://api cyclr.com", "host name"),
    ("http://api.cyclr.com", "loopback"),
    ("http://localhost.example.com", "loopback"),
    ("http://127.0.0.1.example.com", "loopback"),
    ("http://0.0.0.0", "loopback"),
    ("http://10.0.0.1", "loopback"),
])
def test_what_is_no_origin(bad, word):
    with pytest.raises(InvalidInput) as caught:
        parse_origin(bad, "api_url")
    assert caught.value.msg.startswith("api_url:") and word in caught.value.msg
    assert "pw" not in caught.value.msg


@given(st.text())
def test_origins_of_any_text(value):
    try:
        origin = parse_origin(value, "api_url")
    except InvalidInput:
        return
    assert parse_origin(origin, "api_url") == origin


@pytest.mark.parametrize("given_options, words", [
    ({}, "client_id and client_secret"),
    (dict(client_id="x"), "missing credential: client_secret."),
    (dict(client_secret="x"), "missing credential: client_id."),
    (dict(client_id="", client_secret="x"), "missing credential: client_id."),
    (dict(access_token=""), "client_id and client_secret"),
])
def test_missing_credentials(given_options, words):
    with pytest.raises(InvalidInput) as caught:
        Connection.of(dict(PARAMS, **dict(dict(access_token=None), **given_options)))
    assert words in caught.value.msg


@pytest.mark.parametrize("option", ["client_id", "client_secret", "access_token"])
@pytest.mark.parametrize("bad", ["with blank", "line\n", "tab\t", "\u20ac", "\x7f"])
def test_credentials_that_no_header_carries(option, bad):
    with pytest.raises(InvalidInput) as caught:
        Connection.of(dict(PARAMS, **{option: bad}))
    assert caught.value.msg.startswith(option + ":") and bad not in caught.value.msg


@pytest.mark.parametrize("option, bad", [("timeout", 0), ("timeout", -1), ("retry_timeout", -0.5)])
def test_times(option, bad):
    with pytest.raises(InvalidInput, match=option + ": must be a positive number"):
        Connection.of(dict(PARAMS, **{option: bad}))


def test_no_time_for_retries_is_allowed():
    assert Connection.of(dict(PARAMS, retry_timeout=0)).retry_timeout == 0


def test_credentials_of_the_same_values_are_the_same_connection():
    assert Connection.of(PARAMS) == Connection.of(dict(PARAMS, client_id=None, client_secret="")) and hash(Connection.of(PARAMS))


@given(st.text(st.characters(codec="utf-8")))
def test_account_ids_stay_one_segment(value):
    try:
        check_account_id(value)
    except InvalidInput:
        return
    assert "/" not in segment(value) and segment(value) not in ("", ".", "..")
