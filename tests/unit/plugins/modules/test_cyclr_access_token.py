# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import AuthenticationFailed, InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_access_token
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import WITH_CREDENTIALS, fails, login, play


@pytest.mark.parametrize("check_mode", [False, True])
def test_fetches_a_token_and_never_is_changed(check_mode):
    result = play(cyclr_access_token, WITH_CREDENTIALS, [login("abc-def")], check_mode)
    assert result["changed"] is False
    assert result["access_token"] == "abc-def"
    assert result["account_id"] is None
    assert result["expires_at"].endswith("Z")


def test_expiry_is_in_utc():
    answer = {"access_token": "abc-def", ".expires": "Thu, 02 Mar 2023 03:03:24 GMT"}
    assert play(cyclr_access_token, WITH_CREDENTIALS, [login(answer=answer)])["expires_at"] == "2023-03-02T03:03:24Z"


def test_expiry_may_be_unknown():
    assert play(cyclr_access_token, WITH_CREDENTIALS, [login(answer={"access_token": "abc-def"})])["expires_at"] is None


def test_restricts_the_token_to_an_account():
    result = play(cyclr_access_token, dict(WITH_CREDENTIALS, account_id="c 1"), [login("abc-def", scope="account:c 1")])
    assert (result["access_token"], result["account_id"]) == ("abc-def", "c 1")


def test_with_a_token_and_no_credentials_there_is_nothing_to_fetch():
    result = play(cyclr_access_token, dict(access_token="given-token"), [])
    assert result == dict(changed=False, access_token=None, expires_at=None, account_id=None)


def test_with_token_and_credentials_a_new_one_is_fetched():
    assert play(cyclr_access_token, dict(WITH_CREDENTIALS, access_token="given-token"), [login("abc-def")])["access_token"] == "abc-def"


def test_a_token_cannot_be_restricted_without_credentials():
    error = fails(cyclr_access_token, dict(access_token="given-token", account_id="c1"), [], kind=AuthenticationFailed)
    assert "client_id and client_secret are needed" in error.msg


@pytest.mark.parametrize("bad", ["", " ", "c1 ", "a\nb", ".."])
def test_refuses_account_ids_that_no_scope_can_carry(bad):
    assert "account_id" in fails(cyclr_access_token, dict(WITH_CREDENTIALS, account_id=bad), [], kind=InvalidInput).msg
