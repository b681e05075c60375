# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The border at which what a user wrote becomes text, number, boolean, list, dictionary or "not given".

It runs on the controller, before ansible-core's own validation, because on the way to a module YAML, Jinja and JSON change values in ways that
differ from core to core: `1.10` becomes a number, text that looks like JSON a dictionary, `default(omit)` inside a list a placeholder. What only
ansible-core can judge (unknown and missing options, choices) is left to it. No value is ever part of a message: it may be a secret.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Set
from datetime import date, datetime, time
from decimal import Decimal, DecimalException

from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.common.validation import check_type_dict
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput

# Text that may itself be JSON. ansible-core before 2.19 turns a variable that contains such text into a dictionary or list.
FREE_TEXT = frozenset((
    "account_description", "audit_info", "auth_value", "callback_message", "complete_parameter", "description", "task_audit_info",
))  # fmt: skip
# Dictionaries whose values are texts for the API.
TEXTS_BY_NAME = frozenset(("properties", "sensitive_properties", "variables", "sensitive_variables"))

WRITTEN_LIKE = dict(
    connectors="- connector: HubSpot",
    cycles="- template: Contacts to HubSpot",
    mappings="- {step: Get contacts, field: Email, value: me@example.com}",
    oauth="{target_origin: https://app.example.com}",
    oauth_tokens="{access_token: ..., refresh_token: ...}",
    partner="{source_account_id: templates}",
    properties="{Subdomain: initech}",
    settings="{step_data_success_retention_hours: 168}",
)

_PLACEHOLDER = re.compile(r"__omit_place_holder__[0-9a-f]{40}")


NOT_GIVEN = object()


def given(spec, args):
    """The arguments of a task for a module with this SPEC, as plain values. Raises InvalidInput."""
    return _options(spec["argument_spec"], args, "")


def as_text(value, name):
    """A text or None. Raises InvalidInput with `name` if YAML may have changed it."""
    value = _bare(value)
    return None if value is NOT_GIVEN else _text(value, name, free=False)


def as_list(value, name):
    """A list of texts; names in one text are separated by commas. Nothing is an empty list."""
    value = _bare(value)
    return [] if value is NOT_GIVEN or value == "" else _list(value, dict(type="list", elements="str"), name)


def as_boolean(value, name):
    """True or False. Nothing is False."""
    value = _bare(value)
    return False if value is NOT_GIVEN or value == "" else _boolean(value, name)


def as_list_of_dicts(value, name):
    value = _bare(value)
    return [] if value is NOT_GIVEN or value == "" else _list(value, dict(type="list", elements="dict"), name)


# -- what is left of a value without Ansible ------------------------------------------------------------------------


def _bare(value):
    """One value without tag, vault or subclass, or NOT_GIVEN. Containers keep what is in them."""
    if value is None or type(value).__name__ == "_OmitType":
        return NOT_GIVEN
    if isinstance(value, str):
        text = str.__str__(value)
        return NOT_GIVEN if _PLACEHOLDER.fullmatch(text) else text
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (date, time)) or _is_list(value) or isinstance(value, Mapping):
        return value
    if isinstance(value, Iterator):
        return list(value)
    # A vaulted value decrypts itself when it is read as text.
    return str.__str__(to_text(value))


def _is_list(value):
    return isinstance(value, (list, tuple, Set))


def _items(value):
    return sorted(value, key=str) if isinstance(value, Set) else list(value)


def _name(key, where):
    """The name of an entry of a dictionary."""
    bare = _bare(key)
    if isinstance(bare, str):
        return bare
    if isinstance(bare, int) and not isinstance(bare, bool):
        return str(bare)
    raise InvalidInput("%s: each name in it must be text, but one is %s. Write it in quotes" % (where or "options", _kind(bare)))


def _kind(value):
    """What somebody gave, without showing it."""
    if value is NOT_GIVEN:
        return "empty"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, float):
        return "a number with a decimal point or exponent"
    if isinstance(value, datetime):
        return "a date with a time"
    if isinstance(value, date):
        return "a date"
    if isinstance(value, time):
        return "a time"
    if isinstance(value, Mapping):
        return "a dictionary"
    return "a list" if _is_list(value) else "text"


def _example(name):
    return WRITTEN_LIKE.get(re.split(r"[.\s]", name.partition(" (item")[0])[-1])


# -- by type ---------------------------------------------------------------------------------------------------------


def _options(rules, values, where):
    rules = dict(rules, **{alias: rule for rule in rules.values() for alias in rule.get("aliases", ())})
    found = {}
    for key, value in values.items():
        name = _name(key, where)
        path = "%s.%s" % (where, name) if where else name
        # An unknown option is named by ansible-core, together with those that there are.
        value = _option(rules[name], _bare(value), path, name) if name in rules else _structure(value, path)
        if value is not NOT_GIVEN:
            found[name] = value
    return found


def _option(rule, value, path, name=""):
    if value is NOT_GIVEN:
        return NOT_GIVEN
    kind = rule.get("type", "str")
    if kind in ("str", "path"):
        return _text(value, path, free=name in FREE_TEXT)
    if kind == "json":
        return _text(value, path, free=True)
    if kind == "raw" or callable(kind):
        return _structure(value, path)
    if value == "":
        # On ansible-core before 2.19, what is left of null after a template. No number, list or dictionary is empty text.
        return NOT_GIVEN
    if kind == "list":
        return _list(value, rule, path)
    if kind == "dict":
        return _dictionary(value, rule, path, name)
    return dict(int=_whole_number, float=_number, bool=_boolean)[kind](value, path)


def _text(value, path, free):
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Mapping) or _is_list(value):
        if free:
            return json.dumps(_structure(value, path, keep_null=True), ensure_ascii=False)
        option = path.rpartition(".")[2]
        right = "%s: some text, not %s: %s" % (option, option, "[some text]" if _is_list(value) else "{some: text}")
        raise InvalidInput("%s: must be one text, not %s. Write %s (and {{ variable | string }} for a variable)" % (path, _kind(value), right))
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise InvalidInput("%s: must be text, but it was read as %s, which can change it. %s" % (path, _kind(value), _quote(value)))


def _quote(value):
    examples = {bool: "yes", float: "1.10"}
    return 'Write it in quotes, such as "%s"' % examples.get(type(value), "2026-01-31T12:00:00Z")


def _list(value, rule, path):
    elements = dict(type=rule.get("elements") or "raw", options=rule.get("options"))
    if isinstance(value, str):
        value = _split(value, elements["type"], path)
    elif not _is_list(value):
        if isinstance(value, (Mapping, bool, date, time)) or elements["type"] == "dict":
            raise _no_list(path, elements["type"], _kind(value))
        value = [value]
    found = []
    for number, item in enumerate(_items(value), start=1):
        item = _option(elements, _bare(item), "%s (item %d)" % (path, number))
        if item is not NOT_GIVEN:
            found.append(item)
    return found


def _split(text, kind, path):
    """The items of a list that somebody wrote as one text: JSON, or names separated by commas."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise InvalidInput("%s: begins with [ but is not a JSON list. Write a YAML list, or JSON with double quotes" % path) from None
    if kind == "dict":
        raise _no_list(path, kind, "text")
    return [item for item in (item.strip() for item in text.split(",")) if item]


def _no_list(path, kind, got):
    example = _example(path) or ("- name: value" if kind == "dict" else "[first, second]")
    of_what = " of dictionaries" if kind == "dict" else ""
    return InvalidInput("%s: must be a list%s, such as %s, not %s" % (path, of_what, example, got))


def _dictionary(value, rule, path, name):
    if isinstance(value, str):
        try:
            value = check_type_dict(value)
        except Exception:  # ansible-core's reason shows the value
            value = None
        if not isinstance(value, dict):
            raise _no_dictionary(path, "text")
    if not isinstance(value, Mapping):
        raise _no_dictionary(path, _kind(value))
    if rule.get("options"):
        return _options(rule["options"], value, path)
    if name in TEXTS_BY_NAME:
        return _texts(value, path)
    return _structure(value, path)


def _no_dictionary(path, got):
    example = _example(path)
    if not example or example.startswith("-") and not path.endswith(")"):
        # An option of this name is a list of dictionaries elsewhere.
        example = "{name: value}"
    return InvalidInput("%s: must be a dictionary, such as %s, not %s" % (path, example, got))


def _texts(values, path):
    """Name -> value, for the API to store as text. A list is refused by what knows the names."""
    found = {}
    for key, value in values.items():
        name = _name(key, path)
        value = _structure(value, "%s.%s" % (path, name), keep_null=isinstance(value, Mapping))
        if value is not NOT_GIVEN:
            found[name] = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
    return found


def _structure(value, path, keep_null=False):
    """What JSON can say, at every depth. Null is "not given", unless it is a part of what becomes JSON text."""
    if keep_null and value is None:
        return None
    value = _bare(value)
    if isinstance(value, Mapping):
        found = {}
        for key, item in value.items():
            name = _name(key, path)
            item = _entry(name, item, "%s.%s" % (path, name), keep_null)
            if item is not NOT_GIVEN:
                found[name] = item
        return found
    if _is_list(value):
        found = (_structure(item, "%s (item %d)" % (path, number), keep_null) for number, item in enumerate(_items(value), start=1))
        return [item for item in found if item is not NOT_GIVEN]
    if isinstance(value, (date, time)) or isinstance(value, float) and not math.isfinite(value):
        return _text(value, path, free=False)
    return value


def _entry(name, value, path, keep_null):
    """What a dictionary has under a name, which may be that of an option of another module."""
    if not keep_null and isinstance(value, Mapping) and name in TEXTS_BY_NAME:
        return _texts(value, path)
    if not keep_null and name in FREE_TEXT and (isinstance(value, Mapping) or _is_list(value)):
        return _text(value, path, free=True)
    return _structure(value, path, keep_null)


def _whole_number(value, path):
    try:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            exact = Decimal(value.strip() if isinstance(value, str) else value)
            # A number of that size is a mistake, and to write it out would take too long.
            if exact.adjusted() < 30 and exact == int(exact):
                return int(exact)
    except (DecimalException, ValueError, OverflowError):
        pass
    raise InvalidInput("%s: must be a whole number, such as 3, not %s" % (path, _other(value)))


def _number(value, path):
    try:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and math.isfinite(float(value)):
            return float(value)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput("%s: must be a number, such as 30 or 0.5, not %s" % (path, _other(value)))


def _boolean(value, path):
    try:
        if isinstance(value, (str, int, float)):
            return boolean(value)
    except TypeError:
        pass
    raise InvalidInput("%s: must be true or false, not %s" % (path, _other(value)))


def _other(value):
    return "other text" if isinstance(value, str) else _kind(value)
