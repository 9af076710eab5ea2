#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the start of the program to its first window on the screen, and the memory it holds two seconds later, with 100,000 works and 10,000 captures in
the field book; beside GNOME Text Editor with an empty page, in turns, in the same run. Prints medians and the ratios (aims: 1.25 for the time, 1.5 for
the memory). The memory is what the program alone would give back (USS), for both.

    bench-start.py TESTIGO MAKE-BENCH-STORE [--runs N] [--store DIR] [--limit-time R] [--limit-memory R] (inside tests/support/display-run)
"""
import argparse
import ctypes
import os
import pathlib
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 120
SUBSTRUCTURE_NOTIFY = 1 << 19  # X.h
MAP_NOTIFY = 19


class Screen:
    """Windows as they come onto the screen."""

    def __init__(self):
        self.x = ctypes.CDLL("libX11.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        for name in ("XDefaultRootWindow", "XSelectInput", "XNextEvent", "XPending", "XGetGeometry", "XFlush", "XConnectionNumber", "XSetErrorHandler"):
            getattr(self.x, name).restype = ctypes.c_ulong if name == "XDefaultRootWindow" else ctypes.c_int
        # A window may be gone by the time that it is asked about.
        self.ignore = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, error: 0)
        self.x.XSetErrorHandler(self.ignore)
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(None))
        assert self.display, "no display"
        root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.x.XSelectInput(self.display, root, ctypes.c_long(SUBSTRUCTURE_NOTIFY))
        self.x.XFlush(self.display)

    def wide(self, window):
        root, x, y = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_int()
        width, height, border, depth = (ctypes.c_uint() for _ in range(4))
        known = self.x.XGetGeometry(self.display, ctypes.c_ulong(window), ctypes.byref(root), ctypes.byref(x), ctypes.byref(y), ctypes.byref(width),
                                    ctypes.byref(height), ctypes.byref(border), ctypes.byref(depth))
        return known and width.value > 200 and height.value > 200

    def next_window(self, process):
        """When a window large enough to be one comes; time.monotonic()."""
        event = ctypes.create_string_buffer(192)
        end = time.monotonic() + DEADLINE_S
        while True:
            while self.x.XPending(self.display):
                now = time.monotonic()
                self.x.XNextEvent(self.display, event)
                if ctypes.c_int.from_buffer(event).value == MAP_NOTIFY and self.wide(ctypes.c_ulong.from_buffer(event, 40).value):
                    return now
            assert time.monotonic() < end, "no window"
            assert process.poll() is None, f"the program ended with {process.returncode}"
            select.select([self.x.XConnectionNumber(self.display)], [], [], 0.05)


def own_kib(pid):
    total = 0
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(("Private_Clean:", "Private_Dirty:")):
            total += int(line.split()[1])
    return total


def measure(screen, command, home):
    environment = os.environ | {"HOME": str(home), "XDG_DATA_HOME": f"{home}/data", "XDG_CONFIG_HOME": f"{home}/config", "XDG_CACHE_HOME": f"{home}/cache"}
    environment.pop("G_DEBUG", None)  # the other program complains of a desktop that is not there
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        shown = screen.next_window(process) - begun
        time.sleep(2)
        return shown, own_kib(process.pid)
    finally:
        process.kill()
        process.wait()
        time.sleep(0.5)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("testigo")
    parser.add_argument("make_store")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--store")
    parser.add_argument("--limit-time", type=float)
    parser.add_argument("--limit-memory", type=float)
    arguments = parser.parse_args()
    if shutil.which("gnome-text-editor") is None:
        print("gnome-text-editor is not installed: apt-get install gnome-text-editor")
        return 77
    shm = pathlib.Path("/dev/shm")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-start-", dir=shm if shm.is_dir() else None))
    try:
        store = arguments.store or folder / "store"
        subprocess.run([arguments.make_store, store, "100000", "10000"], check=True, env=os.environ | {"TMPDIR": str(folder)}, stdout=subprocess.DEVNULL)
        screen = Screen()
        ours, theirs = [], []
        for run in range(arguments.runs + 1):
            one = measure(screen, [arguments.testigo, "--store", store], folder / "home-ours")
            other = measure(screen, ["gnome-text-editor", "--standalone"], folder / "home-theirs")
            # The first warms the caches.
            if run > 0:
                ours.append(one)
                theirs.append(other)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    (our_time, our_memory), (their_time, their_memory) = ([statistics.median(column) for column in zip(*rows)] for rows in (ours, theirs))
    print(f"start to the first window, medians of {arguments.runs}: testigo {our_time * 1000:.0f} ms, GNOME Text Editor {their_time * 1000:.0f} ms, "
          f"ratio {our_time / their_time:.2f}; memory {our_memory / 1024:.1f} MiB and {their_memory / 1024:.1f} MiB, ratio {our_memory / their_memory:.2f}")
    return int((arguments.limit_time is not None and our_time / their_time > arguments.limit_time)
               or (arguments.limit_memory is not None and our_memory / their_memory > arguments.limit_memory))


sys.exit(main())
