import { ExplorationError, explore, type Monitor, violation } from 'generation-lifecycle/testing/explore';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine, emit, enqueueActions, fromPromise, not, setup } from 'xstate';

/** What an exploration throws. */
function errorOf(exploration: () => unknown): ExplorationError {
  try {
    exploration();
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

/** A till that pays twice, when it is asked again after it has been refused. */
const till = setup({
  types: { events: {} as { type: 'PAY' } | { type: 'refused' } | { type: 'LOOK' } },
  actions: { pay: emit({ type: 'paid' }) },
}).createMachine({
  initial: 'open',
  states: {
    open: { on: { PAY: { target: 'asked', actions: 'pay' }, LOOK: {} } },
    asked: { after: { 1000: 'closed' }, on: { refused: 'open', LOOK: {} } },
    closed: { type: 'final' },
  },
});

const tillEvents = [{ type: 'LOOK' }, { type: 'PAY' }, { type: 'refused' }] as const;

const paysOnce: Monitor<typeof till, number> = {
  name: 'pays once',
  initial: 0,
  check(paid, { effects }) {
    const count = paid + effects.filter(effect => effect.type === 'emit').length;
    return count > 1 ? violation('paid twice') : count;
  },
};

const counter = createMachine({
  context: { count: 0, label: 'a' },
  on: {
    ADD: { actions: assign({ count: ({ context }) => context.count + 1 }) },
    NAME: { actions: assign({ label: ({ context }) => (context.label === 'a' ? 'b' : 'a') }) },
  },
});

const counterEvents = [{ type: 'ADD' }, { type: 'NAME' }];

describe('explore', () => {
  it('runs each step in a system without actors', () => {
    const invoke = { src: fromPromise(async () => {}), systemId: 'bell' };
    const bell = createMachine({
      initial: 'off',
      states: {
        off: { on: { RING: 'on' } },
        on: { invoke, on: { HUSH: 'off', RING: { target: 'on', reenter: true } } },
      },
    });

    expect(explore(bell, { events: [{ type: 'RING' }, { type: 'HUSH' }] })).toMatchObject({ states: 2, edges: 4 });
  });

  it('finds a violation with a shortest trace', () => {
    const { code, monitor, trace, message } = errorOf(() =>
      explore(till, { events: tillEvents, monitors: [paysOnce] }),
    );

    expect({ code, monitor }).toEqual({ code: 'violated', monitor: 'pays once' });
    expect(trace.map(({ event }) => event)).toEqual(['start', 'PAY', 'refused', 'PAY']);
    expect(message).toContain('pays once: paid twice');
    expect(message).toContain('3. PAY → "asked"');
  });

  it('fires a running delay, and reaches the end by it', () => {
    const exploration = explore(till, { events: tillEvents });

    expect(exploration).toMatchObject({ states: 3, ends: 1 });
  });

  it('does not fire a cancelled delay', () => {
    const firings: Monitor<typeof till> = {
      name: 'no delay',
      initial: null,
      check: (_, { isFired, before }) => (isFired && before?.snapshot.matches('open') ? violation('it fired') : null),
    };

    expect(explore(till, { events: tillEvents, monitors: [firings] }).states).toBe(3);
  });

  it('throws when the states keep growing, and names the growing part', () => {
    const { code, growing, message } = errorOf(() => explore(counter, { events: counterEvents, limit: 100 }));

    expect({ code, growing }).toEqual({ code: 'unbounded', growing: 'context.count' });
    expect(message).toContain('100');
  });

  it('finishes when the growing part is left out or reduced', () => {
    const leftOut = explore(counter, { events: counterEvents, abstract: { count: [0, 9] } });
    const inPart = explore(counter, { events: counterEvents, abstract: { count: n => Math.min(Number(n), 2) } });

    expect([leftOut.states, inPart.states]).toEqual([2, 6]);
  });

  it('names a monitor whose memory keeps growing', () => {
    const counting: Monitor<typeof till, number> = { name: 'counting', initial: 0, check: count => count + 1 };

    const { growing } = errorOf(() => explore(till, { events: tillEvents, monitors: [counting], limit: 50 }));

    expect(growing).toBe('memories.counting');
  });

  it('tries a guard with each value of a left-out part', () => {
    const patient = setup({
      types: { context: {} as { tries: number } },
      guards: { isSpent: ({ context }) => context.tries > 3 },
      actions: { count: assign({ tries: ({ context }) => context.tries + 1 }) },
    }).createMachine({
      context: { tries: 0 },
      initial: 'trying',
      states: {
        trying: { on: { FAIL: [{ guard: 'isSpent', target: 'over' }, { actions: 'count' }] } },
        over: { type: 'final' },
      },
    });

    const exploration = explore(patient, { events: [{ type: 'FAIL' }], abstract: { tries: [0, 4] } });

    expect(exploration).toMatchObject({ states: 2, edges: 2, ends: 1, guardReads: ['context.tries'] });
  });

  it('rejects a guard that reads more than is listed', () => {
    const secretive = setup({
      types: { context: {} as { count: number; mood: string } },
      guards: { isGood: ({ context }) => context.mood === 'good' },
    }).createMachine({ context: { count: 0, mood: 'good' }, on: { GO: { guard: 'isGood' } } });

    const { code, message } = errorOf(() =>
      explore(secretive, { events: [{ type: 'GO' }], guardsMayRead: ['context.count'] }),
    );

    expect(code).toBe('unlisted-read');
    expect(message).toContain('context.mood');
  });

  it('rejects an abstraction for an unnamed guard, because its reads cannot be observed', () => {
    const inline = createMachine({
      context: { count: 0 },
      on: { GO: { guard: ({ context }) => context.count > 3, actions: assign({ count: 0 }) } },
    });

    expect(errorOf(() => explore(inline, { events: [], abstract: { count: [0] } })).code).toBe('unlisted-read');
  });

  it('rejects an abstraction if a left-out value changes a kept one', () => {
    const leaking = createMachine({
      context: { count: 0, isLong: false },
      on: { LOOK: { actions: assign({ isLong: ({ context }) => context.count > 5 }) } },
    });

    const { code } = errorOf(() => explore(leaking, { events: [{ type: 'LOOK' }], abstract: { count: [0, 9] } }));

    expect(code).toBe('interference');
  });

  it.each([
    ['an action that throws', { on: { GO: { actions: () => Reflect.get(Object(null), 'x').y } } }],
    ['a child whose error nobody handles', { invoke: { id: 'child', src: fromPromise(() => Promise.resolve()) } }],
    ['a chart that goes round without an event', { initial: 'a', states: { a: { always: 'b' }, b: { always: 'a' } } }],
  ] as const)('finds that %s stops the machine', (_, config) => {
    const machine: AnyStateMachine = createMachine({ ...config });
    const events = [{ type: 'GO' }, { type: 'xstate.error.actor.child', error: new Error('lost') }];

    expect(errorOf(() => explore(machine, { events })).monitor).toBe('never stops in error');
  });

  it('keeps a second spawned child', () => {
    const doubling = setup({ actors: { work: fromPromise(() => Promise.resolve()) } }).createMachine({
      initial: 'one',
      invoke: { id: 'work', src: 'work' },
      states: { one: { on: { AGAIN: 'two' } }, two: { invoke: { id: 'work', src: 'work' } } },
    });
    const single: Monitor<typeof doubling> = {
      name: 'a single child',
      initial: null,
      check: (_, { after }) => (after.children.length > 1 ? violation(after.children.join()) : null),
    };

    expect(errorOf(() => explore(doubling, { events: [{ type: 'AGAIN' }], monitors: [single] })).trace).toHaveLength(2);
  });
});

describe('explore rejects options that would prove nothing', () => {
  const twice = [paysOnce, paysOnce];
  const late: Monitor<AnyStateMachine> = { name: 'late', initial: null, check: async () => violation('too late') };
  const inline = createMachine({ on: { LOOK: { guard: () => false, actions: 'pay' } } });
  const hidden = setup({ guards: { no: not(() => true) } }).createMachine({ on: { LOOK: { guard: 'no' } } });

  it.each([
    { what: 'a limit that is not a number', explored: () => explore(till, { events: [], limit: Number.NaN }) },
    { what: 'an infinite limit', explored: () => explore(till, { events: [], limit: Infinity }) },
    { what: 'no start', explored: () => explore(till, { events: [], starts: [] }) },
    { what: 'two monitors with one name', explored: () => explore(till, { events: [], monitors: twice }) },
    { what: 'a monitor that returns a promise', explored: () => explore(till, { events: [], monitors: [late] }) },
    { what: 'an abstraction without a value', explored: () => explore(till, { events: [], abstract: { tries: [] } }) },
  ])('such as $what', ({ explored }) => {
    expect(explored).toThrow(TypeError);
    expect(explored).toThrow(/^explore: /);
  });

  it.each([
    { what: 'what connect chooses', explored: () => explore(inline, { events: [], connect: () => {} }) },
    { what: 'what is listed', explored: () => explore(inline, { events: [], guardsMayRead: [] }) },
    { what: 'what a composed guard contains', explored: () => explore(hidden, { events: [], guardsMayRead: [] }) },
  ])('such as a guard without a name that may read $what', ({ explored }) => {
    expect(errorOf(explored).code).toBe('unlisted-read');
  });

  it('such as a Set, of which JSON is always the same', () => {
    const seen = new Set<number>();
    const machine = createMachine({
      context: { seen: { all: seen } },
      on: { LOOK: { actions: assign({ seen: () => ({ all: new Set([...seen, seen.size]) }) }) } },
    });
    expect(() => explore(machine, { events: [{ type: 'LOOK' }] })).toThrow(/^explore: context\.seen\.all is not JSON/);
  });

  it('such as an action that does something with one value of what is left out, and nothing with another', () => {
    const machine = setup({
      types: { context: {} as { tries: number } },
      actions: {
        look: enqueueActions(({ context, enqueue }) => {
          if (context.tries > 3) enqueue.raise({ type: 'BOOM' });
        }),
      },
    }).createMachine({
      context: { tries: 0 },
      initial: 'calm',
      states: { calm: { on: { LOOK: { actions: 'look' }, BOOM: 'over' } }, over: {} },
    });
    const explored = () => explore(machine, { events: [{ type: 'LOOK' }], abstract: { tries: [0, 9] } });
    expect(errorOf(explored).code).toBe('interference');
  });
});
