import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { ExploreOptions } from './explore.types.js';
import { assertNamedGuards } from './observed-machine.js';

const refuse = (text: string): never => {
  throw new TypeError(`explore: ${text}`);
};

/**
 * Refuses what would end in a success that shows nothing, or never.
 *
 * @throws TypeError naming the option
 */
export function assertShowing(machine: AnyStateMachine, options: ExploreOptions<AnyStateMachine>): void {
  const { abstract, connect, guardsMayRead, starts, monitors = [], limit = 0 } = options;
  if (!(Number.isSafeInteger(limit) && limit >= 0)) refuse('limit must be a whole number of states');
  if (starts?.length === 0) refuse('without a start there is nothing to explore');
  const names = monitors.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`two monitors are called ${twice}, and would share one memory`);
  const lists = typeof abstract === 'object' ? Object.entries(abstract) : [];
  const [empty] = lists.find(([, rule]) => Array.isArray(rule) && rule.length === 0) ?? [];
  if (empty !== undefined) refuse(`abstract names no kind of ${empty}`);
  // What a guard reads, or asks of the world, is seen by its name.
  if (abstract || connect || guardsMayRead) assertNamedGuards(machine);
}

const isPlain = (value: object) =>
  Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));

/**
 * States are told apart by what JSON keeps of them. A `Set` that grows would look the same for ever, and close at once.
 *
 * @throws TypeError naming the part of the context
 */
export function assertTellable(value: unknown, path = 'context'): void {
  if (typeof value === 'bigint') refuse(`${path} is a BigInt, and states are told apart by JSON`);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return;
  if (!isPlain(value))
    refuse(`${path} is no JSON, and states are told apart by it: forget it in abstract, or keep data`);
  for (const [name, member] of Object.entries(value)) assertTellable(member, `${path}.${name}`);
}

const typeOf = (action: unknown): unknown => (typeof action === 'function' ? Reflect.get(action, 'type') : undefined);

const actionsIn = (node: AnyStateNode): readonly unknown[] => [
  ...node.entry,
  ...node.exit,
  ...[...node.transitions.values(), node.always ?? []].flat().flatMap(({ actions }) => actions),
  ...Object.values(node.states).flatMap(actionsIn),
];

/** Whether an action may do nothing with one kind of what is forgotten, and something with another. */
export const hasDynamicActions = (machine: AnyStateMachine): boolean =>
  [...Object.values(machine.implementations.actions), ...actionsIn(machine.root)].some(
    action => typeOf(action) === 'xstate.enqueueActions',
  );
