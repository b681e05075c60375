# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

from __future__ import annotations

DOCUMENTATION = r"""
name: host_vars_file
short_description: The file with the variables of a host
version_added: 1.0.0
description:
  - Returns the path of the file in a folder such as C(host_vars) that ansible-core reads for a host, and the files that exist already.
  - Fails if the name of the host could lead out of the folder, or if ansible-core would not read the file.
  - The playbook C(cyclr.ipaas.adopt_accounts) uses it.
author:
  - The cyclr.ipaas authors (@cyclr)
positional: _input, folder
options:
  _input:
    description:
      - The name of the host.
    type: str
    required: true
  folder:
    description:
      - The path of the folder.
    type: path
    required: true
seealso:
  - plugin: cyclr.ipaas.adopted_variables
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the path of the variables of each host
  ansible.builtin.debug:
    msg: "{{ (inventory_hostname | cyclr.ipaas.host_vars_file(inventory_dir ~ '/host_vars')).path }}"
"""

RETURN = r"""
_value:
  description: The file.
  type: dict
  contains:
    path:
      description: The absolute path of the file, which need not exist.
      type: str
    existing:
      description: The absolute paths of all files and folders that contain variables of this host, and of links in their place.
      type: list
      elements: str
"""

import os

from ansible.errors import AnsibleFilterError
from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import InvalidInput
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.given import as_text
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.host_names import shown, why_no_host_name
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.unsafe import wrap_var

# ansible-core reads the first one that exists.
EXTENSIONS = ("", ".yml", ".yaml", ".json")


def file_of(host, folder):
    try:
        host, folder = as_text(host, "the name of the host"), as_text(folder, "folder")
    except InvalidInput as exc:
        raise AnsibleFilterError("host_vars_file: %s" % exc.msg) from exc
    if not folder:
        raise AnsibleFilterError("host_vars_file: folder: must not be empty")
    reason = why_no_host_name(host or "")
    if reason:
        raise AnsibleFilterError("host_vars_file: the host %s cannot have a file of variables, because its name %s" % (shown(host or ""), reason))
    base = os.path.join(os.path.abspath(os.path.expanduser(folder)), host)
    return wrap_var(dict(path=base + ".yml", existing=[base + extension for extension in EXTENSIONS if os.path.lexists(base + extension)]))


class FilterModule:
    def filters(self):
        return dict(host_vars_file=file_of)
