# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.inventory import accounts
from ansible_collections.cyclr.ipaas.tests.support.http_servers import relay, serving
from cyclr_sandbox.state.seed import builtin

LOGIN, ACCOUNTS, CONNECTORS, CYCLES = "/oauth/token", "/v1.0/accounts", "/v1.0/account/connectors", "/v1.0/cycles"
TEMPLATE_ID = "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"

FAMILY = {"Accounts": [{"Id": "acme"}, {"Id": "acme-kid", "ParentAccountId": "acme"}, {"Id": "acme-grandkid", "ParentAccountId": "acme-kid"}, {"Id": "solo"}]}

CATALOGUE = [
    {"Id": 1, "Name": "Mailchimp", "AuthType": "ApiKey"},
    {"Id": 2, "Name": "Hub Spot", "AuthType": "OAuth2", "OAuth2Type": "AuthorisationCode", "Icon": "data:image/png;base64," + "A" * 20000},
    {"Id": 3, "Name": "Storage", "AuthType": "None", "Parameters": [{"Name": "Api Key", "TargetName": "ApiKey", "IsSensitive": True}]},
]
INSTALLED = {
    "Accounts": [{"Id": one} for one in ("done", "waiting", "keyless", "empty")],
    "Connectors": CATALOGUE,
    "AccountConnectors": [
        {"AccountId": "done", "ConnectorId": 1, "Name": "Mailchimp", "AuthValue": "very-secret-key"},
        {"AccountId": "done", "ConnectorId": 3, "Name": "Storage", "Properties": [{"Name": "ApiKey", "Value": "very-secret-property"}]},
        {"AccountId": "waiting", "ConnectorId": 1, "Name": "Newsletters", "AuthValue": "very-secret-key"},
        {"AccountId": "waiting", "ConnectorId": 2, "Name": "Hub Spot"},
        {"AccountId": "keyless", "ConnectorId": 1, "Name": "Mailchimp"},
    ],
}

JINJA = "{{ lookup('ansible.builtin.pipe', 'echo evaluated') }}"


def test_accounts_are_hosts(inventory):
    listing = inventory.list()
    assert (listing.returncode, listing.stderr) == (0, "")
    assert sorted(listing.hosts) == ["globex", "initech", "templates"]
    globex = listing.hosts["globex"]
    assert globex["cyclr_account_id"] == "globex"
    assert globex["cyclr_account"]["name"] == "Globex Ltd"
    assert set(globex) == {"ansible_connection", "ansible_python_interpreter", "cyclr_account", "cyclr_account_id"}
    assert listing.groups == {}
    assert (inventory.asked(), inventory.asked(LOGIN), inventory.asked(ACCOUNTS)) == (2, 1, 1)


def test_a_play_over_accounts_runs_on_the_controller(inventory):
    inventory.write()
    (inventory.folder / "play.yml").write_text(
        """
- hosts: all
  gather_facts: false
  tasks:
    - cyclr.ipaas.cyclr_account_info:
        account_id: "{{ cyclr_account_id }}"
      register: read
    - ansible.builtin.assert:
        that:
          - read.accounts[0].name == cyclr_account.name
          - ansible_python_interpreter == ansible_playbook_python
""", encoding="utf-8")
    done = inventory.run("ansible-playbook", "play.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok=2") == 3


@pytest.mark.parametrize("returned", [True, False])
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("sub_accounts", [True, False])
def test_sub_accounts(inventory, returned, listed, sub_accounts):
    inventory.sandbox.reset(dict(FAMILY, Settings={"ParentAccountIdReturned": returned, "SubAccountsInAccountsList": listed}))
    listing = inventory.list(sub_accounts=sub_accounts)
    everyone = ["acme", "acme-grandkid", "acme-kid", "solo"]
    assert sorted(listing.hosts) == (everyone if listed or sub_accounts else ["acme", "solo"])
    parents = {"cyclr_parent_acme": ["acme-kid"], "cyclr_parent_acme_kid": ["acme-grandkid"]}
    known = sub_accounts or (returned and listed)
    assert listing.groups == (parents if known else {})
    assert listing.stderr == ""
    if known:
        assert listing.hosts["acme-kid"]["cyclr_account"]["parent_account_id"] == "acme"


def test_connectors_and_their_groups(inventory):
    inventory.sandbox.reset(INSTALLED)
    listing = inventory.list(connectors=True)
    assert listing.groups == {
        "cyclr_connector_Mailchimp": ["done", "keyless", "waiting"],
        "cyclr_connector_Hub_Spot": ["waiting"],
        "cyclr_connector_Storage": ["done"],
        "cyclr_needs_oauth": ["waiting"],
        "cyclr_ready": ["done", "empty"],
    }
    assert [one["name"] for one in listing.hosts["waiting"]["cyclr_connectors"]] == ["Newsletters", "Hub Spot"]
    assert listing.hosts["empty"]["cyclr_connectors"] == []
    assert "very-secret" not in listing.stdout and "data:image" not in listing.stdout
    assert (inventory.asked(LOGIN), inventory.asked(CONNECTORS)) == (1, 4)


def cycle(account, number, status="Active", **more):
    return {"Id": f"{number:08x}-0000-4000-8000-000000000001", "AccountId": account, "TemplateId": TEMPLATE_ID, "Status": status, **more}


def test_integrations_and_their_groups(inventory):
    seed = builtin()
    seed["Accounts"] += [{"Id": one} for one in ("every", "some", "none", "gone")]
    seed["Cycles"] = [cycle("every", 1), cycle("some", 2), cycle("some", 3, "Paused", Name=JINJA), cycle("none", 4, "Paused")]
    seed["Cycles"] += [cycle("gone", 5, "DeleteScheduled")]
    inventory.sandbox.reset(seed)
    listing = inventory.list(cycles=True)
    assert listing.groups == {"cyclr_running": ["every"], "cyclr_not_running": ["none", "some"]}, listing.stderr
    assert [one["running"] for one in listing.hosts["some"]["cyclr_cycles"]] == [True, False]
    assert listing.hosts["some"]["cyclr_cycles"][1]["name"] == JINJA and "evaluated" not in listing.stdout.replace(JINJA, "")
    assert listing.hosts["gone"]["cyclr_cycles"] == [] and "cyclr_connectors" not in listing.hosts["every"]
    assert (inventory.asked(LOGIN), inventory.asked(CYCLES)) == (1, len(listing.hosts))
    assert "cyclr_cycles" not in inventory.list().hosts["every"]


def test_integrations_are_cached(inventory):
    seed = builtin()
    seed["Cycles"] = [cycle("globex", 1)]
    inventory.sandbox.reset(seed)
    cache = dict(cache=True, cache_plugin="ansible.builtin.jsonfile", cache_connection=str(inventory.folder / "cache"))
    first = inventory.list(cycles=True, **cache)
    again = inventory.list(cycles=True, **cache)
    assert again.hosts == first.hosts and again.groups == first.groups == {"cyclr_running": ["globex"]} and again.stderr == ""
    assert inventory.asked(CYCLES) == 0


@pytest.mark.parametrize("fault", ["status:403", "status:500", "bad_json"])
def test_integrations_of_one_account_that_cannot_be_read_fail_the_source(inventory, fault):
    inventory.sandbox.faults([{"path": CYCLES, "fault": fault, "skip": 1, "times": -1}])
    assert "Listing the integrations of account" in inventory.fails(cycles=True)


def test_include_and_exclude(inventory):
    inventory.sandbox.reset(INSTALLED)
    listing = inventory.list(connectors=True, include=["*e*"], exclude=["empty", "k?yless"])
    assert sorted(listing.hosts) == ["done"]
    assert inventory.asked(CONNECTORS) == 1


def test_many_accounts(inventory):
    inventory.sandbox.reset({"Generate": {"Accounts": 2000}})
    listing = inventory.list()
    assert len(listing.hosts) == 2000
    assert inventory.asked(ACCOUNTS) <= 21


def test_many_accounts_with_connectors_and_small_pages(inventory):
    settings = {"MaxPageSize": 30, "TotalPagesHeader": False}
    inventory.sandbox.reset({"Generate": {"Accounts": 300, "Connectors": 40, "AccountConnectors": 31, "IconBytes": 300}, "Settings": settings})
    listing = inventory.list(connectors=True, threads=4)
    assert len(listing.hosts) == 300
    assert {len(one["cyclr_connectors"]) for one in listing.hosts.values()} == {31}
    assert inventory.asked(LOGIN) == 1


@pytest.mark.parametrize("fault, message", [
    ("status:403", "Listing accounts failed: GET /v1.0/accounts returned 403"),
    ("status:500", "Listing accounts failed: GET /v1.0/accounts returned 500"),
    ("status:503", "Listing accounts failed: GET /v1.0/accounts returned 503"),
    ("html_error", "Listing accounts failed: GET /v1.0/accounts returned 500"),
    ("bad_json", "a body that is not JSON"),
    ("empty_body", "an empty body"),
    ("truncate", "Listing accounts failed: GET /v1.0/accounts got no answer from"),
    ("drop_before", "Listing accounts failed: GET /v1.0/accounts got no answer from"),
])
def test_a_page_that_cannot_be_read_fails_the_source(inventory, fault, message):
    inventory.sandbox.reset({"Generate": {"Accounts": 250}})
    faults = [{"path": ACCOUNTS, "fault": fault, "skip": 1, "times": -1}]
    inventory.sandbox.faults(faults)
    assert message in inventory.fails()
    inventory.sandbox.faults(faults)
    listing = inventory.list()
    # Core goes on without the source by default; it must not have a part of it.
    assert listing.hosts == {} and message in " ".join(listing.stderr.split())


def test_a_pause_of_the_api_is_waited_for(inventory):
    inventory.sandbox.faults([{"path": ACCOUNTS, "fault": "status:429", "retry_after": 1}, {"path": CONNECTORS, "fault": "status:503", "times": 2}])
    listing = inventory.list(connectors=True, retry_timeout=20)
    assert sorted(listing.hosts) == ["globex", "initech", "templates"]


@pytest.mark.parametrize("fault", ["status:403", "status:500", "bad_json"])
def test_connectors_of_one_account_that_cannot_be_read_fail_the_source(inventory, fault):
    inventory.sandbox.faults([{"path": CONNECTORS, "fault": fault, "skip": 1, "times": -1}])
    assert "Listing the connectors of account" in inventory.fails(connectors=True)


def test_sub_accounts_that_cannot_be_read_fail_the_source(inventory):
    inventory.sandbox.faults([{"path": "*/subaccounts", "fault": "status:403"}])
    assert "Listing the sub-accounts of" in inventory.fails(sub_accounts=True)


def test_a_token_that_is_revoked_meanwhile_is_renewed(inventory):
    inventory.sandbox.faults([{"path": CONNECTORS, "fault": "status:401", "times": 1}])
    assert len(inventory.list(connectors=True).hosts) == 3
    assert inventory.asked(LOGIN) == 2


def test_wrong_credentials_show_no_secret_at_any_verbosity(inventory):
    printed = inventory.fails("-vvvvvv", environment={"CYCLR_CLIENT_SECRET": "wrong-and-secret"})
    assert "Logging in failed: POST /oauth/token returned 400" in printed
    assert "wrong-and-secret" not in printed


def test_no_secret_is_shown_when_all_is_well(inventory):
    inventory.sandbox.reset(INSTALLED)
    listing = inventory.list("-vvvvvv", environment={"ANSIBLE_DEBUG": "1"}, connectors=True)
    printed = listing.stdout + listing.stderr
    assert listing.returncode == 0
    assert "sandbox-secret" not in printed and "very-secret" not in printed


def test_a_given_token_needs_no_login(inventory):
    assert inventory.list(environment={"CYCLR_CLIENT_ID": "", "CYCLR_CLIENT_SECRET": "", "CYCLR_ACCESS_TOKEN": "invalid"}).hosts == {}
    assert inventory.asked(LOGIN) == 0


def test_a_secret_by_lookup(inventory):
    listing = inventory.list(environment={"CYCLR_CLIENT_SECRET": "", "OURS": "sandbox-secret"}, client_secret="{{ lookup('env', 'OURS') }}")
    assert len(listing.hosts) == 3


def test_a_secret_by_extra_variable(inventory):
    listing = inventory.list("-e", "ours=sandbox-secret", environment={"CYCLR_CLIENT_SECRET": ""}, client_secret="{{ ours }}")
    assert len(listing.hosts) == 3


def test_a_secret_by_vault(inventory):
    password = inventory.folder / "password"
    password.write_text("vault-password", encoding="utf-8")
    vaulted = inventory.run("ansible-vault", "encrypt_string", "--vault-password-file", str(password), "--name", "client_secret", "sandbox-secret").stdout
    listing = inventory.list("--vault-password-file", str(password), environment={"CYCLR_CLIENT_SECRET": ""}, text=vaulted)
    assert len(listing.hosts) == 3, listing.stderr


def test_without_requests(inventory):
    shadow = inventory.folder / "shadow"
    shadow.mkdir()
    (shadow / "requests.py").write_text("raise ImportError('not here')", encoding="utf-8")
    assert "Failed to import the required Python library (requests)" in inventory.fails(environment={"PYTHONPATH": str(shadow)})


def test_text_of_the_api_is_never_a_template(inventory):
    inventory.sandbox.reset({
        "Accounts": [{"Id": JINJA, "Name": JINJA, "Description": "{% if true %}evaluated{% endif %}"}, {"Id": "kid", "ParentAccountId": JINJA}],
        "Connectors": [{"Id": 1, "Name": JINJA, "AuthType": "None"}],
        "AccountConnectors": [{"AccountId": JINJA, "ConnectorId": 1, "Name": JINJA}],
    })
    inventory.write(
        connectors=True,
        strict=True,
        hostname="{{ cyclr_account_id }}",
        compose={"composed": "cyclr_account.name", "joined": "'a ' ~ cyclr_account.description"},
        groups={"theirs": "cyclr_connectors | length > 0"},
        keyed_groups=[{"key": "cyclr_account.name", "prefix": "named"}],
    )
    (inventory.folder / "play.yml").write_text(
        """
- hosts: theirs
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ inventory_hostname }}|{{ cyclr_account_id }}|{{ cyclr_account }}|{{ cyclr_connectors }}|{{ composed }}|{{ joined }}|{{ groups }}"
    - ansible.builtin.assert:
        that:
          - inventory_hostname == cyclr_account_id
          - inventory_hostname is search('^.{2} lookup')
          - composed == cyclr_account.name
          - group_names | select('match', '^cyclr_connector____lookup') | length == 1
          - groups | select('match', '^cyclr_parent____lookup') | length == 1
""", encoding="utf-8")
    done = inventory.run("ansible-playbook", "play.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "echo evaluated" in done.stdout
    assert "evaluated" not in done.stdout.replace("echo evaluated", "").replace("echo_evaluated", "").replace("%}evaluated{%", "")


def test_host_names_by_template(inventory):
    assert sorted(inventory.list(hostname="{{ cyclr_account.name | lower | replace(' ', '-') }}").hosts) == ["globex-ltd", "initech", "templates"]


@pytest.mark.parametrize("strict", [True, False])
def test_two_accounts_with_one_host_name(inventory, strict):
    inventory.sandbox.reset({"Accounts": [{"Id": "a", "Name": "Same"}, {"Id": "b", "Name": "Same"}, {"Id": "c", "Name": "Other"}]})
    options = {"hostname": "{{ cyclr_account.name }}", "strict": strict}
    listing = inventory.list(**options)
    assert "hostname: the accounts 'a' and 'b' would both be the host 'Same'" in " ".join(listing.stderr.split())
    assert sorted(listing.hosts) == ([] if strict else ["Other"])


class TestNamesThatArePaths:
    """ansible-core looks for variables and facts in files that are named like a host."""

    PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.set_fact:
        kept: for {{ inventory_hostname }}
        cacheable: true
    - ansible.builtin.debug:
        msg: "planted: {{ planted | default('nothing') }}"
"""

    @pytest.fixture
    def planted(self, inventory):
        """A file of variables outside of host_vars, and the name of a host that leads there."""
        outside = inventory.folder / "elsewhere"
        outside.mkdir()
        (outside / "evil.yml").write_text("planted: \"{{ lookup('ansible.builtin.pipe', 'echo evaluated') }}\"\n", encoding="utf-8")
        (outside / "facts").write_text("{}", encoding="utf-8")
        (inventory.folder / "host_vars").mkdir()
        (inventory.folder / "host_vars" / "globex.yml").write_text("planted: secret of globex\n", encoding="utf-8")
        (inventory.folder / "play.yml").write_text(self.PLAY, encoding="utf-8")
        return "../elsewhere/"

    def run(self, inventory, **options):
        inventory.write(**options)
        cache = {"ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(inventory.folder / "cache")}
        return inventory.run("ansible-playbook", "play.yml", **cache)

    @pytest.mark.parametrize("hostname", [None, "{{ cyclr_account.name }}"])
    def test_reach_no_file(self, inventory, planted, hostname):
        bad = [planted + "evil", planted + "evil.yml", planted + "facts", planted + "new.json", "globex.yml", "..", "all", "localhost", "cyclr_ready"]
        seed = [{"Id": name if hostname is None else f"id-{number}", "Name": name} for number, name in enumerate(bad)]
        inventory.sandbox.reset({"Accounts": seed + [{"Id": "fine", "Name": "fine"}]})
        done = self.run(inventory, hostname=hostname)
        printed = done.stdout + done.stderr
        assert done.returncode == 0, printed
        assert "evaluated" not in done.stdout and "secret of globex" not in done.stdout and "planted: nothing" in done.stdout
        assert [name for name in ("evil", "facts", "globex.yml") if f"ok: [{name}]" in done.stdout] == []
        assert sorted(file.name for file in (inventory.folder / "elsewhere").iterdir()) == ["evil.yml", "facts"]
        assert (inventory.folder / "elsewhere" / "facts").read_text(encoding="utf-8") == "{}"
        flat = " ".join(printed.split())
        assert [name for name in bad if f"{name!r} for account" not in flat] == []

    def test_fail_a_strict_source(self, inventory, planted):
        inventory.sandbox.reset({"Accounts": [{"Id": planted + "evil"}, {"Id": "fine"}]})
        assert "contains a path separator" in inventory.fails(strict=True)


def test_a_token_that_the_api_echoes_is_not_shown(inventory):
    """In the reason of a failure, whichever thread meets it."""
    tokens = set()

    def echo(method, path, headers, body):
        token = headers.get("Authorization", "").replace("Bearer ", "")
        tokens.add(token)
        if path.startswith(echoing):
            return 500, {"Content-Type": "application/json"}, json.dumps({"Message": f"No {token}, {headers.get('Authorization')}"}).encode()
        return None

    with serving(relay(inventory.sandbox.url, echo)) as server:
        for echoing, options in ((ACCOUNTS, {}), (CONNECTORS, {"connectors": True}), (ACCOUNTS + "/", {"sub_accounts": True})):
            for given in ("", "a-given-token"):
                if given and echoing != ACCOUNTS:
                    continue
                environment = {"CYCLR_API_URL": server.url, "CYCLR_ACCESS_TOKEN": given}
                listing = inventory.list("-vvvv", environment=environment, **options)
                printed = listing.stdout + listing.stderr
                assert "returned 500" in " ".join(printed.split())
                assert [token for token in tokens if token and token in printed] == []
    assert len(tokens - {""}) >= 3


def test_no_value_of_a_property_is_in_the_inventory(inventory):
    seed = json.loads(json.dumps(INSTALLED))
    seed["AccountConnectors"][0]["Properties"] = [{"Name": "Region", "Value": "a-value-not-marked-as-sensitive"}]
    inventory.sandbox.reset(seed)
    loud = inventory.list("-vvvv", connectors=True)
    assert "waiting" in loud.stdout and "a-value-not-marked" not in loud.stdout + loud.stderr
    listing = inventory.list(connectors=True)
    assert "a-value-not-marked" not in listing.stdout
    stored = listing.hosts["done"]["cyclr_connectors"][0]["properties"]
    assert [(one["name"], one["value"]) for one in stored] == [("Region", None)]


def test_ids_that_are_numbers(inventory):
    inventory.sandbox.reset({"Accounts": [{"Id": "42"}, {"Id": "43"}, {"Id": "44"}]})
    assert sorted(inventory.list(include=[42, 43], exclude=[43]).hosts) == ["42"]
    assert "exclude (item 1): must be text" in inventory.fails(exclude=[1.10])


def examples():
    """The examples of the documentation, one a test."""
    for block in accounts.EXAMPLES.split("\n\n"):
        lines = [line[2:] if line.startswith("# ") else line for line in block.strip().splitlines() if not line.startswith("##")]
        if any(line.startswith("plugin:") for line in lines):
            yield yaml.safe_load("\n".join(line for line in lines if not line.startswith("customers.cyclr.yml:")))


@pytest.mark.parametrize("number", range(len(list(examples()))))
def test_examples_of_the_documentation(inventory, number):
    """With an account that has no time zone, and one whose name is a path."""
    example = list(examples())[number]
    secret = inventory.folder / "secret"
    secret.write_text("sandbox-secret", encoding="utf-8")
    here = {
        "api_url": inventory.sandbox.url,
        "client_id": "sandbox-client",
        "client_secret": "{{ lookup('ansible.builtin.file', '%s') }}" % secret,
    }
    example.update((name, value) for name, value in here.items() if name in example)
    seed = json.loads(json.dumps(INSTALLED))
    seed["Accounts"] = [
        {"Id": "customer-1", "Name": "Globex / London", "Timezone": "Europe/London"},
        {"Id": "customer-2", "Name": "../../Initech"},
        {"Id": "customer-3"},
        {"Id": "templates"},
    ]
    seed["AccountConnectors"] = [{"AccountId": "customer-1", "ConnectorId": 2}]
    inventory.sandbox.reset(seed)
    listing = inventory.list(environment={"HOME": str(inventory.folder)}, **{name: value for name, value in example.items() if name != "plugin"})
    assert listing.stderr == ""
    hosts = {variables["cyclr_account_id"] for variables in listing.hosts.values()}
    everyone = {"customer-1", "customer-2", "customer-3", "templates"}
    assert hosts == everyone - ({"templates"} if "exclude" in example or "include" in example else set())
    if example.get("connectors"):
        assert len(listing.groups["cyclr_needs_oauth"]) == 1
    if "keyed_groups" in example:
        assert listing.groups["timezone_Europe_London"] == ["globex-london-customer-1"]
        assert list((inventory.folder / ".cache" / "cyclr-inventory").iterdir())


def test_strict_works_with_an_account_without_a_time_zone(inventory):
    listing = inventory.list(strict=True, keyed_groups=[{"key": "cyclr_account.timezone", "prefix": "timezone"}])
    assert sorted(listing.hosts) == ["globex", "initech", "templates"]
    assert listing.groups == {"timezone_America_Chicago": ["initech"], "timezone_Europe_London": ["globex"]}


def test_a_strict_failure_leaves_no_part_of_the_source(inventory):
    listing = inventory.list(strict=True, compose={"zone": "cyclr_account.timezone | upper", "bad": "{'globex': 1}[cyclr_account_id] + 'x'"})
    assert listing.hosts == {} and "Could not set bad for host" in " ".join(listing.stderr.split())


def test_constructed_groups(inventory):
    listing = inventory.list(
        keyed_groups=[{"key": "cyclr_account.timezone | default('', true)", "prefix": "zone"}], groups={"british": "'London' in cyclr_account.timezone"}
    )
    assert listing.groups == {"british": ["globex"], "zone_America_Chicago": ["initech"], "zone_Europe_London": ["globex"]}


def test_the_export_can_be_read_as_an_inventory_again(inventory):
    """As a controller does: it keeps what ansible-inventory prints and gives it to a job as a script."""
    inventory.sandbox.reset(INSTALLED)
    exported = inventory.list("--export", connectors=True)
    script = inventory.folder / "exported.py"
    script.write_text("#!/usr/bin/env python3\nprint(%r)\n" % exported.stdout, encoding="utf-8")
    script.chmod(0o755)
    (inventory.folder / "play.yml").write_text(
        """
- hosts: cyclr_needs_oauth
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that:
          - cyclr_account_id == 'waiting'
          - cyclr_account.id == inventory_hostname
          - cyclr_connectors | map(attribute='name') | list == ['Newsletters', 'Hub Spot']
          - ansible_python_interpreter == ansible_playbook_python
""", encoding="utf-8")
    inventory.path = script
    done = inventory.run("ansible-playbook", "play.yml")
    assert done.returncode == 0 and "ok=1" in done.stdout, done.stdout + done.stderr


class TestCache:
    @pytest.fixture
    def cached(self, inventory):
        inventory.sandbox.reset(INSTALLED)
        folder = inventory.folder / "cache"
        options = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder), "connectors": True}

        def listed(*arguments, **more):
            return inventory.list(*arguments, **dict(options, **more))

        return listed

    def test_is_read_before_the_network(self, inventory, cached):
        first = cached()
        assert inventory.asked() > 0
        second = cached(environment={"CYCLR_CLIENT_SECRET": ""})
        assert inventory.asked() == 0
        assert json.loads(first.stdout) == json.loads(second.stdout)

    def test_is_flushed(self, inventory, cached):
        cached()
        inventory.sandbox.reset({"Accounts": [{"Id": "new"}]})
        assert "new" not in cached().hosts
        (inventory.folder / "play.yml").write_text("- hosts: all\n", encoding="utf-8")
        listed = inventory.run("ansible-playbook", "play.yml", "--list-hosts", "--flush-cache").stdout
        assert "hosts (1):" in listed and "new" in listed
        assert list(cached().hosts) == ["new"]
        assert inventory.asked() == 0

    def test_is_not_used_for_another_question(self, inventory, cached):
        cached()
        assert sorted(cached(include=["done"]).hosts) == ["done"]

    def test_holds_no_secret(self, inventory, cached):
        cached()
        files = list((inventory.folder / "cache").iterdir())
        stored = " ".join(file.name + file.read_text(encoding="utf-8") for file in files)
        assert "waiting" in stored
        assert "very-secret" not in stored and "sandbox-secret" not in stored

    @pytest.mark.parametrize("mark", ["trusted", "unsafe", "vault", "none"])
    def test_that_somebody_else_has_changed_runs_nothing(self, inventory, cached, mark):
        """A text in it that is a template, with the mark that core has for what may be evaluated."""
        inventory.sandbox.reset({"Accounts": [{"Id": "a", "Name": "the-name", "Description": "the-description"}]})
        cached()
        [file] = (inventory.folder / "cache").iterdir()
        poison = {
            "trusted": {"value": JINJA, "tags": [{"__ansible_type": "TrustedAsTemplate"}], "__ansible_type": "_AnsibleTaggedStr"},
            "unsafe": {"__ansible_unsafe": JINJA},
            "vault": {"__ansible_vault": JINJA},
            "none": JINJA,
        }[mark]
        outer = json.loads(file.read_text(encoding="utf-8"))
        wrapped = isinstance(outer, dict)
        inner = json.loads(outer["__payload__"]) if wrapped else outer
        inner[0]["account"]["name"] = inner[0]["account"]["description"] = poison
        file.write_text(json.dumps({**outer, "__payload__": json.dumps(inner)} if wrapped else inner), encoding="utf-8")
        play = inventory.folder / "play.yml"
        tasks = "    - debug: {msg: 'found {{ cyclr_account.name }} {{ composed }}'}\n"
        play.write_text("- hosts: all\n  gather_facts: false\n  tasks:\n" + tasks, encoding="utf-8")
        inventory.write(compose={"composed": "cyclr_account.description"}, **yaml.safe_load(inventory.path.read_text(encoding="utf-8")))
        done = inventory.run("ansible-playbook", "play.yml")
        assert done.returncode == 0, done.stdout + done.stderr
        # Either it is a text like others, or the API was asked again.
        assert "found the-name the-description" in done.stdout or "found {{ lookup" in done.stdout
        assert "evaluated" not in done.stdout.replace("echo evaluated", "")

    def test_of_another_shape_is_ignored(self, inventory, cached):
        cached()
        [file] = (inventory.folder / "cache").iterdir()
        file.write_text(file.read_text(encoding="utf-8").replace("parent_account_id", "ansible_connection"), encoding="utf-8")
        listing = cached()
        assert sorted(listing.hosts) == ["done", "empty", "keyless", "waiting"] and inventory.asked(ACCOUNTS) == 1
        assert "so the API is asked" in " ".join(listing.stderr.split())

    def test_of_text_that_looks_like_a_template(self, inventory, cached):
        inventory.sandbox.reset({"Accounts": [{"Id": "a", "Name": JINJA}]})
        cached()
        listing = cached(compose={"composed": "cyclr_account.name"})
        assert inventory.asked() == 0
        assert listing.hosts["a"]["composed"] == JINJA
