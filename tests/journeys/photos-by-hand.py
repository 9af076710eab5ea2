#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos brought by hand, as another program gives them: dragged over with the pointer and pasted with the keys, from wherever the focus is.

    photos-by-hand.py BUILD SOURCE (inside tests/support/display-run)
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from gi.repository import Atspi
from testigo_app import App, BUTTONS, Tap, draw, first_run

REMOVE = re.compile("^Quitar .* de la lista$")


def offer(how, mime, file):
    """Another program: a window to drag from, or what was copied in it. Ends when it is ended."""
    import gi
    gi.require_version("Gtk", "4.0")
    from gi.repository import Gdk, GLib, Gtk

    Gtk.init()
    path = pathlib.Path(file)
    data = (path.as_uri() + "\r\n").encode() if mime == "text/uri-list" else path.read_bytes()
    provider = Gdk.ContentProvider.new_for_bytes(mime, GLib.Bytes.new(data))
    if how == "copy":
        Gdk.Display.get_default().get_clipboard().set_content(provider)
    else:
        window = Gtk.Window(title="origen", default_width=120, default_height=120)
        source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
        source.connect("prepare", lambda *_: provider)
        label = Gtk.Label(label="foto", hexpand=True, vexpand=True)
        label.add_controller(source)
        window.set_child(label)
        window.present()
    print("ready", flush=True)
    GLib.MainLoop().run()


class Hand:
    def __init__(self, build):
        self.build = build
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-by-hand-"))
        self.app = App(build, self.folder)
        self.photos = draw(build, self.folder / "fotos", 3)
        self.picture = str(self.folder / "pegada.png")
        subprocess.run(["convert", self.photos[2], "-resize", "320x", self.picture], check=True)
        self.turned = str(self.folder / "arrastrada.png")
        subprocess.run(["convert", self.picture, "-flop", self.turned], check=True)
        self.other = None

    def xdotool(self, *words):
        return subprocess.run(["xdotool", *map(str, words)], check=True, capture_output=True, text=True).stdout.split()

    def end_other(self):
        if self.other is not None:
            self.other.terminate()
            self.other.wait()
        self.other = None

    def offered(self, *words):
        self.end_other()
        self.other = subprocess.Popen([sys.executable, __file__, "offer", *words], stdout=subprocess.PIPE, text=True)
        assert self.other.stdout.readline() == "ready\n"

    def key(self, *keys):
        self.xdotool("windowfocus", "--sync", self.app.window_id())
        self.xdotool("key", *keys)

    def on_the_rail(self):
        """The focus is where no page is."""
        def there():
            if self.app.find(BUTTONS, "Obras").has_state(Atspi.StateType.FOCUSED):
                return True
            self.key("shift+Tab")
            return False

        self.app.wait(there, "focus on the rail")

    def on_the_list(self, n):
        self.app.wait(lambda: len(list(self.app.all(BUTTONS, REMOVE))) == n, f"{n} photos on the list")

    def begin(self):
        app = self.app
        app.start()
        first_run(app)
        app.press("Empezar visita")
        app.press("Feria de la transparencia")
        app.type("Título", "Feria a mano")
        app.press("Empezar")
        app.find(BUTTONS, re.compile("^Asistencia, 0"))
        app.resize(900, 800)

    def paste(self):
        self.offered("copy", "image/png", self.picture)
        self.on_the_rail()
        self.key("ctrl+v")
        self.on_the_list(1)
        self.offered("copy", "text/uri-list", self.photos[0])
        self.on_the_rail()
        self.key("ctrl+v")
        self.on_the_list(2)

    def drag(self, mime, file, n):
        self.offered("drag", mime, file)
        self.app.wait(lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^origen$"], capture_output=True).stdout, "window to drag from")
        source = self.xdotool("search", "--onlyvisible", "--name", "^origen$")[-1]
        self.xdotool("windowmove", "--sync", source, 1100, 100)
        self.xdotool("mousemove", "--sync", "--window", source, 60, 60, "mousedown", 1)
        # A drag begins once the pointer has gone some way; each of these is a motion of its own.
        for step in range(1, 15):
            self.xdotool("mousemove", 1160 - 50 * step, 160 + 20 * step, "sleep", "0.05")
        self.xdotool("sleep", "0.3", "mouseup", 1)
        self.on_the_list(n)
        self.end_other()

    def save_and_leave(self):
        app = self.app
        self.on_the_rail()
        self.key("ctrl+s")
        app.find(BUTTONS, "Foto, 4", seconds=60)
        self.on_the_rail()
        self.key("Escape")
        app.find(BUTTONS, "Seguir: Feria a mano")

    def end(self):
        self.end_other()
        if self.app.process is not None:
            self.app.stop()
        subprocess.run(["rm", "-rf", self.folder], check=True)


def main():
    if sys.argv[1] == "offer":
        offer(*sys.argv[2:])
        return
    tap = Tap()
    hand = Hand(sys.argv[1])
    try:
        tap.step("a space is open", hand.begin)
        tap.step("a picture and a file are pasted with the focus outside of the page", hand.paste)
        tap.step("a file is dragged onto the page", hand.drag, "text/uri-list", hand.photos[1], 3)
        tap.step("a picture is dragged onto the page", hand.drag, "image/png", hand.turned, 4)
        tap.step("Ctrl+S saves them and Escape goes back, from the rail too", hand.save_and_leave)
    except Exception as error:  # told by the step
        print(f"# {type(error).__name__}")
    finally:
        hand.end()
    tap.end()


main()
