# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The limits of a run over many accounts: how they are written, and whether what would change exceeds them."""

from __future__ import annotations

import re

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list, as_text
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import label_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import changes_of, results_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import SEE_ABOVE, Outcome, summary_lines

ALLOWED = dict(
    cyclr_batch='a number of accounts such as 20, a percentage such as "10%", or a list such as [1, "10%", "100%"]',
    cyclr_max_changes='a whole number of accounts such as 20 (0 or more), or a whole percentage of them, from "0%" to "100%"',
    cyclr_max_fail_percentage="a percentage from 0 to 100",
    cyclr_max_failures="a whole number of accounts, at least 1",
)
# The keyword serial of the playbooks has to match the same texts.
_WHOLE = re.compile(r"([0-9]{1,9}) *(%?)")
_DECIMAL = re.compile(r"([0-9]{1,9}(?:[.][0-9]{1,9})?)\s*%?")


def limits_of(variables, seen=()):
    """The limits in the variables of all hosts, which must agree. What is not set is None. `wrong` says what is wrong.

    `seen` contains the limits as a task sees them. A value that no host has comes from the play, for example from `vars` of import_playbook, and takes
    precedence.
    """
    try:
        return dict(_limits_of(variables, seen), wrong=None)
    except InvalidInput as exc:
        return dict(wrong=exc.msg)


def _limits_of(variables, seen):
    found = {}
    for name, parse in _PARSERS.items():
        values = [parse(one.get(name)) for one in variables] or [None]
        if name in seen and parse(seen[name]) not in values:
            values = [parse(seen[name])]
        if any(value != values[0] for value in values):
            raise InvalidInput("%s: must be the same for all hosts of the run. Set it with -e, or in group_vars/all" % name)
        found[name[len("cyclr_") :]] = values[0]
    return dict(found, first_batch=_first_batch(found, len(variables)))


def _first_batch(limits, count):
    """How many accounts the first batch has."""
    first = (limits["batch"] or [limits["max_failures"] or "100%"])[0]
    # As the keyword serial rounds
    return min(count, max(1, _accounts(first, count)))


def _accounts(limit, count):
    return count * int(limit[:-1]) // 100 if isinstance(limit, str) else limit


def _batch(value):
    if isinstance(value, str) and value.lstrip().startswith("["):
        # What a shell leaves of JSON
        value = re.sub(r"[\[\]\"']", "", value)
    try:
        items = as_list(value, "cyclr_batch")
    except InvalidInput:
        raise _wrong("cyclr_batch") from None
    return [_whole(item, "cyclr_batch", 1) for item in items] or None


def _max_changes(value):
    return _whole(value, "cyclr_max_changes", 0)


def _max_failures(value):
    number = _whole(value, "cyclr_max_failures", 1)
    if isinstance(number, str):
        raise _wrong("cyclr_max_failures")
    return number


def _max_fail_percentage(value):
    text = _text(value, "cyclr_max_fail_percentage")
    match = text and _DECIMAL.fullmatch(text)
    if text and (not match or float(match[1]) > 100):
        raise _wrong("cyclr_max_fail_percentage")
    return float(match[1]) if text else None


def _whole(value, name, least):
    """A number, a percentage as text, or None."""
    text = _text(value, name)
    match = text and _WHOLE.fullmatch(text)
    if text and (not match or int(match[1]) < least or match[2] and int(match[1]) > 100):
        raise _wrong(name)
    if not text:
        return None
    return "%d%%" % int(match[1]) if match[2] else int(match[1])


def _text(value, name):
    if isinstance(value, float):
        return str(value)
    try:
        return (as_text(value, name) or "").strip()
    except InvalidInput:
        raise _wrong(name) from None


def _wrong(name):
    return InvalidInput("%s: must be %s" % (name, ALLOWED[name]))


_PARSERS = dict(cyclr_batch=_batch, cyclr_max_changes=_max_changes, cyclr_max_fail_percentage=_max_fail_percentage, cyclr_max_failures=_max_failures)


def predicted_changes(hosts, limit, result, failure, failed_hosts, check_mode, made=False, ended=None):
    """What a dry run found in the accounts of `hosts`, and whether it is more than the limit allows. `result` and `failure` are names of variables.

    `made`: the changes were made in the meantime. `ended`: why the run has not come to all accounts.
    """
    runs = [_outcome(host, host.get(result) or {}, failure and host.get(failure), failed_hosts) for host in hosts]
    failed = sum(bool(run.failure) for run in runs)
    # Nobody knows what a run would do to an account that failed.
    count = sum(bool(run.failure or run.changes) for run in runs)
    allowed = len(runs) if limit is None else _accounts(limit, len(runs))
    return dict(
        count=count - failed,
        over=count > allowed,
        lines=summary_lines(runs, not made, ended=ended),
        msg=_message(count, failed, len(runs), allowed, limit, check_mode),
    )


def _outcome(host, result, failure, failed_hosts):
    failure = failure or (result.get("msg") if result.get("failed") else None)
    if not failure and host["inventory_hostname"] in failed_hosts:
        failure = SEE_ABOVE
    changes = tuple(change for one in results_of(result) for change in changes_of(one))
    return Outcome(account=label_of(host), failure=failure, changes=changes, tried=bool(result or failure))


def _message(count, failed, total, allowed, limit, check_mode):
    words = "%d of %d accounts would change" % (count, total)
    if failed:
        words += " (including %d that failed in the dry run, so that nobody knows)" % failed
    words += ", but cyclr_max_changes allows %d" % allowed
    if isinstance(limit, str):
        words += " (%s)" % limit
    more = "raise cyclr_max_changes, or choose fewer accounts with cyclr_hosts or --limit"
    if check_mode:
        return "%s. Without --check, the run would stop before the first write. To go on, %s." % (words, more)
    return "Nothing was changed. %s. Run again with --check --diff to see everything that would change. To go on, %s." % (words, more)
