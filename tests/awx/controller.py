# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX does with a job template: answers to the survey, the credentials' environment, slices, and the engine's own protocol.

    job = controller.launch("Cyclr - onboard one account", answers={...})
    job.rc, job.events, job.artifacts

Each job goes through `ansible-runner transmit | worker | process`; the worker runs in the execution environment and sees nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.cyclr.ipaas.tests.awx.definitions import ROOT, definitions, named
from ansible_collections.cyclr.ipaas.tests.awx.environment import BIN
from jinja2.sandbox import ImmutableSandboxedEnvironment

_JINJA = ImmutableSandboxedEnvironment()
RUNNER = str(BIN / "ansible-runner")


def environment_of(credential_type, inputs):
    """The variables that a credential puts into a job's environment. What is left empty is no variable; a boolean left alone is false."""
    fields = credential_type["inputs"]["fields"]
    values = {one["id"]: False for one in fields if one.get("type") == "boolean"} | {key: value for key, value in inputs.items() if value != ""}
    return {name: _JINJA.from_string(text).render(values) for name, text in credential_type["injectors"]["env"].items()}


class Refused(Exception):
    """A launch that AWX refuses."""


def check_answers(survey, answers):
    """The check of AWX's API. Returns the answers with the defaults, which the API does not take for answers to required questions."""
    questions = {question["variable"]: question for question in survey["spec"]}
    types = {"integer": int, "float": float, "multiselect": list}
    assert set(answers) <= set(questions), "AWX ignores what the survey does not declare"
    missing = sorted(name for name, question in questions.items() if question["required"] and name not in answers)
    if missing:
        raise Refused("variables_needed_to_start: %s" % ", ".join(missing))
    given = {name: question["default"] for name, question in questions.items() if "default" in question} | answers
    for name, question in questions.items():
        if name not in given:
            continue
        value = given[name]
        assert isinstance(value, types.get(question["type"], str)), f"{name}: {value!r}"
        if "choices" in question:
            assert set(value if isinstance(value, list) else [value]) <= set(question["choices"]), f"{name}: {value!r}"
    return given


@dataclass
class Job:
    """One job, one slice of a job."""

    number: int
    directory: Path
    hosts: list
    rc: int = None
    status: str = ""
    events: list = field(default_factory=list)
    artifacts: dict = field(default_factory=dict)
    stdout: str = ""

    @property
    def stats(self):
        (found,) = [event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return found

    @property
    def failed(self):
        return sorted(self.stats["failures"])

    @property
    def changed(self):
        return sorted(self.stats["changed"])

    @property
    def everything(self):
        """All that AWX keeps and shows."""
        return json.dumps([self.events, self.artifacts], default=str) + self.stdout

    def __str__(self):
        return f"job {self.number}: {self.status} {self.rc}\n{self.stdout}"


class Controller:
    def __init__(self, sandbox, execution_environment, directory):
        self.sandbox = sandbox
        self.ee = execution_environment
        self.directory = Path(directory)
        self.credentials = {
            "Cyclr API": {"api_url": sandbox.url, "client_id": "sandbox-client", "client_secret": "sandbox-secret", "service_domain": sandbox.url},
            "Cyclr link hand-over": {},
        }
        self.jobs = 0

    # -- launching -------------------------------------------------------------------------------------------------

    def answers(self, template):
        """What a person who leaves the form as it is answers: the defaults."""
        spec = named("job_templates", template).get("survey", {}).get("spec", [])
        return {question["variable"]: question["default"] for question in spec if "default" in question}

    def launch(self, template, answers=None, hosts=None, slices=None, artifacts=None, limit=None, **more):
        """From the form, with `answers` besides the defaults."""
        return self.launch_by_api(template, self.answers(template) | (answers or {}), hosts, slices, artifacts, limit, **more)

    def launch_by_api(self, template, answers=None, hosts=None, slices=None, artifacts=None, limit=None, **more):
        """A job, or with more than one slice a list of them. `hosts`: name -> variables. `artifacts`: of the nodes before, in a workflow.

        Slices are dealt before the limit, and their number is that of the hosts that the inventory had before its update.
        """
        template = named("job_templates", template)
        extra_vars = dict(template.get("extra_vars", {}))
        extra_vars |= check_answers(template["survey"], answers or {}) if "survey" in template else {}
        extra_vars |= artifacts or {}
        hosts = hosts or {}
        count = min(slices or template.get("job_slice_count", 1), len(hosts)) or 1
        dealt = [{name: hosts[name] for name in list(hosts)[number::count]} for number in range(count)]
        prepared = [self.prepare(template, extra_vars, part, limit) for part in dealt]
        jobs = [self.run(job, **more) for job in prepared]
        return jobs if template.get("job_slice_count", 1) > 1 else jobs[0]

    def prepare(self, template, extra_vars, hosts, limit=None):
        """The private data folder, as AWX writes it."""
        self.jobs += 1
        job = Job(100 + self.jobs, self.directory / f"job-{self.jobs}", list(hosts))
        data = job.directory / "data"
        (data / "env").mkdir(parents=True)
        (data / "inventory").mkdir()
        for name in ("playbooks", "extensions"):
            shutil.copytree(ROOT / name, data / "project" / name, ignore=shutil.ignore_patterns("*.tar.gz"))
        environment = {}
        for name in template["credentials"]:
            credential_type = named("credential_types", _credential_type(name))
            environment |= environment_of(credential_type, self.credentials[name])
        _write(data / "env" / "envvars", {**environment, "ANSIBLE_FORCE_COLOR": "false"})
        _write(data / "env" / "settings", {"suppress_ansible_output": True})
        _write(data / "env" / "extravars", {**extra_vars, "awx_job_id": job.number})
        options = ["--check"] * (template.get("job_type") == "check") + ["--diff"] * bool(template.get("diff_mode")) + ["--limit", limit] * bool(limit)
        (data / "env" / "cmdline").write_text(" ".join(["--forks", str(template.get("forks", 5)), *options]), encoding="utf-8")
        _write(data / "inventory" / "hosts.json", {"all": {"hosts": hosts}})
        (job.directory / "playbook").write_text(template["playbook"], encoding="utf-8")
        return job

    def update(self, inventory):
        """What the sources of an inventory give it, as AWX reads them: (exit status, output). A pattern that matches nothing is an error there."""
        (source,) = named("inventories", inventory)["sources"]
        environment = self.ee.variables(self.directory) | {"ANSIBLE_HOST_PATTERN_MISMATCH": "error"}
        environment |= {name: str(value) for name, value in (source.get("source_vars") or {}).items() if name.startswith("ANSIBLE_")}
        environment |= environment_of(named("credential_types", "Cyclr API"), self.credentials["Cyclr API"])
        command = [self.ee.command("ansible-inventory"), "--list", "-i", str(ROOT / source["source_path"])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment, cwd=self.directory)
        return done.returncode, done.stdout + done.stderr

    # -- the protocol ----------------------------------------------------------------------------------------------

    def run(self, job, kill_when=None):
        """transmit | worker | process. `kill_when()`: the worker dies as soon as this is true."""
        data, results = job.directory / "data", job.directory / "results"
        (job.directory / "worker").mkdir()
        playbook = (job.directory / "playbook").read_text(encoding="utf-8")
        transmit = [RUNNER, "transmit", str(data), "-p", playbook, "--ident", str(job.number)]
        sent = subprocess.run(transmit, check=True, capture_output=True, timeout=60, env=_own_environment()).stdout
        worker = subprocess.Popen(
            [self.ee.command("ansible-runner"), "worker", "--private-data-dir", str(job.directory / "worker")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.ee.variables(job.directory),
            cwd=job.directory,
            start_new_session=True,
        )
        if kill_when:
            worker.stdin.write(sent)
            worker.stdin.close()
            worker.stdin = None
            _wait_for(kill_when, worker)
            _kill_group(worker)
        answered, errors = worker.communicate(None if kill_when else sent, timeout=300)
        (job.directory / "worker.err").write_bytes(errors)
        # Not the files of `data`: `process` sees the answer alone.
        process = [RUNNER, "process", str(results), "--ident", str(job.number)]
        done = subprocess.run(process, input=answered, check=False, capture_output=True, timeout=60, env=_own_environment())
        (job.directory / "process.log").write_bytes(done.stdout + done.stderr)
        (job.directory / "answer").write_bytes(answered)
        return _read(job, results / "artifacts" / str(job.number))


def _credential_type(name):
    return next(item["credential_type"] for item in definitions()["credentials"] if item["name"] == name)


def _write(path, value):
    path.write_text(json.dumps(value), encoding="utf-8")


def _own_environment():
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def _wait_for(condition, worker, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert worker.poll() is None, "The worker ended before it could be killed"
        assert time.monotonic() < end, "What the kill waits for did not happen"
        time.sleep(0.02)


def _kill_group(worker):
    """The worker, and what it started in sessions of its own: a node that dies takes all with it."""
    for pid in [*_descendants(worker.pid), worker.pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _descendants(pid):
    children = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:
            continue
        parent = int(text.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(status.parent.name))
    found, left = [], [pid]
    while left:
        below = children.get(left.pop(), [])
        found += below
        left += below
    return found


def _read(job, artifacts):
    for name in ("rc", "status"):
        path = artifacts / name
        setattr(job, name, path.read_text(encoding="utf-8").strip() if path.exists() else "")
    job.rc = int(job.rc) if job.rc else None
    stdout = artifacts / "stdout"
    job.stdout = stdout.read_text(encoding="utf-8") if stdout.exists() else ""
    events = [json.loads(path.read_text(encoding="utf-8")) for path in (artifacts / "job_events").glob("*.json")]
    job.events = sorted(events, key=lambda event: event["counter"])
    for event in job.events:
        job.artifacts.update(event.get("event_data", {}).get("artifact_data") or {})
    return job


def links_in(text):
    """Whether a text holds a link into an account."""
    return "updateaccountconnectoroauth" in text or "signintoken" in text
