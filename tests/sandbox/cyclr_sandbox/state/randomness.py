# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Tokens and GUIDs from a seeded generator: two runs from one seed hand out the same ones."""

from __future__ import annotations

import base64
import random
import uuid


def _guid(source):
    return uuid.UUID(bytes=source.randbytes(16), version=4)


class Randomness:
    def __init__(self, seed=1):
        self._random = random.Random(seed)
        # Apart, so that the ids of what is made do not depend on how often somebody has logged in.
        self._tokens = random.Random(seed)

    def guid(self):
        return str(_guid(self._random))

    def bearer(self):
        """64 hex characters: two GUIDs without dashes (facts 2 [I])."""
        return _guid(self._tokens).hex + _guid(self._tokens).hex

    def alphanumeric(self, length):
        return "".join(self._random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))

    def urlsafe(self, octets=24):
        return base64.urlsafe_b64encode(self._random.randbytes(octets)).decode().rstrip("=")

    def signin(self, alphabet):
        """Both alphabets were seen in the documentation (facts 10 [D])."""
        if alphabet == "urlsafe":
            return self.urlsafe(24) + self._random.choice("kcgUQMIEA048w")
        while True:
            # Standard base64 with at least one of each awkward character.
            token = base64.b64encode(self._random.randbytes(32)).decode()
            if "+" in token and "/" in token:
                return token
