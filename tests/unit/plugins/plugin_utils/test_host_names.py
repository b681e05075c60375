# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which texts of the API may become names of hosts and groups."""

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_names import shown, why_no_group_name, why_no_host_name


@pytest.mark.parametrize("name", [
    "customer-101", "Acme Ltd", "a", "7", "x" * 200, "acme.example.com", ".hidden", "-slug", "Müller & Söhne", "{{ 7 * 7 }}", "a,b:c*",
    "cyclr_test", "5 $", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
])  # fmt: skip
def test_ordinary_names(name):
    assert why_no_host_name(name, groups=["web"]) is None


@pytest.mark.parametrize("name, reason", [
    ("../x", "a path separator"),
    ("/etc/passwd", "a path separator"),
    ("a\\b", "a path separator"),
    ("..", "consists of dots"),
    (".", "consists of dots"),
    ("a\nb", "a control character"),
    ("a\0b", "a control character"),
    ("a\x1b[2Jb", "a control character"),
    ("a\x9bb", "a control character"),
    ("a\u202eb", "a control character"),
    ("a\u2067b", "a control character"),
    ("a\u200fb", "a control character"),
    ("a\u2028b", "a control character"),
    ("a\ud800b", "not text"),
    (" a", "begins or ends with a blank"),
    ("a\t", "begins or ends with a blank"),
    ("a\u00a0", "begins or ends with a blank"),
    ("", "is empty"),
    (" ", "is empty"),
    ("x" * 201, "longer than 200"),
    ("\u2603" * 100, "longer than 200"),
    ("$HOME", "environment variable"),
    ("a${HOME}", "environment variable"),
    ("acme.yml", "a file of variables"),
    ("acme.YAML", "a file of variables"),
    ("new.json", "a file of variables"),
    ("localhost", "the controller"),
    ("127.0.0.1", "the controller"),
    ("all", "the name of a group"),
    ("ungrouped", "the name of a group"),
    ("cyclr_ready", "the name of a group"),
    ("cyclr_needs_oauth", "the name of a group"),
    ("cyclr_connector_HubSpot", "the name of a group"),
    ("cyclr_parent_acme", "the name of a group"),
    ("web", "the name of a group"),
])
def test_names_that_are_refused(name, reason):
    assert reason in why_no_host_name(name, groups=["web"])


@pytest.mark.parametrize("name, reason", [
    ("cyclr_parent_" + "x" * 230, "longer than 240 bytes"),
    ("___", "is empty"),
    ("localhost", "the name of a host"),
    ("acme", "the name of a host"),
])
def test_groups_that_are_refused(name, reason):
    assert why_no_group_name("timezone_Europe_London", hosts=["acme"]) is None
    assert why_no_group_name("cyclr_connector_" + "x" * 200) is None
    assert reason in why_no_group_name(name, hosts=["acme"])


def test_a_name_in_a_message_is_harmless_and_short():
    assert shown("a\x1b\u202e") == r"'a\x1b\u202e'"
    assert len(shown("x" * 1000)) < 70
