#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk with its camera and its microphone, by what a screen reader sees: a voice that is cut off by SIGKILL, a contribution of a voice and a paper through to central, a card read
by the live camera. Nothing of them lies in clear on the tablet or at central.

    kiosk-devices.py BUILD SOURCE DRAW-CARD (inside tests/support/display-run); TESTIGO_SHOTS=DIR keeps pictures, KIOSK_SIZE=WxH
"""
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "form"))
from xlsx import workbook
from testigo_app import App, BUTTONS, Central, Tap, ctl

BUILD, SOURCE, DRAW = sys.argv[1:4]
PHRASE = "una frase bien larga para entrar"
SIZE = os.environ.get("KIOSK_SIZE", "800x1280")
# A fictitious person, with the NULs that the real cards have.
CARD = "PubDSK_1\n\n\n\n\n\n\n\n12345678" + "0000765432" + "".join(name.ljust(23, "\n") for name in ("FICTICIA", "DE PRUEBA", "CLARA", "LUZ")) + "0F19850312680010O+"
# A town's questionnaire that asks to see and to hear.
FORM = {"survey": [["type", "name", "label", "required"], ["image", "dano", "Muestre el daño", "yes"], ["audio", "cuente", "Cuente qué pasó", None]],
        "settings": [["form_title", "form_id", "version"], ["Daños del barrio", "danos", "1"]]}
# How what was recorded and photographed begins.
CLEAR = (b"OggS", b"OpusHead", b"\xff\xd8\xff")


def png(pgm, path):
    """The picture as a file that every decoder reads."""
    head, rest = pgm.split(b"\n255\n", 1)
    width, height = map(int, head.split()[1:3])
    rows = b"".join(b"\0" + rest[y * width:(y + 1) * width] for y in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Devices:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-devices-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.store = self.folder / "store"
        self.app = None
        self.event = self.number = None

    def new_app(self):
        camera = f"filesrc location={self.folder / 'card.png'} ! pngdec ! imagefreeze is-live=true ! videoconvert"
        self.app = App(BUILD, self.folder / "app", store=self.store, settings={"kiosk-idle-seconds": "uint32 600"},
                       arguments=["--kiosk", "--camera", camera, "--microphone", "audiotestsrc is-live=true"])
        self.app.start()
        self.app.resize(*SIZE.split("x"))

    def at_start(self):
        return self.app.find(BUTTONS, "Dejar un aporte", seconds=60)

    def shot(self, name):
        self.app.shot(f"aparatos-{SIZE}-{name}")

    def prepare(self):
        png(subprocess.run([DRAW, CARD], check=True, capture_output=True).stdout, self.folder / "card.png")
        self.central.start()
        (self.folder / "danos.xlsx").write_bytes(workbook(FORM))
        self.central.run("form", "import", self.folder / "danos.xlsx")
        code = self.central.run("enrol-code", "--name", "tableta-07")[0]["text"]
        ctl(BUILD, self.store, "init", "--name", "tableta-07")
        ctl(BUILD, self.store, "enrol", code)
        self.event = ctl(BUILD, self.store, "event", "open", "--type", "feria_transparencia", "--title", "Feria de la transparencia")[0]["id"]
        ctl(BUILD, self.store, "sync")
        self.new_app()
        self.app.type("Nombre y apellido", "Ana Rojas")
        self.app.press("Supervisión")
        self.app.type("PIN, de 6 a 12 cifras", "802537")
        self.app.type("El mismo PIN otra vez", "802537")
        self.app.press("Empezar")
        self.at_start()

    def nothing_in_clear(self, *folders):
        looked = 0
        for folder in folders:
            for path in folder.rglob("*"):
                if not path.is_file():
                    continue
                looked += 1
                data = path.read_bytes()
                for mark in CLEAR + (b"FICTICIA", "Ficticia de Prueba".encode()):
                    assert not data.startswith(mark) if len(mark) < 4 else mark not in data, f"{mark!r} stands in {path}"
        assert looked > 3, "there was nothing to look at"

    def record(self):
        app = self.app
        app.press("Dejar un aporte")
        app.press("Sugerencia")
        app.press("Decirlo con mi voz")
        app.press("Grabar mi voz")
        app.says(re.compile("^Grabando: 0:0[1-9]"), seconds=30)

    def killed(self):
        self.record()
        self.shot("1-grabando")
        self.app.kill()
        self.nothing_in_clear(self.store, self.folder / "app")
        self.new_app()
        self.at_start()

    def voice(self):
        app = self.app
        self.record()
        app.press("Parar de grabar")
        app.says("Su voz quedó grabada", seconds=30)
        self.shot("2-grabada")
        app.press("Escucharla")
        app.find(BUTTONS, "Parar", seconds=20)
        # A second of sound ends by itself, or is stopped.
        app.find(BUTTONS, "Escucharla", seconds=60)
        app.press("Borrarla")
        app.find(BUTTONS, "Grabar mi voz")
        app.press("Grabar mi voz")
        app.says(re.compile("^Grabando: 0:0[1-9]"), seconds=30)
        app.press("Parar de grabar")
        app.says("Su voz quedó grabada", seconds=30)
        app.press("Listo")
        app.says("Con su voz (0:0")

    def paper(self):
        app = self.app
        app.press("Agregar la foto de un papel")
        app.wait(lambda: app.find(BUTTONS, "Tomar la foto").sensitive, "the live camera", seconds=60)
        app.press("Tomar la foto")
        app.find(BUTTONS, "Borrar esta foto", seconds=60)
        time.sleep(1)
        self.shot("3-papel")
        app.press("Listo")
        app.says(re.compile(r"Con su voz \(0:0\d\) y 1 foto"))
        self.shot("4-texto")

    def send(self):
        app = self.app
        app.press("Seguir")
        app.press("Enviar sin mis datos")
        app.says(re.compile(r"Con su voz \(0:0\d\) y 1 foto"), seconds=60)
        self.number = app.wait(lambda: next((c.name for c in app.root().walk() if re.fullmatch(r"\d{4}(-[0-9A-Z]{4}){3}-[0-9A-Z]", c.name)), None), "a number")
        self.shot("5-recibo")
        app.press("Terminar")
        self.at_start()
        self.nothing_in_clear(self.store, self.folder / "app")
        media = [path for path in (self.store / "media").rglob("*") if path.is_file()]
        assert len(media) == 2, media
        for path in media:
            assert path.read_bytes().startswith(b"age-encryption.org/v1"), path
            assert path.stat().st_mtime_ns % (3600 * 10 ** 9) == 0, path

    def survey(self):
        app = self.app
        app.press("Responder una encuesta")
        app.press("Daños del barrio")
        app.press("Empezar")
        app.wait(lambda: app.find(BUTTONS, "Tomar la foto").sensitive, "the live camera", seconds=60)
        self.shot("7-encuesta-foto")
        app.press("Tomar la foto")
        app.find(BUTTONS, "Borrar esta foto", seconds=60)
        app.press("Seguir")
        app.press("Grabar mi voz")
        app.says(re.compile("^Grabando: 0:0[1-9]"), seconds=30)
        # Going on ends the recording, which can be heard first.
        app.press("Terminar")
        app.says("Su voz quedó grabada", seconds=30)
        self.shot("8-encuesta-voz")
        app.press("Terminar")
        app.says("Gracias por responder", seconds=60)
        app.press("Terminar")
        self.at_start()
        self.nothing_in_clear(self.store, self.folder / "app")
        media = [path for path in (self.store / "media").rglob("*") if path.is_file()]
        assert len(media) == 4, media
        for path in media:
            assert path.read_bytes().startswith(b"age-encryption.org/v1"), path

    def card(self):
        app = self.app
        app.press("Registrar mi asistencia")
        app.switch("Autorizo el uso de mis datos")
        app.press("Seguir con mis datos")
        app.press("Con mi cédula")
        # The card lies before the camera: it is read without a touch.
        app.wait(lambda: app.find(("text", "entry"), "Número").text == "765432", "the number of the card", seconds=60)
        self.shot("6-cedula")
        app.press("Seguir")
        app.wait(lambda: app.find(("text", "entry"), "Nombre y apellidos").text == "Clara Luz Ficticia de Prueba", "the name of the card")
        app.press("Inicio")
        if app.has(BUTTONS, "Borrar y salir"):
            app.press("Borrar y salir")
        self.at_start()

    def by_stick(self):
        """The contribution with its voice and its paper, as a tablet without any line gives it to central."""
        self.app.stop()
        ctl(BUILD, self.store, "event", "close", self.event)
        stick = self.folder / "stick" / "aporte.testigo"
        stick.parent.mkdir()
        exported = ctl(BUILD, self.store, "bundle", "export", stick, "--record", ctl(BUILD, self.store, "list", "comments")[0]["id"])[-1]
        assert exported["media"] == 2 and exported["left"] == 0, exported
        for mark in CLEAR + (PHRASE.encode(), self.number.encode()):
            assert mark not in stick.read_bytes() or len(mark) < 4, f"{mark!r} stands on the stick"
        self.central.run("bundle", "import", stick)
        assert self.sealed_at_central() == 2
        ctl(BUILD, self.store, "bundle", "import", f"{stick}.recibos")

    def sealed_at_central(self):
        held = [path for path in (self.central.data / "media").rglob("*") if path.is_file()]
        return sum(path.read_bytes().startswith(b"age-encryption.org/v1") for path in held)

    def central_has(self):
        done = ctl(BUILD, self.store, "sync")[-1]
        # What went by stick does not go again.
        assert done["pending"] == 0 and done["set_aside"] == 0 and done["media_sent"] == 2, done
        self.nothing_in_clear(self.store, self.central.data)
        assert self.sealed_at_central() == 4
        assert ctl(BUILD, self.store, "verify", "--deep")[-1]["faults"] == 0

    def desk(self):
        for name, role in (("Ana Mesa", "moderador"), ("Olga Oficial", "oficial_datos")):
            self.central.run("user", "add", name, "--role", role, "--without-second-factor", stdin=PHRASE + "\n")
        keys = [path for path in self.folder.iterdir() if path.is_file() and b"AGE-SECRET-KEY-1" in path.read_bytes()]
        assert keys, "the officer's identity was not found"
        script = pathlib.Path(SOURCE) / "tests" / "journeys" / "voice-desk.mjs"
        done = subprocess.run(["node", str(script), self.central.url, self.event, self.number, str(keys[0]), PHRASE], capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout + done.stderr

    def end(self):
        if self.app is not None:
            self.app.stop()
        self.central.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    tap, devices = Tap(), Devices()
    try:
        tap.step("a tablet with a camera and a microphone", devices.prepare)
        tap.step("killed while it records: nothing in clear", devices.killed)
        tap.step("a voice: recorded, heard, deleted, recorded again", devices.voice)
        tap.step("a photo of a paper", devices.paper)
        tap.step("sent: sealed, without a time finer than the hour", devices.send)
        tap.step("a questionnaire answered by a photo and a voice", devices.survey)
        tap.step("a card before the live camera", devices.card)
        tap.step("the contribution by memory stick", devices.by_stick)
        tap.step("central holds them as they are", devices.central_has)
        tap.step("the desk hears the voice, the officer opens both", devices.desk)
    except Exception:
        pass
    finally:
        devices.end()
    tap.end()


main()
