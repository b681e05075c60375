#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
module: cyclr_oauth_hand_over
short_description: Create OAuth links for an account and send them to a webhook
version_added: 1.0.0
description:
  - Creates a link for every connector of the account that waits for OAuth, and sends each of them to a webhook of yours as soon as it is created.
  - No link is returned, so that none can end up in a log, a fact or an artifact. A link works once and for five minutes, and anybody who has it can
    enter the whole account in that time.
  - Nothing is sent if nothing waits.
author:
  - The cyclr.ipaas authors (@cyclr)
extends_documentation_fragment:
  - cyclr.ipaas.connection
  - cyclr.ipaas.attributes
attributes:
  check_mode:
    support: full
    details:
      - No link is created and nothing is sent.
  diff_mode:
    support: none
    details:
      - Creating a link does not change anything that could be compared.
  idempotent:
    support: partial
    details:
      - While a connector waits for OAuth, every run creates and sends a new link and is changed.
options:
  account_id:
    description:
      - The API ID of the account.
    type: str
    required: true
  account_name:
    description:
      - The name of the account, for the webhook. Defaults to O(account_id).
    type: str
  flow:
    description:
      - As in M(cyclr.ipaas.cyclr_oauth_link).
    type: str
    choices: [service_domain, api_domain]
    default: service_domain
  service_domain:
    description:
      - As in M(cyclr.ipaas.cyclr_oauth_link).
      - If not set, the environment variable E(CYCLR_SERVICE_DOMAIN) is used.
    type: str
  username:
    description:
      - As in M(cyclr.ipaas.cyclr_oauth_link).
    type: str
  target_origin:
    description:
      - As in M(cyclr.ipaas.cyclr_oauth_link).
    type: str
    required: true
  callback_message:
    description:
      - As in M(cyclr.ipaas.cyclr_oauth_link).
    type: str
  webhook_url:
    description:
      - Where to send each link, with one C(POST). It must begin with C(https://), or with C(http://) on this machine.
      - A redirect is not followed and counts as a failure. Certificates are always checked, with O(ca_path) if it is set.
      - If not set, the environment variable E(CYCLR_HANDOVER_URL) is used.
    type: str
  webhook_token:
    description:
      - The bearer token for the webhook.
      - If not set, the environment variable E(CYCLR_HANDOVER_TOKEN) is used.
    type: str
notes:
  - The body is a JSON object with C(account_id), C(account_name), C(connector), C(url) and C(expires_at). Any status from 200 to 299 means that
    the webhook has taken it.
  - A link is sent again only if it cannot have arrived, or if the webhook returns 429 or 503, for a minute at most.
seealso:
  - module: cyclr.ipaas.cyclr_oauth_link
  - module: cyclr.ipaas.cyclr_oauth_wait
"""

EXAMPLES = r"""
- name: Send the customer a link for everything that waits for OAuth
  cyclr.ipaas.cyclr_oauth_hand_over:
    account_id: customer-42
    account_name: Globex Corporation
    service_domain: acme-h.cyclr.com
    target_origin: https://app.example.com/integrations/done
    webhook_url: "{{ webhook_url }}"
    webhook_token: "{{ webhook_token }}"
"""

RETURN = r"""
sent:
  description: The names of the connectors whose links the webhook has taken. In check mode, of those for which links would be sent.
  type: list
  elements: str
  returned: always
  sample: [HubSpot]
error:
  description: Details of the failed request. All values are V(null) if the failure was not caused by a response.
  type: dict
  returned: failure
  sample:
    status: 401
    method: POST
    path: /v1.0/accounts/customer-42/signintoken
    message: Authorization has been denied for this request.
"""

from ansible.module_utils.basic import env_fallback
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import check_account_id
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.webhook import Webhook, check_webhook
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.find import installed_connectors, installed_connectors_or_none
from ansible_collections.cyclr.ipaas.plugins.module_utils._ensure.oauth_link import check_link_options, create_link
from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import link, module_spec
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError
from ansible_collections.cyclr.ipaas.plugins.module_utils.module_runner import run_module

SPEC = module_spec(
    dict(
        account_id=dict(type="str", required=True),
        account_name=dict(type="str"),
        **link(),
        # Its path can be a secret, as with the webhooks of chat programs.
        webhook_url=dict(type="str", no_log=True, fallback=(env_fallback, ["CYCLR_HANDOVER_URL"])),
        webhook_token=dict(type="str", no_log=True, fallback=(env_fallback, ["CYCLR_HANDOVER_TOKEN"])),
    ),
)


class NotSent(CyclrError):
    """A link was not sent. The result contains those that were sent before."""

    def __init__(self, cause, sent):
        after = ". Sent before: %s" % ", ".join(sent) if sent else ""
        super().__init__(cause.msg + after, cause.status, cause.method, cause.path, cause.message)
        self._sent = sent

    def as_result(self):
        return dict(super().as_result(), sent=self._sent, changed=bool(self._sent))


def run(params, api, check_mode):
    account_id = check_account_id(params["account_id"])
    check_link_options(params)
    check_webhook(params["webhook_url"], params["webhook_token"])
    # In check mode an earlier task may be what would have created the account.
    installed = (installed_connectors_or_none if check_mode else installed_connectors)(api, account_id) or []
    waiting = [one for one in installed if one.state == "waits_for_oauth"]
    if check_mode or not waiting:
        return dict(changed=bool(waiting), sent=[one.name for one in waiting])
    webhook, sent = Webhook(params["webhook_url"], params["webhook_token"], api.client), []
    try:
        for one in waiting:
            url, expires_at = create_link(api, account_id, one, params)
            body = dict(account_id=account_id, account_name=params["account_name"] or account_id, connector=one.name, url=url, expires_at=expires_at)
            webhook.post(body, "sending the link for connector %r of account %r" % (one.name, account_id))
            sent.append(one.name)
    except CyclrError as exc:
        raise NotSent(exc, sent) from exc
    finally:
        webhook.close()
    return dict(changed=True, sent=sent)


def main():
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
