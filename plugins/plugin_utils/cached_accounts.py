# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Accounts from a cache, which is trusted no more than the API, because somebody else may have written it."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import predicted_account
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import Cycle, CycleConnector
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.account_reader import connector_entry
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import plain

_ACCOUNT = predicted_account({})
_CONNECTOR = connector_entry(AccountConnector())
_PROPERTY = dict(id=None, name=None, value=None)
_CYCLE = Cycle().record()
_CYCLE_CONNECTOR = dict(vars(CycleConnector()))


def recovered(stored, connectors, cycles=False):
    """The accounts that were stored, as plain data, or None if these are not accounts. `connectors` and `cycles` say whether each needs these."""
    try:
        entries = plain(stored)
    except (TypeError, RecursionError):
        return None
    return entries if isinstance(entries, list) and all(_is_entry(entry, connectors, cycles) for entry in entries) else None


def _is_entry(entry, connectors, cycles):
    if not isinstance(entry, dict) or set(entry) != {"account", "connectors", "cycles"} or not _is_account(entry["account"]):
        return False
    return _is_list(entry["connectors"], _is_connector, connectors) and _is_list(entry["cycles"], _is_cycle, cycles)


def _is_list(value, is_one, needed):
    if value is None:
        return not needed
    return isinstance(value, list) and all(map(is_one, value))


def _is_account(account):
    is_account = _is_record(account, _ACCOUNT, needs=("id", "parent_account_id")) and bool(account["id"])
    return is_account and _is_text(account["id"], account["parent_account_id"] or "")


def _is_connector(one):
    return (
        _is_record(one, _CONNECTOR, needs=("name", "state", "connector", "properties"))
        and one.get("auth_value") is None
        and _is_record(one["connector"], _CONNECTOR["connector"], needs=("name",))
        and _is_text(one["name"], one["state"], one["connector"]["name"] or "")
        and isinstance(one["properties"], list)
        and all(_is_record(stored, _PROPERTY, needs=("name", "value")) and stored["value"] is None for stored in one["properties"])
    )


def _is_cycle(one):
    return (
        _is_record(one, _CYCLE, needs=("id", "name", "running", "connectors", "tags"))
        and isinstance(one["running"], bool)
        and _is_text(one["id"], one["name"])
        and isinstance(one["tags"], list)
        and _is_text(*one["tags"])
        and isinstance(one["connectors"], list)
        and all(_is_record(used, _CYCLE_CONNECTOR, needs=("name",)) for used in one["connectors"])
    )


def _is_record(record, model, needs):
    """Whether it is a dictionary with keys of `model`, those that are needed among them, and lists and dictionaries only if the model has them there."""
    if not isinstance(record, dict) or not set(needs) <= set(record) <= set(model):
        return False
    return not any(isinstance(value, (dict, list)) for key, value in record.items() if not isinstance(model[key], (dict, list)))


def _is_text(*values):
    return all(isinstance(value, str) for value in values)
