# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role onboard_account and the playbooks that call it, by full name as a user does."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager

import pytest
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import PLAYBOOK
from ansible_collections.cyclr.ipaas.tests.support.customers import link_of
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import IN_PROCESS, MODULES, told, writes

PREFIX = "cyclr.ipaas.onboard_account : "


def named(play):
    """Results by task name, without the role's prefix."""
    return {name.replace(PREFIX, ""): task for name, task in play.results.items()}


def artifact(play, key="cyclr_onboarding_local"):
    """The custom statistics of the run, as AWX keeps them."""
    printed = play.stdout.split("RUN: ", 1)[1]
    return json.JSONDecoder().raw_decode(printed)[0][key]


def connectors(sandbox, account_id):
    return [raw["Name"] for raw in sandbox.state()["AccountConnectors"] if raw["AccountId"] == account_id]


SHOW_STATS = dict(ANSIBLE_SHOW_CUSTOM_STATS="1")


def test_from_nothing_to_there(runner):
    play = runner.four_ways("role_onboard_account", environment=SHOW_STATS)
    changed = ["Create or update the account", "Install the partner connector", "Install further connectors"]
    assert [name.replace(PREFIX, "") for name in play.changed] == changed
    assert named(play)["Look at the changes"].result["msg"] == [
        "account created", "Acme Platform installed", "HubSpot installed", "Mailchimp installed", "Salesforce EMEA installed",
    ]
    result = artifact(play)["Hooli + Söhne / 1"]
    assert result["changed"] and not result["ready"]
    assert artifact(play.second)["Hooli + Söhne / 1"]["changed"] is False
    assert sorted(connectors(runner.sandbox, "Hooli + Söhne / 1")) == ["Acme Platform", "HubSpot", "Mailchimp", "Salesforce EMEA"]


def test_logs_in_once(runner):
    play = runner.run("role_onboard_account")
    assert told(play.journal).count("POST /oauth/token") == 1


def test_links_stay_out_of_output_and_artifact(runner):
    play = runner.run("role_oauth", "-vvv", environment=SHOW_STATS)
    shown = named(play)["Show the links"].result["msg"]
    links = shown["oauth_links"]
    assert [link["name"] for link in links] == ["HubSpot", "Salesforce"]
    assert all(link["url"].startswith(runner.sandbox.url + "/connectorauth/") and link["expires_at"] for link in links)
    kept = artifact(play)["hooli"]
    assert [link["url"] for link in kept["oauth_links"]] == [None, None]
    assert "deployment" not in kept
    # All that the run printed, but for the task that was asked to show them
    printed = play.output.split("TASK [Show the links]")[0]
    for secret in [link["url"].split("token=")[1].split("&")[0] for link in links] + [shown["deployment"]["token"]]:
        assert secret in play.output and secret not in printed
    assert not any("token=" in json.dumps(task.result) for task in play.tasks if task.name != "Show the links")


def test_links_are_revealed_on_request(runner):
    play = runner.run("role_oauth", variables=dict(onboard_account_reveal_links=True), environment=SHOW_STATS)
    kept = artifact(play)["hooli"]
    assert all("token=" in link["url"] for link in kept["oauth_links"])
    assert "deployment" not in kept
    links = [f"account hooli, open within five minutes, works once, {link['name']}: {link['url']}" for link in kept["oauth_links"]]
    assert named(play)["Show the links, each works once and within five minutes"].result["msg"] == links


def test_check_mode_shows_what_would_change(runner):
    play = runner.run("role_oauth", "--diff", check=True)
    assert '+    "name": "HubSpot"' in play.output


def test_a_new_link_is_no_change(runner):
    runner.run("role_oauth")
    second = runner.run("role_oauth")
    assert second.changed == []
    assert told(second.writes) == ["POST /v1.0/accounts/hooli/signintoken"] * 2


def test_ready_after_the_consent(runner):
    first = runner.run("role_oauth")
    for link in named(first)["Show the links"].result["msg"]["oauth_links"]:
        runner.sandbox.authorise(link["url"])
    second = runner.run("role_oauth")
    result = named(second)["Show the links"].result["msg"]
    assert result["ready"] and result["oauth_links"] == [] and not result["changed"]
    assert not second.writes


def test_waits_for_the_consent(runner):
    """Somebody consents while the role waits; it ends by itself and says that all is ready."""
    began = time.monotonic()
    with customer(runner.sandbox, links=2):
        play = runner.run("role_oauth", variables=dict(onboard_account_wait_for_oauth=300))
    result = named(play)["Show the links"].result["msg"]
    assert result["ready"], play
    assert all(connector["authenticated"] for connector in result["account_connectors"])
    assert time.monotonic() - began < 120
    assert "account hooli waits for HubSpot, Salesforce to be authorized, 300 seconds left" in " ".join(play.output.split())


@pytest.mark.parametrize("playbook", ["onboard_account", "onboard_accounts"])
def test_the_run_that_waits_for_the_consent_starts_the_integration(runner, tmp_path, playbook):
    variables = dict(
        onboard_account_id="hooli",
        onboard_account_partner=dict(source_account_id="templates"),
        onboard_account_connectors=[dict(connector="HubSpot")],
        onboard_account_oauth=dict(target_origin="https://app.example.com/done", username="onboarding@example.com"),
        onboard_account_wait_for_oauth=300,
        onboard_account_cycles=[dict(template="New Acme contacts to HubSpot")],
    )
    arguments = [] if playbook == "onboard_account" else ["-i", "hooli,"]
    with customer(runner.sandbox, links=1):
        done = by_name(runner, playbook, variables, *arguments, environment=SHOW_STATS)
    assert done.returncode == 0, done.stdout
    assert [(raw["Name"], raw["Status"]) for raw in runner.sandbox.state()["Cycles"]] == [("New Acme contacts to HubSpot", "Active")]
    result = artifact(done)["hooli"]
    assert result["ready"] and result["cycles"] == [dict(name="New Acme contacts to HubSpot", running=True, reason=None)]
    # It was installed once, after the wait, and nothing is left to do.
    requests = told(runner.sandbox.journal())
    assert len([request for request in requests if request.endswith("/install") and "/templates/" in request]) == 1
    before = len(requests)
    again = by_name(runner, playbook, variables, *arguments)
    assert again.returncode == 0 and not writes(runner.sandbox.journal()[before:]), again.stdout


@contextmanager
def customer(sandbox, links):
    """Somebody who authorizes all connectors of the account `hooli` with links of their own, as soon as the role waits for it."""
    answers = []

    def consent():
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and len(answers) < links:
            time.sleep(0.5)
            if waits_for_consent(sandbox, links):
                for raw in sandbox.state()["AccountConnectors"]:
                    if raw["AccountId"] == "hooli" and not raw["Authenticated"]:
                        answers.append(sandbox.authorise(link_of(sandbox, raw)))

    thread = threading.Thread(target=consent)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def waits_for_consent(sandbox, links):
    """Whether the role has created the links and then read the connectors again, as it does when it begins to wait."""
    requests = [(request["method"], request["path"]) for request in sandbox.journal()]
    created = [place for place, request in enumerate(requests) if request[1].endswith("/signintoken")]
    return len(created) >= links and ("GET", "/v1.0/account/connectors") in requests[created[links - 1] :]


def test_goes_on_when_the_time_is_over(runner):
    play = runner.run("role_oauth", variables=dict(onboard_account_wait_for_oauth=2))
    assert named(play)["Show the links"].result["msg"]["ready"] is False
    assert "waits for HubSpot, Salesforce to be authorized, 2 seconds left" in " ".join(play.output.split())


def test_says_why_though_output_is_hidden(runner):
    variables = dict(onboard_account_id="hooli", onboard_account_connectors=[dict(connector="HubSpot"), dict(connector="Nope")])
    done = by_name(runner, "onboard_account", variables)
    assert done.returncode != 0
    assert "Install further connectors: Nope: connector: account 'hooli' has no connector 'Nope'" in done.stdout


@pytest.mark.parametrize(
    "variables, told_text",
    [
        (dict(onboard_account_oauth=dict(service_domain="x")), "Create OAuth links: missing required arguments: target_origin"),
        (dict(onboard_account_partner=dict(source_account_id="templates", via="mail")), "value of via must be one of"),
        (dict(onboard_account_connectors=[dict(conector="HubSpot")]),
         "without a name: conector: not an option of cyclr.ipaas.cyclr_connector_install; did you mean 'connector'"),
        (dict(onboard_account_wait_for_oauth="soon"), "wait_for_oauth: must be a whole number"),
    ],
)
def test_variables_are_checked_first(runner, variables, told_text):
    done = by_name(runner, "onboard_account", dict(variables, onboard_account_id="hooli"))
    assert done.returncode != 0
    assert told_text in " ".join((done.stdout + done.stderr).split())
    assert runner.sandbox.journal() == []


@pytest.mark.parametrize(
    "variables, told_text",
    [
        (dict(onboard_account_connectors=[dict(connector="HubSpot"), dict(name="x")]), "connectors: x: state is present but any of the following are missing"),
        (dict(onboard_account_connectors=[dict(connector="HubSpot", api_key="key-4711", auth_value="value-4711")]), "HubSpot: parameters are mutually"),
        (dict(onboard_account_partner=dict(source_account_id="templates", via="marketplace")), "via is marketplace but all of the following are missing"),
    ],
)
@pytest.mark.parametrize("mode", [MODULES, IN_PROCESS])
def test_the_options_of_all_modules_are_checked_first(runner, variables, told_text, mode):
    done = by_name(runner, "onboard_account", dict(variables, onboard_account_id="hooli"), environment=mode)
    assert done.returncode != 0
    assert told_text in " ".join((done.stdout + done.stderr).split())
    assert runner.sandbox.journal() == []


WRONG = [
    (dict(onboard_account_oauth=dict(service_domain="x")), "Create OAuth links: missing required arguments: target_origin"),
    (dict(onboard_account_settings=dict(timezon="UTC")), "Create or update the account: timezon: not an option of cyclr.ipaas.cyclr_account; did you mean"),
    (dict(onboard_account_partner=dict(source_account_id="templates", via="mail")), "Install the partner connector: value of via must be one of"),
    (dict(onboard_account_connectors=[dict(connector="HubSpot"), dict(connector="Mailchimp", update_auth="never")]),
     "Install further connectors: Mailchimp: value of update_auth must be one of"),
    (
        dict(onboard_account_cycles=[dict(template="Contacts to HubSpot", state="on")]),
        "Set up integrations: Contacts to HubSpot: value of state must be one of",
    ),
]  # fmt: skip
STEPS = ["links", "account", "partner", "connectors", "integrations"]


def without_breaks(done):
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("wrong, told_text", WRONG, ids=STEPS)
def test_a_wrong_option_is_refused_with_step_and_account_before_the_first_request(runner, wrong, told_text):
    done = by_name(runner, "onboard_account", dict(wrong, onboard_account_id="hooli"))
    assert done.returncode != 0
    assert "hooli: " + told_text in without_breaks(done)
    assert runner.sandbox.journal() == []


@pytest.mark.parametrize("wrong, told_text", WRONG, ids=STEPS)
def test_a_wrong_option_of_one_account_among_fifty_is_refused_before_its_first_request(runner, tmp_path, wrong, told_text):
    hosts = {"host-%02d" % number: dict(onboard_account_id="customer-%02d" % number) for number in range(50)}
    hosts["host-31"].update(wrong)
    inventory = tmp_path / "customers.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    done = by_name(runner, "onboard_accounts", {}, "--check", "-i", str(inventory))
    assert done.returncode != 0
    assert told_text in without_breaks(done) and "failed   customer-31" in done.stdout
    asked = {path.rpartition("/")[2] for path in told(runner.sandbox.journal())}
    assert {"customer-%02d" % number for number in range(50)} - asked == {"customer-31"}


def test_a_wrong_option_of_fifty_accounts_is_refused_before_the_first_request(runner, tmp_path):
    inventory = tmp_path / "customers.json"
    hosts = {"customer-%02d" % number: {} for number in range(50)}
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": WRONG[3][0]}}), encoding="utf-8")
    done = by_name(runner, "onboard_accounts", {}, "-i", str(inventory))
    assert done.returncode != 0
    summary = without_breaks(done)
    assert WRONG[3][1] in summary and all(host in summary.partition("TASK [Sum up]")[2] for host in hosts)
    assert runner.sandbox.journal() == []


def test_localhost_is_no_account(runner):
    done = by_name(runner, "onboard_account", {})
    assert done.returncode != 0
    assert "Set onboard_account_id to the API ID of the account" in done.stdout + done.stderr
    assert runner.sandbox.journal() == []


def by_name(runner, playbook, variables, *arguments, environment=None):
    """A playbook of the collection by its full name."""
    command = [PLAYBOOK, f"cyclr.ipaas.{playbook}", "--extra-vars", json.dumps(variables), *arguments]
    environment = runner.environment(**{**IN_PROCESS, **(environment or {})})
    return ansible_programs.run(command, environment, runner.directory)


def test_accounts_as_hosts(runner, tmp_path):
    """Each account has its own result, and one login serves all of them."""
    hosts = {"hooli": {}, "pied-piper": {"onboard_account_name": "Pied Piper"}, "third": {"cyclr_account_id": "number three"}}
    inventory = tmp_path / "customers.yml"
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": {"onboard_account_connectors": [{"connector": "HubSpot"}]}}}), encoding="utf-8")
    done = by_name(runner, "onboard_accounts", {}, "-i", str(inventory), environment=dict(ANSIBLE_SHOW_CUSTOM_STATS="1"))
    assert done.returncode == 0, done.stdout
    for account_id in ("hooli", "pied-piper", "number three"):
        assert connectors(runner.sandbox, account_id) == ["HubSpot"]
        assert f'"{account_id}": {{' in done.stdout
    assert told(runner.sandbox.journal()).count("POST /oauth/token") == 1


def test_a_failed_account_does_not_stop_the_others(runner, tmp_path):
    hosts = {"hooli": {}, "broken": {"onboard_account_timezone": "Mars/Olympus"}}
    inventory = tmp_path / "customers.yml"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    done = by_name(runner, "onboard_accounts", {}, "-i", str(inventory))
    assert done.returncode != 0
    assert "timezone: 'Mars/Olympus' is not a valid IANA time zone" in done.stdout
    ids = [raw["Id"] for raw in runner.sandbox.state()["Accounts"]]
    assert "hooli" in ids and "broken" not in ids


def test_an_access_token_is_enough(runner):
    """With a token and no client credentials the role does not log in."""
    import requests

    form = dict(grant_type="client_credentials", client_id="sandbox-client", client_secret="sandbox-secret")
    token = requests.post(runner.sandbox.url + "/oauth/token", data=form, timeout=10).json()["access_token"]
    credentials = dict(CYCLR_ACCESS_TOKEN=token, CYCLR_CLIENT_ID="", CYCLR_CLIENT_SECRET="")
    done = by_name(runner, "onboard_account", dict(onboard_account_id="hooli"), environment=credentials)
    assert done.returncode == 0, done.stdout
    assert told(runner.sandbox.journal()).count("POST /oauth/token") == 1
    assert token not in done.stdout


OFFBOARD = dict(offboard_account_id="hooli", offboard_account_id_again="hooli")


@pytest.mark.parametrize(
    "variables, told_text",
    [
        (dict(OFFBOARD), "Run again with -e confirm=true"),
        (dict(OFFBOARD, confirm=False), "Run again with -e confirm=true"),
        (dict(OFFBOARD, offboard_account_id_again="holi", confirm=True), "The two account IDs differ"),
        (dict(offboard_account_id="", offboard_account_id_again="", confirm=True), "The two account IDs differ or are empty"),
    ],
)
def test_offboarding_refuses(runner, variables, told_text):
    runner.run("role_oauth")
    runner.sandbox.clear_journal()
    done = by_name(runner, "offboard_account", variables)
    assert done.returncode != 0
    assert told_text in done.stdout
    assert not writes(runner.sandbox.journal())


def test_offboarding(runner):
    runner.run("role_oauth")
    done = by_name(runner, "offboard_account", dict(OFFBOARD, confirm=True))
    assert done.returncode == 0, done.stdout
    assert all(name in done.stdout for name in ("Acme Platform", "HubSpot", "Salesforce"))
    assert "hooli" not in [raw["Id"] for raw in runner.sandbox.state()["Accounts"]]
    again = by_name(runner, "offboard_account", dict(OFFBOARD, confirm=True))
    assert again.returncode != 0 and "Account hooli does not exist" in again.stdout
