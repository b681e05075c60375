# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, TransportError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import predicted_account
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account_info
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, page, play, refuses

PATH = "/v1.0/accounts"


@pytest.mark.parametrize("check_mode", [False, True])
def test_reads_one_account(check_mode):
    result = play(cyclr_account_info, dict(account_id="c1"), [get(PATH + "/c1", account(Name="Globex"))], check_mode)
    assert result["changed"] is False
    assert [one["name"] for one in result["accounts"]] == ["Globex"]
    assert set(result["accounts"][0]) == set(predicted_account({}))


def test_an_unknown_account_is_an_empty_list():
    assert play(cyclr_account_info, dict(account_id="c1"), [get(PATH + "/c1", status=404)]) == dict(changed=False, accounts=[])


def test_reads_all_accounts_page_by_page():
    everyone = [account(Id="c%d" % number) for number in range(101)]
    result = play(cyclr_account_info, {}, [page(PATH, everyone[:100]), page(PATH, everyone[100:], 2)])
    assert [one["id"] for one in result["accounts"]] == ["c%d" % number for number in range(101)]


def test_no_accounts():
    assert play(cyclr_account_info, {}, [page(PATH, [])])["accounts"] == []


@pytest.mark.parametrize("status", [401, 403, 400])
def test_a_failing_page_is_no_empty_list(status):
    assert fails(cyclr_account_info, {}, [page(PATH, [], status=status)], kind=ApiError).status == status


def test_an_answer_that_is_no_list():
    assert "dict instead of a list" in fails(cyclr_account_info, {}, [page(PATH, {"Items": []})], kind=TransportError).msg


def test_empty_account_id():
    refuses(cyclr_account_info, dict(account_id=""), [], "account_id: must not be empty")
