# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said in several places is said once: argument specs, documentation, fragments, the action group, and what run() returns."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

from ansible_collections.cyclr.ipaas.plugins.action import cyclr_onboarding
from ansible_collections.cyclr.ipaas.plugins.module_utils import arguments
from ansible_collections.cyclr.ipaas.tests.support.api_objects import (
    CYCLE_ID,
    account,
    connector,
    cycle,
    cycles,
    installed,
    listing,
    lookup,
    parameter,
    prerequisites,
    step,
    steps,
    templates,
    variable,
    variables,
)
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import WITH_CREDENTIALS, get, login, page, play, post, put

PACKAGE = "ansible_collections.cyclr.ipaas.plugins."
ROOT = Path(arguments.__file__).parents[2]
# Those that send requests. fleet_report has a test of its own.
NAMES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("cyclr_*.py"))
MODULES = {name: importlib.import_module(PACKAGE + "modules." + name) for name in NAMES}
# An action that runs modules. Its file among the modules is where Ansible looks for its documentation.
CHAIN = "cyclr_onboarding"
SPECS = dict({name: module.SPEC for name, module in MODULES.items() if name != CHAIN}, cyclr_onboarding=cyclr_onboarding.SPEC)
EACH = pytest.mark.parametrize("name", NAMES)
EACH_THAT_RUNS = pytest.mark.parametrize("name", [name for name in NAMES if name != CHAIN])
# Python's names for what documentation says in YAML
PLAIN = ("type", "elements", "default", "choices", "required", "aliases")


def fragment(name):
    """The options of a doc fragment such as cyclr.ipaas.attributes.info."""
    file, dummy, part = name.split(".", 2)[2].partition(".")
    fragments = importlib.import_module(PACKAGE + "doc_fragments." + file).ModuleDocFragment
    return yaml.safe_load(getattr(fragments, part.upper() or "DOCUMENTATION"))


def documentation(name):
    doc = yaml.safe_load(MODULES[name].DOCUMENTATION)
    parts = [fragment(one) for one in doc["extends_documentation_fragment"]]
    own = doc.get("options") or {}
    for part in parts:
        twice = set(own) & set(part["options"])
        assert not twice, "in a fragment and in %s: %s" % (name, twice)
        own = dict(part["options"], **own)
    attributes = {}
    for part in [*parts, doc]:
        for key, value in part.get("attributes", {}).items():
            attributes[key] = dict(attributes.get(key, {}), **value)
    return dict(doc, options=own, attributes=attributes)


def compare(spec, options, where):
    assert set(spec) == set(options), where
    for name, argument in spec.items():
        told = options[name]
        for key in PLAIN:
            default = {"type": "str", "required": False}.get(key)
            assert argument.get(key, default) == told.get(key, default), "%s.%s: %s" % (where, name, key)
        dummy, variables = argument.get("fallback", (None, []))
        words = " ".join(told["description"]) if isinstance(told["description"], list) else told["description"]
        for variable in variables:
            assert "E(%s)" % variable in words, "%s.%s" % (where, name)
        assert words.count("E(CYCLR_") == len(variables), "%s.%s names an environment variable that is not read" % (where, name)
        assert words.rstrip().endswith("."), "%s.%s" % (where, name)
        if "options" in argument or "suboptions" in told:
            compare(argument["options"], told["suboptions"], where + "." + name)


@EACH
def test_options_and_argument_spec(name):
    compare(SPECS[name]["argument_spec"], documentation(name)["options"], name)


@EACH
def test_the_fragments_are_the_shared_arguments(name):
    """An option that comes from a fragment comes from the function that belongs to it."""
    fragments = documentation(name)["extends_documentation_fragment"]
    spec = SPECS[name]["argument_spec"]
    assert set(fragment("cyclr.ipaas.connection")["options"]) == set(arguments.connection()) <= set(spec)
    shared = dict(arguments.authentication(), **arguments.properties())
    assert set(fragment("cyclr.ipaas.authentication")["options"]) == set(shared)
    assert ("cyclr.ipaas.authentication" in fragments) is (set(shared) <= set(spec))


def test_connection_options_of_plugins():
    """The same variables, by the plugins' way to read them."""
    told = {name: [env["name"] for env in option["env"]] for name, option in fragment("cyclr.ipaas.connection.plugin")["options"].items()}
    assert told == {name: argument["fallback"][1] for name, argument in arguments.connection().items()}
    assert all(variable == ["CYCLR_" + name.upper()] for name, variable in told.items())


@EACH
def test_rules_name_options_that_exist(name):
    """A typing error would make a rule inert."""
    spec = dict(SPECS[name])
    options = spec.pop("argument_spec")
    assert spec.pop("supports_check_mode") is True
    named = set()
    for option, value, *needs in spec.pop("required_if", []):
        assert value in options[option]["choices"]
        named |= {option} | set(needs[0])
    for option, needs in spec.pop("required_by", {}).items():
        named |= {option} | ({needs} if isinstance(needs, str) else set(needs))
    for rule in list(spec):
        assert rule in ("mutually_exclusive", "required_together", "required_one_of")
        for group in spec.pop(rule):
            named |= set(group)
    assert named <= set(options)
    assert spec == {}


@EACH
def test_secrets_and_only_secrets_are_no_log(name):
    options = SPECS[name]["argument_spec"]
    hidden = {option for option, argument in options.items() if argument.get("no_log")}
    possible = {"client_secret", "access_token", "password", "auth_value", "api_key", "oauth_tokens", "sensitive_properties",
                "sensitive_variables", "webhook_url", "webhook_token"}
    assert hidden == possible & set(options)


def test_the_action_group_is_complete():
    groups = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    assert groups == dict(cyclr=NAMES)


def test_every_module_has_its_action_plugin():
    assert sorted(path.stem for path in (ROOT / "plugins" / "action").glob("*.py")) == [*NAMES, "fleet_report"]


@EACH
def test_attributes(name):
    attributes = documentation(name)["attributes"]
    assert set(attributes) == {"check_mode", "diff_mode", "idempotent", "in_process"} | ({"action", "async"} if name == CHAIN else set())
    assert all(one["support"] in ("full", "partial", "none", "N/A") for one in attributes.values())
    for one in attributes.values():
        assert one["support"] in ("full", "N/A") or one.get("details") or one is attributes.get("async")
    assert attributes["check_mode"]["support"] == "full"
    assert (attributes["diff_mode"]["support"] == "full") is ("diff" in yaml.safe_load(MODULES[name].RETURN))


@EACH
def test_examples(name):
    """Named tasks with full names, options that exist, no secret in the clear, one for each state."""
    spec = SPECS[name]["argument_spec"]
    seen = set()
    default = spec.get("state", {}).get("default", "present")

    def visit(tasks):
        for task in tasks:
            assert task["name"]
            visit(task.get("block", []))
            for key, options in task.items():
                if key == "cyclr.ipaas." + name:
                    assert set(options or {}) <= set(spec)
                    seen.add((options or {}).get("state", default))
                    for option in options or {}:
                        if spec[option].get("no_log"):
                            assert "{{" in repr(options[option])

    visit(yaml.safe_load(MODULES[name].EXAMPLES))
    assert seen == set(spec.get("state", {}).get("choices", ["present"]))


# -- what is returned ----------------------------------------------------------------------------------------------

FULL = connector("OAuth2", parameters=[parameter("A")])
STATE = installed(FULL, [("A", "1")], IsPartnerIntegrationConnector=True)
NEWER = dict(installed(dict(FULL, Id=20226, Version="v2"), [("A", "1")], IsPartnerIntegrationConnector=True), Id=54322, Name="Mailchimp v2")
ENTRY = {"Name": "Mailchimp", "Version": None, "AuthenticationId": "id-of-OAuth2", "Properties": [{"Id": 7, "Name": "A", "Value": "1"}]}
LAUNCHED = {"Token": "t0ken-1", "ExpiresAtUtc": "x", "LaunchUrl": "https://x"}
RUNS = dict(
    cyclr_access_token=(WITH_CREDENTIALS, [login()]),
    cyclr_account=(dict(account_id="c1"), [get("/v1.0/accounts/c1", account())]),
    cyclr_account_info=(dict(account_id="c1"), [get("/v1.0/accounts/c1", account())]),
    cyclr_connector_info=(
        dict(account_id="c1", name="Mailchimp", include_icons=True, include_uses=True),
        [lookup(FULL), listing(STATE), get("/v1.0/accounts/c1", account()), page("/v1.0/accounts/c1/subaccounts", []), cycles()],
    ),
    cyclr_connector_install=(dict(account_id="c1", connector="Mailchimp"), [listing(STATE)]),
    cyclr_connector_upgrade=(
        dict(account_id="c1", connector="Mailchimp", connector_version="v2", name="Mailchimp v2"),
        [
            listing(STATE, NEWER), get("/v1.0/accounts/c1", account()), lookup(dict(FULL, Id=20226, Version="v2")),
            page("/v1.0/accounts/c1/subaccounts", []), cycles(),
        ],
    ),
    cyclr_oauth_hand_over=(
        dict(account_id="c1", target_origin="https://app.example.com", flow="api_domain", webhook_url="https://h.example.com", webhook_token="t"),
        [listing()],
    ),
    cyclr_cycle=(dict(account_id="c1", template="Contacts"), [cycles(cycle(Status="Active")), templates()]),
    cyclr_cycle_info=(
        dict(account_id="c1", gather=["prerequisites", "steps", "variables", "incidents", "upgradeable"]),
        [
            cycles(cycle()), prerequisites(), steps(step()), variables(variable()),
            page("/v1.0/cycles/%s/incidents" % CYCLE_ID, [], account="c1", query=dict(sortOrderAsc="false")),
            get("/v1.0/cycles/upgradeable", [], account="c1"),
        ],
    ),
    cyclr_cycle_run=(
        dict(account_id="c1", template="Contacts"),
        [cycles(cycle()), templates(), prerequisites(), put("/v1.0/cycles/%s/activate" % CYCLE_ID, {"RunOnce": True}, account="c1")],
    ),
    cyclr_template_info=(dict(), [templates()]),
    cyclr_oauth_wait=(dict(account_id="c1", wait_timeout=0), [listing(STATE)]),
    cyclr_oauth_link=(
        dict(account_id="c1", name="Mailchimp", service_domain="a.example", target_origin="https://b.example"),
        [listing(STATE), post("/v1.0/accounts/c1/signintoken", {}, {"Token": "t0ken-1"})],
    ),
    cyclr_partner_connector=(
        dict(account_id="c1", source_account_id="t"),
        [listing(STATE, account="t"), listing(), post("/v1.0/accounts/c1/launch", {"ConnectorAuthentications": [ENTRY]}, LAUNCHED), listing(STATE)],
    ),
)


def first(value):
    return value[0] if isinstance(value, list) and value else value


@EACH_THAT_RUNS
def test_return_values(name):
    """RETURN tells what run() returns, and where it lists or samples the keys of a record, all of them."""
    told = yaml.safe_load(MODULES[name].RETURN)
    options, calls = RUNS[name]
    result = play(MODULES[name], options, calls)
    success = {key for key, value in told.items() if value["returned"] != "failure"}
    assert success | {"changed"} == set(result) - {"warnings"}
    assert set(told) - success <= {"error", "prerequisites", "ready"}
    for key in success:
        record = first(result[key])
        sample = first(told[key].get("sample"))
        if "contains" in told[key]:
            assert set(told[key]["contains"]) == set(record), key
        if isinstance(sample, dict):
            assert set(sample) == set(record), key
            for inner, value in sample.items():
                if isinstance(first(value), dict):
                    assert set(first(value)) == set(first(record[inner])), "%s.%s" % (key, inner)


@EACH
def test_errors_are_told_alike(name):
    told = yaml.safe_load(MODULES[name].RETURN)
    if "error" in told:
        assert set(told["error"]["sample"]) == {"status", "method", "path", "message"}
        assert told["error"]["returned"] == "failure"
