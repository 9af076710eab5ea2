#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop reads of us is well formed, and every text for people is in the catalogues. Argument: the source
folder. TAP."""
import configparser
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(sys.argv[1])
APP = ROOT / "app"
number = 0
failed = 0


def check(what, done, detail=""):
    global number, failed
    number += 1
    failed += not done
    print(f"{'ok' if done else 'not ok'} {number} - {what}")
    for line in detail.splitlines() if not done else []:
        print("#", line)


def run(*words):
    done = subprocess.run(list(map(str, words)), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0, done.stdout


def yaml_tree(text):
    """The small part of YAML that the manifest uses, for want of a parser: maps, lists, plain scalars, two spaces a level."""
    for n, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            if "\t" in line or (len(line) - len(line.lstrip())) % 2:
                raise ValueError(f"line {n}: indentation")
            if not re.match(r"^\s*(- )?('?[\w*./-]+'?:( .+)?|- .+|-?\S.*)$", line):
                raise ValueError(f"line {n}: {line}")
    return text


print("1..9")
check("the desktop entry validates", *run("desktop-file-validate", APP / "co.testigo.Testigo.desktop"))
entry = configparser.ConfigParser(interpolation=None, delimiters="=")
entry.optionxform = str
entry.read(APP / "co.testigo.Testigo.desktop", "utf-8")
values = entry["Desktop Entry"]
check("and speaks Spanish and English", all(f"{k}[en]" in values and values[k] != values[f"{k}[en]"]
                                             for k in ("GenericName", "Comment", "Keywords")))
check("the metainfo validates", *run("appstreamcli", "validate", "--no-net", APP / "co.testigo.Testigo.metainfo.xml"))
info = ElementTree.parse(APP / "co.testigo.Testigo.metainfo.xml").getroot()
version = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text("utf-8")).group(1)
check("and knows this version", any(r.get("version") == version for r in info.iter("release")), version)
check("each icon is a picture", all(ElementTree.parse(p).getroot().tag.endswith("svg") for p in (APP / "icons").glob("*.svg")))

manifest = (ROOT / "flatpak" / "co.testigo.Testigo.yml").read_text("utf-8")
try:
    try:
        import yaml
        tree = yaml.safe_load(manifest)
        good = tree["id"] == info.findtext("id") and tree["command"] == values["Exec"] and tree["modules"][-1]["name"] == "testigo"
    except ImportError:
        yaml_tree(manifest)
        good = f"id: {info.findtext('id')}\n" in manifest and f"command: {values['Exec']}\n" in manifest
    detail = ""
except ValueError as error:
    good, detail = False, str(error)
check("the Flatpak manifest can be read and is of this program", good, detail)

# --- translations ---
sources = sorted(p for folder in ("app", "ui/format", "ui/kiosk", "ui/widgets") for p in (ROOT / folder).iterdir()
                 if p.suffix in (".c", ".ui"))
texts = [p for p in sources if re.search(r'(_|ngettext) ?\("|translatable="yes"', p.read_text("utf-8"))]
listed = set((ROOT / "po" / "POTFILES").read_text("utf-8").split())
missing = [str(p.relative_to(ROOT)) for p in texts if str(p.relative_to(ROOT)) not in listed]
check("POTFILES lists every source with texts (po/update does it)", not missing, "\n".join(missing))
with tempfile.TemporaryDirectory() as folder:
    template, merged = pathlib.Path(folder) / "t.pot", pathlib.Path(folder) / "en.po"
    run("xgettext", "--from-code=UTF-8", "-k_", "-kN_", "-kngettext:1,2", "-kC_:1c,2", "-o", template, *texts)
    run("msgmerge", "-q", "--no-fuzzy-matching", "-o", merged, ROOT / "po" / "en.po", template)
    left = run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", merged)[1]
    untranslated = re.findall(r'^msgid "(.+)"$', left, re.M)
    check("English is complete", not untranslated, "\n".join(untranslated))
    good, said = run("msgfmt", "--check-format", "-o", "/dev/null", ROOT / "po" / "en.po")
    check("and its placeholders are those of the Spanish", good, said)
sys.exit(1 if failed else 0)
