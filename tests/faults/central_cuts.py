#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong at central between the first byte and the receipt. Arguments: testigo-central, testigoctl, shim.

A tablet enrols, sends records, photographs and an attendance sheet, and a person decides, while every write, fsync, rename and unlink below central's
folders (store, uploads, media, mirror) is written down in order with everything that was answered.

 1. The power goes after a call: what was not synced is gone, or some of it is left, torn and in no order. The real program opens what is left, and everything
    that had been answered by then is there: each line of each holding receipt whole, each checkpoint reproduced; nothing is half there.
 2. A call fails with EIO, ENOSPC or EROFS, or the process dies in it, while the real program serves. The tablet claims nothing that is not so, and once the
    disk is well everything arrives, once.

TESTIGO_SEED repeats a run; TESTIGO_LONG=1 goes through every point. Prints TAP."""

import base64
import concurrent.futures
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time

import checker
import harness
from field_cases import person
from harness import Bench, Tools, expect
from power_cuts import Disk, read_log

SEED = int(os.environ.get("TESTIGO_SEED", str(random.SystemRandom().randrange(2**31))))
LONG = os.environ.get("TESTIGO_LONG") == "1"
POINTS = 10**9 if LONG else 16     # of each kind of power cut
FAULTS = 10**9 if LONG else 2      # points of each kind of failing call


class Place(Bench):
    """Store and mirror below one folder, which the shim watches."""

    def __init__(self):
        super().__init__(central=False)
        self.root = os.path.join(os.path.realpath(self.folder), "disk")
        os.mkdir(self.root)
        self.prepare(os.path.join(self.root, "central"), os.path.join(self.root, "mirror"))


def a_visit(bench, rng, photos=3):
    """Everything that a tablet asks of central, and two decisions."""
    tablet = bench.tablet()
    event = tablet.begin()
    sent = tablet.photos(event, photos, rng, 20_000)
    tablet.add("attendance", "add", "--event", event, "-", stdin=person(1))
    tablet.sync()
    ids = [row["id"] for row in sent.rows]
    bench.admin("moderate", "withhold", ids[0], "--reason", "calidad")
    bench.admin("erase", ids[1], "--reason", "error")
    tablet.photos(event, 1, rng, 20_000, prefix="g")
    tablet.sync()
    return tablet, ids


# --- 1: power cuts ---

def claims(answered):
    """What central has said so far: sha256 → size of held content, and checkpoints by size."""
    held, notes = {}, {}
    for text in re.findall(rb'"holding":"((?:[^"\\]|\\.)*)"', answered):
        lines = json.loads(b'"' + text + b'"').split("\n\n")[0].split("\n")[3:]
        held.update({line.split(" ")[0]: int(line.split(" ")[1]) for line in lines if " " in line})
    for text in re.findall(rb'"checkpoint":"((?:[^"\\]|\\.)*)"', answered):
        note = json.loads(b'"' + text + b'"')
        notes[int(note.split("\n")[1])] = note
    return held, notes


def judge(root, held, notes):
    data = os.path.join(root, "central")
    opened = subprocess.run([Tools.central, "verify", "--data", data, "--json"], capture_output=True, text=True, timeout=120)
    bad = []
    # What a person's decision left to be made (a picture for the public) may be missing; nothing else.
    if opened.returncode not in (0,):
        bad.append(f"verify ended with {opened.returncode}: {opened.stdout[-300:]} {opened.stderr[-300:]}")
        return bad
    with checker.Database(data) as database:
        leaves = [checker.leaf_hash(row[0]) for row in database.rows("SELECT note FROM leaf ORDER BY idx")]
        there = {row[0].hex() for row in database.rows("SELECT body_hash FROM leaf WHERE body_state = 'here'")}
        there |= {row[0].hex() for row in database.rows("SELECT sha256 FROM part")}
        buried = {row[0].hex() for row in database.rows("SELECT sha256 FROM tombstone")}
    files = checker.media_files(data)
    for digest, size in held.items():
        if digest in there or digest in buried:
            continue
        path = files.get(digest, (None,))[0]
        if path is None or os.path.getsize(path) != size or checker.hash_file(path).hex() != digest:
            bad.append(f"said to be held and is not: {digest}")
    for size, note in notes.items():
        root_hash = base64.b64decode(note.split("\n")[2])
        if size > len(leaves) or checker.root_of(leaves[:size]) != root_hash:
            bad.append(f"a checkpoint of {size} leaves was shown and is not reproduced ({len(leaves)} leaves)")
    report = checker.Report()
    checker.check_central(report, data)
    # A leaf whose content did not come yet, and a medium that no record names yet, are states of a transfer.
    bad += [fault for fault in report.faults if fault["code"] not in ("missing-content", "medium-without-record", "held-without-record", "gap")]
    return bad[:3]


def power_cuts(report, rng):
    with Place() as bench:
        log = os.path.join(bench.folder, "log")
        before = os.path.join(bench.folder, "before")
        shutil.copytree(bench.root, before)
        bench.serve_env = {"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": bench.root, "TST_FAULT_LOG": log}
        bench.serve()
        a_visit(bench, rng)
        bench.stop()
        operations = read_log(log)
        root = bench.root
        aside = os.path.join(bench.folder, "aside")
        os.rename(root, aside)
        os.rename(before, root)
        disk, careless = Disk(root), Disk(root)
        answered = bytearray()
        durable = [number for number, operation in enumerate(operations) if operation[0] not in ("sent", "said", "create")]
        report([] if len(durable) > 100 else ["too few calls"], len(durable), "durable calls of central are written down")
        step = max(1, len(durable) // POINTS)
        offset = rng.randrange(step)
        chosen = set(durable[offset::step])
        # Right after an answer is where a lie would show.
        answers = [number for number, operation in enumerate(operations) if operation[0] == "sent"]
        chosen |= set(answers if LONG else rng.sample(answers, min(len(answers), 12)))
        cuts = []
        for number, (op, path, at, data, source) in enumerate(operations):
            if op == "sent":
                answered += data
            elif op != "said":
                disk.apply(op, path, at, data, source)
                if op != "sync":
                    careless.apply(op, path, at, data, source)
            if number in chosen:
                said = claims(bytes(answered))
                cuts.append((f"{number}-synced", disk.after_the_cut(), said))
                cuts.append((f"{number}-mixed", disk.after_the_cut(rng), said))

        def cut(case):
            name, left, said = case
            place = os.path.join(bench.folder, "cut-" + name)
            try:
                for path, content in left.items():
                    target = place + path[len(root):]
                    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
                    with open(target, "wb") as file:
                        file.write(content)
                    if "/keys/" in target or target.endswith(("town.json", "decisions")):
                        os.chmod(target, 0o600)
                town = os.path.join(place, "central", "town.json")
                with open(town, encoding="utf-8") as file:
                    text = file.read()
                with open(town, "w", encoding="utf-8") as file:
                    file.write(text.replace(json.dumps(root)[1:-1], place))
                return [f"cut {name}: {item}" for item in judge(place, *said)]
            finally:
                shutil.rmtree(place, ignore_errors=True)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for kind, words in (("synced", "only what was synced is left"), ("mixed", "some of the rest is left too, torn and in no order")):
                these = [case for case in cuts if case[0].endswith(kind)]
                bad = [item for result in pool.map(cut, these) for item in result]
                report(bad, len(these), "central's power goes: " + words)
        held, notes = claims(bytes(answered))
        # A disk that is never told to sync: this test can fail.
        report([] if cut(("careless", careless.after_the_cut(), (held, notes))) else ["nothing was noticed"], 1,
               "without fsync what was answered is not there, and that is noticed")
        report([] if len(held) >= 8 and len(notes) >= 2 else [f"{len(held)} {len(notes)}"], len(held), "receipts were seen")
        os.rename(root, before)
        os.rename(aside, root)


# --- 2: calls that fail ---

def failing_call(fault, number, rng):
    with Place() as bench:
        bench.serve_env = {"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": bench.root, "TST_FAULT_AT": str(number), "TST_FAULT_DO": fault}
        try:
            bench.serve()
        except harness.Failed:
            pass  # it failed while it opened, and said so
        bench.serve_env = {}
        tablet = bench.tablet()
        tablet.ctl("init", "--name", tablet.name)
        event = tablet.add("event", "open", "--type", "visita_obra", "--title", "Visita").last["id"]
        tablet.photos(event, 2, rng, 20_000)
        code = bench.admin("enrol-code", "--name", tablet.name, ok=None)
        if code.code == 0:
            tablet.ctl("enrol", code.last["text"])
            process = subprocess.Popen([Tools.ctl, "--store", tablet.store, "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(4)
            except subprocess.TimeoutExpired:
                process.terminate()
                process.wait()
        # The disk is well again.
        if bench.server.poll() is None:
            bench.server.terminate()
            bench.server.wait(30)
        bench.serve()
        if code.code != 0:
            tablet.ctl("enrol", bench.code(tablet.name))
        tablet.sync()
        counts = bench.check()
        return counts


def failing_calls(report, rng):
    with Place() as bench:
        counted = os.path.join(bench.folder, "count")
        bench.serve_env = {"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": bench.root, "TST_FAULT_COUNT": counted}
        bench.serve()
        bench.serve_env = {}
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 2, rng, 20_000)
        tablet.sync()
        bench.stop()
        with open(counted, encoding="ascii") as file:
            calls = sum(map(int, file))
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for fault in ("KILL", "EIO", "ENOSPC", "EROFS"):
            numbers = range(1, calls + 1) if FAULTS >= calls else sorted(rng.sample(range(1, calls + 1), FAULTS))

            def attempt(number, fault=fault):
                try:
                    failing_call(fault, number, random.Random(SEED + number))
                    return []
                except Exception as error:  # whatever it was, it is a failure of this point
                    return [f"call {number}: {error}"]
            bad = [item for result in pool.map(attempt, numbers) for item in result]
            report(bad, len(numbers), f"central: {fault} at a call, of {calls}")


def main():
    Tools.central, Tools.ctl, Tools.shim = map(os.path.abspath, sys.argv[1:4])
    rng = random.Random(SEED)
    count = failed = 0
    print(f"# seed {SEED}", flush=True)

    def report(bad, tried, name):
        nonlocal count, failed
        count += 1
        failed += bool(bad) or tried == 0
        print(f"{'not ok' if bad or tried == 0 else 'ok'} {count} {name} ({tried} tried)", flush=True)
        for line in bad[:5]:
            print(f"#   {line}".replace("\n", " "), flush=True)

    began = time.monotonic()
    power_cuts(report, rng)
    failing_calls(report, rng)
    print(f"# {time.monotonic() - began:.0f} s")
    print(f"1..{count}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
