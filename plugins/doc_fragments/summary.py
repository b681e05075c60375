# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations


class ModuleDocFragment:
    # The options of filters that sum up a run over many accounts.
    DOCUMENTATION = r"""
options:
  failed:
    description:
      - The names of hosts that failed, also in tasks whose results are not registered.
    type: list
    elements: str
    version_added: 1.0.0
    default: []
  check_mode:
    description:
      - Whether the run was in check mode. The summary then says what would change.
    type: bool
    default: false
  ended:
    description:
      - Why the run ended before it came to all accounts, as for P(cyclr.ipaas.summary#filter).
    type: str
    version_added: 1.0.0
"""
