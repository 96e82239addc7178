import { describe, expect, it } from 'vitest';
import { columns } from './columns.js';
import { rows } from './rows.js';
import { endOf, runCell } from './run-cell.js';

describe.each(columns)('$name', column => {
  it.each(rows)('$name', async row => {
    const cell = await runCell(column, row);
    const ends = column.ends?.[row.name] ?? ((column.lacks?.includes('cancel') && row.endsAlone) || row.ends);
    expect(ends).toContain(endOf(cell));
    expect(cell.results).toHaveLength(1);
    expect(cell.submitCount).toBe(1);
    expect(cell.chargedCount).toBe(row.charged ?? 1);
    expect(cell.leftOver).toBe(0);
    for (const secret of [column.key, ...column.key.split(':')]) expect(cell.told).not.toContain(secret);
    const [result] = cell.results;
    // What a vendor has accepted is never told as free, unless the vendor says so.
    if (result?.status === 'failed' && row.charged === 0) expect(['no', 'maybe']).toContain(result.failure.charged);
  });
});
