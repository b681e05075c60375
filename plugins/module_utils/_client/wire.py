# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""One request on the wire: sent once, answered or not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ansible_collections.cyclr.ipaas.plugins.module_utils._client.limits import Exchange, LimitedAdapter, read_body
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.options import is_loopback
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import requests, urllib3
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.tls import BundleUnusable, ContextAdapter
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.transport_errors import no_answer
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput


class _Session(requests.Session if requests else object):
    """Neither follows a redirect nor reads where it leads: a token is for one host only."""

    def get_redirect_target(self, resp):
        return None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: object
    content: bytes

    @property
    def ok(self):
        return 200 <= self.status < 300


class Wire:
    """A session with one API."""

    def __init__(self, connection):
        self._connection = connection
        self.session = _Session()
        # No proxy can reach this machine's own loopback, and none may read what goes there in plain text.
        self.session.trust_env = not is_loopback(urlsplit(connection.api_url).hostname)
        # What an answer may be compressed with is what read_body() unpacks.
        self.session.headers.update({"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "ansible-cyclr.ipaas"})
        self._exchange = Exchange()
        try:
            self.session.mount("http://", LimitedAdapter(self._exchange))
            self.session.mount("https://", ContextAdapter(self._exchange, connection.validate_certs, connection.ca_path))
        except BundleUnusable as exc:
            raise InvalidInput("ca_path: cannot load the certificates: %s" % exc) from exc
        if not connection.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def close(self):
        self.session.close()

    def proxy_secrets(self):
        """User names and passwords of the proxies that the environment names."""
        if not self.session.trust_env:
            return
        for url in requests.utils.getproxies().values():
            userinfo = url.rpartition("@")[0].rpartition("//")[2]
            for part in (userinfo, userinfo.partition(":")[2]):
                yield part
                yield unquote(part)

    def send(self, request, token, connect_within=None):
        """The answer to a request that is sent once, with that token if it is not None. Raises NoAnswer.

        `connect_within` are the seconds for a connection, if they are fewer than those for the whole request.
        """
        headers = dict(self.session.headers)
        data = request.form
        if request.form is None:
            # As the vendor's own tests: the content type on reads too.
            headers["Content-Type"] = "application/json"
        if token is not None:
            headers["Authorization"] = "Bearer " + token
        if request.account is not None:
            headers["X-Cyclr-Account"] = request.account.encode("utf-8")
        if request.body is not None:
            data = json.dumps(request.body).encode("utf-8")
        timeout = self._connection.timeout
        self._exchange.begin(timeout)
        response = None
        try:
            url = self._connection.api_url + request.path
            # Not prepared by the session, which would replace the token by what .netrc has for the host.
            prepared = requests.Request(request.method, url, headers, params=request.query, data=data).prepare()
            response = self.session.send(
                prepared,
                timeout=timeout if connect_within is None else (min(timeout, connect_within), timeout),
                allow_redirects=False,
                **self.session.merge_environment_settings(prepared.url, {}, True, self._connection.validate_certs, None),
            )
            return Answer(response.status_code, response.headers, read_body(response))
        except Exception as exc:
            # requests lets through what it does not expect itself: ValueError, AttributeError, errors of ssl and of sockets.
            if response is not None:
                response.close()
            raise no_answer(exc, self._exchange.sent) from exc
