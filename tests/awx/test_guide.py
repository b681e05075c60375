# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands of the guide to AWX, one after the other in a checkout, as far as they need neither a registry nor containers."""

from __future__ import annotations

import os
import re
import shlex
import shutil

from ansible_collections.cyclr.ipaas.tests.awx import fake_awx
from ansible_collections.cyclr.ipaas.tests.awx.definitions import ROOT, definitions
from ansible_collections.cyclr.ipaas.tests.awx.environment import BIN, run
from ansible_collections.cyclr.ipaas.tests.awx.test_configure import check_objects
from ansible_collections.cyclr.ipaas.tests.awx.test_rulebook import ARGUMENTS
from ansible_collections.cyclr.ipaas.tests.support import ansible_programs

GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst").read_text(encoding="utf-8")
COMMANDS = [line.strip().removeprefix("$ ") for line in re.findall(r"^ +\$ .*$", GUIDE, re.M)]
NOT_RUN = ("pip install ", "podman push ", "export EVENTS_TOKEN")
WORK = shutil.ignore_patterns(".git", ".cache", ".venv*", "__pycache__", "_build", "output", "*.tar.gz")


def block(kind, start):
    """The block of code of that kind that begins so."""
    (found,) = [text for text in re.findall(rf"^\.\. code-block:: {kind}\n\n((?:   .*\n|\n)+)", GUIDE, re.M) if text.strip().startswith(start)]
    return "\n".join(line[3:] for line in found.splitlines())


def test_every_command_is_run_here_or_elsewhere():
    known = ("ansible-galaxy collection build", "ansible-builder build", "ansible-galaxy collection install", "export CONTROLLER_HOST", "export CYCLR_API_URL",
             "ansible-playbook cyclr.ipaas.configure_awx", "ansible-rulebook", *NOT_RUN)
    assert not [command for command in COMMANDS if not command.startswith(known)]
    (rulebook,) = [command for command in COMMANDS if command.startswith("ansible-rulebook")]
    # test_rulebook.py runs it.
    assert shlex.split(rulebook)[1::2] == ARGUMENTS[::2] and shlex.split(rulebook)[2] == ARGUMENTS[1].relative_to(ROOT).as_posix()


def test_from_a_checkout_to_a_configured_awx(awx_collection, tmp_path):
    checkout, collections = tmp_path / "checkout", tmp_path / "collections"
    shutil.copytree(ROOT, checkout, ignore=WORK)
    (checkout / "my-awx.yml").write_text(block("yaml", "cyclr_awx_image"), encoding="utf-8")
    with fake_awx.running() as awx:
        settings = {"ANSIBLE_COLLECTIONS_PATH": os.pathsep.join([str(collections), str(awx_collection)]), "ANSIBLE_LOCALHOST_WARNING": "false"}
        environment = ansible_programs.environment(tmp_path, **settings)
        for command in COMMANDS:
            words = shlex.split(command)
            if words[0] == "export":
                environment |= {name: value for name, value in (word.split("=", 1) for word in words[1:]) if name != "CONTROLLER_HOST"}
                environment["CONTROLLER_HOST"] = awx.url
            elif not command.startswith((*NOT_RUN, "ansible-rulebook")):
                if words[:2] == ["ansible-builder", "build"]:
                    # What a build does before it needs containers
                    words = ["ansible-builder", "create", *words[2:words.index("-t")]]
                run(BIN / words[0], *words[1:], cwd=checkout, env=environment)
        check_objects(awx)
        (registered,) = awx.find("execution_environments")
        (pushed,) = [shlex.split(command)[-1] for command in COMMANDS if command.startswith("podman push")]
        assert registered["image"] == pushed and registered["name"] == definitions()["execution_environment"]["name"]
