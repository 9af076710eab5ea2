#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A central that is killed (SIGKILL) again and again while a tablet hands in what it has: in the end everything is there once, proved, and the log
never shrank nor forked. Arguments: testigo-central, testigoctl, testigo-draw. Prints TAP."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

CENTRAL, CTL, DRAW = sys.argv[1:4]
ROUNDS = 12
PHOTOS = 24
COMMENTS = 150
DEADLINE = 30
folder = tempfile.mkdtemp(prefix="testigo-kill-")
data = os.path.join(folder, "central")
store = os.path.join(folder, "tablet")
rng = random.Random(int(os.environ.get("TESTIGO_SEED", "20260327")))
count = 0
failed = False


def check(good, name):
    global count, failed
    count += 1
    failed = failed or not good
    print(f"{'ok' if good else 'not ok'} {count} {name}", flush=True)


def run(program, *arguments, stdin=None, ok=(0,)):
    done = subprocess.run([program, *arguments, "--json"], input=stdin, text=True, capture_output=True, timeout=120)
    if done.returncode not in ok:
        print(f"Bail out! {os.path.basename(program)} {arguments[0]}: {done.returncode} {done.stderr}")
        sys.exit(1)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ctl(*arguments, **options):
    return run(CTL, "--store", store, *arguments, **options)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def serve(port):
    """The port is free again at once: nothing of the killed one listens any more."""
    server = subprocess.Popen([CENTRAL, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", "--mirror",
                               os.path.join(folder, "mirror")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if not server.stdout.readline():
        print(f"Bail out! central does not start: {server.stderr.read()}")
        sys.exit(1)
    return server


def checkpoint_size(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/log/checkpoint", timeout=DEADLINE) as answer:
        return int(answer.read().decode().split("\n")[1])


try:
    port = free_port()
    run(CENTRAL, "init", "--data", data, "--name", "obras.ejemplo.gov.co/testigo", "--url", f"http://127.0.0.1:{port}")
    server = serve(port)
    ctl("init", "--name", "tableta")
    ctl("enrol", run(CENTRAL, "enrol-code", "--data", data, "--name", "tableta")[0]["text"])
    event = ctl("event", "open", "--type", "visita_obra", "--title", "Visita")[0]["id"]
    pictures = []
    for i in range(PHOTOS):
        path = os.path.join(folder, f"{i}.jpg")
        subprocess.run([DRAW, "--scene", "street", "--phase", "durante", "--seed", str(i), "--width", "1600", "--height", "1200",
                        "--taken-at", "2026-03-27T10:00:00-05:00", "--out", path], check=True, capture_output=True)
        with open(path, "ab") as file:
            file.write(rng.randbytes(rng.randrange(0, 3_000_000)))
        pictures.append(path)
    added = ctl("photo", "add", "--event", event, "--phase", "durante", *pictures)
    lines = "".join(json.dumps({"class": "sugerencia", "subject": f"Aporte {i}", "text": "Falta iluminación en el puente",
                                "anonymous": True}) + "\n" for i in range(COMMENTS))
    ctl("comment", "add", "--event", event, "-", stdin=lines)
    ctl("event", "close", event)

    size = 0
    grew = True
    for _ in range(ROUNDS):
        sync = subprocess.Popen([CTL, "--store", store, "--json", "sync"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(rng.uniform(0.01, 0.25))
        server.send_signal(signal.SIGKILL)
        server.wait()
        server = serve(port)
        now = checkpoint_size(port)
        grew = grew and now >= size
        size = now
        sync.communicate(timeout=120)
    check(grew, "the log never shrank")
    for _ in range(5):
        last = ctl("sync", ok=(0, 1, 4))[-1]
        if last["pending"] == 0:
            break
    check(last["pending"] == 0 and last["set_aside"] == 0, "everything was handed in")
    status = ctl("status")[-1]
    check(status["received"] == status["saved"] + status["received"] and status["sending"] == 0, "the tablet has proof of everything")
    faults = ctl("verify", "--deep")[-1]["faults"]
    check(faults == 0, "proofs and receipts on the tablet hold")
    devices = run(CENTRAL, "device", "list", "--data", data)
    held = sum(d["records"] for d in devices)
    check(all(d["records"] == d["last_seq"] for d in devices), "each record is there once, without gap or fork")
    check(checkpoint_size(port) == held, "and the newest checkpoint covers them all")
    stored = sum(len(files) for root, _, files in os.walk(os.path.join(data, "media")) if not root.endswith("tmp"))
    check(stored == len(added) == PHOTOS, "each medium is there once")
    check(not os.listdir(os.path.join(data, "uploads")), "nothing is left half there")
    server.send_signal(signal.SIGTERM)
    check(server.wait(DEADLINE) == 0, "SIGTERM ends it cleanly")
    print(f"1..{count}")
finally:
    if "server" in globals() and server.poll() is None:
        server.kill()
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(1 if failed else 0)
