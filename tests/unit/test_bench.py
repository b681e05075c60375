# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make bench` counts everything that a command starts, and nothing of the process that measures, and prints each goal beside its ratio."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ansible_collections.cyclr.ipaas.tests.bench.measure import Failed, measure

BUSY = "import time\nwhile time.process_time() < 0.3: pass"
MEGABYTES = "import time\nx = b'x' * {0} * 1024 * 1024\ntime.sleep(1)"


def python(code):
    return [sys.executable, "-c", code]


def starting(count, code):
    """A program that runs so many others at the same time."""
    start = "subprocess.Popen([sys.executable, '-c', %r])" % code
    return python("import subprocess, sys\nfor one in [%s for dummy in range(%d)]: one.wait()" % (start, count))


@pytest.fixture
def cost(tmp_path):
    def measured(command, **more):
        return measure(command, dict(os.environ), tmp_path / "log", **more)

    return measured


def test_cpu_time_includes_children(cost):
    assert cost(starting(2, BUSY))["cpu"] >= 0.6


def test_the_peak_is_that_of_the_largest_process(cost):
    assert 100 <= cost(starting(2, MEGABYTES.format(100)))["peak_mb"] < 200


def test_the_size_of_the_measuring_process_does_not_count(cost):
    ballast = b"x" * 200 * 1024 * 1024
    assert cost(python("pass"))["peak_mb"] * 1024 * 1024 < len(ballast)


def test_samples_show_what_all_processes_need_at_the_same_time(cost):
    assert cost(starting(2, MEGABYTES.format(100)), sample_every=0.05)["together_mb"] >= 200


def test_a_command_that_fails_has_no_cost_and_says_why(cost):
    with pytest.raises(Failed, match="no such account"):
        cost(python("raise SystemExit('no such account')"))


@pytest.fixture
def bench(monkeypatch):
    """The bench with parts that cost nothing but say what they would have measured: every command costs 1 of each."""
    root = Path(__file__).resolve().parents[2]
    for folder in ("tests/sandbox", "tools", "tests/bench"):
        monkeypatch.syspath_prepend(str(root / folder))
    module = importlib.import_module("bench")
    one = dict(wall=1.0, cpu=1.0, peak_mb=1.0, together_mb=1.0, requests=1, writes=0, kilobytes=0)

    class Dry(module.Bench):
        def command(self, *args, **more):
            return dict(one)

        def record(self, what, spent, number, empty=None):
            return dict(one, seconds=1.0)

        def cores(self):
            return {"2.16": "/python", "2.21": "/python"}

        def mitogen(self):
            return "2.16", "/python", dict(ANSIBLE_STRATEGY="mitogen_linear")

        def served(self, tls=False):
            return self

        def __enter__(self):
            self.sandbox = SimpleNamespace(url="http://127.0.0.1:1", ca_path=None, reset=lambda seed=None: None)

        def __exit__(self, *args):
            pass

    def goals(directory, part, *arguments):
        monkeypatch.setattr("sys.argv", ["bench", "--collections", str(directory), "--part", part, *arguments])
        dry = Dry(module.arguments(), directory)
        dry.run()
        return {one["what"]: one["goal"] for one in dry.result["ratios"]}

    return goals


@pytest.mark.parametrize("part, goals", [
    ("onboarding", {
        "fleet wall / script, 500 new": "at most 1.5",
        "fleet wall / script, 500 complete": "at most 3",
        "fleet wall / script, 100 new": "",
        "fleet CPU / debug, 500 new": "at most 3",
        "fleet CPU / debug, 500 complete": "at most 3",
        "main CPU / fleet, 100 complete": "at most 4",
        "fleet wall per account, 500 / 100 new": "0.85 to 1.15",
        "fleet wall per account, 500 / 100 complete": "0.85 to 1.15",
    }),
    ("playbooks", {
        "onboard_accounts CPU per account, 5000 / 100, core 2.16": "0.85 to 1.15",
        "onboard_accounts --check CPU per account, 5000 / 100, core 2.21": "0.85 to 1.15",
        "fleet_report CPU, 1000, core 2.16 / 2.21": "at most 2",
        "fleet_report memory, 1000, core 2.16 / 2.21": "at most 2",
        "fleet_report memory / 400 MB, 5000, core 2.16": "at most 1",
    }),
    ("inventory", {"requests / accounts, 2000": "at most 1.1"}),
    ("memory", {"controller / debug, 1000": "at most 1.2", "controller / debug, 5000": "at most 1.3"}),
    ("uri", {"uri wall / fleet, 100 new, core 2.16": "at least 20", "mitogen wall / fleet, 100 new, core 2.16": "at least 10"}),
])  # fmt: skip
def test_each_goal_is_printed_beside_its_ratio(bench, tmp_path, part, goals):
    printed = bench(tmp_path, part)
    assert {what: printed.get(what) for what in goals} == goals


def test_a_goal_for_many_accounts_is_not_printed_for_few(bench, tmp_path):
    printed = bench(tmp_path, "onboarding", "--accounts", "10", "50")
    assert printed["fleet wall per account, 50 / 10 new"] == printed["fleet wall / script, 50 new"] == ""
