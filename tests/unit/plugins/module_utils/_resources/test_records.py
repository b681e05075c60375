# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the API sends: a record always has its keys, and a secret is in none of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector, is_masked
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import account_payload, account_record, predicted_account
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connector import Connector
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_info, cyclr_connector_install, cyclr_oauth_link, cyclr_partner_connector
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account, connector, installed, listing, lookup, parameter
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import get, page, play

SAMPLES = [account(), connector("ApiKey", "OAuth2", parameters=[parameter("A")]), installed(connector(parameters=[parameter("A")]), [("A", "1")])]


def keys_of(value, found):
    if isinstance(value, dict):
        found.update(value)
        for item in value.values():
            keys_of(item, found)
    if isinstance(value, list):
        for item in value:
            keys_of(item, found)
    return found


KEYS = st.sampled_from(sorted(keys_of(SAMPLES, set()))) | st.text(max_size=3)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.sampled_from(["OAuth2", "ApiKey", "None", "***"])
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=20)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=12)

ACCOUNT_KEYS = set(predicted_account({}))
CATALOGUE_KEYS = {"id", "name", "version", "description", "status", "categories", "is_system_connector", "authentication", "parameters"}
INSTALLED_KEYS = {
    "id", "name", "description", "authenticated", "state", "is_partner_connector", "requires_oauth", "auth_type", "connector", "properties", "auth_value",
}
METHOD_KEYS = {"id", "name", "description", "type", "oauth2_type", "scheme"}
PARAMETER_KEYS = {
    "id", "name", "description", "target_name", "target_type", "is_account_connector_property", "is_sensitive", "is_optional", "data_type", "values",
}


@given(OBJECTS)
def test_accounts(raw):
    assert set(account_record(raw)) == ACCOUNT_KEYS


@given(OBJECTS, st.booleans())
def test_catalogue(raw, icons):
    record = Connector.from_api(raw).record(icons)
    assert set(record) == (CATALOGUE_KEYS | {"icon"} if icons else CATALOGUE_KEYS)
    assert all(set(one) == METHOD_KEYS for one in record["authentication"])
    assert all(set(one) == PARAMETER_KEYS for one in record["parameters"])
    assert all(isinstance(one, str) for one in record["categories"])


@given(OBJECTS, st.booleans())
def test_installed(raw, secrets):
    record = AccountConnector.from_api(raw).record(secrets)
    assert set(record) == INSTALLED_KEYS
    assert set(record["connector"]) == {"id", "name", "version"}
    assert all(set(one) == {"id", "name", "value"} for one in record["properties"])
    assert all(isinstance(record[name], bool) for name in ("authenticated", "is_partner_connector"))
    assert record["requires_oauth"] in (True, False, None)
    assert record["state"] in ("ready", "waits_for_oauth", "needs_key")
    assert secrets or record["auth_value"] is None


@pytest.mark.parametrize("of, fields, state", [
    (connector("ApiKey"), {}, "needs_key"),
    (connector("ApiKey"), {"Authenticated": True}, "ready"),
    (connector("Basic"), {}, "needs_key"),
    (connector("AuthFields"), {}, "needs_key"),
    (connector("OAuth2"), {}, "waits_for_oauth"),
    (connector("OAuth1"), {}, "waits_for_oauth"),
    (connector("OAuth2"), {"Authenticated": True}, "ready"),
    (connector("None"), {}, "ready"),
    (connector("ApiKey", IsSystemConnector=True), {}, "ready"),
    (connector("ApiKey", "OAuth2"), {}, "waits_for_oauth"),
    (connector("ApiKey", "OAuth2"), {"AuthenticationId": "id-of-ApiKey"}, "needs_key"),
    (connector("None", "ApiKey"), {"AuthenticationId": "id-of-None"}, "ready"),
    (connector(Authentication=None), {}, "needs_key"),
    (None, {}, "needs_key"),
])
def test_the_state_of_an_account_connector(of, fields, state):
    raw = dict(installed(of), **fields) if of else {"Id": 1, "Name": "x"}
    assert AccountConnector.from_api(raw).record()["state"] == state


@given(st.text(min_size=6), st.text(min_size=6))
def test_no_secret_in_a_record(key, value):
    raw = installed(connector(parameters=[parameter("Key", IsSensitive=True)]), [("Key", "S!" + value), ("Plain", "x")], AuthValue="S!" + key)
    assert "S!" not in repr(AccountConnector.from_api(raw).record())


@settings(max_examples=25)
@given(JSON)
def test_any_list_of_connectors(raw):
    """Good or bad, a module ends with a result or an error of its own."""
    runs = [
        (cyclr_connector_info, dict(account_id="c1", gather=["installed"]), [page("/v1.0/account/connectors", raw, account="c1")]),
        (cyclr_connector_info, dict(account_id="c1", gather=["catalogue"], name="Mailchimp"), [get("/v1.0/connectors/Mailchimp", raw, account="c1")]),
        (cyclr_connector_install, dict(account_id="c1", name="x", state="absent"), [page("/v1.0/account/connectors", raw, account="c1")]),
        (cyclr_oauth_link, dict(account_id="c1", name="Mailchimp", service_domain="a.example", target_origin="https://b.example"),
         [listing(installed(connector("OAuth2", Authentication=raw)))]),
    ]
    for module, options, calls in runs:
        try:
            assert play(module, options, calls, check_mode=True)["changed"] in (True, False)
        except CyclrError as exc:
            assert exc.msg


@settings(max_examples=25)
@given(OBJECTS)
def test_any_connector_in_the_catalogue(raw):
    raw = dict(raw, Name="Mailchimp")
    options = dict(account_id="c1", connector="Mailchimp", api_key="the-api-key", properties=dict(A="1"))
    try:
        result = play(cyclr_connector_install, options, [listing(), lookup(raw)], check_mode=True)
    except CyclrError as exc:
        assert "the-api-key" not in exc.msg
    else:
        assert set(result["account_connector"]) == INSTALLED_KEYS and "the-api-key" not in json.dumps(result)


@settings(max_examples=25)
@given(OBJECTS)
def test_any_partner_connector(raw):
    source = installed(dict(connector(), **{key: raw[key] for key in raw if key not in ("Name", "Id")}), IsPartnerIntegrationConnector=True)
    try:
        result = play(cyclr_partner_connector, dict(account_id="c1", source_account_id="t"), [listing(source, account="t"), listing()], check_mode=True)
    except CyclrError as exc:
        assert exc.msg
    else:
        assert set(result["account_connector"]) == INSTALLED_KEYS


@pytest.mark.parametrize("value, masked", [
    (None, True), ("", True), ("***", True), ("abc****", True), ("\u2022\u2022\u2022", True), ("abc", False), ("**", False), ("a*b*c", False),
])
def test_masks(value, masked):
    assert is_masked(value) is masked


def test_a_payload_holds_what_was_set():
    payload = account_payload(dict(transaction_error_webhook_url="x", task_audit_info="y"))
    assert payload == {"TransactionErrorWebhookUrl": "x", "TaskAuditInfo": "y"}
    assert set(account_record(account())) == ACCOUNT_KEYS
    assert account_record(account(Name="x", StepDataSuccessRetentionHours=True))["step_data_success_retention_hours"] is None
