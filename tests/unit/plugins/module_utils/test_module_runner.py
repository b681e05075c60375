# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.cyclr.ipaas.plugins.module_utils import module_runner
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import get, login, message, scripted, validated

PATH = "/v1.0/accounts/c1"


def outcome(options=None, calls=(), check_mode=False, run=cyclr_account.run, clients=None):
    with scripted(calls):
        return module_runner.outcome(run, validated(cyclr_account, dict(options or {}, account_id="c1")), check_mode, clients or module_runner.Clients())


def test_a_result_is_passed_on():
    result = outcome(calls=[get(PATH, account())])
    assert (result["changed"], "failed" in result) == (False, False)


def test_an_error_becomes_a_failed_result():
    result = outcome(calls=[get(PATH, message("Oops."), 500)])
    assert result == dict(
        failed=True,
        msg="Reading account 'c1' failed: GET /v1.0/accounts/c1 returned 500: Oops",
        error=dict(status=500, method="GET", path="/v1.0/accounts/c1", message="Oops."),
    )


def test_bad_options_have_no_answer_behind_them():
    result = outcome(dict(api_url="http://api.cyclr.com"))
    assert result["failed"] is True
    assert result["error"] == dict(status=None, method=None, path=None, message=None)


def test_bugs_are_not_swallowed():
    def run(params, api, check_mode):
        raise KeyError("x")

    with pytest.raises(KeyError):
        outcome(run=run)


@pytest.mark.parametrize("calls", [[get(PATH, account())], [get(PATH, status=500)]])
def test_turning_off_the_check_of_certificates_is_warned_about(calls):
    assert "validate_certs is off" in outcome(dict(validate_certs=False), calls)["warnings"][0]


def test_the_items_of_a_loop_share_a_login():
    options = dict(client_id="the-client", client_secret="the-client-secret")
    one = get(PATH, account(), token="first-token")
    params = validated(cyclr_account, dict(options, account_id="c1"))
    clients = module_runner.Clients()
    with scripted([login("first-token"), one, one]):
        for dummy in range(2):
            assert module_runner.outcome(cyclr_account.run, params, False, clients)["changed"] is False


def test_check_mode_is_of_one_task_only():
    seen = []
    clients = module_runner.Clients()

    def run(params, api, check_mode):
        seen.append(api.client.read_only)
        return dict(changed=False)

    for check_mode in (True, False, True):
        outcome(run=run, check_mode=check_mode, clients=clients)
    assert seen == [True, False, True]


def test_a_write_in_check_mode_does_not_leave():
    def run(params, api, check_mode):
        api.accounts.delete("c1")

    assert "read-only" in outcome(run=run, check_mode=True)["msg"]


def test_without_requests(monkeypatch):
    monkeypatch.setattr(module_runner, "REQUESTS_IMPORT_ERROR", "Traceback ...")
    result = outcome()
    assert result["failed"] is True and "requests" in result["msg"] and result["exception"] == "Traceback ..."


def test_a_bundle_that_cannot_be_loaded(tmp_path):
    result = outcome(dict(ca_path=str(tmp_path / "missing.pem")))
    assert result["failed"] is True and result["msg"].startswith("ca_path: cannot load the certificates")


def test_a_bundle_that_holds_no_certificate(tmp_path):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("nothing\n", encoding="ascii")
    assert outcome(dict(ca_path=str(bundle)))["msg"].startswith("ca_path: cannot load the certificates")


def test_errors_are_of_one_family():
    assert issubclass(InvalidInput, CyclrError)
    assert InvalidInput("x").as_result() == dict(msg="x", error=dict(status=None, method=None, path=None, message=None))
