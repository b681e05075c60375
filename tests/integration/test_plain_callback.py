# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stdout callback of the collection, with plays of others."""

from __future__ import annotations

import json
import subprocess

import yaml
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import PLAYBOOK

CANARY = "canary-of-a-password"


def play(runner, tasks, *arguments, hosts="a,b,c,", stats=None, **keywords):
    playbook = runner.directory / "play.yml"
    playbook.write_text(yaml.safe_dump([dict(dict(hosts="all", connection="local", gather_facts=False, tasks=tasks), **keywords)]), encoding="utf-8")
    more = {} if stats is None else dict(CYCLR_CALLBACK_STATS_FILE=str(stats))
    environment = runner.environment(ANSIBLE_STDOUT_CALLBACK="cyclr.ipaas.plain", ANSIBLE_FORCE_COLOR="1", **more)
    command = [PLAYBOOK, str(playbook), "-i", hosts, *arguments]
    return subprocess.run(command, env=environment, cwd=runner.directory, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, check=False)


def task(name, **how):
    return dict(how, name=name)


def test_a_play_without_the_collection(runner):
    # Hosts end in their order only if one runs after the other.
    done = play(runner, [
        task("Note it", **{"ansible.builtin.set_fact": dict(x=1)}),
        task("Change it", **{"ansible.builtin.debug": dict(msg="{{ inventory_hostname }}")}, changed_when="inventory_hostname != 'b'"),
        task("Try it", **{"ansible.builtin.fail": dict(msg="not today")}, ignore_errors=True, when="inventory_hostname == 'a'"),
        task("Check it", **{"ansible.builtin.assert": dict(that="inventory_hostname != 'c'", fail_msg="c is wrong", quiet=True)}),
        task("Hide it", **{"ansible.builtin.fail": dict(msg=CANARY)}, no_log=True, when="inventory_hostname == 'b'"),
    ], "--forks", "1")  # fmt: skip
    assert done.returncode == 2 and CANARY not in done.stdout + done.stderr and "\x1b" not in done.stdout
    assert done.stdout.splitlines() == [
        "             a: a", "             b: b", "             c: c",
        "  ignored    a: not today",
        "  FAILED     c: c is wrong",
        "  FAILED     b: Hide it: failed, and hides its output (no_log)",
        "",
        "  3 hosts: 1 changed, 0 ok, 2 failed",
    ]  # fmt: skip


def test_loops_blocks_handlers_and_files(runner, tmp_path):
    copied = task("Write", **{"ansible.builtin.copy": dict(content="new\n", dest=str(tmp_path / "{{ item }}.txt"))}, loop=["x", "y"], notify="Restart")
    broken, mended = task("Break", **{"ansible.builtin.fail": dict(msg="broken")}), task("Mend", **{"ansible.builtin.set_fact": dict(y=2)})
    tasks = [copied, dict(block=[broken], rescue=[mended])]
    python = dict(ansible_python_interpreter="{{ ansible_playbook_python }}")
    done = play(
        runner, tasks, "--diff", hosts="a,", vars=python, handlers=[task("Restart", **{"ansible.builtin.debug": dict(msg="restarted")})],
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    for line in ("+new", "  changed    a: Write", "  FAILED     a: broken", "             a: restarted", "  1 host: 1 changed, 0 ok, 0 failed"):
        assert line in done.stdout.splitlines(), done.stdout
    assert done.stdout.count("changed    a: Write") == 1


def test_the_statistics_of_a_run_are_written_to_a_private_file(runner, tmp_path):
    stats, other = tmp_path / "stats.json", tmp_path / "other"
    other.write_text("untouched", encoding="utf-8")
    stats.symlink_to(other)
    done = play(runner, [task("Say", **{"ansible.builtin.set_stats": dict(data=dict(answer=42))})], hosts="a,", stats=stats)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(stats.read_text(encoding="utf-8")) == dict(answer=42) and not stats.is_symlink()
    assert stats.stat().st_mode & 0o777 == 0o600 and other.read_text(encoding="utf-8") == "untouched"


def test_an_unreachable_host(runner):
    done = play(runner, [task("Ping", **{"ansible.builtin.ping": {}})], hosts="127.0.0.1,", connection="ssh", vars=dict(ansible_port=1))
    assert done.returncode == 4 and "FAILED     127.0.0.1: Ping: " in done.stdout and "1 host: 0 changed, 0 ok, 1 failed" in done.stdout, done.stdout
