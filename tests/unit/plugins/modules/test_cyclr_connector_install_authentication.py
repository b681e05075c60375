# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import json

import pytest

from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_install
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, lookup, method, parameter, stored
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import four_ways, get, play, post, put

INSTANCE = "/v1.0/account/connectors/500"
OPTIONS = dict(account_id="c1", connector="Mailchimp")
BASIC = base64.b64encode("j\u00f6:pass:word".encode()).decode()
TOKENS = dict(access_token="token-one", refresh_token="token-two", expires="2026-12-01T00:00:00Z")
TOKEN_JSON = json.dumps({"AccessToken": "token-one", "RefreshToken": "token-two", "Expires": "2026-12-01T00:00:00Z"})
GIVEN = [
    ("ApiKey", dict(api_key="the-api-key"), "the-api-key"),
    ("ApiKey", dict(auth_value="the-auth-value"), "the-auth-value"),
    ("AuthFields", dict(auth_value="the-auth-value"), "the-auth-value"),
    ("Basic", dict(username="j\u00f6", password="pass:word"), BASIC),
    ("Basic", dict(auth_value=BASIC), BASIC),
    ("OAuth2", dict(oauth_tokens=TOKENS), TOKEN_JSON),
    ("OAuth1", dict(oauth_tokens=TOKENS), TOKEN_JSON),
    ("OAuth2", dict(oauth_tokens={}), "{}"),
    ("OAuth2", dict(auth_value=TOKEN_JSON), TOKEN_JSON),
]
SECRETS = ["the-api-key", "the-auth-value", BASIC, "pass:word", "token-one", "token-two"]


def install(body, answer, kind="ApiKey"):
    return post("/v1.0/connectors/20/install", dict({"AuthenticationId": "id-of-" + kind}, **dict(body, Name="Mailchimp")), answer, account="c1")


def change(body, answer):
    return put(INSTANCE, body, answer, account="c1")


@pytest.mark.parametrize("kind, given, value", GIVEN)
def test_installs_with_authentication(kind, given, value):
    of = connector(kind)
    after = installed(of, AuthValue=value, Authenticated=True)
    calls = [listing(), lookup(of), install({"AuthValue": value}, after, kind)]
    real, check = four_ways(cyclr_connector_install, dict(OPTIONS, **given), calls, [listing(after)], SECRETS)
    assert real["diff"]["after"]["auth_value"] == "(hidden)"
    assert check["account_connector"]["authenticated"] is real["account_connector"]["authenticated"] is True


@pytest.mark.parametrize("kind, given, value", GIVEN)
@pytest.mark.parametrize("shown", [None, "", "********", "abc****"])
def test_an_authentication_that_the_api_hides_is_no_difference(kind, given, value, shown):
    current = installed(connector(kind), AuthValue=shown, Authenticated=True)
    for check_mode in (False, True):
        assert play(cyclr_connector_install, dict(OPTIONS, **given), [listing(current)], check_mode)["changed"] is False


@pytest.mark.parametrize("kind, given, value", GIVEN)
def test_authenticates_what_is_installed(kind, given, value):
    of = connector(kind)
    after = installed(of, AuthValue=None, Authenticated=True)
    calls = [listing(installed(of)), change({"AuthValue": value, "AuthenticationId": "id-of-" + kind}, after)]
    four_ways(cyclr_connector_install, dict(OPTIONS, **given), calls, [listing(after)], SECRETS)


def test_a_key_that_differs_is_replaced():
    before, after = installed(AuthValue="old-api-key", Authenticated=True), installed(AuthValue="new-api-key", Authenticated=True)
    calls = [listing(before), change({"AuthValue": "new-api-key", "AuthenticationId": "id-of-ApiKey"}, after)]
    secrets = ["old-api-key", "new-api-key"]
    real, dummy = four_ways(cyclr_connector_install, dict(OPTIONS, api_key="new-api-key"), calls, [listing(after)], secrets)
    assert real["diff"] == dict(before=dict(auth_value="(hidden)"), after=dict(auth_value="(hidden) changed"))


@pytest.mark.parametrize("given", [dict(oauth_tokens=TOKENS), dict(oauth_tokens={}), dict(auth_value=TOKEN_JSON)])
def test_oauth_tokens_never_replace_those_that_cyclr_has_refreshed(given):
    current = installed(connector("OAuth2"), AuthValue='{"AccessToken": "refreshed"}', Authenticated=True)
    assert play(cyclr_connector_install, dict(OPTIONS, **given), [listing(current)])["changed"] is False


def test_on_create_leaves_an_installed_connector_alone():
    options = dict(OPTIONS, api_key="new-api-key", update_auth="on_create")
    for authenticated in (False, True):
        current = installed(AuthValue="old-api-key", Authenticated=authenticated)
        assert play(cyclr_connector_install, options, [listing(current)])["changed"] is False


def test_on_create_authenticates_a_new_connector():
    after = installed(AuthValue="the-api-key", Authenticated=True)
    calls = [listing(), lookup(connector()), install({"AuthValue": "the-api-key"}, after)]
    four_ways(cyclr_connector_install, dict(OPTIONS, api_key="the-api-key", update_auth="on_create"), calls, [listing(after)], SECRETS)


def test_a_connector_that_needs_no_authentication_is_predicted_to_have_it():
    of = connector("None")
    after = installed(of, Authenticated=True)
    real, check = four_ways(cyclr_connector_install, OPTIONS, [listing(), lookup(of), install({}, after, "None")], [listing(after)])
    assert check["account_connector"] == dict(real["account_connector"], id=None)


def test_the_old_top_level_fields_stand_in_for_a_missing_list():
    of = connector(Authentication=None, AuthType="Basic", OAuth2Type="Unknown", AuthScheme=None)
    after = installed(of, AuthValue=BASIC, Authenticated=True)
    calls = [listing(), lookup(of), post("/v1.0/connectors/20/install", {"Name": "Mailchimp", "AuthValue": BASIC}, after, account="c1")]
    real, dummy = four_ways(cyclr_connector_install, dict(OPTIONS, username="j\u00f6", password="pass:word"), calls, [listing(after)], SECRETS)
    assert real["account_connector"]["auth_type"] == "Basic"


# -- connectors with several methods -------------------------------------------------------------------------------

BOTH = connector("ApiKey", "OAuth2")


@pytest.mark.parametrize("choice", [
    {},
    dict(authentication="ApiKey"),
    dict(authentication="apikey"),
    dict(authentication_id="id-of-ApiKey"),
    dict(authentication_id="ID-OF-APIKEY"),
])
def test_what_is_given_decides_among_several_methods(choice):
    after = installed(BOTH, AuthValue="the-api-key", Authenticated=True)
    body = {"AuthValue": "the-api-key", "AuthenticationId": "id-of-ApiKey"}
    calls = [listing(), lookup(BOTH), install(body, after)]
    real, check = four_ways(cyclr_connector_install, dict(OPTIONS, api_key="the-api-key", **choice), calls, [listing(after)], SECRETS)
    assert real["account_connector"]["auth_type"] == "ApiKey"
    assert real["account_connector"]["requires_oauth"] is False


@pytest.mark.parametrize("choice", [dict(authentication="OAuth2"), dict(authentication="Sign in"), dict(authentication_id="id-of-OAuth2")])
def test_a_method_can_be_chosen_before_anybody_consents(choice):
    of = connector(Authentication=[method("ApiKey"), method("OAuth2", "Sign in")])
    calls = [listing(), lookup(of), install({"AuthenticationId": "id-of-OAuth2"}, installed(of))]
    real, dummy = four_ways(cyclr_connector_install, dict(OPTIONS, **choice), calls, [listing(installed(of))])
    assert real["account_connector"]["requires_oauth"] is True


def test_a_method_that_the_api_shows_is_compared():
    before, after = installed(BOTH, AuthenticationId="id-of-ApiKey"), installed(BOTH, AuthenticationId="id-of-OAuth2")
    calls = [listing(before), change({"AuthenticationId": "id-of-OAuth2"}, after)]
    four_ways(cyclr_connector_install, dict(OPTIONS, authentication="OAuth2"), calls, [listing(after)])


def test_without_a_choice_the_type_is_not_known():
    result = play(cyclr_connector_install, OPTIONS, [listing(installed(BOTH))])
    assert result["account_connector"]["auth_type"] is None
    assert result["account_connector"]["requires_oauth"] is True


# -- sensitive properties ------------------------------------------------------------------------------------------

SECRETIVE = connector(parameters=[parameter("Key", IsSensitive=True), parameter("Plain")])


@pytest.mark.parametrize("given", [dict(properties=dict(Key="the-secret")), dict(sensitive_properties=dict(Key="the-secret"))])
def test_sensitive_properties_are_sent_and_not_shown(given):
    after = installed(SECRETIVE, [("Key", "the-secret")])
    calls = [listing(), lookup(SECRETIVE), install({"Properties": [{"Id": 7, "Name": "Key", "Value": "the-secret"}]}, after)]
    real, check = four_ways(cyclr_connector_install, dict(OPTIONS, **given), calls, [listing(after)], ["the-secret"])
    assert real["account_connector"]["properties"] == [dict(id=41, name="Key", value=None)]
    assert check["account_connector"]["properties"] == [dict(id=None, name="Key", value=None)]
    assert real["diff"]["after"]["properties"] == dict(Key="(hidden)")


def test_a_property_is_as_secret_as_its_option():
    after = installed(SECRETIVE, [("Plain", "the-secret")])
    calls = [listing(), lookup(SECRETIVE), install({"Properties": [{"Id": 7, "Name": "Plain", "Value": "the-secret"}]}, after)]
    four_ways(cyclr_connector_install, dict(OPTIONS, sensitive_properties=dict(Plain="the-secret")), calls, [listing(after)], ["the-secret"])


@pytest.mark.parametrize("name", ["ClientSecret", "Password", "AccessToken", "api_key", "PrivateKey"])
def test_properties_from_before_the_mark_are_secret_by_their_name(name):
    of = connector(parameters=[parameter(name)])
    result = play(cyclr_connector_install, OPTIONS, [listing(installed(of, [(name, "the-secret")]))])
    assert result["account_connector"]["properties"] == [dict(id=41, name=name, value=None)]


@pytest.mark.parametrize("shown", ["*****", "ab***yz"])
@pytest.mark.parametrize("authenticated", [False, True])
def test_a_masked_property_is_no_difference(shown, authenticated):
    current = installed(SECRETIVE, [("Key", shown)], Authenticated=authenticated)
    assert play(cyclr_connector_install, dict(OPTIONS, sensitive_properties=dict(Key="the-secret")), [listing(current)])["changed"] is False


@pytest.mark.parametrize("shown", [None, ""])
def test_a_property_without_value_of_an_authenticated_connector_is_no_difference(shown):
    current = installed(SECRETIVE, [("Key", shown)], Authenticated=True)
    assert play(cyclr_connector_install, dict(OPTIONS, sensitive_properties=dict(Key="the-secret")), [listing(current)])["changed"] is False


@pytest.mark.parametrize("shown", [None, ""])
def test_a_property_that_stays_without_value_is_sent_and_not_called_a_change(shown):
    """Hidden or missing: nobody can tell, and consent would fail without it."""
    current = installed(SECRETIVE, [("Key", shown)])
    calls = [listing(current), change({"Properties": [{"Id": 7, "Name": "Key", "Value": "the-secret"}]}, current)]
    result = play(cyclr_connector_install, dict(OPTIONS, sensitive_properties=dict(Key="the-secret")), calls)
    assert (result["changed"], result["diff"]) == (False, dict(before={}, after={}))


def test_a_secret_in_the_clear_is_compared():
    before, after = installed(SECRETIVE, [("Key", "old-secret")]), installed(SECRETIVE, [("Key", "new-secret")])
    calls = [listing(before), change({"Properties": [{"Id": 7, "Name": "Key", "Value": "new-secret"}]}, after)]
    options = dict(OPTIONS, sensitive_properties=dict(Key="new-secret"))
    real, dummy = four_ways(cyclr_connector_install, options, calls, [listing(after)], ["old-secret", "new-secret"])
    assert real["diff"] == dict(before=dict(properties=dict(Key="(hidden)")), after=dict(properties=dict(Key="(hidden) changed")))


def test_a_masked_property_beside_one_that_changes_survives():
    before = installed(SECRETIVE, [("Key", "****"), ("Plain", "a")])
    after = installed(SECRETIVE, [("Key", "****"), ("Plain", "b")])
    calls = [
        listing(before),
        put(INSTANCE + "/properties/42", {"Id": 7, "Name": "Plain", "Value": "b"}, stored(42, "Plain", "b"), account="c1"),
        get(INSTANCE, after, account="c1"),
    ]
    four_ways(cyclr_connector_install, dict(OPTIONS, properties=dict(Plain="b")), calls, [listing(after)])
