#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk as citizens use it, by what a screen reader sees and by a real keyboard: a contribution with its receipt, asking for it, the works, signing in by card, both languages;
what is half written and a kill; the PIN over a restart; and that nothing leads out.

    journey-kiosk.py BUILD SOURCE (inside tests/support/display-run); TESTIGO_SHOTS=DIR keeps pictures, KIOSK_SIZE=WxH, KIOSK_TEXT=2.0
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from gi.repository import GLib
from testigo_app import App, BUTTONS, Central, Missing, Tap, ctl

BUILD, SOURCE = sys.argv[1:3]
SIZE = os.environ.get("KIOSK_SIZE", "800x1280")
PIN = "802537"
# Nobody's, and nowhere on the disk.
CANARY = "Xqcanario inventado"
CARD = "PubDSK_1        12345678" + "0000765432" + "".join(name.ljust(23) for name in ("FICTICIA", "DE PRUEBA", "CLARA", "LUZ")) + "0F19850312680010O+"


class Kiosk:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-kiosk-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.store = self.folder / "store"
        self.settings = {"kiosk-idle-seconds": "uint32 600"}
        if os.environ.get("KIOSK_TEXT"):
            self.settings["text-scale"] = os.environ["KIOSK_TEXT"]
        self.app = None
        self.number = None

    def new_app(self):
        self.app = App(BUILD, self.folder / "app", store=self.store, arguments=["--kiosk"], settings=self.settings)
        self.app.start()

    def size(self):
        self.app.resize(*SIZE.split("x"))

    def at_start(self, words="Dejar un aporte"):
        return self.app.find(BUTTONS, words, seconds=60)

    def shot(self, name):
        self.app.shot(f"kiosco-{SIZE}-{name}")

    def prepare(self):
        self.central.start()
        code = self.central.run("enrol-code", "--name", "tableta-07")[0]["text"]
        ctl(BUILD, self.store, "init", "--name", "tableta-07")
        ctl(BUILD, self.store, "enrol", code)
        ctl(BUILD, self.store, "works", "import", pathlib.Path(SOURCE) / "app/demo-town/works.csv")
        ctl(BUILD, self.store, "event", "open", "--type", "feria_transparencia", "--title", "Feria de la transparencia")

    def first_staff(self):
        """Without staff there is no PIN that leads out: they come first."""
        self.new_app()
        self.app.type("Nombre y apellido", "Ana Rojas")
        self.app.press("Supervisión")
        self.app.type("PIN, de 6 a 12 cifras", PIN)
        self.app.type("El mismo PIN otra vez", PIN)
        self.app.press("Empezar")
        self.at_start()
        self.size()
        self.shot("1-inicio")

    def write(self, words):
        """On the keyboard of the screen, key by key."""
        for letter in words:
            self.app.press("Barra espaciadora" if letter == " " else letter)

    def comment(self):
        begun = time.monotonic()
        app = self.app
        app.press("Dejar un aporte")
        app.press("Sugerencia")
        app.find(name="Escriba su aporte")
        self.shot("2-texto")
        self.write("Mas bancas")
        app.press("Seguir")
        app.find(BUTTONS, "Enviar sin mis datos")
        self.shot("3-enviar")
        app.press("Enviar sin mis datos")
        app.find(BUTTONS, "Terminar")
        self.number = app.wait(lambda: next((c.name for c in app.root().walk() if re.fullmatch(r"\d{4}(-[0-9A-Z]{4}){3}-[0-9A-Z]", c.name)), None), "a number")
        app.says("Debe tener respuesta")
        self.shot("4-recibo")
        app.press("Terminar")
        self.at_start()
        assert not any(self.number in c.name for c in app.root().walk(hidden=True)), "the number is still on the screen"
        print(f"# shortest comment by a screen reader: {time.monotonic() - begun:.1f} s; 5 touches and {len('Mas bancas')} keys")

    def ask(self):
        app = self.app
        app.press("Consultar mi aporte")
        app.type("Número", "2026-AAAA")
        app.press("Seguir")
        app.says("no está completo")
        app.type("Número", self.number.lower().replace("-", " "))
        app.press("Seguir")
        app.says("Está guardado en esta tableta")
        self.shot("5-consulta")
        app.press("Terminar")
        self.at_start()

    def works(self):
        app = self.app
        app.press("Ver las obras de mi barrio")
        app.find(BUTTONS, re.compile("SJV-2026-001"), seconds=60)
        self.shot("6-obras")
        app.press(re.compile("SJV-2026-001"))
        app.find(BUTTONS, "Opinar sobre esta obra")
        self.shot("7-obra")
        app.press("Opinar sobre esta obra")
        app.press("Pregunta")
        app.says("Sobre la obra:")
        app.press("Inicio")
        self.at_start()

    def skip(self, times):
        """One question after the other: a press counts when the next one is there."""
        where = re.compile(r"^\d+ de \d+$")
        for _ in range(times):
            self.app.find(BUTTONS, "Omitir")
            before = self.app.find(("label",), where).name
            self.app.press("Omitir")
            self.app.wait(lambda: self.app.find(("label",), where).name != before, "the next question")

    def attendance(self):
        app = self.app
        app.press("Registrar mi asistencia")
        app.find(BUTTONS, "Seguir sin mis datos")
        assert not app.find(BUTTONS, "Seguir con mis datos").sensitive, "one goes on without having authorised"
        self.shot("8-aviso")
        begun = time.monotonic()
        app.switch("Autorizo el uso de mis datos")
        app.press("Seguir con mis datos")
        app.press("Con mi cédula")
        app.says(re.compile("lector"))
        # A scanner is a keyboard that types quickly and ends with Enter.
        subprocess.run(["xdotool", "windowfocus", app.window_id(), "type", "--delay", "4", CARD + "\n"], check=True)
        app.find(("text", "entry"), "Número", seconds=30)
        app.wait(lambda: app.find(("text", "entry"), "Número").text == "765432", "the number of the card")
        self.shot("9-documento")
        app.press("Seguir")
        app.wait(lambda: app.find(("text", "entry"), "Nombre y apellidos").text == "Clara Luz Ficticia de Prueba", "the name of the card")
        app.press("Seguir")
        self.skip(3)
        self.shot("10-firma")
        app.press("No deseo firmar")
        app.says("Su asistencia quedó guardada")
        app.press("Terminar")
        self.at_start()
        print(f"# sign-in by card, by a screen reader: {time.monotonic() - begun:.1f} s; 10 touches")

    def repeated(self):
        app = self.app
        app.press("Registrar mi asistencia")
        app.switch("Autorizo el uso de mis datos")
        app.press("Seguir con mis datos")
        app.press("Escribiendo")
        app.press("Cédula de ciudadanía")
        app.type("Número", "765.432")
        app.press("Seguir")
        app.type("Nombre y apellidos", "Clara Otra Vez")
        app.press("Seguir")
        self.skip(3)
        app.press("No deseo firmar")
        app.says("ya estaba en la lista")
        app.press("Terminar")
        self.at_start()

    def english(self):
        app = self.app
        app.press("English")
        self.at_start("Leave a contribution").press()
        app.press("Suggestion")
        app.find(name="Write your contribution")
        app.press(re.compile("^(Home|Inicio|Start)$"))
        # The next person is greeted in the town's language again.
        self.at_start()

    def half_written(self):
        app = self.app
        app.press("Dejar un aporte")
        app.press("Queja")
        app.find(name="Escriba su aporte")
        self.write("Falta luz")
        app.press("Inicio")
        app.says("¿Salir y borrar lo que escribió?")
        self.shot("11-salir")
        app.press("Guardarlo para terminar después")
        said = app.says(re.compile(r"Su código es \d{4} \d{4} \d{4}"), seconds=60).name
        code = re.search(r"\d{4} \d{4} \d{4}", said).group()
        app.press("Terminar")
        self.at_start()
        app.press("Seguir un aporte sin terminar")
        app.type("Código", code)
        app.press("Seguir")
        # It goes on where it was left.
        app.find(name="Escriba su aporte", seconds=60)
        app.press("Inicio")
        app.press("Borrar y salir")
        self.at_start()

    def no_way_out(self):
        app = self.app
        for keys in ("alt+F4", "ctrl+q", "ctrl+w", "ctrl+l", "F10", "Menu", "shift+F10", "ctrl+shift+i", "ctrl+shift+d", "Escape", "super", "alt+Tab", "F11"):
            subprocess.run(["xdotool", "windowfocus", app.window_id(), "key", keys], check=True)
        for button in ("2", "3"):
            subprocess.run(["xdotool", "mousemove", "--window", app.window_id(), "200", "300", "click", button], check=True)
        for action in ("quit", "lock", "show-outbox"):
            try:
                app.action(action)
            except Missing:
                pass
        time.sleep(1)
        self.at_start()
        windows = [c for c in app.root().children()]
        assert len(windows) == 1, windows

    def killed(self):
        """Nothing of what stood on the screen is on the disk."""
        app = self.app
        app.press("Dejar un aporte")
        app.press("Denuncia")
        app.find(name="Escriba su aporte")
        area = app.find(("text", "entry"), "Qué quiere decir")
        area.click()
        subprocess.run(["xdotool", "type", "--delay", "5", CANARY], check=True)
        app.wait(lambda: CANARY in area.text, "the canary on the screen")
        app.kill()
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.name.startswith("central"):
                data = path.read_bytes()
                for text in (CANARY, "Ficticia de Prueba", "FICTICIA", "765432"):
                    assert text.encode() not in data and text.encode("utf-16-le") not in data, f"«{text}» stands in {path}"

    def pad_ready(self, name="1"):
        control = self.app.has(BUTTONS, name)
        return control is not None and control.sensitive

    def give_pin(self, pin):
        """Again from the beginning where a touch fell into a moment in which the pad was closed."""
        app = self.app
        for _ in range(4):
            app.wait(self.pad_ready, "end of the waiting", seconds=150)
            for digit in pin:
                app.press(digit, seconds=60)
            time.sleep(0.3)
            if app.says(re.compile(r"^\d+ cifras?$")).name == f"{len(pin)} cifras" and self.pad_ready("Entrar"):
                app.press("Entrar")
                return
            for _ in range(12):
                app.press("Borrar la última cifra", seconds=60)
        raise Missing("the pad took no PIN")

    def wrong_pins(self):
        self.new_app()
        self.at_start()
        self.app.press("Personal")
        for _ in range(4):
            self.give_pin("913572")
            self.app.says(re.compile("Ese no es el PIN|Varios PIN errados"), seconds=120)
        self.app.says(re.compile("Varios PIN errados"), seconds=120)
        self.shot("12-pin")
        assert not self.app.has(BUTTONS, re.compile("Olvidé")), "the list of staff could be begun anew"
        self.app.kill()
        # Pulling the plug gains nothing.
        self.new_app()
        self.at_start()
        self.app.press("Personal")
        self.give_pin("913572")
        self.app.says(re.compile("Varios PIN errados"), seconds=120)

    def leave(self):
        app = self.app
        self.give_pin(PIN)
        app.find(BUTTONS, re.compile("^Envíos"), seconds=90)
        rows = ctl(BUILD, self.store, "list", "attendance")
        assert len(rows) == 1, rows
        rows = ctl(BUILD, self.store, "list", "comments")
        assert len(rows) == 1, rows

    def end(self):
        if self.app is not None:
            self.app.stop()
        self.central.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    tap, kiosk = Tap(), Kiosk()
    try:
        tap.step("a tablet with a town and an event", kiosk.prepare)
        tap.step("the kiosk asks for staff first", kiosk.first_staff)
        tap.step("a contribution and its receipt, wiped afterwards", kiosk.comment)
        tap.step("the contribution is found again by its number", kiosk.ask)
        tap.step("works, and saying something about one", kiosk.works)
        tap.step("signing in with a card that a scanner types", kiosk.attendance)
        tap.step("the same document twice is noticed", kiosk.repeated)
        tap.step("in English, and Spanish again for the next one", kiosk.english)
        tap.step("what is half written is kept under a code when the person says so", kiosk.half_written)
        tap.step("no key, button or action leads out", kiosk.no_way_out)
        tap.step("killed in the middle of a sentence, nothing of it is on the disk", kiosk.killed)
        tap.step("wrong PINs are slowed over a restart", kiosk.wrong_pins)
        tap.step("the right one leads out", kiosk.leave)
    except Exception:
        pass
    finally:
        kiosk.end()
    tap.end()


main()
