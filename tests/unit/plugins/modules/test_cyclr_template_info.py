# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading templates."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, TransportError
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_template_info
from ansible_collections.cyclr.ipaas.tests.support.api_objects import TEMPLATE_ID, template, templates, used
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, play, refuses, rejects

PATH = "/v1.0/templates/" + TEMPLATE_ID
OTHER = template(Id="7c2e4d6f-8a91-4b3c-9d5e-1f2a3b4c5d6e", Name="Orders", Tags=[], Connectors=[used(Name="Shopify", Version="v2")])


def read(calls, check_mode=False, **options):
    result = play(cyclr_template_info, options, calls, check_mode)
    assert result["changed"] is False
    return result["templates"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_reads_all_templates_of_the_company(check_mode):
    assert [one["name"] for one in read([templates(template(), OTHER)], check_mode)] == ["Contacts", "Orders"]


def test_the_record():
    assert read([templates()])[0] == dict(
        id=TEMPLATE_ID, name="Contacts", description="Contacts to Mailchimp", tags=["starter"],
        connectors=[dict(id=20, name="Mailchimp", version=None, step_count=1)],
    )


def test_icons_on_request():
    calls = [templates(template(Connectors=[used(Icon="data:x")]), query=dict(includeIcons="true"))]
    assert read(calls, include_icons=True)[0]["connectors"][0]["icon"] == "data:x"


def test_the_api_filters_by_tag_and_connector_and_the_module_does_so_again():
    query = dict(tag="starter", connectorName="mailchimp")
    assert [one["name"] for one in read([templates(template(), OTHER, query=query)], tag="starter", connector="mailchimp")] == ["Contacts"]


@pytest.mark.parametrize("version, found", [("v2", ["Orders"]), ("v3", []), ("", [])])
def test_the_version_of_a_connector(version, found):
    query = dict(connectorName="Shopify", **(dict(connectorVersion=version) if version else {}))
    calls = [templates(OTHER, query=query)]
    assert [one["name"] for one in read(calls, connector="Shopify", connector_version=version)] == found


def test_the_version_alone_means_nothing():
    rejects(cyclr_template_info, dict(connector_version="v2"), "connector")


def test_the_name_is_exact():
    assert read([templates(template(), template(Name="contacts"))], name="contacts")[0]["name"] == "contacts"


def test_an_empty_filter_is_not_given():
    assert len(read([templates(template(), template(Name="contacts"))], name="", tag="")) == 2


def test_one_template_by_its_id_in_any_case():
    assert read([get(PATH, template())], template_id=TEMPLATE_ID.upper())[0]["id"] == TEMPLATE_ID
    assert read([get(PATH, status=404)], template_id=TEMPLATE_ID) == []


def test_an_id_that_cannot_be_one():
    refuses(cyclr_template_info, dict(template_id="Contacts"), [], "template_id: 'Contacts' is not an ID such as")


def test_for_an_account():
    assert len(read([templates(account="c1")], account_id="c1")) == 1


def test_an_account_that_does_not_exist():
    calls = [templates(account="c1", status=401), get("/v1.0/accounts/c1", status=404)]
    assert "account_id: account 'c1' does not exist" in fails(cyclr_template_info, dict(account_id="c1"), calls, kind=InvalidInput).msg
    assert len(read([*calls, templates()], check_mode=True, account_id="c1")) == 1


def test_a_refusal_is_told_in_the_words_of_the_api():
    error = fails(cyclr_template_info, {}, [templates(status=403)], kind=ApiError)
    assert (error.status, error.path) == (403, "/v1.0/templates")


@pytest.mark.parametrize("raw", [{"Name": "Contacts"}, {"Id": TEMPLATE_ID}, 5, None])
def test_a_template_that_cannot_be_addressed(raw):
    assert "a template that has no Id or no Name" in fails(cyclr_template_info, {}, [templates(raw)], kind=TransportError).msg
