# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""From a module's validated options to its result. Shared by the module's own process and the in-process action plugin."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.cache import NoCache
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.client import Client
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import Secrets, masked, secret_values, without_userinfo
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.api import Api
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import REQUESTS_IMPORT_ERROR


class Clients:
    """One client for each way to connect, for as long as a process lives: the items of a loop share connections and token.

    `login` has the tokens of all of them. What one of them knows as a secret, all of them keep.
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
        api_url = without_userinfo(params["api_url"])
        insecure = "validate_certs is off: whoever is between this host and %s can read and change everything" % api_url
        result.setdefault("warnings", []).append(insecure)
    return result


def shown(result, argument_spec, params):
    """A result as it may leave the module: without secrets in its texts, and with the options that are not secret.

    Records are left alone: they are built from named fields without secrets, and ids, names and verdicts must not change because
    they happen to contain one.
    """
    secrets = Secrets(*secret_values(argument_spec, params))
    clean = dict(result, invocation=dict(module_args=masked(argument_spec, params)))
    for key in ("msg", "exception"):
        if isinstance(clean.get(key), str):
            clean[key] = secrets.replace(clean[key])
    if "warnings" in clean:
        clean["warnings"] = [secrets.replace(warning) for warning in clean["warnings"]]
    error = clean.get("error")
    if isinstance(error, dict) and isinstance(error.get("message"), str):
        clean["error"] = dict(error, message=secrets.replace(error["message"]))
    return clean


def refusal(msg, argument_spec, params, no_log_values):
    """Why ansible-core refuses the options, without the secrets among them."""
    return Secrets(*secret_values(argument_spec, params)).replace(remove_values(without_userinfo(msg), no_log_values))


class _Module(AnsibleModule):
    """Leaves what is shown to `shown`: ansible-core would replace a secret wherever it is a part of a name, an id or a verdict."""

    _was_accepted = False

    def exit_json(self, **kwargs):
        super().exit_json(**self._shown(kwargs))

    def fail_json(self, msg, **kwargs):
        if not self._was_accepted:
            msg = refusal(msg, self.argument_spec, self.params, self.no_log_values)
        super().fail_json(**self._shown(dict(kwargs, msg=msg)))

    def _shown(self, result):
        self.no_log_values = set()
        return shown(result, self.argument_spec, self.params)


def run_module(spec, run):
    """A module's `main()`."""
    module = _Module(**spec)
    module._was_accepted = True
    clients = Clients()
    clients.secrets.add(*secret_values(spec["argument_spec"], module.params))
    result = outcome(run, module.params, module.check_mode, clients)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
