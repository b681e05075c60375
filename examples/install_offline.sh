#!/usr/bin/env bash
# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Install on a machine without internet. On one with internet, and with the same Python and kind of processor:
#   install_offline.sh download BUNDLE
# Carry the folder BUNDLE over, and there, in the virtual environment that Ansible is to run from:
#   install_offline.sh install BUNDLE
set -euo pipefail

bundle=$2
case $1 in
download)
    ansible-galaxy collection download "${COLLECTION:-cyclr.ipaas}" --download-path "$bundle"
    python -m pip download --dest "$bundle/wheels" ansible-core requests
    ;;
install)
    python -m pip install --no-index --find-links "$bundle/wheels" ansible-core requests
    ansible-galaxy collection install --offline "$bundle"/*.tar.gz
    ;;
esac
