# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sandbox, the role, a headless Chromium, and the company's own application that the customer comes from and goes back to."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

import pytest
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving
from ansible_collections.cyclr.ipaas.tools import programs
from playwright.sync_api import sync_playwright

# Where the pictures go. `make pictures` lets them go where the guides take them from.
PICTURES = Path(os.environ.get("CYCLR_TESTS_PICTURES") or Path(__file__).resolve().parents[1] / "output" / "pictures")
VIEWPORT = dict(width=720, height=560)
PHONE = dict(viewport=dict(width=360, height=740), device_scale_factor=2, is_mobile=True, has_touch=True)
# A page of the customer's own application: opens the link in a popup and shows what it posts back.
OPENER = """<!doctype html><title>Globex</title><button id="connect">Connect</button><p id="heard">nothing yet</p>
<script>
  const link = new URLSearchParams(location.hash.slice(1)).get('link');
  document.getElementById('connect').onclick = () => window.open(link, 'consent', 'popup,width=480,height=640');
  window.addEventListener('message', event => {
    document.getElementById('heard').textContent = event.data + ' from ' + event.origin;
  });
</script>"""


@pytest.fixture(scope="session")
def chromium():
    found = programs.browser()
    assert found, "These tests need a Chromium or Chrome: install one (Debian: apt-get install chromium) or set CHROMIUM to its path"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    arguments += ["--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium):
    """Windows of somebody who has never been here."""
    contexts = []

    def new_page(**how):
        context = chromium.new_context(**{"viewport": VIEWPORT, **how})
        contexts.append(context)
        context.set_default_timeout(15000)
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def phone(new_page):
    return new_page(**PHONE)


@pytest.fixture
def picture():
    """Keep what a person sees. A guide shows it as `../images/NAME.png`; tests/unit/docs/test_pictures.py reads the names from the calls."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def picture(page, name, height=None):
        page.wait_for_load_state()
        clip = dict(x=0, y=0, width=page.viewport_size["width"], height=height or page.viewport_size["height"])
        page.screenshot(path=str(PICTURES / f"{name}.png"), clip=clip, animations="disabled", caret="hide")

    return picture


def _application(_method, path, _headers, _body):
    page = OPENER if path.startswith("/opener") else "<!doctype html><title>Globex</title><h1>Welcome back</h1>"
    return 200, {"Content-Type": "text/html; charset=utf-8"}, page.encode()


@pytest.fixture(scope="session")
def application():
    """The origin of the company's own application."""
    with serving(_application) as server:
        yield server.url


class Onboarding:
    """Runs of the role for one account, as a user makes them."""

    def __init__(self, sandbox, directory):
        self.sandbox = sandbox
        self.directory = directory

    def command(self, variables):
        return [ansible_programs.PLAYBOOK, "cyclr.ipaas.onboard_account", "-i", "localhost,", "--extra-vars", json.dumps(variables)]

    def environment(self):
        # Line by line, as on a terminal
        return ansible_programs.environment(self.directory, self.sandbox, PYTHONUNBUFFERED="1", ANSIBLE_SHOW_CUSTOM_STATS="1")

    def variables(self, application, flow="service_domain", message=None, **more):
        oauth = dict(flow=flow, target_origin=application if message else application + "/done")
        if message:
            oauth["callback_message"] = message
        return dict(
            onboard_account_id="globex-42",
            onboard_account_name="Globex Ltd",
            onboard_account_partner=dict(source_account_id="templates"),
            onboard_account_connectors=[dict(connector="HubSpot")],
            onboard_account_oauth=oauth,
            onboard_account_reveal_links=True,
            **more,
        )

    def run(self, variables):
        """What the role says of the account in the end."""
        done = ansible_programs.run(self.command(variables), self.environment(), self.directory)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.result(done.stdout)

    def start(self, variables):
        """The same, while it runs."""
        return ansible_programs.start(self.command(variables), self.environment(), self.directory)

    @staticmethod
    def result(output):
        kept = output.split("RUN: ", 1)[1]
        return json.JSONDecoder().raw_decode(kept)[0]["cyclr_onboarding_local"]["globex-42"]


@pytest.fixture
def onboarding(sandbox, tmp_path):
    return Onboarding(sandbox, tmp_path)


@pytest.fixture
def link(onboarding, application):
    """A link from a fresh run of the role."""
    return functools.partial(_link, onboarding, application)


def _link(onboarding, application, **how):
    result = onboarding.run(onboarding.variables(application, **how))
    assert not result["ready"]
    return result["oauth_links"][0]["url"]
