# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""A faithful local Cyclr: in memory, stateful, deterministic from its seed."""
