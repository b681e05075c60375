# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Each fault, as a client sees it."""

import time
from email.utils import parsedate_to_datetime

import pytest
import requests

NEW = {"Id": "new", "Name": "New"}


def fault(sandbox, kind, **more):
    sandbox.faults([{"method": "POST", "path": "/v1.0/accounts", "fault": kind, **more}])


def exists(api):
    return api.get("/accounts/new").status_code == 200


def last_write(sandbox):
    return [one for one in sandbox.journal() if one["method"] == "POST"][-1]


@pytest.fixture(autouse=True)
def logged_in(api):
    api.token = api.login()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 401])
def test_status(sandbox, api, status):
    """Nothing is done; once, then as usual."""
    fault(sandbox, f"status:{status}")
    answer = api.post("/accounts", NEW)
    assert answer.status_code == status
    assert "Retry-After" not in answer.headers
    assert not exists(api)
    assert last_write(sandbox)["status"] == status
    assert api.post("/accounts", NEW).status_code == 200


@pytest.mark.parametrize("value, header", [(3, "3"), (0, "0"), ("7", "7")])
def test_retry_after_seconds(sandbox, api, value, header):
    fault(sandbox, "status:429", retry_after=value)
    assert api.post("/accounts", NEW).headers["Retry-After"] == header


def test_retry_after_date(sandbox, api):
    fault(sandbox, "status:503", retry_after="date:30")
    moment = parsedate_to_datetime(api.post("/accounts", NEW).headers["Retry-After"])
    assert 25 < moment.timestamp() - time.time() <= 31


def test_drop_before(sandbox, api):
    """The connection is closed, nothing is done, the journal has it without a status."""
    fault(sandbox, "drop_before")
    with pytest.raises(requests.ConnectionError):
        api.post("/accounts", NEW)
    assert not exists(api)
    assert last_write(sandbox)["status"] is None


def test_drop_after_commit(sandbox, api):
    """Done, but the answer is lost."""
    fault(sandbox, "drop_after_commit")
    with pytest.raises(requests.ConnectionError):
        api.post("/accounts", NEW)
    assert exists(api)
    assert last_write(sandbox)["status"] is None


def test_slow(sandbox, api):
    fault(sandbox, "slow:0.5")
    with pytest.raises(requests.Timeout):
        api.post("/accounts", NEW, timeout=0.1)
    time.sleep(0.6)
    assert exists(api)


def test_truncate(sandbox, api):
    fault(sandbox, "truncate")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        api.post("/accounts", NEW)
    assert exists(api)


def test_truncate_compressed(sandbox, api):
    sandbox.faults([{"path": "/v1.0/connectors", "fault": "truncate"}])
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        api.get("/connectors")


def test_bad_json(sandbox, api):
    fault(sandbox, "bad_json")
    answer = api.post("/accounts", NEW)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    with pytest.raises(ValueError):
        answer.json()
    assert exists(api)


def test_html_error(sandbox, api):
    fault(sandbox, "html_error")
    answer = api.post("/accounts", NEW)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert not exists(api)


def test_empty_body(sandbox, api):
    fault(sandbox, "empty_body")
    answer = api.post("/accounts", NEW)
    assert (answer.status_code, answer.content) == (200, b"")
    assert exists(api)


def test_times_skip_and_order(sandbox, api):
    sandbox.faults(
        [
            {"method": "GET", "path": "/v1.0/accounts/*", "fault": "status:502", "times": 2, "skip": 1},
            {"path": "/v1.0/accounts/glob*", "fault": "status:503", "times": None},
        ]
    )
    assert [api.get("/accounts/globex").status_code for _number in range(4)] == [503, 502, 502, 503]
    assert api.get("/accounts/initech").status_code == 200
    assert api.get("/account/connectors").status_code == 200
    sandbox.faults([])
    assert api.get("/accounts/globex").status_code == 200


def test_the_token_endpoint_too(sandbox, api):
    sandbox.faults([{"path": "/oauth/token", "fault": "status:503"}])
    answer = api.session.post(f"{api.url}/oauth/token", data=api.form)
    assert answer.status_code == 503


def test_dropped_for_every_new_connection(sandbox, api):
    fault(sandbox, "drop_before", times=3)
    for _number in range(3):
        with pytest.raises(requests.ConnectionError):
            api.post("/accounts", NEW)
    assert api.post("/accounts", NEW).status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        {"fault": "status:abc"},
        {"fault": "status"},
        {"fault": "drop_before:3"},
        {"fault": "explode"},
        {"fault": "slow:1", "nonsense": 1},
        {"fault": "status:503", "retry_after": "soon"},
        {"path": "/x"},
        "status:503",
    ],
)
def test_unknown_fault(api, bad):
    answer = requests.post(f"{api.url}/_sandbox/faults", json=[bad], timeout=10)
    assert answer.status_code == 400 and "nown" in answer.json()["Message"] + "nown"
