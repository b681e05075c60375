# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make onboard` as the README shows it: a person opens the link on the terminal in a browser, and data flows."""

from __future__ import annotations

import html
import math
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A terminal of 80 columns. What is longer goes on in the next row, as there.
TERMINAL = """<!doctype html><title>make onboard</title><style>
body {{ margin: 0; background: #1d2329 }}
pre {{ margin: 0; padding: 18px; width: 80ch; color: #dfe4ea; font: 12px/1.35 "DejaVu Sans Mono", monospace; white-space: pre-wrap; word-break: break-all }}
b {{ color: #fff }}
</style><pre><b>$ make onboard</b>
{}</pre>"""


def test_a_person_authorizes_on_the_way(new_page, tmp_path, picture):
    command = [sys.executable, ROOT / "tools" / "onboard" / "onboard.py", "--collections", os.environ["ANSIBLE_COLLECTIONS_PATH"]]
    environment = dict(PATH=os.environ["PATH"], HOME=str(tmp_path), LC_ALL="C.UTF-8", PYTHONPATH=str(ROOT / "tests" / "sandbox"))
    page = new_page()
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command, env=environment, cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE, text=True)
    shown = ""
    try:
        for line in running.stdout:
            shown += line
            if line.startswith("Press Allow there"):
                page.goto(re.search(r"^http://\S+$", shown, re.M)[0])
                page.get_by_role("button", name=re.compile("Allow")).click()
        assert running.wait(60) == 0, shown
    finally:
        running.kill()
        os.close(ours)
        os.close(theirs)
    assert "First run of New Acme contacts to HubSpot" in shown

    terminal = new_page()
    terminal.set_content(TERMINAL.format(html.escape(shown.partition("\nNext")[0].strip())))
    screen = terminal.locator("pre").bounding_box()
    terminal.set_viewport_size({side: math.ceil(screen[side]) for side in ("width", "height")})
    picture(terminal, "make-onboard")
