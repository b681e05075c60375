# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many requests a task takes: at most three for what is new, at most two for what is there.

The scripts are complete, so their length is the number of requests.
"""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.modules import (
    cyclr_account,
    cyclr_account_info,
    cyclr_connector_info,
    cyclr_connector_install,
    cyclr_oauth_link,
    cyclr_partner_connector,
)
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account, connector, installed, listing, lookup, parameter
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import get, play, post

FULL = connector(parameters=[parameter("A"), parameter("Key", IsSensitive=True)])
EVERYTHING = dict(
    account_id="c1", connector="Mailchimp", description="D", api_key="the-api-key", properties=dict(A="1"), sensitive_properties=dict(Key="the-secret"),
    partner_connector=True,
)
STATE = installed(FULL, [("A", "1"), ("Key", "the-secret")], Description="D", AuthValue="the-api-key", Authenticated=True, IsPartnerIntegrationConnector=True)
BODY = {
    "Name": "Mailchimp", "Description": "D", "AuthenticationId": "id-of-ApiKey", "AuthValue": "the-api-key", "IsPartnerIntegrationConnector": True,
    "Properties": [{"Id": 7, "Name": "A", "Value": "1"}, {"Id": 7, "Name": "Key", "Value": "the-secret"}],
}


def test_a_new_connector_with_everything_takes_three_requests():
    calls = [listing(), lookup(FULL), post("/v1.0/connectors/20/install", BODY, STATE, account="c1")]
    assert len(calls) == 3
    assert play(cyclr_connector_install, EVERYTHING, calls)["changed"] is True


SECOND_RUNS = [
    (cyclr_account, dict(account_id="c1", name="c1"), [get("/v1.0/accounts/c1", account())]),
    (cyclr_account, dict(account_id="c1", state="absent"), [get("/v1.0/accounts/c1", status=404)]),
    (cyclr_account_info, dict(account_id="c1"), [get("/v1.0/accounts/c1", account())]),
    (cyclr_connector_install, EVERYTHING, [listing(STATE)]),
    (cyclr_connector_install, dict(EVERYTHING, connector="mailchimp"), [listing(STATE)]),
    (cyclr_connector_install, dict(account_id="c1", connector_id=20), [listing(STATE)]),
    (cyclr_connector_install, dict(account_id="c1", name="x", state="absent"), [listing(STATE)]),
    (cyclr_connector_install, dict(account_id="c1", name="Mailchimp", state="deauthenticated"), [listing(installed())]),
    (cyclr_connector_info, dict(account_id="c1", name="Mailchimp"), [lookup(FULL), listing(STATE)]),
    (cyclr_oauth_link, dict(account_id="c1", name="Mailchimp", service_domain="a.example", target_origin="https://b.example"),
     [listing(installed(connector("OAuth2"), Authenticated=True))]),
    (cyclr_oauth_link, dict(account_id="c1", account_connector_id=500, service_domain="a.example", target_origin="https://b.example"),
     [get("/v1.0/account/connectors/500", installed(connector("OAuth2"), Authenticated=True), account="c1")]),
    (cyclr_partner_connector, dict(account_id="c1", source_account_id="templates"), [listing(STATE, account="templates"), listing(STATE)]),
]


@pytest.mark.parametrize("module, options, calls", SECOND_RUNS)
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_second_run_takes_two_requests_at_most(module, options, calls, check_mode):
    assert len(calls) <= 2
    assert play(module, options, calls, check_mode)["changed"] is False


def test_the_connectors_of_an_account_are_no_catalogue():
    """The list of what is installed grows with the account alone, a hundred to a page."""
    many = [installed(Id=number, Name="Connector %d" % number) for number in range(150)]
    calls = [listing(*many[:100]), get("/v1.0/account/connectors", many[100:], account="c1", query=dict(page=2, pageSize=100))]
    assert play(cyclr_connector_install, dict(account_id="c1", name="Connector 149", connector="Mailchimp"), calls)["changed"] is False
