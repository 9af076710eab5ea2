#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the camera looks: iio-sensor-proxy's compass on a private system bus by python3-dbusmock; one that comes, turns, goes, and one that may not be asked.

usage: test-compass.py TEST-LOCATOR
"""
import os
import select
import subprocess
import sys
import time

import dbus
import dbusmock

SERVICE, PATH, COMPASS = "net.hadess.SensorProxy", "/net/hadess/SensorProxy/Compass", "net.hadess.SensorProxy.Compass"
WATCH = sys.argv[1]
count = 0
failed = 0


def ok(condition, name, detail=""):
    global count, failed
    count += 1
    failed += not condition
    if not condition:
        print("#", detail)
    print(f"{'ok' if condition else 'not ok'} {count} - {name}", flush=True)


def hears(process, word, seconds=20, only=False):
    """@only: nothing else before it."""
    end = time.monotonic() + seconds
    seen = []
    while time.monotonic() < end:
        if select.select([process.stdout], [], [], 0.2)[0]:
            seen += os.read(process.stdout.fileno(), 4096).decode().split()
            if seen and seen[-1] == word:
                return not only or seen == [word]
    print("# heard", seen)
    return False


def compass(allowed=True, heading=-1.0):
    server = dbusmock.DBusTestCase.spawn_server(SERVICE, PATH, COMPASS, system_bus=True, stdout=subprocess.DEVNULL)
    say = dbus.Interface(bus.get_object(SERVICE, PATH), dbusmock.MOCK_IFACE)
    say.AddProperties(COMPASS, {"HasCompass": dbus.Boolean(True), "CompassHeading": dbus.Double(heading)})
    code = "" if allowed else "raise dbus.exceptions.DBusException('not for you', name='org.freedesktop.DBus.Error.AccessDenied')"
    say.AddMethods(COMPASS, [("ClaimCompass", "", "", code), ("ReleaseCompass", "", "", "")])
    return server, say


def turn(say, heading):
    say.UpdateProperties(COMPASS, {"CompassHeading": dbus.Double(heading)})


dbusmock.DBusTestCase.start_system_bus()
bus = dbusmock.DBusTestCase.get_dbus(system_bus=True)
watch = subprocess.Popen([WATCH, "compass", "1", "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
try:
    watch.stdin.write(b"fix\n")
    ok(hears(watch, "none"), "no compass, no heading")
    server, say = compass()
    time.sleep(0.5)
    turn(say, 271.5)
    ok(hears(watch, "271.5M"), "what the compass says stands in the fix, as from magnetic north")
    turn(say, 360.0)
    ok(hears(watch, "0.0M"), "a whole turn is north")
    turn(say, -1.0)
    ok(hears(watch, "none"), "a compass that does not know says nothing")
    turn(say, 12.0)
    ok(hears(watch, "12.0M"), "and comes back")
    watch.stdin.write(b"-8.5\n")
    ok(hears(watch, "3.5T"), "a receiver that tells how far magnetic north is off makes it the true one")
    turn(say, 3.0)
    ok(hears(watch, "354.5T"), "each turn is told, without another position")
    turn(say, 3.4)
    time.sleep(0.4)  # would be told within a tenth of a second
    turn(say, 90.0)
    ok(hears(watch, "81.5T", only=True), "what a sensor trembles by is not")
    server.terminate()
    server.wait()
    ok(hears(watch, "none"), "one that is gone tells nothing any more")
finally:
    watch.terminate()
    watch.wait()
server, say = compass(heading=90.0)
watch = subprocess.Popen([WATCH, "compass", "1", "60"], stdout=subprocess.PIPE, bufsize=0)
try:
    ok(hears(watch, "90.0M"), "one that was there before is read at once")
    ok(len(list(say.GetMethodCalls("ClaimCompass"))) == 1, "it was claimed, as the service wants it")
finally:
    watch.terminate()
    watch.wait()
server.terminate()
server.wait()
server, say = compass(allowed=False, heading=45.0)
watch = subprocess.Popen([WATCH, "compass", "1", "2"], stdout=subprocess.PIPE, text=True)
told = watch.communicate(timeout=30)[0].split()
ok(told == [] and watch.returncode == 0, "who may not ask has none, and no trouble", told)
server.terminate()
server.wait()
dbusmock.DBusTestCase.tearDownClass()
print(f"1..{count}")
sys.exit(failed > 0)
