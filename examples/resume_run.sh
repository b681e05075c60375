#!/usr/bin/env bash
# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Resume a run of onboard_accounts that was interrupted, or in which accounts failed: resume_run.sh INVENTORY [OPTIONS ...]
# Accounts that are finished are read and not changed, so that it is always safe to start the whole run again. If Ansible has left a list of the
# accounts that failed, only these are run again.
set -euo pipefail

inventory=${1:?Name the inventory}
shift
export ANSIBLE_RETRY_FILES_ENABLED=true ANSIBLE_RETRY_FILES_SAVE_PATH=$PWD
failed=onboard_accounts.retry
if [ -s "$failed" ]; then
    mv "$failed" "$failed.previous"
    ansible-playbook cyclr.ipaas.onboard_accounts -i "$inventory" --limit "@$failed.previous" "$@"
else
    ansible-playbook cyclr.ipaas.onboard_accounts -i "$inventory" "$@"
fi
