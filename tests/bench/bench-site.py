#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public site with a great many pieces of evidence: tiles that nobody asked for before, a page that everybody asks for, and central's memory; nginx
serves a file of the same size beside it. The rows are put straight into the projections (central is not running then), as publishing them one by one
would leave them.

    bench-site.py CENTRAL [--evidence 1000000] [--seconds 5]
wrk (Debian) measures requests a second.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import uuid

BITS, SPLIT, LEVELS = 30, 3, range(3, 21)


def spread(n):
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555)):
        n = (n | n << shift) & mask
    return n


def world(lat, lon):
    import math
    sine = math.sin(math.radians(lat))
    return int((lon / 360 + 0.5) * 2 ** BITS), int((0.5 - math.atanh(sine) / (2 * math.pi)) * 2 ** BITS)


def corners(rows):
    return [(7.12 + rows.gauss(0, 0.02), -73.12 + rows.gauss(0, 0.02)) for _ in range(2000)]


def fill(path, n):
    rows = random.Random(7)
    db = sqlite3.connect(path)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TEMP TABLE spot (x INTEGER, y INTEGER, m INTEGER);")
    centres = corners(rows)
    now = int(time.time())

    def make():
        for i in range(n):
            lat, lon = rows.choice(centres)
            lat, lon = lat + rows.gauss(0, 0.0004), lon + rows.gauss(0, 0.0004)
            x, y = world(lat, lon)
            yield str(uuid.UUID(int=rows.getrandbits(128), version=4)), lat, lon, x, y, spread(x) | spread(y) << 1, now - rows.randrange(300_000_000), i

    batch = []
    for row in make():
        batch.append(row)
        if len(batch) == 20000:
            put(db, batch)
            batch = []
    put(db, batch)
    for level in LEVELS:
        db.execute("INSERT INTO cell SELECT 0, ?, m >> ?, count (*), sum (x), sum (y) FROM spot GROUP BY m >> ?", (level, 2 * (BITS - level), 2 * (BITS - level)))
    db.commit()
    db.close()
    return centres


def put(db, batch):
    db.executemany("INSERT INTO item (id, text_hash, device, kind, type, event, work, utc_s, state, decided_s, content, taken_s, shown, revealed)"
                   " VALUES (?, randomblob (32), 'd', 'evidence', 'photo', NULL, ?, ?, 'published', ?, '{}', ?, ?, 1)",
                   [(row[0], f"B-{row[7] % 5000:05}", row[6], row[6], row[6],
                     json.dumps({"type": "photo", "phase": "durante", "caption": "Medición", "place": {"lat": round(row[1], 7), "lon": round(row[2], 7), "source": "gnss"}}))
                    for row in batch])
    db.executemany("INSERT INTO mark (layer, id, m) VALUES (0, ?, ?)", [(row[0], row[5]) for row in batch])
    db.executemany("INSERT INTO spot VALUES (?, ?, ?)", [(row[3], row[4], row[5]) for row in batch])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory(pid, field):
    return int(re.search(rf"^{field}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M).group(1)) / 1024


def rate(url, seconds):
    out = subprocess.run(["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", url], stdout=subprocess.PIPE, text=True, check=True).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), re.search(r"99%\s+(\S+)", out).group(1)


def nginx(folder, body):
    port = free_port()
    (folder / "www").mkdir()
    (folder / "www" / "page.html").write_bytes(body)
    (folder / "nginx.conf").write_text(f"worker_processes 1;daemon off;pid {folder}/nginx.pid;error_log {folder}/error.log;events{{}}"
                                       f"http{{access_log off;client_body_temp_path {folder}/b;proxy_temp_path {folder}/p;fastcgi_temp_path {folder}/f;"
                                       f"uwsgi_temp_path {folder}/u;scgi_temp_path {folder}/s;keepalive_requests 1000000;"
                                       f"server{{listen 127.0.0.1:{port};root {folder}/www;}}}}")
    os.chmod(folder, 0o755)
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    time.sleep(1)
    return process, f"http://127.0.0.1:{port}/page.html"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("central")
    parser.add_argument("--evidence", type=int, default=1_000_000)
    parser.add_argument("--data", help="a central's folder that an earlier run laid down")
    parser.add_argument("--tiles", type=int, default=1500)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-bench-site-"))
    data, port = pathlib.Path(options.data) if options.data else folder / "central", free_port()
    served = proxy = None
    try:
        if not options.data:
            subprocess.run([options.central, "init", "--data", data, "--name", "bench.example/testigo", "--url", f"http://127.0.0.1:{port}"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        begun = time.monotonic()
        centres = corners(random.Random(7)) if options.data else fill(data / "testigo.db", options.evidence)
        print(f"{options.evidence} pieces of evidence laid down in {time.monotonic() - begun:.0f} s; load {os.getloadavg()[0]:.1f}", flush=True)
        served = subprocess.Popen([options.central, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        served.stdout.readline()
        wire = http.client.HTTPConnection("127.0.0.1", port)
        times, sizes, asked = [], [], set()
        chooser = random.Random(3)
        while len(times) < options.tiles:
            z = chooser.randrange(8, 18)
            x, y = (unit >> (BITS - z) for unit in world(*chooser.choice(centres)))
            if (z, x, y) in asked:
                z = 17
                x, y = (unit >> (BITS - z) for unit in world(*chooser.choice(centres)))
                if (z, x, y) in asked:
                    continue
            asked.add((z, x, y))
            begun = time.perf_counter()
            wire.request("GET", f"/tiles/evidence/{z}/{x}/{y}.mvt")
            body = wire.getresponse().read()
            times.append(time.perf_counter() - begun)
            sizes.append(len(body))
        times.sort()
        print(f"{len(times)} tiles never asked for before: p50 {times[len(times) // 2] * 1000:.2f} ms, p99 {times[len(times) * 99 // 100] * 1000:.2f} ms, "
              f"largest {max(sizes)} bytes", flush=True)
        wire.request("GET", "/ayuda")
        page = wire.getresponse().read()
        url = f"http://127.0.0.1:{port}/ayuda"
        proxy, file_url = nginx(folder / "nginx" if (folder / "nginx").mkdir() is None else folder, page)
        ours, files = [], []
        for _ in range(3):
            ours.append(rate(url, options.seconds))
            files.append(rate(file_url, options.seconds))
        mine, theirs = sorted(ours)[1], sorted(files)[1]
        print(f"a page of {len(page)} bytes, medians of 3: central {mine[0]:.0f}/s (p99 {mine[1]}), nginx {theirs[0]:.0f}/s (p99 {theirs[1]}), "
              f"ratio {mine[0] / theirs[0]:.2f}; load {os.getloadavg()[0]:.1f}")
        print(f"central's memory: {memory(served.pid, 'VmRSS'):.0f} MiB now, {memory(served.pid, 'VmHWM'):.0f} MiB at most")
    finally:
        for process in (served, proxy):
            if process:
                process.terminate()
                process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


main()
