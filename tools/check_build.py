# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the tarball from a copy of the collection, install it into an empty path and look at it from there: check_build.py TREE WORK."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import yaml

NAME = "cyclr.ipaas"
# What is in the tarball, and nothing else: what users need, and what the importer of Galaxy and of Automation Hub reads.
CONTENTS = {
    ".ansible-lint",
    "CHANGELOG.md",
    "FILES.json",
    "LICENSE",
    "LICENSES",
    "MANIFEST.json",
    "README.md",
    "REUSE.toml",
    "SECURITY.md",
    "changelogs/changelog.yaml",
    "changelogs/config.yaml",
    "docs/docsite",
    "examples",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "requirements.txt",
    "roles",
    "tests/config.yml",
}
BIN = Path(sys.prefix) / "bin"
# The plugin types that the collection ships. `ansible-doc -l` names what it finds, from broken documentation too.
KINDS = {"module": "modules", "inventory": "inventory", "lookup": "lookup", "filter": "filter", "callback": "callback"}


def run(*command: str | os.PathLike, cwd: Path, merged: bool = False, **environment: str) -> str:
    """Run a command; its output is shown if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=cwd,
        env=dict(os.environ, PATH=f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{' '.join(str(part) for part in command)}\n{done.stdout}{done.stderr or ''}")
    return done.stdout


def release_notes(tree: Path) -> None:
    """A tarball has a changelog: where this version is not released yet, release it in the copy."""
    version = yaml.safe_load((tree / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    changelog = tree / "changelogs" / "changelog.yaml"
    released = yaml.safe_load(changelog.read_text(encoding="utf-8"))["releases"] if changelog.exists() else {}
    if version not in released:
        run(BIN / "antsibull-changelog", "release", "--version", version, cwd=tree)


def expected(tree: Path, directory: str) -> set[str]:
    path = tree / "plugins" / directory
    return {f"{NAME}.{file.stem}" for file in path.glob("*.py") if not file.name.startswith("_")} if path.is_dir() else set()


def main() -> None:
    tree, work = (Path(argument).resolve() for argument in sys.argv[1:3])
    shutil.rmtree(work, ignore_errors=True)
    source, installed = work / "source", work / "installed"
    shutil.copytree(tree, source, symlinks=True, ignore=shutil.ignore_patterns("output"))
    installed.mkdir()

    release_notes(source)
    run(BIN / "ansible-galaxy", "collection", "build", "--output-path", work, source, cwd=work)
    (tarball,) = work.glob("*.tar.gz")
    with tarfile.open(tarball) as archive:
        links = [member.name for member in archive.getmembers() if member.issym() or member.islnk()]
        print(f"{tarball.name}: {len(archive.getmembers())} members, {tarball.stat().st_size // 1024} KiB")
        files = [member.name for member in archive.getmembers() if member.isfile()]
    if links:
        sys.exit(f"symbolic links in the tarball: {links}")
    surplus = [name for name in files if not any(name == one or name.startswith(one + "/") for one in CONTENTS)]
    missing = [one for one in CONTENTS if (tree / one).exists() and not any(name == one or name.startswith(one + "/") for name in files)]
    if surplus or missing:
        sys.exit(f"the tarball contains {surplus[:10]}, and lacks {missing}")

    alone = {"ANSIBLE_COLLECTIONS_PATH": str(installed), "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false"}
    run(BIN / "ansible-galaxy", "collection", "install", "--offline", "-p", installed, tarball, cwd=work, **alone)
    for kind, directory in KINDS.items():
        wanted = expected(tree, directory)
        if not wanted and kind != "module":
            continue
        listed = json.loads(run(BIN / "ansible-doc", "--json", "-t", kind, "-l", NAME, cwd=work, **alone))
        print(f"{kind}: {', '.join(sorted(listed)) or 'none'}")
        if set(listed) != wanted or not wanted:
            sys.exit(f"ansible-doc lists {sorted(listed)}, the collection has {sorted(wanted)}")

    # galaxy_importer.main takes a bare name; it runs ansible-doc and ansible-lint, and no ansible-test.
    log = run(sys.executable, "-m", "galaxy_importer.main", tarball.name, cwd=work, merged=True, GALAXY_IMPORTER_CHECK_REQUIRED_TAGS="true")
    complaints = [line for line in log.splitlines() if line.startswith(("ERROR", "WARNING"))]
    print("\n".join(complaints) or "galaxy-importer: no complaint")
    if complaints:
        sys.exit("galaxy-importer complains")


if __name__ == "__main__":
    main()
