import type { AnyStateMachine } from 'xstate';
import type { Broken, ExploredEdge, ExploredGraph } from './explore.types.js';

/**
 * What a monitor returns when its rule is broken.
 *
 * @example
 * const fewChildren: Monitor<typeof machine, null> = {
 *   name: 'three children at most',
 *   initial: null,
 *   watch: (_, { after }) => (after.children.length > 3 ? broken('too many children') : null),
 * };
 */
export const broken = (why: string): Broken => ({ isBroken: true, why });

/**
 * The states from which one of the goals can be reached by the edges that are allowed: found backwards, from the goals.
 *
 * @example
 * const ends = canReach(graph, state => graph[state]?.snapshot.status === 'done', edge => edge.isArmed);
 */
export function canReach<TMachine extends AnyStateMachine>(
  graph: ExploredGraph<TMachine>,
  isGoal: (state: number) => boolean,
  isAllowed: (edge: ExploredEdge) => boolean = () => true,
): ReadonlySet<number> {
  const from: number[][] = graph.map(() => []);
  for (const [state, { edges }] of graph.entries()) {
    for (const edge of edges) if (isAllowed(edge)) from[edge.to]?.push(state);
  }
  const reached = new Set([...graph.keys()].filter(isGoal));
  // A set is walked in the order of insertion, and what is added on the way is walked, too.
  for (const state of reached) for (const before of from[state] ?? []) reached.add(before);
  return reached;
}
