# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Onboarding several accounts, each a host of one play: logins, links, results and failures are each host's own."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter

import pytest
from ansible_collections.cyclr.ipaas.plugins.action.cyclr_onboarding import MODULES as MODULES_OF_STEPS
from ansible_collections.cyclr.ipaas.tests.support.http_servers import relay, serving
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import IN_PROCESS, MODULES, PLAYBOOK, told, writes

TEMPLATE_ID = "3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b"
HUBSPOT = dict(onboard_account_connectors=[dict(connector="HubSpot")])
OAUTH = dict(onboard_account_oauth=dict(target_origin="https://app.example.com/done"))
CLIENTS = {"group/cyclr.ipaas.cyclr": dict(
    api_url="{{ its_api | default(omit) }}", client_id="{{ its_client | default(omit) }}", client_secret="{{ its_secret | default(omit) }}",
    access_token="{{ its_token | default(omit) }}",
)}  # fmt: skip
# The customer has to authorize HubSpot, so it is installed and not started.
CONTACTS = dict(onboard_account_cycles=[dict(template="New Acme contacts to HubSpot")], onboard_account_partner=dict(source_account_id="templates"))
# Nothing is missing, because all that it needs is given.
SIGN_UPS = dict(
    onboard_account_connectors=[dict(connector="Mailchimp", api_key="key-us6")],
    onboard_account_cycles=[
        dict(
            template="Acme sign-ups to Mailchimp", variables={"Welcome Tag": "new"},
            mappings=[dict(step="Add member", field="Status", value="subscribed"), dict(step="Add member", parameter="List Id", value="list-4711")],
        )
    ],
)
BOTH_WAYS = pytest.mark.parametrize("mode", [IN_PROCESS, MODULES], ids=["worker", "modules"])


class Run:
    """A play of the role over hosts, and what came of it."""

    def __init__(self, done, sandbox, before):
        self.rc, self.stdout, self.output = done.returncode, done.stdout, " ".join((done.stdout + done.stderr).split())
        self.journal = sandbox.journal()[before:]

    @property
    def logins(self):
        return told(self.journal).count("POST /oauth/token")

    @property
    def artifact(self):
        printed = self.stdout.split("RUN: ", 1)[1]
        return json.JSONDecoder().raw_decode(printed)[0]["cyclr_onboarding_local"]

    @property
    def recap(self):
        """Host -> how many of its tasks failed."""
        lines = self.stdout.split("PLAY RECAP")[1].splitlines()[1:]
        return {line.split()[0]: int(line.split("failed=")[1].split()[0]) for line in lines if "failed=" in line}


@pytest.fixture
def onboard(runner, tmp_path):
    def onboard(hosts, *arguments, mode=None, environment=None, connection="local", role=None, tasks=None, **keywords):
        inventory, playbook = tmp_path / "customers.json", tmp_path / "play.json"
        general = dict(ansible_python_interpreter="{{ ansible_playbook_python }}")
        inventory.write_text(json.dumps(dict(all=dict(hosts=hosts, vars=general))), encoding="utf-8")
        play = dict(hosts="all", gather_facts=False, connection=connection, **keywords)
        if tasks is None:
            play["roles"] = [dict(dict(role="cyclr.ipaas.onboard_account"), **(role or {}))]
        else:
            play["tasks"] = tasks
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        command = [PLAYBOOK, str(playbook), "-i", str(inventory), *arguments]
        before = len(runner.sandbox.journal())
        done = subprocess.run(
            command, env=runner.environment(ANSIBLE_SHOW_CUSTOM_STATS="1", **{**(mode or IN_PROCESS), **(environment or {})}), cwd=runner.directory,
            capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, check=False,
        )
        return Run(done, runner.sandbox, before)

    return onboard


def accounts(sandbox):
    return {raw["Id"] for raw in sandbox.state()["Accounts"]}


# -- the two entry points ------------------------------------------------------------------------------------------------

FLEET = [dict(import_role=dict(name="cyclr.ipaas.onboard_account", tasks_from="fleet"))]
PLAIN = {"account", "partner_connector", "deployment", "account_connectors", "oauth_links", "cycles", "ready", "changed", "changes", "failed", "msg"}


WHAT_DIFFERS = ("id", "account_connector_id", "object_id", "expires_at", "created_date", "next_bill_date_utc", "url", "token")
GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def without_what_differs(value):
    """A result without ids and times, and without what was stored at another time."""
    if isinstance(value, dict):
        return {key: without_what_differs(item) for key, item in value.items() if key not in WHAT_DIFFERS}
    return [without_what_differs(item) for item in value] if isinstance(value, list) else value


def state_of(sandbox, account_id):
    state = sandbox.state()
    connectors = [raw for raw in state["AccountConnectors"] if raw["AccountId"] == account_id]
    cycles = [raw for raw in state["Cycles"] if raw["AccountId"] == account_id]
    return [
        [[raw[key] for key in ("Name", "Authenticated", "IsPartnerIntegrationConnector")] for raw in connectors],
        [[raw["Name"], raw["Status"], [one["Value"] for one in raw["Variables"]]] for raw in cycles],
    ]


@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["for real", "check mode"])
def test_both_entry_points_come_to_the_same(onboard, runner, tmp_path, arguments):
    everything = dict(
        HUBSPOT, **OAUTH, onboard_account_name="Customer", onboard_account_partner=dict(source_account_id="templates"),
        onboard_account_settings=dict(audit_info="x"),
    )
    hosts = {
        "full": dict(everything, **CONTACTS), "bare": {}, "globex": dict(everything, **CONTACTS), "sign-ups": SIGN_UPS,
        "broken": dict(onboard_account_connectors=[dict(connector="Nope")]), "unknown": dict(onboard_account_cycles=[dict(template="Nope")]),
    }
    found = []
    for number, tasks in enumerate(([dict(import_role=dict(name="cyclr.ipaas.onboard_account"))], FLEET)):
        runner.sandbox.reset()
        copied = dict(content="{{ onboard_account_result | to_json }}", dest=str(tmp_path / ("%d-{{ inventory_hostname }}" % number)))
        keep = dict(copy=copied, check_mode=False)
        done = onboard(hosts, *arguments, tasks=[dict(block=tasks, rescue=[dict(debug=dict(msg="failed"))]), keep])
        kept = {host: json.loads((tmp_path / f"{number}-{host}").read_text(encoding="utf-8")) for host in hosts}
        results = {host: {key: value for key, value in result.items() if key in PLAIN} for host, result in kept.items()}
        written = sorted(re.sub(GUID, "ID", path) for path in told(writes(done.journal)))
        states = [state_of(runner.sandbox, host) for host in hosts]
        found.append(without_what_differs(dict(results=results, artifact=done.artifact, written=written, states=states)))
    main, fleet = found
    assert set(fleet["results"]["full"]) == PLAIN
    # Without an account, nobody can tell which names are wrong.
    assert fleet["results"]["broken"]["failed"] is (not arguments)
    assert fleet["results"]["unknown"]["failed"]
    assert main == fleet


COUNTS_VALIDATIONS = """
import os
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator as Validator

def counted(self, parameters, validate=Validator.validate):
    with open(os.environ["VALIDATIONS"], "a") as file:
        print(*sorted(self.argument_spec), file=file)
    return validate(self, parameters)

Validator.validate = counted
"""


def test_each_step_of_an_account_is_validated_once(onboard, tmp_path):
    counts = tmp_path / "counts"
    (tmp_path / "sitecustomize.py").write_text(COUNTS_VALIDATIONS, encoding="utf-8")
    environment = dict(PYTHONPATH=str(tmp_path), VALIDATIONS=str(counts))
    connectors = dict(onboard_account_connectors=[dict(connector="HubSpot"), dict(connector="Mailchimp", api_key="k")])
    names = {" ".join(sorted(module.SPEC["argument_spec"])): name for name, module in MODULES_OF_STEPS.items()}
    # A link is validated before the first request, without its connector, and then with it: with its name if it is new, and with its id.
    for links in (3, 2):
        hosts = {"customer": dict(connectors, **OAUTH, onboard_account_partner=dict(source_account_id="templates"))}
        done = onboard(hosts, tasks=FLEET, environment=environment)
        assert done.rc == 0, done.output
        validated = Counter(names.get(line, "cyclr_onboarding") for line in counts.read_text(encoding="utf-8").splitlines())
        assert validated == dict(cyclr_onboarding=1, cyclr_account=1, cyclr_partner_connector=1, cyclr_connector_install=2, cyclr_oauth_link=links)
        counts.unlink()


def test_an_account_that_is_complete_costs_four_requests(onboard):
    hosts = {"customer": dict(HUBSPOT, onboard_account_partner=dict(source_account_id="templates"))}
    onboard(hosts, tasks=FLEET)
    again = onboard(hosts, tasks=FLEET)
    assert told(again.journal) == ["POST /oauth/token", "GET /v1.0/accounts/customer"] + ["GET /v1.0/account/connectors"] * 2


# -- logins ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_apis(sandbox):
    """Two APIs that know which token each request had. The second one stands in front of the first."""

    def answering(client):
        def change(method, path, headers, body):
            if path == "/oauth/token":
                ok = ("client_id=%s&" % client).encode() in body + b"&"
                answer = dict(access_token="token-of-" + client, expires_in=3600) if ok else dict(error="invalid_client")
                return 200 if ok else 400, {"Content-Type": "application/json"}, json.dumps(answer).encode()
            if path.startswith("/v1.0/accounts/") and method == "GET":
                return 404, {"Content-Type": "application/json"}, b"{}"
            if path == "/v1.0/accounts" and method == "POST":
                return 200, {"Content-Type": "application/json"}, body
            return None

        return change

    with serving(relay(sandbox.url, answering("acme"))) as one, serving(relay(sandbox.url, answering("globex"))) as other:
        yield one, other


def tokens(api):
    return Counter(headers["Authorization"] for method, path, headers, body in api.seen if path != "/oauth/token")


def logins(api):
    return sum(path == "/oauth/token" for method, path, headers, body in api.seen)


@BOTH_WAYS
def test_each_host_uses_its_own_client_and_no_token_goes_to_another_api(onboard, two_apis, mode):
    one, other = two_apis
    hosts = {
        f"customer-{number}": dict(its_api=api.url, its_client=client, its_secret="secret-of-" + client)
        for number, (api, client) in enumerate([(one, "acme"), (other, "globex")] * 2)
    }
    done = onboard(hosts, "-f", "4", mode=mode, module_defaults=CLIENTS)
    assert done.rc == 0, done.output
    for api, client in ((one, "acme"), (other, "globex")):
        assert set(tokens(api)) == {"Bearer token-of-" + client}
        assert logins(api) == 1
        assert sum(method == "POST" and path == "/v1.0/accounts" for method, path, headers, body in api.seen) == 2


@BOTH_WAYS
def test_a_login_that_fails_does_so_for_its_hosts_only(onboard, two_apis, mode):
    one, other = two_apis
    wrong = dict(its_api=one.url, its_client="mallory", its_secret="secret-of-mallory")
    right = dict(its_api=one.url, its_client="acme", its_secret="secret-of-acme")
    done = onboard({"a": wrong, "b": right, "c": wrong, "d": right}, "-f", "4", mode=mode, module_defaults=CLIENTS)
    assert {host: bool(failed) for host, failed in done.recap.items()} == dict(a=True, b=False, c=True, d=False)
    assert done.stdout.count("Check client_id and client_secret") >= 2
    assert logins(one) == 2 and set(tokens(one)) == {"Bearer token-of-acme"}
    assert "secret-of" not in done.output and "token-of" not in done.output


@BOTH_WAYS
def test_a_token_that_was_given_is_used_for_its_host_alone(onboard, two_apis, mode):
    one, other = two_apis
    client = dict(its_api=one.url, its_client="acme", its_secret="secret-of-acme")
    done = onboard({"a": dict(client, its_token="given"), "b": client}, mode=mode, module_defaults=CLIENTS)
    assert done.rc == 0, done.output
    assert set(tokens(one)) == {"Bearer given", "Bearer token-of-acme"} and logins(one) == 1


@BOTH_WAYS
def test_one_login_serves_all_hosts_and_batches(onboard, mode):
    done = onboard({f"customer-{number}": HUBSPOT for number in range(4)}, "-f", "3", mode=mode, serial=2)
    assert done.rc == 0, done.output
    assert done.logins == 1 and set(done.artifact) == {f"customer-{number}" for number in range(4)}


def test_no_token_is_in_a_variable(onboard):
    tasks = [
        dict(include_role=dict(name="cyclr.ipaas.onboard_account")),
        dict(name="Show all variables", debug=dict(msg="{{ hostvars[inventory_hostname] | to_json }}")),
    ]
    done = onboard({"customer": {}}, tasks=tasks)
    assert done.rc == 0 and "onboard_account_result" in done.output and "login" not in done.output


# -- each host's own results -------------------------------------------------------------------------------------------


@BOTH_WAYS
@pytest.mark.parametrize("revealing", ["first", "second"])
def test_links_are_shown_for_the_hosts_that_ask_for_it(onboard, mode, revealing):
    partner = dict(onboard_account_partner=dict(source_account_id="templates"))
    hosts = {name: dict(HUBSPOT, **OAUTH, **partner, onboard_account_reveal_links=name == revealing) for name in ("first", "second")}
    done = onboard(hosts, "-v", mode=mode)
    assert done.rc == 0, done.output
    for name, result in done.artifact.items():
        (link,) = result["oauth_links"]
        shown = f"account {name}, open within five minutes, works once, HubSpot: http" in done.output
        assert shown is bool(link["url"]) is (name == revealing)
        assert "deployment" not in result


@BOTH_WAYS
def test_a_condition_that_is_false_for_the_first_host_changes_nothing_for_the_others(onboard, runner, mode):
    hosts = {name: dict(HUBSPOT, **OAUTH, onboard_account_reveal_links=True) for name in ("first", "second", "third")}
    done = onboard(hosts, mode=mode, role=dict(when="inventory_hostname != 'first'"))
    assert done.rc == 0, done.output
    assert set(done.artifact) == {"second", "third"} and done.output.count("open within five minutes") == 2
    assert "first" not in accounts(runner.sandbox)


@BOTH_WAYS
def test_two_hosts_that_mean_the_same_account_are_refused(onboard, runner, mode):
    hosts = {"one": dict(cyclr_account_id="customer"), "two": dict(onboard_account_id="customer", **HUBSPOT), "three": {}}
    done = onboard(hosts, "-f", "1", mode=mode)
    assert {host: bool(failed) for host, failed in done.recap.items()} == dict(one=False, two=True, three=False)
    assert "account_id: the hosts 'one' and 'two' mean the same account 'customer'" in done.output
    assert [raw["Name"] for raw in runner.sandbox.state()["AccountConnectors"] if raw["AccountId"] == "customer"] == []


# -- what is seen before the first write -------------------------------------------------------------------------------


@BOTH_WAYS
@pytest.mark.parametrize(
    "wrong, reason",
    [
        (dict(onboard_account_connectors=[dict(connector="Mailchimp"), dict(connector="HubSpt")]), "did you mean 'HubSpot'?"),
        (dict(onboard_account_connectors=[dict(connector="Mailchimp", authentication="Magic")]), "authentication"),
        (dict(onboard_account_connectors=[dict(connector="Mailchimp", properties=dict(DataCenter="us6"))]), "DataCent"),
        (dict(onboard_account_oauth=dict(target_origin="app.example.com")), "Create OAuth links: target_origin"),
        (dict(onboard_account_oauth=dict(target_origin="https://app.example.com", service_domain="http://acme.example")), "service_domain"),
        (dict(onboard_account_partner=dict(source_account_id="nowhere")), "source_account_id: account 'nowhere' does not exist"),
        (dict(onboard_account_connectors=[dict(connector="HubSpot"), dict(connector_id=20002)]), "mean the same instance"),
        (dict(onboard_account_cycles=[dict(template="New Acme contacts to HubSpt")]), "did you mean 'New Acme contacts to HubSpot'?"),
        (dict(onboard_account_cycles=[dict(template_id="00000000-0000-0000-0000-000000000001")]), "does not exist"),
        (dict(onboard_account_cycles=[dict(cycle_id="00000000-0000-0000-0000-000000000001")]), "cycle_id: account"),
        (dict(onboard_account_cycles=[dict(template="New Acme contacts to HubSpot"), dict(template_id=TEMPLATE_ID)]), "mean the same integration"),
    ],
    ids=[
        "connector", "authentication", "property", "target_origin", "service_domain", "source", "same instance", "template", "template_id", "cycle_id",
        "same integration",
    ],
)
@pytest.mark.parametrize("account", ["globex", "brand-new"])
def test_nothing_is_written_if_a_later_step_is_wrong(onboard, runner, mode, wrong, reason, account):
    done = onboard({account: dict(dict(onboard_account_timezone="UTC", onboard_account_partner=dict(source_account_id="templates")), **wrong)}, mode=mode)
    assert done.rc != 0 and reason in done.output, done.output
    # The API answers alike for an unknown source account and a bad token.
    assert writes(done.journal) == [] and done.logins <= 1 + ("source" in reason)


def test_a_missing_service_domain_is_seen_first(onboard):
    done = onboard({"customer": dict(HUBSPOT, **OAUTH)}, environment=dict(CYCLR_SERVICE_DOMAIN=None))
    assert done.rc != 0 and "Create OAuth links: service_domain: required" in done.output and done.journal == []


def test_a_connector_that_only_the_customer_can_have_is_not_refused_before_the_account_exists(onboard):
    done = onboard(
        {"brand-new": dict(onboard_account_partner=dict(source_account_id="templates"), onboard_account_connectors=[dict(connector="Zyx 9000")])}, "--check"
    )
    assert done.rc == 0, done.output


@BOTH_WAYS
@pytest.mark.parametrize(
    "step, variables",
    [
        ("settings", lambda one: dict(onboard_account_settings=one)),
        ("partner", lambda one: dict(onboard_account_partner=dict(one, source_account_id="templates"))),
        ("connectors: HubSpot", lambda one: dict(onboard_account_connectors=[dict(one, connector="HubSpot")])),
        ("oauth", lambda one: dict(onboard_account_oauth=dict(one, target_origin="https://app.example.com"))),
        ("cycles: Contacts", lambda one: dict(onboard_account_cycles=[dict(one, template="Contacts")])),
    ],
    ids=["settings", "partner", "connectors", "oauth", "cycles"],
)
def test_a_step_sends_credentials_nowhere_else(onboard, mode, step, variables):
    with serving(lambda *request: (200, {}, b"{}")) as elsewhere:
        done = onboard({"customer": variables(dict(api_url=elsewhere.url))}, mode=mode)
    assert done.rc != 0 and f"{step}: api_url: cannot be set for one step" in done.output
    assert elsewhere.seen == [] and done.journal == []


def test_a_failure_after_writes_says_what_is_finished(onboard, runner):
    runner.sandbox.faults([dict(method="POST", path="*/install", fault="status:400", times=9)])
    done = onboard({"customer": HUBSPOT})
    assert done.rc != 0 and "Finished before: Create or update the account. Run it again to continue" in done.output
    runner.sandbox.faults([])
    assert onboard({"customer": HUBSPOT}).rc == 0


@BOTH_WAYS
@pytest.mark.parametrize("arguments", [(), ("--check",)], ids=["for real", "check mode"])
def test_an_account_that_was_deleted_since_the_inventory_was_read_is_not_created_again(onboard, runner, mode, arguments):
    gone = dict(HUBSPOT, cyclr_account_id="gone", cyclr_account=dict(id="gone", name="Gone"))
    there = dict(cyclr_account_id="globex", cyclr_account=dict(id="globex", name="Globex"))
    done = onboard({"gone": gone, "globex": there, "new": {}}, *arguments, mode=mode)
    assert {host: bool(failed) for host, failed in done.recap.items()} == dict(gone=True, globex=False, new=False)
    assert "account 'gone' was deleted since the inventory was read" in done.output and "gone" not in accounts(runner.sandbox)


# -- integrations ------------------------------------------------------------------------------------------------------


def cycles(sandbox, account_id="customer"):
    return [(raw["Name"], raw["Status"]) for raw in sandbox.state()["Cycles"] if raw["AccountId"] == account_id]


ENTRY_POINTS = pytest.mark.parametrize("tasks", [None, FLEET], ids=["main", "fleet"])


@BOTH_WAYS
@ENTRY_POINTS
def test_an_integration_waits_for_the_customer_and_starts_with_the_next_run(onboard, runner, mode, tasks):
    hosts = {"customer": dict(HUBSPOT, **CONTACTS, **OAUTH, onboard_account_reveal_links=True)}
    done = onboard(hosts, mode=mode, tasks=tasks)
    assert done.rc == 0, done.output
    assert cycles(runner.sandbox) == [("New Acme contacts to HubSpot", "Paused")]
    cycle = dict(name="New Acme contacts to HubSpot", running=False, reason="HubSpot has to be authorized")
    assert done.artifact["customer"]["cycles"] == [cycle] and not done.artifact["customer"]["ready"]
    again = onboard(hosts, mode=mode, tasks=tasks)
    assert again.rc == 0 and told(writes(again.journal)) == ["POST /v1.0/accounts/customer/signintoken"]
    assert again.artifact["customer"]["cycles"] == [cycle]
    runner.sandbox.authorise(again.artifact["customer"]["oauth_links"][0]["url"])
    last = onboard(hosts, mode=mode, tasks=tasks)
    assert cycles(runner.sandbox) == [("New Acme contacts to HubSpot", "Active")]
    result = last.artifact["customer"]
    assert result["ready"] and result["changed"] and result["cycles"] == [dict(cycle, running=True, reason=None)]
    assert not writes(onboard(hosts, mode=mode, tasks=tasks).journal)


@ENTRY_POINTS
def test_an_integration_that_lacks_nothing_is_set_up_and_started_at_once(onboard, runner, tasks):
    done = onboard({"customer": SIGN_UPS}, tasks=tasks)
    assert done.rc == 0, done.output
    # The webhook of the template needs no authentication.
    assert cycles(runner.sandbox) == [("Acme sign-ups to Mailchimp", "Active")]
    assert done.artifact["customer"]["ready"]


def test_what_the_customer_has_to_set_is_named_by_step_and_field(onboard):
    done = onboard({"customer": dict(SIGN_UPS, onboard_account_cycles=[dict(template="Acme sign-ups to Mailchimp")])}, tasks=FLEET)
    assert done.rc == 0, done.output
    (cycle,) = done.artifact["customer"]["cycles"]
    assert "step 'Add member', field 'Status': Missing field mapping (allowed are: subscribed, pending)" in cycle["reason"]


@ENTRY_POINTS
def test_an_integration_that_has_to_be_ready_is_an_error_if_it_is_not(onboard, runner, tasks):
    strict = dict(dict(HUBSPOT, **CONTACTS), onboard_account_cycles=[dict(template="New Acme contacts to HubSpot", require_ready=True)])
    for _number in range(2):
        done = onboard({"customer": strict}, tasks=tasks)
        assert done.rc != 0 and "Set up integrations: New Acme contacts to HubSpot: Integration" in done.output, done.output
        assert "cannot start. Missing are: connector 'HubSpot'" in done.output and "Finished before: Create or update the account" in done.output
    assert cycles(runner.sandbox) == [("New Acme contacts to HubSpot", "Paused")]


@BOTH_WAYS
@ENTRY_POINTS
def test_check_mode_predicts_integrations_on_an_empty_system(onboard, runner, mode, tasks):
    runner.sandbox.reset(dict(Credentials=[dict(ClientId="sandbox-client", ClientSecret="sandbox-secret")], Templates=[], Accounts=[]))
    wanted = [
        dict(template="Not built yet"), dict(template_id=TEMPLATE_ID, name="By its ID"), dict(cycle_id=TEMPLATE_ID),
        dict(template="Set up", connectors=dict(HubSpot="HubSpot"), variables=dict(A=1), sensitive_variables=dict(B="x"), interval=60,
             mappings=[dict(step="S", field="F", value="x")], start_time="2030-01-31T12:00:00Z", state="present"),
        dict(template="Gone", state="absent"), dict(template="Idle", state="stopped"),
    ]
    hosts = {"customer": dict(HUBSPOT, onboard_account_cycles=wanted, onboard_account_partner=dict(source_account_id="nowhere"))}
    done = onboard(hosts, "--check", "--diff", mode=mode, tasks=tasks)
    assert done.rc == 0 and not writes(done.journal), done.output
    result = done.artifact["customer"]
    assert [one["name"] for one in result["cycles"]] == ["Not built yet", "By its ID", None, "Set up"] and not result["ready"]


def test_check_mode_says_which_integrations_would_wait_and_which_start(onboard):
    hosts = {"customer": dict(HUBSPOT, **CONTACTS), "sign-ups": SIGN_UPS}
    done = onboard(hosts, "--check", tasks=[*FLEET, dict(debug=dict(msg="{{ onboard_account_result.changes }} {{ onboard_account_result.msg }}"))])
    assert "integration New Acme contacts to HubSpot installed'" in done.output
    assert "does not run: New Acme contacts to HubSpot (HubSpot has to be authorized)" in done.output
    assert "integration Acme sign-ups to Mailchimp installed and started if nothing is missing'" in done.output
    assert "the start cannot be predicted: Acme sign-ups to Mailchimp" in done.output


def test_check_mode_knows_that_a_key_that_is_given_starts_an_integration(onboard, runner):
    done = onboard({"customer": dict(SIGN_UPS, onboard_account_connectors=[dict(connector="Mailchimp")])}, tasks=FLEET)
    assert done.artifact["customer"]["cycles"][0]["reason"] == "Mailchimp needs a key"
    show = dict(debug=dict(msg="{{ onboard_account_result.changes }}"))
    done = onboard({"customer": SIGN_UPS}, "--check", tasks=[*FLEET, show])
    assert "integration Acme sign-ups to Mailchimp started" in done.output and done.artifact["customer"]["ready"]
    done = onboard({"customer": SIGN_UPS}, tasks=[*FLEET, show])
    assert "integration Acme sign-ups to Mailchimp started" in done.output and done.artifact["customer"]["ready"]


@BOTH_WAYS
@pytest.mark.parametrize(
    "wanted, reason",
    [
        ([dict(templat="X")], "Set up integrations: without a name: templat: not an option of cyclr.ipaas.cyclr_cycle; did you mean 'template'"),
        ([dict(name="X")], "Set up integrations: X: one of the following is required: template, template_id, cycle_id"),
        ([dict(template="X", account_id="other")], "cycles: X: account_id: cannot be set here"),
        ([dict(template="X"), dict(template="X")], "cycles: items 1 (X) and 2 (X) mean the same integration"),
        ([dict(template="X", interval=7)], "Set up integrations: X: value of interval must be one of"),
        ([dict(template="X", start_time="soon")], "Set up integrations: X: start_time: 'soon' is not a time"),
        ([dict(template="X", mappings=[dict(step="S")])], "Set up integrations: X: mappings"),
        ([dict(template="X", connectors=dict(HubSpot=5))], "Set up integrations: X: connectors: 'HubSpot' must be the name"),
        ("X", "cycles: must be a list of dictionaries, such as - template: Contacts to HubSpot"),
        (["X"], "cycles (item 1): must be a dictionary"),
    ],
)
def test_the_options_of_integrations_are_checked_before_the_first_request(onboard, mode, wanted, reason):
    done = onboard({"customer": dict(onboard_account_cycles=wanted)}, mode=mode)
    assert done.rc != 0 and reason in done.output, done.output
    assert done.journal == []


def test_an_account_that_is_complete_costs_two_requests_more_for_integrations(onboard, runner):
    hosts = {"customer": dict(SIGN_UPS, onboard_account_cycles=[dict(template="Acme sign-ups to Mailchimp", require_ready=False)])}
    onboard(hosts, tasks=FLEET)
    again = onboard(hosts, tasks=FLEET)
    assert told(again.journal)[:2] == ["POST /oauth/token", "GET /v1.0/accounts/customer"]
    assert told(again.journal)[3:5] == ["GET /v1.0/cycles", "GET /v1.0/templates"]


# -- secrets -----------------------------------------------------------------------------------------------------------


@BOTH_WAYS
def test_a_secret_that_is_a_part_of_a_name_breaks_nothing(onboard, mode):
    tasks = [
        dict(include_role=dict(name="cyclr.ipaas.onboard_account")),
        dict(debug=dict(msg="{{ onboard_account_result.account_connectors | map(attribute='name') | join(', ') }}")),
        dict(debug=dict(msg="{{ onboard_account_result.oauth_links | map(attribute='name') | join(', ') }}: {{ onboard_account_result.ready }}")),
    ]
    connectors = [
        dict(connector="HubSpot", name="QB of Acme Ltd"),
        dict(connector="QuickBooks", name="QuickBooks true test", sensitive_properties=dict(ClientId="Acme", ClientSecret="test")),
        dict(connector="Mailchimp", name="Mail 1", api_key="true"),
    ]
    done = onboard({"customer": dict(OAUTH, onboard_account_connectors=connectors)}, tasks=tasks, mode=mode)
    assert done.rc == 0, done.output
    assert "QB of Acme Ltd, QuickBooks true test, Mail 1" in done.output and "QB of Acme Ltd, QuickBooks true test: False" in done.output


@BOTH_WAYS
@ENTRY_POINTS
def test_what_an_integration_is_given_is_shown_nowhere(onboard, runner, mode, tasks):
    tag, list_id = "tag-of-canary-4711", "list-of-canary-4711"
    cycle = SIGN_UPS["onboard_account_cycles"][0]
    mappings = [cycle["mappings"][0], dict(step="Add member", parameter="List Id", value=list_id)]
    wanted = dict(template=cycle["template"], sensitive_variables={"Welcome Tag": tag}, mappings=mappings)
    show = dict(debug=dict(msg="{{ hostvars[inventory_hostname].onboard_account_result | to_json }}"))
    hosts = {"customer": dict(SIGN_UPS, onboard_account_cycles=[wanted])}
    tasks = [*(tasks or [dict(import_role=dict(name="cyclr.ipaas.onboard_account"))]), show]
    for arguments in (("--check",), ()):
        done = onboard(hosts, "-vvvv", *arguments, mode=mode, tasks=tasks)
        assert done.rc == 0 and "canary" not in done.output, done.output
    assert cycles(runner.sandbox) == [("Acme sign-ups to Mailchimp", "Active")]
    wrong = dict(wanted, mappings=[*mappings, dict(step="Nope", field="Status", value=list_id)], name="Another one")
    done = onboard({"customer": dict(SIGN_UPS, onboard_account_cycles=[wrong])}, "-vvvv", mode=mode, tasks=tasks)
    assert done.rc != 0 and "Set up integrations: Another one" in done.output and "canary" not in done.output, done.output


@BOTH_WAYS
def test_the_error_of_one_step_does_not_show_the_secret_of_another(onboard, sandbox, runner, mode):
    def change(method, path, headers, body):
        if method == "POST" and path.endswith("/install") and b"Zendesk" in body:
            return 400, {"Content-Type": "application/json"}, json.dumps(dict(Message="You sent key-of-canary before")).encode()
        return None

    with serving(relay(sandbox.url, change)) as echoing:
        connectors = [dict(connector="Mailchimp", api_key="key-of-canary"), dict(connector="Zendesk", properties=dict(Subdomain="x", Plan="team"))]
        hosts = {"customer": dict(onboard_account_connectors=connectors, onboard_account_no_log=False)}
        done = onboard(hosts, "-vvv", mode=mode, environment=dict(CYCLR_API_URL=echoing.url))
    assert done.rc != 0 and "returned 400" in done.output and "canary" not in done.output


@BOTH_WAYS
def test_a_real_run_inside_check_mode_shows_no_link(onboard, mode):
    done = onboard({"customer": dict(HUBSPOT, **OAUTH)}, "--check", "--diff", "-v", mode=mode, role=dict(check_mode=False))
    assert done.rc == 0, done.output
    assert any(path.endswith("/signintoken") for path in told(done.journal)) and "token=" not in done.output


NOTHING_GIVEN = {
    "null": "{{ nothing }}", "a default of null": "{{ nothing | default(omit) }}", "omitted": "{{ missing_variable | default(omit) }}",
}


@pytest.mark.parametrize("value", NOTHING_GIVEN.values(), ids=NOTHING_GIVEN)
def test_null_and_omitted_variables_count_as_not_given(onboard, runner, value):
    stored = {"cyclr.ipaas.cyclr_account": dict(account_id="customer", name="Kept", description="kept", timezone="UTC", audit_info="kept")}
    names = ("name", "description", "timezone", "settings", "partner", "oauth", "wait_for_oauth", "cycles", "no_log", "reveal_links")
    variables = {"onboard_account_" + name: value for name in names}
    variables["onboard_account_connectors"] = [dict(connector="HubSpot", name=value, description=value, properties=dict(X=value))]
    role = dict(include_role=dict(name="cyclr.ipaas.onboard_account"), vars=variables, loop=[1])
    empty = dict(include_role=dict(name="cyclr.ipaas.onboard_account"), vars=dict(onboard_account_settings=dict(audit_info=value)))
    lists = dict(include_role=dict(name="cyclr.ipaas.onboard_account"), vars=dict(onboard_account_connectors=value))
    done = onboard({"customer": dict(nothing=None)}, "-v", tasks=[stored, role, empty, lists])
    assert done.rc == 0, done.output
    (account,) = [raw for raw in runner.sandbox.state()["Accounts"] if raw["Id"] == "customer"]
    assert (account["Name"], account["Description"], account["Timezone"], account["AuditInfo"]) == ("Kept", "kept", "UTC", "kept")
    assert [raw["Name"] for raw in runner.sandbox.state()["AccountConnectors"] if raw["AccountId"] == "customer"] == ["HubSpot"]
    assert "censored" in done.output


@BOTH_WAYS
def test_a_misspelt_variable_is_refused(onboard, runner, mode):
    done = onboard({"customer": dict(onboard_account_connector=[dict(connector="HubSpot")])}, mode=mode)
    assert done.rc != 0 and "onboard_account_connector: not a variable of the role" in done.output and done.journal == []


def test_check_mode_with_diff_shows_what_would_change(onboard):
    done = onboard({"customer": HUBSPOT}, "--check", "--diff")
    assert '+ "connector": "HubSpot"' in done.output


# -- failures that are not ours ----------------------------------------------------------------------------------------


def test_become_of_the_play_is_not_needed(onboard):
    done = onboard({"customer": {}}, become=True, become_user="nobody", vars=dict(ansible_become_exe="/no/sudo"))
    assert done.rc == 0, done.output


@BOTH_WAYS
def test_a_missing_local_connection_is_a_failure_that_says_what_to_do(onboard, mode):
    done = onboard({"customer": dict(ansible_host="127.0.0.1", ansible_port=1)}, mode=mode, connection="ssh", ignore_unreachable=True)
    assert done.rc != 0 and "set connection: local on the play" in done.output and done.recap["customer"] == 1


def test_ignored_errors_are_shown_with_their_reason(onboard):
    done = onboard({"customer": dict(onboard_account_timezone="Mars/Olympus")}, ignore_errors=True)
    assert done.rc == 0 and "'Mars/Olympus' is not a valid IANA time zone" in done.output, done.output
