import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { limits } from '../../scripts/runtimes/limits.mjs';
import { toPage } from '../../scripts/runtimes/page.mjs';
import { runtimes } from '../../scripts/runtimes/runtimes.mjs';
import type { Found } from '../../scripts/runtimes/runtimes.types.js';

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
const found: Found = JSON.parse(read('scripts/runtimes/found.json'));
const page = read('docs/runtimes.md');

describe('docs/runtimes.md', () => {
  it('shows what was found, else run `npm run docs:runtimes`', () => {
    expect(page).toBe(toPage(found));
  });

  it('is linked from the list of pages', () => {
    expect(read('docs/README.md')).toContain('(runtimes.md)');
  });

  it('has tables whose rows are as long as their heads', () => {
    const tables = page.split('\n\n').filter(block => block.startsWith('|'));
    expect(tables).toHaveLength(3);
    for (const table of tables) {
      const widths = table
        .trim()
        .split('\n')
        .map(line => line.split(' | ').length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it('counts no failure, and knows no runtime that is not run', () => {
    const names = runtimes.map(({ name }) => name);
    for (const [name, { smoke, suites }] of Object.entries(found)) {
      expect(names).toContain(name);
      expect(Object.entries(smoke).filter(([, passed]) => !passed)).toEqual([]);
      expect(Object.entries(suites).filter(([, { failed }]) => failed > 0)).toEqual([]);
    }
  });

  it('has run each check that the smoke suite has now, where it has run', () => {
    const suite = read('test/runtimes/smoke.mjs');
    for (const { smoke } of Object.values(found))
      for (const check of Object.keys(smoke)) expect(suite).toContain(`'${check}'`);
  });

  it('names what a runtime cannot do by a file that shows it', () => {
    for (const { shownBy } of limits) {
      const [file, text] = shownBy;
      expect(read(file)).toContain(text);
    }
  });
});
