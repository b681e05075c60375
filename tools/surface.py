# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users can rely on: the names of plugins and roles, of their options and of their results, and with which version each came.

changelogs/surface.yml remembers it for the versions that are released, so that a test can check `version_added`. At a release,
`surface.py COLLECTIONS_PATH` adds what is new; `make changelog` does this.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "changelogs" / "surface.yml"
NAME = "cyclr.ipaas"
HEADER = """---
# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

# What each released version added, as tools/surface.py found it: plugins and roles, and options and results of those that existed before.
"""


def _paths(tree: dict | None, inner: str, prefix: str) -> dict[str, dict]:
    """What is documented, by its dotted path, without what comes from the fragments of ansible-core."""
    found = {}
    for name, specification in (tree or {}).items():
        if specification.get("version_added_collection", NAME) != NAME:
            continue
        found[prefix + name] = specification
        found.update(_paths(specification.get(inner), inner, f"{prefix}{name}."))
    return found


def _ansible_doc(collections: str, *arguments: str) -> dict:
    environment = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=collections, ANSIBLE_COLLECTIONS_SCAN_SYS_PATH="false")
    command = [sys.executable, "-m", "ansible", "doc", "--json", *arguments]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout or "{}")


def read(collections: str) -> dict[str, str | None]:
    """Each name, for example "module cyclr_account option settings", with its `version_added`."""
    found: dict[str, str | None] = {}
    for kind in ("module", "filter", "inventory", "callback", "role"):
        names = [name for name in _ansible_doc(collections, "-t", kind, "-l", NAME) if name.startswith(NAME + ".")]
        for name, documented in _ansible_doc(collections, "-t", kind, *names).items() if names else ():
            plugin = f"{kind} {name.removeprefix(NAME + '.')}"
            parts = documented["entry_points"].items() if kind == "role" else [("", documented["doc"])]
            for entry, part in parts:
                found[f"{plugin} entry point {entry}" if entry not in ("", "main") else plugin] = part.get("version_added")
                inner = "options" if kind == "role" else "suboptions"
                for path, option in _paths(part.get("options"), inner, "").items():
                    found[f"{plugin} option {path}"] = option.get("version_added")
            for path, result in _paths(documented.get("return"), "contains", "").items() if isinstance(documented.get("return"), dict) else ():
                found[f"{plugin} result {path}"] = result.get("version_added")
    return found


def recorded() -> dict[str, str]:
    """Each name of a released version with that version."""
    releases = yaml.safe_load(RECORD.read_text(encoding="utf-8"))
    return {name: version for version, names in releases.items() for name in names}


def main() -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    releases = yaml.safe_load(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    earlier = {name for one, names in releases.items() if one != version for name in names}
    releases[version] = sorted(set(read(sys.argv[1])) - earlier)
    lines = [line for one, names in releases.items() for line in [f"{one}:", *(f"  - {name}" for name in names)]]
    RECORD.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{RECORD.relative_to(ROOT)}: {len(releases[version])} names came with {version}")


if __name__ == "__main__":
    main()
