# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What an onboarding says of integrations: why they do not run, what was changed, and what the predicted connectors make of a prediction."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.prerequisites import allowed
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycle import CONNECTOR, RUNNING, STOPPED
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable

# State of a connector -> what has to be done, so that an integration can use it
_TO_DO = dict(waits_for_oauth="%s has to be authorized", needs_key="%s needs a key")


def why_not(cycle, records):
    """What keeps an integration from running, in one line. `records` are connectors of the account, as far as they are known."""
    return printable("; ".join(dict.fromkeys(_missing(one, cycle, records) for one in cycle["prerequisites"])))


def _missing(one, cycle, records):
    if one["object_type"] == CONNECTOR:
        names = [each["name"] for each in cycle["connectors"] if each["account_connector_id"] == one["object_id"] and not each["authenticated"]]
        known = [record for record in records if record["id"] == one["object_id"] and record["connector"]["name"] in names]
        to_do = [_TO_DO[record["state"]] % record["name"] for record in known if record["state"] in _TO_DO]
        return "; ".join(to_do) or "%s is not authenticated" % (names[0] if names else "connector %s" % one["object_id"])
    where = ["%s %r" % (kind, one[kind]) for kind in ("step", "field") if one[kind]]
    reason = (one["reason"] or "reason %s" % one["code"]) + allowed(one.get("values"))
    return "%s: %s" % (", ".join(where), reason) if where else reason


def unauthenticated(cycle, records):
    """The prerequisites that follow from the connectors of the account, as the API will say them."""
    waiting = {record["id"] for record in records if record["state"] in _TO_DO}
    return [_prerequisite(one["account_connector_id"]) for one in cycle["connectors"] if one["account_connector_id"] in waiting and not one["authenticated"]]


def _prerequisite(account_connector_id):
    return dict(code=20, reason="Unauthenticated connector", object_type=CONNECTOR, object_id=account_connector_id, step=None, field=None, values=[])


def is_uncertain(cycle):
    """Whether it should run, and nobody can tell whether it will before it is installed (check mode)."""
    return cycle["running"] is None and cycle["prerequisites"] is not None


# -- prediction --------------------------------------------------------------------------------------------------------


def foreseen(result, records):
    """A predicted result of cyclr_cycle, with what follows from the connectors that earlier steps of the same run install or authenticate."""
    cycle = result.get("cycle")
    if not cycle or result["prerequisites"] is None:
        return result
    if cycle["running"] is not None:
        return _started(result) if _all_met(result["prerequisites"], records) else result
    used = [(one, _the_instance(one["name"], records)) for one in cycle["connectors"]]
    connectors = [one if record is None else dict(one, account_connector_id=record["id"], authenticated=record["authenticated"]) for one, record in used]
    waiting = [record for one, record in used if record and record["state"] in _TO_DO]
    if not waiting:
        return dict(result, cycle=dict(cycle, connectors=connectors))
    return dict(
        result,
        cycle=dict(cycle, connectors=connectors, status=STOPPED, running=False),
        prerequisites=[_prerequisite(record["id"]) for record in waiting],
        ready=False,
        diff=dict(result["diff"], after=dict(result["diff"]["after"], running=False)),
    )


def _the_instance(connector, records):
    """The installed connector that an integration will use. Which one of several Cyclr chooses is not documented."""
    found = [record for record in records if record["connector"]["name"] == connector]
    return found[0] if len(found) == 1 else None


def _all_met(prerequisites, records):
    """Whether earlier steps of the same run are what meets them."""
    ready = {record["id"] for record in records if record["state"] == "ready"}
    return bool(prerequisites) and all(one["object_type"] == CONNECTOR and one["object_id"] in ready for one in prerequisites)


def _started(result):
    cycle, diff = dict(result["cycle"], status=RUNNING, running=True), result["diff"]
    diff = dict(diff, before=dict(diff["before"], running=False), after=dict(diff["after"], running=True))
    return dict(result, changed=True, cycle=cycle, prerequisites=[], ready=True, diff=diff)


# -- changes -----------------------------------------------------------------------------------------------------------


def change_of_cycle(cycle, before, after):
    name = "integration %s" % ((cycle or before).get("name") or (cycle or before).get("id"))
    if not after:
        return "%s removed" % name
    if "template_id" in after:
        if not after["running"]:
            return "%s installed" % name
        return "%s installed and started%s" % (name, " if nothing is missing" if cycle["running"] is None else "")
    edited = sorted(set(after) - {"running", "restarted"})
    turned = ["restarted"] if after.get("restarted") else ["started" if after["running"] else "stopped"] if "running" in after else []
    return "%s%s%s" % (name, ": " if edited else " ", ", ".join(edited + turned))
