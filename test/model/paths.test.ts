import {
  createGenerationMachine,
  type GenerationEmitted,
  type Surroundings,
  viewGeneration,
} from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, type AnyStateNode, createActor } from 'xstate';
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import { scriptedAdapter } from '../support/scripted-adapter.js';
import { flush, type Input, type Output } from '../support/scripted-generation.js';
import { delayed, type PathEvent, type PathWorld, pathEvents, pathPolicy } from './path-events.js';
import { PickedClock } from './picked-clock.js';

type Without = readonly ('events' | 'cancel')[];
const input = { id: 'generation-1' };

/** A machine and the world around it, in which only a path moves anything. */
function stage(without: Without) {
  const clock = new PickedClock();
  const listeners = new Set<Parameters<Surroundings['watch']>[0]>();
  const surroundings: Surroundings = {
    now: () => 1_800_000_000_000,
    random: () => 0.5,
    isOnline: () => true,
    watch: tell => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
  };
  const byHand = { submit: () => {}, read: () => {}, events: () => {}, cancel: () => {} };
  const scripted = scriptedAdapter<Input, Output>({ now: () => 0, script: byHand, without });
  const machine = createGenerationMachine(scripted.adapter, { policy: pathPolicy, surroundings });
  const tell: PathWorld['tell'] = fact => [...listeners].map(listener => listener(fact));
  return { machine, clock, scripted, tell };
}

const text = (value: unknown) => JSON.stringify(value);

/** Counters and times are left out: they decide how long a delay is, and no more. */
const serializeState = ({ value, context: { outcome, cancelWanted, reads } }: AnyMachineSnapshot) =>
  text({ value, outcome, cancelWanted, isWanted: reads?.isWanted });

const delays = (nodes: readonly AnyStateNode[]) => nodes.flatMap(node => node.after.map(({ eventType }) => eventType));

/** All that can happen in a state: what its children, its timers and the user can say. */
function possible(snapshot: AnyMachineSnapshot): readonly PathEvent[] {
  const { status, children, _nodes } = snapshot;
  if (status !== 'active') return [];
  // A stream says nothing before it opens.
  const isOpen = snapshot.matches({ following: { stream: { listening: 'streaming' } } });
  const canSay = ({ from, event: { type } }: PathEvent) => from !== 'sse' || isOpen || type.startsWith('stream.');
  const said = pathEvents.filter(event => !event.from || (children[event.from] && canSay(event)));
  return [...said, ...[...new Set(delays(_nodes))].map(delayed)];
}

function explored(without: Without) {
  // The graph is of any machine; its paths are compared with a snapshot of this one.
  const logic: AnyStateMachine = stage(without).machine;
  const options = {
    input,
    limit: 20_000,
    serializeState,
    events: (snapshot: AnyMachineSnapshot) => possible(snapshot).map(({ event }) => event),
  };
  const values = Object.values(getAdjacencyMap(logic, options)).map(({ state }) => text(state.value));
  return { paths: getShortestPaths(logic, options), values: new Set(values), logic };
}

/** Replays a path on a running actor, by its world alone, and gives the state values that it has been in. */
async function replay(without: Without, path: ReturnType<typeof explored>['paths'][number]) {
  const { machine, clock, scripted, tell } = stage(without);
  const actor = createActor(machine, { input, clock });
  const emitted: GenerationEmitted<Output>[] = [];
  actor.on('*', event => emitted.push(event));
  actor.start();
  const world: PathWorld = {
    ...scripted,
    clock,
    tell,
    command: type => actor.send(type === 'START' ? { type, input: { prompt: 'a lighthouse' } } : { type }),
  };
  const told: string[] = [];
  const visited = new Set<string>();
  for (const { event, state } of path.steps) {
    told.push(event.type);
    const act = [...pathEvents, delayed(event.type)].find(known => text(known.event) === text(event))?.act;
    if (event.type !== 'xstate.init') act?.(world);
    await flush();
    const live = actor.getSnapshot();
    expect(live.value, told.join(' → ')).toEqual(state.value);
    expect(viewGeneration(live), told.join(' → ')).toEqual(viewGeneration(state));
    visited.add(text(live.value));
  }
  const { status, output } = path.state;
  const outcomes = emitted.filter(({ type }) => type !== 'submitted');
  if (status === 'done') {
    const { status: type, ...rest } = output;
    expect(outcomes, told.join(' → ')).toEqual([{ type, ...rest }]);
    expect(clock.timerCount).toBe(0);
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

const ports: readonly { readonly without: Without; readonly unused: readonly string[] }[] = [
  { without: [], unused: passing },
  { without: ['events'], unused: withoutEvents },
  { without: ['cancel'], unused: ['cancelling'] },
  { without: ['events', 'cancel'], unused: ['cancelling', ...withoutEvents] },
];

describe('the shortest paths of the chart', () => {
  it.each(ports)('are walked by the running actor, to every state: without $without', async port => {
    const { paths, values, logic } = explored(port.without);
    const visited = new Set<string>();
    for (const path of paths) for (const value of await replay(port.without, path)) visited.add(value);
    expect([...visited].sort()).toEqual([...values].sort());
    const entered = new Set(paths.flatMap(({ state }) => state._nodes.flatMap(atoms)));
    const left = atoms(logic.root).filter(state => !entered.has(state));
    expect(left.filter(state => !port.unused.some(unused => state.startsWith(unused)))).toEqual([]);
    console.info(`paths: ${paths.length} to ${values.size} state values, without [${port.without}]`);
  });
});
