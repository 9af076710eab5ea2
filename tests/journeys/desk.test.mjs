// SPDX-License-Identifier: GPL-3.0-or-later
// The moderation desk in Chromium, on a town made for it: a tablet captures and synchronises, people sign in and decide, strangers look at what came
// of it. Every text field holds stored script; every page is watched for dialogs, console messages, requests to elsewhere. TST_SHOTS=DIR keeps
// pictures to look at; TESTIGO_LONG=1 measures sixty decisions.
//
//   node desk.test.mjs BUILD-DIR SOURCE-DIR
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve as absolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { axeViolations, launchBrowser } from '../support/browser.mjs';
import { finish, test } from '../support/tap.mjs';

const [build, source] = process.argv.slice(2);
const shots = process.env.TST_SHOTS;
const long = process.env.TESTIGO_LONG === '1';
const folder = mkdtempSync(join(tmpdir(), 'testigo-desk-'));
const data = join(folder, 'central');
const store = join(folder, 'tablet');
const program = (name) => join(build, 'app', name);
const lines = (text) => text.trim().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
const run = (name, args, input) => {
  try {
    return lines(execFileSync(program(name), [...args, '--json'], { encoding: 'utf8', input, timeout: 120000, stdio: ['pipe', 'pipe', 'pipe'] }));
  } catch (error) {
    throw new Error(`${name} ${args.slice(0, 4).join(' ')}: ${error.status} ${error.stdout} ${error.stderr}`);
  }
};
const central = (args, input) => run('testigo-central', [...args, '--data', data], input);
const ctl = (args, input) => run('testigoctl', ['--store', store, ...args], input);
const phrase = 'una frase larga y propia';

// Stored script, of every kind that text fields have been attacked with.
const payloads = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'-alert(1)-'", '</textarea><svg onload=alert(1)>', '{{constructor}}${alert(1)}',
  'javascript:alert(1)', '</title></style></script><iframe srcdoc="<script>alert(1)</script>">', '" onfocus=alert(1) autofocus x="', '<!--><img src=//malo.example/x>',
  '&lt;b&gt;&#x3c;script&#x3e;', '\u202Etxt.exe'];
const evil = (i) => payloads[i % payloads.length];

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const n = probe.address().port; probe.close(() => resolve(n)); });
});
const base = `http://127.0.0.1:${port}`;
let served = null;
let browser = null;
let identity = null;
const photos = [];
const comments = [];
let event = null;
let fair = null;

function totp(base32, at = Date.now()) {
  const bits = [...base32].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

// Everything that goes wrong around a page is noted.
async function context(options = {}) {
  const made = await browser.newContext({ locale: 'es-CO', reducedMotion: 'reduce', viewport: { width: 1440, height: 900 }, ...options });
  made.trouble = [];
  made.sent = [];
  made.on('page', (page) => {
    page.setDefaultTimeout(30000);
    page.on('dialog', (dialog) => { made.trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    page.on('pageerror', (error) => made.trouble.push(String(error)));
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && made.trouble.push(message.text()));
    page.on('request', (request) => {
      made.sent.push(`${request.url()} ${request.postData() ?? ''} ${JSON.stringify(request.headers())}`);
      if (!request.url().startsWith(base) && !request.url().startsWith('blob:')) made.trouble.push(`elsewhere: ${request.url()}`);
    });
  });
  return made;
}

async function signIn(ctx, name) {
  const page = await ctx.newPage();
  await page.goto(`${base}/mesa/`);
  await page.fill('#nombre', name);
  await page.fill('#clave', phrase);
  await page.click('main button');
  await page.waitForURL((url) => !url.pathname.endsWith('/entrar'));
  return page;
}

const overflow = () => (document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 4).map((e) => e.outerHTML.slice(0, 140)) : []);

async function shoot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.evaluate(() => Promise.all([...document.images].map((image) => { image.loading = 'eager'; return image.decode().catch(() => {}); })));
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

const until = async (what, check, ms = 30000) => {
  for (const end = Date.now() + ms; ;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
};
const status = async (path) => (await fetch(base + path, { redirect: 'manual' })).status;
const rounds = long ? 60 : 10;
const total = 14 + rounds;

try {
  await test('a town, a tablet, photos, contributions and attendance with stored script in every field', async () => {
    const made = central(['init', '--name', 'desk.example/testigo', '--url', base, '--town', join(source, 'app/demo-town/town.json')])[0];
    identity = readFileSync(made.identity_files[0], 'utf8');
    writeFileSync(join(folder, 'works.csv'), `code,title,status,dependency,comuna,lat,lon\nOB-1,"${evil(1).replaceAll('"', '""')} Puente",en_ejecucion,Infraestructura,01,7.12,-73.12\nOB-2,Calle,en_ejecucion,Infraestructura,02,7.13,-73.12\n`);
    central(['works', 'import', join(folder, 'works.csv')]);
    served = spawn(program('testigo-central'), ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', process.env.TST_LOUD ? 'inherit' : 'ignore'] });
    await new Promise((resolve, reject) => { served.stdout.once('data', resolve); served.once('exit', reject); });
    for (const [name, role, more] of [['Ana Mesa', 'moderador', ['--without-second-factor']], ['Luis Código', 'moderador', []], ['Rosa Respuestas', 'respuestas', ['--without-second-factor']],
      ['Dora Dependencia', 'dependencia', ['--without-second-factor', '--dependency', 'Infraestructura']], ['Olga Oficial', 'oficial_datos', ['--without-second-factor']],
      ['Aurelio Auditor', 'auditor', ['--without-second-factor']], [`Adán ${evil(0)}`.slice(0, 80), 'administrador', ['--without-second-factor']]])
      central(['user', 'add', name, '--role', role, ...more], `${phrase}\n`);
    ctl(['init', '--name', `tableta ${evil(2)}`]);
    const code = central(['enrol-code', '--name', `tableta ${evil(1)}`])[0];
    assert.equal(ctl(['enrol', code.text]).at(-1).registered, true);
    ctl(['sync']);
    event = ctl(['event', 'open', '--type', 'visita_obra', '--title', `Visita ${evil(3)}`, '--work', 'OB-1']).at(-1).id;
    fair = ctl(['event', 'open', '--type', 'feria_transparencia', '--title', `Feria ${evil(1)}`]).at(-1).id;
    const batch = [];
    for (let i = 0; i < total; i++)
      batch.push({ scene: ['bridge', 'street', 'park', 'wall', 'school'][i % 5], phase: 'durante', place: i, progress: 50, seed: i, width: 1200, height: 900, lat: 7.12, lon: -73.12, alt: 950,
        accuracy: 4, 'taken-at': new Date(Date.now() - 86400000 + i * 60000).toISOString().replace(/\.\d+Z/, '+00:00'), out: join(folder, `DSC${String(i).padStart(5, '0')}.jpg`) });
    writeFileSync(join(folder, 'batch.jsonl'), batch.map((one) => `${JSON.stringify(one)}\n`).join(''));
    execFileSync(program('testigo-draw'), ['--batch', join(folder, 'batch.jsonl')]);
    const add = (to, caption, alt, ...files) => photos.push(...ctl(['photo', 'add', '--event', to, '--work', 'OB-1', '--phase', 'durante', '--caption', caption, '--alt', alt, ...files]).map((row) => row.id));
    for (let i = 0; i < 6; i++) add(fair, i === 0 ? `Llame al 300 123 4567 ${evil(0)}` : `Foto ${i} ${evil(i)}`, evil(i + 1), batch[i].out);
    for (let i = 6; i < 9; i++) add(event, `Foto ${i} ${evil(i)}`, evil(i + 1), batch[i].out);
    add(event, 'Avance del puente', 'Puente en obra', ...batch.slice(9).map((one) => one.out));
    const texts = [['peticion_general', 'Andenes', `Me llamo Ana Inventada y mi celular es 300 123 4567. ${evil(0)} Pido rampas.`, true], ['queja', evil(3), `Hay polvo ${evil(4)}`, false],
      ['pregunta', evil(5), `¿Cuándo? ${evil(6)}`, true], ['sugerencia', 'Bancas', `Pongan bancas ${evil(8)}`, true]];
    comments.push(...ctl(['comment', 'add', '--event', fair, '-'], texts.map(([kind, subject, text, ok], i) => `${JSON.stringify({ class: kind, subject, text, public_ok: ok, work: 'OB-1', anonymous: i === 3,
      ...(i === 3 ? {} : { reply_by: 'correo', requester: { full_name: `Persona ${i} ${evil(i)}`, email: 'persona@correo.example' } }) })}\n`).join('')));
    ctl(['attendance', 'add', '--event', fair, '-'], [...Array(14).keys()].map((i) => `${JSON.stringify({ full_name: `Asistente ${i} ${evil(i)}`, id_type: 'CC', id_no: `10000${i}`, organisation: evil(i + 2), actor_type: 'ciudadania',
      sex: i < 8 ? 'mujer' : i < 12 ? 'hombre' : 'intersexual', consent: { data: true, sensitive: true, image: false } })}\n`).join(''));
    ctl(['event', 'close', fair]);
    const sent = ctl(['sync']).at(-1);
    assert.equal(sent.pending + sent.set_aside, 0);
  });
  browser = await launchBrowser();

  await test('signing in: a wrong password says so, the second factor is enrolled by QR, and its code is asked for', async () => {
    const ctx = await context({ javaScriptEnabled: false });
    const page = await ctx.newPage();
    await page.goto(`${base}/mesa/cola`);
    assert.equal(new URL(page.url()).pathname, '/mesa/entrar');
    await page.fill('#nombre', 'luis codigo');
    await page.fill('#clave', 'otra frase bien larga');
    await page.click('main button');
    assert.match(await page.textContent('main'), /no coinciden/);
    assert.deepEqual(await ctx.cookies(), []);
    ctx.trouble.length = 0; // the 403 itself
    await shoot(page, 'entrar');
    await page.fill('#nombre', 'Luis Código');
    await page.fill('#clave', phrase);
    await page.click('main button');
    assert.equal(new URL(page.url()).pathname, '/mesa/codigo');
    assert.equal(await page.locator('svg.qr path').count(), 2);
    await shoot(page, 'codigo');
    const secret = (await page.textContent('.secreto')).trim();
    await page.goto(`${base}/mesa/cola`);
    assert.equal(new URL(page.url()).pathname, '/mesa/codigo');
    await page.fill('#codigo', '000000');
    await page.click('main button');
    assert.match(await page.textContent('main'), /no sirve/);
    ctx.trouble.length = 0;
    await page.fill('#codigo', totp(secret));
    await page.click('main button');
    assert.equal(new URL(page.url()).pathname, '/mesa/tablero');
    const [cookie] = await ctx.cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/mesa']);
    await page.click('.salir button');
    assert.equal(new URL(page.url()).pathname, '/mesa/entrar');
    await ctx.addCookies([cookie]);
    await page.goto(`${base}/mesa/tablero`);
    assert.equal(new URL(page.url()).pathname, '/mesa/entrar');
    assert.deepEqual(ctx.trouble, []);
    await ctx.close();
  });

  await test('forms need the secret of their session and our own page; roles hold', async () => {
    const ctx = await context({ javaScriptEnabled: false });
    const page = await signIn(ctx, 'Aurelio Auditor');
    const [cookie] = await ctx.cookies();
    const csrf = await page.inputValue('.salir [name=csrf]');
    const post = (path, fields, headers = {}) => fetch(base + path, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields), headers: { Cookie: `${cookie.name}=${cookie.value}`, ...headers } });
    const fields = { csrf, pieza: photos[1], decision: 'accept' };
    assert.equal((await post('/mesa/decidir', fields)).status, 403); // an auditor
    const moderator = await context({ javaScriptEnabled: false });
    const other = await signIn(moderator, 'Ana Mesa');
    const [own] = await moderator.cookies();
    const secret = await other.inputValue('.salir [name=csrf]');
    const as = { Cookie: `${own.name}=${own.value}` };
    assert.equal((await post('/mesa/decidir', { ...fields, csrf: '' }, as)).status, 403);
    assert.equal((await post('/mesa/decidir', { ...fields, csrf }, as)).status, 403);
    assert.equal((await post('/mesa/decidir', { ...fields, csrf: secret }, { ...as, Origin: 'https://malo.example' })).status, 403);
    assert.equal((await post('/mesa/decidir', { ...fields, csrf: secret }, { ...as, 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    assert.equal((await fetch(`${base}/mesa/partes?espacio=${fair}`, { headers: as })).status, 403); // not the officer
    assert.equal((await fetch(`${base}/mesa/cuentas`, { headers: as })).status, 403);
    assert.equal((await fetch(`${base}/mesa/imagen/${photos[1]}/480.jpg`, { redirect: 'manual' })).status, 303); // nobody
    assert.equal(await status(`/evidencia/${photos[1]}`), 404);
    const head = await fetch(`${base}/mesa/cola`, { headers: as });
    assert.match(head.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'/);
    assert.equal(head.headers.get('cache-control'), 'private, no-store');
    // What another person wrote can be covered and not changed.
    const changed = await post('/mesa/decidir', { csrf: secret, pieza: photos[1], decision: 'accept', 'texto-caption': 'Otra cosa █', vuelve: '/mesa/cola' }, as);
    assert.match(changed.headers.get('location'), /falla=bad-value/);
    assert.equal(await status(`/evidencia/${photos[1]}`), 404);
    assert.match((await post('/mesa/decidir', { csrf: secret, pieza: photos[1], decision: 'withhold', vuelve: '//malo.example' }, as)).headers.get('location'), /^\/mesa\/cola\?falla=missing-field/);
    await ctx.close();
    await moderator.close();
  });

  await test('without scripts: publish one, withhold one with a reason, cover a text, all by forms', async () => {
    const ctx = await context({ javaScriptEnabled: false });
    const page = await signIn(ctx, 'Ana Mesa');
    await page.goto(`${base}/mesa/cola?pieza=${photos[1]}`);
    await page.click('button[value=accept]');
    assert.match(await page.textContent('.aviso.bien'), /Publicado/);
    assert.equal(await status(`/evidencia/${photos[1]}`), 200);
    await page.goto(`${base}/mesa/cola?pieza=${photos[2]}`);
    await page.click('#retener summary');
    await page.click('button[value="withhold:duplicado"]');
    assert.match(await page.textContent('.aviso.bien'), /Retenido/);
    assert.equal(await status(`/evidencia/${photos[2]}`), 404);
    await page.goto(`${base}/mesa/pieza/${photos[0]}`);
    assert.equal(await page.locator('mark').first().textContent(), '300 123 4567');
    const text = await page.inputValue('#texto-caption');
    await page.fill('#texto-caption', text.replace('300 123 4567', '█'));
    await page.click('button[value=accept]');
    assert.match(await page.textContent('.aviso.bien'), /Publicado/);
    const html = await (await fetch(`${base}/evidencia/${photos[0]}`)).text();
    assert.ok(html.includes('Llame al █████') && !html.includes('300 123 4567'));
    assert.equal(await status(`/evidencia/${photos[0]}/body`), 404);
    assert.deepEqual(ctx.trouble, []);
    await ctx.close();
  });

  const moderator = await context();
  const page = await signIn(moderator, 'Ana Mesa');
  const current = () => page.inputValue('#decidir [name=pieza]');
  const moved = (from) => until('the next item', async () => (await current().catch(() => from)) !== from);
  const pictureShown = () => page.waitForFunction(() => { const image = document.querySelector('.lienzo img'); return !image || (image.complete && image.naturalWidth > 0); });

  await test('the queue by keys: J, K, A, R and a figure, Z takes back before anything is recorded', async () => {
    await page.goto(`${base}/mesa/cola?espacio=${event}`);
    await pictureShown();
    const first = await current();
    await page.keyboard.press('j');
    await moved(first);
    const second = await current();
    await page.keyboard.press('k');
    await moved(second);
    assert.equal(await current(), first);
    await page.keyboard.press('a');
    await moved(first);
    await page.keyboard.press('z');
    await until('back to the first', async () => (await current()) === first);
    await new Promise((resolve) => { setTimeout(resolve, 6000); });
    assert.equal(await status(`/evidencia/${first}`), 404);
    await page.keyboard.press('a');
    await moved(first);
    const third = await current();
    await page.keyboard.press('r');
    await page.keyboard.press('5');
    await moved(third);
    await until('published', async () => (await status(`/evidencia/${first}`)) === 200);
    await until('withheld', async () => (await (await page.request.get(`${base}/mesa/pieza/${third}`)).text()).includes('Está repetido'));
    // What typing a note does not do.
    await page.keyboard.press('r');
    await page.fill('#nota', 'jka');
    assert.equal(await page.inputValue('#nota'), 'jka');
    assert.deepEqual(moderator.trouble, []);
  });

  await test('covering by drawing and by keys: the published picture is painted over, its body stays internal', async () => {
    await page.goto(`${base}/mesa/cola?espacio=${event}`);
    await pictureShown();
    const id = await current();
    await page.keyboard.press('d');
    const box = await page.locator('.hoja').boundingBox();
    await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3, { steps: 4 });
    await page.mouse.up();
    assert.equal(await page.locator('.tapa').count(), 1);
    await page.click('text=Poner una en el centro');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    assert.equal(await page.locator('input[name=tapa]').nth(1).inputValue(), '4400,4250,1500,1650');
    await page.click('text=Poner una en el centro');
    await page.keyboard.press('Delete');
    assert.equal(await page.locator('.tapa').count(), 2);
    await shoot(page, 'tapar');
    assert.deepEqual(await axeViolations(page), []);
    await page.click('button[value=accept]');
    await moved(id);
    await until('published', async () => (await status(`/evidencia/${id}`)) === 200);
    assert.equal(await status(`/evidencia/${id}/body`), 404);
    const stranger = await context();
    const look = await stranger.newPage();
    await look.goto(`${base}/evidencia/${id}`);
    const colours = await look.evaluate(async () => {
      const image = [...document.images].find((one) => one.src.includes('/media/'));
      await image.decode();
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const pen = canvas.getContext('2d');
      pen.drawImage(image, 0, 0);
      return [[0.2, 0.2], [0.5, 0.5], [0.8, 0.2]].map(([x, y]) => [...pen.getImageData(image.naturalWidth * x, image.naturalHeight * y, 1, 1).data].slice(0, 3));
    });
    const grey = (rgb) => rgb.every((c) => Math.abs(c - 0x2b) < 14);
    assert.ok(grey(colours[0]) && grey(colours[1]) && !grey(colours[2]), JSON.stringify(colours));
    await stranger.close();
    assert.deepEqual(moderator.trouble, []);
  });

  await test('retired: 410 within ten seconds for page, data and picture; named in the list for caches; decided again by another record', async () => {
    const html = await (await fetch(`${base}/evidencia/${photos[1]}`)).text();
    const picture = html.match(/\/media\/[0-9a-f]{64}\/\d+\.[a-z]+/)[0];
    for (const path of [`/evidencia/${photos[1]}`, picture]) {
      const age = Number((await fetch(base + path)).headers.get('cache-control').match(/max-age=(\d+)/)[1]);
      assert.ok(age <= 10, `${path} may be kept ${age} s`);
      assert.ok(!/immutable/.test((await fetch(base + path)).headers.get('cache-control')));
    }
    await page.goto(`${base}/mesa/pieza/${photos[1]}`);
    await page.click('#retener summary');
    await page.click('button[value="retire:menor_de_edad"]');
    assert.match(await page.textContent('.aviso.bien'), /Retirado/);
    const start = Date.now();
    for (const path of [`/evidencia/${photos[1]}`, `/evidencia/${photos[1]}.json`, `/evidencia/${photos[1]}/record`, picture])
      await until(path, async () => (await status(path)) === 410, 10000);
    assert.ok(Date.now() - start < 10000);
    const gone = (await (await fetch(`${base}/retirados.json`)).json()).gone;
    assert.ok(gone.some((one) => one.id === photos[1] && one.paths.includes(picture)));
    await page.click('button[value=accept]');
    await until('shown again', async () => (await status(`/evidencia/${photos[1]}`)) === 200);
    assert.deepEqual(moderator.trouble, []);
  });

  await test('a whole visit at once, but for what is unticked', async () => {
    await page.goto(`${base}/mesa/espacio/${fair}`);
    await shoot(page, 'espacio');
    await page.uncheck(`[value="${photos[4]}"]`);
    await page.click('text=Publicar las marcadas');
    await page.waitForURL('**hecho=accepted');
    assert.equal(await status(`/evidencia/${photos[3]}`), 200);
    assert.equal(await status(`/evidencia/${photos[4]}`), 404);
    assert.deepEqual(moderator.trouble, []);
  });

  await test('contributions: radicado typed and by the city\'s program, assigned, answered by the dependency, seen by its author', async () => {
    const [one, two, three] = comments.map((comment) => comment.provisional_number);
    const hook = join(folder, 'radicar');
    writeFileSync(hook, `#!/bin/sh\ncat > ${join(folder, 'heard.json')}\nprintf '2026-R-%s\\n' "$1"\n`);
    chmodSync(hook, 0o755);
    central(['desk', 'set', 'radicado_command', hook, '$(touch pwned); 77']);
    const ctx = await context();
    const desk = await signIn(ctx, 'Rosa Respuestas');
    await desk.goto(`${base}/mesa/aportes`);
    assert.equal(await desk.locator('.lista-aportes li').count(), 4);
    assert.ok(await desk.locator('.luz.green, .luz.amber').count() >= 3);
    await desk.goto(`${base}/mesa/aporte/${one}`);
    await desk.fill('#radicado', `2026-E-1 ${evil(0)}`);
    await desk.click('text=Poner radicado');
    assert.match(await desk.textContent('.aviso.bien'), /Guardado/);
    await desk.goto(`${base}/mesa/aporte/${two}`);
    await desk.click('text=Pedirlo al sistema');
    assert.match(await desk.textContent('main'), /2026-R-\$\(touch pwned\); 77/);
    assert.ok(readFileSync(join(folder, 'heard.json'), 'utf8').includes('Hay polvo'));
    await desk.fill('#traslado', `Entidad ${evil(1)}`);
    await desk.click('main >> text=Trasladar >> nth=-1');
    assert.match(await desk.textContent('main'), /Trasladado/);
    await desk.goto(`${base}/mesa/aporte/${one}`);
    await desk.fill('#dependencia', 'Infraestructura');
    await desk.click('main >> text="Asignar"');
    await desk.goto(`${base}/mesa/aporte/${three}`);
    await desk.fill('#vivo', evil(6));
    await desk.click('text=Anotar');
    assert.match(await desk.textContent('main'), /Respondido en vivo/);
    assert.deepEqual(ctx.trouble, []);
    await ctx.close();

    const own = await context();
    const dora = await signIn(own, 'Dora Dependencia');
    await dora.goto(`${base}/mesa/aportes`);
    assert.equal(await dora.locator('.lista-aportes li').count(), 1);
    assert.equal((await dora.goto(`${base}/mesa/aporte/${two}`)).status(), 404);
    own.trouble.length = 0;
    await dora.goto(`${base}/mesa/aporte/${one}`);
    await dora.fill('#respuesta', `Las rampas están en el diseño. ${evil(3)}`);
    await dora.click('text="Responder"');
    assert.match(await dora.textContent('.recorrido'), /Respondió/);
    assert.deepEqual(own.trouble, []);
    await own.close();
    // Its text names a person and a telephone: the moderator covers what is marked, and publishes.
    await page.goto(`${base}/mesa/aporte/${one}`);
    await page.click('text="decidir"');
    await page.click('text=Tapar todo lo marcado');
    assert.ok(!/300 123|Inventada/.test(await page.inputValue('#texto-text')));
    await page.click('button[value=accept]');
    assert.match(await page.textContent('.aviso.bien'), /Publicado/);
    const author = await context();
    const look = await author.newPage();
    await look.goto(`${base}/aportes/${one}`);
    const said = await look.textContent('main');
    assert.match(said, /Las rampas están en el diseño/);
    assert.match(said, /Infraestructura/);
    assert.match(said, /Me llamo █████/);
    assert.ok(!said.includes('300 123 4567'));
    assert.deepEqual(author.trouble, []);
    await author.close();
  });

  await test('what is announced at the desk is on the site and in the tablet; an auditor may read the agenda and not write it', async () => {
    const ctx = await context({ javaScriptEnabled: false });
    const page = await signIn(ctx, 'Ana Mesa');
    const day = new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10);
    const announce = async (title, work) => {
      await page.goto(`${base}/mesa/agenda`);
      await page.selectOption('#tipo', 'visita_obra');
      await page.fill('#titulo', title);
      await page.fill('#obra', work);
      await page.fill('#dia', day);
      await page.fill('#desde', '09:00');
      await page.fill('#hasta', '10:30');
      await page.click('form.apilado button');
      return new URL(page.url()).searchParams;
    };
    assert.equal((await announce('Visita anunciada <i>', 'OB-2')).get('hecho'), 'event');
    assert.match(await page.textContent('.grupos'), /Visita anunciada <i>/);
    assert.equal((await announce('Otra', 'NO-HAY')).get('falla'), 'not-found');
    ctl(['sync']);
    const assigned = ctl(['event', 'list']).find((one) => one.title === 'Visita anunciada <i>');
    assert.equal(assigned?.status, 'assigned');
    assert.equal(assigned.work, 'OB-2');
    assert.equal(new Date(assigned.starts).toISOString(), `${day}T14:00:00.000Z`);
    assert.match(await (await fetch(`${base}/eventos`)).text(), /Visita anunciada &lt;i/);
    await ctx.close();
    const auditor = await context({ javaScriptEnabled: false });
    const reads = await signIn(auditor, 'Aurelio Auditor');
    await reads.goto(`${base}/mesa/agenda`);
    assert.equal(await reads.locator('form.apilado').count(), 0);
    const [cookie] = await auditor.cookies();
    const csrf = await reads.inputValue('.salir [name=csrf]');
    assert.equal((await fetch(`${base}/mesa/agenda`, { method: 'POST', redirect: 'manual', headers: { Cookie: `${cookie.name}=${cookie.value}` },
      body: new URLSearchParams({ csrf, tipo: 'visita_obra', titulo: 'No', dia: day, desde: '09:00' }) })).status, 403);
    await auditor.close();
  });
  await test('the data officer opens, prints and marks; the key goes nowhere; figures of five or more', async () => {
    const ctx = await context();
    const olga = await signIn(ctx, 'Olga Oficial');
    assert.equal(new URL(olga.url()).pathname, '/mesa/oficial');
    await olga.click('.grupos a');
    await olga.setInputFiles('#llave', { name: 'llave.txt', mimeType: 'text/plain', buffer: Buffer.from('no es una llave') });
    await until('the refusal', async () => /no tiene una llave/.test(await olga.textContent('#estado')));
    await olga.setInputFiles('#llave', { name: 'llave.txt', mimeType: 'text/plain', buffer: Buffer.from(identity) });
    await until('opened', async () => /^Abierto/.test(await olga.textContent('#estado')), 60000);
    assert.equal(await olga.locator('h2:has-text("Asistencia: 14") + .tabla tbody tr').count(), 14);
    assert.match(await olga.textContent('#abierto'), /persona@correo\.example/);
    const figures = await olga.locator('h3:has-text("Por sexo") + .tabla').innerText();
    // Eight, four and two of fourteen: four and two are few, and together six, so that neither can be worked out.
    assert.match(figures, /Mujer\s+8/);
    assert.equal(figures.match(/menos de cinco/g).length, 2);
    await olga.locator('text=Respuesta enviada').first().click();
    await until('marked', async () => (await olga.locator('span:text-is("Sí")').count()) === 1);
    await shoot(olga, 'sellado');
    assert.deepEqual(await axeViolations(olga), []);
    const secret = identity.match(/AGE-SECRET-KEY-1[0-9A-Z]+/)[0];
    assert.ok(ctx.sent.every((request) => !request.toUpperCase().includes(secret.slice(16, 40)) && !request.includes('Asistente')));
    assert.equal(await olga.evaluate(() => localStorage.length + sessionStorage.length), 0);
    assert.deepEqual(ctx.trouble, []);
    await ctx.close();
  });

  await test('suppression: nothing hidden can be worked out from the total', async () => {
    const { suppress } = await import(pathToFileURL(absolute(source, 'ui/web/assets/mesa-cifras.js')));
    for (let seed = 1, n = 0; n < 3000; n++) {
      const counts = [];
      for (let i = 0; i < 1 + (n % 6); i++) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        counts.push({ label: String(i), count: seed % (n % 2 ? 9 : 40) });
      }
      const shown = suppress(counts);
      const hidden = counts.filter(({ label, count }) => count > 0 && shown.find((one) => one.label === label).count === null);
      assert.ok(shown.every(({ count }) => count === null || count >= 5));
      const sum = hidden.reduce((all, { count }) => all + count, 0);
      const everything = shown.every(({ count }) => count === null);
      assert.ok(hidden.length === 0 || everything || (hidden.length > 1 && sum >= 5), JSON.stringify(counts));
    }
  });

  await test('central still verifies, and every decision of the desk names its account', async () => {
    assert.equal(central(['verify']).at(-1).faults, 0);
    await page.goto(`${base}/mesa/decisiones`);
    const rows = await page.locator('tbody tr').evaluateAll((all) => all.map((row) => row.cells[1].textContent));
    assert.ok(rows.length > 15 && rows.every((who) => /Moderación|Respuestas|Dependencia|Oficial de datos/.test(who)), rows.join());
  });

  await test(`${rounds} decisions by keys, each after its picture was seen`, async () => {
    await page.goto(`${base}/mesa/cola?espacio=${event}`);
    await pictureShown();
    const start = Date.now();
    for (let i = 0; i < rounds; i++) {
      const id = await current();
      await pictureShown();
      if (i % 6 === 5) {
        await page.keyboard.press('r');
        await page.keyboard.press('6');
      } else await page.keyboard.press('a');
      await moved(id);
    }
    const seconds = (Date.now() - start) / 1000;
    console.log(`# ${rounds} decisions in ${seconds.toFixed(1)} s: ${(rounds * 60 / seconds).toFixed(0)} a minute`);
    assert.ok(seconds < rounds * (long ? 1 : 4), `${seconds} s`);
    await until('all are recorded', async () => (await page.locator('.deshacer').isHidden()), 60000);
    assert.deepEqual(moderator.trouble, []);
  });

  const admin = await context();
  const adminPage = await signIn(admin, `Adán ${evil(0)}`.slice(0, 80));
  await adminPage.close();
  const cookies = await admin.cookies();
  await admin.close();
  const pages = { tablero: '/mesa/tablero', cola: '/mesa/cola', pieza: `/mesa/pieza/${photos[0]}`, espacio: `/mesa/espacio/${event}`, decisiones: '/mesa/decisiones', aportes: '/mesa/aportes?ver=todos',
    aporte: `/mesa/aporte/${comments[0].provisional_number}`, cuentas: '/mesa/cuentas', agenda: '/mesa/agenda' };
  const looks = [[360, 'light', true], [1440, 'dark', true], ...(long || shots ? [[768, 'dark', false], [1440, 'light', false]] : [])];
  for (const [width, colorScheme, javaScriptEnabled] of looks)
    await test(`every page at ${width} px, ${colorScheme}, ${javaScriptEnabled ? 'with' : 'without'} scripts: nothing runs, nothing sticks out, axe finds nothing`, async () => {
      const ctx = await context({ viewport: { width, height: 800 }, colorScheme, javaScriptEnabled });
      await ctx.addCookies(cookies);
      const one = await ctx.newPage();
      for (const [name, path] of Object.entries(pages)) {
        assert.equal((await one.goto(base + path)).status(), 200, path);
        assert.deepEqual(await one.evaluate(overflow), [], path);
        if (javaScriptEnabled) assert.deepEqual(await axeViolations(one), [], path);
        await shoot(one, `${name}-${width}-${colorScheme}`);
      }
      assert.deepEqual(ctx.trouble, []);
      await ctx.close();
    });

  await test('what strangers see of it runs nothing either', async () => {
    const ctx = await context();
    const look = await ctx.newPage();
    for (const path of ['/', '/obras', '/obras/OB-1', '/galeria', '/libro', `/evidencia/${photos[0]}`, `/aportes/${comments[0].provisional_number}`]) {
      const answer = await look.goto(base + path);
      assert.equal(answer.status(), 200, path);
    }
    assert.deepEqual(ctx.trouble, []);
    await ctx.close();
  });
} finally {
  await browser?.close();
  served?.kill('SIGTERM');
  if (!process.env.TST_KEEP) rmSync(folder, { recursive: true, force: true });
}
finish();
