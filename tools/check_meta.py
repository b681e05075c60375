# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check what no other tool does: that the files which say the same thing in two places agree."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

from copy_tree import DEVELOPMENT

ROOT = Path(__file__).resolve().parents[1]


def load(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def lines(name: str) -> list[str]:
    return [line.strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]


def check_ignored() -> list[str]:
    """What git ignores must not be packed either, and the other way round."""
    built = set(load("galaxy.yml")["build_ignore"]) - {".git", *DEVELOPMENT}
    ignored = {line.strip("/") for line in lines(".gitignore") if line and not line.startswith("#")}
    errors = [f"'{name}' is in only one of .gitignore and build_ignore of galaxy.yml" for name in sorted(built ^ ignored)]
    errors += [f"galaxy.yml: build_ignore lacks '{name}'" for name in sorted(DEVELOPMENT - set(load("galaxy.yml")["build_ignore"]))]
    return errors + [f"tools/copy_tree.py: '{name}' in DEVELOPMENT does not exist" for name in sorted(DEVELOPMENT) if not (ROOT / name).exists()]


def check_runtime_dependencies() -> list[str]:
    """requests is the only one, with a lower bound only; what an execution environment takes is the same file."""
    wanted = [line for line in lines("requirements.txt") if line and not line.startswith("#")]
    errors = []
    if [re.split(r"[^\w.-]", line)[0] for line in wanted] != ["requests"]:
        errors.append(f"requirements.txt: requests is the collection's only Python dependency, not {wanted}")
    errors += [f"requirements.txt: lower bounds only, not '{line}'" for line in wanted if re.search(r"==|<|~=|!=", line)]
    if load("meta/execution-environment.yml")["dependencies"].get("python") != "requirements.txt":
        errors.append("meta/execution-environment.yml: python must be requirements.txt")
    return errors


def check_versions() -> list[str]:
    version = load("galaxy.yml")["version"]
    errors = []
    if not re.fullmatch(r"\d+\.\d+\.\d+", load("meta/runtime.yml")["requires_ansible"].removeprefix(">=")):
        errors.append("meta/runtime.yml: requires_ansible must be >= a version of three parts")
    if not re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", version):
        errors.append(f"galaxy.yml: '{version}' is not a semantic version")
    return errors


def check_development_requirements() -> list[str]:
    """Every line says why it is there; the lock is complete, hashed and names no index."""
    errors = []
    lock = (ROOT / "tests/requirements.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9-]+)==", lock, re.M))
    explained = False
    for line in lines("tests/requirements.in"):
        if line.startswith("#"):
            explained = True
        elif not line:
            explained = False
        else:
            name = re.split(r"[\s;=<>\[]", line)[0]
            if not explained:
                errors.append(f"tests/requirements.in: no comment says what {name} is for")
            if name not in locked:
                errors.append(f"tests/requirements.txt: {name} is missing; run `make lock`")
    if re.search(r"https?://|file://|--(extra-)?index-url|--find-links", lock):
        errors.append("tests/requirements.txt: names an index; it must work with any")
    if "--hash=sha256:" not in lock:
        errors.append("tests/requirements.txt: has no hashes")
    return errors


def main() -> None:
    errors = check_ignored() + check_runtime_dependencies() + check_versions() + check_development_requirements()
    for error in errors:
        print(error, file=sys.stderr)
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
