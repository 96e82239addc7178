import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../docs/pages.mjs';

/**
 * Runs a command, and returns what it printed.
 *
 * @param {string} command
 * @param {string} cwd
 * @param {Record<string, string>} [more] variables of its environment
 * @throws Error with what it printed, if it fails
 */
export function run(command, cwd, more) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', npm_config_ignore_scripts: 'true', ...more };
  const { status, stdout, stderr } = spawnSync(command, { cwd, env, shell: true, encoding: 'utf8', timeout: 900_000 });
  if (status !== 0) throw new Error(`${command} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** @type {string | undefined} */
let packed;

/** The library as npm packs it: the path of the file. It is packed once, and gone with the process. @returns {string} */
export function packedLibrary() {
  if (packed !== undefined) return packed;
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  run(`npm pack --silent --pack-destination "${folder}"`, root);
  const [file = ''] = readdirSync(folder).filter(name => name.endsWith('.tgz'));
  packed = path.join(folder, file);
  return packed;
}

/** Installs packages in a folder, beside what its `package.json` asks for. @param {string} folder @param {readonly string[]} packages */
export function npmInstall(folder, packages) {
  run(`npm install --prefer-offline --no-audit --no-fund ${packages.join(' ')}`, folder);
}

/** Installs the packed library, and what else is named. @param {string} folder @param {readonly string[]} [packages] */
export function installPackage(folder, packages = []) {
  npmInstall(folder, [`"${packedLibrary()}"`, ...packages]);
}
