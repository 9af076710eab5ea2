#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A town's questionnaire from a workbook at central to a tablet, its answers to /encuestas. test-forms.py CENTRAL TESTIGOCTL

The results are reckoned here a second time, from the answers as they were given."""
import csv
import io
import json
import os
import random
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "faults"), os.path.join(here, "..", "data", "form")]
from harness import Bench, Tools, expect, run
from xlsx import workbook

Tools.central, Tools.ctl = map(os.path.abspath, sys.argv[1:3])
PHRASE = "una frase bien larga para entrar"
number = 0
failed = False


def check(name, truth, *told):
    global number, failed
    number += 1
    failed = failed or not truth
    print(f"{'ok' if truth else 'not ok'} {number} - {name}", flush=True)
    if not truth:
        print("#", *told, flush=True)


FORM = {
    "survey": [["type", "name", "label::Español (es)", "label::English (en)", "relevant", "required", "sensitive"],
               ["select_one nota", "nota", "¿Cómo le pareció?", "How was it?", None, "yes"],
               ["select_multiple tema", "temas", "¿Qué temas?", "Which subjects?", None, None],
               ["select_one edad", "edad", "¿Qué edad tiene?", "How old are you?", None, None, "yes"],
               ["integer", "personas", "¿Cuántos viven con usted?", "How many live with you?", None, None],
               ["text", "porque", "¿Por qué?", "Why?", "${nota} = '1'", None]],
    "choices": [["list_name", "name", "label::Español (es)", "label::English (en)"]] + [["nota", str(i), str(i), str(i)] for i in range(1, 6)]
    + [["tema", t, t.title(), t.title()] for t in ("vias", "agua", "salud")] + [["edad", e, e, e] for e in ("joven", "adulta", "mayor")],
    "settings": [["form_title", "form_id", "version"], ["Encuesta de barrio", "barrio", "3"]],
}


def main():
    rng = random.Random(5)
    with Bench() as bench:
        base = f"http://127.0.0.1:{bench.port}"

        def get(path):
            try:
                with urllib.request.urlopen(base + path, timeout=30) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        path = os.path.join(bench.folder, "barrio.xlsx")
        with open(path, "wb") as file:
            file.write(workbook(FORM))
        broken = os.path.join(bench.folder, "roto.xlsx")
        with open(broken, "wb") as file:
            file.write(workbook({"survey": [["type", "name", "label"], ["telepatia", "a", "A"]]}))
        done = bench.admin("form", "import", path)
        check("central takes the workbook", done.last["code"] == "barrio" and done.last["questions"] == 5, done.rows)
        done = bench.admin("form", "import", broken, ok=None)
        check("and refuses a broken one, with sheet, row and column", done.code == 1 and {"sheet": "survey", "row": 2, "column": "type"}.items() <= done.rows[0]["fault"].items(), done.rows)
        codes = [row["code"] for row in bench.admin("form", "list").rows]
        check("form list at central", codes == ["barrio", "q1", "q2", "q3", "q4", "q5", "q6"], codes)

        tablet = bench.tablet()
        event = tablet.begin()
        done = tablet.ctl("survey", "add", "--event", event, "--form", "barrio", "-", stdin='{"nota": "5"}\n', ok=None)
        check("a form that is not there yet is not answered", done.code == 1 and done.last["code"] == "not-found", done.rows)
        tablet.sync()
        rows = {row["code"]: row for row in tablet.ctl("form", "list").rows}
        check("the form comes down with the first contact", rows.get("barrio", {}).get("from") == "central" and rows["barrio"]["version"] == "3", list(rows))
        tablet.sync()

        answers = []
        for i in range(23):
            one = {"nota": str(rng.choice([1, 2, 4, 5])), "personas": rng.randint(1, 9)}
            if rng.random() < 0.8:
                one["temas"] = rng.sample(["vias", "agua", "salud"], rng.randint(1, 3))
            if i < 12:
                one["edad"] = "joven" if i < 9 else "mayor"
            if one["nota"] == "1":
                one["porque"] = "canario-del-texto"
            answers.append(one)
        done = tablet.add("survey", "add", "--event", event, "--form", "BARRIO", "-", stdin="".join(json.dumps(a) + "\n" for a in answers))
        check("23 people answer", len(done.rows) == 23, done.stderr)
        ids = [row["id"] for row in done.rows]
        wrong = ['{"nota": "6"}', '{"temas": ["vias"]}', '{"nota": "5", "porque": "no se pregunta"}', '{"nota": "5", "otra": 1}', '{"nota": "5", "personas": "muchas"}', '{"nota": "5", "temas": "vias agua"}']
        done = tablet.ctl("survey", "add", "--event", event, "--form", "barrio", "-", stdin="\n".join(wrong) + "\n", ok=None)
        codes = [row.get("code") for row in done.rows]
        check("what the form does not allow is refused line by line", done.code == 1 and codes[:5] == ["bad-value", "missing-field", "bad-value", "unknown-field", "bad-value"], codes)
        check("and the message does not repeat the answer", "no se pregunta" not in done.stderr and "muchas" not in done.stderr)
        check("a list as XForms writes it is taken", "id" in done.rows[5], done.rows[5])
        answers.append({"nota": "5", "temas": ["vias", "agua"]})
        status, page = get("/encuestas")
        check("nothing before it is sent", status == 200 and "Encuesta de barrio" not in page)
        tablet.ctl("event", "close", event)
        tablet.sync()
        status, page = get("/encuestas")
        check("the page has the form by its title", status == 200 and "Encuesta de barrio" in page and "20 respuestas" in page.replace("\u00a0", " "), page[1000:2500])
        check("and no text that a person typed", "canario-del-texto" not in page)

        # The same goes down to the tablets, for the kiosk.
        tablet.sync()
        shown = {row["code"]: row for row in tablet.ctl("list", "results").rows}
        check("the tablet has the form's results, and those alone", list(shown) == ["barrio"] and shown["barrio"]["in"]["es"]["responses"] == 20, shown)
        question = next(q for q in shown["barrio"]["in"]["en"]["questions"] if q["name"] == "nota")
        check("with its words in the other language", question["text"] == "How was it?" and question["answered"] == 20, question)
        check("and nothing that was typed", "canario-del-texto" not in json.dumps(shown) and "porque" not in json.dumps(shown))

        status, text = get("/descargas/encuesta-barrio.csv")
        rows = list(csv.DictReader(io.StringIO(text)))
        check("the results as CSV", status == 200 and len(rows) == 5 + 3 + 3 + 1 + 1, status, text[:300])
        check("no text there either", "canario-del-texto" not in text)
        # In which order they reached the log is central's affair: with every answer given, a full step more or less, each count is between bounds.
        good = True
        for row in rows:
            counted = [a[row["question"]] for a in answers if row["question"] in a]
            shown = int(row["answered"])
            good = good and shown == len(counted) // 5 * 5
            if row["count"] == "" or row["choice"] == "":
                continue
            true = sum(row["choice"] in (c if isinstance(c, list) else [c]) for c in counted)
            good = good and true - (len(counted) - shown) <= int(row["count"]) <= true
            good = good and abs(float(row["pct"]) - 100 * int(row["count"]) / shown) < 0.06
        check("the figures are those of the answers, in steps of five", good, text)
        by_question = {}
        for row in rows:
            by_question.setdefault(row["question"], []).append(row)
        total = sum(int(row["count"]) for row in by_question["nota"])
        check("one choice each: the counts add up to those who answered", total == int(by_question["nota"][0]["answered"]) == 20, total)
        ages = by_question["edad"]
        check("of a question about the person no group under five is shown, nor one that it could be reckoned from",
              all(row["count"] in ("", "0") or int(row["count"]) >= 5 for row in ages) and sum(row["count"] == "" for row in ages) != 1, ages)
        mean = sum(int(row["choice"]) * int(row["count"]) for row in by_question["nota"]) / total
        check("the mean is the mean", abs(float(by_question["nota"][0]["mean"]) - mean) < 0.06, mean)
        check("a form that nobody answered has no file", get("/descargas/encuesta-q2.csv")[0] == 404)
        check("nor one that does not exist", get("/descargas/encuesta-..%2F..%2Fkeys.csv")[0] in (400, 404))

        # More answers in words than a page of the desk holds: the rest is said and led to.
        second = tablet.ctl("event", "open", "--type", "feria_transparencia", "--title", "Otra feria").last["id"]
        words = {f"Razón inventada {i:04}" for i in range(510)}
        tablet.add("survey", "add", "--event", second, "--form", "barrio", "-", stdin="".join(json.dumps({"nota": "1", "porque": w}) + "\n" for w in sorted(words)))
        tablet.ctl("event", "close", second)
        tablet.sync()
        bench.admin("user", "add", "Ana Mesa", "--role", "moderador", "--without-second-factor", stdin=PHRASE + "\n")
        desk = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        sign_in = urllib.parse.urlencode({"nombre": "Ana Mesa", "clave": PHRASE}).encode()
        desk.open(urllib.request.Request(base + "/mesa/entrar", sign_in, {"Origin": base}), timeout=30).read()
        pages = [desk.open(f"{base}/mesa/encuestas{query}", timeout=30).read().decode() for query in ("", "?encuesta=barrio&pagina=2")]
        shown = [re.findall(r"Razón inventada \d{4}", page) for page in pages]
        check("the desk shows them in pages", "Página 1 de 2" in pages[0] and "pagina=2" in pages[0] and len(shown[0]) in range(450, 501), pages[0][-3000:])
        check("all of them, each once", sorted(shown[0] + shown[1]) == sorted(words), [len(s) for s in shown])
        check("in an order that tells nothing of who answered when", shown[0] == sorted(shown[0]))

        # Who takes an answer back takes the whole group out of the figures: four of five would tell of the fifth.
        def counts():
            text = get("/descargas/encuesta-barrio.csv")[1]
            return {row["choice"]: (int(row["count"]), int(row["answered"])) for row in csv.DictReader(io.StringIO(text)) if row["question"] == "nota"}

        before = counts()
        tablet.ctl("withdraw", ids[3])
        tablet.ctl("sync")
        after = counts()
        gone = sum(before[c][0] - after[c][0] for c in before)
        check("a withdrawn answer leaves with its group or was not counted yet", gone in (0, 5) and after["1"][1] == before["1"][1] - gone, before, after)
        check("and nobody else moved", all(before[c][0] >= after[c][0] for c in before), before, after)
        bench.admin("erase", ids[7])
        last = counts()
        lost = sum(after[c][0] - last[c][0] for c in after)
        check("so does an erased one, of which nothing is left to count", lost in (0, 5) and all(after[c][0] >= last[c][0] for c in after), after, last)

        tablet.sync()
        told = {o["name"]: o.get("count") for o in next(q for q in tablet.ctl("list", "results").rows[0]["in"]["es"]["questions"] if q["name"] == "nota")["options"]}
        check("the tablet's results follow what was taken back", told == {choice: count for choice, (count, _) in last.items() if choice}, told, last)

        newer = dict(FORM)
        newer["settings"] = [["form_title", "form_id", "version"], ["Encuesta de barrio", "barrio", "4"]]
        with open(path, "wb") as file:
            file.write(workbook(newer))
        bench.admin("form", "import", path)
        tablet.sync()
        rows = {row["code"]: row for row in tablet.ctl("form", "list").rows}
        check("a newer version takes the place of the old one", rows["barrio"]["version"] == "4", rows["barrio"])
        check("and the tablet comes out of its journal equal", tablet.ctl("rebuild").last["equal"] is True)
        done = bench.admin("verify")
        check("central verifies, its projections too", done.last.get("faults") == 0, done.rows)
        bench.check(everything=False)
        check("and the checker agrees", True)
    print(f"1..{number}")
    return 1 if failed else 0


sys.exit(main())
