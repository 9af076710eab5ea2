#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""age(1) opens what we seal, and we open what age(1) seals. Argument: the seal tool."""
import os
import subprocess
import sys
import tempfile

TOOL = sys.argv[1]
SIZES = [0, 1, 65535, 65536, 65537, 1 << 20]
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
    ours = [os.path.join(folder, f"nuestra{i}") for i in range(3)]
    recipients = [run(TOOL, "keygen", path).stdout.decode().strip() for path in ours]
    theirs = os.path.join(folder, "suya")
    run("age-keygen", "-o", theirs)
    recipients.append(run("age-keygen", "-y", theirs).stdout.decode().strip())
    check(run("age-keygen", "-y", ours[0]).stdout.decode().strip() == recipients[0], "age-keygen reads our key file")

    keys = ours + [theirs]
    for size in SIZES:
        plain = os.urandom(size)
        for how in ("mem", "fd"):
            sealed = run(TOOL, "seal", how, *recipients, data=plain).stdout
            opened = [run("age", "-d", "-i", key, data=sealed).stdout for key in keys]
            check(len(sealed) > size and all(o == plain for o in opened), f"age opens ours, {size} bytes, {how}")
        arguments = [a for r in recipients for a in ("-r", r)]
        sealed = run("age", *arguments, data=plain).stdout
        for how in ("mem", "fd"):
            answers = [run(TOOL, "open", how, key, data=sealed) for key in keys]
            check(all(a.returncode == 0 and a.stdout == plain for a in answers), f"we open age's, {size} bytes, {how}")

    sealed = run("age", "-r", recipients[3], data=b"carta").stdout
    answer = run(TOOL, "open", "mem", ours[0], data=sealed)
    check(answer.returncode == 1 and answer.stderr == b"locked\n" and answer.stdout == b"", "not for us: locked")
    answer = run(TOOL, "open", "mem", theirs, data=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    check(answer.returncode == 1 and answer.stderr == b"hash-mismatch\n" and answer.stdout == b"", "altered: refused")
    sealed = run(TOOL, "seal", "mem", recipients[3], data=b"carta").stdout
    answer = run("age", "-d", "-i", theirs, data=sealed[:-1] + bytes([sealed[-1] ^ 1]))
    check(answer.returncode != 0 and answer.stdout == b"", "age refuses ours when altered")
print(f"1..{count}")
sys.exit(1 if failed else 0)
