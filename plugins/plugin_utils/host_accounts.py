# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Which account a host stands for."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_text

# The first of these variables that is set, else the name of the host
VARIABLES = ("onboard_account_id", "cyclr_account_id")


def account_of(variables, host):
    """The API ID of the account. Raises InvalidInput."""
    for name in VARIABLES:
        account_id = as_text(variables.get(name), "%s of host %r" % (name, host))
        if account_id:
            return account_id
    return host


def label_of(variables):
    """The account of a host in a summary, which comes after everything else and does not fail for a value that is not a text."""
    return str(variables.get("onboard_account_id") or variables.get("cyclr_account_id") or variables["inventory_hostname"])
