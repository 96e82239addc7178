import type { FileOutput } from '../../adapters/file-backend/file-backend.types.js';
import type {
  ClientEmitted,
  ClientGeneration,
  ClientView,
  GenerationClient,
} from '../../machines/client/client.types.js';
import { isSame } from '../../machines/equality.js';
import type { SnapshotSource } from '../use-snapshot.js';
import type { GeneratorNotice, GeneratorOptions } from './generator.types.js';
import { noticesAbout } from './generator-notices.js';
import { type GeneratorView, shownGeneration, toGeneratorView } from './generator-view.js';
import { copyUrl, saveFile } from './saved-file.js';

/** What there is to know of an item to show, save and copy it. */
type AnyItem = { readonly id: string; readonly url: string; readonly timestamp: number };

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

/** One client of the page, as all components that use the hook share it. */
export type Generator<TItem, TResult> = SnapshotSource<TResult> & {
  /** A component is there, and has these options now; it has gone when the returned function is called. */
  readonly join: (component: { readonly options: GeneratorOptions<TItem> }) => () => void;
};

/** What is to be made, and how a hook names it. */
export type GeneratorKind<TForm, TInput, TItem, TResult> = {
  readonly noun: string;
  readonly toInput: (form: TForm) => TInput;
  readonly toResult: (view: GeneratorView<TItem>, commands: GeneratorCommands<TForm, TItem>) => TResult;
};

const isFollowed = ({ status, isFollowedElsewhere }: ClientGeneration<unknown, unknown>): boolean =>
  !isFollowedElsewhere && (status === 'connecting' || status === 'streaming' || status === 'polling');

/** One generation at a time, shown to any number of components. Nothing runs while there are none. */
export function createGenerator<TForm extends object, TInput, TItem extends AnyItem, TResult extends object>(
  { noun, toInput, toResult }: GeneratorKind<TForm, TInput, TItem, TResult>,
  makeClient: (options: () => GeneratorOptions<TItem>) => GenerationClient<TInput, FileOutput, TItem>,
): Generator<TItem, TResult> {
  const about = noticesAbout<TItem>(noun);
  const components: { readonly options: GeneratorOptions<TItem> }[] = [];
  const listeners = new Set<() => void>();
  const hidden = new Set<string>();
  const stopped = new Set<string>();
  /** Begun by this page. */
  const asked = new Set<string>();
  /** Ends that came while nobody was there to be told. */
  let untold: GeneratorNotice<TItem>[] = [];
  let newest: GeneratorOptions<TItem> = {};
  let leave: (() => void) | undefined;
  /** To be read as soon as it is followed again. */
  let impatient: string | undefined;

  const options = () => {
    newest = components.findLast(({ options: { fetch, headers } }) => fetch ?? headers)?.options ?? newest;
    return newest;
  };
  const client = makeClient(options);
  const dismissals = { hidden, stopped };
  const shown = () => shownGeneration(client.getSnapshot(), dismissals);
  const find = (id: string) => client.getSnapshot().generations.find(one => one.id === id);
  /** Its submit is on its way, or about to be. */
  const isUnanswered = ({ id, isRunning, job }: ClientGeneration<unknown, unknown>) =>
    asked.has(id) && isRunning && !job;

  function notify(notice: GeneratorNotice<TItem>): void {
    if (components.length === 0) {
      if (notice.type === 'generation.completed' || notice.type === 'generation.failed') untold.push(notice);
      return;
    }
    try {
      components.findLast(component => component.options.notify)?.options.notify?.(notice);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  function hear(news: ClientEmitted<TItem>): void {
    if (news.type === 'generation.completed' && stopped.has(news.id)) {
      // It was done before the backend could have been asked not to: what was stopped does not come back.
      for (const { id } of news.items) client.send({ type: 'REMOVE', id });
    } else if (news.type === 'generation.completed') {
      const { id, items } = news;
      notify(about.completed(id, items, find(id)?.output?.failed ?? []));
    } else if (news.type === 'generation.failed' && !stopped.has(news.id)) {
      notify(about.failed(news.id, news.failure));
    } else if (news.type === 'generation.started') {
      notify(about.started(news.id));
    }
  }

  function refresh(): void {
    seen = undefined;
    const followed = impatient === undefined ? undefined : find(impatient);
    if (followed && isFollowed(followed)) {
      impatient = undefined;
      client.send({ type: 'CHECK', id: followed.id });
    }
    leaveIfAlone();
    for (const listener of listeners) listener();
  }

  function enter(): void {
    if (leave) return;
    const ends = [client.on('*', hear), client.subscribe(refresh)];
    leave = () => {
      leave = undefined;
      for (const end of ends) end();
      client.stop();
    };
  }

  /** A submit on its way is waited for, and what could not be put on record is not left alone. */
  function leaveIfAlone(): void {
    const { generations, storageError } = client.getSnapshot();
    if (leave && listeners.size === 0 && !storageError && !generations.some(isUnanswered)) leave();
  }

  function hideEnded(): void {
    for (const { id, isRunning } of client.getSnapshot().generations) if (!isRunning) hidden.add(id);
  }

  function stop(): void {
    const running = shown();
    if (!running?.isRunning) return;
    const { id, status, job } = running;
    stopped.add(id);
    client.send({ type: 'CANCEL', id });
    refresh();
    notify(about.stopped(id, status === 'queued' && !job ? 'no' : job ? 'yes' : 'maybe'));
  }

  const commands: GeneratorCommands<TForm, TItem> = {
    async generate(form) {
      // What nobody sees is not paid for; and a second click before the page has rendered is none.
      if (listeners.size === 0 || shown()?.isRunning) return;
      hideEnded();
      // A form from JavaScript may be nothing at all: the backend's adapter says so.
      const { id } = client.generate(toInput({ ...form }));
      asked.add(id);
      // What is asked for while the client tells of something begins after it.
      await undefined;
      await new Promise<void>(resolve => {
        const isAnswered = () => {
          const generation = find(id);
          return !generation || !isUnanswered(generation);
        };
        if (isAnswered()) return resolve();
        const end = client.subscribe(() => {
          if (!isAnswered()) return;
          end();
          resolve();
        });
      });
    },
    stop,
    clearCurrent() {
      const current = shown();
      if (current?.isRunning) stop();
      else if (current) client.send({ type: 'DISMISS', id: current.id });
      hideEnded();
      refresh();
    },
    async forceCheck() {
      const wanted =
        shown() ?? client.getSnapshot().generations.find(({ id, canResume }) => canResume && !stopped.has(id));
      if (!wanted) return;
      hidden.delete(wanted.id);
      if (wanted.canResume) impatient = wanted.id;
      if (wanted.canResume || wanted.isRunning) client.send({ type: 'CHECK', id: wanted.id });
    },
    remove(id) {
      const current = shown();
      client.send({ type: 'REMOVE', id });
      if (current?.items.every(item => item.id === id) && !current.isRunning && !current.failure)
        hidden.add(current.id);
      refresh();
    },
    clear() {
      client.send({ type: 'CLEAR' });
      for (const { id, status } of client.getSnapshot().generations) if (status === 'completed') hidden.add(id);
      refresh();
    },
    async download(item) {
      try {
        const how = await saveFile(item.url, `${noun}-${item.id}`.replace(/[^\w.-]+/g, '-'));
        notify(how === 'saved' ? about.downloaded(item) : about.opened(item));
      } catch (cause) {
        notify(about.downloadFailed(item, cause));
      }
    },
    async copy(item) {
      try {
        await copyUrl(item.url);
        notify(about.copied(item));
      } catch (cause) {
        notify(about.copyFailed(item, cause));
      }
    },
  };

  let seen: ClientView<FileOutput, TItem> | undefined = client.getServerSnapshot();
  let view = toGeneratorView(client.getServerSnapshot(), dismissals);
  const idleResult = Object.freeze(toResult(view, commands));
  let result = idleResult;

  function getResult(): TResult {
    const clientView = client.getSnapshot();
    if (clientView === seen) return result;
    seen = clientView;
    const fresh = toGeneratorView(clientView, dismissals);
    const { generationStatus } = isSame(view.generationStatus, fresh.generationStatus) ? view : fresh;
    const next = { ...fresh, generationStatus };
    // Much of what a client shows is not shown here: then nothing is rendered.
    if (!isSame(view, next)) {
      view = next;
      result = Object.freeze(toResult(view, commands));
    }
    return result;
  }

  return {
    getSnapshot: getResult,
    getServerSnapshot: () => idleResult,
    join(component) {
      components.push(component);
      const late = untold;
      untold = [];
      for (const notice of late) notify(notice);
      return () => {
        components.splice(components.indexOf(component), 1);
      };
    },
    subscribe(listener) {
      listeners.add(listener);
      enter();
      return () => {
        listeners.delete(listener);
        // Not before StrictMode, or the next page, has had its turn.
        queueMicrotask(leaveIfAlone);
      };
    },
  };
}
