// SPDX-License-Identifier: GPL-3.0-or-later
// Every public page in Chromium, with its example models: no script, nothing from elsewhere, nothing wider than the
// screen, zero violations of axe-core, keyboard, forms. TST_SHOTS=DIR keeps pictures to look at; TST_ONLY=obra narrows.
//
//   node pages.test.mjs RENDER-PAGE MODELS-DIR
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { axeViolations, launchBrowser } from '../../support/browser.mjs';
import { finish, test } from '../../support/tap.mjs';

const [renderPage, models] = process.argv.slice(2);
const shots = process.env.TST_SHOTS;
const deskCsp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const csp = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
const names = readdirSync(models).filter((name) => name.endsWith('.json') && name.startsWith(process.env.TST_ONLY ?? '')).sort();

// A picture of its own for each hash: a sky, a hill and what is being built.
function picture(sha, width) {
  const n = parseInt(sha.slice(0, 2), 16);
  const tall = (n - 16) % 4 === 2;
  const [w, h] = tall ? [480, 640] : [640, (n - 16) % 2 ? 427 : 480];
  const hue = (n * 47) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${Math.round(width * h / w)}" viewBox="0 0 ${w} ${h}">
    <rect width="${w}" height="${h}" fill="hsl(200 ${30 + n % 30}% 78%)"/><path d="M0 ${h * .55}Q${w * .3} ${h * .3} ${w * .6} ${h * .5}T${w} ${h * .42}V${h}H0z" fill="hsl(${100 + n % 40} 25% 45%)"/>
    <path d="M0 ${h * .75}L${w} ${h * .6}V${h}H0z" fill="hsl(30 30% ${45 + n % 15}%)"/><rect x="${w * .2}" y="${h * .38}" width="${w * .35}" height="${h * .36}" fill="hsl(${hue} 35% 55%)"/>
    <path d="M${w * .62} ${h * .7}l${w * .2} ${-h * .05}v${h * .2}h${-w * .2}z" fill="hsl(45 80% 55%)"/></svg>`;
}

const rendered = new Map();
function render(name) {
  if (!rendered.has(name)) rendered.set(name, execFileSync(renderPage, [name.split('.')[0], join(models, name)], { maxBuffer: 1 << 24 }));
  return rendered.get(name);
}

const assets = new Map();
function assetOf(name) {
  if (!assets.has(name)) assets.set(name, execFileSync(renderPage, ['--asset', name], { maxBuffer: 1 << 24 }));
  return assets.get(name);
}

const types = { css: 'text/css', svg: 'image/svg+xml', js: 'text/javascript' };
const asked = [];
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  asked.push(request.url);
  const send = (type, body) => response.writeHead(200, { 'content-type': type, 'content-security-policy': pathname.startsWith('/m/mesa-') ? deskCsp : csp }).end(body);
  const asset = /^\/estatico\/([\w.-]+\.(\w+))$/.exec(pathname);
  const media = /^\/media\/([0-9a-f]{64})\/(\d+)\.(?:jpg|webp)$/.exec(pathname);
  if (pathname.startsWith('/m/')) send('text/html; charset=utf-8', render(pathname.slice(3)));
  else if (media) send('image/svg+xml', picture(media[1], Number(media[2])));
  else if (types[asset?.[2]]) send(types[asset[2]], assetOf(asset[1]));
  else if (pathname.endsWith('/qr.svg')) send('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="29" height="29"><path d="M4 4h21v21H4z"/></svg>');
  else if (pathname.startsWith('/mesa/')) send('text/html', '<!doctype html><html lang="es"><title>x</title><p>ok');
  else if (['/obras', '/galeria', '/aportes'].includes(pathname)) send('text/html', '<!doctype html><html lang="es"><title>x</title><p>ok');
  else response.writeHead(404).end();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await launchBrowser();

// A page with everything that goes wrong around it noted.
async function open(options = {}) {
  const context = await browser.newContext({ locale: 'es-CO', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.faults = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) page.faults.push(message.text()); });
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('request', (request) => { if (!request.url().startsWith(base)) page.faults.push(`asked ${request.url()}`); });
  page.on('response', (response) => { if (response.status() >= 400) page.faults.push(`${response.status()} ${response.url()}`); });
  return page;
}

async function visit(page, name) {
  page.faults.length = 0;
  await page.goto(`${base}/m/${name}`);
}

// What sticks out to the right of the screen, but for boxes that scroll by themselves.
const overflow = () => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).concat(`scrollWidth ${document.documentElement.scrollWidth}`);
};

/* Without scripts a page is what its style makes of it, so one that is loaded can be resized. */
const looks = [
  { javaScriptEnabled: true, sizes: [{ width: 360, height: 740, colorScheme: 'light' }] },
  { javaScriptEnabled: true, sizes: [{ width: 1440, height: 900, colorScheme: 'dark' }] },
  { javaScriptEnabled: false,
    sizes: [{ width: 768, height: 1024, colorScheme: 'dark' }, { width: 1440, height: 900, colorScheme: 'light' }, { width: 320, height: 640, colorScheme: 'light' }] },
];
for (const { javaScriptEnabled, sizes } of looks) {
  const page = await open({ viewport: { width: sizes[0].width, height: sizes[0].height }, javaScriptEnabled });
  for (const name of names)
    for (const [i, { width, height, colorScheme }] of sizes.entries())
      await test(`${name} ${width} ${colorScheme} ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
        if (i === 0 || sizes.length > 1) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme });
        }
        if (i === 0) await visit(page, name);
        assert.deepEqual(await page.evaluate(overflow), []);
        assert.equal(await page.locator('h1').count(), 1);
        assert.equal(await page.locator('script:not([src^="/estatico/"]), [style]:not(.comparador), iframe').count(), 0);
        if (shots) {
          await page.evaluate(() => Promise.all([...document.images].map((image) => { image.loading = 'eager'; return image.decode(); })));
          mkdirSync(shots, { recursive: true });
          await page.screenshot({ path: join(shots, `${name.slice(0, -5)}-${width}-${colorScheme}.png`), fullPage: true });
        }
        assert.deepEqual(page.faults, []);
        if (javaScriptEnabled) assert.deepEqual(await axeViolations(page), []);
      });
  await page.context().close();
}

if (names.includes('inicio.json')) {
  const page = await open({ viewport: { width: 1024, height: 800 } });
  await test('keyboard: the first stop skips to the content, and one sees where one is', async () => {
    await visit(page, 'inicio.json');
    await page.keyboard.press('Tab');
    const skip = page.locator('.salto');
    assert.equal(await skip.evaluate((e) => e === document.activeElement && e.getBoundingClientRect().top >= 0), true);
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).hash, '#contenido');
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => ({
      inside: document.querySelector('main').contains(document.activeElement),
      outline: getComputedStyle(document.activeElement).outlineStyle,
    }));
    assert.deepEqual(focus, { inside: true, outline: 'solid' });
  });
  await test('the list of comunas says what the map says', async () => {
    await visit(page, 'inicio.json');
    const map = await page.locator('.mapa a').evaluateAll((list) => list.map((a) => a.getAttribute('href')));
    const list = await page.locator('.comunas a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.equal(map.length, 9);
    assert.deepEqual(list, map);
    assert.equal(await page.locator('.mapa path').evaluateAll((all) => all.every((p) => p.getBBox().width > 50)), true);
  });
  await test('the search goes to the list of works, with the text in the address', async () => {
    await visit(page, 'inicio.json');
    await page.fill('#q', 'calle 12 & «parque»');
    await page.click('button');
    await page.waitForURL('**/obras?**');
    assert.equal(new URL(page.url()).searchParams.get('q'), 'calle 12 & «parque»');
  });
  await test('the filters give an address that can be sent', async () => {
    await visit(page, 'obras.filtro.json');
    await page.click('.filtros button');
    await page.waitForURL('**/obras?**');
    assert.deepEqual([...new URL(page.url()).searchParams], [['q', 'calle'], ['comuna', '05'], ['sector', ''],
      ['estado', 'en_ejecucion'], ['dependencia', 'Secretaría de Infraestructura'], ['valor', 'mas-de-2000'], ['desde', '2026-01-01'],
      ['hasta', '2026-06-30'], ['en_vivo', '1'], ['sin_evidencia', '1']]);
  });
  await test('text at 200 %: nothing is cut at 720 px', async () => {
    await page.setViewportSize({ width: 720, height: 900 });
    for (const name of ['inicio.json', 'obra.json', 'libro.json', 'evidencia.json']) {
      await visit(page, name);
      await page.addStyleTag({ content: 'html { font-size: 200%; }' }).catch(() => {});
      await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
      assert.deepEqual(await page.evaluate(overflow), [], name);
    }
  });
  await test('before and now: the line moves by keyboard, and both pictures keep their pages', async () => {
    await visit(page, 'obra.json');
    const slider = page.locator('.comparador input').first();
    await slider.focus();
    const before = Number(await slider.inputValue());
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.equal(Number(await slider.inputValue()), before + 2);
    assert.equal(await page.locator('.comparador').first().evaluate((e) => e.style.getPropertyValue('--corte')), `${before + 2}%`);
    assert.equal(await page.locator('[data-comparar]').first().locator('figure a[href^="/evidencia/"]').count(), 2);
    const narrow = await open({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await visit(narrow, 'obra.json');
    const box = await narrow.locator('.comparador').first().boundingBox();
    await narrow.locator('.comparador').first().scrollIntoViewIfNeeded();
    const at = await narrow.locator('.comparador').first().boundingBox();
    await narrow.touchscreen.tap(at.x + box.width * 0.8, at.y + 40);
    assert.ok(Number(await narrow.locator('.comparador input').first().inputValue()) > 70);
    await narrow.context().close();
    const plain = await open({ viewport: { width: 1024, height: 800 }, javaScriptEnabled: false });
    await visit(plain, 'obra.json');
    const tops = await plain.locator('[data-comparar] >> nth=0 >> figure').evaluateAll((all) => all.map((f) => Math.round(f.getBoundingClientRect().top)));
    assert.equal(tops.length, 2);
    assert.equal(tops[0], tops[1]);
    await plain.context().close();
  });
  await test('the gallery opens large, is leafed through by keys, and gives the focus back', async () => {
    await visit(page, 'galeria.json');
    const first = page.locator('.ampliar').first();
    await first.focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.visor').evaluate((e) => e.open), true);
    const one = await page.locator('.visor img').getAttribute('src');
    await page.keyboard.press('ArrowRight');
    assert.notEqual(await page.locator('.visor img').getAttribute('src'), one);
    assert.deepEqual(await axeViolations(page), []);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Escape');
    // A dialog tells that it closed a moment after the key.
    await page.locator('.visor').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement.className === 'ampliar');
  });
  await test('on paper: no navigation, no search, the facts stay', async () => {
    await page.emulateMedia({ media: 'print' });
    await visit(page, 'obra.json');
    assert.equal(await page.locator('.cabecera nav').isVisible(), false);
    assert.equal(await page.locator('.datos').first().isVisible(), true);
    if (shots) await page.screenshot({ path: join(shots, 'obra-print.png'), fullPage: true });
    await page.emulateMedia({ media: 'screen' });
  });
  await page.context().close();
}

await browser.close();
server.close();
finish();
