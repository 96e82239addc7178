import type { FileKind } from 'generation-lifecycle/adapters';
import type { VendorName, VendorOffer } from '../../../server/generations/vendor.types.js';
import type { StudioOffer } from '../../../server/studio.offer.js';

/** Who renders: the in-house backend, or a vendor behind the server half. */
export type StudioBackend = {
  readonly name: 'in-house' | VendorName;
  /** Whether a double on this machine stands for the vendor. */
  readonly isDouble: boolean;
  readonly kinds: readonly FileKind[];
  /** How many images one submit may ask for. */
  readonly mostImages: number;
  /** Who else renders behind the server half; none, if this page's server has none. */
  readonly vendors: readonly VendorOffer[];
  /** The backend is a worker of this page: there is no server. */
  readonly isInPage: boolean;
};

/** A page whose server has no server half. */
export const inHouse: StudioBackend = {
  name: 'in-house',
  isDouble: false,
  kinds: ['image', 'video'],
  mostImages: 4,
  vendors: [],
  isInPage: false,
};

/**
 * The vendor that the page's URL names in `?backend=`, else the first. Without vendors, and in a page without a server, which can show every
 * fault, the in-house backend.
 */
export async function chooseBackend(): Promise<StudioBackend> {
  const { vendors, isInPage = false } = await askForOffer();
  const wanted = new URLSearchParams(location.search).get('backend');
  const vendor = vendors.find(({ name }) => name === wanted) ?? (isInPage ? undefined : vendors[0]);
  return { ...(wanted === inHouse.name || !vendor ? inHouse : vendor), vendors, isInPage };
}

async function askForOffer(): Promise<StudioOffer> {
  const answer = await fetch('/api/studio').catch(() => undefined);
  const offer: StudioOffer | undefined = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  return offer ?? { vendors: [] };
}

/** Opens the page with another backend. Each has stores of its own: what runs there goes on when the page comes back. */
export function openBackend(name: StudioBackend['name']): void {
  const url = new URL(location.href);
  url.searchParams.set('backend', name);
  location.assign(url);
}

/** Stops the server half, and starts it again after some seconds. */
export async function restartServer(): Promise<void> {
  await fetch('/api/studio/restart', { method: 'POST' });
}
