# SPDX-License-Identifier: GPL-3.0-or-later
"""A tablet that is ended with SIGKILL in the middle of forms and started again: what the tests of it have in common."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from testigo_app import App, BUTTONS, Central, SHOTS, sign_in

FIELDS = ("text", "entry")
DISCARD = "Descartar lo que no se guardó"


class CrashingTablet:
    def __init__(self, build, source, arguments=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-crashes-"))
        self.central = Central(build, source, self.folder)
        self.app = App(build, self.folder / "tablet", arguments=arguments)
        self.drafts = self.app.store / "drafts"

    def kept(self, form):
        """When a draft of that form was written last; 0 while there is none."""
        return max((file.stat().st_mtime_ns for file in self.drafts.glob(f"{form}*.sealed")), default=0)

    def wait_kept(self, form, before=0):
        self.app.wait(lambda: self.kept(form) > before, f"draft of {form}")
        # The keystrokes after the first one may be on their way still.
        time.sleep(1.5)

    def wait_gone(self, form):
        self.app.wait(lambda: not self.kept(form), f"end of the draft of {form}")

    def end(self):
        """As a battery does."""
        self.app.kill()
        self.app.log.close()

    def start_again(self):
        assert not list(self.drafts.glob("*.json")), "with somebody signed in every draft is sealed"
        self.app.start()
        self.app.find(BUTTONS, "7")
        sign_in(self.app)

    def crash(self, *texts):
        """@texts: what was typed and not saved, which lies nowhere in clear."""
        self.end()
        self.nowhere(*texts)
        self.start_again()

    def nowhere(self, *texts):
        for text in texts:
            found = subprocess.run(["grep", "-rlaF", text, self.app.folder], capture_output=True, text=True).stdout.split()
            assert not found, f"«{text}» stands in {found}"

    def has_text(self, name, text):
        """@text: a pattern or the whole."""
        pattern = text if isinstance(text, re.Pattern) else re.compile(f"^{re.escape(text)}$")
        self.app.wait(lambda: any(pattern.search(c.text) for c in self.app.all(FIELDS, name)), f"«{pattern.pattern}» in «{name}»")

    def is_on(self, name, within=None):
        self.app.wait(lambda: (c := self.app.has(BUTTONS, name, within)) is not None and c.on, f"«{name}» chosen")

    def offered(self, shot=None):
        """The form says that this was left behind, and how to be rid of it."""
        self.app.find(BUTTONS, DISCARD)
        if shot:
            self.shots(shot)

    def shots(self, name):
        if SHOTS:
            for width, height in ((800, 1000), (360, 640)):
                self.app.resize(width, height)
                self.app.shot(f"borrador-{name}-{width}")
            self.app.resize(1200, 900)

    def clean(self):
        if self.app.process is not None and self.app.process.poll() is None:
            self.app.stop()
        self.central.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
