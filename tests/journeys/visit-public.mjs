// SPDX-License-Identifier: GPL-3.0-or-later
// What the journey of a visit leaves on the public pages, in Chromium: the photograph is shown, and the number of the contribution tells its state.
//
//   node visit-public.mjs BASE PHOTO-ID ALT NUMBER
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../support/browser.mjs';

const [base, photo, alt, number] = process.argv.slice(2);
const shots = process.env.TESTIGO_SHOTS;
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'es-CO' });
  page.setDefaultTimeout(20000);
  const look = async (path, name) => {
    const response = await page.goto(base + path);
    assert.equal(response.status(), 200, path);
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    }
  };
  await look(`/evidencia/${photo}`, 'publica-foto');
  const picture = page.locator(`img[alt="${alt}"]`).first();
  await picture.waitFor();
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 0), 'the picture is drawn');
  await look(`/aportes/${number}`, 'publica-aporte');
  const words = await page.textContent('main');
  assert.match(words, new RegExp(number));
  assert.match(words, /[Rr]ecibid|trámite|[Rr]espuesta/);
} finally {
  await browser.close();
}
