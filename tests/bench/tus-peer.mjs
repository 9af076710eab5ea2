// SPDX-License-Identifier: GPL-3.0-or-later
// What bench-sync measures itself against: tus-js-client to @tus/server over loopback, four files at a time. Arguments: folder of files,
// empty folder for the server. Prints {"seconds"}.
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPackage } from '../support/npm-packages.mjs';

const [from, to, role] = process.argv.slice(2);

if (role === 'server') {
  // A process of its own, as central is.
  const { Server } = await loadPackage('@tus/server');
  const { FileStore } = await loadPackage('@tus/file-store');
  const tus = new Server({ path: '/files', datastore: new FileStore({ directory: to }) });
  const http = createServer((request, response) => tus.handle(request, response));
  http.listen(0, '127.0.0.1', () => process.send(http.address().port));
} else {
  const tus = (await loadPackage('tus-js-client')).default;
  const server = fork(fileURLToPath(import.meta.url), [from, to, 'server']);
  const port = await new Promise(done => server.once('message', done));
  const files = readdirSync(from).sort();
  const begin = performance.now();
  const worker = async () => {
    for (let name = files.shift(); name !== undefined; name = files.shift()) {
      const path = join(from, name);
      await new Promise((done, failed) => new tus.Upload(createReadStream(path), {
        endpoint: `http://127.0.0.1:${port}/files`,
        uploadSize: statSync(path).size,
        uploadDataDuringCreation: true,
        onSuccess: done,
        onError: failed,
      }).start());
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  console.log(JSON.stringify({ seconds: (performance.now() - begin) / 1000 }));
  server.kill();
}
