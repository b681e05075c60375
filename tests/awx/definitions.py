# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""extensions/awx as playbooks/configure_awx.yml sees it: with the settings filled in, and without what AWX renders."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[2]
AWX = ROOT / "extensions" / "awx"


class Unsafe(str):
    """A text that is not a template for Ansible."""


class Loader(yaml.SafeLoader):
    pass


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))

_JINJA = NativeEnvironment()
_JINJA.globals["lookup"] = lambda name, variable: {"CYCLR_CLIENT_ID": "an-id"}.get(variable, "")


def load(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def _filled(value, settings):
    if isinstance(value, dict):
        return {key: _filled(item, settings) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, settings) for item in value]
    if isinstance(value, str) and not isinstance(value, Unsafe) and "{{" in value:
        return _JINJA.from_string(value).render(settings)
    return value


@functools.cache
def definitions():
    """All variables of extensions/awx, without the prefix: `definitions()["job_templates"]`."""
    settings = _filled(load(AWX / "settings.yml"), {})
    found = {}
    for name in ("credential_types", "platform", "job_templates", "workflow"):
        found.update(_filled(load(AWX / f"{name}.yml"), settings))
    return {key.removeprefix("cyclr_awx_"): value for key, value in {**settings, **found}.items()}


def named(kind, name):
    (found,) = [item for item in definitions()[kind] if item["name"] == name]
    return found
