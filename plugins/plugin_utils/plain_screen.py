# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""What the callback `plain` shows of a run: a line for each step that did something, failures once with their reason, and the summary last."""

from __future__ import annotations

import json
import re
import textwrap

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import printable
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_results import change_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.onboarding_titles import PLAN
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.outcomes import changes_of
from ansible_collections.cyclr.ipaas.plugins.plugin_utils.summary import without_reasons

SUMMARY = "cyclr_summary"
_OURS = "cyclr.ipaas."
_DEBUG = ("ansible.builtin.debug", "ansible.legacy.debug", "debug")
# How many hosts are named for one outcome
_NAMED_FAILED, _NAMED = 12, 3
_WIDTH = 79
_FIRST, _NEXT = "  %-10s ", " " * 13
_PLUMBING = ("changed", "failed", "warnings", "deprecations", "item", "ansible_loop_var", "ansible_index_var")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# The lines of a long reason that are shown
_MOST_LINES = 12


class Screen:
    """Collects what the hosts report of one task, and shows it when the next one begins."""

    def __init__(self, display, show, diff_text):
        self._display = display
        self._show = show
        self._diff_text = diff_text
        # (word, text) -> hosts
        self._outcomes = {}
        self._items_of = set()
        self._warned = set()
        self._summary = None

    def begin(self):
        self._flush()

    # -- results -----------------------------------------------------------------------------------------------------

    def ok(self, host, task, outcome):
        self._warn(outcome)
        if SUMMARY in outcome and _is_debug(task):
            self._summary = outcome[SUMMARY]
        elif _is_debug(task):
            self._add("", _message(outcome), host)
        elif _name(task) == PLAN:
            if self._show in ("all", "steps"):
                self._add("ok", "logged in to Cyclr, plan checked", host)
        elif outcome.get("changed") and (host, task._uuid) not in self._items_of:
            self._add(_changed(task), _what_changed(task, outcome), host)

    def item_ok(self, host, task, outcome):
        self._warn(outcome)
        if _is_debug(task):
            self._add("", _message(outcome), host)
        elif task.action.startswith(_OURS) and outcome.get("changed"):
            self._items_of.add((host, task._uuid))
            self._add(_changed(task), _what_changed(task, outcome), host)

    def failed(self, host, task, outcome, ignored=False):
        self._warn(outcome)
        if (host, task._uuid) not in self._items_of:
            self._add("ignored" if ignored else "FAILED", _reason(task, outcome), host)

    def item_failed(self, host, task, outcome):
        self._items_of.add((host, task._uuid))
        self._add("ignored" if task.ignore_errors else "FAILED", _reason(task, outcome), host)

    def diff(self, outcome):
        found = outcome.get("diff")
        if self._show == "all" and found and outcome.get("changed"):
            text = _COLOUR.sub("", self._diff_text(found))
            self._flush()
            for line in text.rstrip("\n").splitlines():
                self._display(printable(line.rstrip()))

    def tell(self, text):
        self._display(_FIRST % "" + text)

    def end(self, hosts):
        """`hosts`: name -> the numbers of its tasks that Ansible counts."""
        self._flush()
        if self._summary is not None:
            # Each failure was shown with its reason when it happened.
            lines = without_reasons([printable(str(line)) for line in self._summary])
        else:
            lines = [_recap(hosts)] if hosts else []
        if self._show == "all" and lines:
            self._display("")
            for line in lines:
                self._display("  " + line)

    # -- lines -------------------------------------------------------------------------------------------------------

    def _warn(self, outcome):
        for text in map(str, outcome.get("warnings") or ()):
            if text not in self._warned:
                self._warned.add(text)
                self._add("warning", text, "localhost")

    def _add(self, word, text, host):
        needed = dict(all=True, steps=word != "", changes=word != "").get(self._show, word in ("FAILED", "ignored"))
        if needed:
            self._outcomes.setdefault((word, text), []).append(host)

    def _flush(self):
        outcomes, self._outcomes = self._outcomes, {}
        for (word, text), hosts in outcomes.items():
            for line in _lines(word, text, list(dict.fromkeys(hosts))):
                self._display(line)


def _lines(word, text, hosts):
    label = _label(sorted(hosts), _NAMED_FAILED if word == "FAILED" else _NAMED)
    if label and not any(text.startswith("%s: " % printable(host)) for host in hosts):
        text = "%s: %s" % (label, text)
    wrapped = []
    for part in text.split("\n"):
        wrapped += textwrap.wrap(printable(part), _WIDTH - len(_NEXT), break_on_hyphens=False, break_long_words=word != "") or [""]
    if len(wrapped) > _MOST_LINES and word not in ("", "FAILED"):
        wrapped = wrapped[:_MOST_LINES] + ["..."]
    return [(_FIRST % word + wrapped[0]).rstrip()] + [(_NEXT + line).rstrip() for line in wrapped[1:]]


def _label(hosts, most):
    hosts = [printable(host) for host in hosts if host != "localhost"]
    if len(hosts) <= most + 1:
        return ", ".join(hosts)
    return "%s and %d more" % (", ".join(hosts[:most]), len(hosts) - most)


def _recap(hosts):
    failed = [name for name, counts in hosts.items() if counts["failures"] or counts["unreachable"]]
    changed = [name for name, counts in hosts.items() if counts["changed"] and name not in failed]
    total = "%d host%s: %d changed, %d ok, %d failed" % (
        len(hosts), "" if len(hosts) == 1 else "s", len(changed), len(hosts) - len(changed) - len(failed), len(failed),
    )  # fmt: skip
    return total


# -- what a result says -------------------------------------------------------------------------------------------------


def _name(task):
    """Without the role that it is part of"""
    return task.get_name().split(" : ")[-1]


def _is_debug(task):
    return task.action in _DEBUG


def _changed(task):
    return "change" if task.check_mode is True else "changed"


def _what_changed(task, outcome):
    if not task.action.startswith(_OURS) or "censored" in outcome:
        return _name(task)
    return "; ".join(map(str, changes_of(outcome))) or change_of(outcome)


def _message(outcome):
    """What a debug task shows. A list has its items below each other."""
    if "censored" in outcome:
        return "hidden"
    shown = {key: value for key, value in outcome.items() if key not in _PLUMBING and not key.startswith("_ansible")}
    if set(shown) == {"msg"}:
        return _text(shown["msg"])
    return "\n".join("%s: %s" % (key, _text(value)) for key, value in shown.items())


def _text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _reason(task, outcome):
    """Why it failed, once. What a task hides stays hidden."""
    if "censored" in outcome:
        return "%s: failed, and hides its output (no_log)" % _name(task)
    msg = str(outcome.get("msg") or outcome.get("reason") or "no message")
    for more in ("stderr", "module_stderr", "stdout", "module_stdout"):
        lines = str(outcome.get(more) or "").strip().splitlines()
        if lines and not task.action.startswith(_OURS):
            msg = "%s: %s" % (msg.rstrip("."), lines[-1])
            break
    return msg if task.action.startswith(_OURS) or task.action.rpartition(".")[2] in ("fail", "assert") else "%s: %s" % (_name(task), msg)
