# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Headers, JSON conventions, paging, limits (facts 1, 8)."""

import re
import socket
from urllib.parse import urlsplit

import pytest

DENIED = "Authorization has been denied for this request."


def test_partner_level_needs_no_header(api):
    """Facts 1.2 [D][QA]: harmless when sent."""
    assert api.get("/accounts", account=None).status_code == 200
    assert api.get("/accounts", account="nobody").status_code == 200


@pytest.mark.parametrize("account", [None, ""])
def test_missing_or_empty_header(api, says, account):
    """Facts 8 [QA]."""
    says(api.get("/account/connectors", account=account), 401, DENIED)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_unknown_account_header(sandbox, api, status):
    """Facts 8 [U]: UnknownAccountHeader."""
    sandbox.options(UnknownAccountHeader=status)
    assert api.get("/account/connectors", account="nobody").status_code == status


def test_require_account_header_message(sandbox, api, says):
    """Facts 8 [U]: RequireAccountHeaderMessage."""
    sandbox.options(RequireAccountHeaderMessage=True)
    says(api.get("/account/connectors", account=None), 401, "X-Cyclr-Account header is required.")
    says(api.get("/account/connectors", account="x"), 401, "Unknown account.")
    sandbox.options(RequireAccountHeaderMessage=False)
    says(api.get("/account/connectors", account=None), 401, DENIED)


@pytest.mark.parametrize(
    "kind, body", [("message", b'{"Message":"%s"}' % DENIED.encode()), ("empty", b""), ("html", None)]
)
def test_unauthorized_body(sandbox, api, kind, body):
    """Facts 8 [I][U]: UnauthorizedBody."""
    sandbox.options(UnauthorizedBody=kind)
    answer = api.get("/accounts", token="bad")
    assert answer.status_code == 401
    if body is None:
        assert answer.headers["content-type"].startswith("text/html")
    else:
        assert answer.content == body


@pytest.mark.parametrize("kind", ["empty", "message"])
def test_not_found_body(sandbox, api, kind):
    """Facts 1.5, 16.3 [U]: NotFoundBody."""
    sandbox.options(NotFoundBody=kind)
    for answer in (api.get("/accounts/nobody"), api.get("/no/such/path")):
        assert answer.status_code == 404
        assert (answer.content == b"") == (kind == "empty")
        assert kind == "empty" or "Message" in answer.json()


@pytest.mark.parametrize("kind, body", [("empty", b""), ("null", b"null"), ("object", None)])
def test_delete_body(sandbox, api, kind, body):
    """Facts 1.5: 200, body unknown: DeleteBody."""
    sandbox.options(DeleteBody=kind)
    answer = api.delete("/accounts/initech")
    assert answer.status_code == 200
    if body is None:
        assert answer.json()["Id"] == "initech"
    else:
        assert answer.content == body


def test_nosniff_everywhere(api):
    """Facts 1.4 [QA]."""
    for answer in (
        api.get("/accounts"),
        api.get("/accounts/nobody"),
        api.get("/accounts", token="bad"),
        api.post("/accounts", {}),
        api.get("/connectors"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "link" not in answer.headers


def test_wrong_method(api):
    assert api.put("/accounts").status_code == 405


def test_suspend_does_not_exist(api):
    """Facts 9.7 [3P]."""
    for action in ("suspend", "resume", "disable", "enable"):
        assert api.post(f"/accounts/globex/{action}").status_code == 404


def test_no_version_prefix(api):
    assert api.get(f"{api.url}/accounts").status_code == 404


def test_body_keys_case_insensitive_scalars_coerced_types_dropped(api):
    """Facts 1.5 [QA]."""
    body = {
        "id": "JO-Test-1234567890",
        "NAME": 12,
        "description": True,
        "AUDITinfo": {"a": 1},
        "stepdatasuccessretentionhours": "48",
        "StepDataErroredRetentionHours": "abc",
        "transactionErrorWebhookIncludeWarnings": "True",
    }
    account = api.post("/accounts", body).json()
    assert account["Id"] == "JO-Test-1234567890"
    assert (account["Name"], account["Description"], account["AuditInfo"]) == ("12", "true", None)
    assert account["StepDataSuccessRetentionHours"] == 48
    assert account["StepDataErroredRetentionHours"] is None
    assert account["TransactionErrorWebhookIncludeWarnings"] is True


def test_timestamps(api):
    """Facts 1.5 [D]: 7 fractional digits, UTC."""
    account = api.get("/accounts/globex").json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", account["CreatedDate"])


@pytest.mark.parametrize("body", [b"{nope", b"\xff", b"[" * 100_000])
def test_malformed_json(api, body):
    assert api.send("POST", "/accounts", data=body).status_code == 400


def test_half_a_surrogate_pair(api):
    assert api.send("POST", "/accounts", data=b'{"Name":"\\ud800"}').json()["Name"] == "?"


# Account ids


@pytest.mark.parametrize("account_id", ["a b", "a+b", "a/b", "ä€", "100%", "a?b#c", "x%2Fy", ".hidden"])
def test_free_text_account_ids(api, account_id):
    """Facts 1.3 [QA][3P]: percent-decoded exactly, once."""
    from urllib.parse import quote

    assert api.post("/accounts", {"Id": account_id, "Name": "n"}).status_code == 200
    answer = api.get(f"/accounts/{quote(account_id, safe='')}")
    assert answer.json()["Id"] == account_id
    assert api.get("/account/connectors", account=account_id.encode()).status_code == 200


def test_header_encodings(sandbox, api):
    """Facts 1.3: UTF-8, Latin-1 or percent-encoded: HeaderPercentDecoding."""
    api.post("/accounts", {"Id": "Zoë 1", "Name": "n"})
    for value in ("Zoë 1".encode(), "Zoë 1".encode("latin-1"), b"Zo%C3%AB%201"):
        assert api.get("/account/connectors", account=value).status_code == 200
    assert {one["account"] for one in sandbox.journal()[2:]} == {"Zoë 1"}
    sandbox.options(HeaderPercentDecoding=False)
    assert api.get("/account/connectors", account=b"Zo%C3%AB%201").status_code == 401


def test_guid_in_header(sandbox, api):
    """Facts 1.3 [U]: GuidInHeader."""
    guid = next(one["Guid"] for one in sandbox.state()["Accounts"] if one["Id"] == "globex")
    assert api.get("/account/connectors", account=guid).status_code == 401
    sandbox.options(GuidInHeader=True)
    assert api.get("/account/connectors", account=guid.upper()).status_code == 200


def test_account_id_case(sandbox, api):
    """Facts 1.3 [U]: AccountIdCaseSensitive."""
    assert api.get("/accounts/GLOBEX").status_code == 404
    sandbox.options(AccountIdCaseSensitive=False)
    assert api.get("/accounts/GLOBEX").json()["Id"] == "globex"
    assert api.get("/account/connectors", account="GLOBEX").status_code == 200
    assert api.post("/accounts", {"Id": "Globex", "Name": "n"}).status_code == 400


def test_account_id_max_length(sandbox, api):
    """Facts 1.3 [U]: AccountIdMaxLength."""
    assert api.post("/accounts", {"Id": "x" * 300, "Name": "n"}).status_code == 200
    sandbox.options(AccountIdMaxLength=10)
    assert api.post("/accounts", {"Id": "x" * 11, "Name": "n"}).status_code == 400


# Paging


@pytest.fixture
def many(api):
    for number in range(60):
        api.post("/accounts", {"Id": f"n{number:02d}", "Name": f"N {59 - number:02d}"})
    return api


def test_default_page(many):
    """Facts 1.6, 16.5: bare array, Total-Pages, past the end `[]`."""
    first = many.get("/accounts")
    assert len(first.json()) == 25
    assert first.headers["Total-Pages"] == "3"
    assert len(many.get("/accounts?page=3").json()) == 13
    past = many.get("/accounts?page=4")
    assert (past.status_code, past.json()) == (200, [])


def test_page_size_and_nonsense(many):
    assert len(many.get("/accounts?pageSize=1000").json()) == 63
    assert len(many.get("/accounts?PAGESIZE=10&Page=2").json()) == 10
    assert len(many.get("/accounts?per_page=10").json()) == 25  # not the parameter
    assert len(many.get("/accounts?pageSize=0&page=-3").json()) == 25
    assert len(many.get("/accounts?pageSize=x&page=y").json()) == 25


def test_paging_switches(sandbox, many):
    """Facts 1.6 [U]."""
    sandbox.options(DefaultPageSize=7)
    assert len(many.get("/accounts").json()) == 7
    sandbox.options(DefaultPageSize=None)
    assert len(many.get("/accounts").json()) == 63
    assert many.get("/accounts?page=2").json() == []
    sandbox.options(MaxPageSize=20)
    assert len(many.get("/accounts?pageSize=1000").json()) == 20
    sandbox.options(MaxPageSize=None, DefaultPageSize=25, TotalPagesHeader=False)
    assert "Total-Pages" not in many.get("/accounts").headers
    sandbox.options(TotalPagesHeader=True, RepeatLastPage=True)
    assert many.get("/accounts?page=9").json() == many.get("/accounts?page=3").json()
    sandbox.options(RepeatLastPage=False, IgnorePaging=True)
    assert len(many.get("/accounts?pageSize=10&page=2").json()) == 63


def test_order(many):
    """Facts 1.6 [QA]: orderBy, sortOrderAsc."""
    names = [one["Name"] for one in many.get("/accounts?orderBy=Name&sortOrderAsc=false&pageSize=99").json()]
    assert names == sorted(names, key=str.casefold, reverse=True)
    names = [one["Name"] for one in many.get("/accounts?orderBy=name&pageSize=99").json()]
    assert names == sorted(names, key=str.casefold)
    assert many.get("/accounts?orderBy=Nonsense").status_code == 200


# Limits and transport


def test_rate_limit(sandbox, api):
    """Facts 1.7 [U], 16.9: RateLimit."""
    api.login()
    sandbox.options(RateLimit={"Every": 3, "RetryAfter": 2})
    answers = [api.get("/accounts") for _number in range(6)]
    assert [one.status_code for one in answers] == [200, 200, 429] * 2
    assert answers[2].headers["Retry-After"] == "2"
    sandbox.options(RateLimit=None)
    assert all(api.get("/accounts").status_code == 200 for _number in range(4))


def test_gzip(sandbox, api):
    """Facts 1.4: Gzip."""
    for path in ("/connectors", "/accounts"):
        assert api.get(path).headers["Content-Encoding"] == "gzip"
        plain = api.get(path, headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        assert api.get(path).json() == plain.json()
    sandbox.options(Gzip=False)
    assert "Content-Encoding" not in api.get("/connectors").headers


def test_keep_alive(api):
    """One connection serves many requests."""
    token = api.login()
    address = urlsplit(api.url)
    request = (
        f"GET /v1.0/accounts/globex HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    with socket.create_connection((address.hostname, address.port)) as connection:
        for _number in range(5):
            connection.sendall(request)
            received = b""
            while b'"globex"' not in received or not received.endswith(b"}"):
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200")
            assert b"connection: close" not in received.lower()
