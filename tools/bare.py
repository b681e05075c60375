# SPDX-FileCopyrightText: The cyclr.ipaas authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prove that the tests do all of their own set-up: bare.py FOLDER [--suite NAME] [--keep] [--command COMMAND ...].

Makes a minimal Debian with debootstrap, puts a clean clone of this checkout into it, and runs `make onboard` and `make test`, or each COMMAND,
in a chroot. This machine's ways to its package registries go along: apt's sources and settings, pip's settings, proxies, certificate authorities.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What the machine has; everything else is for make to install.
PACKAGES = "python3,python3-venv,make,git,ca-certificates"
COMMANDS = ["make onboard </dev/null", "make test"]
PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
PIP_SETTINGS = ("PIP_INDEX_URL", "PIP_PROXY", "PIP_TRUSTED_HOST")
# Files with this machine's ways to registries
SETTINGS = ("etc/apt/apt.conf", "etc/apt/apt.conf.d", "etc/pip.conf", "etc/hosts", "etc/resolv.conf", "usr/local/share/ca-certificates")
# Debian's packages start their daemons; a chroot says with this file that they must not.
NO_DAEMONS = "#!/bin/sh\nexit 101\n"
# Mounts and processes end with the chroot.
ENTER = """
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
exec chroot "$0" /usr/bin/env -i "$@"
"""


def run(*command: str | os.PathLike, **options) -> None:
    subprocess.run([str(part) for part in command], check=True, **options)


def check_machine() -> None:
    missing = [name for name in ("debootstrap", "unshare", "git") if not shutil.which(name)]
    if os.geteuid() != 0:
        sys.exit("make test-bare needs root, for a chroot")
    if missing and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, stdout=subprocess.DEVNULL)
    elif missing:
        sys.exit(f"make test-bare needs {' and '.join(missing)}")


def own_suite() -> str | None:
    """The name of this machine's release, if it is a Debian."""
    text = Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r"^VERSION_CODENAME=(\w+)$", text, re.M)
    return found[1] if found and re.search(r"^ID=debian$", text, re.M) else None


def copy(name: str, system: Path) -> None:
    """Copy a file or folder of this machine, if there is one, over that of the new system."""
    source, target = Path("/", name), system / name
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        shutil.copyfile(source, target)


def make_system(system: Path, suite: str) -> None:
    print(f"Making a bare Debian ({suite}) in {system} ...", flush=True)
    unfinished = system.with_suffix(".unfinished")
    for folder in (system, unfinished):
        shutil.rmtree(folder, ignore_errors=True)
    run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, unfinished, stdout=subprocess.DEVNULL)
    (unfinished / "usr" / "sbin" / "policy-rc.d").write_text(NO_DAEMONS, encoding="utf-8")
    (unfinished / "usr" / "sbin" / "policy-rc.d").chmod(0o755)
    for name in SETTINGS:
        copy(name, unfinished)
    if suite == own_suite():
        (unfinished / "etc/apt/sources.list").unlink(missing_ok=True)
        copy("etc/apt/sources.list", unfinished)
        copy("etc/apt/sources.list.d", unfinished)
    run("chroot", unfinished, "update-ca-certificates", stdout=subprocess.DEVNULL)
    unfinished.rename(system)


def put_checkout(clone: Path) -> None:
    """A clone of what is committed here. In one that exists, what git ignores stays."""
    if not clone.is_dir():
        run("git", "clone", "--quiet", "--no-hardlinks", ROOT, clone)
    run("git", "-C", clone, "fetch", "--quiet", ROOT, "HEAD")
    run("git", "-C", clone, "reset", "--quiet", "--hard", "FETCH_HEAD")
    run("git", "-C", clone, "clean", "--quiet", "-ffd")


def environment() -> dict[str, str]:
    """What a login has, and what leads to the registries."""
    kept = {name: value for name, value in os.environ.items() if name.lower() in PROXIES or name in PIP_SETTINGS}
    # Authorities that this machine trusts beyond those of Debian are in the chroot's bundle; pip would look into its own.
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    return {"HOME": "/root", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PIP_CERT": bundle, **kept}


def inside(system: Path, command: str) -> int:
    print(f"\n==== in the chroot: {command} ====", flush=True)
    variables = [f"{name}={value}" for name, value in environment().items()]
    # The folder of the clone is another one than here, so that nothing leads back.
    shell = ["sh", "-c", f"cd /root/cyclr.ipaas && {command}"]
    entered = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", ENTER, str(system), *variables, *shell]
    began = time.monotonic()
    status = subprocess.run(entered, check=False).returncode
    print(f"\n==== in the chroot: {command}: {'passed' if status == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s) ====", flush=True)
    return status


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the systems are made")
    parser.add_argument("--suite", default="bookworm", help="the release of Debian")
    parser.add_argument("--keep", action="store_true", help="go on in the system of the last run, with what make has built there")
    parser.add_argument("--command", action="append", help="instead of make onboard and make test; may be given several times")
    options = parser.parse_args()
    check_machine()
    system = options.folder.resolve() / options.suite
    if not (options.keep and system.is_dir()):
        make_system(system, options.suite)
    put_checkout(system / "root" / "cyclr.ipaas")
    for command in options.command or COMMANDS:
        if inside(system, command):
            sys.exit(1)


if __name__ == "__main__":
    main()
