# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_partner_connector
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, method, no_account, parameter
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import four_ways, get, play, post, put, shape

OWN = connector(Id=30, Name="Acme", Version="1.4", parameters=[parameter("Subdomain"), parameter("Key", IsSensitive=True)])
SOURCE = installed(OWN, [("Subdomain", "acme"), ("Key", "the-secret")], Id=900, AuthValue="the-api-key", Authenticated=True, IsPartnerIntegrationConnector=True)
TARGET = installed(OWN, [("Subdomain", "acme"), ("Key", "the-secret")], AuthValue="the-api-key", Authenticated=True, IsPartnerIntegrationConnector=True)
ENTRY = {
    "Name": "Acme",
    "Version": "1.4",
    "AuthenticationId": "id-of-ApiKey",
    "AuthValue": "the-api-key",
    "Properties": [{"Id": 7, "Name": "Key", "Value": "the-secret"}, {"Id": 7, "Name": "Subdomain", "Value": "acme"}],
}
BODY = {"ConnectorAuthentications": [ENTRY]}
INSTALLED = {
    "Name": "Acme", "AuthenticationId": "id-of-ApiKey", "AuthValue": "the-api-key", "IsPartnerIntegrationConnector": True,
    "Properties": ENTRY["Properties"],
}
OPTIONS = dict(source_account_id="templates", account_id="c1")
ANSWER = {
    "AccountId": "c1",
    "ExpiresAtUtc": "2026-11-22T10:00:00Z",
    "LaunchUrl": "https://acme-h.cyclr.com/account/signinwithtoken?token=t0ken-1",
    "Token": "t0ken-1",
}
SECRETS = ["the-secret", "the-api-key"]
KEPT = listing(SOURCE, account="templates")


def launch(body=None, answer=None, path="/v1.0/accounts/c1/launch", **more):
    return post(path, BODY if body is None else body, ANSWER if answer is None else answer, **more)


def install(body, answer, number=30, **more):
    return post("/v1.0/connectors/%d/install" % number, body, answer, account="c1", **more)


def ways(options, calls, again=(KEPT, listing(TARGET))):
    return four_ways(cyclr_partner_connector, dict(OPTIONS, **options), calls, list(again), SECRETS)


def test_launches_into_a_new_account():
    real, check = ways({}, [KEPT, *no_account(), launch(), listing(TARGET)])
    assert real["deployment"] == dict(via="launch", account_id="c1", url=ANSWER["LaunchUrl"], token="t0ken-1", expires_at="2026-11-22T10:00:00Z")
    assert check["deployment"] == dict(via="launch", account_id="c1", url=None, token=None, expires_at=None)
    assert real["partner_connector"] == check["partner_connector"] == dict(
        name="Acme", version="1.4", connector_id=30,
        properties=[dict(id=41, name="Subdomain", value="acme"), dict(id=42, name="Key", value=None)],
    )
    assert real["account_connector"]["is_partner_connector"] is check["account_connector"]["is_partner_connector"] is True
    assert real["warnings"] == check["warnings"] == []
    assert real["diff"]["after"] == dict(
        name="Acme", connector="Acme", version="1.4", is_partner_connector=True, auth_value="(hidden)",
        properties=dict(Subdomain="acme", Key="(hidden)"),
    )


@pytest.mark.parametrize("check_mode", [False, True])
def test_nothing_is_sent_where_it_is_there_already(check_mode):
    result = play(cyclr_partner_connector, OPTIONS, [KEPT, listing(TARGET)], check_mode)
    assert (result["changed"], result["deployment"]) == (False, None)


def test_what_the_user_sets_overrides_the_source():
    options = dict(properties=dict(Subdomain="globex"), sensitive_properties=dict(Key="another-secret"), api_key="another-key")
    own = [{"Id": 7, "Name": "Key", "Value": "another-secret"}, {"Id": 7, "Name": "Subdomain", "Value": "globex"}]
    entry = dict(ENTRY, AuthValue="another-key", Properties=own)
    after = installed(
        OWN, [("Subdomain", "globex"), ("Key", "another-secret")], AuthValue="another-key", Authenticated=True, IsPartnerIntegrationConnector=True,
    )
    calls = [KEPT, listing(), launch({"ConnectorAuthentications": [entry]}), listing(after)]
    real, check = ways(options, calls, [KEPT, listing(after)])
    assert "another" not in repr([real, check])


def test_the_options_of_launch():
    options = dict(
        account_name="Globex", account_description="A customer", start=False, run_once=True, tags=["a", "B"], inline_oauth=True, auto_install=False,
        single_install=True, complete_parameter="done", wizard=True, display_descriptions=True,
    )
    body = dict(BODY, AccountName="Globex", AccountDescription="A customer", Start=False, RunOnce=True, Tags=["a", "B"], InlineOAuth=True,
                AutoInstall=False, SingleInstall=True, CompleteParameter="done", Wizard=True, DisplayDescriptions=True)
    ways(options, [KEPT, *no_account(), launch(body), listing(TARGET)])


def test_the_older_spelling():
    ways(dict(payload="partner_connector"), [KEPT, listing(), launch({"PartnerConnector": ENTRY}), listing(TARGET)])


def test_for_a_user_of_the_account():
    body = dict(BODY, AccountId="c1", Username="jo", Password="the-password")
    options = dict(username="jo", password="the-password")
    real, dummy = ways(options, [KEPT, listing(), launch(body, path="/v1.0/users/launch"), listing(TARGET)])
    assert real["deployment"]["url"] == ANSWER["LaunchUrl"]


def test_marketplace():
    answer = dict(ANSWER, MarketplaceUrl="https://acme-h.cyclr.com/m", LaunchUrl=None)
    body = dict(BODY, MarketplaceId=8, InlineOAuth=False, CompleteParameter="x")
    options = dict(via="marketplace", marketplace_id=8, inline_oauth=False, complete_parameter="x")
    calls = [KEPT, *no_account(), launch(body, answer, "/v1.0/accounts/c1/marketplace"), listing(TARGET)]
    real, check = ways(options, calls)
    assert (real["deployment"]["via"], real["deployment"]["url"]) == ("marketplace", "https://acme-h.cyclr.com/m")
    assert check["deployment"]["via"] == "marketplace"


def test_marketplace_for_a_user():
    answer = dict(ANSWER, MarketplaceUrl="https://acme-h.cyclr.com/m")
    body = dict(BODY, MarketplaceId=8, AccountId="c1", Username="jo", Password="the-password")
    options = dict(via="marketplace", marketplace_id=8, username="jo", password="the-password")
    ways(options, [KEPT, listing(), launch(body, answer, "/v1.0/users/marketplace"), listing(TARGET)])


def test_installs_into_an_account_that_exists():
    real, check = ways(dict(via="install"), [KEPT, listing(), install(INSTALLED, TARGET)])
    assert real["deployment"] is check["deployment"] is None


def test_in_check_mode_the_account_may_still_be_to_come():
    result = play(cyclr_partner_connector, dict(OPTIONS, via="install"), [KEPT, *no_account()], check_mode=True)
    assert (result["changed"], result["deployment"], result["account_connector"]["name"]) == (True, None, "Acme")


@pytest.mark.parametrize("options", [
    {}, dict(connector="Acme"), dict(via="install"), dict(via="marketplace", marketplace_id=8), dict(authentication="ApiKey"),
    dict(properties=dict(Subdomain="x"), sensitive_properties=dict(Key="the-secret")), dict(api_key="the-api-key"), dict(force=True),
])
def test_in_check_mode_the_account_of_the_source_may_still_be_to_come(options):
    result = play(cyclr_partner_connector, dict(OPTIONS, **options), no_account("templates") + no_account(), check_mode=True)
    real = play(cyclr_partner_connector, OPTIONS, [KEPT, listing(TARGET)])
    assert set(result) == set(real) and result["changed"] is True
    assert set(result["account_connector"]) == set(real["account_connector"])
    assert result["partner_connector"] == dict(name=options.get("connector"), version=None, connector_id=None, properties=[])
    assert (result["deployment"] is None) is (options.get("via") == "install")
    assert "the-secret" not in repr(result) and "the-api-key" not in repr(result)


def test_a_source_without_the_mark_is_an_error_in_check_mode_too():
    unmarked = listing(dict(SOURCE, IsPartnerIntegrationConnector=False), account="templates")
    with pytest.raises(InvalidInput, match="has no partner connector"):
        play(cyclr_partner_connector, OPTIONS, [unmarked], check_mode=True)


def test_launch_that_left_the_account_without_the_connector():
    ways({}, [KEPT, listing(), launch(), listing(), install(INSTALLED, TARGET)])


def test_a_release_that_can_no_longer_be_installed_gives_way_to_the_current_one():
    current = dict(OWN, Id=31)
    after = dict(TARGET, Connector=current)
    # Its ids may be other ones.
    current["Authentication"] = [method("ApiKey", Id="new-id")]
    current["Parameters"] = [parameter("Subdomain", Id=8), parameter("Key", Id=9, IsSensitive=True)]
    renewed = dict(INSTALLED, AuthenticationId="new-id", Properties=[dict(ENTRY["Properties"][0], Id=9), dict(ENTRY["Properties"][1], Id=8)])
    calls = [KEPT, listing(), install(INSTALLED, b"", status=404), get("/v1.0/connectors/Acme", [current], account="c1"), install(renewed, after, 31)]
    result = play(cyclr_partner_connector, dict(OPTIONS, via="install"), calls)
    assert result["account_connector"]["connector"]["id"] == 31


def test_forced_launch_does_not_send_a_connector_that_is_there():
    calls = [KEPT, listing(TARGET), launch({}), listing(TARGET)]
    real = play(cyclr_partner_connector, dict(OPTIONS, force=True), calls)
    check = play(cyclr_partner_connector, dict(OPTIONS, force=True), calls[:2], check_mode=True)
    assert (real["changed"], check["changed"]) == (True, True)
    assert real["diff"] == check["diff"] == dict(before={}, after={})
    assert real["account_connector"] == check["account_connector"]
    assert shape(real) == shape(check)
    assert check["deployment"]["url"] is None


def test_a_connector_that_differs_is_changed_without_a_launch():
    before = dict(TARGET, AuthValue="old-api-key")
    body = {"AuthValue": "the-api-key", "AuthenticationId": "id-of-ApiKey"}
    calls = [KEPT, listing(before), put("/v1.0/account/connectors/500", body, TARGET, account="c1")]
    real, dummy = ways({}, calls)
    assert real["deployment"] is None
    assert "old-api-key" not in repr(real)


def test_on_create_leaves_the_authentication_alone():
    before = dict(TARGET, AuthValue="old-api-key")
    assert play(cyclr_partner_connector, dict(OPTIONS, update_auth="on_create"), [KEPT, listing(before)])["changed"] is False


def test_the_name_of_the_instance_may_be_another():
    assert play(cyclr_partner_connector, OPTIONS, [KEPT, listing(dict(TARGET, Name="Our app"))])["changed"] is False


def test_a_missing_mark_is_a_warning():
    calls = [KEPT, listing(dict(TARGET, IsPartnerIntegrationConnector=False))]
    result = play(cyclr_partner_connector, OPTIONS, calls)
    assert result["changed"] is False
    assert "did not mark 'Acme' in account 'c1'" in result["warnings"][0]


def test_a_mark_that_cannot_be_set_is_a_warning():
    unmarked = dict(TARGET, IsPartnerIntegrationConnector=False)
    setting = put("/v1.0/account/connectors/500", {"IsPartnerIntegrationConnector": True}, unmarked, account="c1")
    result = play(cyclr_partner_connector, OPTIONS, [KEPT, listing(), launch(), listing(unmarked), setting])
    assert result["changed"] is True
    assert "Console" in result["warnings"][0]


def test_one_of_several_by_name():
    kept = listing(SOURCE, installed(connector(Name="Other"), Id=901, IsPartnerIntegrationConnector=True), account="templates")
    assert play(cyclr_partner_connector, dict(OPTIONS, connector="acme"), [kept, listing(TARGET)])["partner_connector"]["name"] == "Acme"


def test_one_of_several_instances_of_a_connector_by_its_name():
    """The first one is called like the connector of both."""
    second = dict(SOURCE, Id=901, Name="Acme 2", AuthValue="another")
    for name, differs in (("Acme", False), ("Acme 2", True)):
        calls = [listing(SOURCE, second, account="templates"), listing(TARGET)]
        assert play(cyclr_partner_connector, dict(OPTIONS, connector=name), calls, check_mode=True)["changed"] is differs


def test_a_connector_that_waits_for_consent_is_brought_without_authentication():
    own = connector("OAuth2", Name="Acme", Id=30)
    source = installed(own, Id=900, Authenticated=True, AuthValue=None, IsPartnerIntegrationConnector=True)
    after = installed(own, IsPartnerIntegrationConnector=True)
    kept = listing(source, account="templates")
    entry = {"Name": "Acme", "Version": None, "AuthenticationId": "id-of-OAuth2", "Properties": []}
    calls = [kept, listing(), launch({"ConnectorAuthentications": [entry]}), listing(after)]
    real, dummy = four_ways(cyclr_partner_connector, OPTIONS, calls, [kept, listing(after)])
    assert real["account_connector"]["requires_oauth"] is True


@pytest.mark.parametrize("shown", [None, "*****"])
def test_an_authentication_that_the_source_hides_is_not_needed_twice(shown):
    kept = listing(dict(SOURCE, AuthValue=shown), account="templates")
    assert play(cyclr_partner_connector, OPTIONS, [kept, listing(TARGET)])["changed"] is False


def test_an_authentication_that_the_source_hides_can_be_given():
    kept = listing(dict(SOURCE, AuthValue="*****"), account="templates")
    ways(dict(api_key="the-api-key"), [kept, listing(), launch(), listing(TARGET)], [kept, listing(TARGET)])


def test_properties_of_the_company_are_not_copied():
    """Only what can be set in an account can be sent."""
    own = dict(OWN, Parameters=OWN["Parameters"] + [parameter("BaseUrl", IsAccountConnectorProperty=False)])
    source = dict(SOURCE, Connector=own, Properties=SOURCE["Properties"] + [{"Id": 50, "Name": "BaseUrl", "Value": "https://x"}])
    kept = listing(source, account="templates")
    ways({}, [kept, listing(), launch(), listing(TARGET)], [kept, listing(TARGET)])


def test_the_method_of_the_source_is_kept():
    own = dict(OWN, Authentication=[method("ApiKey"), method("OAuth2")])
    source = dict(SOURCE, Connector=own, AuthenticationId="id-of-ApiKey")
    kept = listing(source, account="templates")
    ways({}, [kept, listing(), launch(), listing(dict(TARGET, Connector=own))], [kept, listing(dict(TARGET, Connector=own))])
