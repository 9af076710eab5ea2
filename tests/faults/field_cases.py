#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fifteen ways in which field apps lost people's work, as their users reported them (project and issue stand in each test's name), put to the real
programs over a misbehaving network and disk. Arguments: testigo-central, testigoctl, testigo-draw, shim. TESTIGO_SEED repeats a run. Prints TAP.

Words after the shim choose cases by their number."""

import base64
import concurrent.futures
import glob
import hashlib
import http.client
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import checker
from harness import Bench, Tablet, Tools, expect, png, run
from proxy import PORTAL

SEED = int(os.environ.get("TESTIGO_SEED", str(random.SystemRandom().randrange(2**31))))
NOTES = []


def note(text):
    NOTES.append(text)


def upload_starts_from_zero(rng):
    """Lines cut in the middle of large files: what central has of them is not sent again."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        sizes = [9_000_000, 11_000_000, 13_000_000]
        for size in sizes:
            tablet.photos(event, 1, rng, size)
        cuts = [0]

        def cut(request):
            if request.step != "media" or request.length < 1_000_000 or cuts[0] >= 12:
                return None
            cuts[0] += 1
            return "cut", rng.randrange(400_000, 2_000_000)

        bench.proxy.rule = cut
        kills = 0
        for _ in range(3):
            sync = subprocess.Popen([Tools.ctl, "--store", tablet.store, "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                sync.wait(1.0)
            except subprocess.TimeoutExpired:
                sync.kill()
                sync.wait()
                kills += 1
        last = tablet.sync().last
        over = bench.proxy.media_bytes - sum(sizes)
        note(f"{cuts[0]} cuts and {kills} kills: {over} of {sum(sizes)} bytes came to central in vain ({100 * over / sum(sizes):.2f} %)")
        expect(cuts[0] >= 6, "too few cuts", cuts)
        expect(last["pending"] == 0 and last["set_aside"] == 0, last)
        expect(over <= sum(sizes) * 0.02, over, "bytes sent in vain")
        bench.check()


def photos_do_not_arrive(rng):
    """2,000 small photos by a process that may open 256 files; answers of 404 that are not central's."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        folder = os.path.join(bench.folder, "in")
        os.mkdir(folder)
        files = [png(os.path.join(folder, f"{i}.png"), rng) for i in range(2000)]
        added = tablet.add("photo", "add", "--event", event, *files, descriptors=256)
        expect(len(added.rows) == 2000, len(added.rows), "saved")
        seen = [0]

        def not_found(request):
            seen[0] += request.step == "media"
            if request.step == "media" and seen[0] in (40, 41, 500, 900):
                return "answer", 404, PORTAL, {}
            return None

        bench.proxy.rule = not_found
        began = time.monotonic()
        last = tablet.sync(descriptors=256).last
        note(f"2,000 photos with 256 descriptors in {time.monotonic() - began:.1f} s")
        expect(last["media_sent"] == 2000 and last["pending"] == 0 and last["set_aside"] == 0, last)
        # One that is gone from the tablet is said, not skipped.
        lost, found = tablet.photos(event, 1, rng).last["sha256"], tablet.photos(event, 1, rng).last["sha256"]
        os.unlink(os.path.join(tablet.store, "media", lost[:2], lost[2:4], lost))
        last = tablet.sync(ok=(1,)).last
        expect(last["set_aside"] >= 1 and last["media_sent"] == 1, last)
        rows = {row["sha256"]: row for row in tablet.ctl("list", "photos").rows}
        expect(rows[lost]["state"] != "received" and rows[found]["state"] == "received", rows[lost], rows[found])
        expect(any(row.get("code") == "missing-content" for row in tablet.ctl("list", "outbox").rows), "no reason is given")
        expect(tablet.ctl("verify", ok=(5,)).last["faults"] >= 1, "verify does not see it")
        tablet.acknowledged = [row for row in tablet.acknowledged if row.get("sha256") != lost]
        counts = bench.check(allow=("missing-content",))
        expect(counts["media"] == 2 * 2001, counts)


def server_stores_less(rng):
    """Something says that it has all of it and has not: nothing is called received until central's own receipt says so."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 6, rng, 50_000)
        lies = {}

        def liar(request):
            told = lies.get(request.headers.get("upload-metadata"), 0)
            if request.step != "media" or request.method != "POST" or told == 2:
                return None
            lies[request.headers["upload-metadata"]] = told + 1
            # Not a byte of it went to central.
            return "answer", 201, b"", {"Tus-Resumable": "1.0.0", "Location": "/sync/v1/media/somewhere",
                                        "Upload-Offset": request.headers["upload-length"]}

        # While all that is asked is answered by the liar, nothing counts as received.
        bench.proxy.rule = lambda request: liar(request) or (("answer", 503, b"", {}) if request.step == "holdings" else None)
        sync = subprocess.Popen([Tools.ctl, "--store", tablet.store, "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            if len(lies) == 6:
                break
            time.sleep(0.05)
        time.sleep(0.3)
        sync.kill()
        sync.wait()
        expect(len(lies) == 6, lies)
        states = [row["state"] for row in tablet.ctl("list", "photos").rows]
        expect("received" not in states, "believed a liar:", states)
        # Central's receipt tells the truth, and what is missing goes up again by itself.
        bench.proxy.rule = liar
        last = tablet.sync().last
        expect(set(lies.values()) == {2} and last["pending"] == 0 and last["set_aside"] == 0, lies.values(), last)
        # A bundle's answer that proves nothing: it is not believed, and the command ends.
        bench.proxy.rule = lambda request: ("answer", 200, b'{"checkpoint":"x","consistency":[],"items":[]}', {}) if request.step == "bundle" else None
        tablet.photos(event, 1, rng)
        expect(tablet.sync(ok=(1, 4, 5)).last["pending"] > 0, "believed a liar")
        bench.proxy.rule = lambda request: None
        last = tablet.sync().last
        expect(last["pending"] == 0 and last["set_aside"] == 0, last)
        states = [row["state"] for row in tablet.ctl("list", "photos").rows]
        expect(states == ["received"] * 7, states)
        bench.check()


FAULTS = {
    "409": ("answer", 409, b"conflict", {}), "423": ("answer", 423, b"", {}), "460": ("answer", 460, b"", {}), "500": ("answer", 500, PORTAL, {}),
    "502": ("answer", 502, PORTAL, {}), "504": ("answer", 504, b"", {}), "portal": ("answer", 200, PORTAL, {}),
    "redirect": ("answer", 302, b"", {"Location": "http://elsewhere.invalid/"}), "409 of central's kind": ("answer", 409, b'{"code":"bad-request","message":"x"}', {}),
}


def edits_vanish(rng):
    """Each wrong answer once at every step of a sync, with records made before, between and after: the queue is never emptied by one."""
    def one(name):
        with Bench() as bench:
            tablet = bench.tablet()
            event = tablet.begin()
            tablet.photos(event, 2, rng, 3000)
            photo = tablet.photos(event, 1, rng, 9_000_000).last["id"]
            tablet.add("attendance", "add", "--event", event, "-", stdin=person(1))
            met = set()

            def once(request):
                step = f"{request.method} {request.step}"
                # What central itself says of a whole device ends a sync; here it speaks of items.
                if step in met or ("central's" in name and request.step not in ("bundle", "media", "holdings")):
                    return None
                met.add(step)
                return FAULTS[name]

            bench.proxy.rule = once
            # On a busy machine the patience of one run does not reach every step.
            for _ in range(4):
                first = tablet.sync(ok=(0, 1, 4))
                if {step.split(" ")[1] for step in met} >= {"bundle", "media", "holdings"}:
                    break
            tablet.add("amend", photo, "caption=Muro norte")
            bench.proxy.rule = lambda request: None
            last = tablet.sync(ok=(0, 1)).last
            steps = {step.split(" ")[1] for step in met}
            expect({"bundle", "media"} <= steps and ("central's" in name or {"hello", "holdings"} <= steps), name, "was not met at each step:", steps)
            if "central's" not in name:
                expect(last["pending"] == 0 and last["set_aside"] == 0, name, first.last, last, tablet.ctl("list", "outbox").rows[:2])
                bench.check()
            else:
                # Central's own word about one item sets that item aside, with a reason, and nothing else.
                expect(last["pending"] == last["set_aside"] or last["set_aside"] == 0, name, last)
                bench.check(everything=False, allow=("missing-content",))

    with concurrent.futures.ThreadPoolExecutor(len(FAULTS)) as pool:
        for future in [pool.submit(one, name) for name in FAULTS]:
            future.result()


def person(number):
    return json.dumps({"full_name": f"Persona Inventada {number}", "id_type": "CC", "id_no": f"9{number:07}", "phone": f"300{number:07}",
                       "consent": {"data": True, "sensitive": False, "image": False}}) + "\n"


def identities_mixed_up(rng):
    """One tablet's folder copied to another: both go on under one key. The fork is seen, and nothing that either wrote is lost."""
    with Bench() as bench:
        first = bench.tablet("original")
        event = first.begin()
        first.photos(event, 2, rng)
        first.sync()
        second = bench.tablet("copia")
        shutil.copytree(first.store, second.store)
        second.acknowledged = list(first.acknowledged)
        first.photos(event, 3, rng, prefix="a")
        second.photos(event, 4, rng, prefix="b")
        first.sync()

        def new_keys(tablet):
            """Somebody else writes with its keys: it gives them up, says so, and goes on once a person has given it a code."""
            refused = tablet.sync(ok=(1, 5))
            expect(refused.last["pending"] > 0 and "enrolment-code" in refused.stderr, refused.code, refused.last, refused.stderr)
            tablet.ctl("enrol", bench.code(tablet.name))
            return tablet.sync().last

        second_last = new_keys(second)
        first.photos(event, 1, rng, prefix="c")
        second.photos(event, 1, rng, prefix="d")
        lasts = [second_last, new_keys(first), second.sync().last]
        devices = bench.admin("device", "list").rows
        bench.check(forks=True)
        leaves = bench.leaves()
        ids = {leaf[4] for leaf in leaves}
        for tablet in (first, second):
            expect(all(row["id"] in ids for row in tablet.acknowledged), "a record is not at central")
        forked = [leaf for leaf in leaves if leaf[5]]
        expect(forked, "the fork is not flagged")
        expect(any(row.get("forks", 0) for row in devices), "the fork is not shown", devices)
        expect(all(last["pending"] == 0 for last in lasts), lasts)
        note(f"{len(forked)} records under numbers used twice, all kept")


def post_bundle(bench, tablet, body):
    """One bundle, signed by hand with the field key (RFC 9421), straight to central."""
    with open(os.path.join(tablet.store, "keys", "field.key"), encoding="utf-8") as file:
        _, name, seed = file.read().split()
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))
    connection = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=60)
    connection.request("GET", "/sync/v1/nonces?n=1")
    nonce = json.loads(connection.getresponse().read())["nonces"][0]
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    target = f"http://127.0.0.1:{bench.proxy.port}/sync/v1/bundle"
    parameters = f'("@method" "@target-uri" "content-digest");created=1774623845;keyid="{name}";alg="ed25519";nonce="{nonce}";tag="testigo"'
    base = f'"@method": POST\n"@target-uri": {target}\n"content-digest": {digest}\n"@signature-params": {parameters}'
    connection.request("POST", "/sync/v1/bundle", body, {
        "Content-Type": "application/vnd.testigo.bundle", "Content-Digest": digest, "Signature-Input": f"testigo={parameters}",
        "Signature": f"testigo=:{base64.b64encode(key.sign(base.encode())).decode()}:"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def duplicates_after_lost_answer(rng):
    """Central has committed and the answer is lost; then the same bundle comes five times in parallel."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 10, rng, 5000)
        tablet.add("comment", "add", "--event", event, "-",
                   stdin="".join(json.dumps({"class": "sugerencia", "subject": "Andén", "text": f"Aporte {i}", "anonymous": True}) + "\n" for i in range(5)))
        tablet.add("event", "close", event)
        lost, bundles = {}, []

        def lose(request):
            if request.step == "bundle":
                bundles.append(request)
            lost[request.step] = lost.get(request.step, 0) + 1
            return ("lose",) if lost[request.step] <= 2 and request.step in ("bundle", "media", "holdings") else \
                ("parallel", 5) if request.step in ("bundle", "holdings") else None

        bench.proxy.rule = lose
        last = tablet.sync().last
        expect(last["pending"] == 0 and last["set_aside"] == 0, last)
        expect(lost["bundle"] >= 3 and lost["media"] >= 2, lost)
        body = next(request.body for request in bundles if len(request.body) == request.length > 2000)
        before = bench.admin("device", "list").rows
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            answers = [future.result() for future in [pool.submit(post_bundle, bench, tablet, body) for _ in range(5)]]
        expect(all(status == 200 for status, _ in answers), answers[0])
        expect(all(item["status"] == "known" for _, answer in answers for item in answer["items"]), "something was taken twice")
        expect(bench.admin("device", "list").rows == before, "the log grew")
        # New records too: five at once before central has seen them. The tablet's own request never gets there.
        tablet.add("event", "open", "--type", "visita_obra", "--title", "Otra")
        fresh = []

        def catch(request):
            if request.step != "bundle":
                return None
            fresh.append(request)
            return "answer", 503, b"", {}

        bench.proxy.rule = catch
        sync = subprocess.Popen([Tools.ctl, "--store", tablet.store, "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            if fresh and len(fresh[0].body) == fresh[0].length:
                break
            time.sleep(0.05)
        sync.kill()
        sync.wait()
        expect(fresh, "no bundle was sent")
        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            answers = [future.result() for future in [pool.submit(post_bundle, bench, tablet, fresh[0].body) for _ in range(5)]]
        taken = sorted(item["status"] for _, answer in answers for item in answer["items"])
        expect(taken == ["appended"] + ["known"] * 4, taken)
        bench.proxy.rule = lambda request: ("parallel", 5) if request.step == "bundle" else None
        expect(tablet.sync().last["pending"] == 0, "not through")
        bench.check()
        texts = [leaf[0] for leaf in bench.leaves()]
        numbers = [leaf[1:4] for leaf in bench.leaves()]
        expect(len(set(texts)) == len(texts) and len(set(numbers)) == len(numbers), "duplicates")


def status_is_not_true(rng):
    """The media never get through: nothing says that they did, and everything tries again by itself."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 3, rng, 4000)
        began = time.monotonic()
        # Busy for three seconds: one sync waits it out by itself.
        bench.proxy.rule = lambda request: ("answer", 503, b"", {}) if request.step == "media" and time.monotonic() - began < 3 else None
        last = tablet.sync().last
        expect(last["pending"] == 0 and last["media_sent"] == 3, "it did not try again:", last)
        # Now for ever.
        tablet.photos(event, 3, rng, 4000)
        bench.proxy.rule = lambda request: ("answer", 404, PORTAL, {}) if request.step == "media" else None
        last = tablet.sync(ok=(4,)).last
        expect(last["pending"] >= 3, last)
        states = [row["state"] for row in tablet.ctl("list", "photos").rows]
        expect(sorted(states) == ["received"] * 3 + ["sending"] * 3, states)
        status = tablet.ctl("status").last
        expect(status["sending"] == 3 and status["pending"] >= 3, status)
        expect(sum(row["item"] == "medium" for row in tablet.ctl("list", "outbox").rows) == 3, "the outbox does not list them")
        bench.proxy.rule = lambda request: None
        expect(tablet.sync().last["pending"] == 0, "not through")
        status = tablet.ctl("status").last
        expect(status["sending"] == 0 and status["pending"] == 0, status)
        bench.check()


def position_and_time_lost(rng):
    """The camera's bytes are central's bytes, EXIF and all; place and time are in the record."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        path = os.path.join(bench.folder, "IMG_0001.jpg")
        subprocess.run([Tools.draw, "--scene", "street", "--phase", "durante", "--seed", "7", "--width", "800", "--height", "600", "--lat", "2.4448",
                        "--lon", "-76.6147", "--taken-at", "2026-03-27T10:11:12-05:00", "--out", path], check=True, capture_output=True)
        with open(path, "rb") as file:
            original = file.read()
        row = tablet.add("photo", "add", "--event", event, path).last
        expect(row["taken_at"] == "2026-03-27T10:11:12-05:00" and row["taken_at_source"] == "exif", row)
        expect(abs(row["place"]["lat"] - 2.4448) < 1e-5 and abs(row["place"]["lon"] + 76.6147) < 1e-5 and row["place"]["source"] == "exif", row)
        tablet.sync()
        bench.check()
        name = hashlib.sha256(original).hexdigest()
        for root in (tablet.store, bench.data):
            with open(os.path.join(root, "media", name[:2], name[2:4], name), "rb") as file:
                expect(file.read() == original, "other bytes in", root)
        with checker.Database(bench.data) as database:
            body = json.loads(database.rows("SELECT bytes FROM body JOIN leaf USING (text_hash) WHERE id = ?", row["id"])[0][0])
        expect(body["taken_at"] == row["taken_at"] and body["place"]["lat"] == row["place"]["lat"], body)


def crash_loses_the_form(rng):
    """A long attendance list, and the program dies (SIGKILL) between two people: who was said to be saved is saved."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        total = 0
        for round_number in range(4):
            add = subprocess.Popen([Tools.ctl, "--store", tablet.store, "--json", "attendance", "add", "--event", event, "-"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)
            for i in range(15 if round_number == 0 else rng.randrange(1, 9)):
                add.stdin.write(person(round_number * 100 + i))
                add.stdin.flush()
                # The answer comes before the next person is asked.
                ready, _, _ = select.select([add.stdout], [], [], 20)
                expect(ready, "no word about a person until the end of the list")
                row = json.loads(add.stdout.readline())
                expect("id" in row, row)
                tablet.acknowledged.append(row)
                total += 1
            add.stdin.write(person(999)[:rng.randrange(40)])
            add.stdin.flush()
            if round_number % 2:
                add.stdin.write(person(round_number * 100 + 50) * 3)
                add.stdin.flush()
                time.sleep(rng.uniform(0, 0.01))
            add.kill()
            add.wait()
            add.stdout.close()
            try:
                add.stdin.close()
            except OSError:
                pass
            expect(len(tablet.ctl("list", "attendance").rows) >= total, "people are missing")
        tablet.sync()
        bench.check()


def long_lists(rng):
    """100,000 works: a search and the nearest ones take about as long as among 2,000."""
    with Bench(central=False) as bench:
        times = {}
        for count in (2_000, 100_000):
            tablet = Tablet(bench, f"obras-{count}")
            tablet.ctl("init")
            path = os.path.join(bench.folder, "obras.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write("code,title,lat,lon\n")
                for i in range(count):
                    file.write(f"OB-{i:06},Andén y drenaje {'Pubenza' if i % 997 == 0 else 'Centro'} tramo {i},"
                               f"{2.3 + i % 331 / 1000:.4f},{-76.7 + i % 337 / 1000:.4f}\n")
            began = time.monotonic()
            last = tablet.ctl("works", "import", path).last
            imported = time.monotonic() - began
            expect(last["added"] == count and last["rejected"] == 0, last)
            best = {}
            for name, arguments in (("search", ("--search", "puben tramo")), ("near", ("--near", "2.44,-76.6")), ("first", ())):
                for _ in range(3):
                    began = time.monotonic()
                    rows = tablet.ctl("works", "list", *arguments, "--limit", 50).rows
                    best[name] = min(best.get(name, 99), time.monotonic() - began)
                expect(0 < len(rows) <= 50, name, len(rows))
            times[count] = best
            note(f"{count} works: import {imported:.1f} s, " + ", ".join(f"{name} {1000 * t:.0f} ms" for name, t in best.items()))
        for name, small in times[2_000].items():
            expect(times[100_000][name] < 8 * small + 0.1, name, "takes", times[100_000][name], "among 100,000 and", small, "among 2,000")


def clock_is_wrong(rng):
    """The wall clock says 1970, then ten years ahead, then the truth: everything goes up in its order, and each jump is written down."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        order = [row["id"] for row in tablet.acknowledged]
        tablet.sync()
        for offset in (-int(time.time()) + 300, 0, 10 * 365 * 86400, 0):
            lie = {"LD_PRELOAD": Tools.shim, "TST_FAULT_CLOCK": str(offset)}
            path = png(os.path.join(bench.folder, "p.png"), rng)
            order.append(tablet.add("photo", "add", "--event", event, path, env=lie).last["id"])
            tablet.add("comment", "add", "--event", event, "-", stdin=json.dumps({"class": "sugerencia", "subject": "x", "text": "y", "anonymous": True}) + "\n", env=lie)
            last = tablet.sync(env=lie).last
            expect(last["set_aside"] == 0 and last["pending"] == 0, offset, last)
        tablet.add("event", "close", event)
        expect(tablet.sync().last["pending"] == 0, "not through")
        rows = [row for row in tablet.ctl("list", "records").rows if row["chain"] == "field"]
        jumps = [row for row in rows if row["type"] == "clock-jump"]
        expect(len(jumps) == 4, len(jumps), "jumps are written down, of 4")
        for row in jumps:
            shown = tablet.ctl("record", "show", row["id"]).last
            expect(abs(shown["body"]["jump_ms"]) > 3_600_000_000, shown)
        # Whoever reads the public page is told of the doubt, where there is one.
        bench.admin("moderate", "accept", *order[1:])
        doubted = []
        for record in order[1:]:
            with urllib.request.urlopen(f"http://127.0.0.1:{bench.port}/evidencia/{record}") as page:
                doubted.append("El reloj de la tableta estaba mal" in page.read().decode())
        expect(doubted == [True, False, True, False], "the public pages say", doubted)
        bench.check()
        leaves = [leaf[4] for leaf in sorted(bench.leaves(), key=lambda leaf: leaf[3]) if leaf[2] == "field"]
        expect([record for record in leaves if record in order] == order, "central has another order")
        with checker.Database(bench.data) as database:
            envelopes = [json.loads(bytes(row[0]).split(b"\n")[0]) for row in database.rows("SELECT note FROM leaf WHERE chain = 'field'")]
        expect({envelope["time"]["utc"][:4] for envelope in envelopes} >= {"1970"}, "no envelope tells what the clock said")
        expect(all(envelope["time"]["uncertainty_s"] >= 1 for envelope in envelopes), "no doubt is said")


def storage_full(rng):
    """The disk fills while photos are added, and files run out: each refusal is said, what was saved before is whole, and with space again it goes on."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        folder = os.path.join(bench.folder, "in")
        os.mkdir(folder)
        saved = refused = 0
        for space in (0, 3_000, 60_000, 150_000, 400_000):
            files = [png(os.path.join(folder, f"{space}-{i}.png"), rng, 20_000) for i in range(8)]
            full = tablet.add("photo", "add", "--event", event, *files, ok=None,
                              env={"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": tablet.store, "TST_FAULT_SPACE": str(space)})
            expect(full.code in (0, 1, 3), full.code, full.stderr[-300:])
            said = [row for row in full.rows if "code" in row]
            expect(full.code == 0 or said or full.stderr, "a refusal without a word")
            expect(all(row["code"] in ("no-space", "io") for row in said), said[:2])
            saved += sum("id" in row for row in full.rows)
            refused += len(said)
            # With space again, what was refused goes in; what was saved is known.
            again = tablet.add("photo", "add", "--event", event, *files, ok=(0, 1))
            expect(all("id" in row or row["code"] == "duplicate" for row in again.rows) and len(again.rows) == 8, again.rows[:3])
            duplicates = sum(row.get("code") == "duplicate" for row in again.rows)
            expect(duplicates == sum("id" in row for row in full.rows), "saved and not known, or known and not said to be saved", space, duplicates)
        expect(saved > 0 and refused > 0, saved, refused)
        # Too few descriptors: whatever it says is true.
        for descriptors in (7, 9, 12, 16, 24):
            files = [png(os.path.join(folder, f"fd{descriptors}-{i}.png"), rng) for i in range(3)]
            few = tablet.add("photo", "add", "--event", event, *files, ok=None, descriptors=descriptors)
            expect(few.code in (0, 1, 3), descriptors, few.code, few.stderr[-300:])
        expect(tablet.ctl("verify", "--deep").last["faults"] == 0, "verify")
        expect(tablet.sync().last["pending"] == 0, "not through")
        bench.check()
        note(f"{saved} saved and {refused} refused on full disks")


def one_bad_item(rng):
    """Among good ones: no picture, an empty file, none, one changed on the disk; and different photos under one name."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        good = []
        for i in range(3):
            os.mkdir(os.path.join(bench.folder, f"d{i}"))
            good.append(png(os.path.join(bench.folder, f"d{i}", "IMG_0001.png"), rng))
        text, empty, torn = (os.path.join(bench.folder, name) for name in ("a.jpg", "b.jpg", "c.png"))
        with open(text, "w", encoding="utf-8") as file:
            file.write("esto no es una foto\n" * 20)
        open(empty, "wb").close()
        with open(good[0], "rb") as whole, open(torn, "wb") as file:
            file.write(whole.read()[:20])
        added = tablet.add("photo", "add", "--event", event, text, good[0], empty, good[1], os.path.join(bench.folder, "none.jpg"), torn, good[2], good[0], ok=(1,))
        expect(sum("id" in row for row in added.rows) == 3, added.rows)
        expect(all(row.get("code") for row in added.rows if "id" not in row) and len(added.rows) == 8, added.rows)
        expect(len({row["sha256"] for row in added.rows if "id" in row}) == 3, "photos under one name fell together")
        lines = person(1) + "{not json}\n" + json.dumps({"full_name": "X", "unknown": 1}) + "\n" + person(2)
        people = tablet.add("attendance", "add", "--event", event, "-", stdin=lines, ok=(1,))
        expect(sum("id" in row for row in people.rows) == 2 and len(people.rows) == 4, people.rows)
        bad = added.rows[3]["sha256"]
        path = os.path.join(tablet.store, "media", bad[:2], bad[2:4], bad)
        os.chmod(path, 0o600)
        with open(path, "r+b") as file:
            file.seek(70)
            byte = file.read(1)[0]
            file.seek(70)
            file.write(bytes([byte ^ 1]))
        last = tablet.sync(ok=(1,)).last
        expect(last["media_sent"] == 2 and last["set_aside"] >= 1, last)
        rows = {row["sha256"]: row["state"] for row in tablet.ctl("list", "photos").rows}
        expect(sorted(rows.values()).count("received") == 2 and rows[bad] != "received", rows)
        # The next ones do not wait behind it.
        later = tablet.photos(event, 2, rng)
        expect(tablet.sync(ok=(0, 1)).last["media_sent"] == 2, "the queue stands still")
        tablet.acknowledged = [row for row in tablet.acknowledged if row.get("sha256") != bad]
        expect(len(later.rows) == 2, later.rows)
        bench.check(allow=("missing-content", "hash-mismatch"))


def card_not_mounted(rng):
    """The folder is not there at start, or the mount point is empty: the program ends with 3 and makes nothing; a failed sending deletes nothing."""
    with Bench() as bench:
        tablet = bench.tablet()
        event = tablet.begin()
        tablet.photos(event, 3, rng)
        card, away = os.path.join(bench.folder, "card"), os.path.join(bench.folder, "away")
        os.mkdir(card)
        shutil.move(tablet.store, os.path.join(card, "testigo"))
        tablet.store = os.path.join(card, "testigo")
        os.rename(card, away)
        for mounted in (None, card, tablet.store):
            if mounted:
                os.mkdir(mounted)
            for command in (("status",), ("list", "photos"), ("sync",), ("event", "open", "--type", "visita_obra", "--title", "x"), ("verify",), ("rebuild",)):
                done = tablet.ctl(*command, ok=(3,))
                expect(done.stderr, "no word about it")
            left = [os.path.join(where, name) for where, folders, files in os.walk(card) for name in folders + files]
            expect(left in ([], [tablet.store]), "made:", left)
        shutil.rmtree(card)
        os.rename(away, card)
        before = sorted(glob.glob(tablet.store + "/media/*/*/*"))
        bench.proxy.rule = lambda request: ("answer", 500, b"", {}) if request.step == "media" else None
        bench.proxy.close()
        sync = subprocess.Popen([Tools.ctl, "--store", tablet.store, "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)
        sync.kill()
        sync.wait()
        expect(sorted(glob.glob(tablet.store + "/media/*/*/*")) == before and len(before) == 3, "the photos are gone")
        expect([row["state"] for row in tablet.ctl("list", "photos").rows] == ["saved"] * 3, "their state is another")
        bench.check(everything=False)


def encryption_is_skipped(rng):
    """No keys: no personal data is taken. With keys: no word of it is in clear in any file of either side, nor on the wire."""
    secret = ["Persona Inventada", "90000007", "3000000007", "Secreto del puente"]
    with Bench() as bench:
        wire = []

        def listen(request):
            wire.append(request)

        bench.proxy.rule = listen
        tablet = bench.tablet()
        event = tablet.begin(enrol=False)
        comment = json.dumps({"class": "queja", "subject": "Secreto del puente", "text": "Secreto del puente", "anonymous": False,
                              "requester": {"full_name": "Persona Inventada", "phone": "3000000007"}}) + "\n"
        for command, line in (("attendance", person(7)), ("comment", comment)):
            done = tablet.add(command, "add", "--event", event, "-", stdin=line, ok=(1,))
            expect(done.rows[0].get("code") == "town-keys-missing", done.rows)
        code = bench.code("tableta")
        enrolment = json.loads(base64.urlsafe_b64decode(code.split(":")[1] + "=="))
        torn = enrolment["officer"][:-1] + ("p" if enrolment["officer"].endswith("q") else "q")  # one in 32 keys ends with "q" by itself
        for change in ({"officer": ""}, {"officer": torn}, {"intake": "age1"}, {"escrow": None}):
            text = json.dumps({**enrolment, **change}).encode()
            bad = tablet.ctl("enrol", "TESTIGO1:" + base64.urlsafe_b64encode(text).decode().rstrip("="), ok=None)
            expect(bad.code != 0 and "bad-enrolment" in json.dumps(bad.rows) + bad.stderr, change, bad.code, bad.stderr)
            expect(tablet.add("attendance", "add", "--event", event, "-", stdin=person(7), ok=(1,)).rows[0].get("code") == "town-keys-missing", change)
        tablet.ctl("enrol", code)
        for command, line in (("attendance", person(7)), ("comment", comment)):
            expect("id" in tablet.add(command, "add", "--event", event, "-", stdin=line).last, command)
        tablet.add("event", "close", event)
        tablet.sync()
        bench.check()
        found = []
        for where, _, names in os.walk(tablet.store):
            for name in names:
                with open(os.path.join(where, name), "rb") as file:
                    data = file.read()
                found += [(name, word) for word in secret if word.encode() in data]
        expect(not found, "in clear on the tablet:", found)
        found = [(request.step, word) for request in wire for word in secret if word.encode() in request.body]
        expect(len([request for request in wire if request.body]) > 0 and not found, "in clear on the wire:", found)
        with open(os.path.join(bench.data, "testigo.db"), "rb") as file:
            data = file.read()
        found = [word for word in secret[:3] if word.encode() in data]
        expect(not found, "in clear at central:", found)


CASES = [
    ("getodk/collect#7356 an upload starts again from zero", upload_starts_from_zero),
    ("opengisch/QField#4341 #3922 the record arrives, the photos do not", photos_do_not_arrive),
    ("kobotoolbox/kobocat#432 enketo#1043 the server said OK and had stored less", server_stores_less),
    ("QField#7479 #6489 local edits vanish around a sync", edits_vanish),
    ("QFieldCloud#570 #609 identities mixed up", identities_mixed_up),
    ("kobocat#470 #859 duplicates after a lost acknowledgement", duplicates_after_lost_answer),
    ("mapeo-mobile#872 MerginMaps/mobile#4207 a status that is not true", status_is_not_true),
    ("collect#6009 QField#3779 position and time lost", position_and_time_lost),
    ("Survey123Community#543 a crash loses the form", crash_loses_the_form),
    ("collect#6426 long lists", long_lists),
    ("getodk#983 akvo-flow-mobile#1798 the clock is wrong", clock_is_wrong),
    ("ground-android#2133 collect#518 storage full, too many open files", storage_full),
    ("ushahidi/platform#4220 mapillary_issues#1602 MerginMaps/mobile#380 one bad item, equal file names", one_bad_item),
    ("getodk#48 #1017 a card that is not mounted", card_not_mounted),
    ("collect#3264 encryption silently skipped", encryption_is_skipped),
]


def attempt(number, case):
    began = time.monotonic()
    try:
        case(random.Random(SEED + number))
        return None, time.monotonic() - began
    except Exception as error:  # a case that breaks is a case that fails, with its place
        import traceback
        return f"{error} [{traceback.extract_tb(error.__traceback__)[-1].name} line " \
               f"{[f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith('field_cases.py')][-1]}]", time.monotonic() - began


def main():
    Tools.central, Tools.ctl, Tools.draw, Tools.shim = map(os.path.abspath, sys.argv[1:5])
    chosen = [int(word) for word in sys.argv[5:]] or range(1, len(CASES) + 1)
    print(f"# seed {SEED}", flush=True)
    failed = 0
    # Most of the time is waiting for a line to come back: four at once, the longest first. Times are compared alone, at the end.
    longest = [status_is_not_true, server_stores_less, photos_do_not_arrive, edits_vanish]
    alone = [number for number in chosen if CASES[number - 1][1] is long_lists]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = {number: pool.submit(attempt, number, CASES[number - 1][1])
                   for number in sorted(chosen, key=lambda number: CASES[number - 1][1] not in longest) if number not in alone}
        concurrent.futures.wait(results.values())
    outcomes = {number: future.result() for number, future in results.items()}
    outcomes.update({number: attempt(number, CASES[number - 1][1]) for number in alone})
    for number in sorted(outcomes):
        why, seconds = outcomes[number]
        failed += why is not None
        print(f"{'not ok' if why else 'ok'} {number} {CASES[number - 1][0]}", flush=True)
        print(f"#   {seconds:.1f} s{'' if not why else ': ' + why.replace(chr(10), ' ')}", flush=True)
    for line in NOTES:
        print(f"# {line}")
    print(f"1..{len(CASES)}" if len(outcomes) == len(CASES) else f"# {len(outcomes)} of {len(CASES)} cases")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
