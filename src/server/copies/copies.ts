import type { Backend } from '../backends.js';
import type { ServerLog } from '../log.js';
import { resultsIn } from '../media/media-urls.js';
import { type Observe, toFailedEnd } from '../observe/observe.js';
import type { AfterEndTask, TaskRun } from '../steps/after-end.js';
import type { JobState } from '../steps/job-state.js';
import { type CopiedResult, type CopyLimits, copyResult } from './copy-result.js';
import { createCopySources } from './copy-source.js';
import { type CopyState, copyDueAt, newCopy } from './copy-state.js';
import { type ResultStore, toRefusal } from './result-store.js';

/** The options about copies, with what was left out. */
export type CopySettings = CopyLimits & {
  readonly results: ResultStore;
  readonly origins: readonly string[] | undefined;
  readonly patienceMs: number;
};

type CopyPlace = {
  readonly backends: ReadonlyMap<string, Backend>;
  readonly keepMs: number;
  readonly log: ServerLog;
  readonly observe: Observe;
};

/** How many jobs of a process are copied at once. The others are left to other processes for a moment. */
const maxCopies = 16;
const busyMs = 1_000;
/** More than that is no output of a generation. */
const maxFiles = 100;
const firstWaitMs = 2_000;
const longestWaitMs = 900_000;
/** Of results of which nobody says how long they live. */
const unknownLifeMs = 86_400_000;
const deleteAgainMs = 600_000;

/** What one attempt has copied, and what it has left. */
type Done = { readonly files: Record<string, CopyState['files'][string]>; readonly left: number[] };

/**
 * Copies the results of jobs that have succeeded. Pages are told of the end once that is done, or has taken long enough; then the results get the server's own URLs
 * with a later version of the job.
 */
export function createCopies(settings: CopySettings, { backends, keepMs, log, observe }: CopyPlace) {
  const { results, patienceMs, origins } = settings;
  let stopping = new AbortController();
  let count = 0;

  const withCopy = (state: JobState, change: (copy: CopyState) => CopyState): JobState =>
    state.copy ? { ...state, copy: change(state.copy) } : state;

  /** A copy of which pages have heard enough that it is not there yet. */
  const told = (copy: CopyState, now: number): CopyState =>
    copy.isAwaited && now >= copy.since + patienceMs ? { ...copy, isAwaited: undefined } : copy;

  const waitMs = (attempts: number) => Math.min(firstWaitMs * 2 ** Math.min(attempts, 20), longestWaitMs);

  /** Until when it is worth trying. */
  function livesUntil({ outcome }: JobState, { since }: CopyState, backend: string): number {
    const said = outcome?.kind === 'succeeded' ? outcome.expiresAt : undefined;
    return said ?? since + (backends.get(backend)?.given.resultsLiveMs ?? unknownLifeMs);
  }

  /** What is left to copy, by its number. One URL that stands there twice is one result. */
  function* todo(texts: readonly string[], { files, left }: CopyState): Generator<readonly [number, string]> {
    for (const [index, text] of texts.entries()) if (!files[index] && !left.includes(index)) yield [index, text];
  }

  /** Tries each that is left. @returns the last error that may pass */
  async function attempt({ row, state }: TaskRun, copy: CopyState, done: Done, signal: AbortSignal) {
    const { id, backend: name } = row;
    const { outcome, token } = state;
    const backend = backends.get(name);
    if (outcome?.kind !== 'succeeded' || !token.job || !backend)
      return new Error(`There is no backend ${name} here, which its results come from.`);
    const sourceOf = createCopySources(
      { backend, job: token.job, output: outcome.output },
      { download: results.download, origins },
    );
    const texts = resultsIn(outcome.output);
    const stored = new Map<string, CopyState['files'][string]>();
    for (const [index, file] of Object.entries(copy.files)) stored.set(texts[Number(index)] ?? '', file);
    let problem: unknown;
    for (const [index, text] of todo(texts, copy)) {
      if (signal.aborted) break;
      const isUrl = /^https?:/i.test(text);
      const same = isUrl ? stored.get(text) : undefined;
      const open = index < maxFiles ? sourceOf(text, index) : undefined;
      if (same) done.files[index] = same;
      else if (!open) done.left.push(index);
      else {
        try {
          const file: CopiedResult = await copyResult(results, { id, index }, open, settings, signal);
          const kept = { ...file, index };
          done.files[index] = kept;
          stored.set(text, kept);
        } catch (error) {
          if (signal.aborted) break;
          const refusal = toRefusal(error);
          if (refusal) done.left.push(index);
          else problem = error;
          const what = `Result ${index} of job ${id} was not copied. ${error instanceof Error ? (refusal ?? error).message : String(error)}`;
          const advice = refusal ? 'It stays at the vendor.' : 'It is tried again.';
          log.report(refusal ? 'copy.refused' : 'copy.failed', new Error(`${what} ${advice}`), { backend: name, id });
        }
      }
    }
    return problem;
  }

  const withDone = (copy: CopyState, { files, left }: Done): CopyState => ({
    ...copy,
    files: { ...copy.files, ...files },
    left: [...new Set([...copy.left, ...left])],
  });

  async function copyAll(run: TaskRun, copy: CopyState): Promise<void> {
    const { row, state, now, update } = run;
    const controller = new AbortController();
    const stop = () => controller.abort();
    const { signal } = stopping;
    signal.addEventListener('abort', stop);
    const done: Done = { files: {}, left: [] };
    /** Tells pages of the end although the copy goes on. */
    const impatient = setTimeout(
      () =>
        void update(current => withCopy(current, latest => told(withDone(latest, done), now()))).then(
          isOurs => isOurs || stop(),
          (error: unknown) => log.report('store.failed', error, { backend: row.backend, id: row.id }),
        ),
      Math.max(0, copy.since + patienceMs - now()),
    );
    let problem: unknown;
    try {
      problem = await observe.work(
        { name: 'copy', backend: row.backend, id: row.id },
        () => attempt(run, copy, done, controller.signal),
        failed => (failed === undefined ? {} : toFailedEnd(failed)),
      );
    } finally {
      clearTimeout(impatient);
      signal.removeEventListener('abort', stop);
    }
    const isStopped = controller.signal.aborted;
    const at = now();
    const nextAt = isStopped ? at : problem === undefined ? undefined : at + waitMs(copy.attempts);
    const isGivenUp = nextAt !== undefined && !isStopped && nextAt > livesUntil(state, copy, row.backend);
    await update(current =>
      withCopy(current, latest => {
        const known = withDone(latest, done);
        if (nextAt !== undefined && !isGivenUp)
          return told({ ...known, nextAt, attempts: isStopped ? copy.attempts : copy.attempts + 1 }, at);
        return finished(known, at);
      }),
    );
    if (isGivenUp) {
      const text = `Results of job ${row.id} could not be copied while they lived at the vendor. Its page has the vendor's URLs.`;
      log.report('copy.given-up', new Error(text), { backend: row.backend, id: row.id });
    }
  }

  const finished = ({ nextAt: _, isAwaited: __, ...copy }: CopyState, now: number): CopyState => ({
    ...copy,
    ...(Object.keys(copy.files).length > 0 && { deleteAt: now + keepMs }),
  });

  async function deleteAll({ row: { id, backend }, now, update }: TaskRun): Promise<void> {
    let deleteAt: number | undefined;
    try {
      await results.delete(id);
    } catch (error) {
      log.report('copy.failed', error, { backend, id });
      deleteAt = now() + deleteAgainMs;
    }
    await update(state =>
      withCopy(state, copy => (deleteAt === undefined ? { ...copy, files: {}, deleteAt } : { ...copy, deleteAt })),
    );
  }

  const task: AfterEndTask = {
    begin(state, now) {
      const { outcome } = state;
      const hasResults = outcome?.kind === 'succeeded' && resultsIn(outcome.output).length > 0;
      return hasResults ? { ...state, copy: newCopy(now) } : state;
    },
    dueAt: ({ copy }) => copy && copyDueAt(copy, patienceMs),
    async run(run) {
      const { copy } = run.state;
      if (!copy) return;
      if (copy.nextAt === undefined) return deleteAll(run);
      const now = run.now();
      const isTime = copy.nextAt <= now;
      if (!isTime || count >= maxCopies) {
        await run.update(state =>
          withCopy(state, latest => told({ ...latest, ...(isTime && { nextAt: now + busyMs }) }, now)),
        );
        return;
      }
      count += 1;
      try {
        await copyAll(run, copy);
      } finally {
        count -= 1;
      }
    },
  };

  return {
    task,
    /** Ends what is copied now. Another process, or a later start, goes on with it. */
    stop(): void {
      stopping.abort();
      stopping = new AbortController();
    },
  };
}
