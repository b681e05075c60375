# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A customer connects a system on the page of examples/authorize_page, with the development server as its README starts it."""

from __future__ import annotations

import re
import sys
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "authorize_page"
SEED = yaml.safe_load((EXAMPLE / "sandbox.seed.yml").read_text(encoding="utf-8"))
# What follows `flask` in the README
COMMAND = re.search(r"^\$ PYTHONPATH=.venv AUTHORIZE_PAGE_ACCOUNT=globex-42 flask (.*)$", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.M)[1]
DESKTOP = dict(viewport=dict(width=1280, height=800))
PHONE = dict(viewport=dict(width=390, height=844), device_scale_factor=2, is_mobile=True, has_touch=True)
LINK = re.compile(r".*/connectorauth/updateaccountconnectoroauth\?.*")

# Contrast of every text with what is behind it, as WCAG computes it: below 4.5 it is hard to read.
FAINT = """() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([red, green, blue]) => [red, green, blue].map(value => value / 255)
    .map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const color = channels(getComputedStyle(element).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('main *')].filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  const faint = texts.filter(one => {
    const [light, dark] = [channels(getComputedStyle(one).color), behind(one)].map(luminance).sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05) < 4.5;
  });
  return [texts.length, faint.map(one => one.outerHTML)];
}"""


class Server:
    """The page as a process. `log` is everything that it has printed."""

    def __init__(self, sandbox, directory):
        variables = ansible_programs.environment(
            directory,
            sandbox,
            PYTHONPATH=ansible_programs.environment(directory)["ANSIBLE_COLLECTIONS_PATH"],
            AUTHORIZE_PAGE_ACCOUNT="globex-42",
            AUTHORIZE_PAGE_COMPANY="Acme",
            AUTHORIZE_PAGE_SUPPORT="mailto:help@acme.example",
            PYTHONUNBUFFERED="1",
        )
        command = [sys.executable, "-m", "flask", *COMMAND.split(), "--port", "0"]
        self._process = ansible_programs.start(command, variables, ROOT)
        self.log = ""
        for line in self._process.stdout:
            self.log += line
            found = re.search(r"Running on (http://\S+?)\x1b|Running on (http://\S+)", line)
            if found:
                self.url = (found[1] or found[2]) + "/"
                break
        else:
            raise AssertionError(self.log)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self.log += line

    def end(self):
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()


@pytest.fixture
def server(sandbox, tmp_path):
    sandbox.reset(SEED)
    server = Server(sandbox, tmp_path)
    yield server
    server.end()


def button(page, name):
    return page.get_by_role("button", name=name)


def state(page, name):
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True)).locator(".state")


def links_of(page):
    """The links that the browser is sent to from now on."""
    found = []
    page.on("request", lambda request: found.append(request.url) if LINK.match(request.url) else None)
    return found


def consent(page, answer):
    page.get_by_role("button", name=re.compile(answer)).click()


def styled(page):
    """The page with its style sheet, which may arrive after the elements that a test waits for."""
    page.wait_for_load_state()
    return page


def test_connect_allow_and_back(server, new_page, picture):
    page = new_page(**DESKTOP)
    seen = links_of(page)
    page.goto(server.url)
    expect(state(page, "HubSpot")).to_have_text("●Waits for you")
    picture(page, "connect-page", height=720)
    button(page, "Connect HubSpot").click()
    expect(page.locator("body")).to_contain_text("HubSpot")
    consent(page, "Allow")
    page.wait_for_url(server.url)
    expect(page.get_by_role("status")).to_have_text("✓HubSpot is connected.")
    expect(state(page, "HubSpot")).to_have_text("✓Ready")
    expect(button(page, "Connect HubSpot again")).to_be_visible()
    assert len(seen) == 1
    assert parse_qs(urlsplit(seen[0]).query)["targetOrigin"] == [server.url]


def test_decline_and_try_again(server, new_page):
    page = new_page()
    page.goto(server.url)
    button(page, "Connect HubSpot").click()
    consent(page, "Decline")
    expect(page.locator("body")).to_contain_text("declined")
    page.goto(server.url)
    expect(page.get_by_role("status")).to_contain_text("HubSpot is not connected yet.")
    expect(state(page, "HubSpot")).to_have_text("●Waits for you")
    button(page, "Connect HubSpot").click()
    consent(page, "Allow")
    expect(state(page, "HubSpot")).to_have_text("✓Ready")


def test_decline_that_leads_back(server, new_page, sandbox):
    sandbox.options(OAuthDenial="redirect")
    page = new_page()
    page.goto(server.url)
    button(page, "Connect HubSpot").click()
    consent(page, "Decline")
    expect(page.get_by_role("status")).to_contain_text("HubSpot is not connected yet.")


@pytest.mark.parametrize("how", ["used", "expired"])
def test_a_link_that_is_gone_is_replaced_by_the_next_click(server, new_page, sandbox, how):
    page = new_page()
    seen = links_of(page)

    def late(route):
        """The customer goes to lunch just after the click."""
        answer = route.fetch(max_redirects=0)
        sandbox.options(AdvanceSeconds=301)
        route.fulfill(response=answer)

    if how == "expired":
        page.route("**/connect", late, times=1)
    page.goto(server.url)
    button(page, "Connect HubSpot").click()
    if how == "used":
        expect(button(page, re.compile("Allow"))).to_be_visible()
        assert page.goto(seen[0]).status == 403
    expect(page.locator("body")).to_contain_text("Access is denied")
    page.goto(server.url)
    button(page, "Connect HubSpot").click()
    consent(page, "Allow")
    expect(state(page, "HubSpot")).to_have_text("✓Ready")
    assert len(set(seen)) == 2


def test_a_phone(server, new_page, picture):
    page = new_page(**PHONE)
    page.goto(server.url)
    for one in page.get_by_role("button").all():
        assert one.bounding_box()["height"] >= 44, "too small for a thumb"
    expect(button(page, "Connect HubSpot")).to_be_in_viewport()
    button(page, "Connect HubSpot").tap()
    consent(page, "Allow")
    expect(page.get_by_role("status")).to_have_text("✓HubSpot is connected.")
    assert styled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"
    picture(page, "connect-page-phone", height=500)


@pytest.mark.parametrize("where", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_long_name_does_not_make_the_page_wider(server, new_page, sandbox, where):
    seed = dict(SEED, AccountConnectors=[dict(one, Name="Donau" * 40 + str(one["Id"])) for one in SEED["AccountConnectors"]])
    sandbox.reset(seed)
    page = new_page(**where)
    page.goto(server.url)
    assert page.get_by_role("button").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    right = page.locator("main").bounding_box()
    for one in page.locator("main *").all():
        box = one.bounding_box()
        assert box is None or box["x"] + box["width"] <= right["x"] + right["width"] + 1, one.inner_html()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(server, new_page, scheme):
    page = new_page(color_scheme=scheme)
    # A slow style sheet must not make a difference
    page.route("**/style.css", lambda route: (time.sleep(0.3), route.continue_()))
    page.goto(server.url)
    button(page, "Connect HubSpot").click()
    consent(page, "Allow")
    expect(page.get_by_role("status")).to_be_visible()
    looked_at, faint = styled(page).evaluate(FAINT)
    assert looked_at > 15 and faint == []
    button(page, "Connect Salesforce").click()
    page.goto(server.url)
    expect(page.get_by_role("status")).to_contain_text("not connected yet")
    assert styled(page).evaluate(FAINT)[1] == []
    page.goto(server.url + "nowhere")
    expect(page.get_by_role("heading", name="This page does not exist")).to_be_visible()
    assert styled(page).evaluate(FAINT)[1] == []


def test_a_keyboard_is_enough(server, new_page):
    page = new_page()
    page.goto(server.url)
    page.keyboard.press("Tab")
    expect(button(page, "Connect HubSpot")).to_be_focused()
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(width.removesuffix("px")) >= 2, "nobody sees where they are"
    page.keyboard.press("Enter")
    consent(page, "Allow")
    expect(state(page, "HubSpot")).to_have_text("✓Ready")


def test_nothing_comes_from_elsewhere_and_no_script_runs(server, new_page):
    page = new_page(java_script_enabled=False)
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(server.url)
    assert [url.removeprefix(server.url) for url in asked if not url.startswith("data:")] == ["", "static/style.css"]
    button(page, "Connect HubSpot").click()
    consent(page, "Allow")
    expect(state(page, "HubSpot")).to_have_text("✓Ready")
    assert [line for line in complaints if "favicon" not in line] == []


def test_no_link_and_no_secret_on_the_terminal(server, new_page, sandbox):
    page = new_page()
    seen = links_of(page)
    page.goto(server.url + "?note=CANARY-in-the-address")
    button(page, "Connect HubSpot").click()
    consent(page, "Allow")
    expect(page.get_by_role("status")).to_be_visible()
    sandbox.faults([{"method": "GET", "path": "/v1.0/*", "fault": "status:400"}])
    page.goto(server.url)
    expect(page.get_by_role("heading")).to_have_text("This does not work at the moment")
    server.end()
    token = parse_qs(urlsplit(seen[0]).query)["token"][0]
    assert "POST /connect" in server.log and "a link for connector 511" in server.log and "GET / HTTP" in server.log
    for secret in (token, "updateaccountconnectoroauth", ansible_programs.SANDBOX_CLIENT["client_secret"], "CANARY"):
        assert secret not in server.log
