import path from 'node:path';
import type { VendorDouble } from 'generation-lifecycle/testing/vendors';
import { blackForestLabsVendor } from './black-forest-labs-vendor.js';
import { falVendor } from './fal-vendor.js';
import { keptJobs } from './kept-jobs.js';
import { replicateVendor } from './replicate-vendor.js';
import { type VendorKeys, type VendorName, type VendorOffer, type VendorPlan, vendorNames } from './vendor.types.js';
import type { VendorFiles } from './vendor-files.js';

/** Who renders: the vendor itself, or its double on this machine. */
export type Vendor = VendorOffer & {
  readonly backends: ReturnType<VendorPlan['toBackends']>;
  /** What only a double can show, such as how many submits it has accepted, and would have charged, since its folder is there. */
  readonly double?: VendorDouble | undefined;
};

type VendorOptions = {
  /** With the key of a vendor, that vendor renders, and is paid. */
  readonly keys: VendorKeys;
  /** Where the doubles keep their jobs. */
  readonly folder: string;
  readonly files: VendorFiles;
  /** How long a double works on a job, in ms. */
  readonly renderMs: number;
};

const plans: { readonly [name in VendorName]: VendorPlan } = {
  fal: falVendor,
  replicate: replicateVendor,
  'black-forest-labs': blackForestLabsVendor,
};

const queuedMs = 1_000;

/** Opens all vendors. Nothing is sent. */
export function openVendors({ keys, folder, files, renderMs }: VendorOptions): readonly Vendor[] {
  return vendorNames.map(name => {
    const { mostImages, openDouble, toOutput, toBackends } = plans[name];
    const apiKey = keys[name];
    // A double works as long as it is told to; a real vendor has a queue, too.
    const scenario = (input: unknown) => ({ queuedMs, runningMs: renderMs, output: toOutput(input, files) });
    const double = apiKey ? undefined : openDouble({ jobs: keptJobs(path.join(folder, `jobs-${name}`)), scenario });
    const backends = toBackends(double ? { apiKey: 'the-key:of-the-double', fetch: double.fetch } : { apiKey });
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
