import type { FileKind } from 'generation-lifecycle/adapters';
import type { ServerBackend, ServerUser } from 'generation-lifecycle/server';
import type { VendorDouble, VendorDoubleOptions } from 'generation-lifecycle/testing/vendors';
import type { VendorPlans } from './vendor-files.js';

export const vendorNames = ['fal', 'replicate', 'black-forest-labs'] as const;
export type VendorName = (typeof vendorNames)[number];

/** Keys of vendors, by their names. */
export type VendorKeys = { readonly [name in VendorName]?: string | undefined };

/** The keys in the environment, by the names that the vendors use. */
export const vendorKeys = (environment: Readonly<Record<string, string | undefined>>): VendorKeys => ({
  fal: environment['FAL_KEY'],
  replicate: environment['REPLICATE_API_TOKEN'],
  'black-forest-labs': environment['BFL_API_KEY'],
});

/** What the page is told of a vendor. */
export type VendorOffer = {
  readonly name: VendorName;
  /** Whether it is a double on this machine, which costs nothing. */
  readonly isDouble: boolean;
  readonly kinds: readonly FileKind[];
  /** How many images one wish may ask for. */
  readonly mostImages: number;
};

/** How the vendor is reached: with your key, or as a double without one. */
type VendorPlace = {
  readonly apiKey?: string | undefined;
  readonly fetch?: VendorDouble['fetch'] | undefined;
  /** Of a double, whose key is nobody's: it may stand in a page. */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
};

/** A backend of the server half. Its policy is that of what it makes. */
type VendorBackend = Omit<ServerBackend<ServerUser, unknown>, 'policy'>;

/** A vendor, as the studio uses it. */
export type VendorPlan = {
  readonly mostImages: number;
  readonly openDouble: (options: VendorDoubleOptions) => VendorDouble;
  /** What its double answers in the end, with pictures that are rendered. It knows them at the submit. */
  toOutput(input: unknown, files: VendorPlans): unknown;
  /** The backends of the server half, by what they make. */
  toBackends(place: VendorPlace): { readonly [kind in FileKind]?: VendorBackend };
};
