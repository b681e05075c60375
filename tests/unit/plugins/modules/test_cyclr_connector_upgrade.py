# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_connector_upgrade, with a scripted API. The scripts are complete, so their length is the number of requests."""

from __future__ import annotations

import pytest
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_versions import is_newer, original_name, replaced_name
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_upgrade
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account, connector, cycle, cycles, installed, listing, lookup, no_account, parameter, used
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import delete, get, page, play, post, put

V1, V2 = connector("ApiKey", Id=20, Version="v1"), connector("ApiKey", Id=21, Version="v2")
OAUTH_1, OAUTH_2 = connector("OAuth2", Id=20, Version="v1"), connector("OAuth2", Id=21, Version="v2")
PARKED = "Mailchimp (replaced by v2)"
OLD = installed(V1, Id=500, AuthValue="the-key", Authenticated=True)
NEW = installed(V2, Id=501, AuthValue="the-key", Authenticated=True)
OLD_PARKED = dict(OLD, Name=PARKED)


def upgrade(calls, check_mode=False, **more):
    return play(cyclr_connector_upgrade, dict(dict(account_id="c1", connector="Mailchimp", connector_version="v2"), **more), calls, check_mode=check_mode)


def refused(calls, *words, **more):
    with pytest.raises(InvalidInput) as caught:
        upgrade(calls, **more)
    assert all(word in caught.value.msg for word in words), caught.value.msg


def parent(**more):
    return get("/v1.0/accounts/c1", account(**more))


def nothing_uses_it(*found):
    return [page("/v1.0/accounts/c1/subaccounts", []), cycles(*found)]


def renamed(of=None, name=PARKED):
    of = of or OLD
    return put("/v1.0/account/connectors/%d" % of["Id"], {"Name": name}, dict(of, Name=name), account="c1")


def install(of=None, **body):
    of = of or NEW
    sent = dict({"Name": "Mailchimp", "AuthenticationId": "id-of-ApiKey", "AuthValue": "the-key"}, **body)
    return post("/v1.0/connectors/21/install", sent, of, account="c1")


def remove(number=500):
    return delete("/v1.0/account/connectors/%d" % number, account="c1", body={})


# -- what there is to do ----------------------------------------------------------------------------------------------


def test_an_account_without_the_connector_takes_one_request():
    other = installed(connector("ApiKey", Name="HubSpot"))
    assert upgrade([listing(other)]) == dict(changed=False, state="not_installed", account_connector=None, replaced=[], diff=dict(before={}, after={}))


def test_an_account_with_the_new_version_takes_one_request():
    result = upgrade([listing(NEW)])
    assert (result["changed"], result["state"], result["account_connector"]["id"]) == (False, "up_to_date", 501)
    assert upgrade([listing(dict(NEW, Authenticated=False, AuthValue=None))])["state"] == "needs_key"


def test_an_account_that_does_not_exist():
    refused(no_account(), "account 'c1' does not exist")
    assert upgrade(no_account(), check_mode=True)["state"] == "not_installed"


def test_from_the_first_request_to_the_last():
    calls = [listing(OLD), parent(), lookup(V1, V2), renamed(), install(), *nothing_uses_it(), remove()]
    result = upgrade(calls, remove_replaced=True)
    assert (result["changed"], result["state"]) == (True, "up_to_date")
    assert result["replaced"] == [dict(id=500, name=PARKED, version="v1", removed=True, used_by=[])]
    assert result["diff"] == dict(before=dict(instances=dict(Mailchimp="v1")), after=dict(instances=dict(Mailchimp="v2"), auth_value="(hidden)"))
    check = upgrade([listing(OLD), parent(), lookup(V1, V2), *nothing_uses_it()], check_mode=True, remove_replaced=True)
    assert check["diff"] == result["diff"] and check["replaced"] == result["replaced"] and check["state"] == "up_to_date"


def test_nothing_is_removed_unless_it_is_asked_for():
    result = upgrade([listing(OLD_PARKED, NEW), parent(), lookup(V1, V2), *nothing_uses_it()])
    assert (result["changed"], result["state"]) == (False, "removable")


def test_a_customer_who_has_to_authorize_keeps_the_old_one():
    old, new = dict(OLD, Connector=OAUTH_1, AuthValue="tokens"), installed(OAUTH_2, Id=501)
    result = upgrade([listing(old), parent(), lookup(OAUTH_1, OAUTH_2), renamed(old), post(
        "/v1.0/connectors/21/install", {"Name": "Mailchimp", "AuthenticationId": "id-of-OAuth2"}, new, account="c1",
    ), *nothing_uses_it()], remove_replaced=True)
    assert (result["changed"], result["state"], result["replaced"][0]["removed"]) == (True, "waits_for_oauth", False)


@pytest.mark.parametrize("status, running", [("Active", True), ("Paused", False)])
@pytest.mark.parametrize("bound", [500, None])
def test_what_an_integration_uses_is_kept(status, running, bound):
    """Older answers of the API do not say which instance an integration uses."""
    one = cycle(Status=status, Connectors=[used(AccountConnectorId=bound)])
    result = upgrade([listing(OLD_PARKED, NEW), parent(), lookup(V1, V2), *nothing_uses_it(one)], remove_replaced=True)
    assert (result["changed"], result["state"]) == (False, "in_use")
    assert result["replaced"][0]["used_by"] == [dict(account_id="c1", id=one["Id"], name=one["Name"], running=running)]


@pytest.mark.parametrize("one", [cycle(Status="DeleteScheduled", Connectors=[used(AccountConnectorId=500)]), cycle(Connectors=[used(AccountConnectorId=501)])])
def test_what_uses_the_new_one_or_is_gone_does_not_count(one):
    calls = [listing(OLD_PARKED, NEW), parent(), lookup(V1, V2), *nothing_uses_it(one), remove()]
    assert upgrade(calls, remove_replaced=True)["state"] == "up_to_date"


def test_integrations_of_sub_accounts_count():
    below = [page("/v1.0/accounts/c1/subaccounts", [account(Id="c2")]), page("/v1.0/accounts/c2/subaccounts", [])]
    uses_it = cycles(cycle(Connectors=[used(AccountConnectorId=500)]), account="c2")
    result = upgrade([listing(OLD_PARKED, NEW), parent(), lookup(V1, V2), *below, cycles(), uses_it], remove_replaced=True)
    assert result["state"] == "in_use" and result["replaced"][0]["used_by"][0]["account_id"] == "c2"


def test_a_connector_of_the_parent_is_left_alone():
    calls = [listing(OLD), parent(ParentAccountId="top"), listing(OLD, account="top")]
    assert upgrade(calls, remove_replaced=True)["state"] == "not_installed"


# -- the settings of the new one --------------------------------------------------------------------------------------


def test_settings_are_copied_as_far_as_the_new_version_knows_them():
    old = dict(installed(dict(V1, Parameters=[parameter("A"), parameter("B")]), [("A", "1"), ("B", "2")]), Id=500, Description="Ours", AuthValue="the-key")
    new = dict(V2, Parameters=[parameter("A"), parameter("C", Id=8)])
    sent = {"Description": "Ours", "Properties": [{"Id": 7, "Name": "A", "Value": "1"}, {"Id": 8, "Name": "C", "Value": "3"}]}
    made = dict(installed(new, [("A", "1"), ("C", "3")]), Id=501, Description="Ours", AuthValue="the-key", Authenticated=True)
    upgrade([listing(old), parent(), lookup(V1, new), renamed(old), install(made, **sent), *nothing_uses_it()], properties=dict(C=3))


def test_a_masked_key_is_not_copied():
    old, made = dict(OLD, AuthValue="********"), dict(NEW, AuthValue=None, Authenticated=False)
    bare = post("/v1.0/connectors/21/install", {"Name": "Mailchimp", "AuthenticationId": "id-of-ApiKey"}, made, account="c1")
    assert upgrade([listing(old), parent(), lookup(V1, V2), renamed(old), bare, *nothing_uses_it()])["state"] == "needs_key"


def test_a_later_run_adds_what_the_new_one_lacks():
    bare = dict(NEW, AuthValue=None, Authenticated=False)
    calls = [listing(OLD_PARKED, bare), parent(), lookup(V1, V2)]
    calls += [put("/v1.0/account/connectors/501", {"AuthenticationId": "id-of-ApiKey", "AuthValue": "the-key"}, NEW, account="c1"), *nothing_uses_it()]
    result = upgrade(calls)
    assert (result["changed"], result["state"]) == (True, "removable")


def test_another_name_for_the_new_one_renames_nothing():
    made = dict(NEW, Name="Mailchimp v2")
    calls = [listing(OLD), parent(), lookup(V1, V2), install(made, Name="Mailchimp v2"), *nothing_uses_it()]
    result = upgrade(calls, name="Mailchimp v2")
    assert result["diff"]["after"]["instances"] == {"Mailchimp v2": "v2"} and result["replaced"][0]["name"] == "Mailchimp"


# -- which instances --------------------------------------------------------------------------------------------------


def test_names():
    for version in ("v60.0", "2 (beta)", ""):
        assert original_name(replaced_name("Sales (EU)", version)) == "Sales (EU)"
    assert original_name("Salesforce v58.0") == "Salesforce v58.0"


@pytest.mark.parametrize("version, other, expected", [
    ("v60.0", "v58.0", True), ("v58.0", "v60.0", False), ("10", "9", True), ("1.10", "1.9", True),
    ("v10", "9", False), ("SuiteTalk", "REST", False), ("", "v1", False),
])
def test_versions_are_compared_if_they_are_numbered_alike(version, other, expected):
    assert is_newer(version, other) is expected


def test_a_newer_version_is_left_out_unless_it_is_named():
    newer = installed(connector("ApiKey", Id=22, Version="v3"), Id=502)
    assert upgrade([listing(newer)])["state"] == "left_out"
    assert upgrade([listing(OLD)], from_versions=["v0"])["state"] == "left_out"
    calls = [listing(newer), parent(), lookup(V1, V2)]
    assert upgrade([*calls, *nothing_uses_it()], check_mode=True, from_versions=["v3"])["state"] == "needs_key"


def test_several_old_versions_of_one_instance():
    """An upgrade that was not finished before the next one began."""
    middle = dict(NEW, Connector=connector("ApiKey", Id=22, Version="v1.5"), Id=502)
    oldest = dict(OLD, Name="Mailchimp (replaced by v1.5)")
    calls = [listing(oldest, middle), parent(), lookup(V1, V2), renamed(middle), install(), *nothing_uses_it(), remove(500), remove(502)]
    assert upgrade(calls, remove_replaced=True)["state"] == "up_to_date"


def test_refusals():
    other = installed(connector("ApiKey", Name="HubSpot"), Name="Taken", Id=510)
    refused([listing(OLD, dict(OLD, Id=502, Name="Second"))], "choose one of 'Mailchimp', 'Second'")
    refused([listing(OLD, other)], "another connector under the name 'Taken'", name="Taken")
    refused([listing(OLD, dict(other, Name=PARKED))], "already has a connector under the name 'Mailchimp (replaced by v2)'")
    refused([listing(OLD), parent(), lookup(V1)], "has no version 'v2'; there is 'v1' (id 20)")
    refused([listing(OLD), parent(), lookup(V1, dict(V2, Status="Draft"))], "is a draft and cannot be installed")
    refused([listing(OLD), parent(), lookup(V1, V2)], "authenticates with ApiKey", username="u", password="p")
    refused([], "connector: must not be empty", connector="")
