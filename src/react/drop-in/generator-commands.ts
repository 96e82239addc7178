import type { GenerationClient } from '../../machines/client/client.types.js';
import { newId } from '../../machines/generation/generation.id.js';
import { describe, isSameDescription, toDescription } from './generation-description.js';
import type { GeneratorComponents } from './generator-components.js';
import type { noticesAbout } from './generator-notices.js';
import type { GeneratorSession } from './generator-session.js';
import { copyUrl, saveFile } from './saved-file.js';
import type { WaitingForm } from './waiting-form.js';

/** What the commands need to know of an item. */
export type AnyItem = { readonly id: string; readonly url: string };

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
  readonly waiting: WaitingForm;
  readonly notices: ReturnType<typeof noticesAbout<TItem>>;
  readonly notify: GeneratorComponents<TItem>['notify'];
  readonly isMounted: () => boolean;
  /** The session has changed. */
  readonly refresh: () => void;
};

export function generatorCommands<
  TForm extends object,
  TInput extends { readonly prompt: string },
  TOutput,
  TItem extends AnyItem,
>({
  kindName,
  toInput,
  client,
  session,
  waiting,
  notices,
  notify,
  isMounted,
  refresh,
}: CommandsOptions<TForm, TInput, TOutput, TItem>): GeneratorCommands<TForm, TItem> {
  const { hidden, stopped, submitted, find, shown, isUnanswered, hideEnded } = session;

  /** A form was given to the client, which may show its generation later. */
  let isSubmitting = false;

  /**
   * Waits until the store was read. The page has not seen what is stored when it gave the form, as a page that generates
   * while it mounts. So a form of which a stored job may still bring the result is shown as that job, and not paid again.
   */
  async function mayBeNew(id: string, input: TInput): Promise<boolean> {
    const isWanted = waiting.wait(id);
    refresh();
    if (!(await isWanted)) return false;
    const description = toDescription(describe(input));
    const known = session
      .newestFirst()
      .find(one => one.canResume && isSameDescription(toDescription(one.description), description));
    if (known) session.unhide(known.id);
    return known === undefined && isMounted() && !shown()?.isRunning;
  }

  /** Resolves to the id of the generation, once the client shows it. */
  async function submit(input: TInput): Promise<string> {
    isSubmitting = true;
    try {
      const { id } = client.generate(input);
      submitted.add(id);
      // Called from a listener of the client, `generate` takes effect after that listener has returned.
      await undefined;
      return id;
    } finally {
      isSubmitting = false;
    }
  }

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
    const waitingId = waiting.id();
    if (waitingId !== undefined) {
      waiting.drop();
      refresh();
      notify(notices.stopped({ id: waitingId, description: undefined, charged: 'no' }));
      return;
    }
    const generation = shown();
    if (!generation?.isRunning) return;
    const { id, status, job, description } = generation;
    stopped.add(id);
    client.send({ type: 'CANCEL', id });
    refresh();
    const charged = status === 'queued' && !job ? 'no' : job ? 'yes' : 'maybe';
    notify(notices.stopped({ id, description: toDescription(description), charged }));
  }

  return {
    async generate(form) {
      // Without a mounted component nobody would see the result. With a running generation it is a double click.
      if (!isMounted() || isSubmitting || waiting.id() !== undefined || shown()?.isRunning) return;
      // A form from JavaScript can be `undefined`: the adapter refuses its input with a message.
      const input = toInput({ ...form });
      if (!client.getSnapshot().isReady) {
        const waitingId = newId();
        const isNew = await mayBeNew(waitingId, input);
        waiting.end(waitingId);
        if (!isNew) return refresh();
      }
      hideEnded();
      await untilAnswered(await submit(input));
    },
    stop,
    clearCurrent() {
      const generation = shown();
      if (generation?.isRunning || waiting.id() !== undefined) stop();
      else if (generation) client.send({ type: 'DISMISS', id: generation.id });
      hideEnded();
      refresh();
    },
    async forceCheck() {
      const generation =
        shown() ?? client.getSnapshot().generations.find(({ id, canResume }) => canResume && !stopped.has(id));
      if (!generation) return;
      session.unhide(generation.id);
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
        const { id = '', url } = { ...item };
        const result = await saveFile(url, `${kindName}-${id}`.replace(/[^\w.-]+/g, '-'));
        notify(result === 'saved' ? notices.downloaded(item) : notices.opened(item));
      } catch (cause) {
        notify(notices.downloadFailed(item, cause));
      }
    },
    async copy(item) {
      try {
        await copyUrl({ ...item }.url);
        notify(notices.copied(item));
      } catch (cause) {
        notify(notices.copyFailed(item, cause));
      }
    },
  };
}
