# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Which account connectors a cycle should use, and which ones it does use."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import match, not_installed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.suggestions import did_you_mean
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput, NotTaken


def check_names(wanted, used, what):
    """Whether the template or cycle uses the connectors. `wanted` are names of connectors with names of account connectors."""
    known = {(name or "").lower(): name for name in used}
    unknown = sorted(name for name in wanted if name.lower() not in known)
    if unknown:
        there = ", ".join(map(repr, known.values())) or "none"
        told = ["%s does not use connector %r; it uses: %s%s" % (what, name, there, did_you_mean(name, known.values())) for name in unknown]
        raise InvalidInput("connectors: " + "; ".join(told))


def chosen_connectors(api, account_id, wanted, may_be_missing=False):
    """Name of a connector -> account connector to use for it."""
    if not wanted:
        return {}
    installed = api.connectors.installed(account_id)
    chosen, problems = {}, []
    for name, instance in sorted(wanted.items()):
        found = match(installed, instance)
        if found is None and may_be_missing:
            continue
        if found is None:
            problems.append(not_installed(account_id, instance, installed).msg)
        elif (found.connector.name or "").lower() != name.lower():
            problems.append("%r is an instance of connector %s, not of %r" % (instance, found.connector.label, name))
        else:
            chosen[name] = found
    if problems:
        raise InvalidInput("connectors: " + "; ".join(problems))
    return chosen


def check_bound(cycle, chosen):
    """Which account connector an install takes is not documented if several fit, nor how to change that afterwards."""
    for name, wanted in chosen.items():
        used = {one.account_connector_id for one in cycle.connectors if (one.name or "").lower() == name.lower()}
        if used != {wanted.id}:
            ids = ", ".join(str(one) for one in sorted(used, key=str)) or "none"
            raise NotTaken(
                "connectors: integration %s uses account connector %s for connector %r instead of %r (id %s). The API does not offer a way to change that. "
                "Choose the account connector in the Console, or remove the integration (state=absent), leave %r as the only instance of %s in the account, "
                "and run this task again" % (cycle.label, ids, name, wanted.name, wanted.id, wanted.name, name)
            )
