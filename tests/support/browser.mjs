// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's Chromium for tests, driven by playwright-core (see tests/package.json), and axe-core in its pages.
//
//   const browser = await launchBrowser();
//   const page = await browser.newPage();
//   …
//   const faults = await axeViolations(page);   // [] when accessible
//   await browser.close();
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ensurePackages, loadPackage } from './npm-packages.mjs';

const require = createRequire(fileURLToPath(new URL('../package.json', import.meta.url)));
const executablePath = process.env.TST_CHROMIUM ?? '/usr/bin/chromium';

// No request but the tests' own, and no GPU; the sandbox cannot start as root, in which tests may run.
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none'];

export async function launchBrowser(options = {}) {
  const { chromium } = (await loadPackage('playwright-core')).default;
  return chromium.launch({ executablePath, ...options, args: [...args, ...(options.args ?? [])] });
}

let axeSource = null;

// One line for each element at fault. All rules of axe-core run, best practices among them.
export async function axeViolations(page, options = {}) {
  if (axeSource === null) {
    ensurePackages('axe-core');
    axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  }
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async (run) => (await globalThis.axe.run(document, run)).violations,
    { resultTypes: ['violations'], ...options });
  return violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary?.replace(/\s+/g, ' ').slice(0, 300) ?? ''}`));
}
