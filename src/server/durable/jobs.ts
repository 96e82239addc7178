import { newId } from '../../machines/generation/generation.id.js';
import { createGallery } from '../gallery/gallery.js';
import type { Asked, Level } from '../level.js';
import { toCopyAnswer } from '../media/copy-answer.js';
import { findServed, isServed, resultsIn, toServedIndex } from '../media/media-urls.js';
import { toPreviewAnswer, toResultAnswer } from '../media/result-route.js';
import { toAnswer, toFailureAnswer } from '../request/answers.js';
import { notFound, unknownJob } from '../request/refusal.js';
import type { Settings } from '../settings.js';
import { advanceJob, type StepReason } from '../steps/advance.js';
import { type JobState, toJobState, toStoredState, unsentState } from '../steps/job-state.js';
import { isEnded, type StoredJob } from '../store/job-store.js';
import type { Durable } from './durable.types.js';
import { createLiveStreams } from './live-streams.js';
import { leaveMail } from './mail.js';
import { followJob, followJobs } from './streams.js';
import { createSubmit } from './submit.js';
import { toToldJob } from './told.js';
import { inProgress, isUnsent, untilSent, wasNeverSent } from './unsent.js';

const hasOutcome = (row: StoredJob): boolean => toJobState(row).outcome !== undefined;

/** How many jobs of one request are asked about at the vendor. The others answer with what is known. */
const maxStepsPerRead = 10;

/** With a store: what a page asks is answered from rows, and rows that are due are advanced on the way. */
export function createDurable(settings: Settings, durable: Durable): Level {
  const { store } = durable;
  const following = { ...durable, live: createLiveStreams(settings, durable) };

  /** @throws RequestRefusal for a job of somebody else, as if there were none */
  async function toOwn({ backend, user }: Asked, id: string): Promise<StoredJob> {
    const row = await store.get(id);
    if (row?.userId !== user.id || row.backend !== backend.name) throw unknownJob(id);
    return row;
  }

  /** A job that was given up is asked about once more, because a page that reads it follows it again. */
  async function toFresh(row: StoredJob): Promise<StoredJob> {
    const step = stepWanted(row, await store.now());
    if (step === undefined) return row;
    if (step !== 'due' || !hasOutcome(row)) return (await advanceJob(durable, row.id, step)) ?? row;
    // Nobody waits for what is left after the end.
    void durable
      .hold(advanceJob(durable, row.id, step))
      .catch((error: unknown) => durable.log.report('store.failed', error, { id: row.id }));
    return row;
  }

  /** Why a step of a job that is read is made now; `undefined` if there is none to make. */
  function stepWanted(row: StoredJob, now: number): StepReason | undefined {
    if (row.dueAt !== null && row.dueAt <= now) return 'due';
    return isGivenUp(row, now) ? 'again' : undefined;
  }

  function isGivenUp(row: StoredJob, now: number): boolean {
    if (row.status !== 'failed' && row.status !== 'cancelled') return false;
    const { isAssumed, token } = toJobState(row);
    const { minReadGapMs = 0 } = settings.backends.get(row.backend)?.policy ?? {};
    return isAssumed === true && token.job !== undefined && now - row.updatedAt >= minReadGapMs;
  }

  const told = async (row: StoredJob) => toToldJob(row, settings, await store.now());

  /** Asks for the end of a job that has none. */
  async function cancelRow(row: StoredJob): Promise<StoredJob> {
    const left = await leaveMail(store, row, ({ cancelRequested, outcome }, current) =>
      isEnded(current) || outcome || cancelRequested ? undefined : { cancelRequested: true },
    );
    if (!left || hasOutcome(left)) return left ?? row;
    return (await advanceJob(durable, row.id, 'due')) ?? left;
  }

  return {
    gallery: createGallery(settings, durable),
    submit: createSubmit(settings, durable),

    async read(asked, id) {
      return toAnswer(await told(await toFresh(await toOwn(asked, id))));
    },

    async readMany({ backend, user }, ids) {
      const rows = (await store.getMany(ids)).filter(row => row.userId === user.id && row.backend === backend.name);
      const now = await store.now();
      const due = rows.filter(row => stepWanted(row, now) !== undefined).slice(0, maxStepsPerRead);
      const fresh = new Map((await Promise.all(due.map(toFresh))).map(row => [row.id, row]));
      const jobs = await Promise.all(rows.map(row => told(fresh.get(row.id) ?? row)));
      return toAnswer({ jobs });
    },

    async cancel(asked, id) {
      return toAnswer(await told(await cancelRow(await toOwn(asked, id))));
    },

    async result(asked, id, index) {
      const { outcome, token, copy } = toJobState(await toOwn(asked, id));
      if (outcome?.kind !== 'succeeded' || !token.job) throw notFound();
      const { output } = outcome;
      const file = copy?.files[index];
      if (file && settings.copies) return toCopyAnswer(settings.copies.results, asked, { id, index, file });
      const origins = asked.backend.adapter.hiddenResults?.origins ?? [];
      const known = copy ? resultsIn(output)[index] : findServed(output, origins, index);
      if (known === undefined || !isServed(known, origins)) throw notFound();
      const served = copy ? toServedIndex(output, origins, index) : index;
      return toResultAnswer(settings, asked, { id, job: token.job, index: served, known });
    },

    async preview(asked, id, name) {
      const { job } = toJobState(await toOwn(asked, id)).token;
      if (!job) throw notFound();
      return toPreviewAnswer(settings, asked, { id, job, name });
    },

    async events(asked, id) {
      const row = await toOwn(asked, id);
      return followJob(settings, following, asked, row);
    },

    async allEvents(asked) {
      return followJobs(settings, following, asked);
    },

    async find({ user, backend }, key) {
      const row = await store.findByKey(user.id, key);
      if (!row || row.backend !== backend.name) return toAnswer({ job: null });
      // One whose process is gone has an end after this step.
      const current = await toFresh((await untilSent(store, row)) ?? row);
      if (isUnsent(current)) return toFailureAnswer(inProgress(current.id), 409);
      return toAnswer(wasNeverSent(current) ? { job: null } : await told(current));
    },

    async forbid({ user, backend }, key) {
      const id = newId();
      const outcome = { kind: 'cancelled', charged: 'no' } as const;
      const state = toStoredState({ ...unsentState(id, await store.now()), outcome, isForbidden: true });
      const result = await store.insert(
        { id, userId: user.id, backend: backend.name, key, wishHash: null, status: 'cancelled', state },
        undefined,
      );
      // A tombstone: a submit with this key that arrives late finds it.
      if (result.kind !== 'known') return toAnswer({ job: null });
      const left = await leaveMail(store, result.job, ({ isForbidden }) =>
        isForbidden ? undefined : { isForbidden: true },
      );
      const row = await cancelRow(left ?? result.job);
      const { token, outcome: end } = toJobState(row);
      return toAnswer(!token.job && chargeOf(end) === 'no' ? { job: null } : await told(row));
    },
  };
}

const chargeOf = (outcome: JobState['outcome']) => {
  if (outcome?.kind === 'failed') return outcome.failure.charged;
  return outcome?.kind === 'cancelled' ? outcome.charged : undefined;
};
