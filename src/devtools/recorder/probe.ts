import type { AnyStateMachine } from 'xstate';
import { type GenerationPolicy, longestDelayMs } from '../../machines/generation/generation.policy.js';

/** What of a policy decides where a generation goes; how long a timer ran is in what was recorded. */
export type RecordedPolicy = Pick<
  GenerationPolicy,
  | 'pollFallbackAfterMs'
  | 'streamReadIntervalMs'
  | 'streamIdleTimeoutMs'
  | 'minReadGapMs'
  | 'requestTimeoutMs'
  | 'submitTimeoutMs'
  | 'maxOutageMs'
  | 'deadlineMs'
> & {
  /** How many `pollDelayMs` there are. */
  readonly pollDelayCount: number;
};

/** What a machine knows besides its chart. */
export type GenerationProbe = {
  /** What the machine takes the time to be, in ms since the epoch. */
  readonly now: () => number;
  readonly isOnline: () => boolean;
  readonly policy: RecordedPolicy;
  /** Which of the optional functions its adapter has. */
  readonly port: { readonly events: boolean; readonly cancel: boolean };
};

type Question = { readonly context: object; readonly event?: object };

/**
 * Asks a generation's machine about its environment and its policy. It keeps both to itself, so they are asked
 * through its own guards and delays, which change nothing and read no chance. Nothing for any other machine.
 */
export function probeGeneration({ id, implementations, states }: AnyStateMachine): GenerationProbe | undefined {
  const { actions, delays, guards } = implementations;
  const ask = (asked: unknown, question: Question): unknown =>
    typeof asked === 'function' ? Reflect.apply(asked, undefined, [question]) : asked;
  const { deadline } = delays;
  const { isOutage } = guards;
  const { noteFailedRead } = actions;
  if (id !== 'generation' || !deadline || !isOutage || !noteFailedRead) return undefined;

  /** What is left until a time: nothing once it has passed, and never more than a timer can wait. */
  const leftUntil = (deadlineAt: number) => Number(ask(deadline, { context: { deadlineAt } }));
  let last = Date.now();
  const now = () => {
    // Its clock may have an epoch of its own: looked for once, found at the first try from then on.
    let [low, high] = [-(2 ** 53), 2 ** 53];
    let at = last + 2 ** 30;
    for (let tries = 0; tries < 64; tries += 1) {
      const ms = leftUntil(at);
      if (ms > 0 && ms < longestDelayMs) {
        last = at - ms;
        break;
      }
      if (ms > 0) high = at;
      else low = at;
      at = (low + high) / 2;
    }
    return last;
  };

  const aRefusal = { context: { reads: {}, signs: {} }, event: { failure: { code: 'unauthorized' } } };
  const afterRefusal = ask(Reflect.get(Object(noteFailedRead), 'assignment'), aRefusal);
  const lengthOf = (name: string) => Number(delays[name]);
  const initialOf = (state: string, region?: string) => {
    const node = region === undefined ? states[state] : states[state]?.states[region];
    return node?.config.initial;
  };
  return {
    now,
    isOnline: () =>
      Boolean(
        ask(isOutage, {
          context: { signs: { isJobSeen: true, missedMs: Number.POSITIVE_INFINITY, markAt: 0 } },
          event: {},
        }),
      ),
    policy: {
      pollFallbackAfterMs: lengthOf('pollFallbackAfterMs'),
      streamReadIntervalMs: lengthOf('streamReadIntervalMs'),
      streamIdleTimeoutMs: lengthOf('streamIdleTimeoutMs'),
      minReadGapMs: lengthOf('minReadGapMs'),
      requestTimeoutMs: lengthOf('requestTimeoutMs'),
      submitTimeoutMs: lengthOf('submitTimeoutMs'),
      maxOutageMs: lengthOf('maxOutageMs'),
      deadlineMs: lengthOf('deadlineMs'),
      pollDelayCount: Number(Reflect.get(Object(Reflect.get(Object(afterRefusal), 'reads')), 'count')),
    },
    port: {
      events: initialOf('following', 'stream') === 'listening',
      cancel: initialOf('cancelling') === 'asking',
    },
  };
}
