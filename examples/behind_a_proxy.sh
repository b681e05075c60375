#!/usr/bin/env bash
# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Run through a proxy: behind_a_proxy.sh PROXY CERTIFICATES PLAYBOOK [OPTIONS ...], for example
#   behind_a_proxy.sh http://proxy.example.com:3128 /etc/ssl/certs/company.pem cyclr.ipaas.onboard_accounts -i customers --check
# CERTIFICATES are those of the authority with which a proxy that opens TLS signs. If your proxy does not, leave CYCLR_CA_PATH out.
set -euo pipefail

export HTTPS_PROXY=$1 NO_PROXY=localhost,127.0.0.1 CYCLR_CA_PATH=$2
shift 2
ansible-playbook "$@"
