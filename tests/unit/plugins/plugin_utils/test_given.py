# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user wrote becomes plain values, or an error that names the option and says what to write. The same on all cores."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone

import pytest
from ansible.parsing.dataloader import DataLoader
from hypothesis import given as examples
from hypothesis import strategies as st

from ansible_collections.cyclr.ipaas.plugins.module_utils.arguments import authentication, module_spec, properties
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.modules import cyclr_account, cyclr_connector_install, cyclr_partner_connector
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_list, as_list_of_dicts, as_text, given

PLACEHOLDER = "__omit_place_holder__" + 40 * "a"
SPEC = module_spec(
    dict(
        authentication(),
        account_id=dict(type="str", required=True, aliases=["account"]),
        name=dict(type="str"),
        description=dict(type="str"),
        audit_info=dict(type="str"),
        count=dict(type="int"),
        ratio=dict(type="float"),
        enabled=dict(type="bool"),
        tags=dict(type="list", elements="str"),
        ids=dict(type="list", elements="int"),
        settings=dict(type="dict"),
        connectors=dict(type="list", elements="dict"),
        rules=dict(type="list", elements="dict", options=dict(step=dict(type="str"), ignore=dict(type="bool"))),
        **properties()
    )
)
NOW = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


def converted(**args):
    return given(SPEC, args)


@pytest.mark.parametrize(
    "value, text",
    [("Initech", "Initech"), ("", ""), ("1.10", "1.10"), (42, "42"), (-1, "-1"), (10**30, str(10**30)), (date(2026, 1, 31), "2026-01-31"), (b"x", "x")],
)
def test_a_text(value, text):
    assert converted(name=value) == {"name": text}
    assert converted(account_id=value, account=value) == {"account_id": text, "account": text}


@pytest.mark.parametrize("value", [2.20, 1e5, 3.0, True, False, NOW, float("nan")])
@pytest.mark.parametrize("option", ["name", "account", "account_id", "description", "api_key"])
def test_a_text_that_yaml_has_changed_has_to_be_quoted(option, value):
    with pytest.raises(InvalidInput, match=f"^{option}: must be text, but it was read as .* in quotes, such as \"") as error:
        converted(**{option: value})
    assert str(value) not in error.value.msg


@pytest.mark.parametrize("value", [["Initech"], {"Name": "Initech"}, [], {}, ("Initech",)])
@pytest.mark.parametrize("option", ["name", "account_id", "api_key"])
def test_a_text_is_not_a_list_or_dictionary(option, value):
    with pytest.raises(InvalidInput, match=f"^{option}: must be one text, not a (list|dictionary). Write {option}: some text") as error:
        converted(**{option: value})
    assert "Initech" not in error.value.msg


@pytest.mark.parametrize("value", [{"AccessToken": "t", "Expires": None, "Ok": True}, [1, "zwei", None], {"ü": {"a": [1.5]}}, {}])
@pytest.mark.parametrize("option", ["auth_value", "description", "audit_info"])
def test_text_that_was_json_is_json_again(option, value):
    text = converted(**{option: value})[option]
    assert json.loads(text) == value


def test_property_values():
    values = {"Subdomain": "x", "Port": 443, "Ratio": 0.5, "Open": True, "Gone": None, "Omitted": PLACEHOLDER, "Since": date(2026, 1, 31)}
    values["Mapping"] = {"a": None, "b": "ü"}
    expected = {"Subdomain": "x", "Port": 443, "Ratio": 0.5, "Open": True, "Since": "2026-01-31", "Mapping": '{"a": null, "b": "ü"}'}
    assert converted(properties=values, sensitive_properties=values) == {"properties": expected, "sensitive_properties": expected}
    assert converted(connectors=[{"properties": values}]) == {"connectors": [{"properties": expected}]}
    # What knows the property refuses a list.
    assert converted(properties={"Subdomain": ["x"]}) == {"properties": {"Subdomain": ["x"]}}


def test_json_text_for_an_option_of_another_module():
    tokens = {"AccessToken": "t", "RefreshToken": None}
    assert json.loads(converted(connectors=[{"auth_value": tokens}])["connectors"][0]["auth_value"]) == tokens


@pytest.mark.parametrize("nothing", [None, PLACEHOLDER])
def test_null_and_omit_are_not_given(nothing):
    assert converted(name=nothing, count=nothing, enabled=nothing, tags=nothing, settings=nothing, auth_value=nothing, connectors=nothing) == {}
    assert converted(settings={"a": nothing, "b": {"c": nothing, "d": [nothing, 1]}}) == {"settings": {"b": {"d": [1]}}}
    assert converted(tags=["a", nothing], connectors=[nothing, {"connector": "HubSpot", "name": nothing}]) == {
        "tags": ["a"],
        "connectors": [{"connector": "HubSpot"}],
    }
    assert converted(oauth_tokens={"access_token": "t", "refresh_token": nothing}) == {"oauth_tokens": {"access_token": "t"}}
    assert converted(rules=[{"step": "a", "ignore": nothing}]) == {"rules": [{"step": "a"}]}


def test_the_placeholder_of_newer_cores_is_not_given():
    internal = pytest.importorskip("ansible._internal._templating._utils")
    assert converted(name=internal.Omit, tags=["a", internal.Omit], settings={"a": internal.Omit}) == {"tags": ["a"], "settings": {}}


def test_an_unfinished_placeholder_is_a_text():
    assert converted(name="__omit_place_holder__") == {"name": "__omit_place_holder__"}


def test_what_is_left_of_null_after_a_template_is_not_given():
    assert converted(count="", ratio="", enabled="", tags="", settings="", connectors="") == {}


@pytest.mark.parametrize(
    "value, items",
    [
        ("HubSpot, Salesforce", ["HubSpot", "Salesforce"]),
        ("HubSpot", ["HubSpot"]),
        ("HubSpot,,", ["HubSpot"]),
        ('["HubSpot, Inc", "b"]', ["HubSpot, Inc", "b"]),
        (["a", 3], ["a", "3"]),
        (("a", "b"), ["a", "b"]),
        ({"b", "a"}, ["a", "b"]),
        (3, ["3"]),
        ([], []),
    ],
)
def test_a_list_of_texts(value, items):
    assert converted(tags=value) == {"tags": items}
    assert as_list(value, "tags") == items


def test_a_list_of_numbers():
    assert converted(ids="1, 2") == converted(ids=[1, "2"]) == converted(ids="[1, 2.0]") == {"ids": [1, 2]}


@pytest.mark.parametrize(
    "args, says",
    [
        (dict(tags={"a": 1}), "tags: must be a list, such as [first, second], not a dictionary"),
        (dict(tags=True), "tags: must be a list, such as [first, second], not a boolean"),
        (dict(tags="['a', 'b']"), "tags: begins with [ but is not a JSON list"),
        (dict(tags=["a", 1.10]), "tags (item 2): must be text, but it was read as a number with a decimal point or exponent"),
        (dict(tags=["a", ["b"]]), "tags (item 2): must be one text, not a list"),
        (dict(connectors="HubSpot"), "connectors: must be a list of dictionaries, such as - connector: HubSpot, not text"),
        (dict(connectors=3), "connectors: must be a list of dictionaries, such as - connector: HubSpot, not a whole number"),
        (dict(connectors={"connector": "HubSpot"}), "connectors: must be a list of dictionaries, such as - connector: HubSpot, not a dictionary"),
        (dict(connectors=[{}, "HubSpot"]), "connectors (item 2): must be a dictionary, such as - connector: HubSpot, not text"),
        (dict(connectors=[["HubSpot"]]), "connectors (item 1): must be a dictionary, such as - connector: HubSpot, not a list"),
        (dict(connectors=[{"expires": NOW}]), "connectors (item 1).expires: must be text, but it was read as a date with a time"),
        (dict(settings="templates"), "settings: must be a dictionary, such as {step_data_success_retention_hours: 168}, not text"),
        (dict(settings=["a"]), "settings: must be a dictionary, such as {step_data_success_retention_hours: 168}, not a list"),
        (dict(settings='{"a": '), "settings: must be a dictionary, such as"),
        (dict(settings={True: "x"}), "settings: each name in it must be text, but one is a boolean"),
        (dict(properties={"Since": NOW}), "properties.Since: must be text, but it was read as a date with a time"),
        (dict(oauth_tokens={"expires": NOW}), "oauth_tokens.expires: must be text, but it was read as a date with a time"),
        (dict(oauth_tokens={"access_token": ["s3cret"]}), "oauth_tokens.access_token: must be one text, not a list"),
        (dict(rules=[{"step": [1]}]), "rules (item 1).step: must be one text, not a list"),
        (dict(rules=[{"ignore": "maybe"}]), "rules (item 1).ignore: must be true or false, not other text"),
        (dict(count="abc"), "count: must be a whole number, such as 3, not other text"),
        (dict(count=3.7), "count: must be a whole number, such as 3, not a number with a decimal point or exponent"),
        (dict(count=True), "count: must be a whole number, such as 3, not a boolean"),
        (dict(count=[3]), "count: must be a whole number, such as 3, not a list"),
        (dict(count="1e999999999"), "count: must be a whole number"),
        (dict(count=float("inf")), "count: must be a whole number"),
        (dict(count="NaN"), "count: must be a whole number"),
        (dict(ratio="fast"), "ratio: must be a number, such as 30 or 0.5, not other text"),
        (dict(ratio=True), "ratio: must be a number, such as 30 or 0.5, not a boolean"),
        (dict(ratio=float("nan")), "ratio: must be a number"),
        (dict(enabled="perhaps"), "enabled: must be true or false, not other text"),
        (dict(enabled={"a": 1}), "enabled: must be true or false, not a dictionary"),
    ],
    ids=str,
)
def test_refused(args, says):
    with pytest.raises(InvalidInput) as error:
        converted(**args)
    assert error.value.msg.startswith(says)
    assert "s3cret" not in error.value.msg


@pytest.mark.parametrize("value, number", [(3, 3), ("3", 3), (3.0, 3), (" 3 ", 3), ("3.0", 3), (-1, -1), ("0", 0)])
def test_a_whole_number(value, number):
    found = converted(count=value)["count"]
    assert found == number and type(found) in (int,)


@pytest.mark.parametrize("value, number", [(3, 3.0), ("0.5", 0.5), (0.5, 0.5)])
def test_a_number(value, number):
    assert converted(ratio=value) == {"ratio": number}


@pytest.mark.parametrize("value, verdict", [(True, True), ("yes", True), ("false", False), (0, False), (1, True), ("on", True)])
def test_a_boolean(value, verdict):
    assert converted(enabled=value) == {"enabled": verdict}


def test_dictionaries_from_the_command_line():
    assert converted(settings='{"a": {"b": 1}}') == {"settings": {"a": {"b": 1}}}
    assert converted(settings="a=1, b=2") == {"settings": {"a": "1", "b": "2"}}
    assert converted(connectors='[{"connector": "HubSpot"}]') == {"connectors": [{"connector": "HubSpot"}]}
    assert converted(settings={1: "one"}) == {"settings": {"1": "one"}}


def test_what_ansible_judges_is_left_to_it():
    assert converted(colour=["red"], nothing=None) == {"colour": ["red"]}
    assert given(cyclr_account.SPEC, {"state": "gone"}) == {"state": "gone"}


def test_every_module_can_be_used():
    assert given(cyclr_connector_install.SPEC, {"account_id": 42, "connector_version": "1.10", "connector_id": "20005"}) == {
        "account_id": "42",
        "connector_version": "1.10",
        "connector_id": 20005,
    }
    assert given(cyclr_partner_connector.SPEC, {"source_account_id": 7, "tags": "a,b"}) == {"source_account_id": "7", "tags": ["a", "b"]}


# -- what Ansible makes of values ------------------------------------------------------------------------------------

def from_yaml(text, tmp_path):
    """As ansible-core reads it: with its own classes or tags."""
    file = tmp_path / "values.yml"
    file.write_text(text, encoding="utf-8")
    return DataLoader().load_from_file(str(file))


def is_plain(value):
    if type(value) in (dict,):
        return all(is_plain(key) and is_plain(item) for key, item in value.items())
    if type(value) in (list,):
        return all(map(is_plain, value))
    return value is None or type(value) in (str, int, float, bool)


def test_values_from_a_file_become_plain(tmp_path):
    args = from_yaml("{account_id: 42, name: !unsafe '{{ x }}', tags: [a], settings: {a: {b: [1, x]}, since: 2026-01-31}, count: 3}", tmp_path)
    plain = given(SPEC, args)
    assert plain == {"account_id": "42", "name": "{{ x }}", "tags": ["a"], "settings": {"a": {"b": [1, "x"]}, "since": "2026-01-31"}, "count": 3}
    assert is_plain(plain)


def vaulted(text):
    from ansible.parsing.vault import VaultLib, VaultSecret

    secrets = [("default", VaultSecret(b"a password"))]
    try:
        from ansible.parsing.vault import EncryptedString, VaultSecretsContext
    except ImportError:
        from ansible.parsing.yaml.objects import AnsibleVaultEncryptedUnicode

        return AnsibleVaultEncryptedUnicode.from_plaintext(text, VaultLib(secrets), secrets[0][1])
    try:
        VaultSecretsContext.initialize(VaultSecretsContext(secrets))
    except RuntimeError:  # once in a process
        pass
    return EncryptedString(ciphertext=VaultLib(secrets).encrypt(text, secrets[0][1]).decode())


def test_vaulted_values_become_plain():
    secret = vaulted("a-key")
    plain = converted(api_key=secret, properties={"Subdomain": secret}, connectors=[{"api_key": secret}], tags=[secret])
    assert plain == {"api_key": "a-key", "properties": {"Subdomain": "a-key"}, "connectors": [{"api_key": "a-key"}], "tags": ["a-key"]}
    assert is_plain(plain)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.dates() | st.just(PLACEHOLDER)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3), max_leaves=8)


@examples(st.dictionaries(st.sampled_from(sorted(SPEC["argument_spec"])), ANYTHING))
def test_anything_becomes_plain_or_is_refused_by_name(args):
    try:
        plain = given(SPEC, args)
    except InvalidInput as error:
        assert error.msg.split(":")[0].split(".")[0].split(" ")[0] in args
        return
    assert is_plain(plain) and PLACEHOLDER not in json.dumps(plain)
    assert given(SPEC, plain) == plain
    assert set(plain) <= set(args)


@examples(st.dictionaries(st.sampled_from(["name", "api_key", "auth_value", "description"]), st.text()))
def test_text_is_never_changed(args):
    assert given(SPEC, args) == args


# -- one value -------------------------------------------------------------------------------------------------------


def test_one_value():
    assert as_text(42, "id") == "42" and as_text(None, "id") is None
    assert as_list(None, "x") == as_list("", "x") == as_list_of_dicts(None, "x") == as_list_of_dicts("", "x") == []
    assert as_list_of_dicts([{"a": None, "b": 1}], "x") == [{"b": 1}]
    with pytest.raises(InvalidInput, match="^id: must be text"):
        as_text(1.10, "id")
