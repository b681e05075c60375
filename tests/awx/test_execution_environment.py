# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The image's definition: the build context, what it installs, and the image itself where there is podman."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile

import pytest
import yaml
from ansible_collections.cyclr.ipaas.tests.awx.definitions import ROOT
from ansible_collections.cyclr.ipaas.tests.awx.environment import BIN, DEFINITION, run
from ansible_collections.cyclr.ipaas.tests.support.ansible_programs import CREDENTIALS

SMOKE = ROOT / "extensions" / "ee" / "smoke.yml"


def test_context(context):
    (recipe,) = [context / name for name in ("Containerfile", "Dockerfile") if (context / name).exists()]
    text = recipe.read_text(encoding="utf-8")
    assert "COPY _build/collection/cyclr-ipaas-*.tar.gz /build/cyclr-ipaas.tar.gz" in text
    assert yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8")) == {
        "collections": [{"name": "/build/cyclr-ipaas.tar.gz", "type": "file"}]
    }


def test_tarball_in_the_context_is_this_collection(context):
    (path,) = (context / "_build" / "collection").glob("*.tar.gz")
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert path.name == f"cyclr-ipaas-{version}.tar.gz"
    with tarfile.open(path) as archive:
        names = set(archive.getnames())
    assert {"meta/execution-environment.yml", "requirements.txt", "playbooks/awx/report_onboarding.yml", "extensions/awx/job_templates.yml"} <= names


def test_the_collection_asks_for_requests_only(execution_environment):
    wanted = yaml.safe_load(run(BIN / "ansible-builder", "introspect", execution_environment.collections))
    assert [line.split("#")[0].strip() for line in wanted["python"]] == ["requests>=2.31.0"] and not wanted["system"]


@pytest.mark.parametrize("broken", [{"images": {"base_image": "debian"}}, {"dependency": {}}, {"options": {"package_manager": "apt"}}], ids=str)
def test_builder_would_refuse_a_wrong_definition(tmp_path, broken):
    path = tmp_path / DEFINITION.name
    path.write_text(yaml.safe_dump({**yaml.safe_load(DEFINITION.read_text(encoding="utf-8")), **broken}), encoding="utf-8")
    done = subprocess.run([BIN / "ansible-builder", "create", "-f", path, "-c", tmp_path / "context"], check=False, capture_output=True)
    assert done.returncode != 0


def test_smoke_with_the_packages_of_the_image(execution_environment, sandbox, tmp_path):
    environment = {**execution_environment.variables(tmp_path), "CYCLR_API_URL": sandbox.url, **CREDENTIALS}
    out = run(execution_environment.command("ansible-playbook"), SMOKE, env=environment, cwd=tmp_path)
    assert "failed=0" in out
    installed = json.loads(run(execution_environment.command("python"), "-m", "pip", "list", "--format", "json"))
    names = {package["name"].lower() for package in installed}
    assert {"ansible-core", "ansible-runner", "requests"} <= names and not {"pytest", "starlette", "ansible-lint"} & names


def test_image(context, sandbox):
    """Where podman and a base are. CYCLR_EE_BASE_IMAGE names one that can be had without a registry."""
    base = os.environ.get("CYCLR_EE_BASE_IMAGE") or yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))["images"]["base_image"]["name"]
    missing = what_is_missing(base)
    if missing:
        pytest.skip(f"{missing}, so the image is neither built nor run")
    tag = "localhost/cyclr-ee-test"
    run("podman", "build", "-t", tag, "--build-arg", f"EE_BASE_IMAGE={base}", "-f", context / "Containerfile", context, timeout=1200)
    environment = {"CYCLR_API_URL": sandbox.url, **CREDENTIALS}
    passed = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
    out = run("podman", "run", "--rm", "--network", "host", *passed, "-v", f"{SMOKE.parent}:/smoke:ro", tag, "ansible-playbook", "/smoke/smoke.yml")
    assert "failed=0" in out


def what_is_missing(base):
    if not shutil.which("podman"):
        return "podman is not there"
    if not any(subprocess.run(["podman", *how, base], check=False, capture_output=True).returncode == 0 for how in (["image", "exists"], ["pull"])):
        return f"podman cannot get {base}"
    return None
