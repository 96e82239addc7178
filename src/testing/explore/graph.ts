import type { AnyStateMachine } from 'xstate';
import type { ExploredEdge, ExploredGraph, RuleViolation } from './explore.types.js';

/**
 * What a monitor returns for a step that violates its rule.
 *
 * @param reason ends the message of the `ExplorationError`, after the name of the monitor
 * @example
 * const fewChildren: Monitor<typeof machine, null> = {
 *   name: 'three children at most',
 *   initial: null,
 *   check: (_, { after }) => (after.children.length > 3 ? violation('too many children') : null),
 * };
 */
export const violation = (reason: string): RuleViolation => ({ isViolation: true, reason });

/**
 * The indexes of the states from which a goal can be reached over allowed edges.
 *
 * @example
 * const ends = canReach(graph, state => graph[state]?.snapshot.status === 'done', edge => edge.isFired);
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
  // Searched backwards from the goals. A set iterates in the order of insertion, also over what is added meanwhile.
  for (const state of reached) for (const before of from[state] ?? []) reached.add(before);
  return reached;
}
