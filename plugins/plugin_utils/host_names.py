# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""Text of the API that becomes the name of a host or a group.

ansible-core builds paths from such names: of the files in `host_vars` and `group_vars`, and of fact caches. Patterns and limits select by them.
"""

from __future__ import annotations

import re
import unicodedata

from ansible import constants as C

LONGEST = 200
# File systems count bytes, and a cache adds a few.
_MOST_BYTES = 240

# Groups of ansible-core and of the inventory plugin.
RESERVED_GROUPS = ("all", "ungrouped", "cyclr_needs_oauth", "cyclr_ready", "cyclr_not_running", "cyclr_running")
_RESERVED_PREFIXES = ("cyclr_connector_", "cyclr_parent_")

# Some scripts cannot be written without them, and they change nothing but letters.
_JOINERS = "\u200c\u200d"

# ansible-core replaces environment variables in paths.
_ENVIRONMENT_VARIABLE = re.compile(r"\$(\w|\{)")


def why_no_host_name(name, groups=()):
    """Why an account cannot have this name, or None if it can. `groups` are names of groups in the same inventory."""
    if not name or name != name.strip():
        return "is empty" if not name.strip() else "begins or ends with a blank"
    if set(name) & set("/\\"):
        return "contains a path separator"
    if any(_is_invisible(character) for character in name):
        return "contains a control character or another character that is not text"
    if not name.strip("."):
        return "consists of dots"
    if _ENVIRONMENT_VARIABLE.search(name):
        return "contains the name of an environment variable"
    if name.lower().endswith(tuple(extension.lower() for extension in C.YAML_FILENAME_EXTENSIONS if extension)):
        return "ends like a file of variables"
    if _is_long(name):
        return _TOO_LONG
    if name in C.LOCALHOST:
        return "stands for the controller"
    if name in RESERVED_GROUPS or name.startswith(_RESERVED_PREFIXES) or name in groups:
        return "is the name of a group"
    return None


def why_no_group_name(name, hosts=()):
    """The same for a group. Its characters have been made valid already. `hosts` are names of hosts in the same inventory."""
    if not name.strip("_"):
        return "is empty"
    if _exceeds_a_file_name(name):
        return "is longer than %d bytes" % _MOST_BYTES
    if name in C.LOCALHOST or name in hosts:
        return "is the name of a host"
    return None


_TOO_LONG = "is longer than %d characters" % LONGEST


def _is_long(name):
    return len(name) > LONGEST or _exceeds_a_file_name(name)


def _exceeds_a_file_name(name):
    return len(name.encode("utf-8", "replace")) > _MOST_BYTES


def _is_invisible(character):
    """Controls, separators of lines, marks that reverse the writing, and halves of a character."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS


def shown(name):
    """A name in a message: on one line, not too long, and without power over a terminal."""
    name = "".join(name)
    return repr(name if len(name) <= 60 else name[:60] + "...")
