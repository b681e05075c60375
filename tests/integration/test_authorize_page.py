# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of examples/authorize_page, behind a login and on the sandbox. tests/e2e/test_authorize_page.py looks at it in a browser."""

from __future__ import annotations

import copy
import logging
import re
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from ansible_collections.cyclr.ipaas.examples.authorize_page import authorize_page
from ansible_collections.cyclr.ipaas.examples.authorize_page.authorize_page import account, cyclr, limits
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import SANDBOX_CLIENT
from ansible_collections.cyclr.ipaas.tests.support.clean_environment import clean_environment
from ansible_collections.cyclr.ipaas.tests.support.clock import Clock
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving, talking
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "authorize_page"
SEED = yaml.safe_load((EXAMPLE / "sandbox.seed.yml").read_text(encoding="utf-8"))
URL = "https://connect.example.com/systems/"
SECRET = "CANARY-client-secret-4711"
HUBSPOT, SALESFORCE, MAILCHIMP, OF_INITECH = 511, 512, 513, 520
VARIABLES = dict(
    AUTHORIZE_PAGE_URL=URL,
    AUTHORIZE_PAGE_SECRET_KEY="CANARY-secret-key-4711-long-enough",
    AUTHORIZE_PAGE_LOGIN_KEY="CANARY-login-key-4711-long-enough-",
    AUTHORIZE_PAGE_COMPANY="Acme",
    AUTHORIZE_PAGE_SUPPORT="mailto:help@acme.example",
    CYCLR_CLIENT_ID=SANDBOX_CLIENT["client_id"],
    CYCLR_CLIENT_SECRET=SECRET,
)


class Customer:
    """A browser of somebody whom the login has let in."""

    def __init__(self, app, account_id="globex-42"):
        self.account_id = account_id
        self._browser = app.test_client()

    def headers(self):
        if self.account_id is None:
            return {}
        return {account.HEADER: account.signed(self.account_id, VARIABLES["AUTHORIZE_PAGE_LOGIN_KEY"], time.time())}

    def head(self):
        return self._browser.head("/", base_url=URL, headers=self.headers())

    def get(self, path="/"):
        return self._browser.get(path, base_url=URL, headers=self.headers())

    def post(self, path="/connect", **form):
        return self._browser.post(path, base_url=URL, data=form, headers=self.headers())

    def form(self, name):
        """What the button sends."""
        shown = next(part for part in self.get().text.split("<li>") if f"<h2>{name}</h2>" in part)
        return dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown))

    def connect(self, name):
        """Click the button. Returns where the browser is sent."""
        answer = self.post(**self.form(name))
        assert answer.status_code == 303, answer.text
        return answer.location


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """Nothing of the environment of whoever runs the tests."""
    clean_environment(monkeypatch)


@pytest.fixture
def start(sandbox, monkeypatch):
    """The application on a sandbox with the customers of the example, and with other variables as given. None removes one."""

    def start(seed=None, **variables):
        known = copy.deepcopy(seed or SEED)
        sandbox.reset(dict(known, Credentials=[dict(ClientId=SANDBOX_CLIENT["client_id"], ClientSecret=SECRET)]))
        for name, value in {**VARIABLES, "CYCLR_API_URL": sandbox.url, "CYCLR_SERVICE_DOMAIN": sandbox.url, **variables}.items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        return authorize_page.create_app()

    return start


@pytest.fixture
def app(start):
    return start()


@pytest.fixture
def customer(app):
    return Customer(app)


def states(text):
    """Name -> what the page says of it."""
    found = re.findall(r"<h2>(.*?)</h2>\s*<p class=\"state.*?</span><span>(.*?)</span>", text, re.S)
    return {name: re.sub("<.*?>", "", state) for name, state in found}


def links(sandbox):
    return [request for request in told(sandbox.journal()) if "token" in request and "oauth" not in request]


# -- what the customer sees ----------------------------------------------------------------------------------------


def test_the_connectors_of_the_own_account_with_their_state(customer):
    answer = customer.get()
    assert answer.status_code == 200
    assert list(states(answer.text).items()) == [
        ("HubSpot", "Waits for you"),
        ("Salesforce", "Waits for you"),
        ("Access CRM", "Needs a key or a password: ask our support"),
        ("Mailchimp", "Ready"),
    ]
    assert re.findall(r"<button.*?>(.*?)</button>", answer.text) == ["Connect HubSpot", "Connect Salesforce"]


def test_a_click_leads_to_a_link_and_back_to_the_state(customer, sandbox):
    link = customer.connect("HubSpot")
    parts = urlsplit(link)
    assert f"{parts.scheme}://{parts.netloc}" == sandbox.url
    asked = parse_qs(parts.query)
    assert asked["id"] == [str(HUBSPOT)] and asked["targetOrigin"] == [URL]
    assert "HubSpot is not connected yet" in customer.get().text
    customer.connect("Salesforce")
    # The first link still works: each click has its own.
    assert sandbox.authorise(link).headers["Location"].startswith(URL)
    assert states(customer.get().text)["HubSpot"] == "Ready"


def test_whoever_is_back_sees_what_has_become_of_it_once(customer, sandbox):
    sandbox.authorise(customer.connect("HubSpot"))
    assert "HubSpot is connected." in customer.get("/?status=anything").text
    assert "HubSpot is connected." not in customer.get().text
    sandbox.authorise(customer.connect("Salesforce"), allow=False)
    assert "Salesforce is not connected yet." in customer.get().text


def test_a_system_that_is_ready_can_be_connected_again(customer, sandbox):
    sandbox.authorise(customer.connect("HubSpot"))
    assert sandbox.authorise(customer.connect("HubSpot")).headers["Location"].startswith(URL)
    assert len(links(sandbox)) == 2


def test_a_form_from_before_leads_back_if_the_system_is_ready(customer, sandbox):
    old = customer.form("HubSpot")
    sandbox.authorise(customer.connect("HubSpot"))
    assert customer.post(**old).location == URL
    assert customer.post(**dict(old, connector=MAILCHIMP, again="1")).location == URL
    assert len(links(sandbox)) == 1


def test_an_account_without_connectors(start):
    seed = dict(SEED, AccountConnectors=[])
    assert "There is nothing to connect yet" in Customer(start(seed)).get().text


def test_an_account_that_does_not_exist_yet(app):
    answer = Customer(app, "umbrella").get()
    assert answer.status_code == 404 and "Your account is being set up" in answer.text and "umbrella" not in answer.text


def test_names_of_the_api_are_text(start):
    seed = copy.deepcopy(SEED)
    seed["AccountConnectors"][2]["Name"] = "<script>alert(1)</script>\u202e{{ 7 * 7 }}\n"
    text = Customer(start(seed)).get().text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}" in text and "<script" not in text and "\u202e" not in text


def test_the_page_of_a_company_without_a_name_and_a_support(start):
    text = Customer(start(AUTHORIZE_PAGE_COMPANY=None, AUTHORIZE_PAGE_SUPPORT=" ")).get().text
    assert "Our service works with these systems" in text and "href=\"\"" not in text


# -- whose account -------------------------------------------------------------------------------------------------


def test_the_account_is_never_taken_from_address_form_or_cookie(customer, sandbox):
    for path in ("/?account_id=initech", "/?Authorize-Account=initech"):
        assert "HubSpot" in customer.get(path).text and f'value="{OF_INITECH}"' not in customer.get(path).text
    answer = customer.post("/connect?account_id=initech", **dict(customer.form("HubSpot"), account_id="initech", connector=OF_INITECH))
    assert answer.status_code == 404 and "This system is not in your account" in answer.text
    assert links(sandbox) == []
    assert {request["account"] for request in sandbox.journal() if request["account"]} == {"globex-42"}


@pytest.mark.parametrize("connector", ["", "0", "-1", "x", "511x", "9" * 40, "9" * 5000])
def test_a_connector_that_is_no_number_of_the_account(customer, sandbox, connector):
    assert customer.post(**dict(customer.form("HubSpot"), connector=connector)).status_code == 404
    assert links(sandbox) == []


def header(account_id="globex-42", key=VARIABLES["AUTHORIZE_PAGE_LOGIN_KEY"], seconds=0):
    return account.signed(account_id, key, time.time() + seconds)


def tampered(value):
    return header("initech").split(".")[0] + value[value.index("."):]


@pytest.mark.parametrize(
    "value",
    [
        lambda: "",
        lambda: "globex-42",
        lambda: "..",
        lambda: header(key="another-key-that-is-long-enough-to-be-one"),
        lambda: header(seconds=-61),
        lambda: header(seconds=120),
        lambda: header()[:-1],
        lambda: tampered(header()),
        lambda: header().upper(),
        lambda: header() + "\u00e9",
        lambda: header(account_id=""),
    ],
)
def test_whoever_the_login_has_not_let_in_sees_nothing(app, sandbox, value):
    browser = app.test_client()
    # Made now, because a header is valid for a minute only.
    headers = {account.HEADER: value()}
    for answer in (browser.get("/", headers=headers), browser.post("/connect", data=dict(connector=HUBSPOT), headers=headers)):
        assert answer.status_code == 403 and "You are not signed in" in answer.text
    assert sandbox.journal() == []


def test_a_company_asks_its_own_login(start, sandbox, monkeypatch):
    start(AUTHORIZE_PAGE_LOGIN_KEY=None, AUTHORIZE_PAGE_ACCOUNT="globex-42")
    monkeypatch.delenv("AUTHORIZE_PAGE_ACCOUNT")
    who = ["initech"]
    browser = authorize_page.create_app(current_account=lambda: who[0]).test_client()
    assert states(browser.get("/").text) == {"HubSpot": "Waits for you"}
    who[0] = None
    assert browser.get("/").status_code == 403


@pytest.mark.parametrize("host, more, status", [
    ("localhost:5000", {}, 200),
    ("127.0.0.1:5000", {}, 200),
    ("[::1]:5000", {}, 200),
    ("connect.example.com", {}, 403),
    ("127.0.0.1.example.com", {}, 403),
    ("127.0.0.1:5000", {"X-Forwarded-For": "203.0.113.7"}, 403),
    ("localhost", {"Forwarded": "for=203.0.113.7"}, 403),
])
def test_the_account_for_trying_out_is_for_this_machine_only(start, host, more, status):
    app = start(AUTHORIZE_PAGE_ACCOUNT="globex-42", AUTHORIZE_PAGE_LOGIN_KEY=None, AUTHORIZE_PAGE_SECRET_KEY=None, AUTHORIZE_PAGE_URL=None)
    assert app.test_client().get("/", headers=dict(more, Host=host)).status_code == status


# -- one link for each click ---------------------------------------------------------------------------------------


def test_a_link_is_created_by_a_click_and_by_nothing_else(customer, sandbox):
    form = customer.form("HubSpot")
    query = "&".join(f"{name}={value}" for name, value in form.items())
    assert customer.get(f"/connect?{query}").location == URL
    customer.get(f"/?{query}")
    assert customer.head().status_code == 200
    assert links(sandbox) == []
    assert customer.post(**form).status_code == 303
    assert links(sandbox) == ["POST /v1.0/accounts/globex-42/signintoken"]


def test_a_form_of_another_site_creates_none(app, customer, sandbox):
    """Nor does one with what another session, or another account in the same browser, has been given."""
    form = customer.form("HubSpot")
    other = Customer(app)
    for changed in ({}, dict(form_token=""), dict(form_token="\u00e9"), dict(form_token=other.form("HubSpot")["form_token"])):
        answer = customer.post(connector=HUBSPOT, **changed)
        assert answer.status_code == 400 and "This page was open for too long" in answer.text
    customer.account_id = "initech"
    assert customer.post(**dict(form, connector=OF_INITECH)).status_code == 400
    assert Customer(app).post(**form).status_code == 400
    assert links(sandbox) == []


def test_an_account_gets_so_many_links_in_a_minute(start, sandbox):
    app = start(AUTHORIZE_PAGE_LINKS_PER_MINUTE="2")
    form = Customer(app)
    assert [form.post(**form.form("HubSpot")).status_code for _click in range(3)] == [303, 303, 429]
    assert "That was too often" in form.post(**form.form("HubSpot")).text
    assert len(links(sandbox)) == 2
    assert Customer(app, "initech").connect("HubSpot").startswith(sandbox.url)


def test_the_limit_forgets():
    clock = Clock()
    limit = limits.Limit(2, clock=clock)
    assert [limit.allows("a"), limit.allows("a"), limit.allows("a"), limit.allows("b")] == [True, True, False, True]
    clock.sleep(61)
    assert limit.allows("a") and list(limit._times) == ["a"]


# -- what a browser may do with it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path, status", [("/", 200), ("/connect", 303), ("/nowhere", 404), ("/static/style.css", 200)])
def test_headers(customer, path, status):
    answer = customer.get(path)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
    assert policy.endswith("form-action 'self' https:")


def test_one_cookie(customer):
    cookies = customer.get().headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    attributes = set(cookies[0].split("; ")[1:])
    assert attributes == {"Secure", "HttpOnly", "SameSite=Lax", f"Path={urlsplit(URL).path}"}


@pytest.mark.parametrize("path, top", [("/nowhere", "./"), ("/no/where", "../"), ("/no/such/place", "../../")])
def test_addresses_are_relative(customer, path, top):
    text = customer.get(path).text
    assert f'href="{top}static/style.css"' in text and f'href="{top}"' in text


# -- what goes wrong -----------------------------------------------------------------------------------------------


def mentioned(answer):
    return re.search(r"mention <strong>(\w{8})</strong>", answer.text)[1]


def test_a_failure_of_the_api_is_a_page_without_details(customer, sandbox, caplog):
    form = customer.form("HubSpot")
    sandbox.faults([{"method": "POST", "path": "/v1.0/accounts/*/signintoken", "fault": "status:500"}])
    answer = customer.post(**form)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "60"
    assert "This does not work at the moment" in answer.text and "signintoken" not in answer.text and "mailto:help@acme.example" in answer.text
    line = next(one for one in caplog.messages if mentioned(answer) in one)
    assert "signintoken" in line and "500" in line


def test_a_wrong_secret(start, caplog):
    answer = Customer(start(CYCLR_CLIENT_SECRET="CANARY-wrong-4711")).get()
    assert answer.status_code == 503 and "CANARY" not in answer.text
    assert any(mentioned(answer) in line and "client" in line for line in caplog.messages)
    assert "CANARY" not in caplog.text


def test_a_new_login_when_the_token_is_refused(customer, sandbox):
    customer.get()
    customer.get()
    assert told(sandbox.journal()).count("POST /oauth/token") == 1
    sandbox.options(AdvanceSeconds=15 * 24 * 3600)
    assert customer.get().status_code == 200
    assert told(sandbox.journal()).count("POST /oauth/token") == 2


def test_an_error_of_the_application_itself(customer, app, monkeypatch):
    monkeypatch.setattr(authorize_page, "render_template", lambda name, **values: 1 / 0 if name == "connectors.html" else values["about"])
    answer = customer.get()
    assert (answer.status_code, answer.text) == (500, "failed")


def test_an_api_that_does_not_answer(start):
    def silent(connection):
        time.sleep(2)

    with talking(silent) as api:
        customer = Customer(start(CYCLR_API_URL=api.url, CYCLR_TIMEOUT="0.2", CYCLR_RETRY_TIMEOUT="0"))
        began = time.monotonic()
        assert customer.get().status_code == 503
        assert time.monotonic() - began < 2


def test_somebody_waits_so_the_times_are_short(app, monkeypatch):
    given = dict(account_id="globex-42")
    params = cyclr._parameters(cyclr.cyclr_connector_info, given)
    assert (params["timeout"], params["retry_timeout"]) == (10, 10)
    monkeypatch.setenv("CYCLR_TIMEOUT", "3")
    assert cyclr._parameters(cyclr.cyclr_connector_info, given)["timeout"] == 3


# -- secrets -------------------------------------------------------------------------------------------------------


def test_no_secret_and_no_link_in_a_log_or_on_a_page(customer, sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    link = customer.connect("HubSpot")
    pages = [customer.get().text]
    sandbox.faults([{"method": "*", "path": "/v1.0/*", "fault": "status:400"}])
    pages.append(customer.get().text)
    token = parse_qs(urlsplit(link).query)["token"][0]
    told_to_anybody = caplog.text + "".join(pages)
    assert "a link for connector 511 of account 'globex-42'" in caplog.text and "failed: GET" in caplog.text
    assert "CANARY" not in told_to_anybody and token not in told_to_anybody and "updateaccountconnectoroauth" not in told_to_anybody


def test_an_api_that_repeats_what_it_was_sent(start, caplog):
    def repeat(method, path, headers, body):
        return 400, {"Content-Type": "application/json"}, b'{"Message": "No: %s"}' % body

    with serving(repeat) as api:
        answer = Customer(start(CYCLR_API_URL=api.url)).get()
    assert answer.status_code == 503 and api.seen and SECRET.encode() in api.seen[0][3]
    assert mentioned(answer) in caplog.text and "CANARY" not in caplog.text + answer.text


def test_the_session_says_nothing_about_the_account(customer):
    cookie = customer.get().headers["Set-Cookie"]
    assert "globex" not in cookie and "nonce" not in cookie


# -- settings ------------------------------------------------------------------------------------------------------

WRONG = [
    (dict(AUTHORIZE_PAGE_SECRET_KEY=None), "AUTHORIZE_PAGE_SECRET_KEY must have at least 32 characters"),
    (dict(AUTHORIZE_PAGE_SECRET_KEY="short"), "token_urlsafe"),
    (dict(AUTHORIZE_PAGE_LOGIN_KEY=""), "set AUTHORIZE_PAGE_ACCOUNT instead"),
    (dict(AUTHORIZE_PAGE_ACCOUNT="globex-42"), "not both"),
    (dict(AUTHORIZE_PAGE_URL=None), "AUTHORIZE_PAGE_URL must be the address"),
    (dict(AUTHORIZE_PAGE_URL="http://connect.example.com"), "AUTHORIZE_PAGE_URL must be the address"),
    (dict(AUTHORIZE_PAGE_URL="https://ann:pass@connect.example.com"), "AUTHORIZE_PAGE_URL must be the address"),
    (dict(AUTHORIZE_PAGE_URL="https://connect.example.com/?a=1"), "AUTHORIZE_PAGE_URL must be the address"),
    (dict(AUTHORIZE_PAGE_SUPPORT="javascript:alert(1)"), "AUTHORIZE_PAGE_SUPPORT must begin with"),
    (dict(AUTHORIZE_PAGE_LINKS_PER_MINUTE="0"), "AUTHORIZE_PAGE_LINKS_PER_MINUTE must be a number"),
    (dict(CYCLR_CLIENT_SECRET=None), "missing credential: client_secret"),
    (dict(CYCLR_SERVICE_DOMAIN=None), "CYCLR_SERVICE_DOMAIN"),
    (dict(CYCLR_API_URL="http://api.example.com"), "plain http"),
    (dict(CYCLR_TIMEOUT="soon"), "timeout"),
]


@pytest.mark.parametrize("variables, why", WRONG, ids=[f"{next(iter(one))}-{number}" for number, (one, _why) in enumerate(WRONG)])
def test_a_wrong_setting_ends_the_start(start, variables, why):
    with pytest.raises(SystemExit, match="^authorize_page: ") as ended:
        start(**variables)
    assert why in str(ended.value) and "CANARY" not in str(ended.value)


def readme():
    return (EXAMPLE / "README.md").read_text(encoding="utf-8")


def commands(text, prompt):
    """The words of all commands in it."""
    lines = re.findall("^" + re.escape(prompt) + "(.*)$", text, re.M)
    return [word.rstrip(";") for line in lines for word in line.split() if word not in (".", "export")]


def test_readme_and_guide_start_it_alike():
    guide = (EXAMPLE.parents[1] / "docs" / "docsite" / "rst" / "guide_oauth_link.rst").read_text(encoding="utf-8")
    shown = commands(guide.partition("always_fresh:\n")[2].partition("README.md")[0], "   $ ")
    assert len(shown) > 10 and commands(readme().split("```")[1], "$ ") == shown


def test_the_header_as_the_readme_makes_it(app):
    code = next(block for block in re.findall(r"```python\n(.*?)```", readme(), re.S) if "hmac" in block)
    made = {}
    exec(code, made)
    value = made["authorize_account"]("Müller & Söhne", VARIABLES["AUTHORIZE_PAGE_LOGIN_KEY"])
    assert account.verified(value, VARIABLES["AUTHORIZE_PAGE_LOGIN_KEY"], time.time()) == "Müller & Söhne"
    answer = app.test_client().get("/", headers={account.HEADER: made["authorize_account"]("initech", VARIABLES["AUTHORIZE_PAGE_LOGIN_KEY"])})
    assert states(answer.text) == {"HubSpot": "Waits for you"}


def test_the_readme_explains_every_setting():
    source = (EXAMPLE / "authorize_page" / "settings.py").read_text(encoding="utf-8")
    known = set(re.findall(r'_(?:value|key|number)\("([A-Z_]+)"', source)) | {"URL", "SUPPORT"}
    table = re.findall(r"^\| `AUTHORIZE_PAGE_([A-Z_]+)`", readme(), re.M)
    assert len(known) == 8 and sorted(table) == sorted(known)
