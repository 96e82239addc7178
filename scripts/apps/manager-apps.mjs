import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../docs/pages.mjs';
import { npmInstall, packedLibrary, run } from './packed.mjs';

/** @typedef {import('./apps.types.ts').App} App */
/** @typedef {{ name: string, packageName?: string, add: string, node?: string, files?: Record<string, string>, cannotRequire?: string }} Manager */

/** Where npm installs from. The others would ask the default registry, which not every network reaches. */
function registryEnv() {
  const registry = run('npm config get registry', root).trim();
  return {
    npm_config_registry: registry,
    YARN_REGISTRY: registry,
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
    YARN_ENABLE_SCRIPTS: 'false',
    YARN_ENABLE_TELEMETRY: 'false',
    // In CI, Yarn 4 changes no lock file, and there is none yet.
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  };
}

/** What the entry points need beside the library, in the versions that the tests have. @returns {readonly string[]} */
function peers() {
  const { peerDependencies, devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return Object.keys(peerDependencies).map(name => `"${name}@${devDependencies[name]}"`);
}

/**
 * An empty project, in which a package manager installs the packed library, and a script loads each entry point.
 *
 * @param {Manager} manager `packageName`: where it is, in npm. `node`: how it starts a script. `cannotRequire`: why `require()` is left out
 * @returns {App}
 */
const managerApp = ({ name, packageName, add, node = 'node', files = {}, cannotRequire }) => ({
  name: `managers-${name}`,
  note: cannotRequire,
  open() {
    const folder = mkdtempSync(path.join(tmpdir(), `generation-lifecycle-${name}-`));
    const project = path.join(folder, 'project');
    cpSync(path.join(root, 'test/apps/managers'), project, { recursive: true });
    for (const [file, text] of Object.entries({ 'package.json': '{ "private": true }\n', ...files }))
      writeFileSync(path.join(project, file), text);
    const bin = path.join(folder, 'manager/node_modules/.bin');
    const env = () => ({ ...registryEnv(), PATH: `${bin}${path.delimiter}${process.env['PATH']}` });
    return {
      install() {
        if (packageName !== undefined) {
          cpSync(path.join(project, 'package.json'), path.join(folder, 'manager/package.json'));
          npmInstall(path.join(folder, 'manager'), [packageName]);
        }
        run(`${add} "generation-lifecycle@file:${packedLibrary()}" ${peers().join(' ')}`, project, env());
      },
      click() {
        const scripts = cannotRequire === undefined ? ['import.mjs', 'require.mjs'] : ['import.mjs'];
        for (const script of scripts) run(`${node} ${script}`, project, env());
      },
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
});

export const managerApps = [
  managerApp({ name: 'npm', add: 'npm install --prefer-offline --no-audit --no-fund' }),
  managerApp({ name: 'pnpm', packageName: 'pnpm@10', add: 'pnpm add' }),
  // It refuses what eventsource-parser declares of Node, as the guide says.
  managerApp({
    name: 'yarn-1',
    packageName: 'yarn@1.22.22',
    add: 'yarn add --ignore-engines --network-timeout 300000',
  }),
  // An empty lock file says that this folder is a project of its own.
  managerApp({
    name: 'yarn-4',
    packageName: '@yarnpkg/cli-dist@4',
    add: 'yarn add',
    files: { 'yarn.lock': '', '.yarnrc.yml': 'nodeLinker: node-modules\n' },
  }),
  // Without node_modules, as it is by default.
  managerApp({
    name: 'yarn-4-pnp',
    packageName: '@yarnpkg/cli-dist@4',
    add: 'yarn add',
    node: 'yarn node',
    files: { 'yarn.lock': '' },
    cannotRequire: "import only: require() of ES modules finds no file in an archive of Plug'n'Play",
  }),
];
