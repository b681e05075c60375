# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks of operators, by full name and with variables as a command line gives them."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from cyclr_sandbox.state import seed
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK, told, writes

ESCAPE = "\x1b[2J"
REVERSED = "\u202e"
EXAMPLE = Path(__file__).parents[2] / "playbooks" / "vars" / "onboard_account.example.yml"


def play(runner, playbook, *arguments, **environment):
    """What a user types. Nobody is there to answer."""
    return subprocess.run(
        [PLAYBOOK, f"cyclr.ipaas.{playbook}", *arguments],
        env=runner.environment(**environment), cwd=runner.directory, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def flat(done):
    """On one line, also what a debug task shows as a list of lines."""
    return " ".join(re.sub(r'",\n {8}" *', " ", done.stdout + done.stderr).split())


def given(**variables):
    return [text for name, value in variables.items() for text in ("-e", f"{name}={value}")]


def twice(account_id, **more):
    return given(offboard_account_id=account_id, offboard_account_id_again=account_id, **more)


def accounts(runner):
    return [raw["Id"] for raw in runner.sandbox.state()["Accounts"]]


def with_objects(**more):
    built_in = seed.builtin()
    return {**built_in, **{kind: built_in.get(kind, []) + objects for kind, objects in more.items()}}


def copy_of_the_partner_connector(account_id, number):
    return {
        "AccountId": account_id, "Id": number, "Name": "Acme Platform", "ConnectorId": 20001, "AuthValue": "x", "IsPartnerIntegrationConnector": True,
    }  # fmt: skip


def customers(tmp_path, hosts, **variables):
    inventory = tmp_path / "customers.yml"
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}), encoding="utf-8")
    return ["-i", str(inventory)]


# -- offboard_account ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "The two account IDs differ or are empty. Nothing was deleted."),
        (given(confirm="true"), "as offboard_account_id and as offboard_account_id_again"),
        (given(account_id="globex", confirm="true"), "as offboard_account_id and as offboard_account_id_again"),
        (given(offboard_account_id="globex", confirm="true"), "Nothing was deleted"),
        (["-e", '{"offboard_account_id": null, "offboard_account_id_again": null, "confirm": true}'], "Nothing was deleted"),
        (twice("None", confirm="true"), "Account None does not exist"),
        (twice("vandelay", confirm="true"), "Account vandelay does not exist"),
        (["-e", '{"offboard_account_id": 1.10, "offboard_account_id_again": 1.10, "confirm": true}'], "offboard_account_id: must be text"),
        (twice("globex", confrim="true"), "Run again with -e confirm=true"),
        (twice("templates", confirm="true"), "-e cyclr_source_account_id=ID"),
        (twice("globex", confirm="true", cyclr_source_account_id="globex"), "globex is the account from which all others take your own connector"),
        (
            twice("globex", confirm="true") + ["-e", '{"onboard_account_partner": {"source_account_id": "globex"}}'],
            "globex is the account from which all others take your own connector",
        ),
    ],
)
def test_offboarding_is_refused(runner, arguments, says):
    done = play(runner, "offboard_account", *arguments)
    assert done.returncode != 0, done.stdout
    assert says in flat(done), done.stdout
    assert not writes(runner.sandbox.journal())
    assert "acme-partner-key" not in done.stdout


def test_a_number_is_an_account_id(runner):
    runner.reset(seed=with_objects(Accounts=[{"Id": "42", "Name": "The answer"}]))
    done = play(runner, "offboard_account", "-e", '{"offboard_account_id": 42, "offboard_account_id_again": "42", "confirm": true}')
    assert done.returncode == 0, done.stdout
    assert "42" not in accounts(runner) and "changed 42 (The answer) account deleted with 0 connector(s)" in flat(done)


def test_offboarding_says_what_it_would_delete(runner):
    done = play(runner, "offboard_account", *twice("globex"), "--check")
    assert done.returncode == 0, done.stdout
    assert "change globex (Globex Ltd) account deleted with 1 connector(s): Mailchimp" in flat(done)
    assert not writes(runner.sandbox.journal())


@pytest.mark.parametrize("more", [{}, {"cyclr_source_account_id": "templates"}])
def test_a_customer_with_the_partner_connector_can_be_deleted(runner, more):
    runner.reset(seed=with_objects(AccountConnectors=[copy_of_the_partner_connector(name, number) for name, number in (("globex", 900), ("initech", 901))]))
    done = play(runner, "offboard_account", *twice("globex", confirm="true", **more))
    assert done.returncode == 0, done.stdout
    assert "globex" not in accounts(runner)
    assert [line for line in told(runner.sandbox.journal()) if line == "GET /v1.0/accounts"] == ([] if more else ["GET /v1.0/accounts"])
    # Its copies do not make the original another one.
    done = play(runner, "offboard_account", *twice("templates", confirm="true"))
    assert done.returncode != 0 and "templates" in accounts(runner), done.stdout


def test_the_source_can_be_deleted_by_force(runner):
    for arguments in (twice("templates", confirm="true", cyclr_source_account_id="templates"), twice("templates", confirm="true")):
        runner.reset()
        done = play(runner, "offboard_account", *arguments, *given(offboard_account_force="true"))
        assert done.returncode == 0 and "templates" not in accounts(runner), done.stdout


RUNNING = [{"Id": f"0b1e8f0c-6a55-4b52-8c8e-1de0a6d1f{number:03}", "AccountId": "globex", "Name": f"Contacts {number}", "Status": status,
            "TemplateId": "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"} for number, status in enumerate(["Active", "Paused", "Active"])]  # fmt: skip


def statuses(runner):
    return {raw["Name"]: raw["Status"] for raw in runner.sandbox.state()["Cycles"] if raw["AccountId"] == "globex"}


@pytest.mark.parametrize("more, finishes", [
    ({}, "true"), ({"offboard_account_finish_queued": ""}, "true"),
    ({"offboard_account_finish_queued": "false"}, "false"), ({"offboard_account_finish_queued": False}, "false"),
])  # fmt: skip
def test_integrations_are_stopped_before_the_account_is_deleted(runner, more, finishes):
    runner.reset(seed=with_objects(Cycles=RUNNING))
    done = play(runner, "offboard_account", *twice("globex", confirm="true", **more))
    assert done.returncode == 0, done.stdout
    written = writes(runner.sandbox.journal())
    assert told(written) == [f"PUT /v1.0/cycles/{RUNNING[number]['Id']}/deactivate" for number in (0, 2)] + ["DELETE /v1.0/accounts/globex"]
    assert [one["query"] for one in written[:2]] == [f"finishQueuedTransactions={finishes}"] * 2
    assert "2 integration(s) stopped: Contacts 0, Contacts 2" in flat(done)


def test_offboarding_says_which_integrations_it_would_stop(runner):
    runner.reset(seed=with_objects(Cycles=RUNNING))
    done = play(runner, "offboard_account", *twice("globex"), "--check")
    assert done.returncode == 0 and "2 integration(s) stopped: Contacts 0, Contacts 2" in flat(done), done.stdout
    assert not writes(runner.sandbox.journal())


@pytest.mark.parametrize("request_, says", [
    (dict(method="PUT", path="*/deactivate"), "These integrations could not be stopped: Stopping integration 'Contacts 0'"),
    (dict(method="GET", path="/v1.0/cycles"), "Listing the integrations of account 'globex' failed"),
])
def test_nothing_is_deleted_if_integrations_cannot_be_stopped(runner, request_, says):
    for force in (False, True):
        runner.reset(seed=with_objects(Cycles=RUNNING))
        runner.sandbox.faults([dict(request_, fault="status:400", times=99)])
        done = play(runner, "offboard_account", *twice("globex", confirm="true", offboard_account_force=force))
        assert (done.returncode == 0, "globex" in accounts(runner)) == (force, not force), done.stdout
        assert force or "Nothing was deleted" in flat(done) and says in flat(done), done.stdout
    runner.sandbox.faults([])


def test_an_integration_that_nothing_stops_keeps_the_account(runner):
    """What is queued is not finished within the time that the user gives it."""
    runner.reset(seed=with_objects(Cycles=RUNNING))
    runner.sandbox.faults([dict(method="PUT", path="*/deactivate", fault="status:503", times=99)])
    done = play(runner, "offboard_account", *twice("globex", confirm="true"), CYCLR_RETRY_TIMEOUT="1")
    assert done.returncode != 0 and "globex" in accounts(runner) and set(statuses(runner).values()) == {"Active", "Paused"}, done.stdout


def test_hundreds_of_integrations_are_stopped(runner):
    many = [dict(RUNNING[0], Id=f"0b1e8f0c-6a55-4b52-8c8e-1de0a6d1f{number:03x}", Name=f"Contacts {number}") for number in range(230)]
    runner.reset(seed=with_objects(Cycles=many))
    done = play(runner, "offboard_account", *twice("globex", confirm="true"))
    assert done.returncode == 0, done.stdout[-3000:]
    assert len(writes(runner.sandbox.journal())) == 231 and "globex" not in accounts(runner)


def test_offboarding_shows_no_property_value(runner):
    properties = [{"Id": 700, "Name": "Subdomain", "Value": "s3cret-of-nobody"}]
    runner.reset(seed=with_objects(AccountConnectors=[{"AccountId": "globex", "Id": 903, "ConnectorId": 20001, "Properties": properties}]))
    done = play(runner, "offboard_account", *twice("globex"), "-vvvv")
    assert "Acme Platform" in done.stdout and "s3cret-of-nobody" not in done.stdout + done.stderr


def test_names_of_others_have_no_power_over_the_screen(runner):
    name = f"Mail{ESCAPE}chimp{REVERSED}"
    theirs = {"AccountId": "globex", "Id": 904, "Name": name, "ConnectorId": 20002}
    ours = {"AccountId": "templates", "Id": 905, "Name": name, "ConnectorId": 20005, "IsPartnerIntegrationConnector": True}
    runner.reset(seed=with_objects(AccountConnectors=[theirs, ours]))
    artifacts = {"cyclr_onboarding_1": {"a": {"ready": False, "waits_for": [name]}}}
    shown = [
        play(runner, "offboard_account", *twice("globex")),
        play(runner, "await_consent", "-i", "globex,", *given(cyclr_consent_seconds=0)),
        play(runner, "awx.look_at_offer", "-i", "globex,", "-e", '{"onboard_account_partner": {"source_account_id": "templates"}}'),
        play(runner, "awx.report_onboarding", "-i", "a,", "-e", json.dumps(artifacts)),
    ]
    for done in shown:
        assert "chimp" in done.stdout
        assert "\x1b" not in done.stdout and "\\u001b" not in done.stdout and REVERSED not in done.stdout, done.stdout


# -- hand_over_links -------------------------------------------------------------------------------------------------

OAUTH = '{"onboard_account_oauth": {"target_origin": "https://app.example.com/done"}}'
TOKEN = "token-of-the-webhook"


def waiting_seed():
    return with_objects(AccountConnectors=[{"AccountId": name, "Id": 910 + number, "ConnectorId": 20002} for number, name in enumerate(("globex", "initech"))])


def hand_over(runner, *arguments, url, token=TOKEN, **environment):
    return play(runner, "hand_over_links", "-e", OAUTH, *arguments, CYCLR_HANDOVER_URL=url, CYCLR_HANDOVER_TOKEN=token, **environment)


@pytest.mark.parametrize(
    "url, token",
    [
        ("", TOKEN),
        ("http://hooks.example.com/links", TOKEN),
        ("http://127.0.0.1.example.com/links", TOKEN),
        ("http://127.0.0.1@example.com/links", TOKEN),
        ("ftp://127.0.0.1/links", TOKEN),
        ("https://me:pass@hooks.example.com/links", TOKEN),
        ("hooks.example.com/links", TOKEN),
        ("https://", TOKEN),
        ("https://hooks.example.com/links", ""),
    ],
)
def test_no_link_is_created_for_a_webhook_that_others_can_read(runner, url, token):
    runner.reset(seed=waiting_seed())
    done = hand_over(runner, "-i", "globex,initech", url=url, token=token)
    assert done.returncode != 0 and "No link was created. CYCLR_HANDOVER_URL must be an https:// URL" in flat(done), done.stdout
    assert not runner.sandbox.journal()


def test_no_link_is_created_without_a_target(runner, webhook):
    runner.reset(seed=waiting_seed())
    done = play(runner, "hand_over_links", "-i", "globex,", CYCLR_HANDOVER_URL=webhook.url, CYCLR_HANDOVER_TOKEN=TOKEN)
    assert done.returncode != 0 and "Set onboard_account_oauth.target_origin" in flat(done)
    assert not runner.sandbox.journal()


def test_links_are_sent_with_the_token_and_shown_nowhere(runner, webhook, tmp_path):
    runner.reset(seed=waiting_seed())
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    hosts = {"one": {"cyclr_account_id": "globex"}, "two": {"onboard_account_id": "initech", "cyclr_account_id": "another"}}
    done = hand_over(runner, *customers(tmp_path, hosts), "-vvvv", url=webhook.url, http_proxy="http://127.0.0.1:9", HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert {token for token, _path, _body in webhook.received} == {f"Bearer {TOKEN}"}
    assert sorted(body["account_id"] for _token, _path, body in webhook.received) == ["globex", "initech"]
    for _token, _path, body in webhook.received:
        assert body["url"] not in done.stdout + done.stderr
    assert TOKEN not in done.stdout + done.stderr


def test_a_link_is_not_sent_on_to_another_place(runner, webhook):
    runner.reset(seed=waiting_seed())
    webhook.status = 307
    done = hand_over(runner, "-i", "globex,", url=webhook.url)
    assert done.returncode != 0 and "returned 307" in flat(done), done.stdout
    assert "Sending the link for connector 'HubSpot' of account 'globex' failed: the webhook" in flat(done)
    assert [path for _token, path, _body in webhook.received] == ["/links"]


@pytest.mark.parametrize("playbook", ["hand_over_links", "await_consent"])
def test_two_hosts_for_one_account_are_refused(runner, webhook, tmp_path, playbook):
    runner.reset(seed=waiting_seed())
    hosts = {"globex": {}, "other": {"cyclr_account_id": "globex"}, "third": {"onboard_account_id": "initech"}}
    more = ["-e", OAUTH, *given(cyclr_consent_seconds=0)]
    done = play(runner, playbook, *customers(tmp_path, hosts), *more, CYCLR_HANDOVER_URL=webhook.url, CYCLR_HANDOVER_TOKEN=TOKEN)
    assert done.returncode != 0 and "Several hosts have the same account: globex (globex, other)" in flat(done), done.stdout
    assert not writes(runner.sandbox.journal()) and not webhook.received


# -- await_consent ---------------------------------------------------------------------------------------------------


def test_waiting_ends_at_the_time_of_each_host(runner, tmp_path):
    runner.reset(seed=waiting_seed())
    hosts = {"first": {"cyclr_account_id": "globex", "cyclr_consent_seconds": 0}, "second": {"cyclr_account_id": "initech", "cyclr_consent_seconds": 2}}
    done = play(runner, "await_consent", *customers(tmp_path, hosts), ANSIBLE_SHOW_CUSTOM_STATS="1")
    assert done.returncode == 0, done.stdout
    for account_id in ("globex", "initech"):
        assert "waits globex, initech for HubSpot" in flat(done)
        assert f'"{account_id}": {{ "ready": false, "waits_for": [ "HubSpot" ] }}' in flat(done)
    assert told(runner.sandbox.journal()).count("GET /v1.0/account/connectors") == 4


# -- look_at_offer, onboard_by_survey, report_onboarding -----------------------------------------------------------------

PARTNER = '{"onboard_account_partner": {"source_account_id": "templates"}}'


@pytest.mark.parametrize("variables", [given(cyclr_survey_connectors="HubSpot,Mailchimp"), given(cyclr_connectors="HubSpot,Mailchimp")])
def test_names_of_connectors_are_given_on_the_command_line(runner, variables):
    done = play(runner, "awx.look_at_offer", "-i", "hooli,", "-e", PARTNER, *variables, ANSIBLE_SHOW_CUSTOM_STATS="1")
    assert done.returncode == 0, done.stdout
    assert '"connectors": [ "HubSpot", "Mailchimp" ], "partner_connector": "Acme Platform"' in flat(done)
    done = play(runner, "onboard_by_survey", "-e", PARTNER, *given(onboard_account_id="hooli"), *variables)
    assert done.returncode == 0, done.stdout
    names = [raw["Name"] for raw in runner.sandbox.state()["AccountConnectors"] if raw["AccountId"] == "hooli"]
    assert sorted(names) == ["Acme Platform", "HubSpot", "Mailchimp"]


def test_an_offer_is_looked_at_once_for_hosts_that_differ_in_anything_else(runner, tmp_path):
    partner = {"source_account_id": "templates", "sensitive_properties": {"Webhook Secret": "canary-of-the-offer"}}
    hosts = {name: {"onboard_account_partner": dict(partner, properties={"Subdomain": name})} for name in ("a", "b", "c", "d")}
    done = play(runner, "awx.look_at_offer", *customers(tmp_path, hosts), "-vvv")
    assert done.returncode == 0 and "canary-of-the-offer" not in done.stdout, done.stdout
    assert told(runner.sandbox.journal()).count("GET /v1.0/account/connectors") == 1


def test_what_the_inventory_says_of_an_account_is_no_answer(runner, tmp_path):
    hosts = {"globex": {"cyclr_account_id": "globex", "cyclr_connectors": [{"name": "Mailchimp", "connector": {"name": "Mailchimp"}}]}}
    arguments = [*customers(tmp_path, hosts), "-e", PARTNER, *given(cyclr_hosts="all")]
    for playbook in ("awx.look_at_offer", "awx.onboard_by_survey"):
        done = play(runner, playbook, *arguments)
        assert done.returncode == 0, done.stdout
    assert told(writes(runner.sandbox.journal())) and "Mailchimp" not in [
        raw["Name"] for raw in runner.sandbox.state()["AccountConnectors"] if raw["AccountId"] == "globex" and raw["Id"] != 502
    ]


def test_each_source_account_is_looked_at(runner, tmp_path):
    runner.reset(seed=with_objects(AccountConnectors=[copy_of_the_partner_connector("initech", 900)]))
    hosts = {name: {"onboard_account_partner": {"source_account_id": source}} for name, source in (("a", "templates"), ("b", "initech"), ("c", "globex"))}
    done = play(runner, "awx.look_at_offer", *customers(tmp_path, hosts))
    assert done.returncode != 0 and "The account globex has these connectors marked as" in flat(done), done.stdout
    del hosts["c"]
    done = play(runner, "awx.look_at_offer", *customers(tmp_path, hosts))
    assert done.returncode == 0, done.stdout
    assert told(runner.sandbox.journal()).count("GET /v1.0/connectors") == 5


def test_the_offer_shows_no_property_value(runner):
    done = play(runner, "awx.look_at_offer", "-i", "hooli,", "-e", PARTNER, "-vvvv")
    assert done.returncode == 0 and "acme-webhook-secret" not in done.stdout and '"Subdomain"' not in done.stdout, done.stdout


def test_the_report_knows_accounts_by_number(runner, tmp_path):
    results = {"cyclr_onboarding_7": {"42": {"ready": True, "changed": True}}}
    done = play(runner, "awx.report_onboarding", *customers(tmp_path, {"somebody": {"cyclr_account_id": 42}}), "-e", json.dumps(results))
    assert done.returncode == 0, done.stdout
    assert "changed 42 onboarded or changed" in flat(done)
    done = play(runner, "awx.report_onboarding", *customers(tmp_path, {"somebody": {"cyclr_account_id": 1.1}}), "-e", json.dumps(results))
    assert done.returncode != 0 and "onboard_account_id or cyclr_account_id: must be text" in flat(done), done.stdout


@pytest.mark.parametrize("jobs", [(9, 10, 101), (101, 10, 9)])
def test_the_report_believes_the_latest_job(runner, jobs):
    results = {f"cyclr_onboarding_{job}": {"globex": {"ready": job == 101, "changed": job == 101}} for job in jobs}
    done = play(runner, "awx.report_onboarding", "-i", "globex,", "-e", json.dumps(results), ANSIBLE_SHOW_CUSTOM_STATS="1")
    assert done.returncode == 0 and '"ready": [ "globex" ]' in flat(done) and "changed globex onboarded or changed" in flat(done), done.stdout


def test_example_variables_contain_no_secret():
    """A key that stands in for a missing one would end in a real service."""
    (mailchimp,) = [one for one in yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["onboard_account_connectors"] if "api_key" in one]
    assert "lookup('ansible.builtin.env', 'MAILCHIMP_API_KEY')" in mailchimp["api_key"] and " or '" not in mailchimp["api_key"]


def test_example_variables_need_their_environment(runner):
    done = play(runner, "onboard_account", "-e", f"@{EXAMPLE}")
    assert done.returncode != 0 and "MAILCHIMP_API_KEY" in flat(done), done.stdout
    assert not writes(runner.sandbox.journal())
    done = play(runner, "onboard_account", "-e", f"@{EXAMPLE}", MAILCHIMP_API_KEY="a-key-of-the-test")
    assert done.returncode == 0, done.stdout


# -- many hosts ------------------------------------------------------------------------------------------------------

MANY = {
    "onboard_accounts": {},
    "hand_over_links": {},
    "await_consent": dict(cyclr_consent_seconds=0),
    "look_at_offer": dict(cyclr_survey_connectors=["HubSpot"]),
    "report_onboarding": dict(cyclr_onboarding_1={name: dict(ready=True) for name in ("globex", "initech")}),
    "fleet_report": {},
    "remove_connector": dict(remove_connector="HubSpot"),
    "prune_connectors": dict(onboard_account_connectors=[]),
}


@pytest.mark.parametrize("playbook", sorted(MANY))
def test_variables_that_a_playbook_does_not_need_are_not_evaluated(runner, webhook, tmp_path, playbook):
    """Whatever evaluates all variables of all hosts, for each host, takes minutes and gigabytes for a thousand of them."""
    needless = tmp_path / "evaluated"
    variables = dict(MANY[playbook], onboard_account_partner=dict(source_account_id="templates"), fleet_report_path=str(tmp_path / "fleet.html"))
    variables["onboard_account_oauth"] = dict(target_origin="https://app.example.com/done")
    of_no_use = dict(of_no_use="{{ lookup('ansible.builtin.pipe', 'touch %s') }}" % needless)
    hosts = customers(tmp_path, {"globex": of_no_use, "initech": of_no_use})
    done = play(runner, playbook, *hosts, "-e", json.dumps(variables), CYCLR_HANDOVER_URL=webhook.url, CYCLR_HANDOVER_TOKEN=TOKEN)
    assert done.returncode == 0, done.stdout
    assert not needless.exists()
