#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The EXIF that we write, read by three programs that share no code with us: exiftool, exiv2 and gdk-pixbuf; the picture data untouched.

usage: test-exif-readers.py MEDIA-TOOL TESTIGO-DRAW
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf  # noqa: E402

TOOL, DRAW = sys.argv[1:3]
count = 0
failed = 0


def ok(condition, name, detail=""):
    global count, failed
    count += 1
    if not condition:
        failed += 1
        for line in str(detail).splitlines():
            print("#", line)
    print(f"{'ok' if condition else 'not ok'} {count} - {name}", flush=True)


def run(*command):
    return subprocess.run([str(part) for part in command], timeout=60, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


with tempfile.TemporaryDirectory(prefix="testigo-exif-") as folder:
    folder = pathlib.Path(folder)
    source, bare, written = folder / "drawn.jpg", folder / "bare.jpg", folder / "written.jpg"
    run(DRAW, "--scene", "bridge", "--phase", "durante", "--seed", "4", "--width", "2000", "--height", "1500", "--taken-at",
        "2026-03-27T10:04:05-05:00", "--out", source)
    run("exiftool", "-all=", "-o", bare, source)
    ok(run(TOOL, "exif-write", bare, written).returncode == 0, "an EXIF block is spliced in")

    told = json.loads(run("exiftool", "-json", "-n", "-G1", written).stdout)[0]
    wanted = {
        "ExifIFD:DateTimeOriginal": "2026:03:27 10:06:05", "ExifIFD:OffsetTimeOriginal": "-05:00", "IFD0:Software": "Testigo 0",
        "ExifIFD:ImageUniqueID": "00112233445566778899aabbccddeeff", "IFD0:Model": "Invented Cam", "IFD0:Orientation": 1,
        "GPS:GPSLatitudeRef": "S", "GPS:GPSLongitudeRef": "W", "GPS:GPSDateStamp": "2026:03:27", "GPS:GPSImgDirection": 271.5, "GPS:GPSImgDirectionRef": "T",
        "GPS:GPSHPositioningError": 4.5, "GPS:GPSAltitude": 96.25, "GPS:GPSProcessingMethod": "GPS",
    }
    wrong = {name: told.get(name) for name, value in wanted.items() if told.get(name) != value}
    ok(not wrong, "exiftool reads what was written", wrong)
    ok(abs(told["Composite:GPSLatitude"] + 4.2153) < 1e-7 and abs(told["Composite:GPSLongitude"] + 69.9406) < 1e-7,
       "exiftool reads the place", told)
    by_compass = folder / "compass.jpg"
    run(TOOL, "exif-write", bare, by_compass, "magnetic")
    told = json.loads(run("exiftool", "-json", "-n", "-G1", by_compass).stdout)[0]
    north = run("exiv2", "-K", "Exif.GPSInfo.GPSImgDirectionRef", "-Pv", "print", by_compass).stdout.decode().strip()
    ok(told.get("GPS:GPSImgDirectionRef") == "M" and told.get("GPS:GPSImgDirection") == 271.5 and north == "M",
       "where a compass says that it looks is told from magnetic north", f"{told} {north}")
    check = run("exiftool", "-validate", "-warning", "-a", written).stdout.decode()
    ok("Validate" in check and "OK" in check, "exiftool finds the block valid", check)

    exiv2 = run("exiv2", "-PEkv", "print", written)
    lines = {line.split(None, 1)[0]: line.split(None, 1)[1].strip() for line in exiv2.stdout.decode("latin-1").splitlines() if " " in line}
    wanted = {"Exif.Photo.DateTimeOriginal": "2026:03:27 10:06:05", "Exif.Photo.OffsetTimeOriginal": "-05:00",
              "Exif.GPSInfo.GPSLatitude": "4/1 12/1 5508000/100000", "Exif.GPSInfo.GPSLatitudeRef": "S",
              "Exif.Image.Software": "Testigo 0", "Exif.Image.Orientation": "1"}
    wrong = {name: lines.get(name) for name, value in wanted.items() if lines.get(name) != value}
    ok(exiv2.returncode == 0 and exiv2.stderr == b"" and not wrong, "exiv2 reads it without a warning", f"{wrong} {exiv2.stderr}")

    before, after = (GdkPixbuf.Pixbuf.new_from_file(str(path)) for path in (bare, written))
    ok(before.get_pixels() == after.get_pixels(), "gdk-pixbuf decodes the same pixels")
    ok(after.get_option("orientation") == "1", "gdk-pixbuf reads the orientation", after.get_options())
    scan = [path.read_bytes() for path in (bare, written)]
    scan = [data[data.index(b"\xff\xda"):] if b"\xff\xda" not in data[:2] else b"" for data in scan]
    ok(scan[0] == scan[1], "the entropy-coded bytes are the same")
    stripped = folder / "stripped.jpg"
    run("exiftool", "-all=", "-o", stripped, written)
    ok(stripped.read_bytes() == bare.read_bytes(), "taken out again, the file is the one it was")
print(f"1..{count}")
sys.exit(1 if failed else 0)
