import type { GenerationClient } from '../../machines/client/client.types.js';
import type { GeneratorComponents } from './generator-components.js';
import type { noticesAbout } from './generator-notices.js';
import type { GeneratorSession } from './generator-session.js';
import { copyUrl, saveFile } from './saved-file.js';

/** What the commands need to know of an item. */
export type AnyItem = { readonly id: string; readonly url: string; readonly timestamp: number };

/** The functions of both hooks, before they are named after what is made. None rejects or throws. */
export type GeneratorCommands<TForm, TItem> = {
  readonly generate: (form: TForm) => Promise<void>;
  readonly stop: () => void;
  readonly clearCurrent: () => void;
  readonly forceCheck: () => Promise<void>;
  readonly remove: (id: string) => void;
  readonly clear: () => void;
  readonly download: (item: TItem) => Promise<void>;
  readonly copy: (item: TItem) => Promise<void>;
};

type CommandsOptions<TForm, TInput, TOutput, TItem> = {
  readonly kindName: string;
  readonly toInput: (form: TForm) => TInput;
  readonly client: GenerationClient<TInput, TOutput, TItem>;
  readonly session: GeneratorSession<TOutput, TItem>;
  readonly notices: ReturnType<typeof noticesAbout<TItem>>;
  readonly notify: GeneratorComponents<TItem>['notify'];
  readonly isMounted: () => boolean;
  /** The session has changed. */
  readonly refresh: () => void;
};

export function generatorCommands<TForm extends object, TInput, TOutput, TItem extends AnyItem>({
  kindName,
  toInput,
  client,
  session,
  notices,
  notify,
  isMounted,
  refresh,
}: CommandsOptions<TForm, TInput, TOutput, TItem>): GeneratorCommands<TForm, TItem> {
  const { hidden, stopped, submitted, find, shown, isUnanswered, hideEnded } = session;

  /** Resolves when the backend has accepted or refused the submit. */
  const untilAnswered = (id: string) =>
    new Promise<void>(resolve => {
      const isAnswered = () => {
        const generation = find(id);
        return !generation || !isUnanswered(generation);
      };
      if (isAnswered()) return resolve();
      const unsubscribe = client.subscribe(() => {
        if (!isAnswered()) return;
        unsubscribe();
        resolve();
      });
    });

  function stop(): void {
    const generation = shown();
    if (!generation?.isRunning) return;
    const { id, status, job } = generation;
    stopped.add(id);
    client.send({ type: 'CANCEL', id });
    refresh();
    notify(notices.stopped(id, status === 'queued' && !job ? 'no' : job ? 'yes' : 'maybe'));
  }

  return {
    async generate(form) {
      // Without a mounted component nobody would see the result. With a running generation it is a double click.
      if (!isMounted() || shown()?.isRunning) return;
      hideEnded();
      // A form from JavaScript can be `undefined`: the adapter refuses its input with a message.
      const { id } = client.generate(toInput({ ...form }));
      submitted.add(id);
      // Called from a listener of the client, `generate` takes effect after that listener has returned.
      await undefined;
      await untilAnswered(id);
    },
    stop,
    clearCurrent() {
      const generation = shown();
      if (generation?.isRunning) stop();
      else if (generation) client.send({ type: 'DISMISS', id: generation.id });
      hideEnded();
      refresh();
    },
    async forceCheck() {
      const generation =
        shown() ?? client.getSnapshot().generations.find(({ id, canResume }) => canResume && !stopped.has(id));
      if (!generation) return;
      hidden.delete(generation.id);
      if (generation.canResume) session.checkOnceFollowed(generation.id);
      if (generation.canResume || generation.isRunning) client.send({ type: 'CHECK', id: generation.id });
    },
    remove(id) {
      const generation = shown();
      client.send({ type: 'REMOVE', id });
      if (generation?.items.every(item => item.id === id) && !generation.isRunning && !generation.failure)
        hidden.add(generation.id);
      refresh();
    },
    clear() {
      client.send({ type: 'CLEAR' });
      for (const { id, status } of client.getSnapshot().generations) if (status === 'completed') hidden.add(id);
      refresh();
    },
    async download(item) {
      try {
        const result = await saveFile(item.url, `${kindName}-${item.id}`.replace(/[^\w.-]+/g, '-'));
        notify(result === 'saved' ? notices.downloaded(item) : notices.opened(item));
      } catch (cause) {
        notify(notices.downloadFailed(item, cause));
      }
    },
    async copy(item) {
      try {
        await copyUrl(item.url);
        notify(notices.copied(item));
      } catch (cause) {
        notify(notices.copyFailed(item, cause));
      }
    },
  };
}
