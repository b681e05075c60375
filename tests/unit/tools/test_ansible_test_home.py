# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test bootstraps pip without a download, and finds the package index that this machine uses."""

from __future__ import annotations

import stat

import pytest

from ansible_collections.cyclr.ipaas.tools import ansible_test_home


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(ansible_test_home, "pip_versions", lambda: {"24.2"})
    monkeypatch.setattr(ansible_test_home, "pip_config", lambda: "global.index-url='https://ann:secret@index.example/simple'\n")
    ansible_test_home.make(tmp_path)
    return tmp_path


def test_the_stand_in_is_where_ansible_test_looks_for_it(home):
    script = home / ".ansible" / "test" / "cache" / "get_pip_24_2.py"
    compile(script.read_text(encoding="utf-8"), str(script), "exec")
    assert "ensurepip" in script.read_text(encoding="utf-8")


def test_the_settings_of_pip_go_along_and_are_nobody_elses(home):
    settings = home / ".config" / "pip" / "pip.conf"
    assert "index-url = https://ann:secret@index.example/simple" in settings.read_text(encoding="utf-8")
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600


def test_the_environment_wins_over_files():
    listed = ":env:.index-url='https://b.example/simple'\nglobal.index-url='https://a.example/simple'\nglobal.timeout='60'\nglobal.user='true'\n"
    assert ansible_test_home.pip_settings(listed, {}) == {"index-url": "https://b.example/simple", "timeout": "60"}


def test_certificates_and_proxies_of_the_environment():
    environment = dict(REQUESTS_CA_BUNDLE="/etc/ca.pem", HTTPS_PROXY="http://proxy.example:3128")
    assert ansible_test_home.pip_settings("", environment) == {"cert": "/etc/ca.pem", "proxy": "http://proxy.example:3128"}
    assert ansible_test_home.pip_settings("global.cert='/own.pem'", environment)["cert"] == "/own.pem"


def test_reads_the_releases_of_pip_that_this_core_asks_for():
    assert all(version[0].isdigit() for version in ansible_test_home.pip_versions())
