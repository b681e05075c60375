# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of AWX's API as the modules of awx.awx need to create, find, compare and link objects.

It keeps what it is given, hides secrets as AWX does, makes the source of a constructed inventory, and refuses what rules.py refuses.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving

from ansible_collections.cyclr.ipaas.tests.awx import rules

VERSION = "24.6.1"
HIDDEN = "$encrypted$"
UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources")


class FakeAwx:
    def __init__(self):
        self.objects = {"organizations": {1: {"id": 1, "name": "Default"}}}
        self.links = {}
        self.surveys = {}
        self.writes = []
        self.number = 1

    def find(self, endpoint, /, **wanted):
        return [item for item in self.objects.get(endpoint, {}).values() if all(item.get(key) == value for key, value in wanted.items())]

    # -- the API ---------------------------------------------------------------------------------------------------

    def answer(self, method, path, query, body):
        parts = path.removeprefix("/api/v2").strip("/").split("/")
        if method != "GET":
            self.writes.append((method, path, body))
        if len(parts) == 1:
            return self.listed(parts[0], query) if method == "GET" else self.create(parts[0], body)
        kind, key = parts[0], int(parts[1])
        if key not in self.objects.get(kind, {}):
            return 404, {"detail": "Not found."}
        if len(parts) == 2:
            if method == "PATCH":
                self.objects[kind][key].update(body)
            return 200, self.shown(kind, self.objects[kind][key])
        if parts[2] == "survey_spec":
            return self.survey(method, (kind, key), body)
        return self.linked(method, (kind, key, parts[2]), body)

    def listed(self, kind, query):
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        items = [(one, item) for one in kinds for item in self.objects.get(one, {}).values()]
        for field, wanted in query:
            if field not in ("page_size", "order_by"):
                items = [(one, item) for one, item in items if str(item.get(field)) == wanted]
        return 200, {"count": len(items), "next": None, "results": [self.shown(one, item) for one, item in items]}

    def create(self, kind, body):
        if kind == "credential_types":
            errors = rules.credential_type_errors({key: value for key, value in body.items() if key != "managed"})
            if errors:
                return 400, {"detail": errors}
        if kind == "job_templates" and not rules.is_playbook(body["playbook"]):
            return 400, {"playbook": ["Playbook not found for project."]}
        self.number += 1
        item = self.objects.setdefault(kind, {})[self.number] = {"id": self.number, **body}
        if kind == "inventories" and body.get("kind") == "constructed":
            self.create("inventory_sources", {"name": f"Auto-created source for: {body['name']}", "inventory": item["id"], "source": "constructed"})
        return 201, self.shown(kind, item)

    def shown(self, kind, item):
        url = f"/api/v2/{kind}/{item['id']}/"
        shown = {**item, "type": kind.removesuffix("s"), "url": url, "summary_fields": {}, "related": {"survey_spec": f"{url}survey_spec/"}}
        if kind == "projects":
            shown.update(status="successful", scm_revision="0" * 40)
        if kind == "credentials":
            fields = self.objects["credential_types"][item["credential_type"]]["inputs"]["fields"]
            secret = {field["id"] for field in fields if field.get("secret")}
            shown["inputs"] = {name: HIDDEN if name in secret else value for name, value in item.get("inputs", {}).items()}
        return shown

    def survey(self, method, key, body):
        if method == "POST":
            errors = rules.survey_errors(body)
            if errors:
                return 400, {"error": "; ".join(errors)}
            self.surveys[key] = body
        return 200, self.surveys.get(key, {})

    def linked(self, method, key, body):
        linked = self.links.setdefault(key, [])
        if method == "POST":
            if body.get("disassociate"):
                linked.remove(body["id"])
            else:
                linked.append(body["id"])
            return 204, None
        return 200, {"count": len(linked), "next": None, "results": [{"id": number} for number in linked]}


@contextmanager
def running():
    """A FakeAwx with its `url`."""
    awx = FakeAwx()
    lock = threading.Lock()

    def answer(method, path, _headers, body):
        parts = urlsplit(path)
        with lock:
            status, value = awx.answer(method, parts.path, parse_qsl(parts.query), json.loads(body or "null"))
        headers = {"X-API-Product-Name": "AWX", "X-API-Product-Version": VERSION, "Content-Type": "application/json"}
        return status, headers, b"" if value is None else json.dumps(value).encode()

    with serving(answer) as server:
        awx.url = server.url
        yield awx
