# SPDX-License-Identifier: GPL-3.0-or-later
"""A workbook that can be used and one that cannot. make-workbook.py FINE BROKEN"""
import sys

from xlsx import workbook

FINE = {"survey": [["type", "name", "label"], ["start", "start", None], ["select_one sn", "vive", "¿Vive en la vereda?"], ["text", "porque", "¿Por qué?"]],
        "choices": [["list_name", "name", "label"], ["sn", "si", "Sí"], ["sn", "no", "No"]],
        "settings": [["form_title", "form_id"], ["Encuesta de la vereda", "vereda"]]}
BROKEN = {"survey": [["type", "name", "label"], ["telepatia", "a", "A"], ["text", "con espacio", "B"]]}

for path, sheets in zip(sys.argv[1:], (FINE, BROKEN)):
    with open(path, "wb") as file:
        file.write(workbook(sheets, shared=False))
