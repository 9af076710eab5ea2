#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flat battery in the middle of a visit to a work: whatever was begun in each of its forms is back once the PIN was given, says that it was left
unsaved, and goes once it is saved. Several forms are begun in one run, as happens to whoever writes a little everywhere.

    crashes-visit.py BUILD SOURCE (inside tests/support/display-run)
"""
import json
import re
import sys

from crashing_tablet import CrashingTablet
from testigo_app import BUTTONS, Tap, ctl, draw, staff

BUILD, SOURCE = sys.argv[1:3]
WORK, TITLE = "SJV-2026-001", "Visita de las pilas"
ARGUMENTS = ("--camera", "videotestsrc is-live=true ! video/x-raw,width=640,height=480,framerate=10/1", "--microphone", "audiotestsrc is-live=true")
CONTRACT, CAUSE = "Contrato inventado 417", "El acero inventado llegó tarde"
FINDING, PROMISE = "Una grieta inventada en el muro", "Reparar la grieta inventada"
SEEN, ADDRESS = "La valla inventada ya está puesta", "https://video.example/sanjeronimo/12"
LAST, LENGTH = "https://video.example/sanjeronimo/13", "1:0"
POINT, WORDS = "Desde la esquina inventada", "Falta el andén inventado"
# Nobody's.
SIGNER, OFFICE, COLLEAGUE = "Persona Inventada Trece", "Oficina Inventada", "Persona Inventada Catorce"


class Visit(CrashingTablet):
    def ready(self):
        """A visit with a photograph, and a commitment of an earlier one; somebody is entered with their PIN."""
        store = self.app.store
        self.central.start()
        code = self.central.run("enrol-code", "--name", "tableta-09")[0]["text"]
        self.app.folder.mkdir(parents=True, exist_ok=True)
        ctl(BUILD, store, "init", "--name", "tableta-09")
        ctl(BUILD, store, "enrol", code)
        ctl(BUILD, store, "sync")
        self.central.stop()
        before = ctl(BUILD, store, "event", "open", "--type", "visita_obra", "--title", "Visita de marzo", "--work", WORK)[-1]["id"]
        ctl(BUILD, store, "visit", "add", "--event", before, "--type", "commitment", "-",
            stdin=json.dumps({"text": "Poner la valla", "responsible": "Consorcio inventado", "due_on": "2026-03-30"}) + "\n")
        ctl(BUILD, store, "event", "close", before)
        self.event = ctl(BUILD, store, "event", "open", "--type", "visita_obra", "--title", TITLE, "--work", WORK)[-1]["id"]
        ctl(BUILD, store, "photo", "add", "--event", self.event, "--work", WORK, *draw(BUILD, self.folder / "card", 1))
        self.app.start()
        staff(self.app)

    def open_visit(self):
        self.app.press(re.compile(f"^(Empezar|Seguir): {TITLE}"))
        self.at_visit()

    def at_visit(self):
        self.app.find(BUTTONS, re.compile("^Compromisos, "))

    def tile(self, name):
        self.app.press(re.compile(f"^{name}, "))

    def title(self):
        heading = self.app.has("filler", "AdwWindowTitle")
        return next((c.name for c in heading.walk() if c.role == "label"), None) if heading else None

    def back(self, times=1):
        for _ in range(times):
            title = self.app.wait(self.title, "title of the page")
            self.app.press("Atrás")
            self.app.wait(lambda: self.title() not in (None, title), f"another page than «{title}»")

    def to_space(self):
        """What lies below the page of the visit; both bear its title."""
        self.app.press("Atrás")
        self.app.find(BUTTONS, re.compile("^Asistencia, "))

    def home(self):
        self.app.press("Atrás")
        self.app.find(BUTTONS, re.compile(f"^(Empezar|Seguir): {TITLE}"))

    def begun(self, form):
        """On the disk while the form is still on the screen."""
        self.app.wait(lambda: self.kept(form), f"draft of {form}")

    def begin(self):
        app = self.app
        self.open_visit()
        self.tile("Chequeo")
        app.press("¿La valla de la obra está a la vista? Sí")
        app.press(re.compile("Cumple$"), within=app.find("panel", "Manejo ambiental"))
        app.type("Contrato de interventoría", CONTRACT)
        self.begun("visit-check-")
        self.back()
        self.tile("Avance")
        app.type("Programado (%)", "60")
        app.type("Observado (%)", "47,5")
        app.press("Clima")
        app.type("Explicación", CAUSE)
        self.begun("visit-progress-")
        self.back()
        self.tile("Novedades")
        app.press("Escribir una novedad")
        app.press("Estructura")
        app.press(re.compile("^Unir la foto 1"))
        app.type("¿Qué encontró?", FINDING)
        self.begun("visit-finding-")
        self.back(2)
        self.tile("Compromisos")
        app.press(re.compile("^Poner la valla"))
        app.press("Cumplido")
        app.type("¿Qué se ve hoy?", SEEN)
        self.begun("visit-commitment-close-")
        self.back()
        app.press("Escribir un compromiso")
        app.press("En 15 días")
        app.type(re.compile("^¿Quién responde"), OFFICE)
        app.type("¿Qué se va a hacer?", PROMISE)
        self.begun("visit-commitment-" + self.event)
        self.back(2)
        app.press("Transmisión")
        app.press("INICIÓ LA TRANSMISIÓN")
        app.press("Facebook")
        app.type(re.compile("^Dirección de la transmisión"), ADDRESS)
        self.begun("visit-stream-start-")
        app.press("Atrás")
        app.find(BUTTONS, "Mostrar la tarjeta de reloj")
        self.back()
        self.tile("Firmas")
        app.press("Firmar")
        app.press("Contratista")
        app.type("Oficina, empresa o junta", OFFICE)
        app.type("Nombre y apellidos", SIGNER)
        self.wait_kept("signature-")
        self.crash(CONTRACT, CAUSE, FINDING, SEEN, PROMISE, ADDRESS, SIGNER, OFFICE)

    def check(self):
        app = self.app
        self.open_visit()
        self.tile("Chequeo")
        self.has_text("Contrato de interventoría", CONTRACT)
        self.is_on("¿La valla de la obra está a la vista? Sí")
        self.is_on(re.compile("Cumple$"), within=app.find("panel", "Manejo ambiental"))
        self.offered("chequeo")
        app.press("Guardar la lista")
        self.wait_gone("visit-check-")

    def progress(self):
        app = self.app
        self.tile("Avance")
        self.has_text("Programado (%)", "60")
        self.has_text("Observado (%)", "47,5")
        self.has_text("Explicación", CAUSE)
        self.is_on("Clima")
        self.offered("avance")
        app.press("Guardar el avance")
        self.wait_gone("visit-progress-")

    def finding(self):
        app = self.app
        self.at_visit()
        self.tile("Novedades")
        app.press("Escribir una novedad")
        self.has_text("¿Qué encontró?", FINDING)
        self.is_on("Estructura")
        self.is_on(re.compile("^Unir la foto 1"))
        self.offered("novedad")
        app.press("Guardar la novedad")
        app.find(BUTTONS, re.compile(f"^{FINDING}"))
        self.wait_gone("visit-finding-")
        self.back()

    def commitments(self):
        app = self.app
        self.tile("Compromisos")
        app.press(re.compile("^Poner la valla"))
        self.has_text("¿Qué se ve hoy?", SEEN)
        self.is_on("Cumplido")
        self.offered("cerrar-compromiso")
        app.press("Guardar")
        self.wait_gone("visit-commitment-close-")
        app.press("Escribir un compromiso")
        self.has_text("¿Qué se va a hacer?", PROMISE)
        self.has_text(re.compile("^¿Quién responde"), OFFICE)
        self.has_text(re.compile("^¿Para cuándo"), re.compile(r"^\d\d/\d\d/\d{4}$"))
        self.offered("compromiso")
        app.press("Guardar el compromiso")
        app.find(BUTTONS, re.compile(f"^{PROMISE}"))
        self.wait_gone("visit-commitment-")
        self.back()

    def signature(self):
        app = self.app
        self.tile("Firmas")
        app.press("Firmar")
        self.has_text("Nombre y apellidos", SIGNER)
        self.has_text("Oficina, empresa o junta", OFFICE)
        self.is_on("Contratista")
        app.says("que vuelve a firmar")
        self.offered("firma")
        app.press("No desea firmar")
        self.wait_gone("signature-")
        self.nowhere(SIGNER)
        self.back()

    def on_the_air(self):
        app = self.app
        app.press("Transmisión")
        app.press("INICIÓ LA TRANSMISIÓN")
        self.has_text(re.compile("^Dirección de la transmisión"), ADDRESS)
        self.is_on("Facebook")
        self.offered("transmision")
        app.press("INICIÓ LA TRANSMISIÓN")
        app.press("TERMINÓ LA TRANSMISIÓN")
        app.gone(BUTTONS, "TERMINÓ LA TRANSMISIÓN")
        self.wait_gone("visit-stream-start-")

    def begin_again(self):
        """What comes after: the recording of the stream, its clock, a viewpoint, the words of a voice note, a colleague."""
        app = self.app
        app.type(re.compile("^Minuto del video"), "3:1")
        app.type(re.compile("^Hora que muestra la tarjeta"), "15:04")
        self.begun("stream-")
        app.press("Anotar la grabación")
        app.type(re.compile("^Cuánto dura"), LENGTH)
        app.type("Dirección de la grabación", LAST)
        self.begun("visit-stream-end-")
        self.back(2)
        self.tile("Fotos")
        app.press(re.compile("^Foto 1: "))
        app.press("Guardar este lugar como punto fotográfico")
        app.type("Nombre del punto", POINT)
        self.begun("visit-viewpoint-")
        self.back(2)
        app.press("Tomar foto")
        app.wait(lambda: (c := app.has(BUTTONS, "Grabar nota de voz")) is not None and c.sensitive, "a microphone")
        app.press("Grabar nota de voz")
        app.says(re.compile(r"^Grabando voz · 0:0[1-9]"))
        app.press("Terminar la nota de voz")
        app.press(re.compile("^Nota de voz"))
        app.type("Lo que se dice, en palabras", WORDS)
        self.begun("correct-")
        self.back(3)
        self.at_visit()
        self.to_space()
        self.home()
        self.to_staff()
        app.press("Interventoría")
        app.type("Nombre y apellido", COLLEAGUE)
        app.type("PIN, de 6 a 12 cifras", "713905")
        self.wait_kept("staff")
        self.crash(LAST, POINT, WORDS, COLLEAGUE, "713905")

    def to_staff(self):
        self.app.press("Preferencias")
        self.app.press(re.compile("Quiénes trabajan en esta tableta"))

    def colleague(self):
        app = self.app
        self.to_staff()
        self.has_text("Nombre y apellido", COLLEAGUE)
        self.is_on("Interventoría")
        self.offered("persona")
        for name in ("PIN, de 6 a 12 cifras", "El mismo PIN otra vez"):
            app.type(name, "713905")
        app.press(re.compile("^_?Guardar$"))
        app.says("La persona ya puede entrar con su PIN.")
        self.wait_gone("staff")
        self.back()
        self.home()

    def recording(self):
        app = self.app
        self.open_visit()
        app.press("Transmisión")
        self.has_text(re.compile("^Minuto del video"), "3:1")
        self.has_text(re.compile("^Hora que muestra la tarjeta"), "15:04")
        app.says("Esto quedó sin guardar la última vez.")
        self.shots("reloj")
        app.press("Anotar la grabación")
        # Half a length is as it was typed, and no length.
        self.has_text(re.compile("^Cuánto dura"), LENGTH)
        self.has_text("Dirección de la grabación", LAST)
        self.offered("grabacion")
        app.type(re.compile("^Cuánto dura"), "1:02:03")
        app.press("Guardar la grabación")
        self.wait_gone("visit-stream-end-")
        app.type(re.compile("^Minuto del video"), "3:10")
        app.type(re.compile("^Hora que muestra la tarjeta"), "15:04:05")
        app.press("Ajustar con la tarjeta")
        self.wait_gone("stream-")
        self.back()

    def viewpoint(self):
        app = self.app
        self.tile("Fotos")
        app.press(re.compile("^Foto 1: "))
        app.press("Guardar este lugar como punto fotográfico")
        self.has_text("Nombre del punto", POINT)
        self.offered("punto")
        app.press("Guardar el punto")
        self.wait_gone("visit-viewpoint-")
        self.back(2)

    def words(self):
        app = self.app
        self.at_visit()
        self.to_space()
        app.press(re.compile("^Nota de voz"))
        self.has_text("Lo que se dice, en palabras", WORDS)
        self.offered("voz")
        app.press("Guardar cambios")
        app.says("Cambio guardado")
        self.wait_gone("correct-")

    def whole(self):
        """What the crashes came between is saved, once."""
        self.app.stop()
        assert not list(self.drafts.glob("*.sealed")) or [f.name for f in self.drafts.glob("*.sealed")] == [f"signed-{self.event}.sealed"], list(self.drafts.iterdir())
        lists = {name: [row for row in ctl(BUILD, self.app.store, "list", name) if row.get("standing", "valid") == "valid"]
                 for name in ("findings", "commitments", "viewpoints", "audios")}
        assert [row["text"] for row in lists["findings"]] == [FINDING], lists["findings"]
        assert sorted((row["text"], row["status"]) for row in lists["commitments"]) == [("Poner la valla", "cumplido"), (PROMISE, "abierto")], lists["commitments"]
        assert [row["name"] for row in lists["viewpoints"]] == [POINT], lists["viewpoints"]
        assert [row["alt"] for row in lists["audios"]] == [WORDS], lists["audios"]
        report = ctl(BUILD, self.app.store, "verify", "--deep")[-1]
        assert report["faults"] == 0, report
        assert not re.search(r"WARNING|CRITICAL", self.app.said()), self.app.said()[-2000:]


def main():
    visit, tap = Visit(BUILD, SOURCE, ARGUMENTS), Tap()
    try:
        tap.step("a visit is open", visit.ready)
        tap.step("seven forms are begun, and the battery dies", visit.begin)
        tap.step("the check list", visit.check)
        tap.step("the progress", visit.progress)
        tap.step("a finding with its photo", visit.finding)
        tap.step("commitments, an old one and a new one", visit.commitments)
        tap.step("who signs, never in clear", visit.signature)
        tap.step("the stream", visit.on_the_air)
        tap.step("five more are begun, and the battery dies", visit.begin_again)
        tap.step("a colleague who is added, without the PIN", visit.colleague)
        tap.step("the recording of the stream and its clock", visit.recording)
        tap.step("a viewpoint", visit.viewpoint)
        tap.step("what is said in a recording", visit.words)
        tap.step("what was saved is whole", visit.whole)
    except Exception as error:  # told by the step
        print(f"# {type(error).__name__}")
    finally:
        visit.clean()
    tap.end()


main()
