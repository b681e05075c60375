# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""playbooks/configure_awx.yml: with awx.awx against a stand-in for AWX, and without it."""

from __future__ import annotations

import json
import os

import pytest
from ansible_collections.cyclr.ipaas.tests.awx import fake_awx
from ansible_collections.cyclr.ipaas.tests.awx.definitions import definitions
from ansible_collections.cyclr.ipaas.tests.awx.environment import BIN
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs

SECRETS = {"CYCLR_CLIENT_ID": "an-id", "CYCLR_CLIENT_SECRET": "secret-of-the-client", "CYCLR_HANDOVER_TOKEN": "secret-of-the-webhook"}


def configure(collections, directory, *arguments, **environment):
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        **environment,
    }
    # With the core of these tests, which awx.awx is tried with
    command = [BIN / "ansible-playbook", "cyclr.ipaas.configure_awx", *arguments]
    return ansible_programs.run(command, ansible_programs.environment(directory, **settings), directory)


def test_without_awx_awx(collections_path, tmp_path):
    environment = {"ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false"}
    assert configure(collections_path, tmp_path, "--syntax-check", **environment).returncode == 0
    done = configure(collections_path, tmp_path, "-e", "cyclr_awx_image=an-image", **environment)
    assert done.returncode == 2 and "The collection awx.awx is missing" in done.stdout + done.stderr


@pytest.fixture
def awx():
    with fake_awx.running() as running:
        yield running


@pytest.fixture
def configured(awx_collection, collections_path, tmp_path, awx):
    """Runs the playbook against the stand-in."""
    environment = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": "token-of-awx", **SECRETS}
    path = os.pathsep.join([collections_path, str(awx_collection)])

    def run_playbook(*arguments, image="an-image", **more):
        done = configure(path, tmp_path, "-e", f"cyclr_awx_image={image}", *arguments, **environment, **more)
        for secret in ("secret-of-the-client", "secret-of-the-webhook", "token-of-awx"):
            assert secret not in done.stdout + done.stderr
        return done

    return run_playbook


def changes(awx):
    """What was written, but for updates of the project, which leave it as it is."""
    return [write for write in awx.writes if not write[1].endswith("/update/")]


def test_an_image_is_asked_for(configured, awx):
    missing = configured(image="")
    assert missing.returncode == 2 and "Set cyclr_awx_image" in missing.stdout and not awx.writes


def test_again_without_change(configured, awx):
    first = configured()
    assert first.returncode == 0, first.stdout + first.stderr
    check_objects(awx)
    (secrets,) = awx.find("credentials", name="Cyclr API")
    assert secrets["inputs"] == {"api_url": "https://api.cyclr.com", "client_id": "an-id", "client_secret": "secret-of-the-client"}

    for mode in ([], ["--check", "--diff"]):
        awx.writes.clear()
        again = configured(*mode)
        assert again.returncode == 0 and "changed=0" in again.stdout, again.stdout + again.stderr
        assert not changes(awx)
        check_objects(awx)
        if not mode:
            entries, told = summary(again)
            assert len(entries) == 9 and all(entry.startswith("ok ") for entry in entries) and not told
            assert "ok credential types: Cyclr API, Cyclr link hand-over" in entries


def summary(done):
    """What is last on the screen: the lines about objects, and what to do next."""
    before, _name, after = done.stdout.partition('"cyclr_summary": ')
    assert before and "TASK [" not in after, done.stdout
    lines = json.loads(after.partition("\n    ]")[0] + "]")
    assert len(lines) <= 20 and max(map(len, lines)) < 80
    entries = []
    for line in lines:
        entries += [] if line.startswith(" ") else [""]
        entries[-1] = " ".join(f"{entries[-1]} {line}".split())
    return [entry for entry in entries if not entry.startswith("next ")], [entry[5:] for entry in entries if entry.startswith("next ")]


NEXT = "synchronize Cyclr accounts once, then launch Cyclr - onboard one account or Cyclr - onboard many accounts"


def test_it_ends_with_what_was_done_and_what_to_do(configured, awx):
    entries, told = summary(configured())
    assert [entry.partition(":")[0] for entry in entries] == [f"created {kind}" for kind in (
        "credential types", "execution environments", "projects", "credentials", "inventories", "inventory sources", "job templates", "workflows", "its nodes",
    )]  # fmt: skip
    assert "created credentials: Cyclr API, Cyclr link hand-over" in entries and told == ["fill in the credentials Cyclr link hand-over, " + NEXT]
    assert any(entry.startswith("created job templates: Cyclr - onboard one account, Cyclr - ") for entry in entries)

    (report,) = awx.find("job_templates", name="Cyclr - report")
    awx.objects["job_templates"].pop(report["id"])
    check, real = (["--check"], "", "run this without --check to make the changes"), ([], "d", "fill in the credentials Cyclr link hand-over, " + NEXT)
    for mode, end, after in (check, real):
        entries, told = summary(configured(*mode, image="another-image"))
        assert f"change{end} execution environments: Cyclr" in entries and told == [after]
        assert f"create{end} job templates: Cyclr - report" in entries
        assert any(entry.startswith("ok job templates: Cyclr - onboard one account") and entry.endswith(" more") for entry in entries)


def test_the_plain_screen_ends_with_it(configured):
    done = configured("--check", ANSIBLE_STDOUT_CALLBACK="cyclr.ipaas.plain")
    last = done.stdout.rstrip().rpartition("\n\n")[2]
    assert last.startswith("  create   credential types: Cyclr API, Cyclr link hand-over\n") and "  next     run this without" in last, done.stdout


def test_check_mode_says_where_it_ends(configured, awx):
    done = configured("--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Check mode stops at" in done.stdout and "Run it without --check" in done.stdout
    assert not awx.writes
    entries, told = summary(done)
    assert entries[0] == "create credential types: Cyclr API, Cyclr link hand-over" and told == ["run this without --check to make the changes"]


def test_check_mode_hides_no_other_failure(configured, awx):
    awx.is_broken = True
    done = configured("--check")
    assert done.returncode == 2 and "Check mode stops at" not in done.stdout


def test_a_project_that_could_not_be_read_is_read_again(configured, awx):
    awx.is_reachable = False
    failed = configured()
    assert failed.returncode == 2 and "Add the project: Project update failed" in failed.stdout, failed.stdout
    entries, told = summary(failed)
    assert entries[0].startswith("failed Add the project: Project update failed") and told == ["correct what failed, then run this again"]
    assert [entry.partition(":")[0] for entry in entries[1:]] == ["created credential types", "created execution environments"]
    again = configured()
    assert again.returncode == 2 and "Add the project" in again.stdout and not awx.find("job_templates")

    awx.is_reachable = True
    mended = configured()
    assert mended.returncode == 0, mended.stdout + mended.stderr
    check_objects(awx)


def check_objects(awx):
    """Everything is there, linked as the files say."""
    assert sorted(item["name"] for item in awx.find("credentials")) == sorted(item["name"] for item in definitions()["credentials"])
    templates = {template["name"]: template["id"] for template in awx.find("job_templates")}
    assert set(templates) == {template["name"] for template in definitions()["job_templates"]}
    for template in definitions()["job_templates"]:
        key = ("job_templates", templates[template["name"]])
        linked = [awx.objects["credentials"][number]["name"] for number in awx.links[(*key, "credentials")]]
        assert sorted(linked) == sorted(template["credentials"])
        assert awx.surveys.get(key, {}).get("spec") == template.get("survey", {}).get("spec")
    nodes = {node["identifier"]: node for node in awx.find("workflow_job_template_nodes")}
    for node in definitions()["workflow"]["nodes"]:
        made = nodes[node["identifier"]]
        assert made["unified_job_template"] == templates[node["job_template"]]
        for how in ("success", "failure", "always"):
            linked = awx.links.get(("workflow_job_template_nodes", made["id"], f"{how}_nodes"), [])
            assert linked == [nodes[name]["id"] for name in node.get(how, [])]
