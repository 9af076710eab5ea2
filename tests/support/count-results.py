#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the cases in Meson's JUnit file and prints "N passed, N failed"; skipped cases count as failed, since nothing
may be skipped once tests/run has installed what the tests need."""
import sys
import xml.etree.ElementTree



def reasons(suite):
    """The lines of a failed program that say why: those after "not ok"."""
    why = False
    for line in "\n".join(out.text or "" for out in suite.iter("system-out")).splitlines():
        if line.startswith(("ok", "not ok")):
            why = line.startswith("not")
        elif why and line.startswith("#"):
            yield line


passed = failed = 0
for suite in xml.etree.ElementTree.parse(sys.argv[1]).getroot().iter("testsuite"):
    cases = list(suite.iter("testcase"))
    for case in cases:
        bad = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        if bad:
            failed += 1
            print(f"{bad[0]}: {suite.get('name')}: {case.get('name')}", file=sys.stderr)
        else:
            passed += 1
    for line in reasons(suite):
        print(f"  {line[:1000]}", file=sys.stderr)
    if not cases and int(suite.get("errors", 0)) + int(suite.get("failures", 0)):
        failed += 1
        print(f"failed: {suite.get('name')}", file=sys.stderr)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
