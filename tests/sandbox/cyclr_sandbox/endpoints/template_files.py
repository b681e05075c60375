# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: The cyclr.ipaas authors
"""Export and import of templates (facts 21.4)."""

from __future__ import annotations

import json
from uuid import UUID

from cyclr_sandbox.endpoints.templates import in_path, shown
from cyclr_sandbox.state import template_seed
from cyclr_sandbox.state.seed_checks import BadSeed
from cyclr_sandbox.web.answers import ApiError, answer, not_found
from cyclr_sandbox.web.routing import PARTNER, Routes

routes = Routes()

_PATH = "/v1.0/templates"
_FAILED = "Failed to import template."


@routes.add("GET", _PATH + "/{template_id}/export", level=PARTNER)
def export(call):
    """The vendor's tests ask for a Name; what else there is, is not known (facts 21.4 [U])."""
    template, how = in_path(call), call.settings.TemplateExport
    if how == "not_found":
        raise not_found(call.settings, "Template not found")
    return answer(template_seed.export(template) if how == "full" else {"Name": template.name})


def _folder(call):
    """Checked before the body; the texts are exact (facts 21.4 [QA])."""
    given = call.query.get("folderid")
    if not given:
        return None
    try:
        folder_id = str(UUID(given))
    except ValueError:
        raise ApiError(400, "Folder ID is invalid.") from None
    if folder_id not in call.store.folders:
        raise ApiError(400, "Folder with provided ID could not be found.")
    return folder_id


@routes.add("POST", _PATH + "/import", level=PARTNER)
def import_template(call):
    """Another template each time (facts 27 [I]); it is published, or nobody would see it [U]."""
    folder_id = _folder(call)
    try:
        entry = json.loads(call.body or b"null")
        if not isinstance(entry, dict) or not entry.get("Name"):
            raise ApiError(400, _FAILED)
        connectors = entry.get("Connectors") or []
        for one in connectors:
            template_seed.import_release(call.store, one)
        entry["Connectors"] = [{"Name": one["Name"], "Version": one.get("Version")} for one in connectors]
        entry.pop("Id", None)
        template = template_seed.template_from(call.store, call.sandbox.random, call.settings, entry, "Template")
    except (BadSeed, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ApiError(400, _FAILED) from None
    template.folder_id = folder_id
    call.store.templates[template.id] = template
    return answer(shown(call, template))
