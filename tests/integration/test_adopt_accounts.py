# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""adopt_accounts writes variables with which onboard_accounts changes nothing, and no secrets."""

from __future__ import annotations

import json
import re
import stat

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.integration.test_playbooks import flat, given, play, with_objects
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told, writes

CONTACTS, SIGN_UPS = "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b", "7c2e4d6f-8a91-4b3c-9d5e-1f2a3b4c5d6e"
FLEET = "plugin: cyclr.ipaas.accounts\nexclude: [templates]\n"
SOURCE = given(cyclr_source_account_id="templates")
CANARY = "canary-of-a-secret"
HOSTILE = "{{ lookup('ansible.builtin.pipe', 'touch %s') }}"


class Loader(yaml.SafeLoader):
    """Reads `!unsafe` as text."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def installed(account_id, number, connector_id, **more):
    return {"AccountId": account_id, "Id": number, "ConnectorId": connector_id, **more}


def properties(**values):
    return [{"Name": name, "Value": value} for name, value in values.items()]


def by_hand(touched="nowhere"):
    """An account with everything that somebody can make in the Console."""
    evil = HOSTILE % touched
    return with_objects(
        Accounts=[
            {
                "Id": "acme-1", "Name": evil, "Description": "1.10", "Timezone": "Europe/Paris", "AuditInfo": "{%% raw %%} %s" % evil,
                "StepDataSuccessRetentionHours": 168,
                "TransactionErrorWebhookEnabled": True, "TransactionErrorWebhookUrl": f"https://hooks.example.com/{CANARY}",
            },
            {"Id": "acme-2", "Name": "yes"},
        ],
        AccountConnectors=[
            installed("acme-1", 700, 20001, Name="Acme Platform", AuthValue="acme-partner-key", IsPartnerIntegrationConnector=True,
                      Properties=properties(Subdomain="acme-1", Region="eu", WebhookSecret="acme-webhook-secret")),
            installed("acme-1", 701, 20002, Name="HubSpot", AuthValue=json.dumps({"AccessToken": CANARY})),
            installed("acme-1", 702, 20002, Name=f"HubSpot {evil}", Description="a: b # c\n- d"),
            installed("acme-1", 703, 20003, Properties=properties(LoginUrl=evil)),
            installed("acme-1", 704, 20225, Properties=properties(ClientId="42", ClientSecret=CANARY, BaseUrl="1e5")),
            installed("acme-1", 705, 20009, Name="The shop", Properties=properties(Shop="acme")),
            installed("acme-1", 706, 20005, Name="Lists"),
            installed("acme-1", 707, 20005, Name="Lists", AuthValue=CANARY),
            installed("acme-1", 708, 20013, Properties=properties(Subdomain="acme", Plan="gold", Invented=CANARY)),
            installed("acme-1", 709, 20005, AuthValue=CANARY),
            installed("acme-1", 710, 20012),
            installed("acme-2", 720, 20001, Name="Ours", AuthValue="another-key", IsPartnerIntegrationConnector=True,
                      Properties=properties(Subdomain="acme-2", Region="us", WebhookSecret=CANARY)),
        ],
        Cycles=[
            {"AccountId": "acme-1", "TemplateId": CONTACTS, "Status": "Active"},
            {"AccountId": "acme-1", "TemplateId": CONTACTS, "Name": f"Second {evil}", "Status": "Paused"},
            {"AccountId": "acme-1", "TemplateId": SIGN_UPS, "Name": "Twice"},
            {"AccountId": "acme-1", "TemplateId": SIGN_UPS, "Name": "Twice"},
        ],
    )  # fmt: skip


@pytest.fixture
def fleet(tmp_path):
    folder = tmp_path / "customers"
    folder.mkdir()
    (folder / "fleet.cyclr.yml").write_text(FLEET, encoding="utf-8")
    return folder


def adopt(runner, fleet, *arguments):
    done = play(runner, "adopt_accounts", "-i", str(fleet), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr, done.stdout + done.stderr
    assert not writes(runner.sandbox.journal())
    return done


def squeezed(text):
    """A long path is on several lines."""
    return "".join(text.split())


def variables(fleet, host):
    return yaml.load((fleet / "host_vars" / f"{host}.yml").read_text(encoding="utf-8"), Loader=Loader)


def test_onboarding_an_adopted_account_changes_nothing(runner, fleet, tmp_path):
    touched = tmp_path / "touched"
    runner.reset(seed=by_hand(touched))
    adopt(runner, fleet, *SOURCE)
    before = runner.sandbox.state()
    done = play(runner, "onboard_accounts", "-i", str(fleet))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 accounts: 0 changed, 4 ok, 0 failed" in flat(done), done.stdout
    assert told(writes(runner.sandbox.journal())) == []
    assert runner.sandbox.state()["AccountConnectors"] == before["AccountConnectors"]
    assert not touched.exists()


def test_the_variables_describe_the_account(runner, fleet, tmp_path):
    runner.reset(seed=by_hand())
    adopt(runner, fleet, *SOURCE)
    evil = HOSTILE % "nowhere"
    found = variables(fleet, "acme-1")
    connectors = found.pop("onboard_account_connectors")
    cycles = found.pop("onboard_account_cycles")
    settings = found.pop("onboard_account_settings")
    assert found == {
        "onboard_account_id": "acme-1",
        "onboard_account_name": evil,
        "onboard_account_description": "1.10",
        "onboard_account_timezone": "Europe/Paris",
        "onboard_account_partner": {"source_account_id": "templates", "connector": "Acme Platform", "properties": {"Subdomain": "acme-1", "Region": "eu"}},
    }
    assert settings["step_data_success_retention_hours"] == 168 and evil in settings["audit_info"]
    assert connectors == [
        {"connector": "HubSpot"},
        {"connector": "HubSpot", "name": f"HubSpot {evil}", "description": "a: b # c\n- d"},
        {"connector": "Salesforce", "connector_version": "v58.0", "properties": {"LoginUrl": evil}},
        {"connector": "QuickBooks", "properties": {"ClientId": "42", "BaseUrl": "1e5"}},
        {"connector": "Shopify", "name": "The shop", "properties": {"Shop": "acme"}},
        {"connector": "Zendesk", "connector_version": "v2", "properties": {"Subdomain": "acme"}},
        {"connector": "Mailchimp"},
        {"connector": "Generic Webhook"},
    ]
    assert [(one["template"], one.get("name"), one.get("state"), one.get("variables")) for one in cycles] == [
        ("New Acme contacts to HubSpot", None, None, {"Lead Source": "Acme"}),
        ("New Acme contacts to HubSpot", f"Second {evil}", "present", {"Lead Source": "Acme"}),
    ]


def test_what_cannot_be_described_is_named(runner, fleet):
    runner.reset(seed=by_hand())
    done = adopt(runner, fleet, *SOURCE)
    text = (fleet / "host_vars" / "acme-1.yml").read_text(encoding="utf-8")
    lines = [line[4:] for line in text.splitlines() if line.startswith("# - ")]
    for line in (
        "account: webhook for errors of transactions: its URL may contain a key",
        "connector Lists: several connectors of the account have this name",
        "connector QuickBooks: ClientSecret: it may be secret",
        "connector Zendesk: Plan: the catalogue no longer allows its value",
        "connector Zendesk: Invented: the catalogue does not describe this property",
        "connector Mailchimp: authentication: it is secret",
        "integration Twice: several integrations of its template have this name",
    ):
        assert line in lines, text
    assert "left out acme-1 " in flat(done) and "things left out" in flat(done) and "next read in the files what is left out, then run" in flat(done)


def test_files_contain_no_secrets_and_are_not_for_everybody(runner, fleet):
    runner.reset(seed=by_hand())
    done = adopt(runner, fleet, *SOURCE, "-vvv", "--diff")
    for path in (fleet / "host_vars").iterdir():
        text = path.read_text(encoding="utf-8")
        assert CANARY not in text and "acme-partner-key" not in text and "acme-webhook-secret" not in text, text
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "acme-webhook-secret" not in done.stdout and "acme-partner-key" not in done.stdout


def test_names_of_further_secrets(runner, fleet):
    runner.reset(seed=by_hand())
    adopt(runner, fleet, "-e", '{"adopt_accounts_secrets": "subdomain,Lead Source"}')
    text = (fleet / "host_vars" / "acme-1.yml").read_text(encoding="utf-8")
    assert "Subdomain:" not in text.replace(": Subdomain:", "") and "Lead Source: Acme" not in text


def test_a_copy_that_differs_from_the_source_is_an_ordinary_connector(runner, fleet):
    runner.reset(seed=by_hand())
    adopt(runner, fleet, *SOURCE)
    found = variables(fleet, "acme-2")
    assert "onboard_account_partner" not in found
    [connector] = found["onboard_account_connectors"]
    assert connector["partner_connector"] is True and connector["name"] == "Ours" and connector["connector_version"] == "1.4"


def test_a_copy_that_cannot_be_compared_is_an_ordinary_connector(runner, fleet):
    runner.reset(seed=by_hand())
    adopt(runner, fleet, *given(cyclr_source_account_id="initech"))
    for host in ("acme-1", "acme-2"):
        assert "onboard_account_partner" not in variables(fleet, host)


def test_the_source_account_is_left_out(runner, tmp_path):
    folder = tmp_path / "customers"
    folder.mkdir()
    (folder / "fleet.cyclr.yml").write_text("plugin: cyclr.ipaas.accounts\n", encoding="utf-8")
    done = adopt(runner, folder, *SOURCE)
    assert sorted(path.name for path in (folder / "host_vars").iterdir()) == ["globex.yml", "initech.yml"]
    assert "kept templates it is the source of your own connector" in flat(done) and "3 accounts: 2 changed, 0 ok, 0 failed, 1 kept" in flat(done)


def test_a_source_account_that_does_not_exist_is_refused(runner, fleet):
    done = play(runner, "adopt_accounts", "-i", str(fleet), *given(cyclr_source_account_id="template"))
    assert done.returncode != 0 and "cyclr_source_account_id: account template does not exist" in flat(done), done.stdout
    assert "2 accounts: 0 changed, 0 ok, 2 failed" in flat(done) and not (fleet / "host_vars").exists()


def test_existing_variables_are_kept_unless_asked(runner, fleet):
    folder = fleet / "host_vars"
    folder.mkdir()
    (folder / "globex.yml").write_text("mine: 1\n", encoding="utf-8")
    (folder / "initech").mkdir()
    done = adopt(runner, fleet)
    assert "kept globex, initech its variables exist already" in flat(done), done.stdout
    assert "2 accounts: 0 changed, 0 ok, 0 failed, 2 kept" in flat(done), done.stdout
    assert (folder / "globex.yml").read_text(encoding="utf-8") == "mine: 1\n" and not (folder / "initech.yml").exists()
    done = adopt(runner, fleet, *given(adopt_accounts_overwrite="true"))
    # A file beside a folder of the same name would not be read.
    assert "kept initech" in flat(done) and squeezed(f"changed globex variables written to {folder}") in squeezed(flat(done)), done.stdout
    assert variables(fleet, "globex")["onboard_account_name"] == "Globex Ltd" and not (folder / "initech.yml").exists()
    done = adopt(runner, fleet, *given(adopt_accounts_overwrite="true"))
    assert "2 accounts: 0 changed, 1 ok, 0 failed, 1 kept" in flat(done), done.stdout


@pytest.mark.parametrize("overwrite", ["false", "true"])
def test_nothing_is_written_through_a_link(runner, fleet, tmp_path, overwrite):
    folder = fleet / "host_vars"
    folder.mkdir()
    for host, target in (("globex", "existing"), ("initech", "missing")):
        (folder / f"{host}.yml").symlink_to(tmp_path / target)
    (tmp_path / "existing").write_text("precious: 1\n", encoding="utf-8")
    adopt(runner, fleet, *given(adopt_accounts_overwrite=overwrite))
    assert (tmp_path / "existing").read_text(encoding="utf-8") == "precious: 1\n" and not (tmp_path / "missing").exists()
    assert (folder / "globex.yml").is_symlink() == (overwrite == "false")


def test_check_mode_writes_nothing_and_shows_it(runner, fleet):
    done = adopt(runner, fleet, "--check", "--diff")
    assert squeezed(f"change globex, initech variables written to {fleet}") in squeezed(flat(done)), done.stdout
    assert "run this without --check to make the changes" in flat(done) and "+onboard_account_name: Globex Ltd" in done.stdout, done.stdout
    assert not (fleet / "host_vars").exists()


@pytest.mark.parametrize("host", ["../../escaped", "a/b", "globex\u202e", "$HOME", "x.yml"])
def test_a_name_that_is_not_a_file_name(runner, tmp_path, host):
    inventory = tmp_path / "inner" / "hosts.json"
    inventory.parent.mkdir()
    inventory.write_text(json.dumps({"all": {"hosts": {host: {"cyclr_account_id": "globex"}, "initech": {}}}}), encoding="utf-8")
    done = play(runner, "adopt_accounts", "-i", str(inventory))
    assert done.returncode != 0 and "cannot have a file of variables, because its name" in flat(done), done.stdout
    assert [path.name for path in tmp_path.rglob("*.yml")] == ["initech.yml"]
    assert "\u202e" not in "".join(screen(done)[0])


def test_an_account_that_does_not_exist_fails_alone(runner, tmp_path):
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"globex": {}, "nobody": {}}}}), encoding="utf-8")
    done = play(runner, "adopt_accounts", "-i", str(inventory))
    assert done.returncode != 0 and "Account nobody does not exist" in flat(done), done.stdout
    assert [path.name for path in (tmp_path / "host_vars").iterdir()] == ["globex.yml"]


def test_an_inventory_without_a_folder_needs_a_path(runner, tmp_path):
    done = play(runner, "adopt_accounts", "-i", "globex,")
    assert done.returncode != 0 and "Set adopt_accounts_path" in flat(done), done.stdout
    done = play(runner, "adopt_accounts", "-i", "globex,", *given(adopt_accounts_path=tmp_path / "there"))
    assert done.returncode == 0 and (tmp_path / "there" / "globex.yml").exists(), done.stdout


def test_two_hosts_for_one_account(runner, tmp_path):
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"a": {"cyclr_account_id": "globex"}, "b": {"cyclr_account_id": "globex"}}}}), encoding="utf-8")
    done = play(runner, "adopt_accounts", "-i", str(inventory))
    assert done.returncode != 0 and "Several hosts have the same account: globex (a, b)" in flat(done), done.stdout


# -- how it ends -----------------------------------------------------------------------------------------------------


def screen(done):
    """The lines of the summary, and what is shown before."""
    if '"cyclr_summary"' in done.stdout:
        before, _name, after = done.stdout.partition('"cyclr_summary": ')
        assert "TASK [" not in after, "the summary is not last"
        return json.loads(after.partition("\n    ]")[0] + "]"), before
    before, _gap, after = done.stdout.rstrip("\n").rpartition("\n\n")
    return [line[2:] for line in after.splitlines()], before


@pytest.mark.parametrize("callback, mode, count", [
    ("default", [], 3), ("cyclr.ipaas.plain", ["--check"], 3), ("default", ["--check"], 24), ("cyclr.ipaas.plain", [], 24),
])  # fmt: skip
def test_each_failure_is_shown_once_and_the_summary_is_last(runner, tmp_path, callback, mode, count):
    names = [f"customer-{number:02}" for number in range(count)]
    gone, kept = names[::3], names[1::3]
    there = [name for name in names if name not in gone]
    runner.reset(seed=with_objects(
        Accounts=[{"Id": name, "Name": name} for name in there],
        AccountConnectors=[installed(name, 900 + number, 20005, AuthValue=CANARY) for number, name in enumerate(there)],
    ))  # fmt: skip
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": dict.fromkeys(names, {})}}), encoding="utf-8")
    folder = tmp_path / "h"
    folder.mkdir()
    for name in kept:
        (folder / f"{name}.yml").write_text("mine: 1\n", encoding="utf-8")
    arguments = ["-i", str(tmp_path / "hosts.json"), *given(adopt_accounts_path=folder), *mode]
    done = play(runner, "adopt_accounts", *arguments, ANSIBLE_STDOUT_CALLBACK=callback, ANSIBLE_NOCOLOR="1")
    assert done.returncode == 2 and CANARY not in done.stdout + done.stderr, done.stdout + done.stderr
    lines, before = screen(done)
    assert len(lines) <= 20 and max(map(len, lines)) < 80, lines
    if callback == "default":
        assert sorted(line.split("]")[0] for line in before.splitlines() if line.startswith("fatal: ")) == [f"fatal: [{name}" for name in gone]
        assert set(re.findall(r"^(\S+) +: .*failed=1", done.stdout, re.M)) == set(gone)
    else:
        # Accounts fail in the order in which the workers finish.
        shown = sorted(line.split() for line in before.splitlines() if "FAILED" in line)
        assert shown == [f"FAILED {name}: Account {name} does not exist".split() for name in gone]
        assert max(map(len, done.stdout.splitlines())) < 80 and "Compare" not in before, done.stdout
    text = " ".join(" ".join(lines).split())
    assert lines[0].split()[:2] == ["failed", gone[0]] and "kept " + kept[0] in text and "see its message above" not in text
    assert ("change " if mode else "changed ") + names[2] in text and "connector Mailchimp: authentication: it is secret" in text
    third = count // 3
    would = "would change" if mode else "changed"
    assert text.endswith(f"{count} accounts: {third} {would}, 0 ok, {third} failed, {third} kept, {third} thing{'s' if third > 1 else ''} left out")
    assert "next correct what failed, then run this again" in text
    assert [path.stem for path in sorted(folder.iterdir())] == sorted(kept if mode else there)


def test_a_folder_that_cannot_be_written_to_is_the_reason(runner, fleet):
    (fleet / "file").write_text("", encoding="utf-8")
    done = play(runner, "adopt_accounts", "-i", str(fleet), *given(adopt_accounts_path=fleet / "file" / "host_vars"))
    lines, before = screen(done)
    assert done.returncode == 2 and before.count("fatal: ") == 2 and lines[-1] == "2 accounts: 0 changed, 0 ok, 2 failed", done.stdout
    assert lines[0].startswith("failed   globex, initech") and "Not a directory" in " ".join(lines), lines
