#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One attendance sheet from two tablets at the same event: what each wrote down, corrected and withdrew is one sheet at central, which only the officer's key
opens. test-two-kiosks.py CENTRAL TESTIGOCTL"""
import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "faults")]
from harness import Bench, Tools

Tools.central, Tools.ctl = map(os.path.abspath, sys.argv[1:3])
number = 0
failed = False
PEOPLE = {"Persona Inventada Uno": "900001", "Persona Inventada Dos": "900002", "Persona Inventada Tres": "900003", "Persona Inventada Cuatro": "900004"}


def check(name, truth, *told):
    global number, failed
    number += 1
    failed = failed or not truth
    print(f"{'ok' if truth else 'not ok'} {number} - {name}", flush=True)
    if not truth:
        print("#", *told, flush=True)


def line(name):
    return json.dumps({"full_name": name, "id_type": "CC", "id_no": PEOPLE[name], "consent": {"data": True}})


def attend(tablet, event, *names):
    return [row["id"] for row in tablet.add("attendance", "add", "--event", event, "-", stdin="\n".join(map(line, names)) + "\n").rows if "id" in row]


def files(folder):
    for root, _, names in os.walk(folder):
        for path in (os.path.join(root, name) for name in names):
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    yield path, file.read()


def identities(folder):
    return [path for path, data in files(folder) if b"AGE-SECRET-KEY-1" in data]


def main():
    with Bench() as bench:
        one, two = bench.tablet("kiosco-1"), bench.tablet("kiosco-2")
        event = one.begin()
        two.ctl("init", "--name", two.name)
        two.ctl("enrol", bench.code(two.name))
        joined = two.ctl("event", "join", one.ctl("event", "show", event).last["join"]).last["id"]
        check("the second tablet joins the same event", joined == event, joined)

        first = attend(one, event, "Persona Inventada Uno", "Persona Inventada Dos")
        # Who comes to both doors stands on both tablets: a name is never compared across them.
        second = attend(two, event, "Persona Inventada Tres", "Persona Inventada Uno", "Persona Inventada Cuatro")
        one.add("amend", first[1], "full_name=Persona Corregida Dos")
        two.add("withdraw", second[2])
        for tablet in (one, two):
            tablet.sync()
        for tablet in (one, two):
            tablet.ctl("event", "close", event)
            last = tablet.sync().last
            check(f"{tablet.name}: central holds all of it", last["pending"] == 0 and last["set_aside"] == 0, last)

        keys = [path for path in identities(bench.folder) if not path.startswith(bench.data + os.sep)]
        check("officer's and escrow's identities lie outside central's folder", len(keys) == 2, keys)
        for path in keys:
            rows = [row for row in bench.admin("unseal", "--identity", path, "--event", event).rows if row.get("kind") == "attendance"]
            people = [row["person"] for row in rows if row["state"] != "withdrawn"]
            names = sorted(person["full_name"] for person in people)
            check(f"one sheet, with what was corrected and without who withdrew ({os.path.basename(path)})",
                  names == ["Persona Corregida Dos", "Persona Inventada Tres", "Persona Inventada Uno", "Persona Inventada Uno"], [(row["state"], row["person"]["full_name"]) for row in rows])
            gone = [row["person"]["full_name"] for row in rows if row["state"] == "withdrawn"]
            check("who withdrew is told apart until it is erased", gone == ["Persona Inventada Cuatro"], gone)
        documents = sorted(person.get("id_no", "") for person in people)
        check("the officer sees that a document stands there twice", documents.count("900001") == 2, documents)

        bench.stop()
        given = (b"Inventada", b"Corregida", b"90000")
        found = [path for place in (one.store, two.store, bench.data) for path, data in files(place) if any(text in data for text in given)]
        check("no name stands in clear on either tablet or at central", not found, found)
        bench.check()
        check("the checker finds nothing wrong", True)
    print(f"1..{number}")
    sys.exit(1 if failed else 0)


main()
