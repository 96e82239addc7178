import type { StudioOffer } from '../../../server/routes.server-half.js';

/** Who renders: the in-house backend, or a vendor behind the server half. */
export type StudioBackend = {
  readonly name: 'in-house' | 'double' | 'fal';
  /** Who renders behind the server half, if this page's server has one. */
  readonly vendor: StudioOffer['vendor'];
};

/** A page whose server has no server half. */
export const inHouse: StudioBackend = { name: 'in-house', vendor: null };

/** The vendor, if there is one, unless the page's URL says `?backend=in-house`. */
export async function chooseBackend(): Promise<StudioBackend> {
  const vendor = await askForVendor();
  const isInHouse = new URLSearchParams(location.search).get('backend') === 'in-house';
  return { name: isInHouse ? 'in-house' : (vendor ?? 'in-house'), vendor };
}

async function askForVendor(): Promise<StudioOffer['vendor']> {
  const answer = await fetch('/api/studio').catch(() => undefined);
  const offer: StudioOffer | undefined = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  return offer?.vendor ?? null;
}

/** Opens the page with the other backend. Each has stores of its own: what runs there goes on when the page comes back. */
export function openBackend(name: StudioBackend['name']): void {
  const url = new URL(location.href);
  if (name === 'in-house') url.searchParams.set('backend', name);
  else url.searchParams.delete('backend');
  location.assign(url);
}
