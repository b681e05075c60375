# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documentation refers to exists: files, variables of the environment, plugins, playbooks, options, variables and commands."""

from __future__ import annotations

import importlib
import re
import shlex
import textwrap
from pathlib import Path

import ansible
import pytest
import yaml
from ansible import constants as C
from ansible_collections.cyclr.ipaas.tools import playbook_pages, surface

ROOT = Path(__file__).resolve().parents[3]
PATTERNS = ("*.md", "docs/docsite/rst/*.rst", "roles/*/README.md", "examples/**/*.md")
PAGES = sorted(str(path.relative_to(ROOT)) for pattern in PATTERNS for path in ROOT.glob(pattern) if path.name != "CHANGELOG.md")

# AWX sets it, and ansible-core has stopped reading it.
OTHERS = {"ANSIBLE_COLLECTIONS_PATHS"}


def core_variables():
    definitions = C.config.get_configuration_definitions()
    return {one["name"] for definition in definitions.values() for one in definition.get("env") or []}


def product_variables():
    paths = [path for folder in ("plugins", "playbooks", "extensions", "roles", "tests", "tools") for path in (ROOT / folder).rglob("*")]
    texts = [path.read_text(encoding="utf-8") for path in paths if path.suffix in (".py", ".yml")]
    return set(re.findall(r"\bCYCLR_[A-Z_]+\b", "\n".join(texts)))


@pytest.fixture(scope="module")
def known():
    return core_variables() | product_variables() | OTHERS


@pytest.mark.parametrize("page", PAGES)
def test_variables_of_the_environment(page, known):
    named = set(re.findall(r"\b(?:ANSIBLE|CYCLR)_[A-Z_]*[A-Z]\b", (ROOT / page).read_text(encoding="utf-8")))
    assert sorted(named - known) == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.endswith(".md")])
def test_links_to_files(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


# Code in a page: inline, and blocks with their language
INLINE = re.compile(r"(?<!`)``([^`\n]+)``(?!`)|(?<!`)`([^`\n]+)`(?![`_])")
BLOCKS = (
    re.compile(r"^(?P<indent> *)\.\. code-block:: (?P<language>\w+)\n(?:(?P=indent) +:.*\n)*\n(?P<body>(?:(?P=indent) +.*\n|\n)+)", re.M),
    re.compile(r"^(?P<indent> *)```(?P<language>\w+)\n(?P<body>.*?)^ *```$", re.M | re.S),
)


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page, *languages):
    for pattern in BLOCKS:
        for found in pattern.finditer(text_of(page)):
            if found["language"] in languages:
                yield textwrap.dedent(found["body"])


def inline(page):
    """Inline code that stands for a thing. Roles of reStructuredText are checked by antsibull-docs and Sphinx."""
    text = re.sub(r":[\w-]+:`[^`]*`", "", text_of(page))
    for pattern in BLOCKS:
        text = pattern.sub("", text)
    groups = INLINE.findall(text)
    return [double or single for double, single in groups if double or not str(page).endswith(".rst")]


def commands(page):
    """Each command of a page, as a list of words."""
    lines = [line[2:] for block in blocks(page, "console") for line in block.splitlines() if line.startswith("$ ")]
    lines += [code for code in inline(page) if re.match(r"(ansible(-\w+)?|make) [\w.-]", code)]
    for line in lines:
        words = shlex.split(line, comments=True)
        while words and re.match(r"[A-Z_]+=", words[0]):
            words.pop(0)
        if words:
            yield words


@pytest.fixture(scope="module")
def names(collections_path):
    """What can be named after `cyclr.ipaas.`: plugins, roles, playbooks and the action group."""
    plugins = {name.split(" ")[1] for name in surface.read(collections_path)}
    playbooks = {name for one in playbook_pages.all_playbooks() for name in (one.name, *one.other_names)}
    return plugins | playbooks | set(yaml.safe_load(text_of("meta/runtime.yml"))["action_groups"])


@pytest.mark.parametrize("page", PAGES)
def test_plugins_roles_and_playbooks(page, names):
    found = {name.rstrip(".") for name in re.findall(r"(?<![\w./@-])(?:group/)?cyclr\.ipaas\.([a-z][\w.]*)", text_of(page))}
    assert sorted(found - names) == []


def targets():
    return set(re.findall(r"^([a-z][a-z0-9-]*):", text_of("Makefile"), re.M)) | {
        f"{kind}-{part}" for kind in ("test", "prepare") for part in re.search(r"^PARTS := (.+)$", text_of("Makefile"), re.M)[1].split()
    }


@pytest.mark.parametrize("page", PAGES)
def test_targets_of_make(page):
    named = {word for words in commands(page) if words[0] == "make" for word in words[1:] if re.fullmatch(r"[a-z][a-z0-9-]*", word)}
    assert sorted(named - targets()) == []


CLIS = {"ansible": "adhoc", "ansible-playbook": "playbook", "ansible-doc": "doc", "ansible-galaxy": "galaxy", "ansible-inventory": "inventory"}
CLIS["ansible-vault"] = "vault"


def parser(program):
    module = importlib.import_module(f"ansible.cli.{CLIS[program]}")
    (kind,) = [one for name, one in vars(module).items() if name.lower() == f"{CLIS[program]}cli"]
    cli = kind([program])
    cli.init_parser()
    return cli.parser


@pytest.mark.parametrize("page", PAGES)
def test_commands_of_ansible(page, capsys):
    for words in commands(page):
        if words[0] in CLIS and len(words) > 1:
            try:
                parser(words[0]).parse_args(words[1:])
            except SystemExit:
                pytest.fail(f"{shlex.join(words)}: {capsys.readouterr().err}")


def defined_in(page):
    """Names that the examples of a page make up: variables, files of variables, keys."""
    return set(re.findall(r"\b[A-Za-z_]\w*\b", "\n".join(blocks(page, "yaml", "text", "json", "ini", "python"))))


@pytest.fixture(scope="module")
def vocabulary():
    """Every word of the product, of its sandbox and of ansible-core: what names in inline code can be."""
    folders = [ROOT / name for name in ("plugins", "playbooks", "extensions", "roles", "tests", "tools", "meta", "docs", "examples")]
    paths = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".yml", ".j2", ".cfg")]
    paths += [ROOT / name for name in ("Makefile", "galaxy.yml", "noxfile.py", "changelogs/config.yaml")]
    core = Path(ansible.__file__).parent
    paths += [core / "keyword_desc.yml", core / "config" / "base.yml", core / "vars" / "reserved.py"]
    words = {word for path in paths for word in re.findall(r"[A-Za-z_]\w*", path.read_text(encoding="utf-8"))}
    paths += [path for folder in ("modules", "plugins/filter", "plugins/lookup") for path in (core / folder).iterdir()]
    return words | {path.stem for path in paths}


@pytest.mark.parametrize("page", PAGES)
def test_options_and_variables(page, vocabulary):
    """Of inline code, what looks like a name of ours or of ansible-core: words with an underscore."""
    known = vocabulary | defined_in(page)
    named = {word for code in inline(page) for word in re.findall(r"(?<![\w.<-])[a-z]+(?:_[a-z]+)+(?![\w(])", code)}
    assert sorted(named - known) == []


@pytest.fixture(scope="module")
def options(collections_path):
    return {name for name in surface.read(collections_path) if " option " in name}


def tasks_in(node):
    """(module, its options) of each of our modules in an example."""
    if isinstance(node, list):
        for one in node:
            yield from tasks_in(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if str(key).startswith("cyclr.ipaas.cyclr_") and isinstance(value, dict):
                yield key.rpartition(".")[2], value
            yield from tasks_in(value)


class Tolerant(yaml.SafeLoader):
    """Reads examples with tags, and those with an ellipsis."""


Tolerant.add_multi_constructor("!", lambda _loader, _tag, _node: None)


@pytest.mark.parametrize("page", PAGES)
def test_options_of_modules_in_examples(page, options):
    wrong = []
    for block in blocks(page, "yaml"):
        for module, given in tasks_in(yaml.load(block, Tolerant)):
            known = {name.rpartition(" ")[2] for name in options if name.startswith(f"module {module} option ")}
            wrong += [f"{module}: {name}" for name in given if name not in known]
    assert wrong == []


BAD = {
    "plugin": "Use ``cyclr.ipaas.cyclr_acount``.\n",
    "target": "Run ``make onbord``.\n",
    "playbook": ".. code-block:: console\n\n   $ ansible-playbook cyclr.ipaas.onboard_acount -i hosts\n",
    "flag": ".. code-block:: console\n\n   $ ansible-playbook play.yml --difff\n",
    "option": ".. code-block:: yaml\n\n   - cyclr.ipaas.cyclr_account:\n       account_idd: customer-42\n",
    "variable": "Set ``onboard_account_idd``.\n",
    "environment": "Set ``ANSIBLE_INVENTORY_ANY_UNPARSED_FAILED``.\n",
}


@pytest.mark.parametrize("kind", BAD)
def test_finds_names_that_do_not_exist(kind, tmp_path, known, names, vocabulary, options, capsys):
    page = tmp_path / "guide.rst"
    page.write_text(BAD[kind], encoding="utf-8")
    checks = {
        "plugin": lambda: test_plugins_roles_and_playbooks(page, names),
        "target": lambda: test_targets_of_make(page),
        "playbook": lambda: test_plugins_roles_and_playbooks(page, names),
        "flag": lambda: test_commands_of_ansible(page, capsys),
        "option": lambda: test_options_of_modules_in_examples(page, options),
        "variable": lambda: test_options_and_variables(page, vocabulary - {"onboard_account_idd"}),
        "environment": lambda: test_variables_of_the_environment(page, known),
    }
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        checks[kind]()


def test_there_is_something_to_check():
    """A change of the pages' form must not leave the tests without work."""
    found = {page: (len(inline(page)), len(list(commands(page)))) for page in PAGES}
    assert sum(code for code, _commands in found.values()) > 500
    assert sum(several for _code, several in found.values()) > 60
    assert sum(1 for page in PAGES for block in blocks(page, "yaml") for _task in tasks_in(yaml.load(block, Tolerant))) > 20


def test_every_promise_about_security_names_its_tests():
    table = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("| Promise | Tests |")[2].partition("\n\n")[0]
    promises = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(promises) > 10
    assert [line for line in promises if not re.search(r"\]\(tests/[^)]+/test_\w+\.py\)", line)] == []
