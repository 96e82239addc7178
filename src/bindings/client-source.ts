import type { ClientCommand, ClientView, GenerationClient } from '../machines/client/client.types.js';
import type { GenerationClientCommands, UseGenerationsResult } from './client-binding.types.js';
import type { SnapshotSource } from './snapshot-source.js';

/** The names of all that a client shows. */
export const clientKeys = ['generations', 'items', 'isReady', 'storageError'] as const;

/** What a component can do with its client, which may be another one each time. */
export function toClientCommands<TInput, TOutput, TItem>(
  current: () => GenerationClient<TInput, TOutput, TItem>,
): GenerationClientCommands<TInput, TOutput, TItem> {
  const send = (command: ClientCommand<TInput>) => current().send(command);
  return {
    send,
    generate: (input, options) => current().generate(input, options),
    renew: itemId => current().renew(itemId),
    cancel: id => send({ type: 'CANCEL', id }),
    check: id => send({ type: 'CHECK', id }),
    retry: id => send({ type: 'RETRY', id }),
    resume: id => send({ type: 'RESUME', id }),
    dismiss: id => send({ type: 'DISMISS', id }),
    remove: id => send({ type: 'REMOVE', id }),
    clear: () => send({ type: 'CLEAR' }),
  };
}

/** @throws TypeError for what is no client, such as a machine */
export function assertClient<TInput, TOutput, TItem>(client: GenerationClient<TInput, TOutput, TItem>): void {
  if (typeof client?.getServerSnapshot === 'function') return;
  throw new TypeError(
    'useGenerations() needs a client of createGenerationClient(), made once, at module scope. It got something else.',
  );
}

/** A client as one value: its view with its commands. */
export function toClientSource<TInput, TOutput, TItem>(
  client: GenerationClient<TInput, TOutput, TItem>,
): SnapshotSource<UseGenerationsResult<TInput, TOutput, TItem>> {
  assertClient(client);
  const commands = toClientCommands(() => client);
  const toResult = (view: ClientView<TOutput, TItem>) => Object.freeze({ ...view, ...commands });
  let view = client.getServerSnapshot();
  const serverResult = toResult(view);
  let result = serverResult;
  return {
    subscribe: client.subscribe,
    getSnapshot() {
      const newView = client.getSnapshot();
      if (newView !== view) {
        view = newView;
        result = toResult(view);
      }
      return result;
    },
    getServerSnapshot: () => serverResult,
  };
}
