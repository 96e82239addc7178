import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { examplesOf, importsOf } from '../reference/docstrings.mjs';
import { blocksOf, root } from './pages.mjs';

/** @typedef {import('./pages.mjs').Page} Page */
/** @typedef {import('../reference/sources.mjs').Sources} Sources */
/**
 * What is compiled, in a folder for each page, and where its first line stands.
 * @typedef {{ folder: string, file: string, text: string, where: string, line: number }} Unit
 */

const require = createRequire(import.meta.url);
const compiler = path.join(require.resolve('typescript/package.json'), '../bin/tsc');
const yours = path.join(root, 'scripts/docs/yours');

/**
 * Blocks of TypeScript. One whose fence says `fragment`, too, is left out; how many there are is told. Those of the reference are declarations
 * and the docstrings' own examples.
 * @param {readonly Page[]} pages
 */
const typescriptIn = pages =>
  pages
    .filter(({ path: file }) => !file.startsWith('docs/reference/'))
    .flatMap(blocksOf)
    .filter(({ info }) => /^tsx?\b/.test(info));

/** @param {readonly Page[]} pages */
export const countFragments = pages => typescriptIn(pages).filter(({ info }) => info.includes('fragment')).length;

/**
 * What the compiler says of the code on these pages, and of the docstrings' examples: by the repository's own settings, in one run. A
 * page is a folder. Its blocks may import each other by their names, or by `@/` and their paths as in an app of Next, and what stands in
 * `yours`, as a reader's own files would.
 * @param {readonly Page[]} pages
 * @param {Sources} sources
 * @returns {string[]}
 */
export function brokenCode(pages, sources) {
  const units = [
    ...typescriptIn(pages)
      .filter(({ info }) => !info.includes('fragment'))
      .map(toUnit),
    ...exampleUnits(sources),
  ];
  mkdirSync(path.join(root, 'test-results'), { recursive: true });
  const folder = mkdtempSync(path.join(root, 'test-results/docs-'));
  try {
    for (const page of new Set(units.map(unit => unit.folder))) {
      cpSync(yours, path.join(folder, page), { recursive: true });
    }
    for (const { folder: page, file, text } of units) {
      const target = path.join(folder, page, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    const compilerOptions = {
      noUnusedLocals: false,
      noUnusedParameters: false,
      // `process.env.NAME`, as readers write it.
      noPropertyAccessFromIndexSignature: false,
      paths: { ...ownPaths(), ...appPaths(units) },
    };
    const config = { extends: path.join(root, 'tsconfig.json'), compilerOptions, include: ['.'], exclude: [] };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const said = `${stdout}${stderr}`.split('\n').filter(line => line && !line.startsWith(' '));
    return said.map(line => located(line, units));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The entry points, as the repository's own settings lead to them. @returns {Record<string, string[]>} */
function ownPaths() {
  const { compilerOptions } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([name, targets]) => [
      name,
      targets.map((/** @type {string} */ target) => path.join(root, target)),
    ]),
  );
}

/** `@/` is the app of a page. No two pages have a file of the same path. @param {readonly Unit[]} units @returns {Record<string, string[]>} */
function appPaths(units) {
  const apps = new Set(units.filter(({ file }) => file.includes('/')).map(({ folder }) => folder));
  const targets = [...apps].flatMap(folder => ['ts', 'tsx'].map(extension => `./${folder}/*.${extension}`));
  return targets.length > 0 ? { '@/*': targets } : {};
}

/** @param {import('./pages.mjs').Block} block @param {number} index @returns {Unit} */
function toUnit({ page, line, info, code, file }, index) {
  const name = file ?? `block-${index}.${/^tsx\b/.test(info) ? 'tsx' : 'ts'}`;
  const isModule = /^(import|export)\b/m.test(code);
  return { folder: page, file: name, text: isModule ? code : `${code}export {};\n`, where: page, line };
}

/** @param {string} line @param {readonly Unit[]} units */
function located(line, units) {
  const [, file = '', row = '', what = ''] = /^(.+?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
  const unit = units.find(one => path.normalize(file).endsWith(path.join(one.folder, one.file)));
  return unit ? `${unit.where}:${unit.line + Number(row) - 1} ${what}` : line;
}

/** @param {string} what @param {string} from @returns {[string, string]} */
function importing(what, from) {
  return [what.replace('type ', ''), `import { ${what} } from '${from}';`];
}

/** The docstrings' examples, each with the imports of the names that it uses. @param {Sources} sources @returns {Unit[]} */
function exampleUnits(sources) {
  const imports = new Map([
    ...importsOf(sources),
    ...['createActor', 'SimulatedClock'].map(name => importing(name, 'xstate')),
    ...['defineComponent', 'h'].map(name => importing(name, 'vue')),
    importing('For', 'solid-js'),
    ...['it', 'expect', 'vi'].map(name => importing(name, 'vitest')),
    importing('readFileSync', 'node:fs'),
    ...Array.from(
      readFileSync(path.join(yours, 'examples.ts'), 'utf8').matchAll(/^export (?:declare )?(type )?(?:const )?(\w+)/gm),
      ([, type = '', name = '']) => importing(`${type}${name}`, './examples.js'),
    ),
  ]);
  return examplesOf(sources).map(({ where, code }, index) => {
    // Texts and comments have words, too: an import too many harms nobody.
    const used = new Set(code.match(/(?<!(?:^|[^.])\.|[\w$])[\w$]+/g));
    const declared = new Set(
      Array.from(code.matchAll(/\b(?:const|let|function|class|type)\s+([\w$]+)/g), ([, name]) => name),
    );
    // The entry points of frameworks export the same names.
    const framework = /^src\/(vue|svelte|solid)\//.exec(where)?.[1] ?? 'react';
    const pragma = framework === 'solid' ? '/** @jsxImportSource solid-js */ ' : '';
    const lines = [...used].flatMap(name => (declared.has(name) ? [] : (imports.get(name) ?? [])));
    const importLines = lines
      .join(' ')
      .replace(/(?<=generation-lifecycle\/)(?:react|vue|svelte|solid)(?=')/g, framework);
    const file = `example-${index}.tsx`;
    return {
      folder: 'examples',
      file,
      text: `${pragma}${importLines} export {};\n${code}\n`,
      where: `@example of ${where}`,
      line: 0,
    };
  });
}
