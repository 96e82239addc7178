import type { AnyStateMachine, EventObject } from 'xstate';
import { type Active, activeAfter, nothingActive } from './effects.js';
import { ExplorationError, type TraceStep } from './errors.js';
import type { Chosen, ExplorationChoice } from './every-choice.js';
import { assertExploreOptions, assertIsJson } from './explore.options.js';
import type {
  Exploration,
  ExploredEdge,
  ExploredSituation,
  ExploredState,
  ExploredStep,
  ExploreOptions,
  Monitor,
  RuleViolation,
} from './explore.types.js';
import { largestGrowingPart } from './growth.js';
import { type Outcome, transitionRunner } from './transition-runner.js';

/** A state, and the step by which it was first found. The search is breadth first, so the way to it is a shortest one. */
type Found = ExploredState<AnyStateMachine> & {
  readonly edges: ExploredEdge[];
  readonly parent: number | undefined;
  readonly step: TraceStep;
};

const descriptions = new WeakMap<EventObject, string>();

/** Cached, because the same few events arrive in each state. */
function describeEvent(event: EventObject): string {
  const known = descriptions.get(event);
  if (known !== undefined) return known;
  const { type, ...payload } = event;
  const description = Object.keys(payload).length > 0 ? `${type} ${JSON.stringify(payload)}` : type;
  descriptions.set(event, description);
  return description;
}

const describeChoice = ({ name, value }: ExplorationChoice): string => `${name} = ${String(value)}`;

type Memories = ExploredState<AnyStateMachine>['memories'];

const areSameMemories = (one: Memories, other: Memories | undefined): boolean =>
  Object.entries(one).every(
    ([name, memory]) => memory === other?.[name] || JSON.stringify(memory) === JSON.stringify(other?.[name]),
  );

const isViolation = (value: unknown): value is RuleViolation =>
  typeof value === 'object' && value !== null && 'isViolation' in value && value.isViolation === true;

/**
 * Explores every run of a machine, breadth first, until there are no new states, and checks the monitors at each step.
 * It runs XState's pure transitions: no child or timer starts, nothing is awaited, and two explorations of the same
 * machine are equal.
 *
 * @throws TypeError naming an option with which the exploration would show nothing, or would not end
 * @throws ExplorationError if a monitor's rule is violated or the machine throws, with a shortest trace; if there are
 *   more states than `limit`, with the part that grows most; if a guard or action depends on more than the options
 *   allow
 *
 * @example
 * explore(machine, {
 *   events: [{ type: 'PAY' }, { type: 'CANCEL' }],
 *   abstract: { tries: [0, 9] },
 *   monitors: [paysOnce],
 * });
 */
export function explore<TMachine extends AnyStateMachine>(
  machine: TMachine,
  options: ExploreOptions<TMachine>,
): Exploration {
  return new Search(machine, options).run();
}

class Search {
  readonly #runner: ReturnType<typeof transitionRunner>;
  readonly #options: ExploreOptions<AnyStateMachine>;
  readonly #monitors: readonly Monitor<AnyStateMachine>[];
  readonly #limit: number;
  readonly #states: Found[] = [];
  readonly #indexes = new Map<string, number>();
  #edgeCount = 0;

  constructor(machine: AnyStateMachine, options: ExploreOptions<AnyStateMachine>) {
    const { abstract, guardsMayRead, connect, monitors = [], limit = 20_000 } = options;
    assertExploreOptions(machine, options);
    const abstraction = typeof abstract === 'function' ? abstract : () => abstract ?? {};
    this.#runner = transitionRunner(machine, { abstraction, guardsMayRead, connect });
    this.#options = options;
    this.#monitors = monitors;
    this.#limit = limit;
  }

  run(): Exploration {
    for (const { name, input } of this.#options.starts ?? [{ name: 'start' }]) {
      for (const outcome of this.#runner.start(input)) this.#visit(outcome, name, undefined, undefined);
    }
    // The list grows during the loop. The loop ends when there are no new states.
    for (let index = 0; index < this.#states.length; index += 1) this.#expand(index);
    this.#checkGraph();
    return {
      states: this.#states.length,
      edges: this.#edgeCount,
      ends: this.#states.filter(({ snapshot }) => snapshot.status === 'done').length,
      ...this.#runner.figures(),
    };
  }

  #expand(index: number): void {
    const state = this.#states[index];
    // A machine that is done ignores events.
    if (state?.snapshot.status !== 'active') return;
    const { events } = this.#options;
    const arriving = typeof events === 'function' ? events(state) : events;
    const armed = new Map(state.delays.map(({ id, event }) => [describeEvent(event), id]));
    const possible = new Map(
      [...state.delays.map(({ event }) => event), ...arriving].map(event => [describeEvent(event), event]),
    );
    for (const [label, event] of possible) {
      const targets = new Set<number>();
      for (const outcome of this.#runner.next(state.snapshot, event)) {
        const to = this.#visit(outcome, label, index, { event, fired: armed.get(label) });
        if (!targets.has(to)) state.edges.push({ event, isFired: armed.has(label), to });
        targets.add(to);
      }
      this.#edgeCount += targets.size;
    }
  }

  /** Checks a step, and returns the index of the state it leads to. */
  #visit(
    { result: { snapshot, key: snapshotKey, variants }, choices }: Chosen<Outcome>,
    label: string,
    parent: number | undefined,
    cause: { readonly event: EventObject; readonly fired: string | undefined } | undefined,
  ): number {
    const before = parent === undefined ? undefined : this.#states[parent];
    const active: Active = activeAfter(before ?? nothingActive, cause?.fired, variants[0].effects);
    const after: ExploredSituation<AnyStateMachine> = { snapshot, ...active };
    const toTraceStep = (): TraceStep => ({
      event: label,
      choices: choices.map(describeChoice),
      state: JSON.stringify(snapshot.value),
    });
    const fail = (monitor: string, reason: string): never => {
      const trace = [...this.#trace(parent), toTraceStep()];
      throw new ExplorationError({ code: 'violated', monitor, trace, message: `${monitor}: ${reason}` });
    };
    if (snapshot.status === 'error') fail('never stops in error', String(snapshot.error));

    const [memories, ...others] = variants.map(variant => {
      const step: ExploredStep<AnyStateMachine> = {
        event: cause?.event,
        isFired: cause?.fired !== undefined,
        before: before && variant.before && { ...before, snapshot: variant.before },
        after: { ...active, snapshot: variant.after },
        effects: variant.effects,
        choices,
      };
      return this.#check(step, before?.memories, fail);
    });
    if (others.some(other => !areSameMemories(other, memories))) {
      throw new ExplorationError({
        code: 'interference',
        message: `After event "${label}", a monitor remembers a value that abstract leaves out. Keep the value, or do not remember it.`,
      });
    }

    const key = `${snapshotKey} ${JSON.stringify([active, memories])}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    assertIsJson(snapshot.context);
    const index = this.#states.push({ ...after, memories: memories ?? {}, edges: [], parent, step: toTraceStep() }) - 1;
    this.#indexes.set(key, index);
    if (index >= this.#limit) this.#giveUp();
    return index;
  }

  /** The memories of the monitors after a step that violates no rule. */
  #check(
    step: ExploredStep<AnyStateMachine>,
    before: Memories | undefined,
    fail: (monitor: string, reason: string) => never,
  ): Memories {
    const memories: { [monitor: string]: unknown } = {};
    for (const monitor of this.#monitors) {
      const memory = monitor.check(before ? before[monitor.name] : monitor.initial, step);
      if (memory instanceof Promise) {
        throw new TypeError(
          `explore: check() of monitor "${monitor.name}" returns a promise, which is not awaited. Return the memory or a violation at once.`,
        );
      }
      memories[monitor.name] = isViolation(memory) ? fail(monitor.name, memory.reason) : memory;
    }
    return memories;
  }

  #checkGraph(): void {
    for (const monitor of this.#monitors) {
      const finding = monitor.checkGraph?.(this.#states);
      if (!finding) continue;
      const trace = this.#trace(finding.state);
      const message = `${monitor.name}: ${finding.reason}`;
      throw new ExplorationError({ code: 'violated', monitor: monitor.name, trace, message });
    }
  }

  #trace(index: number | undefined): readonly TraceStep[] {
    const steps: TraceStep[] = [];
    for (let state = this.#states[index ?? -1]; state; state = this.#states[state.parent ?? -1])
      steps.unshift(state.step);
    return steps;
  }

  #giveUp(): never {
    const { path, count } = largestGrowingPart(
      this.#states.map(({ snapshot: { value, context }, children, delays, memories }) => ({
        value,
        context,
        children,
        delays: delays.map(({ id }) => id),
        memories,
      })),
    );
    throw new ExplorationError({
      code: 'unbounded',
      growing: path,
      message: `There are more than ${this.#limit} states, the limit. ${path} grows most: it has ${count} different values. Leave it out with abstract, or keep a part of it. If it is bounded, raise the limit.`,
    });
  }
}
