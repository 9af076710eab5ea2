#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real gpsd, fed by gpsfake with a drive, a loss of fix and absurd values; GeoClue's D-Bus interface by python3-dbusmock.

usage: test-gpsd.py TEST-LOCATOR
"""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

WATCH = sys.argv[1]
count = 0
failed = 0


def ok(condition, name, detail=""):
    global count, failed
    count += 1
    if not condition:
        failed += 1
        for line in str(detail).splitlines():
            print("#", line)
    print(f"{'ok' if condition else 'not ok'} {count} - {name}", flush=True)


def sentence(body):
    total = 0
    for letter in body:
        total ^= ord(letter)
    return f"${body}*{total:02X}\r\n"


def epoch(second, lat, lon, valid=True):
    clock = f"{15:02d}{second // 60:02d}{second % 60:02d}.00"
    where = f"{int(lat):02d}{lat % 1 * 60:07.4f},N,{int(-lon):03d}{-lon % 1 * 60:07.4f},W"
    state = "A" if valid else "V"
    if not valid:  # as receivers write it: fields without a value
        return (sentence(f"GPGGA,{clock},,,,,0,00,99.9,,M,,M,,") + sentence("GPGSA,A,1,,,,,,,,,,,,,99.9,99.9,99.9")
                + sentence(f"GPRMC,{clock},V,,,,,,,270326,,,N"))
    return (sentence(f"GPGGA,{clock},{where},{1 if valid else 0},08,0.9,959.4,M,0.0,M,,")
            + sentence("GPGSA,A,%d,04,05,09,12,24,25,29,31,,,,,1.8,0.9,1.5" % (3 if valid else 1))
            + sentence(f"GPRMC,{clock},{state},{where},0.5,84.4,270326,,,{'A' if valid else 'N'}"))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def drive(folder):
    lines = []
    for second in range(20):
        lines.append(epoch(second, 7.1187 + second * 1e-5, -73.1266))
    for second in range(20, 36):
        lines.append(epoch(second, 7.1187, -73.1266, valid=False))
    lines.append(epoch(36, 45.0, -10.0))          # absurd: on another continent for one second
    for second in range(37, 55):
        lines.append(epoch(second, 7.1190, -73.1266))
    path = folder / "drive.nmea"
    path.write_text("".join(lines))
    return path


with tempfile.TemporaryDirectory(prefix="testigo-gpsd-") as folder:
    folder = pathlib.Path(folder)
    port = free_port()
    fake = subprocess.Popen(["gpsfake", "-1", "-q", "-W", "10", "-c", "0.1", "-P", str(port), str(drive(folder))], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, cwd=folder)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        out = subprocess.run([WATCH, "gpsd", str(port), "14"], timeout=60, stdout=subprocess.PIPE, check=False).stdout.decode()
    finally:
        fake.terminate()
        try:
            said = fake.communicate(timeout=3)[0]
        except subprocess.TimeoutExpired:
            fake.kill()
            said = fake.communicate()[0]
    fixes = [line.split() for line in out.splitlines() if line != "lost"]
    ok(len(fixes) > 5, "gpsd's fixes arrive", f"{out}\n{said}")
    ok(all(abs(float(fix[0]) - 7.119) < 0.01 and abs(float(fix[1]) + 73.1266) < 0.001 for fix in fixes),
       "the drive is followed; the second on another continent is not believed", out)
    ok("lost" in out.splitlines(), "the loss of the fix is told", out)
    ok(sum(int(fix[3]) > 1_700_000_000_000_000 for fix in fixes) > len(fixes) / 2, "they have the receiver's own time", out)

# --- GeoClue, on a system bus of our own ---
try:
    import dbus
    import dbusmock
except ImportError:
    dbusmock = None
if dbusmock is not None:
    class Geoclue(dbusmock.DBusTestCase):
        pass

    Geoclue.start_system_bus()
    bus = Geoclue.get_dbus(system_bus=True)
    name, manager, client = "org.freedesktop.GeoClue2", "/org/freedesktop/GeoClue2/Manager", "/org/freedesktop/GeoClue2/Client/1"
    here = "/org/freedesktop/GeoClue2/Location/1"
    server = Geoclue.spawn_server(name, manager, "org.freedesktop.GeoClue2.Manager", system_bus=True, stdout=subprocess.DEVNULL)
    try:
        mock = dbus.Interface(bus.get_object(name, manager), dbusmock.MOCK_IFACE)
        mock.AddMethods("org.freedesktop.GeoClue2.Manager", [
            ("GetClient", "", "o", f"ret = dbus.ObjectPath('{client}')"), ("CreateClient", "", "o", f"ret = dbus.ObjectPath('{client}')"),
            ("DeleteClient", "o", "", "")])
        mock.AddObject(here, "org.freedesktop.GeoClue2.Location", {
            "Latitude": dbus.Double(7.1187), "Longitude": dbus.Double(-73.1266), "Accuracy": dbus.Double(25.0),
            "Altitude": dbus.Double(-1.7976931348623157e+308), "Speed": dbus.Double(-1.0), "Heading": dbus.Double(-1.0),
            "Description": "", "Timestamp": dbus.Struct((dbus.UInt64(1774623845), dbus.UInt64(0)), signature="tt")}, [])
        start = (f"self.props['org.freedesktop.GeoClue2.Client']['Location'] = dbus.ObjectPath('{here}')\n"
                 f"self.EmitSignal('org.freedesktop.GeoClue2.Client', 'LocationUpdated', 'oo', [dbus.ObjectPath('/'), dbus.ObjectPath('{here}')])")
        mock.AddObject(client, "org.freedesktop.GeoClue2.Client", {
            "Location": dbus.ObjectPath("/"), "DistanceThreshold": dbus.UInt32(0), "TimeThreshold": dbus.UInt32(0), "DesktopId": "",
            "RequestedAccuracyLevel": dbus.UInt32(0), "Active": dbus.Boolean(False)}, [("Start", "", "", start), ("Stop", "", "", "")])
        out = subprocess.run([WATCH, "geoclue", "1", "4"], timeout=60, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        lines = out.stdout.decode().splitlines()
        mock.RemoveObject(client)
        mock.AddObject(client, "org.freedesktop.GeoClue2.Client", {
            "Location": dbus.ObjectPath("/"), "DistanceThreshold": dbus.UInt32(0), "TimeThreshold": dbus.UInt32(0), "DesktopId": "",
            "RequestedAccuracyLevel": dbus.UInt32(0), "Active": dbus.Boolean(False)},
            [("Start", "", "", "raise dbus.exceptions.DBusException('no', name='org.freedesktop.DBus.Error.AccessDenied')"), ("Stop", "", "", "")])
        refused = subprocess.run([WATCH, "geoclue", "1", "3"], timeout=60, stdout=subprocess.PIPE, check=False).stdout.decode().split()
        ok("denied" in refused, "a person who does not let GeoClue tell is understood", refused)
        ok(any(line.startswith("7.118700 -73.126600 25.0 0") for line in lines), "GeoClue's position arrives, with its accuracy",
           f"{lines} {out.stderr.decode()}")
    finally:
        server.terminate()
        server.wait()
        Geoclue.tearDownClass()
print(f"1..{count}")
sys.exit(1 if failed else 0)
