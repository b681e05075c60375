# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The steps from one version of an installed connector to another. A later run finds each of them done."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.account_connector import ensure_installed, ensure_removed, ensure_renamed
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_replacement import replacement
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_uses import uses
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.connector_versions import is_called, of_connector, replaced_name, version_of
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import catalogue_target
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, NotTaken


class Interrupted(CyclrError):
    """A request failed after others had changed something."""

    def __init__(self, cause, done):
        msg = "%s. Done before: %s. Run it again to continue" % (cause.msg.rstrip("."), "; ".join(done))
        super().__init__(msg, cause.status, cause.method, cause.path, cause.message)

    def as_result(self):
        return dict(super().as_result(), changed=True)


class Upgrade:
    """The steps for the Instances of one account."""

    def __init__(self, api, account_id, params, found, check_mode):
        self._api = api
        self._account_id = account_id
        self._params = params
        self._check_mode = check_mode
        self._found = found
        self._done = []
        self._before, self._after = {}, {}
        # Name -> version of the instances before and after
        self._left, self._came = {}, {}

    def result(self):
        """Whatever is wrong with the options is found before the first write."""
        connector = catalogue_target(self._api, self._account_id, dict(self._params, connector_id=None))
        wanted = replacement(self._params, connector, self._found)
        try:
            old = [self._give_way(one) for one in self._found.old]
            new = self._found.new and self._renamed(self._found.new, self._found.name)
            record = self._installed(wanted, new)
            replaced = [self._replaced(one, record, used) for one, used in uses(self._api, self._account_id, old)]
        except CyclrError as exc:
            if not self._done:
                raise
            raise Interrupted(exc, self._done) from exc
        diff = dict(before=self._shown(self._before, self._left), after=self._shown(self._after, self._came))
        return _result(_state(record, replaced), record, replaced, bool(self._done), diff)

    def _give_way(self, old):
        """The old instance gives its name to the new one."""
        if old is not self._found.holder:
            return old
        try:
            return self._renamed(old, replaced_name(old.name, self._params["connector_version"]))
        except NotTaken as exc:
            msg = "%s. Rename it in the Console, or choose another name for the new instance with the option name" % exc.msg
            raise NotTaken(msg) from exc

    def _renamed(self, installed, name):
        renamed = ensure_renamed(self._api, self._account_id, installed, name, self._check_mode)
        if name != installed.name:
            self._done.append("%r renamed to %r" % (installed.name, name))
            self._left[installed.name] = self._came[name] = version_of(installed)
        return renamed

    def _installed(self, wanted, existing):
        """The record of the new instance."""
        outcome = ensure_installed(self._api, self._account_id, wanted, existing, self._check_mode)
        if outcome.changed:
            self._done.append("%r %s" % (wanted.name, "updated" if existing else "installed"))
            self._before.update(outcome.before)
            self._after.update({name: value for name, value in outcome.after.items() if name not in ("name", "connector", "version")})
            if existing is None:
                self._came[wanted.name] = version_of(outcome.current)
        return wanted.record(outcome.current)

    def _replaced(self, old, record, used):
        """The record of an old instance, which is removed if nothing needs it any more."""
        removed = self._params["remove_replaced"] and record["state"] == "ready" and not used
        if removed:
            ensure_removed(self._api, self._account_id, old, self._check_mode)
            self._done.append("%r removed" % old.name)
            if self._came.pop(old.name, None) is None:
                self._left[old.name] = version_of(old)
        return dict(id=old.id, name=old.name, version=old.connector.version, removed=removed, used_by=used)

    @staticmethod
    def _shown(fields, versions):
        return dict(fields, instances=versions) if versions else fields


def _state(record, replaced):
    if record["state"] != "ready":
        return record["state"]
    left = [one for one in replaced if not one["removed"]]
    if not left:
        return "up_to_date"
    return "in_use" if any(one["used_by"] for one in left) else "removable"


def _result(state, record, replaced=(), changed=False, diff=None):
    return dict(changed=changed, state=state, account_connector=record, replaced=list(replaced), diff=diff or dict(before={}, after={}))


def nothing_to_replace(installed, params):
    """The result for an account in which no instance has to be replaced."""
    found = [one for one in of_connector(installed, params["connector"]) if is_called(one, params["instance"])]
    current = [one for one in found if version_of(one) == params["connector_version"]]
    if not current:
        return _result("left_out" if found else "not_installed", None)
    record = max(current, key=lambda one: one.state != "ready").record()
    return _result("up_to_date" if record["state"] == "ready" else record["state"], record)
