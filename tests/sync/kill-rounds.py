#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sync of hundreds of photos during which client and central are killed (SIGKILL) at random points, round after round. In the end both have the same
sets, each thing once, and both verify clean. Arguments: testigo-central, testigoctl. Prints TAP.

Few rounds by default; 50 with TESTIGO_LONG=1; with TESTIGO_MINUTES=N it goes on, with as much work in each round, until they are over (tests/run --long
--minutes N). TESTIGO_SEED repeats a run."""

import hashlib
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib

CENTRAL, CTL = sys.argv[1:3]
LONG = os.environ.get("TESTIGO_LONG") == "1"
ROUNDS = 50 if LONG else 8
PHOTOS = 300
COMMENTS = 100
UNTIL = time.monotonic() + 60 * float(os.environ.get("TESTIGO_MINUTES", "0"))
SEED = int(os.environ.get("TESTIGO_SEED", str(random.SystemRandom().randrange(2**31))))
rng = random.Random(SEED)
folder = tempfile.mkdtemp(prefix="testigo-rounds-")
data = os.path.join(folder, "central")
store = os.path.join(folder, "tablet")
count = 0
failed = False


def check(good, name, why=""):
    global count, failed
    count += 1
    failed = failed or not good
    print(f"{'ok' if good else 'not ok'} {count} {name}{'' if good else ' # ' + str(why)}", flush=True)


def bail(why):
    print(f"Bail out! {why}", flush=True)
    sys.exit(1)


def run(program, *arguments, stdin=None, ok=(0,)):
    done = subprocess.run([program, *arguments, "--json"], input=stdin, text=True, capture_output=True, timeout=300)
    if done.returncode not in ok:
        bail(f"{os.path.basename(program)} {arguments}: {done.returncode} {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def ctl(*arguments, **options):
    return run(CTL, "--store", store, *arguments, **options)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def serve(port):
    server = subprocess.Popen([CENTRAL, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if not server.stdout.readline():
        bail("central does not start")
    return server


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return answer.read()


def log_size(port):
    return int(get(port, "/log/checkpoint").decode().split("\n")[1])


def tile_number(n):
    parts = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03}")
    return "/".join(parts)


def log_entries(port, size):
    """The envelopes' text hashes, read as any stranger reads the log."""
    hashes = []
    for tile in range((size + 255) // 256):
        width = min(256, size - tile * 256)
        suffix = "" if width == 256 else f".p/{width}"
        block = get(port, f"/log/tile/entries/{tile_number(tile)}{suffix}")
        at = 0
        while at < len(block):
            (length,) = struct.unpack(">H", block[at:at + 2])
            note = block[at + 2:at + 2 + length]
            at += 2 + length
            text = note[:note.rindex(b"\n\n") + 1]
            hashes.append(hashlib.sha256(text).hexdigest())
    return hashes


def png(path, size):
    """A small true picture, with a chunk of noise that makes it its own and of a certain size."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + rng.randbytes(24) for _ in range(8))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows))
                   + chunk(b"teSt", rng.randbytes(size)) + chunk(b"IEND", b""))


def media_of(root):
    """Content addresses below a media folder, each checked against its bytes."""
    found = {}
    for where, _, files in os.walk(root):
        if os.path.basename(where) == "tmp":
            continue
        for name in files:
            with open(os.path.join(where, name), "rb") as file:
                found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def sizes():
    # Mostly small; some over 8 MiB, which go up in requests of their own and can be cut in the middle.
    return rng.randrange(9_000_000, 14_000_000) if rng.random() < 0.03 else rng.randrange(20_000, 500_000)


print(f"# seed {SEED}")
try:
    port = free_port()
    run(CENTRAL, "init", "--data", data, "--name", "obras.villaluz.example/testigo", "--url", f"http://127.0.0.1:{port}")
    server = serve(port)
    device = ctl("init", "--name", "tableta")[0]["device"]
    ctl("enrol", run(CENTRAL, "enrol-code", "--data", data, "--name", "tableta")[0]["text"])
    event = ctl("event", "open", "--type", "visita_obra", "--title", "Visita")[0]["id"]
    ctl("sync")
    made = 0
    grew = True
    honest = True
    killed = {"client": 0, "central": 0}
    resent = 0
    size = 0
    number = 0
    while number < ROUNDS or time.monotonic() < UNTIL:
        # The work of this round, and all that the earlier ones left.
        batch = []
        while made < PHOTOS * (number + 1) // ROUNDS:
            batch.append(os.path.join(folder, f"{made}.png"))
            png(batch[-1], sizes())
            made += 1
        ctl("photo", "add", "--event", event, *batch)
        for path in batch:
            os.unlink(path)
        lines = "".join(json.dumps({"class": "sugerencia", "text": f"Aporte {number} {i}", "anonymous": True}) + "\n"
                        for i in range(COMMENTS // ROUNDS))
        ctl("comment", "add", "--event", event, "-", stdin=lines)
        sync = subprocess.Popen([CTL, "--store", store, "--json", "sync"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(rng.randrange(1, 4)):
            time.sleep(rng.uniform(0.0, 0.35 if LONG else 0.5))
            if rng.random() < 0.5:
                server.kill()
                server.wait()
                server = serve(port)
                now = log_size(port)
                grew = grew and now >= size
                size = now
                killed["central"] += 1
            elif sync.poll() is None:
                sync.kill()
                sync.wait()
                killed["client"] += 1
                sync = subprocess.Popen([CTL, "--store", store, "--json", "sync"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        sync.kill()
        sync.wait()
        killed["client"] += 1
        # Whatever the tablet says is received is at central, now and not only in the end.
        said = {row["record"] for row in ctl("list", "records") if row["state"] in ("received", "published")}
        honest = honest and said <= set(log_entries(port, log_size(port)))
        number += 1

    ctl("event", "close", event)
    for _ in range(3):
        last = ctl("sync", ok=(0, 1, 4))[-1]
        if last["pending"] == 0:
            break
    print(f"# {number} rounds, {made} photos, killed {killed}, {last}")
    check(killed["client"] >= number // 2 and killed["central"] >= number // 4, "both were killed", killed)
    check(grew, "the log never shrank")
    check(honest, "what the tablet said was received was at central")
    check(last["pending"] == 0 and last["set_aside"] == 0, "everything is handed in, nothing set aside",
          [last, *ctl("list", "outbox", ok=(0, 1))])
    records = ctl("list", "records")
    check({row["device"] for row in records if row["chain"] == "field"} == {device}, "no key was retired for a mere power cut")
    ours = [row["record"] for row in records]
    theirs = log_entries(port, log_size(port))
    check(len(theirs) == len(set(theirs)), "no record is in the log twice")
    check(sorted(ours) == sorted(theirs), "the same records on both sides",
          f"{len(set(ours) - set(theirs))} missing, {len(set(theirs) - set(ours))} too many")
    here = media_of(os.path.join(store, "media"))
    there = media_of(os.path.join(data, "media"))
    check(len(here) == made and all(name == actual for name, actual in here.items()), "the tablet has its photos")
    check(here == there, "the same media on both sides, byte for byte", f"{len(here)} and {len(there)}")
    check(not os.listdir(os.path.join(data, "uploads")), "no half medium is left at central")
    check(ctl("verify", "--deep")[-1]["faults"] == 0, "the tablet verifies clean")
    again = ctl("sync", ok=(0, 1))[-1]
    check(again["records_sent"] == 0 and again["media_sent"] == 0, "another sync has nothing to do", again)
    server.send_signal(signal.SIGTERM)
    check(server.wait(30) == 0, "central ends cleanly")
    check(run(CENTRAL, "verify", "--data", data)[-1]["faults"] == 0, "central verifies clean")
    print(f"1..{count}")
finally:
    if "server" in globals() and server.poll() is None:
        server.kill()
        server.wait()
    if "sync" in globals() and sync.poll() is None:
        sync.kill()
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(1 if failed else 0)
