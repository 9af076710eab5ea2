#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera that PipeWire offers, found, looked through, pulled out and plugged in again; and the camera portal, which says yes or no.

usage: test-pipewire.py TEST-CAMERA, inside dbus-run-session
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

CAMERA = sys.argv[1]
count = 0
failed = 0
started = []


def ok(condition, name, detail=""):
    global count, failed
    count += 1
    if not condition:
        failed += 1
        for line in str(detail).splitlines():
            print("#", line)
    print(f"{'ok' if condition else 'not ok'} {count} - {name}", flush=True)


def start(*command, **options):
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **{"stdout": subprocess.DEVNULL, **options})
    started.append(process)
    return process


class Watch:
    """What a camera tells, line by line."""

    def __init__(self, spec, seconds):
        self.lines = []
        self.process = start(CAMERA, "watch", spec, str(seconds), stdout=subprocess.PIPE)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.decode().strip())

    def wait(self, begins, seconds=45, after=0):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for number, line in enumerate(self.lines[after:], after):
                if line.startswith(begins):
                    return number + 1
            time.sleep(0.1)
        return 0


def pipewire():
    start("pipewire")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (pathlib.Path(os.environ["XDG_RUNTIME_DIR"]) / "pipewire-0").exists():
        time.sleep(0.1)
    start("wireplumber")
    time.sleep(2)


def plugged_and_pulled():
    camera = start(CAMERA, "provide", "tst-camera")
    time.sleep(2)
    watch = Watch("auto", 100)
    seen = watch.wait("device tst-camera")
    ok(seen, "the camera is listed", watch.lines)
    live = watch.wait("state live")
    ok(live and watch.wait("frames 10 640 480"), "its picture comes", watch.lines)
    ok(watch.wait("still 640 480"), "and a still of the full size", watch.lines)
    camera.terminate()
    camera.wait()
    lost = watch.wait("state lost", after=live)
    ok(lost, "pulled out, it is told as lost", watch.lines)
    camera = start(CAMERA, "provide", "tst-camera")
    ok(lost and watch.wait("state live", after=lost), "plugged in again, it goes on by itself", watch.lines)
    for process in (watch.process, camera):
        process.terminate()
        process.wait()


def portal():
    import dbus
    import dbusmock

    class Session(dbusmock.DBusTestCase):
        pass

    bus = dbus.SessionBus()
    name, path, camera = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Camera"
    server = Session.spawn_server(name, path, camera, stdout=subprocess.DEVNULL)
    started.append(server)
    mock = dbus.Interface(bus.get_object(name, path), dbusmock.MOCK_IFACE)
    # What the true portal hands over: a connection to PipeWire that is open already.
    mock.AddMethod(camera, "OpenPipeWireRemote", "a{sv}", "h",
                   "import os, socket\nline = socket.socket(socket.AF_UNIX)\nline.connect(os.environ['XDG_RUNTIME_DIR'] + '/pipewire-0')\n"
                   "ret = dbus.types.UnixFd(line.fileno())")
    start(CAMERA, "provide", "tst-portal-camera")
    time.sleep(2)
    for answer in (1, 0):
        mock.AddMethod(camera, "AccessCamera", "a{sv}", "o",
                       "ret = dbus.ObjectPath('/org/freedesktop/portal/desktop/request/x/' + str(args[0]['handle_token']))")
        watch = Watch("portal", 25)
        deadline = time.monotonic() + 20
        token = None
        while time.monotonic() < deadline and token is None:
            for call in mock.GetCalls():
                if call[1] == "AccessCamera":
                    token = str(call[2][0]["handle_token"])
            time.sleep(0.1)
        # The path holds the caller's name, which the bus knows.
        pid = watch.process.pid
        driver = dbus.Interface(bus.get_object("org.freedesktop.DBus", "/org/freedesktop/DBus"), "org.freedesktop.DBus")
        unique = [n for n in driver.ListNames() if n.startswith(":") and driver.GetConnectionUnixProcessID(n) == pid]
        handle = f"/org/freedesktop/portal/desktop/request/{unique[0][1:].replace('.', '_')}/{token}" if unique else "/none"
        mock.AddObject(handle, "org.freedesktop.portal.Request", {}, [])
        request = dbus.Interface(bus.get_object(name, handle), dbusmock.MOCK_IFACE)
        request.EmitSignal("org.freedesktop.portal.Request", "Response", "ua{sv}", [dbus.UInt32(answer), dbus.Dictionary({}, signature="sv")])
        if answer:
            ok(watch.wait("state denied", 20), "a person who says no is understood", watch.lines)
        else:
            ok(watch.wait("state live") and watch.wait("frames 10 640 480"), "after a yes, the picture comes over the connection that the portal hands over",
               f"{mock.GetCalls()} {watch.lines}")
        watch.process.terminate()
        mock.ClearCalls()


with tempfile.TemporaryDirectory(prefix="testigo-pipewire-") as runtime:
    os.environ["XDG_RUNTIME_DIR"] = runtime
    os.environ.setdefault("XDG_CONFIG_HOME", runtime)
    try:
        pipewire()
        plugged_and_pulled()
        portal()
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
print(f"1..{count}")
sys.exit(1 if failed else 0)
