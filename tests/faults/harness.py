# SPDX-License-Identifier: GPL-3.0-or-later
"""The real programs for tests of faults: a central behind a misbehaving network, tablets, and the checker over both when they have ended."""

import json
import os
import resource
import shutil
import socket
import struct
import subprocess
import tempfile
import zlib

import checker
import proxy

DEADLINE_S = 120


# Memory where there is room: what is tried here is not the disk's speed.
ROOM = "/dev/shm" if os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 1 << 30 else None


class Failed(Exception):
    pass


def expect(good, *why):
    if not good:
        raise Failed(" ".join(str(part) for part in why))


class Tools:
    """Where the programs are; set once."""
    central = ctl = draw = shim = None


def png(path, rng, extra=200):
    """A small true picture that is its own."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + rng.randbytes(24) for _ in range(8))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"teSt", rng.randbytes(extra)) + chunk(b"IEND", b""))
    return path


def limits(descriptors):
    def set_limits():
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    return set_limits if descriptors else None


class Run:
    def __init__(self, done):
        self.code = done.returncode
        self.rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        self.stderr = done.stderr

    @property
    def last(self):
        return self.rows[-1] if self.rows else {}


def run(program, *arguments, stdin=None, env=None, descriptors=0, ok=(0,)):
    done = subprocess.run([program, *map(str, arguments), "--json"], input=stdin, text=True, capture_output=True, timeout=DEADLINE_S,
                          env={**os.environ, **(env or {})}, preexec_fn=limits(descriptors))
    result = Run(done)
    expect(ok is None or result.code in ok, os.path.basename(program), arguments[:4], "ended with", result.code, result.stderr[-600:])
    return result


class Tablet:
    def __init__(self, bench, name):
        self.bench = bench
        self.name = name
        self.store = os.path.join(bench.folder, name)
        self.acknowledged = []

    def ctl(self, *arguments, **options):
        return run(Tools.ctl, "--store", self.store, *arguments, **options)

    def add(self, *arguments, **options):
        """A command that saves things: what it says is saved must be there ever after."""
        result = self.ctl(*arguments, **options)
        self.acknowledged += [row for row in result.rows if "id" in row]
        return result

    def begin(self, enrol=True):
        self.ctl("init", "--name", self.name)
        if enrol:
            self.ctl("enrol", self.bench.code(self.name))
        return self.add("event", "open", "--type", "visita_obra", "--title", "Visita").last["id"]

    def sync(self, ok=(0,), **options):
        return self.ctl("sync", ok=ok, **options)

    def photos(self, event, count, rng, extra=200, prefix="f"):
        folder = tempfile.mkdtemp(dir=self.bench.folder)
        files = [png(os.path.join(folder, f"{prefix}{i}.png"), rng, extra() if callable(extra) else extra) for i in range(count)]
        result = self.add("photo", "add", "--event", event, *files)
        shutil.rmtree(folder)
        return result


class Bench:
    """A folder, a central behind a proxy, tablets."""

    def __init__(self, central=True, mirror=False):
        self.folder = tempfile.mkdtemp(prefix="testigo-faults-", dir=ROOM)
        self.data = os.path.join(self.folder, "central")
        self.mirror = os.path.join(self.folder, "mirror") if mirror else None
        self.serve_env = {}
        self.tablets = []
        self.server = None
        self.proxy = None
        if central:
            self.prepare(self.data, self.mirror)
            self.serve()

    def prepare(self, data, mirror=None):
        self.data, self.mirror = data, mirror
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.proxy = proxy.Proxy(self.port)
        run(Tools.central, "init", "--data", self.data, "--name", "obras.villaluz.example/testigo",
            "--url", f"http://127.0.0.1:{self.proxy.port}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.server is not None and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        if self.proxy:
            self.proxy.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def serve(self):
        options = ["--mirror", self.mirror] if self.mirror else []
        self.server = subprocess.Popen([Tools.central, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}", *options],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, **self.serve_env})
        expect(self.server.stdout.readline(), "central does not start")

    def admin(self, *arguments, **options):
        return run(Tools.central, *arguments, "--data", self.data, **options)

    def code(self, name):
        return self.admin("enrol-code", "--name", name).last["text"]

    def tablet(self, name="tableta"):
        self.tablets.append(Tablet(self, name))
        return self.tablets[-1]

    def leaves(self):
        """Rows of the log as the checker reads them; central must have ended."""
        with checker.Database(self.data) as database:
            return database.rows("SELECT text_hash, device, chain, seq, id, fork, body_state FROM leaf ORDER BY idx")

    def stop(self):
        if self.server is not None and self.server.poll() is None:
            self.server.terminate()
            expect(self.server.wait(30) == 0, "central does not end cleanly")

    def check(self, everything=True, forks=False, allow=()):
        """The checker over all of it. allow: codes that this case has on purpose."""
        self.stop()
        report = checker.Report()
        found = [checker.check_tablet(report, tablet.store, tablet.acknowledged) for tablet in self.tablets]
        if self.server is not None:
            log = checker.check_central(report, self.data, forks)
            checker.check_both(report, found, log, everything)
        bad = [fault for fault in report.faults if fault["code"] not in allow]
        expect(not bad, "checker:", json.dumps(bad[:4]), f"({len(bad)})")
        return report.counts
