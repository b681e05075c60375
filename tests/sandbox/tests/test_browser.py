# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What a browser meets: sign-in, the OAuth link, the third party (facts 10, 12)."""

import json
import re
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
import requests

LINK = "/connectorauth/updateaccountconnectoroauth"
LEGACY = "/web/connector/updateaccountconnectoroauth"
TARGET = "https://app.acme.example/done"
DENIED = "Forbidden: Access is denied."


class Browser:
    """Follows redirects on the sandbox and stops at any other host."""

    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def open(self, url, data=None):
        method = "GET" if data is None else "POST"
        answer = self.session.request(method, urljoin(self.url, url), data=data, allow_redirects=False)
        while answer.is_redirect:
            location = urljoin(answer.url, answer.headers["Location"])
            if not location.startswith(self.url):
                return answer
            answer = self.session.get(location, allow_redirects=False)
        return answer


@pytest.fixture
def browser(sandbox):
    return Browser(sandbox.url)


def signin(api, account="globex"):
    return api.post(f"/accounts/{account}/signintoken", {"Username": "bob"}).json()["Token"]


def link(api, number, path=LINK, target=TARGET, message=None, token=None):
    token = signin(api) if token is None else token
    url = f"{path}?id={number}&token={quote(token, safe='')}&targetOrigin={quote(target, safe='')}"
    return url + (f"&callbackMessage={quote(message)}" if message else "")


def authenticated(api, number):
    return api.get(f"/account/connectors/{number}").json()["Authenticated"]


def failure(answer, status, text):
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert text in answer.text
    return True


@pytest.mark.parametrize("connector", ["HubSpot", "QuickBooks", "Chirper", "Shopify"])
def test_the_whole_way(sandbox, api, browser, connector):
    """Facts 12 [D]: consent, code exchange, redirect to targetOrigin."""
    number = api.install(connector)["Id"]
    consent = browser.open(link(api, number))
    assert consent.status_code == 200
    assert f"Allow access to your {connector} account?" in consent.text
    assert "Globex Ltd" in consent.text
    assert not authenticated(api, number)
    back = browser.open(consent.url, {"decision": "allow"})
    assert (back.status_code, back.headers["Location"]) == (302, TARGET)
    assert authenticated(api, number)
    stored = json.loads(sandbox.state()["AccountConnectors"][-1]["AuthValue"])
    assert set(stored) == {"AccessToken", "RefreshToken", "Expires", "RefreshExpires"}
    assert stored["AccessToken"] and stored["RefreshToken"]
    paths = [one["path"] for one in sandbox.journal()]
    assert "/connector/callback" in paths


@pytest.mark.parametrize("allow", [True, False])
def test_authorise_of_a_running_sandbox(sandbox, api, allow):
    """The short way for other suites."""
    number = api.install("HubSpot")["Id"]
    answer = sandbox.authorise(api.url + link(api, number), allow=allow)
    assert authenticated(api, number) is allow
    assert answer.headers.get("Location") == (TARGET if allow else None)


def test_consent_page_is_self_contained(api, browser):
    """No external resources; readable on a phone."""
    page = browser.open(link(api, api.install("HubSpot")["Id"])).text
    assert 'name="viewport"' in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "contacts" in page and "forms" in page


@pytest.mark.parametrize("how, seen", [("null", None), ("masked", "********"), ("clear", "{")])
def test_oauth_auth_value_echo(sandbox, api, browser, how, seen):
    """Facts 4.3 [U]: OAuthAuthValueEcho."""
    sandbox.options(OAuthAuthValueEcho=how)
    number = api.install("HubSpot")["Id"]
    browser.open(browser.open(link(api, number)).url, {"decision": "allow"})
    value = api.get(f"/account/connectors/{number}").json()["AuthValue"]
    assert value == seen or value.startswith(seen)


@pytest.mark.parametrize("to", ["both", "opener", "parent"])
def test_callback_message(sandbox, api, browser, to):
    """Facts 12 [D][U]: a page posts the message: PostMessageTo."""
    sandbox.options(PostMessageTo=to)
    number = api.install("HubSpot")["Id"]
    consent = browser.open(link(api, number, message='done"</script>'))
    page = browser.open(consent.url, {"decision": "allow"})
    assert page.status_code == 200
    assert "postMessage" in page.text and f'to = "{to}"' in page.text
    assert page.text.count("</script>") == 1  # the message cannot break out
    assert authenticated(api, number)


@pytest.mark.parametrize("how", ["none", "appended"])
def test_redirect_parameters(sandbox, api, browser, how):
    """Facts 12 [U]: RedirectParameters."""
    sandbox.options(RedirectParameters=how)
    number = api.install("HubSpot")["Id"]
    consent = browser.open(link(api, number, target=TARGET + "?x=1#top"))
    location = browser.open(consent.url, {"decision": "allow"}).headers["Location"]
    extra = "" if how == "none" else f"&id={number}&success=true"
    assert location == f"{TARGET}?x=1{extra}#top"


@pytest.mark.parametrize("how", ["page", "redirect"])
def test_denial(sandbox, api, browser, how):
    """Facts 12 [U]: OAuthDenial."""
    sandbox.options(OAuthDenial=how, RedirectParameters="appended")
    number = api.install("HubSpot")["Id"]
    answer = browser.open(browser.open(link(api, number)).url, {"decision": "decline"})
    assert not authenticated(api, number)
    if how == "page":
        failure(answer, 403, "Authentication failed")
    else:
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        assert (query["success"], query["error"]) == (["false"], ["access_denied"])


def test_token_is_single_use(api, browser):
    """Facts 10 [D]: a scanner that clicks burns the link."""
    url = link(api, api.install("HubSpot")["Id"])
    requests.head(browser.url + url, timeout=10)
    failure(browser.open(url), 403, DENIED)


def test_token_expires(sandbox, api, browser):
    """Facts 10 [D]: SigninTokenSeconds and the clock."""
    number = api.install("HubSpot")["Id"]
    url = link(api, number)
    sandbox.options(AdvanceSeconds=301)
    failure(browser.open(url), 403, DENIED)
    sandbox.options(SigninTokenSeconds=600)
    url = link(api, number)
    sandbox.options(AdvanceSeconds=301)
    assert browser.open(url).status_code == 200


def test_invalid_token(api, browser):
    failure(browser.open(link(api, 502, token="nope")), 403, DENIED)


def test_base64_token_must_be_encoded(sandbox, api, browser):
    """Facts 10: `+ / =` have to be percent-encoded."""
    sandbox.options(SigninTokenAlphabet="base64")
    number = api.install("HubSpot")["Id"]
    raw = signin(api)
    failure(browser.open(f"{LINK}?id={number}&token={raw}&targetOrigin={TARGET}"), 403, DENIED)
    assert browser.open(link(api, number)).status_code == 200


def test_other_accounts_connector(api, browser):
    number = api.install("HubSpot", account="initech")["Id"]
    failure(browser.open(link(api, number)), 404, "no such connector")


@pytest.mark.parametrize("query", ["id=1", "id=1&token=x", "id=x&token=x&targetOrigin=https://a.example"])
def test_incomplete_link(browser, query):
    """Facts 12 [D]: targetOrigin is required."""
    failure(browser.open(f"{LINK}?{query}"), 400, "incomplete")


def test_target_must_be_http(api, browser):
    failure(browser.open(link(api, 502, target="javascript:alert(1)")), 400, "targetOrigin")


@pytest.mark.parametrize("path", ["/ConnectorAuth/UpdateAccountConnectorOAuth", LEGACY, LEGACY.upper()])
def test_paths(api, browser, path):
    """Facts 12 [I]: any case; the legacy path."""
    number = api.install("HubSpot")["Id"]
    url = link(api, number, path=path).replace("targetOrigin", "TARGETORIGIN")
    assert browser.open(url).status_code == 200


def test_legacy_path_switched_off(sandbox, api, browser):
    """Facts 12 [U]: LegacyOAuthPath."""
    sandbox.options(LegacyOAuthPath=False)
    number = api.install("HubSpot")["Id"]
    assert browser.open(link(api, number, path=LEGACY)).status_code == 404
    assert browser.open(link(api, number)).status_code == 200


@pytest.mark.parametrize("how", ["page", "redirect"])
def test_other_types(sandbox, api, browser, how):
    """Facts 12 [U]: OAuthLinkForOtherTypes."""
    sandbox.options(OAuthLinkForOtherTypes=how)
    answer = browser.open(link(api, 502))
    if how == "page":
        failure(answer, 400, "does not use OAuth")
    else:
        assert answer.headers["Location"] == TARGET


def test_the_chosen_authentication_counts(api, browser):
    """Facts 3.1: Shopify by API key has nothing to authorise."""
    methods = api.get("/connectors/20009").json()["Authentication"]
    number = api.install("Shopify", {"AuthenticationId": methods[1]["Id"]})["Id"]
    failure(browser.open(link(api, number)), 400, "does not use OAuth")


def test_password_credentials(api, browser):
    """Facts 6.3 [D]: no third-party screen."""
    names = {"Domain": "d", "Username": "u", "Password": "p"}
    given = [{"Name": name, "Value": value} for name, value in names.items()]
    number = api.install("SugarCRM", {"Properties": given})["Id"]
    assert browser.open(link(api, number)).headers["Location"] == TARGET
    assert authenticated(api, number)


def test_password_credentials_missing_or_refused(api, browser):
    number = api.install("SugarCRM")["Id"]
    failure(browser.open(link(api, number)), 400, "Username and Password are not set")
    given = [{"Name": "Username", "Value": "u"}, {"Name": "Password", "Value": "wrong"}]
    api.put(f"/account/connectors/{number}", {"Properties": given})
    failure(browser.open(link(api, number)), 400, "invalid_grant")
    assert not authenticated(api, number)


def test_client_credentials(api, browser):
    """Facts 6.3 [D]."""
    number = api.install("Oracle%20NetSuite")["Id"]
    assert browser.open(link(api, number)).headers["Location"] == TARGET
    assert authenticated(api, number)


def test_per_customer_application(api, browser):
    """Facts 5.1, 12 [D]: ClientId and ClientSecret of the instance."""
    given = [{"Name": "ClientId", "Value": "own-app"}, {"Name": "ClientSecret", "Value": "wrong"}]
    number = api.install("QuickBooks", {"Properties": given})["Id"]
    consent = browser.open(link(api, number))
    assert "client_id=own-app" in consent.url
    failure(browser.open(consent.url, {"decision": "allow"}), 400, "invalid_client")
    assert not authenticated(api, number)


def test_callback_needs_a_running_flow(browser):
    failure(browser.open("/connector/callback?code=x&state=y"), 403, DENIED)


def test_third_party_refuses_nonsense(browser):
    assert browser.open("/third-party/20002/authorize").status_code == 400
    assert browser.open("/third-party/1/authorize").status_code == 404
    token = requests.post(
        f"{browser.url}/third-party/20002/token",
        data={
            "grant_type": "authorization_code",
            "code": "x",
            "client_id": "a",
            "client_secret": "b",
            "redirect_uri": f"{browser.url}/connector/callback",
        },
        timeout=10,
    )
    assert (token.status_code, token.json()["error"]) == (400, "invalid_grant")


def test_reauthentication_stays_authenticated(api, browser):
    """Facts 12 [I]: polling cannot see a re-authentication."""
    number = api.install("HubSpot", {"AuthValue": "{}"})["Id"]
    browser.open(link(api, number))
    assert authenticated(api, number)


def test_launch_url_opens(api, browser):
    """Facts 13: one request."""
    url = api.post("/accounts/globex/launch", {"tags": ["a b"]}).json()["LaunchUrl"]
    page = browser.open(url)
    assert page.status_code == 200 and "Globex Ltd" in page.text
    assert page.url.endswith("/launch?inline=false&tags=a+b")
    failure(browser.open(url), 403, DENIED)


@pytest.mark.parametrize("kind", ["marketplace", "orbit"])
def test_other_urls_open(api, browser, kind):
    body = api.post(f"/accounts/globex/{kind}", {"MarketplaceId": 8}).json()
    page = browser.open(body["MarketplaceUrl" if kind == "marketplace" else "OrbitUrl"])
    assert page.status_code == 200 and re.search(r"Mailchimp\s*<b class=\"good\">connected<", page.text)


def test_landing_needs_a_session(browser):
    failure(browser.open("/launch"), 403, DENIED)


def test_no_open_redirect(api, browser):
    for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
        answer = browser.open(
            f"/account/signinwithtoken?token={signin(api)}&returnUrl={quote(back, safe='')}"
        )
        assert answer.url == f"{browser.url}/account"


def test_service_domain_of_the_seed(sandbox, api):
    """Facts 1.1: bare domains get https."""
    sandbox.reset({"ServiceDomain": "acme-h.cyclr.example", "Accounts": [{"Id": "globex"}]})
    url = api.post("/accounts/globex/launch").json()["LaunchUrl"]
    assert url.startswith("https://acme-h.cyclr.example/account/signinwithtoken?token=")
