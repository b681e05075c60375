# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One onboarding, told several times: as the role, as one task, with ansible.builtin.uri, and as a bare Python script (this file as a program)."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import requests

SOURCE = "templates"
KEY = "bench-key"

# The variables of the role
ROLE = dict(
    onboard_account_partner=dict(source_account_id=SOURCE),
    onboard_account_connectors=[dict(connector="HubSpot"), dict(connector="Mailchimp", api_key=KEY)],
    onboard_account_oauth=dict(target_origin="https://app.example.com/done"),
)

HOSTS = """
- hosts: all
  connection: local
  gather_facts: false
"""

NOTHING = HOSTS + """
  tasks:
    - ansible.builtin.meta: noop
"""

MAIN = HOSTS + """
  tasks:
    - ansible.builtin.import_role: {name: cyclr.ipaas.onboard_account}
"""

FLEET = HOSTS + """
  tasks:
    - ansible.builtin.import_role: {name: cyclr.ipaas.onboard_account, tasks_from: fleet}
"""

ONE_TASK = HOSTS + """
  tasks:
    - cyclr.ipaas.cyclr_onboarding:
        account_id: "{{ inventory_hostname }}"
        partner: "{{ onboard_account_partner }}"
        connectors: "{{ onboard_account_connectors }}"
        oauth: "{{ onboard_account_oauth }}"
"""

# The same requests and the same idempotence, as people write it by hand.
URI = HOSTS + """
  module_defaults:
    ansible.builtin.uri:
      return_content: true
      body_format: json
      ca_path: "{{ ca_path }}"
      headers:  # Also read for the login itself, when there is no token
        Authorization: "Bearer {{ login.json.access_token | default('') }}"
        X-Cyclr-Account: "{{ inventory_hostname }}"
  tasks:
    - name: Log in
      ansible.builtin.uri:
        url: "{{ api }}/oauth/token"
        method: POST
        body_format: form-urlencoded
        body: {grant_type: client_credentials, client_id: sandbox-client, client_secret: sandbox-secret}
        headers: {}
      register: login
      run_once: true
    - name: Read the account
      ansible.builtin.uri: {url: "{{ api }}/v1.0/accounts/{{ inventory_hostname }}", status_code: [200, 404]}
      register: account
    - name: Create the account
      ansible.builtin.uri:
        {url: "{{ api }}/v1.0/accounts", method: POST, body: {Id: "{{ inventory_hostname }}", Name: "{{ inventory_hostname }}"}}
      when: account.status == 404
    - name: Read the template account's connectors
      ansible.builtin.uri:
        url: "{{ api }}/v1.0/account/connectors?page=1&pageSize=100"
        headers: {Authorization: "Bearer {{ login.json.access_token }}", X-Cyclr-Account: templates}
      register: source
    - name: Read the account's connectors
      ansible.builtin.uri: {url: "{{ api }}/v1.0/account/connectors?page=1&pageSize=100"}
      register: installed
    - name: Launch the partner connector
      ansible.builtin.uri:
        url: "{{ api }}/v1.0/accounts/{{ inventory_hostname }}/launch"
        method: POST
        body:
          ConnectorAuthentications:
            - Name: "{{ native.Connector.Name }}"
              Version: "{{ native.Connector.Version }}"
              AuthValue: "{{ native.AuthValue }}"
              Properties: "{{ native.Properties }}"
      vars:
        native: "{{ source.json | selectattr('IsPartnerIntegrationConnector') | first }}"
      when: installed.json | selectattr('IsPartnerIntegrationConnector') | length == 0
    - name: Look the connectors up
      ansible.builtin.uri: {url: "{{ api }}/v1.0/connectors/{{ item }}"}
      loop: [HubSpot, Mailchimp]
      loop_control: {label: "{{ item }}"}
      register: catalogue
      when: item not in installed.json | map(attribute='Name')
    - name: Install the connectors
      ansible.builtin.uri:
        url: "{{ api }}/v1.0/connectors/{{ item.json[0].Id }}/install"
        method: POST
        body: "{{ {'Name': item.item} | combine({'AuthValue': 'bench-key'} if item.item == 'Mailchimp' else {}) }}"
      loop: "{{ catalogue.results | rejectattr('skipped', 'defined') }}"
      loop_control: {label: "{{ item.item }}"}
    - name: Read the account's connectors again
      ansible.builtin.uri: {url: "{{ api }}/v1.0/account/connectors?page=1&pageSize=100"}
      register: now
    - name: Fetch a sign-in token for what waits for consent
      ansible.builtin.uri: {url: "{{ api }}/v1.0/accounts/{{ inventory_hostname }}/signintoken", method: POST, body: {}}
      register: token
      when: not (now.json | selectattr('Name', 'equalto', 'HubSpot') | first).Authenticated
"""


def debug(tasks):
    """A play of tasks that do nothing."""
    return HOSTS + "  tasks:\n" + "    - ansible.builtin.debug: {msg: x}\n" * tasks


def names(number):
    return ["customer-%04d" % index for index in range(number)]


class Script:
    """What the role does, without its check of all connectors before the first write. Each thread has one session."""

    def __init__(self, url, ca_path):
        self.url, self.ca_path = url, ca_path
        self.local = threading.local()
        form = dict(grant_type="client_credentials", client_id="sandbox-client", client_secret="sandbox-secret")
        answer = requests.post(url + "/oauth/token", data=form, verify=ca_path or True, timeout=60)
        self.authorization = "Bearer " + answer.json()["access_token"]

    def call(self, method, path, account=None, body=None):
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
            self.local.session.headers["Authorization"] = self.authorization
        headers = {} if account is None else {"X-Cyclr-Account": account}
        return self.local.session.request(method, self.url + path, headers=headers, json=body, timeout=60, verify=self.ca_path or True)

    def onboard(self, account):
        path = "/v1.0/accounts/" + quote(account)
        if self.call("GET", path).status_code == 404:
            self.call("POST", "/v1.0/accounts", body=dict(Id=account, Name=account))
        source = self.connectors(SOURCE)
        native = next(raw for raw in source if raw["IsPartnerIntegrationConnector"])
        installed = self.connectors(account)
        if not any(raw["IsPartnerIntegrationConnector"] for raw in installed):
            entry = dict(
                Name=native["Connector"]["Name"],
                Version=native["Connector"]["Version"],
                AuthValue=native["AuthValue"],
                Properties=[dict(Name=raw["Name"], Value=raw["Value"]) for raw in native["Properties"]],
            )
            self.call("POST", path + "/launch", body=dict(ConnectorAuthentications=[entry]))
            installed = self.connectors(account)
        for name, extra in (("HubSpot", {}), ("Mailchimp", dict(AuthValue=KEY))):
            if not any(raw["Name"] == name for raw in installed):
                found = self.call("GET", "/v1.0/connectors/" + name, account).json()
                self.call("POST", "/v1.0/connectors/%d/install" % found[0]["Id"], account, dict(Name=name, **extra))
                installed = self.connectors(account)
        waiting = [raw for raw in installed if raw["Name"] == "HubSpot" and not raw["Authenticated"]]
        for dummy in waiting:
            self.call("POST", path + "/signintoken", body={})

    def connectors(self, account):
        return self.call("GET", "/v1.0/account/connectors?page=1&pageSize=100", account).json()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("threads", type=int)
    parser.add_argument("accounts", help="a JSON file with their ids")
    parser.add_argument("--ca-path")
    options = parser.parse_args()
    with open(options.accounts, encoding="utf-8") as file:
        accounts = json.load(file)
    script = Script(options.url, options.ca_path)
    with ThreadPoolExecutor(options.threads) as pool:
        list(pool.map(script.onboard, accounts))


if __name__ == "__main__":
    sys.exit(main())
