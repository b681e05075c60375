# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""What a running cycle does: data on the sandbox's clock, incidents, webhooks (facts 22.4, 28, 29.1)."""

import json

import pytest
import requests

from cyclr_sandbox.state import seed as seeds

CONTACTS = "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"
SIGNUPS = "7c2e4d6f-8a91-4b3c-9d5e-1f2a3b4c5d6e"


@pytest.fixture
def cycle(sandbox, api):
    """The first template of the built-in seed, ready to start."""
    for connector in ("HubSpot", "Acme%20Platform"):
        api.install(connector, {"AuthValue": "k"})
    return api.post(f"/templates/{CONTACTS}/install").json()["Id"]


def transactions(api, cycle, query=""):
    return api.get(f"/cycles/{cycle}/transactions?pageSize=500&{query}").json()


def shown(api, cycle):
    return api.get(f"/cycles/{cycle}").json()


def test_data_flows_on_the_clock(sandbox, api, cycle):
    """One run at once, then one for each interval."""
    sandbox.options(RunSeconds=5)
    api.put(f"/cycles/{cycle}/activate", {"Interval": 60})
    assert shown(api, cycle)["InProgressTransactionCount"] == 1
    assert transactions(api, cycle, "status=completed") == []
    sandbox.options(AdvanceSeconds=3 * 3600 + 10)
    assert len(transactions(api, cycle, "status=Completed")) == 4
    record = shown(api, cycle)
    assert (record["InProgressTransactionCount"], record["TasksUsed"], record["ErrorCount"]) == (0, 8, 0)
    assert record["LastSuccessfulRunDate"] > "2"
    assert api.get("/accounts/globex/usage").json()["TasksUsed"] == 8


def test_each_step_shows_what_it_sent_and_received(sandbox, api, cycle):
    api.put(f"/cycles/{cycle}/activate")
    (run,) = transactions(api, cycle)
    listed, written = api.get(f"/cycles/{cycle}/transactions/{run['Id']}").json()
    source, sent = json.loads(listed["Response"]), json.loads(written["Request"])
    assert sent == {
        "Email": source["Email"],
        "First Name": source["First Name"],
        "Last Name": source["Last Name"],
        "Lead Source": "Acme",
    }
    assert source["Email"].endswith("@example.com")
    assert json.loads(listed["Request"]) == {"Updated Since": "{{LastSuccessfulRunDate}}"}


def test_the_same_seed_makes_the_same_data(sandbox, api):
    def play(number):
        sandbox.reset({**seeds.builtin(), "RandomSeed": number})
        api.token = None
        for connector in ("HubSpot", "Acme%20Platform"):
            api.install(connector, {"AuthValue": "k"})
        cycle = api.post(f"/templates/{CONTACTS}/install").json()["Id"]
        api.put(f"/cycles/{cycle}/activate")
        sandbox.options(AdvanceSeconds=7200)
        found = transactions(api, cycle)
        return [(one["Id"], api.get(f"/cycles/{cycle}/transactions/{one['Id']}").json()) for one in found]

    first = play(1)
    assert len(first) == 3 and play(1) == first and play(2) != first


def test_requests_that_are_not_logged(sandbox, api, cycle):
    api.put(f"/cycles/{cycle}", {"LogStepDataRequests": False})
    api.put(f"/cycles/{cycle}/activate")
    (run,) = transactions(api, cycle)
    assert [one["Request"] for one in api.get(f"/cycles/{cycle}/transactions/{run['Id']}").json()] == [None, None]


def test_run_once(sandbox, api, cycle):
    """Active for `RunSeconds`, then paused, with one transaction."""
    sandbox.options(RunSeconds=60)
    api.put(f"/cycles/{cycle}/activate", {"RunOnce": True})
    assert shown(api, cycle)["Status"] == "Active"
    sandbox.options(AdvanceSeconds=61)
    assert shown(api, cycle)["Status"] == "Paused"
    assert len(transactions(api, cycle, "status=completed")) == 1
    sandbox.options(AdvanceSeconds=7200)
    assert len(transactions(api, cycle)) == 1


def test_a_start_in_the_future(sandbox, api, cycle):
    api.put(f"/cycles/{cycle}/activate", {"StartTime": "2100-01-01T00:00:00Z", "RunOnce": True})
    sandbox.options(AdvanceSeconds=86400)
    assert (shown(api, cycle)["Status"], transactions(api, cycle)) == ("Active", [])


def test_a_start_in_the_past(api, cycle):
    api.put(f"/cycles/{cycle}/activate", {"StartTime": "2017-12-06T16:00:00Z"})
    assert len(transactions(api, cycle)) == 1


def test_a_stop_loses_what_is_in_progress(sandbox, api, cycle):
    sandbox.options(RunSeconds=60, QueueSeconds=60)
    api.put(f"/cycles/{cycle}/activate")
    api.put(f"/cycles/{cycle}/deactivate?finishQueuedTransactions=false")
    assert transactions(api, cycle) == []
    api.put(f"/cycles/{cycle}/activate")
    api.put(f"/cycles/{cycle}/deactivate?finishQueuedTransactions=true")
    sandbox.options(AdvanceSeconds=61)
    assert len(transactions(api, cycle, "status=completed")) == 1


def test_no_run_after_a_stop(sandbox, api, cycle):
    sandbox.options(RunSeconds=0)
    api.put(f"/cycles/{cycle}/activate")
    api.put(f"/cycles/{cycle}/deactivate")
    sandbox.options(AdvanceSeconds=86400)
    assert len(transactions(api, cycle)) == 1


def test_years_do_not_take_long(sandbox, api, cycle):
    api.put(f"/cycles/{cycle}/activate", {"Interval": 1})
    sandbox.options(AdvanceSeconds=3 * 365 * 86400)
    api.token = None
    answer = api.get(f"/cycles/{cycle}/transactions?pageSize=28000")
    assert len(answer.json()) == 200 and answer.elapsed.total_seconds() < 2


def test_a_deauthenticated_connector_stops_the_cycle(sandbox, api, cycle):
    api.put(f"/cycles/{cycle}/activate")
    number = shown(api, cycle)["Connectors"][1]["AccountConnectorId"]
    api.put(f"/account/connectors/{number}/deauthenticate")
    assert shown(api, cycle)["Status"] == "Paused"
    assert api.put(f"/cycles/{cycle}/activate").status_code == 400


@pytest.mark.parametrize("how", ["documented", "full"])
def test_transaction_fields(sandbox, api, cycle, how):
    sandbox.options(TransactionFields=how)
    api.put(f"/cycles/{cycle}/activate")
    (run,) = transactions(api, cycle)
    assert set(run) == {"Id", "CycleId"} | ({"Status", "SplitType", "StartedOnUtc", "CompletedOnUtc"} if how == "full" else set())


# Incidents


@pytest.mark.parametrize("outcome, counts", [("success", (0, 0)), ("warning", (0, 1)), ("error", (1, 0))])
def test_run_outcome(sandbox, api, cycle, outcome, counts):
    sandbox.options(RunOutcome=outcome, RunSeconds=0)
    api.put(f"/cycles/{cycle}/activate")
    record = shown(api, cycle)
    assert (record["ErrorCount"], record["WarningCount"]) == counts
    (run,) = transactions(api, cycle)
    found = api.get(f"/cycles/{cycle}/incidents").json()
    assert [one["TransactionId"] for one in found] == [run["Id"]] * sum(counts)
    assert (record["LastSuccessfulRunDate"] == "0001-01-01T00:00:00") == (outcome == "error")


def test_a_full_message_is_like_a_real_one(sandbox, api, cycle):
    """CRLF, somebody's data and a key: what a report must not repeat."""
    sandbox.incident(cycle, IncidentLevel="Error", ShortMessage="Out of retries", StepName="Create or update contact")
    (incident,) = api.get(f"/cycles/{cycle}/incidents/error").json()
    assert incident["FullMessage"].split("\r\n")[0] == "400 Bad Request"
    assert "Authorization: REDACTED" in incident["FullMessage"] and "sandbox-leaked-key" in incident["FullMessage"]
    assert incident["StepName"] == "Create or update contact"
    assert api.get(f"/cycles/{cycle}/incidents/warning").json() == []
    assert api.get(f"/cycles/{cycle}/incidents/nonsense").status_code == 404


def test_clear_incidents(sandbox, api, cycle):
    sandbox.incident(cycle)
    assert shown(api, cycle)["ErrorCount"] == 1
    assert api.delete(f"/cycles/{cycle}/incidents").status_code == 200
    assert (shown(api, cycle)["ErrorCount"], api.get(f"/cycles/{cycle}/incidents").json()) == (0, [])


@pytest.mark.parametrize("with_time", [False, True])
def test_incident_time(sandbox, api, cycle, with_time):
    sandbox.options(IncidentTime=with_time)
    sandbox.incident(cycle, CreatedOnUtc="2026-01-01T00:00:00Z")
    (incident,) = api.get(f"/cycles/{cycle}/incidents").json()
    assert incident.get("CreatedOnUtc") == ("2026-01-01T00:00:00.0000000Z" if with_time else None)


@pytest.mark.parametrize(
    "entry, message",
    [
        ({"StepName": "Nobody"}, "step 'Nobody' does not exist. Known: List new contacts"),
        ({"IncidentLevel": "Bad"}, "Allowed: Error, Warning"),
        ({"Nonsense": 1}, "unknown key Nonsense"),
    ],
)
def test_an_incident_that_cannot_be(sandbox, cycle, entry, message):
    with pytest.raises(Exception, match=message):
        sandbox.incident(cycle, **entry)


def test_control_of_what_does_not_exist(sandbox):
    with pytest.raises(Exception, match="CycleId 'x' does not exist"):
        sandbox.incident("x")
    with pytest.raises(Exception, match="TemplateId 'x' does not exist"):
        sandbox.release("x")


# Webhooks


@pytest.fixture
def signups(sandbox, api):
    """The second template, with all that it needs from the customer."""
    cycle = api.post(f"/templates/{SIGNUPS}/install").json()["Id"]
    reasons = api.get(f"/cycles/{cycle}/prerequisites").json()
    assert [one["ReasonCode"] for one in reasons] == [30, 80]
    step = reasons[0]["ObjectId"]
    missing = api.get(f"/steps/{step}/prerequisites").json()
    assert [one["ReasonCode"] for one in missing] == [40, 41]
    api.put(f"/steps/{step}/parameters/{missing[0]['ObjectId']}", {"MappingType": "StaticValue", "Value": "7"})
    api.put(f"/steps/{step}/fieldmappings/{missing[1]['ObjectId']}", {"MappingType": "ValueList", "Value": "subscribed"})
    api.send("PATCH", f"/cycles/{cycle}/variables", json=[{"DisplayName": "Welcome Tag", "Value": "new"}])
    assert api.get(f"/cycles/{cycle}/prerequisites").json() == []
    return cycle


def webhook(sandbox, cycle):
    found = next(one for one in sandbox.state()["Cycles"] if one["Id"] == cycle)
    return next(one["WebhookUrl"] for one in found["Steps"] if one["WebhookUrl"])


def call(url, **body):
    return requests.post(url, json=body, timeout=10).status_code


def test_a_webhook_triggers_a_running_cycle(sandbox, api, signups):
    url = webhook(sandbox, signups)
    assert call(url, Email="eve@example.com") == 400
    assert api.put(f"/cycles/{signups}/activate", {"Interval": 7}).status_code == 200
    assert transactions(api, signups) == []
    assert call(url, Email="eve@example.com") == 200
    (run,) = transactions(api, signups)
    _received, added = api.get(f"/cycles/{signups}/transactions/{run['Id']}").json()
    assert json.loads(added["Request"]) == {"List Id": "7", "Email Address": "eve@example.com", "Status": "subscribed", "Tag": "new"}
    assert call(f"{url}x") == 404


def test_a_webhook_once(sandbox, api, signups):
    sandbox.options(RunSeconds=0)
    api.put(f"/cycles/{signups}/activate", {"RunOnce": True})
    sandbox.options(AdvanceSeconds=1000)
    assert shown(api, signups)["Status"] == "Active"
    assert call(webhook(sandbox, signups)) == 200
    assert shown(api, signups)["Status"] == "Paused"


def test_a_webhook_is_not_journaled_in_clear(sandbox, signups):
    url = webhook(sandbox, signups)
    call(url)
    entry = sandbox.journal()[-1]
    assert entry["path"] == "/api/webhook/***" and url.rsplit("/", 1)[1] not in json.dumps(sandbox.journal())


def test_each_install_has_a_webhook_of_its_own(sandbox, api, signups):
    other = api.post(f"/templates/{SIGNUPS}/install").json()["Id"]
    assert webhook(sandbox, other) != webhook(sandbox, signups)


@pytest.mark.parametrize("how", ["absent", "shown"])
def test_webhook_url(sandbox, api, signups, how):
    sandbox.options(WebhookUrl=how)
    first = api.get(f"/cycles/{signups}/steps").json()[0]
    assert first.get("WebhookUrl") == (webhook(sandbox, signups) if how == "shown" else None)


# Custom connectors

PATH = "/account/connectors/custom"
DEFINITION = {"UniqueIdentifier": "99999999-0000-4000-8000-000000000001", "Name": "Mine", "ReleaseStatus": "Live"}


@pytest.mark.parametrize("how", ["opaque", "json"])
def test_custom_connector_body(sandbox, api, how):
    sandbox.options(CustomConnectorBody=how)
    made = api.post(PATH, DEFINITION).json()
    answer = api.get(f"{PATH}/{made['Id']}")
    assert answer.status_code == 200
    if how == "json":
        assert answer.json()["UniqueIdentifier"] == DEFINITION["UniqueIdentifier"]
    else:
        with pytest.raises(ValueError):
            answer.json()


@pytest.mark.parametrize("how", ["error", "update", "second"])
def test_custom_connector_duplicate(sandbox, api, how):
    sandbox.options(CustomConnectorDuplicate=how)
    first = api.post(PATH, DEFINITION).json()
    second = api.post(PATH, {**DEFINITION, "Name": "Yours"})
    assert second.status_code == (400 if how == "error" else 200)
    expected = {"error": ["Mine"], "update": ["Yours"], "second": ["Mine", "Yours"]}[how]
    assert [one["Name"] for one in api.get(PATH).json()] == expected
    if how == "update":
        assert second.json()["Id"] == first["Id"]


@pytest.mark.parametrize("release, status", [("Live", 200), ("Draft", 400)])
def test_a_custom_connector_can_be_installed(api, release, status):
    made = api.post(PATH, {**DEFINITION, "ReleaseStatus": release}).json()
    assert api.post(f"/connectors/{made['Id']}/install", account="initech").status_code == 404
    assert api.post(f"/connectors/{made['Id']}/install").status_code == status
