# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plugin of proxy.py: it knows where the API of the tests is, which nobody else does."""

from __future__ import annotations

from proxy.http.proxy import HttpProxyBasePlugin

API_HOST = "api.cyclr.test"


class Names(HttpProxyBasePlugin):
    def resolve_dns(self, host, port):
        return ("127.0.0.1" if host == API_HOST else None), None
