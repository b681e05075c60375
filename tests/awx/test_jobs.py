# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The job templates, run by the engine's own protocol: transmit | worker | process."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.awx.controller import Refused, links_in
from ansible_collections.cyclr.ipaas.tests.awx.definitions import ROOT, definitions

BUILTIN = ROOT / "tests" / "sandbox" / "cyclr_sandbox" / "state" / "builtin.yml"
ONE, MANY, LOOK = "Cyclr - onboard one account", "Cyclr - converge accounts", "Cyclr - converge accounts, look only"
KEY = "mailchimp-key-of-customer-1"
ANSWERS = {
    "onboard_account_id": "customer-1",
    "onboard_account_name": "Customer One",
    "cyclr_survey_connectors": ["HubSpot"],
    "cyclr_keyed_connector": "Mailchimp",
    "cyclr_keyed_connector_key": KEY,
}
CUSTOMERS = {f"customer-{number}": {"onboard_account_name": f"Customer {number}"} for number in range(1, 6)}


# The default allows few changes.
EVERY = {"cyclr_max_changes": "100%"}


def converge(controller, answers, *hosts, **how):
    return controller.launch(MANY, {**EVERY, **answers}, *hosts, **how)


def installed(sandbox, *accounts):
    """Account -> names of its connectors."""
    found = {account: [] for account in accounts}
    for connector in sandbox.state()["AccountConnectors"]:
        if connector["AccountId"] in found:
            found[connector["AccountId"]].append(connector["Name"])
    return {account: sorted(names) for account, names in found.items()}


def writes(sandbox):
    return [request for request in sandbox.journal() if request["method"] != "GET" and request["path"] != "/oauth/token"]


def merged(jobs):
    """The artifacts of a workflow's jobs, as AWX merges them: key by key, the last one wins."""
    artifacts = {}
    for job in jobs:
        artifacts |= job.artifacts
    return artifacts


def summary(report):
    return report.artifacts["cyclr_report"]


def assert_nothing_secret(job, *more):
    for secret in ("sandbox-secret", "acme-partner-key", "acme-webhook-secret", KEY, *more):
        assert secret not in job.everything, f"{secret} is in the events, the artifacts or the output"
    assert not links_in(job.everything)


# -- one account ---------------------------------------------------------------------------------------------------


def test_one_account(controller, sandbox):
    job = controller.launch(ONE, ANSWERS)
    assert (job.status, job.rc) == ("successful", 0), job
    assert installed(sandbox, "customer-1") == {"customer-1": ["Acme Platform", "HubSpot", "Mailchimp"]}
    (key,) = job.artifacts
    result = job.artifacts[key]["customer-1"]
    assert key == f"cyclr_onboarding_{job.number}"
    assert result["account"]["name"] == "Customer One" and result["changed"] and not result["ready"]
    assert result["waits_for"] == ["HubSpot"] and [link["url"] for link in result["oauth_links"]] == [None]
    assert len(json.dumps(result)) < 500, "AWX copies it into every later job"
    assert job.changed == ["localhost"] and job.stats["ok"]["localhost"] > 3
    assert_nothing_secret(job)

    again = controller.launch(ONE, ANSWERS)
    assert (again.status, again.changed) == ("successful", []), again
    assert_nothing_secret(again)


def test_links_are_shown_where_the_survey_says_so(controller, sandbox):
    job = controller.launch(ONE, ANSWERS | {"onboard_account_reveal_links": "true"})
    (link,) = job.artifacts[f"cyclr_onboarding_{job.number}"]["customer-1"]["oauth_links"]
    assert sandbox.authorise(link["url"]).status_code < 400
    again = controller.launch(ONE, ANSWERS)
    assert again.artifacts[f"cyclr_onboarding_{again.number}"]["customer-1"]["ready"]


def test_empty_answers_are_none(controller, sandbox):
    """The web form sends "" and [] for what was left empty."""
    job = controller.launch(ONE, ANSWERS | {"cyclr_survey_connectors": [], "cyclr_keyed_connector": "", "cyclr_keyed_connector_key": ""})
    assert job.rc == 0, job
    assert installed(sandbox, "customer-1") == {"customer-1": ["Acme Platform"]}


def test_failure_says_why_and_no_secret(controller, sandbox):
    job = controller.launch(ONE, ANSWERS | {"cyclr_keyed_connector": "Mailchamp"})
    assert (job.status, job.rc) == ("failed", 2)
    assert "Mailchamp" in job.stdout
    assert_nothing_secret(job)


@pytest.mark.parametrize(("confirm", "left"), [("false", True), ("true", False)])
def test_offboarding(controller, sandbox, confirm, left):
    answers = {"offboard_account_id": "globex", "offboard_account_id_again": "globex", "confirm": confirm}
    job = controller.launch("Cyclr - offboard an account", answers)
    assert (job.rc == 0) is not left, job
    assert ("globex" in [account["Id"] for account in sandbox.state()["Accounts"]]) is left


@pytest.mark.parametrize(("answer", "sent"), [({}, "true"), ({"offboard_account_finish_queued": "false"}, "false")])
def test_offboarding_asks_whether_queued_transactions_finish(controller, sandbox, answer, sent):
    data = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))
    data["Cycles"] = [{"AccountId": "globex", "Name": "Runs", "Status": "Active", "Connectors": [{"AccountConnector": "Mailchimp"}]}]
    sandbox.reset(data)
    answers = {"offboard_account_id": "globex", "offboard_account_id_again": "globex", "confirm": "true", **answer}
    job = controller.launch("Cyclr - offboard an account", answers)
    assert job.rc == 0, job
    (stopped,) = [request for request in sandbox.journal() if request["path"].endswith("/deactivate")]
    assert f"finishQueuedTransactions={sent}" in stopped["query"]


# -- slices --------------------------------------------------------------------------------------------------------


def test_slices_lose_nothing(controller, sandbox):
    jobs = converge(controller, {"cyclr_survey_connectors": ["HubSpot"]}, CUSTOMERS, slices=2)
    assert [job.hosts for job in jobs] == [["customer-1", "customer-3", "customer-5"], ["customer-2", "customer-4"]]
    assert [job.rc for job in jobs] == [0, 0], jobs
    artifacts = merged(jobs)
    assert sorted(artifacts) == [f"cyclr_onboarding_{job.number}" for job in jobs]
    assert installed(sandbox, *CUSTOMERS) == dict.fromkeys(CUSTOMERS, ["Acme Platform", "HubSpot"])
    assert not [request for request in sandbox.journal() if "signintoken" in request["path"]], "A link that nobody gets was issued"

    report = controller.launch("Cyclr - report", hosts=CUSTOMERS, artifacts=artifacts)
    assert report.rc == 0, report
    assert summary(report)["accounts"] == 5
    assert summary(report)["changed"] == summary(report)["not_ready"] == sorted(CUSTOMERS)
    for job in (*jobs, report):
        assert_nothing_secret(job)


def test_look_only_writes_nothing(controller, sandbox):
    jobs = controller.launch(LOOK, {**EVERY, "cyclr_survey_connectors": ["HubSpot"]}, CUSTOMERS, slices=2)
    assert [job.rc for job in jobs] == [0, 0], jobs
    assert sorted(host for job in jobs for host in job.changed) == sorted(CUSTOMERS)
    assert not writes(sandbox)


def test_customers_of_the_inventory_plugin(controller, sandbox):
    """What the plugin says of accounts is enough, and what a host's variable adds is for this account alone."""
    hosts = {
        "globex": {"cyclr_account_id": "globex", "cyclr_account": {"name": "Globex Ltd"}},
        "a name of our own": {"cyclr_account_id": "initech", "cyclr_customer_connectors": [{"connector": "Salesforce", "connector_version": "v60.0"}]},
    }
    (job,) = converge(controller, {"cyclr_survey_connectors": ["HubSpot"]}, hosts, slices=1)
    assert job.rc == 0, job
    assert installed(sandbox, "globex", "initech") == {
        "globex": ["Acme Platform", "HubSpot", "Mailchimp"],
        "initech": ["Acme Platform", "HubSpot", "Salesforce"],
    }


# -- integrations --------------------------------------------------------------------------------------------------


def test_a_connector_is_upgraded_in_slices(controller, sandbox):
    built_in = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))
    for number, account in enumerate(("globex", "initech")):
        built_in["AccountConnectors"].append({"AccountId": account, "Id": 7000 + number, "Name": "Salesforce", "ConnectorId": 20003, "AuthValue": "tokens"})
    sandbox.reset(built_in)
    hosts = {name: {} for name in ("globex", "initech")}
    answers = {"upgrade_connector": "Salesforce", "upgrade_connector_version": "v60.0", "confirm": "false"}
    jobs = controller.launch("Cyclr - upgrade a connector", answers, hosts, slices=2)
    assert [job.rc for job in jobs] == [0, 0], jobs
    assert sorted(merged(jobs)) == [f"cyclr_upgrade_{job.number}" for job in jobs]
    there = [(one["AccountId"], one["Name"]) for one in sandbox.state()["AccountConnectors"] if one["ConnectorId"] == 20004]
    assert sorted(there) == [("globex", "Salesforce"), ("initech", "Salesforce")]
    for job in jobs:
        assert "Salesforce v60.0" in job.stdout
        assert_nothing_secret(job)


def test_an_integration_is_rolled_out_in_slices_and_stopped(controller, sandbox):
    template = "New Acme contacts to HubSpot"
    hosts = {name: {} for name in ("globex", "initech")}
    jobs = controller.launch("Cyclr - roll out an integration", {"roll_out_template": template}, hosts, slices=2)
    assert [job.rc for job in jobs] == [0, 0], jobs
    assert sorted(merged(jobs)) == [f"cyclr_roll_out_{job.number}" for job in jobs]
    assert sorted(cycle["AccountId"] for cycle in sandbox.state()["Cycles"]) == sorted(hosts)
    for job in jobs:
        assert "not run: " in job.stdout
        assert_nothing_secret(job)

    (stopped,) = controller.launch("Cyclr - start or stop an integration", {"roll_out_template": template, "roll_out_state": "stopped"}, hosts, slices=1)
    assert stopped.rc == 0 and len(sandbox.state()["Cycles"]) == 2, stopped


# -- the workflow --------------------------------------------------------------------------------------------------


def test_workflow(controller, sandbox, webhook):
    controller.credentials["Cyclr link hand-over"] = {"url": webhook.url, "token": "token-of-the-webhook"}
    # All but one consent at once.
    webhook.customers = lambda body: body["account_id"] == "customer-5" or sandbox.authorise(body["url"])
    answers = {"cyclr_survey_connectors": ["HubSpot"]}
    shop = {"connector": "Shopify", "authentication": "OAuth 2.0", "properties": {"Shop": "a-shop"}}
    hosts = {name: dict(variables, cyclr_customer_connectors=[shop]) for name, variables in CUSTOMERS.items()}
    jobs, by_node = [], {}
    for node in definitions()["workflow"]["nodes"]:
        more = {"slices": 2} if node["identifier"] == "onboard" else {}
        given = {"offer": answers, "onboard": answers, "consent": {"cyclr_consent_seconds": 1}}
        launched = controller.launch(node["job_template"], given.get(node["identifier"]), hosts, artifacts=merged(jobs), **more)
        by_node[node["identifier"]] = launched
        jobs += launched if isinstance(launched, list) else [launched]
    assert [job.rc for job in jobs] == [0] * 6, [job for job in jobs if job.rc]

    assert by_node["offer"].artifacts["cyclr_offer_seen"] == {"partner_connector": "Acme Platform", "connectors": ["HubSpot"]}
    assert {token for token, _body in webhook.received} == {"Bearer token-of-the-webhook"}
    assert Counter(body["account_id"] for _token, body in webhook.received) == dict.fromkeys(CUSTOMERS, 2)
    assert all(set(body) == {"account_id", "account_name", "connector", "url", "expires_at"} for _token, body in webhook.received)
    assert summary(by_node["report"]) == {
        "accounts": 5,
        "changed": sorted(CUSTOMERS),
        "ready": ["customer-1", "customer-2", "customer-3", "customer-4"],
        "not_ready": ["customer-5"],
        "waits_for_consent": {"customer-5": ["HubSpot", "Shopify"]},
        "links_sent": dict.fromkeys(CUSTOMERS, ["HubSpot", "Shopify"]),
        "not_running": {},
    }
    for job in jobs:
        assert_nothing_secret(job, "token-of-the-webhook")


def test_offer_is_looked_at_once(controller, sandbox):
    job = controller.launch("Cyclr - look at the offer", {"cyclr_survey_connectors": ["Mailchimp", "HubSpot"]}, CUSTOMERS)
    assert job.rc == 0, job
    assert len([request for request in sandbox.journal() if request["path"] == "/v1.0/connectors"]) == 1


@pytest.mark.parametrize(
    ("hubspot", "said"),
    [
        ({"Name": "Hubspot"}, "no connector(s) called HubSpot"),
        ({"Parameters": [{"Name": "Portal", "TargetName": "PortalId"}]}, "1 connector(s) called HubSpot, which needs PortalId"),
    ],
    ids=["missing", "needs properties"],
)
def test_offer_that_cannot_be_had(controller, sandbox, hubspot, said):
    seed = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))
    next(connector for connector in seed["Connectors"] if connector["Name"] == "HubSpot").update(hubspot)
    sandbox.reset(seed)
    job = controller.launch("Cyclr - look at the offer", {"cyclr_survey_connectors": ["HubSpot"]}, CUSTOMERS)
    assert job.rc == 2 and said in " ".join(job.stdout.split()), job


def test_hand_over_that_fails_says_so_and_no_link(controller, sandbox, webhook):
    controller.credentials["Cyclr link hand-over"] = {"url": webhook.url, "token": "token-of-the-webhook"}
    hosts = {"customer-1": {}}
    converge(controller, {"cyclr_survey_connectors": ["HubSpot"]}, hosts)
    webhook.status = 500
    job = controller.launch("Cyclr - hand links over", hosts=hosts)
    assert job.failed == ["customer-1"]
    assert "Sending the link for connector 'HubSpot'" in job.stdout and "returned 500" in job.stdout
    assert_nothing_secret(job, "token-of-the-webhook")
    webhook.status = 200
    again = controller.launch("Cyclr - hand links over", hosts=hosts)
    assert again.rc == 0, again


# -- what AWX does itself ------------------------------------------------------------------------------------------


def test_a_launch_by_the_api_needs_an_answer_to_every_required_question(controller):
    with pytest.raises(Refused, match="onboard_account_reveal_links, onboard_account_timezone, onboard_account_wait_for_oauth"):
        controller.launch_by_api(ONE, {"onboard_account_id": "customer-1", "onboard_account_name": "Customer One"})


def test_a_limit_leaves_slices_without_hosts_and_they_fail(controller):
    """Therefore no sliced template asks for one."""
    jobs = converge(controller, {}, CUSTOMERS, slices=2, limit="customer-1")
    assert [job.rc for job in jobs] == [0, 1], jobs


def test_a_choice_of_accounts_leaves_slices_without_hosts_and_they_succeed(controller, sandbox):
    jobs = converge(controller, {"cyclr_hosts": "customer-1:customer-3"}, CUSTOMERS, slices=2)
    assert [job.rc for job in jobs] == [0, 0], jobs
    assert installed(sandbox, *CUSTOMERS) == dict.fromkeys(CUSTOMERS, []) | dict.fromkeys(["customer-1", "customer-3"], ["Acme Platform"])


def test_the_inventory_can_be_updated_while_nobody_waits(controller, sandbox):
    """A pattern that matches nothing fails an update."""
    sandbox.reset({"Accounts": [{"Id": "customer-9", "Name": "Nine"}]})
    status, output = controller.update("Cyclr accounts")
    assert status == 0 and '"customer-9"' in output, output


# -- what goes wrong -----------------------------------------------------------------------------------------------


def test_failed_host_is_reported_and_relaunched(controller, sandbox):
    sandbox.faults([{"path": "/v1.0/accounts/customer-2", "fault": "status:500", "times": None}])
    jobs = converge(controller, {}, CUSTOMERS, slices=2)
    assert [job.rc for job in jobs] == [0, 2]
    assert [job.failed for job in jobs] == [[], ["customer-2"]]
    report = controller.launch("Cyclr - report", hosts=CUSTOMERS, artifacts=merged(jobs))
    assert report.failed == ["customer-2"] and summary(report)["accounts"] == 4

    # The nodes after it do not fail for it again.
    waited = controller.launch("Cyclr - wait for consent", {"cyclr_consent_seconds": 0}, CUSTOMERS, artifacts=merged(jobs))
    assert waited.rc == 0 and sorted(waited.artifacts[f"cyclr_consent_{waited.number}"]) == sorted(set(CUSTOMERS) - {"customer-2"}), waited

    sandbox.faults([])
    (relaunched,) = converge(controller, {}, {name: CUSTOMERS[name] for name in report.failed})
    report = controller.launch("Cyclr - report", hosts=CUSTOMERS, artifacts=merged([*jobs, relaunched]))
    assert report.rc == 0 and summary(report)["accounts"] == 5


@pytest.mark.parametrize("writes_before", [1, 4, 8])
def test_second_run_mends_what_a_dead_node_left(controller, sandbox, writes_before):
    """The worker dies in the middle of the work: nothing is lost and nothing is there twice after the next run."""
    sandbox.options(LatencyMs=60)
    answers = {"cyclr_survey_connectors": ["HubSpot", "Mailchimp"]}
    (dead,) = converge(controller, answers, CUSTOMERS, slices=1, kill_when=lambda: len(writes(sandbox)) >= writes_before)
    assert dead.rc is None and dead.status != "successful" and not dead.artifacts
    assert any(names != ["Acme Platform", "HubSpot", "Mailchimp"] for names in installed(sandbox, *CUSTOMERS).values()), "Killed too late"
    sandbox.options(LatencyMs=0)

    (second,) = converge(controller, answers, CUSTOMERS, slices=1)
    assert second.rc == 0, second
    accounts = Counter(account["Id"] for account in sandbox.state()["Accounts"])
    assert {name: accounts[name] for name in CUSTOMERS} == dict.fromkeys(CUSTOMERS, 1)
    assert installed(sandbox, *CUSTOMERS) == dict.fromkeys(CUSTOMERS, ["Acme Platform", "HubSpot", "Mailchimp"])
    (third,) = converge(controller, answers, CUSTOMERS, slices=1)
    assert third.changed == []
