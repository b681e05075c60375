# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook upgrade_connector, over accounts with and without the connector."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import requests
import yaml
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import connection
from ansible_collections.cyclr.ipaas.plugins.modules.cyclr_connector_upgrade import SPEC
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.connector_options import OPTIONS
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import SANDBOX_CLIENT
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK, told, writes
from cyclr_sandbox.state import seed

ROOT = Path(__file__).parents[2]
PARKED = "Salesforce (replaced by v60.0)"
V58, V60, ZENDESK_V2, ZENDESK_V3 = 20003, 20004, 20013, 30013
TEMPLATE = "5a5a5a5a-0000-4000-8000-000000000001"
KEY, SECRET = "CANARY-key-of-zendesk", "CANARY-signing-secret"


def fleet(**accounts):
    """A seed: account -> account connectors, each a connector's id, or {ConnectorId, ...}."""
    built_in = seed.builtin()
    zendesk = next(one for one in built_in["Connectors"] if one["Id"] == ZENDESK_V2)
    zendesk["Parameters"] = [*zendesk["Parameters"], {"Name": "Signature", "TargetName": "Signature", "IsSensitive": True, "IsOptional": True}]
    built_in["Connectors"].append(dict(zendesk, Id=ZENDESK_V3, Version="v3"))
    built_in["Templates"].append({"Id": TEMPLATE, "Name": "New leads", "Connectors": [{"Name": "Salesforce", "Version": "v58.0"}]})
    names = {one["Id"]: one["Name"] for one in built_in["Connectors"]}
    for number, (account, connectors) in enumerate(accounts.items()):
        built_in["Accounts"].append({"Id": account, "Name": account})
        for place, one in enumerate(connectors):
            one = {"ConnectorId": one} if isinstance(one, int) else one
            default = {"Id": 7000 + 10 * number + place, "Name": names[one["ConnectorId"]], "AuthValue": "old-tokens"}
            built_in["AccountConnectors"].append({**default, "AccountId": account, **one})
    return built_in


def with_cycle(built_in, account, name="New leads", **more):
    cycle = {"AccountId": account, "TemplateId": TEMPLATE, "Name": name, "Status": "Active"}
    built_in["Cycles"] = [*built_in.get("Cycles", []), {**cycle, **more}]
    return built_in


def play(runner, name, *hosts, check=False, variables=None, arguments=(), **given):
    inventory = runner.directory / "fleet.json"
    inventory.write_text(json.dumps({"all": {"hosts": {host: (variables or {}).get(host, {}) for host in hosts}}}), encoding="utf-8")
    command = [PLAYBOOK, "cyclr.ipaas." + name, "-i", str(inventory), "-e", json.dumps(given), *["--check", "--diff"] * check, *arguments]
    runner.sandbox.clear_journal()
    environment = runner.environment(ANSIBLE_SHOW_CUSTOM_STATS="1")
    return subprocess.run(command, env=environment, cwd=runner.directory, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False)


def upgrade(runner, *hosts, **given):
    return play(runner, "upgrade_connector", *hosts, **{"upgrade_connector": "Salesforce", "upgrade_connector_version": "v60.0", **given})


def flat(done):
    return " ".join((done.stdout + done.stderr).split())


def lines(done):
    """The summary, in one line."""
    shown = done.stdout.rsplit('"cyclr_summary": [', 1)[1].split("\n    ]")[0]
    return " ".join(" ".join(line.strip().strip('",') for line in shown.splitlines()).split())


def instances(runner, account):
    """Name -> (connector, authenticated) of an account."""
    found = [one for one in runner.sandbox.state()["AccountConnectors"] if one["AccountId"] == account]
    assert len({one["Name"] for one in found}) == len(found)
    return {one["Name"]: (one["ConnectorId"], one["Authenticated"]) for one in found}


def authorize(runner, account, name="Salesforce"):
    """What the customer does in the browser."""
    (one,) = [one for one in runner.sandbox.state()["AccountConnectors"] if (one["AccountId"], one["Name"]) == (account, name)]
    login = {"grant_type": "client_credentials", **SANDBOX_CLIENT}
    token = requests.post(runner.sandbox.url + "/oauth/token", data=login, timeout=30).json()["access_token"]
    headers = {"Authorization": "Bearer " + token, "X-Cyclr-Account": account}
    url = f"{runner.sandbox.url}/v1.0/account/connectors/{one['Id']}"
    assert requests.put(url, headers=headers, json={"AuthValue": "new-tokens"}, timeout=30).status_code == 200


def test_from_the_old_version_to_the_new_one(runner):
    runner.reset(seed=fleet(a=[V58], b=[V58], c=[V60], d=[]))
    check = upgrade(runner, "a", "b", "c", "d", check=True)
    assert check.returncode == 0, check.stdout
    assert "change a, b Salesforce v60.0 installed" in lines(check) and "4 accounts: 2 would change, 2 ok, 0 failed" in lines(check), check.stdout
    assert "left out the connector is not installed in 1 account: d" in lines(check)
    assert f'+ "{PARKED}": "v58.0"' in flat(check)
    assert not writes(runner.sandbox.journal())

    first = upgrade(runner, "a", "b", "c", "d")
    assert first.returncode == 0 and "waits a, b for Salesforce v60.0" in lines(first), first.stdout
    assert "hand_over_links" in lines(first) and '"cyclr_upgrade_local": [' in flat(first)
    assert instances(runner, "a") == {PARKED: (V58, True), "Salesforce": (V60, False)}
    assert instances(runner, "c") == {"Salesforce": (V60, True)} and instances(runner, "d") == {}

    again = upgrade(runner, "a", "b", "c", "d", confirm=True)
    assert again.returncode == 0 and "4 accounts: 0 changed, 4 ok, 0 failed" in lines(again), again.stdout
    assert not writes(runner.sandbox.journal())

    authorize(runner, "a")
    told_who = upgrade(runner, "a", "b", "c", "d")
    assert "ready the old version can be removed from 1 account: a" in lines(told_who) and "confirm=true" in lines(told_who), told_who.stdout
    assert not writes(runner.sandbox.journal())

    last = upgrade(runner, "a", "b", "c", "d", confirm=True)
    assert last.returncode == 0 and "changed a v58.0 removed" in lines(last), last.stdout
    assert instances(runner, "a") == {"Salesforce": (V60, True)}
    assert instances(runner, "b") == {PARKED: (V58, True), "Salesforce": (V60, False)}
    assert all(len(line) <= 79 for line in last.stdout.split('"cyclr_summary"')[1].split("\n    ]")[0].splitlines())


@pytest.mark.parametrize("finished", [False, True])
def test_the_variables_of_the_account_stay_true(runner, finished):
    """The name stays with what the variables describe: with the new version in them, onboarding finds nothing to do."""
    runner.reset(seed=fleet(a=[V58]))
    assert upgrade(runner, "a").returncode == 0
    if finished:
        authorize(runner, "a")
        assert upgrade(runner, "a", confirm=True).returncode == 0
    variables = dict(a=dict(onboard_account_connectors=[dict(connector="Salesforce", connector_version="v60.0")]))
    onboarded = play(runner, "onboard_accounts", "a", variables=variables)
    assert onboarded.returncode == 0 and not writes(runner.sandbox.journal()), onboarded.stdout


def test_what_an_integration_uses_stays(runner):
    runner.reset(seed=with_cycle(with_cycle(fleet(a=[V58], b=[V58]), "a"), "b", Status="Paused"))
    assert upgrade(runner, "a", "b").returncode == 0
    for account in "ab":
        authorize(runner, account)
    done = upgrade(runner, "a", "b", confirm=True)
    assert done.returncode == 0 and "in use the old version by New leads (2 accounts)" in lines(done), done.stdout
    assert not writes(runner.sandbox.journal())
    assert {cycle["AccountId"]: cycle["Status"] for cycle in runner.sandbox.state()["Cycles"]} == dict(a="Active", b="Paused")


def test_an_integration_of_a_sub_account_counts(runner):
    built_in = fleet(a=[V58])
    built_in["Accounts"].append({"Id": "below", "Name": "below", "ParentAccountId": "a"})
    runner.reset(seed=with_cycle(built_in, "below", AccountConnectorIds=[7000]), switches=dict(SubAccountsSeeParentConnectors=True))
    for account in ("below", "a"):
        assert upgrade(runner, account).returncode == 0
    assert instances(runner, "below") == {}, "the connector of the parent is not that of the sub-account"
    authorize(runner, "a")
    done = upgrade(runner, "a", confirm=True)
    assert "in use the old version by New leads" in lines(done), done.stdout
    assert PARKED in instances(runner, "a")


@pytest.mark.parametrize("in_process", [True, False])
def test_a_key_and_properties_come_from_the_old_instance(runner, in_process):
    zendesk = {"ConnectorId": ZENDESK_V2, "AuthValue": KEY, "Description": "Support",
               "Properties": [{"Name": "Subdomain", "Value": "a"}, {"Name": "Plan", "Value": "team"}, {"Name": "Signature", "Value": SECRET}]}
    runner.reset(seed=fleet(a=[zendesk]))
    given = dict(upgrade_connector="Zendesk", upgrade_connector_version="v3", confirm=True, cyclr_in_process=in_process, arguments=["-vvvv"])
    given["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
    check = upgrade(runner, "a", check=True, **given)
    assert "would change" in lines(check) and "Zendesk v3 installed; v2 removed" in lines(check), check.stdout
    done = upgrade(runner, "a", **given)
    assert done.returncode == 0 and "changed a Zendesk v3 installed; v2 removed" in lines(done), done.stdout
    (one,) = [one for one in runner.sandbox.state()["AccountConnectors"] if one["AccountId"] == "a"]
    assert (one["Name"], one["ConnectorId"], one["AuthValue"], one["Description"]) == ("Zendesk", ZENDESK_V3, KEY, "Support")
    assert {each["Name"]: each["Value"] for each in one["Properties"]} == dict(Subdomain="a", Plan="team", Signature=SECRET)
    for run in (check, done):
        assert KEY not in run.stdout + run.stderr and SECRET not in run.stdout + run.stderr


@pytest.mark.parametrize("own, options, expected", [
    ({}, dict(api_key="given"), "given"),
    (dict(api_key="own"), {}, "own"),
    (dict(api_key="own"), dict(auth_value="given"), "given"),
])
def test_a_key_is_given_for_all_or_by_the_variables_of_the_account(runner, own, options, expected):
    """The API does not show the key of the old instance."""
    zendesk = {"ConnectorId": ZENDESK_V2, "AuthValue": KEY, "Properties": [{"Name": "Subdomain", "Value": "a"}, {"Name": "Plan", "Value": "team"}]}
    runner.reset(seed=fleet(a=[zendesk]), switches=dict(AuthValueEcho="masked"))
    given = dict(upgrade_connector="Zendesk", upgrade_connector_version="v3", arguments=["-vvvv"])
    without = upgrade(runner, "a", **given)
    assert without.returncode == 0 and "needs a a key for Zendesk v3" in lines(without), without.stdout
    assert "add the missing keys" in lines(without)
    item = dict(connector="zendesk", connector_version="v2", properties=dict(Plan="growth"), **own)
    done = upgrade(runner, "a", variables=dict(a=dict(onboard_account_connectors=[item])), upgrade_connector_options=options, **given)
    assert done.returncode == 0 and "ready the old version can be removed" in lines(done), done.stdout
    (one,) = [one for one in runner.sandbox.state()["AccountConnectors"] if one["ConnectorId"] == ZENDESK_V3]
    assert one["AuthValue"] == expected
    assert {each["Name"]: each["Value"] for each in one["Properties"]} == dict(Subdomain="a", Plan="growth")


def test_the_partner_connector_keeps_its_mark(runner):
    built_in = fleet()
    old = next(one for one in built_in["Connectors"] if one["Id"] == 20001)
    built_in["Connectors"].append(dict(old, Id=30001, Version="1.5"))
    built_in["Accounts"].append({"Id": "a", "Name": "a"})
    values = [{"Name": "Subdomain", "Value": "a"}, {"Name": "Region", "Value": "us"}]
    built_in["AccountConnectors"].append({"AccountId": "a", "Id": 7000, "Name": "Acme Platform", "ConnectorId": 20001, "AuthValue": KEY,
                                          "IsPartnerIntegrationConnector": True, "Properties": values})
    runner.reset(seed=built_in)
    done = upgrade(runner, "a", upgrade_connector="Acme Platform", upgrade_connector_version="1.5", confirm=True)
    assert done.returncode == 0, done.stdout
    (one,) = [one for one in runner.sandbox.state()["AccountConnectors"] if one["AccountId"] == "a"]
    assert (one["Name"], one["ConnectorId"], one["AuthValue"], one["IsPartnerIntegrationConnector"]) == ("Acme Platform", 30001, KEY, True)
    partner = dict(source_account_id="templates", via="install", properties=dict(Subdomain="a", Region="us"), api_key=KEY)
    onboarded = play(runner, "onboard_accounts", "a", variables=dict(a=dict(onboard_account_partner=partner)))
    assert onboarded.returncode == 0
    assert not [one for one in told(writes(runner.sandbox.journal())) if "install" in one], onboarded.stdout


def test_without_a_mark_the_old_one_stays(runner):
    """Whether the API accepts the mark is not documented. Without it, users of the account could see and edit the connector."""
    built_in = fleet(a=[{"ConnectorId": 20015, "IsPartnerIntegrationConnector": True}])
    built_in["Connectors"].append(dict(next(one for one in built_in["Connectors"] if one["Id"] == 20015), Id=30015, Version="2"))
    runner.reset(seed=built_in, switches=dict(InstallNativeFlag="ignore", PutNativeFlag="ignore"))
    given = dict(upgrade_connector="Acme Warehouse", upgrade_connector_version="2", confirm=True)
    done = upgrade(runner, "a", **given)
    assert done.returncode == 2 and "Set the mark in the Console" in flat(done) and "Run it again to continue" in flat(done), done.stdout
    assert instances(runner, "a") == {"Acme Warehouse (replaced by 2)": (20015, True), "Acme Warehouse": (30015, True)}


def test_an_api_that_cannot_rename(runner):
    runner.reset(seed=fleet(a=[V58]), switches=dict(PutName="ignore"))
    refused = upgrade(runner, "a")
    assert refused.returncode == 2 and "The API did not rename connector 'Salesforce'" in flat(refused), refused.stdout
    assert instances(runner, "a") == {"Salesforce": (V58, True)}
    given = dict(upgrade_connector_name="Salesforce v60.0")
    assert upgrade(runner, "a", **given).returncode == 0
    assert instances(runner, "a") == {"Salesforce": (V58, True), "Salesforce v60.0": (V60, False)}
    authorize(runner, "a", "Salesforce v60.0")
    assert upgrade(runner, "a", confirm=True, **given).returncode == 0
    assert instances(runner, "a") == {"Salesforce v60.0": (V60, True)}


def test_back_to_the_previous_version(runner):
    """The old instance is still there and authenticated, so nobody has to authorize anything."""
    runner.reset(seed=with_cycle(fleet(a=[V58]), "a"))
    assert upgrade(runner, "a").returncode == 0
    left_out = upgrade(runner, "a", upgrade_connector_version="v58.0")
    assert "left out the connector has another version in" not in lines(left_out)
    back = upgrade(runner, "a", upgrade_connector_version="v58.0", upgrade_connector_from="v60.0", confirm=True)
    assert back.returncode == 0, back.stdout
    assert instances(runner, "a") == {"Salesforce": (V58, True)}
    assert [cycle["Status"] for cycle in runner.sandbox.state()["Cycles"]] == ["Active"]


def test_a_newer_version_is_left_out(runner):
    runner.reset(seed=fleet(a=[V60], b=[V58]))
    done = upgrade(runner, "a", "b", upgrade_connector_version="v58.0")
    assert done.returncode == 0 and "left out the connector has another version in 1 account: a" in lines(done), done.stdout
    assert not writes(runner.sandbox.journal())


def test_several_instances(runner):
    connectors = [V58, {"ConnectorId": V58, "Name": "Sandbox"}]
    runner.reset(seed=fleet(a=connectors))
    refused = upgrade(runner, "a")
    assert refused.returncode == 2 and "choose one of 'Salesforce', 'Sandbox'" in flat(refused), refused.stdout
    assert not writes(runner.sandbox.journal())
    for name in ("Sandbox", "Salesforce"):
        assert upgrade(runner, "a", upgrade_connector_instance=name).returncode == 0
    assert instances(runner, "a") == {
        PARKED: (V58, True), "Salesforce": (V60, False), "Sandbox (replaced by v60.0)": (V58, True), "Sandbox": (V60, False),
    }


def test_a_failure_is_in_the_summary_and_the_others_are_done(runner):
    runner.reset(seed=fleet(a=[V58]))
    done = upgrade(runner, "gone", "a")
    assert done.returncode == 2 and "failed gone" in lines(done) and "2 accounts: 1 changed, 0 ok, 1 failed" in lines(done), done.stdout
    assert instances(runner, "a")["Salesforce"] == (V60, False)


@pytest.mark.parametrize("more, left", [({}, "b"), ({"cyclr_max_fail_percentage": 100}, "")])
def test_a_batch_that_fails_ends_the_upgrade(runner, more, left):
    runner.reset(seed=fleet(a=[V58], b=[V58]))
    done = upgrade(runner, "a", "gone", "b", cyclr_batch=[2, 1], **more)
    assert done.returncode == 2
    assert "".join(account for account in "ab" if PARKED not in instances(runner, account)) == left, done.stdout


@pytest.mark.parametrize("given, words", [
    (dict(upgrade_connector="Salesfroce"), "The catalogue has no connector Salesfroce"),
    (dict(upgrade_connector_version="v61.0"), "Connector Salesforce has no version v61.0. There is v58.0, v60.0."),
    (dict(upgrade_connector_version=""), "There is v58.0, v60.0."),
    (dict(upgrade_connector=""), "Set upgrade_connector to the name of a connector"),
    (dict(upgrade_connector_version=None), "upgrade_connector_version to the version"),
    (dict(upgrade_connector_options=dict(name="x")), "upgrade_connector_options: name: not allowed; allowed are: api_key"),
    (dict(upgrade_connector_options=["x"]), "upgrade_connector_options"),
    (dict(upgrade_connector_options=dict(api_key="x")), "authenticates with OAuth2"),
    (dict(upgrade_connector_options=dict(properties=dict(LoginUri="x"))), "property 'LoginUri' does not exist"),
    (dict(upgrade_connector_name="Mailchimp"), "has another connector under the name 'Mailchimp'"),
])
def test_what_is_wrong_is_said_before_the_first_write(runner, given, words):
    runner.reset(seed=fleet(a=[V58, 20005], b=[V58, 20005]))
    for check in (True, False):
        done = upgrade(runner, "a", "b", check=check, **given)
        assert done.returncode != 0 and words in flat(done), done.stdout
        assert not writes(runner.sandbox.journal())


def test_two_hosts_for_one_account_are_refused(runner):
    runner.reset(seed=fleet(a=[V58]))
    done = upgrade(runner, "a", "other", variables={"other": {"onboard_account_id": "a"}})
    assert done.returncode != 0 and "Several hosts have the same account: a (a, other)" in flat(done)
    assert not writes(runner.sandbox.journal())


def test_hosts_that_disagree_are_refused(runner):
    runner.reset(seed=fleet(a=[V58], b=[V58]))
    variables = {"a": {"upgrade_connector": "Salesforce"}, "b": {"upgrade_connector": "HubSpot"}}
    done = play(runner, "upgrade_connector", "a", "b", variables=variables, upgrade_connector_version="v60.0")
    assert done.returncode != 0 and "to the same values for all hosts" in flat(done), done.stdout
    assert not writes(runner.sandbox.journal())


def test_all_options_of_the_module_can_be_given():
    tasks = yaml.safe_load((ROOT / "playbooks" / "tasks" / "upgrade_connector.yml").read_text(encoding="utf-8"))
    chosen = {"account_id", "connector", "connector_version", "from_versions", "instance", "name", "remove_replaced"}
    assert OPTIONS == set(SPEC["argument_spec"]) - chosen - set(connection())
    (task,) = [task for task in tasks if "cyclr.ipaas.cyclr_connector_upgrade" in task]
    assert set(task["cyclr.ipaas.cyclr_connector_upgrade"]) == set(SPEC["argument_spec"]) - set(connection())


def test_the_way_for_an_integration_that_the_guide_shows(runner):
    """The template uses the new version; its integration goes, then the old version, and the integration comes back with the new one."""
    built_in = with_cycle(fleet(a=[V58]), "a")
    built_in["Templates"][-1]["Connectors"] = [{"Name": "Salesforce", "Version": "v60.0"}]
    built_in["Cycles"][-1]["AccountConnectorIds"] = [7000]
    runner.reset(seed=built_in, switches=dict(DeleteScheduledSeconds=0))
    assert upgrade(runner, "a").returncode == 0
    authorize(runner, "a")
    assert "in use" in lines(upgrade(runner, "a", confirm=True))
    rolled_out = dict(roll_out_template="New leads")
    assert play(runner, "roll_out_integration", "a", roll_out_state="absent", confirm=True, **rolled_out).returncode == 0
    assert upgrade(runner, "a", confirm=True).returncode == 0
    assert instances(runner, "a") == {"Salesforce": (V60, True)}
    options = dict(roll_out_options=dict(connectors=dict(Salesforce="Salesforce"), require_ready=False))
    again = play(runner, "roll_out_integration", "a", **rolled_out, **options)
    assert again.returncode == 0, again.stdout
    # `connectors` has made sure that it uses the only instance, the new one.
    assert len([one for one in runner.sandbox.state()["Cycles"] if one["Status"] != "DeleteScheduled"]) == 1
    assert instances(runner, "a") == {"Salesforce": (V60, True)}
    assert "0 changed, 1 ok, 0 failed" in lines(upgrade(runner, "a"))


# -- guards ----------------------------------------------------------------------------------------------------------


def test_a_removal_counts_as_a_change(runner):
    """It has no instance afterwards that could say so."""
    runner.reset(seed=fleet(a=[{"ConnectorId": V58, "Name": PARKED}, V60], b=[V60]))
    done = upgrade(runner, "a", "b", confirm=True, cyclr_max_changes=0)
    assert done.returncode == 2 and "1 of 2 accounts would change, but cyclr_max_changes allows 0" in flat(done), done.stdout
    assert "change a v58.0 removed" in flat(done).replace('"', "") and not writes(runner.sandbox.journal())
    allowed = upgrade(runner, "a", "b", confirm=True, cyclr_max_changes="50%")
    assert allowed.returncode == 0 and instances(runner, "a") == {"Salesforce": (V60, True)}, allowed.stdout


@pytest.mark.parametrize("in_process", [True, False])
def test_the_dry_run_shows_no_secret(runner, in_process):
    zendesk = {"ConnectorId": ZENDESK_V2, "AuthValue": KEY, "Properties": [{"Name": "Subdomain", "Value": "a"}, {"Name": "Signature", "Value": SECRET}]}
    runner.reset(seed=fleet(a=[zendesk]))
    given = dict(upgrade_connector="Zendesk", upgrade_connector_version="v3", cyclr_max_changes=0, cyclr_in_process=in_process, arguments=["-vvvv"])
    given["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
    options = dict(api_key=KEY + "-new", properties=dict(Plan="team"))
    done = upgrade(runner, "a", variables=dict(a=dict(upgrade_connector_options=options)), **given)
    assert done.returncode == 2 and "Zendesk v3 installed" in flat(done) and not writes(runner.sandbox.journal()), done.stdout
    assert "changed=0" in done.stdout
    assert KEY not in done.stdout + done.stderr and SECRET not in done.stdout + done.stderr


def test_the_connector_is_looked_up_once_for_all_batches(runner):
    runner.reset(seed=fleet(a=[V58], b=[V58], c=[V58]))
    done = upgrade(runner, "a", "b", "c", cyclr_batch=1)
    assert done.returncode == 0, done.stdout
    read = [(request["method"], request["path"].split("/")[2:4], request["account"]) for request in runner.sandbox.journal()]
    # The play, and each account for itself
    assert [account for method, path, account in read if (method, path[0]) == ("GET", "connectors")] == ["a", "a", "b", "c"], read
