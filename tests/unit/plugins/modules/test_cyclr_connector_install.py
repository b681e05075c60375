# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Installing and changing connectors, as far as authentication is not the topic."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_install
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, lookup, no_account, parameter, stored
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, four_ways, get, page, play, post, put, shape

INSTALL = "/v1.0/connectors/20/install"
INSTANCE = "/v1.0/account/connectors/500"
MAILCHIMP = dict(account_id="c1", connector="Mailchimp")
SIMPLE = connector()
REGIONAL = connector(parameters=[
    parameter("DataCentre", Values=["us1", "us6"], IsOptional=False),
    parameter("Limit"),
    parameter("Key", IsSensitive=True),
    parameter("BaseUrl", IsAccountConnectorProperty=False),
])


def install(body, answer, **more):
    return post(INSTALL, dict({"AuthenticationId": "id-of-ApiKey"}, **body), answer, account="c1", **more)


def change(body, answer, **more):
    return put(INSTANCE, body, answer, account="c1", **more)


def test_installs_a_connector():
    calls = [listing(), lookup(SIMPLE), install({"Name": "Mailchimp"}, installed())]
    real, check = four_ways(cyclr_connector_install, MAILCHIMP, calls, [listing(installed())])
    assert real["diff"]["after"] == dict(name="Mailchimp", connector="Mailchimp", version=None)
    assert real["account_connector"] == dict(
        id=500, name="Mailchimp", description=None, authenticated=False, state="needs_key", is_partner_connector=False, requires_oauth=False,
        auth_type="ApiKey", connector=dict(id=20, name="Mailchimp", version=None), properties=[], auth_value=None,
    )
    assert check["account_connector"] == dict(real["account_connector"], id=None)


def test_installs_with_properties_as_text():
    options = dict(MAILCHIMP, properties=dict(DataCentre="us6", Limit=10))
    body = {"Name": "Mailchimp", "Properties": [{"Id": 7, "Name": "DataCentre", "Value": "us6"}, {"Id": 7, "Name": "Limit", "Value": "10"}]}
    after = installed(REGIONAL, [("DataCentre", "us6"), ("Limit", "10")])
    real, check = four_ways(cyclr_connector_install, options, [listing(), lookup(REGIONAL), install(body, after)], [listing(after)])
    assert real["diff"]["after"]["properties"] == dict(DataCentre="us6", Limit="10")
    assert [one["id"] for one in check["account_connector"]["properties"]] == [None, None]


@pytest.mark.parametrize("value, text", [(True, "true"), (False, "false"), (1, "1"), (1.5, "1.5"), ("x", "x")])
def test_property_values_go_out_as_text(value, text):
    flags = connector(parameters=[parameter("Flag")])
    body = {"Name": "Mailchimp", "Properties": [{"Id": 7, "Name": "Flag", "Value": text}]}
    calls = [listing(), lookup(flags), install(body, installed(flags, [("Flag", text)]))]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, properties=dict(Flag=value)), calls, [listing(installed(flags, [("Flag", text)]))])


def test_the_name_of_the_instance_is_the_key():
    other = installed(Id=400)
    second = installed(Name="Second")
    calls = [listing(other), lookup(SIMPLE), install({"Name": "Second"}, second)]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, name="Second"), calls, [listing(other, second)])


def test_installs_one_of_two_versions():
    new, old = connector(Id=21, Version="v2"), connector(Id=20)
    body = {"Name": "Mailchimp", "AuthenticationId": "id-of-ApiKey"}
    calls = [listing(), lookup(new, old), post("/v1.0/connectors/21/install", body, installed(new), account="c1")]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, connector_version="v2"), calls, [listing(installed(new))])


def test_an_empty_version_is_the_connector_without_one():
    calls = [listing(), lookup(connector(Id=21, Version="v2"), SIMPLE), install({"Name": "Mailchimp"}, installed())]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, connector_version=""), calls, [listing(installed())])


def test_installs_by_id():
    calls = [listing(), get("/v1.0/connectors/20", SIMPLE, account="c1"), install({"Name": "Mailchimp"}, installed())]
    four_ways(cyclr_connector_install, dict(account_id="c1", connector_id=20), calls, [listing(installed())])


def test_another_release_of_the_same_connector_is_no_difference():
    calls = [listing(installed(), installed(Id=501, Name="Other")), get("/v1.0/connectors/21", connector(Id=21), account="c1")]
    assert play(cyclr_connector_install, dict(account_id="c1", connector_id=21, name="Mailchimp"), calls)["changed"] is False


def test_names_are_encoded_in_paths():
    spaced = connector(Name="Access CRM/EU")
    calls = [listing(), lookup(spaced, name="Access%20CRM%2FEU"), install({"Name": "Access CRM/EU"}, installed(spaced))]
    assert play(cyclr_connector_install, dict(account_id="c1", connector="Access CRM/EU"), calls)["changed"] is True


def test_a_name_of_digits_is_searched_for():
    odd = connector(Name="123")
    search = page("/v1.0/connectors", [odd, connector(Name="1234")], account="c1", query={"query": "123", "includeCustomConnectors": "true"})
    calls = [listing(), search, install({"Name": "123"}, installed(odd))]
    assert play(cyclr_connector_install, dict(account_id="c1", connector="123"), calls)["changed"] is True


def test_the_case_of_the_connector_does_not_matter():
    calls = [listing(), lookup(SIMPLE, name="mailchimp"), install({"Name": "Mailchimp"}, installed())]
    options = dict(account_id="c1", connector="mailchimp")
    four_ways(cyclr_connector_install, options, calls, [listing(installed())])


def test_a_look_up_may_answer_with_one_object():
    calls = [listing(), get("/v1.0/connectors/Mailchimp", SIMPLE, account="c1"), install({"Name": "Mailchimp"}, installed())]
    assert play(cyclr_connector_install, MAILCHIMP, calls)["changed"] is True


def test_an_unknown_account_is_taken_as_still_to_come_in_check_mode():
    result = play(cyclr_connector_install, dict(MAILCHIMP, properties=dict(DataCentre="us6"), api_key="k-e-y"), no_account(), check_mode=True)
    assert result["changed"] is True
    assert result["account_connector"]["name"] == "Mailchimp"
    assert result["account_connector"]["authenticated"] is True
    later = play(cyclr_connector_install, MAILCHIMP, [listing(installed(properties=[("a", "b")]))])
    assert shape(result["account_connector"]) == shape(later["account_connector"])


# -- changing what is installed ------------------------------------------------------------------------------------


def test_all_differences_go_out_in_one_write():
    before = installed(REGIONAL, [("DataCentre", "us1"), ("Limit", "10")])
    after = installed(REGIONAL, [("DataCentre", "us6"), ("Limit", "10")], Description="EU", IsPartnerIntegrationConnector=True)
    body = {
        "Description": "EU",
        "IsPartnerIntegrationConnector": True,
        "Properties": [{"Id": 7, "Name": "DataCentre", "Value": "us6"}, {"Id": 7, "Name": "Limit", "Value": "10"}],
    }
    options = dict(MAILCHIMP, description="EU", partner_connector=True, properties=dict(DataCentre="us6"))
    real, check = four_ways(cyclr_connector_install, options, [listing(before), change(body, after)], [listing(after)])
    assert real["diff"] == dict(
        before=dict(description=None, is_partner_connector=False, properties=dict(DataCentre="us1")),
        after=dict(description="EU", is_partner_connector=True, properties=dict(DataCentre="us6")),
    )
    assert check["account_connector"] == real["account_connector"]


def test_properties_that_are_not_named_are_sent_along_with_their_values():
    """Whether a list in a PUT replaces what is stored is not known."""
    before = installed(REGIONAL, [("DataCentre", "us1"), ("Old", "x")])
    after = installed(REGIONAL, [("DataCentre", "us6"), ("Old", "x")])
    body = {"Properties": [{"Id": 7, "Name": "DataCentre", "Value": "us6"}, {"Name": "Old", "Value": "x"}]}
    four_ways(cyclr_connector_install, dict(MAILCHIMP, properties=dict(DataCentre="us6")), [listing(before), change(body, after)], [listing(after)])


@pytest.mark.parametrize("hidden", [None, "", "*****", "\u2022\u2022\u2022\u2022"])
def test_next_to_a_hidden_value_properties_are_written_one_by_one(hidden):
    before = installed(REGIONAL, [("DataCentre", "us1"), ("Key", hidden)])
    after = installed(REGIONAL, [("DataCentre", "us6"), ("Key", hidden), ("Limit", "9")])
    calls = [
        listing(before),
        put(INSTANCE + "/properties/41", {"Id": 7, "Name": "DataCentre", "Value": "us6"}, stored(41, "DataCentre", "us6"), account="c1"),
        post(INSTANCE + "/properties", {"Id": 7, "Name": "Limit", "Value": "9"}, stored(43, "Limit", "9"), account="c1"),
        get(INSTANCE, after, account="c1"),
    ]
    options = dict(MAILCHIMP, properties=dict(DataCentre="us6", Limit="9"))
    four_ways(cyclr_connector_install, options, calls, [listing(after)])


def test_next_to_a_hidden_value_the_rest_goes_out_in_one_write():
    before = installed(REGIONAL, [("DataCentre", "us1"), ("Key", None)])
    after = installed(REGIONAL, [("DataCentre", "us6"), ("Key", None)], Description="EU")
    calls = [
        listing(before),
        put(INSTANCE + "/properties/41", {"Id": 7, "Name": "DataCentre", "Value": "us6"}, stored(41, "DataCentre", "us6"), account="c1"),
        change({"Description": "EU"}, after),
    ]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, description="EU", properties=dict(DataCentre="us6")), calls, [listing(after)])


def test_without_options_nothing_changes():
    current = installed(REGIONAL, [("DataCentre", "us1")], Description="By hand", Authenticated=True, AuthValue="k", IsPartnerIntegrationConnector=True)
    result = play(cyclr_connector_install, MAILCHIMP, [listing(current)])
    assert result["changed"] is False
    assert result["account_connector"]["description"] == "By hand"


def test_an_empty_description_is_none():
    assert play(cyclr_connector_install, dict(MAILCHIMP, description=""), [listing(installed())])["changed"] is False


def test_the_oauth_app_of_a_customer_needs_no_parameter():
    oauth = connector("OAuth2")
    options = dict(MAILCHIMP, properties=dict(ClientId="id-1"), sensitive_properties=dict(ClientSecret="the-app-secret"))
    app = [{"Name": "ClientId", "Value": "id-1"}, {"Name": "ClientSecret", "Value": "the-app-secret"}]
    body = {"Name": "Mailchimp", "AuthenticationId": "id-of-OAuth2", "Properties": app}
    after = installed(oauth, [("ClientId", "id-1"), ("ClientSecret", "the-app-secret")])
    real, dummy = four_ways(
        cyclr_connector_install, options, [listing(), lookup(oauth), install(body, after)], [listing(after)], secrets=["the-app-secret"],
    )
    assert real["account_connector"]["requires_oauth"] is True


# -- the mark ------------------------------------------------------------------------------------------------------


def test_installs_with_the_mark():
    after = installed(IsPartnerIntegrationConnector=True)
    calls = [listing(), lookup(SIMPLE), install({"Name": "Mailchimp", "IsPartnerIntegrationConnector": True}, after)]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, partner_connector=True), calls, [listing(after)])


def test_a_mark_that_the_install_passed_over_is_set_afterwards():
    after = installed(IsPartnerIntegrationConnector=True)
    calls = [
        listing(),
        lookup(SIMPLE),
        install({"Name": "Mailchimp", "IsPartnerIntegrationConnector": True}, installed()),
        change({"IsPartnerIntegrationConnector": True}, after),
    ]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, partner_connector=True), calls, [listing(after)])


def test_takes_the_mark_away():
    calls = [listing(installed(IsPartnerIntegrationConnector=True)), change({"IsPartnerIntegrationConnector": False}, installed())]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, partner_connector=False), calls, [listing(installed())])


# -- what the vendor documents -------------------------------------------------------------------------------------

NUMBERED = connector(parameters=[parameter("A", Id=71), parameter("B", Id=72), parameter("Key", Id=73, IsSensitive=True), parameter("C", Id=None)])


def test_properties_are_sent_with_the_ids_of_the_parameters():
    options = dict(MAILCHIMP, properties=dict(B="2", A="1", C="3"), sensitive_properties=dict(Key="the-secret"))
    body = {
        "Name": "Mailchimp",
        "AuthenticationId": "id-of-ApiKey",
        "Properties": [
            {"Id": 71, "Name": "A", "Value": "1"}, {"Id": 72, "Name": "B", "Value": "2"}, {"Name": "C", "Value": "3"},
            {"Id": 73, "Name": "Key", "Value": "the-secret"},
        ],
    }
    after = installed(NUMBERED, [("A", "1"), ("B", "2"), ("C", "3"), ("Key", "the-secret")])
    four_ways(cyclr_connector_install, options, [listing(), lookup(NUMBERED), install(body, after)], [listing(after)], ["the-secret"])


def test_an_update_sends_the_ids_of_the_parameters_and_not_those_of_what_is_stored():
    before, after = installed(NUMBERED, [("A", "1"), ("B", "2")]), installed(NUMBERED, [("A", "1"), ("B", "9")])
    body = {"Properties": [{"Id": 71, "Name": "A", "Value": "1"}, {"Id": 72, "Name": "B", "Value": "9"}]}
    four_ways(cyclr_connector_install, dict(MAILCHIMP, properties=dict(B="9")), [listing(before), change(body, after)], [listing(after)])


def test_so_does_a_property_that_is_written_alone():
    before, after = installed(NUMBERED, [("Key", None), ("B", "2")]), installed(NUMBERED, [("Key", None), ("B", "9")])
    calls = [
        listing(before),
        put(INSTANCE + "/properties/42", {"Id": 72, "Name": "B", "Value": "9"}, stored(42, "B", "9"), account="c1"),
        get(INSTANCE, after, account="c1"),
    ]
    four_ways(cyclr_connector_install, dict(MAILCHIMP, properties=dict(B="9")), calls, [listing(after)])


# -- an account that does not exist yet ----------------------------------------------------------------------------


@pytest.mark.parametrize("options, auth_type", [
    (dict(authentication="OAuth2"), "OAuth2"),
    (dict(authentication="oauth1"), "OAuth1"),
    (dict(authentication="Private app"), None),
    (dict(authentication="Private app", api_key="the-api-key"), "ApiKey"),
    (dict(authentication_id="some-id"), None),
    (dict(authentication_id="some-id", username="jo", password="the-password"), "Basic"),
    (dict(auth_value="the-value"), None),
    (dict(oauth_tokens={}), None),
])
def test_the_method_is_predicted_from_the_options(options, auth_type):
    record = play(cyclr_connector_install, dict(MAILCHIMP, **options), no_account(), check_mode=True)["account_connector"]
    assert record["auth_type"] == auth_type
    assert record["authenticated"] is bool({"api_key", "username", "auth_value", "oauth_tokens"} & set(options))


def test_a_mistake_that_can_be_seen_is_one_in_check_mode_too():
    for options, word in (
        (dict(authentication="OAuth2", api_key="the-api-key"), "api_key: connector Mailchimp authenticates with OAuth2, not with an API key"),
        (dict(properties=dict(A="1"), sensitive_properties=dict(A="2")), "given in both"),
        (dict(api_key="the-api-key\n"), "api_key: begins or ends with blanks"),
    ):
        error = fails(cyclr_connector_install, dict(MAILCHIMP, **options), no_account(), check_mode=True, kind=InvalidInput)
        assert word in error.msg


@pytest.mark.parametrize("options", [dict(connector="Mailchimp"), dict(name="Mailchimp"), dict(connector_id=20, name="Mailchimp")])
def test_deauthenticating_is_predicted(options):
    result = play(cyclr_connector_install, dict(options, account_id="c1", state="deauthenticated"), no_account(), check_mode=True)
    assert (result["changed"], result["account_connector"]["name"], result["account_connector"]["authenticated"]) == (True, "Mailchimp", False)
    later = play(cyclr_connector_install, MAILCHIMP, [listing(installed(properties=[("a", "b")]))])
    assert shape(dict(result["account_connector"], properties=[])) == shape(dict(later["account_connector"], properties=[]))


def test_removing_is_predicted():
    result = play(cyclr_connector_install, dict(MAILCHIMP, state="absent"), no_account(), check_mode=True)
    assert result == dict(changed=False, account_connector=None, diff=dict(before={}, after={}))
