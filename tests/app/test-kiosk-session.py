#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk session's set-up: what it writes is what systemd and sway take, the app runs in it and starts again after a kill, and undoing it leaves nothing.

    test-kiosk-session.py SOURCE BUILD; TESTIGO_SHOTS=DIR keeps the picture of the screen
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

script = pathlib.Path(sys.argv[1]) / "app" / "service" / "kiosk-session"
build = pathlib.Path(sys.argv[2]).resolve()
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
def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.2)
    return None


class Session:
    """One run of what the unit's ExecStart names, without a screen."""

    def __init__(self, config, folder, environment):
        self.folder = folder
        self.log = open(folder / "session.log", "ab")
        self.environment = environment
        self.process = subprocess.Popen([*as_user, "dbus-run-session", "sway", "--config", config], env=environment, stdout=self.log, stderr=self.log)

    def tree(self):
        sockets = sorted(self.folder.glob("sway-ipc.*.sock"), key=lambda path: path.stat().st_mtime)
        if not sockets:
            return None
        asked = run(*as_user, "swaymsg", "--raw", "-t", "get_tree", env=self.environment | {"SWAYSOCK": str(sockets[-1])})
        return json.loads(asked.stdout) if asked.returncode == 0 else None

    def windows(self):
        """(output, window) for each window on the screen."""
        def walk(node, output):
            output = node if node.get("type") == "output" else output
            if node.get("pid") and node.get("app_id"):
                yield output, node
            for child in node.get("nodes", []) + node.get("floating_nodes", []):
                yield from walk(child, output)

        tree = self.tree()
        return list(walk(tree, None)) if tree else []

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.log.close()


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
    check("it takes along what logind has put into a session of its own, of this user alone",
          re.search(r"^ExecStopPost=\+-.*loginctl show-user testigo-kiosk .*systemctl stop session-\$\$s\.scope", unit.read_text(), re.M), unit.read_text())
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

    # With the app in it, as the unit starts it: the whole screen is its own; killed, all of it ends, so that systemd starts it anew, and it comes up again.
    root_app = folder / "root-app"
    run(script, "install", "--root", root_app, "--program", build / "app/testigo")
    start = root_app / "etc/testigo/kiosk-start"
    config = folder / "sway-app.conf"
    config.write_text((root_app / "etc/testigo/kiosk-sway.conf").read_text().replace("/etc/testigo/kiosk-start", str(start)))
    app_environment = environment | {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"), "GSETTINGS_SCHEMA_DIR": str(build / "app"),
                                     "GSETTINGS_BACKEND": "memory", "GSK_RENDERER": "cairo", "LC_ALL": "C.UTF-8"}
    app_environment = {name: value for name, value in app_environment.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "GDK_BACKEND", "SWAYSOCK")}
    for folders in (folder / "data", folder / "config"):
        folders.mkdir()
        if as_user:
            os.chown(folders, NOBODY, NOBODY)
    for turn in ("the app runs in it", "after a kill it comes up again"):
        session = Session(config, folder, app_environment)
        try:
            found = until(session.windows)
            check(f"{turn}: one window", found and len(found) == 1, (found, (folder / "session.log").read_text("utf-8", "replace")[-2000:]))
            if not found:
                break
            output, window = found[0]
            full = until(lambda: next((w for o, w in session.windows() if w.get("fullscreen_mode") == 1 and w["rect"] == o["rect"]), None))
            check(f"{turn}: it takes the whole screen", full is not None, (output["rect"], window["rect"], window.get("fullscreen_mode")))
            display = next((p.name for p in sorted(folder.glob("wayland-*"), key=lambda p: -p.stat().st_mtime) if p.is_socket()), None)
            picture = folder / "screen.png"

            def colours():
                grim = run(*as_user, "grim", picture, env=app_environment | {"WAYLAND_DISPLAY": display or ""})
                counted = run("identify", "-format", "%k", picture) if grim.returncode == 0 else grim
                return int(counted.stdout) if counted.returncode == 0 and counted.stdout.isdigit() and int(counted.stdout) > 30 else None

            check(f"{turn}: it has drawn itself", until(colours), display)
            if os.environ.get("TESTIGO_SHOTS"):
                os.makedirs(os.environ["TESTIGO_SHOTS"], exist_ok=True)
                shutil.copy(picture, os.path.join(os.environ["TESTIGO_SHOTS"], "sesion.png"))
            os.kill(window["pid"], signal.SIGKILL)
            check(f"{turn}: killed, the session ends, which is what the unit waits for", until(lambda: session.process.poll() is not None, 30))
        finally:
            session.end()

    gone = run(script, "remove", "--root", root)
    check("undoing leaves no file", gone.returncode == 0 and not any(p.is_file() for p in root.rglob("*")), gone.stderr)
    shutil.rmtree(root, ignore_errors=True)
    said = run(script, "install", "--dry-run")
    check("a dry run says and does not do", said.returncode == 0 and "would write: /etc/systemd/system/testigo-kiosk.service" in said.stdout
          and "would run: systemctl enable testigo-kiosk.service" in said.stdout and not root.exists(), said.stdout + said.stderr)
    # A system that was just installed may lack groups that udev brings: useradd would refuse all of it.
    few = folder / "few"
    few.mkdir()
    (few / "getent").write_text('#!/bin/sh\n[ "$2" = video ] || [ "$2" = audio ]\n')
    (few / "getent").chmod(0o755)
    said = run(script, "install", "--dry-run", "--user", "nadie-aun", env=os.environ | {"PATH": f"{few}:{os.environ['PATH']}"})
    check("the user is made a member only of groups that there are", re.search(r"useradd .* --groups video,audio nadie-aun$", said.stdout, re.M), said.stdout + said.stderr)
    for bad in (("--event", "x; reboot"), ("--user", "Root User"), ("--program", "testigo"), ("--program", "/bin/a b"), ("--what",)):
        refused = run(script, "install", "--root", root, *bad)
        check(f"{' '.join(bad)} is refused", refused.returncode == 2 and not root.exists(), refused.stdout + refused.stderr)
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f"1..{number}")
sys.exit(1 if failed else 0)
