#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Central comes back from yesterday's copy. Arguments: testigo-central, testigoctl, demo-draw, shim; then numbers of cases, if only some are wanted.

The real programs; what they leave is judged by checker.py, which shares no code with them. Prints TAP."""

import base64
import concurrent.futures
import json
import os
import random
import shutil
import sys
import time
import urllib.error
import urllib.request

import checker
from field_cases import person
from harness import Bench, Failed, Tools, expect, run

SEED = int(os.environ.get("TESTIGO_SEED", str(random.SystemRandom().randrange(2**31))))


def page(bench, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{bench.port}{path}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def copy(bench, marked=False):
    """Yesterday's copy is made while central is stopped; "give back" puts it in place of today's folder."""
    bench.stop()
    yesterday = os.path.join(bench.folder, "yesterday")
    shutil.copytree(bench.data, yesterday)
    bench.serve()

    def give_back():
        bench.stop()
        shutil.rmtree(bench.data)
        shutil.copytree(yesterday, bench.data)
        if marked:
            with open(os.path.join(bench.data, "restored.json"), "w", encoding="utf-8") as file:
                file.write('{"testigo": 1}\n')
    return give_back


def checkpoints(bench):
    bench.stop()
    with checker.Database(bench.data) as database:
        return dict(database.rows("SELECT size, note FROM checkpoint"))


def a_day(bench, tablet, event, rng):
    """What happens after the copy was made: records, media, an acceptance, a withholding, an erasure."""
    ids = [row["id"] for row in tablet.photos(event, 4, rng).rows]
    tablet.add("attendance", "add", "--event", event, "-", stdin=person(1))
    tablet.sync()
    bench.admin("moderate", "accept", ids[0])
    bench.admin("moderate", "withhold", ids[1], "--reason", "calidad")
    bench.admin("moderate", "accept", ids[2])
    bench.admin("erase", ids[2], "--reason", "pedido_titular")
    tablet.sync()
    return ids


def mirror_gives_back(rng):
    """With a mirror: everything is back before a word is said, at its place; what was erased and withheld stays so; tablets bring the content."""
    with Bench(mirror=True) as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        old = [row["id"] for row in tablet.photos(event, 3, rng).rows]
        tablet.sync()
        bench.admin("moderate", "accept", *old)
        give_back = copy(bench)
        bench.admin("erase", old[0], "--reason", "orden_autoridad")
        bench.admin("retire", old[1], "--reason", "error")
        ids = a_day(bench, tablet, event, rng)
        late = bench.tablet("tardia")  # registered after the copy
        late_event = late.begin()
        late.photos(late_event, 2, rng)
        late.sync()
        before = checkpoints(bench)
        erased = [digest for digest in os.listdir(bench.mirror)]
        expect("decisions" in erased, erased)
        give_back()
        bench.serve()
        state = bench.admin("log", "status").last
        expect(state["state"] == "good", state)
        for gone in (old[0], old[1], ids[1], ids[2]):
            code, _ = page(bench, f"/evidencia/{gone}")
            expect(code in (404, 410), "shown again:", gone, code)
        expect(page(bench, f"/evidencia/{ids[0]}")[0] == 200 and page(bench, f"/evidencia/{old[2]}")[0] == 200, "not shown any more")
        for one in bench.tablets:
            expect(one.sync().last["pending"] == 0, one.name)
        tablet.photos(event, 1, rng)
        tablet.sync()
        after = checkpoints(bench)
        both = set(before) & set(after)
        expect(both and all(before[size] == after[size] for size in both), "another checkpoint of one size")
        expect(max(after) > max(before), "nothing new was signed")
        tablet.acknowledged = [row for row in tablet.acknowledged if row["id"] not in (old[0], ids[2])]
        # Nobody lost anything else, and the mirror's file holds none of what was erased.
        # (Pictures made for the public are made anew when an item is accepted again.)
        bench.check(allow=("missing-content",))
        bench.serve()
        faults = [row for row in bench.admin("verify", ok=(0, 5)).rows if row.get("code")]
        expect(all(row["code"] == "missing-content" for row in faults), faults)
        bench.stop()


def without_a_mark_nor_mirror(rng):
    """A tablet shows a checkpoint that the copy does not reach: from then on nothing is taken or shown, until the tablets gave all back."""
    with Bench() as bench:
        one, two = bench.tablet("una"), bench.tablet("dos")
        events = [tablet.begin() for tablet in (one, two)]
        for tablet, event in zip((one, two), events):
            tablet.photos(event, 2, rng)
            tablet.sync()
        give_back = copy(bench)
        shown = one.photos(events[0], 2, rng).rows[0]["id"]
        one.sync()
        bench.admin("moderate", "accept", shown)
        two.photos(events[1], 3, rng)
        two.sync()
        one.sync()  # takes the decision, and a checkpoint over everything
        before = checkpoints(bench)
        give_back()
        bench.serve()
        stopped = one.sync(ok=(4,))
        expect("restored" in stopped.stderr or "older copy" in stopped.stderr, stopped.stderr)
        expect(bench.admin("log", "status").last["state"] == "restored", "not seen")
        expect(page(bench, "/")[0] == 503 and page(bench, "/healthz")[0] == 200, "published meanwhile")
        expect(bench.admin("moderate", "accept", shown, ok=None).code != 0, "decided meanwhile")
        # A restart forgets nothing of it.
        bench.stop()
        bench.serve()
        expect(bench.admin("log", "status").last["state"] == "restored", "forgotten by a restart")
        two.sync(ok=(0, 4))
        two.sync()
        state = bench.admin("log", "status").last
        expect(state["state"] == "good", state)
        one.sync()
        one.photos(events[0], 1, rng)
        one.sync()
        after = checkpoints(bench)
        expect(all(before[size] == after[size] for size in set(before) & set(after)), "another checkpoint of one size")
        bench.check(allow=("missing-content",))
        bench.serve()
        expect(page(bench, f"/evidencia/{shown}")[0] == 200, "the decision did not come back")
        bench.stop()


def marked_waits_for_a_person(rng):
    """With the mark of "restore" and no mirror: nothing happens until a person says that nothing is missing."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 2, rng)
        tablet.sync()
        give_back = copy(bench, marked=True)
        give_back()
        bench.serve()
        expect(bench.admin("log", "status").last["state"] == "restored", "the mark is not seen")
        tablet.photos(event, 1, rng)
        expect(tablet.sync(ok=(4,)).last["pending"] > 0, "taken meanwhile")
        expect(page(bench, "/galeria")[0] == 503, "published meanwhile")
        expect(bench.admin("log", "resume").last["state"] == "good", "not taken up again")
        tablet.sync()
        bench.check()


def a_tail_is_lost(rng):
    """A tablet that had the rest is gone: a new log, which names the old one, and which a person accepts on each tablet."""
    with Bench() as bench:
        tablet, gone = bench.tablet("queda"), bench.tablet("perdida")
        event = tablet.begin()
        gone_event = gone.begin()
        kept = tablet.photos(event, 2, rng).rows[0]["id"]
        tablet.sync()
        bench.admin("moderate", "accept", kept)
        give_back = copy(bench)
        gone.photos(gone_event, 2, rng)
        gone.sync()
        tablet.photos(event, 1, rng)
        tablet.sync()
        last = max(checkpoints(bench))
        give_back()
        bench.tablets.remove(gone)
        bench.serve()
        tablet.sync(ok=(4,))
        early = bench.admin("log", "resume", ok=None)
        expect(early.code != 0, "taken up although a tablet showed more")
        bench.stop()
        expect(bench.admin("log", "new-origin", "--name", "obras.villaluz.example/testigo", ok=None).code != 0, "the same name")
        bench.admin("log", "new-origin", "--name", "obras.villaluz.example/testigo-2", "--reason", "disco perdido")
        bench.serve()
        refused = tablet.sync(ok=None)
        expect(refused.code != 0 and "untrusted" in json.dumps(refused.rows) + refused.stderr, refused.code, refused.stderr)
        code = bench.code("queda")
        asked = tablet.ctl("enrol", code, ok=None)
        expect(asked.code != 0 and "new-origin" in json.dumps(asked.rows) + asked.stderr, asked.rows, asked.stderr)
        tablet.ctl("enrol", "--accept-new-log", code)
        done = tablet.sync()
        expect(done.last["pending"] == 0, done.last)
        fresh = tablet.photos(event, 1, rng).rows[0]["id"]
        tablet.sync()
        expect(page(bench, f"/evidencia/{kept}")[0] == 200, "what was published is not any more")
        bench.admin("moderate", "accept", fresh)
        bench.stop()
        with checker.Database(bench.data) as database:
            note, body = database.rows("SELECT l.note, b.bytes FROM leaf l JOIN body b ON b.text_hash = l.text_hash WHERE l.idx = 0")[0]
        first = json.loads(body)
        expect(first["type"] == "origin" and first["old_origin"] == "obras.villaluz.example/testigo" and first["old_size"] >= last, first)
        expect(base64.b64decode(first["old_root"]), "no root")
        expect(os.listdir(os.path.join(tablet.store, "quarantine")), "the old checkpoint was not kept")
        bench.check(allow=("gap",))


CASES = [
    ("a mirror gives back what the copy lacks, and no decision comes undone", mirror_gives_back),
    ("without mark and mirror a tablet's checkpoint is believed, and tablets give all back", without_a_mark_nor_mirror),
    ("a marked copy waits for a person", marked_waits_for_a_person),
    ("a lost tail is a new log, accepted by a person on each tablet", a_tail_is_lost),
]


def attempt(number, case):
    began = time.monotonic()
    try:
        case(random.Random(SEED + number))
        return None, time.monotonic() - began
    except Exception as error:  # a case that breaks is a case that fails, with its place
        import traceback
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == __file__]
        return f"{error} [line {lines[-1] if lines else '?'}]", time.monotonic() - began


def main():
    Tools.central, Tools.ctl, Tools.draw, Tools.shim = map(os.path.abspath, sys.argv[1:5])
    chosen = [int(word) for word in sys.argv[5:]] or range(1, len(CASES) + 1)
    print(f"# seed {SEED}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = {number: pool.submit(attempt, number, CASES[number - 1][1]) for number in chosen}
    failed = 0
    for number in chosen:
        why, seconds = results[number].result()
        failed += why is not None
        print(f"{'not ok' if why else 'ok'} {number} {CASES[number - 1][0]}", flush=True)
        print(f"#   {seconds:.1f} s{'' if not why else ': ' + why.replace(chr(10), ' ')}", flush=True)
    print(f"1..{len(CASES)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
