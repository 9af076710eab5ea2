#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kiosk as citizens use it, by what a screen reader sees and by a real keyboard: a contribution with its receipt, asking for it, the works, signing in by card, both languages;
what is half written and a kill; the PIN over a restart; and that nothing leads out.

    journey-kiosk.py BUILD SOURCE [looks] (inside tests/support/display-run)

KIOSK_SIZE=WxH, KIOSK_TEXT=1.0|1.5|2.0, KIOSK_LANG=es|en and KIOSK_CONTRAST=1 say how a citizen has set it (by the buttons above, each time); "looks": what citizens do, in
every size, language and look one after the other. TESTIGO_SHOTS=DIR keeps pictures. On each screen: nothing past the edge, nothing in the other language, nothing too small to touch.
"""
import gettext
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from gi.repository import GLib
from testigo_app import App, BUTTONS, Central, Missing, Tap, ctl, kiosk_tablet, nameless, staff_of_kiosk

BUILD, SOURCE = sys.argv[1:3]
SIZES = ("360x640", "800x1280", "1920x1080")
# Text, language, contrast.
LOOKS = (("1.0", "es", False), ("1.0", "en", True), ("2.0", "es", True), ("2.0", "en", False))
PIN = "802537"
TITLE = "Feria de la transparencia"
# Nobody's, and nowhere on the disk.
CANARY = "Xqcanario inventado"
PHOTO = "Calle de tierra con adoquines apilados"
CARD = "PubDSK_1        12345678" + "0000765%3d" + "".join(name.ljust(23) for name in ("FICTICIA", "DE PRUEBA", "CLARA", "LUZ")) + "0F19850312680010O+"


# What the code lists say in both, and parts of sentences.
ENGLISH = {
    "Sugerencia": "Suggestion", "Queja": "Complaint", "Pregunta": "Question", "Denuncia": "Report of wrongdoing", "Cédula de ciudadanía": "Citizenship card",
    "Debe tener respuesta": "It must have an answer", "no está completo": "is not complete", "Está guardado en esta tableta": "It is saved on this tablet",
    "Sobre la obra:": "About the work:", "Su asistencia quedó guardada": "Your attendance was saved", "lector": "scanner", "ya estaba en la lista": "already on the list"}


class Look:
    """How a citizen has set the kiosk, and its words."""

    def __init__(self, size, text, lang, contrast):
        self.size, self.text, self.lang, self.contrast = size, text, lang, contrast
        self.words = gettext.GNUTranslations(open(pathlib.Path(BUILD) / "po/en/LC_MESSAGES/testigo.mo", "rb"))
        # Spanish texts that are not English ones as well: none of them may stand on an English screen, and the other way round.
        pairs = [(es, en) for es, en in self.words._catalog.items() if isinstance(es, str) and len(es) > 3 and es != en and "%" not in es]
        english = {en for _, en in pairs}
        spanish = {es for es, _ in pairs}
        self.foreign = spanish - english if lang == "en" else english - spanish

    @property
    def name(self):
        return f"{self.size}-{self.lang}-{float(self.text) * 100:.0f}{'-contraste' if self.contrast else ''}"

    def say(self, spanish):
        if self.lang == "es" or not spanish:
            return spanish
        return ENGLISH.get(spanish) or self.words.gettext(spanish)


class Kiosk:
    def __init__(self):
        self.looks(Look(os.environ.get("KIOSK_SIZE", "800x1280"), os.environ.get("KIOSK_TEXT", "1.0"), os.environ.get("KIOSK_LANG", "es"),
                        "KIOSK_CONTRAST" in os.environ))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-kiosk-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.store = self.folder / "store"
        self.settings = None
        self.app = None
        self.number, self.person, self.unsound = None, 432, []

    def new_app(self):
        self.app = App(BUILD, self.folder / "app", store=self.store, arguments=["--kiosk"], settings=self.settings)
        self.app.start()

    def looks(self, look):
        self.look, self.t = look, look.say

    def size(self):
        self.app.resize(*self.look.size.split("x"))

    def at_start(self, words="Dejar un aporte"):
        return self.app.find(BUTTONS, words, seconds=60)

    def arrive(self):
        """A citizen comes, and sets the kiosk as they need it."""
        app = self.app
        self.at_start()
        for _ in range({"1.0": 0, "1.5": 1, "2.0": 2}[self.look.text]):
            # An activated button counts a moment later; a second touch before that would be lost.
            title = app.find("label", TITLE)
            before = title.extents[3]
            app.press("Letra más grande")
            app.wait(lambda: app.find("label", TITLE).extents[3] > before, "larger letters")
        if self.look.contrast:
            app.press("Alto contraste")
        if self.look.lang == "en":
            app.press("English")
        self.at_start(self.t("Dejar un aporte"))

    def press(self, spanish):
        return self.app.press(self.t(spanish))

    def says(self, spanish, seconds=None):
        return self.app.says(self.t(spanish), seconds)

    def type(self, spanish, text):
        return self.app.type(self.t(spanish), text)

    def find(self, spanish, role=BUTTONS):
        return self.app.find(role, self.t(spanish), seconds=60)

    def shot(self, name):
        self.app.shot(f"kiosco-{self.look.name}-{name}")
        self.sound(name)

    def faults(self):
        width, height = map(int, self.look.size.split("x"))
        for control in self.app.tree().walk():
            x, _, w, h = control.extents
            if w > 0 and nameless(control):
                yield f"{control!r} at {control.extents} has no name"
            if control.name and w > 0 and (x < 0 or x + w > width):
                yield f"{control!r} goes past the edge: {x} to {x + w} of {width}"
            if control.role in BUTTONS and w > 0 and (w < 48 or h < 47) and control.role != "switch":
                yield f"{control!r} is {w}x{h}"
            if control.name in self.look.foreign and control.name not in ("English", "Español"):
                yield f"{control!r} is in the other language"

    def sound(self, name):
        """No control without a name, past the edge, too small or in the other language; twice, since a page may be settling."""
        found = list(self.faults())
        if found:
            time.sleep(0.5)
            found = list(self.faults())
        self.unsound += [f"{name}, {self.look.name}: {fault}" for fault in found]

    def prepare(self):
        self.settings = kiosk_tablet(self.central, self.store, SOURCE, PHOTO)

    def first_staff(self):
        self.new_app()
        staff_of_kiosk(self.app, pin=PIN)
        self.size()

    def write(self, words):
        """On the keyboard of the screen, key by key."""
        for letter in words:
            self.app.press(self.t("Barra espaciadora") if letter == " " else letter)
        area = self.app.find(("text", "entry"), self.t("Qué quiere decir"))
        self.app.wait(lambda: area.text == words, f"«{words}» on the screen, and not «{area.text}»")

    def comment(self):
        self.arrive()
        begun = time.monotonic()
        app = self.app
        self.shot("1-inicio")
        self.press("Dejar un aporte")
        self.find("Sugerencia")
        self.shot("2-clase")
        self.press("Sugerencia")
        app.find(name=self.t("Escriba su aporte"))
        self.write("Mas bancas")
        self.shot("3-texto")
        self.press("Seguir")
        self.find("Enviar sin mis datos")
        self.shot("4-enviar")
        self.press("Enviar sin mis datos")
        self.find("Terminar")
        self.number = app.wait(lambda: next((c.name for c in app.root().walk() if re.fullmatch(r"\d{4}(-[0-9A-Z]{4}){3}-[0-9A-Z]", c.name)), None), "a number")
        self.says("Debe tener respuesta")
        self.shot("5-recibo")
        self.press("Terminar")
        self.at_start()
        assert not any(self.number in c.name for c in app.root().walk(hidden=True)), "the number is still on the screen"
        print(f"# shortest comment by a screen reader: {time.monotonic() - begun:.1f} s; 5 touches and {len('Mas bancas')} keys")

    def ask(self):
        self.arrive()
        self.press("Consultar mi aporte")
        self.type("Número", "2026-AAAA")
        self.press("Seguir")
        self.says("no está completo")
        self.shot("6-consulta-errada")
        self.type("Número", self.number.lower().replace("-", " "))
        self.press("Seguir")
        self.says("Está guardado en esta tableta")
        self.shot("7-consulta")
        self.press("Terminar")
        self.at_start()

    def works(self):
        app = self.app
        self.arrive()
        self.press("Ver las obras de mi barrio")
        app.find(BUTTONS, re.compile("SJV-2026-001"), seconds=60)
        self.shot("8-obras")
        app.press(re.compile("SJV-2026-001"))
        self.find("Opinar sobre esta obra")
        self.shot("9-obra")
        app.press(PHOTO)
        time.sleep(0.3)
        self.shot("10-foto")
        self.press("Opinar sobre esta obra")
        self.press("Pregunta")
        self.says("Sobre la obra:")
        self.press("Inicio")
        self.at_start()

    def skip(self, times):
        """One question after the other: a press counts when the next one is there."""
        where = re.compile(r"^\d+ (de|of) \d+$")
        for _ in range(times):
            self.find("Omitir")
            before = self.app.find(("label",), where).name
            self.press("Omitir")
            self.app.wait(lambda: self.app.find(("label",), where).name != before, "the next question")

    def attendance(self):
        app = self.app
        self.arrive()
        self.press("Registrar mi asistencia")
        self.find("Seguir sin mis datos")
        assert not self.find("Seguir con mis datos").sensitive, "one goes on without having authorised"
        self.shot("11-aviso")
        begun = time.monotonic()
        app.switch(self.t("Autorizo el uso de mis datos"))
        self.press("Seguir con mis datos")
        self.find("Con mi cédula")
        self.shot("12-como")
        self.press("Con mi cédula")
        app.says(re.compile(self.t("lector")))
        # A scanner is a keyboard that types quickly and ends with Enter.
        subprocess.run(["xdotool", "windowfocus", app.window_id(), "type", "--delay", "4", CARD % self.person + "\n"], check=True)
        app.find(("text", "entry"), self.t("Número"), seconds=30)
        app.wait(lambda: app.find(("text", "entry"), self.t("Número")).text == f"765{self.person}", "the number of the card")
        self.shot("13-documento")
        self.press("Seguir")
        app.wait(lambda: app.find(("text", "entry"), self.t("Nombre y apellidos")).text == "Clara Luz Ficticia de Prueba", "the name of the card")
        self.shot("14-nombre")
        self.press("Seguir")
        self.skip(1)
        self.shot("15-quien")
        self.skip(2)
        self.shot("16-firma")
        self.press("No deseo firmar")
        self.says("Su asistencia quedó guardada")
        self.shot("17-listo")
        self.press("Terminar")
        self.at_start()
        self.person += 1
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
        self.shot("18-salir")
        app.press("Guardarlo para terminar después")
        said = app.says(re.compile(r"Su código es \d{4} \d{4} \d{4}"), seconds=60).name
        code = re.search(r"\d{4} \d{4} \d{4}", said).group()
        app.press("Terminar")
        self.at_start()
        app.press("Seguir lo que dejó sin terminar")
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
        given = (CANARY, "Ficticia de Prueba", "FICTICIA", "765432")
        assert not self.lying_about(given), self.lying_about(given)
        # The search finds what is there to be found.
        planted = self.store / "planted"
        planted.write_bytes(b"\0" + CANARY.encode() + b"\0")
        assert self.lying_about(given) == [(CANARY, planted)]
        planted.unlink()

    def lying_about(self, texts):
        """Which of the texts stand in which file, as UTF-8 or UTF-16."""
        files = [(path, path.read_bytes()) for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith("central")]
        return [(text, path) for path, data in files for text in texts if text.encode() in data or text.encode("utf-16-le") in data]

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
            end = time.monotonic() + 5
            while time.monotonic() < end:
                if app.says(re.compile(r"^\d+ cifras?$")).name == f"{len(pin)} cifras" and self.pad_ready("Entrar"):
                    app.press("Entrar")
                    return
                time.sleep(0.1)
            for _ in range(12):
                app.press("Borrar la última cifra", seconds=60)
        raise Missing("the pad took no PIN")

    def wrong_pins(self):
        self.new_app()
        self.at_start()
        self.size()
        self.app.press("Personal")
        for _ in range(4):
            self.give_pin("913572")
            self.app.says(re.compile("Ese no es el PIN|Varios PIN errados"), seconds=120)
        self.app.says(re.compile("Varios PIN errados"), seconds=120)
        self.shot("19-pin")
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

    def sheet(self):
        """While the event is open staff who are in with their PIN save the list where they choose; it lies nowhere else."""
        app = self.app
        app.press(re.compile("Feria de la transparencia"))
        app.press("Kiosco y lista")
        app.press("Guardar la lista en PDF")
        target = self.folder / "lista.pdf"
        name = app.wait(lambda: next((field for field in app.all(("text", "entry")) if field.text == "asistencia.pdf"), None), "the file chooser with a name")
        name.type(str(target))
        app.press(re.compile("^_?(Save|Guardar)( Guardar)?$"))
        app.says("Tiene datos personales: entréguela y bórrela.")
        text = subprocess.run(["pdftotext", "-layout", target, "-"], check=True, capture_output=True, text=True).stdout
        assert "1 registro" in text and "765432" in text and "Clara Luz Ficticia" in text, text
        assert target.stat().st_mode & 0o077 == 0, "others may read the list"
        target.unlink()
        assert not self.lying_about(("Ficticia", "765432")), self.lying_about(("Ficticia", "765432"))

    def closed(self):
        """A tablet that is a kiosk and nothing else must not keep an empty screen: its session starts the program again."""
        self.app.action("quit")
        assert self.app.process.wait(30) == 0
        status = ctl(BUILD, self.store, "status")[-1]
        assert status["saved"] + status["held"] > 0, status

    def end(self):
        if self.app is not None:
            self.app.stop()
        self.central.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def citizens(tap, kiosk):
    """What citizens do, in every size and look, one person after the other at the same kiosk."""
    try:
        tap.step("a tablet with a town and an event", kiosk.prepare)
        tap.step("the kiosk asks for staff first", kiosk.first_staff)
    except Exception:
        return
    for size in SIZES:
        for text, lang, contrast in LOOKS:
            kiosk.looks(Look(size, text, lang, contrast))
            kiosk.size()
            try:
                tap.step(f"{kiosk.look.name}: a contribution and its receipt", kiosk.comment)
                tap.step(f"{kiosk.look.name}: it is found again by its number", kiosk.ask)
                tap.step(f"{kiosk.look.name}: works on the map, and a photograph", kiosk.works)
                tap.step(f"{kiosk.look.name}: signing in with a card", kiosk.attendance)
            except Exception:
                # The next look begins at the start screen, as the next citizen would.
                kiosk.app.stop()
                kiosk.new_app()
                kiosk.at_start()
    tap.check("nothing past the edge, too small or in the other language", not kiosk.unsound, "\n".join(kiosk.unsound))


def main():
    tap, kiosk = Tap(), Kiosk()
    if "looks" in sys.argv[3:]:
        try:
            citizens(tap, kiosk)
        finally:
            kiosk.end()
        tap.end()
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
        tap.step("the attendance sheet as PDF", kiosk.sheet)
        tap.step("the window of staff closed, the program ends though something waits", kiosk.closed)
        tap.check("nothing past the edge, too small or in the other language", not kiosk.unsound, "\n".join(kiosk.unsound))
    except Exception:
        pass
    finally:
        kiosk.end()
    tap.end()


main()
