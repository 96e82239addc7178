import { createGenerationMachine } from 'generation-lifecycle';
import { stateAt, toChart } from 'generation-lifecycle/devtools';
import { scripted } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { and, createMachine, not, or, setup, stateIn } from 'xstate';

const chart = toChart(createGenerationMachine(scripted({ events: [], cancel: [] })));
const from = (path: string) => chart.transitions.filter(transition => transition.from === path);

describe('a chart', () => {
  it('has every state of the machine at its path', () => {
    expect(chart.id).toBe('generation');
    expect(chart.root.states.map(({ name, kind }) => [name, kind])).toEqual([
      ['idle', 'atomic'],
      ['submitting', 'atomic'],
      ['unaccepted', 'atomic'],
      ['waiting', 'atomic'],
      ['lookingUp', 'compound'],
      ['forbidding', 'compound'],
      ['following', 'parallel'],
      ['detached', 'atomic'],
      ['verifying', 'compound'],
      ['expiring', 'compound'],
      ['cancelling', 'compound'],
      ['completed', 'final'],
      ['failed', 'final'],
      ['cancelled', 'final'],
    ]);
    expect(stateAt(chart, 'following.stream.listening')).toMatchObject({
      kind: 'compound',
      initial: 'following.stream.listening.connecting',
      children: ['sse'],
    });
    expect(stateAt(chart, 'following.nowhere')).toBeUndefined();
  });

  it('has the transitions of a state: events, delays with their length, guards and actions', () => {
    expect(from('following.stream.listening.connecting').map(({ name, to }) => [name, to?.split('.').at(-1)])).toEqual([
      ['stream.opened', 'streaming'],
      ['pollFallbackAfterMs', 'overdue'],
    ]);
    expect(from('following.stream.listening.connecting').at(-1)).toMatchObject({ kind: 'after', ms: 10_000 });
    expect(from('following.clock.running').find(({ name }) => name === 'deadline')).toMatchObject({
      kind: 'after',
      ms: undefined,
    });
    expect(from('following.reads.held').at(-1)).toMatchObject({ kind: 'always', guard: 'not in connecting' });
    expect(from('following.reads.reading').find(({ guard }) => guard === 'isOutage')).toMatchObject({
      to: 'failed',
      actions: ['setUnreachable'],
    });
  });

  it('distinguishes transitions that leave a state, enter it again, or only run actions', () => {
    expect(from('submitting')[0]).toMatchObject({ name: 'CANCEL', to: undefined, actions: ['requestCancel'] });
    expect(from('following.stream.listening.streaming')[0]).toMatchObject({
      to: 'following.stream.listening.streaming',
      reenters: true,
    });
  });

  it('leaves out the wildcard by which the root ignores events', () => {
    expect(from('')).toEqual([]);
  });

  it('is plain data', () => {
    expect(structuredClone(chart)).toEqual(chart);
  });

  it('has a text for guards that are composed of others', () => {
    const machine = setup({ guards: { isBig: () => true, isRed: () => true } }).createMachine({
      initial: 'a',
      states: {
        a: {
          on: {
            BOTH: { target: 'b', guard: and(['isBig', 'isRed']) },
            ONE: { target: 'b', guard: or(['isBig', not('isRed')]) },
            THERE: { target: 'b', guard: stateIn({ a: 'c' }) },
          },
        },
        b: {},
      },
    });
    expect(toChart(machine).transitions.map(({ guard }) => guard)).toEqual([
      'isBig and isRed',
      'isBig or not isRed',
      'in a:c',
    ]);
  });

  it('has delays without a name, and done and error transitions', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: { initial: 'b', states: { b: { after: { 250: 'c' } }, c: { type: 'final' } }, onDone: 'd' },
        d: { invoke: { id: 'clerk', src: 'clerk', onDone: 'a', onError: 'a' } },
      },
    });
    expect(toChart(machine).transitions.map(({ kind, name, ms, to }) => [kind, name, ms, to])).toEqual([
      ['done', '(machine).a', undefined, 'd'],
      ['after', '250', 250, 'a.c'],
      ['done', 'clerk', undefined, 'a'],
      ['error', 'clerk', undefined, 'a'],
    ]);
  });
});
