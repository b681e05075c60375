# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_install
from ansible_collections.cyclr.ipaas.tests.support.api_objects import DENIED, connector, installed, listing, lookup, method, no_account, parameter
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, page, play, refuses, rejects

OPTIONS = dict(account_id="c1", connector="Mailchimp")
CATALOGUE = "/v1.0/connectors"


def refused(options, calls, *words):
    return refuses(cyclr_connector_install, dict(OPTIONS, **options), calls, *words)


# -- the argument spec ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options, words", [
    (dict(connector="x"), ["account_id"]),
    (dict(account_id="c1"), ["connector, connector_id, name"]),
    (dict(account_id="c1", name="x"), ["connector, connector_id"]),
    (dict(OPTIONS, connector_id=20), ["mutually exclusive", "connector|connector_id"]),
    (dict(account_id="c1", connector_id=20, connector_version="v1"), ["mutually exclusive"]),
    (dict(account_id="c1", name="x", connector_version="v1", state="absent"), ["required by 'connector_version'"]),
    (dict(OPTIONS, authentication="x", authentication_id="y"), ["mutually exclusive"]),
    (dict(OPTIONS, username="x"), ["required together: username, password"]),
    (dict(OPTIONS, password="x"), ["required together: username, password"]),
    (dict(OPTIONS, api_key="x", auth_value="y"), ["mutually exclusive"]),
    (dict(OPTIONS, api_key="x", username="y", password="z"), ["mutually exclusive"]),
    (dict(OPTIONS, api_key="x", oauth_tokens={}), ["mutually exclusive"]),
    (dict(OPTIONS, oauth_tokens=dict(AccessToken="x")), ["AccessToken"]),
    (dict(OPTIONS, update_auth="never"), ["always, on_create"]),
    (dict(OPTIONS, state="enabled"), ["present, absent, deauthenticated"]),
    (dict(OPTIONS, properties=["x"]), ["properties"]),
])
def test_argument_spec(options, words):
    rejects(cyclr_connector_install, options, *words)


@pytest.mark.parametrize("state", ["absent", "deauthenticated"])
def test_a_name_is_enough_for_what_is_installed(state):
    calls = [listing(installed(Name="x"))]
    assert play(cyclr_connector_install, dict(account_id="c1", name="x", state=state), calls, check_mode=True)["changed"] is (state == "absent")


# -- accounts and connectors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404])
def test_unknown_account(status):
    calls = [listing(status=status), get("/v1.0/accounts/c1", status=404)]
    error = fails(cyclr_connector_install, OPTIONS, calls, kind=InvalidInput)
    assert "account_id: account 'c1' does not exist" in error.msg
    assert error.status == status


def test_a_refused_account_that_exists_is_refused():
    calls = [listing(status=401), get("/v1.0/accounts/c1", {"Id": "c1"})]
    error = fails(cyclr_connector_install, OPTIONS, calls, kind=ApiError)
    assert "access token is not valid here" in error.msg and "account 'c1' does not exist or is not open" in error.msg


def test_a_restricted_token_cannot_tell_and_the_first_error_stands():
    calls = [listing(status=401), get("/v1.0/accounts/c1", DENIED, status=401)]
    for check_mode in (False, True):
        assert fails(cyclr_connector_install, OPTIONS, calls, check_mode, ApiError).path == "/v1.0/account/connectors"


def whole_catalogue(*found, **more):
    return page(CATALOGUE, list(found), account="c1", query={"includeCustomConnectors": "true"}, **more)


@pytest.mark.parametrize("unknown", [lookup(), lookup(status=404), lookup(connector(Name="Mailchimp Pro"))])
def test_unknown_connector(unknown):
    similar = whole_catalogue(connector(Name="HubSpot"), connector(Name="Mailchimp Pro"))
    refused({}, [listing(), unknown, similar], "no connector 'Mailchimp'", "did you mean 'Mailchimp Pro'?")


@pytest.mark.parametrize("misspelt", ["hubspt", "Hub Spot", "HUBSPOTT", "Hub"])
def test_a_misspelt_connector_is_compared_with_the_names_of_the_whole_catalogue(misspelt):
    calls = [
        listing(),
        lookup(name=misspelt.replace(" ", "%20"), status=404),
        whole_catalogue(connector(Name="HubSpot"), connector(Name="Salesforce"), connector(Name=None)),
    ]
    refused(dict(connector=misspelt), calls, "no connector %r" % misspelt, "did you mean 'HubSpot'?")


@pytest.mark.parametrize("answer", [dict(status=403), dict(status=404)])
def test_unknown_connector_without_a_similar_one(answer):
    assert "did you mean" not in refused({}, [listing(), lookup(), whole_catalogue(connector(Name="HubSpot"))], "no connector 'Mailchimp'")
    assert "did you mean" not in refused({}, [listing(), lookup(), whole_catalogue(**answer)], "no connector 'Mailchimp'")


def test_unknown_version():
    found = lookup(connector(Id=21, Version="v2"), connector())
    refused(dict(connector_version="v3"), [listing(), found], "no version 'v3'", "'v2' (id 21)", "'' (id 20)")


def test_two_connectors_of_one_name():
    found = lookup(connector(Id=21, Version="v2"), connector())
    refused({}, [listing(), found], "2 connectors are named 'Mailchimp'", "'v2' (id 21)", "'' (id 20)", "connector_version")


def test_unknown_id():
    calls = [listing(), get(CATALOGUE + "/20", status=404, account="c1")]
    refuses(cyclr_connector_install, dict(account_id="c1", connector_id=20), calls, "connector_id: connector 20 is not in the catalogue", "with every release")


def test_draft():
    refused({}, [listing(), lookup(connector(Status="Draft"))], "Mailchimp (id 20) is a draft")


def test_a_connector_without_id():
    refused({}, [listing(), lookup(connector(Id=None))], "does not give its id and name")


def test_two_instances_of_one_name():
    refused({}, [listing(installed(Id=1), installed(Id=2))], "more than one connector", "ids 1, 2")


def test_the_name_belongs_to_another_connector():
    refused(dict(name="Second"), [listing(installed(connector(Name="HubSpot"), Name="Second"))], "'Second' is an instance of connector HubSpot", "'Mailchimp'")


@pytest.mark.parametrize("state", ["present", "absent", "deauthenticated"])
def test_another_version_is_installed(state):
    current = listing(installed(connector(Version="v1")))
    refused(dict(connector_version="v2", state=state), [current], "installed as Mailchimp v1 (id 20), not in version 'v2'", "remove it first")


@pytest.mark.parametrize("without", [dict(Id=None), dict(Name=None), dict(Id="500"), dict(Name=5)])
def test_an_installed_connector_that_cannot_be_matched_is_no_absence(without):
    error = fails(cyclr_connector_install, OPTIONS, [listing(installed(**without))])
    assert "no Id or no Name" in error.msg


# -- properties ----------------------------------------------------------------------------------------------------

PICKY = connector(parameters=[
    parameter("DataCentre", Values=["us1", "us6"], IsOptional=False),
    parameter("Account", IsOptional=False),
    parameter("Key", IsSensitive=True, Values=["a", "b"]),
    parameter("BaseUrl", IsAccountConnectorProperty=False),
])


def test_everything_that_is_wrong_with_properties_is_named_at_once():
    wrong = dict(properties=dict(DataCentre="eu1", Nonsense="x", BaseUrl="y"), sensitive_properties=dict(Key="the-secret"))
    calls = [listing(), lookup(PICKY)]
    msg = refused(
        wrong, calls,
        "'DataCentre' cannot be 'eu1'; allowed are: us1, us6",
        "property 'Nonsense' does not exist; allowed are: Account, DataCentre, Key",
        "'BaseUrl' is not an account connector property",
        "'Key' cannot be the given value; allowed are: a, b",
        "'Account' is required",
    )
    assert "the-secret" not in msg


def test_required_properties_name_their_values():
    refused({}, [listing(), lookup(PICKY)], "'DataCentre' is required; allowed are: us1, us6", "'Account' is required")


def test_a_required_property_may_be_there_already():
    current = listing(installed(PICKY, [("DataCentre", "us1"), ("Account", "x")]))
    assert play(cyclr_connector_install, OPTIONS, [current])["changed"] is False


def test_properties_of_an_installed_connector_are_checked_too():
    refused(dict(properties=dict(Nonsense="x")), [listing(installed(PICKY, [("DataCentre", "us1"), ("Account", "x")]))], "property 'Nonsense' does not exist")


def test_a_connector_without_parameters():
    refused(dict(properties=dict(Nonsense="x")), [listing(), lookup(connector())], "property 'Nonsense' does not exist; allowed are: none")


def test_properties_given_twice():
    twice = dict(properties=dict(A="1", B="2"), sensitive_properties=dict(A="3"))
    refused(twice, [listing()], "given in both properties and sensitive_properties: A")


@pytest.mark.parametrize("bad", [None, [1], {"a": 1}])
def test_property_values_are_single(bad):
    refused(dict(properties=dict(A=bad)), [listing()], "property 'A': must be one text, number or boolean")


# -- authentication ------------------------------------------------------------------------------------------------

GIVEN = dict(
    ApiKey=dict(api_key="the-api-key"),
    Basic=dict(username="jo", password="the-password"),
    OAuth2=dict(oauth_tokens=dict(access_token="the-token")),
)


@pytest.mark.parametrize("kind, other", [(kind, other) for kind in (*GIVEN, "None") for other in GIVEN if kind != other])
def test_the_wrong_kind_of_authentication(kind, other):
    msg = refused(GIVEN[other], [listing(), lookup(connector(kind))], "authenticates with %s" % kind, next(iter(GIVEN[other])))
    assert "the-" not in msg


def test_auth_value_for_a_connector_that_needs_none():
    refused(dict(auth_value="the-value"), [listing(), lookup(connector("None"))], "auth_value: connector Mailchimp (id 20) authenticates with None")


@pytest.mark.parametrize("choice, word", [(dict(authentication="Basic"), "authentication:"), (dict(authentication_id="x"), "authentication_id:")])
def test_unknown_method(choice, word):
    refused(choice, [listing(), lookup(connector("ApiKey", "OAuth2"))], word, "it has ApiKey 'ApiKey' (id id-of-ApiKey) or OAuth2")


def test_several_methods_of_one_type():
    of = connector(Authentication=[method("ApiKey", "Old", Id="1"), method("ApiKey", "New", Id="2")])
    refused(dict(authentication="ApiKey"), [listing(), lookup(of)], "more than one method 'ApiKey'", "'Old' (id 1)", "'New' (id 2)")
    refused(dict(api_key="the-api-key"), [listing(), lookup(of)], "several fitting methods", "authentication_id")


def test_several_methods_for_an_auth_value():
    refused(dict(auth_value="the-value"), [listing(), lookup(connector("ApiKey", "Basic"))], "several fitting methods", "ApiKey", "Basic")


def test_a_choice_that_does_not_fit_what_is_given():
    choice = dict(authentication="OAuth2", api_key="the-api-key")
    refused(choice, [listing(), lookup(connector("ApiKey", "OAuth2"))], "api_key:", "authenticates with OAuth2")


def test_a_colon_in_the_user_name():
    refused(dict(username="j:o", password="the-password"), [listing(), lookup(connector("Basic"))], "username:", "colon")


@pytest.mark.parametrize("empty", ["api_key", "auth_value"])
def test_empty_authentication(empty):
    refused({empty: ""}, [listing(), lookup(connector())], empty + ": must not be empty")


OUTER = "begins or ends with blanks or line ends"


@pytest.mark.parametrize("value", ["the-secret\n", "the-secret\r\n", " the-secret", "the-secret ", "\tthe-secret"])
@pytest.mark.parametrize("kind, options", [
    ("ApiKey", lambda value: dict(api_key=value)),
    ("ApiKey", lambda value: dict(auth_value=value)),
    ("Basic", lambda value: dict(username="jo", password=value)),
    ("Basic", lambda value: dict(username=value, password="pw")),
    ("OAuth2", lambda value: dict(oauth_tokens=dict(access_token=value))),
    ("OAuth2", lambda value: dict(oauth_tokens=dict(access_token="x", refresh_token=value))),
])
def test_blanks_and_line_ends_around_a_key(kind, options, value):
    msg = refused(options(value), [listing(), lookup(connector(kind))], OUTER)
    assert "the-secret" not in msg


@pytest.mark.parametrize("options", [
    dict(sensitive_properties=dict(Plain="the-secret\n")),
    dict(properties=dict(Key="the-secret\n")),
    dict(properties=dict(ClientSecret=" the-secret")),
])
def test_blanks_and_line_ends_around_a_secret_property(options):
    of = connector(parameters=[parameter("Plain"), parameter("Key", IsSensitive=True)])
    assert "the-secret" not in refused(options, [listing(), lookup(of)], OUTER)


def test_a_private_key_of_several_lines_ends_with_a_line_end():
    options = dict(OPTIONS, sensitive_properties=dict(Key="-----BEGIN\nabc\n-----END\n"), properties=dict(Plain=" x "))
    of = connector(parameters=[parameter("Plain"), parameter("Key", IsSensitive=True)])
    assert play(cyclr_connector_install, options, [listing(), lookup(of)], check_mode=True)["changed"] is True


def test_a_misspelt_property_or_method_names_its_like():
    of = connector(Authentication=[method("ApiKey", "Private app"), method("OAuth2", "Sign in")], parameters=[parameter("DataCentre")])
    refused(dict(properties=dict(DataCenter="us1")), [listing(), lookup(of)], "did you mean 'DataCentre'?")
    refused(dict(authentication="Privat app"), [listing(), lookup(of)], "did you mean 'Private app'?")
    refused(dict(state="deauthenticated", connector="Mailchump"), [listing(installed())], "did you mean 'Mailchimp'?")


def test_nothing_to_deauthenticate():
    for check_mode in (False, True):
        error = fails(cyclr_connector_install, dict(OPTIONS, state="deauthenticated"), [listing()], check_mode, InvalidInput)
        assert "no connector 'Mailchimp' to de-authenticate" in error.msg


def test_nothing_is_removed_from_an_account_that_does_not_exist():
    assert "account 'c1' does not exist" in fails(cyclr_connector_install, dict(OPTIONS, state="absent"), no_account(), kind=InvalidInput).msg
