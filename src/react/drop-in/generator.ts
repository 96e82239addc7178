import type { FileOutput } from '../../adapters/file-backend/file-backend.types.js';
import type { SnapshotSource } from '../../bindings/snapshot-source.js';
import type { ClientEmitted, ClientView, GenerationClient, StorageError } from '../../machines/client/client.types.js';
import { isSame } from '../../machines/equality.js';
import { toDescription } from './generation-description.js';
import type { GeneratorOptions } from './generator.types.js';
import { type AnyItem, type GeneratorCommands, generatorCommands } from './generator-commands.js';
import { type GeneratorComponents, generatorComponents } from './generator-components.js';
import { noticesAbout } from './generator-notices.js';
import { generatorSession } from './generator-session.js';
import { type GeneratorView, toGeneratorView } from './generator-view.js';
import { hiddenFailures } from './hidden-failures.js';
import { waitingForm } from './waiting-form.js';

/** One client of the page. All components that use the hook share it. */
export type Generator<TItem, TResult> = SnapshotSource<TResult> & Pick<GeneratorComponents<TItem>, 'join'>;

/** What is made, and how a hook names it. */
export type GeneratorKind<TForm, TInput, TItem, TResult> = {
  readonly kindName: string;
  /** The key of the gallery in `localStorage`. */
  readonly key: string;
  readonly toInput: (form: TForm) => TInput;
  readonly toResult: (view: GeneratorView<TItem>, commands: GeneratorCommands<TForm, TItem>) => TResult;
};

/** One generation at a time, in any number of components. Its client runs while one of them is mounted. */
export function createGenerator<
  TForm extends object,
  TInput extends { readonly prompt: string },
  TItem extends AnyItem,
  TResult extends object,
>(
  { kindName, key, toInput, toResult }: GeneratorKind<TForm, TInput, TItem, TResult>,
  createClient: (
    requestOptions: () => Pick<GeneratorOptions<TItem>, 'fetch' | 'headers'>,
    onSetAside: (key: string) => void,
  ) => GenerationClient<TInput, FileOutput, TItem>,
): Generator<TItem, TResult> {
  const notices = noticesAbout<TItem>(kindName);
  const { join, notify, requestOptions } = generatorComponents<TItem>();
  const client = createClient(requestOptions, asideKey => {
    // Old running generations that have ended are set aside, too: nobody misses them.
    if (asideKey === key) notify(notices.setAside(key));
  });
  const session = generatorSession(client, hiddenFailures(`${key}:hidden`));
  const waiting = waitingForm(() => client.getSnapshot().isReady);
  const listeners = new Set<() => void>();
  /** Set while the client runs. */
  let stopClient: (() => void) | undefined;
  /** What the page knows of the storage already. */
  let reportedStorageError: StorageError | undefined;
  /** What `result` was made of; `undefined` once the session has changed. */
  let clientView: ClientView<FileOutput, TItem> | undefined = client.getServerSnapshot();

  const commands = generatorCommands<TForm, TInput, FileOutput, TItem>({
    kindName,
    toInput,
    client,
    session,
    waiting,
    notices,
    notify,
    isMounted: () => listeners.size > 0,
    refresh,
  });
  const toView = ({ items }: ClientView<FileOutput, TItem>) =>
    toGeneratorView({ items, generations: session.newestFirst() }, session, waiting.id() !== undefined);
  let view = toView(client.getServerSnapshot());
  const serverResult = Object.freeze(toResult(view, commands));
  let result = serverResult;

  function receive(event: ClientEmitted<TItem>): void {
    const { id } = event;
    const description = 'description' in event ? toDescription(event.description) : undefined;
    if (event.type === 'generation.completed' && session.stopped.has(id)) {
      // The job had ended before the cancel reached it: what the user has stopped must not appear.
      for (const item of event.items) client.send({ type: 'REMOVE', id: item.id });
    } else if (event.type === 'generation.completed') {
      session.hideFailuresBefore(id);
      const { storageError } = client.getSnapshot();
      reportedStorageError = storageError;
      const failed = session.find(id)?.output?.failed ?? [];
      notify(notices.completed({ id, description, items: event.items, failed, storageError }));
    } else if (event.type === 'generation.failed' && !session.stopped.has(id)) {
      notify(notices.failed({ id, description, failure: event.failure }));
    } else if (event.type === 'generation.started') {
      notify(notices.started({ id, description }));
    }
  }

  /** Once per reason: the client goes on in memory, and tries again. */
  function reportStorage(): void {
    const { storageError } = client.getSnapshot();
    if (storageError && storageError !== reportedStorageError) notify(notices.storageFailed(storageError));
    reportedStorageError = storageError;
  }

  function refresh(): void {
    clientView = undefined;
    session.onChange();
    waiting.onChange();
    reportStorage();
    stopIfUnused();
    for (const listener of listeners) listener();
  }

  function startClient(): void {
    if (stopClient) return;
    session.onStart();
    const unsubscribers = [client.on('*', receive), client.subscribe(refresh)];
    stopClient = () => {
      stopClient = undefined;
      for (const unsubscribe of unsubscribers) unsubscribe();
      waiting.drop();
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
    const newView = toView(newClientView);
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
