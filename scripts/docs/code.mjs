import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { examplesOf, importsOf } from '../reference/docstrings.mjs';
import { blocksOf, root } from './pages.mjs';

/** @typedef {import('./pages.mjs').Page} Page */
/** @typedef {import('../reference/sources.mjs').Sources} Sources */
/** What is compiled, and where its first line stands. @typedef {{ file: string, text: string, where: string, line: number }} Unit */

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
 * page is a folder. Its blocks may import each other by their names, and what stands in `yours`, as a reader's own files would.
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
    for (const { file, text } of units) {
      const target = path.join(folder, file);
      if (mkdirSync(path.dirname(target), { recursive: true }))
        cpSync(yours, path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false };
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

/** @param {import('./pages.mjs').Block} block @param {number} index @returns {Unit} */
function toUnit({ page, line, info, code, file }, index) {
  const name = file ?? `block-${index}.${/^tsx\b/.test(info) ? 'tsx' : 'ts'}`;
  const isModule = /^(import|export)\b/m.test(code);
  return { file: `${page}/${name}`, text: isModule ? code : `${code}export {};\n`, where: page, line };
}

/** @param {string} line @param {readonly Unit[]} units */
function located(line, units) {
  const [, file = '', row = '', what = ''] = /^(.+?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
  const unit = units.find(one => path.normalize(file).endsWith(path.normalize(one.file)));
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
    const lines = [...used].flatMap(name => (declared.has(name) ? [] : (imports.get(name) ?? [])));
    const file = `examples/example-${index}.tsx`;
    return { file, text: `${lines.join(' ')} export {};\n${code}\n`, where: `@example of ${where}`, line: 0 };
  });
}
