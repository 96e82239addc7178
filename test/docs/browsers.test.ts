import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { areaOf } from '../../scripts/browsers/areas.mjs';
import type { Found } from '../../scripts/browsers/browsers.types.js';
import { limits } from '../../scripts/browsers/limits.mjs';
import { engines, toPage } from '../../scripts/browsers/page.mjs';

const inRepository = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const read = (file: string) => readFileSync(inRepository(file), 'utf8');
const found: Found = JSON.parse(read('scripts/browsers/found.json'));
const tests = readdirSync(inRepository('test/browser'), { recursive: true, encoding: 'utf8' })
  .map(file => `test/browser/${file.replaceAll('\\', '/')}`)
  .filter(file => /\.(browser|page)\.test\.tsx?$/.test(file));

describe('docs/browsers.md', () => {
  it('shows what was found, else run `npm run docs:browsers`', () => {
    expect(read('docs/browsers.md')).toBe(toPage(found));
  });

  it('counts tests in files that are there, and no failure', () => {
    for (const engine of engines) {
      expect(Object.keys(found[engine]).filter(file => !tests.includes(file))).toEqual([]);
      expect(Object.values(found[engine]).reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
    }
  });

  it('has an area for each file that runs inside a page, in every browser', () => {
    expect(tests.filter(file => file.includes('.browser.test.') && areaOf(file) === undefined)).toEqual([]);
  });

  it('names what a browser cannot do by a test that is there', () => {
    for (const { shownBy } of limits) {
      const [file, text] = shownBy;
      expect(read(file)).toContain(text);
    }
  });

  it('names each test that only one browser can run', () => {
    const named = limits.map(({ shownBy: [, text] }) => text);
    const onlyThere = tests.flatMap(file =>
      Array.from(read(file).matchAll(/itInChromium\(\s*'([^']+)'/g), ([, name = '']) => name),
    );
    expect(onlyThere.length).toBeGreaterThan(0);
    expect(onlyThere.filter(name => !named.includes(name))).toEqual([]);
  });
});
