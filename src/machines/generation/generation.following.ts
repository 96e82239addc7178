import { and, not, stateIn } from 'xstate';
import { toJobInput } from './generation.actors.js';
import { endings } from './generation.states.js';

// The part of the chart in which a job is followed: by its stream and by reads, at once.

/** Some backends run the job only as long as its stream is open. */
const streamJobLost = { guard: 'isStreamJob', target: '#generation.failed', actions: 'setStreamJobLost' } as const;
/** The other region hears of it. */
const lostByIdleTimeout = { target: '#lost', actions: ['countIdleLoss', 'reportLoss'] } as const;
const whileConnecting = stateIn('#connecting');
const whileStreaming = stateIn('#streaming');

const opened = { 'stream.opened': { target: 'streaming', actions: 'setStreamOpened' } } as const;

/** Until the stream is opened again. A wait that a read was asked for meanwhile counts, too. */
const reopening = {
  always: streamJobLost,
  after: {
    reopenDelay: [
      { guard: 'canReopen', target: 'listening' },
      { target: 'lost', reenter: true },
    ],
  },
  on: {
    'page.woke': [
      { guard: 'canReopen', target: 'listening' },
      { target: 'lost', reenter: true, actions: 'hastenReopening' },
    ],
    'page.asleep': 'asleep',
  },
} as const;

const streamRegion = <TInitial extends string>(initial: TInitial) =>
  ({
    initial,
    states: {
      listening: {
        entry: 'openStream',
        initial: 'connecting',
        invoke: { id: 'sse', src: 'sse', input: toJobInput },
        on: {
          'job.progressed': { actions: 'setProgress' },
          'job.changed': { actions: 'setJobSeen' },
          'stream.metadata': { actions: 'setStreamInfo' },
          'stream.lost': [
            { guard: 'isChangeUnread', target: 'ended', actions: 'endStream' },
            { target: 'lost', actions: 'countLoss' },
          ],
          'stream.refused': { target: 'refused', actions: 'closeStream' },
          // A browser has six connections for an origin: a stream that shows nothing may keep the reads from their own.
          'read.starved': { guard: 'isStarvingReads', target: 'lost', actions: 'countIdleLoss' },
          'page.asleep': { target: 'asleep', actions: 'closeStream' },
        },
        states: {
          connecting: {
            id: 'connecting',
            after: { pollFallbackAfterMs: 'overdue' },
            on: opened,
          },
          overdue: { after: { streamIdleTimeoutMs: lostByIdleTimeout }, on: opened },
          streaming: {
            id: 'streaming',
            after: { streamIdleTimeoutMs: lostByIdleTimeout },
            on: { 'stream.alive': { target: 'streaming', reenter: true } },
          },
        },
      },
      lost: { id: 'lost', ...reopening },
      /** It has said that something changed, and has ended. The read of that decides. */
      ended: reopening,
      asleep: {
        always: streamJobLost,
        on: {
          'page.woke': [
            { guard: 'canReopen', target: 'listening' },
            { target: 'lost', actions: 'hastenReopening' },
          ],
        },
      },
      refused: { always: streamJobLost },
    },
  }) as const;

/**
 * Counts the time in the backend's queue apart, and says when a job is late. A change of phase restarts nothing else. The timer of the
 * deadline stands above those of the estimate: armed anew, it would be wrong by what the clock of the device was set meanwhile.
 */
const clockRegion = {
  initial: 'running',
  states: {
    running: {
      entry: 'beginPhase',
      initial: 'usual',
      always: { guard: 'isQueued', target: 'queued' },
      after: { deadline: '#generation.expiring' },
      states: {
        usual: {
          // What is expected changes with the time alone, too: the job has outlived others.
          after: {
            estimateDelay: [
              { guard: 'isLate', target: 'late', actions: 'setEstimate' },
              { target: 'usual', reenter: true, actions: 'setEstimate' },
            ],
          },
        },
        /** It takes longer than nearly all before it. */
        late: {},
      },
    },
    queued: {
      entry: 'beginPhase',
      always: { guard: not('isQueued'), target: 'running' },
      after: { deadline: '#generation.expiring' },
    },
  },
} as const;

/** A page that wakes, or has lost its stream, reads at once and polls from the beginning. */
const readAnew = { target: 'due', actions: 'restartPolling' } as const;

/** Between two reads, any request for one makes it due. */
const readNow = {
  CHECK: 'due',
  'job.changed': { target: 'due', actions: 'requestChangedRead' },
  'page.woke': readAnew,
  'page.asleep': 'asleep',
} as const;

/** A stream that tells the job's state on opening makes the first read needless. */
const toldState = { guard: 'isStateStream', target: 'watching' } as const;
/** What was published before a stream opened is never sent on it, unless it tells the job's state on opening. */
const readOnOpening = { guard: not('isStateStream'), actions: 'requestRead' } as const;

const readsRegion = {
  initial: 'held',
  states: {
    /** Waits for the stream to open. */
    held: {
      always: [
        { guard: and([not(whileConnecting), 'hasReadHint']), target: 'hinted' },
        { guard: and([whileStreaming, 'isStateStream']), target: 'expecting' },
        { guard: not(whileConnecting), target: 'due' },
      ],
      on: readNow,
    },
    /** The answer to the submit says when to read first. */
    hinted: { after: { firstReadDelay: 'due' }, on: { ...readNow, 'job.progressed': toldState } },
    /** The stream is open, and is about to tell the job's state. */
    expecting: {
      after: { snapshotDelay: 'due' },
      on: { ...readNow, 'job.progressed': 'watching', 'stream.lost': 'due', 'stream.refused': 'due' },
    },
    /** The next read begins now, if it may. */
    due: {
      always: [
        { guard: 'isPastDeadline', target: '#generation.expiring' },
        { guard: 'isTooSoon', target: 'settling', actions: 'requestRead' },
        { target: 'reading' },
      ],
    },
    reading: {
      entry: 'beginRead',
      invoke: { id: 'poll', src: 'poll', input: toJobInput },
      after: {
        readTimeout: [
          { guard: 'isOutage', target: '#generation.failed', actions: 'setUnreachable' },
          { target: 'settling', actions: ['setReadFailure', 'reportStarvedRead'] },
        ],
      },
      on: {
        'read.answered': [
          { guard: 'canReadAgain', target: 'reading', reenter: true, actions: 'setReadAnswer' },
          { target: 'settling', actions: 'setReadAnswer' },
        ],
        'read.failed': [
          { guard: 'isFinalReadError', target: '#generation.failed', actions: 'setReadOutcome' },
          { guard: 'isOutage', target: '#generation.failed', actions: 'setUnreachable' },
          { target: 'settling', actions: 'setReadFailure' },
        ],
        'job.changed': { actions: 'requestChangedRead' },
        'stream.opened': readOnOpening,
        // A younger one is the read that waking asks for.
        'page.woke': [
          { guard: 'isReadOverdue', target: 'due', actions: 'restartPolling' },
          { actions: 'restartPolling' },
        ],
        'page.asleep': 'asleep',
      },
    },
    /** The shortest gap between two reads. Requests for a read are collected. */
    settling: {
      after: {
        readGap: [
          { guard: 'isReadRequested', target: 'due' },
          { guard: 'isStreamTelling', target: 'watching' },
          { target: 'polling' },
        ],
      },
      on: {
        CHECK: { actions: 'requestRead' },
        'job.changed': [
          { guard: 'isFirstGap', target: 'reading', actions: 'requestChangedRead' },
          { actions: 'requestChangedRead' },
        ],
        'stream.opened': readOnOpening,
        // The timer may have slept, and the clock may have been set.
        'page.woke': readAnew,
        'page.asleep': 'asleep',
      },
    },
    /** The stream tells the job's state: the next read follows at a long interval. */
    watching: {
      after: { streamReadInterval: 'due' },
      on: { ...readNow, 'stream.lost': readAnew, 'stream.refused': readAnew },
    },
    /** The stream does not tell the job's state: the next read follows at a short interval. */
    polling: {
      after: { pollDelay: 'due' },
      on: {
        ...readNow,
        'job.progressed': { guard: not('isOutcomeStream'), target: 'watching' },
        'stream.opened': [
          { guard: 'isStateStream', target: 'expecting' },
          { guard: not('isOutcomeStream'), target: 'due' },
        ],
      },
    },
    asleep: { on: { 'page.woke': readAnew } },
  },
} as const;

/** A job that is accepted, while it is followed. @param stream whether it starts with a stream or without one */
export const followingState = (stream: 'listening' | 'refused') =>
  ({
    type: 'parallel',
    entry: 'startFollowing',
    invoke: { id: 'page', src: 'page' },
    on: {
      CANCEL: { target: 'cancelling', actions: 'requestCancel' },
      DETACH: { target: 'detached', actions: 'detach' },
      'job.ended': endings,
      'job.failureReported': { target: 'verifying', actions: 'setOutcome' },
    },
    states: { stream: streamRegion(stream), clock: clockRegion, reads: readsRegion },
  }) as const;
