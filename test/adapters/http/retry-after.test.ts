import { toRetryAfterMs } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

const date = 'Tue, 03 Mar 2026 10:00:00 GMT';

describe('Retry-After', () => {
  it.each([
    { value: '0', ms: 0 },
    { value: '12', ms: 12_000 },
    { value: 'Tue, 03 Mar 2026 10:00:09 GMT', ms: 9_000 },
    { value: 'Tuesday, 03-Mar-26 10:00:09 GMT', ms: 9_000 },
    { value: 'Tue Mar  3 10:00:09 2026', ms: 9_000 },
    { value: 'Tue, 03 Mar 2026 10:00:60 GMT', ms: 60_000 },
    { value: 'Mon, 02 Mar 2026 10:00:00 GMT', ms: 0 },
    { value: '86400', ms: 300_000 },
    { value: 'Wed, 04 Mar 2026 10:00:00 GMT', ms: 300_000 },
  ])('of "$value" is $ms ms', ({ value, ms }) => {
    expect(toRetryAfterMs(new Headers({ date, 'retry-after': value }))).toBe(ms);
  });

  it.each([
    '',
    '-1',
    '1.5',
    '0x10',
    '1e3',
    'soon',
    '3, 4',
    '2026-03-03T10:00:09Z',
    'Tue, 45 Mar 2026 10:00:09 GMT',
    'Tue, 03 Mar 2026 29:00:09 GMT',
  ])('of "%s" is ignored', value => {
    expect(toRetryAfterMs(new Headers({ date, 'retry-after': value }))).toBeUndefined();
  });

  it('as a date needs the date of the answer, since the local clock may be wrong', () => {
    expect(toRetryAfterMs(new Headers({ 'retry-after': 'Tue, 03 Mar 2026 10:00:09 GMT' }))).toBeUndefined();
  });
});
