# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The token endpoint (facts 2)."""

import base64
import re
from email.utils import parsedate_to_datetime

import pytest


def token(api, headers=None, **form):
    return api.session.post(f"{api.url}/oauth/token", data={**api.form, **form}, headers=headers)


def test_full_answer_as_captured(api):
    """Facts 2 [3P]."""
    answer = token(api)
    body = answer.json()
    assert answer.status_code == 200
    assert list(body) == [
        "access_token", "token_type", "expires_in", "clientId", ".refresh", ".issued", ".expires",
    ]  # fmt: skip
    assert re.fullmatch("[0-9a-f]{64}", body["access_token"])
    assert body["access_token"][12] == body["access_token"][44] == "4"  # two version-4 GUIDs
    assert (body["token_type"], body["expires_in"], body[".refresh"]) == ("bearer", 1209599, "False")
    life = parsedate_to_datetime(body[".expires"]) - parsedate_to_datetime(body[".issued"])
    assert life.total_seconds() in (1209599, 1209600)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["expires"] == "-1"


@pytest.mark.parametrize(
    "kind, keys",
    [
        ("docs", {"access_token", "token_type", "expires_in"}),
        ("minimal", {"access_token", "token_type"}),
        ("full", {"access_token", "token_type", "expires_in", "clientId", ".refresh", ".issued", ".expires"}),
    ],
)
def test_token_response(sandbox, api, kind, keys):
    """Facts 2 [U]: TokenResponse."""
    sandbox.options(TokenResponse=kind)
    assert set(token(api).json()) == keys


def test_basic_authentication(api):
    """Facts 2 [D]: Basic as an alternative."""
    basic = base64.b64encode(b"sandbox-client:sandbox-secret").decode()
    answer = api.session.post(
        f"{api.url}/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Basic !!!", "Basic bm9jb2xvbg==", "Bearer x", ""])
def test_bad_basic_is_invalid_client(api, header):
    answer = api.session.post(
        f"{api.url}/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


@pytest.mark.parametrize("status", [400, 401, 403])
def test_wrong_secret(sandbox, api, status):
    """Facts 2 [I], 16.1: TokenErrorStatus."""
    sandbox.options(TokenErrorStatus=status)
    answer = token(api, client_secret="no")
    assert answer.status_code == status
    assert answer.content == b'{"error":"invalid_client"}'
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "grant, error",
    [
        ("password", "unsupported_grant_type"),
        ("refresh_token", "unsupported_grant_type"),
        ("", "invalid_request"),
    ],
)
def test_other_grants(api, grant, error):
    """Facts 2: client credentials only."""
    answer = token(api, grant_type=grant)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_several_tokens_live_at_once_and_expire(sandbox, api):
    """Facts 2 [D]: 14 days, many at once."""
    first, second = api.login(), api.login()
    assert first != second
    assert api.get("/accounts", token=first).status_code == 200
    assert api.get("/accounts", token=second).status_code == 200
    sandbox.options(AdvanceSeconds=1209600)
    assert api.get("/accounts", token=first).status_code == 401


def test_scope(api, says):
    """Facts 2 [D]: a token restricted to one account."""
    restricted = api.login(scope="account:globex")
    assert api.get("/account/connectors", token=restricted).status_code == 200
    says(
        api.get("/account/connectors", token=restricted, account="initech"),
        401,
        "Authorization has been denied for this request.",
    )


def test_scope_of_an_unknown_account(api):
    answer = token(api, scope="account:nobody")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_scope"})


@pytest.mark.parametrize("status", [401, 403])
def test_restricted_token(sandbox, api, status):
    """Facts 2, 8 [U]: RestrictedTokenPartnerLevel, RestrictedTokenOtherAccount."""
    sandbox.options(RestrictedTokenPartnerLevel=status, RestrictedTokenOtherAccount=status)
    restricted = api.login(scope="account:globex")
    assert api.get("/accounts", token=restricted).status_code == status
    assert api.post("/accounts/globex/launch", token=restricted).status_code == status
    assert api.get("/account/connectors", token=restricted, account="initech").status_code == status
