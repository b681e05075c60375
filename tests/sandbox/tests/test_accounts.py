# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Accounts and their users (facts 9)."""

import pytest

KEYS = [
    "CreatedDate", "Id", "Name", "Description", "AuditInfo", "TaskAuditInfo", "Timezone",
    "NextBillDateUtc", "StepDataSuccessRetentionHours", "StepDataErroredRetentionHours",
    "TransactionErrorWebhookEnabled", "TransactionErrorWebhookUrl",
    "TransactionErrorWebhookIncludeWarnings",
]  # fmt: skip


def make(api, **fields):
    return api.post("/accounts", {"Id": "new", "Name": "New", **fields})


def test_object(sandbox, api):
    """Facts 9.1 [QA][U]: ParentAccountIdReturned."""
    account = make(api).json()
    assert list(account) == [*KEYS, "ParentAccountId"]
    sandbox.options(ParentAccountIdReturned=False)
    assert list(api.get("/accounts/new").json()) == KEYS


def test_create_without_id(api):
    """Facts 1.3 [D]: a GUID."""
    first = api.post("/accounts", {"Name": "x"}).json()["Id"]
    second = api.post("/accounts", {"Name": "x"}).json()["Id"]
    assert len(first) == 36 and first != second


@pytest.mark.parametrize("body", [{}, {"Name": ""}, {"Name": None}, {"Name": [1]}])
def test_name_required(api, body):
    """Facts 9.2 [QA]."""
    answer = api.post("/accounts", {"Id": "new", **body})
    assert answer.status_code == 400
    assert "Name is required" in answer.json()["Message"]
    assert api.get("/accounts/new").status_code == 404


def test_id_in_use(api, says):
    """Facts 9.2 [QA]."""
    assert make(api).status_code == 200
    says(make(api), 400, "ID already in use")


@pytest.mark.parametrize("name", ["StepDataSuccessRetentionHours", "StepDataErroredRetentionHours"])
def test_retention(api, says, name):
    """Facts 9.2, 9.3 [QA]."""
    says(make(api, **{name: -10}), 400, f"{name} (-10): must be non negative")
    assert make(api, **{name: 10_000}).json()[name] == 744
    assert api.put("/accounts/new", {name: 745}).json()[name] == 744
    says(api.put("/accounts/new", {name: -1}), 400, f"{name} (-1): must be non negative")
    assert api.put("/accounts/new", {name: "abc"}).json()[name] == 744
    assert api.put("/accounts/new", {}).json()[name] == 744
    assert api.put("/accounts/new", {name: 0}).json()[name] == 0
    assert api.put("/accounts/new", {name: None}).json()[name] is None


UNDEFINED = "Transaction Error Webhook enabled: Transaction Error Webhook URL must be defined"


@pytest.mark.parametrize(
    "url", [{}, {"TransactionErrorWebhookUrl": None}, {"TransactionErrorWebhookUrl": ""}]
)
def test_webhook_needs_url(api, says, url):
    """Facts 9.2 [QA]."""
    says(make(api, TransactionErrorWebhookEnabled=True, **url), 400, UNDEFINED)


def test_webhook_url(api, says):
    """Facts 9.2, 9.3 [QA]: prefix, blanks, enabled without URL rejected even if stored."""
    body = {"TransactionErrorWebhookEnabled": True, "TransactionErrorWebhookUrl": "acme.example/x"}
    assert make(api, **body).json()["TransactionErrorWebhookUrl"] == "https://acme.example/x"
    says(api.put("/accounts/new", {"TransactionErrorWebhookEnabled": True}), 400, UNDEFINED)
    answer = api.put("/accounts/new", {"TransactionErrorWebhookUrl": "http://acme.example"})
    assert answer.json()["TransactionErrorWebhookUrl"] == "http://acme.example"
    says(
        api.put("/accounts/new", {**body, "TransactionErrorWebhookUrl": "  "}),
        400,
        "https://   is not a valid URL",
    )
    assert api.put("/accounts/new", {"Description": "d"}).json()["TransactionErrorWebhookEnabled"] is True


def test_put(api):
    """Facts 9.3 [QA]: patch; null clears; without the account header [3P F24]."""
    make(api, Description="d", AuditInfo="a")
    account = api.put("/accounts/new", {"name": "N2", "AuditInfo": None}, account=None).json()
    assert (account["Name"], account["Description"], account["AuditInfo"]) == ("N2", "d", None)
    assert api.put("/accounts/new", {"Name": ""}).status_code == 400
    assert api.put("/accounts/nobody", {"Name": "x"}).status_code == 404


@pytest.mark.parametrize("how", ["ignore", "honour"])
def test_account_id_change(sandbox, api, how):
    """Facts 9.3 [U]: AccountIdChange."""
    sandbox.options(AccountIdChange=how)
    assert api.put("/accounts/globex", {"Id": "globex", "Name": "G"}).status_code == 200
    answer = api.put("/accounts/globex", {"Id": "hooli"})
    assert answer.json()["Id"] == ("hooli" if how == "honour" else "globex")
    assert api.get(f"/accounts/{answer.json()['Id']}").status_code == 200
    connectors = api.get("/account/connectors", account=answer.json()["Id"]).json()
    assert [one["Id"] for one in connectors] == [502]
    if how == "honour":
        assert api.get("/accounts/globex").status_code == 404
        assert api.put("/accounts/hooli", {"Id": "initech"}).status_code == 400


@pytest.mark.parametrize(
    "how, status, stored", [("accept", 200, "Mars/Base"), ("error", 400, None), ("ignore", 200, None)]
)
def test_invalid_timezone(sandbox, api, how, status, stored):
    """Facts 9.2 [U]: InvalidTimezone."""
    sandbox.options(InvalidTimezone=how)
    answer = make(api, Timezone="Mars/Base")
    assert (answer.status_code, answer.json().get("Timezone")) == (status, stored)
    assert api.put("/accounts/globex", {"Timezone": "Europe/Paris"}).json()["Timezone"] == "Europe/Paris"


@pytest.mark.parametrize("zone", [None, "Europe/London"])
def test_default_timezone(sandbox, api, zone):
    """Facts 9.2 [U]: DefaultTimezone."""
    sandbox.options(DefaultTimezone=zone)
    assert make(api).json()["Timezone"] == zone


def test_subaccounts(sandbox, api):
    """Facts 9.2, 9.5 [D][QA]: SubAccountsInAccountsList."""
    child = make(api, ParentAccountId="globex").json()
    assert child["ParentAccountId"] == "globex"
    assert api.get("/accounts/globex/subaccounts").json() == [child]
    assert api.get("/accounts/initech/subaccounts").json() == []
    assert api.get("/accounts/nobody/subaccounts").status_code == 404
    assert child in api.get("/accounts").json()
    sandbox.options(SubAccountsInAccountsList=False)
    assert child not in api.get("/accounts").json()


@pytest.mark.parametrize("how, status", [("error", 400), ("ignore", 200)])
def test_unknown_parent(sandbox, api, how, status):
    """Facts 9.2 [U]: UnknownParent."""
    sandbox.options(UnknownParent=how)
    answer = make(api, ParentAccountId="nobody")
    assert answer.status_code == status
    assert answer.json().get("ParentAccountId") is None


@pytest.mark.parametrize("how, parent", [("ignore", None), ("honour", "globex")])
def test_put_parent(sandbox, api, how, parent):
    """Facts 9.3: documented on create only: PutParentAccountId."""
    sandbox.options(PutParentAccountId=how)
    answer = api.put("/accounts/initech", {"ParentAccountId": "globex"})
    assert answer.json()["ParentAccountId"] == parent


def test_templates_account(sandbox, api):
    """Facts 7 [U]: TemplatesInAccountsList."""
    ids = [one["Id"] for one in api.get("/accounts").json()]
    assert ids == ["templates", "globex", "initech"]
    sandbox.options(TemplatesInAccountsList=False)
    assert [one["Id"] for one in api.get("/accounts").json()] == ["globex", "initech"]
    assert api.get("/account/connectors", account="templates").status_code == 200


def test_delete(api):
    """Facts 9.4 [QA]: 200, then 404 everywhere."""
    assert api.delete("/accounts/globex").status_code == 200
    assert api.delete("/accounts/globex").status_code == 404
    assert api.get("/accounts/globex").status_code == 404
    assert api.get("/account/connectors").status_code == 401


@pytest.mark.parametrize("how, status", [("ok", 200), ("conflict", 409)])
def test_delete_with_content(sandbox, api, how, status):
    """Facts 9.4 [U]: DeleteAccountWithContent."""
    sandbox.options(DeleteAccountWithContent=how)
    make(api, ParentAccountId="initech")
    assert api.delete("/accounts/globex").status_code == status
    assert api.delete("/accounts/initech").status_code == status
    assert api.get("/accounts/new").status_code == (404 if how == "ok" else 200)


def test_usage(api):
    """Facts 9.5 [QA][D]."""
    assert {"Id", "TasksUsed", "StartTime", "EndTime"} <= set(api.get("/accounts/globex/usage").json())
    assert api.get("/accounts/nobody/usage").status_code == 404


def test_users(api):
    """Facts 9.6 [QA]."""
    path = "/accounts/globex/users"
    assert api.get(path).json() == ["ann@globex.example"]
    assert api.put(path, {"username": "bob", "Password": "p"}).status_code == 200
    assert api.get(path).json() == ["ann@globex.example", "bob"]
    assert api.put("/users", {"UserName": "bob", "Password": "q"}).status_code == 200
    assert api.put("/users", {"UserName": "nobody", "Password": "q"}).status_code == 404
    assert api.send("DELETE", path, json={"UserName": "bob"}).status_code == 200
    assert api.send("DELETE", path, json={"UserName": "bob"}).status_code == 404
    assert api.send("DELETE", path, json={}).status_code == 400
    assert api.get(path).json() == ["ann@globex.example"]
    assert api.get("/accounts/nobody/users").status_code == 404
