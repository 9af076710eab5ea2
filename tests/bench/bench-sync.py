#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast a journal reaches central, each figure beside its peers in the same run.

    bench-sync.py CENTRAL CTL [--quick] [--folder DIR] [--only photos|comments|memory]

photos    200 photos of 3 MB over loopback, with every hash, signature and fsync, against rsync -a --fsync of the same files
          and against tus-js-client to @tus/server; medians of three, one after the other in turn
comments  10,000 contributions, durable at central and proved on the tablet
memory    the most that either end held while 500 and 5,000 photos went up
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

here = pathlib.Path(__file__).resolve().parent
options = argparse.ArgumentParser()
options.add_argument("central")
options.add_argument("ctl")
options.add_argument("--quick", action="store_true")
options.add_argument("--folder")
options.add_argument("--only", choices=["photos", "comments", "memory"])
options = options.parse_args()
folder = tempfile.mkdtemp(prefix="testigo-bench-", dir=options.folder)
rng = random.Random(1)
PHOTOS, REPEATS, COMMENTS, MANY = (30, 1, 1000, 500) if options.quick else (200, 3, 10000, 5000)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(path, size):
    rows = b"".join(b"\0" + rng.randbytes(24) for _ in range(8))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows))
                   + chunk(b"teSt", rng.randbytes(size)) + chunk(b"IEND", b""))


def run(*arguments, stdin=None):
    done = subprocess.run(arguments, input=stdin, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.returncode} {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


class Town:
    """A central and one tablet, new each time."""

    def __init__(self):
        self.root = tempfile.mkdtemp(dir=folder)
        self.data = os.path.join(self.root, "central")
        self.store = os.path.join(self.root, "tablet")
        run(options.central, "init", "--data", self.data, "--name", "obras.villaluz.example/testigo", "--json")
        self.server = subprocess.Popen([options.central, "serve", "--data", self.data, "--listen", "127.0.0.1:0"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.server.stdout.readline()
        self.ctl("init", "--name", "banco")
        self.ctl("enrol", run(options.central, "enrol-code", "--data", self.data, "--name", "banco", "--json")[-1]["text"])
        self.event = self.ctl("event", "open", "--type", "visita_obra", "--title", "Medida")[0]["id"]
        self.ctl("sync")

    def ctl(self, *arguments, stdin=None):
        return run(options.ctl, "--store", self.store, "--json", *arguments, stdin=stdin)

    def sync(self):
        """Seconds, the summary, and the tablet's greatest memory in KiB."""
        os.sync()
        begin = time.monotonic()
        child = subprocess.Popen([options.ctl, "--store", self.store, "--json", "sync"], stdout=subprocess.PIPE, text=True)
        text = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begin
        summary = json.loads(text.splitlines()[-1])
        if status != 0 or summary["pending"] != 0:
            sys.exit(f"sync: {status} {summary}")
        return seconds, summary, usage.ru_maxrss

    def server_memory(self):
        with open(f"/proc/{self.server.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))

    def close(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()
        shutil.rmtree(self.root)


def timed(*arguments):
    os.sync()
    begin = time.monotonic()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def photos():
    source = os.path.join(folder, "photos")
    os.mkdir(source)
    for i in range(PHOTOS):
        png(os.path.join(source, f"{i:04}.png"), 3_000_000)
    megabytes = PHOTOS * 3
    paths = sorted(os.path.join(source, name) for name in os.listdir(source))
    times = {"sync": [], "rsync": [], "tus": []}
    for _ in range(REPEATS):
        town = Town()
        town.ctl("photo", "add", "--event", town.event, *paths)
        seconds, summary, _ = town.sync()
        assert summary["media_sent"] == PHOTOS and summary["bytes_resent"] == 0
        times["sync"].append(seconds)
        town.close()
        target = os.path.join(folder, "rsync")
        times["rsync"].append(timed("rsync", "-a", "--fsync", source + "/", target + "/"))
        shutil.rmtree(target)
        target = tempfile.mkdtemp(dir=folder)
        os.sync()
        times["tus"].append(run("node", str(here / "tus-peer.mjs"), source, target)[-1]["seconds"])
        shutil.rmtree(target)
    middle = {name: statistics.median(values) for name, values in times.items()}
    for name, what in (("sync", "testigo sync"), ("rsync", "rsync -a --fsync"), ("tus", "tus-js-client to @tus/server")):
        print(f"{what:32} {middle[name]:7.2f} s  {megabytes / middle[name]:7.1f} MB/s  {[round(t, 2) for t in times[name]]}")
    print(f"ratio to rsync {middle['sync'] / middle['rsync']:.2f}, to tus-js-client {middle['sync'] / middle['tus']:.2f} (below 1: faster)")
    shutil.rmtree(source)


def comments():
    lines = "".join(json.dumps({"class": "pregunta", "text": f"¿Cuándo terminan el puente? Aporte {i}", "topic": "avance", "anonymous": True})
                    + "\n" for i in range(COMMENTS))
    rates = []
    for _ in range(REPEATS):
        town = Town()
        town.ctl("comment", "add", "--event", town.event, "-", stdin=lines)
        town.ctl("event", "close", town.event)
        seconds, summary, _ = town.sync()
        rates.append(summary["records_sent"] / seconds)
        town.close()
    print(f"{COMMENTS} contributions: {statistics.median(rates):.0f} records/s, received and proved  {[round(r) for r in rates]}")


def memory():
    for n in (MANY // 10, MANY):
        source = os.path.join(folder, f"many-{n}")
        os.mkdir(source)
        for i in range(n):
            png(os.path.join(source, f"{i:05}.png"), 60_000)
        paths = sorted(os.path.join(source, name) for name in os.listdir(source))
        town = Town()
        for i in range(0, n, 500):
            town.ctl("photo", "add", "--event", town.event, *paths[i:i + 500])
        seconds, _, client = town.sync()
        print(f"{n} photos: tablet {client / 1024:.1f} MiB, central {town.server_memory() / 1024:.1f} MiB at most, {n / seconds:.0f} photos/s")
        town.close()
        shutil.rmtree(source)


try:
    print(f"# load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for each in (photos, comments, memory):
        if options.only in (None, each.__name__):
            each()
finally:
    shutil.rmtree(folder, ignore_errors=True)
