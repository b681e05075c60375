# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Loading once what each worker would load for itself, at more cost than its task.

The strategy loads an action plugin before it forks the first worker for it; a worker inherits what the controller has loaded by then. All of
it is done through the public loaders and the public Templar, and nothing depends on it.
"""

from __future__ import annotations

import os
from contextlib import suppress

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import connection_loader, filter_loader
from ansible.template import Templar
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.requests_import import REQUESTS_IMPORT_ERROR
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.tls import BundleUnusable, tls_context
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import trust_as_template


def load_tls_context():
    """Loading the CA bundle takes 65 ms."""
    if REQUESTS_IMPORT_ERROR:
        return
    ca_path = os.environ.get("CYCLR_CA_PATH")
    try:
        tls_context(True, os.path.expanduser(os.path.expandvars(ca_path)) if ca_path else None)
    except BundleUnusable:
        # The task that needs it will say so.
        pass


def load_plugins():
    """The first template of a process loads all filters and tests of core, and builds Jinja's lexer. The first filter of a collection loads all of its."""
    connection_loader.get("local", class_only=True)
    with suppress(KeyError):  # Imported outside of Ansible, which then knows no collections
        filter_loader.get("cyclr.ipaas.onboarding_result")
    Templar(DataLoader()).template(trust_as_template("{{ [''] | select('defined') | first | default(omit) }}"))
