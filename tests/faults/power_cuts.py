#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can go wrong between the shutter and «Guardado», at every write, fsync, rename and unlink there is. Arguments: testigoctl, shim.

 1. The call fails with EIO, ENOSPC, EROFS, or the process dies in the middle of it.
 2. The power goes after it: what was not synced is gone, or some of it (writes of a file and names in a folder each by chance).

After each the real program opens what is left, and the checker looks: what was said to be saved is there and whole, the rest absent, whole or set aside.
TESTIGO_SEED repeats a run; TESTIGO_LONG=1 tries more photographs and more mixtures of what survives. Prints TAP."""

import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

import checker
import harness
from harness import Tools, png

SEED = int(os.environ.get("TESTIGO_SEED", str(random.SystemRandom().randrange(2**31))))
LONG = os.environ.get("TESTIGO_LONG") == "1"
MIXTURES = 12 if LONG else 1
PHOTOS = 3 if LONG else 1


def ctl(store, *arguments, env=None):
    done = subprocess.run([Tools.ctl, "--store", store, "--json", *arguments], capture_output=True, text=True, timeout=60, env={**os.environ, **(env or {})})
    return harness.Run(done)


def judge(store, said):
    """What is wrong with a tablet after a fault; empty when all is well."""
    opened = ctl(store, "verify", "--deep")
    if opened.code != 0:
        return [f"verify ended with {opened.code}: {opened.rows[:2]} {opened.stderr[-200:]}"]
    report = checker.Report()
    checker.check_tablet(report, store, said)
    return report.faults[:2]


# --- 2: a disk that forgets what was not synced ---

class Disk:
    """Names and contents, each as programs see it and as it survives a power cut. Folders themselves are taken to survive."""

    def __init__(self, root):
        self.seen, self.kept, self.contents, self.durable, self.pending = {}, {}, [], [], []
        for where, _, names in os.walk(root):
            for name in names:
                path = os.path.join(where, name)
                with open(path, "rb") as file:
                    self.seen[path] = self.kept[path] = self.new(bytearray(file.read()))
        self.durable = [bytes(content) for content in self.contents]

    def new(self, content):
        self.contents.append(content)
        self.durable.append(b"")
        self.pending.append([])
        return len(self.contents) - 1

    @staticmethod
    def put(content, op, offset, data):
        if op == "truncate":
            content[offset:] = b"\0" * max(0, offset - len(content))
        else:
            if len(content) < offset:
                content.extend(b"\0" * (offset - len(content)))
            content[offset:offset + len(data)] = data

    def apply(self, op, path, offset, data, source):
        if op in ("write", "truncate"):
            if path not in self.seen:
                self.seen[path] = self.new(bytearray())
            inode = self.seen[path]
            self.put(self.contents[inode], op, offset, data)
            self.pending[inode].append((op, offset, data))
        elif op == "create":
            if path not in self.seen:
                self.seen[path] = self.new(bytearray())
        elif op == "sync":
            if path in self.seen:
                inode = self.seen[path]
                self.durable[inode] = bytes(self.contents[inode])
                self.pending[inode] = []
            else:
                for name in [name for name in {**self.seen, **self.kept} if os.path.dirname(name) == path]:
                    if name in self.seen:
                        self.kept[name] = self.seen[name]
                    else:
                        del self.kept[name]
        elif op == "rename":
            if source in self.seen:
                self.seen[path] = self.seen.pop(source)
        elif op == "unlink":
            self.seen.pop(path, None)

    def after_the_cut(self, rng=None):
        """path → bytes. Without a generator only what was synced; with one, some of the rest as well, in no order."""
        names = dict(self.kept)
        if rng is not None:
            for name in {**self.seen, **self.kept}:
                if rng.random() < 0.5:
                    if name in self.seen:
                        names[name] = self.seen[name]
                    else:
                        names.pop(name)
        found = {}
        for name, inode in names.items():
            content = bytearray(self.durable[inode])
            if rng is not None:
                for op, offset, data in self.pending[inode]:
                    if rng.random() < 0.6:
                        keep = data if op == "truncate" or rng.random() < 0.7 else data[:len(data) // 512 // 2 * 512]
                        self.put(content, op, offset, keep)
            found[name] = bytes(content)
        return found


def read_log(path):
    with open(path, "rb") as file:
        data = file.read()
    at, source, operations = 0, None, []
    while at < len(data):
        end = data.index(b"\n", at)
        op, where, offset, size = data[at:end].decode().split("\t")
        at = end + 1
        content = b""
        if op in ("write", "sent"):
            content = data[at:at + int(size)]
            at += int(size)
        if op == "from":
            source = where
        else:
            operations.append((op, where, int(offset), content, source))
    return operations


def main():
    Tools.ctl, Tools.shim = map(os.path.abspath, sys.argv[1:3])
    folder = os.path.realpath(tempfile.mkdtemp(prefix="testigo-cuts-", dir=harness.ROOM))
    rng = random.Random(SEED)
    count = failed = 0
    print(f"# seed {SEED}", flush=True)

    def report(bad, tried, name):
        nonlocal count, failed
        count += 1
        failed += bool(bad) or tried == 0
        print(f"{'not ok' if bad or tried == 0 else 'ok'} {count} {name} ({tried} tried)", flush=True)
        for line in bad[:5]:
            print(f"#   {line}", flush=True)

    try:
        base = os.path.join(folder, "base")
        ctl(base, "init")
        event = ctl(base, "event", "open", "--type", "visita_obra", "--title", "Visita").last
        before = [event, *ctl(base, "photo", "add", "--event", event["id"], png(os.path.join(folder, "0.png"), rng)).rows]
        files = [png(os.path.join(folder, f"{i + 1}.png"), rng, 30_000) for i in range(PHOTOS)]
        add = ("photo", "add", "--event", event["id"], *files)

        def fresh(name):
            store = os.path.join(folder, name)
            shutil.copytree(base, store)
            return store

        # How many calls there are, and in which order.
        store = fresh("tablet")
        log = os.path.join(folder, "log")
        counted = os.path.join(folder, "count")
        rows = ctl(store, *add, env={"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": store, "TST_FAULT_LOG": log, "TST_FAULT_COUNT": counted}).rows
        with open(counted, encoding="ascii") as file:
            calls = int(file.readline())
        operations = read_log(log)
        says = sum(operation[0] == "said" for operation in operations)
        report([] if len(rows) == PHOTOS == says and calls > 10 else [f"{rows} {calls} calls, {says} said"], calls, "the calls are counted")
        disk_root, disk_root_copy = fresh("root"), fresh("careless")
        shutil.rmtree(store)

        def fail_at(fault, number):
            name = f"{fault}-{number}"
            store = fresh(name)
            try:
                done = ctl(store, *add, env={"LD_PRELOAD": Tools.shim, "TST_FAULT_UNDER": store, "TST_FAULT_AT": str(number), "TST_FAULT_DO": fault})
                said = [row for row in done.rows if "id" in row]
                bad = judge(store, before + said)
                if fault != "KILL" and len(said) < PHOTOS and not done.stderr:
                    bad.append("refused without a word")
                if fault != "KILL" and done.code < 0:
                    bad.append(f"died of signal {-done.code}")
                # Nothing is in the way of trying again.
                again = ctl(store, *add)
                if sum("id" in row for row in again.rows) + sum(row.get("code") == "duplicate" for row in again.rows) != PHOTOS:
                    bad.append(f"cannot be added again: {again.rows} {again.stderr[-200:]}")
                return [f"call {number}: {item}" for item in bad]
            finally:
                shutil.rmtree(store)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for fault in ("KILL", "EIO", "ENOSPC", "EROFS"):
                results = list(pool.map(lambda number, fault=fault: fail_at(fault, number), range(1, calls + 1)))
                report([bad for result in results for bad in result], calls, f"{fault} at every call")

            # The log names the tablet's own folder; the replay begins from the same state at the same place.
            os.rename(disk_root, store)
            disk = Disk(store)
            cuts = []
            said = 0
            for number, (op, path, offset, data, source) in enumerate(operations):
                if op == "said":
                    said += 1
                elif op == "sent":
                    continue
                else:
                    disk.apply(op, path, offset, data, source)
                ids = before + rows[:said]
                cuts.append((f"{number}-synced", disk.after_the_cut(), ids))
                for mixture in range(MIXTURES):
                    cuts.append((f"{number}-mixed{mixture}", disk.after_the_cut(rng), ids))

            def cut(case):
                name, left, ids = case
                place = os.path.join(folder, "cut-" + name)
                try:
                    for path, content in left.items():
                        target = place + path[len(store):]
                        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
                        with open(target, "wb") as file:
                            file.write(content)
                        if "/keys/" in target:
                            os.chmod(target, 0o600)
                    return [f"cut {name}: {item}" for item in judge(place, ids)]
                finally:
                    shutil.rmtree(place, ignore_errors=True)

            for kind in ("synced", "mixed"):
                chosen = [case for case in cuts if kind in case[0]]
                results = list(pool.map(cut, chosen))
                report([bad for result in results for bad in result], len(chosen),
                       "the power goes after every call: " + ("only what was synced is left" if kind == "synced" else "some of the rest is left too"))
        # A disk that is never told to sync has nothing after the same acts: this test can fail.
        careless = Disk(disk_root_copy)
        for op, path, offset, data, source in operations:
            if op not in ("said", "sync"):
                careless.apply(op, path.replace(store, disk_root_copy, 1), offset, data, source and source.replace(store, disk_root_copy, 1))
        left = careless.after_the_cut()
        for path, content in left.items():
            with open(path, "wb") as file:
                file.write(content)
        report([] if judge(disk_root_copy, before + rows) else ["nothing was noticed"], 1, "without fsync what was said is lost, and that is noticed")
        print(f"1..{count}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
