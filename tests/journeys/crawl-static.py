#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves an export of the site as files, in a folder of its own below the root, and follows every link of every page: nothing is broken,
nothing asks another site. Then the strangers' program checks a piece of evidence against the files alone.

    crawl-static.py EXPORT-DIR COMPROBAR.PY
Prints "pages N links N"; exit 1 and a line a fault otherwise.
"""
import functools
import html.parser
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

FOLDER, CHECKER = pathlib.Path(sys.argv[1]), sys.argv[2]


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src", "action", "poster") or name.startswith("data-") and value and "/" in value:
                self.found.append(value)
            elif name in ("srcset", "imagesrcset"):
                self.found += [one.split(" ")[0] for one in value.split(", ")]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def main():
    faults = []
    with tempfile.TemporaryDirectory() as root:
        (pathlib.Path(root) / "copia").symlink_to(FOLDER.resolve())
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=root))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}/copia/"
        seen, pending, pages = {base}, [base], 0
        while pending:
            url = pending.pop()
            try:
                with urllib.request.urlopen(url, timeout=20) as answer:
                    kind, body, url = answer.headers.get_content_type(), answer.read(), answer.url
            except urllib.error.HTTPError as error:
                faults.append(f"{error.code} {url}")
                continue
            if kind != "text/html":
                continue
            pages += 1
            text = body.decode()
            if re.search(r'<form|[ "]/estatico|(href|src)="/', text):
                faults.append(f"{url} needs a server or the root")
            links = Links()
            links.feed(text)
            for link in links.found:
                target = urllib.parse.urljoin(url, link).split("#")[0]
                if not target.startswith(base):
                    continue
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
        evidence = json.loads((FOLDER / "descargas/evidencia.geojson").read_text("utf-8"))["features"]
        done = subprocess.run(["/usr/bin/python3", CHECKER, f"{base}evidencia/{evidence[0]['id']}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False, timeout=60)
        if done.returncode != 0 or len(re.findall("^bien", done.stdout, re.M)) != 4:
            faults.append(done.stdout)
        server.shutdown()
    print("\n".join(faults) if faults else f"pages {pages} links {len(seen)}")
    sys.exit(1 if faults else 0)


main()
