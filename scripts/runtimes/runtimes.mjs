/** @typedef {import('./runtimes.types.ts').Runtime} Runtime */

const system = process.platform === 'win32' ? 'win' : process.platform;
const suffix = process.platform === 'win32' ? '.exe' : '';

/** @param {string} version @param {boolean} hasSuites @returns {Runtime} */
const node = (version, hasSuites) => ({
  name: `Node ${version.split('.')[0]}`,
  packageName: `node-${system}-${process.arch}`,
  version,
  binary: `node_modules/node-${system}-${process.arch}/bin/node${suffix}`,
  args: [],
  hasSuites,
});

/** All that the library is run in. @type {readonly Runtime[]} */
export const runtimes = [
  node('20.20.2', true),
  node('22.23.5', true),
  node('24.22.3', true),
  node('26.12.1', false),
  {
    name: 'Bun',
    packageName: 'bun',
    version: '1.4.5',
    binary: 'node_modules/bun/bin/bun.exe',
    args: [],
    hasSuites: false,
  },
  {
    name: 'Deno',
    packageName: 'deno',
    version: '2.9.6',
    binary: `node_modules/deno/deno${suffix}`,
    args: ['run', '--allow-all'],
    hasSuites: false,
  },
];
