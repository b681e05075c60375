#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_template_info
short_description: Read templates from Cyclr
version_added: 1.0.0
description:
  - Reads the published templates. A template is an integration that was built in the Console and can be installed in accounts, see
    M(cyclr.ipaas.cyclr_cycle).
  - Without filters, all published templates are returned.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
  - cyclr.ipaas.attributes.info
options:
  account_id:
    description:
      - The API ID of the account for which the templates are read. By default, they are read for the company.
      - In check mode, the list is read for the company if the account does not exist yet.
    type: str
  template_id:
    description:
      - Only the template with this ID. It need not be published.
    type: str
  name:
    description:
      - Only templates of exactly this name.
    type: str
  tag:
    description:
      - Only templates with this tag.
    type: str
  connector:
    description:
      - Only templates that use the connector of this name.
    type: str
  connector_version:
    description:
      - Only templates that use O(connector) in this version. An empty string selects the connector without a version.
    type: str
  include_icons:
    description:
      - Whether to return the icons of the connectors, as data URIs of 1 to 90 kB each.
    type: bool
    default: false
seealso:
  - module: cyclr.ipaas.cyclr_cycle
"""

EXAMPLES = r"""
- name: List the templates with a tag
  cyclr.ipaas.cyclr_template_info:
    tag: starter
  register: starter

- name: List the connectors that one template uses
  cyclr.ipaas.cyclr_template_info:
    name: New Acme contacts to HubSpot
  register: contacts

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ contacts.templates[0].connectors | map(attribute='name') }}"
"""

RETURN = r"""
templates:
  description: The templates that pass all filters.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The ID. It stays the same over all releases of the template.
      type: str
      sample: 3f9d2b1a-5c47-4e8a-9b60-0c1d2e3f4a5b
    name:
      description: The name, which need not be unique.
      type: str
      sample: New Acme contacts to HubSpot
    description:
      description: What the template is for.
      type: str
    tags:
      description: The tags. An installed integration gets the same tags.
      type: list
      elements: str
      sample: [contacts, starter]
    connectors:
      description:
        - The connectors that it uses, each with C(id), C(name), C(version) and C(step_count), the number of its steps, and C(icon) with
          O(include_icons=true).
      type: list
      elements: dict
error:
  description: Details of the failed API request. All values are V(null) if the failure was not caused by an API response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: GET
    path: /v1.0/templates
    message: Authorization has been denied for this request.
"""

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import in_account, in_account_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find_cycle import check_id
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        account_id=dict(type="str"),
        template_id=dict(type="str"),
        name=dict(type="str"),
        tag=dict(type="str"),
        connector=dict(type="str"),
        connector_version=dict(type="str"),
        include_icons=dict(type="bool", default=False),
    ),
    required_by=dict(connector_version="connector"),
)


def fits(template, params):
    """Whether a template passes the filters, whatever the API made of them."""
    uses = [
        one
        for one in template.connectors
        if (one.name or "").lower() == (params["connector"] or one.name or "").lower() and params["connector_version"] in (None, one.version or "")
    ]
    return (
        (not params["name"] or params["name"] == template.name)
        and (not params["tag"] or params["tag"] in template.tags)
        and (params["connector"] is None or bool(uses))
    )


def find(api, account_id, params):
    if params["template_id"] is not None:
        found = api.templates.find(check_id(params["template_id"], "template_id"), account_id, params["include_icons"])
        found = [] if found is None else [found]
    else:
        found = api.templates.all(account_id, params["tag"], params["connector"], params["connector_version"], params["include_icons"])
    return [one for one in found if fits(one, params)]


def run(params, api, check_mode):
    account_id = params["account_id"]
    if account_id is None:
        found = find(api, None, params)
    else:
        check_account_id(account_id)
        # In check mode an earlier task may be what would have created the account.
        read = in_account_or_none if check_mode else in_account
        found = read(api, account_id, lambda: find(api, account_id, params))
        if found is None:
            found = find(api, None, params)
    return dict(changed=False, templates=[one.record(params["include_icons"]) for one in found])


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
