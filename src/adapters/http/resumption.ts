import { isCrossOrigin, toOrigin } from './cross-origin.js';

/**
 * Origins whose server did not answer a page's request with `Last-Event-ID`. A server of another origin has to allow this
 * header (CORS), and a page is not told why a request failed. It is the same for all adapters of a page.
 */
const originsWithout = new Set<string>();

/** The header by which a stream is resumed, and what to do if the request gets no answer. */
export function toResumption(url: string, lastEventId: string): { readonly header: string; setFailed(): void } {
  const origin = isCrossOrigin(url) ? toOrigin(url) : undefined;
  if (origin === undefined || lastEventId === '') return { header: lastEventId, setFailed() {} };
  const isLeftOut = originsWithout.has(origin);
  return {
    header: isLeftOut ? '' : lastEventId,
    setFailed() {
      // If the request fails without the header, too, the header was not the reason.
      if (isLeftOut) originsWithout.delete(origin);
      else originsWithout.add(origin);
    },
  };
}
