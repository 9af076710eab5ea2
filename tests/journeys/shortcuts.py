#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key that the help page lists, pressed on every page where it says so, with the focus on the page and on the rail.

    shortcuts.py BUILD SOURCE (inside tests/support/display-run)
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from gi.repository import Atspi
from testigo_app import App, BUTTONS, Tap, ctl, draw, sign_in, staff

BUILD, SOURCE = sys.argv[1:3]
ENTRIES = ("text", "entry")


class Keys:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-keys-"))
        self.app = App(BUILD, self.folder, still=True)

    def key(self, *keys):
        subprocess.run(["xdotool", "windowfocus", "--sync", self.app.window_id(), "key", *keys], check=True)

    def until(self, key, role, name):
        """Pressed once; what it leads to is there."""
        self.key(key)
        return self.app.find(role, name)

    def begin(self):
        app = self.app
        ctl(BUILD, app.store, "init", "--name", "tableta-07")
        ctl(BUILD, app.store, "works", "import", pathlib.Path(SOURCE) / "app/demo-town/works.csv")
        event = ctl(BUILD, app.store, "event", "open", "--type", "visita_obra", "--title", "Visita con teclas", "--work", "SJV-2026-001")[-1]["id"]
        ctl(BUILD, app.store, "photo", "add", "--event", event, "--work", "SJV-2026-001", *draw(BUILD, self.folder / "fotos", 3))
        app.start()
        staff(app)
        app.resize(900, 800)

    # --- the pages on which the window's keys are tried ---

    def place(self, number, role, name):
        """The first page of a place: what was open there is left."""
        self.key(f"alt+{number}")
        self.leave()
        self.app.find(role, name)

    def home(self):
        self.place(1, BUTTONS, re.compile("^Seguir: "))

    def works(self):
        self.place(2, ENTRIES, "Buscar una obra")

    def work(self):
        self.works()
        self.app.press(re.compile("SJV-2026-001"))
        self.app.gone(ENTRIES, "Buscar una obra")

    def map(self):
        self.works()
        self.app.press("Mapa")
        self.app.find(BUTTONS, "Acercar")

    def gallery(self):
        self.place(3, BUTTONS, "Fecha")

    def viewer(self):
        self.gallery()
        self.app.press(re.compile(r"2026, "))
        self.app.find(BUTTONS, "Ver la prueba")

    def outbox(self):
        self.key("alt+4")
        self.app.gone(BUTTONS, "Fecha")

    def preferences(self):
        self.until("ctrl+comma", BUTTONS, "Quiénes trabajan en esta tableta")

    def event(self):
        self.home()
        self.app.press(re.compile("^Seguir: "))
        self.app.find(BUTTONS, "Terminar")
        self.app.press("Atrás")
        self.app.find(BUTTONS, re.compile("^Asistencia"))

    def note(self):
        self.event()
        self.app.press(re.compile("^Nota"))
        self.app.find(BUTTONS, "Guardar")

    def leave(self):
        """Back to the first page of the place, by Escape alone."""
        def at_root():
            if not self.app.has(BUTTONS, "Atrás"):
                return True
            self.key("Escape")
            return False

        self.app.wait(at_root, "first page after Escape")

    def everywhere(self, page):
        """The window's own keys on one page."""
        page()
        self.until("ctrl+n", ENTRIES, "Título")
        self.leave()
        page()
        entry = self.until("ctrl+f", ENTRIES, "Buscar una obra")
        self.app.wait(lambda: entry.has_state(Atspi.StateType.FOCUSED), "focus in the search")
        page()
        self.until("F1", None, "Atajos del teclado")
        self.key("alt+Left")
        self.app.gone(None, "Atajos del teclado")
        self.key("ctrl+question")
        self.app.find(None, "Atajos del teclado")
        self.leave()
        page()
        self.preferences()
        self.leave()

    # --- keys of one page ---

    def zoom_and_turn(self):
        self.viewer()
        far = self.app.find(BUTTONS, "Alejar")
        self.app.wait(lambda: not far.sensitive, "whole picture")
        self.key("ctrl+plus")
        self.app.wait(lambda: far.sensitive, "larger picture")
        self.key("ctrl+minus")
        self.app.wait(lambda: not far.sensitive, "whole picture again")
        self.app.says("1 de 3")
        self.key("Next")
        self.app.says("2 de 3")
        self.key("Prior")
        self.app.says("1 de 3")

    def undo(self):
        self.app.press("Descartar")
        self.app.find(BUTTONS, "Deshacer")
        self.key("ctrl+z")
        self.app.gone(BUTTONS, "Deshacer")
        self.app.says("1 de 3")
        self.app.press("Cambiar de obra")
        self.app.press(re.compile("SJV-2026-002"))
        self.app.find(BUTTONS, "Deshacer")
        self.key("ctrl+z")
        self.app.gone(BUTTONS, "Deshacer")
        self.app.press("Corregir")
        self.app.find(BUTTONS, "Guardar cambios")
        self.app.type("Qué muestra esta foto", "El andén")
        self.key("ctrl+s")
        self.app.says("Cambio guardado")
        self.app.wait(lambda: self.app.find(BUTTONS, "Deshacer").sensitive, "undoing that can be asked for")
        self.key("ctrl+z")
        self.app.says("Cambio deshecho")
        self.leave()

    def save_note(self):
        self.note()
        self.app.type("Nota", "Se escribe con teclas")
        self.key("ctrl+s")
        self.app.find(BUTTONS, "Nota, 1")
        self.leave()

    def lock(self):
        self.gallery()
        self.key("ctrl+l")
        self.app.find(BUTTONS, "7")
        sign_in(self.app)

    def quit(self):
        self.key("ctrl+q")
        self.app.process.wait(20)
        assert self.app.process.returncode == 0, self.app.process.returncode

    def end(self):
        self.app.stop()
        subprocess.run(["rm", "-rf", self.folder], check=True)


def main():
    tap = Tap()
    keys = Keys()
    try:
        tap.step("a tablet with a visit and three photos", keys.begin)
        for page in (keys.home, keys.works, keys.work, keys.map, keys.gallery, keys.viewer, keys.outbox, keys.preferences, keys.event, keys.note):
            tap.step(f"keys of the window: {page.__name__}", keys.everywhere, page)
        tap.step("a photo: larger, smaller, next, previous", keys.zoom_and_turn)
        tap.step("Ctrl+Z takes back a discard, a move and a correction", keys.undo)
        tap.step("Ctrl+S saves a note", keys.save_note)
        tap.step("Ctrl+L locks", keys.lock)
        tap.step("Ctrl+Q ends", keys.quit)
    except Exception as error:  # told by the step
        print(f"# {type(error).__name__}")
    finally:
        keys.end()
    tap.end()


main()
