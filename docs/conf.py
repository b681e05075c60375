# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx's configuration for the documentation site, which `make docs` builds without asking the network."""

from __future__ import annotations

import re

from docutils import nodes

project = "cyclr.ipaas"
author = "The cyclr.ipaas authors"
copyright = author
title = html_title = html_short_title = "cyclr.ipaas"

extensions = ["sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
nitpicky = True
smartquotes = False

html_theme = "sphinx_ansible_theme"
html_theme_options = {"documentation_home_url": "index.html", "vcs_pageview_mode": "edit"}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_use_index = False
html_copy_source = False

_CORE = "https://docs.ansible.com/ansible/latest/"
# What the pages refer to on the site of ansible-core: labels of plugins, its environment variables, and a few others.
_PLUGIN = re.compile(r"ansible_collections\.ansible\.builtin\.(\w+_(?:module|filter|inventory|lookup))$")
_LABELS = {
    "action_plugins": "plugins/action.html",
    "callback_plugins": "plugins/callback.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def _link_to_core(app, env, node, contnode):
    """A reference that this site cannot resolve."""
    target = node.get("reftarget", "")
    page = _LABELS.get(target)
    if _PLUGIN.match(target):
        page = "collections/ansible/builtin/%s.html" % _PLUGIN.match(target).group(1)
    elif node.get("reftype") == "envvar" and target.startswith("ANSIBLE_"):
        page = "reference_appendices/config.html#envvar-" + target
    return page and nodes.reference("", "", contnode, internal=False, refuri=_CORE + page)


# The heading of a list of pages, which the navigation leaves out, and the list itself
_SECTION = re.compile(
    r"^(?P<title>[^\n]+)\n(?P<line>[-~])(?P=line)+\n(?P<between>(?:(?![^\n]+\n[-~]{4,}\n)[^\n]*\n)*?)\.\. toctree::\n    :maxdepth: 1\n", re.M
)
# Entries whose titles are too long for the navigation
_PLUGIN_PAGE = re.compile(r"^    (\w+)_(module|filter|inventory|callback|role)$", re.M)
_PLAYBOOK_PAGE = re.compile(r"^    docsite/playbook_(awx_)?(\w+)$", re.M)


def _arrange_index(app, docname, source):
    """Group the navigation, and call the collection by its name."""
    if docname != "index":
        return
    text = source[0].replace("Cyclr.Ipaas\n===========\n", project + "\n" + "=" * len(project) + "\n")
    text = re.sub(r"^\.\. contents::\n(?: .*\n)+\n", "", text, flags=re.M)

    def with_caption(section):
        title = section["title"].replace(" Index", "s")
        caption = "\n.. toctree::\n    :maxdepth: 1\n    :caption: %s\n" % title
        # The caption takes the place of the heading where nothing stands between them.
        return section[0].rpartition("\n.. toctree::")[0] + caption if section["between"].strip() else caption[1:]

    text = _SECTION.sub(with_caption, text)
    text = _PLUGIN_PAGE.sub(r"    \1 <\1_\2>", text)
    source[0] = _PLAYBOOK_PAGE.sub(lambda page: "    %s%s <%s>" % ("awx." if page[1] else "", page[2], page[0].strip()), text)


def setup(app):
    app.connect("missing-reference", _link_to_core)
    app.connect("source-read", _arrange_index)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
