# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: accounts
short_description: Cyclr accounts as hosts
version_added: 0.1.0
description:
  - Reads the accounts of a Cyclr partner and makes each of them a host, so that one play runs over many customers and a controller can
    slice a job over them.
  - The configuration is a YAML file whose name ends in C(cyclr.yml) or C(cyclr.yaml).
  - Each host has the variables C(cyclr_account_id) (the account's API ID) and C(cyclr_account) (its fields, as
    M(cyclr.ipaas.cyclr_account_info) returns them). With O(connectors=true), it also has C(cyclr_connectors), a list like
    C(account_connectors) of M(cyclr.ipaas.cyclr_connector_info). With O(cycles=true), it also has C(cyclr_cycles), a list like C(cycles) of
    M(cyclr.ipaas.cyclr_cycle_info).
  - C(cyclr_connectors) contains the names of properties but not their values. Every C(value) is V(null), and so is C(auth_value).
  - Tasks for these hosts run on the controller. Therefore C(ansible_connection) is V(local) and C(ansible_python_interpreter) is the Python of
    the controller. O(compose) can replace both.
  - A sub-account is in the group C(cyclr_parent_<ID of its parent>).
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
      - Defaults to the account's ID.
      - Each account needs a unique name. See the notes for names that are refused.
    type: str
  include:
    description:
      - Only accounts whose ID matches one of these patterns become hosts, for example V(customer-*). If this is empty, all accounts do.
      - The patterns are those of a shell (V(*), V(?), V([abc])) and case-sensitive.
    type: list
    elements: str
    default: []
  exclude:
    description:
      - Accounts whose ID matches one of these patterns are excluded, even if they match O(include).
    type: list
    elements: str
    default: []
  strict:
    description:
      - If V(true), an account that cannot be a host fails the whole source, and so does an expression that fails for one account.
      - If V(false), such an account is left out with a warning, and an expression that fails is skipped.
      - An account for which the key of an entry in O(keyed_groups) is empty is in no group of that entry. This is never an error.
      - Anybody who can rename an account can make a strict inventory fail. Use V(true) if no host is better than a missing one.
      - An account stays a host if only the name of the group of its parent or of one of its connectors is too long. It is not in that group.
  sub_accounts:
    description:
      - Read the sub-accounts of each account, and their sub-accounts.
      - Needed if the API does not list them among all accounts or does not return their parent. It takes one request per account.
    type: bool
    default: false
  connectors:
    description:
      - Read the connectors of each account too. It takes one request per account, or more if it has many connectors.
      - Adds the group C(cyclr_connector_<name>) for each installed connector, named after the connector in the catalogue.
      - Adds the group C(cyclr_needs_oauth) of accounts with a connector that a customer has to authorize in a browser.
      - Adds the group C(cyclr_ready) of accounts in which every connector that needs authentication is authenticated. An account in which
        only a key or a password is missing is in neither of the two groups.
    type: bool
    default: false
  cycles:
    version_added: 1.0.0
    description:
      - Read the integrations of each account too. It takes one request per account, or more if it has many integrations.
      - Adds the group C(cyclr_running) of accounts in which every integration runs, and the group C(cyclr_not_running) of accounts in which at least
        one does not. An account without integrations is in neither of the two groups.
      - Why an integration does not run is not read. M(cyclr.ipaas.cyclr_cycle_info) shows it.
    type: bool
    default: false
  threads:
    description:
      - Maximum number of concurrent requests for O(connectors), O(cycles) and O(sub_accounts). They share one login.
    type: int
    default: 8
notes:
  - ansible-core looks for files by the names of hosts, for example in C(host_vars) and in fact caches. Therefore an account is refused if the
    name of its host is empty, contains a slash, a backslash, a control character or a mark that changes the direction of writing, begins or ends
    with a blank, consists of dots, contains the name of an environment variable (C($HOME)), ends in C(.yml), C(.yaml) or C(.json), is longer than
    200 characters, is V(localhost), or is the name of a group. If several accounts have the same name, all of them are refused. See O(strict) for what
    happens to a refused account. If every account is refused, the source fails.
  - Text of the API in O(keyed_groups) is refused in the same way if the group would be named like a host, like a group of O(groups), or like a group
    that this plugin or ansible-core defines.
  - The names of groups are made valid as in O(keyed_groups), by replacing all characters except letters, digits and the underscore.
    If two names become the same, there is a warning.
  - O(api_url), O(client_id), O(client_secret) and O(access_token) may be Jinja2 templates in the file. They can use lookups and extra
    variables.
  - All accounts are read before the first host is added. If a request fails, the whole source fails. By default, ansible-core only warns about
    that and continues without the source. Set E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true) (C(any_unparsed_is_failed) in the section
    C([inventory]) of C(ansible.cfg)) to end the run with an error instead.
  - The cache (O(cache)) is read before the API is asked, and contains no secret. Use C(--flush-cache), or V(refresh_inventory) of
    M(ansible.builtin.meta), to renew it. A cache that contains anything other than accounts is ignored.
  - Whoever can write to the cache decides which accounts a play runs over. Keep it in a folder of your own with the mode C(0700), never
    in a folder that others can write to.
seealso:
  - module: cyclr.ipaas.cyclr_account_info
  - module: cyclr.ipaas.cyclr_connector_info
  - module: cyclr.ipaas.cyclr_cycle_info
"""

# One document: ansible-test of core 2.16 accepts no second one.
EXAMPLES = r"""
# Each example is a separate file. Those after the first are commented out.

# customers.cyclr.yml: all accounts except one. The credentials come from CYCLR_CLIENT_ID and CYCLR_CLIENT_SECRET.
plugin: cyclr.ipaas.accounts
api_url: https://api.cyclr.uk
exclude:
  - templates

## With the connectors that are installed in them. This limits a play to the customers who still have to authorize a connector:
## ansible-playbook -i waiting.cyclr.yml --limit cyclr_needs_oauth playbook.yml
# plugin: cyclr.ipaas.accounts
# client_id: 0123456789abcdef
# client_secret: "{{ lookup('ansible.builtin.file', '/run/secrets/cyclr') }}"
# connectors: true
# sub_accounts: true

## With the integrations. This starts those that had to wait:
## ansible-playbook -i integrations.cyclr.yml cyclr.ipaas.roll_out_integration -e cyclr_hosts=cyclr_not_running -e "roll_out_template='...'"
# plugin: cyclr.ipaas.accounts
# cycles: true

## With your own names, variables and groups, and a cache that is valid for an hour. Create its folder with the mode 0700.
# plugin: cyclr.ipaas.accounts
# hostname: "{{ cyclr_account.name | lower | regex_replace('[^a-z0-9]+', '-') }}-{{ cyclr_account_id }}"
# include:
#   - customer-*
# connectors: true
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
# cache_connection: ~/.cache/cyclr-inventory
# cache_timeout: 3600

## The source of an inventory in AWX or Automation Controller ("Sourced from a Project"). A custom credential type injects CYCLR_API_URL,
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
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, some_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.account_reader import all_run, is_ready, needs_oauth, read_fleet, some_do_not_run
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.cached_accounts import recovered
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_names import RESERVED_GROUPS, shown, why_no_group_name, why_no_host_name
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import REQUESTS_IMPORT_ERROR
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import trust_as_template, wrap_var

_TEMPLATES = ("api_url", "client_id", "client_secret", "access_token")
_CONNECTION = _TEMPLATES + ("validate_certs", "ca_path", "timeout", "retry_timeout")
_FURTHER_READS = ("sub_accounts", "connectors", "cycles")
_PATTERNS = ("include", "exclude")


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
        """The accounts, from the cache if that is allowed, else from the API."""
        options = {name: self._connection_option(name, config) for name in _CONNECTION}
        wanted = {name: self.get_option(name) for name in _FURTHER_READS}
        wanted.update((name, self._patterns(name)) for name in _PATTERNS)
        key = "%s_%s" % (self.get_cache_key(path), self._fingerprint(options, wanted))
        caching = self.get_option("cache")
        fleet = self._cached(key, wanted) if caching and cache else None
        if fleet is None:
            fleet = self._read(options, wanted)
            if caching:
                self._cache[key] = fleet
        return fleet

    def _cached(self, key, wanted):
        """The accounts of the cache, or None if they have to be read."""
        try:
            stored = self._cache[key]
        except KeyError:
            return None
        except Exception as exc:
            # What cannot be decoded raises whatever the cache plugin happens to raise.
            self.display.warning("The inventory cache cannot be read, so the API is asked: %s" % exc)
            return None
        fleet = recovered(stored, wanted["connectors"], wanted["cycles"])
        if fleet is None:
            # ansible-core would compare it with what replaces it, and stumble over values that cannot be compared.
            getattr(self._cache, "_retrieved", {}).pop(key, None)
            self.display.warning("The inventory cache contains something else than accounts, so the API is asked")
        return fleet

    def _read(self, options, wanted):
        if REQUESTS_IMPORT_ERROR:
            raise AnsibleParserError(missing_required_lib("requests"))
        if not options["validate_certs"]:
            self.display.warning("validate_certs is off: whoever is between this host and %s can read and change everything" % options["api_url"])
        try:
            return read_fleet(Connection.of(options), self.get_option("threads"), **wanted)
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

    def _patterns(self, name):
        try:
            return as_list(self.get_option(name), name)
        except CyclrError as exc:
            raise AnsibleParserError(exc.msg) from exc

    def _fingerprint(self, options, wanted):
        """What distinguishes cached accounts that were read with other options or for another partner. It gives no secret away."""
        partner = options["client_id"] or hashlib.sha256((options["access_token"] or "").encode()).hexdigest()[:8]
        parts = [options["api_url"], partner] + [wanted[name] for name in _FURTHER_READS + _PATTERNS]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    # -- adding ----------------------------------------------------------------------------------------------------

    def _add_hosts(self, fleet):
        """Adds every account that can be a host. With `strict`, an account that cannot is an error, and no host is added."""
        self._refusals, self._groups, self._reserved_groups = [], {}, ()
        self._hosts = self._named([_variables(entry) for entry in fleet])
        added = []
        try:
            for name, variables in self._hosts.items():
                if self._is_added(name, variables):
                    added.append(name)
        except Exception:
            self._remove(added)
            raise
        if self._refusals and not added:
            # A mistake in this file rather than in an account.
            raise AnsibleParserError(self._refusals[0])
        for reason in self._refusals:
            self.display.warning("Left out of the inventory: %s" % reason)

    def _refuse(self, reason):
        if self.get_option("strict"):
            raise AnsibleParserError(reason)
        self._refusals.append(reason)

    def _named(self, all_variables):
        """Host name -> variables."""
        groups = set(self.inventory.groups) | set(self._own_group_names())
        named = {}
        for variables in all_variables:
            try:
                named.setdefault(self._host_name(variables), []).append(variables)
            except AnsibleParserError as exc:
                self._refuse(str(exc))
        hosts = {}
        for name, several in named.items():
            ids = [shown(variables["cyclr_account_id"]) for variables in several]
            reason = why_no_host_name(name, groups)
            if len(ids) > 1:
                # Files of variables may belong to either of them, so none gets the name.
                self._refuse("hostname: the accounts %s would %s be the host %s; use cyclr_account_id in the template" % (*_listed(ids), shown(name)))
            elif reason:
                self._refuse("hostname: the name %s for account %s %s" % (shown(name), ids[0], reason))
            else:
                hosts[name] = several[0]
        return hosts

    def _host_name(self, variables):
        # Joined, a wrapped text becomes a plain one.
        template, account_id = self.get_option("hostname"), "".join(variables["cyclr_account_id"])
        if template is None:
            return account_id
        self.templar.available_variables = variables
        try:
            name = self.templar.template(template)
        except AnsibleError as exc:
            raise AnsibleParserError("hostname: the template cannot be rendered for account %s: %s" % (shown(account_id), exc)) from exc
        name = "" if name is None else "".join(str(name)).strip()
        if not name:
            raise AnsibleParserError("hostname: the name for account %s is empty" % shown(account_id))
        return name

    def _is_added(self, name, variables):
        """Adds an account and everything that is derived from it, or nothing."""
        is_new = name not in self.inventory.hosts
        try:
            self._add_host(name, variables)
            return True
        except Exception as exc:
            if is_new:
                self._remove([name])
            if self.get_option("strict"):
                raise
            # Expressions of the file meet whatever is stored in an account.
            self._refuse("account %s: %s" % (shown(variables["cyclr_account_id"]), exc))
            return False

    def _remove(self, names):
        for name in names:
            if name in self.inventory.hosts:
                self.inventory.remove_host(self.inventory.hosts[name])

    def _add_host(self, name, variables):
        # A wrapped name would be exported as a dictionary, so it is wrapped only if it could do harm.
        host = self.inventory.add_host(wrap_var(name) if "{" in name else name)
        for variable, value in variables.items():
            self.inventory.set_variable(host, variable, value)
        if variables["cyclr_account"]["parent_account_id"]:
            self._add_to("cyclr_parent_", variables["cyclr_account"]["parent_account_id"], host)
        self._add_to_connector_groups(variables.get("cyclr_connectors"), host)
        self._add_to_cycle_groups(variables.get("cyclr_cycles") or (), host)
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

    def _add_to_cycle_groups(self, cycles, host):
        if all_run(cycles):
            self._add_to("cyclr_running", "", host)
        if some_do_not_run(cycles):
            self._add_to("cyclr_not_running", "", host)

    def _add_to(self, prefix, name, host):
        try:
            group = self.inventory.add_group(self._sanitize_group_name(prefix + name))
        except AnsibleParserError as exc:
            if self.get_option("strict"):
                raise
            # The account is wanted all the same.
            self.display.warning("The host %s is in no group of this name: %s" % (shown(host), exc))
            return
        first = self._groups.setdefault(group, name)
        if first != name:
            self.display.warning("The group %s stands for both %s and %s" % (group, shown(first), shown(name)))
        self.inventory.add_child(group, host)

    def _add_host_to_keyed_groups(self, keys, variables, host, strict=False, fetch_hostvars=True):
        """As in ansible-core, but an account without a value is in no group, and no value leads into a group that means something else."""
        self._reserved_groups = RESERVED_GROUPS + tuple(self._own_group_names())
        try:
            for keyed in keys or []:
                if not (strict and self._has_no_key(keyed, host)):
                    super()._add_host_to_keyed_groups([keyed], variables, host, strict, fetch_hostvars)
        finally:
            self._reserved_groups = ()

    def _has_no_key(self, keyed, host):
        if not isinstance(keyed, dict) or keyed.get("default_value") is not None:
            return False
        try:
            return self._compose(keyed.get("key"), self.inventory.get_host(host).get_vars()) in (None, "")
        except Exception:
            # Composed once more it fails again, with the message of ansible-core.
            return False

    def _own_group_names(self):
        return [super(InventoryModule, self)._sanitize_group_name(name) for name in self.get_option("groups") or {}]

    def _sanitize_group_name(self, name):
        """The valid form of a name. All groups of this plugin get their names here, those of keyed_groups too."""
        group = super()._sanitize_group_name(name)
        reason = "has a different meaning" if group in self._reserved_groups else why_no_group_name(group, self._hosts)
        if reason:
            raise AnsibleParserError("the group name %s %s" % (shown(group), reason))
        return group


def _listed(ids):
    if len(ids) == 2:
        return " and ".join(ids), "both"
    return some_of(ids, 5), "all"


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
    if entry["cycles"] is not None:
        variables["cyclr_cycles"] = wrap_var(entry["cycles"])
    return variables
