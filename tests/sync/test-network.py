# SPDX-License-Identifier: GPL-3.0-or-later
"""What NetworkManager says of a network's cost, on a private system bus with dbusmock's NetworkManager. TAP."""

import os
import select
import subprocess
import sys
import time

import dbus
import dbusmock

MANAGER = "org.freedesktop.NetworkManager"
WATCH = sys.argv[1]


def wait_for(process, word, seconds=20):
    """Several lines may come at once: the pipe is read as it is, so that none waits unseen in a buffer. What stands there at the end counts."""
    end = time.monotonic() + seconds
    seen = []
    while time.monotonic() < end:
        if select.select([process.stdout], [], [], 0.2)[0]:
            seen += os.read(process.stdout.fileno(), 4096).decode().split()
            if seen and seen[-1] == word:
                return
    raise AssertionError(f"waited for {word}, heard {seen}")


def main():
    dbusmock.DBusTestCase.start_system_bus()
    bus = dbusmock.DBusTestCase.get_dbus(system_bus=True)
    manager, mock = dbusmock.DBusTestCase.spawn_server_template("networkmanager", {"State": dbus.UInt32(70), "Connectivity": dbus.UInt32(4)}, stdout=subprocess.DEVNULL)
    obj = bus.get_object(MANAGER, "/org/freedesktop/NetworkManager")
    say = dbus.Interface(obj, dbusmock.MOCK_IFACE)
    for name, value in (("PrimaryConnectionType", ""), ("Metered", dbus.UInt32(0))):
        try:
            say.AddProperty(MANAGER, name, value)
        except dbus.DBusException:
            pass                                                       # the template has it
    watch = subprocess.Popen([WATCH], stdout=subprocess.PIPE, bufsize=0)
    steps = [
        ({"PrimaryConnectionType": "802-11-wireless", "Metered": dbus.UInt32(4)}, "free", "a Wi-Fi costs nothing"),
        ({"PrimaryConnectionType": "gsm", "Metered": dbus.UInt32(0)}, "metered", "a modem costs, though nobody says so"),
        ({"PrimaryConnectionType": "802-11-wireless", "Metered": dbus.UInt32(1)}, "metered", "a Wi-Fi that somebody marked as metered costs"),
        ({"PrimaryConnectionType": "bluetooth", "Metered": dbus.UInt32(2)}, "free", "a person's word that it is free is the last one"),
        ({"PrimaryConnectionType": "802-3-ethernet", "Metered": dbus.UInt32(3)}, "metered", "guessed to cost"),
        ({"PrimaryConnectionType": "802-11-wireless", "Metered": dbus.UInt32(0)}, "free", "nobody says anything: free"),
    ]
    failed = 0
    print(f"1..{len(steps)}")
    try:
        for number, (properties, word, name) in enumerate(steps, 1):
            try:
                say.UpdateProperties(MANAGER, dbus.Dictionary(properties, signature="sv"))
                wait_for(watch, word)
                print(f"ok {number} - {name}", flush=True)
            except AssertionError as error:
                failed += 1
                print(f"not ok {number} - {name}\n# {error}", flush=True)
    finally:
        watch.kill()
        watch.wait()
        manager.terminate()
        manager.wait()
        dbusmock.DBusTestCase.tearDownClass()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
