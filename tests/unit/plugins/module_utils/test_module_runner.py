# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import json

import pytest
from ansible.module_utils import basic

from ansible_collections.cyclr.ipaas.plugins.module_utils import module_runner
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import CyclrError, InvalidInput
from ansible_collections.cyclr.ipaas.plugins.module_utils._client.redaction import HIDDEN
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account, cyclr_connector_install
from ansible_collections.cyclr.ipaas.tests.support.api_objects import account
from ansible_collections.cyclr.ipaas.tests.support.scripted_api import get, login, message, scripted, validated

PATH = "/v1.0/accounts/c1"


@contextlib.contextmanager
def as_module(monkeypatch, arguments):
    """AnsibleModule as if it were started with these arguments."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        # Before core 2.17.11 and 2.18.5
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(dict(ANSIBLE_MODULE_ARGS=arguments)).encode("utf-8"))
        yield
    else:
        with patch_module_args(arguments):
            yield


def outcome(options=None, calls=(), check_mode=False, run=cyclr_account.run, clients=None):
    with scripted(calls):
        return module_runner.outcome(run, validated(cyclr_account, dict(options or {}, account_id="c1")), check_mode, clients or module_runner.Clients())


def test_a_result_is_passed_on():
    result = outcome(calls=[get(PATH, account())])
    assert (result["changed"], "failed" in result) == (False, False)


def test_an_error_becomes_a_failed_result():
    result = outcome(calls=[get(PATH, message("Oops."), 400)])
    assert result == dict(
        failed=True,
        msg="Reading account 'c1' failed: GET /v1.0/accounts/c1 returned 400: Oops",
        error=dict(status=400, method="GET", path="/v1.0/accounts/c1", message="Oops."),
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


@pytest.mark.parametrize("calls", [[get(PATH, account())], [get(PATH, status=400)]])
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


# -- what is shown ---------------------------------------------------------------------------------------------------

OPTIONS = dict(
    account_id="c1",
    connector="QuickBooks",
    name="QB of Acme Ltd",
    api_key="Acme",
    sensitive_properties=dict(Flag="true", Number="1"),
    oauth_tokens=None,
)


def params():
    return validated(cyclr_connector_install, {name: value for name, value in OPTIONS.items() if value is not None})


def test_ids_names_and_verdicts_are_not_masked():
    result = dict(changed=True, account_connector=dict(id=1, name="QB of Acme Ltd", authenticated=True), diff=dict(after=dict(name="QB of Acme Ltd")))
    clean = module_runner.shown(result, cyclr_connector_install.SPEC["argument_spec"], params())
    assert {name: value for name, value in clean.items() if name != "invocation"} == result


def test_options_that_are_secret_are_not_shown():
    given = module_runner.shown({}, cyclr_connector_install.SPEC["argument_spec"], params())["invocation"]["module_args"]
    assert given["api_key"] == given["sensitive_properties"] == HIDDEN
    assert (given["name"], given["auth_value"]) == ("QB of Acme Ltd", None)


def test_texts_from_elsewhere_are_searched():
    result = dict(msg="It broke: Acme", error=dict(status=400, message="Acme", path="/x"), warnings=["Acme is old"], exception="Acme")
    clean = module_runner.shown(result, cyclr_connector_install.SPEC["argument_spec"], params())
    assert "Acme" not in repr([clean[name] for name in ("msg", "error", "warnings", "exception")])
    assert clean["error"]["path"] == "/x"


@pytest.mark.parametrize("ending", ["exits", "fails"])
def test_a_process_of_its_own_shows_the_same(ending, monkeypatch, capsys):
    """Nothing that ansible-core masks by itself differs from the result inside a worker."""
    record = dict(account_connector=dict(id=1, name="QB of Acme Ltd", authenticated=True), note="true 1")

    def run(params, api, check_mode):
        if ending == "fails":
            raise CyclrError("It broke: Acme")
        return dict(record, changed=True)

    arguments = {name: value for name, value in dict(OPTIONS, access_token="token").items() if value is not None}
    with as_module(monkeypatch, arguments), pytest.raises(SystemExit):
        module_runner.run_module(cyclr_connector_install.SPEC, run)
    told = json.loads(capsys.readouterr().out)
    told.pop("invocation", None)
    expected = module_runner.shown(
        dict(record, changed=True) if ending == "exits" else dict(CyclrError("It broke: Acme").as_result(), failed=True),
        cyclr_connector_install.SPEC["argument_spec"],
        params(),
    )
    expected.pop("invocation")
    assert told == expected


def test_refused_options_are_not_shown_either(monkeypatch, capsys):
    arguments = dict(account_id="c1", connector="x", api_key="the-key-of-theirs", api_kye="the-key-of-theirs", access_token="token")
    with as_module(monkeypatch, arguments), pytest.raises(SystemExit):
        module_runner.run_module(cyclr_connector_install.SPEC, lambda *all: {})
    told = capsys.readouterr().out
    assert "api_kye" in told and "the-key" not in told


def test_secrets_are_known_to_all_clients_of_a_process():
    clients = module_runner.Clients()
    one, other = (clients.api(dict(params(), access_token=token), False).client for token in ("first-token", "second-token"))
    clients.secrets.add("of-another-step")
    assert one is not other
    assert one.secrets.hide("first-token second-token of-another-step") == " ".join([HIDDEN] * 3)
