# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lost answers, runs at the same time, and an API that stores something else."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, LostAnswer, NotTaken, TransportError
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import delete, fails, get, message, play, post, put

PATH = "/v1.0/accounts/c1"
NEW = {"Id": "c1", "Name": "c1"}
RENAME = dict(account_id="c1", name="Globex")
LOST = requests.exceptions.ReadTimeout("read timed out")


def create(answer=b"", status=200, **more):
    return post("/v1.0/accounts", NEW, answer, status, **more)


def test_a_create_whose_answer_got_lost_is_not_sent_again():
    result = play(cyclr_account, dict(account_id="c1"), [get(PATH, status=404), create(LOST), get(PATH, account())])
    assert (result["changed"], result["account"]["id"]) == (True, "c1")


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 502), (b"", 503), (b"", 504), (b"", 200), (b"<html>", 200), ([1], 200)])
def test_a_create_of_which_nothing_came_is_sent_again(answer, status):
    calls = [get(PATH, status=404), create(answer, status), get(PATH, status=404), create(account())]
    assert play(cyclr_account, dict(account_id="c1"), calls)["changed"] is True


def test_in_the_end_a_lost_create_is_an_error():
    calls = [get(PATH, status=404)] + [create(LOST), get(PATH, status=404)] * 4
    error = fails(cyclr_account, dict(account_id="c1"), calls, kind=LostAnswer)
    assert "Creating account 'c1' failed" in error.msg


def test_without_time_left_a_lost_create_is_looked_up_and_not_repeated():
    calls = [get(PATH, status=404), create(LOST), get(PATH, status=404)]
    fails(cyclr_account, dict(account_id="c1", retry_timeout=0), calls, kind=LostAnswer)


def test_another_run_created_it_at_the_same_time():
    calls = [get(PATH, status=404), create(message("ID already in use"), 400), get(PATH, account())]
    assert play(cyclr_account, dict(account_id="c1"), calls)["account"]["name"] == "c1"


def test_another_run_created_it_with_other_settings():
    calls = [
        get(PATH, status=404),
        post("/v1.0/accounts", {"Id": "c1", "Name": "Globex"}, message("ID already in use"), 400),
        get(PATH, account(Name="c1")),
        put(PATH, {"Name": "Globex"}, account(Name="Globex")),
    ]
    assert play(cyclr_account, RENAME, calls)["account"]["name"] == "Globex"


def test_a_refused_create_is_an_error_in_the_words_of_the_api():
    calls = [get(PATH, status=404), create(message("Name is required"), 400), get(PATH, status=404)]
    error = fails(cyclr_account, dict(account_id="c1"), calls, kind=ApiError)
    assert error.msg == "Creating account 'c1' failed: POST /v1.0/accounts returned 400: Name is required"
    assert error.as_result()["error"] == dict(status=400, method="POST", path="/v1.0/accounts", message="Name is required")


def test_an_update_whose_answer_got_lost_is_looked_up():
    calls = [get(PATH, account()), put(PATH, {"Name": "Globex"}, LOST), get(PATH, account(Name="Globex"))]
    assert play(cyclr_account, RENAME, calls)["account"]["name"] == "Globex"


def test_an_update_of_which_nothing_came_is_sent_again():
    write = {"Name": "Globex"}
    calls = [get(PATH, account()), put(PATH, write, LOST), get(PATH, account()), put(PATH, write, account(Name="Globex"))]
    assert play(cyclr_account, RENAME, calls)["account"]["name"] == "Globex"


def test_404_is_an_error_for_an_update():
    calls = [get(PATH, account()), put(PATH, {"Name": "Globex"}, status=404)]
    assert fails(cyclr_account, RENAME, calls, kind=ApiError).status == 404


@pytest.mark.parametrize("calls", [
    [get(PATH, account()), put(PATH, {"Timezone": "Asia/Tokyo"}, account())],
    [get(PATH, status=404), post("/v1.0/accounts", dict(NEW, Timezone="Asia/Tokyo"), account()), put(PATH, {"Timezone": "Asia/Tokyo"}, account())],
])
def test_a_value_that_was_not_taken_is_an_error(calls):
    error = fails(cyclr_account, dict(account_id="c1", timezone="Asia/Tokyo"), calls, kind=NotTaken)
    assert "timezone (sent 'Asia/Tokyo', stored 'Europe/London')" in error.msg


def test_404_is_success_for_a_delete():
    calls = [get(PATH, account()), delete(PATH, status=404)]
    assert play(cyclr_account, dict(account_id="c1", state="absent"), calls)["changed"] is True


def test_a_delete_whose_answer_got_lost_is_looked_up():
    calls = [get(PATH, account()), delete(PATH, LOST), get(PATH, status=404)]
    assert play(cyclr_account, dict(account_id="c1", state="absent"), calls)["changed"] is True


def test_a_delete_of_which_nothing_came_is_sent_again():
    calls = [get(PATH, account()), delete(PATH, LOST), get(PATH, account()), delete(PATH)]
    assert play(cyclr_account, dict(account_id="c1", state="absent"), calls)["changed"] is True


def test_a_refused_delete_is_an_error():
    calls = [get(PATH, account()), delete(PATH, message("It has cycles"), status=409), get(PATH, account())]
    error = fails(cyclr_account, dict(account_id="c1", state="absent"), calls, kind=ApiError)
    assert "409: It has cycles" in error.msg


@pytest.mark.parametrize("answer", [[], "text", 7, b""])
def test_an_answer_that_is_no_account(answer):
    error = fails(cyclr_account, dict(account_id="c1", retry_timeout=0), [get(PATH, answer)], kind=TransportError)
    assert "returned" in error.msg


def test_rights_are_no_absence():
    assert fails(cyclr_account, dict(account_id="c1"), [get(PATH, status=403)], kind=ApiError).status == 403
