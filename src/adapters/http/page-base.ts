import { toAbsoluteUrl } from './result-url.js';

/**
 * The URL against which relative URLs of the backend are resolved: `baseUrl` as a folder, or the origin of the page. The
 * route of a page is no place of the backend. `undefined` outside a page without an absolute `baseUrl`.
 */
export function toBase(baseUrl = ''): string | undefined {
  const { origin } = globalThis.location ?? {};
  // A page of a file or a sandbox has the origin "null".
  const root = origin === 'null' ? undefined : origin;
  return toAbsoluteUrl(`${trimSlashes(baseUrl)}/`, root);
}

/** What an adapter of this backend calls its origin: the same for each way to write it. Empty if there is none. */
export const toBackendOrigin = (baseUrl: string | undefined): string => trimSlashes(toBase(baseUrl) ?? '');

export const trimSlashes = (url: string) => url.replace(/\/+$/, '');
