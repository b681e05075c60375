# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lost answers, runs at the same time, and an API that stores something else."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, LostAnswer, NotTaken
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_install
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, lookup, parameter, stored
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import delete, fails, get, message, play, post, put

OPTIONS = dict(account_id="c1", connector="Mailchimp")
INSTANCE = "/v1.0/account/connectors/500"
LOST = requests.exceptions.ReadTimeout("read timed out")
OF = connector(parameters=[parameter("A"), parameter("B"), parameter("Key", IsSensitive=True)])
IN_USE = message("Account connector name 'Mailchimp' is in use.")


def install(answer=b"", status=200, **body):
    body = dict({"AuthenticationId": "id-of-ApiKey"}, **dict(body, Name="Mailchimp"))
    return post("/v1.0/connectors/20/install", body, answer, status, account="c1")


def change(body, answer=b"", status=200):
    return put(INSTANCE, body, answer, status, account="c1")


def again(answer):
    return get(INSTANCE, answer, account="c1")


# -- installing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 502), (b"", 503), (b"", 504), (b"", 200), (b"<html>", 200), ({"Id": 5}, 200), ([], 200)])
def test_an_install_whose_answer_got_lost_is_not_sent_again(answer, status):
    calls = [listing(), lookup(OF), install(answer, status), listing(installed(OF))]
    result = play(cyclr_connector_install, OPTIONS, calls)
    assert (result["changed"], result["account_connector"]["id"]) == (True, 500)


def test_an_install_of_which_nothing_came_is_sent_again():
    calls = [listing(), lookup(OF), install(LOST), listing(), install(installed(OF))]
    assert play(cyclr_connector_install, OPTIONS, calls)["account_connector"]["id"] == 500


def test_an_install_that_arrived_late_is_found_by_the_conflict():
    calls = [listing(), lookup(OF), install(LOST), listing(), install(IN_USE, 400), listing(installed(OF))]
    assert play(cyclr_connector_install, OPTIONS, calls)["account_connector"]["id"] == 500


def test_in_the_end_a_lost_install_is_an_error():
    calls = [listing(), lookup(OF)] + [install(LOST), listing()] * 4
    assert "Installing connector 'Mailchimp' into account 'c1' failed" in fails(cyclr_connector_install, OPTIONS, calls, kind=LostAnswer).msg


def test_another_run_installed_it_at_the_same_time():
    calls = [listing(), lookup(OF), install(IN_USE, 400), listing(installed(OF))]
    assert play(cyclr_connector_install, OPTIONS, calls)["account_connector"]["id"] == 500


def test_the_name_was_taken_by_another_connector_meanwhile():
    other = installed(connector(Id=21, Name="HubSpot"), Name="Mailchimp")
    error = fails(cyclr_connector_install, OPTIONS, [listing(), lookup(OF), install(IN_USE, 400), listing(other)])
    assert "name: 'Mailchimp' was taken in the meantime, by an instance of connector HubSpot (id 21)" in error.msg


def test_another_run_installed_it_in_another_way():
    wanted = {"Properties": [{"Id": 7, "Name": "A", "Value": "1"}]}
    calls = [listing(), lookup(OF), install(IN_USE, 400, **wanted), listing(installed(OF)), change(wanted, installed(OF, [("A", "1")]))]
    result = play(cyclr_connector_install, dict(OPTIONS, properties=dict(A="1")), calls)
    assert result["account_connector"]["properties"] == [dict(id=41, name="A", value="1")]


def test_a_refused_install_is_an_error_in_the_words_of_the_api():
    refused = message("There is not a connector property that matches name 'A'.")
    calls = [listing(), lookup(OF), install(refused, 400), listing()]
    error = fails(cyclr_connector_install, OPTIONS, calls, kind=ApiError)
    assert error.as_result() == dict(
        msg="Installing connector 'Mailchimp' into account 'c1' failed: POST /v1.0/connectors/20/install returned 400: "
        "There is not a connector property that matches name 'A'",
        error=dict(status=400, method="POST", path="/v1.0/connectors/20/install", message="There is not a connector property that matches name 'A'."),
    )


@pytest.mark.parametrize("echoed", ["the-api-key", "prefix the-api-key suffix"])
def test_a_secret_that_the_api_echoes_is_not_in_the_message(echoed):
    calls = [listing(), lookup(OF), install(message("Bad value: " + echoed), 400, AuthValue="the-api-key"), listing()]
    error = fails(cyclr_connector_install, dict(OPTIONS, api_key="the-api-key"), calls, kind=ApiError)
    assert "the-api-key" not in repr(error.as_result())


def test_a_sensitive_property_that_the_api_echoes_is_not_in_the_message():
    body = {"Properties": [{"Id": 7, "Name": "Key", "Value": "the-secret"}]}
    calls = [listing(), lookup(OF), install(message("Bad value: the-secret"), 400, **body), listing()]
    error = fails(cyclr_connector_install, dict(OPTIONS, properties=dict(Key="the-secret")), calls, kind=ApiError)
    assert "the-secret" not in repr(error.as_result())


def stored_secrets():
    of = connector(parameters=[parameter("A"), parameter("Key", IsSensitive=True), parameter("Plain")])
    return installed(of, [("A", "1"), ("Key", "a-stored-key"), ("Plain", "a-stored-plain"), ("ClientSecret", "a-stored-name")])


@pytest.mark.parametrize("secret, given", [
    ("a-stored-key", {}),
    ("a-stored-name", {}),
    ("a-given-secret", dict(sensitive_properties=dict(Plain="a-given-secret"))),
])
def test_a_stored_secret_that_is_sent_back_is_not_in_the_message(secret, given):
    """The properties that stay as they are go along with those that change."""
    options = dict(OPTIONS, properties=dict(A="2"), **given)
    plain = given.get("sensitive_properties", {}).get("Plain", "a-stored-plain")
    body = {"Properties": [
        {"Id": 7, "Name": "A", "Value": "2"}, {"Name": "ClientSecret", "Value": "a-stored-name"}, {"Id": 7, "Name": "Key", "Value": "a-stored-key"},
        {"Id": 7, "Name": "Plain", "Value": plain},
    ]}
    current = stored_secrets()
    calls = [listing(current), change(body, message("Not accepted: " + repr(body)), 400), again(current)]
    error = fails(cyclr_connector_install, options, calls, kind=ApiError)
    assert secret not in repr(error.as_result())


# -- what was not taken --------------------------------------------------------------------------------------------


def test_what_the_install_passed_over_is_set_afterwards():
    wanted = {"Description": "EU", "AuthValue": "the-api-key", "AuthenticationId": "id-of-ApiKey", "Properties": [{"Id": 7, "Name": "A", "Value": "1"}]}
    after = installed(OF, [("A", "1")], Description="EU", Authenticated=True)
    calls = [listing(), lookup(OF), install(installed(OF), **wanted), change(wanted, after)]
    options = dict(OPTIONS, description="EU", api_key="the-api-key", properties=dict(A="1"))
    assert play(cyclr_connector_install, options, calls)["account_connector"]["authenticated"] is True


@pytest.mark.parametrize("options, body, word", [
    (dict(description="EU"), {"Description": "EU"}, "description"),
    (dict(properties=dict(A="1")), {"Properties": [{"Id": 7, "Name": "A", "Value": "1"}]}, "properties"),
    (dict(api_key="the-api-key"), {"AuthValue": "the-api-key", "AuthenticationId": "id-of-ApiKey"}, "auth_value"),
])
def test_a_value_that_was_not_taken_is_an_error(options, body, word):
    error = fails(cyclr_connector_install, dict(OPTIONS, **options), [listing(installed(OF)), change(body, installed(OF))], kind=NotTaken)
    assert "did not store: " + word in error.msg and "the-api-key" not in error.msg


def test_a_mark_that_was_not_taken_is_an_error():
    body = {"IsPartnerIntegrationConnector": True}
    calls = [listing(), lookup(OF), install(installed(OF), **body), change(body, installed(OF))]
    error = fails(cyclr_connector_install, dict(OPTIONS, partner_connector=True), calls, kind=NotTaken)
    assert "Native" in error.msg and "Console" in error.msg


def test_a_mark_that_stays_is_an_error():
    marked = installed(OF, IsPartnerIntegrationConnector=True)
    calls = [listing(marked), change({"IsPartnerIntegrationConnector": False}, marked)]
    error = fails(cyclr_connector_install, dict(OPTIONS, partner_connector=False), calls, kind=NotTaken)
    assert "did not remove the mark" in error.msg and "Console" in error.msg


def test_properties_that_a_write_dropped_are_an_error():
    body = {"Properties": [{"Id": 7, "Name": "A", "Value": "2"}, {"Id": 7, "Name": "B", "Value": "x"}]}
    calls = [listing(installed(OF, [("A", "1"), ("B", "x")])), change(body, installed(OF, [("A", "2")]))]
    error = fails(cyclr_connector_install, dict(OPTIONS, properties=dict(A="2")), calls, kind=NotTaken)
    assert "dropped these properties: B" in error.msg


# -- changing ------------------------------------------------------------------------------------------------------


def test_a_change_whose_answer_got_lost_is_looked_up():
    calls = [listing(installed(OF)), change({"Description": "EU"}, LOST), again(installed(OF, Description="EU"))]
    assert play(cyclr_connector_install, dict(OPTIONS, description="EU"), calls)["account_connector"]["description"] == "EU"


def test_a_change_of_which_nothing_came_is_sent_again():
    body = {"Description": "EU"}
    calls = [listing(installed(OF)), change(body, LOST), again(installed(OF)), change(body, installed(OF, Description="EU"))]
    assert play(cyclr_connector_install, dict(OPTIONS, description="EU"), calls)["account_connector"]["description"] == "EU"


def test_404_is_an_error_for_a_change():
    calls = [listing(installed(OF)), change({"Description": "EU"}, status=404)]
    assert fails(cyclr_connector_install, dict(OPTIONS, description="EU"), calls, kind=ApiError).status == 404


def test_a_property_whose_answer_got_lost_is_looked_up():
    before, after = installed(OF, [("A", "1"), ("Key", None)]), installed(OF, [("A", "2"), ("Key", None)])
    calls = [
        listing(before),
        put(INSTANCE + "/properties/41", {"Id": 7, "Name": "A", "Value": "2"}, LOST, account="c1"),
        again(after),
        again(after),
    ]
    assert play(cyclr_connector_install, dict(OPTIONS, properties=dict(A="2")), calls)["changed"] is True


def test_nobody_needs_the_answer_about_a_property():
    before, after = installed(OF, [("A", "1"), ("Key", None)]), installed(OF, [("A", "2"), ("Key", None)])
    calls = [listing(before), put(INSTANCE + "/properties/41", {"Id": 7, "Name": "A", "Value": "2"}, b"", account="c1"), again(after)]
    assert play(cyclr_connector_install, dict(OPTIONS, properties=dict(A="2")), calls)["changed"] is True


def test_a_property_that_was_not_taken_is_an_error():
    before = installed(OF, [("A", "1"), ("Key", None)])
    written = put(INSTANCE + "/properties/41", {"Id": 7, "Name": "A", "Value": "2"}, stored(41, "A", "2"), account="c1")
    error = fails(cyclr_connector_install, dict(OPTIONS, properties=dict(A="2")), [listing(before), written, again(before)], kind=NotTaken)
    assert "did not store: properties" in error.msg


# -- removing ------------------------------------------------------------------------------------------------------


def removal(answer=b"", status=200):
    return delete(INSTANCE, answer, status, body={}, account="c1")


def test_404_is_success_for_a_removal():
    assert play(cyclr_connector_install, dict(OPTIONS, state="absent"), [listing(installed()), removal(status=404)])["changed"] is True


def test_a_removal_whose_answer_got_lost_is_looked_up():
    calls = [listing(installed()), removal(LOST), get(INSTANCE, status=404, account="c1")]
    assert play(cyclr_connector_install, dict(OPTIONS, state="absent"), calls)["changed"] is True


def test_a_removal_of_which_nothing_came_is_sent_again():
    calls = [listing(installed()), removal(LOST), again(installed()), removal()]
    assert play(cyclr_connector_install, dict(OPTIONS, state="absent"), calls)["changed"] is True


def test_a_connector_in_use_cannot_be_removed():
    calls = [listing(installed()), removal(message("It is running."), 409), again(installed())]
    error = fails(cyclr_connector_install, dict(OPTIONS, state="absent"), calls, kind=ApiError)
    assert error.status == 409
    assert error.msg.endswith("409: It is running. Stop the cycles that use it first")


# -- de-authenticating ---------------------------------------------------------------------------------------------

ON = installed(Authenticated=True)


def forgetting(answer=b"", status=200):
    return put(INSTANCE + "/deauthenticate", {}, answer, status, account="c1")


def test_a_deauthentication_whose_answer_got_lost_is_looked_up():
    calls = [listing(ON), forgetting(LOST), again(installed())]
    assert play(cyclr_connector_install, dict(OPTIONS, state="deauthenticated"), calls)["changed"] is True


def test_a_deauthentication_of_which_nothing_came_is_sent_again():
    calls = [listing(ON), forgetting(LOST), again(ON), forgetting(), again(installed())]
    assert play(cyclr_connector_install, dict(OPTIONS, state="deauthenticated"), calls)["changed"] is True


def test_a_deauthentication_that_was_not_taken_is_an_error():
    error = fails(cyclr_connector_install, dict(OPTIONS, state="deauthenticated"), [listing(ON), forgetting(), again(ON)], kind=NotTaken)
    assert "still shows it as authenticated" in error.msg
