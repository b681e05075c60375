# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make bench`: what a task and an onboarding cost, as ratios measured in one run.

The sandbox runs in a process of its own with a stated latency. Wall time says how long one waits, CPU time (controller and all that it
starts, without the sandbox) what a node can carry. Nothing here is a test: a slow machine is no failure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import flow
from cyclr_sandbox.process import running

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

PLAYBOOK = str(Path(sys.executable).with_name("ansible-playbook"))
TASKS = 40

# One call to the API, as a task of ours and with uri, beside a task that does nothing.
ONE_TASK = dict(
    debug="ansible.builtin.debug: {msg: x}",
    ours="cyclr.ipaas.cyclr_account_info: {account_id: templates}",
    module="cyclr.ipaas.cyclr_account_info: {account_id: templates}",
    uri="ansible.builtin.uri: {url: '%(url)s/v1.0/accounts/templates', ca_path: '%(ca)s', headers: {Authorization: 'Bearer %(token)s'}}",
)


class Bench:
    def __init__(self, options, directory):
        self.options = options
        self.directory = Path(directory)
        self.sandbox = None

    # -- measuring -------------------------------------------------------------------------------------------------

    def measure(self, command, **environment):
        """Wall and CPU seconds, and the largest process in MB."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        log = self.directory / "last.log"
        watch = [sys.executable, str(HERE / "peak.py"), str(self.directory / "peak"), *command]
        began = time.perf_counter()
        with log.open("wb") as output:
            done = subprocess.run(watch, env=self.environment(**environment), stdout=output, stderr=output, check=False)
        wall = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            sys.exit("%s failed:\n%s" % (" ".join(command), log.read_text(errors="replace")[-3000:]))
        cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        return dict(wall=wall, cpu=cpu, peak_mb=int((self.directory / "peak").read_text()) / 1024)

    def environment(self, **more):
        environment = dict(
            PATH=os.environ["PATH"],
            HOME=str(self.directory),
            LC_ALL="C.UTF-8",
            ANSIBLE_COLLECTIONS_PATH=str(Path(self.options.collections).resolve()),
            ANSIBLE_FORKS=str(self.options.forks),
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_PYTHON_INTERPRETER=sys.executable,
            CYCLR_API_URL=self.sandbox.url,
            CYCLR_SERVICE_DOMAIN=self.sandbox.url,
            CYCLR_CLIENT_ID="sandbox-client",
            CYCLR_CLIENT_SECRET="sandbox-secret",
        )
        if self.sandbox.ca_path:
            environment["CYCLR_CA_PATH"] = self.sandbox.ca_path
        environment.update(more)
        return environment

    def play(self, text, hosts, **environment):
        """Measure a play over hosts of these names."""
        playbook = self.directory / "play.yml"
        playbook.write_text(text, encoding="utf-8")
        return self.playbook(str(playbook), {}, hosts, **environment)

    def role(self, hosts):
        """The role, in the playbook that is made for many accounts."""
        return self.playbook("cyclr.ipaas.onboard_accounts", flow.ROLE, hosts)

    def playbook(self, playbook, variables, hosts, **environment):
        inventory = self.directory / "hosts.json"
        inventory.write_text(json.dumps({"all": {"hosts": {host: {} for host in hosts}}}), encoding="utf-8")
        variables = json.dumps(dict(variables, api=self.sandbox.url, ca_path=self.sandbox.ca_path or ""))
        return self.measure([PLAYBOOK, "-i", str(inventory), "-e", variables, playbook], **environment)

    # -- what is measured ------------------------------------------------------------------------------------------

    def one_task(self):
        """(a) What one task more costs on one host."""
        play = "- hosts: all\n  connection: local\n  gather_facts: false\n  tasks:\n"
        token = flow.Floor(self.sandbox.url, self.sandbox.ca_path).authorization.split()[1]
        fill = dict(url=self.sandbox.url, ca=self.sandbox.ca_path or "", token=token)
        empty = self.play(play + "    - ansible.builtin.meta: noop\n", ["one"])
        costs = {}
        for kind, task in ONE_TASK.items():
            more = dict(CYCLR_ACCESS_TOKEN=token, CYCLR_IN_PROCESS="0" if kind == "module" else "1")
            tasks = TASKS if kind in ("debug", "ours") else TASKS // 4
            spent = self.play(play + ("    - " + task % fill + "\n") * tasks, ["one"], **more)
            costs[kind] = {name: (spent[name] - empty[name]) / tasks for name in ("wall", "cpu")}
        costs["http"] = self.one_request(token)
        return costs

    def one_request(self, token):
        """The same call from a Python that is already there, each time over a new connection, as a new worker has to make it."""
        import requests

        began, cpu = time.perf_counter(), time.process_time()
        for dummy in range(TASKS):
            with requests.Session() as session:
                headers = {"Authorization": "Bearer " + token}
                session.get(self.sandbox.url + "/v1.0/accounts/templates", headers=headers, timeout=60, verify=self.sandbox.ca_path or True)
        return dict(wall=(time.perf_counter() - began) / TASKS, cpu=(time.process_time() - cpu) / TASKS)

    def onboarding(self, number, ways):
        """(b) to (d): N accounts in each way, and a second time."""
        accounts = ["customer-%04d" % index for index in range(number)]
        listed = self.directory / "accounts.json"
        listed.write_text(json.dumps(accounts), encoding="utf-8")
        script = [sys.executable, str(HERE / "flow.py"), self.sandbox.url, str(self.options.forks), str(listed)]
        results = {}
        for way in ways:
            self.sandbox.reset()
            for run in ("first", "second") if way != "uri" else ("first",):
                self.sandbox.clear_journal()
                if way == "floor":
                    spent = self.measure(script)
                else:
                    spent = self.role(accounts) if way == "role" else self.play(flow.URI, accounts)
                journal = self.sandbox.journal()
                spent.update(requests=len(journal) / number, kilobytes=sum(entry["bytes"] for entry in journal) / number / 1000)
                results["%s, %s run" % (way, run)] = spent
        return results

    def start(self):
        """What a play over no accounts to speak of costs before the first task: not part of the cost per account."""
        play = "- hosts: all\n  connection: local\n  gather_facts: false\n  tasks:\n    - ansible.builtin.meta: noop\n"
        return {number: self.play(play, ["customer-%04d" % index for index in range(number)]) for number in self.options.accounts}

    def memory(self):
        """(e) The largest process of a play of debug tasks and of the role."""
        sizes = {}
        debug = "- hosts: all\n  connection: local\n  gather_facts: false\n  tasks:\n" + "    - ansible.builtin.debug: {msg: x}\n" * 8
        for number in self.options.memory:
            accounts = ["customer-%04d" % index for index in range(number)]
            self.sandbox.reset()
            sizes[number] = dict(role=self.role(accounts)["peak_mb"], debug=self.play(debug, accounts)["peak_mb"])
        return sizes

    def run(self):
        result = dict(latency_ms=self.options.latency, forks=self.options.forks, cores=os.cpu_count(), python=platform.python_version())
        result["one task"] = {}
        for scheme in ("http", "https"):
            with running(latency_ms=self.options.latency, tls=scheme == "https") as self.sandbox:
                result["one task"][scheme] = self.one_task()
        with running(latency_ms=self.options.latency) as self.sandbox:
            result["start"] = self.start()
            result["onboarding"] = {}
            for number in self.options.accounts:
                ways = ["role", "floor"] + (["uri"] if number <= self.options.uri else [])
                result["onboarding"][number] = self.onboarding(number, ways)
            result["memory"] = self.memory()
        return result


def ratios(result):
    """The figures that are compared with the goals, each with its goal."""
    start = {number: spent["wall"] for number, spent in result["start"].items()}
    per_account = {
        number: (ways["role, first run"]["wall"] - start[number]) / number for number, ways in result["onboarding"].items()
    }
    figures = []
    for scheme, costs in result["one task"].items():
        allowed = costs["http"]["wall"] + 2 * costs["debug"]["wall"]
        figures.append(("one task over %s / (2 debug tasks + its HTTP)" % scheme, costs["ours"]["wall"] / allowed, "at most 1"))
        figures.append(("one task with uri over %s / one of ours" % scheme, costs["uri"]["wall"] / costs["ours"]["wall"], ""))
        figures.append(("the ordinary module over %s / one of ours" % scheme, costs["module"]["wall"] / costs["ours"]["wall"], ""))
    for number, ways in result["onboarding"].items():
        role = ways["role, first run"]["wall"]
        if "uri, first run" in ways:
            figures.append(("%d accounts: uri / role" % number, ways["uri, first run"]["wall"] / role, "at least 8" if number == 100 else ""))
        figures.append(("%d accounts: role / bare script" % number, role / ways["floor, first run"]["wall"], "at most 2.5" if number == 100 else ""))
        figures.append(("%d accounts: second run / first" % number, ways["role, second run"]["wall"] / role, "at most 0.5" if number == 100 else ""))
    few, many = min(per_account), max(per_account)
    figures.append(("cost per account, %d / %d accounts" % (many, few), per_account[many] / per_account[few], "0.85 to 1.15"))
    for number, sizes in result["memory"].items():
        figures.append(("memory for %d accounts, role / debug" % number, sizes["role"] / sizes["debug"], "at most 1.3" if number == 1000 else ""))
    return figures


def table(result):
    lines = ["latency %(latency_ms)d ms, %(forks)d forks, %(cores)d cores, Python %(python)s" % result, ""]
    for scheme, costs in result["one task"].items():
        lines.append("one task over %-6s" % scheme + "".join("%s %.0f ms (CPU %.0f)   " % (kind, 1000 * one["wall"], 1000 * one["cpu"])
                                                             for kind, one in costs.items()))
    lines += ["", "%-10s %-18s %9s %12s %9s %9s %8s" % ("accounts", "", "wall s", "ms/account", "CPU s", "requests", "kB")]
    for number, ways in result["onboarding"].items():
        for way, spent in ways.items():
            each = 1000 * spent["wall"] / number
            lines.append("%-10d %-18s %9.1f %12.0f %9.1f %9.1f %8.1f" % (number, way, spent["wall"], each, spent["cpu"], spent["requests"], spent["kilobytes"]))
    lines += [""] + ["memory, %d accounts: role %.0f MB, debug %.0f MB" % (number, sizes["role"], sizes["debug"]) for number, sizes in result["memory"].items()]
    lines += ["", "%-52s %8s  %s" % ("ratio", "", "goal")] + ["%-52s %8.2f  %s" % figure for figure in ratios(result)]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collections", required=True, help="folder that holds ansible_collections/")
    parser.add_argument("--latency", type=int, default=20, help="of the sandbox, milliseconds for each request")
    parser.add_argument("--forks", type=int, default=10)
    parser.add_argument("--accounts", type=int, nargs="+", default=[10, 100, 500])
    parser.add_argument("--uri", type=int, default=100, help="largest number of accounts to onboard with uri, which takes long")
    parser.add_argument("--memory", type=int, nargs="+", default=[10, 1000], help="numbers of accounts to measure memory with")
    parser.add_argument("--output", default=str(ROOT / "tests" / "output" / "bench.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cyclr-bench-") as directory:
        result = Bench(options, directory).run()
    result["ratios"] = [dict(what=what, value=round(value, 3), goal=goal) for what, value, goal in ratios(result)]
    Path(options.output).parent.mkdir(parents=True, exist_ok=True)
    Path(options.output).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    print("\nWritten to %s" % os.path.relpath(options.output))


if __name__ == "__main__":
    main()
