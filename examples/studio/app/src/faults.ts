/** A selection of the faults of the reference backend; its `faults.ts` has all of them. */
export const faultPresets: readonly { readonly name: string; readonly faults: string }[] = [
  { name: 'None', faults: '' },
  { name: 'The stream opens 15 s late', faults: '{"openLateMs":15000,"renderMs":12000}' },
  { name: 'The stream sends no events', faults: '{"silentStream":true}' },
  { name: 'The stream disconnects', faults: '{"cutStreamAfterEvents":3,"cutForm":"reset"}' },
  {
    name: 'Every event comes twice',
    faults: '{"duplicateEvents":1,"repeatFileAfterCompletion":{"times":5,"everyMs":500}}',
  },
  { name: 'The result has two URLs', faults: '{"rotatedUrl":true}' },
  { name: 'Reads fail for a while', faults: '{"silentStream":true,"failingReads":{"times":3,"status":500}}' },
  { name: 'The job fails halfway', faults: '{"failTheJob":{"message":"The model ran out of memory"}}' },
  { name: 'The job is queued first', faults: '{"queue":{"ahead":3,"eachMs":3000},"renderMs":6000}' },
  { name: 'The content is flagged', faults: '{"moderation":{"at":"submit","category":"violence"}}' },
  { name: 'The backend is busy', faults: '{"busySubmits":{"times":2,"retryAfterS":3}}' },
  { name: 'Not enough credit', faults: '{"submitError":{"body":"insufficientBalance"}}' },
];

/** The faults in the page's URL: `?faults=<JSON>`, as text. */
export function faultsInAddress(): string {
  return new URLSearchParams(location.search).get('faults') ?? '';
}

/** Writes them into the URL, so that they survive a reload and the URL can be shared. */
export function putFaultsInAddress(faults: string): void {
  const url = new URL(location.href);
  if (faults === '') url.searchParams.delete('faults');
  else url.searchParams.set('faults', faults);
  history.replaceState(history.state, '', url);
  for (const listener of listeners) listener();
}

/** Calls the listener when the faults change. Returns a function that ends the subscription. */
export function watchFaults(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const listeners = new Set<() => void>();
