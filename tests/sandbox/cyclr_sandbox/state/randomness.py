# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Tokens and GUIDs from a seeded generator: two runs from one seed hand out the same ones."""

from __future__ import annotations

import base64
import random
import uuid


class Randomness:
    def __init__(self, seed=1):
        self._random = random.Random(seed)

    def guid(self):
        return str(uuid.UUID(bytes=self._random.randbytes(16), version=4))

    def bearer(self):
        """64 hex characters: two GUIDs without dashes (facts 2 [I])."""
        return self.guid().replace("-", "") + self.guid().replace("-", "")

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
