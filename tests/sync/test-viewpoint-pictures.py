#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one tablet's visit leaves for another one's: the picture of a viewpoint comes down, checked, and goes on where a line broke; what is known later of a
recording reaches the page of the visit. test-viewpoint-pictures.py CENTRAL TESTIGOCTL DRAW"""
import hashlib
import json
import os
import subprocess
import sys
import urllib.request

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "faults"))
from harness import Bench, Tools

Tools.central, Tools.ctl, draw = map(os.path.abspath, sys.argv[1:4])
WORK = "SJV-2026-001"
number = 0
failed = False


def check(name, truth, *told):
    global number, failed
    number += 1
    failed = failed or not truth
    print(f"{'ok' if truth else 'not ok'} {number} - {name}", flush=True)
    if not truth:
        print("#", *told, flush=True)


def picture(bench, name, seed):
    path = os.path.join(bench.folder, name)
    line = {"scene": "street", "phase": "durante", "place": 3, "progress": 40, "seed": seed, "width": 1800, "height": 1350, "lat": 7.12, "lon": -73.12,
            "alt": 950, "accuracy": 4, "taken-at": f"2026-03-{seed:02d}T10:00:00-05:00", "out": path}
    batch = path + ".jsonl"
    with open(batch, "w", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    subprocess.run([draw, "--batch", batch], check=True, stdout=subprocess.DEVNULL)
    return path


def here_now(tablet):
    folder = os.path.join(tablet.store, "pictures")
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def visit(tablet, event, kind, **members):
    return tablet.ctl("visit", "add", "--event", event, "--type", kind, "-", stdin=json.dumps(members) + "\n").last["id"]


with Bench() as bench:
    bench.admin("works", "import", os.path.join(here, "..", "..", "app", "demo-town", "works.csv"))
    one, other = bench.tablet("una"), bench.tablet("otra")
    for tablet in (one, other):
        tablet.ctl("init", "--name", tablet.name)
        tablet.ctl("enrol", bench.code(tablet.name))
        tablet.sync()
    event = one.ctl("event", "open", "--type", "visita_obra", "--title", "Visita", "--work", WORK).last["id"]
    photo = one.ctl("photo", "add", "--event", event, "--work", WORK, picture(bench, "a.jpg", 10)).last["id"]
    point = visit(one, event, "viewpoint", work=WORK, name="Desde la esquina", photo=photo)
    visit(one, event, "stream-start", platform="facebook", url="https://facebook.com/villaluz/videos/9")
    visit(one, event, "finding", work=WORK, text="Hay agua en la zanja")
    end = visit(one, event, "stream-end")
    one.sync()
    other.sync()
    check("nothing comes down before a person let it out", here_now(other) == [], here_now(other))

    bench.admin("moderate", "accept", "--all-pending", ok=(0, 1))
    other.sync()
    row = other.ctl("list", "viewpoints").rows[0]
    names = here_now(other)
    check("the viewpoint names a picture", row["id"] == point and len(row["last"]["sha256"]) == 64, row)
    check("and that is here, whole", names == [row["last"]["sha256"]], names, row)
    path = os.path.join(other.store, "pictures", names[0])
    with open(path, "rb") as file:
        content = file.read()
    check("with the right hash", hashlib.sha256(content).hexdigest() == names[0])
    check("small, and without anything that the camera wrote", len(content) < 600_000 and b"Exif" not in content and content[:2] == b"\xff\xd8", len(content))
    check("it is no photograph of this tablet", other.ctl("list", "photos").rows == [])
    check("and verify has nothing to say about it", other.ctl("verify", "--deep").last["faults"] == 0)

    def half(data):
        os.unlink(path)
        with open(path + ".part", "wb") as file:
            file.write(data)

    half(content[:len(content) // 2])
    other.sync()
    with open(path, "rb") as file:
        check("half of one goes on from there", file.read() == content and here_now(other) == names, here_now(other))
    half(b"\0" * (len(content) // 2))
    other.sync()
    check("a wrong half is thrown away", here_now(other) == [], here_now(other))
    other.sync()
    check("and fetched anew", here_now(other) == names, here_now(other))

    again = one.ctl("photo", "add", "--event", event, "--work", WORK, "--viewpoint", point, picture(bench, "b.jpg", 20)).last["id"]
    one.sync()
    bench.admin("moderate", "accept", "--all-pending", ok=(0, 1))
    other.sync()
    check("a newer photograph from there takes its place", here_now(other) != names and len(here_now(other)) == 1, here_now(other))
    bench.admin("retire", photo, "--reason", "duplicado")
    bench.admin("retire", again, "--reason", "duplicado")
    other.sync()
    check("what is taken back goes from the tablet too", here_now(other) == [], here_now(other))

    digest = hashlib.sha256(b"grabacion").hexdigest()
    one.ctl("amend", end, f"recording_sha256={digest}", "url=https://video.example/12", "media_ms=600000")
    one.sync()
    with urllib.request.urlopen(f"http://127.0.0.1:{bench.port}/eventos/{event}") as answer:
        page = answer.read().decode()
    check("the page of the visit has the recording and its hash", digest in page and "https://video.example/12" in page, page[-3000:])
    check("and its moments with their error", "±" in page and "Hay agua en la zanja" in page, page[-3000:])

print(f"1..{number}")
sys.exit(failed)
