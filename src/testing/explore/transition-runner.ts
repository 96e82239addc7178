import {
  type AnyActorLogic,
  type AnyActorScope,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
  initialTransition,
  transition,
} from 'xstate';
import { toEffect } from '../../machines/effects.js';
import { abstracted, changesOfMany, variantCount } from './abstraction.js';
import { ExplorationError } from './errors.js';
import { type Choose, type Chosen, everyChoice } from './every-choice.js';
import { hasDynamicActions } from './explore.options.js';
import type { ContextAbstraction, ExploredEffect } from './explore.types.js';
import { type Observation, observedMachine } from './observed-machine.js';

type RunnerOptions = {
  readonly abstraction: (snapshot: AnyMachineSnapshot) => ContextAbstraction;
  readonly guardsMayRead: readonly string[] | undefined;
  readonly connect: ((choose: Choose) => void) | undefined;
};

/** A transition of one of the contexts that a state represents. */
type Variant = {
  readonly before: AnyMachineSnapshot | undefined;
  readonly after: AnyMachineSnapshot;
  readonly effects: readonly ExploredEffect[];
};

/** A snapshot without what is left out. Its key has everything that decides what can follow. */
type Kept = { readonly snapshot: AnyMachineSnapshot; readonly key: string };

/** The state after one transition, and the transition of each context that the state before it represents. */
export type Outcome = Kept & { readonly variants: readonly [Variant, ...Variant[]] };

type From = { readonly input: unknown } | { readonly snapshot: AnyMachineSnapshot; readonly event: EventObject };

/** Runs pure transitions of a machine, each with every combination of the values that can be chosen. */
export function transitionRunner(machine: AnyStateMachine, { abstraction, guardsMayRead, connect }: RunnerOptions) {
  let choose: Choose = (_, values) => values[0];
  let variant = 0;
  let runs = 0;
  const abstractions = new WeakMap<AnyMachineSnapshot, ContextAbstraction>();
  const isDynamic = hasDynamicActions(machine);

  const observation: Observation = {
    abstraction: {},
    isInGuard: false,
    choose: (name, values) => choose(name, values),
    guardReads: new Set(),
    delayReads: new Set(),
  };
  const observedLogic = observedMachine(machine, observation);
  const blank = observedLogic.resolveState({ value: {}, context: {} });
  let scope: AnyActorScope | undefined;
  /** XState creates an actor and a system for each pure transition, which takes longer than some transitions. */
  function createScope(): AnyActorScope {
    let created: AnyActorScope | undefined;
    const logic: AnyActorLogic = {
      transition: (snapshot, _, given) => {
        created = given;
        return snapshot;
      },
      getInitialSnapshot: () => blank,
      getPersistedSnapshot: () => blank,
    };
    transition(logic, blank, { type: 'any' });
    if (!created) throw new Error('XState ran no transition, so there is no actor scope to explore with.');
    return created;
  }
  connect?.((name, values) => {
    if (!observation.isInGuard) return values[Math.min(variant, values.length - 1)];
    observation.guardReads.add(name);
    return choose(name, values);
  });

  function runOnce(from: From): Variant {
    runs += 1;
    observation.isInGuard = false;
    // At a start, nothing is left out yet.
    observation.abstraction = 'snapshot' in from ? abstractionOf(from.snapshot) : {};
    let before: AnyMachineSnapshot | undefined;
    try {
      if ('input' in from) {
        const [after, actions] = initialTransition(observedLogic, from.input);
        return { before, after, effects: actions.map(toEffect) };
      }
      before = variant === 0 ? from.snapshot : withContext(from.snapshot, observation.abstraction, variant);
      scope ??= createScope();
      const effects: ExploredEffect[] = [];
      scope.actionExecutor = action => effects.push(toEffect(action));
      const after = observedLogic.transition(before, from.event, scope);
      // The next step needs a system without actors.
      if (Object.keys(scope.system.getAll()).length > 0) scope = undefined;
      return { before, after, effects };
    } catch (error) {
      scope = undefined;
      // In a running actor, a guard or an action that throws stops the machine in error.
      return { before, after: { ...(before ?? blank), status: 'error', error, output: undefined }, effects: [] };
    }
  }

  /**
   * The same transition from each other context that the state represents. Guards get the same values, so what is kept
   * must be the same. Without a change of context or an emitted event nothing can differ. What a step leaves unchanged
   * with the first and with the second value is not tried with the third. Neither holds for an action that chooses
   * what it does: then each value is tried.
   */
  function runVariants(from: From, first: Variant, after: Kept, chosen: readonly unknown[]): readonly Variant[] {
    const isQuiet = first.before?.context === first.after.context && first.effects.every(({ type }) => type !== 'emit');
    if (isQuiet && !isDynamic) return [];
    const expected = toKeptText(first, after);
    const found: Variant[] = [];
    for (variant = 1; variant < variantCount(observation.abstraction); variant += 1) {
      let count = 0;
      choose = () => chosen[count++];
      const other = runOnce(from);
      const actual = toKeptText(other, abstract(other.after));
      if (count !== chosen.length || actual !== expected) {
        variant = 0;
        const cause = 'event' in from ? `Event "${from.event.type}"` : 'A start';
        throw new ExplorationError({
          code: 'interference',
          message: `${cause} leads to different states, depending on a value that abstract leaves out. Keep the value, or the part of it that matters.\n${expected}\n${actual}`,
        });
      }
      found.push(other);
      if (!isDynamic && [first, other].every(one => !isChanged(one))) break;
    }
    variant = 0;
    return found;
  }

  const isChanged = ({ before, after }: Variant) =>
    before !== undefined && changesOfMany(before.context, after.context, observation.abstraction);

  const toKeptText = ({ effects }: Variant, after: Kept): string => `${after.key} ${effects.map(toEffectText).join()}`;

  /** Many events arrive in one state. */
  function abstractionOf(snapshot: AnyMachineSnapshot): ContextAbstraction {
    const known = abstractions.get(snapshot) ?? abstraction(snapshot);
    abstractions.set(snapshot, known);
    return known;
  }

  const abstract = (after: AnyMachineSnapshot): Kept => {
    const snapshot = withContext(after, abstraction(after), 0);
    return { snapshot, key: toKey(snapshot) };
  };

  function runAll(from: From): readonly Chosen<Outcome>[] {
    try {
      return everyChoice((chooseNext): Outcome => {
        const chosen: unknown[] = [];
        choose = (name, values) => {
          const value = chooseNext(name, values);
          chosen.push(value);
          return value;
        };
        const first = runOnce(from);
        const after = abstract(first.after);
        return { ...after, variants: [first, ...runVariants(from, first, after, chosen)] };
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ExplorationError({ code: 'unbounded', message: error.message, growing: error.message });
    } finally {
      assertListedReads();
    }
  }

  function assertListedReads(): void {
    const path = guardsMayRead && [...observation.guardReads].find(read => !guardsMayRead.includes(read));
    if (path === undefined) return;
    throw new ExplorationError({
      code: 'unlisted-read',
      message: `A guard reads ${path}, which guardsMayRead does not list. Add it there, and if the state does not hold it, list a value of each kind in abstract.`,
    });
  }

  return {
    start: (input: unknown) => runAll({ input }),
    next: (snapshot: AnyMachineSnapshot, event: EventObject) => runAll({ snapshot, event }),
    figures: () => ({
      runs,
      guardReads: [...observation.guardReads].sort(),
      delayReads: [...observation.delayReads].sort(),
    }),
  };
}

/** Lengths of delays and inputs of children are not kept: an armed delay may fire at any time, and children do not run. */
const toEffectText = (effect: ExploredEffect): string => {
  if (effect.type === 'spawn' || effect.type === 'stop') return `${effect.type} ${effect.child}`;
  if (effect.type === 'arm' || effect.type === 'disarm') return `${effect.type} ${effect.delay}`;
  return JSON.stringify(effect);
};

const withContext = (
  snapshot: AnyMachineSnapshot,
  abstraction: ContextAbstraction,
  variant: number,
): AnyMachineSnapshot => ({
  ...snapshot,
  context: abstracted(snapshot.context, abstraction, variant),
});

/** Everything in a snapshot that decides what can follow. */
const toKey = ({ value, status, context, output, historyValue }: AnyMachineSnapshot): string => {
  const history = Object.entries(historyValue).map(([name, nodes]) => [name, nodes.map(({ id }) => id)]);
  return JSON.stringify([value, status, context, output, history]);
};
