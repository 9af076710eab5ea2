#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A visit to a work from the assignment to the acta, as somebody standing on the site goes it: central assigns it, the tablet shows what is wanted,
photographs are taken with a virtual camera, the stream is marked, progress, findings, commitments and signatures are written down; the battery dies in the
middle, another visit comes between; the summary says what lacks, the acta is made, the visit closed, sent, published.

    journey-site-visit.py BUILD SOURCE (inside tests/support/display-run); TESTIGO_SHOTS=DIR keeps pictures,
    TESTIGO_LOOKS=360,800,1280,dark,large says of which looks (one size unless told)
"""
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from testigo_app import App, BUTTONS, Central, Missing, SHOTS, Tap, ctl, draw, sign_in, staff

BUILD, SOURCE = sys.argv[1:3]
WORK, OTHER = "SJV-2026-001", "SJV-2026-002"
TITLE, OTHER_TITLE = "Visita a la calle 12", "Visita al muro"
CAMERA = "videotestsrc is-live=true pattern=smpte ! video/x-raw,width=1280,height=720,framerate=15/1"
LOOKS = {"360": (360, 640, {}, {}), "800": (800, 1280, {}, {}), "1280": (1280, 800, {}, {}),
         "dark": (800, 1280, {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, {}), "large": (800, 1280, {}, {"text-scale": "2.0"}),
         "large360": (360, 640, {}, {"text-scale": "2.0"})}
# Half a sentence when the battery dies; whole afterwards.
FINDING, REST = "Acero a la vista en el costado nor", "Acero a la vista en el costado norte"
SIGNER = "Persona Inventada Nueve"


class SiteVisit:
    def __init__(self, look):
        self.look = look
        self.width, self.height, environment, settings = LOOKS[look]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-site-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.position = self.folder / "here.jsonl"
        self.app = App(BUILD, self.folder / "tablet", arguments=["--camera", CAMERA, "--position", self.position],
                       environment=environment, settings=settings)
        self.touches = 0

    def ctl(self, *arguments, **options):
        return ctl(BUILD, self.app.store, *arguments, **options)

    def shot(self, name):
        self.app.shot(f"obra-{name}-{self.look}")

    def ready(self):
        """Central with two visits assigned; a tablet that was here before and left a viewpoint and a commitment."""
        self.central.start()
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        agenda = self.folder / "agenda.jsonl"
        agenda.write_text("".join(json.dumps({"type": "visita_obra", "title": title, "work": work, "starts": (now + datetime.timedelta(hours=hours)).isoformat()}) + "\n"
                                  for title, work, hours in ((TITLE, WORK, 0), (OTHER_TITLE, OTHER, 1))))
        self.central.run("event", "import", agenda)
        code = self.central.run("enrol-code", "--name", "tableta-07")[0]["text"]
        self.app.folder.mkdir(parents=True, exist_ok=True)
        self.ctl("init", "--name", "tableta-07")
        self.ctl("enrol", code)
        self.ctl("sync")
        before = self.ctl("event", "open", "--type", "visita_obra", "--title", "Visita de marzo", "--work", WORK)[-1]["id"]
        file = draw(BUILD, self.folder / "card", 1)[0]
        photo = self.ctl("photo", "add", "--event", before, "--work", WORK, "--phase", "durante", file)[-1]
        place = photo["place"]
        self.ctl("visit", "add", "--event", before, "--type", "viewpoint", "-", stdin=json.dumps({"work": WORK, "name": "Desde la esquina", "photo": photo["id"]}) + "\n")
        self.ctl("visit", "add", "--event", before, "--type", "commitment", "-", stdin=json.dumps(
            {"text": "Poner la valla de la obra", "responsible": "Consorcio inventado", "due_on": "2026-03-30"}) + "\n")
        self.ctl("event", "close", before)
        fix = {"lat": place["lat"] + 2e-4, "lon": place["lon"], "accuracy_m": 4, "source": "gnss", "after_ms": 200}
        self.position.write_text("".join(json.dumps(fix) + "\n" for _ in range(2000)))

    def start(self):
        self.app.start()
        staff(self.app)
        self.app.resize(self.width, self.height)

    # --- the visit ---

    def touch(self, name, role=BUTTONS):
        self.touches += 1
        return self.app.press(name, role)

    def tile(self, name):
        return re.compile(f"^{name}, ")

    def open_visit(self):
        app = self.app
        app.find(BUTTONS, f"Empezar: {TITLE}", seconds=60)
        self.shot("01-inicio")
        self.touch(f"Empezar: {TITLE}")
        app.find(BUTTONS, self.tile("Fotos"))
        app.says(re.compile("±4 m"))
        self.shot("02-visita")

    def first_photo(self):
        """With one hand: from Inicio to the first photograph in three touches."""
        self.touch("Tomar foto")
        self.shoot("03-camara")
        assert self.touches <= 3, f"{self.touches} touches to the first photo"
        self.app.press("Atrás")

    def shoot(self, name=None):
        """The camera is on the screen."""
        app = self.app
        saved = len(list(app.all(None, re.compile("Guardado"))))
        self.app.wait(lambda: (c := app.has(BUTTONS, "Tomar foto")) is not None and c.sensitive and app.has(BUTTONS, "Elegir fotos de archivos"), "camera that is live")
        time.sleep(0.3)
        self.touch("Tomar foto")
        app.wait(lambda: len(list(app.all(None, re.compile("Guardado")))) > saved, "photo that is saved")
        if name:
            self.shot(name)

    def checklist(self):
        app = self.app
        app.press(self.tile("Chequeo"))
        app.press("¿La valla de la obra está a la vista? Sí")
        app.type("Frentes de trabajo activos", "1")
        app.type("Personas trabajando", "14")
        for question in ("Elementos de protección personal (EPP)", "Señalización y manejo de tránsito (PMT)", "Manejo ambiental", "Calidad y acopio de materiales"):
            app.press(re.compile(f"^{re.escape(question)}.*Cumple$|^Cumple$"), within=app.find("panel", question))
        self.shot("04-chequeo")
        app.press("Guardar la lista")
        app.find(BUTTONS, self.tile("Chequeo"))

    def wanted_photos(self):
        app = self.app
        app.press(self.tile("Fotos"))
        self.shot("05-fotos-faltan")
        for text in ("vista general", "valla", "frente"):
            app.press(re.compile(text, re.I))
            self.shoot()
            app.press("Atrás")
            time.sleep(0.3)
        app.press(re.compile("Desde la esquina"))
        app.says(re.compile("hacia el sur"))
        self.shot("06-punto")
        app.press("Tomar la foto desde aquí")
        app.find("slider", "Cuánto se ve la foto anterior")
        self.shoot("07-fantasma")
        app.press("Atrás")
        app.find(BUTTONS, "Tomar la foto desde aquí")
        app.press("Atrás")
        app.find(BUTTONS, re.compile("^Foto 1: "))
        app.gone(BUTTONS, re.compile("^(Falta|Repita|.*Desde la esquina)"))
        self.shot("08-fotos")
        app.press("Atrás")
        app.find(BUTTONS, re.compile("^Fotos, 5, completo"))

    def stream(self):
        app = self.app
        app.press("Transmisión")
        app.press("INICIÓ LA TRANSMISIÓN")
        app.press("Facebook")
        app.type(re.compile("^Dirección de la transmisión"), "https://facebook.com/sanjeronimo/videos/12")
        self.shot("09-transmision")
        app.press("INICIÓ LA TRANSMISIÓN")
        app.find(BUTTONS, "TERMINÓ LA TRANSMISIÓN")
        self.shot("10-al-aire")
        app.press("Atrás")
        app.says(re.compile("al aire 00:0"))
        app.press("Tomar foto")
        self.shoot()
        app.press("Atrás")
        app.find(BUTTONS, re.compile("^Fotos, 6"))

    def progress(self):
        app = self.app
        app.press(self.tile("Avance"))
        app.type("Programado (%)", "60")
        app.type("Observado (%)", "47,5")
        app.says(re.compile("12,5.puntos"))
        app.press("Guardar el avance")
        app.says("Elija la causa")
        self.shot("11-avance")
        app.press(re.compile("^Clima|^Lluvia"))
        app.press("Guardar el avance")
        app.find(BUTTONS, re.compile("^Avance, 47,5"))

    def battery_dies(self):
        """In the middle of a finding. What was saved is there, and half a sentence comes back."""
        app = self.app
        app.press(self.tile("Novedades"))
        app.press("Escribir una novedad")
        app.type("¿Qué encontró?", FINDING)
        time.sleep(2.5)
        app.kill()
        app.log.close()
        app.start()
        app.find(BUTTONS, "7")
        sign_in(app)
        app.resize(self.width, self.height)

    def another_visit(self):
        app = self.app
        app.press(re.compile(f"^(Empezar|Seguir): {OTHER_TITLE}"))
        app.find(BUTTONS, self.tile("Fotos"))
        app.press("Tomar foto")
        self.shoot()
        app.press("Atrás")
        app.find(BUTTONS, re.compile("^Fotos, 1"))
        while not app.has(BUTTONS, f"Seguir: {TITLE}"):
            app.press("Atrás")
            time.sleep(0.4)

    def goes_on(self):
        app = self.app
        app.press(f"Seguir: {TITLE}")
        app.find(BUTTONS, re.compile("^Fotos, 6, completo"))
        app.find(BUTTONS, re.compile("^Avance, 47,5"))
        app.says(re.compile("al aire 00:"))
        app.press(self.tile("Novedades"))
        app.press("Escribir una novedad")
        field = app.find(("text", "entry"), "¿Qué encontró?")
        app.wait(lambda: field.text == FINDING, "half sentence")
        app.type("¿Qué encontró?", REST)
        app.press("Estructura")
        app.press(re.compile("^Unir la foto 1"))
        self.shot("12-novedad")
        app.press("Guardar la novedad")
        app.find(BUTTONS, re.compile(f"^{REST}"))
        self.shot("13-novedades")
        app.press("Atrás")
        app.find(BUTTONS, re.compile("^Novedades, 1"))

    def commitments(self):
        app = self.app
        app.press(self.tile("Compromisos"))
        self.shot("14-compromisos")
        app.press(re.compile("^Poner la valla de la obra"))
        app.press(re.compile("^(Sí|Cumplido)"))
        app.type("¿Qué se ve hoy?", "La valla está puesta en la carrera 3")
        app.press(re.compile("^Unir la foto 2"))
        self.shot("15-cumplido")
        app.press("Guardar")
        app.gone(BUTTONS, re.compile("^Poner la valla de la obra"))
        app.press("Escribir un compromiso")
        app.type("¿Qué se va a hacer?", "Cubrir el acero y reparar el costado norte")
        app.type(re.compile("^¿Quién responde"), "Consorcio inventado")
        app.press("En 15 días")
        self.shot("16-compromiso")
        app.press("Guardar el compromiso")
        app.find(BUTTONS, re.compile("^Cubrir el acero"))
        app.press("Atrás")
        app.find(BUTTONS, re.compile("^Compromisos, 2"))

    def sign(self, role, drawn):
        app = self.app
        app.press("Firmar")
        app.press(re.compile(f"^{role}"))
        if drawn:
            app.type("Nombre y apellidos", SIGNER)
            pad = app.find(None, "Lugar para firmar con el dedo")
            # As somebody does with a finger, when the page is longer than the screen.
            for _ in range(30):
                if pad.extents[1] + pad.extents[3] < self.height - 120:
                    break
                subprocess.run(["xdotool", "mousemove", "--window", app.window_id(), str(self.width - 20), str(self.height // 2), "click", "5"], check=True)
                time.sleep(0.1)
            x, y, width, height = pad.extents
            moves = ["mousemove", "--window", app.window_id(), str(x + width // 4), str(y + height // 2), "mousedown", "1"]
            for i in range(1, 12):
                moves += ["mousemove", "--window", app.window_id(), str(x + width // 4 + i * width // 24), str(y + height // 2 + (-1) ** i * height // 6), "sleep", "0.02"]
            subprocess.run(["xdotool", *moves, "mouseup", "1"], check=True)
            self.shot("17-firma")
            app.press("Guardar la firma")
        else:
            app.press("No desea firmar")
        app.find(BUTTONS, "Firmar")

    def signatures(self):
        app = self.app
        app.press(self.tile("Firmas"))
        self.sign("Supervisión", True)
        self.sign("Interventoría", False)
        self.shot("18-firmas")
        app.press("Atrás")

    def end_stream(self):
        app = self.app
        app.press("Transmisión")
        app.press("TERMINÓ LA TRANSMISIÓN")
        app.gone(BUTTONS, "TERMINÓ LA TRANSMISIÓN")
        self.shot("19-momentos")
        app.press("Atrás")

    def summary(self):
        app = self.app
        app.press("Terminar")
        app.says("Esto falta")
        for text in ("contratista", "comunidad"):
            app.says(re.compile(text, re.I))
        self.shot("20-resumen")

    def acta(self):
        app = self.app
        target = self.folder / f"acta-{self.look}.pdf"
        app.press("Guardar el acta (PDF)")
        name = app.wait(lambda: next((field for field in app.all(("text", "entry")) if field.text == "acta-de-visita.pdf"), None),
                        "the file chooser with a name")
        name.type(str(target))
        app.press(re.compile("^_?(Save|Guardar)( Guardar)?$"))  # GTK names it with its mnemonic
        app.says("El acta quedó donde la eligió")
        assert target.read_bytes().startswith(b"%PDF"), "no PDF was written"
        text = subprocess.run(["pdftotext", "-layout", str(target), "-"], check=True, capture_output=True, text=True).stdout
        for word in ("Acta", "Compromisos", "Firmas"):
            assert re.search(word, text, re.I), f"«{word}» is not in the acta"
        if os.environ.get("TESTIGO_SHOTS"):
            shutil.copy(target, os.environ["TESTIGO_SHOTS"])
        self.shot("21-acta")

    def close(self):
        app = self.app
        app.press("Cerrar la visita")
        app.press("Cerrar este espacio")
        app.says("El espacio quedó cerrado")
        self.shot("22-cerrada")

    def sent(self):
        app = self.app
        app.stop()
        assert not re.search(r"WARNING|CRITICAL", app.said()), app.said()[-2000:]
        summary = self.ctl("sync")[-1]
        assert summary["set_aside"] == 0 and summary["pending"] == 0, summary
        moments = [row for row in self.ctl("list", "moments") if row.get("standing", "valid") == "valid"]
        kinds = [row["moment"] for row in moments]
        assert kinds.count("inicio") == 1 and kinds.count("cierre") == 1, kinds
        assert kinds.count("evidencia") >= 2 and kinds.count("compromiso") >= 1, kinds
        assert all(row["offset_ms"] >= 0 and row["error_ms"] > 0 for row in moments), moments
        photos = self.ctl("list", "photos")
        assert sum(1 for row in photos if row.get("viewpoint")) == 1, photos
        for place in (self.app.folder, self.central.data):
            found = subprocess.run(["grep", "-rlaF", SIGNER, place], capture_output=True, text=True).stdout.split()
            assert not found, f"the signer's name lies in clear in {found}"

    def end(self):
        if self.app.process is not None:
            self.app.stop()
        self.central.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    tap = Tap()
    looks = os.environ.get("TESTIGO_LOOKS", "360,800,1280,dark,large" if "TESTIGO_LONG" in os.environ else "800").split(",")
    for look in looks:
        visit = SiteVisit(look)
        try:
            tap.step(f"{look}: central assigns two visits, an earlier one left a viewpoint and a commitment", visit.ready)
            tap.step(f"{look}: the app starts with a camera and a position", visit.start)
            tap.step(f"{look}: the assigned visit opens on its own page", visit.open_visit)
            tap.step(f"{look}: the first photo is three touches away", visit.first_photo)
            tap.step(f"{look}: the checklist is answered", visit.checklist)
            tap.step(f"{look}: every photo that is wanted is taken, the viewpoint with its ghost", visit.wanted_photos)
            tap.step(f"{look}: the stream begins, and a capture is its moment", visit.stream)
            tap.step(f"{look}: progress off the programme asks for its cause", visit.progress)
            tap.step(f"{look}: the battery dies in the middle of a finding", visit.battery_dies)
            tap.step(f"{look}: another visit comes between", visit.another_visit)
            tap.step(f"{look}: the visit goes on where it was", visit.goes_on)
            tap.step(f"{look}: an earlier commitment is fulfilled, a new one made", visit.commitments)
            tap.step(f"{look}: one signs, one does not wish to", visit.signatures)
            tap.step(f"{look}: the stream ends with its moments", visit.end_stream)
            tap.step(f"{look}: the summary says what lacks", visit.summary)
            tap.step(f"{look}: the acta is written as a PDF where somebody chose", visit.acta)
            tap.step(f"{look}: the visit is closed", visit.close)
            tap.step(f"{look}: all of it is sent, moments with offset and error, nobody's name in clear", visit.sent)
        except Exception:  # told already by the step
            if visit.app.process is not None and visit.app.process.poll() is None:
                visit.shot("falla")
        finally:
            visit.end()
    tap.end()


main()
