// SPDX-License-Identifier: GPL-3.0-or-later
// Packages that only tests use, pinned in tests/package.json; installed beside it the first time a test asks.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const tests = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(tests, 'package.json'));
const { devDependencies } = require(join(tests, 'package.json'));

// The pinned version is there.
function installed(name) {
  try {
    return require(join(tests, 'node_modules', name, 'package.json')).version === devDependencies[name];
  } catch {
    return false;
  }
}

export function ensurePackages(...names) {
  if (names.every(installed)) return;
  // One at a time: several tests may ask at once.
  const run = spawnSync('flock', [join(tests, 'package.json'), 'npm', 'install', '--no-audit', '--no-fund'],
    { cwd: tests, stdio: ['ignore', 2, 2], timeout: 300000 });
  if (run.status !== 0) throw new Error('npm could not install the packages of tests/package.json');
}

export async function loadPackage(name) {
  ensurePackages(name);
  return import(pathToFileURL(require.resolve(name)));
}
