# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_install
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, no_account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import delete, four_ways, get, message, play, put

INSTANCE = "/v1.0/account/connectors/500"
REMOVAL = delete(INSTANCE, body={}, account="c1")


@pytest.mark.parametrize("named", [dict(connector="Mailchimp"), dict(name="Mailchimp"), dict(connector_id=20), dict(name="Mailchimp", connector="Mailchimp")])
def test_removes_a_connector(named):
    other = installed(Id=400, Name="Other")
    options = dict(named, account_id="c1", state="absent")
    real, dummy = four_ways(cyclr_connector_install, options, [listing(other, installed()), REMOVAL], [listing(other)])
    assert real["account_connector"] is None
    assert real["diff"] == dict(before=dict(id=500, name="Mailchimp"), after={})


@pytest.mark.parametrize("named", [dict(connector="Mailchimp"), dict(connector_id=20)])
def test_an_instance_of_another_name_stays(named):
    calls = [listing(installed(Name="Second"))]
    assert play(cyclr_connector_install, dict(named, account_id="c1", state="absent"), calls)["changed"] is False


def test_in_check_mode_there_is_nothing_to_remove_in_an_account_that_is_still_to_come():
    result = play(cyclr_connector_install, dict(account_id="c1", name="Mailchimp", state="absent"), no_account(), check_mode=True)
    assert result == dict(changed=False, account_connector=None, diff=dict(before={}, after={}))


@pytest.mark.parametrize("kind", ["ApiKey", "OAuth2"])
def test_deauthenticates(kind):
    of = connector(kind)
    before, after = installed(of, Authenticated=True, AuthValue="the-api-key"), installed(of)
    calls = [
        listing(before),
        put(INSTANCE + "/deauthenticate", {}, message("Connector 'Mailchimp' successfully de-authenticated."), account="c1"),
        get(INSTANCE, after, account="c1"),
    ]
    options = dict(account_id="c1", name="Mailchimp", state="deauthenticated")
    real, check = four_ways(cyclr_connector_install, options, calls, [listing(after)], ["the-api-key"])
    assert real["account_connector"] == check["account_connector"]
    assert real["diff"] == dict(before=dict(authenticated=True), after=dict(authenticated=False))
