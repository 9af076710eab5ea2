# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the app as a screen reader does: starts it with a data folder of its own, finds controls by role and name, presses them by
their action, writes into them; everything with a deadline. To be run inside tests/support/display-run.

What AT-SPI cannot drive on GTK 4.8 (a text view without EditableText, a control without an action) is clicked at its place.
"""
import functools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

DEADLINE = float(os.environ.get("TST_DEADLINE", "20"))
SHOTS = os.environ.get("TESTIGO_SHOTS")
FRAME_PX = 12
LEAVES = ("label", "image", "scroll bar", "separator")
BUTTONS = ("push button", "toggle button", "switch", "radio button")
# Roles of what a person acts on.
CONTROLS = (*BUTTONS, "text", "entry", "password text", "slider", "spin button", "check box", "link", "menu item", "combo box", "toggle button")
# A class in place of a name; the parts of libadwaita's header are no controls.
CLASS_NAME = re.compile(r"^(Gtk|Adw|Tst|Shumate)[A-Z]\w+$")


class Missing(AssertionError):
    pass


def call(function, *arguments, default=None):
    """A widget may be gone between two questions."""
    try:
        return function(*arguments)
    except GLib.Error:
        return default


class Control:
    """A control on the screen, as assistive technology sees it."""

    def __init__(self, app, accessible):
        self.app, self.accessible = app, accessible

    # Each question crosses the bus, and a page has hundreds of controls: asked once, and only where somebody wants to know.
    @functools.cached_property
    def role(self):
        return call(self.accessible.get_role_name, default="")

    @functools.cached_property
    def name(self):
        return call(self.accessible.get_name, default="") or ""

    def __repr__(self):
        return f"{self.role} «{self.name}»"

    def children(self):
        count = call(self.accessible.get_child_count, default=0)
        for i in range(count):
            child = call(self.accessible.get_child_at_index, i)
            if child is not None:
                yield Control(self.app, child)

    def has_state(self, state):
        states = call(self.accessible.get_state_set)
        return states is not None and states.contains(state)

    @property
    def showing(self):
        # GTK 4.8 sets SHOWING for windows only; what is hidden is not VISIBLE or not there at all.
        return self.has_state(Atspi.StateType.VISIBLE)

    @property
    def sensitive(self):
        return self.has_state(Atspi.StateType.SENSITIVE)

    @property
    def on(self):
        return self.has_state(Atspi.StateType.CHECKED) or self.has_state(Atspi.StateType.PRESSED)

    @property
    def extents(self):
        box = call(self.accessible.get_extents, Atspi.CoordType.WINDOW)
        return (box.x, box.y, box.width, box.height) if box is not None else (0, 0, 0, 0)

    @property
    def text(self):
        """What is written in it; of a field in which one types, its text, of all else its name."""
        if self.role in ("text", "entry", "password text"):
            count = call(self.accessible.get_character_count, default=0)
            return call(self.accessible.get_text, 0, count, default="") if count else ""
        return self.name

    def walk(self, hidden=False, leaves=()):
        """What is below; not what is inside of @leaves, roles beside those that never hold anything."""
        for child in self.children():
            if hidden or child.showing:
                yield child
                if child.role not in LEAVES and child.role not in leaves:
                    yield from child.walk(hidden, leaves)

    def press(self):
        if call(self.accessible.get_n_actions, default=0):
            if call(self.accessible.do_action, 0, default=False):
                return self
        return self.click()

    def click(self):
        x, y, width, height = self.extents
        assert width > 0, f"{self!r} is nowhere on the screen"
        window = self.app.window_id()
        subprocess.run(["xdotool", "windowfocus", window, "mousemove", "--window", window, str(x + width // 2), str(y + height // 2),
                        "click", "1"], check=True, stderr=subprocess.DEVNULL)
        return self

    def type(self, text):
        try:
            if self.accessible.set_text_contents(text):
                return self
        except GLib.Error:
            pass
        self.click()
        time.sleep(0.2)
        subprocess.run(["xdotool", "key", "ctrl+a", "type", "--delay", "1", text], check=True)
        return self


class App:
    """One run of the app. Where the data folder is there already it is used as it is: start, kill, start again."""

    def __init__(self, build, folder=None, arguments=(), environment=None, store=None, settings=None, still=False):
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="testigo-app-"))
        self.mine = folder is None
        self.store = pathlib.Path(store) if store else self.folder / "store"
        self.arguments = [str(a) for a in arguments]
        self.environment = environment or {}
        self.settings = settings  # {"text-scale": "2.0", …}, as GVariant texts
        self.still = still  # without animations, as whoever asks for less motion has it
        self.process = None

    def start(self):
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        if self.still:
            file = home / "config" / "gtk-4.0" / "settings.ini"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("[Settings]\ngtk-enable-animations=0\n")
        environment = os.environ | {
            "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"), "GSETTINGS_SCHEMA_DIR": str(self.build / "app"), "GSETTINGS_BACKEND": "memory",
            "GTK_A11Y": "atspi", "NO_AT_BRIDGE": "0"} | self.environment
        if self.settings:
            file = home / "config" / "glib-2.0" / "settings" / "keyfile"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("[co/testigo/Testigo]\n" + "".join(f"{name}={value}\n" for name, value in self.settings.items()))
            environment["GSETTINGS_BACKEND"] = "keyfile"
        self.log = open(self.folder / "app.log", "ab")
        self.process = subprocess.Popen([self.build / "app" / "testigo", "--store", self.store, *self.arguments], env=environment,
                                        stdout=self.log, stderr=self.log)
        self.wait(lambda: self.root() is not None, "a window of the app", 3 * DEADLINE)  # a busy machine
        return self

    def said(self):
        return (self.folder / "app.log").read_text("utf-8", "replace")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Closes it in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.close()

    def clean(self):
        if self.mine:
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- finding ---

    def root(self):
        assert self.process.poll() is None, f"the app ended with {self.process.returncode}:\n{self.said()[-3000:]}"
        desktop = Atspi.get_desktop(0)
        for i in range(call(desktop.get_child_count, default=0)):
            child = call(desktop.get_child_at_index, i)
            if child is not None and call(child.get_process_id) == self.process.pid:
                call(child.set_cache_mask, Atspi.Cache.NONE)
                call(child.clear_cache)
                control = Control(self, child)
                return control if any(True for _ in control.children()) else None
        return None

    def tree(self):
        """The root, for sure: on a busy machine the registry may not know it for a moment."""
        return self.wait(self.root, "window of the app")

    def wait(self, condition, what, seconds=None):
        """What the condition gave once it was true."""
        seconds = seconds or DEADLINE
        end = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                if self.process.poll() is None:
                    for control in (self.root() or self).walk() if self.root() else ():
                        print(f"#   {control!r}")
                raise Missing(f"after {seconds:g} s there is still no {what}\n{self.said()[-2000:]}")
            time.sleep(0.05)

    def all(self, role=None, name=None, within=None):
        roles = (role,) if isinstance(role, str) else role
        root = within or self.root()
        # No button lies inside a button; of what is inside there is much.
        for control in root.walk(leaves=BUTTONS if roles == BUTTONS else ()) if root else ():
            if roles is not None and control.role not in roles:
                continue
            if name is None or control.name == name or (isinstance(name, re.Pattern) and name.search(control.name)):
                yield control

    def has(self, role=None, name=None, within=None):
        return next(self.all(role, name, within), None)

    def find(self, role=None, name=None, within=None, seconds=None):
        return self.wait(lambda: self.has(role, name, within), f"{role or 'control'} «{getattr(name, 'pattern', name)}»", seconds)

    def gone(self, role=None, name=None, seconds=None):
        self.wait(lambda: self.has(role, name) is None, f"end of {role or 'control'} «{getattr(name, 'pattern', name)}»", seconds)

    def says(self, text, seconds=None):
        """A text somewhere on the page; a pattern or a part of it."""
        pattern = text if isinstance(text, re.Pattern) else re.compile(re.escape(text))
        return self.wait(lambda: next((c for c in self.tree().walk() if pattern.search(c.name) or pattern.search(c.text)), None),
                         f"words «{pattern.pattern}»", seconds)

    # --- acting ---

    def press(self, name, role=BUTTONS, within=None, seconds=None):
        def ready():
            control = self.has(role, name, within)
            return control if control is not None and control.sensitive else None

        control = self.wait(ready, f"{role} «{getattr(name, 'pattern', name)}» that can be pressed", seconds)
        return control.press()

    def type(self, name, text, role=("text", "entry", "password text"), within=None):
        control = self.find(role, name, within).type(text)
        self.wait(lambda: control.text == text or control.role == "password text", f"text in {control!r}")
        return control

    def switch(self, name, on=True):
        control = self.find(("switch", "toggle button", "check box"), name)
        if control.on != on:
            control.press()
        self.wait(lambda: self.find(("switch", "toggle button", "check box"), name).on == on, f"{control!r} turned {'on' if on else 'off'}")

    def action(self, name, parameter=None):
        """An action of the application, as it offers it on the session bus."""
        from gi.repository import Gio

        bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)

        def ask(method, *arguments):
            return bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                 GLib.Variant("(s)", arguments) if arguments else None, None, 0, 5000, None).unpack()[0]

        for owner in ask("ListNames"):
            if owner.startswith(":") and ask("GetConnectionUnixProcessID", owner) == self.process.pid:
                try:
                    bus.call_sync(owner, "/co/testigo/Testigo", "org.gtk.Actions", "Activate",
                                  GLib.Variant("(sava{sv})", (name, [parameter] if parameter is not None else [], {})), None, 0, 5000, None)
                    return
                except GLib.Error as error:
                    last = error
        raise Missing(f"no action {name}: {last}")

    def window_id(self):
        def ours():
            found = subprocess.run(["xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", "Testigo"], capture_output=True, text=True)
            return found.stdout.split()

        return self.wait(ours, "window on the display")[-1]

    def resize(self, width, height):
        """Once the window has that width, or wants more than that, its pages are laid out in a moment."""
        width, height = int(width), int(height)
        subprocess.run(["xdotool", "windowsize", self.window_id(), str(width), str(height)], check=True)
        end = time.monotonic() + 1
        # What assistive technology is told leaves out the frame that libadwaita draws round the window.
        while time.monotonic() < end and not 0 <= width - next(self.tree().children()).extents[2] <= FRAME_PX:
            time.sleep(0.03)
        time.sleep(0.2)

    def shot(self, name):
        """A picture of the window, where TESTIGO_SHOTS says."""
        if not SHOTS:
            return
        pathlib.Path(SHOTS).mkdir(parents=True, exist_ok=True)
        time.sleep(0.4)
        subprocess.run(["import", "-window", self.window_id(), str(pathlib.Path(SHOTS) / f"{name}.png")], check=True)


class Central:
    """testigo-central on loopback with the demonstration's works, and testigoctl for making ready."""

    def __init__(self, build, source, folder):
        self.build, self.source, self.folder = pathlib.Path(build).resolve(), pathlib.Path(source), pathlib.Path(folder)
        self.data = self.folder / "central"
        self.server = None

    def run(self, *arguments, ok=(0,), stdin=None):
        done = subprocess.run([self.build / "app" / "testigo-central", *map(str, arguments), "--data", self.data, "--json"], input=stdin,
                              text=True, capture_output=True, timeout=120)
        assert done.returncode in ok, f"testigo-central {arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def start(self):
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        town = self.source / "app" / "demo-town"
        self.run("init", "--name", "demo.sanjeronimo.example/testigo", "--url", self.url, "--town", town / "town.json")
        self.run("works", "import", town / "works.csv")
        self.server = subprocess.Popen([self.build / "app" / "testigo-central", "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}"],
                                       stdout=subprocess.PIPE, stderr=open(self.folder / "central.log", "wb"), text=True)
        assert self.server.stdout.readline(), (self.folder / "central.log").read_text()
        return self

    def stop(self):
        if self.server is not None and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(20)


def ctl(build, store, *arguments, stdin=None, ok=(0,)):
    done = subprocess.run([pathlib.Path(build) / "app" / "testigoctl", "--store", store, *map(str, arguments), "--json"], input=stdin,
                          text=True, capture_output=True, timeout=120)
    assert done.returncode in ok, f"testigoctl {arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def draw(build, folder, number, seed=1):
    """Photographs as a camera writes them, drawn by the project's own program."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [{"scene": "street", "phase": "durante", "place": seed, "progress": 40 + i, "seed": seed * 100 + i, "width": 1600, "height": 1200,
              "lat": 6.2 + i * 1e-4, "lon": -75.5, "alt": 950, "accuracy": 4, "taken-at": "2026-03-20T10:00:00-05:00",
              "out": str(folder / f"DSC{seed:02d}{i:03d}.jpg")} for i in range(number)]
    batch = folder / f"batch-{seed}.jsonl"
    batch.write_text("".join(json.dumps(line) + "\n" for line in lines))
    subprocess.run([pathlib.Path(build) / "app" / "testigo-draw", "--batch", batch], check=True, stdout=subprocess.DEVNULL)
    return [line["out"] for line in lines]


def nameless(control):
    """A control that a screen reader cannot tell: without a name, with that of a class, or with one said twice."""
    if control.role not in CONTROLS:
        return False
    name = control.name  # each question is a round trip over the bus
    half = name[:len(name) // 2]
    return not name.strip() or bool(CLASS_NAME.match(name)) or (len(half) > 2 and name == f"{half} {half}")


class Tap:
    """Steps of a journey: the first that fails ends it, and the rest are told as failed."""

    def __init__(self):
        self.number, self.failed = 0, 0

    def step(self, what, function, *arguments):
        self.number += 1
        begun = time.monotonic()
        try:
            value = function(*arguments)
        except Exception as error:  # a test runner: whatever went wrong is a failure of this step
            self.failed += 1
            print(f"not ok {self.number} - {what}")
            print("\n".join(f"# {line}" for line in f"{type(error).__name__}: {error}".splitlines()), flush=True)
            raise
        print(f"ok {self.number} - {what} ({time.monotonic() - begun:.1f} s)", flush=True)
        return value

    def check(self, what, good, note=""):
        self.number += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.number} - {what}")
        if not good or note:
            print("\n".join(f"# {line}" for line in str(note).splitlines()), flush=True)

    def end(self):
        print(f"1..{self.number}", flush=True)
        sys.exit(1 if self.failed else 0)


def filled_town(build, source, folder, photos=2):
    """The demonstration's town: central with its works, and a tablet's data folder that has captured, sent and published; one event is open."""
    import importlib.util

    path = pathlib.Path(source) / "app" / "demo-town" / "demo.py"
    spec = importlib.util.spec_from_file_location("demo", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    demo = module.Demo(build, pathlib.Path(folder), module.free_port(0))
    demo.say = lambda text: None
    story = json.loads((path.parent / "story.json").read_text("utf-8"))
    for event in story["events"]:
        event["photos"] = event["photos"][:photos]
        event["close"] = not event["title"].startswith("Feria")
    demo.start_central()
    demo.enrol()
    demo.draw(story)
    demo.capture(story)
    demo.sync()
    return demo


def first_run(app, code=None, name="Ana Rojas", pin="802537"):
    """From the first screen to Inicio."""
    app.press("Español")
    if code is not None:
        app.type("Código del municipio", code)
        app.press("Cargar y seguir")
    else:
        app.press("Seguir sin código")
    staff(app, name, pin)


def staff(app, name="Ana Rojas", pin="802537"):
    app.type("Nombre y apellido", name)
    app.press("Supervisión")
    app.type("PIN, de 6 a 12 cifras", pin)
    app.type("El mismo PIN otra vez", pin)
    app.press("Empezar")
    app.find(BUTTONS, re.compile("^Envíos"), seconds=30)


def kiosk_tablet(central, store, source, photo=None):
    """A tablet for the public: enrolled, with works, an open fair and the ground of the map, photographs of its own where their words are given; central has ended again. Its settings."""
    build, folder = central.build, central.folder
    central.start()
    code = central.run("enrol-code", "--name", "tableta-07")[0]["text"]
    ctl(build, store, "init", "--name", "tableta-07")
    ctl(build, store, "enrol", code)
    ctl(build, store, "works", "import", pathlib.Path(source) / "app/demo-town/works.csv")
    fair = ctl(build, store, "event", "open", "--type", "feria_transparencia", "--title", "Feria de la transparencia")[-1]["id"]
    if photo is not None:
        ctl(build, store, "photo", "add", "--event", fair, "--work", "SJV-2026-001", "--alt", photo, *draw(build, folder, 1))
        ctl(build, store, "sync")
        central.run("moderate", "accept", "--all-pending")
        ctl(build, store, "sync")
    central.stop()
    ground = folder / "suelo.mbtiles"
    subprocess.run([build / "app/testigo-ground", "--comunas", pathlib.Path(source) / "app/demo-town/comunas.geojson", "--out", ground], check=True, stdout=subprocess.DEVNULL)
    return {"kiosk-idle-seconds": "uint32 600", "map-file": f"'{ground}'"}


def staff_of_kiosk(app, name="Ana Rojas", pin="802537"):
    """Without staff there is no PIN that leads out: they come first."""
    app.type("Nombre y apellido", name)
    app.press("Supervisión")
    app.type("PIN, de 6 a 12 cifras", pin)
    app.type("El mismo PIN otra vez", pin)
    app.press("Empezar")
    app.find(BUTTONS, "Dejar un aporte", seconds=60)


def sign_in(app, pin="802537"):
    for digit in pin:
        app.press(digit)
    app.press("Entrar")
    app.find(BUTTONS, re.compile("^Envíos"), seconds=30)
