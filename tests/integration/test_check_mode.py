# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode on an empty system accepts every option that a real run accepts, writes nothing, and its results have the same keys.

A plan for a whole fleet is looked at before anything exists: no account, no parent, no account of the partner connector.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import cyclr_sandbox
import pytest
import yaml

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import assert_no_writes

MODULES = [
    "cyclr_access_token", "cyclr_account", "cyclr_account_info", "cyclr_connector_info", "cyclr_connector_install",
    "cyclr_connector_upgrade", "cyclr_cycle", "cyclr_cycle_info", "cyclr_cycle_run",
    "cyclr_oauth_hand_over", "cyclr_oauth_link", "cyclr_oauth_wait", "cyclr_partner_connector", "cyclr_template_info",
]
EMPTY = {"Credentials": [{"ClientId": "sandbox-client", "ClientSecret": "sandbox-secret"}]}
FULL = yaml.safe_load((Path(cyclr_sandbox.__file__).parent / "state" / "builtin.yml").read_text(encoding="utf-8"))


def method_id(connector_id):
    """As the sandbox numbers the first method of a connector."""
    number = connector_id * 10 + 1
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def cycle_id(number):
    return f"{number:08x}-0000-4000-8000-000000000001"


TEMPLATE, TEMPLATE_ID = "New Acme contacts to HubSpot", "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"
SEND, RECEIVE = "Create or update contact", "List new contacts"
TARGET = {"name": "HubSpot", "target_origin": "https://app.example.com/done"}
BASES = {
    "cyclr_access_token": {},
    "cyclr_account": {},
    "cyclr_account_info": {},
    "cyclr_connector_info": {},
    "cyclr_connector_install": {"connector": "Mailchimp"},
    # What is not installed is not upgraded.
    "cyclr_connector_upgrade": {"connector": "Zendesk", "connector_version": "v2"},
    "cyclr_cycle": {"template": TEMPLATE},
    "cyclr_cycle_info": {},
    "cyclr_cycle_run": {"template": TEMPLATE},
    "cyclr_template_info": {},
    # Nothing waits, so that nothing is sent.
    "cyclr_oauth_hand_over": {"target_origin": "https://app.example.com/done", "webhook_url": "https://hooks.example.com", "webhook_token": "t"},
    "cyclr_oauth_link": TARGET,
    "cyclr_oauth_wait": {"wait_timeout": 0},
    "cyclr_partner_connector": {"source_account_id": "templates"},
}
SUGAR = {"connector": "SugarCRM", "properties": {"Domain": "d", "Username": "u"}, "sensitive_properties": {"Password": "the-password"}}
# Option -> values to try. A dictionary that names the option itself is a whole set of options; None in it takes an option of the base away.
VALUES = {
    "cyclr_access_token": {"account_id": [{}]},
    "cyclr_account_info": {"account_id": [{}]},
    "cyclr_account": {
        "account_id": [{}],
        "name": ["Vandelay"],
        "description": ["Latex", ""],
        "timezone": ["Europe/London"],
        "parent_account_id": ["the-parent"],
        "audit_info": ["a"],
        "task_audit_info": ["b"],
        "step_data_success_retention_hours": [0, 168, 1000],
        "step_data_errored_retention_hours": [168],
        "transaction_error_webhook_enabled": [
            False, {"transaction_error_webhook_enabled": True, "transaction_error_webhook_url": "hooks.example.com"},
        ],
        "transaction_error_webhook_url": ["https://hooks.example.com"],
        "transaction_error_webhook_include_warnings": [True],
        "state": ["present", "absent"],
    },
    "cyclr_connector_info": {
        "account_id": [{}],
        "gather": [["catalogue"], ["installed"], []],
        "connector_id": [20005],
        "name": ["Mailchimp"],
        "version": ["v60.0", ""],
        "query": ["mail"],
        "category": ["CRMs"],
        "include_custom": [False],
        "partner_only": [True],
        "include_icons": [True],
        "include_secrets": [True],
        "include_uses": [True],
    },
    "cyclr_connector_install": {
        "account_id": [{}],
        "catalogue_account_id": ["templates"],
        "connector": ["HubSpot", "Generic Webhook"],
        "connector_version": [{"connector": "Salesforce", "connector_version": "v60.0"}, ""],
        "connector_id": [{"connector_id": 20005, "connector": None}],
        "name": ["Our newsletters"],
        "description": ["For the newsletters", ""],
        "username": [{"connector": "Access CRM", "username": "milton", "password": "red-stapler"}],
        "password": [{"connector": "Access CRM", "username": "milton", "password": "red-stapler", "authentication": "Basic"}],
        "partner_connector": [True, False],
        "update_auth": ["always", {"update_auth": "on_create", "api_key": "a-key"}],
        "state": [
            "present", "absent", "deauthenticated",
            {"state": "deauthenticated", "connector": None, "name": "Mailchimp"},
            {"state": "deauthenticated", "connector": None, "connector_id": 20005},
            {"state": "absent", "connector": None, "name": "Mailchimp"},
        ],
        "authentication": [
            "API key", "ApiKey", "apikey",
            {"connector": "Shopify", "authentication": "OAuth 2.0", "properties": {"Shop": "s"}},
            {"connector": "Shopify", "authentication": "Private app", "api_key": "a-key", "properties": {"Shop": "s"}},
        ],
        "authentication_id": [method_id(20005), {"authentication_id": method_id(20005), "api_key": "a-key"}],
        "auth_value": ["a-value"],
        "api_key": ["a-key"],
        "oauth_tokens": [
            {"connector": "HubSpot", "oauth_tokens": {"access_token": "a-token", "refresh_token": "r-token"}},
            {"connector": "QuickBooks", "oauth_tokens": {}, "properties": {"ClientId": "c"}, "sensitive_properties": {"ClientSecret": "s-secret"}},
        ],
        "properties": [SUGAR, {"connector": "Access CRM", "properties": {"Domain": 7}}],
        "sensitive_properties": [SUGAR],
    },
    "cyclr_connector_upgrade": {
        "account_id": [{}],
        "connector": ["Salesforce"],
        "connector_version": ["v60.0", ""],
        "from_versions": [["v58.0", ""]],
        "instance": ["Our Salesforce"],
        "name": ["Salesforce v60.0"],
        "description": ["For the sales people", ""],
        "username": [{"username": "milton", "password": "red-stapler"}],
        "password": [{"username": "milton", "password": "red-stapler", "authentication": "Basic"}],
        "update_auth": ["always", "on_create"],
        "remove_replaced": [True, False],
        "authentication": ["API token"],
        "authentication_id": [method_id(20013)],
        "auth_value": ["a-value"],
        "api_key": ["a-key"],
        "oauth_tokens": [{"oauth_tokens": {"access_token": "a-token"}}],
        "properties": [{"properties": {"Subdomain": "s", "Plan": "team"}}],
        "sensitive_properties": [{"sensitive_properties": {"Subdomain": "s"}}],
    },
    "cyclr_cycle": {
        "account_id": [{}],
        "template": [TEMPLATE],
        "template_id": [{"template_id": TEMPLATE_ID, "template": None}],
        "cycle_id": [{"cycle_id": "the cycle", "template": None}],
        "name": ["Contacts", {"cycle_id": "the cycle", "template": None, "name": "Contacts"}],
        "description": ["Every hour", ""],
        "connectors": [{"connectors": {"HubSpot": "HubSpot"}}],
        "variables": [{"variables": {"Lead Source": "Initech"}}],
        "sensitive_variables": [{"sensitive_variables": {"LeadSource": "a-secret"}}],
        "mappings": [
            [{"step": RECEIVE, "parameter": "Updated Since", "value": "2030-01-01"}, {"step": SEND, "field": "Last Name", "ignore": True}],
            [{"step": SEND, "field": "First Name", "value_from": {"step": RECEIVE, "field": "Email"}}],
        ],
        "interval": [15],
        "start_time": ["2030-01-31T12:00:00Z"],
        "update_schedule": ["on_start", "always"],
        "finish_queued": [False],
        "stop_to_edit": [True],
        "require_ready": [False],
        "state": ["started", "present", "stopped", "absent"],
    },
    "cyclr_cycle_info": {
        "account_id": [{}],
        "cycle_id": ["the cycle"],
        "template_id": [TEMPLATE_ID],
        "name": [TEMPLATE],
        "tag": ["starter"],
        "gather": [["prerequisites", "steps", "variables", "incidents", "upgradeable"], []],
        "since": ["2030-01-31"],
        "max_incidents": [5],
        "include_details": [True],
    },
    "cyclr_cycle_run": {
        "account_id": [{}],
        "cycle_id": [{"cycle_id": "the cycle", "template": None}],
        "template": [TEMPLATE],
        "template_id": [{"template_id": TEMPLATE_ID, "template": None}],
        "name": [TEMPLATE],
        "start_time": ["2030-01-31T12:00:00Z"],
        "wait_timeout": [0, 1],
    },
    "cyclr_template_info": {
        "account_id": [{}],
        "template_id": [TEMPLATE_ID],
        "name": [TEMPLATE],
        "tag": ["starter"],
        "connector": ["HubSpot"],
        "connector_version": [{"connector": "HubSpot", "connector_version": "v3"}],
        "include_icons": [True],
    },
    "cyclr_oauth_hand_over": {
        "account_id": [{}],
        "account_name": ["Vandelay"],
        "flow": ["service_domain", "api_domain"],
        "service_domain": ["acme-h.cyclr.com"],
        "username": ["jo"],
        "target_origin": ["https://app.example.com"],
        "callback_message": ["done"],
        "webhook_url": ["https://hooks.example.com/a/b?c=d", "http://127.0.0.1:8080/links"],
        "webhook_token": ["a-token"],
    },
    "cyclr_oauth_link": {
        "account_id": [{}],
        "account_connector_id": [{"account_connector_id": "the id", "name": None}],
        "name": ["HubSpot"],
        "flow": ["service_domain", "api_domain"],
        "service_domain": ["acme-h.cyclr.com"],
        "username": ["jo"],
        "target_origin": ["https://app.example.com"],
        "callback_message": ["done"],
        "force": [True],
    },
    "cyclr_oauth_wait": {
        "account_id": [{}],
        "names": [["HubSpot"]],
        "account_connector_ids": [["the id"]],
        "wait_timeout": [0],
        "poll_interval": [1],
    },
    "cyclr_partner_connector": {
        "account_id": [{}],
        "source_account_id": ["templates"],
        "connector": ["Acme Platform"],
        "account_name": ["Vandelay"],
        "account_description": ["Latex"],
        "via": ["launch", "install", {"via": "marketplace", "marketplace_id": 8}],
        "marketplace_id": [{"via": "marketplace", "marketplace_id": 8, "inline_oauth": True, "complete_parameter": "c"}],
        "username": [{"username": "jo", "password": "Sandbox-Pass-2"}],
        "password": [{"username": "jo", "password": "Sandbox-Pass-2", "via": "marketplace", "marketplace_id": 8}],
        "update_auth": ["always", "on_create"],
        "start": [False],
        "run_once": [True],
        "tags": [["contacts"]],
        "inline_oauth": [True],
        "auto_install": [False],
        "single_install": [True],
        "complete_parameter": ["c"],
        "wizard": [True],
        "display_descriptions": [True],
        "payload": ["connector_authentications", "partner_connector"],
        "force": [True],
        "authentication": ["API key", "ApiKey"],
        "authentication_id": [method_id(20001)],
        "auth_value": ["a-value"],
        "api_key": ["a-key", {"api_key": "a-key", "via": "install", "connector": "Acme Platform"}],
        # A real run refuses them for this connector, which has an API key.
        "oauth_tokens": [],
        "properties": [{"properties": {"Subdomain": "vandelay"}}],
        "sensitive_properties": [{"sensitive_properties": {"WebhookSecret": "a-secret"}}],
    },
}


def specification(module):
    return importlib.import_module("ansible_collections.cyclr.ipaas.plugins.modules." + module).SPEC["argument_spec"]


def cases():
    """(name of the task, module, options); each has an account of its own."""
    for module in MODULES:
        for option, values in VALUES[module].items():
            for value in values:
                whole = isinstance(value, dict) and (option in value or not value)
                options = dict(BASES[module], **(value if whole else {option: value}))
                yield f"{module} {option} {value}", module, {name: one for name, one in options.items() if one is not None}


def plan(tmp_path):
    """The play, and the seed on which it can run for real."""
    tasks, accounts, connectors, cycles = [], [{"Id": "the-parent", "Name": "Parent"}], [], []
    for number, (name, module, options) in enumerate(cases()):
        account, its_id = f"customer-{number}", 9000 + number
        if module not in ("cyclr_access_token", "cyclr_account"):
            accounts.append({"Id": account, "Name": account})
        if module in ("cyclr_oauth_link", "cyclr_oauth_wait"):
            connectors.append({"AccountId": account, "Id": its_id, "Name": "HubSpot", "ConnectorId": 20002})
        if options.get("state") == "deauthenticated":
            connectors.append({"AccountId": account, "Id": its_id, "Name": "Mailchimp", "ConnectorId": 20005, "AuthValue": "a-key"})
        if module in ("cyclr_cycle", "cyclr_cycle_run"):
            connectors.append({"AccountId": account, "Id": 19000 + number, "Name": "Acme Platform", "ConnectorId": 20001, "AuthValue": "a-key"})
            connectors.append({"AccountId": account, "Id": 29000 + number, "Name": "HubSpot", "ConnectorId": 20002, "AuthValue": "tokens"})
        if module == "cyclr_cycle_run" or "cycle_id" in options:
            cycles.append({"Id": cycle_id(number), "AccountId": account, "TemplateId": TEMPLATE_ID})
            options = {key: cycle_id(number) if value == "the cycle" else value for key, value in options.items()}
        options = {key: its_id if value == "the id" else [its_id] if value == ["the id"] else value for key, value in options.items()}
        if not (module == "cyclr_access_token" and "account_id" not in specification(module)):
            options["account_id"] = "the-parent" if module == "cyclr_access_token" else account
        tasks.append({"name": name, f"cyclr.ipaas.{module}": options})
    playbook = tmp_path / "every_option.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}], sort_keys=False), encoding="utf-8")
    seed = dict(FULL, Accounts=FULL["Accounts"] + accounts, AccountConnectors=FULL["AccountConnectors"] + connectors, Cycles=cycles)
    return playbook, seed


def assert_same_keys(predicted, real, where):
    """All the way down, except into lists of which one is empty and into what changes, which cannot be known."""
    if isinstance(predicted, dict) and isinstance(real, dict):
        assert set(predicted) == set(real), where
        for key in set(predicted) - {"diff", "invocation"}:
            assert_same_keys(predicted[key], real[key], f"{where}: {key}")
    elif isinstance(predicted, list) and isinstance(real, list):
        for pair in zip(predicted[:1], real[:1]):
            assert_same_keys(*pair, where)
    else:
        assert isinstance(predicted, dict) == isinstance(real, dict), where


@pytest.mark.parametrize("module", MODULES)
def test_every_option_is_tried(module):
    assert set(VALUES[module]) == set(specification(module)) - set(connection())
    for option, argument in specification(module).items():
        if "choices" in argument and option in VALUES[module] and argument.get("type") == "str":
            tried = {value.get(option) if isinstance(value, dict) else value for value in VALUES[module][option]}
            assert tried == set(argument["choices"]), option


def test_check_mode_accepts_every_option_on_an_empty_system(runner, sandbox, tmp_path):
    playbook, seed = plan(tmp_path)
    sandbox.reset(EMPTY)
    # Everything that this play does for real, as if it began with nothing.
    predicted = runner.run(playbook, check=True)
    assert_no_writes(predicted)
    assert sandbox.state()["Accounts"] == []
    sandbox.reset(seed)
    real = runner.run(playbook)
    assert list(predicted.ours) == list(real.ours) == [name for name, *dummy in cases()]
    for name, task in real.ours.items():
        assert_same_keys(predicted.ours[name].result, task.result, name)
        if "info" not in name and "absent" not in name:
            assert predicted.ours[name].changed == task.changed, name
