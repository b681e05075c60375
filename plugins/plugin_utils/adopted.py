# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Variables of the role onboard_account that describe an account as it is, for a file in host_vars. They contain no secrets."""

from __future__ import annotations

import json
import re
from collections import Counter

import yaml

from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import label_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import outcome_of_host
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import Outcome, summary_lines

# Fields of an account that are settings of the role. URLs of webhooks can contain a key, and the rest is of no use without them.
_SETTINGS = (
    "parent_account_id",
    "audit_info",
    "task_audit_info",
    "step_data_success_retention_hours",
    "step_data_errored_retention_hours",
)
_TEMPLATE = re.compile(r"\{[{%#]")
# The results in which the playbook can fail
_REGISTERED = tuple("adopt_accounts_" + name for name in (
    "checked", "looked", "found", "exists", "source_found", "source_exists", "installed", "catalogue", "cycles", "templates", "folder_made", "link_removed",
    "written",
))  # fmt: skip


class _Adopted:
    """What is written of one account, and what is not."""

    def __init__(self, secrets):
        self.secrets = frozenset(name.lower() for name in secrets)
        self.left_out = []

    def leave_out(self, what, why):
        self.left_out.append("%s: %s" % (what, why))

    def texts(self, values, what):
        """Name -> text, without what may be secret and what cannot be written. A value of None is hidden by the module that read it."""
        found = {}
        for name, value in values:
            if value == "":
                continue
            if value is None or name.lower() in self.secrets:
                self.leave_out("%s: %s" % (what, name), "it may be secret")
            elif _TEMPLATE.search(name):
                self.leave_out("%s: %s" % (what, name), "its name looks like a template")
            else:
                found[name] = value
        return found


def adopted_variables(account, connectors, catalogue, cycles, templates, source_account_id=None, secrets=()):
    """`(variables, left_out)` of an account: variables of the role onboard_account, and lines about what they do not describe.

    The rest are records of the modules: installed connectors, the same of the catalogue, integrations with their variables, and templates. With a
    `source_account_id`, the connector that is marked as the company's own is described as the partner connector.
    """
    adopted = _Adopted(secrets)
    variables = _account(account, adopted)
    entries, partner = _connectors(connectors, {one["id"]: one for one in catalogue}, source_account_id, adopted)
    if partner is not None:
        variables["onboard_account_partner"] = partner
    if entries:
        variables["onboard_account_connectors"] = entries
    integrations = _cycles(cycles, connectors, {one["id"]: one for one in templates}, adopted)
    if integrations:
        variables["onboard_account_cycles"] = integrations
    return variables, adopted.left_out


def _account(account, adopted):
    variables = dict(onboard_account_id=account["id"])
    for field in ("name", "description", "timezone"):
        if account.get(field):
            variables["onboard_account_" + field] = account[field]
    settings = {name: account[name] for name in _SETTINGS if account.get(name) not in (None, "")}
    if settings:
        variables["onboard_account_settings"] = settings
    if account.get("transaction_error_webhook_url"):
        adopted.leave_out("account: webhook for errors of transactions", "its URL may contain a key")
    return variables


# -- connectors ------------------------------------------------------------------------------------------------------


def _connectors(connectors, catalogue, source_account_id, adopted):
    """The connectors, and the partner connector if it can be told from the others."""
    called = Counter(one["name"] for one in connectors)
    own = [one for one in connectors if one["is_partner_connector"]] if source_account_id else []
    entries, partner = [], None
    for one in connectors:
        what = "connector %s" % one["name"]
        known = catalogue.get(one["connector"]["id"])
        name = one["connector"]["name"]
        if called[one["name"]] > 1:
            adopted.leave_out(what, "several connectors of the account have this name")
        elif not name or not one["name"]:
            adopted.leave_out(what, "the API does not give its name")
        elif _missing(one, known):
            adopted.leave_out(what, "it lacks properties that it requires: %s" % ", ".join(_missing(one, known)))
        elif [one] == own:
            properties = _properties(one, known, what, adopted)
            partner = dict(source_account_id=source_account_id, connector=name, **(dict(properties=properties) if properties else {}))
        else:
            entries.append(_connector(one, known, what, adopted))
    return entries, partner


def _connector(one, known, what, adopted):
    entry = dict(connector=one["connector"]["name"])
    if one["connector"]["version"]:
        entry["connector_version"] = one["connector"]["version"]
    if one["name"] != one["connector"]["name"]:
        entry["name"] = one["name"]
    if one["description"]:
        entry["description"] = one["description"]
    if one["is_partner_connector"]:
        entry["partner_connector"] = True
    properties = _properties(one, known, what, adopted)
    if properties:
        entry["properties"] = properties
    if one["authenticated"]:
        adopted.leave_out("%s: authentication" % what, "it is secret")
    return entry


def _settable(known):
    return {one["target_name"]: one for one in known["parameters"] if one["is_account_connector_property"]} if known else {}


def _missing(one, known):
    stored = {own["name"] for own in one["properties"] if own["value"] != ""}
    return sorted(name for name, about in _settable(known).items() if about["is_optional"] is False and name not in stored)


def _properties(one, known, what, adopted):
    """Only what the catalogue describes, because nobody knows whether the rest is secret."""
    settable, found = _settable(known), []
    for own in one["properties"]:
        about = settable.get(own["name"])
        if about is None:
            adopted.leave_out("%s: %s" % (what, own["name"]), "the catalogue does not describe this property")
        elif about["values"] and own["value"] not in (None, "", *about["values"]):
            adopted.leave_out("%s: %s" % (what, own["name"]), "the catalogue no longer allows its value")
        else:
            found.append((own["name"], None if about["is_sensitive"] else own["value"]))
    return adopted.texts(found, what)


# -- integrations ----------------------------------------------------------------------------------------------------


def _cycles(cycles, connectors, templates, adopted):
    keys = Counter((one["template_id"], one["name"]) for one in cycles)
    published = Counter(one["name"] for one in templates.values())
    entries = []
    for one in cycles:
        what = "integration %s" % one["name"]
        if not one["template_id"]:
            adopted.leave_out(what, "it was not installed from a template")
        elif keys[one["template_id"], one["name"]] > 1:
            adopted.leave_out(what, "several integrations of its template have this name")
        else:
            entries.append(_cycle(one, templates.get(one["template_id"]), published, connectors, adopted))
    return entries


def _cycle(one, template, published, connectors, adopted):
    what = "integration %s" % one["name"]
    # The name of a template is the same in all regions, its ID is not.
    by_name = template is not None and published[template["name"]] == 1
    entry = dict(template=template["name"]) if by_name else dict(template_id=one["template_id"])
    if not by_name or one["name"] != template["name"]:
        entry["name"] = one["name"]
    if one["description"] and (template is None or one["description"] != template["description"]):
        entry["description"] = one["description"]
    chosen = _chosen(one, connectors)
    if chosen:
        entry["connectors"] = chosen
    listed = Counter(variable["name"] for variable in one["variables"])
    unique = [(variable["name"], variable["value"]) for variable in one["variables"] if variable["name"] and listed[variable["name"]] == 1]
    values = adopted.texts(unique, what)
    if values:
        entry["variables"] = values
    if not one["running"]:
        entry["state"] = "present"
    return entry


def _chosen(cycle, connectors):
    """Which account connectors an integration uses, if their names do not say it."""
    names = {one["id"]: one["name"] for one in connectors}
    called = Counter(names.values())
    used = Counter(one["name"] for one in cycle["connectors"])
    instances = Counter(one["connector"]["name"] for one in connectors)
    chosen = {}
    for one in cycle["connectors"]:
        instance = names.get(one["account_connector_id"])
        if instance is None or not one["name"] or used[one["name"]] > 1 or called[instance] > 1 or _TEMPLATE.search(one["name"]):
            continue
        if instances[one["name"]] > 1 or instance != one["name"]:
            chosen[one["name"]] = instance
    return chosen


# -- the file --------------------------------------------------------------------------------------------------------


class _Unsafe(str):
    """A text that Ansible must not take for a template."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def adopted_file(variables, left_out):
    """The text of a file of variables."""
    head = ["---", "# Written by cyclr.ipaas.adopt_accounts from the account as it was. It contains no secrets.", *_comments(left_out), ""]
    return "\n".join(head) + yaml.dump(_marked(variables), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=150)


def _comments(left_out):
    # JSON puts the name of whatever it is on one line, in plain letters.
    return ["# Left out:"] + ["# - %s" % json.dumps(line)[1:-1] for line in left_out] if left_out else []


def _marked(value):
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, str) and _TEMPLATE.search(value):
        return _Unsafe(value)
    return value


# -- the summary -----------------------------------------------------------------------------------------------------


def adoption_lines(hosts, check_mode=False, failed_hosts=(), ended=None):
    """How a run of the playbook ended. `hosts` are the variables of the hosts, with what its tasks have registered and kept."""
    outcomes = [_outcome(host, failed_hosts) for host in hosts]
    return summary_lines(outcomes, check_mode, next_step=_next_step(outcomes, check_mode), ended=ended)


def _outcome(host, failed_hosts):
    # The other results are also those of modules that are not of this collection.
    failed = [name for name in _REGISTERED if (host.get(name) or {}).get("failed")]
    failure = outcome_of_host(host, failed, failed_hosts=failed_hosts).failure
    # Since ansible-core 2.19, it begins with the task, its option and the filter.
    failure = failure and failure.rpartition("host_vars_file: ")[2]
    done = {} if failure else host.get("adopt_accounts_done") or {}
    return Outcome(
        account=label_of(host),
        failure=failure,
        changes=("variables written to %s" % done["folder"],) if done.get("changed") else (),
        kept=done.get("kept"),
        left_out=tuple(done.get("left_out") or ()),
        tried=bool(done or failure),
    )


def _next_step(outcomes, check_mode):
    """What follows from the outcomes of any playbook, or what only this one can say."""
    if check_mode or any(one.failure for one in outcomes) or not any(one.changes for one in outcomes):
        return None
    read = "read in the files what is left out, then " if any(one.left_out for one in outcomes) else ""
    return "%srun cyclr.ipaas.onboard_accounts with --check --diff, which should change nothing" % read
