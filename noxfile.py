# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions of antsibull-nox, as antsibull-nox.toml configures them."""

from __future__ import annotations

import sys

try:
    import antsibull_nox
    import nox
except ImportError:
    sys.exit("antsibull-nox is missing: `make venv` installs it, then run .venv/bin/nox.")

antsibull_nox.load_antsibull_nox_toml()


# `nox` without a session name runs all of them.
if __name__ == "__main__":
    nox.main()
