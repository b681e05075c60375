# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stdout callback whose whole output is one JSON document, as that of several that people use."""

from __future__ import annotations

import json

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: one_document
type: stdout
short_description: Print one JSON document at the end
description:
  - For tests of what else is written to stdout.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "one_document"

    def v2_playbook_on_stats(self, stats):
        print(json.dumps(dict(ok=sum(stats.ok.values()), custom=stats.custom)))
