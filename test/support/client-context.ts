import { type ClientContext, type ClientEntry, initialClient } from '../../src/machines/client/client.context.js';
import { addGeneration } from '../../src/machines/client/client.list.js';
import { withLastTurn } from '../../src/machines/client/client.queue.js';
import { newStored } from '../../src/machines/client/stored-generation.js';

export type TestItem = {
  readonly id: string;
  readonly generationId?: string | undefined;
  readonly url?: string;
  readonly expiresAt?: number | undefined;
};
export type TestContext = ClientContext<string, string, TestItem>;

export const emptyContext: TestContext = initialClient<string, string, TestItem>();

/** The context of a client with these generations, the first one requested first, at 0 ms. */
export const contextOf = (entries: { readonly [id: string]: Partial<ClientEntry<string>> }): TestContext =>
  Object.entries(entries).reduce<TestContext>(
    (context, [id, entry], at) =>
      withLastTurn(
        addGeneration(context, newStored(id, at, {}), { phase: 'queued', runId: `run/${id}`, ...entry }),
        id,
      ),
    emptyContext,
  );
