# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What the steps of an onboarding are called, in the order in which they run."""

PLAN = "Check the whole plan"
ACCOUNT = "Create or update the account"
PARTNER = "Install the partner connector"
CONNECTORS = "Install further connectors"
LINKS = "Create OAuth links"
WAIT = "Wait for authorization"
CYCLES = "Set up integrations"

# What a later run does not do again. A link or a wait leaves nothing behind.
LASTING = (ACCOUNT, PARTNER, CONNECTORS, CYCLES)
