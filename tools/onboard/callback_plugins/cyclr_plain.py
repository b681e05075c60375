# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make onboard` shows of a play: a line for each step that did something, in plain words and without colour."""

from __future__ import annotations

import json
import os
import textwrap

from ansible.plugins.callback import CallbackBase
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import change_of

DOCUMENTATION = """
name: cyclr_plain
type: stdout
short_description: One plain line for each step
description:
  - Shows the steps of the onboarding role in plain words.
  - With E(CYCLR_ONBOARD_CHANGES), only what changed or failed.
  - With E(CYCLR_ONBOARD_QUIET), only what failed.
  - Writes the result to the file that E(CYCLR_ONBOARD_RESULT) names.
"""

OURS = "cyclr.ipaas."
PLAN = "Check the whole plan"


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "cyclr_plain"

    def _step(self, result):
        return getattr(result, "task", None) or result._task

    def _outcome(self, result):
        return getattr(result, "result", None) or result._result

    def _line(self, state, text):
        if not os.environ.get("CYCLR_ONBOARD_QUIET"):
            self._display.display("  %-10s %s" % (state, text))

    def v2_runner_on_ok(self, result):
        outcome = self._outcome(result)
        if self._step(result).get_name().split(" : ")[-1] == PLAN:
            if not os.environ.get("CYCLR_ONBOARD_CHANGES"):
                self._line("ok", "logged in to Cyclr, plan checked")
        elif "results" not in outcome:
            self.v2_runner_item_on_ok(result)

    def v2_runner_item_on_ok(self, result):
        outcome = self._outcome(result)
        if self._step(result).action.startswith(OURS) and outcome.get("changed"):
            self._line("changed", change_of(outcome))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if self._step(result).action.startswith(OURS):
            # The role says next what went wrong with it.
            return
        outcome = self._outcome(result)
        if os.environ.get("CYCLR_ONBOARD_QUIET"):
            # Its line has begun already.
            self._display.display("")
        told = textwrap.wrap(str(outcome.get("msg", "no message")), 66, break_long_words=False, break_on_hyphens=False)
        self._display.display("  %-10s %s" % ("FAILED", ("\n" + " " * 13).join(told)))

    def v2_playbook_on_stats(self, stats):
        path, result = os.environ.get("CYCLR_ONBOARD_RESULT"), stats.custom.get("_run", {}).get("make_onboard")
        if path and result:
            with open(path, "w", encoding="utf-8") as out:
                json.dump(result, out)
