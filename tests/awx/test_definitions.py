# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""extensions/awx is what AWX accepts, and fits what the playbooks and the role know."""

from __future__ import annotations

import copy
import re
from importlib import import_module

import pytest
import yaml
from ansible_collections.cyclr.ipaas.plugins.action.cyclr_onboarding import SPEC
from ansible_collections.cyclr.ipaas.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.cyclr.ipaas.tests.awx import rules
from ansible_collections.cyclr.ipaas.tests.awx.controller import check_answers, environment_of
from ansible_collections.cyclr.ipaas.tests.awx.definitions import ROOT, Unsafe, definitions, named

CREDENTIAL_TYPES = definitions()["credential_types"]
JOB_TEMPLATES = definitions()["job_templates"]
WORKFLOW = definitions()["workflow"]
TEMPLATE_NAMES = [template["name"] for template in JOB_TEMPLATES]
ROLE = yaml.safe_load((ROOT / "roles/onboard_account/meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]


def by_name(items):
    return pytest.mark.parametrize("item", items, ids=[item["name"] for item in items])


# -- what is there is right ----------------------------------------------------------------------------------------


@by_name(CREDENTIAL_TYPES)
def test_credential_type(item):
    assert not rules.credential_type_errors(item)
    assert all(isinstance(text, Unsafe) for text in item["injectors"]["env"].values()), "Ansible would render it instead of AWX"
    assert all(field["help_text"] for field in item["inputs"]["fields"])


@by_name([template for template in JOB_TEMPLATES if "survey" in template])
def test_survey(item):
    assert not rules.survey_errors(item["survey"])


def test_workflow():
    assert not rules.workflow_errors(WORKFLOW, TEMPLATE_NAMES)


def test_workflow_slices_one_node_only():
    sliced = [node["identifier"] for node in WORKFLOW["nodes"] if named("job_templates", node["job_template"]).get("job_slice_count", 1) > 1]
    assert sliced == ["onboard"]


def test_every_node_works_on_the_inventory_of_the_workflow():
    for node in WORKFLOW["nodes"]:
        template = named("job_templates", node["job_template"])
        assert template["inventory"] == WORKFLOW["inventory"], node["identifier"]


def test_no_limit_reaches_a_slice():
    assert not rules.empty_slices(JOB_TEMPLATES) and not WORKFLOW["ask_limit_on_launch"]
    assert rules.empty_slices([dict(name="a", job_slice_count=2, ask_limit_on_launch=True)]) == ["a"]


def test_no_job_works_on_an_inventory_that_its_launch_does_not_update():
    assert not rules.stale_inventories(definitions()["inventories"], JOB_TEMPLATES)
    assert rules.stale_inventories([dict(name="i", kind="constructed")], [dict(name="a", inventory="i")]) == ["a"]


def test_links_go_to_those_who_wait_now():
    """An account that began to wait within the cache time would get none."""
    (source,) = named("inventories", "Cyclr accounts")["sources"]
    assert source["update_on_launch"] and source["update_cache_timeout"] <= 60


def test_nobody_can_bring_an_inventory_along():
    """A template in a variable of a host reads the credential of the job."""
    assert not [item["name"] for item in [*JOB_TEMPLATES, WORKFLOW] if item.get("ask_inventory_on_launch")]


def host_variables():
    """What the inventory plugin gives to hosts, by what it says of itself and by what it does."""
    plugin = (ROOT / "plugins/inventory/accounts.py").read_text(encoding="utf-8")
    return set(re.findall(r"\b(cyclr_account(?:_id)?|cyclr_connectors|cyclr_cycles)\b", plugin))


def asked_variables():
    surveys = [item["survey"] for item in [*JOB_TEMPLATES, WORKFLOW] if "survey" in item]
    return {question["variable"] for survey in surveys for question in survey["spec"]}


def test_no_answer_and_no_variable_of_a_play_is_a_host_variable_of_the_inventory():
    """An unanswered question would show what the inventory says of the account, and a play's variable would hide it."""
    assert host_variables() >= {"cyclr_account", "cyclr_account_id", "cyclr_connectors"}
    assert not asked_variables() & host_variables()
    for path in sorted((ROOT / "playbooks").glob("*.yml")):
        for play in yaml.safe_load(path.read_text(encoding="utf-8")):
            used = set(play.get("vars", {})) | {prompt["name"] for prompt in play.get("vars_prompt", [])}
            for task in play.get("tasks", []):
                used |= set(task.get("ansible.builtin.set_fact", {})) | {task.get("register")} | set(task.get("vars", {}))
            assert not used & host_variables(), path.name


@by_name(JOB_TEMPLATES)
def test_job_template_names_what_there_is(item):
    assert rules.is_playbook(item["playbook"]), "AWX does not offer this file"
    assert item["inventory"] in [inventory["name"] for inventory in definitions()["inventories"]]
    assert set(item["credentials"]) <= {credential["name"] for credential in definitions()["credentials"]}


def test_platform_names_what_there_is():
    types = {item["name"] for item in CREDENTIAL_TYPES}
    for credential in definitions()["credentials"]:
        fields = {field["id"] for field in named("credential_types", credential["credential_type"])["inputs"]["fields"]}
        assert credential["credential_type"] in types and set(credential["inputs"]) <= fields
    for inventory in definitions()["inventories"]:
        for source in inventory.get("sources", []):
            assert (ROOT / source["source_path"]).is_file() and source["source_path"].endswith("cyclr.yml")
            assert source["execution_environment"] == definitions()["execution_environment"]["name"]


def known_variables(path):
    """What a playbook documents: in the comment at its top, by asking, and by the role that it takes."""
    text = (ROOT / path).read_text(encoding="utf-8")
    plays = yaml.safe_load(text)
    comment = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    known = {name: None for name in re.findall(r"\b((?:cyclr|onboard_account|roll_out)_\w+|upgrade_connector\w*|confirm(?==))", comment)}
    known |= {prompt["name"]: None for play in plays for prompt in play.get("vars_prompt", [])}
    return (known | ROLE) if re.search(r"(role|name): cyclr\.ipaas\.onboard_account$", text, re.M) else known


def options_of(name):
    """The role's variables take the options of modules."""
    module = dict(onboard_account_partner="cyclr_partner_connector", onboard_account_oauth="cyclr_oauth_link")[name]
    return import_module(f"ansible_collections.cyclr.ipaas.plugins.modules.{module}").SPEC["argument_spec"]


def unknown_variables(variables, specs):
    found = []
    for name, value in variables.items():
        if name not in specs:
            found.append(name)
        elif isinstance(value, dict):
            found += [f"{name}.{key}" for key in value if key not in options_of(name)]
    return found


@by_name(JOB_TEMPLATES)
def test_variables_are_known(item):
    known = known_variables(item["playbook"])
    variables = {question["variable"]: None for question in item.get("survey", {}).get("spec", [])} | item.get("extra_vars", {})
    assert not unknown_variables(variables, known)


def test_an_unknown_variable_is_found():
    known = known_variables("playbooks/awx/onboard_by_survey.yml")
    assert unknown_variables({"onboard_acount_id": None, "onboard_account_oauth": {"target_orgin": ""}}, known) == [
        "onboard_acount_id",
        "onboard_account_oauth.target_orgin",
    ]


def test_workflow_variables_are_known_to_a_node():
    known = {name for node in WORKFLOW["nodes"] for name in known_variables(named("job_templates", node["job_template"])["playbook"])}
    assert {question["variable"] for question in WORKFLOW["survey"]["spec"]} <= known


@by_name([template for template in JOB_TEMPLATES if "survey" in template])
def test_answers_have_the_types_of_the_role(item):
    kinds = {"integer": {"int"}, "float": {"float"}, "multiselect": {"list"}}
    types = {"onboard_account_" + name.replace("account_id", "id"): option["type"] for name, option in SPEC["argument_spec"].items()}
    for question in item["survey"]["spec"]:
        if question["variable"] in ROLE:
            assert types[question["variable"]] in kinds.get(question["type"], {"str", "bool"}), question["variable"]


def test_the_rulebook_answers_every_required_question():
    """For a launch through the API, a default is not an answer."""
    (ruleset,) = yaml.safe_load((ROOT / "extensions/eda/rulebooks/onboard.yml").read_text(encoding="utf-8"))
    (rule,) = ruleset["rules"]
    launch = rule["action"]["run_job_template"]
    template = named("job_templates", launch["name"])
    check_answers(template["survey"], launch["job_args"]["extra_vars"] | {"onboard_account_timezone": "UTC"})
    assert template["allow_simultaneous"]
    assert ruleset["sources"][0]["eda.builtin.webhook"]["host"] == "127.0.0.1" and ruleset["sources"][0]["eda.builtin.webhook"]["token"]


def test_check_mode_twin():
    real, twin = (named("job_templates", f"Cyclr - converge accounts{more}") for more in ("", ", look only"))
    told = ("name", "description", "job_type", "diff_mode")
    assert {key: value for key, value in real.items() if key not in told} == {key: value for key, value in twin.items() if key not in told}
    assert twin["job_type"] == "check"


# -- the environment of a job --------------------------------------------------------------------------------------


def test_environment_is_what_the_modules_read():
    fragment = yaml.safe_load(ModuleDocFragment.PLUGIN)["options"].values()
    documented = {env["name"] for option in fragment for env in option["env"]} | {"CYCLR_SERVICE_DOMAIN"}
    injected = set(named("credential_types", "Cyclr API")["injectors"]["env"])
    assert injected <= documented
    # A token ends after a while; certificates belong into the image.
    assert documented - injected == {"CYCLR_ACCESS_TOKEN", "CYCLR_CA_PATH"}


def test_environment_of_a_credential_with_the_required_fields_only():
    credential_type = named("credential_types", "Cyclr API")
    inputs = {"api_url": "https://api.cyclr.uk", "client_id": "an-id", "client_secret": "a-secret"}
    assert environment_of(credential_type, inputs) == {
        "CYCLR_API_URL": "https://api.cyclr.uk",
        "CYCLR_CLIENT_ID": "an-id",
        "CYCLR_CLIENT_SECRET": "a-secret",
        "CYCLR_SERVICE_DOMAIN": "",
        "CYCLR_TIMEOUT": "30",
        "CYCLR_RETRY_TIMEOUT": "120",
        "CYCLR_VALIDATE_CERTS": "true",
    }
    assert environment_of(credential_type, inputs | {"insecure": True})["CYCLR_VALIDATE_CERTS"] == "false"


def test_secrets_are_secret():
    secrets = {field["id"] for item in CREDENTIAL_TYPES for field in item["inputs"]["fields"] if field.get("secret")}
    assert secrets == {"client_secret", "token"}
    asked = {question["variable"]: question["type"] for item in JOB_TEMPLATES for question in item.get("survey", {}).get("spec", [])}
    assert [name for name, kind in asked.items() if re.search(r"key$|secret|password|token", name) and kind != "password"] == []


# -- what AWX refuses is refused -----------------------------------------------------------------------------------

FIELD = {"id": "api_url", "label": "API URL", "type": "string"}


def credential_type(**changes):
    return {"name": "Some", "kind": "cloud", "inputs": {"fields": [FIELD]}, "injectors": {"env": {"CYCLR_API_URL": "{{ api_url }}"}}} | changes


def with_field(**changes):
    return credential_type(inputs={"fields": [{key: value for key, value in (FIELD | changes).items() if value is not None}]})


def with_env(**env):
    return credential_type(injectors={"env": env})


def test_smallest_credential_type():
    assert not rules.credential_type_errors(credential_type())
    assert not rules.credential_type_errors(credential_type(injectors={}))
    assert not rules.credential_type_errors(credential_type(injectors={"file": {"template.ca": "{{ api_url }}"}, "env": {"CA": "{{ tower.filename.ca }}"}}))


@pytest.mark.parametrize(
    "refused",
    [
        with_field(label=None),
        with_field(id="api-url"),
        with_field(id="tower"),
        with_field(type="integer"),
        with_field(format="email"),
        with_field(required=True),
        with_field(type="boolean", format="url"),
        with_field(type="boolean", default="yes"),
        with_field(default=30),
        with_field(choices=["a", "a"]),
        credential_type(inputs={"fields": [FIELD, FIELD]}),
        credential_type(inputs={"fields": [FIELD], "required": ["client_id"]}),
        credential_type(inputs={"fields": [FIELD], "metadata": []}),
        credential_type(inputs={}),
        credential_type(kind="ssh"),
        credential_type(injectors={"environment": {}}),
        credential_type(injectors={"file": {"ca.pem": "{{ api_url }}"}}),
        with_env(ANSIBLE_COLLECTIONS_PATH="/usr"),
        with_env(PATH="/tmp"),
        with_env(**{"CYCLR-API": "{{ api_url }}"}),
        with_env(CYCLR_API_URL="https://cyclr.exämple"),
        with_env(CYCLR_CLIENT_ID="{{ client_id }}"),
        with_env(CYCLR_API_URL="{{ api_url"),
        with_env(CYCLR_TIMEOUT=30),
    ],
    ids=str,
)
def test_credential_type_is_refused(refused):
    assert rules.credential_type_errors(refused)


QUESTION = {"question_name": "Account ID", "variable": "onboard_account_id", "type": "text", "required": True}


def survey(*questions, **changes):
    return {"name": "", "description": "", "spec": list(questions)} | changes


def asking(**changes):
    return survey({key: value for key, value in (QUESTION | changes).items() if value is not None})


def test_surveys_that_are_fine():
    assert not rules.survey_errors(asking())
    assert not rules.survey_errors(asking(type="integer", default=3, min=0, max=5))
    assert not rules.survey_errors(asking(type="float", default=0.5))
    assert not rules.survey_errors(asking(type="multiselect", choices=["a", "b"], default="a\nb"))


@pytest.mark.parametrize(
    "refused",
    [
        asking(required=None),
        asking(required="yes"),
        asking(variable=None),
        asking(variable="account id"),
        asking(question_name=None),
        asking(type="boolean"),
        asking(type=None),
        asking(type="integer", default="3"),
        asking(type="integer", default=9, max=5),
        asking(type="float", default="x"),
        asking(default=3),
        asking(type="password", default="a-secret"),
        asking(type="multiplechoice"),
        asking(type="multiplechoice", choices=["a", "b"], default="c"),
        asking(type="multiselect", choices=["a", "b"], default="a\nc"),
        asking(type="multiplechoice", choices=[True, False]),
        asking(choices=["a"]),
        asking(hint="x"),
        survey(QUESTION, QUESTION),
        survey(),
        {"name": "", "spec": [QUESTION]},
        survey(QUESTION, extra=1),
    ],
    ids=str,
)
def test_survey_is_refused(refused):
    assert rules.survey_errors(refused)


def changed_workflow(**changes):
    workflow = copy.deepcopy(WORKFLOW)
    node = workflow["nodes"][changes.pop("node", 0)]
    node.update(changes)
    return workflow


@pytest.mark.parametrize(
    "refused",
    [
        changed_workflow(identifier="onboard"),
        changed_workflow(job_template="Cyclr - no such"),
        changed_workflow(success=["no such"]),
        changed_workflow(success=[]),
        changed_workflow(node=1, always=["offer"]),
        changed_workflow(node=1, always=["onboard"]),
        changed_workflow(node=1, success=["hand-over"]),
        changed_workflow(on_success=["onboard"]),
        {key: value for key, value in WORKFLOW.items() if key != "survey"},
        {**WORKFLOW, "nodes": []},
        {**WORKFLOW, "slices": 4},
        {**WORKFLOW, "survey": survey()},
    ],
)
def test_workflow_is_refused(refused):
    assert rules.workflow_errors(refused, TEMPLATE_NAMES)
