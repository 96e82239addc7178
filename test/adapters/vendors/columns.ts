import type { GenerationAdapter } from 'generation-lifecycle';
import { fal } from 'generation-lifecycle/adapters/fal';
import { falDouble, type VendorDouble, type VendorDoubleOptions } from 'generation-lifecycle/testing/vendors';

/** A vendor, as an adapter that is connected to its double. */
export type VendorColumn = {
  readonly name: string;
  readonly key: string;
  readonly input: unknown;
  readonly create: (options: VendorDoubleOptions) => {
    readonly double: VendorDouble;
    readonly adapter: GenerationAdapter<unknown, unknown>;
  };
};

export const columns: readonly VendorColumn[] = [
  {
    name: 'fal',
    key: 'fal-key-id:fal-key-secret',
    input: { prompt: 'a lighthouse' },
    create(options) {
      const double = falDouble(options);
      return { double, adapter: fal({ model: 'fal-ai/flux/dev', apiKey: this.key, fetch: double.fetch }) };
    },
  },
];
