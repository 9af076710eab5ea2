// SPDX-License-Identifier: GPL-3.0-or-later
// TAP from a script: await test('name', async () => { assert… }); …; finish();
let count = 0;
let failed = 0;

export async function test(name, body) {
  count++;
  try {
    await body();
    console.log(`ok ${count} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${count} - ${name}`);
    for (const line of String(error?.stack ?? error).split('\n')) console.log(`# ${line}`);
  }
}

export function finish() {
  console.log(`1..${count}`);
  process.exitCode = failed === 0 && count > 0 ? 0 : 1;
}
