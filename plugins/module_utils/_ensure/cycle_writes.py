# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Changing, starting, stopping and deleting a cycle."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.safe_write import send_once
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_inputs import uncertain
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import NotReady, unmet_prerequisites
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import RUNNING
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, CyclrError, NotTaken


def update(api, account_id, cycle, values):
    def find():
        current = api.cycles.find(account_id, cycle.id)
        return current if current and all((getattr(current, name) or "") == value for name, value in values.items()) else None

    return send_once(uncertain(lambda: api.cycles.update(account_id, cycle, values)), find, api.client.patience())


def remove(api, account_id, cycle, finish_queued):
    """A running cycle is stopped first."""
    if cycle.running:
        cycle = stop(api, account_id, cycle, finish_queued)

    def delete():
        api.cycles.delete(account_id, cycle)
        return True

    def gone():
        return api.cycles.find(account_id, cycle.id) is None or None

    once_stopped(api, lambda: send_once(uncertain(delete), gone, api.client.patience()))


# -- starting and stopping -----------------------------------------------------------------------------------------


def start(api, account_id, cycle, wanted, check_mode=False):
    """The cycle, and what keeps it from starting."""
    unmet = unmet_prerequisites(api, account_id, cycle)
    # In check mode an earlier task may be what would have met them.
    if unmet and wanted.require_ready and not check_mode:
        raise NotReady(cycle, unmet)
    if unmet:
        return cycle, unmet
    if not check_mode:
        try:
            _activate(api, account_id, cycle, wanted)
        except ApiError as exc:
            explain_refusal(api, account_id, cycle, exc)
            raise
    # The answer has no body. Nothing was missing, so the API has no reason to accept this without doing it.
    return replace(cycle, status=RUNNING), []


def start_new(api, account_id, cycle, wanted, listed):
    """As `start`, for a cycle that was just installed. `listed()` is the cycle as the API lists it, or None if it does not yet.

    The list has to be read in any case, because another run may have installed the same integration. It also shows whether a start worked. So
    the prerequisites are read first only if a connector is known to wait for its authentication, otherwise only if the cycle does not run.
    """
    is_likely = all(one.authenticated for one in cycle.connectors)
    refusal = _refusal(api, account_id, cycle, wanted) if is_likely else None
    cycle = listed() or cycle
    if cycle.running:
        return cycle, []
    unmet = unmet_prerequisites(api, account_id, cycle)
    if unmet and wanted.require_ready:
        raise NotReady(cycle, unmet) from refusal
    if unmet:
        return cycle, unmet
    if not is_likely:
        refusal = _refusal(api, account_id, cycle, wanted)
    if refusal is not None:
        raise refusal
    return replace(cycle, status=RUNNING), []


def _refusal(api, account_id, cycle, wanted):
    """Starts a cycle. The error with which the API refuses that, or None."""
    try:
        _activate(api, account_id, cycle, wanted)
    except ApiError as exc:
        return exc
    return None


def _activate(api, account_id, cycle, wanted):
    def find():
        current = api.cycles.find(account_id, cycle.id)
        return True if current and current.running else None

    def send():
        api.cycles.activate(account_id, cycle, wanted.interval, wanted.start_time)
        return True

    send_once(uncertain(send), find, api.client.patience())


def explain_refusal(api, account_id, cycle, exc):
    """What a refused start lacks is not in the answer. Something may have come up since the prerequisites were read."""
    try:
        unmet = unmet_prerequisites(api, account_id, cycle)
    except CyclrError:
        # What is wrong is known already.
        return
    if unmet:
        raise NotReady(cycle, unmet) from exc


def once_stopped(api, write):
    """A write that the API refuses as long as it finishes what is queued, whatever it calls that status."""
    patience = api.client.patience()
    while True:
        try:
            return write()
        except ApiError as exc:
            if exc.status != 409 or not patience.pause():
                raise


def stop(api, account_id, cycle, finish_queued):
    """The cycle once it does not run any more. What is queued may take a while."""

    def find():
        current = api.cycles.find(account_id, cycle.id)
        if current is None:
            raise CyclrError("Integration %s was removed while it was being stopped" % cycle.label)
        return current if not current.running else None

    def deactivate():
        api.cycles.deactivate(account_id, cycle, finish_queued)
        return cycle

    send_once(uncertain(deactivate), find, api.client.patience())
    patience = api.client.patience()
    while True:
        api.client.forget()
        stopped = find()
        if stopped is not None:
            return stopped
        if not patience.pause():
            raise NotTaken("Integration %s is still running after the API accepted to stop it: it finishes queued transactions. Run this task again later, "
                           "or set finish_queued=false to stop it at once" % cycle.label)
