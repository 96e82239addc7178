import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A part of the sources, and the tests that judge it. A mutant runs the tests that reach it until one fails, in this order: what is
 * short comes first, and explorations last.
 *
 * @typedef {{ readonly name: string, readonly sources: RegExp, readonly tests: readonly RegExp[], readonly browserTests?: readonly RegExp[] }} Part
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

// What the machines share has tests of its own, and a few that show it at work.
const shared = [
  /^test\/machines\/[\w-]+\.test\.ts$/,
  /^test\/machines\/generation\/(adapter-errors|answers|checked-answers|input|messages|page-lifecycle|throttled-page)\.test\.ts$/,
  /^test\/testing\/(replay-generation|scripted|virtual-environment)\.test\.ts$/,
  /^test\/model\/explore\.test\.ts$/,
];
// The tests of the studio need its built backend.
const machine = [
  /^test\/machines\/[\w-]+\.test\.ts$/,
  /^test\/machines\/generation\/(?![\w-]*studio\.)[\w-]+\.test\.ts$/,
  /^test\/machines\/reads\/(?!simulation\.)[\w-]+\.test\.ts$/,
  /^test\/the-first-bug\.test\.ts$/,
  /^test\/regressions\/(attribution|duplicates|lost)\.test\.ts$/,
  /^test\/testing\/(scripted|virtual-environment)\.test\.ts$/,
];
const machineModels = [
  /^test\/model\/paths\.test\.ts$/,
  /^test\/model\/generation-monitors\.proof\.test\.ts$/,
  /^test\/model\/exploration\.proof\.test\.ts$/,
  /^test\/model\/races\.test\.ts$/,
];
const client = [
  /^test\/machines\/client\/[\w-]+\.test\.ts$/,
  /^test\/regressions\/client-[\w-]+\.test\.ts$/,
  /^test\/devtools\/recording-a-client\.test\.ts$/,
  /^test\/machines\/mistakes\.test\.tsx$/,
];
// The tests of the platform start a compiler, and those of many generations load a machine.
const fileBackend = [
  /^test\/adapters\/file-backend\/(?![\w-]*studio\.)[\w-]+\.test\.ts$/,
  /^test\/adapters\/options\.test\.ts$/,
  /^test\/adapters\/(sharing|http)\/(?!many-)[\w-]+\.test\.ts$/,
];

/** @type {readonly Part[]} */
export const parts = [
  // Each generation reads by a schedule: what merely reaches them is no judge, and there is much of it. Neither is the simulation:
  // half a minute for each survivor.
  {
    name: 'reads',
    sources: /^src\/machines\/reads\//,
    tests: [
      /^test\/machines\/reads\/(?!simulation\.)[\w-]+\.test\.ts$/,
      /^test\/machines\/generation\/(polling-schedule|policy)\.test\.ts$/,
      /^test\/machines\/client\/durations\.test\.ts$/,
    ],
  },
  { name: 'machines', sources: /^src\/machines\/[\w-]+\.ts$/, tests: shared },
  {
    name: 'generation',
    sources: /^src\/machines\/generation\/(?!generation\.(machine|states|actions|actors|guards)\.ts$)/,
    tests: machine,
  },
  {
    name: 'chart',
    sources: /^src\/machines\/generation\/generation\.(machine|states|actions|actors|guards)\.ts$/,
    tests: [...machine, ...machineModels],
  },
  {
    name: 'stores',
    sources: /^src\/adapters\/stores\//,
    tests: [/^test\/adapters\/stores\/[\w-]+\.test\.ts$/],
    browserTests: [/^test\/browser\/(local|indexed)-store\.browser\.test\.ts$/],
  },
  { name: 'file-backend', sources: /^src\/adapters\/file-backend\//, tests: fileBackend },
  {
    name: 'client',
    sources: /^src\/machines\/client\//,
    tests: client,
  },
];

/** @param {string} folder */
const listFiles = folder =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(name => path.posix.join(folder, name.replaceAll(path.sep, '/')))
    .sort();

/** @param {Part} part */
export const sourcesOf = ({ sources }) => listFiles('src').filter(file => sources.test(file) && file.endsWith('.ts'));

/** @param {readonly RegExp[]} patterns */
const inOrder = patterns => {
  const files = listFiles('test');
  return patterns.flatMap(pattern => files.filter(file => pattern.test(file)));
};

/** The tests of a part in Node, in their order. @param {Part} part */
export const testsOf = ({ tests }) => inOrder(tests);

/** The tests of a part in Chromium, for what Node does not have. @param {Part} part */
export const browserTestsOf = ({ browserTests = [] }) => inOrder(browserTests);
