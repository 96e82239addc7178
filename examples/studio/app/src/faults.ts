/** What the reference backend can be asked to do wrong, by name; its `faults.ts` lists everything. */
export const faultPresets: readonly { readonly name: string; readonly faults: string }[] = [
  { name: 'Nothing', faults: '' },
  { name: 'The stream opens 15 s late', faults: '{"openLateMs":15000,"renderMs":12000}' },
  { name: 'The stream says nothing', faults: '{"silentStream":true}' },
  { name: 'The stream breaks', faults: '{"cutStreamAfterEvents":3,"cutForm":"reset"}' },
  {
    name: 'Every event comes twice',
    faults: '{"duplicateEvents":1,"repeatFileAfterCompletion":{"times":5,"everyMs":500}}',
  },
  { name: 'The result has two addresses', faults: '{"rotatedUrl":true}' },
  { name: 'Reads fail for a while', faults: '{"silentStream":true,"failingReads":{"times":3,"status":500}}' },
  { name: 'The job fails half-way', faults: '{"failTheJob":{"message":"The model ran out of memory"}}' },
  { name: 'There is not enough credit', faults: '{"submitError":{"body":"insufficientBalance"}}' },
];

/** The faults that the page was opened with or has chosen since: `?faults=<JSON>`, as text. */
export function faultsInAddress(): string {
  return new URLSearchParams(location.search).get('faults') ?? '';
}

/** Writes them there, so that a reload keeps them and the address can be passed on. */
export function putFaultsInAddress(faults: string): void {
  const url = new URL(location.href);
  if (faults === '') url.searchParams.delete('faults');
  else url.searchParams.set('faults', faults);
  history.replaceState(history.state, '', url);
  for (const listener of listeners) listener();
}

/** Calls the listener when other faults are chosen; gives what ends it. */
export function watchFaults(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const listeners = new Set<() => void>();
