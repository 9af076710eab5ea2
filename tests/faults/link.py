#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bad link, with real TCP. Arguments: testigo-central, testigoctl.

Central and tablet each live in a network namespace of their own; between them packets go through a pair of TUN devices and this program, which carries 64 kbit/s,
loses one packet in five, takes 800 ms there and back and resets every line each ten seconds. All photographs arrive, whole and once; what reached central as
the body of an upload and was not kept is at most 2 % of what they are. Two small ones in every run, so that it
takes less than a minute; TESTIGO_LONG=1: 50 photographs of 30 kB. Without namespaces or TUN it says so and
leaves the case to the proxy of field_cases.py. Prints TAP."""

import array
import ctypes
import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import sys
import threading
import time

import harness
from harness import Bench, Tools, expect

LONG = os.environ.get("TESTIGO_LONG") == "1"
SEED = int(os.environ.get("TESTIGO_SEED", str(random.SystemRandom().randrange(2**31))))
PHOTOS, SIZE = (50, 30_000) if LONG else (2, 3_000)
DEADLINE_S = 3600 if LONG else 150
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
CENTRAL, TABLET = "10.77.0.1", "10.77.0.2"


class Namespace:
    """A process that lives in a network namespace of its own, with a TUN device whose other end is here."""

    def __init__(self, address, peer):
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
                    os._exit(2)
                tun = os.open("/dev/net/tun", os.O_RDWR)
                fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"link0", IFF_TUN | IFF_NO_PI))
                for command in (f"addr add {address} peer {peer} dev link0", "link set link0 mtu 1400 up", "link set lo up"):
                    subprocess.run(["ip", *command.split()], check=True, capture_output=True)
                socket.send_fds(theirs, [b"t"], [tun])
                theirs.recv(1)
            finally:
                os._exit(3)
        theirs.close()
        self.socket = ours
        message, fds, _, _ = socket.recv_fds(ours, 1, 1)
        if not message:
            raise OSError("no namespace or no TUN device")
        self.tun = fds[0]

    def enter(self):
        """For preexec_fn."""
        fd = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)
        if ctypes.CDLL(None).setns(fd, CLONE_NEWNET) != 0:
            os._exit(4)

    def end(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # a close is not seen: what was forked later holds this end as well
        self.socket.close()
        os.waitpid(self.pid, 0)
        os.close(self.tun)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    words = array.array("H", data)
    if sys.byteorder == "little":
        words.byteswap()
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def reset(source, target, source_port, target_port, seq):
    tcp = struct.pack(">HHIIBBHHH", source_port, target_port, seq, 0, 5 << 4, 4, 0, 0, 0)
    tcp = tcp[:16] + struct.pack(">H", checksum(source + target + struct.pack(">BBH", 0, 6, len(tcp)) + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0, source, target)
    return ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:] + tcp


class Link(threading.Thread):
    RATE, LOSS, DELAY_S, CUT_S, QUEUE_S = 8000, 0.2, 0.4, 10, 4

    def __init__(self, central, tablet, rng):
        super().__init__(daemon=True)
        self.ends = {central.tun: tablet.tun, tablet.tun: central.tun}
        self.central, self.rng = central.tun, rng
        self.flows = {}   # (client port, server port) → the line that has them now
        self.lines = []   # all: sequence numbers, what was carried to central, what either end took ("ack")
        self.packets = self.lost = self.cuts = 0
        self.ending = False

    def find(self, packet, from_tablet):
        """The line that this packet belongs to, or None. A port that is used again begins another line."""
        header = (packet[0] & 15) * 4
        if packet[0] >> 4 != 4 or packet[9] != 6:
            return None
        source, target, seq, ack, offset, flags = struct.unpack(">HHIIBB", packet[header:header + 14])
        ports = (source, target) if from_tablet else (target, source)
        flow = self.flows.get(ports)
        begins = from_tablet and flags & 2
        if flow is None or begins and flow["start"] not in (None, (seq + 1) % 2**32):
            flow = self.flows[ports] = {"ports": ports, "open": True, "start": None, "got": {}, "ack": {}}
            self.lines.append(flow)
        if begins:
            flow["start"] = (seq + 1) % 2**32
        # What either end has taken so far, whether or not this packet arrives; what is on its way when a line is reset is taken by nobody. What central still
        # says of a line that had this port before is far from where this one began.
        near = from_tablet or flow["start"] is not None and (ack - flow["start"]) % 2**32 < 2**24
        if flags & 16 and not flags & 4 and near and (ack - flow["ack"].get(from_tablet, ack)) % 2**32 < 2**31:
            flow["ack"][from_tablet] = ack
        return flow, seq, packet[header + (offset >> 4) * 4:struct.unpack(">H", packet[2:4])[0]]

    def run(self):
        queue, free, order = [], {fd: 0.0 for fd in self.ends}, 0
        cut = time.monotonic() + self.CUT_S
        while not self.ending:
            now = time.monotonic()
            while queue and queue[0][0] <= now:
                _, _, target, packet, found = heapq.heappop(queue)
                if found and target == self.central and found[2]:
                    flow, seq, data = found
                    flow["got"][seq] = max(flow["got"].get(seq, b""), data, key=len)
                os.write(target, packet)
            if now >= cut:
                cut = now + self.CUT_S
                self.cut()
            ready, _, _ = select.select(list(self.ends), [], [], max(0, min(0.2, (queue[0][0] - now) if queue else 0.2)))
            for fd in ready:
                packet = os.read(fd, 2048)
                self.packets += 1
                found = self.find(packet, fd != self.central)
                now = time.monotonic()
                begins = max(now, free[fd])
                if self.rng.random() < self.LOSS or begins - now > self.QUEUE_S:
                    self.lost += 1
                    continue
                free[fd] = begins + len(packet) / self.RATE
                order += 1
                heapq.heappush(queue, (free[fd] + self.DELAY_S, order, self.ends[fd], packet, found))

    def cut(self):
        central, tablet = socket.inet_aton(CENTRAL), socket.inet_aton(TABLET)
        for flow in self.lines:
            client, server = flow["ports"]
            if flow["open"] and len(flow["ack"]) == 2:
                flow["open"] = False
                self.cuts += 1
                os.write(self.central, reset(tablet, central, client, server, flow["ack"][False]))
                os.write(self.ends[self.central], reset(central, tablet, server, client, flow["ack"][True]))

    def bodies(self):
        """Bodies of uploads: what each asked for and how many of its bytes central's end of the line took."""
        for flow in self.lines:
            stream, at = b"", flow["start"]
            taken = (flow["ack"][False] - at) % 2**32 if at is not None and False in flow["ack"] else 0
            for seq in sorted(flow["got"], key=lambda seq, start=flow["start"] or 0: (seq - start) % 2**32):
                data = flow["got"][seq]
                if at is None or (seq - at) % 2**32 < 2**31 and seq != at:
                    break
                skip = (at - seq) % 2**32
                if skip < len(data):
                    stream += data[skip:]
                    at = (seq + len(data)) % 2**32
            stream = stream[:taken]
            while b"\r\n\r\n" in stream:
                head, _, stream = stream.partition(b"\r\n\r\n")
                lines = head.decode("latin-1").lower().split("\r\n")
                headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
                length = int(headers.get("content-length", 0))
                if "/sync/v1/media" in lines[0] and length > 0:
                    what = headers.get("upload-metadata", lines[0].split("/")[-1])
                    yield f"{lines[0].split()[0]} {what[7:23]} from {headers.get('upload-offset', 0)}, {length} bytes", len(stream[:length])
                stream = stream[length:]


def main():
    Tools.central, Tools.ctl = map(os.path.abspath, sys.argv[1:3])
    rng = random.Random(SEED)
    print(f"# seed {SEED}", flush=True)
    try:
        central, tablet_end = Namespace(CENTRAL, TABLET), Namespace(TABLET, CENTRAL)
    except OSError as error:
        print(f"ok 1 the bad link # SKIP {error}: field_cases.py cuts lines in user space\n1..1")
        return
    link = Link(central, tablet_end, rng)
    try:
        with Bench(central=False) as bench:
            bench.port = 8080
            harness.run(Tools.central, "init", "--data", bench.data, "--name", "obras.villaluz.example/testigo", "--url", f"http://{CENTRAL}:8080")
            bench.server = subprocess.Popen([Tools.central, "serve", "--data", bench.data, "--listen", f"{CENTRAL}:8080"], stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL, text=True, preexec_fn=central.enter)
            expect(bench.server.stdout.readline(), "central does not start")
            tablet = bench.tablet()
            event = tablet.begin(enrol=False)
            code = bench.code("tableta")
            process = subprocess.run([Tools.ctl, "--store", tablet.store, "enrol", code], capture_output=True, check=False)
            expect(process.returncode == 0, process.stderr)
            rows = tablet.photos(event, PHOTOS, rng, SIZE).rows
            total = sum(row["bytes"] for row in rows if "id" in row)
            link.start()
            began, runs, resent, pending = time.monotonic(), 0, 0, 1
            while pending and time.monotonic() - began < DEADLINE_S:
                try:
                    done = subprocess.run([Tools.ctl, "--store", tablet.store, "sync", "--json"], capture_output=True, text=True,
                                          preexec_fn=tablet_end.enter, timeout=max(1, DEADLINE_S - (time.monotonic() - began)))
                except subprocess.TimeoutExpired:
                    break
                last = harness.Run(done).last
                pending, runs, resent = last.get("pending", 1), runs + 1, resent + last.get("bytes_resent", 0)
            seconds = time.monotonic() - began
            link.ending = True
            link.join()
            bodies = list(link.bodies())
            got = sum(taken for _, taken in bodies)
            bad = [f"{pending} still pending"] if pending else []
            try:
                bench.check(everything=not pending)
            except harness.Failed as error:
                bad.append(str(error))
            print(f"{'not ok' if bad else 'ok'} 1 {PHOTOS} photographs over 64 kbit/s, 20 % loss, 800 ms, cut every 10 s", flush=True)
            vain = got - total
            # In a short run a single packet is more than 2 %: a segment for each cut is allowed there.
            most = max(total * 0.02, 0 if LONG else 1400 * (link.cuts + 1))
            print(f"{'ok' if vain <= most else 'not ok'} 2 what reached central and was not kept is little", flush=True)
            print(f"#   {total} bytes in {seconds:.0f} s and {runs} runs, {link.cuts} lines cut, {link.lost} of {link.packets} packets lost; {vain} bytes of uploads in "
                  f"vain ({100 * vain / total:.2f} %), {resent} sent again as the tablet counts")
            if vain > most:
                bad += [f"{what}: {taken} taken" for what, taken in bodies]
            for line in bad:
                print("#   " + line.replace("\n", " "))
            print("1..2")
            sys.exit(1 if bad else 0)
    finally:
        link.ending = True
        central.end()
        tablet_end.end()


if __name__ == "__main__":
    main()
