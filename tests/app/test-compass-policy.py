#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy that lets Testigo ask the compass, on a real bus of the system's kind beside iio-sensor-proxy's own, which lets GeoClue alone: who is of the
group video hears where the camera looks, who is not hears nothing, and nobody may do more than ask.

usage: test-compass-policy.py TEST-LOCATOR POLICY (as root: it connects as another person)
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

LOCATOR, POLICY = sys.argv[1:3]
SERVICE, PATH, COMPASS = "net.hadess.SensorProxy", "/net/hadess/SensorProxy/Compass", "net.hadess.SensorProxy.Compass"
# Debian 12: system.conf's default, iio-sensor-proxy 3.0's own file (without its user geoclue, who may not exist here), and for the mock root may say all.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <auth>EXTERNAL</auth>
  <listen>unix:path={folder}/bus</listen>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="{service}" send_interface="{service}"/>
    <allow send_destination="{service}" send_interface="org.freedesktop.DBus.Properties"/>
    <deny send_destination="{service}" send_interface="org.freedesktop.DBus.Properties" send_path="{path}"/>
  </policy>
  <policy user="root">
    <allow own="*"/>
    <allow send_type="method_call"/>
  </policy>
  {include}
</busconfig>
"""
count = 0
failed = 0


def ok(condition, name, detail=""):
    global count, failed
    count += 1
    failed += not condition
    if not condition:
        print("#", detail)
    print(f"{'ok' if condition else 'not ok'} {count} - {name}", flush=True)


def as_person(groups, *command):
    """What somebody who is not root and of these groups hears."""
    return subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", *(["--groups", groups] if groups else ["--clear-groups"]), *map(str, command)],
                          env=os.environ, capture_output=True, text=True, timeout=60, cwd="/")


def told(include, groups):
    """On a bus with or without our file: what the locator hears, and whether another method of the compass can be called."""
    with tempfile.TemporaryDirectory(prefix="testigo-bus-") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        config, locator = folder / "bus.conf", folder / "test-locator"
        shutil.copy(LOCATOR, locator)
        shutil.copy(POLICY, folder / "compass.conf")
        config.write_text(BUS.format(folder=folder, service=SERVICE, path=PATH, include=f"<include>{folder}/compass.conf</include>" if include else ""))
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/bus"
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 20
            while not (folder / "bus").exists() and time.monotonic() < end:
                time.sleep(0.05)
            mock = subprocess.Popen(["/usr/bin/python3", "-m", "dbusmock", "--system", SERVICE, PATH, COMPASS], stdout=subprocess.DEVNULL)
            try:
                def call(method, *arguments):
                    return subprocess.run(["gdbus", "call", "--system", "--dest", SERVICE, "--object-path", PATH, "--method", method, *arguments],
                                          capture_output=True, text=True)
                while call("org.freedesktop.DBus.Peer.Ping").returncode and time.monotonic() < end:
                    time.sleep(0.1)
                call("org.freedesktop.DBus.Mock.AddProperties", COMPASS, "{'HasCompass': <true>, 'CompassHeading': <271.5>}")
                call("org.freedesktop.DBus.Mock.AddMethods", COMPASS, "[('ClaimCompass', '', '', ''), ('ReleaseCompass', '', '', '')]")
                heard = as_person(groups, locator, "compass", "1", "2")
                more = as_person(groups, "gdbus", "call", "--system", "--dest", SERVICE, "--object-path", PATH, "--method", "org.freedesktop.DBus.Mock.Reset")
                return (heard.returncode, heard.stdout.split()), more
            finally:
                mock.terminate()
                mock.wait()
        finally:
            bus.terminate()
            bus.wait()


if os.geteuid() != 0 and shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL).returncode == 0:
    os.execvp("sudo", ["sudo", "-n", sys.executable, *sys.argv])
if os.geteuid() != 0:
    print("1..0 # SKIP only root can connect as somebody else")
    sys.exit(0)
heard, _ = told(False, "44")
ok(heard == (0, []), "as iio-sensor-proxy ships it, the compass tells GeoClue alone", heard)
heard, more = told(True, str(subprocess.run(["getent", "group", "video"], capture_output=True, text=True).stdout.split(":")[2]))
ok("271.5M" in heard[1], "with our file, who may use the camera hears where it looks", heard)
ok(more.returncode != 0 and "AccessDenied" in more.stderr, "and may do no more than ask", more)
heard, _ = told(True, "")
ok(heard == (0, []), "who is not of the group video hears nothing", heard)
print(f"1..{count}")
sys.exit(failed > 0)
