import { createGenerationMachine, createToolMachine, inertSurroundings } from 'generation-lifecycle';
import type { AnyStateMachine } from 'xstate';
import type { Bounds, Input } from './bounds.js';
import type { Item } from './store-model.js';

const never = () => Promise.reject(Error('Nothing is run here.'));

/** The real tool machine, with nothing behind it: its children are never started. */
export function makeTool({
  concurrency = 1,
  hasClaims = true,
  isIdempotent = false,
  outputs = 1,
}: Bounds): AnyStateMachine {
  return createToolMachine<Input, { readonly job: string }, Omit<Item, 'id'>>({
    name: 'tool',
    generation: createGenerationMachine({ submit: never, read: never, idempotentSubmit: isIdempotent }),
    toItems: ({ job }, { id }) => Array.from({ length: outputs }, () => ({ of: job, for: id })),
    describe: ({ prompt }) => ({ prompt }),
    store: {
      readRecords: never,
      updateRecord: never,
      readItems: never,
      upsertItems: never,
      removeItems: never,
      clearItems: never,
      watch: () => () => {},
    },
    claims: hasClaims ? { claim: () => () => {} } : undefined,
    concurrency,
    // All is done in one instant: which delay ends first is the exploration's choice.
    surroundings: { ...inertSurroundings(), now: () => 0 },
  });
}
