# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page "How do I ..." and its files in `examples`: each answer has a file, and each file is run, as a user would, in a copy of the folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.integration.test_playbooks import copy_of_the_partner_connector, flat, with_objects
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs
from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import told, writes
from cyclr_sandbox.process import running

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "docsite" / "rst" / "guide_how_do_i.rst"
STAND_INS = Path(__file__).with_name("stand_ins")
CONTACTS = "New Acme contacts to HubSpot"
MAILCHIMP, HUBSPOT = 20005, 20002
# An application, with its own tests
OTHERS = {"authorize_page"}


# -- the page --------------------------------------------------------------------------------------------------------


def answers():
    """Heading -> text, of each answer of the page."""
    parts = re.split(r"^(.+)\n-{3,}\n", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def files():
    """The files of the folder, with the inventories as one each."""
    return {path.name for path in EXAMPLES.iterdir()} - OTHERS - {"README.md", "customers.csv"}


@pytest.mark.parametrize("heading", sorted(answers()))
def test_each_answer_has_a_file_and_a_command(heading):
    text = answers()[heading]
    named = re.findall(r":file:`examples/([^`]+)`", text)
    assert named and all((EXAMPLES / name.rstrip("/")).exists() for name in named), heading
    assert ".. code-block:: " in text, heading
    assert 3 <= len([line for line in text.splitlines() if line.strip()]) <= 24, heading


@pytest.mark.parametrize(
    "word",
    [
        "rotate", "upgrade", "version", "resume", "interrupted", "remind", "remove", "csv",
        "adopt", "test", "production", "region", "offboard", "github actions",
        "gitlab", "vault", "proxy", "without internet", "upgrade the collection",
    ],
)  # fmt: skip
def test_a_search_finds_the_heading(word):
    assert [heading for heading in answers() if word in heading.lower()]


def test_each_file_is_named_on_the_page_and_in_the_list_and_run():
    page, listed = PAGE.read_text(encoding="utf-8"), (EXAMPLES / "README.md").read_text(encoding="utf-8")
    tests = Path(__file__).read_text(encoding="utf-8") + (ROOT / "tests" / "robustness" / "test_proxy.py").read_text(encoding="utf-8")
    assert files()
    for name in sorted(files()):
        assert f"`examples/{name}" in page, f"{name} is not named on the page"
        assert len(re.findall(rf"^\| \[{re.escape(name)}/?\]", listed, re.M)) == 1, f"{name} is not in the list"
        assert re.search(rf'"(\./)?{re.escape(name)}["/]', tests), f"{name} is run by no test"
    assert {name.rstrip("/") for name in re.findall(r"^\| \[([^\]]+)\]", listed, re.M)} - OTHERS == files()


def test_links_of_the_list():
    for name in re.findall(r"\]\(([^)]+)\)", (EXAMPLES / "README.md").read_text(encoding="utf-8")):
        assert name.startswith("https://") or (EXAMPLES / name).exists() or name.split("/")[0] in OTHERS, name


# -- how the files are run -------------------------------------------------------------------------------------------


class Desk:
    """A copy of the folder, with the sandbox as the user's Cyclr."""

    def __init__(self, sandbox, home):
        self.sandbox = sandbox
        self.folder = home / "work"
        shutil.copytree(EXAMPLES, self.folder)
        self.environment = ansible_programs.environment(
            home, sandbox,
            PATH=f"{Path(ansible_programs.PLAYBOOK).parent}{os.pathsep}{os.environ['PATH']}",
            ANSIBLE_LOCALHOST_WARNING="false", ANSIBLE_INVENTORY_UNPARSED_WARNING="false",
        )  # fmt: skip

    def run(self, *command, fails=False, **environment):
        """Runs a command to its end. It warns of nothing."""
        done = ansible_programs.run(command, {**self.environment, **environment}, self.folder)
        shown = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, shown
        assert fails or "[WARNING]" not in shown and "[DEPRECATION" not in shown, shown
        return done

    def play(self, *arguments, **how):
        return self.run("ansible-playbook", *arguments, **how)

    def settled(self, *arguments, **how):
        """Runs it in check mode, for real and again. The second run sends nothing but reads."""
        self.play(*arguments, "--check", **how)
        assert told(self.writes()) == [], "written in check mode"
        done = self.play(*arguments, **how)
        assert self.writes(), done.stdout
        self.again(*arguments, **how)
        return done

    def again(self, *arguments, **how):
        self.sandbox.clear_journal()
        done = self.play(*arguments, **how)
        assert told(self.writes()) == [], done.stdout

    def writes(self):
        return writes(self.sandbox.journal())

    def state(self, kind, account_id, sandbox=None):
        return [one for one in (sandbox or self.sandbox).state()[kind] if one["AccountId"] == account_id]

    def connectors(self, account_id, sandbox=None):
        return {one["Name"]: one for one in self.state("AccountConnectors", account_id, sandbox)}

    def cycles(self, account_id, sandbox=None):
        return {one["Name"]: one["Status"] for one in self.state("Cycles", account_id, sandbox)}

    def accounts(self, sandbox=None):
        return [one["Id"] for one in (sandbox or self.sandbox).state()["Accounts"]]


@pytest.fixture
def desk(sandbox, tmp_path):
    return Desk(sandbox, tmp_path)


def seeded(*connectors, cycles=(), accounts=()):
    """The built-in seed with more: connectors are (account, id, connector, key)."""
    return with_objects(
        Accounts=[{"Id": one, "Name": one} for one in accounts],
        AccountConnectors=[
            {"AccountId": account, "Id": number, "ConnectorId": connector, **({"AuthValue": key} if key else {})}
            for account, number, connector, key in connectors
        ],
        Cycles=list(cycles),
    )


# -- one by one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("echo", ["clear", "masked"])
def test_rotate_a_key(desk, echo):
    desk.sandbox.reset(seeded(("initech", 800, MAILCHIMP, "old"), ("initech", 801, HUBSPOT, None)))
    desk.sandbox.options(AuthValueEcho=echo)
    command = ["rotate_key.yml", "-i", "customers"]
    done = desk.play(*command, fails=True)
    assert "MAILCHIMP_API_KEY is not set" in flat(done) and not desk.writes()
    hidden = [] if echo == "clear" else ["-e", "rotate_key_is_hidden=true"]
    done = desk.play(*command, *hidden, "-vvv", MAILCHIMP_API_KEY="the-new-key")
    assert {desk.connectors(one)["Mailchimp"]["AuthValue"] for one in ("globex", "initech")} == {"the-new-key"}
    assert "the-new-key" not in done.stdout and desk.connectors("initech")["HubSpot"]["AuthValue"] is None
    desk.again(*command, MAILCHIMP_API_KEY="the-new-key")


def test_rotate_a_key_of_each_customer(desk):
    (desk.folder / "customers" / "host_vars").mkdir()
    (desk.folder / "customers" / "host_vars" / "globex.yml").write_text("mailchimp_api_key: key-of-globex\n", encoding="utf-8")
    desk.settled("rotate_key.yml", "-i", "customers")
    assert desk.connectors("globex")["Mailchimp"]["AuthValue"] == "key-of-globex"


def test_upgrade_the_version_of_a_connector(desk):
    # 20003 is v58.0 of Salesforce, 20004 is v60.0. Its key stands for what the customer has authorized.
    desk.sandbox.reset(seeded(("initech", 800, 20003, "tokens")))
    desk.settled("upgrade_connector.yml", "-i", "customers")
    assert desk.connectors("initech")["Salesforce"]["ConnectorId"] == 20004 and len(desk.connectors("initech")) == 2
    desk.again("upgrade_connector.yml", "-i", "customers", "-e", "confirm=true")
    desk.run("ansible", "localhost", "-m", "cyclr.ipaas.cyclr_connector_install", "-a", "account_id=initech connector=Salesforce auth_value=new-tokens")
    desk.play("upgrade_connector.yml", "-i", "customers", "-e", "confirm=true")
    assert [one["ConnectorId"] for one in desk.connectors("initech").values()] == [20004]
    desk.again("upgrade_connector.yml", "-i", "customers", "-e", "confirm=true")


def test_remove_a_connector_from_everybody(desk):
    desk.sandbox.reset(seeded(("initech", 800, MAILCHIMP, "key"), ("initech", 801, HUBSPOT, None)))
    desk.play("remove_connector.yml", "-i", "customers", "--check")
    desk.play("remove_connector.yml", "-i", "customers", fails=True)
    assert told(desk.writes()) == []
    command = ["remove_connector.yml", "-i", "customers", "-e", "confirm=true", "-e", "cyclr_batch=1,10%,100%"]
    desk.play(*command)
    assert set(desk.connectors("initech")) == {"HubSpot"} and not desk.connectors("globex") and desk.connectors("templates")
    desk.again(*command)


def test_resume_a_run(desk):
    desk.sandbox.faults([dict(method="POST", path="*/20002/install", fault="status:400", times=1)])
    done = desk.run("./resume_run.sh", "customers", "--forks", "1", fails=True)
    assert "1 failed" in flat(done), done.stdout
    [failed] = (desk.folder / "onboard_accounts.retry").read_text(encoding="utf-8").split()
    done = desk.run("./resume_run.sh", "customers")
    assert "1 account: 1 changed, 0 ok, 0 failed" in flat(done), done.stdout
    assert "HubSpot" in desk.connectors(failed)
    desk.sandbox.clear_journal()
    done = desk.run("./resume_run.sh", "customers")
    assert "2 accounts: 0 changed, 2 ok, 0 failed" in flat(done) and not desk.writes(), done.stdout


def test_remind_people(desk):
    desk.sandbox.reset(seeded(("initech", 800, HUBSPOT, None), ("initech", 801, MAILCHIMP, None)))
    with serving(lambda *request: (202, {}, b"")) as mail:
        reminder = dict(REMINDER_URL=mail.url + "/reminders", REMINDER_TOKEN="token-of-the-mail")
        done = desk.play("remind.yml", "-i", "customers", "--check", **reminder)
        assert "Initech: HubSpot" in flat(done) and mail.seen == [], done.stdout
        done = desk.play("remind.yml", "-i", "customers", "-vvv", **reminder)
        [(method, path, headers, body)] = mail.seen
    assert (method, path, headers["Authorization"]) == ("POST", "/reminders", "Bearer token-of-the-mail")
    assert json.loads(body) == dict(account_id="initech", name="Initech", connectors=["HubSpot"], page="https://app.example.com/integrations")
    assert not desk.writes() and "token-of-the-mail" not in done.stdout


def test_onboard_from_a_csv_file(desk):
    done = desk.settled("onboard_from_csv.yml", "-i", "customers_csv.py")
    assert "key-of-globex" not in done.stdout
    assert {"customer-101", "00042"} <= set(desk.accounts())
    [account] = [one for one in desk.sandbox.state()["Accounts"] if one["Id"] == "customer-101"]
    assert (account["Name"], account["Timezone"]) == ("Globex, Inc.", "Europe/London")
    assert [desk.connectors(one)["Mailchimp"]["AuthValue"] for one in ("customer-101", "00042")] == ["key-of-globex", None]


def test_a_csv_file_with_anything_in_it(desk, tmp_path):
    touched = tmp_path / "touched"
    table = tmp_path / "more.csv"
    evil = "{{ lookup('ansible.builtin.pipe', 'touch %s') }}" % touched
    table.write_text('\ufeffaccount_id,name,timezone\r\n1e5,"%s",\r\n../a b,"Multi\nline ""quoted""",\r\n' % evil, encoding="utf-8", newline="")
    desk.play("onboard_from_csv.yml", "-i", "customers_csv.py", CUSTOMERS_CSV=str(table))
    names = {one["Id"]: one["Name"] for one in desk.sandbox.state()["Accounts"]}
    assert names["1e5"] == evil and names["../a b"] == 'Multi\nline "quoted"' and not touched.exists()


@pytest.mark.parametrize("text, reason", [("account_id\na b\na-b\n", "Two lines have the account_id"), ("account_id,name\n,x\n", "account_id is empty"),
                                          ("account_id\na,b\n", "more columns than headings")])  # fmt: skip
def test_a_csv_file_that_is_wrong(desk, tmp_path, text, reason):
    table = tmp_path / "wrong.csv"
    table.write_text(text, encoding="utf-8")
    done = desk.run("python", "customers_csv.py", "--list", fails=True, CUSTOMERS_CSV=str(table))
    assert reason in done.stderr and not done.stdout


def test_adopt_accounts(desk):
    desk.sandbox.reset(seeded(("initech", 800, HUBSPOT, None), cycles=[{"AccountId": "initech", "TemplateId": "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"}]))
    shutil.rmtree(desk.folder / "customers" / "group_vars")
    desk.play("adopt_accounts.yml", "-i", "customers", "-e", "cyclr_source_account_id=templates")
    assert not desk.writes()
    variables = yaml.safe_load((desk.folder / "customers" / "host_vars" / "initech.yml").read_text(encoding="utf-8"))
    assert variables["onboard_account_connectors"] == [{"connector": "HubSpot"}]
    desk.again("cyclr.ipaas.onboard_accounts", "-i", "customers")


def test_test_beside_production(desk):
    desk.sandbox.reset(seeded(accounts=["hooli"]))
    (desk.folder / "customers" / "host_vars").mkdir()
    own = {"onboard_account_connectors": [{"connector": "Mailchimp", "api_key": "key-of-production"}, {"connector": "HubSpot"}]}
    (desk.folder / "customers" / "host_vars" / "globex.yml").write_text(json.dumps(own), encoding="utf-8")
    desk.settled("test_beside_production.yml", "-i", "customers", "--limit", "globex")
    copied = desk.connectors("test-globex")
    assert copied["Mailchimp"]["AuthValue"] is None and set(copied) == {"Acme Platform", "Mailchimp", "HubSpot"}
    assert desk.cycles("test-globex")[CONTACTS] != "Active" and set(desk.connectors("globex")) == {"Mailchimp"}
    keys = json.dumps({"test_connectors": [{"connector": "Mailchimp", "api_key": "key-for-tests"}]})
    desk.play("test_beside_production.yml", "-i", "customers", "--limit", "globex", "-e", keys)
    assert desk.connectors("test-globex")["Mailchimp"]["AuthValue"] == "key-for-tests"
    # The inventory of production does not contain it.
    assert "test-globex" not in desk.run("ansible-inventory", "-i", "customers", "--list").stdout


def test_move_to_another_region(desk):
    accounts = desk.folder / "accounts.yml"
    own = {"onboard_account_connectors": [{"connector": "HubSpot"}], "onboard_account_cycles": [{"template": CONTACTS}],
           "onboard_account_partner": {"source_account_id": "templates", "via": "install", "properties": {"Subdomain": "hooli"}}}  # fmt: skip
    accounts.write_text(json.dumps({"all": {"hosts": {"hooli": own}}}), encoding="utf-8")
    partner = {**copy_of_the_partner_connector("hooli", 810)}
    ready = seeded(("hooli", 811, HUBSPOT, '{"AccessToken": "x"}'), accounts=["hooli"],
                   cycles=[{"AccountId": "hooli", "TemplateId": "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b", "Status": "Active"}])  # fmt: skip
    ready["AccountConnectors"].append(partner)
    desk.sandbox.reset(ready)
    with running() as new:
        desk.environment.update(
            OLD_API_URL=desk.sandbox.url, NEW_API_URL=new.url, OLD_CLIENT_ID="sandbox-client", OLD_CLIENT_SECRET="sandbox-secret",
            NEW_CLIENT_ID="sandbox-client", NEW_CLIENT_SECRET="sandbox-secret",
        )  # fmt: skip
        del desk.environment["CYCLR_API_URL"], desk.environment["CYCLR_CLIENT_ID"], desk.environment["CYCLR_CLIENT_SECRET"]
        command = ["move_region.yml", "-i", "accounts.yml"]
        for switch in ([], ["-e", "switch=true"]):
            # Nobody has authorized in the new region yet, so the old one goes on.
            done = desk.play(*command, *switch)
            assert "waits for OAuth: HubSpot" in flat(done), done.stdout
            assert desk.cycles("hooli")[CONTACTS] == "Active" and desk.cycles("hooli", new)[CONTACTS] != "Active"
        link = desk.run("ansible", "localhost", "-m", "cyclr.ipaas.cyclr_oauth_link", "-a", f"account_id=hooli name=HubSpot target_origin={new.url}/done",
                        CYCLR_API_URL=new.url, CYCLR_SERVICE_DOMAIN=new.url, CYCLR_CLIENT_ID="sandbox-client",
                        CYCLR_CLIENT_SECRET="sandbox-secret")  # fmt: skip
        new.authorise(re.search(r'"url": "([^"]+)"', link.stdout)[1])
        desk.play(*command)
        assert desk.cycles("hooli")[CONTACTS] == "Active" and desk.cycles("hooli", new)[CONTACTS] != "Active"
        desk.play(*command, "-e", "switch=true")
        assert desk.cycles("hooli")[CONTACTS] != "Active" and desk.cycles("hooli", new)[CONTACTS] == "Active"
        new.clear_journal()
        desk.again(*command, "-e", "switch=true")
        assert told(writes(new.journal())) == []


def test_offboard(desk):
    command = ["offboard.yml", "-e", "offboard_account_id=globex", "-e", "offboard_account_id_again=globex"]
    desk.play(*command, fails=True)
    done = desk.play(*command, "--check")
    assert "globex (Globex Ltd)" in flat(done) and not desk.writes()
    desk.play(*command, "-e", "confirm=true")
    assert "globex" not in desk.accounts() and "initech" in desk.accounts()


def vault_answer(method, path, headers, body):
    secrets = {
        "/v1/secret/data/cyclr/api": dict(client_id="sandbox-client", client_secret="sandbox-secret"),
        "/v1/secret/data/customers/customer-42": dict(mailchimp_api_key="key-from-the-vault"),
    }
    found = secrets.get(path.partition("?")[0])
    if headers.get("X-Vault-Token") != "token-of-the-vault":
        return 403, {"Content-Type": "application/json"}, b'{"errors": ["permission denied"]}'
    if found is None:
        return 404, {"Content-Type": "application/json"}, b'{"errors": []}'
    metadata = dict(created_time="2026-01-01T00:00:00Z", custom_metadata=None, deletion_time="", destroyed=False, version=1)
    return 200, {"Content-Type": "application/json"}, json.dumps(dict(data=dict(data=found, metadata=metadata))).encode()


def test_secrets_from_vault(desk, tmp_path):
    """With the collection community.hashi_vault if it is installed, else with a stand-in for its lookup."""
    del desk.environment["CYCLR_CLIENT_ID"], desk.environment["CYCLR_CLIENT_SECRET"]
    listed = ansible_programs.run(["ansible-galaxy", "collection", "list", "community.hashi_vault"], desk.environment, tmp_path)
    if "community.hashi_vault" not in listed.stdout:
        lookups = tmp_path / "collections" / "ansible_collections" / "community" / "hashi_vault" / "plugins" / "lookup"
        lookups.mkdir(parents=True)
        shutil.copy(STAND_INS / "vault_kv2_get.py", lookups)
        desk.environment["ANSIBLE_COLLECTIONS_PATH"] += f"{os.pathsep}{tmp_path / 'collections'}"
    with serving(vault_answer) as vault:
        done = desk.settled("vault.yml", "-v", VAULT_ADDR=vault.url, VAULT_TOKEN="token-of-the-vault")
        assert vault.seen
    assert desk.connectors("customer-42")["Mailchimp"]["AuthValue"] == "key-from-the-vault"
    assert "key-from-the-vault" not in done.stdout and "sandbox-secret" not in done.stdout


# -- CI --------------------------------------------------------------------------------------------------------------

# Programs that install write down how they were called, because they would need what is not there: a registry with the collection.
RECORD = '#!/bin/sh\necho "$(basename "$0") $*" >> "$RECORD"\n'
INSTALLED = ["python -m pip install ansible-core requests", "ansible-galaxy collection install -r requirements.yml"]


def schema_finds_nothing(kind, path):
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", kind, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def ci(desk, tmp_path, commands, variables, **how):
    """What a runner does with the commands of a job, with the variables of the job that are not of the sandbox."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    for name in ("python", "ansible-galaxy"):
        (programs / name).write_text(RECORD, encoding="utf-8")
        (programs / name).chmod(0o755)
    record = tmp_path / "record"
    record.write_text("", encoding="utf-8")
    path = f"{programs}{os.pathsep}{desk.environment['PATH']}"
    own = {name: value for name, value in variables.items() if not name.startswith("CYCLR_")}
    done = desk.run("bash", "-eo", "pipefail", "-c", "\n".join(commands), PATH=path, RECORD=str(record), **own, **how)
    assert record.read_text(encoding="utf-8").splitlines() == INSTALLED
    return done


def test_github_actions(desk, tmp_path):
    schema_finds_nothing("vendor.github-workflows", EXAMPLES / "github_workflow.yml")
    workflow = yaml.load((EXAMPLES / "github_workflow.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    [job] = workflow["jobs"].values()
    assert {name for name in job["env"] if name.startswith("CYCLR_")} == {"CYCLR_API_URL", "CYCLR_CLIENT_ID", "CYCLR_CLIENT_SECRET"}
    steps = {step["name"]: step for step in job["steps"] if "run" in step}
    checks = [one for name, one in steps.items() if one.get("if") in (None, "github.event_name == 'pull_request'")]
    onboards = [one for name, one in steps.items() if one.get("if") in (None, "github.event_name != 'pull_request'")]
    assert len(checks) == len(onboards) == 2 and len(steps) == 3
    done = ci(desk, tmp_path, [one["run"] for one in checks], job["env"])
    assert "2 accounts: 2 would change" in flat(done) and not desk.writes()
    done = ci(desk, tmp_path, [one["run"] for one in onboards], job["env"])
    assert "2 accounts: 2 changed" in flat(done) and "HubSpot" in desk.connectors("initech")
    desk.sandbox.clear_journal()
    ci(desk, tmp_path, [one["run"] for one in onboards], job["env"])
    assert told(desk.writes()) == []
    # The job fails if the accounts cannot be read.
    ci(desk, tmp_path, [one["run"] for one in checks], job["env"], fails=True, CYCLR_CLIENT_SECRET="wrong")


def test_gitlab_ci(desk, tmp_path):
    schema_finds_nothing("vendor.gitlab-ci", EXAMPLES / "gitlab_ci.yml")
    pipeline = yaml.safe_load((EXAMPLES / "gitlab_ci.yml").read_text(encoding="utf-8"))
    assert pipeline["check"]["extends"] == pipeline["onboard"]["extends"] == ".cyclr"
    before = pipeline[".cyclr"]["before_script"]
    done = ci(desk, tmp_path, before + pipeline["check"]["script"], pipeline["variables"])
    assert "2 accounts: 2 would change" in flat(done) and not desk.writes()
    done = ci(desk, tmp_path, before + pipeline["onboard"]["script"], pipeline["variables"])
    assert "2 accounts: 2 changed" in flat(done) and "HubSpot" in desk.connectors("initech")
    ci(desk, tmp_path, before + pipeline["check"]["script"], pipeline["variables"], fails=True, CYCLR_CLIENT_SECRET="wrong")


# -- installing ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tarball(tmp_path_factory):
    """The collection as Galaxy would have it. Its dependencies come from the registry of Python."""
    folder = tmp_path_factory.mktemp("galaxy")
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns(".git", ".venv*", ".cache", "output", "__pycache__", "tests", "images"))
    environment = ansible_programs.environment(folder)
    done = ansible_programs.run([ansible_programs.program("ansible-galaxy"), "collection", "build", "--output-path", folder, tree], environment, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = folder.glob("*.tar.gz")
    return path


@pytest.fixture
def empty(desk, tmp_path):
    """A machine of its own: a virtual environment and a home without collections. It needs the user's settings of pip."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    own = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.upper().endswith("_PROXY")}
    desk.environment = {**desk.environment, **own, "PATH": f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    del desk.environment["ANSIBLE_COLLECTIONS_PATH"]
    return desk


def test_install_without_internet(empty, tarball, tmp_path):
    # The same Python, with ansible-galaxy of the core under test.
    connected = {"PATH": os.pathsep.join([str(tmp_path / "venv" / "bin"), str(Path(ansible_programs.PLAYBOOK).parent), os.environ["PATH"]])}
    empty.run("./install_offline.sh", "download", "bundle", COLLECTION=str(tarball), **connected)
    assert list((empty.folder / "bundle" / "wheels").glob("ansible_core-*")) and list((empty.folder / "bundle").glob("cyclr-ipaas-*.tar.gz"))
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": "", "HTTPS_PROXY": "http://127.0.0.1:9"}
    empty.run("./install_offline.sh", "install", "bundle", **nowhere)
    done = empty.play("cyclr.ipaas.onboard_accounts", "-i", "customers")
    assert str(tmp_path / "venv") in empty.run("bash", "-c", "command -v ansible-playbook").stdout
    assert "2 accounts: 2 changed" in flat(done), done.stdout


def test_upgrade_the_collection(desk, tarball, tmp_path):
    installed = tmp_path / "installed"
    desk.environment["ANSIBLE_COLLECTIONS_PATH"] = str(installed)
    requirements = yaml.safe_load((EXAMPLES / "requirements.yml").read_text(encoding="utf-8"))
    [collection] = requirements["collections"]
    assert collection["name"] == "cyclr.ipaas" and re.fullmatch(r"\d+\.\d+\.\d+", collection["version"])
    local = tmp_path / "requirements.yml"
    local.write_text(yaml.safe_dump({"collections": [{"name": str(tarball), "type": "file"}]}), encoding="utf-8")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python").write_text(RECORD, encoding="utf-8")
    (programs / "python").chmod(0o755)
    path = f"{programs}{os.pathsep}{desk.environment['PATH']}"
    done = desk.run("./upgrade_collection.sh", "customers", REQUIREMENTS=str(local), PATH=path, RECORD=str(tmp_path / "record"))
    assert (tmp_path / "record").read_text(encoding="utf-8") == "python -m pip install --upgrade requests\n"
    assert (installed / "ansible_collections" / "cyclr" / "ipaas" / "MANIFEST.json").exists()
    assert "2 accounts: 2 would change" in flat(done) and not desk.writes(), done.stdout
