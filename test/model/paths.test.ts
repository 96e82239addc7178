import { type Environment, type GenerationEmitted, viewGeneration } from 'generation-lifecycle';
import type { FileOutput } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';
import { type AnyStateNode, createActor } from 'xstate';
import { flush } from '../support/scripted-generation.js';
import type { PathWorld } from './path-events.js';
import { actOf, actorInput, type Path, pathGraph, pathMachine, ports, type Without } from './path-graph.js';
import { PickedClock } from './picked-clock.js';

const text = (value: unknown) => JSON.stringify(value);

/** Replays a path on a running actor, by its world alone, and gives the state values that it has been in. */
async function replay(without: Without, path: Path) {
  const clock = new PickedClock();
  const listeners = new Set<Parameters<Environment['subscribe']>[0]>();
  const { machine, scripted } = pathMachine(without, listener => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  });
  const actor = createActor(machine, { input: actorInput, clock });
  const emitted: GenerationEmitted<FileOutput>[] = [];
  actor.on('*', event => emitted.push(event));
  actor.start();
  const world: PathWorld = {
    ...scripted,
    clock,
    emit: event => [...listeners].map(listener => listener(event)),
    command: type => actor.send(type === 'GENERATE' ? { type, input: { prompt: 'a lighthouse' } } : { type }),
  };
  const events: string[] = [];
  const visited = new Set<string>();
  for (const step of path.steps) {
    const { event, state } = step;
    events.push(event.type);
    actOf(step)(world);
    await flush();
    const live = actor.getSnapshot();
    expect(live.value, events.join(' → ')).toEqual(state.value);
    expect(viewGeneration(live), events.join(' → ')).toEqual(viewGeneration(state));
    visited.add(text(live.value));
  }
  const { status, output } = path.state;
  const outcomes = emitted.filter(({ type }) => type !== 'submitted');
  if (status === 'done') {
    // Only the output has the duration.
    const { status: type, duration: _, ...rest } = output;
    expect(outcomes, events.join(' → ')).toEqual([{ type, ...rest }]);
    expect(clock.timerCount).toBe(0);
    expect(listeners.size).toBe(0);
    expect(scripted.calls().filter(({ signal }) => !signal.aborted)).toEqual([]);
  } else expect(outcomes).toEqual([]);
  actor.stop();
  return visited;
}

const atoms = (node: AnyStateNode): string[] => {
  const children = Object.values(node.states);
  return children.length > 0 ? children.flatMap(atoms) : [node.path.join('.')];
};

/** States that are left as soon as they are entered, and those that a port has no way to. */
const passing = ['cancelling.unable'];
const ofStream = ['following.stream.listening', 'following.stream.lost', 'following.stream.asleep', 'verifying'];
const ofWaiting = ['following.reads.held', 'following.reads.watching'];
const withoutEvents = [...passing, ...ofStream, ...ofWaiting];

const unused = (without: Without): readonly string[] => [
  ...(without.includes('events') ? withoutEvents : passing),
  ...(without.includes('cancel') ? ['cancelling'] : []),
];

describe('the shortest paths of the chart', () => {
  it.for(ports.map(without => ({ without })))(
    'are walked by the running actor, to every state: without $without',
    async ({ without }, { task }) => {
      const { logic, paths, nodes } = pathGraph(without);
      const visited = new Set<string>();
      for (const path of paths) for (const value of await replay(without, path)) visited.add(value);
      expect([...visited].sort()).toEqual([...new Set(nodes.map(({ state }) => text(state.value)))].sort());
      const entered = new Set(paths.flatMap(({ state }) => state._nodes.flatMap(atoms)));
      const left = atoms(logic.root).filter(state => !entered.has(state));
      expect(left.filter(state => !unused(without).some(name => state.startsWith(name)))).toEqual([]);
      task.meta.paths = paths.length;
    },
  );
});
