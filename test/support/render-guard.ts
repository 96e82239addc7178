import type { ReactNode } from 'react';
import { assert, onTestFinished, vi } from 'vitest';

/** A component that may read neither clock nor chance in its render. */
export type Guard = <TProps extends object>(component: (props: TProps) => ReactNode) => (props: TProps) => ReactNode;

/**
 * Replaces clock and chance until the test is over: each throws while a guarded component renders. React itself, effects
 * and events may read them.
 */
export function renderGuard(): Guard {
  let isRendering = false;
  const refuse = (name: string) => assert(!isRendering, `A render has read ${name}.`);
  const original = {
    Date,
    random: Math.random,
    now: performance.now.bind(performance),
    randomUUID: crypto.randomUUID.bind(crypto),
    getRandomValues: crypto.getRandomValues.bind(crypto),
  };
  class GuardedDate extends original.Date {
    constructor(...given: readonly []) {
      if (given.length === 0) refuse('new Date()');
      super(...given);
    }
    static override now() {
      refuse('Date.now()');
      return original.Date.now();
    }
  }
  Object.assign(globalThis, { Date: GuardedDate });
  const spies = [
    vi.spyOn(Math, 'random').mockImplementation(() => {
      refuse('Math.random()');
      return original.random();
    }),
    vi.spyOn(performance, 'now').mockImplementation(() => {
      refuse('performance.now()');
      return original.now();
    }),
    vi.spyOn(crypto, 'randomUUID').mockImplementation(() => {
      refuse('crypto.randomUUID()');
      return original.randomUUID();
    }),
    vi.spyOn(crypto, 'getRandomValues').mockImplementation(values => {
      refuse('crypto.getRandomValues()');
      return original.getRandomValues(values);
    }),
  ];
  onTestFinished(() => {
    // Timers that the test has replaced come with a `Date` of their own, which has been restored by now.
    if (globalThis.Date === GuardedDate) Object.assign(globalThis, { Date: original.Date });
    for (const spy of spies) spy.mockRestore();
  });

  return component => props => {
    isRendering = true;
    try {
      return component(props);
    } finally {
      isRendering = false;
    }
  };
}
