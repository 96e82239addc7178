import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { leavesOut } from './abstraction.js';
import { ExplorationError } from './errors.js';
import type { Choose } from './every-choice.js';
import type { ContextAbstraction } from './explore.types.js';

/** A machine that takes more transitions than this without an event is in an endless loop. */
const maxMicrosteps = 1_000;

/** What guards and delays of an observed machine read, and what is chosen for them. */
export type Observation = {
  /** That of the state before the transition. */
  abstraction: ContextAbstraction;
  readonly choose: Choose;
  /** A guard is running: what is chosen now decides which transition is taken. */
  isInGuard: boolean;
  readonly guardReads: Set<string>;
  readonly delayReads: Set<string>;
};

type Args = { readonly context: object; readonly event: { readonly type: string } };
type Callable = (...args: never) => unknown;
type Substitute = (path: string, value: unknown) => unknown;

const isCallable = (value: unknown): value is Callable => typeof value === 'function';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const unchanged: Substitute = (_, value) => value;

/**
 * A proxy that adds each path that is read to `reads`, and returns what `substitute` makes of the value. Only whole
 * paths are added: reading `health.markedAt` is not a read of `health`.
 */
function observed<T extends object>(value: T, path: string, reads: Set<string>, substitute: Substitute): T {
  return new Proxy(value, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol') return member;
      const memberPath = `${path}.${name}`;
      reads.delete(path);
      reads.add(memberPath);
      const result = substitute(memberPath, member);
      return isObject(result) ? observed(result, memberPath, reads, substitute) : result;
    },
  });
}

/** The same machine. The reads of its guards and delays are recorded, and guards get chosen values for what is left out. */
export function observedMachine(machine: AnyStateMachine, observation: Observation): AnyStateMachine {
  function call(
    implementation: Callable,
    args: Args,
    params: unknown,
    reads: Set<string>,
    substitute: Substitute,
  ): unknown {
    const read = new Set<string>();
    const context = observed(args.context, 'context', read, substitute);
    const event = observed(args.event, 'event', read, unchanged);
    const result: unknown = Reflect.apply(implementation, undefined, [{ ...args, context, event }, params]);
    for (const path of read) reads.add(path);
    return result;
  }

  const toObservedGuard = (guard: unknown) => {
    // A guard made of guards (`not`, `stateIn`) reads the state only. Those in it are observed under their own names.
    if (!isCallable(guard) || 'check' in guard) return guard;
    return (args: Args, params: unknown): boolean => {
      const chosen = new Map<string, unknown>();
      // Within one guard a path has one value. The next guard chooses anew, because an action may run between them.
      const substitute: Substitute = (path, value) => {
        const values = path.startsWith('context.') && observation.abstraction[path.slice('context.'.length)];
        if (!Array.isArray(values) || !leavesOut(values, value)) return value;
        if (!chosen.has(path)) chosen.set(path, observation.choose(path, values));
        return chosen.get(path);
      };
      observation.isInGuard = true;
      try {
        return Boolean(call(guard, args, params, observation.guardReads, substitute));
      } finally {
        observation.isInGuard = false;
      }
    };
  };

  const toObservedDelay = (delay: unknown) =>
    isCallable(delay)
      ? (args: Args, params: unknown) => Number(call(delay, args, params, observation.delayReads, unchanged))
      : Number(delay);

  const { guards, delays } = machine.implementations;
  const result = machine.provide({
    guards: mapMembers(guards, toObservedGuard),
    delays: mapMembers(delays, toObservedDelay),
  });
  const { maxIterations = Infinity } = result.options;
  result.options = { ...result.options, maxIterations: Math.min(maxIterations, maxMicrosteps) };
  return result;
}

const mapMembers = <T>(object: object, change: (member: unknown) => T): { [name: string]: T } =>
  Object.fromEntries(Object.entries(object).map(([name, member]) => [name, change(member)]));

/**
 * The reads of a guard without a name cannot be observed, so such a guard may read a value that is left out.
 *
 * @throws ExplorationError naming the state, or the guard that contains it
 */
export function assertNamedGuards(machine: AnyStateMachine): void {
  for (const [name, guard] of Object.entries(machine.implementations.guards)) {
    if (typeof guard === 'function' && 'check' in guard && !isObservable(guard)) refuseGuard(`in guard "${name}"`);
  }
  assertNamedIn(machine.root);
}

function refuseGuard(where: string): never {
  throw new ExplorationError({
    code: 'unlisted-read',
    message: `A guard ${where} has no name, so its reads cannot be observed. Name it in setup({ guards }), or explore without abstract, connect and guardsMayRead.`,
  });
}

function assertNamedIn(node: AnyStateNode): void {
  for (const { guard } of [...node.transitions.values(), node.always ?? []].flat()) {
    if (!isObservable(guard)) refuseGuard(`of state "${node.id}"`);
  }
  for (const child of Object.values(node.states)) assertNamedIn(child);
}

function isObservable(guard: unknown): boolean {
  if (guard === undefined || typeof guard === 'string') return true;
  if (typeof guard === 'function') {
    if (!('check' in guard)) return false;
    const inner = [Reflect.get(guard, 'guard'), Reflect.get(guard, 'guards')].flat();
    return inner.every(isObservable);
  }
  return isObject(guard) && typeof Reflect.get(guard, 'params') !== 'function';
}
