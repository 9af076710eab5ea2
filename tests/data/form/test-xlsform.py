#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""XLSForm workbooks through the real command: forms that exercise the standard, and as many that are broken. test-xlsform.py TESTIGOCTL"""
import datetime
import json
import os
import subprocess
import sys
import tempfile
import zipfile
import io

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from xlsx import workbook

CTL = os.path.abspath(sys.argv[1])
passed = failed = 0


def check(name, truth, told=""):
    global passed, failed
    if truth:
        passed += 1
        print(f"ok {passed + failed} - {name}", flush=True)
    else:
        failed += 1
        print(f"not ok {passed + failed} - {name}\n# {told}", flush=True)


def survey(*rows, columns=("type", "name", "label")):
    return [list(columns)] + [list(r) + [None] * (len(columns) - len(r)) for r in rows]


YES_NO = [["list_name", "name", "label"], ["sn", "si", "Sí"], ["sn", "no", "No"]]

GOOD = {
    # name: (sheets, questions, warnings as (sheet, row, column))
    "tipos": ({"survey": survey(
        ("text", "a", "Texto"), ("integer", "b", "Entero"), ("decimal", "c", "Decimal"), ("date", "d", "Fecha"), ("time", "e", "Hora"),
        ("dateTime", "f", "Instante"), ("select_one sn", "g", "Una"), ("select_multiple sn", "h", "Varias"), ("rank sn", "i", "Orden"),
        ("range", "j", "Rango"), ("note", "k", "Nota"), ("image", "l", "Foto"), ("audio", "m", "Voz"), ("geopoint", "n", "Lugar"),
        ("barcode", "o", "Código"), ("acknowledge", "p", "Acepta"), ("calculate", "q", None)), "choices": YES_NO}, 15, [("survey", 18, "calculation")]),
    "grupos": ({"survey": survey(
        ("begin_group", "g", "Grupo"), ("text", "a", "A"), ("begin group", "g2", "Otro"), ("text", "b", "B"), ("end group",), ("end_group",),
        ("begin_repeat", "r", "Hijos"), ("text", "c", "C"), ("end_repeat",))}, 3, []),
    "relevantes": ({"survey": survey(
        ("select_one sn", "a", "¿Sí?", None, "yes"), ("text", "b", "¿Por qué?", "${a} = 'si'", "${a} = 'si'"),
        ("integer", "c", "¿Cuántos?", "selected(${a}, 'si') and ${b} != ''", "no"),
        columns=("type", "name", "label", "relevant", "required")), "choices": YES_NO}, 3, []),
    "restricciones": ({"survey": survey(
        ("date", "a", "Nació", ". <= today()", "No puede ser mañana"), ("text", "b", "Celular", "regex(., '3[0-9]{9}')", "Diez números"),
        ("decimal", "c", "Peso", ". > 0 and . < 300", None), columns=("type", "name", "label", "constraint", "constraint_message"))}, 3, []),
    "calculos": ({"survey": survey(
        ("integer", "a", "A", None), ("integer", "b", "B", None), ("calculate", "suma", None, "${a} + ${b}"),
        ("calculate", "redondo", None, "round(${suma} div 3, 2)"), ("calculate", "edad", None, "int((today() - date('1990-05-01')) div 365.25)"),
        ("calculate", "texto", None, "if(${suma} > 10, concat('mucho: ', ${suma}), 'poco')"),
        columns=("type", "name", "label", "calculation"))}, 2, []),
    "filtros": ({"survey": survey(("select_one dep", "d", "Departamento", None), ("select_one mun", "m", "Municipio", "dep = ${d}"),
                                  columns=("type", "name", "label", "choice_filter")),
                 "choices": [["list_name", "name", "label", "dep"], ["dep", "s", "Santander", None], ["dep", "b", "Boyacá", None],
                             ["mun", "m1", "Uno", "s"], ["mun", "m2", "Dos", "b"], ["mun", 3, "Tres", "s"]]}, 2, []),
    "idiomas": ({"survey": survey(("text", "a", "¿Cómo se llama?", "What is your name?", "Como en la cédula"), ("select_one sn", "b", "¿Vive aquí?", "Do you live here?", None),
                                  columns=("type", "name", "label::Español (es)", "label::English (en)", "hint::Español (es)")),
                 "choices": [["list_name", "name", "label::Español (es)", "label::English (en)"], ["sn", "si", "Sí", "Yes"], ["sn", "no", "No", "No"]],
                 "settings": [["form_title", "form_id", "version", "default_language"], ["Dos idiomas", "dos_idiomas", 20261128, "Español (es)"]]}, 2, []),
    "apariencias": ({"survey": survey(("select_one sn", "a", "A", "likert"), ("select_one sn", "b", "B", "minimal"), ("select_one sn", "c", "C", "horizontal"),
                                      ("begin_group", "g", "G", "field-list"), ("text", "d", "D", "multiline"), ("end_group",), ("text", "e", "E", "mapa-3d"),
                                      columns=("type", "name", "label", "appearance")), "choices": YES_NO}, 5, [("survey", 8, "appearance")]),
    "kobo": ({"survey": survey(("start", "start", None), ("end", "end", None), ("today", "today", None), ("deviceid", "deviceid", None), ("username", "username", None),
                               ("select_one sn or_other", "a", "¿Cuál?"), ("text", "b", "Nombre"), ("video", "v", "Video"), ("calculate", "__version__", None)),
              "choices": YES_NO, "settings": [["id_string", "style", "public_key"], ["kobo_1", "pages", "MIIB"]]}, 3,
             [("settings", 2, "public_key"), ("survey", 2, "type"), ("survey", 3, "type"), ("survey", 5, "type"), ("survey", 6, "type"), ("survey", 9, "type"),
              ("survey", 10, "calculation")]),
    "valores": ({"survey": survey(("integer", "a", "A", 5, None, "start=0"), ("date", "b", "B", datetime.date(2026, 3, 27), True, None), ("text", "c", "C", "d'Artagnan \"x\"", False, None),
                                  ("range", "d", "D", None, None, "start=1 end=5 step=0.5"), ("text", "e", "E", "concat('x', ${a})", None, None), ("select_one sn", "f", "F", "si", None, "randomize=true"),
                                  columns=("type", "name", "label", "default", "required", "parameters")), "choices": YES_NO}, 6, [("survey", 2, "parameters")]),
}

BROKEN = {
    # name: (sheets, faults)
    "sin-survey": ({"hoja": [["type", "name"], ["text", "a"]]}, [("survey", 0, "")]),
    "sin-columnas": ({"survey": [["clase", "nombre"], ["text", "a"]]}, [("survey", 0, "")]),
    "tipo": ({"survey": survey(("text", "a", "A"), ("telepatia", "b", "B"))}, [("survey", 3, "type")]),
    "pregunta": ({"survey": survey(("text", "a", "A", None), ("text", "b", "B", "${nadie} = 1"), columns=("type", "name", "label", "relevant"))}, [("survey", 3, "relevant")]),
    "funcion": ({"survey": survey(("calculate", "a", None, "pulldata('x', 'y', 'z', 1)"), ("text", "b", "B", None), columns=("type", "name", "label", "calculation"))}, [("survey", 2, "calculation")]),
    "grupo": ({"survey": survey(("begin_group", "g", "G"), ("text", "a", "A"))}, [("survey", 0, "type")]),
    "cierre": ({"survey": survey(("text", "a", "A"), ("end_repeat",))}, [("survey", 3, "type")]),
    "nombres": ({"survey": survey(("text", "a", "A"), ("text", "a", "Otra"), ("text", "1b", "B"), ("text", "con espacio", "C"), ("text", None, "D"))},
                [("survey", 3, "name"), ("survey", 4, "name"), ("survey", 5, "name"), ("survey", 6, "name")]),
    "lista": ({"survey": survey(("select_one nada", "a", "A"), ("select_one sn", "b", "B"), ("select_one", "c", "C")),
               "choices": YES_NO + [["sn", "si", "Otra vez"], ["sn", None, "Sin nombre"], ["sn", "a b", "Espacio"]]},
              [("choices", 4, "name"), ("choices", 5, "name"), ("choices", 6, "name"), ("survey", 2, "type"), ("survey", 4, "type")]),
    "restriccion": ({"survey": survey(("integer", "a", "A", ". >"), ("integer", "b", "B", "(. > 3"), ("integer", "c", "C", ". > '3"),
                                      columns=("type", "name", "label", "constraint"))}, [("survey", 2, "constraint"), ("survey", 3, "constraint"), ("survey", 4, "constraint")]),
    "rango": ({"survey": survey(("range", "a", "A", "start=1 end=1"), ("range", "b", "B", "step=0"), columns=("type", "name", "label", "parameters"))},
              [("survey", 2, "parameters"), ("survey", 3, "parameters")]),
    "vacio": ({"survey": survey(("note", "a", "Nada que preguntar"))}, [("survey", 0, "")]),
}


def ctl(store, *arguments, expect=0):
    run = subprocess.run([CTL, *arguments, "--store", store, "--json"], capture_output=True, text=True, timeout=60)
    if run.returncode != expect:
        print(f"# {arguments}: exit {run.returncode}, wanted {expect}: {run.stderr[-300:]}")
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()]


def places(lines, what):
    return sorted((l[what]["sheet"], l[what]["row"], l[what]["column"]) for l in lines if what in l)


def main():
    with tempfile.TemporaryDirectory(prefix="testigo-forms-") as folder:
        store = os.path.join(folder, "store")
        ctl(store, "init", "--name", "tableta 01")

        def save(name, data):
            path = os.path.join(folder, name + ".xlsx")
            with open(path, "wb") as file:
                file.write(data)
            return path

        for shared in (True, False):
            for name, (sheets, questions, warnings) in GOOD.items():
                path = save(name, workbook(sheets, shared))
                code, lines = ctl(store, "form", "import", path)
                check(f"{name} ({'shared' if shared else 'inline'} strings) is imported", code == 0 and lines and lines[-1].get("questions") == questions, lines[-1:])
                told = places(lines, "warning")
                # Dates are numbers with a style in one of the two files only.
                check(f"{name}: what is left out is said by sheet, row and column", told == sorted(warnings), f"{told} instead of {sorted(warnings)}")
        for name, (sheets, faults) in BROKEN.items():
            path = save(name, workbook(sheets))
            code, lines = ctl(store, "form", "import", path, expect=1)
            told = places(lines, "fault")
            check(f"broken: {name} is refused, and where", code == 1 and told == sorted(faults) and lines[-1].get("code") == "bad-value", f"{code} {told}")

        code, rows = ctl(store, "form", "list")
        codes = [r["code"] for r in rows]
        check("the list has the imported and the shipped ones", set(codes) >= {"q1", "q2", "q3", "q4", "q5", "q6", "dos_idiomas", "tipos", "kobo_1"}, codes)
        check("nothing of the broken ones", not set(codes) & set(BROKEN), codes)
        code, rows = ctl(store, "form", "show", "DOS_IDIOMAS")
        form = rows[0]
        check("languages are told apart", form["languages"] == ["es", "en"] and form["title"] == {"es": "Dos idiomas"} and form["version"] == "20261128", form["languages"])
        check("and their texts", form["questions"][0]["label"] == {"es": "¿Cómo se llama?", "en": "What is your name?"}, form["questions"][0])
        code, rows = ctl(store, "form", "show", "valores")
        values = {q["name"]: q for q in rows[0]["questions"]}
        check("defaults: a quoted text is itself, a call is reckoned", values["c"]["default"].startswith("concat(") and values["e"]["default"] == "concat('x', ${a})", values["c"])
        check("required: TRUE and FALSE of a spreadsheet", values["b"].get("required") == "true()" and "required" not in values["c"], values["b"])
        ctl(store, "form", "import", save("valores", workbook(GOOD["valores"][0], True)))
        code, rows = ctl(store, "form", "show", "valores")
        values = {q["name"]: q for q in rows[0]["questions"]}
        check("a day of the spreadsheet is a date", values["b"]["default"] == "'2026-03-27'", values["b"])
        # A town's own sheet does not say what is about the person; ours has a column for it.
        marked = dict(GOOD["valores"][0])
        marked["survey"] = [row + ["sensitive" if i == 0 else "no"] for i, row in enumerate(marked["survey"])]
        told = [bool(rows[-1].get("unmarked"))]
        ctl(store, "form", "import", save("valores", workbook(marked)))
        told.append(bool(ctl(store, "form", "show", "valores")[1][-1].get("unmarked")))
        check("it is remembered whether a sheet says which questions are about the person", told == [True, False], told)
        check("a form that is not there", ctl(store, "form", "show", "nada", expect=1)[1][-1]["code"] == "not-found")

        # Files that are no workbooks, torn ones, and attacks.
        whole = workbook(GOOD["tipos"][0])
        for cut in (0, 1, 30, len(whole) // 2, len(whole) - 30):
            code, lines = ctl(store, "form", "import", save("torn", whole[:cut]), expect=1)
            check(f"a workbook cut after {cut} bytes is refused", code == 1 and lines[-1]["code"] in ("file-unreadable", "bad-value"), lines)
        code, lines = ctl(store, "form", "import", save("text", b"type,name\ntext,a\n"), expect=1)
        check("a CSV is no workbook", lines[-1]["code"] == "file-unreadable")
        code, lines = ctl(store, "form", "import", os.path.join(folder, "nowhere.xlsx"), expect=1)
        check("a file that is not there", code == 1, lines)

        def with_part(name, text):
            source, out = zipfile.ZipFile(io.BytesIO(workbook(GOOD["tipos"][0], False))), io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in source.namelist():
                    archive.writestr(part, text if part == name else source.read(part))
            return out.getvalue()

        secret = os.path.join(folder, "secret")
        with open(secret, "w") as file:
            file.write("canario-xxe")
        entity = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>'
        code, lines = ctl(store, "form", "import", save("xxe", with_part("xl/worksheets/sheet1.xml", entity)), expect=1)
        check("an entity is an attack", lines[-1]["code"] == "file-unreadable" and "canario-xxe" not in json.dumps(lines), lines)
        code, lines = ctl(store, "form", "import", save("bomb", with_part("xl/worksheets/sheet1.xml", b" " * (80 << 20))), expect=1)
        check("a workbook that unpacks to 80 MiB is refused", lines[-1]["code"] == "too-large", lines)

        code, rows = ctl(store, "rebuild")
        check("forms come out of the journal equal", rows[-1]["equal"] is True, rows)
        code, rows = ctl(store, "verify", "--deep")
        check("and everything verifies", rows[-1]["faults"] == 0, rows)
    print(f"1..{passed + failed}")
    return 1 if failed else 0


sys.exit(main())
