#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A film and a voice note from the tablet to the public page: received, proved, checked, decided, told and not played. test-recordings.py CENTRAL TESTIGOCTL KEEP"""
import hashlib
import os
import random
import subprocess
import sys
import urllib.error
import urllib.request

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "faults"))
from harness import Bench, Tools

Tools.central, Tools.ctl, keep = map(os.path.abspath, sys.argv[1:4])
number = 0
failed = False


def check(name, truth, *told):
    global number, failed
    number += 1
    failed = failed or not truth
    print(f"{'ok' if truth else 'not ok'} {number} - {name}", flush=True)
    if not truth:
        print("#", *told, flush=True)


def record(bench, tablet, event, kind, magic, milliseconds):
    """Its id and the hash of its file. What is in it nobody decodes: its first bytes say what it is, the rest is noise of some size."""
    content = magic + random.Random(kind).randbytes(700_000)
    path = os.path.join(bench.folder, "recording")
    with open(path, "wb") as file:
        file.write(content)
    done = subprocess.run([keep, tablet.store, event, kind, str(milliseconds), path], check=True, capture_output=True, text=True)
    return done.stdout.strip(), hashlib.sha256(content).hexdigest(), content


def page(bench, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{bench.port}{path}") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


with Bench() as bench:
    tablet = bench.tablet()
    tablet.ctl("init", "--name", tablet.name)
    tablet.ctl("enrol", bench.code(tablet.name))
    event = tablet.ctl("event", "open", "--type", "visita_obra", "--title", "Visita").last["id"]
    film = record(bench, tablet, event, "video/webm", b"\x1a\x45\xdf\xa3", 8400)
    voice = record(bench, tablet, event, "audio/ogg", b"OggS", 42000)
    for name, one, kind in (("videos", film, "video/webm"), ("audios", voice, "audio/ogg")):
        row = tablet.ctl("list", name).last
        check(f"the tablet lists it among its {name}", (row["id"], row["sha256"], row["type"], row["state"]) == (one[0], one[1], kind, "saved"), row)
    sent = tablet.sync()
    check("both files are sent", sent.last["media_sent"] == 2 and sent.last["pending"] == 0, sent.last)
    for name in ("videos", "audios"):
        check(f"and received, with proofs that the tablet checked ({name})", tablet.ctl("list", name).last["state"] == "received", tablet.ctl("list", name).rows)
    check("the tablet verifies", tablet.ctl("verify", "--deep").last["faults"] == 0)
    checked = bench.admin("verify").last
    check("central verifies, with both files", checked["faults"] == 0 and checked["media"] == 2, checked)
    check("nothing of them is public before a person decides", [page(bench, f"/evidencia/{one[0]}")[0] for one in (film, voice)] == [404, 404])

    decided = bench.admin("moderate", "accept", film[0], voice[0])
    check("they are accepted", decided.code == 0 and not any("not-an-image" == row.get("code") for row in decided.rows), decided.rows)
    for one, length in ((film, "0:08"), (voice, "0:42")):
        status, text = page(bench, f"/evidencia/{one[0]}")
        check("the page tells what it is, its length, its words and the hash of its file",
              status == 200 and length in text and one[1] in text and "Se oye una máquina" in text, status)
        check("the proof and the record are there", all(page(bench, f"/evidencia/{one[0]}/{part}")[0] == 200 for part in ("record", "proof")))
        check("the file is not", page(bench, f"/media/{one[1]}/640.jpg")[0] == 404 and "<audio" not in text and "<video" not in text)
    check("the gallery has both", all(one[0] in page(bench, "/galeria")[1] for one in (film, voice)))
    tablet.sync()
    check("the tablet knows", [tablet.ctl("list", name).last["state"] for name in ("videos", "audios")] == ["published"] * 2)

    folder = os.path.join(bench.data, "media")
    paths = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names if os.path.getsize(os.path.join(root, name)) == len(voice[2])]
    path = next(path for path in paths if open(path, "rb").read() == voice[2])
    os.chmod(path, 0o600)
    with open(path, "r+b") as file:
        file.seek(500_000)
        file.write(bytes([voice[2][500_000] ^ 1]))
    found = bench.admin("verify", ok=(5,))
    check("one bit of the voice changed at central is found", found.last["faults"] > 0 and any(row.get("sha256") == voice[1] for row in found.rows), found.rows)
print(f"1..{number}")
sys.exit(failed)
