// SPDX-License-Identifier: GPL-3.0-or-later
// Our uploads against the reference server of tus (npm: @tus/server). Argument: the program tus-put.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackage } from '../../support/npm-packages.mjs';

const tool = process.argv[2];
const { Server } = await loadPackage('@tus/server');
const { FileStore } = await loadPackage('@tus/file-store');
const folder = mkdtempSync(join(tmpdir(), 'tst-tus-'));
let count = 0;
let failed = 0;

function check(ok, name, why = '') {
  count++;
  if (!ok) failed++;
  console.log(`${ok ? 'ok' : 'not ok'} ${count} ${name}${ok ? '' : ` # ${why}`}`);
}

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

// A server of its own for each case, in a folder of its own.
async function serve(name) {
  const directory = join(folder, name);
  const tus = new Server({ path: '/files', datastore: new FileStore({ directory }) });
  const http = createServer((request, response) => tus.handle(request, response));
  await new Promise(done => http.listen(0, '127.0.0.1', done));
  return {
    endpoint: `http://127.0.0.1:${http.address().port}/files`,
    port: http.address().port,
    directory,
    hashes: () => readdirSync(directory).filter(file => !file.endsWith('.json')).map(file => sha256(readFileSync(join(directory, file)))).sort(),
    bytes: () => (existsSync(directory) ? readdirSync(directory) : []).filter(file => !file.endsWith('.json'))
      .reduce((sum, file) => sum + statSync(join(directory, file)).size, 0),
    close: () => { http.closeAllConnections?.(); return new Promise(done => http.close(done)); },
  };
}

function start(...args) {
  const child = spawn(tool, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', chunk => { out += chunk; });
  child.stderr.on('data', chunk => { err += chunk; });
  const ended = new Promise(done => child.on('close', (code, signal) => {
    let lines = [];
    try { lines = out.trim().split('\n').filter(Boolean).map(line => JSON.parse(line)); } catch { /* killed while it wrote */ }
    done({ code, signal, lines, err });
  }));
  setTimeout(() => child.kill('SIGKILL'), 60000).unref();
  return { child, ended };
}

function file(name, size) {
  const path = join(folder, name);
  const bytes = randomBytes(size);
  writeFileSync(path, bytes);
  return { path, size, hash: sha256(bytes) };
}

// A line between client and server that ends after so many bytes, as often as told.
async function cutter(port, after, times) {
  const { createServer: createTcp } = await import('node:net');
  let cuts = 0;
  const server = createTcp(near => {
    const far = connect(port, '127.0.0.1');
    let passed = 0;
    const end = () => { near.destroy(); far.destroy(); };
    near.on('data', chunk => {
      passed += chunk.length;
      if (!far.write(chunk)) { near.pause(); far.once('drain', () => near.resume()); }
      if (passed >= after && cuts < times) { cuts++; setTimeout(end, 20); }
    });
    far.on('data', chunk => near.write(chunk));
    for (const socket of [near, far]) { socket.on('error', end); socket.on('close', end); }
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { endpoint: `http://127.0.0.1:${server.address().port}/files`, cuts: () => cuts, close: () => server.close() };
}

async function simple(name, size, ...options) {
  const server = await serve(name);
  const one = file(`${name}.bin`, size);
  const result = await start(...options, server.endpoint, one.path).ended;
  check(result.code === 0 && server.hashes().join() === one.hash, `${name}: arrives`, result.err);
  check(result.lines[0]?.sent === size && result.lines[0]?.resent === 0, `${name}: each byte once`, JSON.stringify(result.lines));
  await server.close();
}

try {
  await simple('small', 300000);
  await simple('large', 20 * 1024 * 1024 + 7);
  await simple('pieces', 1000003, '--piece', '65536');
  await simple('one-byte', 1);

  {
    // Killed in the middle, twice; then it goes on from the byte that the server has.
    const server = await serve('killed');
    const one = file('killed.bin', 256 * 1024 * 1024);
    const state = join(folder, 'killed.url');
    for (let round = 0; round < 2; round++) {
      const before = server.bytes();
      const { child, ended } = start('--state', state, server.endpoint, one.path);
      const deadline = Date.now() + 30000;
      while (server.bytes() < before + 20e6 && Date.now() < deadline) await new Promise(done => setTimeout(done, 5));
      child.kill('SIGKILL');
      const { signal } = await ended;
      const have = server.bytes();
      check(signal === 'SIGKILL' && have > before && have < one.size, `killed: round ${round + 1} in the middle`, `${have} of ${one.size}`);
    }
    const have = server.bytes();
    const result = await start('--state', state, '--tries', '20', server.endpoint, one.path).ended;
    check(result.code === 0 && server.hashes().join() === one.hash, 'killed: arrives', result.err);
    check(result.lines[0]?.sent <= one.size - have + 1024 * 1024, 'killed: went on from where it stood',
      `${JSON.stringify(result.lines)}, had ${have}`);
    await server.close();
  }

  {
    const server = await serve('cut');
    const one = file('cut.bin', 30 * 1024 * 1024);
    const line = await cutter(server.port, 5e6, 3);
    const result = await start('--tries', '30', line.endpoint, one.path).ended;
    check(result.code === 0 && server.hashes().join() === one.hash, 'cut lines: arrives', result.err);
    check(line.cuts() === 3, 'cut lines: three were cut', `${line.cuts()}`);
    const { sent, resent } = result.lines[0] ?? {};
    check(sent === one.size + resent && sent < 2 * one.size, 'cut lines: what went twice is counted, and it is not the file', JSON.stringify(result.lines));
    line.close();
    await server.close();
  }

  {
    // The server forgot the upload: the URL of the earlier try answers 404.
    const server = await serve('gone');
    const one = file('gone.bin', 9 * 1024 * 1024);
    const state = join(folder, 'gone.url');
    writeFileSync(state, `${server.endpoint}/0123456789abcdef`);
    const result = await start('--state', state, server.endpoint, one.path).ended;
    check(result.code === 0 && server.hashes().join() === one.hash, 'gone: created anew and arrives', result.err);
    await server.close();
  }

  {
    const result = await start('http://127.0.0.1:1/files', file('nowhere.bin', 10).path).ended;
    check(result.code === 4 && result.err.startsWith('unreachable:'), 'nobody there: says so', result.err);
  }
} catch (error) {
  check(false, 'no exception', error.stack);
} finally {
  rmSync(folder, { recursive: true, force: true });
  console.log(`1..${count}`);
}
process.exit(failed > 0 ? 1 : 0);
