# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""The whole simulator: settings, clock, state, journal and faults, rebuilt by a reset."""

from __future__ import annotations

from cyclr_sandbox.state import seed as seeds
from cyclr_sandbox.state.clock import Clock
from cyclr_sandbox.state.randomness import Randomness
from cyclr_sandbox.state.settings import Settings


class Sandbox:
    def __init__(self, seed=None, latency_ms=0, base_url=""):
        self.first_seed = seeds.builtin() if seed is None else seed
        self.first_latency_ms = latency_ms
        self.base_url = base_url
        self.app = None  # the bare API, for the server-side code exchange
        self.reset()

    def reset(self, seed=None):
        seed = self.first_seed if seed is None else seed
        # Built completely before anything is replaced: a bad seed changes nothing.
        settings = Settings(seed.get("Settings"))
        clock = Clock()
        seed_number = seed.get("RandomSeed", 1)
        random = Randomness(seed_number)
        store = seeds.build(seed, clock, random, settings)
        self.settings, self.clock, self.random, self.store = settings, clock, random, store
        self.seed_number = seed_number
        self.latency_ms = self.first_latency_ms
        self.journal = []
        self.faults = []
        self.requests = 0  # for the rate limit
        domain = seed.get("ServiceDomain")
        self.service_url = (domain if not domain or "://" in domain else f"https://{domain}") or ""
        self.service_url = self.service_url.rstrip("/")
