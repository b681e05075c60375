# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""cyclr_oauth_hand_over, with a scripted API and webhook."""

from __future__ import annotations

import json
from unittest.mock import ANY

import pytest
import requests
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.webhook import check_webhook
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_oauth_hand_over
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, no_account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import Call, play, post

WAITING = installed(connector("OAuth2"), Authenticated=False, AuthValue=None)
OTHER = dict(installed(connector("OAuth2"), Authenticated=False, AuthValue=None), Name="Other", Id=99)
DONE = dict(installed(connector("OAuth2"), Authenticated=True), Id=98)
KEY = dict(installed(connector("ApiKey"), Authenticated=False, AuthValue=None), Name="Key", Id=97)


WEBHOOK = "https://hooks.example.com"


def token(text="the-link-token"):
    return post("/v1.0/accounts/c1/signintoken", {}, dict(Token=text, ExpiresAtUtc="2026-11-25T09:35:00.0000000Z"))


def taken(name, link_token="the-link-token", status=202, account_name="c1", number=54321, headers=None):
    url = "https://acme-h.cyclr.com/connectorauth/updateaccountconnectoroauth?id=%d&token=%s&targetOrigin=https%%3A%%2F%%2Fapp.example.com"
    body = dict(account_id="c1", account_name=account_name, connector=name, url=url % (number, link_token), expires_at="2026-11-25T09:35:00.0000000Z")
    return post("/links", body, status=status, query=dict(team="a"), token="secret", base=WEBHOOK, headers=headers or {})


def hand_over(calls, check_mode=False, **more):
    options = dict(account_id="c1", target_origin="https://app.example.com", service_domain="acme-h.cyclr.com", webhook_url=WEBHOOK + "/links?team=a")
    return play(cyclr_oauth_hand_over, dict(options, webhook_token="secret", **more), calls, check_mode=check_mode)


def test_every_connector_that_waits_gets_its_link_sent():
    calls = [listing(WAITING, DONE, KEY, OTHER), token(), taken(WAITING["Name"], account_name="Globex", number=WAITING["Id"])]
    calls += [token("another"), taken("Other", "another", account_name="Globex", number=99, status=200)]
    assert hand_over(calls, account_name="Globex") == dict(changed=True, sent=[WAITING["Name"], "Other"])


def test_nothing_is_sent_if_nothing_waits():
    assert hand_over([listing(DONE, KEY)]) == dict(changed=False, sent=[])


def test_check_mode_creates_no_link():
    assert hand_over([listing(WAITING)], check_mode=True) == dict(changed=True, sent=[WAITING["Name"]])
    assert hand_over(no_account(), check_mode=True) == dict(changed=False, sent=[])


def test_a_webhook_that_asks_for_patience_is_asked_again():
    name, number = WAITING["Name"], WAITING["Id"]
    busy = [taken(name, number=number, status=status, headers={"Retry-After": "1"}) for status in (503, 429)]
    assert hand_over([listing(WAITING), token(), *busy, taken(name, number=number)])["sent"] == [name]


@pytest.mark.parametrize("status", [302, 400, 401, 500])
def test_a_refusal_says_what_was_sent_before_and_no_secret(status):
    refused = taken("Other", "another", number=99, status=status, headers={"Location": "https://elsewhere.example.com"})
    calls = [listing(WAITING, OTHER), token(), taken(WAITING["Name"], number=WAITING["Id"]), token("another"), refused]
    with pytest.raises(cyclr_oauth_hand_over.NotSent) as caught:
        hand_over(calls)
    result = caught.value.as_result()
    assert "connector 'Other' of account 'c1' failed: the webhook https://hooks.example.com returned %d" % status in result["msg"]
    assert result["sent"] == [WAITING["Name"]] and result["changed"] and result["error"]["status"] == status
    assert not [secret for secret in ("the-link-token", "another", "secret", "/links", "team=a") if secret in json.dumps(result)]


@pytest.mark.parametrize("lost, tries", [(requests.ConnectionError("reset"), 1), (requests.ConnectTimeout(), 2)])
def test_a_link_that_may_have_arrived_is_not_sent_again(lost, tries):
    """The webhook would show it to the customer twice, of which one does not work."""
    unsent = Call("POST", "/links", base=WEBHOOK, token="secret", query=dict(team="a"), body=ANY, answer=lost)
    calls = [listing(WAITING), token()] + [unsent] * tries
    if tries == 2:
        assert hand_over([*calls, taken(WAITING["Name"], number=WAITING["Id"])])["sent"] == [WAITING["Name"]]
    else:
        with pytest.raises(cyclr_oauth_hand_over.NotSent, match="got no answer from the webhook https://hooks.example.com"):
            hand_over(calls)


@pytest.mark.parametrize("url", ["", None, "http://hooks.example.com/a", "https://me:hunter2@hooks.example.com/a", "https://hunter2%40h.example.com",
                                 "ftp://h/a", "hooks.example.com", "https://", "https://hooks.example.com/#a", "https://[::1"])
def test_a_url_that_others_could_read_is_refused_before_the_first_request(url):
    with pytest.raises(InvalidInput, match="^webhook_url: ") as caught:
        check_webhook(url, "secret")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("token", ["", None, "a b", "a\nb"])
def test_a_token_that_no_header_can_contain_is_refused(token):
    with pytest.raises(InvalidInput, match="^webhook_token: "):
        check_webhook("https://hooks.example.com/a", token)


@pytest.mark.parametrize("url, split", [
    ("https://hooks.example.com", ("https://hooks.example.com", "/")),
    ("https://hooks.example.com:8443/a/b?c=d", ("https://hooks.example.com:8443", "/a/b?c=d")),
    ("http://[::1]:8080/a@b", ("http://[::1]:8080", "/a@b")),
])
def test_urls_that_are_fine(url, split):
    assert check_webhook(url, "secret") == split
