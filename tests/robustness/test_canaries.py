# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every secret is marked. None of the marks is to be found after a run, nor while it runs: on the screen, in a log, a file or a process's name."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import BUILTIN
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import PLAYBOOK
from ansible_collections.cyclr.ipaas.tests.support.http_servers import relay, serving

PLAYBOOKS = Path(__file__).resolve().parent / "playbooks"
ROOT = PLAYBOOKS.parents[2]

_NAMES = (
    "client_secret partner_auth_value property user_password api_key other_key password auth_value unmarked oauth_access oauth_refresh "
    "client_id_of_app secret_of_app source_key source_property"
).split()
CANARY = {name: f"CANARY-{name.replace('_', '-')}-4711" for name in _NAMES}
# As a private key: it has several lines, quotes, and what URLs and JSON spell in another way.
CANARY["multiline"] = 'CANARY-multiline-one-4711\nCANARY-multiline-"two"/+\u00e9-4711\n'
MARK = re.compile(r"CANARY-[a-z-]*[a-z]")
BASIC = base64.b64encode(f"ann:{CANARY['password']}".encode()).decode()


def seed():
    data = yaml.safe_load(BUILTIN.read_text(encoding="utf-8"))
    data["Credentials"] = [{"ClientId": "sandbox-client", "ClientSecret": CANARY["client_secret"]}]
    source = data["AccountConnectors"][0]
    source["AuthValue"] = CANARY["source_key"]
    source["Properties"][2]["Value"] = CANARY["source_property"]
    steps = [{"Name": "Read"}, {"Name": "Send", "Connector": "Generic Webhook", "Parameters": [{"Name": "X-Token"}]}]
    data["Templates"].append({"Name": "Signed", "Variables": [{"DisplayName": "Signing Key"}], "Steps": steps})
    return data


def echo(method, path, headers, body):
    """Refuses what writes, and what logs in with a wrong id, and says why in all the ways in which a server may repeat what it got."""
    if method == "GET" or b"wrong" not in body and path == "/oauth/token":
        return None
    sent = body.decode("utf-8")
    told = dict(
        Message=f"Not with {headers.get('Authorization')} and {sent}, " + _values(sent),
        ModelState={"body": [sent], "value": [_values(sent)]},
        error_description=sent,
    )
    return 400, {"Content-Type": "application/json"}, json.dumps(told).encode("utf-8")


def _values(sent):
    """The texts in a JSON body, as they are."""
    try:
        found = json.loads(sent)
    except ValueError:
        return sent
    texts = []

    def walk(value):
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(one)
        if isinstance(value, str):
            texts.append(value)

    walk(found)
    return ", ".join(texts)


FOLDERS = ("home", "tmp", "local", "remote", "facts", "junit", "tree")
MODULES = {path.stem for path in (ROOT / "plugins" / "modules").glob("cyclr_*.py")}


class Watch(threading.Thread):
    """Looks at the command lines of all processes, again and again."""

    def __init__(self, mark=MARK):
        super().__init__(daemon=True)
        self.mark = mark
        self.over = threading.Event()
        self.marked, self.looks = set(), 0

    def run(self):
        while not self.over.wait(0.02):
            self.looks += 1
            self.marked.update(line for line in _command_lines() if self.mark.search(line))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exc_info):
        self.over.set()
        self.join()


def _command_lines():
    if not Path("/proc/self/cmdline").exists():
        return subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True).stdout.splitlines()
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return lines


class Place:
    """Where one run happens: everything under `seen` is looked at afterwards."""

    def __init__(self, folder, runner, echoing_url):
        self.seen = folder / "seen"
        self.seen.mkdir()
        for name in FOLDERS:
            (self.seen / name).mkdir()
        self.asked_for = folder / "asked-for.json"
        self.variables = folder / "variables.json"
        self.runner = runner
        self.told = dict(canary=CANARY, echoing_url=echoing_url, asked_for=str(self.asked_for))

    def run(self, playbook, *arguments, hidden=True, **more):
        self.variables.write_text(json.dumps(dict(self.told, hidden=hidden)), encoding="utf-8")
        environment = self.runner.environment(
            HOME=self.seen / "home",
            TMPDIR=self.seen / "tmp",
            CYCLR_CLIENT_SECRET=CANARY["client_secret"],
            ANSIBLE_LOCAL_TEMP=self.seen / "local",
            ANSIBLE_REMOTE_TEMP=self.seen / "remote",
            ANSIBLE_LOG_PATH=self.seen / "log",
            ANSIBLE_CACHE_PLUGIN="jsonfile",
            ANSIBLE_CACHE_PLUGIN_CONNECTION=self.seen / "facts",
            ANSIBLE_SHOW_CUSTOM_STATS="1",
            ANSIBLE_KEEP_REMOTE_FILES="0",
            ANSIBLE_CALLBACKS_ENABLED="ansible.builtin.junit,ansible.builtin.tree,record",
            JUNIT_OUTPUT_DIR=self.seen / "junit",
            ANSIBLE_CALLBACK_TREE_DIR=self.seen / "tree",
            CYCLR_TESTS_RECORD=self.seen / "record",
            **more,
        )
        command = [PLAYBOOK, str(PLAYBOOKS / playbook), "-vvvv", "--diff", "-e", f"@{self.variables}", *arguments]
        with Watch() as watch, open(self.seen / "screen", "wb") as screen:
            streams = dict(stdout=screen, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
            done = subprocess.run(command, env=environment, cwd=self.seen, timeout=600, check=False, **streams)
        self.watch = watch
        self.screen = (self.seen / "screen").read_text(encoding="utf-8")
        return done.returncode

    def tasks(self):
        """What the callback plugin of these tests has written, as JSON."""
        return [json.loads(line) for line in (self.seen / "record").read_text(encoding="utf-8").splitlines()]

    def stored(self, integration):
        """The values that the variables and inputs of an integration have."""
        (cycle,) = [one for one in self.runner.sandbox.state()["Cycles"] if one["Name"] == integration]
        inputs = [one for step in cycle["Steps"] for one in (*step["Parameters"], *step["Fields"])]
        return {one["Value"] for one in (*cycle["Variables"], *inputs)}

    def asked(self):
        """The tokens that reached the API, which are in no variable, and those of the links in the fact."""
        asked = json.loads(self.asked_for.read_text(encoding="utf-8"))
        links = [one["url"] for one in asked["oauth_links"]] + [asked["deployment"]["url"]]
        tokens = [re.search("token=([^&]+)", url).group(1) for url in links]
        assert self.tokens
        return sorted(self.tokens), tokens + [asked["deployment"]["token"]]

    def found(self, secrets):
        """Where any of these texts or any mark is: (file, what)."""
        found = set()
        for path in sorted(self.seen.rglob("*")):
            text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
            for where, content in ((str(path.relative_to(self.seen)), text), ("name", path.name)):
                found.update((where, mark) for mark in MARK.findall(content))
                found.update((where, secret) for secret in secrets if secret in content)
        return sorted(found)


@pytest.fixture
def place(tmp_path, sandbox, runner):
    sandbox.reset(seed())
    tokens = set()

    def watched(method, path, headers, body):
        kind, _space, token = (headers.get("Authorization") or "").partition(" ")
        tokens.update([token] if kind == "Bearer" else [])
        return echo(method, path, headers, body)

    with serving(relay(sandbox.url, watched)) as server:
        found = Place(tmp_path, runner, server.url)
        found.tokens = tokens
        yield found


# On the screen; the callbacks `tree` and `record` write JSON in each of them.
RUNS = {
    "in process, YAML": dict(CYCLR_IN_PROCESS="1", ANSIBLE_CALLBACK_RESULT_FORMAT="yaml"),
    "in process, JSON": dict(CYCLR_IN_PROCESS="1", ANSIBLE_STDOUT_CALLBACK="minimal"),
    "modules, YAML": dict(CYCLR_IN_PROCESS="0", ANSIBLE_CALLBACK_RESULT_FORMAT="yaml"),
}


@pytest.mark.parametrize("how", RUNS)
def test_nothing_is_to_be_found(place, how):
    rc = place.run("canaries.yml", **RUNS[how])
    assert rc == 0, place.screen[-6000:]
    logins, links = place.asked()
    found = place.found(logins + links + [BASIC])
    assert not found, found
    assert place.watch.looks > 20 and not place.watch.marked
    assert [path for name in ("tmp", "local", "remote") for path in (place.seen / name).rglob("*") if path.is_file()] == []
    # The secrets of the integration reached it.
    assert {CANARY["property"], CANARY["api_key"]} <= place.stored("Signed")
    # The run was what it should be: everything that had to fail did, and it left traces where we looked.
    assert "went_well" not in place.screen
    for name in ("facts", "junit", "tree"):
        assert [path for path in (place.seen / name).iterdir() if path.stat().st_size > 0], name
    assert (place.seen / "log").stat().st_size > 100_000
    for statuses in (["ok"], ["failed", "ignored"]):
        assert {task["action"].rpartition(".")[2] for task in place.tasks() if task["status"] in statuses} >= MODULES, statuses


def test_what_is_shown_when_asked_for(place):
    """onboard_account_no_log=false shows options and results; the secrets among them stay hidden, the links are what was asked for."""
    rc = place.run("canaries.yml", hidden=False, CYCLR_IN_PROCESS="1", ANSIBLE_CALLBACK_RESULT_FORMAT="yaml")
    assert rc == 0, place.screen[-6000:]
    logins, links = place.asked()
    found = place.found(logins + [BASIC])
    assert not found, found
    assert any(token in place.screen for token in links)


@pytest.mark.parametrize("in_process", ["0", "1"])
def test_secrets_of_the_source_when_asked_for(place, in_process):
    """include_secrets shows what it is for, and nothing else. It also shows that the tests above look into the right places."""
    rc = place.run("canaries.yml", "--tags", "asked_for", CYCLR_IN_PROCESS=in_process)
    assert rc == 0, place.screen[-6000:]
    found = place.found([])
    assert {mark for where, mark in found} == {MARK.match(CANARY[name]).group() for name in ("source_key", "source_property")}
    assert {where.partition("/")[0] for where, mark in found} == {"screen", "log", "junit", "tree", "record"}


def test_watch_sees_command_lines():
    command = [sys.executable, "-c", "input()", "SOMETHING-to-see-4711"]
    with Watch(re.compile("SOMETHING-to-see")) as watch, subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        for _each in range(500):
            if watch.marked:
                break
            time.sleep(0.02)
        process.communicate(b"\n")
    assert len(watch.marked) == 1
