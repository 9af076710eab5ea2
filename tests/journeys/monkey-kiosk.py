#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A monkey in front of the kiosk: random presses on what is there and beside it, long ones, other buttons, letters, keys that move, shortcuts, as the X server sends them.
It never leaves, nothing that one person wrote is seen after the start screen, it never crashes, and nothing of it lies on the disk.

    monkey-kiosk.py BUILD SOURCE [long] (inside tests/support/display-run); 400 events, 20,000 with "long", MONKEY_EVENTS=N; TESTIGO_SEED repeats a run. Prints TAP.
"""
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from testigo_app import App, BUTTONS, Central, Tap, ctl, kiosk_tablet, staff_of_kiosk

BUILD, SOURCE = sys.argv[1:3]
EVENTS = int(os.environ.get("MONKEY_EVENTS", "20000" if "long" in sys.argv[3:] else "400"))
BATCH = 40
WIDTH, HEIGHT = 800, 1280
# With a check: another key may take a digit away from what was just written, and must not make an earlier person's of it.
CANARY = re.compile(r"Zzq(\d{4})(\d\d)z")
MOVES = ("Tab", "shift+Tab", "Return", "space", "BackSpace", "Delete", "Escape", "Left", "Right", "Up", "Down", "Home", "End", "Page_Up", "Page_Down", "dead_acute")
SHORTCUTS = ("alt+F4", "ctrl+q", "ctrl+w", "ctrl+n", "ctrl+o", "ctrl+p", "ctrl+l", "ctrl+c", "ctrl+v", "ctrl+x", "ctrl+a", "ctrl+z", "F1", "F5", "F10", "F11", "F12", "Menu",
             "shift+F10", "ctrl+shift+i", "ctrl+shift+d", "ctrl+period", "ctrl+shift+u", "ctrl+semicolon", "alt+space", "alt+Tab", "super", "Print", "XF86Back", "ctrl+alt+BackSpace",
             "ctrl+Tab", "alt+Left", "ctrl+comma", "ctrl+question")


def canary(batch):
    return f"Zzq{batch:04}{batch * 37 % 97:02}z"


class Monkey:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-monkey-"))
        self.central = Central(BUILD, SOURCE, self.folder)
        self.store = self.folder / "store"
        self.app = None
        self.places, self.fields = [], []
        self.batch = self.forgotten = self.events = self.starts = 0
        self.screens = set()

    def prepare(self):
        settings = kiosk_tablet(self.central, self.store, SOURCE)
        self.app = App(BUILD, self.folder / "app", store=self.store, arguments=["--kiosk"], settings=settings)
        self.app.start()
        staff_of_kiosk(self.app)
        self.app.resize(WIDTH, HEIGHT)

    def at(self, box):
        x, y, width, height = box
        return f"mousemove --window {self.window} {self.chance.randrange(x, x + max(1, width))} {self.chance.randrange(y, y + max(1, height))}"

    def act(self):
        """One event, in xdotool's words."""
        kind = self.chance.random()
        where = self.at(self.chance.choice(self.places)) if self.places and self.chance.random() < 0.8 else self.at((0, 0, WIDTH, HEIGHT))
        if kind < 0.55:
            return [where, "click 1"]
        if kind < 0.62 and self.fields:
            return [self.at(self.chance.choice(self.fields)), "click 1", f"type --delay 1 {canary(self.batch)}"]
        if kind < 0.74:
            return [f"key {self.chance.choice('abcdeñ0123456789')}" if self.chance.random() < 0.5 else f"key {self.chance.choice(MOVES)}"]
        if kind < 0.86:
            return [f"key {self.chance.choice(SHORTCUTS)}"]
        if kind < 0.89:
            return [where, "mousedown 1", "sleep 0.6", "mouseup 1"]
        if kind < 0.93:
            return [where, f"click {self.chance.choice((2, 3, 8, 9))}"]
        if kind < 0.97:
            return [where, "mousedown 1", self.at((0, 0, WIDTH, HEIGHT)), "mouseup 1"]
        return [where, f"click --repeat 2 --delay 20 {self.chance.choice((1, 4, 5))}"]

    def look(self):
        """What stands there now: places to press, and nothing that must not stand there."""
        app = self.app
        windows = list(app.tree().children())
        assert len(windows) == 1, f"windows: {windows}"
        self.places, self.fields = [], []
        at_start = False
        for control in app.tree().walk(hidden=True):
            text = control.text
            for batch, check in CANARY.findall(text) + CANARY.findall(control.name):
                if int(batch) * 37 % 97 == int(check):
                    assert int(batch) > self.forgotten, f"«{canary(int(batch))}» of an earlier person stands in {control!r}"
            assert not (control.role in BUTTONS and control.name.startswith("Envíos")), "the app of the staff is there"
            if not control.showing:
                continue
            if control.name in ("Registrar mi asistencia", "Sign in as attending") and control.role in BUTTONS:
                at_start = True
            if control.role in BUTTONS + ("text", "entry"):
                x, y, width, height = control.extents
                if width > 0 and 0 <= x < WIDTH and 0 <= y < HEIGHT:
                    (self.fields if control.role in ("text", "entry") else self.places).append((x, y, width, height))
            if control.role == "label" and re.match(r"^\d+ (de|of) \d+$", control.name):
                self.screens.add(control.name)
        if at_start:
            # What the last batch wrote may still be on its way from the X server.
            self.forgotten = self.batch - 1
            self.starts += 1

    def play(self):
        self.look()
        while self.events < EVENTS:
            self.batch += 1
            self.window = self.app.window_id()
            lines = [f"windowfocus {self.window}"]
            for _ in range(min(BATCH, EVENTS - self.events)):
                lines += self.act()
                self.events += 1
            subprocess.run(["xdotool", "-"], input="\n".join(lines) + "\n", text=True, check=True, timeout=300, stderr=subprocess.DEVNULL)
            time.sleep(0.1)
            self.look()
            if self.batch % 25 == 0:
                print(f"# {self.events} events, start screen seen {self.starts} times", flush=True)
        assert self.starts > 0, "it never came back to the start"

    def forgets(self):
        self.app.kill()
        found = [path for path in self.store.rglob("*") if path.is_file() and b"Zzq" in path.read_bytes()]
        assert not found, found
        comments, people = ctl(BUILD, self.store, "list", "comments"), ctl(BUILD, self.store, "list", "attendance")
        assert ctl(BUILD, self.store, "verify", "--deep")[-1]["faults"] == 0
        print(f"# {self.events} events, the start screen {self.starts} times, {len(self.screens)} steps of questions; {len(comments)} contributions and "
              f"{len(people)} sign-ins came of it; no crash, no way out, no canary")

    def end(self):
        if self.app is not None:
            self.app.stop()
        self.central.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    seed = int(os.environ.get("TESTIGO_SEED", random.randrange(1 << 32)))
    print(f"# TESTIGO_SEED={seed}")
    tap, monkey = Tap(), Monkey(seed)
    try:
        tap.step("a kiosk with staff", monkey.prepare)
        tap.step(f"{EVENTS} events: never left, nobody else's words", monkey.play)
        tap.step("nothing of it lies on the disk", monkey.forgets)
    except Exception:
        pass
    finally:
        monkey.end()
    tap.end()


main()
