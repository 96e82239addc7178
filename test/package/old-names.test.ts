import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { oldNames } from './old-names.list.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['src', 'docs', 'examples', 'scripts', 'bench', 'test'];
const skipped = ['test/package/old-names.list.ts', 'docs/reference/.made-from.json'];
const text = /\.(tsx?|mjs|js|json|md|mmd|svg|css|html)$/;
const generated = /(^|\/)(node_modules|dist)\//;

const escaped = Object.keys(oldNames).map(name => name.replaceAll('.', '\\.'));
const word = new RegExp(`(?<![\\w$])(${escaped.join('|')})(?![\\w$])`, 'g');

const listFiles = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map(file => path.posix.join(folder, file.replaceAll(path.sep, '/')))
    .filter(file => text.test(file) && !generated.test(file) && !skipped.includes(file));

const findIn = (line: string, place: string) =>
  [...line.matchAll(word)].map(([name]) => `${place} ${name}: use ${oldNames[name]}`);

it('uses no name that has been replaced, in a text or in the name of a file', () => {
  const files = folders.flatMap(listFiles);
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap(file => [
    ...findIn(file, file),
    ...readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, at) => findIn(line, `${file}:${at + 1}`)),
  ]);
  expect(found).toEqual([]);
});

it('finds a name as a whole word only', () => {
  for (const [name, use] of Object.entries(oldNames)) {
    expect(findIn(`const a = ${name}(); b.${name};`, 'a.ts:1')).toEqual(Array(2).fill(`a.ts:1 ${name}: use ${use}`));
    expect(findIn(`const re${name} = $${name}, ${name}X, ${name.replace('.', 'X')}1;`, 'a.ts:1')).toEqual([]);
  }
});
