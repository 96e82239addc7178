import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const lock = path.join(folder, 'package-lock.json');
/** The lock file that was installed last. */
const installed = path.join(folder, 'node_modules/.installed-lock.json');

const isWindows = process.platform === 'win32';

/** @param {string} command @param {string[]} args */
const run = (command, args) => execFileSync(command, args, { cwd: folder, stdio: 'inherit', shell: isWindows });

/** Installs the exact versions of the lock file. It is no workspace: who does not run these benchmarks does not install them. */
export function install() {
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8')) return;
  console.log('Installing the clients of vendors in bench/vendors …');
  run('npm', ['ci', '--prefer-offline', '--ignore-scripts', '--loglevel', 'error']);
  // What imports these packages can be checked only where they are.
  run('npx', ['tsc', '-p', '.']);
  copyFileSync(lock, installed);
}
