# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_connector_upgrade
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    module = cyclr_connector_upgrade
