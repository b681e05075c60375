# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions that antsibull-nox.toml configures, and one for each supported ansible-core.

antsibull-nox's own sessions for ansible-test fetch each core from its source repository; these take its releases from the package index.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

try:
    import antsibull_nox
    import nox
except ImportError:
    sys.exit("antsibull-nox is missing: `make venv` installs it, then run .venv/bin/nox.")

CORES = runpy.run_path(str(Path(__file__).resolve().parent / "tools" / "matrix.py"))["CORES"]

antsibull_nox.load_antsibull_nox_toml()


def add_matrix(core: str) -> None:
    @nox.session(name=f"matrix-{core}", tags=["matrix"], venv_backend="none", default=False)
    def session_of_core(session: nox.Session) -> None:
        """Unit tests and sanity on this ansible-core; on the oldest, the default and the newest also the integration tests."""
        session.run(sys.executable, "tools/matrix.py", *session.posargs, core)


for supported in CORES:
    add_matrix(supported)


# `nox` without a session name runs all that antsibull-nox.toml configures.
if __name__ == "__main__":
    nox.main()
