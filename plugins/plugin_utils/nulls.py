# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Null and empty text are two things: one leaves a description alone, the other removes it.

On ansible-core before 2.19, a template whose value is null becomes empty text. Such arguments are evaluated once more, in the way that keeps null.
"""

from __future__ import annotations

import ansible.template
from ansible.errors import AnsibleError

KEEPS_NULL = hasattr(ansible.template, "trust_as_template")


def with_nulls(args, written, templar):
    """The evaluated arguments of a task, with null wherever a template made empty text of it. `written` are the same with their templates."""
    if KEEPS_NULL:
        return args
    return {name: _null_as(value, _evaluated(written[name], templar)) if name in written and _has_empty_text(value) else value for name, value in args.items()}


def as_written(task):
    """The arguments as they are in the playbook, by name."""
    for key, value in (task.get_ds() or {}).items():
        if key.rpartition(".")[2] == task.action.rpartition(".")[2] and isinstance(value, dict):
            return value
    return {}


def _evaluated(written, templar):
    native = ansible.template.AnsibleNativeEnvironment
    try:
        return templar.copy_with_new_env(environment_class=native, finalize=native().finalize).template(written)
    except AnsibleError:
        return written


def _has_empty_text(value):
    if isinstance(value, dict):
        return any(map(_has_empty_text, value.values()))
    if isinstance(value, list):
        return any(map(_has_empty_text, value))
    return isinstance(value, str) and value == ""


def _null_as(value, evaluated):
    if isinstance(value, dict) and isinstance(evaluated, dict):
        return {key: _null_as(item, evaluated.get(key, item)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(evaluated, list) and len(value) == len(evaluated):
        return [_null_as(item, other) for item, other in zip(value, evaluated)]
    return None if evaluated is None and isinstance(value, str) and value == "" else value
