#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Central behind nginx with the configuration that is shipped, TLS with a pinned key: a tablet enrols and syncs; a proxy
with another key is refused and loses nothing; the site can only be read. TAP."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

CTL, CENTRAL, DRAW, CONF = sys.argv[1:5]
done = 0
failed = False


def check(ok, what):
    global done, failed
    done += 1
    failed |= not ok
    print(f"{'ok' if ok else 'not ok'} {done} - {what}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(*words, ok=(0,), stdin=None):
    out = subprocess.run([*map(str, words), "--json"], input=stdin, text=True, capture_output=True, timeout=60, check=False)
    if out.returncode not in ok:
        print(f"# {words[1:4]} ended with {out.returncode}: {out.stdout} {out.stderr}", flush=True)
    return out.returncode, [json.loads(line) for line in out.stdout.splitlines() if line.startswith("{")]


def wait_for(port):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        with socket.socket() as s:
            s.settimeout(1)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(.05)
    raise SystemExit("Bail out! nothing listens")


with tempfile.TemporaryDirectory(prefix="testigo-nginx-") as temporary:
    folder = pathlib.Path(temporary)
    inner, outer = free_port(), free_port()
    url = f"https://127.0.0.1:{outer}"
    for name in ("used", "other"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"], check=True, capture_output=True)

    def start_nginx(certificate):
        text = pathlib.Path(CONF).read_text("utf-8")
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{inner}").replace("listen 443 ssl", f"listen 127.0.0.1:{outer} ssl")
        text = re.sub(r"/etc/ssl/obras\.(pem|key)", lambda m: str(folder / f"{certificate}.{m.group(1)}"), text)
        text = text.replace("obras.sucity.gov.co", "127.0.0.1").replace("/var/lib/nginx/testigo", str(folder / "kept"))
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{ access_log {folder}/access.log; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;"
            f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{text}\n}}\n", "utf-8")
        server = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", folder / "nginx.conf", "-p", folder],
                                  stderr=subprocess.DEVNULL)
        wait_for(outer)
        return server

    store, data = folder / "tablet", folder / "central"
    os.chmod(folder, 0o755)
    run(CENTRAL, "init", "--data", data, "--name", "prueba.example/testigo", "--url", url)
    code, rows = run(CENTRAL, "pins", folder / "used.pem", "--data", data)
    check(code == 0 and len(rows) == 1, "central takes the key of a certificate as its pin")
    code, rows = run(CENTRAL, "pins", folder / "used.key", "--data", data, ok=(1,))
    check(code == 1 and rows[-1]["code"] == "bad-value", "a private key is refused as one")
    central = subprocess.Popen([CENTRAL, "serve", "--data", data, "--listen", f"127.0.0.1:{inner}"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    central.stdout.readline()
    nginx = start_nginx("used")
    try:
        text = run(CENTRAL, "enrol-code", "--name", "t", "--data", data)[1][0]["text"]
        run(CTL, "--store", store, "init", "--name", "t")
        code, rows = run(CTL, "--store", store, "enrol", text)
        check(rows and rows[-1]["registered"] is True, "a tablet enrols through the proxy, whose key is pinned")
        event = run(CTL, "--store", store, "event", "open", "--type", "visita_obra", "--title", "Detrás del proxy")[1][-1]["id"]
        photos = []
        for number in range(3):
            photo = folder / f"f{number}.jpg"
            subprocess.run([DRAW, "--scene", "park", "--phase", "durante", "--seed", str(number), "--width", "800", "--height", "600",
                            "--taken-at", "2026-03-27T10:00:00-05:00", "--out", photo], check=True)
            photos.append(photo)
        run(CTL, "--store", store, "photo", "add", "--event", event, photos[0], photos[1])
        code, rows = run(CTL, "--store", store, "sync")
        check(code == 0 and rows[-1]["pending"] == 0 and rows[-1]["media_sent"] == 2, "records and photos go through and come back proved")

        context = ssl.create_default_context(cafile=folder / "used.pem")
        with urllib.request.urlopen(url + "/obras", context=context, timeout=10) as answer:
            check(answer.status == 200, "the site answers over TLS")
        def ask(path):
            try:
                with urllib.request.urlopen(urllib.request.Request(url + path, headers={"Accept-Encoding": "gzip"}), context=context, timeout=10) as answer:
                    answer.read()
                    return answer.status, answer.headers
            except urllib.error.HTTPError as error:
                return error.code, error.headers

        photo = run(CTL, "--store", store, "list", "photos")[1][0]["id"]
        run(CENTRAL, "moderate", "accept", photo, "--data", data)
        page = f"/evidencia/{photo}"
        seen = [ask(page) for _ in range(3)]
        check([code for code, _ in seen] == [200] * 3 and seen[-1][1]["X-Cache-Status"] == "HIT" and seen[-1][1]["Content-Encoding"] == "gzip",
              "a page that was just asked for comes from the proxy, packed")
        run(CENTRAL, "retire", photo, "--reason", "error", "--data", data)
        since = time.monotonic()
        while ask(page)[0] != 410 and time.monotonic() - since < 15:
            time.sleep(.2)
        check(time.monotonic() - since < 10, f"what is retired answers 410 through the proxy within 10 s ({time.monotonic() - since:.1f} s)")
        try:
            urllib.request.urlopen(urllib.request.Request(url + "/obras", data=b"x"), context=context, timeout=10)
            check(False, "the site can only be read")
        except urllib.error.HTTPError as error:
            check(error.code == 403, "the site can only be read")
        for path in ("/aportes/2026-AAAA-BBBB-CCCC-D", "/aportes?numero=2026-AAAA-BBBB-CCCC-D", "/libro"):
            try:
                urllib.request.urlopen(url + path, context=context, timeout=10).read()
            except urllib.error.HTTPError as error:
                check(error.code == 404, "a number that nobody was given is not found")
        for _ in range(100):  # a line is written after its answer
            logged = (folder / "access.log").read_text("utf-8")
            if "/libro" in logged:
                break
            time.sleep(0.05)
        check("/libro" in logged and "/sync/" not in logged and "/aportes" not in logged, "the proxy's log tells neither who asked for a number nor when tablets sent")

        # Somebody else's certificate at the same address, a valid one for any browser that trusts it.
        nginx.send_signal(signal.SIGTERM)
        nginx.wait(10)
        nginx = start_nginx("other")
        run(CTL, "--store", store, "photo", "add", "--event", event, photos[2])
        code, rows = run(CTL, "--store", store, "sync", ok=(5,))
        check(code == 5, "another key at the same address is refused (untrusted)")
        code, rows = run(CTL, "--store", store, "status")
        check(rows[-1]["pending"] == 1 and rows[-1]["saved"] >= 1, "and nothing is lost: the photo waits")

        nginx.send_signal(signal.SIGTERM)
        nginx.wait(10)
        nginx = start_nginx("used")
        code, rows = run(CTL, "--store", store, "sync")
        check(code == 0 and rows[-1]["pending"] == 0, "with the right key again it goes on")
    finally:
        nginx.send_signal(signal.SIGTERM)
        central.send_signal(signal.SIGTERM)
        nginx.wait(10)
        central.wait(20)
print(f"1..{done}")
sys.exit(1 if failed else 0)
