# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for community.hashi_vault.vault_kv2_get if that collection is not installed: the same options as the example uses, the same request."""

from __future__ import annotations

import json
import os

from ansible.plugins.lookup import LookupBase
from ansible.module_utils.urls import open_url


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        mount = kwargs.pop("engine_mount_point", "secret")
        assert not kwargs, "options that the stand-in does not have: %s" % sorted(kwargs)
        return [self._read(mount, term) for term in terms]

    def _read(self, mount, path):
        url = "%s/v1/%s/data/%s" % (os.environ["VAULT_ADDR"], mount, path)
        found = json.load(open_url(url, headers={"X-Vault-Token": os.environ["VAULT_TOKEN"]}))
        return dict(raw=found, data=found["data"], metadata=found["data"]["metadata"], secret=found["data"]["data"])
