# SPDX-License-Identifier: GPL-3.0-or-later
"""What people carry: archives on memory sticks, relays, receipts that come back, backups, a tablet that is replaced. The real programs, TAP."""

import glob
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile

import checker
from harness import Bench, Failed, Tools, expect, run

TESTS = []


def case(function):
    TESTS.append(function)
    return function


def stick(bench, name="stick"):
    folder = os.path.join(bench.folder, name)
    os.makedirs(folder, exist_ok=True)
    return folder


def visit(bench, name="tableta", photos=3, comment=False):
    tablet = bench.tablet(name)
    event = tablet.begin()
    if photos:
        tablet.photos(event, photos, random.Random(name))
    if comment:
        tablet.add("comment", "add", "--event", event, "-",
                   stdin='{"class":"pregunta","subject":"Andén","text":"¿Cuándo termina el andén?","anonymous":true}\n')
    return tablet, event


@case
def never_online_and_back_with_proof():
    """a tablet that never met central: registered, taken in and proved, all by stick; twice changes nothing"""
    with Bench() as bench:
        bench.stop()
        tablet, event = visit(bench, comment=True)
        tablet.ctl("event", "close", event)
        file = os.path.join(stick(bench), "visita.testigo")
        done = tablet.ctl("bundle", "export", file)
        expect(done.last["media"] == 3 and done.last["left"] == 0, done.last)
        first = bench.admin("bundle", "import", file)
        expect(first.last["registered"] == 1 and first.last["media"] == 3 and first.last["refused"] == 0 and first.last["last"], first.last)
        again = bench.admin("bundle", "import", file)
        expect(again.last["records"] == 0 and again.last["known_records"] == first.last["records"] and again.last["media"] == 0, again.last)
        back = tablet.ctl("bundle", "import", file + ".recibos")
        expect(back.last["proved"] == first.last["records"] and back.last["refused"] == 0, back.last)
        status = tablet.ctl("status").last
        expect(status["pending"] == 0 and status["received"] == first.last["records"], status)
        # an auditor's tools: the list checks with sha256sum, what is sealed opens with age
        with tarfile.open(file) as archive:
            archive.extractall(stick(bench, "plain"), filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(stick(bench, "plain"))
        listed = subprocess.run(["sha256sum", "-c", "--quiet", "members.txt"], cwd=stick(bench, "plain"), capture_output=True, text=True)
        expect(listed.returncode == 0, listed.stderr)
        sealed = glob.glob(os.path.join(stick(bench, "plain"), "medium", "*.age"))[0]
        opened = subprocess.run(["age", "-d", "-i", os.path.join(bench.data, "keys", "intake.age"), sealed], capture_output=True)
        expect(opened.returncode == 0 and opened.stdout.startswith(b"\x89PNG"), opened.stderr)
        for word in (b"And\xc3\xa9n", b"\x89PNG", b"caption"):
            expect(word not in open(file, "rb").read(), "clear text on the stick", word)
        bench.check()


@case
def relay_carries_on():
    """another tablet carries it: its receipts name it and make nothing received; central takes it from there, the maker learns by its own sync"""
    with Bench() as bench:
        maker, _ = visit(bench, "autora")
        relay = bench.tablet("relevo")
        relay.ctl("init", "--name", "relevo")
        relay.ctl("enrol", bench.code("relevo"))
        file = os.path.join(stick(bench), "visita.testigo")
        maker.ctl("bundle", "export", file)
        taken = relay.ctl("bundle", "import", file).last
        expect(taken["fresh"] == taken["members"] > 3, taken)
        expect(relay.ctl("bundle", "import", file).last["fresh"] == 0, "twice")
        before = maker.ctl("status").last
        receipts = maker.ctl("bundle", "import", file + ".recibos").last
        expect(receipts["relayed"] > 3 and receipts["proved"] == 0, receipts)
        after = maker.ctl("status").last
        expect(after["received"] == before["received"] == 0 and after["pending"] == before["pending"], after)
        # what it carries it cannot read
        carried = b"".join(open(path, "rb").read() for path in glob.glob(os.path.join(relay.store, "relay", "*", "*", "*")))
        expect(b"\x89PNG" not in carried and b'"type"' not in carried, "the relay holds clear text")
        second = os.path.join(stick(bench), "relevo.testigo")
        expect(relay.ctl("bundle", "export", second).last["carried"] == taken["members"], "it goes on by stick as well")
        relay.sync()
        expect(relay.ctl("bundle", "export", os.path.join(stick(bench), "nada.testigo")).last["carried"] == 0, "delivered")
        done = maker.sync().last
        expect(done["media_sent"] == 3 and done["bytes_sent"] < 60000, done)
        late = bench.admin("bundle", "import", second).last
        expect(late["media"] == 0 and late["records"] == 0 and late["refused"] == 0, late)
        bench.check()


@case
def torn_and_altered():
    """torn and altered archives: each bad item is refused with its code, the rest goes in, the good archive later brings what was missing"""
    with Bench() as bench:
        tablet, _ = visit(bench)
        file = os.path.join(stick(bench), "visita.testigo")
        tablet.ctl("bundle", "export", file)
        good = open(file, "rb").read()
        with tarfile.open(file) as archive:
            members = archive.getmembers()
        record = [m for m in members if m.name.startswith("record/")][1]
        medium = [m for m in members if m.name.startswith("medium/")][1]
        other = [m for m in members if m.name.startswith("medium/")][2]
        bad = bytearray(good)
        bad[record.offset_data + record.size - 1] ^= 1    # altered
        bad[medium.offset_data + 400] ^= 1                # altered
        bad[other.offset + 3] ^= 1                        # its header cannot be read
        altered = os.path.join(stick(bench), "alterada.testigo")
        open(altered, "wb").write(bad)
        result = bench.admin("bundle", "import", altered, ok=(1,))
        codes = {row["item"].rsplit("/", 1)[-1][:20]: row["code"] for row in result.rows if "code" in row}
        expect(codes.get(os.path.basename(record.name)[:20]) == "hash-mismatch", codes)
        expect(codes.get(os.path.basename(medium.name)[:20]) == "hash-mismatch", codes)
        expect("missing-content" in codes.values() and result.last["media"] == 1, codes, result.last)
        torn = os.path.join(stick(bench), "cortada.testigo")
        open(torn, "wb").write(good[:medium.offset_data + 700])
        result = bench.admin("bundle", "import", torn, ok=(1,))
        expect("torn" in {row.get("code") for row in result.rows}, result.rows)
        # the same at a tablet that would carry it
        relay = bench.tablet("relevo")
        relay.ctl("init", "--name", "relevo")
        relay.ctl("enrol", bench.code("relevo"))
        result = relay.ctl("bundle", "import", altered, ok=(1,))
        expect(sum(row.get("code") == "hash-mismatch" for row in result.rows) >= 2, result.rows)
        expect(relay.ctl("bundle", "import", os.devnull, ok=(1,)).last["code"] in ("bad-value", "file-unreadable"), "no archive")
        whole = bench.admin("bundle", "import", file)
        expect(whole.last["refused"] == 0 and whole.last["media"] + whole.last["known_media"] == 3, whole.last)
        tablet.sync()
        relay.sync()
        bench.check()


@case
def another_town():
    """an archive for another town is refused whole; one sealed by a stranger in our town's name brings nothing in"""
    with Bench() as bench:
        tablet, _ = visit(bench)
        file = os.path.join(stick(bench), "visita.testigo")
        tablet.ctl("bundle", "export", file)
        other = os.path.join(bench.folder, "otra")
        run(Tools.central, "init", "--data", other, "--name", "otra.example/testigo", "--url", "http://127.0.0.1:9")
        result = run(Tools.central, "bundle", "import", file, "--data", other, ok=(1, 5))
        expect(result.last["code"] == "untrusted", result.last)
        bench.tablets.clear()


@case
def full_sticks():
    """sticks that are full: volumes that fit, the next stick goes on, central takes them in any order"""
    small = os.geteuid() == 0      # a file system of its own; else volumes as small as that
    with Bench() as bench:
        tablet, _ = visit(bench, photos=0)
        event = tablet.add("event", "open", "--type", "visita_obra", "--title", "Segunda").last["id"]
        tablet.photos(event, 12, random.Random(5), extra=120000)
        mounts = []
        try:
            files = []
            for n in range(9):
                folder = stick(bench, f"stick{n}")
                file = os.path.join(folder, "v.testigo")
                if not small:
                    done = tablet.ctl("bundle", "export", file, "--volume-bytes", 1300000)
                    files = [row["file"] for row in done.rows if "volume" in row]
                    expect(len(files) > 1, done.rows)
                    break
                subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", folder], check=True)
                mounts.append(folder)
                done = tablet.ctl("bundle", "export", *(["--continue"] if n else []), file, ok=(0, 1))
                if os.path.exists(file):
                    files.append(file)
                expect(not glob.glob(folder + "/*.part"), "half a file was left")
                if done.code == 0:
                    break
                expect(done.rows[-2]["code"] == "no-space" and done.last["left"] > 0, done.rows)
            expect(done.code == 0 and len(files) >= (4 if small else 2), len(files))
            for file in reversed(files):
                bench.admin("bundle", "import", file, ok=(0, 1))
            again = [bench.admin("bundle", "import", file) for file in files]
            expect(sum(run_.last["media"] + run_.last["known_media"] for run_ in again) == 12, [r.last for r in again])
            for file in files:
                tablet.ctl("bundle", "import", file + ".recibos", ok=(0, 1)) if os.path.exists(file + ".recibos") else None
        finally:
            for folder in mounts:
                subprocess.run(["umount", "-l", folder])
        tablet.sync()
        bench.check()


@case
def pulled_stick():
    """a stick that fails or is taken out: told, nothing counts, the next one goes on"""
    with Bench() as bench:
        tablet, _ = visit(bench, photos=1)
        folder = stick(bench)
        file = os.path.join(folder, "v.testigo")
        count = os.path.join(bench.folder, "calls")
        env = {"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": os.path.realpath(folder)}
        tablet.ctl("bundle", "export", file, env={**env, "TST_FAULT_COUNT": count})
        calls = max(int(line) for line in open(count).read().split())
        expect(calls > 10, calls)
        os.unlink(file)
        for what, code in (("EIO", "io"), ("ENOSPC", "no-space")):
            for at in range(1, calls + 1):
                done = tablet.ctl("bundle", "export", file, env={**env, "TST_FAULT_AT": str(at), "TST_FAULT_DO": what}, ok=(0, 1, 3))
                expect(done.code == 0 or any(row.get("code") == code for row in done.rows), what, at, done.rows)
                expect(done.code == 0 or done.last["left"] > 0 or what == "ENOSPC" or os.path.exists(file), what, at, done.rows)
                expect(not glob.glob(folder + "/*.part*"), "half a file was left", what, at)
                if done.code == 0:
                    bench.admin("bundle", "import", file)
                for left in glob.glob(folder + "/*"):
                    os.unlink(left)
        gone = tablet.ctl("bundle", "export", os.path.join(bench.folder, "no", "v.testigo"), ok=(1, 3))
        expect(any(row.get("code") == "not-found" for row in gone.rows), gone.rows)
        expect(not os.path.exists(os.path.join(bench.folder, "no")), "made the folder of a stick that is not there")
        done = tablet.ctl("bundle", "export", file)
        expect(done.last["left"] == 0, done.last)
        expect(any(row.get("code") == "wrong-state" for row in tablet.ctl("bundle", "export", file, ok=(1, 3)).rows), "overwritten")
        bench.admin("bundle", "import", file)
        tablet.sync()
        bench.check()


@case
def only_one_event():
    """of an event: all envelopes, and no other event's content"""
    with Bench() as bench:
        tablet, first = visit(bench)
        second = tablet.add("event", "open", "--type", "visita_obra", "--title", "Otra").last["id"]
        tablet.photos(second, 2, random.Random(9))
        file = os.path.join(stick(bench), "v.testigo")
        done = tablet.ctl("bundle", "export", file, "--event", second)
        expect(done.last["media"] == 2, done.last)
        taken = bench.admin("bundle", "import", file).last
        expect(taken["media"] == 2 and taken["records"] == done.last["records"], taken)
        states = [row[6] for row in (bench.stop(), bench.leaves())[1]]
        expect(states.count("here") == 3 and states.count("missing") > 3, states)
        bench.serve()
        expect(tablet.ctl("bundle", "export", file + "x", "--event", "00000000-0000-4000-8000-000000000000", ok=(1,)).rows[0]["code"] == "not-found", "unknown")
        tablet.sync()
        bench.check()


@case
def replace_a_tablet():
    """a tablet is lost: the last backup on a new one, new keys that name the old heads, old records proved, decisions about them reach the new device"""
    with Bench() as bench:
        old, event = visit(bench, "vieja")
        old.sync()
        old.photos(event, 2, random.Random(77))            # not sent yet
        file = os.path.join(stick(bench), "vieja.respaldo")
        made = old.ctl("backup", file).last
        expect(made["files"] > 5 and os.path.getsize(file) > made["bytes"], made)
        expect(b"\x89PNG" not in open(file, "rb").read(), "not sealed")
        bench.tablets.remove(old)
        shutil.rmtree(old.store)
        bench.admin("device", "lost", "vieja")
        fresh = bench.tablet("nueva")
        fresh.acknowledged = old.acknowledged
        officer = bench.data + "-officer.agekey"
        restored = fresh.ctl("restore", file, "--identity", officer).last
        expect(restored["device"] != restored["previous"], restored)
        expect(fresh.ctl("restore", file, "--identity", officer, ok=(1, 3)).last["code"] == "wrong-state", "over something")
        wrong = run(Tools.ctl, "--store", os.path.join(bench.folder, "nada"), "restore", file, "--identity",
                    os.path.join(bench.data, "keys", "intake.age"), ok=(1, 3))
        expect(wrong.last["code"] == "locked" and not os.path.exists(os.path.join(bench.folder, "nada")), wrong.last)
        fresh.ctl("enrol", bench.code("nueva"))
        fresh.photos(event, 1, random.Random(78))
        done = fresh.sync().last
        expect(done["pending"] == 0 and done["set_aside"] == 0 and done["media_sent"] == 3, done)
        # what was taken before the loss is decided now, and the new device hears of it
        photo = old.acknowledged[1]["id"]
        bench.admin("moderate", "accept", photo)
        fresh.sync()
        expect(any(row["id"] == photo and row["state"] == "published" for row in fresh.ctl("list", "photos").rows), "no decision came")
        expect(fresh.ctl("verify", "--deep").last["faults"] == 0, "verify")
        bench.check(allow=("medium-without-record",))              # the public picture


@case
def backup_without_a_town():
    """without a town a backup names its own recipient, or is refused with what to do"""
    with Bench(central=False) as bench:
        tablet = bench.tablet()
        event = tablet.begin(enrol=False)
        tablet.photos(event, 1, random.Random(3))
        file = os.path.join(stick(bench), "r")
        expect(tablet.ctl("backup", file, ok=(1,)).last["code"] == "town-keys-missing", "sealed to nobody")
        key = os.path.join(bench.folder, "mia.agekey")
        subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
        recipient = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout.strip()
        tablet.ctl("backup", file, "--recipient", recipient)
        opened = subprocess.run(f"age -d -i '{key}' '{file}' | tar tf -", shell=True, capture_output=True, text=True)
        names = opened.stdout.split()
        expect(names[:2] == ["backup.json", "testigo.db"] and "keys/field.key" in names and not [n for n in names if "lock" in n], names)
        whole = open(file, "rb").read()
        for cut in (len(whole) - 1, len(whole) // 2, 300, 10):
            broken = os.path.join(stick(bench), "broken")
            open(broken, "wb").write(whole[:cut])
            result = run(Tools.ctl, "--store", os.path.join(bench.folder, "b"), "restore", broken, "--identity", key, ok=(1, 3, 5))
            expect(result.last["code"] in ("hash-mismatch", "torn", "bad-value"), cut, result.last)
            expect(not glob.glob(os.path.join(bench.folder, "b*")), "something was left of a broken backup", cut)
        back = bench.tablet("vuelta")
        back.ctl("restore", file, "--identity", key)
        back.acknowledged = tablet.acknowledged
        expect(back.ctl("verify", "--deep").last["faults"] == 0, "verify")


@case
def central_backup_while_serving():
    """central is backed up while tablets send; what is restored verifies, carries the mark, and has all that was proved before the backup"""
    with Bench() as bench:
        tablet, event = visit(bench, photos=6)
        tablet.sync()
        file = os.path.join(stick(bench), "central.respaldo")
        second, _ = visit(bench, "otra", photos=20)
        syncing = subprocess.Popen([Tools.ctl, "--store", second.store, "sync", "--json"], stdout=subprocess.PIPE, text=True)
        made = bench.admin("backup", file).last
        syncing.communicate(timeout=60)
        expect(syncing.returncode == 0, "the tablet did not end its sync:", syncing.returncode)
        expect(made["size"] >= 9 and made["files"] >= 6, made)
        back = os.path.join(bench.folder, "vuelta")
        run(Tools.central, "restore", file, "--identity", bench.data + "-officer.agekey", "--data", back)
        expect(os.path.exists(os.path.join(back, "restored")), "no mark")
        expect(not os.path.exists(os.path.join(back, "admin.sock")), "a socket came along")
        report = checker.Report()
        checker.check_central(report, back, False)
        # The tablet that sends may have brought a photograph whose record comes after the copy; nobody else's may be without.
        own = {row["sha256"] for row in second.acknowledged if "sha256" in row}
        expect(len(own) == 20, len(own))
        bad = [fault for fault in report.faults
               if fault["code"] not in ("medium-without-record", "held-without-record") or fault["sha256"] not in own]
        expect(not bad, json.dumps(bad[:3]))
        bench.check()


def main():
    Tools.central, Tools.ctl, Tools.draw = sys.argv[1:4]
    Tools.shim = sys.argv[4] if len(sys.argv) > 4 else None
    wanted = os.environ.get("TESTIGO_CASE")
    tests = [test for test in TESTS if not wanted or wanted in test.__name__]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            why = test()
            print(f"ok {number} - {test.__doc__}" + (f" # SKIP {why}" if why else ""), flush=True)
        except (Failed, AssertionError, subprocess.SubprocessError, OSError, KeyError, IndexError) as error:
            failed += 1
            print(f"not ok {number} - {test.__doc__}\n# {type(error).__name__}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
