import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../docs/pages.mjs';

/** What is installed once stays here. Git ignores it. */
const cache = path.join(root, 'node_modules/.cache/runtimes');

/** @param {string} binary */
const starts = binary => existsSync(binary) && spawnSync(binary, ['--version'], { timeout: 120_000 }).status === 0;

/**
 * The binary of a runtime: the Node that runs this, else one that is in the cache, else one that npm installs now.
 *
 * @param {import('./runtimes.types.ts').Runtime} runtime
 * @returns {string}
 * @throws {Error} if npm cannot install it, or it does not start
 */
export function findRuntime({ name, packageName, version, binary }) {
  if (name === `Node ${process.versions.node.split('.')[0]}`) return process.execPath;
  const folder = path.join(cache, `${packageName}-${version}`);
  const found = path.join(folder, binary);
  if (starts(found)) return found;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  console.error(`No ${name} yet: npm install ${packageName}@${version}`);
  // Its own script puts the binary in its place.
  const install = [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts=false',
    `${packageName}@${version}`,
  ];
  const { status } = spawnSync('npm', install, {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    timeout: 900_000,
  });
  if (starts(found)) return found;
  const why = status === 0 ? 'It was installed, and does not start' : 'npm could not install it';
  throw new Error(
    `${name} ${version} is not there. ${why}: see above. Connect to the registry of npm, or name other runtimes: npm run test:runtimes -- "Node 20"`,
  );
}
