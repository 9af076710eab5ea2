#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""For how long central answers nobody while it is busy. Arguments: testigo-central, testigoctl.

/healthz and a page are asked for again and again while tablets bring records and photographs and while a catalogue of works is imported; the longest wait of
each is printed. TESTIGO_LONG=1: 100,000 works. A line that brings a byte every ten seconds is cut (only then, for it takes its time). Prints TAP."""

import os
import random
import socket
import sys
import threading
import time
import urllib.request

from harness import Bench, Tools, expect, run

LONG = os.environ.get("TESTIGO_LONG") == "1"
WORKS = int(os.environ.get("TESTIGO_WORKS", "100000" if LONG else "10000"))
# The machine may be busy with other tests as well: what is looked for is seconds, not milliseconds.
MOST_S = 5.0


class Probe:
    def __init__(self, port, path):
        self.url = f"http://127.0.0.1:{port}{path}"
        self.longest = self.count = self.failed = 0
        self.ending = False
        self.thread = threading.Thread(target=self.ask)
        self.thread.start()

    def ask(self):
        while not self.ending:
            began = time.monotonic()
            try:
                with urllib.request.urlopen(self.url, timeout=60) as answer:
                    answer.read()
            except OSError:
                self.failed += 1
            self.longest = max(self.longest, time.monotonic() - began)
            self.count += 1
            time.sleep(0.01)

    def end(self):
        self.ending = True
        self.thread.join()
        return self


def probed(bench, work):
    probes = [Probe(bench.port, path) for path in ("/healthz", "/libro")]
    began = time.monotonic()
    try:
        work()
    finally:
        for probe in probes:
            probe.end()
    return time.monotonic() - began, probes


def catalogue(folder):
    path = os.path.join(folder, "obras.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("code,title,description,sector,status,comuna,barrio,lat,lon,budget,contractor\n")
        for i in range(WORKS):
            file.write(f"OB-{i:06},Pavimento de la vía {i},Reparcheo y andenes del tramo {i},vias,en_ejecucion,{i % 22 + 1},Barrio {i % 300},"
                       f"{3.35 + i % 1000 / 10000:.5f},{-76.55 + i // 1000 / 1000:.5f},{1000000 + i},Consorcio Inventado {i % 90}\n")
    return path


def slow_line(port):
    """Headers, and then a byte every ten seconds: seconds until central has enough of it."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"POST /sync/v1/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n")
        line.settimeout(10)
        while time.monotonic() - began < 300:
            try:
                line.sendall(b" ")
                if not line.recv(4096):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - began


def main():
    Tools.central, Tools.ctl = map(os.path.abspath, sys.argv[1:3])
    rng = random.Random(1)
    with Bench() as bench:
        tablets = [bench.tablet(f"t{i}") for i in range(2)]
        events = [tablet.begin() for tablet in tablets]
        for tablet, event in zip(tablets, events):
            tablet.photos(event, 400 if LONG else 60, rng, 2000)

        def intake():
            threads = [threading.Thread(target=tablet.sync) for tablet in tablets]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        cases = [("tablets bring records and photographs", intake),
                 (f"{WORKS} works are imported", lambda: bench.admin("works", "import", catalogue(bench.folder)))]
        failed = 0
        for number, (name, work) in enumerate(cases, 1):
            seconds, probes = probed(bench, work)
            bad = any(probe.failed or probe.longest > MOST_S or not probe.count for probe in probes)
            failed += bad
            print(f"{'not ok' if bad else 'ok'} {number} while {name} central answers", flush=True)
            print(f"#   {seconds:.1f} s; " + "; ".join(f"{probe.url[probe.url.rindex('/'):]}: longest {probe.longest * 1000:.0f} ms of {probe.count}"
                                                      for probe in probes), flush=True)
        listed = bench.admin("verify", ok=(0, 5))
        print(f"{'ok' if listed.code == 0 else 'not ok'} 3 and what came of it verifies", flush=True)
        failed += listed.code != 0
        if LONG:
            seconds = slow_line(bench.port)
            failed += seconds > 150
            print(f"{'not ok' if seconds > 150 else 'ok'} 4 a line of a byte every ten seconds is cut after {seconds:.0f} s", flush=True)
        print(f"1..{4 if LONG else 3}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
