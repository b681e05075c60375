#!/usr/bin/python

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_onboarding
short_description: Bring an account from nothing to ready in one task
description:
  - Runs M(cyclr.ipaas.cyclr_account), M(cyclr.ipaas.cyclr_partner_connector), M(cyclr.ipaas.cyclr_connector_install) for each connector,
    M(cyclr.ipaas.cyclr_oauth_link) for each connector that waits for consent and M(cyclr.ipaas.cyclr_oauth_wait), one after the other.
  - It does what a play does with a task for each of them, in a fraction of the time, because a task costs far more than its requests. What
    one of them has read is not read again before something was written.
  - The options of all of them are checked before the first request. The first that fails ends it; a second run goes on from there.
  - It is what the role P(cyclr.ipaas.onboard_account#role) runs for each account.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  action:
    description: Runs on the controller, and from there the modules where the task would run.
    support: full
  async:
    description: Supports being used with C(async).
    support: none
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - Links are issued by every run while a connector waits for consent. They are no change.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  name:
    description:
      - The name of the account, for M(cyclr.ipaas.cyclr_account), M(cyclr.ipaas.cyclr_partner_connector) as well.
    type: str
  description:
    description:
      - The description of the account.
    type: str
  timezone:
    description:
      - The time zone of the account, an IANA name such as V(Europe/London).
    type: str
  settings:
    description:
      - Further options of M(cyclr.ipaas.cyclr_account).
    type: dict
  partner:
    description:
      - Options of M(cyclr.ipaas.cyclr_partner_connector). If not set, the step is skipped.
    type: dict
  connectors:
    description:
      - Options of M(cyclr.ipaas.cyclr_connector_install), once for each connector.
    type: list
    elements: dict
  oauth:
    description:
      - Options of M(cyclr.ipaas.cyclr_oauth_link), without O(cyclr.ipaas.cyclr_oauth_link#module:name). If not set, no links are issued.
    type: dict
  wait_for_oauth:
    description:
      - How long to wait for the consent, in seconds. That the time is over is no failure.
    type: int
    default: 0
  reveal_links:
    description:
      - Whether to show the links on the screen before the wait, because the result comes after it. Whoever has one can enter the customer's
        account once, within five minutes.
    type: bool
    default: false
notes:
  - The result holds secrets, and so do the options. Use it with C(no_log=true).
  - C(module_defaults) hold for it by its own name and by the group C(cyclr.ipaas.cyclr), not by the names of the modules it runs.
seealso:
  - module: cyclr.ipaas.cyclr_account
  - module: cyclr.ipaas.cyclr_partner_connector
  - module: cyclr.ipaas.cyclr_connector_install
  - module: cyclr.ipaas.cyclr_oauth_link
  - module: cyclr.ipaas.cyclr_oauth_wait
"""

EXAMPLES = r"""
- name: Onboard a customer
  cyclr.ipaas.cyclr_onboarding:
    account_id: customer-42
    name: Globex Corporation
    partner:
      source_account_id: templates
    connectors:
      - connector: HubSpot
      - connector: Mailchimp
        api_key: "{{ customer_mailchimp_key }}"
    oauth:
      service_domain: acme-h.cyclr.com
      target_origin: https://app.example.com/done
  register: onboarding
  no_log: true

- name: Say who still has to consent to what
  ansible.builtin.debug:
    msg: "{{ onboarding.oauth_links | map(attribute='name') | list }}"
"""

RETURN = r"""
account:
  description: The account, as M(cyclr.ipaas.cyclr_account) returns it.
  type: dict
  returned: success
partner_connector:
  description: The company's connector, as M(cyclr.ipaas.cyclr_partner_connector) returns it, or V(null).
  type: dict
  returned: success
deployment:
  description: What LAUNCH or Marketplace answered, or V(null). Its C(url) and C(token) are secrets.
  type: dict
  returned: success
account_connectors:
  description: The connectors that were brought into the account, as M(cyclr.ipaas.cyclr_connector_install) returns them.
  type: list
  elements: dict
  returned: success
oauth_links:
  description: The links that were issued, as M(cyclr.ipaas.cyclr_oauth_link) returns them. They are secrets.
  type: list
  elements: dict
  returned: success
ready:
  description: Whether all that needs authentication has it.
  type: bool
  returned: success
changes:
  description: What was changed, in words. They hold names, never a value. After a failure that of the steps before it.
  type: list
  elements: str
  returned: always
  sample: [account created, Acme Platform installed, "Mailchimp: properties"]
diff:
  description: What changes, for each step that changes anything, with secrets hidden.
  type: list
  elements: dict
  returned: success, with C(--diff)
error:
  description: What the API answered to the step that failed. All values are V(null) where no answer is behind the failure.
  type: dict
  returned: failure
  sample:
    status: 401
    method: POST
    path: /v1.0/accounts
    message: Authorization has been denied for this request.
"""
