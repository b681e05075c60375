# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is wrong is said, with what would be right, before anything is written.

Each table becomes one playbook: module, its options, what the message says, and what `error` holds (None where the API has not answered;
SPEC where the options themselves contradict each other, which ansible-core reports).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import yaml
from cyclr_sandbox.state import seed
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import assert_no_writes

SPEC = "spec"
UNKNOWN_ACCOUNT = {"status": 401, "method": "GET", "path": "/v1.0/account/connectors"}
REFUSED_LOGIN = {"status": 400, "method": "POST", "path": "/oauth/token", "message": "invalid_client"}


@dataclass
class Case:
    what: str
    module: str
    options: dict
    says: tuple
    error: object = None
    environment: dict | None = None

    def task(self):
        task = {"name": self.what, f"cyclr.ipaas.{self.module}": self.options, "ignore_errors": True}
        if self.environment:
            task["environment"] = self.environment
        return task


def install(what, options, *says, **more):
    return Case(what, "cyclr_connector_install", {"account_id": "globex", **options}, says, **more)


def partner(what, options, *says, **more):
    return Case(what, "cyclr_partner_connector", {"source_account_id": "templates", "account_id": "globex", **options}, says, **more)


def link(what, options, *says, **more):
    return Case(what, "cyclr_oauth_link", {"account_id": "globex", "name": "HubSpot", "target_origin": "https://app.example.com", **options}, says, **more)


def account(what, options, *says, **more):
    return Case(what, "cyclr_account", {"account_id": "globex", **options}, says, **more)


CONTACTS, SIGN_UPS, CHOICES = "New Acme contacts to HubSpot", "Acme sign-ups to Mailchimp", "Choices"
FIRST_TWIN, SECOND_TWIN = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff"
RUNNING = {"name": "Running", "template": CHOICES}


def cycle(what, options, *says, **more):
    return Case(what, "cyclr_cycle", {"account_id": "hooli", **options}, says, **more)


def mapping(what, given, *says, **more):
    """Of a template that is not installed yet."""
    return cycle(what, {"template": CHOICES, "name": "New", "mappings": [given]}, *says, **more)


def same_when_installed(case):
    """What is wrong with the inputs of a template is just as wrong with those of an integration."""
    return Case(case.what + " (installed)", case.module, {**case.options, "name": "Paused", "state": "present"}, case.says)


INPUTS = [
    cycle("an unknown variable", {"template": CHOICES, "name": "New", "variables": {"Regoin": "eu"}},
          "variable 'Regoin' does not exist", "allowed are: Region, Signing Key", "did you mean 'Region'?"),
    cycle("a value that a variable cannot have", {"template": CHOICES, "name": "New", "variables": {"Region": "mars"}},
          "variable 'Region' cannot be 'mars'", "allowed are: eu, us"),
    cycle("a secret value that a variable cannot have", {"template": CHOICES, "name": "New", "sensitive_variables": {"Region": "k3y-canary"}},
          "variable 'Region' cannot be the given value", "allowed are: eu, us"),
    mapping("an unknown step", {"step": "Sent", "field": "Status", "value": "on"}, "step 'Sent' does not exist", "'Send'", "did you mean 'Send'?"),
    mapping("an unknown field", {"step": "Send", "field": "State", "value": "on"}, "step 'Send' has no field 'State'", "allowed are: 'Status', 'Note'"),
    mapping("a parameter that is a field", {"step": "Send", "parameter": "Status", "value": "on"}, "has no parameter 'Status'", "it is a field"),
    mapping("a value that a field cannot have", {"step": "Send", "field": "Status", "value": "odd"}, "field 'Status' of step 'Send' cannot be", "on, off"),
    mapping("an unknown source step", {"step": "Send", "field": "Note", "value_from": {"step": "Reed", "field": "Email"}},
            "step 'Reed' does not exist", "did you mean 'Read'?"),
    mapping("an unknown source field", {"step": "Send", "field": "Note", "value_from": {"step": "Read", "field": "Mail"}},
            "step 'Read'", "'Mail'", "allowed are: 'Email'"),
]

TABLES = {
    "cycle": [
        cycle("an account that does not exist", {"account_id": "vandelay", "template": CONTACTS}, "account 'vandelay' does not exist",
              error={"status": 401, "method": "GET", "path": "/v1.0/cycles"}),
        cycle("no template", {}, "one of the following", "template", error=SPEC),
        cycle("a template twice", {"template": CONTACTS, "template_id": NOBODY}, "mutually exclusive", error=SPEC),
        cycle("an unknown template", {"template": "New contacts to HubSpot"}, "is not the name of a published template", f"did you mean '{CONTACTS}'"),
        cycle("an ambiguous template", {"template": "Twins"}, "2 templates are named 'Twins'", "template_id", FIRST_TWIN, SECOND_TWIN),
        cycle("an unknown template id", {"template_id": NOBODY}, f"template_id: template {NOBODY} does not exist"),
        cycle("a template id that is not an id", {"template_id": "12"}, "template_id: '12' is not an ID such as"),
        cycle("an unknown cycle id", {"cycle_id": NOBODY}, f"cycle_id: account 'hooli' has no integration {NOBODY}"),
        cycle("an interval outside the list", {"template": CONTACTS, "interval": 7}, "interval", "1, 5, 15, 30, 60, 120", error=SPEC),
        cycle("a start time that is not a time", {"template": CONTACTS, "start_time": "tomorrow"}, "start_time: 'tomorrow' is not a time such as"),
        cycle("a start time without a zone", {"template": CONTACTS, "start_time": "2030-01-31T12:00:00"}, "start_time", "has no time zone"),
        cycle("two integrations that match", {"template": CHOICES, "name": "Same"}, "2 integrations of this template are named 'Same'", "cycle_id", "-4001-"),
        cycle("a connector that the template does not use", {"template": CONTACTS, "connectors": {"Xero": "Books"}},
              f"template '{CONTACTS}' does not use connector 'Xero'", "it uses: 'Acme Platform', 'HubSpot'"),
        cycle("a connector that the integration does not use", {"template": CHOICES, "name": "Paused", "connectors": {"Xero": "Books"}},
              "does not use connector 'Xero'", "it uses: 'Mailchimp'"),
        cycle("an account connector that is not installed", {"template": CONTACTS, "connectors": {"HubSpot": "Sales"}}, "has no connector 'Sales'"),
        cycle("an account connector of another kind", {"template": CONTACTS, "connectors": {"HubSpot": "Mailchimp"}},
              "'Mailchimp' is an instance of connector Mailchimp", "not of 'HubSpot'"),
        cycle("a variable twice", {"template": CHOICES, "variables": {"Region": "eu"}, "sensitive_variables": {"Region": "eu"}},
              "given in both variables and sensitive_variables: Region"),
        cycle("a variable that is a list", {"template": CHOICES, "variables": {"Region": ["eu"]}}, "variable 'Region'", "must be one text"),
        mapping("neither field nor parameter", {"step": "Send", "value": "on"}, "mappings (item 1): give either field or parameter"),
        mapping("no value", {"step": "Send", "field": "Status"}, "mappings (item 1): give exactly one of value, value_from and ignore=true"),
        *INPUTS,
        *map(same_when_installed, INPUTS),
        cycle("an edit of a running integration", {**RUNNING, "description": "D", "variables": {"Region": "us"}},
              "is running and cannot be changed while it runs", "description, Region", "stop_to_edit=true"),
        cycle("a mapping of a running integration", {**RUNNING, "mappings": [{"step": "Send", "field": "Status", "value": "off"}]},
              "is running and cannot be changed while it runs", "Send: Status", "stop_to_edit=true"),
        cycle("a state that does not exist", {"template": CONTACTS, "state": "running"}, "state", "started, present, stopped, absent", error=SPEC),
        Case("a run of what is not installed", "cyclr_cycle_run", {"account_id": "hooli", "template": CONTACTS}, ("has no integration",)),
        Case("a run of an unknown template", "cyclr_cycle_run", {"account_id": "hooli", "template": "Twin"}, ("did you mean 'Twins'?",)),
        Case("a run of what runs", "cyclr_cycle_run", {"account_id": "hooli", **RUNNING}, ("is running", "stop it first")),
        Case("a negative time to wait", "cyclr_cycle_run", {"account_id": "hooli", **RUNNING, "wait_timeout": -1}, ("wait_timeout: must not be negative",)),
        Case("integrations of an account that does not exist", "cyclr_cycle_info", {"account_id": "vandelay"}, ("account 'vandelay' does not exist",),
             {"status": 401, "method": "GET", "path": "/v1.0/cycles"}),
        Case("incidents since when", "cyclr_cycle_info", {"account_id": "hooli", "since": "yesterday"}, ("since: 'yesterday' is not a time such as",)),
        Case("a negative number of incidents", "cyclr_cycle_info", {"account_id": "hooli", "max_incidents": -1}, ("max_incidents: must not be negative",)),
        Case("something else to gather", "cyclr_cycle_info", {"account_id": "hooli", "gather": ["runs"]}, ("prerequisites, steps",), SPEC),
        Case("a version without a connector", "cyclr_template_info", {"connector_version": "1"}, ("connector",), SPEC),
        Case("a template that is not named by an id", "cyclr_template_info", {"template_id": "x"}, ("template_id: 'x' is not an ID such as",)),
    ],
    "connection": [
        account("no credential", {}, "missing credential: client_secret", "CYCLR_CLIENT_SECRET", "access_token", environment={"CYCLR_CLIENT_SECRET": ""}),
        account("a wrong credential, or one of another region", {"client_secret": "wrong"},
                "Check client_id and client_secret", "credentials are valid in one region only", "api.eu.cyclr.com", error=REFUSED_LOGIN),
        account("a token that is not valid", {"access_token": "stale", "client_secret": ""},
                "the access token is not valid here", "restricted to one account",
                error={"status": 401, "method": "GET", "path": "/v1.0/accounts/globex", "message": "Authorization has been denied for this request."}),
        account("plain http to another machine", {"api_url": "http://api.cyclr.com"}, "api_url", "plain http", "loopback", "use https"),
        account("an API address with a path", {"api_url": "https://api.cyclr.com/v1.0"}, "api_url", "without the path", "/v1.0"),
        account("an API address with credentials", {"api_url": "https://me:hidden-word@api.cyclr.com"}, "must not contain a user name or password"),
        account("an API address without a scheme", {"api_url": "api.cyclr.com"}, "api_url", "is not a URL such as https://api.cyclr.com"),
        account("a bundle that is not there", {"ca_path": "/nowhere/ca.pem"}, "ca_path", "/nowhere/ca.pem", "No such file"),
    ],
    "account": [
        account("an empty id", {"account_id": " "}, "account_id: must not be empty"),
        account("an id that no path can hold", {"account_id": ".."}, "account_id", "consists of dots"),
        account("an empty name", {"name": ""}, "name: must not be empty"),
        account("a time zone that there is not", {"timezone": "Europe/Londno"}, "timezone", "did you mean Europe/London"),
        account("negative hours", {"step_data_success_retention_hours": -1}, "step_data_success_retention_hours: must be 0 or more"),
        account("hours that are no number", {"step_data_success_retention_hours": "abc"}, "step_data_success_retention_hours", error=SPEC),
        account("a webhook without its URL", {"transaction_error_webhook_enabled": True}, "transaction_error_webhook_url: required if"),
        account("a webhook URL that is none", {"transaction_error_webhook_url": "not a url"}, "transaction_error_webhook_url", "is not a URL"),
        account("a parent that there is not", {"account_id": "new", "parent_account_id": "vandelay"}, "parent_account_id: account 'vandelay' does not exist"),
        account("a state that there is not", {"state": "gone"}, "state", "present, absent", error=SPEC),
        Case("a token for an account that there is not", "cyclr_access_token", {"account_id": "vandelay"}, ("POST /oauth/token returned 400: invalid_scope",),
             {"status": 400, "method": "POST", "path": "/oauth/token", "message": "invalid_scope"}),
        Case("connectors of an account that there is not", "cyclr_connector_info", {"account_id": "vandelay"}, ("vandelay",), {"status": 401}),
    ],
    "install": [
        install("an account that there is not", {"account_id": "vandelay", "connector": "HubSpot"}, "account 'vandelay' does not exist", error=UNKNOWN_ACCOUNT),
        install("a connector that there is not", {"connector": "Sales"}, "has no connector 'Sales'", "did you mean 'Salesforce'"),
        install("a version that there is not", {"connector": "Salesforce", "connector_version": "v1"}, "no version 'v1'", "'v58.0' (id 20003)", "'v60.0'"),
        install("several versions", {"connector": "Salesforce"}, "2 connectors are named 'Salesforce'", "connector_version", "'v58.0' (id 20003)", "'v60.0'"),
        install("an id that there is not", {"connector_id": 1}, "connector 1 is not in the catalogue", "connector_version"),
        install("a draft", {"connector_id": 5122}, "is a draft and cannot be installed", "5122"),
        install("no connector", {}, "one of the following", "connector", error=SPEC),
        install("a connector twice", {"connector": "HubSpot", "connector_id": 20002}, "mutually exclusive", error=SPEC),
        install("a property that there is not",
                {"connector": "Zendesk", "api_key": "k3y-canary", "properties": {"Subdomain": "x", "Plan": "team", "Colour": "red"}},
                "property 'Colour' does not exist", "allowed are: Plan, Subdomain"),
        install("a property that is not the account's", {"connector": "Zendesk", "properties": {"Subdomain": "x", "Plan": "team", "EndpointUrl": "x"}},
                "'EndpointUrl' is not an account connector property", "allowed are: Plan, Subdomain"),
        install("a value that is not allowed", {"connector": "Zendesk", "properties": {"Subdomain": "x", "Plan": "free"}},
                "'Plan' cannot be 'free'", "team, growth, enterprise"),
        install("a property that is missing", {"connector": "Zendesk", "properties": {"Subdomain": "x"}}, "'Plan' is required", "team, growth, enterprise"),
        install("everything wrong at once", {"connector": "Zendesk", "properties": {"Plan": "free", "Colour": "red"}},
                "property 'Colour' does not exist", "'Plan' cannot be 'free'", "'Subdomain' is required"),
        install("a property that is a list", {"connector": "Zendesk", "properties": {"Subdomain": ["x"]}}, "property 'Subdomain'", "must be one text"),
        install("a property twice", {"connector": "Zendesk", "properties": {"Plan": "team"}, "sensitive_properties": {"Plan": "team"}},
                "both properties and sensitive_properties: Plan"),
        install("a key for what waits for consent", {"connector": "HubSpot", "api_key": "k3y-canary"}, "api_key", "authenticates with OAuth2 'OAuth 2.0'"),
        install("a password for what has a key", {"connector": "Mailchimp 2", "username": "ann", "password": "k3y-canary"}, "no connector 'Mailchimp 2'"),
        install("a user name for what has a key",
                {"connector": "Zendesk", "username": "ann", "password": "k3y-canary", "properties": {"Subdomain": "x", "Plan": "team"}},
                "username", "authenticates with ApiKey 'API token'"),
        install("a key and a password", {"connector": "Zendesk", "api_key": "k3y-canary", "username": "a", "password": "k3y-canary"},
                "mutually exclusive", error=SPEC),
        install("a colon in the user name", {"connector": "Access CRM", "username": "a:b", "password": "k3y-canary"}, "must not contain a colon"),
        install("a method that there is not", {"connector": "Shopify", "authentication": "Basic", "properties": {"Shop": "x"}},
                "no method 'Basic'", "OAuth2 'OAuth 2.0'", "ApiKey 'Private app'"),
        install("two instances of one name", {"name": "Twin", "connector": "Mailchimp"},
                "more than one connector of the account is named 'Twin'", "902", "903"),
        install("an instance of another connector", {"name": "Mailchimp", "connector": "Zendesk"}, "is an instance of connector Mailchimp"),
        install("nothing to de-authenticate", {"name": "Vandelay", "state": "deauthenticated"}, "no connector 'Vandelay' to de-authenticate"),
    ],
    "partner": [
        partner("a source that there is not", {"source_account_id": "vandelay"}, "source_account_id: account 'vandelay' does not exist", error=UNKNOWN_ACCOUNT),
        partner("the source itself", {"account_id": "templates"}, "is the account that the partner connector is taken from"),
        partner("none with the mark", {"source_account_id": "initech"}, "'initech' has no partner connector", "Native", "Installed: "),
        partner("several with the mark", {"source_account_id": "many"}, "several partner connectors", "'Acme Platform'", "'Mailchimp'"),
        partner("none of that name", {"connector": "Vandelay"}, "no partner connector 'Vandelay'", "Marked: 'Acme Platform'"),
        partner("no marketplace", {"via": "marketplace"}, "marketplace_id", error=SPEC),
        partner("a way that there is not", {"via": "orbit"}, "launch, marketplace, install", error=SPEC),
        partner("options of another way", {"via": "marketplace", "marketplace_id": 8, "wizard": True, "start": False},
                "start, wizard: not supported with via=marketplace"),
        partner("options for no call at all", {"via": "install", "marketplace_id": 8, "username": "ann", "password": "k3y-canary"},
                "marketplace_id, username: not supported with via=install"),
        partner("a user without a password", {"username": "ann"}, "password", error=SPEC),
        partner("an account that there is not, to install into", {"via": "install", "account_id": "vandelay"},
                "account 'vandelay' does not exist", error=UNKNOWN_ACCOUNT),
        partner("a property that there is not", {"properties": {"Colour": "red"}},
                "property 'Colour' does not exist", "allowed are: Region, Subdomain, WebhookSecret"),
        partner("a value that is not allowed", {"properties": {"Region": "mars"}}, "'Region' cannot be 'mars'", "eu, us, apac"),
        partner("tokens for what has a key", {"oauth_tokens": {"access_token": "k3y-canary"}}, "oauth_tokens", "authenticates with ApiKey 'API key'"),
    ],
    "link": [
        link("an account that there is not", {"account_id": "vandelay"}, "account 'vandelay' does not exist", error=UNKNOWN_ACCOUNT),
        link("a connector that is not installed", {"name": "Xero"}, "has no connector 'Xero'", "installed:", "'HubSpot' (id 904)"),
        link("an id that is not installed", {"account_connector_id": 1, "name": "{{ omit }}"}, "has no connector 1"),
        link("neither name nor id", {"name": "{{ omit }}"}, "one of the following", error=SPEC),
        link("what needs no consent", {"name": "Mailchimp"}, "does not authenticate with OAuth", "with ApiKey", "cyclr_connector_install"),
        link("a service domain with a path", {"service_domain": "acme-h.cyclr.com/signin"}, "service_domain", "without the path", "/signin"),
        link("a service domain over plain http", {"service_domain": "http://acme-h.cyclr.com"}, "service_domain", "plain http", "loopback"),
        link("no service domain", {}, "service_domain", error=SPEC, environment={"CYCLR_SERVICE_DOMAIN": ""}),
        link("a target that is no URL", {"target_origin": "app.example.com"}, "target_origin", "is not an absolute URL such as"),
    ],
}

MORE = {
    "Accounts": [{"Id": "many", "Name": "Many"}, {"Id": "hooli", "Name": "Hooli"}],
    "AccountConnectors": [
        {"AccountId": "many", "Id": 900, "ConnectorId": 20001, "AuthValue": "x", "IsPartnerIntegrationConnector": True},
        {"AccountId": "many", "Id": 901, "ConnectorId": 20005, "AuthValue": "x", "IsPartnerIntegrationConnector": True},
        {"AccountId": "globex", "Id": 902, "Name": "Twin", "ConnectorId": 20005},
        {"AccountId": "globex", "Id": 903, "Name": "Twin", "ConnectorId": 20005},
        {"AccountId": "globex", "Id": 904, "ConnectorId": 20002},
        {"AccountId": "hooli", "Id": 905, "ConnectorId": 20005, "AuthValue": "x"},
    ],
    "Templates": [
        {"Id": FIRST_TWIN, "Name": "Twins"},
        {"Id": SECOND_TWIN, "Name": "Twins"},
        {
            "Id": "aaaaaaaa-0000-4000-8000-000000000003",
            "Name": CHOICES,
            "Variables": [{"DisplayName": "Region", "Value": "eu", "Values": ["eu", "us"]}, {"DisplayName": "Signing Key", "Value": "k3y-canary"}],
            "Steps": [
                {"Name": "Read", "ResponseFields": [{"Name": "Email"}]},
                {"Name": "Send", "Connector": "Mailchimp",
                 "Fields": [{"Name": "Status", "Values": ["on", "off"], "Value": "on"}, {"Name": "Note", "IsOptional": True}]},
            ],
        },
    ],
    "Cycles": [
        {"Id": f"bbbbbbbb-0000-400{number}-8000-000000000000", "AccountId": "hooli", "Name": name, "TemplateId": "aaaaaaaa-0000-4000-8000-000000000003",
         "Status": "Active" if name == "Running" else "Paused"}
        for number, name in enumerate(("Running", "Same", "Same", "Paused"))
    ],
}


def bad_seed():
    """The built-in seed and what else can be wrong in an account."""
    built_in = seed.builtin()
    return {**built_in, **{key: built_in.get(key, []) + more for key, more in MORE.items()}}


@pytest.mark.parametrize("table", TABLES)
def test_refused(runner, table, tmp_path):
    cases = TABLES[table]
    playbook = tmp_path / f"{table}.yml"
    tasks = [case.task() for case in cases]
    playbook.write_text(yaml.safe_dump([{"name": table, "hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    play = runner.both_ways(playbook, seed=bad_seed())
    assert_no_writes(play)
    problems = [problem for case in cases for problem in judge(case, play.results[case.what])]
    assert not problems, "\n".join(problems)
    assert "k3y-canary" not in play.output and "hidden-word" not in play.output


def judge(case, task):
    """What is wrong with how a case failed."""
    if not task.failed:
        yield f"{case.what}: did not fail"
        return
    msg = " ".join(task.msg.split())
    for text in case.says:
        if text not in msg:
            yield f"{case.what}: {text!r} is not in {msg!r}"
    error = task.result.get("error")
    if case.error == SPEC:
        return
    if error is None or set(error) != {"status", "method", "path", "message"}:
        yield f"{case.what}: error is {error}"
    elif case.error is None and any(error.values()):
        yield f"{case.what}: error is {error}, though it is nobody's answer"
    elif any(error[key] != value for key, value in (case.error or {}).items()):
        yield f"{case.what}: error is {error}, not {case.error}"
