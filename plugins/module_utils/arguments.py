# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Options that several modules share. Their documentation is in plugins/doc_fragments/, and a test ties the two."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback


def connection():
    return dict(
        api_url=dict(type="str", default="https://api.cyclr.com", fallback=(env_fallback, ["CYCLR_API_URL"])),
        client_id=dict(type="str", fallback=(env_fallback, ["CYCLR_CLIENT_ID"])),
        client_secret=dict(type="str", no_log=True, fallback=(env_fallback, ["CYCLR_CLIENT_SECRET"])),
        access_token=dict(type="str", no_log=True, fallback=(env_fallback, ["CYCLR_ACCESS_TOKEN"])),
        validate_certs=dict(type="bool", default=True, fallback=(env_fallback, ["CYCLR_VALIDATE_CERTS"])),
        ca_path=dict(type="path", fallback=(env_fallback, ["CYCLR_CA_PATH"])),
        timeout=dict(type="float", default=30, fallback=(env_fallback, ["CYCLR_TIMEOUT"])),
        retry_timeout=dict(type="float", default=120, fallback=(env_fallback, ["CYCLR_RETRY_TIMEOUT"])),
    )


def authentication():
    """How an account connector authenticates against the third party, other than by user name and password."""
    return dict(
        authentication=dict(type="str"),
        authentication_id=dict(type="str"),
        auth_value=dict(type="str", no_log=True),
        api_key=dict(type="str", no_log=True),
        oauth_tokens=dict(
            type="dict",
            no_log=True,
            options=dict(
                access_token=dict(type="str", no_log=True),
                refresh_token=dict(type="str", no_log=True),
                expires=dict(type="str"),
                refresh_expires=dict(type="str"),
            ),
        ),
    )


def link():
    """How a link for OAuth is made."""
    return dict(
        flow=dict(type="str", default="service_domain", choices=["service_domain", "api_domain"]),
        service_domain=dict(type="str", fallback=(env_fallback, ["CYCLR_SERVICE_DOMAIN"])),
        username=dict(type="str"),
        target_origin=dict(type="str", required=True),
        callback_message=dict(type="str"),
    )


def properties():
    return dict(
        properties=dict(type="dict"),
        sensitive_properties=dict(type="dict", no_log=True),
    )


def module_spec(options, **rules):
    """The arguments of AnsibleModule for a module with `options` beside the connection."""
    return dict(argument_spec=dict(connection(), **options), supports_check_mode=True, **rules)
