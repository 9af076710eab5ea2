#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flat battery in the middle of each form: the app is ended with SIGKILL while somebody writes, and started again. What staff had written is
back once they have entered with their PIN; what is a person's lies nowhere in clear; what a citizen had written is gone; what said «Guardado» is
there.

    crashes.py BUILD SOURCE (inside tests/support/display-run)
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from gi.repository import GLib
from testigo_app import App, BUTTONS, Central, Tap, ctl, draw, first_run, sign_in

BUILD, SOURCE = sys.argv[1:3]
TITLE, NOTE, CAPTION = "Visita al puente de prueba", "La barrera del costado norte está suelta", "Apoyo del puente con la formaleta puesta"
HEARING, TOPIC = "Audiencia de prueba", "El alumbrado del parque"
DESCRIPTION = "Un apoyo de concreto rodeado de tablas"
# Nobody's.
SPEAKER, ATTENDEE, CONTRIBUTION = "Persona Inventada Diez", "Persona Inventada Nueve", "Pido un semáforo frente a la escuela inventada"
FIELDS = ("text", "entry")


class Crashes:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-crashes-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.app = App(BUILD, self.folder / "tablet")
        self.drafts = self.app.store / "drafts"

    def begin(self):
        self.central.start()
        self.app.start()
        first_run(self.app, self.central.run("enrol-code", "--name", "tableta-09")[0]["text"])

    def kept(self, form):
        """When a draft of that form was written last; 0 while there is none."""
        return max((file.stat().st_mtime_ns for file in self.drafts.glob(f"{form}*.sealed")), default=0)

    def wait_kept(self, form, before=0):
        self.app.wait(lambda: self.kept(form) > before, f"draft of {form}")
        # The keystrokes after the first one may be on their way still.
        time.sleep(1.5)

    def crash(self):
        self.app.kill()
        self.app.log.close()
        assert not list(self.drafts.glob("*.json")), "with somebody signed in every draft is sealed"
        self.app.start()
        self.app.find(BUTTONS, "7")
        sign_in(self.app)

    def in_clear(self, what):
        return subprocess.run(["grep", "-rlaF", what, self.app.folder], capture_output=True, text=True).stdout.split()

    def to_event(self):
        # A visit opens on its own page; its space lies below.
        self.app.press(re.compile("^(Seguir|Empezar): Visita"))
        self.app.find(BUTTONS, re.compile("^Compromisos,"))
        self.app.press("Atrás")
        self.app.find(BUTTONS, re.compile("^Asistencia,"))

    def has_text(self, name, text):
        self.app.wait(lambda: any(c.text == text for c in self.app.all(FIELDS, name)), f"«{text}» in «{name}»")

    def opening(self):
        app = self.app
        app.press("Empezar visita")
        app.press("Visita de obra")
        app.type("Título", TITLE)
        self.wait_kept("event-form")
        self.crash()
        app.press("Empezar visita")
        self.has_text("Título", TITLE)
        app.press("Empezar")
        app.find(BUTTONS, re.compile("^Asistencia, 0"))

    def note(self):
        app = self.app
        app.press(re.compile("^Nota(,|$)"))
        app.find(FIELDS, "Nota")
        app.type("Nota", NOTE)
        self.wait_kept("note-")
        self.crash()
        self.to_event()
        app.press(re.compile("^Nota(,|$)"))
        self.has_text("Nota", NOTE)
        app.press("Guardar")
        app.find(BUTTONS, re.compile("^Asistencia,"))

    def photos(self):
        app = self.app
        files = draw(BUILD, self.folder / "camera", 2, seed=3)
        app.action("import-files", GLib.Variant("aay", [list(f.encode()) + [0] for f in files]))
        app.find(BUTTONS, "Guardar 2 fotos")
        before = self.kept("photos-")
        app.find(FIELDS, "Qué muestra esta foto").type(CAPTION)
        self.wait_kept("photos-", before)
        self.crash()
        self.to_event()
        app.press(re.compile("^Foto,"))
        app.press("Elegir fotos de archivos")
        app.find(BUTTONS, "Guardar 2 fotos")
        self.has_text("Qué muestra esta foto", CAPTION)
        app.press("Guardar 2 fotos")
        app.find(BUTTONS, "Tomar foto")
        app.press("Atrás")
        app.wait(lambda: app.has(BUTTONS, re.compile("^Foto, 2")), "two photos saved")

    def correction(self):
        app = self.app
        app.press("Galería")
        app.press(re.compile(r", \d+\s\w+\s2026, "))
        app.press("Corregir")
        app.type("Descríbala para quien no puede verla", DESCRIPTION)
        self.wait_kept("correct-")
        self.crash()
        app.press("Galería")
        app.press(re.compile(r", \d+\s\w+\s2026, "))
        app.press("Corregir")
        self.has_text("Descríbala para quien no puede verla", DESCRIPTION)
        app.press("Guardar cambios")
        app.says("Cambio guardado")
        app.wait(lambda: not self.kept("correct-"), "end of the draft once it is saved")
        app.press("Atrás")
        app.press("Atrás")
        app.press("Inicio")
        self.to_event()

    def attendance(self):
        app = self.app
        app.press(re.compile("^Asistencia,"))
        app.switch("Autorizo el uso de mis datos")
        app.type("Nombre y apellidos", ATTENDEE)
        self.wait_kept("attendance-")
        assert not self.in_clear(ATTENDEE), self.in_clear(ATTENDEE)
        self.crash()
        self.to_event()
        app.press(re.compile("^Asistencia,"))
        self.has_text("Nombre y apellidos", ATTENDEE)
        assert not self.in_clear(ATTENDEE), self.in_clear(ATTENDEE)
        app.press("Atrás")

    def contribution(self):
        app = self.app
        app.find(BUTTONS, re.compile("^Aporte,"))
        before = sorted(f.name for f in self.drafts.iterdir())
        app.press(re.compile("^Aporte,"))
        app.press("Pregunta")
        app.type("Qué quiere decir", CONTRIBUTION)
        time.sleep(3)  # longer than any draft takes to be written
        assert sorted(f.name for f in self.drafts.iterdir()) == before
        assert not self.in_clear(CONTRIBUTION), self.in_clear(CONTRIBUTION)
        self.crash()
        assert not self.in_clear(CONTRIBUTION), self.in_clear(CONTRIBUTION)
        self.to_event()
        app.press(re.compile("^Aporte,"))
        app.find(FIELDS, "Qué quiere decir")
        time.sleep(1)
        assert all(c.text == "" for c in app.all(FIELDS, "Qué quiere decir"))

    def to_speakers(self):
        self.app.press(re.compile("^(Seguir|Empezar).*" + HEARING))
        self.app.press("Uso de la palabra")
        self.app.find(BUTTONS, "Anotar a una persona")

    def speakers(self):
        """Who asks for the word while it is being written, and the turn that runs."""
        app = self.app
        app.stop()
        ctl(BUILD, app.store, "event", "open", "--type", "audiencia_publica", "--title", HEARING)
        app.start()
        sign_in(app)
        self.to_speakers()
        app.press("Anotar a una persona")
        app.type("¿De qué quiere hablar?", TOPIC)
        app.type("Nombre, para llamar a la persona", SPEAKER)
        self.wait_kept("speaker-")
        assert not self.in_clear(SPEAKER), self.in_clear(SPEAKER)
        self.crash()
        self.to_speakers()
        app.press("Anotar a una persona")
        self.has_text("Nombre, para llamar a la persona", SPEAKER)
        app.press("Guardar")
        app.press(re.compile("^Dar la palabra"))
        app.find(BUTTONS, "Terminar")
        time.sleep(1)
        self.crash()
        self.to_speakers()
        app.says(SPEAKER)
        app.press("Terminar")
        app.find(BUTTONS, re.compile("^Anotar qué pasó"))
        assert not self.in_clear(SPEAKER), self.in_clear(SPEAKER)

    def whole(self):
        """What was saved between the crashes is there, and the field book has no fault."""
        self.app.stop()
        store = self.app.store
        photos = ctl(BUILD, store, "list", "photos")
        assert len(photos) == 2 and sum(photo.get("alt") == DESCRIPTION for photo in photos) == 1, photos
        assert sorted(row["title"] for row in ctl(BUILD, store, "event", "list")) == [HEARING, TITLE]
        turn, = ctl(BUILD, store, "list", "speakers")
        # The kill took no time from the turn.
        assert turn["topic"] == TOPIC and turn["used_ms"] >= 2000, turn
        assert not ctl(BUILD, store, "list", "attendance")
        assert not ctl(BUILD, store, "list", "comments")
        report = ctl(BUILD, store, "verify", "--deep")[-1]
        assert report["faults"] == 0, report
        assert not re.search(r"WARNING|CRITICAL", self.app.said()), self.app.said()[-2000:]


def main():
    crashes = Crashes()
    tap = Tap()
    try:
        tap.step("a tablet is enrolled", crashes.begin)
        tap.step("opening an event", crashes.opening)
        tap.step("a note", crashes.note)
        tap.step("photos that are being described", crashes.photos)
        tap.step("a photo that is being corrected", crashes.correction)
        tap.step("an attendee, never in clear", crashes.attendance)
        tap.step("a citizen's contribution, which is gone", crashes.contribution)
        tap.step("who asks for the word, and the turn that runs", crashes.speakers)
        tap.step("what was saved is whole", crashes.whole)
    except Exception as error:  # told by the step
        print(f"# {type(error).__name__}")
    finally:
        if crashes.app.process is not None and crashes.app.process.poll() is None:
            crashes.app.stop()
        crashes.central.stop()
        shutil.rmtree(crashes.folder, ignore_errors=True)
    tap.end()


main()
