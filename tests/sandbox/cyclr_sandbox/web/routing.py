# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Routes on the raw path, so that a percent-encoded slash stays inside its segment (facts 1.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

OPEN = "open"
PARTNER = "partner"  # bearer token only (facts 1.2 [D])
ACCOUNT = "account"  # bearer token and X-Cyclr-Account
CATALOGUE = "catalogue"  # sources disagree whether the header is needed (facts 3.1)


@dataclass(frozen=True)
class Route:
    methods: tuple
    segments: tuple
    handler: Callable
    level: str

    @property
    def rank(self):
        order = {"literal": 0, "int": 1, "text": 2, "name": 2}
        return [order[kind] for kind, _value in self.segments]


def _compile(path):
    segments = []
    for segment in path.strip("/").split("/"):
        if segment.startswith("{"):
            name, _colon, kind = segment[1:-1].partition(":")
            segments.append((kind or "text", name))
        else:
            segments.append(("literal", segment.lower()))
    return tuple(segments)


class Routes:
    """Collects the routes of one module."""

    def __init__(self):
        self.routes = []

    def add(self, methods, *paths, level):
        def register(handler):
            for path in paths:
                self.routes.append(Route(tuple(methods.split()), _compile(path), handler, level))
            return handler

        return register


def split(raw_path):
    """The decoded segments of a raw path."""
    return [
        unquote_to_bytes(segment).decode("utf-8", "replace") for segment in raw_path.strip(b"/").split(b"/")
    ]


class Router:
    def __init__(self, *collections):
        self._by_length = {}
        for collection in collections:
            for route in collection.routes:
                self._by_length.setdefault(len(route.segments), []).append(route)
        for routes in self._by_length.values():
            routes.sort(key=lambda route: route.rank)

    def find(self, method, raw_path):
        """(route, parameters), or (None, True) when only the method is wrong, or (None, False)."""
        segments = split(raw_path)
        lowered = [segment.lower() for segment in segments]
        wrong_method = False
        for route in self._by_length.get(len(segments), ()):
            params = _match(route.segments, segments, lowered)
            if params is None:
                continue
            if method in route.methods:
                return route, params
            wrong_method = True
        return None, wrong_method


def is_digits(segment):
    return len(segment) < 19 and segment.isascii() and segment.isdigit()


def _match(pattern, segments, lowered):
    params = {}
    for (kind, value), segment, low in zip(pattern, segments, lowered):
        if kind == "literal":
            if value != low:
                return None
            continue
        if not segment:
            return None
        if kind == "int":
            if not is_digits(segment):
                return None
            params[value] = int(segment)
        elif kind == "name" and is_digits(segment):
            # A purely numeric name is taken as an id (facts 3.2 [I]).
            return None
        else:
            params[value] = segment
    return params
