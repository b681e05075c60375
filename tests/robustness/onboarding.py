# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role's flow without Ansible: the same chain of modules, with one client for all of them, as a worker has it. Real HTTP against a real
sandbox; only the pauses pass without waiting.

    outcome = onboard(sandbox, NEW)          # what came of it: results, or the error of one step
    REQUESTS[NEW]                            # what it asks when nothing goes wrong
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import requests

from ansible_collections.cyclr.ipaas.plugins.plugin_utils import onboarding_steps as chain
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_reads import OnboardingReads
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.api import Api
from ansible_collections.cyclr.ipaas.plugins.modules import (
    cyclr_access_token,
    cyclr_account,
    cyclr_connector_install,
    cyclr_cycle,
    cyclr_oauth_link,
    cyclr_partner_connector,
)
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import SANDBOX_CLIENT
from ansible_collections.cyclr.ipaas.tests.support.clock import Clock
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import validated

# A customer of whom Cyclr knows nothing; one who is there, has consented to HubSpot, and gets the rest; one who comes by the Marketplace and
# consents by the older link; and one who has everything, but with keys and properties of yesterday.
NEW, KNOWN, MARKET, STALE = "umbrella", "hooli", "vandelay", "soylent"
CUSTOMERS = (NEW, KNOWN, MARKET, STALE)

MODULES = dict(
    cyclr_access_token=cyclr_access_token,
    cyclr_account=cyclr_account,
    cyclr_partner_connector=cyclr_partner_connector,
    cyclr_connector_install=cyclr_connector_install,
    cyclr_oauth_link=cyclr_oauth_link,
    cyclr_cycle=cyclr_cycle,
)
STEPS = dict(
    cyclr_access_token="Log in",
    cyclr_account=chain.ACCOUNT,
    cyclr_partner_connector=chain.PARTNER,
    cyclr_connector_install=chain.CONNECTORS,
    cyclr_oauth_link=chain.LINKS,
    cyclr_cycle=chain.CYCLES,
)

# What is particular to the onboarding of one of them.
PARTNER_OPTIONS = {MARKET: dict(via="marketplace", marketplace_id=8, username="art@vandelay.example", password="Password-of-Art-1")}
LINK_OPTIONS = {MARKET: dict(flow="api_domain")}

# Runs as soon as the customer has authorized HubSpot.
INTEGRATION, TEMPLATE = "New Acme contacts to HubSpot", "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"
PARTNER, HUBSPOT, MAILCHIMP = "Acme Platform", "HubSpot", "Mailchimp"
API_KEY = "umbrella-mailchimp-key"
CONSENTED = '{"AccessToken":"what-the-customer-gave"}'

# What these customers have beside the built-in seed. What has an id from 900 on is the onboarding's to change.
KNOWN_CUSTOMERS = {
    "Accounts": [
        {"Id": KNOWN, "Name": "Hooli Inc.", "Timezone": "Europe/London"},
        {"Id": STALE, "Name": "Initech", "Timezone": "Europe/London"},
    ],
    "AccountConnectors": [
        {"AccountId": KNOWN, "Id": 801, "Name": HUBSPOT, "ConnectorId": 20002, "AuthValue": CONSENTED, "Authenticated": True, "FromBrowser": True},
        {"AccountId": KNOWN, "Id": 802, "Name": "The books", "ConnectorId": 20014, "AuthValue": CONSENTED, "Authenticated": True, "FromBrowser": True},
        {"AccountId": STALE, "Id": 803, "Name": HUBSPOT, "ConnectorId": 20002, "AuthValue": CONSENTED, "Authenticated": True, "FromBrowser": True},
        {"AccountId": STALE, "Id": 901, "Name": PARTNER, "ConnectorId": 20001, "AuthValue": "of-yesterday", "IsPartnerIntegrationConnector": True,
         "Properties": [{"Id": 911, "Name": "Subdomain", "Value": "old"}, {"Id": 912, "Name": "Region", "Value": "us"},
                        {"Id": 913, "Name": "WebhookSecret", "Value": "of-yesterday"}]},
        {"AccountId": STALE, "Id": 902, "Name": MAILCHIMP, "ConnectorId": 20005, "AuthValue": "of-yesterday"},
    ],
}

_CONNECTORS = "/v1.0/account/connectors"
_LOGIN, _LIST = ("POST", "/oauth/token"), ("GET", _CONNECTORS)


def _lookup(name):
    return ("GET", "/v1.0/connectors/%s" % name)


def _install(number):
    return ("POST", "/v1.0/connectors/%d/install" % number)


def _account(account_id):
    return ("GET", "/v1.0/accounts/" + account_id)


_CYCLES, _TEMPLATES = ("GET", "/v1.0/cycles"), ("GET", "/v1.0/templates")
# Whatever id the integration gets
_CYCLE = "/v1.0/cycles/*"
_INSTALL_CYCLE = [_CYCLES, ("POST", "/v1.0/templates/%s/install" % TEMPLATE)]
_IT_WAITS, _IT_RUNS = [_CYCLES, ("GET", _CYCLE + "/prerequisites")], [("PUT", _CYCLE + "/activate"), _CYCLES]


def asked(journal):
    """Requests as in the tables below."""
    return [(one["method"], re.sub("/cycles/[0-9a-f-]{36}", "/cycles/*", one["path"])) for one in journal]


# The requests of a run in which nothing goes wrong. All steps are predicted before the first write.
REQUESTS = {
    NEW: [
        _LOGIN,
        _account(NEW),
        _LIST,  # of the account that contains the partner connector
        _lookup(HUBSPOT),
        _lookup(MAILCHIMP),
        _TEMPLATES,
        ("POST", "/v1.0/accounts"),
        _LIST,  # of the customer's
        ("POST", "/v1.0/accounts/%s/launch" % NEW),
        _LIST,
        _lookup(HUBSPOT),
        _install(20002),
        _LIST,
        _lookup(MAILCHIMP),
        _install(20005),
        ("GET", _CONNECTORS + "/1002"),
        ("POST", "/v1.0/accounts/%s/signintoken" % NEW),
        *_INSTALL_CYCLE,
        *_IT_WAITS,
    ],
    KNOWN: [
        _LOGIN,
        _account(KNOWN),
        _LIST,
        _LIST,
        _lookup(MAILCHIMP),
        _CYCLES,
        _TEMPLATES,
        ("PUT", "/v1.0/accounts/" + KNOWN),
        _LIST,
        ("POST", "/v1.0/accounts/%s/launch" % KNOWN),
        _LIST,
        _lookup(MAILCHIMP),
        _install(20005),
        *_INSTALL_CYCLE,
        *_IT_RUNS,
    ],
    STALE: [
        _LOGIN,
        _account(STALE),
        _LIST,
        _LIST,
        _CYCLES,
        _TEMPLATES,
        ("PUT", _CONNECTORS + "/901"),
        _LIST,
        ("PUT", _CONNECTORS + "/902"),
        *_INSTALL_CYCLE,
        *_IT_RUNS,
    ],
}
_OF_MARKET = {
    _account(NEW): _account(MARKET),
    ("POST", "/v1.0/accounts/%s/launch" % NEW): ("POST", "/v1.0/users/marketplace"),
    ("POST", "/v1.0/accounts/%s/signintoken" % NEW): ("POST", "/v1.0/accounts/tokens"),
}
REQUESTS[MARKET] = [_OF_MARKET.get(one, one) for one in REQUESTS[NEW]]


@dataclass
class Outcome:
    """How far a run has come."""

    results: dict = field(default_factory=dict)
    step: str | None = None
    error: CyclrError | None = None

    @property
    def changed(self):
        return [step for step, result in self.results.items() if result["changed"]]


class Wire(requests.adapters.HTTPAdapter):
    """The network between a client and the sandbox. What a test wants to happen on it goes into `send`."""

    def install(self, client):
        client._wire.session.mount("http://", self)


class Run:
    def __init__(self, url, account_id, check_mode=False, timeout=5, retry_timeout=30, ca_path=None, wire=None):
        self.options = dict(SANDBOX_CLIENT, api_url=url, timeout=timeout, retry_timeout=retry_timeout, ca_path=ca_path)
        self.account_id = account_id
        self.check_mode = check_mode
        self.wire = wire
        self.outcome = Outcome()
        self.client = None

    def call(self, module, options, check_mode):
        """One module, with a client that all of them share as in a worker. Its result, or CyclrError."""
        self.outcome.step = STEPS[module]
        params = validated(MODULES[module], dict(self.options, **options))
        if self.client is None:
            clock = Clock()
            self.client = Client(Connection.of(params), cache=OnboardingReads("templates"), clock=clock, sleep=clock.sleep)
            if self.wire:
                self.wire.install(self.client)
        self.client.read_only = check_mode
        result = MODULES[module].run(params, Api(self.client), check_mode)
        json.dumps(result)
        told = self.outcome.results.setdefault(STEPS[module], dict(changed=False, items=[]))
        told["items"].append(result)
        told["changed"] = told["changed"] or result["changed"]
        return result

    def step(self, step, check_mode):
        """As the action does it. What was predicted before the first write is not a result."""
        if not check_mode and self.predicting:
            self.predicting = False
            self.outcome.results = {name: told for name, told in self.outcome.results.items() if name == STEPS["cyclr_access_token"]}
        result = self.call(step.module, step.options, check_mode)
        if check_mode and step.module == "cyclr_account" and chain.is_new(result):
            self.client.cache.nothing_in(self.account_id)
        return result

    def play(self):
        self.predicting = True
        login = self.call("cyclr_access_token", {}, self.check_mode)
        self.close()
        self.options["access_token"] = login["access_token"]
        partner = dict(source_account_id="templates", properties=dict(Subdomain="initech"), **PARTNER_OPTIONS.get(self.account_id, {}))
        oauth = dict(service_domain="https://acme-h.cyclr.com", target_origin="https://app.example.com/done", **LINK_OPTIONS.get(self.account_id, {}))
        wanted = dict(
            account_id=self.account_id,
            name="Initech",
            description=None,
            timezone="Europe/London",
            settings=None,
            partner=partner,
            connectors=[dict(connector=HUBSPOT), dict(connector=MAILCHIMP, api_key=API_KEY)],
            oauth=oauth,
            wait_for_oauth=0,
            cycles=[dict(template=INTEGRATION)],
            reveal_links=False,
        )
        chain.onboard(chain.plan_of(wanted), self.step, lambda account_id, link: None, self.check_mode)
        self.close()

    def close(self):
        if self.client is not None:
            self.client.close()
        self.client = None


def onboard(url, account_id, **how):
    """Run the flow. Any exception but CyclrError is the test's to see."""
    run = Run(url, account_id, **how)
    try:
        run.play()
        run.outcome.step = None
    except CyclrError as exc:
        run.outcome.error = exc
    return run.outcome


# -- what must hold ------------------------------------------------------------------------------------------------


def seed(builtin):
    """The built-in seed with the known customers."""
    merged = dict(builtin)
    for key, entries in KNOWN_CUSTOMERS.items():
        merged[key] = builtin[key] + entries
    return merged


def connectors(state, account_id):
    return [one for one in state["AccountConnectors"] if one["AccountId"] == account_id]


def integrations(state, account_id):
    return [one for one in state["Cycles"] if one["AccountId"] == account_id and one["Status"] != "DeleteScheduled"]


def untouchable(state):
    """What customers have authenticated, and what is not part of the onboarding: `id -> all of it`."""
    return {one["Id"]: one for one in state["AccountConnectors"] if one["Id"] < 900}


def assert_single(state, account_id):
    """At most one account, at most one of each connector, at most one integration."""
    assert len([one for one in state["Accounts"] if one["Id"].lower() == account_id]) <= 1
    _assert_single_connectors(state, account_id)
    assert len(integrations(state, account_id)) <= 1


def _assert_single_connectors(state, account_id):
    names = [one["Connector"] for one in connectors(state, account_id)]
    assert len(names) == len(set(names)), names


def assert_converged(state, account_id):
    """One account as described, one of each connector, each as described, and one integration that runs if it can."""
    assert_connected(state, account_id)
    running = "Active" if account_id in (KNOWN, STALE) else "Paused"
    assert [(one["Name"], one["Status"]) for one in integrations(state, account_id)] == [(INTEGRATION, running)]


def assert_two_runs_ended(state, account_id, failures):
    """What may become of two runs at the same time. `failures` are what those said that failed.

    The API installs whatever it is told to. Two integrations that were installed at the same time must not both run, and somebody has to know.
    """
    installed = integrations(state, account_id)
    if len(installed) < 2:
        assert not failures, failures
        assert_converged(state, account_id)
        return
    assert_connected(state, account_id)
    assert len(installed) == 2 and [one["Status"] for one in installed].count("Active") <= 1
    assert failures and all("Two runs installed integration" in failure and one["Id"] in failure for failure in failures for one in installed)


def assert_connected(state, account_id):
    """One account and one of each connector, each as described."""
    accounts = [one for one in state["Accounts"] if one["Id"].lower() == account_id]
    assert [(one["Name"], one["Timezone"]) for one in accounts] == [("Initech", "Europe/London")]
    there = {one["Connector"]: one for one in connectors(state, account_id)}
    _assert_single_connectors(state, account_id)
    assert set(there) - {"Xero"} == {PARTNER, HUBSPOT, MAILCHIMP}
    assert there[PARTNER]["AuthValue"] == "acme-partner-key" and there[PARTNER]["IsPartnerIntegrationConnector"]
    assert {one["Name"]: one["Value"] for one in there[PARTNER]["Properties"]} == dict(
        Subdomain="initech", Region="eu", WebhookSecret="acme-webhook-secret"
    )
    assert there[MAILCHIMP]["AuthValue"] == API_KEY
    assert there[HUBSPOT]["AuthValue"] == (CONSENTED if account_id in (KNOWN, STALE) else None)


def assert_fit_for_a_user(error, step):
    """Says what was tried, with which request; the step of the role is known from the task."""
    assert step
    assert error.method and error.path, "%s: %s says no request: %s" % (step, type(error).__name__, error.msg)
    assert " failed: " in error.msg or "no account" in error.msg, error.msg
    assert "Traceback" not in error.msg and " object at 0x" not in error.msg, error.msg
    for secret in (*SANDBOX_CLIENT.values(), API_KEY, "of-yesterday", "Password-of-Art-1", "acme-partner-key", "acme-webhook-secret"):
        assert secret == "sandbox-client" or secret not in str(error.as_result()), error.msg
