import { createGenerationMachine } from 'generation-lifecycle';
import type { AnyStateMachine } from 'xstate';
import { createClientMachine } from '../../../src/machines/client/client.machine.js';
import { serverEnvironment } from '../../../src/machines/environment.js';
import type { Bounds, Input } from './bounds.js';
import type { Item } from './store-model.js';

const never = () => Promise.reject(Error('Nothing is run here.'));

/** The real client machine. Its children are never started. */
export function makeClient({
  concurrency = 1,
  hasLocks = true,
  isIdempotent = false,
  outputs = 1,
}: Bounds): AnyStateMachine {
  return createClientMachine<Input, { readonly job: string; readonly isBroken?: boolean }, Omit<Item, 'id'>>({
    name: 'client',
    generation: createGenerationMachine(
      { submit: never, read: never, idempotentSubmit: isIdempotent },
      // Time stands still: the exploration chooses which delay ends first.
      { environment: { ...serverEnvironment(), now: () => 0 } },
    ),
    toItems: ({ job, isBroken }, { id }) =>
      isBroken ? new Array(1) : Array.from({ length: outputs }, () => ({ of: job, for: id })),
    describe: ({ prompt }) => ({ prompt }),
    store: {
      readGenerations: never,
      updateGeneration: never,
      readItems: never,
      upsertItems: never,
      removeItems: never,
      clearItems: never,
      watch: () => () => {},
    },
    locks: hasLocks ? { request: () => () => {} } : undefined,
    concurrency,
  });
}
