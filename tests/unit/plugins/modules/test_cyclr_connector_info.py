# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_info
from ansible_collections.cyclr.ipaas.tests.support.api_objects import (
    account, connector, cycle, cycles, installed, listing, lookup, method, no_account, parameter, used,
)
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, page, play, rejects

CATALOGUE = "/v1.0/connectors"
CUSTOM = {"includeCustomConnectors": "true"}


def catalogue(*found, number=1, status=200, **query):
    return page(CATALOGUE, list(found), number, account="c1", query=query or CUSTOM, status=status)


def read(calls, **options):
    return play(cyclr_connector_info, dict(options, account_id="c1"), calls)


def names(records):
    return [record["name"] for record in records]


@pytest.mark.parametrize("check_mode", [False, True])
def test_reads_catalogue_and_installed(check_mode):
    calls = [catalogue(connector(), connector(Id=21, Name="HubSpot")), listing(installed())]
    result = play(cyclr_connector_info, dict(account_id="c1"), calls, check_mode)
    assert result["changed"] is False
    assert names(result["connectors"]) == ["Mailchimp", "HubSpot"]
    assert names(result["account_connectors"]) == ["Mailchimp"]


def test_gathers_one_of_both():
    assert read([catalogue()], gather=["catalogue"]) == dict(changed=False, connectors=[], account_connectors=[])
    assert read([listing()], gather=["installed"]) == dict(changed=False, connectors=[], account_connectors=[])
    assert read([], gather=[]) == dict(changed=False, connectors=[], account_connectors=[])


def test_the_record_of_a_catalogue_connector():
    of = connector(Authentication=[method("OAuth2", "Sign in")], parameters=[parameter("DataCentre", Values=["us1"])], Version="v1")
    record = read([catalogue(of)], gather=["catalogue"])["connectors"][0]
    assert record == dict(
        id=20, name="Mailchimp", version="v1", description="Newsletters", status="Approved", categories=["Marketing"], is_system_connector=None,
        authentication=[dict(id="id-of-OAuth2", name="Sign in", description=None, type="OAuth2", oauth2_type="AuthorisationCode", scheme=None)],
        parameters=[dict(
            id=7, name="DataCentre of the account", description=None, target_name="DataCentre", target_type="MergeField",
            is_account_connector_property=True, is_sensitive=False, is_optional=True, data_type="Text", values=["us1"],
        )],
    )


def test_icons_on_request():
    assert read([catalogue(connector())], gather=["catalogue"], include_icons=True)["connectors"][0]["icon"] == "data:image/png;base64,AAAA"


def test_reads_the_catalogue_page_by_page():
    many = [connector(Id=number) for number in range(150)]
    result = read([catalogue(*many[:100]), catalogue(*many[100:], number=2)], gather=["catalogue"])
    assert len(result["connectors"]) == 150


def test_a_name_is_looked_up_and_not_searched_in_the_whole_catalogue():
    result = read([lookup(connector(), connector(Id=21, Version="v2"))], gather=["catalogue"], name="Mailchimp")
    assert [one["id"] for one in result["connectors"]] == [20, 21]


@pytest.mark.parametrize("version, expected", [("v2", [21]), ("", [20]), ("v9", [])])
def test_version(version, expected):
    calls = [lookup(connector(), connector(Id=21, Version="v2"))]
    assert [one["id"] for one in read(calls, gather=["catalogue"], name="Mailchimp", version=version)["connectors"]] == expected


@pytest.mark.parametrize("found", [lookup(), lookup(status=404)])
def test_an_unknown_name_is_an_empty_list(found):
    assert read([found], gather=["catalogue"], name="Mailchimp")["connectors"] == []


def test_one_connector_by_id():
    assert names(read([get(CATALOGUE + "/20", connector(), account="c1")], gather=["catalogue"], connector_id=20)["connectors"]) == ["Mailchimp"]
    assert read([get(CATALOGUE + "/20", status=404, account="c1")], gather=["catalogue"], connector_id=20)["connectors"] == []


def test_query_and_category_are_left_to_the_api_and_checked():
    found = [connector(Name="Mailchimp"), connector(Id=21, Name="Unrelated"), connector(Id=22, Name="mail2", Categories=["Else"])]
    calls = [catalogue(*found, query="mail", category="Marketing", includeCustomConnectors="true")]
    assert names(read(calls, gather=["catalogue"], query="mail", category="Marketing")["connectors"]) == ["Mailchimp"]


def test_without_custom_connectors():
    calls = [page(CATALOGUE, [connector()], account="c1")]
    assert names(read(calls, gather=["catalogue"], include_custom=False)["connectors"]) == ["Mailchimp"]


# -- installed -----------------------------------------------------------------------------------------------------

SECRETIVE = connector(parameters=[parameter("Key", IsSensitive=True), parameter("Plain")])
HELD = installed(SECRETIVE, [("Key", "the-secret"), ("Plain", "x"), ("ClientSecret", "an-old-secret")], AuthValue="the-api-key", Authenticated=True)


def test_secrets_are_hidden():
    result = read([listing(HELD)], gather=["installed"])
    for secret in ("the-secret", "an-old-secret", "the-api-key"):
        assert secret not in repr(result)
    assert result["account_connectors"][0]["properties"] == [
        dict(id=41, name="Key", value=None), dict(id=42, name="Plain", value="x"), dict(id=43, name="ClientSecret", value=None),
    ]


def test_secrets_on_request():
    record = read([listing(HELD)], gather=["installed"], include_secrets=True)["account_connectors"][0]
    assert record["auth_value"] == "the-api-key"
    assert [one["value"] for one in record["properties"]] == ["the-secret", "x", "an-old-secret"]


INSTALLED = [
    installed(Id=1),
    installed(Id=2, Name="Second"),
    installed(connector(Id=21, Name="HubSpot", Version="v2", Categories=["CRMs"]), Id=3, IsPartnerIntegrationConnector=True),
    installed(connector(Id=22, Name="None of them", Version=None, Categories=None), Id=4, Name="HubSpot EU"),
]


@pytest.mark.parametrize("filters, expected", [
    ({}, [1, 2, 3, 4]),
    (dict(name="Mailchimp"), [1, 2]),
    (dict(name="mailchimp"), [1, 2]),
    (dict(name="Second"), [2]),
    (dict(name="HubSpot"), [3]),
    (dict(connector_id=21), [3]),
    (dict(version="v2"), [3]),
    (dict(version=""), [1, 2, 4]),
    (dict(category="CRMs"), [3]),
    (dict(query="hub"), [3]),
    (dict(partner_only=True), [3]),
    (dict(partner_only=True, name="Mailchimp"), []),
])
def test_filters(filters, expected):
    assert [one["id"] for one in read([listing(*INSTALLED)], gather=["installed"], **filters)["account_connectors"]] == expected


def children(*ids, of="c1"):
    return page(f"/v1.0/accounts/{of}/subaccounts", [account(Id=one, ParentAccountId=of) for one in ids])


def uses_of(calls, **options):
    """Name -> the integrations that use it."""
    found = read([listing(installed(Id=500), installed(Id=501, Name="Second")), *calls], gather=["installed"], include_uses=True, **options)
    return {one["name"]: [(use["account_id"], use["name"], use["running"]) for use in one["used_by"]] for one in found["account_connectors"]}


def test_the_integrations_that_use_a_connector_in_the_account_and_below():
    own, gone = cycle(Name="Own", Status="Active"), cycle(Name="Gone", Status="DeleteScheduled")
    calls = [get("/v1.0/accounts/c1", account()), children("c2"), children("c3", of="c2"), children(of="c3"),
             cycles(own, gone), cycles(account="c2"), cycles(cycle(Name="Below"), account="c3")]
    assert uses_of(calls) == dict(Mailchimp=[("c1", "Own", True), ("c3", "Below", False)], Second=[])


def test_an_integration_that_does_not_say_which_instance_it_uses_uses_all_of_the_connector():
    calls = [get("/v1.0/accounts/c1", account()), children(), cycles(cycle(Connectors=[used(Name="mailchimp"), used(Name="HubSpot")]))]
    assert uses_of(calls) == dict(Mailchimp=[("c1", "Contacts", False)], Second=[("c1", "Contacts", False)])


def test_what_a_sub_account_sees_of_its_parent_is_left_out():
    parent = get("/v1.0/accounts/c1", account(ParentAccountId="top"))
    assert uses_of([parent, listing(installed(Id=500), account="top"), children(), cycles()]) == dict(Second=[])
    # What nothing is left of needs no more requests.
    assert uses_of([parent, listing(installed(Id=500), installed(Id=501), account="top")]) == {}
    assert uses_of([], name="HubSpot") == {}


def test_unknown_account():
    catalogue_denied = [catalogue(status=401), get("/v1.0/accounts/c1", status=404)]
    for gather, calls in ((["installed"], no_account()), (["catalogue"], catalogue_denied), (["catalogue", "installed"], catalogue_denied)):
        error = fails(cyclr_connector_info, dict(account_id="c1", gather=gather), calls, kind=InvalidInput)
        assert "account_id: account 'c1' does not exist" in error.msg
        # An earlier task may be what would have created it.
        assert play(cyclr_connector_info, dict(account_id="c1", gather=gather), calls, True) == dict(changed=False, connectors=[], account_connectors=[])


def test_a_failing_catalogue_is_no_empty_one():
    assert fails(cyclr_connector_info, dict(account_id="c1"), [page(CATALOGUE, [], account="c1", query=CUSTOM, status=400)], kind=ApiError).status == 400


def test_argument_spec():
    rejects(cyclr_connector_info, {}, "account_id")
    rejects(cyclr_connector_info, dict(account_id="c1", gather=["everything"]), "catalogue, installed")
