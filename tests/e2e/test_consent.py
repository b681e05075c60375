# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The moment that the customer sees: the link of the role, opened in a real browser."""

from __future__ import annotations

import re
import time
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

FLOWS = pytest.mark.parametrize("flow", ["service_domain", "api_domain"])


def consent(page, answer="Allow"):
    page.get_by_role("button", name=re.compile(answer)).click()


@FLOWS
def test_redirect_to_the_target(flow, link, page, application, onboarding, picture):
    url = link(flow=flow)
    page.goto(url)
    expect(page.get_by_role("button", name=re.compile("Allow"))).to_be_visible()
    expect(page.locator("body")).to_contain_text("HubSpot")
    if flow == "service_domain":
        picture(page, "consent")
    consent(page)
    page.wait_for_url(application + "/done*")
    expect(page.locator("h1")).to_have_text("Welcome back")
    after = onboarding.run(onboarding.variables(application, flow=flow))
    assert after["ready"] and after["oauth_links"] == [] and not after["changed"]


@FLOWS
def test_message_to_the_opener(flow, link, page, application, onboarding, sandbox):
    url = link(flow=flow, message="hubspot-connected")
    page.goto(f"{application}/opener#link={quote(url, safe='')}")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Connect").click()
    consent(opened.value)
    expect(page.locator("#heard")).to_have_text(f"hubspot-connected from {sandbox.url}")
    assert onboarding.run(onboarding.variables(application, flow=flow))["ready"]


@FLOWS
@pytest.mark.parametrize("ends", ["page", "redirect"])
def test_declined(flow, ends, link, page, application, onboarding, sandbox, picture):
    sandbox.options(OAuthDenial=ends)
    page.goto(link(flow=flow))
    consent(page, "Decline")
    if ends == "redirect":
        page.wait_for_url(application + "/done*")
    else:
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("body")).to_contain_text(re.compile("declined|refused|not (given|granted|connected)", re.IGNORECASE))
        if flow == "service_domain":
            picture(page, "consent-declined", height=350)
    after = onboarding.run(onboarding.variables(application, flow=flow))
    assert not after["ready"]
    installed = [raw for raw in sandbox.state()["AccountConnectors"] if raw["AccountId"] == "globex-42"]
    assert [raw["Name"] for raw in installed if not raw["Authenticated"]] == ["HubSpot"]


@FLOWS
def test_used_link(flow, link, page, new_page, application, picture):
    url = link(flow=flow)
    page.goto(url)
    consent(page)
    page.wait_for_url(application + "/done*")
    # Whoever finds it in a mail afterwards
    other = new_page()
    answer = other.goto(url)
    assert answer.status == 403
    expect(other.locator("body")).to_contain_text("Forbidden: Access is denied.")
    if flow == "service_domain":
        picture(other, "link-used", height=350)


@FLOWS
def test_expired_link(flow, link, page, sandbox):
    url = link(flow=flow)
    sandbox.options(AdvanceSeconds=301)
    answer = page.goto(url)
    assert answer.status == 403
    expect(page.locator("body")).to_contain_text("Forbidden: Access is denied.")


def test_a_phone_shows_it_without_scrolling(link, phone, picture):
    phone.goto(link())
    for name in ("Allow", "Decline"):
        button = phone.get_by_role("button", name=re.compile(name))
        expect(button).to_be_in_viewport()
        assert button.bounding_box()["height"] >= 40, "too small for a thumb"
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"
    picture(phone, "consent-phone", height=520)


def test_the_waiting_role_ends_by_itself(onboarding, application, page):
    """The role shows the link, says whom it waits for, and goes on when the customer has consented."""
    running = onboarding.start(onboarding.variables(application, onboard_account_wait_for_oauth=300))
    output, opened = "", False
    deadline = time.monotonic() + 120
    for line in running.stdout:
        output += line
        assert time.monotonic() < deadline, output
        shown = re.search(r"HubSpot: (http\S+)", line)
        if shown and not opened:
            opened = True
            page.goto(shown[1])
        if "waits for HubSpot to be authorized" in line and page.url != application + "/done":
            consent(page)
            page.wait_for_url(application + "/done*")
    assert running.wait() == 0, output
    assert opened, output
    assert re.search(r"waits for HubSpot to be authorized, (300|29\d) seconds left", output)
    assert onboarding.result(output)["ready"]
