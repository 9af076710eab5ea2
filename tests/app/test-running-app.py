#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""While the app holds a data folder, testigoctl status, list and sync work through it and everything else ends with 3. Runs on a display and a
session bus of its own (tests/support/display-run). TAP."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TESTIGO, CTL = sys.argv[1:3]
DEADLINE_S = 60
number = 0


def check(what, done):
    global number
    number += 1
    print(f"{'ok' if done else 'not ok'} {number} - {what}", flush=True)
    if not done:
        failed.append(what)


failed = []


def ctl(*words):
    done = subprocess.run([CTL, "--store", store, "--json", *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=DEADLINE_S, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-running-"))
store = str(folder / "tableta")
environment = dict(os.environ, XDG_CACHE_HOME=str(folder / "cache"), XDG_DATA_HOME=str(folder / "data"))
app = None
try:
    print("1..10")
    code, rows = ctl("init", "--name", "tableta-07")
    event = ctl("event", "open", "--type", "visita_obra", "--title", "Visita al puente")[1][-1]["id"]
    before = ctl("status")[1][-1]
    app = subprocess.Popen([TESTIGO, "--store", store], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    until = time.monotonic() + DEADLINE_S
    # First the folder is free, then taken, then the app answers for it.
    while time.monotonic() < until:
        if ctl("event", "list")[0] == 3 and ctl("status")[0] == 0:
            break
        time.sleep(.5)
    code, rows = ctl("status")
    check("status works through the app", code == 0 and len(rows) == 1)
    check("and says what it said before", rows and {k: rows[0][k] for k in ("saved", "received", "set_aside", "held")}
          == {k: before[k] for k in ("saved", "received", "set_aside", "held")})
    code, rows = ctl("list", "records")
    check("list works through the app", code == 0 and len(rows) >= 2 and any(r.get("event") == event for r in rows))
    code, rows = ctl("list", "photos", "--event", event)
    check("list of one event", code == 0 and rows == [])
    code, rows = ctl("sync")
    summary = rows[-1] if rows else {}
    wanted = {"records_sent", "media_sent", "bytes_sent", "bytes_resent", "pending", "held", "set_aside"}
    check("sync gives the members of testigoctl sync", wanted <= set(summary))
    check("and says why nothing went", code != 0 and any(r.get("code") == "not-enrolled" for r in rows))
    code, rows = ctl("event", "open", "--type", "visita_obra", "--title", "Otra")
    check("other commands end with 3", code == 3)
    check("and say store-in-use", any(r.get("code") == "store-in-use" for r in rows))
    app.send_signal(signal.SIGTERM)
    app.wait(DEADLINE_S)
    errors = app.stderr.read().decode("utf-8", "replace")
    check("the app wrote no critical message", "CRITICAL" not in errors)
    for line in errors.splitlines():
        if "CRITICAL" in line or "WARNING" in line:
            print("#", line)
    app = None
    code, rows = ctl("event", "list")
    check("the folder is free again and whole", code == 0 and ctl("verify", "--deep")[0] == 0)
finally:
    if app is not None:
        app.kill()
        app.wait()
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(1 if failed else 0)
