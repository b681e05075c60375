# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options and accounts to hosts. How accounts are read is in test_fleet.py."""

from __future__ import annotations

import pytest
import yaml

from ansible import constants
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.doc_fragments import constructed, inventory_cache
from ansible_collections.cyclr.ipaas.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.cyclr.ipaas.plugins.inventory import accounts
from ansible_collections.cyclr.ipaas.plugins.module_utils import arguments
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import predicted_account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import WITH_CREDENTIALS

NAME = "cyclr.ipaas.accounts"


@pytest.fixture(scope="session", autouse=True)
def _definitions():
    """What the plugin loader does with the documentation; the loader itself would change how everything else is imported."""
    fragments = [ModuleDocFragment.DOCUMENTATION, ModuleDocFragment.PLUGIN, constructed.ModuleDocFragment.DOCUMENTATION]
    fragments += [inventory_cache.ModuleDocFragment.DOCUMENTATION, accounts.DOCUMENTATION]
    options = {}
    for fragment in fragments:
        for name, spec in yaml.safe_load(fragment)["options"].items():
            options.setdefault(name, {}).update(spec)
    constants.config.initialize_plugin_configuration_definitions("inventory", NAME, options)


def new_plugin():
    plugin = accounts.InventoryModule()
    plugin._load_name = plugin.ansible_name = NAME
    plugin._redirected_names = [NAME]
    return plugin


def account(account_id, connectors=None, cycles=None, **fields):
    return dict(account=predicted_account(dict(dict(id=account_id, name="Name of " + account_id), **fields)), connectors=connectors, cycles=cycles)


def installed(name="Mailchimp", kind="ApiKey", authenticated=True, connector="Mailchimp"):
    state = "ready" if authenticated or kind == "None" else "waits_for_oauth" if kind == "OAuth2" else "needs_key"
    inner = dict(id=20, name=connector, version=None)
    return dict(id=5, name=name, authenticated=authenticated, state=state, auth_type=kind, connector=inner, properties=[])


def answered(fleet):
    if isinstance(fleet, Exception):
        raise fleet
    return fleet


class Inventory:
    """`parse` runs the plugin over a configuration; `fleet` is what is read, or the error that comes of it."""

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.fleet = [account("c1"), account("c2")]
        self.reads = []
        self.warnings = []

    def parse(self, refresh=False, into=None, **options):
        path = self.folder / "test.cyclr.yml"
        path.write_text(yaml.safe_dump(dict(dict(plugin=NAME, **WITH_CREDENTIALS), **options)), encoding="utf-8")
        plugin = new_plugin()
        self.monkeypatch.setattr(accounts, "read_fleet", self._read)
        self.monkeypatch.setattr(type(plugin.display), "warning", lambda _display, msg, **kwargs: self.warnings.append(msg))
        self.data = into or InventoryData()
        assert plugin.verify_file(str(path))
        plugin.parse(self.data, DataLoader(), str(path), cache=not refresh)
        if options.get("cache"):
            plugin.update_cache_if_changed()
        self.data.reconcile_inventory()
        return self.data

    def _read(self, connection, threads, **what):
        self.reads.append(dict(what, connection=connection, threads=threads))
        return answered(self.fleet)

    def groups(self):
        ours = set(self.data.groups) - {"all", "ungrouped"}
        return {name: sorted(host.name for host in self.data.groups[name].get_hosts()) for name in ours}


@pytest.fixture
def inventory(tmp_path, monkeypatch):
    return Inventory(tmp_path, monkeypatch)


def test_accounts_are_hosts(inventory):
    data = inventory.parse()
    assert list(data.hosts) == ["c1", "c2"]
    found = data.hosts["c1"].get_vars()
    assert found["cyclr_account_id"] == "c1"
    assert found["cyclr_account"]["name"] == "Name of c1"
    assert found["ansible_connection"] == "local"
    assert found["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
    assert "cyclr_connectors" not in found and "name" not in found
    assert inventory.groups() == {}


def test_what_is_asked_for(inventory):
    inventory.parse()
    connection = inventory.reads[0].pop("connection")
    assert (connection.api_url, connection.client_id, connection.timeout) == ("https://api.cyclr.com", "the-client", 30)
    assert inventory.reads == [dict(threads=8, sub_accounts=False, connectors=False, cycles=False, include=[], exclude=[])]


def test_the_environment_is_read_as_by_the_modules(inventory, monkeypatch):
    for option, value in dict(api_url="https://api.cyclr.uk", access_token="t0ken", validate_certs="false", timeout="5.5", retry_timeout="7").items():
        monkeypatch.setenv("CYCLR_" + option.upper(), value)
    inventory.parse(client_id=None)
    connection = inventory.reads[0]["connection"]
    assert (connection.api_url, connection.access_token, connection.validate_certs) == ("https://api.cyclr.uk", "t0ken", False)
    assert (connection.timeout, connection.retry_timeout) == (5.5, 7)
    assert "validate_certs is off" in inventory.warnings[0]


def test_the_fragment_names_the_environment_of_the_modules():
    documented = yaml.safe_load(ModuleDocFragment.PLUGIN)["options"]
    assert documented == {name: dict(env=[dict(name=spec["fallback"][1][0])]) for name, spec in arguments.connection().items()}


def test_connection_options_may_be_templates(inventory, monkeypatch):
    monkeypatch.setenv("OUR_SECRET", "from-elsewhere")
    inventory.parse(client_secret="{{ lookup('env', 'OUR_SECRET') }}", client_id="the-{{ 'client' }}")
    connection = inventory.reads[0]["connection"]
    assert (connection.client_id, connection.client_secret) == ("the-client", "from-elsewhere")


def test_a_secret_of_the_environment_is_no_template(inventory, monkeypatch):
    monkeypatch.setenv("CYCLR_CLIENT_SECRET", "{{secret")
    inventory.parse(client_secret=None)
    assert inventory.reads[0]["connection"].client_secret == "{{secret"


@pytest.mark.parametrize("options, message", [
    (dict(client_secret="{{ undefined_variable }}"), "client_secret: the template cannot be rendered"),
    (dict(client_secret=None), "missing credential: client_secret"),
    (dict(api_url="http://api.cyclr.com"), "plain http is accepted for loopback addresses only"),
    (dict(connector=True, excludes=["x"]), "has no option connector, excludes"),
    (dict(hostname="{{ cyclr_account.nope }}"), "hostname: the template cannot be rendered for account 'c1'"),
    (dict(hostname="{{ cyclr_account.description }}"), "hostname: the name for account 'c1' is empty"),
    (dict(hostname="all"), "hostname: the accounts 'c1' and 'c2' would both be the host 'all'"),
    (dict(strict=True, compose=dict(x="nope.nope")), "Could not set x for host c1"),
    (dict(strict=True, groups=dict(x="cyclr_account_id == 'c1' or nope.nope")), "Could not add host c2 to group x"),
])
def test_errors_leave_no_host(inventory, options, message):
    data = InventoryData()
    with pytest.raises(AnsibleError, match=message):
        inventory.parse(into=data, **options)
    assert not data.hosts
    assert not [name for name, group in data.groups.items() if group.get_hosts()]


def test_hosts_of_other_sources_survive_an_error(inventory):
    data = InventoryData()
    data.add_host("c1")
    with pytest.raises(AnsibleError):
        inventory.parse(into=data, strict=True, compose=dict(x="nope.nope"))
    assert list(data.hosts) == ["c1"]


def test_an_error_of_the_api_is_an_error_in_its_words(inventory):
    inventory.fleet = ApiError("Listing accounts failed: GET /v1.0/accounts returned 403: No")
    with pytest.raises(AnsibleParserError, match="returned 403: No"):
        inventory.parse()


def test_without_requests(inventory, monkeypatch):
    monkeypatch.setattr(accounts, "REQUESTS_IMPORT_ERROR", "Traceback")
    with pytest.raises(AnsibleParserError, match=r"Failed to import the required Python library \(requests\)"):
        inventory.parse()


@pytest.mark.parametrize("name, ours", [
    ("cyclr.yml", True),
    ("uk.cyclr.yaml", True),
    ("cyclr.json", False),
    ("hosts.yml", False),
    ("missing/cyclr.yml", False),
])
def test_file_names(tmp_path, name, ours):
    if "missing" not in name:
        (tmp_path / name).write_text("plugin: cyclr.ipaas.accounts", encoding="utf-8")
    assert new_plugin().verify_file(str(tmp_path / name)) is ours


def test_host_names_by_template(inventory):
    data = inventory.parse(hostname=" {{ cyclr_account.name | lower | replace(' ', '-') }} ")
    assert {host: data.hosts[host].vars["cyclr_account_id"] for host in data.hosts} == {"name-of-c1": "c1", "name-of-c2": "c2"}
    assert {type(host) for host in data.hosts} == {str}


def test_sub_accounts_are_in_the_group_of_their_parent(inventory):
    inventory.fleet = [account("a-b"), account("kid", parent_account_id="a-b"), account("kid2", parent_account_id="a-b")]
    inventory.parse()
    assert inventory.groups() == {"cyclr_parent_a_b": ["kid", "kid2"]}
    assert inventory.warnings == []


def test_two_parents_in_one_group_are_warned_about(inventory):
    inventory.fleet = [account("k1", parent_account_id="a-b"), account("k2", parent_account_id="a b")]
    inventory.parse()
    assert inventory.groups() == {"cyclr_parent_a_b": ["k1", "k2"]}
    assert inventory.warnings == ["The group cyclr_parent_a_b stands for both 'a-b' and 'a b'"]


def test_groups_of_connectors(inventory):
    inventory.fleet = [
        account("done", [installed(), installed(name="Second"), installed(kind="OAuth2", connector="Hub Spot")]),
        account("waits", [installed(), installed(kind="OAuth2", connector="Hub Spot", authenticated=False)]),
        account("lacks-a-key", [installed(authenticated=False)]),
        account("no-name", [installed(name="Mine", kind="None", authenticated=False, connector=None)]),
        account("empty", []),
    ]
    data = inventory.parse(connectors=True)
    assert inventory.groups() == {
        "cyclr_connector_Mailchimp": ["done", "lacks-a-key", "waits"],
        "cyclr_connector_Hub_Spot": ["done", "waits"],
        "cyclr_connector_Mine": ["no-name"],
        "cyclr_ready": ["done", "empty", "no-name"],
        "cyclr_needs_oauth": ["waits"],
    }
    assert [one["name"] for one in data.hosts["done"].vars["cyclr_connectors"]] == ["Mailchimp", "Second", "Mailchimp"]


def test_constructed_variables_and_groups(inventory):
    inventory.fleet = [account("c1", timezone="Europe/London"), account("c2")]
    data = inventory.parse(
        compose=dict(title="cyclr_account.name | upper", ansible_python_interpreter="'/usr/bin/python3'"),
        groups=dict(first="cyclr_account_id == 'c1'"),
        keyed_groups=[dict(key="cyclr_account.timezone", prefix="zone")],
    )
    assert data.hosts["c1"].vars["title"] == "NAME OF C1"
    assert data.hosts["c1"].vars["ansible_python_interpreter"] == "/usr/bin/python3"
    assert inventory.groups() == {"first": ["c1"], "zone_Europe_London": ["c1"]}


class TestNames:
    """One account whose name is no name takes no other one with it."""

    BAD = "../../etc/x"

    def names(self, inventory, **options):
        return sorted(inventory.parse(**options).hosts)

    def test_an_id_that_is_a_path_is_left_out(self, inventory):
        inventory.fleet = [account("a"), account(self.BAD), account("b")]
        assert self.names(inventory) == ["a", "b"]
        assert inventory.warnings == ["Left out of the inventory: hostname: the name '../../etc/x' for account '../../etc/x' contains a path separator"]

    def test_a_name_by_template_too(self, inventory):
        inventory.fleet = [account("a", name="Acme"), account("b", name=self.BAD), account("c", name=""), account("d", name="all")]
        assert self.names(inventory, hostname="{{ cyclr_account.name }}") == ["Acme"]
        assert [account_id for account_id in "bcd" if "account '%s'" % account_id in " ".join(inventory.warnings)] == ["b", "c", "d"]

    def test_a_template_that_fails_for_one_account(self, inventory):
        inventory.fleet = [account("a", name="Acme"), account("b", name=None)]
        assert self.names(inventory, hostname="{{ cyclr_account.name.upper() }}") == ["ACME"]

    def test_two_accounts_of_one_name_are_both_left_out(self, inventory):
        inventory.fleet = [account("a", name="Same"), account("b", name="Same"), account("c", name="Other")]
        assert self.names(inventory, hostname="{{ cyclr_account.name }}") == ["Other"]
        assert "the accounts 'a' and 'b' would both be the host 'Same'" in inventory.warnings[0]

    @pytest.mark.parametrize("fleet, options", [
        ([account("a"), account("../b")], {}),
        ([account("a", name="Same"), account("b", name="Same"), account("c")], dict(hostname="{{ cyclr_account.name }}")),
        ([account("a", timezone="b"), account("b")], dict(keyed_groups=[dict(key="cyclr_account.timezone", separator="")])),
    ])
    def test_strict_fails_instead(self, inventory, fleet, options):
        inventory.fleet = fleet
        with pytest.raises(AnsibleParserError):
            inventory.parse(strict=True, **options)
        assert not inventory.data.hosts
        assert self.names(inventory, **options)

    def test_names_of_groups(self, inventory):
        inventory.fleet = [account(name) for name in ("theirs", "older", "fine")]
        data = InventoryData()
        data.add_group("older")
        assert self.names(inventory, into=data, groups=dict(theirs="true")) == ["fine"]

    @pytest.mark.parametrize("zone", ["fine", "all", "cyclr_ready", "theirs", "localhost", "x" * 241])
    def test_a_text_that_would_be_a_group_of_another_meaning(self, inventory, zone):
        inventory.fleet = [account("fine", timezone="Europe/London"), account("bad", timezone=zone)]
        found = self.names(inventory, groups=dict(theirs="cyclr_account_id == 'fine'"), keyed_groups=[dict(key="cyclr_account.timezone", separator="")])
        assert found == ["fine"]
        assert inventory.groups()["Europe_London"] == ["fine"] and inventory.groups()["theirs"] == ["fine"]
        assert "account 'bad': the group name" in inventory.warnings[0]

    def test_a_parent_or_a_connector_with_an_endless_name_costs_the_group_and_not_the_account(self, inventory):
        inventory.fleet = [account("a"), account("kid", parent_account_id="x" * 300)]
        assert self.names(inventory) == ["a", "kid"]
        assert "'kid' is in no group of this name" in inventory.warnings[0]
        assert not [group for group in inventory.groups() if group.startswith("cyclr_parent_")]

    def test_an_endless_name_of_a_group_fails_a_strict_source(self, inventory):
        inventory.fleet = [account("a"), account("kid", parent_account_id="x" * 300)]
        with pytest.raises(AnsibleParserError, match="longer than"):
            self.names(inventory, strict=True)

    def test_a_value_that_can_be_no_group_takes_no_other_account_with_it(self, inventory):
        inventory.fleet = [account("a"), account("b", step_data_success_retention_hours=24)]
        assert self.names(inventory, keyed_groups=[dict(key="cyclr_account.step_data_success_retention_hours")]) == ["a"]


@pytest.mark.parametrize("strict", [True, False])
def test_an_account_without_a_value_is_in_no_keyed_group(inventory, strict):
    inventory.fleet = [account("a", timezone="Europe/London"), account("b"), account("c", timezone="")]
    inventory.parse(strict=strict, keyed_groups=[dict(key="cyclr_account.timezone", prefix="zone")])
    assert sorted(inventory.data.hosts) == ["a", "b", "c"]
    assert inventory.groups() == {"zone_Europe_London": ["a"]}


def test_a_default_stands_for_a_value_that_is_missing(inventory):
    inventory.fleet = [account("a", timezone="Europe/London"), account("c", timezone="")]
    inventory.parse(strict=True, keyed_groups=[dict(key="cyclr_account.timezone", prefix="zone", default_value="none")])
    assert inventory.groups() == {"zone_Europe_London": ["a"], "zone_none": ["c"]}


def test_patterns_may_be_numbers(inventory):
    inventory.parse(include=[42, "c*"], exclude="x,y")
    assert (inventory.reads[0]["include"], inventory.reads[0]["exclude"]) == (["42", "c*"], ["x", "y"])


@pytest.mark.parametrize("pattern", [1.10, True, [1]])
def test_patterns_that_yaml_has_changed(inventory, pattern):
    with pytest.raises(AnsibleParserError, match="exclude .item 1.: must be"):
        inventory.parse(exclude=[pattern])


class TestCache:
    @pytest.fixture
    def cached(self, inventory, tmp_path):
        self.folder = tmp_path / "cache"
        options = dict(cache=True, cache_plugin="jsonfile", cache_connection=str(self.folder))
        inventory.fleet = [account("c1", [installed()], [], description="{{ 1 + 1 }}")]

        def parse(**more):
            data = inventory.parse(**dict(options, **more))
            return len(inventory.reads), {name: host.vars["cyclr_account"]["description"] for name, host in data.hosts.items()}

        return parse

    def test_is_read_before_the_network(self, inventory, cached, monkeypatch):
        assert cached() == (1, {"c1": "{{ 1 + 1 }}"})
        inventory.fleet = ApiError("down")
        assert cached() == (1, {"c1": "{{ 1 + 1 }}"})
        assert inventory.groups() == {"cyclr_connector_Mailchimp": ["c1"], "cyclr_ready": ["c1"]}

    def test_needs_neither_requests_nor_a_secret(self, cached, monkeypatch):
        cached()
        monkeypatch.setattr(accounts, "REQUESTS_IMPORT_ERROR", "Traceback")
        assert cached(client_secret=None)[0] == 1

    def test_a_refresh_renews_it(self, inventory, cached):
        cached()
        inventory.fleet = [account("c9")]
        assert cached(refresh=True) == (2, {"c9": None})
        assert cached() == (2, {"c9": None})

    @pytest.mark.parametrize("content", ['[{"account": {"id": "c1"}}]', "not JSON", '"text"', ""])
    def test_of_another_shape_is_ignored_and_renewed(self, inventory, cached, content):
        cached()
        [file] = self.folder.iterdir()
        file.write_text(content, encoding="utf-8")
        assert cached() == (2, {"c1": "{{ 1 + 1 }}"})
        assert [warning for warning in inventory.warnings if "so the API is asked" in warning]
        assert cached() == (2, {"c1": "{{ 1 + 1 }}"})

    def test_an_error_is_not_cached(self, inventory, cached):
        inventory.fleet = ApiError("down")
        with pytest.raises(AnsibleParserError):
            cached()
        inventory.fleet = [account("c9")]
        assert cached() == (2, {"c9": None})

    @pytest.mark.parametrize("other", [
        dict(api_url="https://api.cyclr.uk"),
        dict(client_id="another-client"),
        dict(client_id=None, client_secret=None, access_token="some-token"),
        dict(include=["c*"]),
        dict(exclude=["x"]),
        dict(connectors=True),
        dict(cycles=True),
        dict(sub_accounts=True),
    ])
    def test_holds_for_the_same_question_only(self, cached, other):
        cached()
        assert cached(**other)[0] == 2
        assert cached(**other)[0] == 2

    def test_what_is_made_of_it_may_change(self, inventory, cached):
        cached()
        assert cached(hostname="x-{{ cyclr_account_id }}", threads=2, timeout=9) == (1, {"x-c1": "{{ 1 + 1 }}"})

    def test_holds_no_secret(self, cached):
        cached(access_token="some-token")
        files = list(self.folder.iterdir())
        stored = " ".join(file.name + file.read_text(encoding="utf-8") for file in files)
        assert files and "c1" in stored
        assert "the-client" not in stored and "some-token" not in stored
