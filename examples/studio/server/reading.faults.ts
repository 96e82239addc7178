import type { Faults } from './faults.js';

/** What a read is answered instead of the truth. */
export type ReadFault =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'rate-limited'; readonly retryAfterS: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html'; readonly status: 200 | 502 }
  | { readonly kind: 'hang'; readonly ms: number };

/** What an opening of a stream is answered instead of a stream. */
export type OpenFault = { readonly kind: 'status'; readonly status: number } | { readonly kind: 'html' };

type Turns<T> = readonly (readonly [times: number, fault: T])[];

/** The fault of the read with this number, counted from 0. The faults have their turns one after the other. */
export function readFaultAt(faults: Faults, index: number): ReadFault | undefined {
  const { fileNotFoundReads, rateLimitedReads, failingReads, htmlReads, hangingReads } = faults;
  return turnOf<ReadFault>(index, [
    [fileNotFoundReads ?? 0, { kind: 'not-found' }],
    [rateLimitedReads?.times ?? 0, { kind: 'rate-limited', retryAfterS: rateLimitedReads?.retryAfterS ?? 0 }],
    [failingReads?.times ?? 0, { kind: 'status', status: failingReads?.status ?? 500 }],
    [htmlReads?.times ?? 0, { kind: 'html', status: htmlReads?.status ?? 200 }],
    [hangingReads?.times ?? 0, { kind: 'hang', ms: hangingReads?.ms ?? 0 }],
  ]);
}

/** The fault of the stream with this number, counted from 0. */
export function openFaultAt({ streamStatus, htmlStream }: Faults, index: number): OpenFault | undefined {
  return turnOf<OpenFault>(index, [
    [streamStatus?.times ?? 0, { kind: 'status', status: streamStatus?.status ?? 500 }],
    [htmlStream?.times ?? 0, { kind: 'html' }],
  ]);
}

function turnOf<T>(index: number, turns: Turns<T>): T | undefined {
  let passed = 0;
  for (const [times, fault] of turns) {
    passed += times;
    if (index < passed) return fault;
  }
  return undefined;
}
