import type { GenerationAdapter } from 'generation-lifecycle';
import { googleInteractions, googleOperations } from 'generation-lifecycle/adapters/google';
import { googleInteractionsDouble, googleOperationsDouble } from 'generation-lifecycle/testing/vendors';
import type { VendorColumn } from './columns.js';
import { direct } from './wire.js';

/** Of the double. */
const film = '\0\0\0\x18ftypmp42';
/** A limit of a minute is load. */
const limited = { '429 at the submit': ['failed: busy'] };
const asColumn = <TInput>(adapter: GenerationAdapter<TInput, unknown>) =>
  adapter as GenerationAdapter<unknown, unknown>;

/** The ways to Google's models. */
export const googleColumns: readonly VendorColumn[] = [
  {
    name: 'Google, interactions',
    key: 'AIza-the-key-of-interactions',
    film,
    input: { input: 'a lighthouse' },
    submitPath: /\/interactions$/,
    ends: { ...limited, 'the result is deleted': ['failed: not-found'] },
    create(options, webhookUrl, wire = direct) {
      const double = googleInteractionsDouble(options);
      const fetch = wire(double);
      return {
        double,
        adapter: asColumn(googleInteractions({ model: 'gemini-omni-1.1-flash', apiKey: this.key, fetch, webhookUrl })),
      };
    },
  },
  {
    name: 'Google, operations',
    key: 'AIza-the-key-of-operations',
    film,
    input: { instances: [{ prompt: 'a lighthouse' }] },
    submitPath: /:predictLongRunning$/,
    lacks: ['cancel'],
    // The film is deleted, and the operation stays.
    ends: { ...limited, 'the result is deleted': ['completed'] },
    create(options, webhookUrl, wire = direct) {
      const double = googleOperationsDouble(options);
      const fetch = wire(double);
      return {
        double,
        adapter: asColumn(googleOperations({ model: 'veo-3.1-generate-001', apiKey: this.key, fetch, webhookUrl })),
      };
    },
  },
];
