# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Installing a template as a cycle, exactly once."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once, waiting_for_the_slow
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_inputs import uncertain
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_writes import remove, stop, update
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find_cycle import is_of
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, NotTaken


class TwoRuns(CyclrError):
    """Another run has installed the same integration at the same time."""


def install(api, account_id, target):
    """The new cycle, under its wanted name. After each doubt the cycles of the account are compared with those before."""
    template, name = target.template, target.name

    def send():
        return api.templates.install(account_id, template, name if name != template.name else None)

    def find():
        api.client.forget()
        # Whether the API takes the name is unknown.
        found = _new(api, account_id, target, (name, template.name))
        found = [one for one in found if one.name == name] or found
        if len(found) > 1:
            raise _two_runs(account_id, target, found, "This run did not start any of them")
        return found[0] if found else None

    cycle = send_once(uncertain(waiting_for_the_slow(send, find, api.client.patience())), find, api.client.patience())
    return cycle if cycle.name == name else _renamed(api, account_id, cycle, name)


def listed(api, account_id, target, cycle):
    """The new cycle as the API lists it, or None if it does not yet. Two that were installed at the same time must not both run."""
    found = _new(api, account_id, target, (target.name,))
    own = next((one for one in found if one.id == cycle.id), None)
    if not [one for one in found if one is not own]:
        return own
    if own and own.running:
        stop(api, account_id, own, finish_queued=False)
    raise _two_runs(account_id, target, found if own else [cycle, *found], "The one that this run installed, %s, does not run" % cycle.id)


def _new(api, account_id, target, names):
    """What has been installed from the template in the meantime."""
    before = {one.id for one in target.cycles}
    found = [one for one in api.cycles.all(account_id) if one.id not in before and not one.gone]
    return [one for one in found if is_of(one, target.template.id) and one.name in names]


def _two_runs(account_id, target, found, own):
    ids = ", ".join(one.id for one in found)
    return TwoRuns(
        "Two runs installed integration %r in account %r at the same time: ids %s. %s. Remove all but one (cycle_id and state=absent), and run this "
        "task again" % (target.name, account_id, ids, own)
    )


def _renamed(api, account_id, cycle, name):
    """A cycle under another name would not be found by the next run, which would install it again."""
    renamed = update(api, account_id, cycle, dict(name=name))
    if renamed.name != name:
        remove(api, account_id, cycle, finish_queued=False)
        raise NotTaken("name: the API installed the template as %r and did not store the name %r. The integration was removed again. Use this name, or "
                       "rename the integration in the Console and name it by cycle_id" % (cycle.name, name))
    return renamed
