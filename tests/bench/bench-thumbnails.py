#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thumbnails of 12-megapixel JPEGs at 720 pixels, ours against vipsthumbnail (Debian: libvips-tools), one core each, alternately in one run.

usage: bench-thumbnails.py MEDIA-TOOL TESTIGO-DRAW [LIMIT]; fails when ours is less than LIMIT times as fast (default 1.0; the aim is 1.3)
"""

import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

TOOL, DRAW = sys.argv[1:3]
LIMIT = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
PICTURES, ROUNDS, WIDTH = 8, 5, 720


def run(command):
    """Wall and processor seconds of a command on one core."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(["taskset", "-c", "0", *command], check=True, env={**os.environ, "VIPS_CONCURRENCY": "1"}, stdout=subprocess.DEVNULL)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


with tempfile.TemporaryDirectory(prefix="testigo-thumbnails-") as folder:
    folder = pathlib.Path(folder)
    files = []
    for number in range(PICTURES):
        path = folder / f"IMG_{number:04d}.jpg"
        subprocess.run([DRAW, "--scene", "bridge", "--phase", "durante", "--seed", str(number), "--width", "4000", "--height", "3000", "--taken-at",
                        "2026-03-27T10:04:05-05:00", "--out", str(path)], check=True)
        files.append(str(path))
    (folder / "ours").mkdir()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(run([TOOL, "thumbnails", str(folder / "ours"), str(WIDTH), *files])[1])
        theirs.append(run(["vipsthumbnail", "--size", f"{WIDTH}x", "-o", "small_%s.jpg[Q=75]", *files])[1])
    mine, peer = statistics.median(ours), statistics.median(theirs)
    print(f"{PICTURES} JPEGs of 12 MP to {WIDTH} px, processor time of one core, medians of {ROUNDS}: ours {PICTURES / mine:.1f}/s, "
          f"vipsthumbnail {PICTURES / peer:.1f}/s, ratio {peer / mine:.2f}")
    sys.exit(0 if peer / mine >= LIMIT else 1)
