import type { Faults } from './faults.js';

/** A faulty response to a read. */
export type ReadFault =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'rate-limited'; readonly retryAfterS: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html'; readonly status: 200 | 502 }
  | { readonly kind: 'hang'; readonly ms: number };

/** A faulty response to a stream request. */
export type OpenFault = { readonly kind: 'status'; readonly status: number } | { readonly kind: 'html' };

type Sequence<T> = readonly (readonly [times: number, fault: T])[];

/** The fault of the read with this number, counted from 0. The faults apply one after the other. */
export function readFaultAt(faults: Faults, index: number): ReadFault | undefined {
  const { fileNotFoundReads, rateLimitedReads, failingReads, htmlReads, hangingReads } = faults;
  return faultAt<ReadFault>(index, [
    [fileNotFoundReads ?? 0, { kind: 'not-found' }],
    [rateLimitedReads?.times ?? 0, { kind: 'rate-limited', retryAfterS: rateLimitedReads?.retryAfterS ?? 0 }],
    [failingReads?.times ?? 0, { kind: 'status', status: failingReads?.status ?? 500 }],
    [htmlReads?.times ?? 0, { kind: 'html', status: htmlReads?.status ?? 200 }],
    [hangingReads?.times ?? 0, { kind: 'hang', ms: hangingReads?.ms ?? 0 }],
  ]);
}

/** The fault of the stream with this number, counted from 0. */
export function openFaultAt({ streamStatus, htmlStream }: Faults, index: number): OpenFault | undefined {
  return faultAt<OpenFault>(index, [
    [streamStatus?.times ?? 0, { kind: 'status', status: streamStatus?.status ?? 500 }],
    [htmlStream?.times ?? 0, { kind: 'html' }],
  ]);
}

function faultAt<T>(index: number, sequence: Sequence<T>): T | undefined {
  let passed = 0;
  for (const [times, fault] of sequence) {
    passed += times;
    if (index < passed) return fault;
  }
  return undefined;
}
