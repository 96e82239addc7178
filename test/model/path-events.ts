import type { EnvironmentEvent, GenerationPolicy, JobUpdate } from 'generation-lifecycle';
import type { FileOutput, ImageInput } from 'generation-lifecycle/adapters';
import type { scriptedAdapter } from '../support/scripted-adapter.js';
import { cancelled, changed, error, failed, job, pending } from '../support/scripted-generation.js';
import type { PickedClock } from './picked-clock.js';

/** A picture that needs no server. */
const picture = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
export const succeeded: JobUpdate<FileOutput> = {
  kind: 'succeeded',
  output: { files: [{ id: 'file-1', url: picture, type: 'image', metadata: {} }], failed: [] },
};

/** What a path can move: the user, the backend, the page and the clock; never the chart itself. */
export type PathWorld = ReturnType<typeof scriptedAdapter<ImageInput, FileOutput>> & {
  readonly clock: PickedClock;
  command(type: 'GENERATE' | 'CANCEL' | 'CHECK'): void;
  emit(event: EnvironmentEvent): void;
};

/** An event of the chart, the child that has to live for it, and what makes the child say it. */
export type PathEvent = {
  readonly event: { readonly type: string; readonly [detail: string]: unknown };
  readonly from?: string | undefined;
  act(world: PathWorld): void;
};

/** Each length is one timer's, so that it names it. */
export const pathPolicy = {
  pollFallbackAfterMs: 10_007,
  streamReadIntervalMs: 15_013,
  streamIdleTimeoutMs: 45_007,
  minReadGapMs: 1_009,
  pollDelayMs: [2_027],
  readTimeoutMs: 30_011,
  requestTimeoutMs: 30_011,
  submitTimeoutMs: 120_011,
  submitPatienceMs: 0,
  submitRetryDelaysMs: [1_019],
  cancelPatienceMs: 10_009,
  cancelReadDelaysMs: [503],
  reopenDelaysMs: [5_003],
  maxOutageMs: 120_017,
  deadlineMs: 420_001,
  queueDeadlineMs: 200_017,
} satisfies GenerationPolicy;

/** How long the chart's named delays are under that policy. */
export const lengths: { readonly [delay: string]: number } = {
  pollFallbackAfterMs: pathPolicy.pollFallbackAfterMs,
  streamIdleTimeoutMs: pathPolicy.streamIdleTimeoutMs,
  requestTimeoutMs: pathPolicy.requestTimeoutMs,
  readTimeout: pathPolicy.readTimeoutMs,
  submitTimeoutMs: pathPolicy.submitTimeoutMs,
  deadline: pathPolicy.deadlineMs,
  readGap: pathPolicy.minReadGapMs,
  streamReadInterval: pathPolicy.streamReadIntervalMs - pathPolicy.minReadGapMs,
  pollDelay: 2_027 - pathPolicy.minReadGapMs,
  reopenDelay: 5_003,
  cancelPatienceMs: pathPolicy.cancelPatienceMs,
  cancelReadDelay: 503,
};

/** Of all timers that the chart arms on a path, in ms. */
export const timerLengths: readonly number[] = Object.values(lengths);

/** `xstate.after.<delay>.<state>` is that timer's end. */
export function delayed(type: string): PathEvent {
  const delay = type.split('.')[2] ?? '';
  return { event: { type }, act: ({ clock }) => clock.fire(lengths[delay] ?? Number.NaN) };
}

const last = <T>(calls: readonly T[]): T => {
  const call = calls.at(-1);
  if (call === undefined) throw new Error('The path speaks of a call that was not made.');
  return call;
};

const refusal = error('payment-required');
const unreached = error('network');
const forbidden = error('unauthorized');
const missing = error('not-found');
const updates: readonly JobUpdate<FileOutput>[] = [succeeded, failed, cancelled];

const commands = (['GENERATE', 'CANCEL', 'CHECK'] as const).map(
  (type): PathEvent => ({ event: { type }, act: world => world.command(type) }),
);

const ofSubmit: readonly Omit<PathEvent, 'from'>[] = [
  ...[pending, ...updates].map(update => ({
    event: { type: 'job.accepted', job, update },
    act: ({ submits }: PathWorld) => last(submits).answer({ job, update }),
  })),
  {
    event: { type: 'submit.failed', failure: refusal.failure },
    act: ({ submits }) => last(submits).refuse(refusal),
  },
];

const ofStream: readonly Omit<PathEvent, 'from'>[] = [
  { event: { type: 'stream.opened' }, act: ({ streams }) => last(streams).open() },
  { event: { type: 'stream.lost' }, act: ({ streams }) => last(streams).end() },
  { event: { type: 'stream.refused' }, act: ({ streams }) => last(streams).fail(missing) },
  { event: { type: 'job.progressed', update: pending }, act: ({ streams }) => last(streams).push(pending) },
  { event: { type: 'job.changed' }, act: ({ streams }) => last(streams).push(changed) },
  { event: { type: 'job.failureReported', outcome: failed }, act: ({ streams }) => last(streams).push(failed) },
  ...[succeeded, cancelled].map(outcome => ({
    event: { type: 'job.ended', outcome },
    act: ({ streams }: PathWorld) => last(streams).push(outcome),
  })),
];

const ofRead: readonly Omit<PathEvent, 'from'>[] = [
  { event: { type: 'read.answered', update: pending }, act: ({ reads }) => last(reads).answer(pending) },
  ...[unreached, forbidden].map(thrown => ({
    event: { type: 'read.failed', failure: thrown.failure },
    act: ({ reads }: PathWorld) => last(reads).refuse(thrown),
  })),
  ...updates.map(outcome => ({
    event: { type: 'job.ended', outcome },
    act: ({ reads }: PathWorld) => last(reads).answer(outcome),
  })),
];

const ofCancel: readonly Omit<PathEvent, 'from'>[] = [
  { event: { type: 'cancel.answered', update: pending }, act: ({ cancels }) => last(cancels).answer(pending) },
  {
    event: { type: 'cancel.failed', failure: unreached.failure },
    act: ({ cancels }) => last(cancels).refuse(unreached),
  },
  ...updates.map(outcome => ({
    event: { type: 'job.ended', outcome },
    act: ({ cancels }: PathWorld) => last(cancels).answer(outcome),
  })),
];

const ofPage = (['woke', 'asleep'] as const).map(event => ({
  event: { type: `page.${event}` },
  act: (world: PathWorld) => world.emit(event),
}));

/** Two children may say the same: `by` tells whose word an event is. */
const by = (from: string, events: readonly Omit<PathEvent, 'from'>[]): readonly PathEvent[] =>
  events.map(({ event, act }) => ({ from, event: { ...event, by: from }, act }));

/** All that can happen on a path, delays excepted. */
export const pathEvents: readonly PathEvent[] = [
  ...commands,
  ...by('submit', ofSubmit),
  ...by('sse', ofStream),
  ...by('poll', ofRead),
  ...by('cancel', ofCancel),
  ...by('page', ofPage),
];
