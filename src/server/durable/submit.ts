import { newId } from '../../machines/generation/generation.id.js';
import type { WishFiles } from '../inputs/wish-inputs.js';
import type { Asked, Wish } from '../level.js';
import type { Wanted } from '../money/reserve.js';
import { toAnswerEnd } from '../observe/observe.js';
import { toAnswer, toFailureAnswer } from '../request/answers.js';
import { toToldFailure } from '../request/failures.js';
import { RequestRefusal } from '../request/refusal.js';
import type { Settings } from '../settings.js';
import { toChange } from '../steps/advance.js';
import type { Chart, Stance } from '../steps/chart.js';
import { sendingState, toJobState, toStoredState, unsentState } from '../steps/job-state.js';
import { keepLease } from '../steps/lease.js';
import { runStep } from '../steps/run-step.js';
import { type InsertLimits, isEnded, type JobLease, type StoredJob } from '../store/job-store.js';
import { untilStored } from '../store/until-stored.js';
import type { Durable } from './durable.types.js';
import { holdJob } from './held-job.js';
import { isOpen } from './open-key.js';
import { withRepeats } from './repeats.js';
import { toToldJob } from './told.js';
import { beginSending, inProgress, mayRepeat, untilSent } from './unsent.js';
import { toWishHash } from './wish-hash.js';

/** Also the files of a submit before: they go with the job. */
const allOf = (known: readonly string[] | undefined, added: readonly string[] | undefined) =>
  known || added ? [...new Set([...(known ?? []), ...(added ?? [])])] : undefined;

const isAccepted = ({ snapshot }: Stance) => snapshot.context.job !== undefined;

/** Submits with a row that was there before the vendor was called, so that whatever happens, the next request finds it. */
export function createSubmit(settings: Settings, durable: Durable) {
  const { store, chartOf, leaseMs, log, durations, observe, reserve, written: tellWritten } = durable;

  return async function submit({ backend, user }: Asked, { key, input: named, files }: Wish): Promise<Response> {
    const chart = chartOf(backend.name) as Chart;
    const wishHash = await toWishHash(backend.name, named, files?.digestOf);
    const id = newId();
    const lease = { owner: newId(), ms: leaseMs };
    const now = await store.now();
    // Only a job that is there already can do without its files.
    const earlier = files?.isGone ? await store.findByKey(user.id, key) : undefined;
    const input = earlier ? undefined : await prepare(files, id, named);
    const about = { durationLabel: backend.toDurationLabel(named), inputs: files?.ids };
    const state = toStoredState(unsentState(id, now, about));
    const job = { id, userId: user.id, backend: backend.name, key, wishHash, status: 'submitting', state } as const;
    const insert = () =>
      reserve({ user, input }, undefined, within =>
        store.insert(job, lease, durable.limitsOf(backend.name), within),
      ).catch(async (error: unknown) => {
        await letGo(files, id);
        throw error;
      });
    const result = earlier ? ({ kind: 'known', job: earlier } as const) : await insert();
    if (result.kind !== 'inserted') await letGo(files, id);
    if (result.kind === 'limited') throw toLimitRefusal(result.by, result.retryAfterMs);
    const submitting = (row: StoredJob, work: () => Promise<Response>) =>
      durable.hold(
        observe.work({ name: 'submit', backend: backend.name, id: row.id, userId: user.id }, work, toAnswerEnd),
      );
    if (result.kind === 'inserted') {
      observe.event({ type: 'wish', backend: backend.name, id });
      return submitting(result.job, () => begin(chart, result.job, lease, input));
    }

    const { job: known } = result;
    if (known.wishHash !== null && known.wishHash !== wishHash) {
      throw new RequestRefusal(
        422,
        'bad-input',
        `The key of generation ${known.id} was used with another wish. Nothing was submitted. Use a new key for a new wish.`,
      );
    }
    const sent = await untilSent(store, known);
    const open = sent ? (isOpen(sent, backend, now) ? sent : undefined) : known;
    const nextInput = open && (await prepare(files, open.id, named));
    const again = open && (await reopen(open, lease, { user, input: nextInput }, files?.ids));
    if (again) return submitting(again, () => buy(chart, again, lease, nextInput));
    return sent ? toAnswer(toToldJob(sent, settings, now)) : toFailureAnswer(inProgress(known.id), 409);
  };

  /** The input with real URLs, of files that are kept for the job from now on. One that is gone is told before anything is inserted or sent. */
  async function prepare(files: WishFiles | undefined, id: string, named: unknown): Promise<unknown> {
    if (!files) return named;
    await files.hold(id);
    try {
      return await files.toReal(named);
    } catch (error) {
      await letGo(files, id);
      throw error;
    }
  }

  /** What is left over by a fault is removed later. */
  async function letGo(files: WishFiles | undefined, id: string): Promise<void> {
    await files?.release(id).catch((error: unknown) => log.report('inputs.failed', error, { id }));
  }

  /** Sends the submit of a new row, unless somebody has taken it over or forbidden it meanwhile. */
  async function begin(chart: Chart, row: StoredJob, lease: JobLease, input: unknown): Promise<Response> {
    const sending = await beginSending(store, row, lease);
    if (sending) return buy(chart, sending, lease, input);
    const now = await store.now();
    return toAnswer(toToldJob((await store.get(row.id)) ?? row, settings, now), 201);
  }

  /** The row of a submit that was refused, or never sent, for another try; `undefined` if somebody else is faster. */
  async function reopen(
    row: StoredJob,
    lease: JobLease,
    wanted: Wanted,
    inputs: readonly string[] | undefined,
  ): Promise<StoredJob | undefined> {
    const claimed = await store.claim(row.id, lease);
    if (!claimed) return undefined;
    const now = await store.now();
    // The window of the vendor's keys began with the first submit.
    const known = toJobState(row);
    const { token, durationLabel, settlement } = known;
    const { startedAt = now } = token;
    const unsent = unsentState(row.id, startedAt, { durationLabel, inputs: allOf(known.inputs, inputs) });
    const state = toStoredState({ ...sendingState(unsent), settlement });
    const change = { status: 'submitting', state, dueAt: now } as const;
    const condition = { version: row.version, owner: lease.owner };
    let written: StoredJob | undefined;
    try {
      written = await reserve(wanted, settlement, within => store.write(row.id, condition, change, within));
      return written;
    } finally {
      if (!written) await store.release(row.id, lease.owner);
    }
  }

  /** A job that is its stream is held to its end, by this process, and nobody waits for it. */
  function holdOn(chart: Chart, row: StoredJob, stance: Stance, lease: JobLease, now: () => number): void {
    if (!chart.isStreamJob || stance.snapshot.status !== 'active' || isEnded(row)) return;
    const held = holdJob(durable, { chart, row, stance, lease, now });
    void durable
      .hold(held)
      .catch((error: unknown) => log.report('step.failed', error, { backend: row.backend, id: row.id }));
  }

  /** Calls the vendor. Not with the signal of the request: a page that goes away must not leave a submit half done. */
  async function buy(chart: Chart, row: StoredJob, lease: JobLease, input: unknown): Promise<Response> {
    const kept = keepLease(store, row.id, lease, log);
    try {
      const skew = (await store.now()) - Date.now();
      const now = () => Date.now() + skew;
      const earlier = await durations.historyOf(row.backend, toJobState(row).durationLabel);
      const begun = chart.send(chart.start(row.id, now(), earlier), { type: 'GENERATE', input }, now());
      const sending = withRepeats(chart, () => mayRepeat(store, row, lease));
      const stance = await runStep(sending, begun, { now, until: isAccepted });
      const stored = await keep(chart, row, stance, now).catch((error: unknown) => {
        log.report('store.failed', error, { backend: row.backend, id: row.id });
        throw toUnstored(row, stance);
      });
      holdOn(chart, stored, stance, lease, now);
      return toSubmitAnswer(stored, now());
    } finally {
      kept.end();
    }
  }

  /** Stores what became of the submit, whatever was written meanwhile: an acceptance beats every end that was only assumed. */
  async function keep(chart: Chart, first: StoredJob, given: Stance, now: () => number): Promise<StoredJob> {
    let [row, stance] = [first, given];
    const report = (error: unknown) => log.report('store.failed', error, { backend: first.backend, id: first.id });
    for (;;) {
      const state = toJobState(row);
      // A webhook was faster than the answer, which may have been lost.
      if (state.foundJob && !isAccepted(stance))
        stance = chart.resume({ ...state.token, job: state.foundJob }, now(), stance.snapshot.context.history);
      const { version } = row;
      const change = toChange(durable, chart, stance, state, now());
      // A write whose answer is lost is refused the second time, and the row tells of it.
      const written = await untilStored(() => store.write(first.id, { version }, change), report);
      if (written) {
        tellWritten(row, written);
        return written;
      }
      const current = await untilStored(() => store.get(first.id), report);
      if (!current)
        throw new TypeError(`The row of generation ${first.id} was deleted while its submit was under way.`);
      // Somebody else knows the job, or knows more than a submit that got no answer.
      if (toJobState(current).token.job || (isEnded(current) && !isAccepted(stance))) return current;
      row = current;
    }
  }

  /** What the row says, which may be more than what this submit was told. */
  function toSubmitAnswer(row: StoredJob, now: number): Response {
    const { outcome, token } = toJobState(row);
    if (outcome?.kind !== 'failed' || token.job) return toAnswer(toToldJob(row, settings, now), 201);
    const { failure } = outcome;
    log.report('submit.failed', failure, { backend: row.backend, id: row.id });
    // A page that has lost the answer asks again by its key, which costs nothing.
    const job = failure.charged === 'no' ? undefined : { id: row.id };
    return toFailureAnswer(toToldFailure(failure, job, settings.showBackendErrors));
  }
}

/** What is said of a submit whose end could not be stored: what the vendor has answered about money, and not that nothing happened. */
function toUnstored({ id }: StoredJob, stance: Stance): RequestRefusal {
  const { outcome } = stance.snapshot.context;
  const charged = isAccepted(stance) ? 'yes' : outcome?.status === 'failed' ? outcome.failure.charged : 'maybe';
  const text = `The server could not store what became of the submit of generation ${id}. Ask for it again with the same key in a moment, which costs nothing.`;
  return new RequestRefusal(500, 'network', text, { charged });
}

function toLimitRefusal(by: keyof InsertLimits, retryAfterMs: number): RequestRefusal {
  const text =
    by === 'perMinute'
      ? 'You have submitted too many generations in this minute. Nothing was submitted. Try again in a moment.'
      : by === 'runningOfUser'
        ? 'Too many of your generations are running. Nothing was submitted. Try again when one has ended.'
        : 'Too many generations are running on this backend. Nothing was submitted. Try again in a moment.';
  return new RequestRefusal(429, 'rate-limited', text, { retryAfterMs });
}
