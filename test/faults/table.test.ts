import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backendRows } from '../../scripts/faults/rows.backend.mjs';
import { allRows } from '../../scripts/faults/rows.mjs';

describe('the fault table', () => {
  it('has unique row names', () => {
    const names = allRows.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has rows for each fault of the reference backend', () => {
    // The rows send no command, and look at no picture.
    const { noCancel, noPreviews, ...shown } = backendRows;
    expect([noCancel, noPreviews]).toEqual([[], []]);
    for (const [fault, rows] of Object.entries(shown)) {
      expect(rows.filter(row => Object.hasOwn(row.faults ?? {}, fault)).length, fault).toBeGreaterThan(0);
    }
  });

  it('is complete in docs/faults.md, else run `npm run faults`', () => {
    const document = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');
    const documented = Array.from(
      document.matchAll(/^\| (.+?) \| (Node|Chromium) \|.*\| passed[^|]* \|$/gm),
      match => `${match[1]}, ${match[2]}`,
    );
    expect(documented.toSorted()).toEqual(
      allRows.flatMap(({ name }) => [`${name}, Chromium`, `${name}, Node`]).toSorted(),
    );
  });
});
