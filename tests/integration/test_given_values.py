# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What YAML, Jinja and Ansible Vault make of a value on its way to a module, and what arrives. The same on all cores and in both ways of running."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK, assert_no_writes

TOKENS = {"AccessToken": "a-token-canary", "RefreshToken": None, "Scopes": ["a", "b"], "Live": True}

ARRIVES = """
- name: Values on their way
  hosts: localhost
  gather_facts: false
  vars:
    tokens: '%(tokens)s'
    nothing: null
    number: 42
    names: HubSpot, Mailchimp
    today: 2026-01-31
  tasks:
    - name: An account
      cyclr.ipaas.cyclr_account:
        account_id: 42
        name: "{{ number }}"
        description: "{{ tokens }}"
        audit_info: "{{ tokens }}"
        task_audit_info: 2026-01-31
        timezone: "{{ undefined_variable | default(omit) }}"
        step_data_success_retention_hours: "{{ nothing }}"
        transaction_error_webhook_enabled: "{{ nothing }}"
        parent_account_id: null

    - name: Text that is JSON
      cyclr.ipaas.cyclr_connector_install:
        account_id: "{{ number }}"
        connector: HubSpot
        auth_value: "{{ tokens }}"

    - name: A vaulted key and properties of several types
      cyclr.ipaas.cyclr_connector_install:
        account_id: 42
        connector: Zendesk
        api_key: !vault |
%(vaulted)s
        properties:
          Subdomain: "{{ tokens }}"
          Plan: "{{ undefined_variable | default('team') }}"
          Region: "{{ undefined_variable | default(omit) }}"
          Nothing: null

    - name: Names separated by commas
      cyclr.ipaas.cyclr_oauth_wait:
        account_id: 42
        names: Zendesk, HubSpot
        wait_timeout: "0"

    - name: An item that is omitted, one that is null
      cyclr.ipaas.cyclr_oauth_wait:
        account_id: 42
        names: ["{{ undefined_variable | default(omit) }}", null, Zendesk]
        wait_timeout: 0.0
"""

REFUSED = """
- name: Values that cannot be told
  hosts: localhost
  gather_facts: false
  tasks:
    - {name: A float, ignore_errors: true, cyclr.ipaas.cyclr_account: {account_id: 1.10}}
    - {name: A boolean, ignore_errors: true, cyclr.ipaas.cyclr_account: {account_id: a, name: yes}}
    - {name: A date with a time, ignore_errors: true, cyclr.ipaas.cyclr_account: {account_id: a, name: 2026-01-31T12:00:00Z}}
    - {name: A list, ignore_errors: true, cyclr.ipaas.cyclr_account: {account_id: a, name: [Initech]}}
    - {name: A list as a key, ignore_errors: true, cyclr.ipaas.cyclr_connector_install: {account_id: a, connector: Zendesk, api_key: [k3y-canary]}}
    - {name: A dictionary as a key, ignore_errors: true, cyclr.ipaas.cyclr_connector_install: {account_id: a, connector: Zendesk, api_key: {k3y-canary: 1}}}
    - name: A list as a token
      ignore_errors: true
      cyclr.ipaas.cyclr_connector_install: {account_id: a, connector: HubSpot, oauth_tokens: {access_token: [k3y-canary]}}
    - {name: A part of a number, ignore_errors: true, cyclr.ipaas.cyclr_account: {account_id: a, step_data_success_retention_hours: 3.7}}
    - {name: A boolean as a number, ignore_errors: true, cyclr.ipaas.cyclr_account: {account_id: a, step_data_success_retention_hours: true}}
    - {name: A text as a dictionary, ignore_errors: true, cyclr.ipaas.cyclr_connector_install: {account_id: a, connector: Zendesk, properties: Subdomain}}
    - name: A date with a time as a property
      ignore_errors: true
      cyclr.ipaas.cyclr_connector_install: {account_id: a, connector: Zendesk, properties: {Since: 2026-01-31T12:00:00Z}}
"""

SAYS = {
    "A float": "account_id: must be text, but it was read as a number with a decimal point or exponent, which can change it. "
    'Write it in quotes, such as "1.10"',
    "A boolean": "name: must be text, but it was read as a boolean",
    "A date with a time": "name: must be text, but it was read as a date with a time",
    "A list": "name: must be one text, not a list",
    "A list as a key": "api_key: must be one text, not a list",
    "A dictionary as a key": "api_key: must be one text, not a dictionary",
    "A list as a token": "oauth_tokens.access_token: must be one text, not a list",
    "A part of a number": "step_data_success_retention_hours: must be a whole number",
    "A boolean as a number": "step_data_success_retention_hours: must be a whole number",
    "A text as a dictionary": "properties: must be a dictionary, such as {Subdomain: initech}, not text",
    "A date with a time as a property": "properties.Since: must be text, but it was read as a date with a time",
}


def vaulted(text, password_file):
    command = [str(Path(PLAYBOOK).with_name("ansible-vault")), "encrypt_string", "--vault-password-file", str(password_file), text]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip() and "!vault" not in line]


def test_what_arrives(runner, tmp_path):
    password = tmp_path / "password"
    password.write_text("a password", encoding="utf-8")
    secret = "\n".join(" " * 10 + line for line in vaulted("k3y-canary", password))
    playbook = tmp_path / "arrives.yml"
    playbook.write_text(ARRIVES % dict(tokens=json.dumps(TOKENS), vaulted=secret), encoding="utf-8")
    play = runner.both_ways(playbook, "--vault-password-file", str(password), "-vvv")
    state = runner.sandbox.state()
    (account,) = [raw for raw in state["Accounts"] if raw["Id"] == "42"]
    assert account["Name"] == "42" and account["TaskAuditInfo"] == "2026-01-31"
    assert json.loads(account["Description"]) == json.loads(account["AuditInfo"]) == TOKENS
    installed = {raw["Name"]: raw for raw in state["AccountConnectors"] if raw["AccountId"] == "42"}
    assert json.loads(installed["HubSpot"]["AuthValue"]) == TOKENS
    assert installed["Zendesk"]["AuthValue"] == "k3y-canary"
    properties = {one["Name"]: one["Value"] for one in installed["Zendesk"]["Properties"]}
    assert json.loads(properties["Subdomain"]) == TOKENS and properties["Plan"] == "team"
    assert "k3y-canary" not in play.output
    again = runner.run(playbook, "--vault-password-file", str(password))
    assert not again.changed, str(again)


def test_what_cannot_be_told_is_refused_by_name(runner, tmp_path):
    playbook = tmp_path / "refused.yml"
    playbook.write_text(REFUSED, encoding="utf-8")
    play = runner.both_ways(playbook)
    assert_no_writes(play)
    for name, text in SAYS.items():
        assert play.results[name].failed and play.results[name].msg.startswith(text), play.results[name].msg
    assert "k3y-canary" not in play.output
