// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody said and showed at a kiosk, at the desk in Chromium: the moderator hears the voice and sees no paper; the data officer opens both with the key.
//
//   node voice-desk.mjs BASE EVENT NUMBER IDENTITY-FILE PASSPHRASE
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../support/browser.mjs';

const [base, event, number, identity, phrase] = process.argv.slice(2);
const shots = process.env.TESTIGO_SHOTS;
const browser = await launchBrowser();
const trouble = [];

async function signIn(name) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, locale: 'es-CO' });
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
  await page.goto(`${base}/mesa/`);
  await page.fill('#nombre', name);
  await page.fill('#clave', phrase);
  await page.click('main button');
  await page.waitForURL((url) => !url.pathname.endsWith('/entrar'));
  return page;
}

async function shoot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

const heard = (audio) => new Promise((resolve) => {
  if (audio.readyState >= 1) resolve(audio.duration);
  audio.addEventListener('loadedmetadata', () => resolve(audio.duration));
  audio.addEventListener('error', () => resolve(-1));
  audio.load();
});

try {
  const ana = await signIn('Ana Mesa');
  await ana.goto(`${base}/mesa/aporte/${number}`);
  const audio = ana.locator('audio');
  assert.equal(await audio.count(), 1);
  assert.ok((await audio.evaluate(heard)) > 0.5, 'the moderator hears the voice');
  assert.match(await ana.textContent('main'), /1\sfoto de un papel/);
  assert.equal(await ana.locator('img.papel').count(), 0);
  const id = (await audio.getAttribute('src')).split('/')[3];
  const refused = await ana.request.get(`${base}/mesa/partes?espacio=${event}`);
  assert.equal(refused.status(), 403);
  await shoot(ana, 'mesa-aporte-voz');
  await ana.goto(`${base}/mesa/encuestas`);
  assert.match(await ana.textContent('main'), /Daños del barrio/);
  assert.match(await ana.textContent('main'), /1\sfoto, solo para/);
  assert.equal(await ana.locator('audio').count(), 1);
  assert.ok((await ana.locator('audio').evaluate(heard)) > 0.5, 'the moderator hears the answer');
  await shoot(ana, 'mesa-encuestas');

  const olga = await signIn('Olga Oficial');
  await olga.goto(`${base}/mesa/sellado?espacio=${event}`);
  await olga.setInputFiles('#llave', identity);
  const contribution = olga.locator('#adjuntos .ficha').filter({ hasText: number });
  await contribution.locator('text=Oír la voz').click();
  assert.ok((await contribution.locator('audio').evaluate(heard)) > 0.5, 'the officer opens the voice');
  await contribution.locator('text=Ver la foto 2').click();
  await olga.locator('img.papel').waitFor();
  await olga.waitForFunction(() => document.querySelector('img.papel').naturalWidth > 0);
  const survey = olga.locator('#adjuntos .ficha').filter({ hasText: 'Respuesta a una encuesta' });
  await survey.locator('text=Ver la foto 1').click();
  await survey.locator('img.papel').waitFor();
  await olga.waitForFunction(() => [...document.querySelectorAll('img.papel')].every((picture) => picture.naturalWidth > 0));
  assert.equal(await olga.locator('img.papel').count(), 2);
  await shoot(olga, 'mesa-sellado-voz');
  const elsewhere = await olga.request.get(`${base}/mesa/sellado-medio/${id}/${'0'.repeat(64)}`);
  assert.equal(elsewhere.status(), 404);
  const nobody = await fetch(`${base}${await audio.getAttribute('src')}`, { redirect: 'manual' });
  assert.ok(nobody.status !== 200, 'nobody hears it without an account');
  assert.deepEqual(trouble, []);
} finally {
  await browser.close();
}
