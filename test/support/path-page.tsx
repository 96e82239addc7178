import { type Environment, type GenerationView, type JobUpdate, viewGeneration } from 'generation-lifecycle';
import { browserEnvironment, type FileOutput, type ImageInput, memoryStore } from 'generation-lifecycle/adapters';
import { act, StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { vi } from 'vitest';
import { inHouse } from '../../examples/studio/app/src/clients/studio-backend.js';
import { createStudioClient } from '../../examples/studio/app/src/clients/studio-client.js';
import { createStudioClients } from '../../examples/studio/app/src/clients/studio-clients.js';
import { describeImage, imageExamples } from '../../examples/studio/app/src/forms/image-input.js';
import { connectionWords, failureWords, statusWords } from '../../examples/studio/app/src/status-words.js';
import { Studio } from '../../examples/studio/app/src/studio.js';
import { type PathWorld, timerLengths } from '../model/path-events.js';
import { actorInput, pathMachine, type Without } from '../model/path-graph.js';
import { PickedClock } from '../model/picked-clock.js';
import { job } from './scripted-generation.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

/** What the user sees on the page. */
export type ShownPage = {
  readonly title: string;
  readonly status: string;
  readonly connection: string | undefined;
  readonly buttons: readonly string[];
  readonly progress: string | undefined;
  readonly note: string | undefined;
  readonly images: readonly string[];
};

type StudioView = GenerationView<FileOutput>;

const studioClients = createStudioClients(inHouse);
const example = imageExamples[0] ?? { word: '', prompt: '' };

function buttonsOf({ status, connection, isLate, canCancel, failure }: StudioView): readonly string[] {
  const isAccepted = status === 'connecting' || status === 'streaming' || status === 'polling';
  const isWithoutResult = status === 'failed' || status === 'cancelled';
  return [
    ...(isAccepted && (connection !== 'open' || isLate) ? ['Check now'] : []),
    ...(canCancel ? ['Cancel'] : []),
    ...(failure?.resumable ? ['Resume (free)'] : []),
    ...(failure?.retryable || status === 'cancelled' ? ['Generate again (charged)'] : []),
    ...(isWithoutResult ? ['Edit prompt', 'Dismiss'] : []),
  ];
}

function noteOf({ status, failure, stopped, charged, job: accepted }: StudioView): string | undefined {
  if (failure) return failure.message;
  if (status !== 'cancelled') return undefined;
  if (charged === 'no')
    return `${accepted ? 'The backend stopped the job.' : 'Cancelled before it was submitted.'} You have not been charged.`;
  return stopped
    ? 'The backend stopped the job.'
    : 'This page no longer waits for the job. The backend did not stop it: it may still be running and charged.';
}

/** What the page has to show for a snapshot, by `viewGeneration`. */
export function pageOf(snapshot: Parameters<typeof viewGeneration<FileOutput>>[0]): ShownPage {
  const view = viewGeneration(snapshot);
  const { status, connection, failure, isRunning, progress, output } = view;
  return {
    title: status === 'idle' ? '' : `${failure ? failureWords[failure.code] : statusWords[status]}: ${example.prompt}`,
    status,
    connection: isRunning ? connectionWords[connection] : undefined,
    buttons: buttonsOf(view),
    progress: isRunning && progress !== undefined ? `${Math.round(progress * 100)} %` : undefined,
    note: noteOf(view),
    images: output?.files.map(({ url }) => url) ?? [],
  };
}

/** All that waits for a promise, and what React has put off. */
const settled = (play: () => void = () => {}) =>
  act(async () => {
    play();
    await new Promise<void>(resolve => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    });
  });

/** The window's own timers, of which those of the chart fire when they are picked. */
function pickedTimers(): PickedClock {
  const clock = new PickedClock();
  const { setTimeout, clearTimeout } = window;
  const isPicked = (ms: unknown): ms is number => timerLengths.includes(Math.round(Number(ms)));
  vi.stubGlobal('setTimeout', (run: () => void, ms?: number, ...rest: never[]) =>
    // Below zero, where no timer of the window is.
    isPicked(ms) ? -clock.setTimeout(run, ms) : setTimeout(run, ms, ...rest),
  );
  vi.stubGlobal('clearTimeout', (id?: number) =>
    id !== undefined && id < 0 ? clock.clearTimeout(-id) : clearTimeout(id),
  );
  return clock;
}

/** Opens the studio's page on a machine whose backend and timers a path plays; the user's part is done by hand. */
export async function openPathPage(without: Without) {
  const clock = pickedTimers();
  vi.spyOn(crypto, 'randomUUID').mockReturnValue(actorInput.id);
  const { subscribe } = browserEnvironment();
  let watcherCount = 0;
  const counted: Environment['subscribe'] = listener => {
    const stop = subscribe(listener);
    watcherCount += 1;
    return () => {
      watcherCount -= 1;
      stop();
    };
  };
  const { machine, scripted } = pathMachine(without, counted);
  const container = document.body.appendChild(document.createElement('div'));
  const root = createRoot(container);
  const images = createStudioClient<ImageInput>({
    kind: 'image',
    name: 'studio-image',
    generation: machine,
    describe: describeImage,
    store: memoryStore(),
  });
  const close = async () => {
    await act(async () => root.unmount());
    images.client.stop();
    container.remove();
  };

  /** Every status word that was on the page, in order. */
  const statuses: string[] = [];
  const statusWord = () => container.querySelector('.tile')?.getAttribute('data-status') ?? 'idle';
  const observer = new MutationObserver(() => {
    if (statuses.at(-1) !== statusWord()) statuses.push(statusWord());
  });
  observer.observe(container, { subtree: true, childList: true, attributes: true });

  await settled(() =>
    root.render(
      <StrictMode>
        <Studio clients={{ ...studioClients, image: images }} backend={inHouse} />
      </StrictMode>,
    ),
  );

  const buttonOf = (name: string) => [...container.querySelectorAll('button')].find(one => one.textContent === name);
  const press = (name: string) => {
    const button = buttonOf(name);
    if (!button) throw new Error(`There is no button ${name}.`);
    button.click();
  };
  /** While updates arrive by themselves the page has no button for it. */
  const check = () => {
    if (buttonOf('Check now')) press('Check now');
    else images.client.send({ type: 'CHECK', id: actorInput.id });
  };
  const generate = () => {
    flushSync(() => press(example.word));
    press('Generate');
  };
  const world: PathWorld = {
    ...scripted,
    clock,
    emit: event => void document.dispatchEvent(new Event(event === 'woke' ? 'resume' : 'freeze')),
    command: type => (type === 'GENERATE' ? generate() : type === 'CANCEL' ? press('Cancel') : check()),
  };

  const text = (selector: string) => container.querySelector(selector)?.textContent ?? undefined;
  const texts = (selector: string) => [...container.querySelectorAll(selector)].map(found => found.textContent);

  return {
    statuses,
    close,
    /** Lets something happen, and all that follows from it. */
    play: (happen: (world: PathWorld) => void) => settled(() => happen(world)),
    /** As a person finds it. */
    shown: (): ShownPage => ({
      title: text('output') ?? '',
      status: statusWord(),
      connection: text('.badge'),
      buttons: texts('.tile article button'),
      progress: text('.painting-line .number') || undefined,
      note: text('.tile .reason') ?? text('.tile p.note'),
      images: [...container.querySelectorAll('ul.gallery img:not(.preview)')].map(
        image => image.getAttribute('src') ?? '',
      ),
    }),
    /** What of the generation is alive: calls that nobody has stopped, timers, listeners to the page. */
    alive: () => ({
      calls: scripted.calls().flatMap(({ kind, signal }) => (signal.aborted ? [] : [kind])),
      timers: clock.timerCount,
      watchers: watcherCount,
    }),
    /** Everything that was ever asked has this outcome now, whether or not somebody still waits. */
    talkLate: (outcome: JobUpdate<FileOutput>) =>
      settled(() => {
        for (const { answer } of [...scripted.reads, ...scripted.cancels]) answer(outcome);
        for (const { answer } of scripted.submits) answer({ job, update: outcome });
        for (const stream of scripted.streams) {
          stream.open();
          stream.push(outcome);
          stream.end();
        }
      }),
  };
}
