#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""openssl(1) and minisign(1) accept our Ed25519 signatures. Argument: the seal tool."""
import base64
import os
import subprocess
import sys
import tempfile

TOOL = sys.argv[1]
MESSAGE = "Acta de la visita a la obra\n".encode()
count = 0
failed = False


def check(ok, name):
    global count, failed
    count += 1
    failed = failed or not ok
    print(f"{'ok' if ok else 'not ok'} {count} {name}", flush=True)


def run(*command, data=b""):
    return subprocess.run(command, input=data, capture_output=True, timeout=60)


with tempfile.TemporaryDirectory() as folder:
    def put(name, data):
        path = os.path.join(folder, name)
        with open(path, "wb") as out:
            out.write(data)
        return path

    def sign(data):
        answer = run(TOOL, "sign", os.path.join(folder, "clave"), data=data).stdout
        return answer[:32], answer[32:]

    key, signature = sign(MESSAGE)
    check(len(key) == 32 and len(signature) == 64, "a key and a signature")
    check(sign(MESSAGE) == (key, signature), "the saved key signs the same")
    message = put("acta", MESSAGE)
    other = put("otra", MESSAGE + b".")

    # RFC 8410: the fixed prefix of an Ed25519 public key.
    der = put("clave.der", bytes.fromhex("302a300506032b6570032100") + key)
    raw = put("firma", signature)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", der, "-sigfile", raw]
    check(run(*command, "-in", message).returncode == 0, "openssl accepts the signature")
    check(run(*command, "-in", other).returncode != 0, "openssl refuses another text")

    # minisign's form "Ed" signs the bytes themselves; its last line is a signature over the first and the comment.
    comment = b"acta de prueba"
    key_id = b"testigo1"
    public = put("clave.pub", b"untrusted comment: testigo\n" + base64.b64encode(b"Ed" + key_id + key) + b"\n")
    lines = [b"untrusted comment: firma", base64.b64encode(b"Ed" + key_id + signature),
             b"trusted comment: " + comment, base64.b64encode(sign(signature + comment)[1]), b""]
    minisig = put("acta.minisig", b"\n".join(lines))
    command = ["minisign", "-V", "-p", public, "-x", minisig, "-m"]
    check(run(*command, message).returncode == 0, "minisign accepts the signature")
    check(run(*command, other).returncode != 0, "minisign refuses another text")
print(f"1..{count}")
sys.exit(1 if failed else 0)
