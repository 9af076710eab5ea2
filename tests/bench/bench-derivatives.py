#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is published of a 12-megapixel JPEG: 480, 960 and 1920 pixels wide, each as JPEG and as WebP. Ours with its sandbox, one for each picture, as central
makes them, against vipsthumbnail (Debian: libvips-tools) making the same six files with the same qualities; one core each, alternately in one run.

usage: bench-derivatives.py MEDIA-TOOL TESTIGO-DERIVE TESTIGO-DRAW [LIMIT]; fails when ours is less than LIMIT times as fast (default 1.0)
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TOOL, WORKER, DRAW = sys.argv[1:4]
LIMIT = float(sys.argv[4]) if len(sys.argv) > 4 else 1.0
PICTURES, ROUNDS = 6, 3
# The qualities of data/media/tst-derive.c, the encoder's effort of data/media/tst-encode-webp.c, no metadata.
FORMATS = ("jpg[Q=82,optimize_coding,strip]", "webp[Q=76,effort=3,strip]")


def seconds(*commands):
    """On one core, children's children included: what a sandbox costs is in it."""
    start = time.monotonic()
    for command in commands:
        subprocess.run(["taskset", "-c", "0", *command], check=True, env={**os.environ, "VIPS_CONCURRENCY": "1"}, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


with tempfile.TemporaryDirectory(prefix="testigo-derivatives-") as folder:
    folder = pathlib.Path(folder)
    files = []
    for number in range(PICTURES):
        path = folder / f"IMG_{number:04d}.jpg"
        subprocess.run([DRAW, "--scene", "bridge", "--phase", "durante", "--seed", str(number), "--width", "4000", "--height", "3000", "--taken-at",
                        "2026-03-27T10:04:05-05:00", "--out", str(path)], check=True)
        files.append(str(path))
    for name in ("ours", "theirs"):
        (folder / name).mkdir()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds([TOOL, "derivatives", WORKER, str(folder / "ours"), *files]))
        theirs.append(seconds(*(["vipsthumbnail", "--size", f"{width}x", "-o", f"{folder}/theirs/%s-{width}.{kind}", *files]
                                for kind in FORMATS for width in (480, 960, 1920))))
    made = {name: sorted((folder / name).iterdir()) for name in ("ours", "theirs")}
    assert all(len(list_) == 6 * PICTURES for list_ in made.values()), made
    sizes = {name: {kind: sum(p.stat().st_size for p in list_ if p.suffix == kind) // PICTURES // 1024 for kind in (".jpg", ".webp")} for name, list_ in made.items()}
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(f"{PICTURES} JPEGs of 12 MP to six files each on one core, medians of {ROUNDS}: ours, sandbox included, {6 * PICTURES / mine:.1f} files/s, "
          f"vipsthumbnail {6 * PICTURES / peer:.1f} files/s, ratio {peer / mine:.2f}; KiB of a picture in three widths: {sizes}; load {os.getloadavg()[0]:.1f}")
    sys.exit(0 if peer / mine >= LIMIT else 1)
