# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""TLS contexts and the transport adapter that uses them.

Loading a CA bundle costs far more than a request, so a context is made once for each set of options and shared by all connections
of the process (and, when it is made before a fork, by its children).
"""

from __future__ import annotations

import functools
import os
import ssl

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.limits import LimitedAdapter
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import requests


class BundleUnusable(Exception):
    """The CA bundle that was asked for cannot be loaded."""


@functools.lru_cache(maxsize=8)
def tls_context(validate, ca_path):
    """A context for TLS 1.2 and newer.

    `ca_path` is a file or a folder of certificates; without it the bundle that requests uses is loaded, or the one that
    `REQUESTS_CA_BUNDLE` or `CURL_CA_BUNDLE` name.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not validate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    bundle = ca_path or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or requests.certs.where()
    try:
        if os.path.isdir(bundle):
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except OSError as exc:
        raise BundleUnusable("%s: %s" % (bundle, exc.strerror or exc)) from exc
    return context


class ContextAdapter(LimitedAdapter):
    """An adapter that keeps to its TLS context: requests itself would load the CA bundle again on each connection."""

    def __init__(self, exchange, validate, ca_path):
        self._validate = validate
        self._ca_path = ca_path
        super().__init__(exchange)

    def _with_context(self, kwargs):
        kwargs["ssl_context"] = tls_context(self._validate, self._ca_path)
        return kwargs

    def init_poolmanager(self, *args, **kwargs):
        return super().init_poolmanager(*args, **self._with_context(kwargs))

    def proxy_manager_for(self, *args, **kwargs):
        return super().proxy_manager_for(*args, **self._with_context(kwargs))

    def build_connection_pool_key_attributes(self, request, verify, cert=None):
        host, pool = super().build_connection_pool_key_attributes(request, self._validate, cert)
        # Some releases of requests put a context or a bundle of their own here.
        for key in ("ssl_context", "ca_certs", "ca_cert_dir"):
            pool.pop(key, None)
        return host, pool

    def cert_verify(self, conn, url, verify, cert):
        conn.cert_reqs = "CERT_REQUIRED" if self._validate else "CERT_NONE"
        conn.ca_certs = None
        conn.ca_cert_dir = None
