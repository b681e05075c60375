# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Which connectors leave an account, and what has to happen before."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable, some_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list_of_dicts, as_text
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_accounts import label_of

# Accounts that are named for a connector
_SHOWN = 10
_DONE = dict(absent="removed", deauthenticated="de-authenticated")


def unnamed_connectors(installed, connectors, partner_names):
    """The installed connectors that neither the variable onboard_account_connectors nor the partner connector accounts for."""
    items = as_list_of_dicts(connectors, "onboard_account_connectors")
    names = {as_text(item.get("name"), "name") or as_text(item.get("connector"), "connector") for item in items}
    # Without a name, an instance is called like its connector, which only the API knows by its ID.
    ids = {as_text(item.get("connector_id"), "connector_id") for item in items if not as_text(item.get("name"), "name")} - {None}
    named = {name.lower() for name in names if name}
    return [
        one for one in installed
        if one["name"].lower() not in named and str(one["connector"]["id"]) not in ids and not _is_partner(one, partner_names)
    ]  # fmt: skip


def unnamed_lines(hosts):
    """Connector -> accounts, in lines."""
    found = {}
    for host in hosts:
        for name in host.get("cyclr_unnamed") or ():
            found.setdefault(name, []).append(label_of(host))
    return [printable("%s: %s" % (name, some_of(accounts, _SHOWN))) for name, accounts in sorted(found.items())] or ["none"]


def removal(chosen, account_id, state, stop, partner, partner_names):
    """The plan for one account. It may not be carried out if it lists `partners` or `running` integrations.

    `chosen` are records with `used_by`, which also names integrations of sub-accounts.
    """
    chosen = [one for one in chosen if state == "absent" or one["authenticated"]]
    running = {use["id"]: use for one in chosen for use in one["used_by"] if use["running"] is not False}.values()
    return dict(
        names=[one["name"] for one in chosen],
        stop=[dict(account_id=use["account_id"], id=use["id"], name=_label(use, account_id)) for use in running],
        changes=["integration %s stopped" % _label(use, account_id) for use in running] + [_change(one, account_id, state) for one in chosen],
        partners=[] if partner else [one["name"] for one in chosen if _is_partner(one, partner_names)],
        running=[] if stop else [_label(use, account_id) for use in running],
    )


def _is_partner(one, partner_names):
    """Not every API accepts the mark, so the name counts, too."""
    return one["is_partner_connector"] or one["connector"]["name"] in partner_names


def _label(use, account_id):
    return use["name"] if use["account_id"] == account_id else "%s in sub-account %s" % (use["name"], use["account_id"])


def _change(one, account_id, state):
    words = "%s %s" % (one["name"], _DONE[state])
    return "%s (used by: %s)" % (words, ", ".join(_label(use, account_id) for use in one["used_by"])) if one["used_by"] else words
