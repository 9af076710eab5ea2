// SPDX-License-Identifier: GPL-3.0-or-later
// The reference client of tus (npm: tus-js-client) against our central, signed by node:crypto. Argument: testigo-central.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage } from '../../support/npm-packages.mjs';
import { Device, enrolment, makeCentral, openNote, startCentral } from './central.mjs';

const program = process.argv[2];
const tus = (await loadPackage('tus-js-client')).default;
const folder = mkdtempSync(join(tmpdir(), 'tst-tus-client-'));
const data = join(folder, 'central');
let count = 0;
let failed = 0;

function check(ok, name, why = '') {
  count++;
  if (!ok) failed++;
  console.log(`${ok ? 'ok' : 'not ok'} ${count} ${name}${ok ? '' : ` # ${why}`}`);
}

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');
const within = (promise, ms) => Promise.race([promise, new Promise((done, bad) => setTimeout(() => bad(new Error('deadline')), ms).unref())]);

// One upload; resolves when it is over. @options beat ours.
function upload(device, source, size, hash, options = {}) {
  let handle;
  let sent = 0;
  const ended = new Promise(done => {
    const chunkSize = options.chunkSize ?? Infinity;
    handle = new tus.Upload(source, {
      endpoint: `${device.town.url}/sync/v1/media`,
      metadata: { sha256: hash, type: 'image/jpeg' },
      retryDelays: [20, 50, 100, 200, 400],
      ...(chunkSize === Infinity ? {} : { chunkSize }),
      onBeforeRequest: async request => {
        const method = request.getMethod();
        const covered = {};
        if (method === 'PATCH' || (method === 'POST' && options.uploadDataDuringCreation)) {
          const offset = Number(request.getHeader('Upload-Offset') ?? 0);
          covered['content-length'] = String(Math.min(chunkSize, size - offset));
          request.setHeader('Content-Length', covered['content-length']);
          sent += Number(covered['content-length']);
        }
        if (method === 'PATCH') covered['upload-offset'] = request.getHeader('Upload-Offset');
        if (method === 'POST') {
          covered['upload-length'] = request.getHeader('Upload-Length');
          covered['upload-metadata'] = request.getHeader('Upload-Metadata');
        }
        if (options.spoil) options.spoil(covered);
        for (const [name, value] of Object.entries(await device.headers(method, request.getURL(), covered))) request.setHeader(name, value);
      },
      onSuccess: () => done({ ok: true, handle, sent }),
      onError: error => done({ ok: false, error, status: error.originalResponse?.getStatus(), handle, sent }),
      ...options,
    });
    handle.start();
  });
  return { handle, ended };
}

async function holdings(device, ...hashes) {
  const answer = await device.post('holdings', { hashes });
  const text = openNote(answer.body.holding, device.town.http);
  return { lines: text === null ? null : text.split('\n').slice(3).filter(Boolean), missing: answer.body.missing };
}

async function whole(device, name, size, options = {}, stream = false) {
  const bytes = randomBytes(size);
  const hash = sha256(bytes);
  const path = join(folder, 'source');
  writeFileSync(path, bytes);
  const result = await within(upload(device, stream ? createReadStream(path) : bytes, size, hash, options).ended, 60000);
  check(result.ok, `${name}: accepted`, result.error?.message);
  const held = await holdings(device, hash);
  check(held.lines?.join() === `${hash} ${size}`, `${name}: a signed receipt for exactly these bytes`, JSON.stringify(held));
  return { bytes, hash, result };
}

let central;
try {
  makeCentral(program, data, 'obras.villaluz.example/testigo');
  central = await startCentral(program, data);
  const device = new Device(enrolment(program, data, 'js'));
  const registered = await device.register();
  check(registered.status === 200 && registered.body.registered === true, 'another implementation registers', JSON.stringify(registered));
  const again = await device.register();
  check(again.status === 200, 'registering again is no error', JSON.stringify(again));

  const first = await whole(device, 'one piece', 400001);
  await whole(device, 'bytes with the creation', 300000, { uploadDataDuringCreation: true });
  {
    let retries = 0;
    const httpStack = new tus.DefaultHttpStack({ agent: new Agent({ keepAlive: true }) });
    await whole(device, 'pieces', 1000000, { chunkSize: 65536, httpStack, onShouldRetry: () => { retries++; return true; } });
    check(retries === 0, 'pieces: the line stays open from one to the next', `${retries} retries`);
  }
  await whole(device, 'pieces with the creation', 500000, { chunkSize: 100000, uploadDataDuringCreation: true });
  await whole(device, 'large, from a file', 12 * 1024 * 1024, {}, true);

  {
    // Held already. The client does not look at the offset of a creation; the conflict tells it.
    const result = await within(upload(device, first.bytes, first.bytes.length, first.hash).ended, 20000);
    check(result.ok && result.sent <= first.bytes.length, 'held already: ends well', `${result.error?.message} sent ${result.sent}`);
  }
  {
    // Aborted in the middle; another upload object goes on from there by the URL.
    const bytes = randomBytes(3000000);
    const hash = sha256(bytes);
    let running;
    const stopped = new Promise(done => {
      running = upload(device, bytes, bytes.length, hash, {
        chunkSize: 100000,
        onProgress: sent => { if (sent > 1000000) running.handle.abort().then(done); },
      });
    });
    await within(stopped, 20000);
    const result = await within(upload(device, bytes, bytes.length, hash, { uploadUrl: running.handle.url, chunkSize: 100000 }).ended, 20000);
    check(result.ok, 'aborted: goes on', result.error?.message);
    check(result.sent < 2200000, 'aborted: not from the start', String(result.sent));
    check((await holdings(device, hash)).lines?.length === 1, 'aborted: held at the end');
  }
  {
    // The line is cut again and again. Requests are signed for the public address, whatever address they came by.
    const bytes = randomBytes(6000000);
    const hash = sha256(bytes);
    const port = Number(new URL(central.url).port);
    let cuts = 0;
    const line = createServer(near => {
      const far = connect(port, '127.0.0.1');
      let passed = 0;
      const end = () => { near.destroy(); far.destroy(); };
      near.on('data', chunk => {
        passed += chunk.length;
        if (!far.write(chunk)) { near.pause(); far.once('drain', () => near.resume()); }
        if (passed > 1500000 && cuts < 3) { cuts++; setTimeout(end, 5); }
      });
      far.on('data', chunk => near.write(chunk));
      for (const socket of [near, far]) { socket.on('error', end); socket.on('close', end); }
    });
    await new Promise(done => line.listen(0, '127.0.0.1', done));
    const near = `http://127.0.0.1:${line.address().port}`;
    const result = await within(upload(device, bytes, bytes.length, hash, {
      endpoint: `${near}/sync/v1/media`,
      // What central calls itself is what is signed.
      onBeforeRequest: async request => {
        const method = request.getMethod();
        const target = central.url + new URL(request.getURL()).pathname;
        const covered = {};
        if (method === 'PATCH') {
          covered['upload-offset'] = request.getHeader('Upload-Offset');
          covered['content-length'] = String(bytes.length - Number(request.getHeader('Upload-Offset')));
          request.setHeader('Content-Length', covered['content-length']);
        }
        if (method === 'POST') {
          covered['upload-length'] = request.getHeader('Upload-Length');
          covered['upload-metadata'] = request.getHeader('Upload-Metadata');
        }
        request._url = near + new URL(request.getURL()).pathname;
        for (const [name, value] of Object.entries(await device.headers(method, target, covered))) request.setHeader(name, value);
      },
    }).ended, 40000);
    check(result.ok && cuts === 3, 'cut three times: arrives', `${result.error?.message}, ${cuts} cuts`);
    check((await holdings(device, hash)).lines?.join() === `${hash} ${bytes.length}`, 'cut three times: held whole');
    line.close();
  }
  {
    const bytes = randomBytes(50000);
    const wrong = sha256(randomBytes(10));
    const result = await within(upload(device, bytes, bytes.length, wrong, { retryDelays: null }).ended, 20000);
    check(!result.ok && result.status === 422, 'other bytes than announced: 422', `${result.status}`);
    const held = await holdings(device, wrong);
    check(held.lines?.length === 0 && held.missing.join() === wrong, 'other bytes than announced: not held', JSON.stringify(held));
  }
  {
    const bytes = randomBytes(1000);
    const result = await within(upload(device, bytes, 1000, sha256(bytes), { retryDelays: null, spoil: covered => { covered['upload-length'] = '999'; } }).ended, 20000);
    check(!result.ok && result.status === 401, 'a signature over something else: 401', `${result.status}`);
    const stranger = new Device(device.town);
    const refused = await within(upload(stranger, bytes, 1000, sha256(bytes), { retryDelays: null }).ended, 20000);
    check(!refused.ok && refused.status === 403, 'an unknown device: 403', `${refused.status}`);
  }
  {
    // Central ends and begins in the middle.
    const bytes = randomBytes(4000000);
    const hash = sha256(bytes);
    let running;
    const stopped = new Promise(done => {
      running = upload(device, bytes, bytes.length, hash, {
        chunkSize: 200000,
        onProgress: sent => { if (sent > 2000000) running.handle.abort().then(done); },
      });
    });
    await within(stopped, 20000);
    await central.stop('SIGKILL');
    const port = new URL(central.url).port;
    central = await startCentral(program, data, '--listen', `127.0.0.1:${port}`);
    device.nonces = [];
    const result = await within(upload(device, bytes, bytes.length, hash, { uploadUrl: running.handle.url }).ended, 20000);
    check(result.ok && result.sent < 2400000, 'central was killed: goes on from what it had', `${result.error?.message}, sent ${result.sent}`);
    check((await holdings(device, hash)).lines?.length === 1, 'central was killed: held at the end');
  }
} catch (error) {
  check(false, 'no exception', error.stack);
} finally {
  await central?.stop();
  rmSync(folder, { recursive: true, force: true });
  console.log(`1..${count}`);
}
process.exit(failed > 0 ? 1 : 0);
