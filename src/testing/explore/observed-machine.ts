import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { forgets } from './abstraction.js';
import { ExplorationError } from './errors.js';
import type { Ask } from './every-answer.js';
import type { Abstraction } from './explore.types.js';

/** A chart that goes round without an event for longer than this goes round for ever. */
const longestMacrostep = 1_000;

/** What a watched machine tells of its guards and delays. */
export type Watch = {
  /** Of the state from which the transition starts. */
  abstraction: Abstraction;
  readonly ask: Ask;
  /** A guard is running: what is asked now decides where the machine goes. */
  isInGuard: boolean;
  readonly guardReads: Set<string>;
  readonly delayReads: Set<string>;
};

type Named = { readonly context: object; readonly event: { readonly type: string } };
type Callable = (...args: never) => unknown;
type Tell = (path: string, found: unknown) => unknown;

const isCallable = (value: unknown): value is Callable => typeof value === 'function';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * A view of a value that notes each path that is read, and lets `tell` answer in its place. Only the ends of paths
 * are noted: who reads `health.markedAt` has not read `signs`.
 */
function recorded<T extends object>(value: T, path: string, reads: Set<string>, tell: Tell): T {
  return new Proxy(value, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol') return found;
      const here = `${path}.${name}`;
      reads.delete(path);
      reads.add(here);
      const told = tell(here, found);
      return isObject(told) ? recorded(told, here, reads, tell) : told;
    },
  });
}

/** The same machine, of which every guard and delay is watched, and every guard told what the state has forgotten. */
export function watchedMachine(machine: AnyStateMachine, watch: Watch): AnyStateMachine {
  const call = (implementation: Callable, args: Named, params: unknown, reads: Set<string>, tell: Tell): unknown => {
    const read = new Set<string>();
    const context = recorded(args.context, 'context', read, tell);
    const event = recorded(args.event, 'event', read, (_, found) => found);
    const result: unknown = Reflect.apply(implementation, undefined, [{ ...args, context, event }, params]);
    for (const path of read) reads.add(path);
    return result;
  };

  const watchedGuard = (guard: unknown) => {
    // A guard of guards (`not`, `stateIn`) reads only the state; those it holds are watched by their own names.
    if (!isCallable(guard) || 'check' in guard) return guard;
    return (args: Named, params: unknown): boolean => {
      const answered = new Map<string, unknown>();
      // Within one guard the same question has one answer; the next guard asks afresh, for an action may stand between.
      const tell: Tell = (path, found) => {
        const kinds = path.startsWith('context.') && watch.abstraction[path.slice('context.'.length)];
        if (!Array.isArray(kinds) || !forgets(kinds, found)) return found;
        if (!answered.has(path)) answered.set(path, watch.ask(path, kinds));
        return answered.get(path);
      };
      watch.isInGuard = true;
      try {
        return Boolean(call(guard, args, params, watch.guardReads, tell));
      } finally {
        watch.isInGuard = false;
      }
    };
  };

  const watchedDelay = (delay: unknown) =>
    isCallable(delay)
      ? (args: Named, params: unknown) => Number(call(delay, args, params, watch.delayReads, (_, found) => found))
      : Number(delay);

  const { guards, delays } = machine.implementations;
  const watched = machine.provide({ guards: each(guards, watchedGuard), delays: each(delays, watchedDelay) });
  const { maxIterations = Infinity } = watched.options;
  watched.options = { ...watched.options, maxIterations: Math.min(maxIterations, longestMacrostep) };
  return watched;
}

const each = <T>(implementations: object, change: (implementation: unknown) => T): { [name: string]: T } =>
  Object.fromEntries(Object.entries(implementations).map(([name, one]) => [name, change(one)]));

/** A guard without a name cannot be watched; so nothing may be forgotten where there is one. */
export function assertNamedGuards(machine: AnyStateMachine): void {
  for (const [name, guard] of Object.entries(machine.implementations.guards)) {
    // One that is composed holds others, which have to have names in their turn.
    if (typeof guard === 'function' && 'check' in guard && !isWatchable(guard)) refuseGuard(`in ${name}`);
  }
  assertNamedIn(machine.root);
}

function refuseGuard(where: string): never {
  throw new ExplorationError({
    code: 'unlisted-read',
    message: `A guard ${where} has no name, so what it reads cannot be seen: name it in setup, or forget nothing.`,
  });
}

function assertNamedIn(node: AnyStateNode): void {
  for (const { guard } of [...node.transitions.values(), node.always ?? []].flat()) {
    if (!isWatchable(guard)) refuseGuard(`of ${node.id}`);
  }
  for (const child of Object.values(node.states)) assertNamedIn(child);
}

function isWatchable(guard: unknown): boolean {
  if (guard === undefined || typeof guard === 'string') return true;
  if (typeof guard === 'function') {
    if (!('check' in guard)) return false;
    const held = [Reflect.get(guard, 'guard'), Reflect.get(guard, 'guards')].flat();
    return held.every(isWatchable);
  }
  return isObject(guard) && typeof Reflect.get(guard, 'params') !== 'function';
}
