# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a process is measured: `measure(command, environment, log)` returns the cost of a command and of everything that it starts.

The kernel never reports a smaller peak for a process than the size of the process that started it. Therefore the command is started by a small
process, which is this file as a program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


class Failed(RuntimeError):
    """The command ended with an error, so what it cost means nothing."""


def measure(command, environment, log, sample_every=0.0):
    """A dict: `wall` and `cpu` seconds, `peak_mb` of the largest process, `together_mb` of all processes at the same time (0 without samples).

    Samples take CPU time too. Do not use them if times are compared.
    """
    report = Path(log).with_suffix(".measured")
    with open(log, "wb") as output:
        watch = [sys.executable, __file__, str(report), str(sample_every), *command]
        done = subprocess.run(watch, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        raise Failed("%s failed:\n%s" % (" ".join(command), Path(log).read_text(encoding="utf-8", errors="replace")[-3000:]))
    return json.loads(report.read_text(encoding="utf-8"))


def family(pid):
    """The process and its descendants, as far as they still exist."""
    found = [pid]
    for one in found:
        try:
            for task in Path("/proc", str(one), "task").glob("*/children"):
                found += map(int, task.read_text(encoding="ascii").split())
        except OSError:
            # It has ended in the meantime.
            pass
    return found


def proportional_kb(pid):
    """The memory of a process. Pages that forked processes share are divided between them, so that a sum makes sense."""
    try:
        lines = Path("/proc", str(pid), "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def main():
    report, sample_every, *command = sys.argv[1:]
    pause = float(sample_every)
    together = ended = 0
    began = time.perf_counter()
    process = subprocess.Popen(command)
    while not ended:
        if pause:
            together = max(together, sum(map(proportional_kb, family(process.pid))))
            time.sleep(pause)
        ended, status, usage = os.wait4(process.pid, os.WNOHANG if pause else 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = dict(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak_mb=usage.ru_maxrss / 1024, together_mb=together / 1024)
    Path(report).write_text(json.dumps(spent), encoding="utf-8")
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
