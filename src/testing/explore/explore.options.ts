import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { assertKnownOptions } from '../../machines/options.js';
import type { ExploreOptions } from './explore.types.js';
import { assertNamedGuards } from './observed-machine.js';

const optionNames = ['starts', 'events', 'abstract', 'monitors', 'connect', 'guardsMayRead', 'limit'] as const;

const refuse = (message: string): never => {
  throw new TypeError(`explore: ${message}`);
};

/**
 * Refuses options with which an exploration would show nothing, or would not end.
 *
 * @throws TypeError naming the option
 */
export function assertExploreOptions(machine: AnyStateMachine, options: ExploreOptions<AnyStateMachine>): void {
  assertKnownOptions('explore', options, optionNames);
  const { abstract, connect, guardsMayRead, starts, monitors = [], limit = 0 } = options;
  if (!(Number.isSafeInteger(limit) && limit >= 0)) refuse(`limit is ${limit}. Set it to a whole number of states.`);
  if (starts?.length === 0) refuse('starts is empty, so there is nothing to explore. Leave it out, or add a start.');
  const names = monitors.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    refuse(`two monitors have the name "${twice}", and would share one memory. Give each its own name.`);
  }
  const lists = typeof abstract === 'object' ? Object.entries(abstract) : [];
  const [empty] = lists.find(([, rule]) => Array.isArray(rule) && rule.length === 0) ?? [];
  if (empty !== undefined) refuse(`abstract lists no value for "${empty}". List one of each kind.`);
  if (abstract || connect || guardsMayRead) assertNamedGuards(machine);
}

const isPlain = (value: object) =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));

/**
 * States are compared as JSON. As JSON, a `Set` that grows is always the same, so the exploration would end too early.
 *
 * @throws TypeError naming the part of the context
 */
export function assertIsJson(value: unknown, path = 'context'): void {
  const remedy = 'States are compared as JSON. Leave it out with abstract, or keep plain data in it.';
  if (typeof value === 'bigint') refuse(`${path} is a BigInt, which JSON cannot represent. ${remedy}`);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return;
  if (!isPlain(value)) refuse(`${path} is not JSON. ${remedy}`);
  for (const [name, member] of Object.entries(value)) assertIsJson(member, `${path}.${name}`);
}

const typeOf = (action: unknown): unknown => (typeof action === 'function' ? Reflect.get(action, 'type') : undefined);

const actionsIn = (node: AnyStateNode): readonly unknown[] => [
  ...node.entry,
  ...node.exit,
  ...[...node.transitions.values(), node.always ?? []].flat().flatMap(({ actions }) => actions),
  ...Object.values(node.states).flatMap(actionsIn),
];

/** Whether an action may do nothing with one value of what is left out, and something with another. */
export const hasDynamicActions = (machine: AnyStateMachine): boolean =>
  [...Object.values(machine.implementations.actions), ...actionsIn(machine.root)].some(
    action => typeOf(action) === 'xstate.enqueueActions',
  );
