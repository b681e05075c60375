# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the sandbox knows: its seed, its records, its switches, its clock."""
