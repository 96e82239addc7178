import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backendRows } from '../../scripts/faults/rows.backend.mjs';
import { allRows } from '../../scripts/faults/rows.mjs';

describe('the fault table', () => {
  it('names each row once', () => {
    const names = allRows.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has for each fault of the reference backend rows that ask for it', () => {
    for (const [fault, rows] of Object.entries(backendRows)) {
      expect(rows.filter(row => Object.hasOwn(row.faults ?? {}, fault)).length, fault).toBeGreaterThan(0);
    }
  });

  it('is written down whole in docs/faults.md: else run `npm run faults`', () => {
    const document = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');
    const told = Array.from(
      document.matchAll(/^\| (.+?) \| (Node|Chromium) \|.*\| right[^|]* \|$/gm),
      match => `${match[1]}, ${match[2]}`,
    );
    expect(told.toSorted()).toEqual(allRows.flatMap(({ name }) => [`${name}, Chromium`, `${name}, Node`]).toSorted());
  });
});
