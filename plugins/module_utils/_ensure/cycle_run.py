# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Running a cycle once."""

from __future__ import annotations

import itertools
from dataclasses import replace

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_inputs import uncertain
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.cycle_writes import explain_refusal
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import NotReady, unmet_prerequisites
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import RUNNING
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, CyclrError, InvalidInput, LostAnswer

_MOST_INCIDENTS = 20

# Seconds between two looks
_POLL = 2


def run_once(api, account_id, cycle, start_time):
    """The cycle after its run was started. A run is never started twice: if the answer is lost, only a look can say whether it was."""
    if cycle.running:
        raise InvalidInput("integration %s is running. To run it once would end its schedule: stop it first (cyclr_cycle with state=stopped)" % cycle.label)
    unmet = unmet_prerequisites(api, account_id, cycle)
    if unmet:
        raise NotReady(cycle, unmet)
    try:
        uncertain(lambda: api.cycles.activate(account_id, cycle, start_time=start_time, once=True))()
    except LostAnswer as exc:
        api.client.patience().pause()
        current = _read(api, account_id, cycle)
        if not current.running and _runs(current) == _runs(cycle):
            exc.msg += ". The integration does not run now and shows no sign of a run, but the run may have started and ended. It is not started again"
            raise
        return current
    except ApiError as exc:
        explain_refusal(api, account_id, cycle, exc)
        raise
    return replace(cycle, status=RUNNING)


def wait_for_end(api, account_id, cycle, seconds):
    """The cycle once it does not run any more, or when the time has expired."""
    patience = api.client.patience(seconds)
    while True:
        api.client.forget()
        current = _read(api, account_id, cycle)
        if not current.running or not patience.pause(_POLL):
            return current


def incidents_since(api, account_id, before, after):
    """The incidents that came up between two looks at a cycle. The API need not say when one happened."""
    new = _incidents(after) - _incidents(before)
    return list(itertools.islice(api.cycles.incidents(account_id, after), min(new, _MOST_INCIDENTS))) if new > 0 else []


def _incidents(cycle):
    return (cycle.error_count or 0) + (cycle.warning_count or 0)


def _runs(cycle):
    return cycle.last_successful_run, cycle.error_count, cycle.warning_count


def _read(api, account_id, cycle):
    current = api.cycles.find(account_id, cycle.id)
    if current is None:
        raise CyclrError("Integration %s was removed while it was running" % cycle.label)
    return current
