# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write a page of the documentation for each playbook: docs/docsite/rst/playbook_<name>.rst.

The only source is the comment at the top of the playbook: sentences, commands (indented by two), and after "Variables:" one entry for each
variable: its name, two or more blanks, its meaning, which may go on in lines that are indented more deeply. Sentences after them are notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PLAYBOOKS = ROOT / "playbooks"
PAGES = ROOT / "docs" / "docsite" / "rst"
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())

HEADER = """..
  SPDX-FileCopyrightText: The cyclr.ipaas authors
  SPDX-License-Identifier: GPL-3.0-or-later

..
  Written by tools/playbook_pages.py from the comment at the top of playbooks/%s.yml. Change it there, and run `make pages`.

"""
# What is a name and not a word, with a value if it has one. Anything else that is code is in back quotes in the comment.
NAME = r"[\w.*/-]*(?:_|cyclr\.ipaas)[\w.*/-]*[\w*](?:=\w+)?|awx\.awx|--[a-z][a-z-]+|\w+=\w+"


@dataclass
class Variable:
    names: list[str]
    meaning: str
    default: str = ""


@dataclass
class Playbook:
    name: str
    path: Path
    title: str
    # Sentences (a text) and commands (a list), in their order
    blocks: list[str | list[str]] = field(default_factory=list)
    role: str | None = None
    variables: list[Variable] = field(default_factory=list)
    notes: str = ""
    settings: str | None = None
    # With what is said of them
    other_names: dict[str, str] = field(default_factory=dict)

    @property
    def page(self):
        return "playbook_" + self.name.replace(".", "_")


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PLAYBOOKS).with_suffix("").parts)


def comment(path: Path) -> list[str]:
    """The lines of the comment at the top, without the licence."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("- "):
            break
        if line.startswith("#") and "SPDX-" not in line:
            lines.append(line[1:].removeprefix(" "))
    return lines


def parse(path: Path, name: str) -> Playbook:
    # The plays before the last one prepare it.
    title = re.findall(r"^- name: (.+)$", path.read_text(encoding="utf-8"), re.M)[-1]
    found = Playbook(name, path, title)
    in_variables = False
    for line in comment(path):
        if in_variables and re.match(r" {2}\S", line):
            names, _blanks, meaning = line.strip().partition("  ")
            found.variables.append(Variable(names.split(", "), meaning.strip()))
        elif in_variables and line.startswith("   "):
            last = found.variables[-1]
            last.meaning = f"{last.meaning} {line.strip()}".strip()
        elif line.startswith("  "):
            if not found.blocks or isinstance(found.blocks[-1], str):
                found.blocks.append([])
            found.blocks[-1].append(line.strip())
        else:
            before, marked, after = (*re.split(r"\bVariables\b([^:.]*:)", line, maxsplit=1), "", "")[:3]
            if in_variables:
                found.notes = f"{found.notes} {line.strip()}".strip()
            elif before.strip():
                if found.blocks and isinstance(found.blocks[-1], str):
                    before = found.blocks.pop() + " " + before
                found.blocks.append(before.strip())
            if marked and not in_variables:
                in_variables = True
                remark = marked[:-1].removeprefix(", of which ")
                found.notes = sentence(remark).replace("The first", "Of the variables, the first") if remark else ""
                role = re.search(r"those of the role (\w+)", after)
                found.role = role and role[1]
                settings = re.search(r"\S+\.yml", after)
                found.settings = settings and settings[0]
    if found.settings:
        found.variables = settings_of(ROOT / found.settings)
    return found


def settings_of(path: Path) -> list[Variable]:
    """The variables of a file. Those below the same comment share it."""
    text = path.read_text(encoding="utf-8")
    values = yaml.safe_load(text)
    found = []
    for remark, assignments in re.findall(r"((?:^#.*\n)+)((?:^\w+:.*\n)+)", text, re.M):
        names = re.findall(r"^(\w+):", assignments, re.M)
        defaults = [default_of(values[name]) for name in names]
        found.append(Variable(names, " ".join(line.lstrip("# ") for line in remark.splitlines()), ", ".join(default for default in defaults if default)))
    return found


def default_of(value) -> str:
    variable = re.search(r"'(CYCLR_\w+)'", str(value))
    if variable is None:
        return f"``{yaml_text(value)}``" if value else ""
    fallback = re.search(r" or '([^']+)'", str(value))
    return f"``{variable[1]}``" + (f" or ``{fallback[1]}``" if fallback else "")


def yaml_text(value) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=10000).strip().removesuffix("...").strip()


def all_playbooks() -> list[Playbook]:
    """Every playbook but those that only import another one: these are further names of it."""
    found, others = {}, {}
    for path in sorted([*PLAYBOOKS.glob("*.yml"), *PLAYBOOKS.glob("awx/*.yml")]):
        imported = re.search(r"^  ansible\.builtin\.import_playbook: (\S+)$", path.read_text(encoding="utf-8"), re.M)
        if imported is None:
            found[dotted(path)] = parse(path, dotted(path))
        else:
            others[dotted(path)] = (dotted(path.parent / imported[1]), " ".join(comment(path)).strip())
    for name, (of, remark) in others.items():
        found[of].other_names[name] = remark
    return list(found.values())


def rst(text: str) -> str:
    """Names as code, without touching what is code already."""
    text = re.sub(rf"`[^`]+`|(?<![\w`])(?:{NAME})(?![\w`])", lambda found: f"``{found[0].strip('`')}``", text)
    for role in ROLES:
        text = text.replace(f"the role ``{role}``", f":ansplugin:`the role {role} <cyclr.ipaas.{role}#role>`")
    return re.sub(r"the module ``(?:cyclr\.ipaas\.)?(cyclr_\w+)``", r"the module :ansplugin:`cyclr.ipaas.\1#module`", text)


def sentence(text: str) -> str:
    """A text as a sentence. What begins with code begins as it is."""
    text = re.sub(r"^(true|false)\b", r"``\1``", text)
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", ":")) else text + "."


def guides_about(playbook: Playbook) -> list[str]:
    names = [playbook.name, *playbook.other_names]
    wanted = re.compile(r"cyclr\.ipaas\.(?:%s)(?![\w.#]*\w#|[\w])" % "|".join(re.escape(name) for name in names))
    found = []
    for path in sorted(PAGES.glob("guide_*.rst")):
        if path.stem == "guide_upgrade":
            continue
        text = re.sub(r":ansplugin:`[^`]*`", "", path.read_text(encoding="utf-8"))
        # A role may have the name of a playbook.
        text = re.sub(r"(role: |name: )cyclr\.ipaas\.\w+", "", text)
        if wanted.search(text):
            found.append(path.stem)
    return found


def page(playbook: Playbook) -> str:
    title = f"{playbook.name} playbook -- {playbook.title}"
    lines = [f".. _ansible_collections.cyclr.ipaas.docsite.{playbook.page}:", "", title, "=" * len(title), ""]
    for block in playbook.blocks:
        lines += [sentence(rst(block)), ""] if isinstance(block, str) else [".. code-block:: console", "", *(f"   $ {line}" for line in block), ""]
    if not any(isinstance(block, list) for block in playbook.blocks):
        lines += [".. code-block:: console", "", f"   $ ansible-playbook cyclr.ipaas.{playbook.name}", ""]
    for name, remark in playbook.other_names.items():
        lines += [f"``cyclr.ipaas.{name}``: {rst(remark)[:1].lower()}{rst(remark)[1:]}", ""]
    lines += ["Variables", "---------", ""]
    if playbook.role:
        lines += [f"You can set all variables of :ansplugin:`the role {playbook.role} <cyclr.ipaas.{playbook.role}#role>`, and the following ones:", ""]
    if playbook.settings:
        lines += [f"They are described in :file:`{playbook.settings}`. Put your own values into a file of variables.", ""]
    lines += [".. list-table::", "   :header-rows: 1", "   :widths: 35 65", "", "   * - Variable", "     - Meaning"]
    for variable in playbook.variables:
        meaning = " ".join([sentence(rst(variable.meaning)), *([f"Default: {variable.default}."] if variable.default else [])])
        lines += ["   * - " + ", ".join(f"``{name}``" for name in variable.names), f"     - {meaning}"]
    if playbook.notes:
        lines += ["", sentence(rst(playbook.notes))]
    guides = guides_about(playbook)
    if guides:
        lines += ["", "See also", "--------", "", *(f"* :ref:`ansible_collections.cyclr.ipaas.docsite.{guide}`" for guide in guides)]
    return HEADER % playbook.name.replace(".", "/") + "\n".join(lines) + "\n"


def main() -> None:
    pages = {PAGES / f"{playbook.page}.rst": page(playbook) for playbook in all_playbooks()}
    for path in set(PAGES.glob("playbook_*.rst")) - set(pages):
        path.unlink()
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
