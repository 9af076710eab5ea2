#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole loop on the fictitious town, by the same commands that a person would type. Started by app/demo."""
import argparse
import datetime
import json
import os
import pathlib
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
WORDS = "ceiba guayacan puente quebrada ladera andén parque vereda loma cedro mirador sendero feria plaza molino farol".split()
BOGOTA = datetime.timezone(datetime.timedelta(hours=-5))


class Demo:
    def __init__(self, build, folder, port):
        self.build = pathlib.Path(build).resolve()
        self.folder = folder
        self.port = port
        self.central_data = folder / "central"
        self.store = folder / "tableta-07"
        self.server = None
        self.app = None
        self.said = []

    # --- the programs ---

    def program(self, name):
        return str(self.build / "app" / name)

    def run(self, *arguments, stdin=None, ok=(0,)):
        """Runs one of our programs with --json; gives its lines as objects."""
        done = subprocess.run([self.program(arguments[0]), *map(str, arguments[1:]), "--json"], input=stdin, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode not in ok:
            sys.exit(f"{' '.join(map(str, arguments[:4]))} … terminó con {done.returncode}:\n{done.stdout}{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def ctl(self, *arguments, **options):
        return self.run("testigoctl", "--store", self.store, *arguments, **options)

    def central(self, *arguments, **options):
        return self.run("testigo-central", *arguments, "--data", self.central_data, **options)

    def say(self, text):
        print(text, flush=True)

    # --- the steps ---

    def start_central(self):
        self.url = f"http://127.0.0.1:{self.port}"
        made = self.central("init", "--name", "demo.sanjeronimo.example/testigo", "--url", self.url, "--town", HERE / "town.json")[-1]
        self.identity = made["identity_files"][0]
        works = self.central("works", "import", HERE / "works.csv")[-1]
        subprocess.run([self.program("testigo-ground"), "--comunas", str(HERE / "comunas.geojson"), "--out", str(self.central_data / "ground.mbtiles")],
                       check=True)
        self.server = subprocess.Popen([self.program("testigo-central"), "serve", "--data", str(self.central_data),
                                        "--listen", f"127.0.0.1:{self.port}"], stdout=subprocess.PIPE,
                                       stderr=open(self.folder / "central.log", "wb"), text=True)
        line = self.server.stdout.readline()
        if not line:
            sys.exit("La central no arrancó: " + (self.folder / "central.log").read_text())
        self.say(f"Central en {self.url} · {works['added']} obras del municipio ficticio")

    def enrol(self):
        made = self.ctl("init", "--name", "tableta-07")[0]
        code = self.central("enrol-code", "--name", "tableta-07")[0]
        answer = self.ctl("enrol", code["text"])[-1]
        if not answer["registered"]:
            sys.exit("La tableta no quedó registrada")
        self.ctl("sync")
        count = len(self.ctl("works", "list"))
        self.say(f"Tableta 07 registrada ({made['device'][:22]}…) · {count} obras bajaron a la tableta")

    def draw(self, story):
        """One picture for each photo of the story, drawn by the project itself, with EXIF as a camera writes it."""
        works = {w["code"]: w for w in self.ctl("works", "list")}
        rng = random.Random(7)
        lines = []
        pictures = self.folder / "camara"
        pictures.mkdir()
        now = datetime.datetime.now(BOGOTA).replace(microsecond=0)
        for event in story["events"]:
            for photo in event["photos"]:
                work = works[photo.get("work") or event["work"]]
                taken = now - datetime.timedelta(days=photo["days_ago"], hours=rng.randrange(0, 5), minutes=rng.randrange(60))
                name = f"DSC{len(lines) + 1:05d}.jpg"
                photo["file"] = str(pictures / name)
                lines.append({"scene": photo["scene"], "phase": photo["phase"], "place": sum(map(ord, work["code"])), "progress": photo.get("progress", 50),
                              "seed": sum(map(ord, work["code"])) * 31 + photo["days_ago"],
                              "width": 2400, "height": 1800,
                              "lat": work["lat"] + rng.uniform(-2e-4, 2e-4), "lon": work["lon"] + rng.uniform(-2e-4, 2e-4),
                              "alt": 930 + rng.randrange(60), "accuracy": rng.choice([3, 4, 6, 9]),
                              "taken-at": taken.isoformat(), "out": photo["file"]})
        batch = self.folder / "fotos.jsonl"
        batch.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        subprocess.run([self.program("testigo-draw"), "--batch", str(batch)], check=True)
        self.say(f"{len(lines)} fotos dibujadas para la demostración, con posición y hora en su EXIF")

    def capture(self, story):
        people = 0
        for event in story["events"]:
            words = ["event", "open", "--type", event["type"], "--title", event["title"]]
            if event["work"]:
                words += ["--work", event["work"]]
            event["id"] = self.ctl(*words)[-1]["id"]
            for photo in event["photos"]:
                words = ["photo", "add", "--event", event["id"], "--work", photo.get("work") or event["work"], "--phase", photo["phase"],
                         "--caption", photo["caption"], "--alt", photo["alt"]]
                if photo.get("item"):
                    words += ["--item", photo["item"]]
                photo["id"] = self.ctl(*words, photo["file"])[-1]["id"]
            for kind, command in (("attendance", "attendance"), ("comments", "comment")):
                items = event.get(kind, [])
                if items:
                    rows = self.ctl(command, "add", "--event", event["id"], "-", stdin="".join(json.dumps(i) + "\n" for i in items))
                    for item, row in zip(items, rows):
                        item["row"] = row
                    people += len(items)
            for survey in event.get("surveys", []):
                self.ctl("survey", "add", "--event", event["id"], "--form", survey["form"], "-", stdin=json.dumps(survey["answers"]) + "\n")
            if event["close"]:
                self.ctl("event", "close", event["id"])
        status = self.ctl("status")[-1]
        self.say(f"3 espacios abiertos y cerrados sin conexión · {people} registros de personas, sellados · guardados aquí: {status['saved']}")

    def sync(self):
        before = time.monotonic()
        summary = self.ctl("sync")[-1]
        if summary["pending"] or summary["set_aside"]:
            sys.exit(f"Quedó algo sin enviar: {summary}")
        self.say(f"Sincronizado en {time.monotonic() - before:.1f} s: {summary['records_sent']} registros, {summary['media_sent']} fotos, "
                 f"{summary['bytes_sent'] / 1e6:.1f} MB; cada recibo lo comprobó la tableta")

    def publish(self, story):
        photos = [p for e in story["events"] for p in e["photos"]]
        withheld = photos[-1]
        self.central("moderate", "withhold", withheld["id"], "--reason", "duplicado")
        accepted = self.central("moderate", "accept", "--all-pending", ok=(0, 1))
        answer = story["answer"]
        asked = next(c for e in story["events"] for c in e.get("comments", []) if c["class"] == answer["class"])
        number = asked["row"]["provisional_number"]
        self.central("radicado", number, answer["radicado"])
        self.central("answer", number, stdin=answer["text"])
        self.number = number
        self.ctl("sync")
        status = self.ctl("status")[-1]
        self.say(f"Publicadas {status['published']} evidencias; una retenida, con su motivo en /libro")
        self.photo = next(p for p in photos if p is not withheld)
        return accepted

    def desk(self, story):
        """Something that waits for a decision, and two invented people who may sit at the desk."""
        event = self.ctl("event", "open", "--type", "visita_obra", "--title", "Visita por decidir: Puente Nuevo", "--work", "SJV-2026-023")[-1]["id"]
        for photo in story["events"][0]["photos"]:
            self.ctl("photo", "add", "--event", event, "--work", "SJV-2026-023", "--phase", photo["phase"], "--caption", photo["caption"],
                     "--alt", photo["alt"], photo["file"])
        self.ctl("sync")
        self.password = "-".join(secrets.choice(WORDS) for _ in range(4)) + f"-{secrets.randbelow(1000):03}"
        for name, role in (("Moderadora Inventada", "moderador"), ("Oficial Inventado", "oficial_datos")):
            self.central("user", "add", name, "--role", role, "--without-second-factor", stdin=self.password + "\n")

    def verify(self):
        tablet = self.ctl("verify", "--deep")[-1]
        central = self.central("verify")[-1]
        for path in ("/", "/obras", "/galeria", "/libro", f"/evidencia/{self.photo['id']}", f"/evidencia/{self.photo['id']}/proof",
                     f"/aportes/{self.number}", "/log/checkpoint"):
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                if answer.status != 200 or not answer.read():
                    sys.exit(f"{path} no respondió")
        if tablet["faults"] or central["faults"]:
            sys.exit(f"La verificación encontró fallas: {tablet} {central}")
        self.say(f"Verificado: tableta, {tablet['records']} registros y {tablet['media']} archivos, 0 fallas; "
                 f"central, {central['records']} registros y {central['media']} archivos, 0 fallas")

    def addresses(self):
        self.say("\nDónde mirar:")
        for what, path in (("Inicio", "/"), ("Obras", "/obras"), ("Una obra", "/obras/SJV-2026-023"), ("Galería", "/galeria"),
                           ("Una foto y su prueba", f"/evidencia/{self.photo['id']}"), ("Un aporte", f"/aportes/{self.number}"),
                           ("Libro", "/libro"), ("Cómo se comprueba", "/verificar"), ("Mesa", "/mesa/")):
            self.say(f"  {what:22} {self.url}{path}")
        self.say(f"  {'Datos':22} {self.folder}")
        self.say("\nEn la mesa, con cuentas ficticias y sin segundo paso: «Moderadora Inventada», o «Oficial Inventado» con la llave\n"
                 f"  {self.identity}\n  Clave de las dos: {self.password}")

    def open_app(self):
        """The app on the tablet's own data, beside central. Its settings are of this time only."""
        ground = self.folder / "suelo.mbtiles"
        subprocess.run([self.program("testigo-ground"), "--comunas", str(HERE / "comunas.geojson"), "--out", str(ground)], check=True)
        shutil.copy(HERE / "comunas.geojson", self.store)
        settings = self.folder / "ajustes" / "glib-2.0" / "settings"
        settings.mkdir(parents=True)
        (settings / "keyfile").write_text(f"[co/testigo/Testigo]\nmap-file='{ground}'\n", "utf-8")
        environment = dict(os.environ, GSETTINGS_BACKEND="keyfile", XDG_CONFIG_HOME=str(self.folder / "ajustes"))
        self.app = subprocess.Popen([self.program("testigo"), "--store", str(self.store)], env=environment)
        self.say("\nLa app está abierta con los datos de la tableta 07: elija quién trabaja y un PIN.")

    def journey(self):
        """Without a display: the visit that a person would make, on a display of its own, with pictures."""
        script = HERE.parent.parent / "tests" / "journeys" / "journey-visit.py"
        run = HERE.parent.parent / "tests" / "support" / "display-run"
        shots = tempfile.mkdtemp(prefix="testigo-capturas-")
        self.say("\nSin pantalla: la app hace el recorrido de una visita en una pantalla propia…")
        try:
            done = subprocess.run([str(run), "/usr/bin/python3", str(script), str(self.build), str(HERE.parent.parent)],
                                  env=dict(os.environ, TESTIGO_SHOTS=shots, TESTIGO_WITHOUT_BROWSER="1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=300, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            done = False
        pictures = sorted(pathlib.Path(shots).glob("*.png"))
        if not done:
            self.say("El recorrido de la app no llegó al final.")
        self.say(f"{len(pictures)} imágenes de la app en {shots}")

    def stop(self):
        if self.app is not None and self.app.poll() is None:
            self.app.terminate()
            self.app.wait(20)
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait(20)


def free_port(wanted):
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    sys.exit("No hay un puerto libre")


def main():
    parser = argparse.ArgumentParser(prog="app/demo")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help="termina al acabar el recorrido")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--keep", metavar="DIR", help="deja los datos en DIR (debe no existir)")
    options = parser.parse_args()

    folder = pathlib.Path(options.keep).resolve() if options.keep else pathlib.Path(tempfile.mkdtemp(prefix="testigo-demo-"))
    if options.keep:
        folder.mkdir(parents=True)
    demo = Demo(options.build, folder, free_port(options.port))
    story = json.loads((HERE / "story.json").read_text("utf-8"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        demo.say("San Jerónimo del Valle: municipio ficticio, datos de demostración\n")
        demo.start_central()
        demo.enrol()
        demo.draw(story)
        demo.capture(story)
        demo.sync()
        demo.publish(story)
        demo.desk(story)
        demo.verify()
        demo.addresses()
        display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        if not display:
            demo.journey()
        if not options.once:
            if display:
                demo.open_app()
            demo.say("\nCtrl-C para terminar.")
            demo.server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        demo.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
