# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import delete, four_ways, get, play, post, put

PATH = "/v1.0/accounts/c1"
HOOK = "https://hooks.example.com/x"


def existing(**fields):
    return get(PATH, account(**fields))


def test_creates_an_account():
    body = {"Id": "c1", "Name": "Globex", "Timezone": "Europe/London", "StepDataSuccessRetentionHours": 24}
    created = account(Name="Globex", StepDataSuccessRetentionHours=24)
    options = dict(account_id="c1", name="Globex", timezone="Europe/London", step_data_success_retention_hours=24)
    calls = [get(PATH, status=404), post("/v1.0/accounts", body, created)]
    real, check = four_ways(cyclr_account, options, calls, [get(PATH, created)], record="account")
    assert real["diff"]["after"] == dict(name="Globex", timezone="Europe/London", step_data_success_retention_hours=24)
    assert real["account"]["created_date"] == "2026-11-22T09:30:00.0000000Z"
    assert check["account"]["created_date"] is None
    assert (check["account"]["id"], check["account"]["name"]) == ("c1", "Globex")


def test_a_new_account_is_called_by_its_id():
    calls = [get(PATH, status=404), post("/v1.0/accounts", {"Id": "c1", "Name": "c1"}, account())]
    four_ways(cyclr_account, dict(account_id="c1"), calls, [existing()], record="account")


def test_an_existing_account_keeps_its_name():
    assert play(cyclr_account, dict(account_id="c1"), [existing(Name="Globex")])["changed"] is False


def test_all_differences_go_out_in_one_write():
    options = dict(account_id="c1", name="Globex", description="A customer", audit_info="17", transaction_error_webhook_include_warnings=False)
    changed = account(Name="Globex", Description="A customer", AuditInfo="17")
    calls = [existing(), put(PATH, {"Name": "Globex", "Description": "A customer", "AuditInfo": "17"}, changed)]
    real, dummy = four_ways(cyclr_account, options, calls, [get(PATH, changed)], record="account")
    assert real["diff"] == dict(
        before=dict(name="c1", description=None, audit_info=None),
        after=dict(name="Globex", description="A customer", audit_info="17"),
    )


def test_what_is_not_given_stays():
    result = play(cyclr_account, dict(account_id="c1", name="c1"), [existing(Description="Keep", Timezone="Asia/Tokyo")])
    assert result["changed"] is False
    assert (result["account"]["description"], result["account"]["timezone"]) == ("Keep", "Asia/Tokyo")


def test_an_empty_text_clears_a_field():
    calls = [existing(Description="Old"), put(PATH, {"Description": ""}, account(Description=None))]
    four_ways(cyclr_account, dict(account_id="c1", description=""), calls, [existing()], record="account")


def test_deletes_an_account():
    calls = [existing(Name="Globex"), delete(PATH)]
    real, dummy = four_ways(cyclr_account, dict(account_id="c1", state="absent"), calls, [get(PATH, status=404)], record="account")
    assert real["account"] is None
    assert real["diff"] == dict(before=dict(id="c1", name="Globex"), after={})


def test_account_ids_are_free_text():
    path = "/v1.0/accounts/a%2Fb%20%C3%A9%3F"
    calls = [get(path, status=404), post("/v1.0/accounts", {"Id": "a/b \u00e9?", "Name": "a/b \u00e9?"}, account(Id="a/b \u00e9?", Name="a/b \u00e9?"))]
    assert play(cyclr_account, dict(account_id="a/b \u00e9?"), calls)["account"]["id"] == "a/b \u00e9?"


# -- what the API makes of values ----------------------------------------------------------------------------------


@pytest.mark.parametrize("option, key", [
    ("step_data_success_retention_hours", "StepDataSuccessRetentionHours"),
    ("step_data_errored_retention_hours", "StepDataErroredRetentionHours"),
])
def test_retention_is_clamped_to_744_hours(option, key):
    calls = [existing(), put(PATH, {key: 744}, account(**{key: 744}))]
    real, dummy = four_ways(cyclr_account, {"account_id": "c1", option: 5000}, calls, [existing(**{key: 744})], record="account")
    assert real["account"][option] == 744


def test_no_retention_is_not_the_same_as_the_default():
    calls = [existing(), put(PATH, {"StepDataSuccessRetentionHours": 0}, account(StepDataSuccessRetentionHours=0))]
    again = [existing(StepDataSuccessRetentionHours=0)]
    four_ways(cyclr_account, dict(account_id="c1", step_data_success_retention_hours=0), calls, again, record="account")


def test_a_webhook_url_without_scheme_is_https():
    stored = dict(TransactionErrorWebhookEnabled=True, TransactionErrorWebhookUrl=HOOK)
    body = {"TransactionErrorWebhookEnabled": True, "TransactionErrorWebhookUrl": HOOK}
    options = dict(account_id="c1", transaction_error_webhook_enabled=True, transaction_error_webhook_url="hooks.example.com/x")
    four_ways(cyclr_account, options, [existing(), put(PATH, body, account(**stored))], [existing(**stored)], record="account")


def test_the_stored_webhook_url_is_sent_again_to_turn_it_on():
    stored = dict(TransactionErrorWebhookUrl=HOOK)
    enabled = dict(stored, TransactionErrorWebhookEnabled=True)
    body = {"TransactionErrorWebhookEnabled": True, "TransactionErrorWebhookUrl": HOOK}
    options = dict(account_id="c1", transaction_error_webhook_enabled=True)
    four_ways(cyclr_account, options, [existing(**stored), put(PATH, body, account(**enabled))], [existing(**enabled)], record="account")


def test_turning_the_webhook_off_needs_no_url():
    stored = dict(TransactionErrorWebhookUrl=HOOK, TransactionErrorWebhookEnabled=True)
    off = stored | {"TransactionErrorWebhookEnabled": False}
    calls = [existing(**stored), put(PATH, {"TransactionErrorWebhookEnabled": False}, account(**off))]
    four_ways(cyclr_account, dict(account_id="c1", transaction_error_webhook_enabled=False), calls, [existing(**off)], record="account")


def test_a_webhook_url_may_change_while_it_is_on():
    stored = dict(TransactionErrorWebhookUrl=HOOK, TransactionErrorWebhookEnabled=True)
    moved = stored | {"TransactionErrorWebhookUrl": "https://other.example.com"}
    options = dict(account_id="c1", transaction_error_webhook_enabled=True, transaction_error_webhook_url="https://other.example.com")
    calls = [existing(**stored), put(PATH, {"TransactionErrorWebhookUrl": "https://other.example.com"}, account(**moved))]
    four_ways(cyclr_account, options, calls, [existing(**moved)], record="account")


# -- sub-accounts --------------------------------------------------------------------------------------------------


def test_creates_a_sub_account():
    created = account(ParentAccountId="parent")
    body = {"Id": "c1", "Name": "c1", "ParentAccountId": "parent"}
    calls = [get(PATH, status=404), get("/v1.0/accounts/parent", account(Id="parent")), post("/v1.0/accounts", body, created)]
    four_ways(cyclr_account, dict(account_id="c1", parent_account_id="parent"), calls, [get(PATH, created)], record="account")


def test_a_parent_that_the_api_does_not_return_is_no_difference():
    body = {"Id": "c1", "Name": "c1", "ParentAccountId": "parent"}
    calls = [get(PATH, status=404), get("/v1.0/accounts/parent", account(Id="parent")), post("/v1.0/accounts", body, account())]
    options = dict(account_id="c1", parent_account_id="parent")
    assert play(cyclr_account, options, calls)["changed"] is True
    assert play(cyclr_account, options, [existing()])["changed"] is False
