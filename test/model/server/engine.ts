import type { Pending, Wake } from './calls.js';
import { type Given, spend, type World } from './world.js';

/** Everything that an engine may answer to what it is told. What it has taken is what it may deliver, at any time. */
export function engineAnswers(world: World, { args }: Pending): readonly Given[] {
  const taken: World = { ...world, wakes: withWakes(world.wakes, args as readonly Wake[]) };
  const given: Given[] = [{ label: 'the engine takes wakes', answer: { value: null }, world: taken }];
  if (world.left.engineFaults) {
    given.push({
      label: 'the engine refuses wakes',
      answer: { error: 'The engine is away.' },
      world: spend(world, 'engineFaults'),
    });
    given.push({
      label: 'the engine takes wakes, and does not answer',
      answer: 'silence',
      world: spend(taken, 'engineFaults'),
    });
  }
  return given;
}

/** The same wake is kept once. */
function withWakes(known: readonly Wake[], told: readonly Wake[]): readonly Wake[] {
  const all = new Map([...known, ...told].map(wake => [wake.key, wake]));
  return [...all.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

export const withoutWake = (world: World, { key }: Wake): World => ({
  ...world,
  wakes: world.wakes.filter(wake => wake.key !== key),
});
