import { toAbsoluteUrl } from './result-url.js';

/** Where a vendor is asked. */
type BaseUrl = {
  /** Without slashes at its end. */
  readonly base: string;
  readonly origin: string;
  /** Origin and path, by which stored jobs know their backend. */
  readonly name: string;
};

/** A relative URL belongs to the page, and where there is no page to the vendor. */
export function toBaseUrl(given: string | undefined, vendor: string): BaseUrl {
  const base = (given ?? vendor).replace(/\/+$/, '');
  const { origin, pathname } = new URL(toAbsoluteUrl(base, globalThis.location?.origin ?? vendor) ?? vendor);
  return { base, origin, name: origin + pathname.replace(/\/+$/, '') };
}
