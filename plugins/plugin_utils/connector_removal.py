# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Which connectors leave an account, and what has to happen before."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import GONE
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


def removal(chosen, cycles, state, stop, partner, partner_names):
    """The plan for one account. It may not be carried out if it lists `partners` or `running` integrations."""
    chosen = [one for one in chosen if state == "absent" or one["authenticated"]]
    using = {one["id"]: _using(one, cycles) for one in chosen}
    running = {cycle["id"]: cycle for users in using.values() for cycle in users if cycle["running"] is not False}
    return dict(
        names=[one["name"] for one in chosen],
        stop=[dict(id=cycle["id"], name=cycle["name"]) for cycle in running.values()],
        changes=["integration %s stopped" % cycle["name"] for cycle in running.values()] + [_change(one, using[one["id"]], state) for one in chosen],
        partners=[] if partner else [one["name"] for one in chosen if _is_partner(one, partner_names)],
        running=[] if stop else [cycle["name"] for cycle in running.values()],
    )


def _is_partner(one, partner_names):
    """Not every API accepts the mark, so the name counts, too."""
    return one["is_partner_connector"] or one["connector"]["name"] in partner_names


def _using(installed, cycles):
    in_use = (cycle for cycle in cycles if cycle["status"] != GONE)
    return [cycle for cycle in in_use if any(_is_used(installed, one) for one in cycle["connectors"])]


def _is_used(installed, used):
    if used["account_connector_id"] is not None:
        return used["account_connector_id"] == installed["id"]
    # Older answers of the API do not say which one is used.
    return (used["name"] or "").lower() == (installed["connector"]["name"] or "").lower()


def _change(one, users, state):
    words = "%s %s" % (one["name"], _DONE[state])
    return "%s (used by: %s)" % (words, ", ".join(cycle["name"] for cycle in users)) if users else words
