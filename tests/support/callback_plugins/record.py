# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes every task result as one line of JSON, with the requests that the sandbox had seen before and after the task."""

from __future__ import annotations

import json
import os
import ssl
from urllib.request import ProxyHandler, HTTPSHandler, build_opener

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: record
type: aggregate
short_description: Record task results for the integration tests
description:
  - Appends to the file that the environment variable E(CYCLR_TESTS_RECORD) names.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._file = os.environ.get("CYCLR_TESTS_RECORD")
        self._sandbox = os.environ.get("CYCLR_TESTS_SANDBOX")
        context = ssl._create_unverified_context()  # the control endpoints of our own sandbox
        self._opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
        self._before = 0

    def _requests(self):
        """How many requests the sandbox has seen."""
        if not self._sandbox:
            return 0
        with self._opener.open(self._sandbox + "/_sandbox/journal", timeout=30) as answer:
            return len(json.load(answer))

    def _task_starts(self, task):
        self._before = self._requests()

    def _write(self, result, status):
        if not self._file:
            return
        # The names without underscore are those of core 2.19 and newer.
        task = getattr(result, "task", None) or result._task
        host = getattr(result, "host", None) or result._host
        returned = getattr(result, "result", None)
        returned = result._result if returned is None else returned
        entry = dict(
            task=task.name or task.action,
            action=getattr(task, "resolved_action", None) or task.action,
            host=host.name,
            status=status,
            result=returned,
            requests=[self._before, self._requests()],
        )
        with open(self._file, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry, default=str) + "\n")

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._task_starts(task)

    def v2_playbook_on_handler_task_start(self, task):
        self._task_starts(task)

    def v2_runner_on_ok(self, result):
        self._write(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_skipped(self, result):
        self._write(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self._write(result, "unreachable")
