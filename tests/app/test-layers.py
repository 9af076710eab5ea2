#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms see only what they may (docs/architecture.md). Include paths stop most wrong includes; this finds the rest: relative
ones, GTK below ui, and rooms that reach into another's private headers. TAP."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
ROOMS = {"data": {"data"}, "ui": {"ui", "data"}, "sync": {"sync", "data"}, "app": {"app", "ui", "sync", "data"}}
GTK = re.compile(r"^(gtk|gdk|gsk|adwaita|shumate)(/|\.h)")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def room_files(room):
    for path in sorted((ROOT / room).rglob("*.[ch]")):
        yield path


def home_of(path, target):
    """The room that @target, included by @path, lives in; None for a system header."""
    for base in [path.parent] + [ROOT / room for room in ROOMS] + [ROOT / "ui" / "web"]:
        candidate = (base / target).resolve()
        if candidate.is_file() and ROOT.resolve() in candidate.parents:
            return candidate.relative_to(ROOT.resolve())
    return None


wrong = []
seen = 0
for room, allowed in ROOMS.items():
    for path in room_files(room):
        folder = path.relative_to(ROOT).parent.parts[:2]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            seen += 1
            where = f"{path.relative_to(ROOT)}:{number}"
            target = match.group(2)
            if ".." in target.split("/"):
                wrong.append(f"{where}: relative include of {target}")
            if room in ("data", "sync") and GTK.match(target):
                wrong.append(f"{where}: {target} below ui")
            home = home_of(path, target) if match.group(1) == '"' else None
            if home is None:
                continue
            if home.parts[0] not in allowed:
                wrong.append(f"{where}: {room} may not see {home}")
            if home.name.endswith("-private.h") and home.parent.parts[:2] != folder:
                wrong.append(f"{where}: private header {home}")

print("1..2")
print(f"{'ok' if not wrong else 'not ok'} 1 - each room includes only what it may see")
for line in wrong:
    print("#", line)
# The check itself must be able to fail.
print(f"{'ok' if seen > 100 else 'not ok'} 2 - {seen} includes were looked at")
