import type { AnyStateMachine, EventObject } from 'xstate';
import { nothingStands, type Standing, standingAfter } from './effects.js';
import { ExplorationError, type TraceStep } from './errors.js';
import type { Answer, Answered } from './every-answer.js';
import type {
  Broken,
  Exploration,
  ExploredEdge,
  ExploredState,
  ExploreOptions,
  Monitor,
  Situation,
  Step,
} from './explore.types.js';
import { largestGrowingPart } from './growth.js';
import { assertShowing, assertTellable } from './options.js';
import { type Outcome, transitionRunner } from './transition-runner.js';

/** A state, and how it was first found: as the search is breadth-first, by a shortest way. */
type Found = ExploredState<AnyStateMachine> & {
  readonly edges: ExploredEdge[];
  readonly parent: number | undefined;
  readonly step: TraceStep;
};

const descriptions = new WeakMap<EventObject, string>();

/** The same few events arrive in each state. */
function describeEvent(event: EventObject): string {
  const known = descriptions.get(event);
  if (known !== undefined) return known;
  const { type, ...payload } = event;
  const description = Object.keys(payload).length > 0 ? `${type} ${JSON.stringify(payload)}` : type;
  descriptions.set(event, description);
  return description;
}

const lineOf = ({ question, value }: Answer): string => `${question} = ${String(value)}`;

type Memories = ExploredState<AnyStateMachine>['memories'];

const isSameMemory = (one: Memories, other: Memories | undefined): boolean =>
  Object.entries(one).every(
    ([name, memory]) => memory === other?.[name] || JSON.stringify(memory) === JSON.stringify(other?.[name]),
  );

const isBroken = (value: unknown): value is Broken =>
  typeof value === 'object' && value !== null && 'isBroken' in value && value.isBroken === true;

/**
 * Explores every run of a machine, breadth-first, until nothing new is found, and shows that no monitor is broken in
 * any of them. It runs XState's pure transitions: no child is started, no timer is set, nothing is waited for, and
 * two explorations of the same machine are equal.
 *
 * @throws TypeError naming an option that would end in a success that shows nothing, or never
 * @throws ExplorationError with a shortest trace when a monitor is broken, or when the machine throws; with the part
 * that grows most when the states do not close within the limit
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
    assertShowing(machine, options);
    const abstraction = typeof abstract === 'function' ? abstract : () => abstract ?? {};
    this.#runner = transitionRunner(machine, { abstraction, guardsMayRead, connect });
    this.#options = options;
    this.#monitors = monitors;
    this.#limit = limit;
  }

  run(): Exploration {
    for (const { name, input } of this.#options.starts ?? [{ name: 'start' }]) {
      for (const way of this.#runner.start(input)) this.#visit(way, name, undefined, undefined);
    }
    // Grows while it is walked: the walk ends when nothing new has been found.
    for (let index = 0; index < this.#states.length; index += 1) this.#expand(index);
    this.#review();
    return {
      states: this.#states.length,
      edges: this.#edgeCount,
      ends: this.#states.filter(({ snapshot }) => snapshot.status === 'done').length,
      ...this.#runner.figures(),
    };
  }

  #expand(index: number): void {
    const state = this.#states[index];
    // A machine that is done hears nothing any more.
    if (state?.snapshot.status !== 'active') return;
    const { events } = this.#options;
    const arriving = typeof events === 'function' ? events(state) : events;
    const armed = new Map(state.delays.map(({ id, event }) => [describeEvent(event), id]));
    const moves = new Map(
      [...state.delays.map(({ event }) => event), ...arriving].map(event => [describeEvent(event), event]),
    );
    for (const [label, event] of moves) {
      const found = new Set<number>();
      for (const way of this.#runner.next(state.snapshot, event)) {
        const to = this.#visit(way, label, index, { event, fired: armed.get(label) });
        if (!found.has(to)) state.edges.push({ event, isArmed: armed.has(label), to });
        found.add(to);
      }
      this.#edgeCount += found.size;
    }
  }

  /** Judges a step, and returns the index of the state it leads to. */
  #visit(
    { result: { snapshot, key: snapshotKey, variants }, answers }: Answered<Outcome>,
    label: string,
    parent: number | undefined,
    by: { readonly event: EventObject; readonly fired: string | undefined } | undefined,
  ): number {
    const before = parent === undefined ? undefined : this.#states[parent];
    const standing: Standing = standingAfter(before ?? nothingStands, by?.fired, variants[0].effects);
    const after: Situation<AnyStateMachine> = { snapshot, ...standing };
    const toTraceStep = (): TraceStep => ({
      event: label,
      answers: answers.map(lineOf),
      state: JSON.stringify(snapshot.value),
    });
    const fail = (monitor: string, why: string): never => {
      const trace = [...this.#trace(parent), toTraceStep()];
      throw new ExplorationError({ code: 'violated', monitor, trace, message: `${monitor}: ${why}` });
    };
    if (snapshot.status === 'error') fail('never stops in error', String(snapshot.error));

    const [memories, ...others] = variants.map(variant => {
      const step: Step<AnyStateMachine> = {
        event: by?.event,
        isArmed: by?.fired !== undefined,
        before: before && variant.before && { ...before, snapshot: variant.before },
        after: { ...standing, snapshot: variant.after },
        effects: variant.effects,
        answers,
      };
      return this.#judge(step, before?.memories, fail);
    });
    if (others.some(other => !isSameMemory(other, memories))) {
      throw new ExplorationError({
        code: 'interference',
        message: `A monitor remembers what is forgotten on ${label}.`,
      });
    }

    const key = `${snapshotKey} ${JSON.stringify([standing, memories])}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    assertTellable(snapshot.context);
    const index = this.#states.push({ ...after, memories: memories ?? {}, edges: [], parent, step: toTraceStep() }) - 1;
    this.#indexes.set(key, index);
    if (index >= this.#limit) this.#giveUp();
    return index;
  }

  /** What the monitors remember after a step, unless one of them is broken. */
  #judge(
    step: Step<AnyStateMachine>,
    before: Memories | undefined,
    fail: (monitor: string, why: string) => never,
  ): Memories {
    const memories: { [monitor: string]: unknown } = {};
    for (const monitor of this.#monitors) {
      const memory = monitor.watch(before ? before[monitor.name] : monitor.initial, step);
      if (memory instanceof Promise) throw new TypeError(`explore: ${monitor.name} answers later, when nobody listens`);
      memories[monitor.name] = isBroken(memory) ? fail(monitor.name, memory.why) : memory;
    }
    return memories;
  }

  #review(): void {
    for (const monitor of this.#monitors) {
      const finding = monitor.review?.(this.#states);
      if (!finding) continue;
      const trace = this.#trace(finding.state);
      const message = `${monitor.name}: ${finding.why}`;
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
      message: `The states have not closed at the limit of ${this.#limit}. What grows most is ${path}, with ${count} values: forget it or a part of it in 'abstract', or, if it is bounded, raise the limit.`,
    });
  }
}
