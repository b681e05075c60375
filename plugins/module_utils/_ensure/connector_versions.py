# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The instances of one connector in an account, in its old versions and in the new one.

The API cannot change the version of an instance, and the name of an instance is unique. So the old instance gets another name, and a new one its name:
what is described by the name stays described. The new name of the old one says what it was called, so that the next run finds the two again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import match
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.account_connector import AccountConnector
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput

_REPLACED = re.compile(r"(.+?) \(replaced(?: by .*)?\)", re.DOTALL)


def original_name(name):
    """What an instance was called before it was replaced."""
    found = _REPLACED.fullmatch(name)
    return found.group(1) if found else name


def replaced_name(name, version):
    """What an instance is called after it was replaced by another version."""
    return "%s (replaced by %s)" % (name, version) if version else "%s (replaced)" % name


@dataclass(frozen=True)
class Instances:
    """Those that belong together: the ones to replace, and the one that replaces them, if it is installed."""

    # What the new one is called, or will be
    name: str
    old: tuple
    new: AccountConnector | None
    # The one whose place the new one takes, because it has its name
    holder: AccountConnector | None

    @property
    def source(self):
        """The one whose settings the new one gets."""
        return self.holder if self.holder in self.old else max(self.old, key=lambda one: one.id)


def of_connector(installed, connector):
    """The instances of a connector by its name in the catalogue."""
    return [one for one in installed if (one.connector.name or "").lower() == connector.lower()]


def is_called(one, name):
    """Whether an instance is called so, or was before it was replaced."""
    return name in (None, one.name, original_name(one.name))


def version_of(installed):
    return installed.connector.version or ""


def is_newer(version, other):
    """Whether one version is later than another, as far as they are numbered alike. In general, a version is any text."""
    alike = re.sub(r"\d+", "#", version) == re.sub(r"\d+", "#", other)
    return alike and [int(number) for number in re.findall(r"\d+", version)] > [int(number) for number in re.findall(r"\d+", other)]


def is_to_replace(one, version, from_versions):
    """Whether an instance is in an older version, or in one of `from_versions` if any are given."""
    own = version_of(one)
    if own == version:
        return False
    return own in from_versions if from_versions else not is_newer(own, version)


def instances(account_id, installed, params):
    """The Instances of the connector in an account, or None if none has to be replaced. `installed` are all connectors of the account."""
    version = params["connector_version"]
    found = of_connector(installed, params["connector"])
    old = [one for one in found if is_called(one, params["instance"]) and is_to_replace(one, version, params["from_versions"])]
    names = sorted({original_name(one.name) for one in old})
    if len(names) > 1:
        there = ", ".join("%r (%s)" % (one.name, one.connector.label) for one in old)
        raise InvalidInput("instance: account %r has several instances to upgrade, choose one of %s: %s" % (account_id, ", ".join(map(repr, names)), there))
    if not old:
        return None
    name = params["name"] or names[0]
    holder = match(installed, name)
    same = [one for one in found if version_of(one) == version and is_called(one, name)]
    new = holder if holder in same else max(same, key=lambda one: one.id, default=None)
    if holder is not None and holder is not new:
        _check_holder(account_id, holder, old, installed, replaced_name(name, version))
    return Instances(name, tuple(old), new, None if holder is new else holder)


def _check_holder(account_id, holder, old, installed, name):
    """Whether an instance can be renamed, which only those to be replaced are."""
    if holder not in old:
        raise InvalidInput("name: account %r has another connector under the name %r: %s" % (account_id, holder.name, holder.connector.label))
    if match(installed, name) is not None:
        raise InvalidInput("instance: account %r already has a connector under the name %r: rename or remove it first" % (account_id, name))
