# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""How a fleet of accounts stands. Plain data in, plain data out.

What the report contains is named here, field by field: nothing else of an account or a connector can get into it. Every text in it is printable.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import NEEDS_KEY, READY, WAITS_FOR_OAUTH
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.fleet_hosts import Wanted, fleet_hosts, left_out
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_cycles import unauthenticated, why_not

# What a connector can be in an account, the worst last.
CONNECTOR_STATES = (READY, "version_differs", WAITS_FOR_OAUTH, NEEDS_KEY, "missing")
# An account is what the worst of its connectors is.
ACCOUNT_STATES = ("empty",) + CONNECTOR_STATES + ("not_read",)
# What an integration can be, the worst last. An integration that does not run and that nothing keeps from starting was stopped, or never started.
CYCLE_STATES = ("running", "not_running", "cannot_start")

# How long accounts have been waiting: up to so many days.
_AGES = (("under 1 day", 1), ("1 to 7 days", 7), ("7 to 30 days", 30), ("30 to 90 days", 90), ("over 90 days", None))
# How many of them are named, the oldest first.
_OLDEST = 5
# How many reasons why integrations cannot start are counted, the most frequent first.
_REASONS = 5
# An error is a line of a table.
_LONGEST_ERROR = 200

_TIMESTAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)")

# What a spreadsheet takes for a formula, at the beginning of a field or after what some locale takes for a separator. The last four are full-width.
_FORMULA = re.compile(r"(^|[;,|\t\r\n])(?=[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")

_COLUMNS = (
    "account_id",
    "account_name",
    "account_state",
    "created",
    "age_days",
    "connector",
    "instance",
    "version",
    "template_version",
    "state",
    "version_differs",
    "error",
    "integration",
    "integration_state",
    "reason",
    "errors",
    "newest_error",
)


def report_on(
    hosts, accounts=None, connectors=None, template=None, expected=None, exclude=None, now=None, source_account_id=None, cycles=None, errors_since=None
):
    """The report on accounts whose variables, or what was read for them, are given. The options are those of the module. Raises InvalidInput."""
    moment = None if now is None else parse_moment(now)
    if now is not None and moment is None:
        raise InvalidInput("now: %r is neither a number of seconds nor a date and time" % (now,))
    try:
        if expected in (None, ""):
            expected = [one["connector"]["name"] for one in template or [] if one["is_partner_connector"]]
        records = {account["id"]: account for account in accounts or []}
        connectors, cycles = _by_host(connectors), _by_host(cycles)
        wanted = Wanted.of(False, errors_since)
        found = fleet_hosts(hosts, left_out(exclude, source_account_id), wanted)
        fleet = [dict(_known(one, records, connectors), **_known_cycles(one, cycles)) for one in found]
        return fleet_report(fleet, template or (), as_list(expected, "expected"), wanted.errors_since, moment)
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise InvalidInput("this is not a list of host variables with accounts and connectors: %s" % exc) from exc


def _by_host(results):
    """The results of a loop over names of hosts, or over items of the filter fleet_hosts."""
    items = [(result["item"], result) for result in results or []]
    return {item["host"] if isinstance(item, Mapping) else item: result for item, result in items}


def _known(host, records, results):
    """What the variables of one host contain, or what was read for it."""
    read = {} if host["has_connectors"] else results.get(host["host"], {})
    return dict(
        id=host["account_id"],
        account=host["account"] or records.get(host["account_id"]),
        connectors=read.get("account_connectors") if host["connectors"] is None else host["connectors"],
        expected=host["expected"],
        error=host["error"] or read.get("msg"),
    )


def _known_cycles(host, results):
    """What was read for a host says more than its inventory. If reading failed, there is what the inventory says."""
    read = results.get(host["host"], {})
    return dict(cycles=read.get("cycles", host["cycles"]), cycles_error=host["cycles_error"] or (None if "cycles" in read else read.get("msg")))


def fleet_report(fleet, template=(), expected=(), errors_since=None, now=None):
    """The report on `fleet`, a list of `{id, account, connectors, expected, error, cycles, cycles_error}`.

    `account`, `connectors` and `cycles` are records of this collection, or None if they are not known. `template` is what is installed in
    the account of the templates. `expected` are the names of connectors that every account should have, unless an entry has its own list.
    Errors of integrations are in it if there is a time since which they count.
    """
    now = now or datetime.now(timezone.utc)
    versions = _template_versions(template)
    accounts = [
        dict(
            _account(entry, versions, expected if entry.get("expected") is None else entry["expected"], now),
            cycles=_cycles(entry, errors_since),
            cycles_error=_text(entry.get("cycles_error")) or None,
        )
        for entry in fleet
    ]
    accounts.sort(key=lambda account: (account["name"].lower(), account["id"]))
    _spell_alike(accounts)
    return dict(
        generated_at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        totals=_totals(accounts),
        shares=_shares([account["state"] for account in accounts], ACCOUNT_STATES[1:] + ACCOUNT_STATES[:1]),
        connectors=_connectors(accounts, versions),
        waiting=_waiting(accounts),
        errors_since=errors_since,
        cycles=_cycles_by_name(accounts),
        reasons=_reasons(accounts),
        accounts=accounts,
    )


def fleet_csv(report):
    """The report as CSV: for each account, one line for each connector, and then one for each integration."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    for account in report["accounts"]:
        about = dict(account, account_id=account["id"], account_name=account["name"], account_state=account["state"], version_differs=None, state=None)
        for one in account["connectors"] or [{}]:
            line = dict(about, **one)
            writer.writerow([_cell(line.get(column)) for column in _COLUMNS])
        for one in _cycle_lines(account):
            writer.writerow([_cell(dict(about, **one).get(column)) for column in _COLUMNS])
    return target.getvalue()


def _cycle_lines(account):
    """What the columns of integrations contain. Those that could not be read are a line, too."""
    unread = [dict(integration_state="not_read", reason=account["cycles_error"])] if account["cycles_error"] else []
    return unread + [dict(one, integration=one["name"], integration_state=one["state"], state=None) for one in account["cycles"] or ()]


# -- one account ---------------------------------------------------------------------------------------------------


def _account(entry, versions, expected, now):
    record = entry.get("account") or {}
    connectors = [_installed(one, versions) for one in entry.get("connectors") or []]
    error = _text(entry.get("error"))
    if entry.get("connectors") is None:
        error = error or "not read"
    else:
        there = {one["connector"].lower() for one in connectors}
        missing = sorted({_text(name) for name in expected if _text(name).lower() not in there})
        connectors += [_entry(name, None, None, versions, "missing") for name in missing]
    connectors.sort(key=lambda one: (one["connector"].lower(), one["instance"] or ""))
    states = [one["state"] for one in connectors]
    created = _moment(record.get("created_date"))
    return dict(
        id=_text(entry["id"]),
        name=_text(record.get("name") or entry["id"]),
        parent=_text(record.get("parent_account_id")) or None,
        state="not_read" if error else max(states, key=CONNECTOR_STATES.index) if states else "empty",
        created=created and created.strftime("%Y-%m-%d"),
        age_days=None if created is None else max(0, (now - created).days),
        connectors=connectors,
        error=error or None,
    )


def _installed(one, versions):
    connector = one.get("connector") or {}
    name = _text(connector.get("name") or one.get("name"))
    entry = _entry(name, _text(one.get("name")), _text(connector.get("version")) or None, versions)
    entry["state"] = "version_differs" if one["state"] == READY and entry["version_differs"] else one["state"]
    return entry


def _entry(name, instance, version, versions, state=None):
    kept = versions.get(name.lower(), [])
    differs = state is None and bool(kept) and version not in kept
    return dict(connector=name, instance=instance, version=version, template_version=_listed(kept), version_differs=differs, state=state)


def _template_versions(template):
    """Lower-case name -> the versions in which the company keeps that connector."""
    versions = {}
    for one in template or ():
        connector = one.get("connector") or {}
        if connector.get("name"):
            known = versions.setdefault(_text(connector["name"]).lower(), [])
            version = _text(connector.get("version")) or None
            if version not in known:
                known.append(version)
    return versions


def _listed(versions):
    return ", ".join(version or "none" for version in versions) if [version for version in versions if version] else None


# -- the integrations of an account --------------------------------------------------------------------------------


def _cycles(entry, errors_since):
    if entry.get("cycles") is None:
        return None
    records = entry.get("connectors") or []
    return sorted((_cycle(one, records, errors_since) for one in entry["cycles"]), key=lambda one: (one["name"].lower(), one["id"]))


def _cycle(one, records, errors_since):
    unmet = one["prerequisites"] if "prerequisites" in one else unauthenticated(one, records)
    cannot_start = not one["running"] and bool(unmet)
    return dict(
        id=_text(one["id"]),
        name=_text(one["name"]),
        state="running" if one["running"] else "cannot_start" if cannot_start else "not_running",
        reason=_text(why_not(dict(one, prerequisites=unmet), records)) if cannot_start else None,
        **_errors(one, errors_since)
    )


def _errors(one, errors_since):
    """How many there were, and the first line of the newest: the rest can contain data of customers."""
    if errors_since is None or "incidents" not in one and one["error_count"] != 0:
        return dict(errors=None, newest_error=None, newest_error_at=None)
    found = [incident for incident in one.get("incidents", ()) if _text(incident["level"]).lower() == "error"]
    newest = found[0] if found else {}
    lines = (newest.get("message") or newest.get("details") or "").strip().splitlines()
    return dict(errors=len(found), newest_error=_text(lines[0])[:_LONGEST_ERROR] if lines else None, newest_error_at=_text(newest.get("created")) or None)


# -- all accounts --------------------------------------------------------------------------------------------------


def _totals(accounts):
    connectors = [one for account in accounts for one in account["connectors"]]
    return dict(
        accounts={"all": len(accounts), **{state: _count(accounts, state) for state in ACCOUNT_STATES}},
        connectors={"all": len(connectors), **{state: _count(connectors, state) for state in CONNECTOR_STATES}},
        cycles=_cycle_totals(accounts),
    )


def _cycle_totals(accounts):
    """None if nothing is known about integrations. `not_read` are accounts."""
    if all(account["cycles"] is None and account["cycles_error"] is None for account in accounts):
        return None
    cycles = _all_cycles(accounts)
    counted = [one["errors"] for one in cycles if one["errors"] is not None]
    return dict(
        {"all": len(cycles), **{state: _count(cycles, state) for state in CYCLE_STATES}},
        not_read=sum(account["cycles_error"] is not None for account in accounts),
        errors=sum(counted) if counted else None,
    )


def _all_cycles(accounts):
    return [one for account in accounts for one in account["cycles"] or ()]


def _count(items, state):
    return sum(item["state"] == state for item in items)


def _shares(states, order):
    """How often each state occurs, with its place on a line from 0 to 100."""
    shares, start = [], 0
    for state in order:
        count = states.count(state)
        if count:
            width = 100.0 * count / len(states)
            shares.append(dict(state=state, count=count, start=round(start, 3), width=round(width, 3)))
            start += width
    return shares


def _spell_alike(accounts):
    """One name for each connector: the API does not distinguish upper and lower case."""
    connectors = [one for account in accounts for one in account["connectors"]]
    names = {}
    for one in connectors:
        key = one["connector"].lower()
        names[key] = min(one["connector"], names.get(key, one["connector"]))
    for one in connectors:
        one["connector"] = names[one["connector"].lower()]


def _connectors(accounts, versions):
    """Each connector that an account has or should have, the most frequent first."""
    found = {}
    for account in accounts:
        for one in account["connectors"]:
            found.setdefault(one["connector"], []).append(one)
    report = []
    for name, instances in found.items():
        states = [one["state"] for one in instances]
        report.append(
            dict(
                name=name,
                count=len(instances),
                template_version=_listed(versions.get(name.lower(), [])),
                totals={state: states.count(state) for state in CONNECTOR_STATES},
                shares=_shares(states, CONNECTOR_STATES),
            )
        )
    return sorted(report, key=lambda one: (-one["count"], one["name"].lower()))


def _cycles_by_name(accounts):
    """Each integration by its name, the most frequent first."""
    found = {}
    for one in _all_cycles(accounts):
        found.setdefault(one["name"], []).append(one["state"])
    report = [
        dict(name=name, count=len(states), totals={state: states.count(state) for state in CYCLE_STATES}, shares=_shares(states, CYCLE_STATES))
        for name, states in found.items()
    ]
    return sorted(report, key=lambda one: (-one["count"], one["name"].lower()))


def _reasons(accounts):
    counts = Counter(one["reason"] for one in _all_cycles(accounts) if one["reason"])
    return [dict(reason=reason, count=count) for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_REASONS]]


def _waiting(accounts):
    """The accounts that wait for somebody's consent, by the time since they were created."""
    waiting = [account for account in accounts if any(one["state"] == WAITS_FOR_OAUTH for one in account["connectors"])]
    dated = sorted((account for account in waiting if account["age_days"] is not None), key=lambda account: -account["age_days"])
    known = [account["age_days"] for account in dated]
    report, lower = [], 0
    for name, upper in _AGES:
        report.append(dict(name=name, count=sum(age >= lower and (upper is None or age < upper) for age in known)))
        lower = upper
    if len(known) < len(waiting):
        report.append(dict(name="unknown", count=len(waiting) - len(known)))
    oldest = [dict(id=account["id"], name=account["name"], age_days=account["age_days"]) for account in dated[:_OLDEST]]
    return dict(accounts=len(waiting), oldest_days=max(known, default=None), oldest=oldest, ages=report)


# -- values --------------------------------------------------------------------------------------------------------


def _text(value):
    return "" if value is None else printable("".join(str(value)).replace("\0", ""))


def _moment(value):
    """A timestamp of the API, which has seven digits after the second. The year 1 stands for never."""
    found = _TIMESTAMP.match(_text(value))
    if not found or found.group(1) == "0001":
        return None
    try:
        return datetime(*map(int, found.groups()), tzinfo=timezone.utc)
    except ValueError:
        return None


def parse_moment(value):
    """Seconds since 1970 or a timestamp, as a moment in UTC; None if it is neither."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=value)
    return _moment(value)


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return _FORMULA.sub(r"\1'", _text(value))
