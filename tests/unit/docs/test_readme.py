# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README is the front page of the repository and of Galaxy, which shows it without the repository: every link is a complete address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
# What Red Hat asks of a certified collection's README, in this order
SECTIONS = [
    "Description",
    "Requirements",
    "Installation",
    "Use Cases",
    "Testing",
    "Contributing",
    "Support",
    "Release Notes and Roadmap",
    "Related Information",
    "License Information",
]
DEFINED = dict(re.findall(r"^\[([^\]]+)\]: (\S+)$", README, re.M))


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


TEXT = without_code(README)
INLINE = re.findall(r"\]\(([^)\s]+)\)", TEXT)
ADDRESSES = sorted({*INLINE, *DEFINED.values()})
OURS = [url for url in ADDRESSES if url.startswith(GALAXY["repository"] + "/")]


def playbooks():
    found = {str(path.relative_to(ROOT / "playbooks").with_suffix("")) for folder in ("", "awx") for path in (ROOT / "playbooks" / folder).glob("*.yml")}
    # A playbook that was moved has a page under its new name only.
    former = {name for name in found if f"awx/{name}" in found}
    return {name.replace("/", ".") for name in found - former}


def plugins():
    for kind, folder in (("module", "modules"), ("inventory", "inventory"), ("role", "")):
        parent = ROOT / "plugins" / folder if folder else ROOT / "roles"
        for path in sorted(parent.iterdir()):
            if not path.name.startswith("_"):
                yield kind, path.stem


def test_has_the_sections_that_certification_asks_for():
    assert [title for title in re.findall(r"^## (.+)$", README, re.M) if title in SECTIONS] == SECTIONS


def test_no_address_is_relative():
    assert [url for url in ADDRESSES if not url.startswith(("https://", "#"))] == []


def test_every_label_has_an_address_and_every_address_is_used():
    used = set(re.findall(r"\]\[([^\]]+)\]", README))
    assert used == set(DEFINED)


@pytest.mark.parametrize("url", OURS)
def test_what_is_named_in_the_repository_exists(url):
    path = re.fullmatch(re.escape(GALAXY["repository"]) + r"(?:/(blob|tree|raw)/main/(.+)|/issues)", url)
    assert path, "Not a file of the main branch"
    if path[2]:
        target = ROOT / path[2]
        assert target.is_dir() if path[1] == "tree" else target.is_file()


def test_pictures_are_raw_files():
    pictures = [DEFINED[label] for label in re.findall(r"!\[[^\]]+\]\[([^\]]+)\]", README)]
    assert pictures and all(url.startswith(GALAXY["repository"] + "/raw/main/") for url in pictures)
    assert "![" not in re.sub(r"!\[[^\]]+\]\[[^\]]+\]", "", README), "a picture without a label"


def test_says_at_once_what_it_is_not():
    screen = README.partition("make onboard")[0]
    assert "Not made by Cyclr" in screen and "never been run against the live service" in screen
    assert 'What "ready" means' in screen
    assert len(screen.splitlines()) < 30


@pytest.mark.parametrize("kind, name", list(plugins()))
def test_lists_every_plugin(kind, name):
    assert re.search(rf"^\| {kind} `{name}` \| .+ \|$", README, re.M)


def test_lists_every_playbook():
    rows = re.findall(r"^\| playbooks? (.+?) \| ", README, re.M)
    listed = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    assert listed == playbooks()


def test_requirements_are_those_of_the_collection():
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert f"ansible-core {runtime['requires_ansible'].removeprefix('>=').removesuffix('.0')} or newer" in README
    (package,) = [line for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    name, version = package.split(">=")
    assert f"`{name}` {version.removesuffix('.0')} or newer" in README
    assert f"'{name}>={version.removesuffix('.0')}'" in README


def test_names_the_cores_that_are_tested():
    from ansible_collections.cyclr.ipaas.tools import matrix

    cores = list(matrix.CORES)
    assert f"ansible-core {', '.join(cores[:-1])} and {cores[-1]}" in README


def test_the_example_of_requirements_allows_this_version():
    block = re.search(r"^```yaml\n(collections:.+?)^```", README, re.M | re.S)[1]
    (wanted,) = yaml.safe_load(block)["collections"]
    assert wanted["name"] == f"{GALAXY['namespace']}.{GALAXY['name']}"
    lowest, upper = re.fullmatch(r">=(\d+)\.0\.0,<(\d+)\.0\.0", wanted["version"]).groups()
    assert int(upper) == int(lowest) + 1
    assert int(lowest) == int(GALAXY["version"].split(".")[0])
