# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The variables of hosts that stand for accounts. Of each host only those that are named here are read: on old cores each one is templated."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find_cycle import check_since
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_boolean, as_list, as_text
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import account_of

# Settings of one report, which therefore cannot differ from host to host.
ONE_FOR_ALL = (
    "fleet_report_path",
    "fleet_report_title",
    "fleet_report_source_account_id",
    "fleet_report_exclude",
    "fleet_report_columns",
    "fleet_report_mode",
    "fleet_report_cycles",
    "fleet_report_errors_since",
)


@dataclass(frozen=True)
class Wanted:
    """What a report needs to know about integrations: why they do not run, and their errors since a time."""

    reasons: bool = False
    errors_since: str | None = None

    @classmethod
    def of(cls, cycles, errors_since):
        """From what a user gave."""
        since = check_since(as_text(errors_since, "errors_since") or None, "errors_since")
        return cls(as_boolean(cycles, "cycles") or since is not None, since)

    def is_known(self, cycles):
        """Whether the list that the inventory contains is enough."""
        return all(one["running"] and (self.errors_since is None or one["error_count"] == 0) for one in cycles)


def left_out(exclude, source_account_id):
    """The IDs of the accounts that are not in the report."""
    return as_list(exclude, "exclude") + [as_text(source_account_id, "source_account_id")]


def fleet_hosts(hosts, exclude=(), wanted=Wanted()):
    """A list of `{host, account_id, account, connectors, error, cycles, cycles_error, expected, has_account, has_connectors, has_cycles}`.

    Hosts whose account is excluded are left out. `has_cycles` is always true if nothing is `wanted` of integrations.
    """
    found, settings = [], {}
    for variables in hosts:
        name = as_text(variables.get("inventory_hostname"), "inventory_hostname")
        _compare_settings(variables, name, settings)
        if name is None:
            raise KeyError("inventory_hostname")
        account_id = account_of(variables, name)
        if account_id not in exclude:
            found.append(dict(_host(variables, name, account_id), **_integrations(variables, wanted)))
    return found


def _host(variables, name, account_id):
    # What the role has read for this host itself.
    read = variables.get("fleet_report_own") or {}
    accounts = (variables.get("fleet_report_own_account") or {}).get("accounts")
    connectors = variables.get("cyclr_connectors")
    account = variables.get("cyclr_account") or (accounts[0] if accounts else None)
    expected = variables.get("fleet_report_expected")
    return dict(
        host=name,
        account_id=account_id,
        account=account,
        connectors=read.get("account_connectors") if connectors is None else connectors,
        error=read.get("msg") if connectors is None else None,
        expected=None if expected in (None, "") else as_list(expected, "fleet_report_expected of host %r" % name),
        has_account=account is not None or accounts is not None,
        has_connectors=connectors is not None or bool(read) and not read.get("skipped"),
    )


def _integrations(variables, wanted):
    read, known = variables.get("fleet_report_own_cycles") or {}, variables.get("cyclr_cycles")
    is_read = bool(read) and not read.get("skipped")
    return dict(
        cycles=read.get("cycles", known) if is_read else known,
        cycles_error=read.get("msg") if is_read and "cycles" not in read else None,
        has_cycles=not wanted.reasons or is_read or known is not None and wanted.is_known(known),
    )


def _compare_settings(variables, name, settings):
    """Compares with the first host, whose settings ansible-core uses for all."""
    own = {setting: variables.get(setting) for setting in ONE_FOR_ALL}
    first_name, first = settings.setdefault("first", (name, own))
    for setting, value in own.items():
        if value != first[setting]:
            raise InvalidInput("%s: differs between the hosts %r and %r. There is one report: set it for all hosts, or with -e" % (setting, first_name, name))
