# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fleet report in a real browser, as whoever looks after the accounts uses it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect

from ansible_collections.cyclr.ipaas.tests.e2e import fleet
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs

# On one worker, which writes each page once.
pytestmark = pytest.mark.xdist_group("fleet_report")

PHONE = dict(viewport=dict(width=360, height=740), device_scale_factor=1.5, is_mobile=True, has_touch=True)
DESKTOP = dict(viewport=dict(width=1000, height=620))
SINCE = fleet.days_ago(30)[:10]
# The day on which the pictures were taken, for ever.
FREEZE = "document.querySelector('time').textContent = '2026-11-24 09:30 UTC'"

# A page that a name could break out of would set `bad`, ask for an address, or show a heading of its own.
HOSTILE = [
    "<script>window.bad = 1</script>",
    "\"'><img src=http://127.0.0.1:9/x onerror=window.bad=2>",
    "</script><script>window.bad = 3</script>",
    "</title></style><h1 id=bad>bad</h1>",
    "javascript:window.bad=4",
    "{{ 7 * 191 }}",
    "\u202eevil",
    "w" * 300,
]


@pytest.fixture(scope="module")
def written(_sandbox, tmp_path_factory):
    """The page for a seed, written by the playbook."""
    made = {}

    def written(name, seed, **variables):
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            inventory = folder / "fleet.cyclr.yml"
            inventory.write_text("plugin: cyclr.ipaas.accounts\nconnectors: true\ncycles: true\n", encoding="utf-8")
            _sandbox.reset(seed)
            variables = dict(variables, fleet_report_source_account_id="templates", fleet_report_errors_since=SINCE)
            variables["fleet_report_path"] = str(folder / "fleet.html")
            command = [ansible_programs.PLAYBOOK, "cyclr.ipaas.fleet_report", "-i", inventory, "--extra-vars", json.dumps(variables)]
            done = ansible_programs.run(command, ansible_programs.environment(folder, _sandbox), folder)
            assert done.returncode == 0, done.stdout + done.stderr
            made[name] = (folder / "fleet.html").as_uri()
        return made[name]

    return written


@pytest.fixture
def opened(new_page):
    """Open a page; whatever it asks for or complains about is in `asked` and `complaints`."""

    def opened(address, **how):
        page = new_page(**{**DESKTOP, **how})
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(address)
        return page

    return opened


@pytest.fixture
def report(written, opened):
    def report(**how):
        return opened(written("fleet", fleet.seed()), **how)

    return report


def names(page):
    """The accounts that are shown, from top to bottom."""
    return page.evaluate("[...document.querySelectorAll('tbody tr')].filter(row => row.checkVisibility()).map(row => row.cells[0].firstChild.textContent)")


def button(page, name):
    return page.locator(".tools").get_by_role("button", name=name, exact=True)


def heading(page, name):
    return page.locator("thead").get_by_role("button", name=name, exact=True)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_all_there_and_nothing_from_elsewhere(report, picture):
    page = report()
    assert names(page) == sorted(fleet.CUSTOMERS, key=str.lower)
    expect(page.get_by_role("status")).to_have_text("40 accounts")
    # The first chart: as wide as the numbers say.
    total = page.locator("svg.all").bounding_box()["width"]
    for part in page.locator("svg.all rect").all():
        count = int(re.search(r": (\d+) accounts", part.locator("title").text_content())[1])
        assert part.bounding_box()["width"] == pytest.approx(total * count / 40, abs=1)
    assert page.locator(".oldest li").count() == 5
    assert [address for address in page.asked if not address.startswith(("file:", "data:"))] == []
    assert len([address for address in page.asked if address.startswith("file:")]) == 1
    assert page.complaints == []
    assert fits(page)
    page.evaluate(FREEZE)
    picture(page, "fleet-report")


def test_filter(report):
    page = report()
    button(page, "Waits for OAuth").click()
    waiting = names(page)
    assert 0 < len(waiting) < 40
    expect(page.get_by_role("status")).to_have_text(f"{len(waiting)} of 40 accounts")
    button(page, "Missing").click()
    both = names(page)
    assert set(waiting) < set(both)
    # Of one connector: no account that only waits for another one
    button(page, "Missing").click()
    page.get_by_label("Connector", exact=True).select_option("Salesforce")
    assert set(names(page)) < set(waiting)
    page.get_by_label("Search").fill("STERLING customer-133")
    assert names(page) == ["Sterling Cooper"]
    page.get_by_label("Search").fill("no such account")
    assert names(page) == []
    expect(page.get_by_role("status")).to_have_text("0 of 40 accounts")
    page.get_by_label("Search").fill("")
    page.get_by_label("Connector", exact=True).select_option("All connectors")
    button(page, "Waits for OAuth").click()
    assert len(names(page)) == 40


def test_integrations(report, picture):
    """By name and state, with the reasons why they cannot start, and their errors."""
    page = report()
    row = page.locator("tbody tr", has_text="Aperture Optics")
    expect(row.locator("td.integrations")).to_contain_text("HubSpot has to be authorized")
    expect(page.locator("tbody tr", has_text="Baxter Freight").locator("td.integrations")).to_contain_text("2 errors, the newest: Mailchimp: the list is full")
    expect(page.locator(".reasons")).to_contain_text("HubSpot has to be authorized")
    assert fleet.DETAILS not in page.content()
    page.locator(".card", has_text="Integrations by state").evaluate("card => card.scrollIntoView()")
    picture(page, "fleet-report-integrations", height=580)
    # The state is that of the integration, if one is chosen.
    button(page, "Cannot start").click()
    cannot_start = names(page)
    assert 0 < len(cannot_start) < 40
    page.get_by_label("Integration", exact=True).select_option(fleet.SIGN_UPS)
    assert 0 < len(names(page)) < len(cannot_start)
    button(page, "Cannot start").click()
    button(page, "Running").click()
    assert not set(names(page)) & set(cannot_start)
    page.get_by_label("Connector", exact=True).select_option("Xero")
    both = names(page)
    page.get_by_label("Integration", exact=True).select_option("All integrations")
    assert set(both) <= set(page.evaluate("[...document.querySelectorAll('tbody tr')].map(row => row.cells[0].firstChild.textContent)"))
    page.get_by_label("Connector", exact=True).select_option("All connectors")
    button(page, "Running").click()
    # Accounts without integrations come last, in both directions.
    for worst in ("cannot_start", "running"):
        heading(page, "Integrations").click()
        states = page.evaluate("[...document.querySelectorAll('tbody tr')].map(row => (row.dataset.c.match(/i\\d+:(\\w+)/) || [])[1] || null)")
        known = [state for state in states if state]
        assert states[: len(known)] == known and (known[-1] if worst == "cannot_start" else known[0]) == "cannot_start"


def test_sort(report):
    page = report()
    by_name = names(page)
    heading(page, "Account").click()
    assert names(page) == by_name[::-1]
    heading(page, "Age").click()
    ages = page.evaluate("[...document.querySelectorAll('td.age')].map(cell => parseInt(cell.textContent))")
    assert ages == sorted(ages) and ages[0] < ages[-1]
    expect(page.locator("th[data-key=age]")).to_have_attribute("aria-sort", "ascending")
    assert page.locator("th[aria-sort]").count() == 1
    # By a connector: who has none of it comes last, whichever the direction.
    for worst, best in (("ready", "waits_for_oauth"), ("waits_for_oauth", "ready")):
        heading(page, "Salesforce").click()
        number = page.locator("th", has_text="Salesforce").get_attribute("data-key")
        column = page.locator("select#connector option", has_text="Salesforce").get_attribute("value")
        assert number == column
        states = page.evaluate(f"[...document.querySelectorAll('tbody tr')].map(row => (row.dataset.c.match(/(?:^| ){column}:(\\w+)/) || [])[1] || null)")
        known = [state for state in states if state]
        assert states[: len(known)] == known, "accounts without it are not last"
        assert known[0] == worst and known[-1] == best
    # What is filtered stays filtered.
    page.get_by_label("Search").fill("hooli")
    heading(page, "State").click()
    assert names(page) == ["Hooli"]


def test_with_the_keyboard_alone(report):
    page = report()
    seen = set()
    for _press in range(40):
        page.keyboard.press("Tab")
        element = page.evaluate("(() => { const e = document.activeElement; return e.tagName + ' ' + (e.ariaLabel || e.textContent.slice(0, 20)); })()")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if element.startswith("BODY"):
            break
        assert outline != "none", f"{element}: the focus is not visible"
        seen.add(element)
        if element == "BUTTON Missing":
            page.keyboard.press("Space")
            expect(page.get_by_role("status")).to_have_text("3 of 40 accounts")
        if element == "BUTTON Age":
            page.keyboard.press("Enter")
            expect(page.locator("th[data-key=age]")).to_have_attribute("aria-sort", "ascending")
    assert {"INPUT Search", "SELECT Connector", "BUTTON Ready", "BUTTON Missing", "DIV Accounts by connectors", "BUTTON Account", "BUTTON HubSpot"} <= seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readable_in_light_and_dark(scheme, report, picture):
    page = report(color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) == (scheme == "dark")
    # WCAG's contrast of every text, 4.5 to 1 or better
    poor = page.evaluate(
        """() => {
          const parse = (text) => text.match(/[\\d.]+/g).map(Number);
          const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255).map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
          const ground = (e) => {
            for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
          };
          const ratio = (e) => {
            const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
            return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          };
          return [...document.querySelectorAll('h1, h2, p, b, li, .tiles span, .bars span, .s, th button, td.age, tbody th, small, .tools button')]
            .filter((e) => e.textContent.trim() && e.checkVisibility())
            .map((e) => [e.textContent.trim().slice(0, 30), ratio(e)])
            .filter(([, found]) => found < 4.5);
        }"""
    )
    assert poor == []
    if scheme == "dark":
        page.evaluate("document.querySelector('.tools').scrollIntoView()")
        picture(page, "fleet-report-dark", height=520)


def test_on_a_phone(report, picture):
    page = report(**PHONE)
    assert fits(page), "the whole page scrolls sideways"
    # No headings to sort by: a list takes their place.
    expect(page.locator("thead")).to_be_hidden()
    page.get_by_label("Order").select_option("Oldest first")
    assert names(page)[0] == max(fleet.CUSTOMERS, key=lambda name: page.locator("tr", has_text=name).first.get_attribute("data-a").zfill(4))
    button(page, "Waits for OAuth").click()
    assert fits(page)
    for control in page.locator(".tools button, .tools input, .tools select").all():
        assert control.bounding_box()["height"] >= 32, "too small for a thumb"
    page.locator(".tools").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.tools').scrollIntoView(); document.querySelector(':focus')?.blur()")
    picture(page, "fleet-report-phone")


def test_in_print(report, tmp_path):
    page = report(color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", "ink for a dark page"
    expect(page.locator(".tools")).to_be_hidden()
    # The table is not cut to what a screen shows, and its headings are texts: buttons are left out where a heading is repeated.
    assert page.evaluate("(() => { const sheet = document.querySelector('.sheet'); return sheet.scrollHeight <= sheet.clientHeight + 1; })()")
    expect(heading(page, "Account")).to_be_hidden()
    assert "Account" in page.evaluate("getComputedStyle(document.querySelector('thead th'), '::before').content")
    assert page.evaluate("document.querySelector('table').scrollWidth <= document.querySelector('.sheet').clientWidth"), "a column is cut off"
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") in (4, 5)


def test_hostile_names(written, opened):
    seed = fleet.seed(HOSTILE)
    for number, name in enumerate(HOSTILE):
        seed["Connectors"].append({"Id": 100 + number, "Name": name, "Version": name, **fleet.API_KEY})
        seed["AccountConnectors"].append({"AccountId": "customer-101", "ConnectorId": 100 + number, "Name": name, "AuthValue": fleet.KEY})
    page = opened(written("hostile", seed, fleet_report_title=HOSTILE[3], fleet_report_columns=20))
    expect(page.locator("h1")).to_have_text(HOSTILE[3])
    expect(page).to_have_title(HOSTILE[3])
    assert page.evaluate("window.bad") is None and page.locator("#bad, main script, img").count() == 0
    # What reverses the direction of writing is not printable.
    shown = [name.replace("\u202e", " ") for name in HOSTILE]
    assert sorted(names(page)) == sorted(shown)
    assert set(shown) <= set(page.locator("#connector option").all_text_contents())
    page.get_by_label("Search").fill(HOSTILE[0])
    page.get_by_label("Connector", exact=True).select_option(HOSTILE[0])
    for name in ("State", HOSTILE[0]):
        heading(page, name).click()
        assert HOSTILE[0] in names(page) and page.evaluate("window.bad") is None
    assert page.complaints == []
    assert [address for address in page.asked if not address.startswith(("file:", "data:"))] == []
    assert fits(page)


def test_no_secret(written, opened):
    page = opened(written("fleet", fleet.seed()))
    for secret in (fleet.KEY, "acme-partner-key", "sandbox-secret"):
        assert secret not in page.content()


def test_a_thousand_accounts_stay_quick(written, opened, tmp_path):
    """Nothing takes long enough to be in the way, even where the machine is busy. (That the role writes so many is another test.)"""
    before, rows, after = re.split(r"(?<=<tbody>)|(?=</tbody>)", Path(unquote(urlsplit(written("fleet", fleet.seed())).path)).read_text(encoding="utf-8"))
    large = tmp_path / "thousand.html"
    large.write_text(before + rows * 25 + after, encoding="utf-8")
    page = opened(large.as_uri())
    expect(page.get_by_role("status")).to_have_text("1000 accounts")
    took = page.evaluate(
        """async () => {
          const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
          const search = document.getElementById('search'), took = {};
          const measure = async (name, act) => {
            const times = [];
            for (let i = 0; i < 5; i++) {
              await painted();
              const began = performance.now();
              act(i);
              document.body.offsetHeight;
              times.push(performance.now() - began);
            }
            took[name] = times.sort((a, b) => a - b)[0];
          };
          const type = (text) => { search.value = text; search.dispatchEvent(new Event('input')); };
          await measure('search', (i) => type(i % 2 ? 'globex' : 'o'));
          type('');
          await measure('filter', () => document.querySelector('.tools button').click());
          await measure('sort', () => document.querySelector('th[data-key=age] button').click());
          return took;
        }"""
    )
    assert {name: round(time) for name, time in took.items() if time > 1000} == {}, took
