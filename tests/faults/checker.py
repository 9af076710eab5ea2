#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says whether a tablet and a central are what they claim to be, with no code of the product: Python's sqlite3 and hashlib, and `cryptography` for
Ed25519. Formats: data/journal/README.md, sync/central/README.md, C2SP signed-note and tlog-checkpoint, RFC 6962.

    checker.py [--tablet DIR]… [--central DIR] [--acknowledged FILE]

FILE holds what the programs printed: JSON lines with an `id` and, for a photograph, `sha256`. Prints a JSON line for each fault, last the counts;
ends with 5 when there are faults. The programs must have ended; the folders are not changed (databases are copied, WAL and all)."""

import base64
import hashlib
import json
import os
import re
import shutil
import sqlite3
import sys
import tempfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ENVELOPE_KEYS = ["testigo", "device", "chain", "seq", "prev", "id", "kind", "time", "anchor", "body"]
KINDS = ("evidence", "attendance", "contribution", "survey", "event", "decision", "system")
SOURCES = ("gnss", "ntp", "rtc", "unknown")
AGE = b"age-encryption.org/v1\n"


def sha256(data):
    return hashlib.sha256(data).digest()


class Bad(Exception):
    """The code of a fault."""


class Report:
    def __init__(self):
        self.faults = []
        self.counts = {"records": 0, "media": 0, "leaves": 0, "acknowledged": 0}

    def fault(self, where, code, **what):
        self.faults.append({"where": where, "code": code, **what})


# --- signed notes, envelopes, trees ---

def device_name(public):
    return "testigo/d/" + sha256(public).hex()


def open_note(note, name, public):
    """The text of a note that carries a good signature of this key."""
    at = note.rfind(b"\n\n")
    if at < 0 or not note.endswith(b"\n"):
        raise Bad("bad-note")
    text = note[:at + 1]
    key_id = sha256(name.encode() + b"\n\x01" + public)[:4]
    for line in note[at + 2:].decode().splitlines():
        dash, signer, signature = line.split(" ")
        raw = base64.b64decode(signature, validate=True)
        if dash == "—" and signer == name and raw[:4] == key_id:
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text)
            except InvalidSignature:
                raise Bad("bad-signature") from None
            return text
    raise Bad("bad-signature")


def verifier(vkey):
    name, key_id, rest = vkey.split("+", 2)
    raw = base64.b64decode(rest)
    if raw[0] != 1 or sha256(name.encode() + b"\n" + raw)[:4].hex() != key_id:
        raise Bad("bad-key")
    return name, raw[1:]


def unique_members(pairs):
    if len(pairs) != len(dict(pairs)):
        raise Bad("bad-envelope")
    return dict(pairs)


def open_envelope(note, public):
    name = device_name(public)
    if len(note) > 4096 or note[note.rfind(b"\n\n") + 2:].count(b"\n") != 1:
        raise Bad("bad-envelope")
    text = open_note(note, name, public)
    envelope = json.loads(text, object_pairs_hook=unique_members)
    if [key for key in ENVELOPE_KEYS if key in envelope] != list(envelope) or len(envelope) < len(ENVELOPE_KEYS) - 1:
        raise Bad("bad-envelope")
    if json.dumps(envelope, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" != text:
        raise Bad("bad-envelope")  # one spelling only
    if envelope["testigo"] != 1 or envelope["device"] != name or envelope["kind"] not in KINDS \
            or envelope["time"]["source"] not in SOURCES or envelope["time"]["uncertainty_s"] < 1 \
            or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", envelope["time"]["utc"]):
        raise Bad("bad-envelope")
    if envelope["chain"] == "open" and not envelope["time"]["utc"].endswith(":00:00Z"):
        raise Bad("time-finer-than-the-hour")
    return envelope, sha256(text)


def leaf_hash(note):
    return sha256(b"\0" + note)


def node(left, right):
    return sha256(b"\1" + left + right)


def root_of(leaves):
    """RFC 6962 § 2.1, by levels: what has no sibling goes up as it is."""
    if not leaves:
        return sha256(b"")
    level = list(leaves)
    while len(level) > 1:
        level = [node(level[i], level[i + 1]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    return level[0]


def included(leaf, index, size, proof, root):
    """RFC 9162 § 2.1.3.2."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            r = node(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def open_checkpoint(note, name, public):
    text = open_note(note, name, public).decode()
    origin, size, root = text.split("\n")[:3]
    if origin != name or str(int(size)) != size:
        raise Bad("bad-checkpoint")
    return int(size), base64.b64decode(root, validate=True)


# --- files ---

class Database:
    """A copy of a database and its WAL, opened read-write so that SQLite can recover the WAL as the product would."""

    def __init__(self, folder):
        self.where = tempfile.mkdtemp(prefix="testigo-check-")
        path = os.path.join(folder, "testigo.db")
        if not os.path.exists(path):
            raise Bad("no-database")
        for suffix in ("", "-wal"):
            if os.path.exists(path + suffix):
                shutil.copyfile(path + suffix, os.path.join(self.where, "copy.db" + suffix))
        self.db = sqlite3.connect(os.path.join(self.where, "copy.db"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.db.close()
        shutil.rmtree(self.where)

    def rows(self, sql, *values):
        return self.db.execute(sql, values).fetchall()


def media_files(folder):
    """name → (path, its place is right); what is below tmp is not a medium."""
    found = {}
    root = os.path.join(folder, "media")
    for where, _, names in os.walk(root):
        for name in names:
            relative = os.path.relpath(os.path.join(where, name), root)
            if not relative.startswith("tmp" + os.sep):
                found[name] = (os.path.join(where, name), relative == os.path.join(name[:2], name[2:4], name))
    return found


def hash_file(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.digest()


def check_media(report, where, folder, expected, gone=()):
    """expected: sha256 → bytes. Each there and whole; nothing else there."""
    found = media_files(folder)
    for name, (path, right_place) in sorted(found.items()):
        report.counts["media"] += 1
        if not right_place or not re.fullmatch("[0-9a-f]{64}", name):
            report.fault(where, "stray-file", file=name)
        elif hash_file(path).hex() != name:
            report.fault(where, "hash-mismatch", sha256=name)
        elif bytes.fromhex(name) not in expected:
            report.fault(where, "medium-without-record", sha256=name)
        elif os.path.getsize(path) != expected[bytes.fromhex(name)]:
            report.fault(where, "wrong-size", sha256=name)
    for digest in expected:
        if digest.hex() not in found and digest not in gone:
            report.fault(where, "missing-content", sha256=digest.hex())


def check_clear_body(report, where, body, envelope, text_hash):
    """What a body names: (media, sealed parts)."""
    if base64.b64encode(sha256(body)).decode() != envelope["body"]:
        report.fault(where, "bad-body", id=envelope["id"])
        return {}, {}
    content = json.loads(body)
    if content.get("testigo") != 1 or content.get("id") != envelope["id"] or len(base64.b64decode(content["salt"])) != 32:
        report.fault(where, "bad-body", id=envelope["id"], record=text_hash.hex())
    return ({bytes.fromhex(m["sha256"]): m["bytes"] for m in content.get("media", [])},
            {bytes.fromhex(s["sha256"]): s["bytes"] for s in content.get("sealed", [])})


def check_parts(report, where, database, named):
    for digest, data in database.rows(f"SELECT sha256, bytes FROM {'sealed_part' if where.startswith('tablet') else 'part'}"):
        if sha256(data) != digest or not data.startswith(AGE):
            report.fault(where, "bad-part", sha256=digest.hex())
        if named is not None and digest not in named:
            report.fault(where, "part-without-record", sha256=digest.hex())


def check_chain(report, where, device, rows):
    """rows: (seq, prev, text hash) by seq. From 1, no gap, each naming the one before."""
    last, previous = 0, bytes(32)
    for seq, prev, text_hash in rows:
        if seq != last + 1:
            report.fault(where, "fork" if seq == last else "gap", device=device, seq=seq)
        elif base64.b64decode(prev) != previous:
            report.fault(where, "bad-chain", device=device, seq=seq)
        last, previous = seq, text_hash


# --- a tablet ---

def check_tablet(report, folder, acknowledged=()):
    """Returns the records: text hash → id."""
    where = "tablet " + os.path.basename(folder.rstrip("/"))
    records, ids, media, parts = {}, {}, {}, {}
    with Database(folder) as database:
        if database.rows("PRAGMA integrity_check") != [("ok",)]:
            report.fault(where, "damaged-database")
        keys = {(chain, epoch): public for chain, epoch, public in database.rows("SELECT chain, epoch, public_key FROM chain_key")}
        opaque = False
        held_back = {row[0] for row in database.rows("SELECT sha256 FROM needed")}
        for chain in ("field", "open"):
            epochs = {}
            for epoch, seq, text_hash, record, note, body, sealed, stored, erased in database.rows(
                    f"SELECT epoch, seq, text_hash, id, note, body, body_sealed, stored_sha256, erased FROM journal_{chain} ORDER BY epoch, seq"):
                report.counts["records"] += 1
                try:
                    envelope, actual = open_envelope(note, keys[chain, epoch])
                except (Bad, KeyError, ValueError) as bad:
                    report.fault(where, bad.args[0] if isinstance(bad, Bad) else "bad-envelope", chain=chain, seq=seq)
                    continue
                if (actual, envelope["seq"], envelope["id"], envelope["chain"]) != (text_hash, seq, record, chain):
                    report.fault(where, "row-differs-from-envelope", chain=chain, seq=seq)
                epochs.setdefault(epoch, []).append((seq, envelope["prev"], actual))
                records[text_hash] = record
                if record in ids:
                    report.fault(where, "duplicate-id", id=record)
                if body is None:
                    if not erased:
                        report.fault(where, "missing-content", chain=chain, seq=seq)
                    ids[record] = set()
                    continue
                if sha256(body) != stored:
                    report.fault(where, "bad-body", chain=chain, seq=seq)
                if sealed:
                    opaque = True
                    ids[record] = set()
                    if not body.startswith(AGE):
                        report.fault(where, "not-sealed", chain=chain, seq=seq)
                    continue
                named, named_parts = check_clear_body(report, where, body, envelope, text_hash)
                ids[record] = set(named)
                media.update(named)
                parts.update(named_parts)
                if chain == "open":
                    report.fault(where, "not-sealed", chain=chain, seq=seq)
            for epoch, rows in epochs.items():
                check_chain(report, where, device_name(keys[chain, epoch]), rows)
        stored_parts = {row[0] for row in database.rows("SELECT sha256 FROM sealed_part")}
        for digest in set(parts) - stored_parts:
            report.fault(where, "missing-content", sha256=digest.hex())
        check_parts(report, where, database, None if opaque else parts)
        check_media(report, where, folder, media)
        # The projections and the outbox know each record, and nothing else.
        for table in ("record", "outbox"):
            rows = {row[0] for row in database.rows(f"SELECT text_hash FROM {table}")}
            for missing in set(records) - rows:
                report.fault(where, "not-in-" + table, id=records[missing])
            for extra in rows - set(records):
                report.fault(where, "half-record", table=table, record=extra.hex())
        if not held_back and records and any(ids.values()):
            report.fault(where, "half-record", table="needed")
        check_claims(report, where, database, folder, records)
    for item in acknowledged:
        report.counts["acknowledged"] += 1
        if item["id"] not in ids:
            report.fault(where, "acknowledged-and-lost", id=item["id"])
        elif "sha256" in item and bytes.fromhex(item["sha256"]) not in ids[item["id"]]:
            report.fault(where, "acknowledged-and-half", id=item["id"])
    for name in os.listdir(os.path.join(folder, "media", "tmp")) if os.path.isdir(os.path.join(folder, "media", "tmp")) else ():
        if name.startswith(".put-"):
            report.fault(where, "half-file", file=name)
    return records


def check_claims(report, where, database, folder, records):
    """«Recibido» is a proof of the envelope and a holding note for every content."""
    received = database.rows("SELECT text_hash, proof_index, proof, proof_size FROM outbox WHERE state IN ('received', 'published')")
    path = os.path.join(folder, "town.json")
    if not received and not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as file:
        code = json.load(file)["enrolment"].split(":", 1)[1]
    town = json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
    log, http = verifier(town["log"]), verifier(town["http"])
    roots = {}
    for size, root, note in database.rows("SELECT size, root, note FROM checkpoint"):
        try:
            if open_checkpoint(note, *log) != (size, root):
                raise Bad("bad-checkpoint")
            roots[size] = root
        except Bad as bad:
            report.fault(where, bad.args[0], size=size)
    notes = {}
    for digest, note in database.rows("SELECT sha256, note FROM holding_note"):
        try:
            lines = open_note(note, *http).decode().split("\n")
            if lines[0] != "testigo-holding v1" or lines[1] != log[0] or sha256(note) != digest:
                raise Bad("bad-receipt")
            notes[digest] = {line.split(" ")[0]: int(line.split(" ")[1]) for line in lines[3:] if line}
        except Bad as bad:
            report.fault(where, bad.args[0], note=digest.hex())
    held = {}
    for digest, size, note in database.rows("SELECT sha256, bytes, note FROM holding"):
        if notes.get(note, {}).get(digest.hex()) != size:
            report.fault(where, "bad-receipt", sha256=digest.hex())
        held[digest] = size
    bodies = dict(database.rows("SELECT text_hash, note FROM journal_field UNION ALL SELECT text_hash, note FROM journal_open"))
    for text_hash, index, proof, size in received:
        hashes = [proof[i:i + 32] for i in range(0, len(proof or b""), 32)]
        if index is None or size not in roots or text_hash not in bodies \
                or not included(leaf_hash(bodies[text_hash]), index, size, hashes, roots[size]):
            report.fault(where, "received-without-proof", id=records.get(text_hash))
        for (needed,) in database.rows("SELECT sha256 FROM needed WHERE text_hash = ?", text_hash):
            if needed not in held:
                report.fault(where, "received-and-not-held", id=records.get(text_hash), sha256=needed.hex())


# --- central ---

def load_public(folder, file):
    with open(os.path.join(folder, "keys", file), encoding="utf-8") as key:
        kind, name, seed = key.read().split()
    if kind != "TESTIGO-KEY-1":
        raise Bad("bad-key")
    raw = Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)).public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return name, raw


def check_central(report, folder, forks=False):
    """Returns the log: text hash → index. With `forks` a fork that is flagged is no fault."""
    where = "central"
    log = {}
    chains, media, derived = {}, {}, {}
    with Database(folder) as database:
        if database.rows("PRAGMA integrity_check") != [("ok",)]:
            report.fault(where, "damaged-database")
        name, public = load_public(folder, "log.key")
        records_name, records_public = load_public(folder, "records.key")
        keys = {row[0]: row[1] for row in database.rows("SELECT name, public_key FROM device")}
        keys[records_name] = records_public
        bodies = dict(database.rows("SELECT text_hash, bytes FROM body"))
        buried = {row[0] for row in database.rows("SELECT sha256 FROM tombstone")}
        leaves, parts = [], {}
        for index, text_hash, note, device, chain, seq, record, fork, state in database.rows(
                "SELECT idx, text_hash, note, device, chain, seq, id, fork, body_state FROM leaf ORDER BY idx"):
            report.counts["leaves"] += 1
            if index != len(leaves):
                report.fault(where, "gap-in-log", index=index)
            leaves.append(leaf_hash(note))
            if text_hash in log:
                report.fault(where, "duplicate", index=index)
            log[text_hash] = index
            try:
                envelope, actual = open_envelope(note, keys[device])
            except (Bad, KeyError, ValueError) as bad:
                report.fault(where, bad.args[0] if isinstance(bad, Bad) else "bad-envelope", index=index)
                continue
            if (actual, envelope["seq"], envelope["id"], envelope["chain"]) != (text_hash, seq, record, chain):
                report.fault(where, "row-differs-from-envelope", index=index)
            chains.setdefault(device, []).append((seq, envelope["prev"], actual, fork))
            if state == "missing":
                report.fault(where, "missing-content", index=index, id=record)
            elif state == "erased":
                continue
            elif text_hash not in bodies:
                report.fault(where, "missing-content", index=index, id=record)
            else:
                named, named_parts = check_clear_body(report, where, bodies[text_hash], envelope, text_hash)
                media.update(named)
                parts.update(named_parts)
                if device == records_name:
                    derived.update({bytes.fromhex(d["sha256"]): d["bytes"] for d in json.loads(bodies[text_hash]).get("derivatives", [])})
        for extra in set(bodies) - set(log):
            report.fault(where, "half-record", record=extra.hex())
        for device, rows in chains.items():
            rows.sort(key=lambda row: (row[0], log[row[2]]))
            numbers = [row[0] for row in rows]
            forked = {row[0] for row in rows if numbers.count(row[0]) > 1}
            if any(bool(row[3]) != (row[0] in forked) for row in rows):
                report.fault(where, "fork-not-flagged", device=device)
            if not forks or not forked:
                check_chain(report, where, device, [row[:3] for row in rows])
            elif sorted(set(numbers)) != list(range(1, max(numbers) + 1)):
                report.fault(where, "gap", device=device)
        stored_parts = {row[0] for row in database.rows("SELECT sha256 FROM part")}
        for digest in set(parts) - stored_parts - buried:
            report.fault(where, "missing-content", sha256=digest.hex())
        check_parts(report, where, database, parts)
        # Pictures made for the public are named by acceptances; they may be gone again after a retirement.
        check_media(report, where, folder, {**derived, **media}, buried | set(derived))
        held = dict(database.rows("SELECT sha256, bytes FROM holding"))
        for digest, size in held.items():
            if media.get(digest) != size:
                report.fault(where, "held-without-record", sha256=digest.hex())
        checkpoints = database.rows("SELECT size, note FROM checkpoint ORDER BY size")
        for size, note in checkpoints:
            try:
                if open_checkpoint(note, name, public) != (size, root_of(leaves[:size])) or size > len(leaves):
                    raise Bad("bad-root")
            except Bad as bad:
                report.fault(where, bad.args[0], size=size)
        if not checkpoints or checkpoints[-1][0] != len(leaves):
            report.fault(where, "leaves-without-checkpoint", leaves=len(leaves))
    return log


def check_both(report, tablets, log, everything=True):
    """What tablets have is at central, each once; and nothing that nobody has (but central's own, which no tablet has)."""
    for records in tablets:
        for text_hash, record in records.items():
            if everything and text_hash not in log:
                report.fault("both", "not-at-central", id=record)


def main():
    tablets, central, acknowledged = [], None, []
    arguments = sys.argv[1:]
    while arguments:
        option, value = arguments.pop(0), arguments.pop(0) if arguments else ""
        if option == "--tablet":
            tablets.append(value)
        elif option == "--central":
            central = value
        elif option == "--acknowledged":
            with open(value, encoding="utf-8") as file:
                acknowledged = [row for row in map(json.loads, file) if "id" in row]
        else:
            print(__doc__, file=sys.stderr)
            sys.exit(2)
    report = Report()
    found = [check_tablet(report, folder, acknowledged) for folder in tablets]
    if central:
        check_both(report, found, check_central(report, central))
    for fault in report.faults:
        print(json.dumps(fault))
    print(json.dumps({**report.counts, "faults": len(report.faults)}))
    sys.exit(5 if report.faults else 0)


if __name__ == "__main__":
    main()
