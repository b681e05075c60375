# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes back, and what is said about it."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.request import Request
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, TransportError
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import API, TOKEN, WITH_TOKEN, Clock, client, get, message, scripted

X = "/x"


def failure(kind, answer=b"", status=200, **more):
    with pytest.raises(kind) as caught, scripted([get(X, answer, status, **more)]):
        client(**WITH_TOKEN, retry_timeout=0).read(Request("GET", X, "reading that", more.get("account")))
    return caught.value


def test_what_was_tried_method_path_status_and_the_words_of_the_api():
    error = failure(ApiError, message("It broke."), 500)
    assert error.msg == "Reading that failed: GET /x returned 500: It broke"
    assert error.as_result() == dict(msg=error.msg, error=dict(status=500, method="GET", path="/x", message="It broke."))


@pytest.mark.parametrize("answer", [b"", b" ", b"<html><h1>Oops</h1></html>", b"\xff\xfe", b"[]", b"7", b"null", b'{"Message": 7}', b"{}"])
def test_without_words(answer):
    error = failure(ApiError, answer, 500)
    assert error.msg == "Reading that failed: GET /x returned 500"
    assert error.message is None


@pytest.mark.parametrize("answer, words", [
    ({"Message": "A", "ExceptionMessage": "B"}, "A - B"),
    ({"Message": "A", "ModelState": {"x": ["y"]}}, 'A - {"x": ["y"]}'),
    ({"error": "invalid_grant", "error_description": "D"}, "invalid_grant - D"),
    (message("two\r\nlines\x1b[31m"), "two lines [31m"),
    (b"\xef\xbb\xbf" + b'{"Message": "with a mark"}', "with a mark"),
])
def test_the_words(answer, words):
    assert failure(ApiError, answer, 400).message == words


def test_long_words_are_cut():
    assert len(failure(ApiError, message("x" * 5000), 400).message) == 500


@pytest.mark.parametrize("answer, what", [
    (b"", "an empty body"),
    (b"  ", "an empty body"),
    (b"<html>", "a body that is not JSON"),
    (b'{"a', "a body that is not JSON"),
])
def test_unreadable_success(answer, what):
    assert failure(TransportError, answer).msg == "Reading that failed: GET /x returned 200 with %s (from https://api.cyclr.com)" % what


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status):
    error = failure(ApiError, b"", status, headers={"Location": API + "/elsewhere"})
    assert "Redirects are not followed: is api_url https://api.cyclr.com right?" in error.msg


def test_secrets_are_hidden():
    error = failure(ApiError, message("Bearer %s is no good" % TOKEN), 400)
    assert TOKEN not in repr(error.as_result())
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER is no good" in error.msg


def test_secrets_in_an_exception_are_hidden():
    error = failure(TransportError, requests.exceptions.InvalidHeader("bad header: " + TOKEN))
    assert TOKEN not in error.msg


def test_no_addresses_of_objects():
    error = failure(TransportError, requests.exceptions.ConnectionError("<urllib3.connection.HTTPSConnection object at 0x7f00>: broken"))
    assert error.msg == "Reading that failed: GET /x got no answer from https://api.cyclr.com: the connection broke: broken"


def test_find_knows_404_from_other_errors():
    with scripted([get(X, status=404), get(X, {"a": 1})]):
        one = client()
        assert one.find(Request("GET", X, "reading")) is None
        assert one.find(Request("GET", X, "reading")) == {"a": 1}
    with pytest.raises(ApiError), scripted([get(X, status=403)]):
        client().find(Request("GET", X, "reading"))


def test_account_ids_travel_as_utf8():
    with scripted([get(X, {}, account="Z\u00fcrich \u6771")]):
        client().read(Request("GET", X, "reading", "Z\u00fcrich \u6771"))


@pytest.mark.parametrize("options", [dict(timeout=3.5), dict(validate_certs=False)])
def test_options_reach_the_request(options):
    with scripted([get(X, {})]):
        one = client(Clock(), **WITH_TOKEN, **options)
        seen = {}
        send = one._wire.session.send
        one._wire.session.send = lambda request, **kwargs: seen.update(kwargs) or send(request, **kwargs)
        one.read(Request("GET", X, "reading"))
    assert seen["timeout"] == options.get("timeout", 30)
    assert bool(seen["verify"]) is options.get("validate_certs", True)
    assert seen["allow_redirects"] is False
