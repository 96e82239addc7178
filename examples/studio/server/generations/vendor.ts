import { policyFor } from 'generation-lifecycle';
import type { VendorDouble, VendorJob } from 'generation-lifecycle/testing/vendors';
import { blackForestLabsVendor } from './black-forest-labs-vendor.js';
import { falVendor } from './fal-vendor.js';
import { replicateVendor } from './replicate-vendor.js';
import { type VendorKeys, type VendorName, type VendorOffer, type VendorPlan, vendorNames } from './vendor.types.js';
import type { VendorPlans } from './vendor-files.js';

/** Who renders: the vendor itself, or its double on this machine. */
export type Vendor = VendorOffer & {
  readonly backends: ReturnType<VendorPlan['toBackends']>;
  /** What only a double can show, such as how many submits it has accepted, and would have charged, since its folder is there. */
  readonly double?: VendorDouble | undefined;
};

type VendorOptions = {
  /** With the key of a vendor, that vendor renders, and is paid. */
  readonly keys: VendorKeys;
  /** Where the double of a vendor keeps its jobs. */
  readonly jobsOf: (name: VendorName) => Map<string, VendorJob>;
  readonly files: VendorPlans;
  /** How long a double works on a job, in ms. */
  readonly renderMs: number;
  /** What stands before a double. @defaultValue nothing */
  readonly toFetch?: ((double: VendorDouble, name: VendorName) => VendorDouble['fetch']) | undefined;
};

/** What the page is told of the vendors. */
export const toOffers = (vendors: readonly Vendor[]): readonly VendorOffer[] =>
  vendors.map(({ name, isDouble, kinds, mostImages }) => ({ name, isDouble, kinds, mostImages }));

/** The backends of a server half: each vendor, by what it makes. */
export const toServerBackends = (vendors: readonly Vendor[]) =>
  Object.fromEntries(
    vendors.flatMap(vendor =>
      vendor.kinds.flatMap(kind => {
        const backend = vendor.backends[kind];
        return backend ? [[`${vendor.name}-${kind}`, { ...backend, policy: policyFor(kind) }] as const] : [];
      }),
    ),
  );

const plans: { readonly [name in VendorName]: VendorPlan } = {
  fal: falVendor,
  replicate: replicateVendor,
  'black-forest-labs': blackForestLabsVendor,
};

const queuedMs = 1_000;

/** Opens all vendors. Nothing is sent. */
export function openVendors({
  keys,
  jobsOf,
  files,
  renderMs,
  toFetch = double => double.fetch,
}: VendorOptions): readonly Vendor[] {
  return vendorNames.map(name => {
    const { mostImages, openDouble, toOutput, toBackends } = plans[name];
    const apiKey = keys[name];
    // A double works as long as it is told to; a real vendor has a queue, too.
    const scenario = (input: unknown) => ({ queuedMs, runningMs: renderMs, output: toOutput(input, files) });
    const double = apiKey ? undefined : openDouble({ jobs: jobsOf(name), scenario });
    const standIn = double && { fetch: toFetch(double, name), dangerouslyAllowBrowser: true };
    const backends = toBackends(standIn ? { apiKey: 'the-key:of-the-double', ...standIn } : { apiKey });
    return {
      name,
      isDouble: double !== undefined,
      kinds: (['image', 'video'] as const).filter(kind => backends[kind] !== undefined),
      mostImages,
      backends,
      double,
    };
  });
}
