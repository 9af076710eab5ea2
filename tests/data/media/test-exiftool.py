#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our reading of EXIF against exiftool's, and what exiftool finds in public derivatives: nothing but how to show pixels.

usage: test-exiftool.py MEDIA-TOOL TESTIGO-DERIVE TESTIGO-DRAW
"""

import json
import pathlib
import subprocess
import sys
import tempfile

TOOL, WORKER, DRAW = sys.argv[1:4]

# All that a public file may say: how it is coded and how large it is.
STRUCTURE = {
    "SourceFile", "ExifTool:ExifToolVersion", "File:FileName", "File:Directory", "File:FileSize", "File:FileModifyDate",
    "File:FileAccessDate", "File:FileInodeChangeDate", "File:FilePermissions", "File:FileType", "File:FileTypeExtension",
    "File:MIMEType", "File:ImageWidth", "File:ImageHeight", "File:EncodingProcess", "File:BitsPerSample",
    "File:ColorComponents", "File:YCbCrSubSampling", "JFIF:JFIFVersion", "JFIF:ResolutionUnit", "JFIF:XResolution",
    "JFIF:YResolution", "RIFF:VP8Version", "RIFF:ImageWidth", "RIFF:ImageHeight", "RIFF:HorizontalScale", "RIFF:VerticalScale",
    "Composite:ImageSize", "Composite:Megapixels",
}

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


def exiftool(files, *options):
    out = subprocess.run(["exiftool", "-json", "-n", "-G0", *options, *map(str, files)], check=True, timeout=120,
                         stdout=subprocess.PIPE).stdout
    return json.loads(out)


def ours(files):
    out = subprocess.run([TOOL, "dump", *map(str, files)], check=True, timeout=120, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in out.splitlines()]


def differences(we, they):
    size = str(they["Composite:ImageSize"]).replace("x", " ").split()
    when = they.get("Composite:GPSDateTime")
    pairs = {
        "mime": they["File:MIMEType"],
        "width": int(size[0]),
        "height": int(size[1]),
        "orientation": they.get("EXIF:Orientation", 1),
        "make": they.get("EXIF:Make"),
        "model": they.get("EXIF:Model"),
        "taken": they.get("EXIF:DateTimeOriginal"),
        "offset": they.get("EXIF:OffsetTimeOriginal"),
        "gps_time": when and when.replace(":", "-", 2).replace(" ", "T"),
        "latitude": they.get("Composite:GPSLatitude"),
        "longitude": they.get("Composite:GPSLongitude"),
        "altitude": they.get("Composite:GPSAltitude"),
        "accuracy": they.get("EXIF:GPSHPositioningError"),
        "direction": they.get("EXIF:GPSImgDirection"),
        "magnetic": they.get("EXIF:GPSImgDirectionRef", "T") == "M",
        "damaged": False,
    }
    for name, theirs in pairs.items():
        mine = we.get(name)
        if isinstance(theirs, float) or isinstance(mine, float):
            # exiftool writes some numbers as strings.
            same = mine is not None and theirs is not None and abs(mine - float(theirs)) < 1e-8
        else:
            same = (str(mine) == str(theirs)) if name in ("make", "model") else mine == theirs
        if not same:
            yield f"{name}: ours {mine!r}, exiftool {theirs!r}"


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    pictures = folder / "pictures"
    pictures.mkdir()
    subprocess.run([TOOL, "write", str(pictures)], check=True, timeout=60)
    drawn = folder / "drawn.jpg"
    subprocess.run([DRAW, "--scene", "bridge", "--phase", "durante", "--seed", "4", "--width", "2000", "--height", "1500",
                    "--lat", "7.119312", "--lon=-73.122734", "--alt", "959.4", "--accuracy", "4.5", "--direction", "211.5",
                    "--orientation", "6", "--taken-at", "2026-03-27T10:04:05-05:00", "--out", str(drawn)],
                   check=True, timeout=60)
    files = sorted(pictures.iterdir()) + [drawn]
    ok(len(files) > 40, "more than forty pictures")
    for path, we, they in zip(files, ours(files), exiftool(files)):
        wrong = list(differences(we, they))
        ok(they["SourceFile"] == str(path) and not wrong, f"{path.name} reads as exiftool reads it", "\n".join(wrong))
    shot = ours([drawn])[0]
    ok(abs(shot["latitude"] - 7.119312) < 1e-7 and abs(shot["longitude"] + 73.122734) < 1e-7
       and shot["gps_time"] == "2026-03-27T15:04:05Z" and shot["offset"] == "-05:00",
       "the drawer writes what it was told", shot)

    # Public files: made from one of each format with everything in it.
    public = folder / "public"
    public.mkdir()
    tagged = [next(p for p in files if p.suffix == suffix) for suffix in (".jpg", ".png", ".webp", ".tif")] + [drawn]
    full = folder / "full.jpg"
    subprocess.run(["exiftool", "-q", "-o", str(full), "-IPTC:City=Canario", "-XMP:Creator=Canario", "-Comment=Canario",
                    f"-ThumbnailImage<={tagged[0]}", "-SerialNumber=CANARIO-1", str(drawn)], check=True, timeout=60)
    before = b"CANARIO-1" in full.read_bytes() and b"Canario" in full.read_bytes()
    ok(before, "the original carries what must not come out")
    for path in tagged + [full]:
        subprocess.run([TOOL, "derive", WORKER, str(path), str(public)], check=True, timeout=120)
    made = sorted(public.iterdir())
    ok(len(made) >= 6 + 4, "derivatives were made", [p.name for p in made])
    for path, tags in zip(made, exiftool(made, "-a", "-u")):
        ok(set(tags) <= STRUCTURE, f"{path.name} says nothing but how to show it", sorted(set(tags) - STRUCTURE))
        data = path.read_bytes().lower()
        ok(not any(word in data for word in (b"canario", b"exif", b"acme", b"testigo", b"http")),
           f"{path.name} holds no canary")
    widths = {p.name: t.get("File:ImageWidth", t.get("RIFF:ImageWidth")) for p, t in zip(made, exiftool(made))}
    ok(widths.get("drawn.jpg-960.jpg") == 960 and widths.get("drawn.jpg-480.jpg") == 480
       and widths.get("drawn.jpg-480.webp") == 480 and "drawn.jpg-1920.jpg" in widths, "the sizes are those that are published", widths)

print(f"1..{count}")
sys.exit(1 if failed else 0)
