# Copyright (c) 2026, The cyclr.ipaas authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors

"""A write that is never repeated blindly."""

from __future__ import annotations

from ansible_collections.cyclr.ipaas.plugins.module_utils.errors import ApiError, LostAnswer, SlowAnswer, TransportError

# How often a write is sent again after its answer was lost and nothing came of it.
_RESENDS = 3

# Statuses with which the API refuses to create what exists already, perhaps from an earlier attempt of ours.
_CONFLICTS = (400, 409)


def send_once(send, find, patience):
    """The outcome of a write, sent again only after a look has shown that nothing came of it.

    `send` raises LostAnswer if it may have been carried out. `find` reads by natural key: the outcome, or None if it does not exist.
    """
    for resends_left in range(_RESENDS, -1, -1):
        try:
            return send()
        except LostAnswer:
            # Give a write that is still under way the time to end.
            waited = patience.pause()
            found = find()
            if found is None and not (waited and resends_left):
                raise
        except ApiError as exc:
            # The loser of two concurrent runs gets a conflict, too.
            found = find() if exc.status in _CONFLICTS else None
            if found is None:
                raise
        if found is not None:
            return found


def waiting_for_the_slow(send, find, patience):
    """`send`, for what the API would do twice. After a timeout it may still be under way: it is looked for as long as patience lasts, not sent again."""

    def sent():
        try:
            return send()
        except SlowAnswer as exc:
            while patience.pause():
                found = find()
                if found is not None:
                    return found
            msg = "%s. The API may still carry it out. Wait a while before you run this task again" % exc.msg.rstrip(".")
            raise TransportError(msg, exc.status, exc.method, exc.path, exc.message) from exc

    return sent
