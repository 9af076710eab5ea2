// SPDX-License-Identifier: GPL-3.0-or-later
// The community's test vectors for age (npm: cctv-age), all that an X25519 identity opens or must refuse.
// Argument: the seal tool.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { loadPackage } from '../../../support/npm-packages.mjs';

const tool = process.argv[2];
const vectors = await loadPackage('cctv-age');
const folder = mkdtempSync(join(tmpdir(), 'tst-age-vectors-'));

// What each expectation is called here.
const codes = {
  'success': [''],
  'no match': ['locked'],
  'header failure': ['hash-mismatch'],
  'HMAC failure': ['hash-mismatch'],
  'payload failure': ['hash-mismatch'],
};

let count = 0;
let failed = 0;
function check(ok, name, why) {
  count++;
  if (!ok) failed++;
  console.log(`${ok ? 'ok' : 'not ok'} ${count} ${name}${ok ? '' : ` # ${why}`}`);
}

try {
  for (const [name, bytes] of Object.entries(vectors)) {
    if (!(bytes instanceof Uint8Array)) continue;
    const all = Buffer.from(bytes);
    const split = all.indexOf('\n\n');
    const header = {};
    const identities = [];
    for (const line of all.subarray(0, split).toString().split('\n')) {
      const [key, value] = line.split(/: (.*)/);
      header[key] = value;
      if (key === 'identity') identities.push(value);
    }
    // Armour, passphrases and the post-quantum type are not among what Testigo writes or reads.
    if (header.armored || identities.length === 0 || !identities.every((i) => i.startsWith('AGE-SECRET-KEY-1'))) continue;
    let sealed = all.subarray(split + 2);
    if (header.compressed === 'zlib') sealed = inflateSync(sealed);

    for (const how of ['mem', 'fd']) {
      let answer;
      for (const identity of identities) {
        const path = join(folder, 'clave');
        writeFileSync(path, identity + '\n', { mode: 0o600 });
        answer = spawnSync(tool, ['open', how, path], { input: sealed, maxBuffer: 1 << 28, timeout: 60000 });
        if (answer.status === 0) break;
      }
      const code = answer.stderr.toString().trim();
      const digest = createHash('sha256').update(answer.stdout).digest('hex');
      let ok = codes[header.expect].includes(code) && (answer.status === 0) === (header.expect === 'success');
      if (header.expect === 'success') ok = ok && digest === header.payload;
      // In memory nothing is let out of a damaged file; as a stream, at most whole chunks that were found good.
      else if (how === 'mem' || header.expect !== 'payload failure') ok = ok && answer.stdout.length === 0;
      else ok = ok && (digest === header.payload || answer.stdout.length % 65536 === 0);
      check(ok, `${name} ${how}: ${header.expect}`, `${answer.status} ${code} ${answer.stdout.length} bytes`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
check(count === 2 * 67, 'all 67 vectors of an X25519 identity were read', String(count));
console.log(`1..${count}`);
process.exitCode = failed ? 1 : 0;
