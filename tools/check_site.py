# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check what a reader of the built documentation relies on: check_site.py HTML.

The search finds what people look for, and the navigation has a group for each kind of page.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from sphinx.search.en import SearchEnglish

# Words that somebody with a task types
WORDS = ("rotate", "upgrade", "interrupted", "remind", "offboard", "onboard", "ready", "vault", "proxy", "link", "webhook", "slices", "check mode", "roll")
GROUPS = ("Start", "How it works", "Many accounts", "Playbooks", "When something goes wrong", "Modules", "Inventory Plugins", "Roles")


def index_of(html: Path) -> dict:
    text = (html / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").rstrip().removesuffix(")"))


def pages_with(index: dict, words: str) -> set[str]:
    """The pages that the search shows for these words: all of them are in the title or the text."""
    stemmer = SearchEnglish({})
    found: list[set[str]] = []
    for word in words.split():
        numbers = set()
        for kind in ("terms", "titleterms"):
            entry = index[kind].get(stemmer.stem(word.lower()), [])
            numbers |= {entry} if isinstance(entry, int) else set(entry)
        found.append({index["docnames"][number] for number in numbers})
    return set.intersection(*found)


def main() -> None:
    html = Path(sys.argv[1])
    index = index_of(html)
    errors = [f"the search for '{words}' finds no guide" for words in WORDS if not any("/guide_" in page for page in pages_with(index, words))]
    front = (html / "index.html").read_text(encoding="utf-8")
    captions = re.findall(r'class="caption"[^>]*><span class="caption-text">([^<]+)', front)
    errors += [f"the navigation has no group '{group}'" for group in GROUPS if group not in captions]
    errors += [f"{page} has two titles" for page in sorted(html.rglob("*.html")) if page.read_text(encoding="utf-8").count("<h1>") > 1]
    if "Cyclr.Ipaas" in front:
        errors.append("the front page calls the collection Cyclr.Ipaas")
    for error in errors:
        print(error, file=sys.stderr)
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
