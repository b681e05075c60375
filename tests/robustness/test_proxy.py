# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Through a real proxy, Squid. The API's name is one that only the proxy can resolve: what arrives has come through it."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.cyclr.ipaas.tests.support.certificates import Authority
from cyclr_sandbox.process import running
from ansible_collections.cyclr.ipaas.tests.robustness.faulty import TIMEOUT, assert_looked_before_sending_again
from ansible_collections.cyclr.ipaas.tests.robustness.onboarding import NEW, assert_converged, onboard
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import SANDBOX_CLIENT
from ansible_collections.cyclr.ipaas.tests.support.http_servers import json_answer, serving
from ansible_collections.cyclr.ipaas.tests.robustness.test_tls import ask
from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import writes

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, TransportError
from ansible_collections.cyclr.ipaas.tools import programs

API_HOST = "api.cyclr.test"
PASSWORD = "password-of-the-proxy"
SETTINGS = """\
http_port 127.0.0.1:{port}
hosts_file {folder}/hosts
visible_hostname proxy.cyclr.test
pid_filename none
coredump_dir none
cache_log /dev/null
access_log none
cache deny all
shutdown_lifetime 0 seconds
"""
OPEN = "http_access allow all\n"
WITH_PASSWORD = """\
auth_param basic program /bin/sh {folder}/check_password
auth_param basic children 1
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
"""
CHECK_PASSWORD = f"""\
while read -r who; do
    if [ "$who" = "ann {PASSWORD}" ]; then echo OK; else echo ERR; fi
done
"""


@contextmanager
def proxying(access):
    """Squid on a free port, with these rules of access. Yields the port."""
    program = programs.proxy()
    assert program, "These tests need Squid, a proxy: install it (Debian: apt-get install squid)"
    # Not in pytest's folder, which root keeps to itself: Squid gives up root before it reads these files.
    with tempfile.TemporaryDirectory(prefix="cyclr-proxy-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        port = free_port()
        (folder / "hosts").write_text(f"127.0.0.1 {API_HOST}\n", encoding="utf-8")
        (folder / "check_password").write_text(CHECK_PASSWORD, encoding="utf-8")
        (folder / "squid.conf").write_text((SETTINGS + access).format(port=port, folder=folder), encoding="utf-8")
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen([program, "-N", "-d", "1", "-f", str(folder / "squid.conf")], stdout=log, stderr=log)
        try:
            wait_for(port, process, folder / "log")
            yield port
        finally:
            process.terminate()
            process.wait(20)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(port, process, log):
    for _each in range(400):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def api(authority):
    """A sandbox with a certificate for API_HOST."""
    with running(tls=authority.issue(API_HOST, "127.0.0.1")) as sandbox:
        sandbox._session.verify = str(authority.file)
        sandbox.shown_url = sandbox.url.replace("127.0.0.1", API_HOST)
        yield sandbox


@pytest.fixture(scope="module")
def proxy():
    with proxying(OPEN) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def strict_proxy():
    with proxying(WITH_PASSWORD) as port:
        yield f"127.0.0.1:{port}"


def read(api, authority, **more):
    return ask(api.shown_url, ca_path=str(authority.file), access_token=None, **SANDBOX_CLIENT, **more)


def no_account(api, authority):
    """The API has answered: there is no account x."""
    with pytest.raises(CyclrError) as caught:
        read(api, authority)
    assert caught.value.status == 404


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_by_environment(api, authority, proxy, monkeypatch, variable):
    monkeypatch.setenv(variable, proxy)
    no_account(api, authority)


def test_without_proxy(api, authority):
    with pytest.raises(TransportError):
        read(api, authority)


def test_no_proxy(api, authority, proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", API_HOST)
    with pytest.raises(TransportError):
        read(api, authority)


def test_certificates_are_checked_behind_it(api, proxy, monkeypatch, tmp_path):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(TransportError, match="certificate"):
        read(api, Authority(tmp_path))


def test_with_password(api, authority, strict_proxy, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://ann:{PASSWORD}@{strict_proxy}")
    no_account(api, authority)


@pytest.mark.parametrize(
    "proxy_url",
    [
        "http://ann:wrong-{password}@{strict}",
        "http://ann:{password}@127.0.0.1:9",
        "http://ann:{password}@:port",
        "http://ann:{password}@[::1",
        "ann:{password}@",
        "gopher://ann:{password}@127.0.0.1:9",
        "socks5://ann:{password}@127.0.0.1:9",
        "http://ann:{password}@a..b:9",
        "http://ann:{password}@nowhere.invalid:9",
    ],
)
def test_proxy_that_does_not_work(api, authority, strict_proxy, monkeypatch, proxy_url):
    """An error of ours, without the proxy's password."""
    monkeypatch.setenv("HTTPS_PROXY", proxy_url.format(password=PASSWORD, strict=strict_proxy))
    with pytest.raises(CyclrError) as caught:
        read(api, authority)
    assert PASSWORD not in caught.value.msg
    assert "logging in failed" in caught.value.msg.lower()
    assert ("407" in caught.value.msg) == ("wrong" in proxy_url)


def test_loopback_is_no_matter_for_a_proxy(monkeypatch):
    """Plain http is allowed there because nobody listens in between."""
    answer = json_answer('{"Id": "x"}')
    with serving(answer) as proxy, serving(answer) as server:
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.url)
        assert ask(server.url) == {"Id": "x"}
        assert (len(server.seen), proxy.seen) == (1, [])


@pytest.mark.parametrize("fault", ["drop_before", "drop_after_commit", "truncate", "slow:0.3"])
@pytest.mark.parametrize("path", ["/v1.0/accounts", "*/launch", "*/install", "*/signintoken"])
def test_lost_answers(api, authority, proxy, monkeypatch, fault, path):
    """What breaks behind the proxy may have arrived: it is looked for, as without a proxy, and never sent again blindly."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    api.reset()
    api.faults([dict(method="POST", path=path, fault=fault, times=1)])
    result = onboard(api.shown_url, NEW, timeout=TIMEOUT, ca_path=str(authority.file))
    assert result.error is None, result.error.msg
    assert_converged(api.state(), NEW)
    assert_looked_before_sending_again(api.journal())


def test_playbook(api, authority, proxy, tmp_path):
    """The environment reaches both: ordinary modules and those inside the worker."""
    from ansible_collections.cyclr.ipaas.tests.support.playbook_runner import Runner

    api.reset()
    runner = Runner(api, tmp_path)
    environment = dict(HTTPS_PROXY=proxy, CYCLR_API_URL=api.shown_url, CYCLR_CA_PATH=authority.file)
    play = runner.both_ways("account_info", environment=environment)
    assert play.journal


def test_example_of_the_page_how_do_i(api, authority, proxy, tmp_path):
    examples = Path(__file__).resolve().parents[2] / "examples"
    environment = ansible_programs.environment(
        tmp_path, api, CYCLR_API_URL=api.shown_url, CYCLR_CA_PATH=None, PATH=f"{Path(ansible_programs.PLAYBOOK).parent}{os.pathsep}{os.environ['PATH']}"
    )
    command = [examples / "behind_a_proxy.sh", proxy, authority.file, "cyclr.ipaas.onboard_accounts", "-i", examples / "customers"]
    api.reset()
    done = ansible_programs.run([*command, "--check"], environment, tmp_path)
    assert done.returncode == 0 and "2 would change" in done.stdout, done.stdout + done.stderr
    assert not writes(api.journal())
    done = ansible_programs.run(command, environment, tmp_path)
    assert done.returncode == 0 and "2 changed" in done.stdout, done.stdout + done.stderr
    done = ansible_programs.run(command, environment, tmp_path)
    assert done.returncode == 0 and "0 changed, 2 ok" in done.stdout, done.stdout + done.stderr
    # Through another one, nothing arrives.
    strict = dict(environment, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true")
    done = ansible_programs.run([command[0], "http://127.0.0.1:9", *command[2:]], strict, tmp_path)
    assert done.returncode != 0 and "the proxy" in done.stdout + done.stderr, done.stdout + done.stderr
