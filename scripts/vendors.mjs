import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// The vendors' own clients, in exact versions and in a folder of their own, against our doubles. The compiler holds the types of the AI
// SDK's models to ours.
const folder = fileURLToPath(new URL('../test/vendors', import.meta.url));

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline']);
run(process.execPath, [
  path.join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc'),
  '-p',
  '.',
]);
run(process.execPath, ['--test', ...readdirSync(folder).filter(name => name.endsWith('.test.mjs'))]);
