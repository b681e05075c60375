# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, InvalidInput, LostAnswer
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_oauth_link
from ansible_collections.cyclr.ipaas.tests.support.api_objects import connector, installed, listing, no_account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import fails, get, message, play, post, refuses, rejects, shape

OPTIONS = dict(account_id="c1", name="HubSpot", service_domain="acme-h.cyclr.com", target_origin="https://app.example.com/done?x=1")
OAUTH = connector("OAuth2", Name="HubSpot")
WAITING = installed(OAUTH)
DONE = installed(OAUTH, Authenticated=True)
LOST = requests.exceptions.ReadTimeout("read timed out")
EXPIRES = "2017-12-08T11:02:48.7436471Z"
ISSUED = {"Token": "a+b/c==", "ExpiresAtUtc": EXPIRES}


def sign_in(answer=b"", status=200, body=None):
    return post("/v1.0/accounts/c1/signintoken", body or {}, answer, status)


def query_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_issues_a_link():
    result = play(cyclr_oauth_link, OPTIONS, [listing(WAITING), sign_in(ISSUED)])
    url = result["oauth_link"]["url"]
    assert url.startswith("https://acme-h.cyclr.com/connectorauth/updateaccountconnectoroauth?id=500&token=a%2Bb%2Fc%3D%3D&targetOrigin=https%3A%2F%2F")
    assert query_of(url) == dict(id="500", token="a+b/c==", targetOrigin="https://app.example.com/done?x=1")
    assert result == dict(changed=True, authenticated=False, oauth_link=dict(url=url, expires_at=EXPIRES, account_connector_id=500, name="HubSpot"))


def test_check_mode_issues_nothing():
    real = play(cyclr_oauth_link, OPTIONS, [listing(WAITING), sign_in(ISSUED)])
    for dummy in range(2):
        check = play(cyclr_oauth_link, OPTIONS, [listing(WAITING)], check_mode=True)
        assert shape(check) == shape(real)
        assert check == dict(changed=True, authenticated=False, oauth_link=dict(url=None, expires_at=None, account_connector_id=500, name="HubSpot"))


def test_each_issue_is_a_change():
    for dummy in range(2):
        assert play(cyclr_oauth_link, OPTIONS, [listing(WAITING), sign_in(ISSUED)])["changed"] is True


@pytest.mark.parametrize("check_mode", [False, True])
def test_nothing_is_issued_for_an_authenticated_connector(check_mode):
    assert play(cyclr_oauth_link, OPTIONS, [listing(DONE)], check_mode) == dict(changed=False, oauth_link=None, authenticated=True)


def test_unless_forced():
    result = play(cyclr_oauth_link, dict(OPTIONS, force=True), [listing(DONE), sign_in(ISSUED)])
    assert (result["changed"], result["authenticated"]) == (True, True)
    assert result["oauth_link"]["url"]
    assert play(cyclr_oauth_link, dict(OPTIONS, force=True), [listing(DONE)], check_mode=True)["oauth_link"]["url"] is None


def test_by_id():
    options = {key: value for key, value in OPTIONS.items() if key != "name"}
    calls = [get("/v1.0/account/connectors/500", WAITING, account="c1"), sign_in(ISSUED)]
    assert play(cyclr_oauth_link, dict(options, account_connector_id=500), calls)["oauth_link"]["name"] == "HubSpot"


def test_for_a_user():
    calls = [listing(WAITING), sign_in(ISSUED, body={"Username": "jo@example.com"})]
    assert play(cyclr_oauth_link, dict(OPTIONS, username="jo@example.com"), calls)["changed"] is True


@pytest.mark.parametrize("target, origin", [
    ("https://app.example.com", "https://app.example.com"),
    ("https://app.example.com/", "https://app.example.com"),
    ("https://app.example.com/path/to?x=1#f", "https://app.example.com"),
    ("https://App.Example.com:443/path", "https://app.example.com"),
    ("https://app.example.com:8443/path", "https://app.example.com:8443"),
    ("https://jo:pw@app.example.com/path", "https://app.example.com"),
    ("http://localhost:3000/path", "http://localhost:3000"),
    ("http://[::1]:80/path", "http://[::1]"),
])
def test_a_message_goes_to_the_origin_of_the_target(target, origin):
    options = dict(OPTIONS, target_origin=target, callback_message="done")
    url = play(cyclr_oauth_link, options, [listing(WAITING), sign_in(ISSUED)])["oauth_link"]["url"]
    assert query_of(url)["targetOrigin"] == origin
    # A redirect goes to the whole URL.
    url = play(cyclr_oauth_link, dict(OPTIONS, target_origin=target), [listing(WAITING), sign_in(ISSUED)])["oauth_link"]["url"]
    assert query_of(url)["targetOrigin"] == target


def test_a_message_instead_of_a_redirect():
    options = dict(OPTIONS, target_origin="https://app.example.com", callback_message="done & dusted")
    url = play(cyclr_oauth_link, options, [listing(WAITING), sign_in(ISSUED)])["oauth_link"]["url"]
    assert query_of(url)["callbackMessage"] == "done & dusted"


@pytest.mark.parametrize("domain, base", [
    ("acme-h.cyclr.com", "https://acme-h.cyclr.com/"),
    ("https://acme-h.cyclr.com", "https://acme-h.cyclr.com/"),
    ("https://acme-h.cyclr.com/", "https://acme-h.cyclr.com/"),
    ("acme-h.cyclr.com:8443", "https://acme-h.cyclr.com:8443/"),
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
])
def test_service_domain(domain, base):
    url = play(cyclr_oauth_link, dict(OPTIONS, service_domain=domain), [listing(WAITING), sign_in(ISSUED)])["oauth_link"]["url"]
    assert url.startswith(base + "connectorauth/")


def test_service_domain_of_the_environment(monkeypatch):
    monkeypatch.setenv("CYCLR_SERVICE_DOMAIN", "env-h.cyclr.com")
    options = {key: value for key, value in OPTIONS.items() if key != "service_domain"}
    url = play(cyclr_oauth_link, options, [listing(WAITING), sign_in(ISSUED)])["oauth_link"]["url"]
    assert url.startswith("https://env-h.cyclr.com/")


def test_the_form_of_2019():
    options = {key: value for key, value in OPTIONS.items() if key != "service_domain"}
    calls = [listing(WAITING), post("/v1.0/accounts/tokens", {}, ISSUED, account="c1")]
    result = play(cyclr_oauth_link, dict(options, flow="api_domain"), calls)
    url = result["oauth_link"]["url"]
    assert url.startswith("https://api.cyclr.com/web/connector/updateaccountconnectoroauth?")
    assert query_of(url) == dict(id="500", token="a+b/c==", targetOrigin=OPTIONS["target_origin"])
    check = play(cyclr_oauth_link, dict(options, flow="api_domain"), [listing(WAITING)], check_mode=True)
    assert shape(check) == shape(result)


@pytest.mark.parametrize("calls", [[listing()], no_account()])
def test_in_check_mode_the_connector_may_still_be_to_come(calls):
    result = play(cyclr_oauth_link, OPTIONS, calls, check_mode=True)
    assert result == dict(changed=True, authenticated=False, oauth_link=dict(url=None, expires_at=None, account_connector_id=None, name="HubSpot"))


def test_in_check_mode_an_id_of_an_account_that_is_still_to_come_is_taken_as_it_is():
    options = {key: value for key, value in OPTIONS.items() if key != "name"}
    calls = [get("/v1.0/account/connectors/7", status=401, account="c1"), get("/v1.0/accounts/c1", status=404)]
    result = play(cyclr_oauth_link, dict(options, account_connector_id=7), calls, check_mode=True)
    assert result["oauth_link"] == dict(url=None, expires_at=None, account_connector_id=7, name=None)


# -- unreliable ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer, status", [(LOST, 200), (b"", 502), (b"", 200), ({"Token": ""}, 200), ({"Token": 5}, 200), ([], 200)])
def test_a_token_that_got_lost_is_asked_for_again(answer, status):
    calls = [listing(WAITING), sign_in(answer, status), sign_in(ISSUED)]
    assert query_of(play(cyclr_oauth_link, OPTIONS, calls)["oauth_link"]["url"])["token"] == "a+b/c=="


def test_not_for_ever():
    error = fails(cyclr_oauth_link, OPTIONS, [listing(WAITING)] + [sign_in({})] * 4, kind=LostAnswer)
    assert "returned no token" in error.msg


def test_a_refused_token():
    calls = [listing(WAITING), sign_in(message("No."), 401)]
    error = fails(cyclr_oauth_link, OPTIONS, calls, kind=ApiError)
    assert "restricted to one account" in error.msg and error.message == "No."


# -- bad input -----------------------------------------------------------------------------------------------------


def refused(options, calls, *words):
    return refuses(cyclr_oauth_link, dict(OPTIONS, **options), calls, *words)


@pytest.mark.parametrize("kind", ["ApiKey", "Basic", "None", "AuthFields"])
def test_a_connector_without_oauth(kind):
    words = ["does not authenticate with OAuth", "but with " + kind, "cyclr_connector_install"]
    refused({}, [listing(installed(connector(kind, Name="HubSpot")))], *words)
    refused({}, [listing(installed(connector(kind, Name="HubSpot"), Authenticated=True))], *words)


@pytest.mark.parametrize("bad, words", [
    ("acme-h.cyclr.com/connectorauth", ["service_domain:", "without the path"]),
    ("https://acme-h.cyclr.com/?x=1", ["service_domain:"]),
    ("http://acme-h.cyclr.com", ["service_domain:", "loopback"]),
    ("ftp://acme-h.cyclr.com", ["service_domain:"]),
    ("jo:pw@acme-h.cyclr.com", ["service_domain:", "user name or password"]),
    ("acme h.cyclr.com", ["service_domain:"]),
    ("", ["service_domain:"]),
])
def test_bad_service_domain(bad, words):
    refused(dict(service_domain=bad), [], *words)


@pytest.mark.parametrize("bad", ["app.example.com", "//app.example.com", "ftp://app.example.com", "https://", "https://a b", "", "https://[::1", "https://a:b"])
def test_target_origin_is_a_url(bad):
    refused(dict(target_origin=bad), [], "target_origin:", "not an absolute URL")


def test_the_service_domain_is_required_for_the_flow_of_today():
    options = {key: value for key, value in OPTIONS.items() if key != "service_domain"}
    refuses(cyclr_oauth_link, options, [], "service_domain: required with flow=service_domain", "CYCLR_SERVICE_DOMAIN")


def test_unknown_connector():
    error = fails(cyclr_oauth_link, OPTIONS, [listing(installed())], kind=InvalidInput)
    assert "no connector 'HubSpot'; installed: 'Mailchimp' (id 500)" in error.msg


def test_an_unknown_id_is_never_still_to_come():
    options = {key: value for key, value in OPTIONS.items() if key != "name"}
    refuses(cyclr_oauth_link, dict(options, account_connector_id=7), [get("/v1.0/account/connectors/7", status=404, account="c1"), listing()],
            "no connector 7; installed: none")


def test_unknown_account():
    assert "account 'c1' does not exist" in fails(cyclr_oauth_link, OPTIONS, no_account(), kind=InvalidInput).msg


def test_two_instances_of_one_name():
    refused({}, [listing(installed(OAUTH, Id=1), installed(OAUTH, Id=2))], "ids 1, 2")


@pytest.mark.parametrize("options, words", [
    ({}, ["account_id"]),
    (dict(account_id="c1", name="x", service_domain="y"), ["target_origin"]),
    (dict(account_id="c1", target_origin="x", service_domain="y"), ["account_connector_id, name"]),
    (dict(OPTIONS, account_connector_id=1), ["mutually exclusive"]),
    (dict(OPTIONS, flow="new"), ["service_domain, api_domain"]),
])
def test_argument_spec(options, words):
    rejects(cyclr_oauth_link, options, *words)
