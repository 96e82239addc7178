import { describe, expect, it } from 'vitest';
import {
  cancel,
  createMachine,
  emit,
  fromCallback,
  initialTransition,
  log,
  raise,
  sendTo,
  spawnChild,
  stopChild,
  transition,
} from 'xstate';
import { toEffect } from '../../src/machines/effects.js';

const child = fromCallback(() => {});
const machine = createMachine({
  entry: spawnChild(child, { id: 'poll', input: { job: 'job-1' } }),
  on: {
    STOP: { actions: stopChild('poll') },
    WAIT: { actions: raise({ type: 'waited' }, { id: 'patience', delay: 500 }) },
    WAIT_UNNAMED: { actions: raise({ type: 'waited' }, { delay: 0 }) },
    RAISE: { actions: raise({ type: 'raised' }) },
    SEND_LATER: { actions: sendTo('poll', { type: 'sent' }, { id: 'later', delay: 500 }) },
    DISARM: { actions: cancel('patience') },
    EMIT: { actions: emit({ type: 'told' }) },
    LOG: { actions: log('a line') },
    OWN: { actions: { type: 'track', params: { event: { type: 'tracked' }, delay: 5 } } },
    OWN_WITHOUT: { actions: 'count' },
  },
});

/** What XState itself makes of an event. */
const [running, started] = initialTransition(machine, undefined);
const effectsOf = (type: string) => transition(machine, running, { type })[1].map(toEffect);

describe('the effect of a transition', () => {
  it('is a child with its input', () => {
    expect(started.map(toEffect)).toEqual([{ type: 'spawn', child: 'poll', input: { job: 'job-1' } }]);
  });

  it.each([
    { event: 'STOP', effect: { type: 'stop', child: 'poll' } },
    { event: 'WAIT', effect: { type: 'arm', delay: 'patience', event: { type: 'waited' }, ms: 500 } },
    { event: 'WAIT_UNNAMED', effect: { type: 'arm', delay: 'waited', event: { type: 'waited' }, ms: 0 } },
    { event: 'RAISE', effect: { type: 'act', name: 'xstate.raise' } },
    { event: 'SEND_LATER', effect: { type: 'act', name: 'xstate.sendTo' } },
    { event: 'DISARM', effect: { type: 'disarm', delay: 'patience' } },
    { event: 'EMIT', effect: { type: 'emit', event: { type: 'told' } } },
    { event: 'LOG', effect: { type: 'act', name: 'xstate.log' } },
    { event: 'OWN', effect: { type: 'act', name: 'track' } },
    { event: 'OWN_WITHOUT', effect: { type: 'act', name: 'count' } },
  ])('is $effect after $event', ({ event, effect }) => {
    expect(effectsOf(event)).toEqual([effect]);
  });
});
