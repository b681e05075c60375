# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX refuses: the schemas, and what a schema cannot say."""

from __future__ import annotations

import json
import re

from ansible_collections.cyclr.ipaas.tests.awx.definitions import AWX, ROOT
from jinja2 import TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

_SCHEMAS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (AWX / "schema").glob("*.json")}
_REGISTRY = Registry().with_resources([(name, Resource.from_contents(schema)) for name, schema in _SCHEMAS.items()])
_JINJA = ImmutableSandboxedEnvironment()


def _by_schema(name, value):
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(_SCHEMAS[name], registry=_REGISTRY).iter_errors(value)]


def _twice(values):
    return sorted({value for value in values if values.count(value) > 1})


def _templates(value):
    if isinstance(value, dict):
        return [text for item in value.values() for text in _templates(item)]
    if isinstance(value, list):
        return [text for item in value for text in _templates(item)]
    return [value] if isinstance(value, str) else []


def credential_type_errors(value):
    errors = _by_schema("credential_type.json", value)
    if errors:
        return errors
    ids = [field["id"] for field in value["inputs"]["fields"]]
    errors += [f"field {name} occurs twice" for name in _twice(ids)]
    errors += [f"required: {name} is no field" for name in value["inputs"].get("required", []) if name not in ids]
    for text in _templates(value["injectors"]):
        try:
            used = meta.find_undeclared_variables(_JINJA.parse(text)) - {"tower"}
        except TemplateError as error:
            errors.append(f"injector {text!r}: {error}")
            continue
        errors += [f"injector {text!r}: {name} is no field" for name in sorted(used - set(ids))]
    return errors


def survey_errors(value):
    errors = _by_schema("survey.json", value)
    if errors:
        return errors
    errors += [f"variable {name} occurs twice" for name in _twice([question["variable"] for question in value["spec"]])]
    for question in value["spec"]:
        if "choices" in question and question.get("default"):
            errors += [f"{question['variable']}: default {text!r} is no choice" for text in question["default"].splitlines() if text not in question["choices"]]
        default = question.get("default")
        if isinstance(default, (int, float)) and not question.get("min", default) <= default <= question.get("max", default):
            errors.append(f"{question['variable']}: default {default} is not between min and max")
    return errors


def workflow_errors(value, job_templates):
    errors = _by_schema("workflow.json", value)
    if errors:
        return errors
    errors += survey_errors(value["survey"])
    names = [node["identifier"] for node in value["nodes"]]
    errors += [f"node {name} occurs twice" for name in _twice(names)]
    for number, node in enumerate(value["nodes"]):
        if node["job_template"] not in job_templates:
            errors.append(f"{node['identifier']}: there is no job template {node['job_template']}")
        reached = [(how, name) for how in ("success", "failure", "always") for name in node.get(how, [])]
        errors += [f"{node['identifier']}: {how} leads to {name}, which does not stand after it" for how, name in reached if name not in names[number + 1 :]]
        errors += [f"{node['identifier']}: leads to {name} in two ways" for name in _twice([name for _how, name in reached])]
    return errors


def stale_inventories(inventories, job_templates):
    """Job templates whose hosts would be old: a launch updates the sources of its own inventory, and not those of the inputs of a constructed one."""
    constructed = {item["name"] for item in inventories if item.get("kind") == "constructed"}
    return [item["name"] for item in job_templates if item["inventory"] in constructed]


def empty_slices(job_templates):
    """Job templates that a limit can break: AWX deals the slices before it applies the limit, and a slice without hosts fails."""
    return [item["name"] for item in job_templates if item.get("job_slice_count", 1) > 1 and item.get("ask_limit_on_launch")]


def is_playbook(path):
    """Whether AWX offers the file of the project as a playbook: by its folders and one of its lines."""
    file = ROOT / path
    if {"tasks", "roles", "vars"} & set(file.relative_to(ROOT).parts) or not file.is_file():
        return False
    return bool(re.search(r"^\s?-?\s?(hosts|(ansible\.builtin\.)?import_playbook):", file.read_text(encoding="utf-8"), re.M))
