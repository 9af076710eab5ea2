#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk session's set-up: what it writes is what systemd and sway take, and undoing it leaves nothing.

    test-kiosk-session.py SOURCE
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

script = pathlib.Path(sys.argv[1]) / "app" / "service" / "kiosk-session"
number, failed = 0, 0


def check(what, good, note=""):
    global number, failed
    number += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {number} - {what}")
    if not good and note:
        print("\n".join(f"# {line}" for line in str(note).splitlines()))


def run(*arguments, **options):
    return subprocess.run([str(a) for a in arguments], capture_output=True, text=True, timeout=60, **options)


folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-session-"))
# sway does not run as root; the kiosk's own user is nobody here.
NOBODY = 65534
as_user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.getuid() == 0 else []
if as_user:
    os.chown(folder, NOBODY, NOBODY)
root = folder / "root"
event = "0f9d2c1e-aaaa-4bbb-8ccc-1234567890ab"
try:
    done = run(script, "install", "--root", root, "--event", event, "--program", "/bin/true")
    check("it writes its files below the root given", done.returncode == 0, done.stderr)
    files = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()}
    check("the files are the five that it names", files == {
        "etc/systemd/system/testigo-kiosk.service", "etc/testigo/kiosk-sway.conf", "etc/testigo/kiosk-start",
        "etc/systemd/logind.conf.d/testigo-kiosk.conf", "etc/sysctl.d/90-testigo-kiosk.conf"}, files)

    unit = root / "etc/systemd/system/testigo-kiosk.service"
    sway = root / "etc/testigo/kiosk-sway.conf"
    start = root / "etc/testigo/kiosk-start"
    verified = run("systemd-analyze", "verify", "--man=no", unit)
    ours = [line for line in verified.stderr.splitlines() if "testigo-kiosk" in line and "is not executable" not in line and "Failed to" not in line]
    check("systemd takes the unit", not ours, verified.stderr)
    check("it starts again after any end", "Restart=always" in unit.read_text() and "StartLimitIntervalSec=0" in unit.read_text())
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder), "WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman", "HOME": str(folder)}
    checked = run(*as_user, "sway", "--validate", "--config", sway, env=environment)
    check("sway takes its configuration", checked.returncode == 0, checked.stdout + checked.stderr)
    check("the compositor has no shortcut", not re.search(r"^\s*(bindsym|bindcode|bindgesture|bindswitch|mode)\b", sway.read_text(), re.M))
    check("nor a key that changes the console", "srvrkeys:none" in sway.read_text())
    check("the start is a program", os.access(start, os.X_OK) and run("sh", "-n", start).returncode == 0)
    check("it opens the kiosk at the event", f"--kiosk --event {event}" in start.read_text())

    # The configuration really runs what it says, and ends with it.
    marker = folder / "ran"
    start.chmod(0o755)
    start.write_text(f"#!/bin/sh\ntouch {marker}\nexec swaymsg exit\n")
    config = folder / "sway.conf"
    config.write_text(sway.read_text().replace("exec /etc/testigo/kiosk-start", f"exec {start}"))
    try:
        ran = run(*as_user, "dbus-run-session", "sway", "--config", config, env=environment)
        check("a compositor without a screen runs it and ends with it", ran.returncode == 0 and marker.exists(), ran.stderr[-2000:])
    except subprocess.TimeoutExpired as error:
        check("a compositor without a screen runs it and ends with it", False, error)

    gone = run(script, "remove", "--root", root)
    check("undoing leaves no file", gone.returncode == 0 and not any(p.is_file() for p in root.rglob("*")), gone.stderr)
    shutil.rmtree(root, ignore_errors=True)
    said = run(script, "install", "--dry-run")
    check("a dry run says and does not do", said.returncode == 0 and "would write: /etc/systemd/system/testigo-kiosk.service" in said.stdout
          and "would run: systemctl enable testigo-kiosk.service" in said.stdout and not root.exists(), said.stdout + said.stderr)
    for bad in (("--event", "x; reboot"), ("--user", "Root User"), ("--program", "testigo"), ("--program", "/bin/a b"), ("--what",)):
        refused = run(script, "install", "--root", root, *bad)
        check(f"{' '.join(bad)} is refused", refused.returncode == 2 and not root.exists(), refused.stdout + refused.stderr)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f"1..{number}")
sys.exit(1 if failed else 0)
