# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of AWX's API as the modules of awx.awx need to create, find, compare and link objects.

It keeps what it is given, hides secrets as AWX does, updates a project when it is made and when it is asked to, and refuses what rules.py refuses.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.cyclr.ipaas.tests.support.http_servers import serving

from ansible_collections.cyclr.ipaas.tests.awx import rules
from ansible_collections.cyclr.ipaas.tests.awx.controller import Refused, check_answers

VERSION = "24.6.1"
HIDDEN = "$encrypted$"
ASKED = ("limit", "labels", "inventory", "variables")
UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources")


class FakeAwx:
    def __init__(self):
        self.objects = {"organizations": {1: {"id": 1, "name": "Default"}}}
        self.links = {}
        self.surveys = {}
        self.writes = []
        self.number = 1
        # Whether a project's source can be reached
        self.is_reachable = True
        self.is_broken = False

    def find(self, endpoint, /, **wanted):
        return [item for item in self.objects.get(endpoint, {}).values() if all(item.get(key) == value for key, value in wanted.items())]

    # -- the API ---------------------------------------------------------------------------------------------------

    def answer(self, method, path, query, body):
        parts = path.removeprefix("/api/v2").strip("/").split("/")
        if self.is_broken:
            return 500, {"detail": "A server error has occurred."}
        if method != "GET":
            self.writes.append((method, path, body))
        if parts == ["config"]:
            return 200, {"version": VERSION}
        if len(parts) == 1:
            return self.listed(parts[0], query) if method == "GET" else self.create(parts[0], body)
        kind, key = parts[0], int(parts[1])
        if key not in self.objects.get(kind, {}):
            return 404, {"detail": "Not found."}
        if len(parts) == 2:
            if method == "PATCH":
                self.objects[kind][key].update(body)
            return 200, self.shown(kind, self.objects[kind][key])
        if parts[2] == "update":
            return self.update_project(self.objects[kind][key])
        if parts[2] == "launch":
            return self.launch(key, body)
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
        if kind == "job_templates" and not (rules.is_playbook(body["playbook"]) and self.objects["projects"][body["project"]]["status"] == "successful"):
            return 400, {"playbook": ["Playbook not found for project."]}
        self.number += 1
        item = self.objects.setdefault(kind, {})[self.number] = {"id": self.number, **body}
        if kind == "projects":
            item.update(status="pending", scm_revision="")
        shown = self.shown(kind, item)
        if kind == "projects":
            shown["summary_fields"]["current_update"] = {"id": self.update_project(item)[1]["id"]}
        return 201, shown

    def add_template(self, template):
        """A job template as playbooks/configure_awx.yml makes it, with its survey. Returns its id."""
        self.number += 1
        item = {"id": self.number, "name": template["name"], "organization": 1, **{f"ask_{what}_on_launch": False for what in ASKED}}
        self.objects.setdefault("job_templates", {})[self.number] = item
        self.surveys["job_templates", self.number] = template["survey"]
        return self.number

    def launch(self, template, body):
        survey = self.surveys["job_templates", template]
        # What the survey does not declare is ignored, such as the event that ansible-rulebook adds.
        declared = {question["variable"] for question in survey["spec"]}
        answers = {name: value for name, value in ((body or {}).get("extra_vars") or {}).items() if name in declared}
        try:
            variables = check_answers(survey, answers)
        except Refused as refused:
            return 400, {"variables_needed_to_start": [str(refused)]}
        self.number += 1
        job = {"id": self.number, "url": f"/api/v2/jobs/{self.number}/", "job": self.number, "status": "successful", "extra_vars": variables}
        self.objects.setdefault("jobs", {})[self.number] = job
        return 201, job

    def update_project(self, project):
        """Once: AWX does not repeat an update that failed."""
        status = "successful" if self.is_reachable else "failed"
        self.number += 1
        update = {"id": self.number, "status": status, "finished": "2026-11-25T08:00:00Z", "failed": not self.is_reachable, "scm_revision": "0" * 40}
        update["url"] = f"/api/v2/project_updates/{self.number}/"
        self.objects.setdefault("project_updates", {})[self.number] = update
        project.update(status=status, scm_revision="0" * 40 if self.is_reachable else "")
        return 202, update

    def shown(self, kind, item):
        url = f"/api/v2/{kind}/{item['id']}/"
        shown = {**item, "type": kind.removesuffix("s"), "url": url, "summary_fields": {}, "related": {"survey_spec": f"{url}survey_spec/"}}
        shown["related"]["launch"] = f"{url}launch/"
        if item.get("organization") == 1:
            shown["summary_fields"]["organization"] = {"id": 1, "name": "Default"}
        if kind == "projects":
            shown["related"]["update"] = f"{url}update/"
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
