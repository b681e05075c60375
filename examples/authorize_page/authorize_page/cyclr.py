# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Cyclr, as far as the page needs it: two modules of the collection, whose documented options and results are the interface."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput, NoSuchAccount, printable
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import Clients
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_info, cyclr_oauth_link

from .settings import WrongSetting

__all__ = ["Cyclr", "CyclrError", "NoSuchAccount"]

# Somebody is watching an empty page: a playbook may wait longer.
_TIMES = dict(timeout=("CYCLR_TIMEOUT", 10), retry_timeout=("CYCLR_RETRY_TIMEOUT", 10))


@dataclass(frozen=True)
class Connector:
    """What the page shows of an installed connector."""

    id: int
    name: str
    state: str | None
    is_oauth: bool

    @property
    def is_ready(self):
        return self.state == "ready"

    @property
    def can_connect(self):
        return self.state == "waits_for_oauth"

    @property
    def can_connect_again(self):
        return self.is_ready and self.is_oauth


class Cyclr:
    """Reads the connectors of an account and creates links. Raises CyclrError.

    How to reach the API is said by the same environment variables as in a playbook.
    """

    def __init__(self, settings):
        self._settings = settings
        self._login = _Login()
        self._check()

    def connectors(self, account_id):
        """Those that wait for the customer come first. The company's own connector is left out: it is not for the customer to connect."""
        found = self._run(cyclr_connector_info, account_id=account_id, gather=["installed"])["account_connectors"]
        connectors = [_connector(one) for one in found if not one["is_partner_connector"]]
        return sorted(connectors, key=lambda one: (not one.can_connect, one.is_ready, one.name.lower(), one.id))

    def link(self, account_id, connector, target_origin, force):
        """A fresh link, which is a secret. None if the connector is authenticated already, unless `force` is set."""
        link = self._run(cyclr_oauth_link, **self._link_options(account_id, connector.id, target_origin, force))["oauth_link"]
        return link and link["url"]

    def _link_options(self, account_id, connector_id, target_origin, force):
        options = dict(account_id=account_id, account_connector_id=connector_id, target_origin=target_origin, force=force)
        return dict(options, username=self._settings.username) if self._settings.username else options

    def _run(self, module, **options):
        params = _parameters(module, options)
        # Every request has its own client, since a client is not made for threads. They share the login.
        return module.run(params, Clients(self._login).api(params, check_mode=False), False)

    def _check(self):
        """Raises WrongSetting for what would fail with every link."""
        try:
            params = _parameters(cyclr_oauth_link, self._link_options("any", 0, self._settings.url or "http://localhost", False))
            Clients().api(params, check_mode=True)
            cyclr_oauth_link.check_link_options(params)
        except InvalidInput as exc:
            raise WrongSetting(str(exc)) from None


class _Login:
    """One access token for all threads, until the API refuses it."""

    def __init__(self):
        self._token = None
        self._lock = threading.Lock()

    def token(self, connection, refused, fetch):
        with self._lock:
            if self._token is None or self._token == refused:
                self._token = fetch()[0]
            return self._token


def _parameters(module, options):
    """All parameters of a module: its options, the variables of the environment and the defaults, checked as in a playbook."""
    times = {name: os.environ.get(variable) or seconds for name, (variable, seconds) in _TIMES.items()}
    rules = {name: rule for name, rule in module.SPEC.items() if name != "supports_check_mode"}
    validation = ArgumentSpecValidator(**rules).validate(dict(times, **options))
    if validation.error_messages:
        raise InvalidInput("; ".join(validation.error_messages))
    return validation.validated_parameters


def _connector(record):
    name = printable(record["name"] or record["connector"]["name"] or "").strip()
    return Connector(record["id"], name or "Connector %d" % record["id"], record["state"], bool(record["requires_oauth"]))
