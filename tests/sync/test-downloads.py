#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads of a large town, whole and without central growing by them. test-downloads.py CENTRAL

Works by central's own import, a hundred thousand of them with TESTIGO_LONG; CSV, GeoJSON and the largest page of the OGC collection are read several at
a time."""
import csv
import http.client
import io
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading

CENTRAL, WORKS, MOST_MIB = sys.argv[1], 100_000 if os.environ.get("TESTIGO_LONG") else 25_000, 28
number, failed = 0, False


def check(name, truth, *told):
    global number, failed
    number += 1
    failed = failed or not truth
    print(f"{'ok' if truth else 'not ok'} {number} - {name}", flush=True)
    if not truth:
        print("#", *told, flush=True)


def own_memory(pid):
    """What is central's alone, in MiB: pages of files are the kernel's to drop."""
    return int(re.search(r"^RssAnon:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M).group(1)) / 1024


def read(port, path):
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=500)
    wire.request("GET", path)
    answer = wire.getresponse()
    return answer.status, answer.read()


with tempfile.TemporaryDirectory(prefix="testigo-downloads-") as folder:
    folder = pathlib.Path(folder)
    data = folder / "central"
    with open(folder / "works.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "title", "description", "sector", "status", "dependency", "comuna", "lat", "lon", "budget"])
        for i in range(WORKS):
            out.writerow([f"OB-{i:06}", f"Obra número {i}", "Obra inventada de una prueba, con una descripción de un renglón largo. " * 4, "transport.road", "en_ejecucion",
                          "Infraestructura", f"{i % 12 + 1:02}", f"{7.1 + i % 300 / 5000:.6f}", f"{-73.1 - i // 300 / 5000:.6f}", 1000000 + i])
    subprocess.run([CENTRAL, "init", "--data", data, "--name", "descargas.example/testigo"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    said = subprocess.run([CENTRAL, "works", "import", folder / "works.csv", "--data", data, "--json"], check=True, stdout=subprocess.PIPE, text=True).stdout
    check(f"{WORKS} works came in", json.loads(said.strip().splitlines()[-1])["added"] == WORKS, said[-200:])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = subprocess.Popen([CENTRAL, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        served.stdout.readline()
        before = own_memory(served.pid)
        most, done = [before], threading.Event()

        def watch():
            while not done.wait(0.05):
                most[0] = max(most[0], own_memory(served.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        answers = {}
        paths = ["/descargas/obras.csv", "/descargas/obras.geojson", "/descargas/obras.csv?otra", "/ogc/collections/obras/items?limit=10000"]
        askers = [threading.Thread(target=lambda p=path: answers.update({p: read(port, p)})) for path in paths]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        done.set()
        watcher.join()
        check("all answer", all(answers[path][0] == 200 for path in paths), {path: answers[path][0] for path in paths})
        rows = list(csv.DictReader(io.StringIO(answers[paths[0]][1].decode("utf-8-sig"))))
        check("the CSV is whole and in order", [row["code"] for row in rows] == [f"OB-{i:06}" for i in range(WORKS)], len(rows))
        features = json.loads(answers[paths[1]][1])["features"]
        check("the GeoJSON is whole", len(features) == WORKS and features[-1]["id"] == f"OB-{WORKS - 1:06}", len(features))
        check("both copies are the same bytes", answers[paths[0]][1] == answers[paths[2]][1])
        page = json.loads(answers[paths[3]][1])
        check("a page of the collection is bounded and leads on", page["numberMatched"] == WORKS and len(page["features"]) < WORKS
              and any(link["rel"] == "next" for link in page["links"]), len(page["features"]))
        size = sum(len(answers[path][1]) for path in paths) / 2**20
        check(f"{size:.0f} MiB of answers at once cost central less than {MOST_MIB} MiB of its own", most[0] - before < MOST_MIB, before, most[0])
        print(f"# own memory before {before:.0f} MiB, at most {most[0]:.0f} MiB", flush=True)
        check("no file is left", not list(data.glob(".descarga*")))
    finally:
        served.terminate()
        served.wait(20)
print(f"1..{number}")
sys.exit(1 if failed else 0)
