#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way of a visit, as people go it: a tablet is enrolled in the app's first run, an event opened, photographs brought in, an attendee and a
contribution taken down, all of it sent; central publishes, and the public pages show it in Chromium.

    journey-visit.py BUILD SOURCE (inside tests/support/display-run); TESTIGO_SHOTS=DIR keeps pictures
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

from gi.repository import GLib
from testigo_app import App, BUTTONS, Central, Tap, draw, first_run

BUILD, SOURCE = sys.argv[1:3]
OTHER_WORK = "SJV-2026-002"
ALT = "Calle con base de recebo y maquinaria"
# Nobody's: it must not be found on the disk.
ATTENDEE, CONTRIBUTION = "Persona Inventada Siete", "Pido que la rampa del andén quede terminada antes de las lluvias"


class Visit:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-visit-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.app = App(BUILD, self.folder / "tablet")
        self.number = None

    def start(self):
        self.central.start()
        self.code = self.central.run("enrol-code", "--name", "tableta-07")[0]["text"]
        self.app.start()

    def first_run(self):
        self.app.find(BUTTONS, "Español")
        self.app.shot("visita-1-idioma")
        first_run(self.app, self.code)
        self.app.shot("visita-2-inicio")

    def open_event(self):
        app = self.app
        # Works come down by themselves once the tablet is enrolled.
        app.find(BUTTONS, re.compile("SJV-2026-001"), seconds=60)
        app.press("Empezar visita")
        app.press("Visita de obra")
        app.type("Título", "Visita a la calle 12")
        app.shot("visita-3-abrir")
        app.press("Empezar")
        app.find(BUTTONS, re.compile("^Asistencia, 0"))
        app.shot("visita-4-espacio")

    def import_photos(self):
        app = self.app
        files = draw(BUILD, self.folder / "camera", 2)
        app.action("import-files", GLib.Variant("aay", [list(f.encode()) + [0] for f in files]))
        app.find(BUTTONS, "Guardar 2 fotos")
        for control in list(app.all(("text", "entry"), "Qué muestra esta foto")):
            control.type("Base compactada entre carreras 3 y 5")
        for control in list(app.all(("text", "entry"), "Descríbala para quien no puede verla")):
            control.type(ALT)
        app.press("Obra, momento y posición, para todas")
        app.press("Durante")
        app.shot("visita-5-fotos")
        app.press("Guardar 2 fotos")
        app.wait(lambda: len(list(app.all("label", re.compile("^Guardado")))) >= 2 or app.has(BUTTONS, re.compile("^Foto, 2")), "two photos saved")
        self.back_to_event()
        app.find(BUTTONS, re.compile("^Foto, 2"))

    def back_to_event(self):
        if not self.app.has(BUTTONS, re.compile("^Asistencia,")):
            self.app.press("Atrás")
        self.app.find(BUTTONS, re.compile("^Asistencia,"))

    def attendance(self):
        app = self.app
        app.press(re.compile("^Asistencia,"))
        app.switch("Autorizo el uso de mis datos")
        app.type("Nombre y apellidos", ATTENDEE)
        app.press(re.compile("^Cédula de ciudadanía"))
        app.type(re.compile("^Número de documento"), "1099412735")
        app.shot("visita-6-asistencia")
        app.press("Guardar")
        app.find(BUTTONS, re.compile("^Asistencia, 1"))

    def contribution(self):
        app = self.app
        app.press(re.compile("^Aporte,"))
        app.press("Pregunta")
        app.type("Qué quiere decir", CONTRIBUTION)
        app.switch("Publicar sin mis datos")
        app.shot("visita-7-aporte")
        app.press("Guardar")
        app.says("Este es su número")
        self.number = app.find("label", re.compile(r"^[0-9A-Z]+(-[0-9A-Z]+)+$")).name
        app.shot("visita-8-recibo")
        app.press("Terminar")
        app.find(BUTTONS, re.compile("^Aporte, 1"))

    def close_event(self):
        app = self.app
        app.press("Cerrar el espacio")
        app.press("Cerrar este espacio")
        app.says("El espacio quedó cerrado")
        app.shot("visita-9-resumen")

    def sent(self):
        app = self.app
        app.press(re.compile("^Envíos"))
        app.says("Todo está en la central, y esta tableta lo comprobó.", seconds=90)
        app.shot("visita-10-envios")

    def second_thoughts(self):
        """Central holds both photographs; one belongs to another work."""
        app = self.app
        app.press("Galería")
        app.press(re.compile(r", \d+\s\w+\s2026, "))
        app.press("Cambiar de obra")
        app.press(re.compile(OTHER_WORK))
        app.says("Pasó a la obra")
        app.press("Atrás")
        app.press(re.compile("^Envíos"))
        app.says("Todo está en la central, y esta tableta lo comprobó.", seconds=90)

    def nothing_in_clear(self):
        for what in (ATTENDEE, CONTRIBUTION, "1099412735"):
            for place in (self.app.folder, self.central.data):
                found = subprocess.run(["grep", "-rlaF", what, place], capture_output=True, text=True).stdout.split()
                # Central opens what it may publish; what is a person's never lies in clear anywhere.
                if what == CONTRIBUTION and place == self.central.data:
                    continue
                assert not found, f"{what!r} lies in clear in {found}"

    def moderate(self):
        pending = self.central.run("moderate", "--list")
        photos = [row for row in pending if row.get("type") == "photo" or row.get("kind") == "photo"]
        assert len(photos) == 2, pending
        self.photo = photos[0]["id"]
        self.central.run("moderate", "accept", "--all-pending", ok=(0, 1))
        shown = [urllib.request.urlopen(f"{self.central.url}/evidencia/{row['id']}", timeout=20).read().decode() for row in photos]
        assert sum(OTHER_WORK in page for page in shown) == 1, f"one photograph of two is shown at {OTHER_WORK}"

    def public(self):
        done = subprocess.run(["node", str(pathlib.Path(SOURCE) / "tests" / "journeys" / "visit-public.mjs"), self.central.url, self.photo, ALT, self.number],
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    def end(self):
        self.app.stop()
        assert not re.search(r"WARNING|CRITICAL", self.app.said()), self.app.said()[-2000:]


def main():
    tap = Tap()
    visit = Visit()
    try:
        tap.step("central serves the town, the app shows its window", visit.start)
        tap.step("first run: language, the town's code, who works here", visit.first_run)
        tap.step("an event is opened", visit.open_event)
        tap.step("two photographs come in with caption and text", visit.import_photos)
        tap.step("an attendee is taken down", visit.attendance)
        tap.step("a contribution gets its number", visit.contribution)
        tap.step("the event is closed with its summary", visit.close_event)
        tap.step("Envíos says that all is received", visit.sent)
        tap.step("a photograph that was received goes to another work", visit.second_thoughts)
        tap.step("no person's data lie in clear anywhere", visit.nothing_in_clear)
        tap.step("central publishes", visit.moderate)
        # app/demo makes the same way on a machine without the browser that tests/run installs.
        if "TESTIGO_WITHOUT_BROWSER" not in os.environ:
            tap.step("the public pages show the photo and the contribution's state", visit.public)
        tap.step("the app ends without a warning", visit.end)
    except Exception:  # told already by the step
        visit.app.shot("visita-falla")
    finally:
        if visit.app.process is not None:
            visit.app.stop()
        visit.central.stop()
        shutil.rmtree(visit.folder, ignore_errors=True)
    tap.end()


main()
