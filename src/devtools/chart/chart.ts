import { type AnyStateMachine, type AnyStateNode, type AnyTransitionDefinition, and } from 'xstate';
import type { Chart, ChartState, ChartTransition } from './chart.types.js';

const pathOf = (node: AnyStateNode) => node.path.join('.');

/**
 * A machine as it can be drawn: its states, and what leads from one to the other, read from the machine itself, so that
 * a drawing cannot be out of date. Any machine of XState 5 will do.
 *
 * @example
 * const { root, transitions } = toChart(createGenerationMachine(adapter));
 * transitions.filter(({ from }) => from === 'following.stream.lost').map(({ name }) => name); // ['reopen', …]
 */
export function toChart(machine: AnyStateMachine): Chart {
  return { id: machine.id, root: toState(machine.root), transitions: transitionsOf(machine.root) };
}

/**
 * The state of this path, or `undefined`.
 *
 * @example
 * stateAt(toChart(machine), 'following.stream')?.states.map(({ name }) => name); // ['listening', 'lost', …]
 */
export function stateAt({ root }: Chart, path: string): ChartState | undefined {
  const names = path === '' ? [] : path.split('.');
  return names.reduce<ChartState | undefined>((state, name) => state?.states.find(each => each.name === name), root);
}

function toState(node: AnyStateNode): ChartState {
  const [initial] = node.type === 'compound' ? (node.initial.target ?? []) : [];
  return {
    path: pathOf(node),
    name: node.key,
    kind: node.type,
    initial: initial && pathOf(initial),
    states: childrenOf(node).map(toState),
    children: node.invoke.map(({ id }) => id),
    entry: node.entry.map(nameOf),
    exit: node.exit.map(nameOf),
  };
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);

function transitionsOf(node: AnyStateNode): ChartTransition[] {
  const listed = [...node.transitions.values(), node.always ?? []].flat();
  const own = listed.flatMap(transition => transitionsAs(node, transition));
  return [...own, ...childrenOf(node).flatMap(transitionsOf)];
}

/** One for each state that it leads to. */
export function transitionsAs(
  node: AnyStateNode,
  { eventType, guard, actions, target, reenter }: AnyTransitionDefinition,
): ChartTransition[] {
  const delay = node.after.find(after => after.eventType === eventType)?.delay;
  const names = actions.map(nameOf);
  // The root takes in whatever nobody else does: that is no arrow.
  if (eventType === '*' && !target && names.length === 0) return [];
  const what: Cause =
    delay === undefined ? causeOf(eventType) : { kind: 'after', name: String(delay), ms: lengthOf(node, delay) };
  const rest = { ...what, guard: guard && guardWords(guard), actions: names, reenters: reenter };
  const from = pathOf(node);
  return target ? target.map(each => ({ from, to: pathOf(each), ...rest })) : [{ from, to: undefined, ...rest }];
}

type Cause = Pick<ChartTransition, 'kind' | 'name' | 'ms'>;

function causeOf(eventType: string): Cause {
  if (eventType === '') return { kind: 'always', name: '' };
  const [, how, name] = /^xstate\.(done|error)\.(?:state|actor)\.(.*)$/.exec(eventType) ?? [];
  if (name === undefined) return { kind: 'event', name: eventType };
  return { kind: how === 'error' ? 'error' : 'done', name };
}

function lengthOf({ machine }: AnyStateNode, delay: AnyStateNode['after'][number]['delay']): number | undefined {
  const known: unknown = machine.implementations.delays[String(delay)] ?? Number(delay);
  return typeof known === 'number' && Number.isFinite(known) ? known : undefined;
}

type Named = string | { readonly type: string } | object | ((...args: never[]) => unknown);

function nameOf(thing: Named): string {
  if (typeof thing === 'string') return thing;
  if ('type' in thing && typeof thing.type === 'string') return thing.type;
  return 'name' in thing && typeof thing.name === 'string' ? thing.name : 'inline';
}

/** Known by it, because a bundler may have changed the function's name. */
const checkAnd: unknown = Reflect.get(and([]), 'check');

/** XState's own guards are functions that carry what they were made with. */
function guardWords(guard: Named): string {
  if (typeof guard === 'function') {
    if ('guards' in guard && Array.isArray(guard.guards)) {
      const inner: string[] = guard.guards.map(guardWords);
      if (inner.length === 1) return `not ${inner.join('')}`;
      return inner.join(Reflect.get(guard, 'check') === checkAnd ? ' and ' : ' or ');
    }
    if ('stateValue' in guard) return `in ${stateWords(guard.stateValue)}`;
  }
  return nameOf(guard);
}

const stateWords = (value: unknown): string =>
  typeof value === 'string' ? value.replace(/^#/, '') : JSON.stringify(value).replaceAll(/["{}]/g, '');
