import { type AnyStateMachine, type AnyStateNode, type AnyTransitionDefinition, and } from 'xstate';
import type { Chart, ChartState, ChartTransition } from './chart.types.js';

const pathOf = (node: AnyStateNode) => node.path.join('.');

/**
 * Converts a machine to plain data for a drawing: its states and transitions. Reading them from the machine keeps a
 * drawing up to date. Takes any XState 5 machine.
 *
 * @example
 * const { root, transitions } = toChart(createGenerationMachine(adapter));
 * transitions.filter(({ from }) => from === 'following.stream.lost').map(({ name }) => name); // ['reopen', …]
 */
export function toChart(machine: AnyStateMachine): Chart {
  return { id: machine.id, root: toState(machine.root), transitions: transitionsOf(machine.root) };
}

/**
 * The state at this path, or `undefined`.
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

/** One transition for each target. */
export function transitionsAs(
  node: AnyStateNode,
  { eventType, guard, actions, target, reenter }: AnyTransitionDefinition,
): ChartTransition[] {
  const delay = node.after.find(after => after.eventType === eventType)?.delay;
  const names = actions.map(nameOf);
  // A wildcard without a target or action only ignores events.
  if (eventType === '*' && !target && names.length === 0) return [];
  const cause: Cause =
    delay === undefined ? causeOf(eventType) : { kind: 'after', name: String(delay), ms: lengthOf(node, delay) };
  const rest = { ...cause, guard: guard && toGuardText(guard), actions: names, reenters: reenter };
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

/** Identifies `and`: a bundler may change the function's name. */
const checkAnd: unknown = Reflect.get(and([]), 'check');

/** XState's `and`, `or`, `not` and `stateIn` are functions with their arguments as members. */
function toGuardText(guard: Named): string {
  if (typeof guard === 'function') {
    if ('guards' in guard && Array.isArray(guard.guards)) {
      const inner: string[] = guard.guards.map(toGuardText);
      if (inner.length === 1) return `not ${inner.join('')}`;
      return inner.join(Reflect.get(guard, 'check') === checkAnd ? ' and ' : ' or ');
    }
    if ('stateValue' in guard) return `in ${toStateText(guard.stateValue)}`;
  }
  return nameOf(guard);
}

const toStateText = (value: unknown): string =>
  typeof value === 'string' ? value.replace(/^#/, '') : JSON.stringify(value).replaceAll(/["{}]/g, '');
