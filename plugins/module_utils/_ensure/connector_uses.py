# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Which integrations use an account connector, and which account it belongs to."""

from __future__ import annotations


def uses(api, account_id, connectors):
    """Each of the account connectors with the integrations that use it, as `{account_id, id, name, running}`.

    Integrations of sub-accounts can use the connectors of their parent. Nothing is read if there are no connectors.
    """
    if not connectors:
        return []
    cycles = [(account, cycle) for account in _family(api, account_id) for cycle in api.cycles.all(account) if not cycle.gone]
    return [(one, [_use(account, cycle) for account, cycle in cycles if any(_is_used(one, used) for used in cycle.connectors)]) for one in connectors]


def _use(account_id, cycle):
    return dict(account_id=account_id, id=cycle.id, name=cycle.name, running=cycle.running)


def _is_used(installed, used):
    if used.account_connector_id is not None:
        return used.account_connector_id == installed.id
    # Older answers of the API do not say which one is used.
    return (used.name or "").lower() == (installed.connector.name or "").lower()


def _family(api, account_id):
    """The account and everything below it."""
    family = [account_id]
    for one in family:
        family += [below["id"] for below in api.accounts.sub_accounts(one) if below["id"] not in family]
    return family


def without_those_of_the_parent(api, account_id, installed):
    """A sub-account can see the connectors of its parent, which it must not replace."""
    if not installed:
        return []
    account = api.accounts.find(account_id)
    parent = account and account["parent_account_id"]
    if not parent:
        return installed
    inherited = {one.id for one in api.connectors.installed(parent)}
    return [one for one in installed if one.id not in inherited]
