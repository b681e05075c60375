# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What a step of the role onboard_account says if it fails: for which account, which step, why, what was done before it, and what to do next."""

from __future__ import annotations

from ansible.errors import AnsibleError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import has_run, with_what_was_done
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_titles import ACCOUNT, CONNECTORS, CYCLES, LASTING, LINKS, PARTNER, PLAN, WAIT

_NO = ("false", "no", "off", "0", "n", "f")
_ROLE = "cyclr.ipaas.onboard_account"
_CHECK = "__onboard_account_check"
# Name of a task of tasks/main.yml -> the variable with its registered result, in their order
_REGISTERED = {
    PLAN: _CHECK,
    ACCOUNT: "__onboard_account_account",
    PARTNER: "__onboard_account_partner",
    CONNECTORS: "__onboard_account_installed",
    LINKS: "__onboard_account_links",
    WAIT: "__onboard_account_waited",
    CYCLES: "__onboard_account_set_up",
}
# What a loop goes over: the part of the plan that has the labels
_LOOPS = {CONNECTORS: "connectors", CYCLES: "cycles"}


def is_of_role(task):
    role = getattr(task, "_role", None)
    return role is not None and role.get_name() == _ROLE


def role_hides(task_vars, templar):
    """Whether a task of the role hides what it returns: unless the user clearly says no. A template in the role would cost more."""
    try:
        return str(templar.template(task_vars.get("onboard_account_no_log"))).lower() not in _NO
    except AnsibleError:
        return True


def with_story(result, task, task_vars):
    """The failure of a step of tasks/main.yml. The task of tasks/fleet.yml says everything itself."""
    titles = list(_REGISTERED)
    if task.name not in titles:
        return result
    is_check = task.name == PLAN
    plan = {} if is_check else (task_vars.get(_CHECK) or {}).get("plan") or {}
    parts = ["" if is_check else task.name, _label(task.name, plan, task_vars), result.get("msg") or "no message"]
    reason = printable(": ".join(filter(None, parts)))
    account = (plan.get("account") or task.args).get("account_id")
    before = [title for title in titles[: titles.index(task.name)] if title in LASTING]
    finished = [title for title in before if has_run(task_vars.get(_REGISTERED[title]) or {})]
    msg = with_what_was_done(reason, finished)
    return dict(result, msg=msg if account is None else "%s: %s" % (printable(str(account)), msg))


def _label(title, plan, task_vars):
    """The item of a loop: a number of a connector or an integration, or the record of a connector."""
    if title == LINKS:
        return (task_vars.get("__onboard_account_record") or {}).get("name")
    if title in _LOOPS:
        return plan[_LOOPS[title]][task_vars["__onboard_account_number"]]["label"]
    return None
