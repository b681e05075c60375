# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
from cyclr_sandbox.cli import main

if __name__ == "__main__":
    main()
