# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""From a module's validated options to its result. Shared by the module's own process and the in-process action plugin."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.cache import NoCache
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import Secrets, hidden_texts
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.api import Api
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import REQUESTS_IMPORT_ERROR


class Clients:
    """One client for each way to connect, for as long as a process lives: the items of a loop share connections and token.

    `login` has the tokens of all of them, `secrets` what no message of any of them may show.
    """

    def __init__(self, login=None, secrets=None):
        self._clients = {}
        self._login = login
        self.secrets = secrets or Secrets()

    def api(self, params, check_mode, tell=None, cache=None):
        """The API as `params` say. `tell` shows a line while an operation goes on; `cache` keeps the answers to reads."""
        connection = Connection.of(params)
        if connection not in self._clients:
            self._clients[connection] = Client(connection, login=self._login, secrets=self.secrets)
        client = self._clients[connection]
        client.read_only = check_mode
        client.cache = cache or NoCache()
        client.secrets.add(*_secrets(params))
        return Api(client, tell)


def outcome(run, params, check_mode, clients, tell=None, cache=None):
    """The result of `run(params, api, check_mode)`, or that of its failure. Never raises CyclrError."""
    if REQUESTS_IMPORT_ERROR:
        return dict(failed=True, msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    try:
        result = run(params, clients.api(params, check_mode, tell, cache), check_mode)
    except CyclrError as exc:
        result = dict(exc.as_result(), failed=True)
    if not params["validate_certs"]:
        insecure = "validate_certs is off: whoever is between this host and %s can read and change everything" % params["api_url"]
        result.setdefault("warnings", []).append(insecure)
    return result


def _secrets(params):
    """What a module was given and no message of the API may bring back."""
    yield from (params.get(option) for option in ("password", "api_key", "auth_value"))
    for option in ("oauth_tokens", "sensitive_properties"):
        yield from (params.get(option) or {}).values()


class _Module(AnsibleModule):
    """Knows all its secrets: ansible-core loses some that were given as another type, and then shows them in the invocation."""

    def exit_json(self, **kwargs):
        self.no_log_values.update(hidden_texts(self.argument_spec, self.params))
        super().exit_json(**kwargs)

    def fail_json(self, msg, **kwargs):
        self.no_log_values.update(hidden_texts(self.argument_spec, self.params))
        super().fail_json(msg, **kwargs)


def run_module(spec, run):
    """A module's `main()`."""
    module = _Module(**spec)
    result = outcome(run, module.params, module.check_mode, Clients())
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
