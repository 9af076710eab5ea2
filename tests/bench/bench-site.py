#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public site with a great many pieces of evidence: tiles that nobody asked for before, a page that everybody asks for, and central's memory; nginx
serves a file of the same size beside it, and where Debian's postgresql-15-postgis-3 is installed, PostGIS makes tiles of the same places (ST_AsMVT asked
directly, a temporary cluster). The rows are put straight into the projections (central is not running then), as publishing them one by one
would leave them.

    bench-site.py CENTRAL [--evidence 1000000] [--seconds 5]
wrk (Debian) measures requests a second.
"""
import argparse
import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import uuid

BITS, SPLIT, LEVELS = 30, 3, range(3, 21)


def spread(n):
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333), (1, 0x5555555555555555)):
        n = (n | n << shift) & mask
    return n


def world(lat, lon):
    import math
    sine = math.sin(math.radians(lat))
    return int((lon / 360 + 0.5) * 2 ** BITS), int((0.5 - math.atanh(sine) / (2 * math.pi)) * 2 ** BITS)


def corners(rows):
    return [(7.12 + rows.gauss(0, 0.02), -73.12 + rows.gauss(0, 0.02)) for _ in range(2000)]


def fill(path, n):
    rows = random.Random(7)
    db = sqlite3.connect(path)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TEMP TABLE spot (x INTEGER, y INTEGER, m INTEGER);")
    centres = corners(rows)
    now = int(time.time())

    def make():
        for i in range(n):
            lat, lon = rows.choice(centres)
            lat, lon = lat + rows.gauss(0, 0.0004), lon + rows.gauss(0, 0.0004)
            x, y = world(lat, lon)
            yield str(uuid.UUID(int=rows.getrandbits(128), version=4)), lat, lon, x, y, spread(x) | spread(y) << 1, now - rows.randrange(300_000_000), i

    batch = []
    for row in make():
        batch.append(row)
        if len(batch) == 20000:
            put(db, batch)
            batch = []
    put(db, batch)
    for level in LEVELS:
        db.execute("INSERT INTO cell SELECT 0, ?, m >> ?, count (*), sum (x), sum (y) FROM spot GROUP BY m >> ?", (level, 2 * (BITS - level), 2 * (BITS - level)))
    db.commit()
    db.close()
    return centres


def put(db, batch):
    hashes = [hashlib.sha256(row[0].encode()).digest() for row in batch]
    db.executemany("INSERT INTO leaf (idx, text_hash, note, device, chain, seq, id, kind, utc_s, body_hash, received_s, body_state)"
                   " VALUES (?1, ?2, x'', 'd', 'field', ?1 + 1, ?3, 'evidence', ?4, ?2, ?4, 'here')",
                   [(row[7], digest, row[0], row[6]) for row, digest in zip(batch, hashes)])
    db.executemany("INSERT INTO item (id, text_hash, device, kind, type, event, work, utc_s, state, decided_s, content, taken_s, shown, revealed, phase)"
                   " VALUES (?, ?, 'd', 'evidence', 'photo', NULL, ?, ?, 'published', ?, '{}', ?, ?, 1, 'durante')",
                   [(row[0], digest, f"B-{row[7] % 5000:05}", row[6], row[6], row[6],
                     json.dumps({"type": "photo", "phase": "durante", "caption": "Medición", "place": {"lat": round(row[1], 7), "lon": round(row[2], 7), "source": "gnss"}}))
                    for row, digest in zip(batch, hashes)])
    db.executemany("INSERT INTO mark (layer, id, m) VALUES (0, ?, ?)", [(row[0], row[5]) for row in batch])
    db.executemany("INSERT INTO spot VALUES (?, ?, ?)", [(row[3], row[4], row[5]) for row in batch])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory(pid, field):
    return int(re.search(rf"^{field}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M).group(1)) / 1024


def rate(url, seconds):
    out = subprocess.run(["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", url], stdout=subprocess.PIPE, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise SystemExit(f"{url}: errors were answered, and those are no figures\n{out}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), re.search(r"99%\s+(\S+)", out).group(1)


CONF = pathlib.Path(__file__).resolve().parents[2] / "app" / "service" / "nginx.conf"


def nginx(folder, body, central):
    """One worker. Returns the process and three addresses: a file of our page's bytes, the same file over TLS, and our page through the proxy as it is
    shipped, but for its limits for one address (all requests here come from one)."""
    plain, strict, shipped = free_port(), free_port(), free_port()
    (folder / "www").mkdir()
    (folder / "www" / "page.html").write_bytes(body)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-keyout", folder / "k.key", "-out", folder / "k.pem"], check=True, capture_output=True)
    conf = "\n".join(line for line in CONF.read_text("utf-8").splitlines() if not re.match(r"\s*limit_(req|conn)", line))
    conf = conf.replace("127.0.0.1:8080", f"127.0.0.1:{central}").replace("listen 443 ssl", f"listen 127.0.0.1:{shipped} ssl")
    conf = re.sub(r"/etc/ssl/obras\.(pem|key)", rf"{folder}/k.\1", conf).replace("obras.sucity.gov.co", "127.0.0.1").replace("/var/lib/nginx/testigo", f"{folder}/kept")
    (folder / "nginx.conf").write_text(f"worker_processes 1;daemon off;pid {folder}/nginx.pid;error_log {folder}/error.log;events{{}}"
                                       f"http{{access_log off;client_body_temp_path {folder}/b;proxy_temp_path {folder}/p;fastcgi_temp_path {folder}/f;"
                                       f"uwsgi_temp_path {folder}/u;scgi_temp_path {folder}/s;keepalive_requests 1000000;sendfile on;tcp_nopush on;"
                                       f"server{{listen 127.0.0.1:{plain};root {folder}/www;}}"
                                       f"server{{listen 127.0.0.1:{strict} ssl;ssl_certificate {folder}/k.pem;ssl_certificate_key {folder}/k.key;root {folder}/www;}}\n{conf}}}")
    for one in (folder, folder.parent):  # nginx's worker is another account
        os.chmod(one, 0o755)
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    time.sleep(1)
    return process, f"http://127.0.0.1:{plain}/page.html", f"https://127.0.0.1:{strict}/page.html", f"https://127.0.0.1:{shipped}/ayuda"


POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


class PostGis:
    """A temporary cluster with the same places, indexed; it refuses root, so Debian's account for it runs it."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        shutil.chown(folder, "postgres")
        for parent in folder.parents:
            if parent == pathlib.Path("/"):
                break
            os.chmod(parent, os.stat(parent).st_mode | 0o011)
        self.run("initdb", "-D", folder / "db", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.run("pg_ctl", "-D", folder / "db", "-w", "-l", folder / "log", "-o",
                 f"-p {self.port} -k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=256MB -c jit=off", "start")

    def run(self, program, *arguments, text=None):
        command = [POSTGRES / program, *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        return subprocess.run([str(one) for one in command], input=text, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd="/").stdout

    def ask(self, text):
        return self.run("psql", "-h", self.folder, "-p", self.port, "-d", "postgres", "-qAt", text=text)

    def fill(self, rows):
        self.ask("CREATE EXTENSION postgis; CREATE UNLOGGED TABLE raw (id text, lon float8, lat float8);\nCOPY raw FROM stdin;\n"
                 + "".join(f"{i}\t{lon}\t{lat}\n" for i, lon, lat in rows) + "\\.\n"
                 "CREATE UNLOGGED TABLE evidence AS SELECT id, ST_Transform (ST_SetSRID (ST_MakePoint (lon, lat), 4326), 3857) AS geom FROM raw;"
                 "CREATE INDEX ON evidence USING gist (geom); ANALYZE evidence;")

    def times(self, tiles):
        said = self.ask("\\timing on\n" + "".join(
            f"SELECT length (ST_AsMVT (t, 'evidence')) FROM (SELECT id, ST_AsMVTGeom (geom, ST_TileEnvelope ({z}, {x}, {y})) AS geom FROM evidence"
            f" WHERE geom && ST_TileEnvelope ({z}, {x}, {y})) AS t;\n" for z, x, y in tiles))
        return sorted(float(ms) for ms in re.findall(r"Time: ([\d.]+) ms", said))

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "db", "-m", "immediate", "stop")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("central")
    parser.add_argument("--evidence", type=int, default=1_000_000)
    parser.add_argument("--data", help="a central's folder that an earlier run laid down")
    parser.add_argument("--tiles", type=int, default=1500)
    parser.add_argument("--peer-tiles", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="testigo-bench-site-"))
    data, port = pathlib.Path(options.data) if options.data else folder / "central", free_port()
    served = proxy = peer = None
    try:
        if not options.data:
            subprocess.run([options.central, "init", "--data", data, "--name", "bench.example/testigo", "--url", f"http://127.0.0.1:{port}"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        begun = time.monotonic()
        centres = corners(random.Random(7)) if options.data else fill(data / "testigo.db", options.evidence)
        print(f"{options.evidence} pieces of evidence laid down in {time.monotonic() - begun:.0f} s; load {os.getloadavg()[0]:.1f}", flush=True)
        served = subprocess.Popen([options.central, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        served.stdout.readline()
        wire = http.client.HTTPConnection("127.0.0.1", port)
        times, sizes, asked, slow = [], [], set(), []
        chooser = random.Random(3)
        while len(times) < options.tiles:
            z = chooser.randrange(8, 18)
            while True:
                lat, lon = chooser.choice(centres)
                x, y = (unit >> (BITS - z) for unit in world(lat + chooser.gauss(0, 0.002), lon + chooser.gauss(0, 0.002)))
                if (z, x, y) not in asked:
                    break
                z = min(z + 1, 17)  # where the large tiles are used up, smaller ones; there are none below
            asked.add((z, x, y))
            begun = time.perf_counter()
            wire.request("GET", f"/tiles/evidence/{z}/{x}/{y}.mvt")
            answer = wire.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{z}/{x}/{y}: {answer.status}, and errors are no figures")
            times.append(time.perf_counter() - begun)
            slow.append((times[-1], z, x, y, len(body)))
            sizes.append(len(body))
        times.sort()
        print("the slowest: " + ", ".join(f"{z}/{x}/{y} {ms * 1000:.1f} ms, {n} bytes" for ms, z, x, y, n in sorted(slow)[:-6:-1]))
        print(f"{len(times)} tiles never asked for before: p50 {times[len(times) // 2] * 1000:.2f} ms, p99 {times[len(times) * 99 // 100] * 1000:.2f} ms, "
              f"largest {max(sizes)} bytes", flush=True)
        one = sqlite3.connect(f"file:{data}/testigo.db?immutable=1", uri=True).execute("SELECT id FROM item LIMIT 1").fetchone()[0]
        for path in ("/", "/obras", "/galeria", "/galeria?pagina=1000", f"/evidencia/{one}", "/libro", "/datos", "/eventos", "/encuestas", "/feeds/evidencia.atom", "/sitemap.xml",
                     "/ogc/collections/evidencia/items?limit=100", "/descargas/evidencia.geojson"):
            begun = time.perf_counter()
            wire.request("GET", path)
            answer = wire.getresponse()
            n = len(answer.read())
            print(f"{path} made anew: {(time.perf_counter() - begun) * 1000:.0f} ms ({answer.status}, {n} bytes)", flush=True)
        z, x, y = slow[len(slow) // 2][1:4]
        tile = rate(f"http://127.0.0.1:{port}/tiles/evidence/{z}/{x}/{y}.mvt", options.seconds)
        print(f"a tile asked for again: {tile[0]:.0f}/s (p99 {tile[1]})", flush=True)
        wire.request("GET", "/ayuda")
        page = wire.getresponse().read()
        url = f"http://127.0.0.1:{port}/ayuda"
        (folder / "nginx").mkdir()
        proxy, file_url, strict_url, shipped_url = nginx(folder / "nginx", page, port)
        figures = {one: [] for one in (url, file_url, shipped_url, strict_url)}
        for _ in range(3):
            for one, rates in figures.items():
                rates.append(rate(one, options.seconds))
        mine, theirs, shipped, strict = (sorted(rates)[1] for rates in figures.values())
        print(f"a page of {len(page)} bytes, medians of 3: central {mine[0]:.0f}/s (p99 {mine[1]}), nginx {theirs[0]:.0f}/s (p99 {theirs[1]}), "
              f"ratio {mine[0] / theirs[0]:.2f}; load {os.getloadavg()[0]:.1f}")
        print(f"over TLS: through the proxy as shipped {shipped[0]:.0f}/s (p99 {shipped[1]}), nginx's own file {strict[0]:.0f}/s (p99 {strict[1]}), "
              f"ratio {shipped[0] / strict[0]:.2f}")
        print(f"central's memory: {memory(served.pid, 'VmRSS'):.0f} MiB now, {memory(served.pid, 'VmHWM'):.0f} MiB at most")
        if (POSTGRES / "initdb").exists() and pathlib.Path("/usr/share/postgresql/15/extension/postgis.control").exists():
            peer = PostGis(folder / "postgis")
            db = sqlite3.connect(f"file:{data}/testigo.db?immutable=1", uri=True)
            peer.fill(db.execute("SELECT id, json_extract (shown, '$.place.lon'), json_extract (shown, '$.place.lat') FROM item WHERE state = 'published'"))
            db.close()
            chosen = [row[1:4] for row in slow[:options.peer_tiles]]
            theirs = peer.times(chosen)
            mine = sorted(row[0] * 1000 for row in slow[:options.peer_tiles])
            print(f"the first {len(theirs)} of the same tiles: PostGIS p50 {theirs[len(theirs) // 2]:.2f} ms, p99 {theirs[len(theirs) * 99 // 100]:.1f} ms; "
                  f"central p50 {mine[len(mine) // 2]:.2f} ms, p99 {mine[len(mine) * 99 // 100]:.2f} ms")
    finally:
        if peer:
            peer.stop()
        for process in (served, proxy):
            if process:
                process.terminate()
                process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


main()
