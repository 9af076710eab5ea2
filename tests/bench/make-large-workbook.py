#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An XLSForm of 500 rows that use what forms use: make-large-workbook.py OUT"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data" / "form"))
from xlsx import workbook

survey = [["type", "name", "label::Español (es)", "label::English (en)", "hint", "relevant", "constraint", "constraint_message", "required", "choice_filter"]]
for i in range(500):
    kind = ("text", "integer", "select_one barrio", "select_multiple barrio", "date")[i % 5]
    survey.append([kind, f"p{i}", f"Pregunta {i}", f"Question {i}", "Una ayuda", f"${{p{i - 4}}} > 3" if i % 5 == 0 and i > 5 else None,
                   ". >= 0 and . < 1000" if i % 5 == 1 else None, "Entre 0 y 1000" if i % 5 == 1 else None, "yes" if i % 7 == 0 else None,
                   f"zona = string(${{p{i - 1}}})" if i % 5 == 2 else None])
choices = [["list_name", "name", "label::Español (es)", "label::English (en)", "zona"]]
choices += [["barrio", f"b{i}", f"Barrio {i}", f"Quarter {i}", str(i % 10)] for i in range(200)]
pathlib.Path(sys.argv[1]).write_bytes(workbook({"survey": survey, "choices": choices, "settings": [["form_title", "form_id"], ["Grande", "grande"]]}))
