#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flat battery in the middle of each form: the app is ended with SIGKILL while somebody writes, and started again. What staff had written is
back once they have entered with their PIN; what is a person's lies nowhere in clear; what a citizen had written is gone; what said «Guardado» is
there.

    crashes.py BUILD SOURCE (inside tests/support/display-run)
"""
import re
import sys
import time

from gi.repository import GLib
from crashing_tablet import CrashingTablet, DISCARD, FIELDS
from testigo_app import BUTTONS, Tap, ctl, draw, first_run, sign_in

BUILD, SOURCE = sys.argv[1:3]
TITLE, NOTE, CAPTION = "Visita al puente de prueba", "La barrera del costado norte está suelta", "Apoyo del puente con la formaleta puesta"
HEARING, TOPIC = "Audiencia de prueba", "El alumbrado del parque"
DESCRIPTION = "Un apoyo de concreto rodeado de tablas"
# Nobody's.
SPEAKER, ATTENDEE, CONTRIBUTION = "Persona Inventada Diez", "Persona Inventada Nueve", "Pido un semáforo frente a la escuela inventada"
STAFF, VISITOR = "Persona Inventada Once", "Persona Inventada Doce"
ANSWER = "Se revisan las luminarias del costado sur"


class Crashes(CrashingTablet):
    def first_run(self):
        """Before there is a PIN nothing can be sealed: what was pasted and typed is gone, and lies nowhere."""
        app = self.app
        self.central.start()
        self.code = self.central.run("enrol-code", "--name", "tableta-09")[0]["text"]
        app.start()
        app.press("Español")
        app.type("Código del municipio", self.code)
        app.press("Cargar y seguir")
        app.type("Nombre y apellido", STAFF)
        time.sleep(1.5)  # longer than any draft takes to be written
        self.end()
        self.nowhere(self.code, STAFF)

    def begin(self):
        self.app.start()
        first_run(self.app, self.code)

    def to_event(self):
        # A visit opens on its own page; its space lies below.
        self.app.press(re.compile("^(Seguir|Empezar): Visita"))
        self.app.find(BUTTONS, re.compile("^Compromisos,"))
        self.app.press("Atrás")
        self.app.find(BUTTONS, re.compile("^Asistencia,"))

    def opening(self):
        app = self.app
        app.press("Empezar visita")
        app.press("Visita de obra")
        app.type("Título", TITLE)
        self.wait_kept("event-form")
        self.crash(TITLE)
        app.press("Empezar visita")
        self.has_text("Título", TITLE)
        self.offered("espacio")
        app.press("Empezar")
        app.find(BUTTONS, re.compile("^Asistencia, 0"))

    def note(self):
        app = self.app
        app.press(re.compile("^Nota(,|$)"))
        app.find(FIELDS, "Nota")
        app.type("Nota", NOTE)
        self.wait_kept("note-")
        self.crash(NOTE)
        self.to_event()
        app.press(re.compile("^Nota(,|$)"))
        self.has_text("Nota", NOTE)
        self.offered("nota")
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
        self.crash(CAPTION)
        self.to_event()
        app.press(re.compile("^Foto,"))
        app.press("Elegir fotos de archivos")
        app.find(BUTTONS, "Guardar 2 fotos")
        self.has_text("Qué muestra esta foto", CAPTION)
        self.offered("fotos")
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
        self.crash(DESCRIPTION)
        app.press("Galería")
        app.press(re.compile(r", \d+\s\w+\s2026, "))
        app.press("Corregir")
        self.has_text("Descríbala para quien no puede verla", DESCRIPTION)
        self.offered("corregir")
        app.press("Guardar cambios")
        app.says("Cambio guardado")
        self.wait_gone("correct-")
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
        self.crash(ATTENDEE)
        self.to_event()
        app.press(re.compile("^Asistencia,"))
        self.has_text("Nombre y apellidos", ATTENDEE)
        self.offered("asistencia")
        self.nowhere(ATTENDEE)
        # Who does not want it any more is asked once, and it is gone.
        app.press(DISCARD)
        app.press("Sí, descartar lo que no se guardó")
        self.wait_gone("attendance-")
        app.find(BUTTONS, re.compile("^Asistencia, 0"))

    def contribution(self):
        app = self.app
        app.find(BUTTONS, re.compile("^Aporte,"))
        before = sorted(f.name for f in self.drafts.iterdir())
        app.press(re.compile("^Aporte,"))
        app.press("Pregunta")
        app.type("Qué quiere decir", CONTRIBUTION)
        time.sleep(3)  # longer than any draft takes to be written
        assert sorted(f.name for f in self.drafts.iterdir()) == before
        self.crash(CONTRIBUTION)
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
        """Who asks for the word while it is being written, the turn that runs, and what came of it; the time that each has stays as it was chosen."""
        app = self.app
        app.stop()
        ctl(BUILD, app.store, "event", "open", "--type", "audiencia_publica", "--title", HEARING)
        app.start()
        sign_in(app)
        self.to_speakers()
        app.press("5 min")
        self.wait_kept("speakers-")
        app.press("Anotar a una persona")
        app.type("¿De qué quiere hablar?", TOPIC)
        app.type("Nombre, para llamar a la persona", SPEAKER)
        self.wait_kept("speaker-")
        self.crash(SPEAKER, TOPIC)
        self.to_speakers()
        self.is_on("5 min")
        app.press("Anotar a una persona")
        self.has_text("¿De qué quiere hablar?", TOPIC)
        self.has_text("Nombre, para llamar a la persona", SPEAKER)
        self.offered("turno")
        app.press("Guardar")
        app.press(re.compile("^Dar la palabra"))
        app.find(BUTTONS, "Terminar")
        self.wait_gone("speaker-")
        time.sleep(1)
        self.crash(SPEAKER)
        self.to_speakers()
        app.says(SPEAKER)
        app.press("Terminar")
        app.press(re.compile("^Anotar qué pasó"))
        app.press("Respondida")
        app.type("Qué se respondió, en pocas palabras", ANSWER)
        self.wait_kept("speaker-outcome-")
        self.crash(ANSWER, SPEAKER)
        self.to_speakers()
        app.press(re.compile("^Anotar qué pasó"))
        self.has_text("Qué se respondió, en pocas palabras", ANSWER)
        self.is_on("Respondida")
        self.offered("que-paso")
        app.press("Guardar")
        app.says(ANSWER)
        self.wait_gone("speaker-outcome-")

    def kiosk(self):
        """A citizen before the kiosk when the battery dies: nothing is left of them, and the tablet asks for the PIN."""
        app = self.app
        app.press("Atrás")
        before = sorted(f.name for f in self.drafts.iterdir())
        app.press("Kiosco y lista")
        app.press("Abrir el kiosco")
        app.press("Registrar mi asistencia")
        app.switch("Autorizo el uso de mis datos")
        app.press("Seguir con mis datos")
        app.press("Escribiendo")
        app.press("Cédula de ciudadanía")
        app.type("Número", "1098")
        app.press("Seguir")
        app.type("Nombre y apellidos", VISITOR)
        time.sleep(1.5)  # longer than any draft takes to be written
        assert sorted(f.name for f in self.drafts.iterdir()) == before
        self.crash(VISITOR)

    def whole(self):
        """What was saved between the crashes is there, and the field book has no fault."""
        self.app.stop()
        store = self.app.store
        photos = ctl(BUILD, store, "list", "photos")
        assert len(photos) == 2 and sum(photo.get("alt") == DESCRIPTION for photo in photos) == 1, photos
        assert sorted(row["title"] for row in ctl(BUILD, store, "event", "list")) == [HEARING, TITLE]
        turn, = ctl(BUILD, store, "list", "speakers")
        # The kill took no time from the turn.
        assert turn["topic"] == TOPIC and turn["used_ms"] >= 2000 and turn["limit_s"] == 300 and turn["outcome"] == "respondida", turn
        assert not ctl(BUILD, store, "list", "attendance")
        assert not ctl(BUILD, store, "list", "comments")
        report = ctl(BUILD, store, "verify", "--deep")[-1]
        assert report["faults"] == 0, report
        assert not re.search(r"WARNING|CRITICAL", self.app.said()), self.app.said()[-2000:]


def main():
    crashes = Crashes(BUILD, SOURCE)
    tap = Tap()
    try:
        tap.step("a first run, which leaves nothing", crashes.first_run)
        tap.step("a tablet is enrolled", crashes.begin)
        tap.step("opening an event", crashes.opening)
        tap.step("a note", crashes.note)
        tap.step("photos that are being described", crashes.photos)
        tap.step("a photo that is being corrected", crashes.correction)
        tap.step("an attendee, never in clear", crashes.attendance)
        tap.step("a citizen's contribution, which is gone", crashes.contribution)
        tap.step("who asks for the word, and the turn that runs", crashes.speakers)
        tap.step("a citizen before the kiosk, who is gone", crashes.kiosk)
        tap.step("what was saved is whole", crashes.whole)
    except Exception as error:  # told by the step
        print(f"# {type(error).__name__}")
    finally:
        crashes.clean()
    tap.end()


main()
