import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The vendors' own clients, in exact versions and in a folder of their own, against our doubles.
const folder = fileURLToPath(new URL('../test/vendors', import.meta.url));

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline']);
run(process.execPath, ['--test', ...readdirSync(folder).filter(name => name.endsWith('.test.mjs'))]);
