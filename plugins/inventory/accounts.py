# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: accounts
short_description: Cyclr accounts as hosts
description:
  - Reads the accounts of a Cyclr partner and makes each of them a host, so that one play goes over many customers and a controller can
    slice a job over them.
  - The configuration is a YAML file whose name ends in C(cyclr.yml) or C(cyclr.yaml).
  - Each host has the variables C(cyclr_account_id) (the account's API ID) and C(cyclr_account) (its fields, as
    M(cyclr.ipaas.cyclr_account_info) returns them), and with O(connectors=true) also C(cyclr_connectors) (a list, as C(account_connectors)
    of M(cyclr.ipaas.cyclr_connector_info), never with secrets).
  - Tasks for these hosts run on the controller. Therefore C(ansible_connection) is V(local) and C(ansible_python_interpreter) the Python of
    the controller. O(compose) can replace both.
  - A sub-account is in the group C(cyclr_parent_<id of its parent>).
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.connection.plugin
  - constructed
  - inventory_cache
options:
  plugin:
    description:
      - Marks the file as a configuration of this plugin.
    type: str
    required: true
    choices: [cyclr.ipaas.accounts]
  hostname:
    description:
      - A Jinja2 template for the name of a host. It can use the variables of the host.
      - It must give each account a name of its own. If this is not set, the name is the account's id.
    type: str
  include:
    description:
      - Only accounts whose id matches one of these patterns are hosts, for example V(customer-*). All are if this is empty.
      - The patterns are those of a shell (V(*), V(?), V([abc])), upper and lower case differ.
    type: list
    elements: str
    default: []
  exclude:
    description:
      - Accounts whose id matches one of these patterns are no hosts, even if O(include) names them.
    type: list
    elements: str
    default: []
  sub_accounts:
    description:
      - Ask for the sub-accounts of each account, and of these again.
      - Needed where the API does not list them among all accounts, or does not tell their parent. It takes one request for each account.
    type: bool
    default: false
  connectors:
    description:
      - Read the connectors of each account too. It takes one request for each account, or more where it has many connectors.
      - Adds the group C(cyclr_connector_<name>) for each connector that is installed, by its name in the catalogue.
      - Adds the group C(cyclr_needs_oauth), of accounts with a connector for which somebody has to consent in a browser.
      - Adds the group C(cyclr_ready), of accounts in which everything that needs authentication has it. An account in which only a key or a
        password is missing is in neither of the two groups.
    type: bool
    default: false
  threads:
    description:
      - How many requests are under way at the same time for O(connectors) and O(sub_accounts). They share one login.
    type: int
    default: 8
notes:
  - The names of groups are made valid as in O(keyed_groups), by replacing other characters than letters, digits and the underscore.
    Where two names become one, there is a warning.
  - O(api_url), O(client_id), O(client_secret) and O(access_token) may be Jinja2 templates in the file. They can use lookups and extra
    variables.
  - Everything is read before the first host is added. When a request fails, the whole source fails. By default ansible-core only warns about
    that and goes on without the source. Set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true) (C(any_unparsed_is_failed) in the section
    C([inventory]) of C(ansible.cfg)) to end the run with an error instead.
  - The cache (O(cache)) is read before the API is asked, and holds no secret. Use C(--flush-cache), or V(refresh_inventory) of
    M(ansible.builtin.meta), to renew it.
seealso:
  - module: cyclr.ipaas.cyclr_account_info
  - module: cyclr.ipaas.cyclr_connector_info
"""

# One document: ansible-test of core 2.16 accepts no second one.
EXAMPLES = r"""
# Each example is a file of its own; those after the first are commented out.

# customers.cyclr.yml: all accounts but one. The credentials come from CYCLR_CLIENT_ID and CYCLR_CLIENT_SECRET.
plugin: cyclr.ipaas.accounts
api_url: https://api.cyclr.uk
exclude:
  - templates

## With what is installed in them. This limits a play to the customers who still have to consent:
## ansible-playbook -i waiting.cyclr.yml --limit cyclr_needs_oauth playbook.yml
# plugin: cyclr.ipaas.accounts
# client_id: 0123456789abcdef
# client_secret: "{{ lookup('ansible.builtin.file', '/run/secrets/cyclr') }}"
# connectors: true
# sub_accounts: true

## With names, variables and groups of one's own, and a cache for an hour.
# plugin: cyclr.ipaas.accounts
# hostname: "{{ cyclr_account.name | lower | replace(' ', '-') }}-{{ cyclr_account_id }}"
# include:
#   - customer-*
# connectors: true
# strict: true
# compose:
#   onboard_account_timezone: cyclr_account.timezone or 'Europe/London'
#   connector_count: cyclr_connectors | length
# groups:
#   empty: cyclr_connectors | length == 0
#   old_mailchimp: cyclr_connectors | selectattr('connector.name', 'eq', 'Mailchimp') | rejectattr('connector.version', 'eq', '3.0') | length > 0
# keyed_groups:
#   - key: cyclr_account.timezone
#     prefix: timezone
# cache: true
# cache_plugin: ansible.builtin.jsonfile
# cache_connection: /var/tmp/cyclr-inventory
# cache_timeout: 3600

## Source of an inventory in AWX or Automation Controller ("Sourced from a Project"). A credential type of one's own injects CYCLR_API_URL,
## CYCLR_CLIENT_ID and CYCLR_CLIENT_SECRET into the environment, and the collection is in the execution environment. The job template sets
## the number of slices.
# plugin: cyclr.ipaas.accounts
# connectors: true
# threads: 4
# exclude:
#   - templates
#   - "*-test"
"""

import hashlib
import json

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import Connection
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.account_reader import is_ready, needs_oauth, read_fleet
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import REQUESTS_IMPORT_ERROR
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import trust_as_template, wrap_var

_TEMPLATES = ("api_url", "client_id", "client_secret", "access_token")
_CONNECTION = _TEMPLATES + ("validate_certs", "ca_path", "timeout", "retry_timeout")
_WHAT_TO_READ = ("sub_accounts", "connectors", "include", "exclude")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "cyclr.ipaas.accounts"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(("cyclr.yml", "cyclr.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        unknown = sorted(set(config) - set(self.option_definitions))
        if unknown:
            raise AnsibleParserError("%s: the plugin %s has no option %s" % (path, self.NAME, ", ".join(map(str, unknown))))
        self._add_hosts(self._fleet(config, path, cache))

    # -- reading ---------------------------------------------------------------------------------------------------

    def _fleet(self, config, path, cache):
        """The accounts, from the cache where that is allowed, else from the API."""
        options = {name: self._connection_option(name, config) for name in _CONNECTION}
        key = "%s_%s" % (self.get_cache_key(path), self._fingerprint(options))
        caching = self.get_option("cache")
        if caching and cache:
            try:
                return self._cache[key]
            except KeyError:
                pass
        fleet = self._read(options)
        if caching:
            self._cache[key] = fleet
        return fleet

    def _read(self, options):
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        if not options["validate_certs"]:
            self.display.warning("validate_certs is off: whoever is between this host and %s can read and change everything" % options["api_url"])
        try:
            return read_fleet(Connection.of(options), self.get_option("threads"), **{name: self.get_option(name) for name in _WHAT_TO_READ})
        except CyclrError as exc:
            raise AnsibleParserError(exc.msg) from exc

    def _connection_option(self, name, config):
        value = self.get_option(name)
        if name not in _TEMPLATES or config.get(name) is None or not isinstance(value, str):
            return value
        self.templar.available_variables = self._vars
        try:
            rendered = self.templar.template(value)
        except AnsibleError as exc:
            raise AnsibleParserError("%s: the template cannot be rendered: %s" % (name, exc)) from exc
        return rendered if rendered is None else str(rendered)

    def _fingerprint(self, options):
        """What tells cached accounts apart that were read with other options or for another partner. It gives no secret away."""
        partner = options["client_id"] or hashlib.sha256((options["access_token"] or "").encode()).hexdigest()[:8]
        parts = [options["api_url"], partner] + [self.get_option(name) for name in _WHAT_TO_READ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    # -- adding ----------------------------------------------------------------------------------------------------

    def _add_hosts(self, fleet):
        """All hosts, or none of them and an error."""
        hosts = self._named([_variables(entry) for entry in fleet])
        added = [name for name in hosts if name not in self.inventory.hosts]
        self._groups = {}
        try:
            for name, variables in hosts.items():
                self._add_host(name, variables)
        except Exception:
            for name in added:
                if name in self.inventory.hosts:
                    self.inventory.remove_host(self.inventory.hosts[name])
            raise

    def _named(self, all_variables):
        """Host name -> variables."""
        hosts = {}
        for variables in all_variables:
            # Joined, a wrapped text becomes a plain one.
            name = "".join(self._host_name(variables))
            if name in hosts:
                ids = (hosts[name]["cyclr_account_id"], variables["cyclr_account_id"], name)
                raise AnsibleParserError("hostname: the accounts %r and %r would both be the host %r; use cyclr_account_id in the template" % ids)
            hosts[name] = variables
        return hosts

    def _host_name(self, variables):
        template, account_id = self.get_option("hostname"), variables["cyclr_account_id"]
        if template is None:
            return account_id
        self.templar.available_variables = variables
        try:
            name = self.templar.template(template)
        except AnsibleError as exc:
            raise AnsibleParserError("hostname: the template cannot be rendered for account %r: %s" % (account_id, exc)) from exc
        name = "" if name is None else str(name).strip()
        if not name:
            raise AnsibleParserError("hostname: the name for account %r is empty" % account_id)
        return name

    def _add_host(self, name, variables):
        # A wrapped name would be exported as a dictionary, so it is wrapped only where it could do harm.
        host = self.inventory.add_host(wrap_var(name) if "{" in name else name)
        for variable, value in variables.items():
            self.inventory.set_variable(host, variable, value)
        if variables["cyclr_account"]["parent_account_id"]:
            self._add_to("cyclr_parent_", variables["cyclr_account"]["parent_account_id"], host)
        self._add_to_connector_groups(variables.get("cyclr_connectors"), host)
        strict = self.get_option("strict")
        known = self.inventory.get_host(host).get_vars()
        self._set_composite_vars(self.get_option("compose"), known, host, strict)
        self._add_host_to_composed_groups(self.get_option("groups"), known, host, strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), known, host, strict)

    def _add_to_connector_groups(self, connectors, host):
        if connectors is None:
            return
        for connector in connectors:
            self._add_to("cyclr_connector_", connector["connector"]["name"] or connector["name"], host)
        if needs_oauth(connectors):
            self._add_to("cyclr_needs_oauth", "", host)
        if is_ready(connectors):
            self._add_to("cyclr_ready", "", host)

    def _add_to(self, prefix, name, host):
        group = self.inventory.add_group(self._sanitize_group_name(prefix + name))
        first = self._groups.setdefault(group, name)
        if first != name:
            self.display.warning("The group %s stands for both %r and %r" % (group, first, name))
        self.inventory.add_child(group, host)


def _variables(entry):
    """The variables of a host. What comes from the API is never a template."""
    variables = dict(
        ansible_connection=trust_as_template("local"),
        ansible_python_interpreter=trust_as_template("{{ ansible_playbook_python }}"),
        cyclr_account_id=wrap_var(entry["account"]["id"]),
        cyclr_account=wrap_var(entry["account"]),
    )
    if entry["connectors"] is not None:
        variables["cyclr_connectors"] = wrap_var(entry["connectors"])
    return variables
