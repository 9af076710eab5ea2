#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures that the metainfo names, of the running app on the demonstration's town, 1280 x 800.

    screenshots.py BUILD SOURCE FOLDER (inside tests/support/display-run; app/make-screenshots does it)
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from testigo_app import App, BUTTONS, filled_town, staff

BUILD, SOURCE, OUT = sys.argv[1:4]
WIDTH, HEIGHT = 1280, 800


class Camera:
    def __init__(self, app):
        self.app = app

    def shot(self, name):
        """Without a window manager GTK draws the frame of a window that lies alone inside the window that the display knows: it is cut away, and the
        window made larger by as much."""
        self.app.resize(WIDTH, HEIGHT)
        x, y, width, height = next(self.app.tree().children()).extents
        self.app.resize(2 * WIDTH - width, 2 * HEIGHT - height)
        time.sleep(2)  # tiles and thumbnails come in turns
        file = pathlib.Path(OUT) / f"{name}.png"
        subprocess.run(["import", "-window", self.app.window_id(), "-gravity", "center", "-crop", f"{WIDTH}x{HEIGHT}+0+0", "+repage", str(file)], check=True)
        size = subprocess.run(["identify", "-format", "%w %h", str(file)], check=True, capture_output=True, text=True).stdout
        assert size == f"{WIDTH} {HEIGHT}", f"{file}: {size}"


def take(app):
    camera = Camera(app)
    staff(app)
    app.find(BUTTONS, re.compile("SJV-2026-001"))
    camera.shot("inicio")
    app.press(re.compile(r"^(Seguir|Empezar): Feria"))
    app.find(BUTTONS, re.compile(r"^Asistencia"))
    camera.shot("espacio")
    app.press("Atrás")
    app.press("Obras")
    app.press("Mapa")
    app.find(BUTTONS, "Acercar")
    camera.shot("mapa")
    app.press("Galería")
    app.find(BUTTONS, re.compile(r", \d+\s\w+\s2026, "))
    camera.shot("galeria")
    app.press(re.compile("^Envíos"))
    time.sleep(1)
    camera.shot("envios")


def main():
    folder = tempfile.mkdtemp(prefix="testigo-capturas-")
    demo = filled_town(BUILD, SOURCE, folder, photos=6)
    app = App(BUILD, store=demo.store, still=True, settings={"map-file": f"'{demo.central_data / 'ground.mbtiles'}'"})
    try:
        app.start()
        take(app)
    finally:
        app.stop()
        app.clean()
        demo.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
