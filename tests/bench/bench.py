# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make bench`: what a task, an onboarding and a fleet of accounts cost, as ratios of figures from the same run.

The sandbox runs in a process of its own with a stated latency and counts for nothing. Wall time says how long you wait, CPU time (the controller
and everything that it starts) says what a node can carry. Nothing here is a test: a slow machine is not a failure.

parts:
  task         one more task, beside a debug task and ansible.builtin.uri, over http and https
  onboarding   the role (main and fleet), the same as one task, a debug task and a bare script; new accounts, then complete ones
  playbooks    onboard_accounts, its drift check (--check) and fleet_report, on each --core
  inventory    the inventory plugin with the connectors of all accounts
  memory       onboard_accounts beside a play of debug tasks
  uri          ansible.builtin.uri, also under the strategy of mitogen if that is installed in .venv or in the environment of a core

examples:
  make bench ARGS='--part onboarding --accounts 10 100'
  make bench ARGS='--part playbooks --existing 1000 --core 2.16 --core 2.21'
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import flow
import matrix
import requests
from cyclr_sandbox.process import running
from cyclr_sandbox.state.seed import builtin
from measure import Failed, measure

ROOT = Path(__file__).resolve().parents[2]
PARTS = ["task", "onboarding", "playbooks", "inventory", "memory", "uri"]
SCRIPT = [sys.executable, flow.__file__]
TASKS = 40
INVENTORY = "plugin: cyclr.ipaas.accounts\nconnectors: true\ninclude: ['customer-*']\n"

# One call to the API, as a task of ours and with uri, beside a task that does nothing.
ONE_CALL = dict(
    debug="ansible.builtin.debug: {msg: x}",
    ours="cyclr.ipaas.cyclr_account_info: {account_id: templates}",
    module="cyclr.ipaas.cyclr_account_info: {account_id: templates}",
    uri="ansible.builtin.uri: {url: '%(url)s/v1.0/accounts/templates', ca_path: '%(ca)s', headers: {Authorization: 'Bearer %(token)s'}}",
)
# Accounts and their state -> how many times as long as the bare script
SCRIPT_GOALS = {"500 new": "at most 1.5", "500 complete": "at most 3"}
# Accounts -> how many times the memory of a play of debug tasks
MEMORY_GOALS = {1000: "at most 1.2", 5000: "at most 1.3"}
# The way to onboard without this collection -> how many times as long as the role
URI_GOALS = dict(uri="at least 20", mitogen="at least 10")
REPORT_MB = 400
UNITS = dict(wall="wall", cpu="CPU", peak_mb="memory")
# The ways to onboard with Ansible. The bare script is the other one.
WAYS = dict(main=flow.MAIN, fleet=flow.FLEET, task=flow.ONE_TASK, debug=flow.debug(1))


def complete(number):
    """The built-in seed of the sandbox, and accounts for which the onboarding has nothing left to do."""
    seed = builtin()
    partner = next(one for one in seed["AccountConnectors"] if one.get("IsPartnerIntegrationConnector"))
    properties = [dict(Name=one["Name"], Value=one["Value"]) for one in partner["Properties"]]
    for account in flow.names(number):
        seed["Accounts"].append(dict(Id=account, Name=account))
        seed["AccountConnectors"] += [
            dict(partner, Id=None, AccountId=account, Properties=properties),
            dict(AccountId=account, Name="HubSpot", Connector="HubSpot", Authenticated=True),
            dict(AccountId=account, Name="Mailchimp", Connector="Mailchimp", AuthValue=flow.KEY),
        ]
    return seed


class Bench:
    def __init__(self, options, directory):
        self.options = options
        self.directory = Path(directory)
        self.sandbox = None
        self.part = None
        self.result = dict(
            latency_ms=options.latency, forks=options.forks, cores=os.cpu_count(), python=platform.python_version(), core=matrix.default(),
            measured=[], ratios=[], left_out=[],
        )

    def run(self):
        for self.part in self.options.part:
            getattr(self, self.part)()

    # -- measuring -------------------------------------------------------------------------------------------------

    @contextmanager
    def served(self, tls=False):
        with running(latency_ms=self.options.latency, tls=tls) as self.sandbox:
            yield

    def environment(self, python):
        environment = dict(
            PATH=os.environ["PATH"],
            HOME=str(self.directory),
            LC_ALL="C.UTF-8",
            ANSIBLE_COLLECTIONS_PATH=str(Path(self.options.collections).resolve()),
            ANSIBLE_FORKS=str(self.options.forks),
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_PYTHON_INTERPRETER=python,
            CYCLR_API_URL=self.sandbox.url,
            CYCLR_SERVICE_DOMAIN=self.sandbox.url,
            CYCLR_CLIENT_ID="sandbox-client",
            CYCLR_CLIENT_SECRET="sandbox-secret",
        )
        if self.sandbox.ca_path:
            environment["CYCLR_CA_PATH"] = self.sandbox.ca_path
        return environment

    def command(self, command, python=sys.executable, sample_every=0.0, **more):
        """What a command costs, and what it asks the sandbox, logins included."""
        self.sandbox.clear_journal()
        spent = measure(command, dict(self.environment(python), **more), self.directory / "last.log", sample_every)
        asked = self.sandbox.journal()
        writes = sum(entry["method"] != "GET" and entry["path"] != "/oauth/token" for entry in asked)
        return dict(spent, requests=len(asked), writes=writes, kilobytes=sum(entry["bytes"] for entry in asked) / 1000)

    def playbook(self, playbook, inventory, *arguments, python=sys.executable, variables=(), **more):
        variables = json.dumps(dict(flow.ROLE, **dict(variables)))
        command = [program(python, "ansible-playbook"), "-i", inventory, "-e", variables, playbook, *arguments]
        return self.command(command, python, **more)

    def play(self, text, hosts, **more):
        """A play over hosts of these names."""
        playbook = self.directory / "play.yml"
        playbook.write_text(text, encoding="utf-8")
        more.setdefault("variables", dict(api=self.sandbox.url, ca_path=self.sandbox.ca_path or ""))
        return self.playbook(str(playbook), self.hosts(hosts), **more)

    def hosts(self, hosts):
        inventory = self.directory / "hosts.json"
        inventory.write_text(json.dumps({"all": {"hosts": {host: {} for host in hosts}}}), encoding="utf-8")
        return str(inventory)

    def plugin(self):
        inventory = self.directory / "bench.cyclr.yml"
        inventory.write_text(INVENTORY, encoding="utf-8")
        return str(inventory)

    def script(self, hosts):
        listed = self.directory / "accounts.json"
        listed.write_text(json.dumps(hosts), encoding="utf-8")
        return self.command([*SCRIPT, self.sandbox.url, str(self.options.forks), str(listed)])

    # -- results ---------------------------------------------------------------------------------------------------

    def record(self, what, spent, number, empty=None):
        """The cost of one of so many accounts or tasks, without the start of the program if that is given."""
        each = dict(spent, seconds=spent["wall"])
        for name in ("wall", "cpu", "requests", "writes", "kilobytes"):
            each[name] = (spent[name] - (empty or {}).get(name, 0)) / number
        self.result["measured"].append(dict(part=self.part, what=what, number=number, **each))
        print("%-10s %-42s %8.1f s" % (self.part, what, spent["wall"]), flush=True)
        return each

    def ratio(self, what, value, base, goal=""):
        """A figure that is compared with its goal. What is too small to be measured has no ratio."""
        self.result["ratios"].append(dict(part=self.part, what=what, ratio=round(value / base, 3) if value > 0 and base > 0 else None, goal=goal))

    def leave_out(self, what, reason):
        self.result["left_out"].append(dict(part=self.part, what=what, reason=reason))

    # -- parts -----------------------------------------------------------------------------------------------------

    def task(self):
        for scheme in ("http", "https"):
            with self.served(tls=scheme == "https"):
                self.one_call(scheme)

    def one_call(self, scheme):
        """What one task more costs on one host."""
        token = flow.Script(self.sandbox.url, self.sandbox.ca_path).authorization.split()[1]
        fill = dict(url=self.sandbox.url, ca=self.sandbox.ca_path or "", token=token)
        empty = self.play(flow.NOTHING, ["one"])
        costs = dict(request=self.record("request alone, " + scheme, self.requests_alone(token), TASKS))
        for kind, text in ONE_CALL.items():
            tasks = TASKS if kind in ("debug", "ours") else TASKS // 4
            more = dict(CYCLR_ACCESS_TOKEN=token, CYCLR_IN_PROCESS="0" if kind == "module" else "1")
            spent = self.play(flow.HOSTS + "  tasks:\n" + ("    - " + text % fill + "\n") * tasks, ["one"], **more)
            costs[kind] = self.record("%s, %s" % (kind, scheme), spent, tasks, empty)
        self.ratio("ours / (2 debug + request), " + scheme, costs["ours"]["wall"], 2 * costs["debug"]["wall"] + costs["request"]["wall"], "at most 1")
        self.ratio("uri / ours, " + scheme, costs["uri"]["wall"], costs["ours"]["wall"])
        self.ratio("ordinary module / ours, " + scheme, costs["module"]["wall"], costs["ours"]["wall"])

    def requests_alone(self, token):
        """The same calls from a Python that is already there, each over a new connection, as a new worker has to make it."""
        began, cpu = time.perf_counter(), time.process_time()
        for dummy in range(TASKS):
            with requests.Session() as session:
                headers = {"Authorization": "Bearer " + token}
                session.get(self.sandbox.url + "/v1.0/accounts/templates", headers=headers, timeout=60, verify=self.sandbox.ca_path or True)
        spent = dict(wall=time.perf_counter() - began, cpu=time.process_time() - cpu)
        return dict(spent, peak_mb=0, together_mb=0, requests=TASKS, writes=0, kilobytes=0)

    def onboarding(self):
        costs = {}
        with self.served():
            for number in self.options.accounts:
                accounts = flow.names(number)
                empty, script_empty = self.play(flow.NOTHING, accounts), self.script([])
                for state, seed in (("new", builtin()), ("complete", complete(number))):
                    for way in (*WAYS, "script"):
                        self.sandbox.reset(seed)
                        if way == "script":
                            spent, start = self.script(accounts), script_empty
                        else:
                            spent, start = self.play(WAYS[way], accounts), empty
                        costs[number, state, way] = self.record("%s, %d %s" % (way, number, state), spent, number, start)
                    self.onboarding_ratios(number, state, {way: costs[number, state, way] for way in (*WAYS, "script")})
                new, again = (costs[number, state, "fleet"]["wall"] for state in ("new", "complete"))
                self.ratio("fleet wall, complete / new, %d" % number, again, new, "at most 0.5" if number == 100 else "")
        self.flatness(costs)

    def flatness(self, costs):
        """Whether one of many accounts costs what one of few does. Fewer than 100 are over before all workers have work."""
        enough = [number for number in self.options.accounts if number >= 100] or self.options.accounts
        few, many = min(enough), max(enough)
        if few < many:
            for state in ("new", "complete"):
                each = [costs[number, state, "fleet"]["wall"] for number in (many, few)]
                self.ratio("fleet wall per account, %d / %d %s" % (many, few, state), *each, "0.85 to 1.15" if few >= 100 else "")

    def onboarding_ratios(self, number, state, ways):
        over = "%d %s" % (number, state)
        for way in ("main", "fleet", "task"):
            self.ratio("%s CPU / debug, %s" % (way, over), ways[way]["cpu"], ways["debug"]["cpu"], "at most 3" if way == "fleet" else "")
        self.ratio("main CPU / fleet, " + over, ways["main"]["cpu"], ways["fleet"]["cpu"], "at most 4")
        self.ratio("fleet CPU / task, " + over, ways["fleet"]["cpu"], ways["task"]["cpu"], "at most 1.25" if number == 100 else "")
        self.ratio("fleet CPU / script, " + over, ways["fleet"]["cpu"], ways["script"]["cpu"])
        self.ratio("fleet wall / script, " + over, ways["fleet"]["wall"], ways["script"]["wall"], SCRIPT_GOALS.get(over, ""))

    def playbooks(self):
        costs = {}
        cores = self.cores()
        with self.served():
            for core, python in cores.items():
                for number in self.options.existing:
                    costs.update(self.large_playbooks(core, python, number))
        for core in cores:
            few, many = min(self.options.existing), max(self.options.existing)
            for what in sorted({what for one, number, what in costs if one == core and few < many}):
                self.ratio("%s CPU per account, %d / %d, core %s" % (what, many, few, core), costs[core, many, what]["cpu"],
                           costs[core, few, what]["cpu"], "0.85 to 1.15" if few >= 100 else "")
        for core, number, what in costs:
            newest = list(cores)[-1]
            if what == "fleet_report":
                self.ratio("%s memory / %d MB, %d, core %s" % (what, REPORT_MB, number, core), costs[core, number, what]["peak_mb"], REPORT_MB,
                           "at most 1" if number == 5000 else "")
            if core != newest:
                for unit in ("cpu", "peak_mb"):
                    self.ratio("%s %s, %d, core %s / %s" % (what, UNITS[unit], number, core, newest), costs[core, number, what][unit],
                               costs[newest, number, what][unit], "at most 2")

    def cores(self):
        """The Python of each core, oldest core first."""
        found = {}
        wanted = self.options.core or (min(matrix.CORES, key=matrix.release), max(matrix.CORES, key=matrix.release))
        for core in sorted(set(wanted), key=matrix.release):
            made = matrix.environment(core)
            if made is None:
                self.leave_out("core " + core, "this machine lacks Python " + matrix.CORES[core])
            else:
                found[core] = str(made / "bin" / "python")
        return found

    def large_playbooks(self, core, python, number):
        """What the nightly check of many accounts costs, and to make them."""
        report = dict(fleet_report_path=str(self.directory / "fleet.html"), fleet_report_source_account_id=flow.SOURCE)
        runs = {
            "onboard_accounts": lambda: self.playbook("cyclr.ipaas.onboard_accounts", self.hosts(flow.names(number)), python=python),
            "onboard_accounts --check": lambda: self.playbook("cyclr.ipaas.onboard_accounts", self.plugin(), "--check", python=python),
            "fleet_report": lambda: self.playbook("cyclr.ipaas.fleet_report", self.plugin(), python=python, variables=report),
        }
        costs = {}
        for what, run in runs.items():
            self.sandbox.reset(builtin() if what == "onboard_accounts" else complete(number))
            costs[core, number, what] = self.record("%s, %d, core %s" % (what, number, core), run(), number)
        return costs

    def inventory(self):
        number = self.options.inventory
        listing = [program(sys.executable, "ansible-inventory"), "--list", "-i"]
        with self.served():
            self.sandbox.reset(complete(number))
            ours = self.record("plugin, %d" % number, self.command([*listing, self.plugin()]), number)
            plain = self.record("names only, %d" % number, self.command([*listing, self.hosts(flow.names(number))]), number)
        self.ratio("requests / accounts, %d" % number, ours["requests"], 1, "at most 1.1" if number >= 100 else "")
        for unit, name in UNITS.items():
            self.ratio("plugin %s / names only, %d" % (name, number), ours[unit], plain[unit])

    def memory(self):
        with self.served():
            for number in self.options.memory:
                self.sandbox.reset()
                hosts = self.hosts(flow.names(number))
                ours = self.record("onboard_accounts, %d" % number, self.playbook("cyclr.ipaas.onboard_accounts", hosts, sample_every=0.2), number)
                debug = self.record("debug, %d" % number, self.play(flow.debug(8), flow.names(number), sample_every=0.2), number)
                self.ratio("controller / debug, %d" % number, ours["peak_mb"], debug["peak_mb"], MEMORY_GOALS.get(number, ""))
                self.ratio("controller and children / debug, %d" % number, ours["together_mb"], debug["together_mb"])

    def uri(self):
        accounts = flow.names(self.options.uri)
        costs = {}
        with self.served():
            core, python, strategy = self.mitogen()
            over = "%d new, core %s" % (len(accounts), core)
            empty = self.play(flow.NOTHING, accounts, python=python)
            ways = dict(fleet=(flow.FLEET, {}), uri=(flow.URI, {}))
            if strategy:
                ways["mitogen"] = (flow.URI, strategy)
            for way, (text, settings) in ways.items():
                self.sandbox.reset()
                costs[way] = self.record("%s, %s" % (way, over), self.play(text, accounts, python=python, **settings), len(accounts), empty)
        for way, goal in URI_GOALS.items():
            if way in costs:
                self.ratio("%s wall / fleet, %s" % (way, over), costs[way]["wall"], costs["fleet"]["wall"], goal)
                self.ratio("%s CPU / fleet, %s" % (way, over), costs[way]["cpu"], costs["fleet"]["cpu"])

    def mitogen(self):
        """A core with a mitogen that works, its Python, and the settings for it; or the core of .venv without settings."""
        made = {core: matrix.ENVIRONMENTS / ("core-" + core) / "bin" / "python" for core in matrix.CORES}
        pythons = {matrix.default(): sys.executable}
        for core, python in made.items():
            if python.exists():
                pythons.setdefault(core, str(python))
        reason = "not installed"
        for core, python in pythons.items():
            find = "import ansible_mitogen; print(ansible_mitogen.__path__[0])"
            found = subprocess.run([python, "-c", find], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
            if found.returncode == 0:
                settings = dict(ANSIBLE_STRATEGY="mitogen_linear", ANSIBLE_STRATEGY_PLUGINS=found.stdout.strip() + "/plugins/strategy")
                try:
                    self.play(flow.HOSTS + "  tasks:\n    - ansible.builtin.ping:\n", ["one"], python=python, **settings)
                    return core, python, settings
                except Failed:
                    reason = "does not work with core %s" % core
        self.leave_out("mitogen", reason)
        return matrix.default(), sys.executable, {}


def program(python, name):
    return str(Path(python).with_name(name))


def table(result):
    lines = ["latency %(latency_ms)d ms, %(forks)d forks, %(cores)d cores, ansible-core %(core)s, Python %(python)s" % result, ""]
    columns = ("part", "for each account, or each task", "all, s", "wall ms", "CPU ms", "requests", "writes", "MB", "all MB")
    lines.append("%-10s %-42s %8s %9s %9s %9s %7s %7s %9s" % columns)
    for one in result["measured"]:
        cells = (one["part"], one["what"], one["seconds"], 1000 * one["wall"], 1000 * one["cpu"], one["requests"], one["writes"], one["peak_mb"])
        together = "%9.0f" % one["together_mb"] if one["together_mb"] else ""
        lines.append("%-10s %-42s %8.1f %9.1f %9.1f %9.2f %7.2f %7.0f " % cells + together)
    lines += ["", "%-10s %-58s %8s  %s" % ("part", "ratio", "", "goal")]
    for one in result["ratios"]:
        lines.append("%-10s %-58s %8s  %s" % (one["part"], one["what"], "-" if one["ratio"] is None else "%.2f" % one["ratio"], one["goal"]))
    lines += ["%-10s %s: left out, %s" % (one["part"], one["what"], one["reason"]) for one in result["left_out"]]
    return "\n".join(line.rstrip() for line in lines)


def arguments():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collections", required=True, help="folder that contains ansible_collections/; set by make")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help="what to measure, default everything")
    parser.add_argument("--latency", type=int, default=20, help="of the sandbox, milliseconds for each request (%(default)s)")
    parser.add_argument("--forks", type=int, default=10, help="and threads of the bare script (%(default)s)")
    parser.add_argument("--core", action="append", choices=list(matrix.CORES), help="for playbooks; repeatable, default the oldest and the newest")
    parser.add_argument("--accounts", type=int, nargs="+", default=[10, 50, 100, 500], help="for onboarding (10 50 100 500)")
    parser.add_argument("--existing", type=int, nargs="+", default=[100, 1000, 5000], help="accounts for playbooks (100 1000 5000)")
    parser.add_argument("--inventory", type=int, default=2000, help="accounts for inventory (%(default)s)")
    parser.add_argument("--memory", type=int, nargs="+", default=[1000, 5000], help="accounts for memory (1000 5000)")
    parser.add_argument("--uri", type=int, default=100, help="accounts for uri, which takes long (%(default)s)")
    parser.add_argument("--output", default=str(ROOT / "tests" / "output" / "bench.json"))
    return parser.parse_args()


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="cyclr-bench-") as directory:
        bench = Bench(options, directory)
        try:
            bench.run()
        except Failed as failure:
            sys.exit(str(failure))
        finally:  # What was measured before a failure took its time.
            Path(options.output).parent.mkdir(parents=True, exist_ok=True)
            Path(options.output).write_text(json.dumps(bench.result, indent=2) + "\n", encoding="utf-8")
            print("\n" + table(bench.result))
            print("\nWritten to %s" % os.path.relpath(options.output))


if __name__ == "__main__":
    main()
