#!/usr/bin/env bash
# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Upgrade the collection, then show what the new version would change: upgrade_collection.sh INVENTORY
# First read the changelog, and set the new version in requirements.yml.
set -euo pipefail

inventory=${1:?Name the inventory}
ansible-galaxy collection install --upgrade -r "${REQUIREMENTS:-requirements.yml}"
python -m pip install --upgrade requests
ansible-galaxy collection list cyclr.ipaas
ansible-playbook cyclr.ipaas.onboard_accounts -i "$inventory" --check --diff
