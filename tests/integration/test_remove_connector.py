# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks remove_connector and prune_connectors: shown first, done only if confirmed."""

from __future__ import annotations

import json
import subprocess

import pytest
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK, writes

SECRET = "a-property-that-is-secret"


def catalogue():
    """Mailchimp in three accounts: used by nothing, by an integration that stands still, and by one that runs. HubSpot beside it."""
    accounts = ["templates", "idle", "paused", "running"]
    seed = dict(
        Accounts=[dict(Id=account, Name=account) for account in accounts],
        Connectors=[
            dict(Id=1, Name="Mailchimp", AuthType="ApiKey", Parameters=[dict(TargetName="Hidden")]),
            dict(Id=2, Name="HubSpot", AuthType="OAuth2"),
            dict(Id=3, Name="Acme Platform", AuthType="ApiKey"),
        ],
        AccountConnectors=[dict(AccountId="templates", Id=500, Name="Acme Platform", ConnectorId=3, AuthValue="own", IsPartnerIntegrationConnector=True)],
        Cycles=[],
    )  # fmt: skip
    for number, account in enumerate(accounts[1:]):
        seed["AccountConnectors"] += [
            dict(
                AccountId=account, Id=600 + number, Name="Mailing", ConnectorId=1, AuthValue="key",
                Properties=[dict(Id=1 + number, Name="Hidden", Value=SECRET)],
            ),
            dict(AccountId=account, Id=700 + number, Name="HubSpot", ConnectorId=2, AuthValue="tokens"),
            # Copies whose mark the API did not accept
            dict(AccountId=account, Id=800 + number, Name="Acme Platform", ConnectorId=3, AuthValue="own"),
        ]
        if account != "idle":
            status = "Active" if account == "running" else "Paused"
            seed["Cycles"].append(dict(AccountId=account, Name="Sign-ups", Status=status, AccountConnectorIds=[600 + number]))
    return seed


def run(runner, playbook, hosts, *arguments, **given):
    inventory = runner.directory / "accounts.json"
    hosts = hosts if isinstance(hosts, dict) else {host: {} for host in hosts}
    named = [dict(connector="HubSpot")]
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": {"onboard_account_connectors": named}}}), encoding="utf-8")
    command = [PLAYBOOK, f"cyclr.ipaas.{playbook}", "-i", str(inventory), "-e", json.dumps({"cyclr_source_account_id": "templates", **given}), *arguments]
    runner.sandbox.clear_journal()
    done = subprocess.run(
        command, env=runner.environment(), cwd=runner.directory, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert SECRET not in done.stdout + done.stderr
    return done


def remove(runner, *hosts, check=False, arguments=(), **given):
    return run(runner, "remove_connector", hosts, *["--check"] * check, *arguments, **{"remove_connector": "Mailchimp", **given})


def prune(runner, *hosts, check=False, variables=None, **given):
    return run(runner, "prune_connectors", {host: (variables or {}).get(host, {}) for host in hosts}, *["--check"] * check, **given)


def flat(done):
    return " ".join((done.stdout + done.stderr).replace('",', "").replace('"', "").split())


def left(runner, name="Mailing"):
    return {one["AccountId"] for one in runner.sandbox.state()["AccountConnectors"] if one["Name"] == name}


ALL = ("templates", "idle", "paused", "running")


# -- remove_connector ------------------------------------------------------------------------------------------------


def test_without_confirmation_it_is_shown_and_nothing_is_written(runner):
    runner.reset(seed=catalogue())
    done = remove(runner, *ALL, remove_connector_stop_cycles=True)
    assert done.returncode == 2 and not writes(runner.sandbox.journal()), done.stdout
    for words in ("change idle Mailing removed", "change paused Mailing removed (used by: Sign-ups)", "integration Sign-ups stopped; Mailing removed",
                  "Nothing was changed. Run again with -e confirm=true"):
        assert words in flat(done), done.stdout


def test_check_mode_shows_the_same_and_succeeds(runner):
    runner.reset(seed=catalogue())
    done = remove(runner, *ALL, check=True, remove_connector_stop_cycles=True)
    assert done.returncode == 0 and not writes(runner.sandbox.journal()), done.stdout
    for words in ("change idle Mailing removed", "change paused Mailing removed (used by: Sign-ups)", "4 accounts: 3 would change, 1 ok, 0 failed"):
        assert words in flat(done), done.stdout


def test_confirmed_it_is_removed_and_running_integrations_are_refused(runner):
    runner.reset(seed=catalogue())
    done = remove(runner, *ALL, confirm=True)
    assert done.returncode == 2 and left(runner) == {"running"}, done.stdout
    assert "Mailing is used by running integrations: Sign-ups. Stop them, or add -e remove_connector_stop_cycles=true." in flat(done)
    assert "4 accounts: 2 changed, 1 ok, 1 failed" in flat(done)
    assert left(runner, "HubSpot") == {"idle", "paused", "running"}

    done = remove(runner, *ALL, confirm=True, remove_connector_stop_cycles=True)
    assert done.returncode == 0 and not left(runner), done.stdout
    assert "integration Sign-ups stopped; Mailing removed" in flat(done)

    done = remove(runner, *ALL)
    assert done.returncode == 0 and "4 accounts: 0 changed, 4 ok, 0 failed" in flat(done) and not writes(runner.sandbox.journal()), done.stdout


@pytest.mark.parametrize("given, gone", [
    (dict(remove_connector="", remove_connector_name="Mailing"), True), (dict(remove_connector_name="Mailing"), True),
    (dict(remove_connector_name="Other"), False), (dict(remove_connector="mailchimp"), False),
])  # fmt: skip
def test_one_instance_by_its_exact_name(runner, given, gone):
    runner.reset(seed=catalogue())
    done = remove(runner, "idle", confirm=True, **given)
    assert done.returncode == 0 and ("idle" not in left(runner)) == gone, done.stdout


def test_deauthenticated(runner):
    runner.reset(seed=catalogue())
    done = remove(runner, "idle", "paused", confirm=True, remove_connector_state="deauthenticated")
    assert done.returncode == 0 and "Mailing de-authenticated" in flat(done), done.stdout
    authenticated = {one["AccountId"] for one in runner.sandbox.state()["AccountConnectors"] if one["Name"] == "Mailing" and one["AuthValue"]}
    assert authenticated == {"running"} and left(runner) == {"idle", "paused", "running"}
    done = remove(runner, "idle", "paused", confirm=True, remove_connector_state="deauthenticated")
    assert done.returncode == 0 and not writes(runner.sandbox.journal()), done.stdout


def test_the_partner_connector_needs_its_own_flag_and_stays_in_the_source(runner):
    runner.reset(seed=catalogue())
    refused = remove(runner, "templates", "idle", remove_connector="Acme Platform", confirm=True)
    assert refused.returncode == 2 and not writes(runner.sandbox.journal()), refused.stdout
    assert "Acme Platform is the partner connector. To remove it nevertheless, add -e remove_connector_partner=true." in flat(refused)
    unknown = remove(runner, "idle", remove_connector="Acme Platform", confirm=True, remove_connector_partner=True, cyclr_source_account_id="")
    assert unknown.returncode == 2 and "also set cyclr_source_account_id" in flat(unknown) and not runner.sandbox.journal(), unknown.stdout
    done = remove(runner, "templates", "idle", remove_connector="Acme Platform", confirm=True, remove_connector_partner=True)
    assert done.returncode == 0 and left(runner, "Acme Platform") == {"templates", "paused", "running"}, done.stdout


def with_sub_account():
    """The connector of idle is used by an integration that runs in its sub-account, which sees what idle has."""
    seed = catalogue()
    seed["Accounts"].append(dict(Id="below", Name="below", ParentAccountId="idle"))
    seed["AccountConnectors"].append(dict(AccountId="below", Id=900, Name="Own mailing", ConnectorId=1, AuthValue="key"))
    seed["Cycles"].append(dict(AccountId="below", Name="Letters", Status="Active", AccountConnectorIds=[600]))
    return dict(seed=seed, switches=dict(SubAccountsSeeParentConnectors=True))


def status(runner, name):
    return next(one["Status"] for one in runner.sandbox.state()["Cycles"] if one["Name"] == name)


def test_a_second_removal_in_one_run_leaves_the_source_account_out(runner):
    """The account was planned for in the first one, which has another source."""
    seed = catalogue()
    seed["AccountConnectors"].append(dict(AccountId="templates", Id=900, Name="Mailing", ConnectorId=1, AuthValue="key"))
    runner.reset(seed=seed)
    first = {"remove_connector": "Mailchimp", "remove_connector_state": "deauthenticated", "cyclr_source_account_id": ""}
    second = {"remove_connector": "HubSpot", "cyclr_source_account_id": "templates"}
    playbook = runner.directory / "two.yml"
    both = [{"ansible.builtin.import_playbook": "cyclr.ipaas.remove_connector", "vars": dict(confirm=True, **one)} for one in (first, second)]
    playbook.write_text(json.dumps(both), encoding="utf-8")
    command = [PLAYBOOK, str(playbook), "-i", "templates,idle,"]
    done = subprocess.run(
        command, env=runner.environment(), cwd=runner.directory, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert left(runner) >= {"templates", "idle"} and left(runner, "HubSpot") == {"paused", "running"}, done.stdout
    of_source = [entry for entry in writes(runner.sandbox.journal()) if entry["account"] == "templates"]
    assert len(of_source) == 1, of_source


def test_an_integration_of_a_sub_account_counts(runner):
    runner.reset(**with_sub_account())
    refused = remove(runner, "idle", confirm=True)
    assert refused.returncode == 2 and not writes(runner.sandbox.journal()), refused.stdout
    assert "Mailing is used by running integrations: Letters in sub-account below. Stop them" in flat(refused)
    done = remove(runner, "idle", confirm=True, remove_connector_stop_cycles=True)
    assert done.returncode == 0 and "idle" not in left(runner) and status(runner, "Letters") == "Paused", done.stdout
    assert "integration Letters in sub-account below stopped; Mailing removed (used by: Letters in sub-account below)" in flat(done)

    runner.reset(**with_sub_account())
    pruned = prune(runner, "idle", prune_connectors="Mailchimp", confirm=True)
    assert pruned.returncode == 2 and "Letters in sub-account below" in flat(pruned) and "idle" in left(runner), pruned.stdout


def test_what_a_sub_account_sees_of_its_parent_stays(runner):
    runner.reset(**with_sub_account())
    listed = prune(runner, "below")
    assert listed.returncode == 0 and "Own mailing: below" in flat(listed) and "Mailing: below" not in flat(listed), listed.stdout
    for way in (remove, prune):
        runner.reset(**with_sub_account())
        done = way(runner, "below", confirm=True, **(dict(prune_connectors="Mailchimp") if way is prune else {}))
        assert done.returncode == 0 and "idle" in left(runner) and not left(runner, "Own mailing"), done.stdout
        assert status(runner, "Letters") == "Active"
    nothing = remove(runner, "below", confirm=True)
    assert nothing.returncode == 0 and not writes(runner.sandbox.journal()) and "1 account: 0 changed, 1 ok" in flat(nothing), nothing.stdout


@pytest.mark.parametrize("check", [False, True])
def test_too_many_accounts_stop_it_before_the_first_write(runner, check):
    runner.reset(seed=catalogue())
    done = remove(runner, "idle", "paused", check=check, confirm=True, cyclr_max_changes="50%")
    assert done.returncode == 2 and "2 of 2 accounts would change, but cyclr_max_changes allows 1 (50%)" in flat(done), done.stdout
    assert "Mailing removed" in flat(done) and not writes(runner.sandbox.journal())


def test_canaries_that_fail_keep_the_others_safe(runner):
    runner.reset(seed=catalogue())
    done = remove(runner, "running", "idle", "paused", confirm=True, cyclr_batch=[1, "100%"])
    assert done.returncode == 2 and left(runner) == {"idle", "paused", "running"}, done.stdout
    assert "ended after 1 failure because of cyclr_max_fail_percentage: 0. 2 accounts were not tried." in flat(done)
    done = prune(runner, "running", "idle", "paused", prune_connectors="Mailing", confirm=True, cyclr_max_failures=1)
    assert done.returncode == 2 and left(runner) == {"idle", "paused", "running"}, done.stdout
    assert "ended after 1 failure because of cyclr_max_failures: 1. 2 accounts were not tried." in flat(done)


@pytest.mark.parametrize("given", [dict(remove_connector=""), dict(remove_connector_state="present"), dict(remove_connector=None)])
def test_what_is_wrong_is_said_before_the_first_request(runner, given):
    done = remove(runner, "globex", confirm=True, **given)
    assert done.returncode == 2 and "Nothing was sent. Set remove_connector" in flat(done) and not runner.sandbox.journal(), done.stdout


def test_a_name_is_never_a_template(runner):
    seed = catalogue()
    for one in seed["AccountConnectors"]:
        one["Name"] = one["Name"].replace("Mailing", "{{ 6 * 7 }}\x1b[31m")
    runner.reset(seed=seed)
    for done in (remove(runner, "idle", "running"), remove(runner, "idle", "running", confirm=True), prune(runner, "running")):
        assert "{{ 6 * 7 }}" in flat(done) and "42" not in done.stdout.replace("0.42", "") and "\x1b[31m" not in done.stdout, done.stdout
    assert len(left(runner, "{{ 6 * 7 }}\x1b[31m")) == 2


# -- prune_connectors ------------------------------------------------------------------------------------------------


def test_what_the_variables_do_not_name_is_listed_only(runner):
    runner.reset(seed=catalogue())
    named = dict(paused=dict(onboard_account_connectors=[dict(connector="HubSpot"), dict(connector="Mailchimp", name="Mailing")]),
                 running=dict(onboard_account_connectors=[]))
    done = prune(runner, *ALL, confirm=True, variables=named)
    assert done.returncode == 0 and not writes(runner.sandbox.journal()), done.stdout
    assert "HubSpot: running" in flat(done) and "Mailing: idle, running" in flat(done) and "Acme Platform:" not in flat(done)


def test_what_is_named_for_pruning_is_removed_if_confirmed(runner):
    runner.reset(seed=catalogue())
    named = dict(paused=dict(onboard_account_connectors=[dict(connector_id=1)]))
    asked = prune(runner, *ALL, variables=named, prune_connectors="Mailchimp,HubSpot", prune_connectors_stop_cycles=True)
    assert asked.returncode == 2 and "Nothing was changed. Run again with -e confirm=true" in flat(asked), asked.stdout
    shown = prune(runner, *ALL, check=True, variables=named, prune_connectors=["Mailing"], prune_connectors_stop_cycles=True)
    assert shown.returncode == 0 and "2 would change" in flat(shown) and not writes(runner.sandbox.journal()), shown.stdout
    # HubSpot is named by the variables of idle and running, and stays there.
    done = prune(runner, *ALL, variables=named, prune_connectors="Mailchimp,HubSpot", prune_connectors_stop_cycles=True, confirm=True)
    assert done.returncode == 0 and left(runner) == {"paused"} and left(runner, "HubSpot") == {"idle", "running"}, done.stdout


def test_running_integrations_and_the_partner_connector_are_never_pruned(runner):
    runner.reset(seed=catalogue())
    done = prune(runner, "idle", "running", prune_connectors=["Mailing", "Acme Platform"], confirm=True)
    assert done.returncode == 2 and left(runner) == {"paused", "running"}, done.stdout
    assert "add -e prune_connectors_stop_cycles=true" in flat(done)
    assert left(runner, "Acme Platform") == set(ALL)


def test_an_account_whose_variables_name_nothing_is_refused(runner):
    runner.reset(seed=catalogue())
    done = prune(runner, "idle", "paused", variables=dict(paused=dict(onboard_account_connectors=None)), prune_connectors="Mailchimp", confirm=True)
    assert done.returncode == 2 and "Set onboard_account_connectors, to [] if none" in flat(done), done.stdout
    assert not runner.sandbox.journal()
