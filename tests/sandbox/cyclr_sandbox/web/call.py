# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""One request, as the handlers see it."""

from __future__ import annotations

from urllib.parse import parse_qsl

from cyclr_sandbox.web import binding
from cyclr_sandbox.web.answers import ApiError


class Call:
    def __init__(self, scope, body, sandbox, params):
        self.scope = scope
        self.body = body
        self.sandbox = sandbox
        self.params = params
        self.account = None  # set by the account header
        self.bearer = None
        self._query = None

    @property
    def settings(self):
        return self.sandbox.settings

    @property
    def store(self):
        return self.sandbox.store

    @property
    def method(self):
        return self.scope["method"]

    def header(self, name):
        """The raw bytes of a header, or None."""
        for key, value in self.scope["headers"]:
            if key == name:
                return value
        return None

    @property
    def accepts_gzip(self):
        return b"gzip" in (self.header(b"accept-encoding") or b"")

    @property
    def query(self):
        """Query parameters by lower-case name."""
        if self._query is None:
            pairs = parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
            self._query = {name.lower(): value for name, value in reversed(pairs)}
        return self._query

    def flag(self, name, default):
        value = self.query.get(name.lower(), "").lower()
        return {"true": True, "false": False}.get(value, default)

    def number(self, name):
        try:
            return int(self.query[name.lower()])
        except (KeyError, ValueError):
            return None

    @property
    def fields(self):
        """The JSON body, or None where there is none."""
        try:
            return binding.parse(self.body)
        except binding.Malformed as error:
            raise ApiError(400, "The request is invalid.") from error

    @property
    def required_fields(self):
        """An absent body binds like an empty one."""
        return self.fields or binding.Fields()

    @property
    def items(self):
        """The objects of a body that is a list; one object counts as a list of it."""
        try:
            return binding.parse_list(self.body)
        except binding.Malformed as error:
            raise ApiError(400, "The request is invalid.") from error

    def moment(self, name):
        """A date in the query, in one of the forms seen; anything else counts as absent (facts 28.2 [QA][3P])."""
        return binding.moment(self.query.get(name.lower()))

    @property
    def form(self):
        pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return dict(reversed(pairs))

    @property
    def base_url(self):
        """Where the caller reached this server."""
        host = self.header(b"host")
        if host is None:
            return self.sandbox.base_url
        return f"{self.scope['scheme']}://{host.decode('latin-1')}"

    @property
    def service_url(self):
        """The partner's service domain (facts 1.1)."""
        return self.sandbox.service_url or self.sandbox.base_url or self.base_url
