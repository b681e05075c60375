# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How it speaks HTTP: routes, callers, bodies, pages."""
