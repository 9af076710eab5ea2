#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questionnaires at the kiosk as a citizen fills them in, by what a screen reader sees: every question of each that is offered to the public (the fifth is for staff, who fill it in on the
page of a visit), in both languages, on a phone and a tablet, with ordinary and doubled text; and a kill in the middle.

    journey-survey.py BUILD SOURCE (inside tests/support/display-run). Without TESTIGO_LONG only the first, on a phone. TESTIGO_SHOTS=DIR keeps pictures.
"""
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

from testigo_app import App, BUTTONS, Central, Tap, call, ctl, nameless

BUILD, SOURCE = sys.argv[1:3]
LONG = os.environ.get("TESTIGO_LONG") == "1"
PIN = "802537"
CANARY = "Xqcanario de la encuesta"
PROGRESS = re.compile(r"^\d+ (de|of) \d+$")
WORDS = {"es": {"survey": "Responder una encuesta", "begin": "Empezar", "next": "Seguir", "skip": "Omitir", "end": "Terminar", "no": "No, terminar",
                "thanks": "Gracias por responder", "other": "English"},
         "en": {"survey": "Answer a survey", "begin": "Begin", "next": "Continue", "skip": "Skip", "end": "Finish", "no": "No, finish",
                "thanks": "Thank you for answering", "other": "Español"}}


def english(text):
    """The English of one of our own words, from the translations that the app uses."""
    found = re.search(r'msgid "' + re.escape(text) + r'"\nmsgstr "(.*)"', (pathlib.Path(SOURCE) / "po/en.po").read_text("utf-8"))
    return found.group(1)


for key, text in WORDS["es"].items():
    if key != "other":
        WORDS["en"][key] = english(text)


def in_language(words, lang):
    return words if isinstance(words, str) else words.get(lang, words["es"])


class Form:
    def __init__(self, code):
        self.content = json.loads((pathlib.Path(SOURCE) / f"data/form/shipped/{code}.json").read_text("utf-8"))
        self.code = code

    def title(self, lang):
        return in_language(self.content["title"], lang)

    def questions(self, within=None):
        for question in within if within is not None else self.content["questions"]:
            yield question
            yield from self.questions(question.get("questions", []))

    def choices(self, question, lang):
        return [in_language(choice["label"], lang) for choice in self.content["lists"].get(question.get("list"), [])]


class Survey:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-survey-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.store = self.folder / "store"
        self.app = None
        self.filled = []
        self.size = (360, 640)
        self.look = ""
        self.where = None

    def start(self, text_scale=None):
        settings = {"kiosk-idle-seconds": "uint32 600", "kiosk-forms": "['q1', 'q2', 'q3', 'q4', 'q6']"}
        if text_scale:
            settings["text-scale"] = text_scale
        self.app = App(BUILD, self.folder / "app", store=self.store, arguments=["--kiosk"], settings=settings)
        self.app.start()

    def at_start(self, lang="es"):
        return self.app.find(BUTTONS, WORDS[lang]["survey"], seconds=60)

    def prepare(self):
        self.central.start()
        code = self.central.run("enrol-code", "--name", "tableta-08")[0]["text"]
        ctl(BUILD, self.store, "init", "--name", "tableta-08")
        ctl(BUILD, self.store, "enrol", code)
        ctl(BUILD, self.store, "event", "open", "--type", "audiencia_publica", "--title", "Audiencia pública")
        self.start()
        self.app.type("Nombre y apellido", "Ana Rojas")
        self.app.press("Supervisión")
        self.app.type("PIN, de 6 a 12 cifras", PIN)
        self.app.type("El mismo PIN otra vez", PIN)
        self.app.press("Empezar")
        self.at_start()
        self.app.resize(*self.size)

    def inside(self, controls):
        """Nothing that one touches is cut off at the side or without a name."""
        for control in controls:
            assert not nameless(control) or control.extents[2] <= 0, f"{control!r} at {control.extents} has no name"
            if control.role in BUTTONS:
                x, _, width, _ = control.extents
                assert width == 0 or (x >= -1 and x + width <= self.size[0] + 1), f"{control!r} reaches from {x} to {x + width} of {self.size[0]}"

    def progress(self):
        """«3 de 5»: the label stays the same from question to question, and asking it alone is quick."""
        name = call(self.where.accessible.get_name, default="") if self.where is not None else ""
        if not PROGRESS.match(name):
            self.where = self.app.has(("label",), PROGRESS)
            name = self.where.name if self.where is not None else None
        return name

    def answer(self, form, lang, controls):
        """Whatever stands on this screen; how many touches it took. A single choice goes on by itself."""
        touches = 0
        shown = {control.name for control in controls}
        buttons = [control for control in controls if control.role in BUTTONS]
        for question in form.questions():
            label = in_language(question.get("label", ""), lang)
            if label not in shown:
                continue
            if question["type"] in ("select_one", "select_multiple", "rank"):
                for choice in form.choices(question, lang):
                    button = next((b for b in buttons if b.name == choice or b.name.startswith(choice)), None)
                    if button is not None:
                        button.press()
                        touches += 1
                        break
            elif question["type"] == "text":
                field = next((c for c in controls if c.role in ("text", "entry") and c.name == label), None)
                if field is not None:
                    field.type("Mas agua")
        return touches

    def moved(self, before, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.progress() != before:
                return True
            time.sleep(0.02)
        return False

    def fill(self, code, lang, until=None):
        """Through the whole form; with @until as far as that many questions."""
        form, words, app = Form(code), WORDS[lang], self.app
        begun = time.monotonic()
        if lang != "es":
            app.press(WORDS["es"]["other"])
        self.at_start(lang).press()
        app.press(form.title(lang))
        app.press(words["begin"])
        touches, screens = 3, 0
        self.where = None
        app.wait(self.progress, "the first question")
        while True:
            before = self.progress()
            if screens == until:
                return None
            controls = list(app.tree().walk())
            self.inside(controls)
            app.shot(f"encuesta-{self.look}{code}-{lang}-{screens + 1:02}")
            screens += 1
            answered = self.answer(form, lang, controls)
            touches += answered
            if not (answered == 1 and self.moved(before, 1)):
                forward = next(c for c in reversed(controls) if c.role in BUTTONS and c.sensitive and c.accessible.get_name() in (words["next"], words["skip"], words["end"], words["no"]))
                forward.press()
                touches += 1
                app.wait(lambda: self.progress() != before, "the next screen")
            if self.progress() is None:
                break
            assert screens < 60, "the form has no end"
        app.find(None, words["thanks"])
        app.press(words["end"])
        self.at_start()
        self.filled.append(code)
        print(f"# {code} {lang} {self.size[0]}x{self.size[1]}{self.look and ' ' + self.look}: {screens} screens, {touches} touches, {time.monotonic() - begun:.1f} s by a screen reader", flush=True)
        return touches

    def first(self):
        touches = self.fill("q1", "es")
        assert touches <= 45, touches

    def everything(self):
        for scale in (None, "2.0"):
            for size in ((360, 640), (800, 1280)):
                self.app.stop()
                self.start(scale)
                self.at_start()
                self.size = size
                self.look = f"{size[0]}-{'grande-' if scale else ''}"
                self.app.resize(*size)
                for lang in ("es", "en"):
                    for code in ("q1", "q2", "q3", "q4", "q6"):
                        self.fill(code, lang)

    def clean_of(self, *texts):
        for path in self.folder.rglob("*"):
            if path.is_file() and "central" not in path.parts:
                data = path.read_bytes()
                for text in texts:
                    assert text.encode() not in data, f"«{text}» stands in {path}"

    def killed(self):
        """Nobody asked for it to be kept: what was half answered is gone with the program, from the disk too."""
        self.fill("q2", "es", until=5)
        area = self.app.find(("text", "entry"), in_language(next(q for q in Form("q2").questions() if q["type"] == "text")["label"], "es"))
        self.app.shot("encuesta-texto")
        area.type(CANARY)
        self.app.wait(lambda: CANARY in area.text, "the canary on the screen")
        self.app.kill()
        self.clean_of(CANARY)
        self.start()
        self.at_start()
        self.app.resize(*self.size)

    def kept(self):
        """Somebody asked for it: the code brings it back after a kill, at the question at which they were; and on the disk it is sealed."""
        app = self.app
        self.fill("q2", "es", until=5)
        app.find(("text", "entry"), in_language(next(q for q in Form("q2").questions() if q["type"] == "text")["label"], "es")).type(CANARY)
        app.press("Inicio")
        app.press("Guardarlo para terminar después")
        said = app.says(re.compile(r"Su código es \d{4} \d{4} \d{4}"), seconds=60).name
        code = re.search(r"\d{4} \d{4} \d{4}", said).group()
        app.kill()
        self.clean_of(CANARY)
        self.start()
        app = self.app
        self.at_start()
        app.resize(*self.size)
        app.press(re.compile("^Seguir .* sin terminar$"))
        app.type("Código", code)
        app.press("Seguir")
        area = app.find(("text", "entry"), in_language(next(q for q in Form("q2").questions() if q["type"] == "text")["label"], "es"), seconds=60)
        assert area.text == CANARY, area.text
        app.press(WORDS["es"]["end"])
        app.find(None, WORDS["es"]["thanks"])
        app.press(WORDS["es"]["end"])
        self.at_start()
        self.filled.append("q2")

    def counted(self):
        self.app.stop()
        rows = ctl(BUILD, self.store, "list", "surveys")
        forms = sorted(row["form"] for row in rows)
        assert forms == sorted(self.filled), (forms, sorted(self.filled))
        self.clean_of(CANARY, "Mas agua")

    def end(self):
        if self.app is not None:
            self.app.stop()
        self.central.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    tap, survey = Tap(), Survey()
    try:
        tap.step("a tablet with an event", survey.prepare)
        tap.step("the first questionnaire on a phone, question by question", survey.first)
        if LONG:
            tap.step("all of them: two sizes, two languages, ordinary and doubled text", survey.everything)
        tap.step("a kill in the middle leaves nothing of it", survey.killed)
        tap.step("what was to be kept comes back after a kill", survey.kept)
        tap.step("what was sent is there, once each, and nothing in clear", survey.counted)
    except Exception:
        pass
    finally:
        survey.end()
    tap.end()


main()
