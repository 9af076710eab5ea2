#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comprueba una evidencia de Testigo sin usar los programas de Testigo.

    python3 comprobar.py https://obras.ejemplo.gov.co/evidencia/ID [CLAVE-DEL-LIBRO]

Necesita Python 3 y openssl 3. CLAVE-DEL-LIBRO es la línea que la Alcaldía imprime en sus actas y carteles; sin ella se
usa la que da el propio sitio, que basta para comparar con otra persona. Termina con 0 si todo coincide y con 1 si algo no.

Formats: C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0 and tlog-proof; RFC 6962 hashes (leaf 0x00, node 0x01).
"""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def get(url, may_lack=False):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if may_lack and error.code in (404, 410):
            return None
        raise


def ed25519(key, message, signature):
    """Checked by openssl; the bytes in front turn a raw key into the form that it reads (RFC 8410)."""
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in ("key", "message", "signature")]
        contents = [bytes.fromhex("302a300506032b6570032100") + key, message, signature]
        for name, content in zip(names, contents):
            with open(name, "wb") as file:
                file.write(content)
        return subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", names[0],
                               "-rawin", "-in", names[1], "-sigfile", names[2]],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def read_vkey(vkey):
    name, key_id, rest = vkey.strip().split("+", 2)
    raw = base64.b64decode(rest)
    if raw[0] != 1 or len(raw) != 33 or sha256(name.encode() + b"\n" + raw)[:4].hex() != key_id:
        raise ValueError("clave mal formada")
    return name, raw[1:], bytes.fromhex(key_id)


def signed(note, vkey):
    """The text of a signed note if the key signed it, else None."""
    name, key, key_id = read_vkey(vkey)
    text, _, lines = note.rpartition(b"\n\n")
    text += b"\n"
    for line in lines.split(b"\n"):
        parts = line.split(b" ")
        if len(parts) == 3 and parts[0] == "—".encode() and parts[1] == name.encode():
            blob = base64.b64decode(parts[2])
            if blob[:4] == key_id and ed25519(key, text, blob[4:]):
                return text
    return None


def root_of(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    fn, sn, root = index, size - 1, leaf
    for node in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            root = sha256(b"\x01" + node + root)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = sha256(b"\x01" + root + node)
        fn, sn = fn >> 1, sn >> 1
    return root if sn == 0 else None


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__)
        return 2
    page = sys.argv[1].rstrip("/")
    site = page.rsplit("/evidencia/", 1)[0]
    vkey = sys.argv[2] if len(sys.argv) == 3 else get(site + "/log/vkey").decode()
    record, proof = get(page + "/record"), get(page + "/proof")
    body = get(page + "/body", may_lack=True)
    facts = json.loads(get(page + ".json"))
    results = []

    def say(ok, good, bad):
        results.append(ok)
        print("%s  %s" % ("bien" if ok else "MAL ", good if ok else bad))

    envelope = json.loads(record.split(b"\n\n", 1)[0])
    device_vkey = facts.get("device_vkey", "")
    name, key, _ = read_vkey(device_vkey)
    say(name == envelope["device"] == "testigo/d/" + sha256(key).hex() and signed(record, device_vkey) is not None,
        "El registro n.º %d está firmado por la tableta %s…" % (envelope["seq"], name[:22]),
        "La firma del registro no es de la tableta que dice.")
    if body is None:
        print("—     El contenido no se publica (la imagen se modificó para proteger a alguien).")
    else:
        say(b64(sha256(body)) == envelope["body"], "El contenido es el que nombra el registro.",
            "El contenido no es el que nombra el registro.")

    head, _, checkpoint = proof.partition(b"\n\n")
    lines = head.decode().split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("index "))
    index, path = int(lines[at][6:]), [base64.b64decode(line) for line in lines[at + 1:]]
    text = signed(checkpoint, vkey)
    say(text is not None, "El sello está firmado con la clave del libro.", "El sello no está firmado con la clave del libro.")
    origin, size, root = checkpoint.decode().split("\n")[:3]
    say(origin == vkey.split("+")[0] and lines[0] == "c2sp.org/tlog-proof@v1" and 0 <= index < int(size)
        and b64(root_of(sha256(b"\x00" + record), index, int(size), path) or b"") == root,
        "El registro está en el libro, en el número %d de %s." % (index, size), "El registro no está en el libro.")
    print("\nClave del libro: %s" % vkey.strip())
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, StopIteration) as problem:
        print("MAL   No se pudo comprobar: %s" % problem)
        sys.exit(1)
