# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""The resources of one API, handed to `run()` as one object."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.accounts import Accounts
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.connectors import Connectors
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.cycles import Cycles
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.embedding import Embedding
from ansible_collections.cyclr.ipaas.plugins.module_utils._resources.templates import Templates


class Api:
    """`tell` takes a line for whoever is watching during an operation. If nobody can watch, it is lost."""

    def __init__(self, client, tell=None):
        self.client = client
        self.tell = tell or (lambda line: None)
        self.accounts = Accounts(client)
        self.connectors = Connectors(client)
        self.embedding = Embedding(client)
        self.templates = Templates(client)
        self.cycles = Cycles(client)
