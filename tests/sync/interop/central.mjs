// SPDX-License-Identifier: GPL-3.0-or-later
// A central for tests, and a device made of nothing but node:crypto: RFC 9421 signatures as sync/protocol/README.md § 2 says, written a
// second time by other means.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

// Starts testigo-central on a port of its own choice.
export async function startCentral(program, folder, ...options) {
  const child = spawn(program, ['serve', '--data', folder, '--listen', '127.0.0.1:0', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', chunk => { errors += chunk; });
  const url = await new Promise((done, failed) => {
    let text = '';
    const timer = setTimeout(() => failed(new Error(`central does not start: ${errors}`)), 20000);
    child.stdout.on('data', chunk => {
      text += chunk;
      const found = /(https?:\/\/\S+)/.exec(text);
      if (found) { clearTimeout(timer); done(found[1].replace(/\/$/, '')); }
    });
    child.on('exit', () => failed(new Error(`central ended: ${errors}`)));
  });
  const ended = new Promise(done => child.on('exit', done));
  return { url, pid: child.pid, stop: signal => { child.kill(signal ?? 'SIGTERM'); return ended; } };
}

export function makeCentral(program, folder, origin) {
  const run = spawnSync(program, ['init', '--data', folder, '--name', origin, '--json'], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
}

export function enrolment(program, folder, name) {
  const run = spawnSync(program, ['enrol-code', '--data', folder, '--name', name, '--json'], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  const { text } = JSON.parse(run.stdout.trim().split('\n').pop());
  return JSON.parse(Buffer.from(text.slice('TESTIGO1:'.length), 'base64url'));
}

const sha256 = bytes => createHash('sha256').update(bytes).digest();

// A C2SP key of a device: named after itself.
function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
  const name = `testigo/d/${sha256(raw).toString('hex')}`;
  const tagged = Buffer.concat([Buffer.from([1]), raw]);
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), tagged])).subarray(0, 4);
  return { privateKey, name, id, vkey: `${name}+${id.toString('hex')}+${tagged.toString('base64')}` };
}

function note(key, text) {
  const signature = sign(null, Buffer.from(text), key.privateKey);
  return `${text}\n— ${key.name} ${Buffer.concat([key.id, signature]).toString('base64')}\n`;
}

// The text of a note that the verifier key signed, or null.
export function openNote(text, vkey) {
  const at = vkey.lastIndexOf('+');
  const name = vkey.slice(0, vkey.indexOf('+'));
  const raw = Buffer.from(vkey.slice(vkey.indexOf('+', vkey.indexOf('+') + 1) + 1), 'base64').subarray(1);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  const split = text.indexOf('\n\n');
  const body = text.slice(0, split + 1);
  const line = text.slice(split + 2).split('\n').find(each => each.startsWith(`— ${name} `));
  if (!line || at < 0) return null;
  const signature = Buffer.from(line.split(' ')[2], 'base64').subarray(4);
  return verify(null, Buffer.from(body), key, signature) ? body : null;
}

export class Device {
  constructor(town) {
    this.town = town;
    this.field = makeKey();
    this.open = makeKey();
    this.nonces = [];
  }

  async nonce() {
    if (this.nonces.length === 0) {
      const answer = await fetch(`${this.town.url}/sync/v1/nonces?n=16`);
      this.nonces = (await answer.json()).nonces;
    }
    return this.nonces.shift();
  }

  // The two header fields for a request that covers these headers besides method and target.
  async headers(method, url, covered = {}) {
    const names = ['@method', '@target-uri', ...Object.keys(covered)];
    const values = { '@method': method, '@target-uri': url, ...covered };
    const params = `(${names.map(name => `"${name}"`).join(' ')});created=${Math.floor(Date.now() / 1000)};keyid="${this.field.name}"`
      + `;alg="ed25519";nonce="${await this.nonce()}";tag="testigo"`;
    const base = [...names.map(name => `"${name}": ${values[name]}`), `"@signature-params": ${params}`].join('\n');
    const signature = sign(null, Buffer.from(base), this.field.privateKey).toString('base64');
    return { 'Signature-Input': `testigo=${params}`, Signature: `testigo=:${signature}:` };
  }

  async post(path, object) {
    const url = `${this.town.url}/sync/v1/${path}`;
    const body = JSON.stringify(object);
    const digest = `sha-256=:${sha256(body).toString('base64')}:`;
    const signed = await this.headers('POST', url, { 'content-digest': digest });
    const answer = await fetch(url, { method: 'POST', body, headers: { ...signed, 'Content-Digest': digest, 'Content-Type': 'application/json' } });
    return { status: answer.status, body: await answer.json() };
  }

  register() {
    const origin = this.town.log.slice(0, this.town.log.indexOf('+'));
    return this.post('register', {
      code: this.town.code, name: 'otra implementación', field: this.field.vkey, open: this.open.vkey,
      open_proof: note(this.open, `testigo-register v1\n${origin}\n${this.field.name}\n`),
    });
  }
}

