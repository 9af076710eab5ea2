#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that strangers check evidence with, against a small log made here by openssl and by hand: it accepts what
is right and refuses each single change.

    comprobar-test.py COMPROBAR.PY
"""
import base64
import hashlib
import http.server
import json
import subprocess
import sys
import tempfile
import threading

COMPROBAR = sys.argv[1]
ORIGIN = "obras.prueba.example/testigo"


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


class Key:
    def __init__(self, name=None):
        self.file = tempfile.NamedTemporaryFile(suffix=".pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "ED25519", "-out", self.file.name], check=True)
        der = subprocess.run(["openssl", "pkey", "-in", self.file.name, "-pubout", "-outform", "DER"], check=True,
                             capture_output=True).stdout
        self.public = der[-32:]
        self.name = name or "testigo/d/" + sha256(self.public).hex()
        self.id = sha256(self.name.encode() + b"\n\x01" + self.public)[:4]
        self.vkey = "%s+%s+%s" % (self.name, self.id.hex(), b64(b"\x01" + self.public))

    def sign(self, text):
        with tempfile.NamedTemporaryFile() as message:
            message.write(text)
            message.flush()
            signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", self.file.name, "-rawin", "-in", message.name],
                                       check=True, capture_output=True).stdout
        return text + b"\n" + ("— %s %s\n" % (self.name, b64(self.id + signature))).encode()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [root(leaves[k:])]
    return path(m - k, leaves[k:]) + [root(leaves[:k])]


class Site:
    def __init__(self, index=5, size=11):
        self.device, self.log = Key(), Key(ORIGIN)
        self.body = b'{"salt":"x","caption":"una placa"}'
        text = json.dumps({"testigo": 1, "device": self.device.name, "chain": "field", "seq": 7,
                           "body": b64(sha256(self.body))}, separators=(",", ":")).encode() + b"\n"
        self.record = self.device.sign(text)
        leaves = [sha256(b"\x00leaf %d" % i) for i in range(size)]
        leaves[index] = sha256(b"\x00" + self.record)
        self.index, self.path, self.root, self.size = index, path(index, leaves), root(leaves), size
        self.facts = {"id": "uno", "device_vkey": self.device.vkey}
        self.vkey = self.log.vkey
        self.checkpoint = self.log.sign(("%s\n%d\n%s\n" % (ORIGIN, size, b64(self.root))).encode())

    def answer(self, name):
        proof = "c2sp.org/tlog-proof@v1\nindex %d\n%s\n" % (self.index, "".join(b64(h) + "\n" for h in self.path))
        return {"/evidencia/uno/record": self.record, "/evidencia/uno/body": self.body,
                "/evidencia/uno/proof": proof.encode() + self.checkpoint,
                "/evidencia/uno.json": json.dumps(self.facts).encode(), "/log/vkey": self.vkey.encode() + b"\n"}.get(name)

    def check(self, *arguments):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                content = site.answer(self.path)
                self.send_response(404 if content is None else 200)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            page = "http://127.0.0.1:%d/evidencia/uno" % server.server_port
            run = subprocess.run([sys.executable, COMPROBAR, page, *arguments], capture_output=True, text=True, timeout=60)
            server.shutdown()
        return run.returncode, run.stdout + run.stderr


count = failed = 0


def expect(name, code, result, words=""):
    global count, failed
    count += 1
    ok = result[0] == code and words in result[1]
    failed += not ok
    print("%sok %d - %s" % ("" if ok else "not ", count, name))
    if not ok:
        print("\n".join("# " + line for line in result[1].splitlines()))


for index, size in ((0, 1), (0, 2), (5, 11), (10, 11), (7, 8), (63, 200)):
    expect("leaf %d of %d is accepted" % (index, size), 0, Site(index, size).check(), "n.º 7")

site = Site()
expect("with the log's key given", 0, site.check(site.log.vkey))
expect("with another key given", 1, site.check(Key(ORIGIN).vkey), "MAL   El sello")
site = Site()
site.body = None
expect("a body that is not published", 0, site.check(), "no se publica")
site = Site()
site.body += b" "
expect("a changed body", 1, site.check(), "MAL   El contenido")
site = Site()
site.record = site.record.replace(b'"seq":7', b'"seq":8')
expect("a changed record", 1, site.check(), "MAL   La firma")
site = Site()
site.facts["device_vkey"] = Key().vkey
expect("a key of another device", 1, site.check(), "MAL   La firma")
site = Site()
site.path[0] = bytes(32)
expect("a changed proof", 1, site.check(), "MAL   El registro no est")
site = Site()
site.path.append(bytes(32))
expect("a proof too long", 1, site.check(), "MAL   El registro no est")
site = Site()
site.path.pop()
expect("a proof too short", 1, site.check(), "MAL   El registro no est")
site = Site()
site.index += 1
expect("another index", 1, site.check(), "MAL   El registro no est")
site = Site()
site.checkpoint = site.checkpoint.replace(b"\n11\n", b"\n12\n")
expect("a changed checkpoint", 1, site.check(), "MAL   El sello")
site = Site()
site.facts = {}
expect("a site that does not say the key", 1, site.check(), "MAL")
print("1..%d" % count)
sys.exit(1 if failed else 0)
