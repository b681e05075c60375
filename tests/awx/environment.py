# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The execution environment: its build context, and a virtual environment with exactly what the context names."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from ansible_collections.cyclr.ipaas.tests.awx.definitions import ROOT

DEFINITION = ROOT / "extensions" / "ee" / "execution-environment.yml"
CACHE = ROOT / ".cache" / "awx"
BIN = Path(sys.executable).parent


def run(*command, **options):
    """Run a command; what it prints is shown where it fails."""
    command = [str(part) for part in command]
    options = {"timeout": 600, **options}
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def create_context(directory):
    """What `ansible-builder create` makes of the definition, with a tarball of this collection."""
    ee = Path(directory, "ee")
    shutil.copytree(DEFINITION.parent, ee, ignore=shutil.ignore_patterns("*.tar.gz"))
    run(BIN / "ansible-galaxy", "collection", "build", "--output-path", ee, ROOT)
    context = Path(directory, "context")
    run(BIN / "ansible-builder", "create", "-f", ee / DEFINITION.name, "-c", context)
    return context


@dataclass
class ExecutionEnvironment:
    """A virtual environment and a collections folder, as they are in the image."""

    venv: Path
    collections: Path

    def command(self, name):
        return str(self.venv / "bin" / name)

    def variables(self, home):
        return {
            "PATH": f"{self.venv / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
        }


def install(context, directory):
    """Install exactly what the context names."""
    build = context / "_build"
    (tarball,) = (build / "collection").glob("*.tar.gz")
    collections = Path(directory, "collections")
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)}
    run(BIN / "ansible-galaxy", "collection", "install", "--offline", "-p", collections, tarball, env=environment)
    wanted = yaml.safe_load(run(BIN / "ansible-builder", "introspect", collections))
    dependencies = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))["dependencies"]
    packages = [dependencies[name]["package_pip"] for name in ("ansible_core", "ansible_runner")]
    packages += [line.split("#")[0].strip() for line in wanted["python"]]
    assert not wanted["system"]
    return ExecutionEnvironment(virtual_environment(packages), collections)


def virtual_environment(packages):
    """Made once for each list of packages and Python, however many processes ask for it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(json.dumps([sys.version, *packages]).encode()).hexdigest()[:12]
    venv = CACHE / f"venv-{key}"
    done = venv / ".done"
    with (CACHE / f"venv-{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(venv, ignore_errors=True)
            run(sys.executable, "-m", "venv", venv)
            run(venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
            done.touch()
    return venv
