import { createGenerationMachine, type Environment } from 'generation-lifecycle';
import type { FileOutput, ImageInput } from 'generation-lifecycle/adapters';
import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import { scriptedAdapter } from '../support/scripted-adapter.js';
import { delayed, type PathEvent, pathEvents, pathPolicy } from './path-events.js';

declare module 'vitest' {
  interface TaskMeta {
    /** How many paths the test has walked. `npm run prove` adds them up. */
    paths?: number;
  }
}

/** Which optional parts of the port an adapter lacks. */
export type Without = readonly ('events' | 'cancel')[];

export const ports: readonly Without[] = [[], ['events'], ['cancel'], ['events', 'cancel']];

/** A UUID, as the hook's are. */
export const actorInput = { id: '10000000-1000-4000-8000-100000000000' } as const;

/** A world in which no time passes: on a path, only its events move anything. */
const stillness = { now: () => 1_800_000_000_000, random: () => 0.5, isOnline: () => true };

/** The machine of a path, and the adapter that the path plays, which goes on talking after an abort. */
export function pathMachine(without: Without, watch: Environment['subscribe'] = () => () => {}) {
  const byHand = { submit: () => {}, read: () => {}, events: () => {}, cancel: () => {} };
  const scripted = scriptedAdapter<ImageInput, FileOutput>({
    now: () => 0,
    script: byHand,
    without,
    ignoresAbort: true,
  });
  const environment: Environment = { ...stillness, subscribe: watch };
  return { scripted, machine: createGenerationMachine(scripted.adapter, { policy: pathPolicy, environment }) };
}

/** Counters and times are left out: they decide how long a delay is, and no more. */
const serializeState = ({ value, context: { outcome, cancelRequested, reads } }: AnyMachineSnapshot) =>
  JSON.stringify({ value, outcome, cancelRequested, isReadRequested: reads?.isReadRequested });

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

/** The graph of a port's chart, and the shortest path to each of its states. */
export function pathGraph(without: Without) {
  // The graph is of any machine; its paths are compared with a snapshot of this one.
  const logic: AnyStateMachine = pathMachine(without).machine;
  const options = {
    input: actorInput,
    limit: 20_000,
    serializeState,
    events: (snapshot: AnyMachineSnapshot) => possible(snapshot).map(({ event }) => event),
  };
  return {
    logic,
    paths: getShortestPaths(logic, options),
    /** Each state with all that it leads to. */
    nodes: Object.values(getAdjacencyMap(logic, options)),
  };
}

type PathGraph = ReturnType<typeof pathGraph>;
export type Path = PathGraph['paths'][number];

/** What makes a step of a path happen; nothing for the first, by which the machine is there. */
export function actOf({ event }: Path['steps'][number]): PathEvent['act'] {
  if (event.type === 'xstate.init') return () => {};
  const text = JSON.stringify(event);
  const known = [...pathEvents, delayed(event.type)].find(one => JSON.stringify(one.event) === text);
  if (!known) throw new Error(`Nothing makes ${text} happen.`);
  return known.act;
}
