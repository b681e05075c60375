# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make bench` counts everything that a command starts, and nothing of the process that measures."""

from __future__ import annotations

import os
import sys

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
