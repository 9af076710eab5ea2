// SPDX-License-Identifier: GPL-3.0-or-later
// The live site in Chromium: the demo town is made by its own script, served, and walked through as a stranger would. Pages load whole, without a
// console message, pass axe-core; the strangers' program proves a photo; what is retired is gone everywhere. TST_SHOTS=DIR keeps pictures to look at.
//
//   node site.test.mjs BUILD-DIR SOURCE-DIR
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axeViolations, launchBrowser } from '../support/browser.mjs';
import { finish, test } from '../support/tap.mjs';

const [build, source] = process.argv.slice(2);
const shots = process.env.TST_SHOTS;
const folder = mkdtempSync(join(tmpdir(), 'testigo-site-'));
const data = join(folder, 'town', 'central');
const central = (...args) => execFileSync(join(build, 'app', 'testigo-central'), [...args, '--data', data, '--json'], { encoding: 'utf8' })
  .trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const n = probe.address().port; probe.close(() => resolve(n)); });
});
const base = `http://127.0.0.1:${port}`;
let served = null;
let browser = null;
const get = (path) => fetch(base + path, { redirect: 'manual', signal: AbortSignal.timeout(20000) });

try {
  await test('the demo town is made, captured, synchronised, published and verified', () => {
    execFileSync('/usr/bin/python3', [join(source, 'app/demo-town/demo.py'), '--build', build, '--port', String(port), '--once', '--keep', join(folder, 'town')],
      { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300000 });
  });
  served = spawn(join(build, 'app', 'testigo-central'), ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve, reject) => { served.stdout.once('data', resolve); served.once('exit', reject); });
  browser = await launchBrowser();

  const open = async (path, width = 1280) => {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const trouble = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
    page.on('requestfailed', (request) => trouble.push(`failed: ${request.url()}`));
    page.on('request', (request) => request.url().startsWith(base) || trouble.push(`elsewhere: ${request.url()}`));
    const answer = await page.goto(base + path);
    return { page, trouble, status: answer.status() };
  };
  const evidence = (await (await get('/descargas/evidencia.geojson')).json()).features;
  const work = evidence[0].properties.work;
  const item = `/evidencia/${evidence[0].id}`;
  const pages = { inicio: '/', obras: '/obras?comuna=01', obra: `/obras/${work}`, galeria: '/galeria', evidencia: item, libro: '/libro',
    verificar: '/verificar', encuestas: '/encuestas', aportes: '/aportes', ayuda: '/ayuda', acerca: '/acerca' };

  for (const [name, path] of Object.entries(pages))
    for (const width of [1280, 360])
      await test(`${path} at ${width} px`, async () => {
        const { page, trouble, status } = await open(path, width);
        assert.equal(status, 200);
        /* Pictures below the fold load as one comes to them. */
        await page.evaluate(async () => {
          for (const image of document.images) { image.loading = 'eager'; await image.decode().catch(() => {}); }
        });
        assert.deepEqual(await page.evaluate(() => [...document.images].filter((image) => image.naturalWidth === 0).map((image) => image.src)), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'wider than the screen');
        assert.deepEqual(trouble, []);
        assert.deepEqual(await axeViolations(page), []);
        if (shots) {
          mkdirSync(shots, { recursive: true });
          await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
        }
        await page.close();
      });

  await test('from the start page to a photo and its proof by links alone', async () => {
    const { page } = await open('/');
    await page.click('a[href^="/evidencia/"]');
    await page.waitForURL('**/evidencia/**');
    assert.match(await page.textContent('main'), /Comprobada/);
    for (const part of ['record', 'proof', 'body']) {
      const href = await page.getAttribute(`a[href$="/${part}"]`, 'href');
      assert.equal((await get(href)).status, 200);
    }
    await page.close();
  });

  await test('a stranger checks a photo without our programs', () => {
    const said = execFileSync('/usr/bin/python3', [join(source, 'ui/web/assets/comprobar.py'), base + item], { encoding: 'utf8' });
    assert.equal(said.match(/^bien/gm)?.length, 4);
  });

  await test('searching and filtering without script', async () => {
    const { page } = await open('/obras');
    await page.fill('input[name="q"]', 'puente');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/obras?**q=puente**');
    assert.match((await page.textContent('main')).toLowerCase(), /puente/);
    assert.ok(await page.locator('a[href^="/obras/"]').count() >= 1);
    await page.close();
  });

  await test('what is retired answers 410, and is gone from gallery, downloads, feed and pictures', async () => {
    const html = await (await get(item)).text();
    const picture = html.match(/\/media\/[0-9a-f]{64}\/\d+\.jpg/)[0];
    assert.equal((await get(picture)).status, 200);
    central('retire', evidence[0].id, '--reason', 'menor_de_edad');
    for (const path of [item, `${item}.json`, `${item}/body`, `${item}/record`, picture]) assert.equal((await get(path)).status, 410, path);
    for (const path of ['/', '/galeria', `/obras/${work}`, '/descargas/evidencia.geojson', '/feeds/evidencia.atom'])
      assert.ok(!(await (await get(path)).text()).includes(evidence[0].id), path);
    const { page, status } = await open(item);
    assert.equal(status, 410);
    assert.match(await page.textContent('main'), /niña, un niño o un adolescente/);
    if (shots) await page.screenshot({ path: join(shots, 'retirada-1280.png'), fullPage: true });
    await page.close();
  });

  await test('what is erased leaves central whole: verify finds no fault', () => {
    central('erase', evidence[1].id, '--reason', 'pedido_titular');
    assert.equal(central('verify').at(-1).faults, 0);
  });
} finally {
  await browser?.close();
  served?.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
finish();
