import {
  type AnyActorLogic,
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
  initialTransition,
  transition,
} from 'xstate';
import { abstracted, changesOfMany, variantCount } from './abstraction.js';
import { toEffect } from './effects.js';
import { ExplorationError } from './errors.js';
import { type Answered, type Ask, everyAnswer } from './every-answer.js';
import type { Abstraction, Effect } from './explore.types.js';
import { type Watch, watchedMachine } from './observed-machine.js';
import { hasDynamicActions } from './options.js';

type RunnerOptions = {
  readonly abstraction: (snapshot: AnyMachineSnapshot) => Abstraction;
  readonly guardsMayRead: readonly string[] | undefined;
  readonly connect: ((ask: Ask) => void) | undefined;
};

/** A transition of one of the contexts that the state stands for. */
type Variant = {
  readonly before: AnyMachineSnapshot | undefined;
  readonly after: AnyMachineSnapshot;
  readonly effects: readonly Effect[];
};

/** A snapshot with what is forgotten left out, and all of it that decides what can follow. */
type Kept = { readonly snapshot: AnyMachineSnapshot; readonly key: string };

/** Where one transition led, with its context abstracted, and how it led there from each kind of context. */
export type Outcome = Kept & { readonly variants: readonly [Variant, ...Variant[]] };

type From = { readonly input: unknown } | { readonly snapshot: AnyMachineSnapshot; readonly event: EventObject };

/** Runs pure transitions of a machine, each in every way that the forgotten may decide it. */
export function transitionRunner(machine: AnyStateMachine, { abstraction, guardsMayRead, connect }: RunnerOptions) {
  let answer: Ask = (_, kinds) => kinds[0];
  let variant = 0;
  let runs = 0;
  const abstractions = new WeakMap<AnyMachineSnapshot, Abstraction>();
  const isDynamic = hasDynamicActions(machine);

  const watch: Watch = {
    abstraction: {},
    isInGuard: false,
    ask: (question, kinds) => answer(question, kinds),
    guardReads: new Set(),
    delayReads: new Set(),
  };
  const watched = watchedMachine(machine, watch);
  const unseen = watched.resolveState({ value: {}, context: {} });
  let scope: AnyActorScope | undefined;
  /** XState makes an actor and a system for each pure transition, which takes longer than some transitions do. */
  function newScope(): AnyActorScope {
    let made: AnyActorScope | undefined;
    const logic: AnyActorLogic = {
      transition: (snapshot, _, given) => {
        made = given;
        return snapshot;
      },
      getInitialSnapshot: () => unseen,
      getPersistedSnapshot: () => unseen,
    };
    transition(logic, unseen, { type: 'any' });
    if (!made) throw new Error('XState has made no transition.');
    return made;
  }
  connect?.((question, kinds) => {
    if (!watch.isInGuard) return kinds[Math.min(variant, kinds.length - 1)];
    watch.guardReads.add(question);
    return answer(question, kinds);
  });

  function once(from: From): Variant {
    runs += 1;
    watch.isInGuard = false;
    // A start has forgotten nothing yet.
    watch.abstraction = 'snapshot' in from ? abstractionOf(from.snapshot) : {};
    let before: AnyMachineSnapshot | undefined;
    try {
      if ('input' in from) {
        const [after, actions] = initialTransition(watched, from.input);
        return { before, after, effects: actions.map(toEffect) };
      }
      before = variant === 0 ? from.snapshot : withContext(from.snapshot, watch.abstraction, variant);
      scope ??= newScope();
      const effects: Effect[] = [];
      scope.actionExecutor = action => effects.push(toEffect(action));
      const after = watched.transition(before, from.event, scope);
      // The next step's system must know nobody, either.
      if (Object.keys(scope.system.getAll()).length > 0) scope = undefined;
      return { before, after, effects };
    } catch (error) {
      scope = undefined;
      // In a running actor, a throw of a guard or an action stops the machine in error.
      return { before, after: { ...(before ?? unseen), status: 'error', error, output: undefined }, effects: [] };
    }
  }

  /**
   * The same with each other kind of what is forgotten. Guards are told the same, so all that is kept must be the
   * same. Where no action has changed the context or spoken, there is nothing by which it could differ. What a step
   * leaves as it was, in the first kind and in the second, it is not tried with the third.
   * Neither holds where an action chooses what it does: there, each kind is tried.
   */
  function others(from: From, first: Variant, after: Kept, told: readonly unknown[]): readonly Variant[] {
    const isQuiet = first.before?.context === first.after.context && first.effects.every(({ type }) => type !== 'emit');
    if (isQuiet && !isDynamic) return [];
    const expected = keptBy(first, after);
    const found: Variant[] = [];
    for (variant = 1; variant < variantCount(watch.abstraction); variant += 1) {
      let count = 0;
      answer = () => told[count++];
      const other = once(from);
      const actual = keptBy(other, abstract(other.after));
      if (count !== told.length || actual !== expected) {
        variant = 0;
        throw new ExplorationError({
          code: 'interference',
          message: `What is forgotten changes what is kept${'event' in from ? ` on ${from.event.type}` : ''}: keep it, or a part of it.\n${expected}\n${actual}`,
        });
      }
      found.push(other);
      if (!isDynamic && [first, other].every(one => !isChanged(one))) break;
    }
    variant = 0;
    return found;
  }

  const isChanged = ({ before, after }: Variant) =>
    before !== undefined && changesOfMany(before.context, after.context, watch.abstraction);

  const keptBy = ({ effects }: Variant, after: Kept): string => `${after.key} ${effects.map(keptOf).join()}`;

  /** Asked for once per state, which hears many events. */
  function abstractionOf(snapshot: AnyMachineSnapshot): Abstraction {
    const known = abstractions.get(snapshot) ?? abstraction(snapshot);
    abstractions.set(snapshot, known);
    return known;
  }

  const abstract = (after: AnyMachineSnapshot): Kept => {
    const snapshot = withContext(after, abstraction(after), 0);
    return { snapshot, key: snapshotKey(snapshot) };
  };

  function everyWay(from: From): readonly Answered<Outcome>[] {
    try {
      return everyAnswer((ask): Outcome => {
        const told: unknown[] = [];
        answer = (question, kinds) => {
          const value = ask(question, kinds);
          told.push(value);
          return value;
        };
        const first = once(from);
        const after = abstract(first.after);
        return { ...after, variants: [first, ...others(from, first, after, told)] };
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ExplorationError({ code: 'unbounded', message: error.message, growing: error.message });
    } finally {
      assertListed();
    }
  }

  function assertListed(): void {
    const path = guardsMayRead && [...watch.guardReads].find(read => !guardsMayRead.includes(read));
    if (path === undefined) return;
    throw new ExplorationError({
      code: 'unlisted-read',
      message: `A guard reads ${path}, which is not listed: list it, with each kind of value that it may have.`,
    });
  }

  return {
    start: (input: unknown) => everyWay({ input }),
    next: (snapshot: AnyMachineSnapshot, event: EventObject) => everyWay({ snapshot, event }),
    figures: () => ({
      runs,
      guardReads: [...watch.guardReads].sort(),
      delayReads: [...watch.delayReads].sort(),
    }),
  };
}

/** Lengths of delays and inputs of children are not kept: an armed delay fires at any time, and no child runs. */
const keptOf = (effect: Effect): string => {
  if (effect.type === 'spawn' || effect.type === 'stop') return `${effect.type} ${effect.child}`;
  if (effect.type === 'arm' || effect.type === 'disarm') return `${effect.type} ${effect.delay}`;
  return JSON.stringify(effect);
};

const withContext = (snapshot: AnyMachineSnapshot, abstraction: Abstraction, variant: number): AnyMachineSnapshot => ({
  ...snapshot,
  context: abstracted(snapshot.context, abstraction, variant),
});

/** All of a snapshot that decides what can follow. */
const snapshotKey = ({ value, status, context, output, historyValue }: AnyMachineSnapshot): string => {
  const history = Object.entries(historyValue).map(([name, nodes]) => [name, nodes.map(({ id }) => id)]);
  return JSON.stringify([value, status, context, output, history]);
};
