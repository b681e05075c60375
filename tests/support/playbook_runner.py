# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real runs of ansible-playbook against a sandbox, and what came of them.

    play = runner.run("account_info")            # scenarios/account_info.yml against a freshly reset sandbox
    play.results["Read one account"].result      # what the module returned
    play.results["Read one account"].requests    # what it asked the API
    play.writes                                  # what the whole run has written

`runner.both_ways` runs a scenario as ordinary modules and in-process and compares. `runner.four_ways` does so in check mode, for real,
again, and in check mode again.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ansible_collections.cyclr.ipaas.tests.support import ansible_programs
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import PLAYBOOK

HERE = Path(__file__).resolve().parent
SCENARIOS = HERE.parent / "integration" / "scenarios"

MODULES, IN_PROCESS = {"CYCLR_IN_PROCESS": "0"}, {"CYCLR_IN_PROCESS": "1"}
OURS = "cyclr.ipaas."
CHAIN = OURS + "cyclr_onboarding"

# What no run may print, unless its test says so.
ALARMS = re.compile(r"\[WARNING\]|\[DEPRECATION WARNING\]")
TRACEBACK = "Traceback (most recent call last)"

# What tells how a result was made rather than what it is.
PLUMBING = {"invocation", "exception", "warnings", "deprecations", "_ansible_no_log", "_ansible_verbose_always", "_ansible_parsed", "ansible_loop_var"}
# What differs from run to run.
VOLATILE = {"access_token", "token", "url", "expires_at", "created_date", "next_bill_date_utc"}


def login(request):
    return request["path"] == "/oauth/token"


def writes(journal):
    return [request for request in journal if request["method"] != "GET" and not login(request)]


def told(journal):
    """Requests as texts: `POST /v1.0/accounts`."""
    return [f"{request['method']} {request['path']}" for request in journal]


@dataclass
class Task:
    """One task of a run on one host."""

    name: str
    action: str
    status: str
    result: dict
    journal: list

    @property
    def changed(self):
        return bool(self.result.get("changed"))

    @property
    def is_ours(self):
        return self.action.startswith(OURS)

    @property
    def failed(self):
        return self.status in ("failed", "ignored", "unreachable")

    @property
    def msg(self):
        return self.result.get("msg", "")

    @property
    def requests(self):
        """Without the login, whose number depends on how long a process lives."""
        return [request for request in self.journal if not login(request)]

    @property
    def logins(self):
        return [request for request in self.journal if login(request)]

    @property
    def writes(self):
        return writes(self.journal)


@dataclass
class Play:
    """One run of ansible-playbook."""

    command: list
    rc: int
    stdout: str
    stderr: str
    tasks: list = field(default_factory=list)
    journal: list = field(default_factory=list)
    host: str = "localhost"

    @property
    def output(self):
        return self.stdout + self.stderr

    @property
    def results(self):
        """The tasks by name."""
        return {task.name: task for task in self.tasks}

    @property
    def ours(self):
        return {task.name: task for task in self.tasks if task.is_ours}

    @property
    def writes(self):
        return writes(self.journal)

    @property
    def changed(self):
        return [task.name for task in self.tasks if task.changed]

    def __str__(self):
        return f"{' '.join(self.command)}\nrc {self.rc}\n{self.stdout}\n{self.stderr}\n{told(self.journal)}"


class Runner:
    """Runs playbooks against one sandbox."""

    def __init__(self, sandbox, directory):
        self.sandbox = sandbox
        self.directory = directory
        self.runs = 0

    # -- one run ---------------------------------------------------------------------------------------------------

    def reset(self, scenario=None, seed=None, switches=None):
        """Back to the built-in seed, to `scenarios/<scenario>.seed.yml` if there is one, or to `seed` (file name there, or dict)."""
        if seed is None and isinstance(scenario, str) and (SCENARIOS / f"{scenario}.seed.yml").exists():
            seed = f"{scenario}.seed.yml"
        if isinstance(seed, str):
            seed = yaml.safe_load((SCENARIOS / seed).read_text(encoding="utf-8"))
        self.sandbox.reset(seed)
        if switches:
            self.sandbox.options(**switches)

    def environment(self, **more):
        variables = {
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANSIBLE_CONFIG": HERE / "ansible.cfg",
            "ANSIBLE_LOCAL_TEMP": self.directory / "local",
            "ANSIBLE_REMOTE_TEMP": self.directory / "remote",
            "CYCLR_TESTS_SANDBOX": self.sandbox.url,
        }
        return ansible_programs.environment(self.directory, self.sandbox, **{**variables, **more})

    def run(self, scenario, *arguments, check=False, variables=None, environment=None, fails=False, alarms=()):
        """Run `scenarios/<scenario>.yml`, or a playbook's path, as the sandbox stands.

        `fails`: whether the run ends with an error. `alarms`: texts that the warnings it prints hold, one for each warning.
        """
        self.runs += 1
        record = self.directory / f"record-{self.runs}.jsonl"
        playbook = scenario if isinstance(scenario, Path) else SCENARIOS / f"{scenario}.yml"
        command = [PLAYBOOK, str(playbook), *arguments]
        if check:
            command.append("--check")
        if variables:
            command += ["--extra-vars", json.dumps(variables)]
        before = len(self.sandbox.journal())
        environment = self.environment(**{"CYCLR_TESTS_RECORD": record, **(environment or {})})
        done = ansible_programs.run(command, environment, self.directory, timeout=600)
        journal = self.sandbox.journal()
        play = Play(command, done.returncode, done.stdout, done.stderr, _tasks(record, journal), journal[before:])
        _check_quiet(play, alarms)
        assert (play.rc != 0) == fails, f"rc {play.rc}, expected {'an error' if fails else 0}\n{play}"
        return play

    # -- several runs ----------------------------------------------------------------------------------------------

    def both_ways(self, scenario, *arguments, seed=None, switches=None, **how):
        """Run it as ordinary modules and in-process, each against a fresh sandbox. The results and requests must be the same."""
        plays = []
        environment = how.pop("environment", {})
        for mode in (MODULES, IN_PROCESS):
            self.reset(scenario, seed, switches)
            plays.append(self.run(scenario, *arguments, environment={**environment, **mode}, **how))
        assert_same(*plays)
        return plays[1]

    def four_ways(self, scenario, seed=None, switches=None, again=(), **how):
        """In check mode, for real, again, and in check mode again; all that both as ordinary modules and in-process.

        `again`: the tasks that change something on every run. Returns the real run, with the others as attributes `predicted`, `second`,
        `checked`.
        """
        environment = how.pop("environment", {})
        made = []
        for mode in (MODULES, IN_PROCESS):
            how["environment"] = {**environment, **mode}
            self.reset(scenario, seed, switches)
            predicted = self.run(scenario, check=True, **how)
            real = self.run(scenario, **how)
            second = self.run(scenario, **how)
            checked = self.run(scenario, check=True, **how)
            assert_no_writes(predicted)
            assert_predicted(predicted, real)
            assert_settled(second, again)
            assert_no_writes(checked)
            assert_predicted(checked, second)
            made.append((predicted, real, second, checked))
        for as_module, in_process in zip(*made):
            assert_same(as_module, in_process)
        real.predicted, real.second, real.checked = predicted, second, checked
        return real


def _tasks(record, journal):
    """What the callback plugin wrote, each task with its requests. Names must be unique: tests find tasks by them."""
    if not record.exists():
        return []
    tasks = []
    for line in record.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        start, end = entry["requests"]
        tasks.append(Task(entry["task"], entry["action"], entry["status"], entry["result"], journal[start:end]))
    names = [task.name for task in tasks if task.is_ours]
    assert len(names) == len(set(names)), f"Two tasks of one name: {sorted(name for name in names if names.count(name) > 1)}"
    return tasks


def _check_quiet(play, expected):
    """No traceback, and no warning or deprecation but the expected ones."""
    assert TRACEBACK not in play.output, str(play)
    found = [line for line in play.output.splitlines() if ALARMS.search(line)]
    flat = " ".join(play.output.split())
    for text in expected:
        assert text in flat, f"No warning {text!r}\n{play}"
    assert len(found) <= len(expected), f"Unexpected: {found}\n{play}"


# -- what must hold ------------------------------------------------------------------------------------------------


def assert_no_writes(play):
    assert not play.writes, f"Written where nothing may be: {told(play.writes)}\n{play}"


def assert_settled(play, again=()):
    """A second run changes nothing and writes nothing, but in the tasks `again`."""
    for task in play.ours.values():
        if task.name in again:
            assert task.changed, f"{task.name}: not changed\n{play}"
        else:
            assert not task.changed, f"{task.name}: changed again: {task.result.get('diff')}\n{play}"
            assert not task.writes, f"{task.name}: wrote again: {told(task.writes)}\n{play}"
            items = len(task.result.get("results", [None]))
            assert len(task.requests) <= 2 * items or task.action == CHAIN, f"{task.name}: {told(task.requests)}\n{play}"
    assert_never_whole_catalogue(play)


def assert_never_whole_catalogue(play):
    """Unless a name was not found: then its like is looked for."""
    read = [request for task in play.tasks if not task.failed for request in task.journal]
    asked = [request for request in read if request["path"] == "/v1.0/connectors" and "query=" not in request["query"]]
    assert not asked, f"The whole catalogue was read\n{play}"


def assert_predicted(check, real):
    """Check mode said what the real run did: changed, the same keys, the same values where it gave any, the same diff."""
    assert list(check.ours) == list(real.ours), f"{check}\n{real}"
    for name, task in real.ours.items():
        told_before = check.ours[name]
        assert told_before.changed == task.changed, f"{name}: changed {told_before.changed} in check mode, {task.changed} for real\n{check}\n{real}"
        _compare_prediction(normalised(told_before.result), normalised(task.result), name)
        assert told_before.result.get("diff") == task.result.get("diff"), f"{name}: diff\n{told_before.result.get('diff')}\n{task.result.get('diff')}"


def _compare_prediction(predicted, real, where):
    if isinstance(real, dict) and isinstance(predicted, dict):
        assert set(predicted) == set(real), f"{where}: keys {sorted(predicted)} in check mode, {sorted(real)} for real"
        for key in real:
            _compare_prediction(predicted[key], real[key], f"{where} / {key}")
    elif isinstance(real, list) and isinstance(predicted, list):
        assert len(predicted) == len(real), f"{where}: {predicted} in check mode, {real} for real"
        for number, pair in enumerate(zip(predicted, real)):
            _compare_prediction(*pair, f"{where} [{number}]")
    else:
        unknown = predicted is None and not isinstance(real, (dict, list))
        assert unknown or predicted == real, f"{where}: {predicted!r} in check mode, {real!r} for real"


def normalised(value, key=None):
    """A result without what is particular to one run."""
    if isinstance(value, dict):
        return {name: normalised(inner, name) for name, inner in value.items() if name not in PLUMBING}
    if isinstance(value, list):
        return [normalised(inner, key) for inner in value]
    if key in VOLATILE and isinstance(value, str):
        return f"<{key}>"
    return value


def assert_same(one, other):
    """Two runs came to the same, in the same way: results, failures and requests."""
    assert [task.name for task in one.tasks] == [task.name for task in other.tasks], f"{one}\n{other}"
    for left, right in zip(one.tasks, other.tasks):
        assert left.status == right.status, f"{left.name}: {left.status} and {right.status}\n{one}\n{other}"
        assert normalised(left.result) == normalised(right.result), f"{left.name}: the results differ\n{left.result}\n{right.result}"
        assert sorted(map(str, left.result.get("warnings") or [])) == sorted(map(str, right.result.get("warnings") or [])), left.name
        if "invocation" in left.result and "invocation" in right.result:
            assert left.result["invocation"] == right.result["invocation"], f"{left.name}: {left.result['invocation']}\n{right.result['invocation']}"
        if left.action == CHAIN:
            # In the worker it remembers what it has read since the last write; a process of its own for each module cannot.
            assert told(left.writes) == told(right.writes), f"{left.name}: {told(left.writes)}\n{told(right.writes)}"
            assert set(told(left.requests)) == set(told(right.requests)) and len(left.requests) >= len(right.requests), left.name
        else:
            assert told(left.requests) == told(right.requests), f"{left.name}: {told(left.requests)}\n{told(right.requests)}"
