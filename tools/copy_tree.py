# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copy the collection, without what a working tree leaves behind, to a fresh directory: copy_tree.py DESTINATION [--modules-only].

ansible-test insists on a path that ends in ansible_collections/cyclr/ipaas, and every tool that walks the tree would walk into
virtual environments and through symbolic links: they all work on this copy.

With --modules-only, the copy has no action plugins and no routing: ansible-lint asks the action plugin of that name for its options first,
and if there is one, ansible-lint accepts any option of the module.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
# What is in git and not in the tarball: galaxy.yml leaves it out, since only developers use it.
DEVELOPMENT = frozenset(
    """
    .ci .gitignore .yamllint CONTRIBUTING.md Makefile antsibull-nox.toml changelogs/fragments changelogs/surface.yml docs/antsibull-docs.cfg
    docs/conf.py docs/docsite/images docs/static noxfile.py pytest.ini tests/awx tests/bench tests/conftest.py tests/e2e tests/integration
    tests/requirements.in tests/requirements.txt tests/robustness tests/sandbox tests/support tests/unit tools
    """.split()
)


def git(*arguments: str) -> str | None:
    try:
        return subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def files_of_git() -> list[str] | None:
    """Tracked files, and new ones that are not ignored; None if ROOT is not the top of a checkout."""
    top = git("rev-parse", "--show-toplevel")
    if top is None or Path(top.strip()).resolve() != ROOT:
        return None
    listed = git("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    return None if listed is None else [name for name in listed.split("\0") if name]


def files_of_walk() -> list[str]:
    """Everything but what galaxy.yml keeps out of the tarball and git out of a checkout."""
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]

    def is_ignored(path: str) -> bool:
        names = (path, path.rsplit("/", 1)[-1])
        return path not in DEVELOPMENT and any(fnmatch(name, pattern) for name in names for pattern in ignored)

    found = []
    for directory, directories, files in os.walk(ROOT):
        base = os.path.relpath(directory, ROOT)
        paths = {name: name if base == "." else f"{base}/{name}" for name in [*directories, *files]}
        directories[:] = [name for name in directories if not is_ignored(paths[name])]
        found += [paths[name] for name in files if not is_ignored(paths[name])]
    return found


def drop_actions(tree: Path) -> None:
    shutil.rmtree(tree / "plugins" / "action", ignore_errors=True)
    runtime = tree / "meta" / "runtime.yml"
    text = re.sub(r"^plugin_routing:.*?(?=^\S|\Z)", "", runtime.read_text(encoding="utf-8"), flags=re.M | re.S)
    runtime.write_text(text.rstrip() + "\n", encoding="utf-8")


def main() -> None:
    destination = Path(sys.argv[1])
    shutil.rmtree(destination, ignore_errors=True)
    names = files_of_git()
    for name in sorted(files_of_walk() if names is None else names):
        source, target = ROOT / name, destination / name
        if not os.path.lexists(source):
            continue  # deleted, and not yet committed
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)
    if names is not None:
        # A separate checkout: tools that ask git would find the outer one, which ignores the copy, and check nothing.
        subprocess.run(["git", "init", "--quiet", "--template=", str(destination)], check=True)
    if "--modules-only" in sys.argv[2:]:
        drop_actions(destination)


if __name__ == "__main__":
    main()
