# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input, lost answers and refusals."""

from __future__ import annotations

import pytest
import requests

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, LostAnswer
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_partner_connector
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, no_account, parameter
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, message, play, post, refuses, rejects

OWN = connector(Id=30, Name="Acme", parameters=[parameter("Subdomain"), parameter("Key", IsSensitive=True)])
SOURCE = installed(OWN, Id=900, AuthValue="the-api-key", Authenticated=True, IsPartnerIntegrationConnector=True)
TARGET = dict(SOURCE, Id=500)
ENTRY = {"Name": "Acme", "Version": None, "AuthenticationId": "id-of-ApiKey", "AuthValue": "the-api-key", "Properties": []}
BODY = {"ConnectorAuthentications": [ENTRY]}
OPTIONS = dict(source_account_id="templates", account_id="c1")
ANSWER = {"ExpiresAtUtc": "2026-11-22T10:00:00Z", "LaunchUrl": "https://acme-h.cyclr.com/x?token=t0ken-1", "Token": "t0ken-1"}
LOST = requests.exceptions.ReadTimeout("read timed out")


def kept(*connectors):
    return listing(*connectors, account="templates")


def launch(body=None, answer=b"", status=200, path="/v1.0/accounts/c1/launch"):
    return post(path, BODY if body is None else body, answer, status)


def refused(options, calls, *words):
    msg = refuses(cyclr_partner_connector, dict(OPTIONS, **options), calls, *words)
    assert "the-api-key" not in msg
    return msg


# -- options -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options, words", [
    (dict(account_id="c1"), ["source_account_id"]),
    (dict(source_account_id="templates"), ["account_id"]),
    (dict(OPTIONS, via="orbit"), ["launch, marketplace, install"]),
    (dict(OPTIONS, via="marketplace"), ["marketplace_id"]),
    (dict(OPTIONS, username="jo"), ["required together: username, password"]),
    (dict(OPTIONS, api_key="x", auth_value="y"), ["mutually exclusive"]),
    (dict(OPTIONS, payload="new"), ["connector_authentications, partner_connector"]),
])
def test_argument_spec(options, words):
    rejects(cyclr_partner_connector, options, *words)


@pytest.mark.parametrize("options, words", [
    (dict(via="install", start=True), ["start"]),
    (dict(via="install", tags=["a"], wizard=True), ["tags, wizard"]),
    (dict(via="install", username="jo", password="pw"), ["username"]),
    (dict(via="install", marketplace_id=8), ["marketplace_id"]),
    (dict(via="launch", marketplace_id=8), ["marketplace_id"]),
    (dict(via="marketplace", marketplace_id=8, run_once=False, tags=[]), ["run_once, tags"]),
])
def test_options_that_do_not_apply(options, words):
    refused(options, [], ": not supported with via=%s" % options["via"], *words)


@pytest.mark.parametrize("option", ["account_id", "source_account_id"])
def test_empty_ids(option):
    refused({option: " "}, [], option + ": must not be empty")


def test_from_an_account_into_itself():
    refused(dict(account_id="templates"), [], "account_id:", "taken from")


# -- the source ----------------------------------------------------------------------------------------------------


def test_unknown_source_account():
    error = fails(cyclr_partner_connector, OPTIONS, no_account("templates"), kind=InvalidInput)
    assert "source_account_id: account 'templates' does not exist" in error.msg


def test_no_connector_is_marked():
    refused({}, [kept(dict(SOURCE, IsPartnerIntegrationConnector=False))], "has no partner connector", "Native", "Installed: 'Acme' (Acme (id 30))")


def test_none_of_that_name_is_marked():
    refused(dict(connector="Other"), [kept(SOURCE)], "no partner connector 'Other'", "Marked: 'Acme'")


def test_several_are_marked():
    other = installed(connector(Name="Other"), Id=901, IsPartnerIntegrationConnector=True)
    refused({}, [kept(SOURCE, other)], "connector:", "several partner connectors", "'Acme' (id %s)" % SOURCE["Id"], "'Other' (id %s)" % other["Id"])


@pytest.mark.parametrize("shown", [None, "", "********"])
def test_the_source_hides_its_authentication(shown):
    refused({}, [kept(dict(SOURCE, AuthValue=shown)), listing()], "does not show the authentication of 'Acme'", "give auth_value, api_key or oauth_tokens")


@pytest.mark.parametrize("shown", [None, "", "********"])
def test_the_source_hides_a_property(shown):
    source = dict(SOURCE, Properties=[{"Id": 1, "Name": "Key", "Value": shown}])
    refused({}, [kept(source), listing()], "does not show these properties of 'Acme' in the source account: Key", "sensitive_properties")


def test_a_source_without_its_connector():
    refused({}, [kept(dict(SOURCE, Connector=None))], "does not say which connector 'Acme' of account 'templates' is")


# -- the target ----------------------------------------------------------------------------------------------------


def test_install_needs_an_account():
    error = fails(cyclr_partner_connector, dict(OPTIONS, via="install"), [kept(SOURCE), *no_account()], kind=InvalidInput)
    assert "account_id: account 'c1' does not exist" in error.msg


def test_the_account_holds_it_twice():
    twice = listing(dict(TARGET, Id=1, Name="A"), dict(TARGET, Id=2, Name="B"))
    refused({}, [kept(SOURCE), twice], "more than once", "'A' (id 1)", "'B' (id 2)")


def test_the_account_has_another_connector_of_that_name():
    refused({}, [kept(SOURCE), listing(installed(connector(), Name="Acme"))], "another connector under the name 'Acme'")


def test_unknown_property():
    refused(dict(properties=dict(Nonsense="x")), [kept(SOURCE), listing()], "property 'Nonsense' does not exist; allowed are: Key, Subdomain")


def test_properties_given_twice():
    refused(dict(properties=dict(Key="x"), sensitive_properties=dict(Key="y")), [kept(SOURCE), listing()], "given in both")


def test_the_wrong_kind_of_authentication():
    refused(dict(oauth_tokens={}), [kept(SOURCE), listing()], "oauth_tokens:", "authenticates with ApiKey")


# -- the call ------------------------------------------------------------------------------------------------------


def test_a_launch_whose_answer_got_lost_is_made_again_without_the_connector():
    calls = [kept(SOURCE), *no_account(), launch(answer=LOST), listing(TARGET), launch({}, ANSWER), listing(TARGET)]
    result = play(cyclr_partner_connector, OPTIONS, calls)
    assert result["deployment"]["token"] == "t0ken-1"
    assert result["changed"] is True


def test_a_launch_of_which_nothing_came_is_made_again_as_it_was():
    calls = [kept(SOURCE), *no_account(), launch(answer=LOST), *no_account(), launch(answer=ANSWER), listing(TARGET)]
    assert play(cyclr_partner_connector, OPTIONS, calls)["deployment"]["token"] == "t0ken-1"


def test_not_for_ever():
    calls = [kept(SOURCE), listing()] + [launch(answer={}), listing()] * 4
    assert "LAUNCH for account 'c1' failed" in fails(cyclr_partner_connector, OPTIONS, calls, kind=LostAnswer).msg


def test_a_refused_launch():
    calls = [kept(SOURCE), listing(), launch(answer=message("Denied for the-api-key."), status=401)]
    error = fails(cyclr_partner_connector, OPTIONS, calls, kind=ApiError)
    assert "LAUNCH for account 'c1' failed: POST /v1.0/accounts/c1/launch returned 401" in error.msg
    assert "restricted to one account" in error.msg
    assert "the-api-key" not in repr(error.as_result())


@pytest.mark.parametrize("secret", ["the-api-key", "the-stored-secret", "a-user-password"])
def test_what_is_copied_from_the_source_is_not_in_the_message(secret):
    source = dict(SOURCE, Properties=[{"Id": 1, "Name": "Key", "Value": "the-stored-secret"}])
    entry = dict(ENTRY, Properties=[{"Id": 7, "Name": "Key", "Value": "the-stored-secret"}])
    body = {"ConnectorAuthentications": [entry], "AccountId": "c1", "Username": "jo", "Password": "a-user-password"}
    calls = [kept(source), listing(), launch(body, message("Not accepted: %s" % body), 400, "/v1.0/users/launch"), listing()]
    error = fails(cyclr_partner_connector, dict(OPTIONS, username="jo", password="a-user-password"), calls, kind=ApiError)
    assert secret not in repr(error.as_result())


@pytest.mark.parametrize("option", ["username", "password"])
def test_blanks_and_line_ends_around_the_user_of_the_account(option):
    msg = refused(dict(dict(username="jo", password="the-password"), **{option: "the-password\n"}), [], option + ": begins or ends with blanks or line ends")
    assert "the-password" not in msg


def test_an_unknown_marketplace():
    body = dict(BODY, MarketplaceId=9)
    calls = [kept(SOURCE), listing(), launch(body, message("No marketplace."), 400, "/v1.0/accounts/c1/marketplace"), listing()]
    error = fails(cyclr_partner_connector, dict(OPTIONS, via="marketplace", marketplace_id=9), calls, kind=ApiError)
    assert error.msg == "Marketplace for account 'c1' failed: POST /v1.0/accounts/c1/marketplace returned 400: No marketplace"


def test_the_user_of_the_account_is_not_the_user_of_the_third_party():
    own = connector("Basic", Name="Acme", Id=30)
    source = installed(own, Id=900, AuthValue="am86cHc=", Authenticated=True, IsPartnerIntegrationConnector=True)
    entry = {"Name": "Acme", "Version": None, "AuthenticationId": "id-of-Basic", "AuthValue": "am86cHc=", "Properties": []}
    body = {"ConnectorAuthentications": [entry], "AccountId": "c1", "Username": "jo:x", "Password": "the-password"}
    calls = [kept(source), listing(), launch(body, ANSWER, path="/v1.0/users/launch"), listing(dict(source, Id=500))]
    assert play(cyclr_partner_connector, dict(OPTIONS, username="jo:x", password="the-password"), calls)["changed"] is True
