# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a visit, for the walk over every page (pages.py): what to press from the page of the visit, what is there then, the page's name in the pictures."""
import json
import os
import re

from testigo_app import BUTTONS

TITLE, WORK = "Visita de la caminata", "SJV-2026-001"
# Those of a normal run; TESTIGO_LONG or TESTIGO_LOOKS takes the others along.
FEW = ("70-visita", "74-compromiso", "79-terminar")
# Presses that lead there, a control that is there, the name.
PAGES = (
    ((), re.compile("^Compromisos, "), "70-visita"),
    (("Fotos, ",), re.compile("^Falta la foto"), "71-fotos"),
    (("Avance, ",), "Guardar el avance", "72-avance"),
    (("Novedades, ", "Escribir una novedad"), "Guardar la novedad", "73-novedad"),
    (("Compromisos, ", "Escribir un compromiso"), "Guardar el compromiso", "74-compromiso"),
    (("Firmas, ", "Firmar"), "Guardar la firma", "75-firma"),
    (("Chequeo, ",), "Guardar la lista", "76-chequeo"),
    (("Transmisión",), "INICIÓ LA TRANSMISIÓN", "77-transmision"),
    (("Transmisión", "INICIÓ LA TRANSMISIÓN"), "Facebook", "78-inicio"),
    (("Terminar",), "Guardar el acta (PDF)", "79-terminar"),
)


def prepare(demo):
    """An open visit in the filled field book, with a commitment of an earlier one."""
    event = demo.ctl("event", "open", "--type", "visita_obra", "--title", TITLE, "--work", WORK)[-1]["id"]
    demo.ctl("visit", "add", "--event", event, "--type", "commitment", "-",
             stdin=json.dumps({"text": "Poner la valla", "responsible": "Consorcio inventado", "due_on": "2026-04-15"}) + "\n")


def walk(app, walk):
    """From Inicio and back."""
    everything = "TESTIGO_LONG" in os.environ or "TESTIGO_LOOKS" in os.environ
    walk.go("Inicio")
    app.resize(1280, 800)
    app.press(re.compile(f"^(Seguir|Empezar): {TITLE}"))
    for presses, there, name in PAGES:
        app.find(BUTTONS, re.compile("^Compromisos, "))
        if not everything and name not in FEW:
            continue
        for press in presses:
            app.press(re.compile(f"^{press}"))
        app.find(BUTTONS, there)
        walk.page(name)
        for _ in presses:
            walk.back()
    walk.back()
