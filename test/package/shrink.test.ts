import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shrink } from '../../scripts/release/shrink.mjs';

const compiled = {
  'package.json': JSON.stringify({
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  }),
  'dist/index.js': `export { total } from './parts/total.js';\n`,
  'dist/index.d.ts': `export { total } from './parts/total.js';\nexport type Price = import("./price.types.js").Price;\n`,
  'dist/parts/total.js': [
    '/** Adds prices. */',
    "import { rounded } from './rounded.js';",
    'export function total(prices) {',
    '    // A comment of ours.',
    '    return rounded(prices.reduce((sum, price) => sum + price, 0)) + `',
    '    in all`;',
    '}',
    '',
  ].join('\n'),
  'dist/parts/total.d.ts': '/** Adds prices. */\nexport declare function total(prices: readonly number[]): string;\n',
  // Used, but no declaration of an entry point leads to its declaration.
  'dist/parts/rounded.js': 'export const rounded = price => Math.round(price);\n',
  'dist/parts/rounded.d.ts': 'export declare const rounded: (price: number) => number;\n',
  'dist/price.types.js': 'export {};\n',
  'dist/price.types.d.ts': '/** In cents. */\nexport type Price = number;\n',
};

describe('what is packed of what is compiled', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-shrink-'));
    for (const [file, text] of Object.entries(compiled)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    shrink(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');

  it('has what the entry points lead to, and nothing else', () => {
    const kept = Object.keys(compiled).filter(file => existsSync(path.join(folder, file)));
    const gone = ['dist/parts/rounded.d.ts', 'dist/price.types.js'];
    expect(kept).toEqual(Object.keys(compiled).filter(file => !gone.includes(file)));
  });

  it('keeps the docstrings of the declarations', () => {
    for (const file of ['dist/parts/total.d.ts', 'dist/price.types.d.ts'] as const)
      expect(read(file)).toBe(compiled[file]);
  });

  it('takes comments and indentation out of the scripts, and no name', async () => {
    const script = read('dist/parts/total.js');
    expect(script).not.toMatch(/Adds prices|A comment of ours/);
    expect(script).toContain('function total(prices)');
    expect(script.length).toBeLessThan(compiled['dist/parts/total.js'].length);
    const { total } = await import(/* @vite-ignore */ path.join(folder, 'dist/index.js'));
    expect(total([1.2, 1.3])).toBe('3\n    in all');
  });

  it('is the same when it is done twice', () => {
    const before = read('dist/parts/total.js');
    shrink(folder);
    expect(read('dist/parts/total.js')).toBe(before);
  });
});
