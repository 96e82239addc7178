import type { FileOutput } from '../../adapters/file-backend/file-backend.types.js';
import type { ClientEmitted, ClientView, GenerationClient } from '../../machines/client/client.types.js';
import { isSame } from '../../machines/equality.js';
import type { SnapshotSource } from '../use-snapshot.js';
import type { GeneratorOptions } from './generator.types.js';
import { type AnyItem, type GeneratorCommands, generatorCommands } from './generator-commands.js';
import { type GeneratorComponents, generatorComponents } from './generator-components.js';
import { noticesAbout } from './generator-notices.js';
import { generatorSession } from './generator-session.js';
import { type GeneratorView, toGeneratorView } from './generator-view.js';

/** One client of the page. All components that use the hook share it. */
export type Generator<TItem, TResult> = SnapshotSource<TResult> & Pick<GeneratorComponents<TItem>, 'join'>;

/** What is made, and how a hook names it. */
export type GeneratorKind<TForm, TInput, TItem, TResult> = {
  readonly kindName: string;
  readonly toInput: (form: TForm) => TInput;
  readonly toResult: (view: GeneratorView<TItem>, commands: GeneratorCommands<TForm, TItem>) => TResult;
};

/** One generation at a time, in any number of components. Its client runs while one of them is mounted. */
export function createGenerator<TForm extends object, TInput, TItem extends AnyItem, TResult extends object>(
  { kindName, toInput, toResult }: GeneratorKind<TForm, TInput, TItem, TResult>,
  createClient: (
    requestOptions: () => Pick<GeneratorOptions<TItem>, 'fetch' | 'headers'>,
  ) => GenerationClient<TInput, FileOutput, TItem>,
): Generator<TItem, TResult> {
  const notices = noticesAbout<TItem>(kindName);
  const { join, notify, requestOptions } = generatorComponents<TItem>();
  const client = createClient(requestOptions);
  const session = generatorSession(client);
  const listeners = new Set<() => void>();
  /** Set while the client runs. */
  let stopClient: (() => void) | undefined;
  /** What `result` was made of; `undefined` once the session has changed. */
  let clientView: ClientView<FileOutput, TItem> | undefined = client.getServerSnapshot();

  const commands = generatorCommands<TForm, TInput, FileOutput, TItem>({
    kindName,
    toInput,
    client,
    session,
    notices,
    notify,
    isMounted: () => listeners.size > 0,
    refresh,
  });
  let view = toGeneratorView(client.getServerSnapshot(), session);
  const serverResult = Object.freeze(toResult(view, commands));
  let result = serverResult;

  function receive(event: ClientEmitted<TItem>): void {
    if (event.type === 'generation.completed' && session.stopped.has(event.id)) {
      // The job had ended before the cancel reached it: what the user has stopped must not appear.
      for (const { id } of event.items) client.send({ type: 'REMOVE', id });
    } else if (event.type === 'generation.completed') {
      const { id, items } = event;
      notify(notices.completed(id, items, session.find(id)?.output?.failed ?? []));
    } else if (event.type === 'generation.failed' && !session.stopped.has(event.id)) {
      notify(notices.failed(event.id, event.failure));
    } else if (event.type === 'generation.started') {
      notify(notices.started(event.id));
    }
  }

  function refresh(): void {
    clientView = undefined;
    session.onChange();
    stopIfUnused();
    for (const listener of listeners) listener();
  }

  function startClient(): void {
    if (stopClient) return;
    const unsubscribers = [client.on('*', receive), client.subscribe(refresh)];
    stopClient = () => {
      stopClient = undefined;
      for (const unsubscribe of unsubscribers) unsubscribe();
      client.stop();
    };
  }

  /** A submit in flight runs to its end first, and so does what could not be stored. */
  function stopIfUnused(): void {
    const { generations, storageError } = client.getSnapshot();
    if (listeners.size === 0 && !storageError && !generations.some(session.isUnanswered)) stopClient?.();
  }

  function getSnapshot(): TResult {
    const newClientView = client.getSnapshot();
    if (newClientView === clientView) return result;
    clientView = newClientView;
    const newView = toGeneratorView(newClientView, session);
    const { generationStatus } = isSame(view.generationStatus, newView.generationStatus) ? view : newView;
    const next = { ...newView, generationStatus };
    // Much of what a client shows is not shown here. Then nothing renders.
    if (!isSame(view, next)) {
      view = next;
      result = Object.freeze(toResult(view, commands));
    }
    return result;
  }

  return {
    join,
    subscribe(listener) {
      listeners.add(listener);
      startClient();
      return () => {
        listeners.delete(listener);
        // In a microtask: StrictMode, or the next page, subscribes again first.
        queueMicrotask(stopIfUnused);
      };
    },
    getSnapshot,
    getServerSnapshot: () => serverResult,
  };
}
