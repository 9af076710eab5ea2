# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes down to a tablet, and what may go from it: files of the town, the works catalogue as deltas, originals that make room. The real programs, TAP."""

import hashlib
import os
import random
import subprocess
import sys

from harness import Bench, Failed, Tools, expect

LONG = os.environ.get("TESTIGO_LONG") == "1"
TESTS = []


def case(function):
    TESTS.append(function)
    return function


def begin(bench, photos=4):
    tablet = bench.tablet()
    event = tablet.begin()
    if photos:
        tablet.photos(event, photos, random.Random(7), extra=20000)
    return tablet, event


def originals(tablet):
    found = []
    for folder, _, names in os.walk(os.path.join(tablet.store, "media")):
        found += [os.path.join(folder, name) for name in names if len(name) == 64]
    return sorted(found)


@case
def space_from_proof_only():
    """space is won from what central proves now to hold, oldest first, of closed events; verify knows; originals come back byte for byte"""
    with Bench() as bench:
        tablet, event = begin(bench)
        before = {os.path.basename(path): open(path, "rb").read() for path in originals(tablet)}
        expect(tablet.ctl("space").last["may_go"] == 0, "not received yet")
        tablet.sync()
        expect(tablet.ctl("space").last["may_go"] == 0, "the event is open")
        tablet.ctl("event", "close", event)
        tablet.sync()
        second = tablet.add("event", "open", "--type", "visita_obra", "--title", "Otra").last["id"]
        tablet.photos(second, 1, random.Random(8), extra=20000)
        tablet.sync()
        expect(tablet.ctl("space").last["may_go"] == 4, tablet.ctl("space").last)
        bench.stop()
        offline = tablet.ctl("space", "free", ok=(4,))
        expect(len(originals(tablet)) == 5 and offline.last["code"] == "unreachable", "freed without central")
        bench.serve()
        some = tablet.ctl("space", "free", "--bytes", 21000).last
        expect(some["freed"] == 2 and some["left_bytes"] > 40000 and len(originals(tablet)) == 3, some)
        done = tablet.ctl("verify", "--deep").last
        expect(done["faults"] == 0 and done["freed"] == 2, done)
        listed = [row["sha256"] for row in tablet.ctl("list", "photos").rows if row.get("freed")]
        expect(sorted(listed) == sorted(name for name in before if not any(path.endswith(name) for path in originals(tablet))), "lists say freed of", listed)
        gone = [name for name in before if not any(path.endswith(name) for path in originals(tablet))]
        back = tablet.ctl("space", "fetch", gone[0])
        expect(back.last["fetched"], back.last)
        path = [path for path in originals(tablet) if path.endswith(gone[0])][0]
        expect(open(path, "rb").read() == before[gone[0]], "came back otherwise")
        expect(tablet.ctl("space", "fetch", gone[0], ok=(1,)).last["code"] == "wrong-state", "was here")
        tablet.sync()
        done = tablet.ctl("verify", "--deep").last
        expect(done["faults"] == 0 and done["freed"] == 1, done)
        expect(tablet.ctl("rebuild").last["equal"], "rebuild")


@case
def central_lost_it():
    """a medium that central lost is not freed but sent again"""
    with Bench() as bench:
        tablet, event = begin(bench, 3)
        tablet.ctl("event", "close", event)
        tablet.sync()
        bench.stop()
        lost = os.path.basename(originals(tablet)[0])
        os.unlink(os.path.join(bench.data, "media", lost[:2], lost[2:4], lost))
        bench.serve()
        done = tablet.ctl("space", "free").last
        expect(done["freed"] == 2 and done["kept"] == 1, done)
        expect([os.path.basename(path) for path in originals(tablet)] == [lost], "the only copy went")
        expect(tablet.sync().last["media_sent"] == 1, "not sent again")
        expect(tablet.ctl("space", "free").last["freed"] == 1, "now it may go")


@case
def a_log_that_forgot():
    """nothing is freed when the log is not the one that this device saw before"""
    with Bench() as bench:
        tablet, event = begin(bench, 2)
        tablet.sync()
        bench.stop()
        import shutil
        shutil.copytree(bench.data, bench.data + ".old")
        bench.serve()
        tablet.ctl("event", "close", event)
        tablet.sync()
        bench.stop()
        shutil.rmtree(bench.data)
        shutil.move(bench.data + ".old", bench.data)
        bench.serve()
        # Other leaves now stand where ours stood: what it forgot can no longer be put back.
        other = bench.tablet("otra")
        other.begin()
        other.sync()
        tablet.ctl("space", "free", ok=(1, 4, 5))
        expect(len(originals(tablet)) == 2, "freed on the word of a log that forgot")
        bench.tablets.clear()


@case
def files_of_the_town():
    """ground map and profile come down once, resume after a cut, are checked by hash, and go when the town takes them back"""
    with Bench() as bench:
        tablet, _ = begin(bench, 0)
        ground = os.path.join(bench.folder, "suelo.mbtiles")
        content = b"SQLite format 3\0" + random.Random(3).randbytes(700000)
        with open(ground, "wb") as file:
            file.write(content)
        expect(bench.admin("files", "set", "ground.mbtiles", __file__, ok=(1,)).last["code"] == "bad-value", "took no map for one")
        expect(bench.admin("files", "set", "../x", ground, ok=(1, 2)).last["code"] == "usage", "a name with a way out")
        bench.admin("files", "set", "ground.mbtiles", ground)
        cuts = iter((100000, 250000))
        bench.proxy.rule = lambda request: (lambda n: ("stop", n) if n else None)(next(cuts, None)) if request.step == "file" else None
        before = bench.proxy.wire_bytes
        tablet.sync()
        cost = bench.proxy.wire_bytes - before
        path = os.path.join(tablet.store, "files", "ground.mbtiles")
        expect(open(path, "rb").read() == content, "came otherwise")
        expect(cost < len(content) * 1.3, "a cut download began anew:", cost)
        expect(bench.proxy.count(step="file") == 3, bench.proxy.count(step="file"))
        row = tablet.ctl("files").last
        expect(row["here"] and row["bytes"] == len(content) and row["sha256"] == hashlib.sha256(content).hexdigest(), row)
        tablet.sync()
        expect(bench.proxy.count(step="file") == 3 and bench.proxy.count(step="files") <= 3, "asked again for what is here")
        profile = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "model", "town.json")
        bench.admin("files", "set", "profile.json", profile)
        tablet.sync()
        expect(os.path.exists(os.path.join(tablet.store, "profile.json")), "the profile did not take its place")
        tablet.ctl("status")
        bench.admin("files", "remove", "ground.mbtiles")
        tablet.sync()
        expect(not os.path.exists(path) and len(tablet.ctl("files").rows) == 1, "what the town took back is still here")
        bench.check()


@case
def cut_short_underneath():
    """a file that somebody cuts short at central while it goes out costs that answer and not central; nothing torn takes its place"""
    with Bench() as bench:
        tablet, _ = begin(bench, 1)
        tablet.sync()
        ground = os.path.join(bench.folder, "suelo.mbtiles")
        with open(ground, "wb") as file:
            file.write(b"SQLite format 3\0" + random.Random(4).randbytes(40_000_000))
        row = bench.admin("files", "set", "ground.mbtiles", ground).last
        kept = os.path.join(bench.data, "files", row["sha256"][:2], row["sha256"][2:4], row["sha256"])
        expect(os.path.getsize(kept) == row["bytes"], kept)
        # More than the buffers on the way hold is still to come.
        bench.proxy.rule = lambda request: ("at", 100_000, lambda: os.truncate(kept, 50_000)) if request.step == "file" else None
        tablet.sync(ok=None)
        expect(bench.proxy.count(step="file") > 0, "nothing was asked for")
        expect(bench.server.poll() is None, "central went down with the file:", bench.server.poll())
        expect(not os.path.exists(os.path.join(tablet.store, "files", "ground.mbtiles")), "a part took the place of the whole")
        bench.proxy.rule = lambda request: None
        os.chmod(kept, 0o600)
        os.unlink(kept)
        bench.admin("files", "set", "ground.mbtiles", ground)
        tablet.sync()
        expect(hashlib.sha256(open(os.path.join(tablet.store, "files", "ground.mbtiles"), "rb").read()).hexdigest() == row["sha256"], "came otherwise")


def write_works(bench, count):
    works = os.path.join(bench.folder, "obras.csv")
    with open(works, "w") as file:
        file.write("code,title,status,comuna,lat,lon,budget\n")
        for n in range(count):
            file.write(f"OBRA-{n:06},Mejoramiento de vía número {n},en ejecución,Comuna {n % 17 + 1},{7 + n % 100 / 1000:.4f},-73.{n % 1000:04},{1000000 + n}\n")
    bench.admin("works", "import", works)


@case
def torn_line():
    """a list of works that ends in the middle of a line, as if that were all, is kept up to there and goes on from there"""
    with Bench() as bench:
        tablet, _ = begin(bench, 0)
        write_works(bench, 40)
        asked = []
        torn = '{"until":1}\n{"work":{"code":"OBRA-000000","title":"Mejoramiento de vía número 0"}}\n{"work":{"code":"OBRA-000'.encode()
        bench.proxy.rule = lambda request: (asked.append(request.target) or (("answer", 200, torn) if len(asked) == 1 else None)) if request.step == "catalogue" else None
        tablet.sync()
        expect(len(asked) == 2 and asked[1].endswith("&after=OBRA-000000"), asked)
        expect(len(tablet.ctl("works", "list").rows) == 40, "not all works came")


@case
def one_work_of_many():
    """a sync where nothing changed is two requests in 2 KB, heads and signatures included; a change of one work among many adds at most 2 KB"""
    count = 100000 if LONG else 2000
    with Bench() as bench:
        tablet, _ = begin(bench, 0)
        write_works(bench, count)
        # Cut in the middle, again and again: what came is kept and the rest goes on from there.
        asked = []
        bench.proxy.rule = lambda request: (asked.append(request.target) or (("stop", 9000) if len(asked) <= 3 else None)) if request.step == "catalogue" else None
        before = bench.proxy.wire_bytes
        tablet.sync()
        cost = bench.proxy.wire_bytes - before
        bench.proxy.rule = lambda request: None
        expect(len(asked) == 4 and all("&after=OBRA-" in target for target in asked[1:]) and sorted(set(asked)) == sorted(asked), asked)
        print(f"# {count} works, cut three times: {cost} bytes in all")
        expect(len(tablet.ctl("works", "list", "--limit", count + 1).rows) == count, "not all works came")
        one = os.path.join(bench.folder, "una.csv")
        with open(one, "w") as file:
            file.write("code,title,status,comuna,lat,lon,budget\nOBRA-000007,Mejoramiento de vía número 7,terminada,Comuna 8,7.0070,-73.0007,1000007\n")
        bench.admin("works", "import", one)
        seen = len(bench.proxy.requests)
        before = bench.proxy.wire_bytes
        tablet.sync()
        cost = bench.proxy.wire_bytes - before
        catalogue = [request for request in bench.proxy.requests[seen:] if request.step == "catalogue"]
        expect(len(catalogue) == 1, "asked", len(catalogue), "times")
        print(f"# {count} works, one changed: {cost} bytes on the wire for the whole sync, heads and signatures included, {len(bench.proxy.requests) - seen} requests")
        row = tablet.ctl("works", "list", "--search", "OBRA-000007").rows[0]
        expect(row["status"] == "terminada", row)
        idle = bench.proxy.wire_bytes
        seen = len(bench.proxy.requests)
        tablet.sync()
        idle = bench.proxy.wire_bytes - idle
        steps = [request.step for request in bench.proxy.requests[seen:]]
        print(f"# the same sync with nothing changed: {idle} bytes, {steps}")
        expect(cost - idle <= 2048, "one work cost", cost - idle)
        expect(idle <= 2048 and steps == ["hello", "news"], "nothing changed, and it cost", idle, steps)


@case
def retried_by_hand():
    """what was set aside goes back into the queue by testigoctl"""
    with Bench() as bench:
        tablet, _ = begin(bench, 2)
        lost = originals(tablet)[0]
        os.rename(lost, lost + "x")
        done = tablet.sync(ok=(1,)).last
        expect(done["set_aside"] == 1, done)
        os.rename(lost + "x", lost)
        aside = [row for row in tablet.ctl("list", "outbox").rows if row["state"] == "set_aside"][0]
        expect(tablet.ctl("retry", "nada", ok=(1,)).rows[0]["code"] == "bad-value", "a name that is none")
        expect(tablet.ctl("retry", aside["sha256"]).last["retried"] == 1, "one")
        expect(tablet.sync().last["pending"] == 0, "went up")
        bench.check()


def main():
    Tools.central, Tools.ctl, Tools.draw = sys.argv[1:4]
    wanted = os.environ.get("TESTIGO_CASE")
    tests = [test for test in TESTS if not wanted or wanted in test.__name__]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {test.__doc__}", flush=True)
        except (Failed, AssertionError, subprocess.SubprocessError, OSError, KeyError, IndexError) as error:
            failed += 1
            print(f"not ok {number} - {test.__doc__}\n# {type(error).__name__}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
