#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page of the app with a filled field book, as a screen reader finds it: no control without a name, no name that is a class or said
twice, no target smaller than a finger (48 px), nothing wider than the window at 360, 800 and 1280 px.

With TESTIGO_SHOTS=DIR it makes pictures as well; TESTIGO_LOOKS=light,dark,contrast,large says in which looks (light alone unless told).

    pages.py BUILD SOURCE (inside tests/support/display-run)
"""
import os
import re
import shutil
import sys
import tempfile
import time

from gi.repository import GLib
import visit_pages
from testigo_app import App, BUTTONS, SHOTS, Tap, draw, filled_town, nameless, sign_in, staff

BUILD, SOURCE = sys.argv[1:3]
SIZES = ((360, 640), (800, 1280), (1280, 800))
LOOKS = os.environ.get("TESTIGO_LOOKS", "light").split(",")
# What a finger must hit. The text inside a field is smaller than the field.
TARGETS = (*BUTTONS, "entry", "slider", "spin button", "check box", "link", "combo box")
TARGET_PX = 48
# GTK tells the box of the content; libadwaita and style.css put at least this much round it on each side that takes the touch too.
FRAME_PX = {"check box": 14}
LEAST_FRAME_PX = 5
ENVIRONMENT = {"light": {}, "dark": {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, "contrast": {"ADW_DEBUG_HIGH_CONTRAST": "1"}, "large": {}}
SETTINGS = {"large": {"text-scale": "2.0"}}


class Seen:
    """What was on the page at one size, read once: each question to the app is a round trip over the bus, and a page has hundreds of controls."""

    def __init__(self, control):
        self.role, self.name, self.extents = control.role, control.name, control.extents
        self.children = [Seen(child) for child in control.children() if child.showing]

    def __repr__(self):
        return f"{self.role} «{self.name}»"

    def walk(self):
        for child in self.children:
            yield child
            yield from child.walk()


def faults_of_names(seen):
    for control in seen.walk():
        if nameless(control):
            yield f"{control!r} at {control.extents}"


def faults_of_size(seen):
    for control in seen.walk():
        width, height = control.extents[2:]
        # What is not laid out has no size.
        if control.role not in TARGETS or width <= 0 or height <= 0:
            continue
        frame = 2 * FRAME_PX.get(control.role, LEAST_FRAME_PX)
        if width + frame < TARGET_PX or height + frame < TARGET_PX:
            yield f"{control!r} is {width + frame} x {height + frame} px"


def faults_of_width(seen, wanted):
    """What is cut off: the window itself must take the width, and what scrolls sideways may be wider inside."""
    frame = seen.children[0]
    width = frame.extents[2]
    if width > wanted:
        yield f"the window is {width} px wide"

    def walk(control):
        for child in control.children:
            x, _, w, h = child.extents
            if w > 0 and h > 0 and (x < -12 or x + w > wanted + 12):
                yield f"{child!r} from {x} to {x + w}"
            elif child.role != "scroll pane":
                yield from walk(child)

    yield from walk(frame)


class Walk:
    def __init__(self, app, tap, look):
        self.app, self.tap, self.look = app, tap, look

    def page(self, name):
        """Looks at the page that is on the screen now, at each width."""
        time.sleep(0.1)
        narrow, unnamed, small = [], [], []
        for width, height in SIZES:
            self.app.resize(width, height)
            seen = Seen(self.app.tree())
            unnamed += [f for f in faults_of_names(seen) if f not in unnamed]
            small += [f for f in faults_of_size(seen) if f not in small]
            narrow += [f"{width}: {fault}" for fault in faults_of_width(seen, width)]
            if SHOTS:
                self.app.shot(f"{name}-{width}-{self.look}")
        self.tap.check(f"{self.look}: {name}: every control has a name", not unnamed, "\n".join(unnamed))
        self.tap.check(f"{self.look}: {name}: every target is {TARGET_PX} px or more", not small, "\n".join(small))
        self.tap.check(f"{self.look}: {name}: nothing is wider than the window", not narrow, "\n".join(narrow))

    def back(self):
        self.app.press("Atrás")
        time.sleep(0.3)

    def go(self, place):
        """The first page of a place."""
        # On narrow windows the bar makes room for what lies over the first page.
        while not self.app.has(BUTTONS, place):
            self.back()
        self.app.press(place)
        time.sleep(0.5)  # a press by assistive technology counts after 250 ms
        if self.app.has(BUTTONS, "Atrás"):
            # The place one is in, pressed once more.
            self.app.press(place)
            self.app.gone(BUTTONS, "Atrás")


def first_run_pages(look, tap):
    app = App(BUILD, environment=ENVIRONMENT[look], settings=SETTINGS.get(look), still=True)
    walk = Walk(app, tap, look)
    try:
        app.start()
        app.find(BUTTONS, "Español")
        walk.page("01-idioma")
        app.press("Español")
        app.find(BUTTONS, "Cargar y seguir")
        walk.page("02-codigo")
        app.press("Seguir sin código")
        app.find(BUTTONS, "Empezar")
        walk.page("03-persona")
    finally:
        app.stop()
        app.clean()


def photo_pages(app, walk):
    """A photo that is about to be saved, and its place; nothing stays of it."""
    with tempfile.TemporaryDirectory(prefix="testigo-pages-") as folder:
        file = draw(BUILD, folder, 1)[0]
        app.action("import-files", GLib.Variant("aay", [list(file.encode()) + [0]]))
        app.find(BUTTONS, "Guardar 1 foto")
        app.press("Obra, momento y posición, para todas")
        walk.page("18-foto")
        app.press(re.compile("^Poner .* en el mapa$"))
        app.find(BUTTONS, "Usar este punto")
        time.sleep(1)
        walk.page("19-posicion")
        walk.back()
        app.press(re.compile("^Quitar .* de la lista$"))
        app.gone(BUTTONS, "Guardar 1 foto")
        walk.back()
    app.find(BUTTONS, re.compile(r"^Asistencia"))


def event_pages(app, walk):
    """The pages of an open event, from Inicio."""
    walk.go("Inicio")
    app.resize(1280, 800)
    app.press(re.compile(r"^(Seguir|Empezar): Feria"))
    app.find(BUTTONS, re.compile(r"^Asistencia"))
    walk.page("11-espacio")
    app.press(re.compile(r"^Foto(,|$)"))
    app.find(BUTTONS, "Tomar foto")
    walk.page("12-camara")
    app.press("Elegir fotos de archivos")
    app.find(BUTTONS, "Elegir fotos")
    walk.page("12-fotos")
    walk.back()
    walk.back()
    for number, button, name, sign in (("13", "Asistencia", "asistencia", "Guardar"), ("14", "Aporte", "aporte", "Guardar"),
                                       ("15", "Nota", "nota", "Guardar")):
        app.press(re.compile(rf"^{button}(,|$)"))
        app.find(BUTTONS, sign)
        walk.page(f"{number}-{name}")
        walk.back()
    photo_pages(app, walk)
    app.press("Unir otra tableta")
    app.find(BUTTONS, "Copiar el texto")
    walk.page("16-unir")
    walk.back()
    app.press("Cerrar el espacio")
    app.find(BUTTONS, "Cerrar este espacio")
    walk.page("17-cerrar")
    walk.back()


def kiosk_pages(look, tap, store):
    """What a citizen sees first; the kiosk's own journey goes through the rest."""
    app = App(BUILD, environment=ENVIRONMENT[look], settings=SETTINGS.get(look), store=store, still=True)
    walk = Walk(app, tap, look)
    try:
        app.start()
        app.find(BUTTONS, "7", seconds=30)
        sign_in(app)
        app.find(BUTTONS, re.compile("^Envíos"), seconds=30)
        app.press(re.compile(r"^(Seguir|Empezar): Feria"))
        app.press("Kiosco y lista")
        app.find(BUTTONS, "Abrir el kiosco")
        walk.page("80-kiosco-y-lista")
        app.press("Ajustes del kiosco")
        app.find(BUTTONS, "30 segundos")
        walk.page("83-kiosco-ajustes")
        walk.back()
        app.press("Abrir el kiosco")
        app.find(BUTTONS, re.compile("^Dejar un aporte"))
        walk.page("81-kiosco")
        app.press(re.compile("^Dejar un aporte"))
        app.gone(BUTTONS, re.compile("^Dejar un aporte"))
        walk.page("82-kiosco-aporte")
    finally:
        app.stop()
        app.clean()


def pages(look, tap, store):
    app = App(BUILD, environment=ENVIRONMENT[look], settings=SETTINGS.get(look), store=store, still=True)
    walk = Walk(app, tap, look)
    try:
        app.start()
        staff(app)
        walk.page("04-inicio")
        app.press("Empezar visita")
        app.find(("text", "entry"), "Título")
        walk.page("10-abrir")
        walk.back()
        event_pages(app, walk)
        visit_pages.walk(app, walk)
        walk.go("Obras")
        app.find(("entry", "text"), "Buscar una obra")
        app.find(BUTTONS, re.compile("SJV-2026-001"))
        walk.page("20-obras")
        app.press(re.compile("SJV-2026-001"))
        app.gone(("entry", "text"), "Buscar una obra")
        walk.page("21-obra")
        walk.back()
        app.press("Mapa")
        app.find(BUTTONS, "Acercar")
        time.sleep(1.5)
        walk.page("22-mapa")
        app.press("Fotos", role=(*BUTTONS, "toggle button"))
        app.says(re.compile("con posición"))
        time.sleep(1)
        walk.page("23-mapa-fotos")
        walk.back()
        walk.go("Galería")
        time.sleep(1)
        walk.page("30-galeria")
        app.press(re.compile(r", \d+\s\w+\s2026, "))
        app.find(BUTTONS, "Ver la prueba")
        time.sleep(0.5)
        walk.page("31-foto")
        walk.back()
        walk.go(re.compile("^Envíos"))
        time.sleep(0.5)
        walk.page("40-envios")
        walk.go("Inicio")
        app.press("Preferencias")
        app.find(BUTTONS, "Quiénes trabajan en esta tableta")
        walk.page("50-preferencias")
        app.press("Quiénes trabajan en esta tableta")
        app.find(BUTTONS, re.compile("^PIN nuevo para"))
        walk.page("51-personas")
        walk.back()
        app.press("Qué encuestas hay")
        app.find(BUTTONS, "Cargar un formulario")
        walk.page("54-encuestas")
        walk.back()
        app.press("Ayuda y atajos")
        app.gone(BUTTONS, "Ayuda y atajos")
        walk.page("52-ayuda")
        walk.back()
        app.press("Cargar un código")
        app.find(BUTTONS, "Cargar el código")
        walk.page("53-codigo")
        walk.back()
        walk.go("Inicio")
        app.press("Bloquear")
        app.find(BUTTONS, "7")
        walk.page("60-entrar")
        tap.check(f"{look}: the app wrote no warning", not re.search(r"WARNING|CRITICAL", app.said()), app.said()[-2000:])
    finally:
        app.stop()
        app.clean()


def main():
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="testigo-pages-")
    demo = None
    try:
        demo = filled_town(BUILD, SOURCE, folder)
        visit_pages.prepare(demo)
        for look in LOOKS:
            store = f"{folder}/look-{look}"
            shutil.copytree(demo.store, store)
            for what in (lambda: first_run_pages(look, tap), lambda: pages(look, tap, store), lambda: kiosk_pages(look, tap, store)):
                try:
                    what()
                except Exception as error:
                    tap.check(f"{look}: the walk goes to its end", False, f"{type(error).__name__}: {error}")
    finally:
        if demo is not None:
            demo.stop()
        shutil.rmtree(folder, ignore_errors=True)
    tap.end()


main()
