#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a disk, or somebody, does behind our back: an fsync that fails once, and media that are deleted, cut short or altered by a bit, on the tablet and at
central. The real programs, TAP. Arguments: testigo-central, testigoctl, shim. TESTIGO_SEED repeats a run."""

import json
import os
import random
import sys
import time

import harness
from harness import Bench, Failed, Tools, expect

LONG = os.environ.get("TESTIGO_LONG") == "1"
SEED = int(os.environ.get("TESTIGO_SEED", str(random.SystemRandom().randrange(2**31))))
CASES = []


def case(function):
    CASES.append(function)
    return function


def media(folder):
    found = {}
    for root, _, names in os.walk(os.path.join(folder, "media")):
        found.update({name: os.path.join(root, name) for name in names if len(name) == 64})
    return found


def flip(path, rng):
    with open(path, "r+b") as file:
        at = rng.randrange(os.path.getsize(path))
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << rng.randrange(8)]))


def hurt(paths, rng):
    """One deleted, one cut short, one altered; by hash what must be said of it."""
    deleted, cut, flipped = rng.sample(sorted(paths), 3)
    os.unlink(paths[deleted])
    os.truncate(paths[cut], os.path.getsize(paths[cut]) // 2)
    flip(paths[flipped], rng)
    return {deleted: "missing-content", cut: "hash-mismatch", flipped: "hash-mismatch"}


def faults(result):
    return {row["sha256"]: row["code"] for row in result.rows if "sha256" in row and "code" in row}


@case
def fsync_fails_once(rng):
    """EIO once, on durable calls from the first to the last, fsyncs among them: what was not said to be saved may be absent, never half there, and no second fsync makes it good"""
    with Bench(central=False) as bench:
        tablet = bench.tablet()
        event = tablet.begin(enrol=False)
        folder = bench.folder
        counting = os.path.join(folder, "calls")
        log = os.path.join(folder, "log")
        first = harness.png(os.path.join(folder, "a.png"), rng)
        tablet.add("photo", "add", "--event", event, first,
                   env={"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": tablet.store, "TST_FAULT_COUNT": counting, "TST_FAULT_LOG": log})
        with open(log, "rb") as file:
            syncs = file.read().count(b"sync\t" + tablet.store.encode())
        calls = int(open(counting).read().split()[-1])
        expect(syncs and calls, "the shim saw nothing")
        refused = 0
        for at in range(1, calls + 1, 1 if LONG else max(1, calls // 10)):
            path = harness.png(os.path.join(folder, f"{at}.png"), rng)
            result = tablet.add("photo", "add", "--event", event, path, ok=(0, 1, 3, 5),
                                env={"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": tablet.store, "TST_FAULT_AT": str(at), "TST_FAULT_DO": "EIO"})
            refused += result.code != 0
            expect(result.code != 0 or "id" in result.last, "neither saved nor said", result.rows)
            done = tablet.ctl("verify", "--deep").last
            expect(done["faults"] == 0, "after call", at, done)
        print(f"# {calls} durable calls of one photograph, {syncs} of them fsync: {refused} were refused, none half there")
        expect(refused > 0, "no fault was ever noticed")
        bench.check()


@case
def on_the_tablet_before_sending(rng):
    """a medium deleted, cut short or altered on the tablet before it went up is set aside with its reason; all others go"""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 6, rng, 3000)
        hurt(media(tablet.store), rng)
        last = tablet.sync(ok=(1,)).last
        # The records themselves are there; without their pictures nothing calls them received.
        expect(last["set_aside"] == 3 and last["pending"] == 3 and last["media_sent"] == 3, last)
        aside = [row for row in tablet.ctl("list", "outbox").rows if row["state"] == "set_aside"]
        expect(all(row["code"] == "missing-content" for row in aside), aside)
        expect(len(faults(tablet.ctl("verify", "--deep", ok=(5,)))) == 3, "verify does not find all three")
        expect(bench.admin("verify").last["faults"] == 0, "central took something else for it")


@case
def on_the_tablet_after_receipt(rng):
    """what the tablet loses after central has proved to hold it comes back from there"""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 4, rng, 3000)
        tablet.sync()
        tablet.ctl("event", "close", event)
        tablet.sync()
        said = hurt(media(tablet.store), rng)
        expect(faults(tablet.ctl("verify", "--deep", ok=(5,))) == said, "verify says otherwise")
        before = media(bench.data)
        expect(set(said) <= set(before), "central has lost them as well")
        expect(bench.admin("verify").last["faults"] == 0, "central")


@case
def at_central(rng):
    """central finds by itself what was deleted, cut short or altered under it, signs nothing for it any more, tells the operator, and has it again with the next sync"""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 5, rng, 3000)
        tablet.sync()
        bench.stop()
        town = os.path.join(bench.data, "town.json")
        with open(town) as file:
            profile = json.load(file)
        profile["scrub_bytes_s"] = 50_000_000
        with open(town, "w") as file:
            json.dump(profile, file)
        held = media(bench.data)
        said = hurt({name: path for name, path in held.items() if name in media(tablet.store)}, rng)
        bench.serve()
        until = time.monotonic() + 60
        while (status := bench.admin("log", "status").last)["damaged_media"] < 3:
            expect(time.monotonic() < until, "the scrubber did not find them", status)
            time.sleep(0.1)
        expect(status["damaged_media_not_back"] == 3, status)
        expect(faults(bench.admin("verify", ok=(5,))) == said, "verify says otherwise")
        expect(len(os.listdir(os.path.join(bench.data, "damaged"))) == 2, "what is left of the altered ones is not kept")
        last = tablet.sync().last
        expect(last["media_sent"] == 3 and last["pending"] == 0, last)
        expect(bench.admin("verify").last["faults"] == 0, "verify after it came again")
        status = bench.admin("log", "status").last
        expect(status["damaged_media"] == 3 and status["damaged_media_not_back"] == 0, status)
        bench.check()


def main():
    Tools.central, Tools.ctl, Tools.shim = map(os.path.abspath, sys.argv[1:4])
    wanted = os.environ.get("TESTIGO_CASE")
    print(f"# seed {SEED}", flush=True)
    failed = 0
    chosen = [run for run in CASES if not wanted or wanted in run.__name__]
    for number, run in enumerate(chosen, 1):
        began = time.monotonic()
        try:
            run(random.Random(SEED + number))
            print(f"ok {number} {run.__doc__} ({time.monotonic() - began:.1f} s)", flush=True)
        except (Failed, OSError, KeyError, IndexError, ValueError) as error:
            failed += 1
            print(f"not ok {number} {run.__doc__}\n# {type(error).__name__}: {error}", flush=True)
    print(f"1..{len(chosen)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
