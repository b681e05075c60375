# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, play, refuses, rejects

PATH = "/v1.0/accounts/c1"


@pytest.mark.parametrize("bad", ["", "  ", " c1", "c1\n", "a\x00b", ".", ".."])
def test_account_id(bad):
    refuses(cyclr_account, dict(account_id=bad), [], "account_id:")


def test_account_id_is_required():
    rejects(cyclr_account, {}, "account_id")


@pytest.mark.parametrize("bad", ["", "   "])
def test_name_is_not_empty(bad):
    refuses(cyclr_account, dict(account_id="c1", name=bad), [], "name:")


def test_retention_is_not_negative():
    refuses(cyclr_account, dict(account_id="c1", step_data_errored_retention_hours=-1), [], "step_data_errored_retention_hours", "-1")


def test_retention_is_a_number():
    rejects(cyclr_account, dict(account_id="c1", step_data_errored_retention_hours="abc"), "step_data_errored_retention_hours")


def test_timezone_is_of_the_iana_database():
    refuses(cyclr_account, dict(account_id="c1", timezone="Europe/Londn"), [], "timezone:", "did you mean", "Europe/London")


def test_a_timezone_like_no_other():
    refuses(cyclr_account, dict(account_id="c1", timezone="qqqqqq"), [], "timezone:", "such as Europe/London")


@pytest.mark.parametrize("bad", ["  ", "https://", "http://[::1", "a b.example.com", "https:///path"])
def test_webhook_url(bad):
    refuses(cyclr_account, dict(account_id="c1", transaction_error_webhook_url=bad), [], "transaction_error_webhook_url:")


@pytest.mark.parametrize("found", [get(PATH, status=404), get(PATH, account())])
def test_a_webhook_that_is_on_needs_a_url(found):
    refuses(cyclr_account, dict(account_id="c1", transaction_error_webhook_enabled=True), [found], "transaction_error_webhook_url:", "required")


def test_unknown_parent():
    calls = [get(PATH, status=404), get("/v1.0/accounts/parent", status=404)]
    error = fails(cyclr_account, dict(account_id="c1", parent_account_id="parent"), calls, kind=InvalidInput)
    assert error.msg == "parent_account_id: account 'parent' does not exist"


def test_in_check_mode_the_parent_may_still_be_to_come():
    calls = [get(PATH, status=404), get("/v1.0/accounts/parent", status=404)]
    result = play(cyclr_account, dict(account_id="c1", parent_account_id="parent"), calls, check_mode=True)
    assert (result["changed"], result["account"]["parent_account_id"]) == (True, "parent")


def test_an_account_is_not_its_own_parent():
    refuses(cyclr_account, dict(account_id="c1", parent_account_id="c1"), [get(PATH, status=404)], "parent_account_id:", "its own parent")


def test_an_account_cannot_be_moved():
    calls = [get(PATH, account(ParentAccountId="other"))]
    refuses(cyclr_account, dict(account_id="c1", parent_account_id="parent"), calls, "parent_account_id:", "'other'", "cannot be moved")


def test_missing_credential_names_what_is_missing():
    refuses(cyclr_account, dict(account_id="c1", client_id="x"), [], "missing credential: client_secret", "CYCLR_CLIENT_SECRET", "CYCLR_ACCESS_TOKEN")


def test_plain_http_to_a_remote_host():
    refuses(cyclr_account, dict(account_id="c1", api_url="http://api.cyclr.com"), [], "api_url:", "loopback")


def test_unknown_state():
    rejects(cyclr_account, dict(account_id="c1", state="suspended"), "present, absent")
