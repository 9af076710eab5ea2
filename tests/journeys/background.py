#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""With the window closed: the program stays while something waits, says so in a notification, answers testigoctl over the session bus, tries at once
after suspend, and ends by itself when everything has been received, which it says too.

logind and the notification daemon are played by python3-dbusmock on buses of our own; central's address answers nothing at first.

    background.py BUILD SOURCE (inside tests/support/display-run)
"""
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import dbus
import dbusmock
from testigo_app import App, BUTTONS, Central, Tap, ctl, first_run

BUILD, SOURCE = sys.argv[1:3]
LOGIN = "org.freedesktop.login1"


class DeafCentral:
    """Takes connections and closes them, and counts: what the tablet sees of a network that leads nowhere."""

    def __init__(self, port):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen()
        self.tries = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.tries.append(time.monotonic())
            connection.close()

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


class Background:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-background-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.deaf = None
        self.servers = []
        # Both before the app: it finds the system's bus by the environment.
        dbusmock.DBusTestCase.start_system_bus()
        system = dbusmock.DBusTestCase.get_dbus(system_bus=True)
        server, self.logind = dbusmock.DBusTestCase.spawn_server_template("logind", {}, stdout=subprocess.DEVNULL)
        self.servers.append(server)
        assert system.name_has_owner(LOGIN)
        # The session's bus is the one that display-run made.
        session = dbus.SessionBus()
        server = dbusmock.DBusTestCase.spawn_server("org.freedesktop.Notifications", "/org/freedesktop/Notifications",
                                                    "org.freedesktop.Notifications", system_bus=False, stdout=subprocess.DEVNULL)
        self.servers.append(server)
        self.daemon = session.get_object("org.freedesktop.Notifications", "/org/freedesktop/Notifications")
        self.daemon.AddTemplate("notification_daemon", dbus.Dictionary({}, signature="sv"), dbus_interface=dbusmock.MOCK_IFACE)
        self.app = App(BUILD, self.folder / "tablet")

    def notified(self):
        """Titles of what people were told, in order."""
        calls = self.daemon.GetMethodCalls("Notify", dbus_interface=dbusmock.MOCK_IFACE)
        return [str(arguments[3]) for _, arguments in calls]

    def status(self):
        return ctl(BUILD, self.app.store, "status")[-1]

    def begin(self):
        self.central.start()
        self.app.start()
        first_run(self.app, self.central.run("enrol-code", "--name", "tableta-11")[0]["text"])
        # Registered, with the town's works: what is sent later needs no more of central than to be there.
        self.app.find(BUTTONS, re.compile("SJV-2026-001"), seconds=60)
        self.app.wait(lambda: self.status()["saved"] == 0 and self.status()["sending"] == 0, "nothing that waits", 60)
        self.central.stop()
        self.deaf = DeafCentral(int(self.central.url.rsplit(":", 1)[1]))

    def something_waits(self):
        app = self.app
        app.press("Empezar visita")
        app.press("Visita de obra")
        app.type("Título", "Visita sin red")
        app.press("Empezar")
        app.find(BUTTONS, re.compile("^Asistencia, 0"))
        app.wait(lambda: self.status()["saved"] + self.status()["sending"] > 0, "something that waits")
        assert not self.notified(), "while the window is open its pages say all this"

    def stays(self):
        self.app.action("quit")
        self.app.wait(lambda: "Testigo sigue enviando" in self.notified(), "notification that it goes on")
        time.sleep(2)
        assert self.app.process.poll() is None, "the program ended with something unsent"

    def answers(self):
        status = self.status()
        assert status["saved"] + status["sending"] > 0, status
        assert any(row.get("state") in ("saved", "sending") for row in ctl(BUILD, self.app.store, "list", "outbox")), "the outbox is empty"
        sent = ctl(BUILD, self.app.store, "sync", ok=(4,))
        assert sent[0]["code"] == "unreachable" and sent[-1]["pending"] > 0, sent
        refused = ctl(BUILD, self.app.store, "event", "open", "--type", "visita_obra", "--title", "Otra", ok=(3,))
        assert any(row.get("code") == "store-in-use" for row in refused), refused

    def asks_who(self):
        app = self.app
        app.action("show-outbox")
        app.find(BUTTONS, "Entrar")
        assert not app.has("label", "Envíos"), "what was sent is shown to whoever opens the window"
        app.action("quit")
        app.wait(lambda: self.notified().count("Testigo sigue enviando") == 2, "notification that it goes on")

    def wakes(self):
        tries = self.deaf.tries
        # Tries are far apart by now; one has just been.
        end = time.monotonic() + 120
        while len(tries) < 6 or time.monotonic() - tries[-1] > 1:
            assert time.monotonic() < end, f"{len(tries)} tries in two minutes"
            time.sleep(0.1)
        before = len(tries)
        self.logind.EmitSignal(LOGIN + ".Manager", "PrepareForSleep", "b", [True], dbus_interface=dbusmock.MOCK_IFACE)
        self.logind.EmitSignal(LOGIN + ".Manager", "PrepareForSleep", "b", [False], dbus_interface=dbusmock.MOCK_IFACE)
        begun = time.monotonic()
        while len(tries) == before:
            assert time.monotonic() < begun + 10, "no try after waking"
            time.sleep(0.05)

    def ends(self):
        self.deaf.stop()
        self.central.server = subprocess.Popen(
            [self.central.build / "app" / "testigo-central", "serve", "--data", self.central.data, "--listen", self.central.url.split("//")[1]],
            stdout=subprocess.PIPE, stderr=open(self.folder / "central-2.log", "wb"), text=True)
        assert self.central.server.stdout.readline(), (self.folder / "central-2.log").read_text()
        self.logind.EmitSignal(LOGIN + ".Manager", "PrepareForSleep", "b", [False], dbus_interface=dbusmock.MOCK_IFACE)
        code = self.app.process.wait(120)
        assert code == 0, (code, self.app.said()[-2000:])
        assert self.notified()[-1] == "Todo está recibido y comprobado", self.notified()
        # What said that it goes on is taken away.
        assert self.daemon.GetMethodCalls("CloseNotification", dbus_interface=dbusmock.MOCK_IFACE)
        assert self.status()["received"] > 0
        assert not re.search(r"WARNING|CRITICAL", self.app.said()), self.app.said()[-2000:]

    def end(self):
        if self.app.process is not None and self.app.process.poll() is None:
            self.app.stop()
        self.central.stop()
        for server in self.servers:
            server.terminate()
            server.wait()
        dbusmock.DBusTestCase.tearDownClass()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    tap = Tap()
    test = Background()
    try:
        tap.step("a tablet is enrolled, and then there is no network", test.begin)
        tap.step("something is captured", test.something_waits)
        tap.step("the window is closed: the program stays and says so", test.stays)
        tap.step("testigoctl works through it", test.answers)
        tap.step("opened again, the window asks who works", test.asks_who)
        tap.step("after suspend it tries at once", test.wakes)
        tap.step("when all is received it says so and ends", test.ends)
    except Exception as error:  # told by the step
        print(f"# {type(error).__name__}")
    finally:
        test.end()
    tap.end()


main()
