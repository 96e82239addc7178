import type { Bounds } from './bounds.js';
import type { Done, Entry, Pending, Spec } from './calls.js';
import { Process } from './process.js';

/** How far an activity has come. What it does next depends on what it was begun with and on what it was answered, and on nothing else. */
export type Activity = {
  readonly id: number;
  readonly spec: Spec;
  readonly parent: Activity | undefined;
  readonly entry: Entry | undefined;
  readonly pending: readonly Pending[];
  readonly done: Done | undefined;
  /** What its server has reported. */
  readonly incidents: readonly string[];
  readonly next: Map<string, Activity>;
};

/** Runs activities, and remembers how each goes on from each answer. */
export class Activities {
  readonly #bounds: Bounds;
  readonly #first = new Map<string, Activity>();
  readonly #all: Activity[] = [];
  /** Where each process is that has gone no further yet. */
  readonly #processes = new WeakMap<Activity, Process>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  get count(): number {
    return this.#all.length;
  }

  at(id: number): Activity {
    const activity = this.#all[id];
    if (!activity) throw new RangeError(`There is no activity ${id}`);
    return activity;
  }

  async begin(spec: Spec): Promise<Activity> {
    const key = JSON.stringify(spec);
    const known = this.#first.get(key);
    if (known) return known;
    const process = new Process(spec, this.#bounds);
    await process.begin();
    const activity = this.#add(process, spec, undefined, undefined);
    this.#first.set(key, activity);
    return activity;
  }

  async answer(activity: Activity, entry: Entry): Promise<Activity> {
    const key = JSON.stringify(entry);
    const known = activity.next.get(key);
    if (known) return known;
    const process = await this.#processAt(activity);
    await process.answer(entry);
    const next = this.#add(process, activity.spec, activity, entry);
    activity.next.set(key, next);
    return next;
  }

  #add(process: Process, spec: Spec, parent: Activity | undefined, entry: Entry | undefined): Activity {
    const { pending, done, incidents } = process;
    const activity = {
      id: this.#all.length,
      spec,
      parent,
      entry,
      pending: done ? [] : pending,
      done,
      incidents: [...incidents],
      next: new Map(),
    };
    this.#all.push(activity);
    if (!done) this.#processes.set(activity, process);
    return activity;
  }

  /** A process goes on once. For each other answer, another one is brought there. */
  async #processAt(activity: Activity): Promise<Process> {
    const waiting = this.#processes.get(activity);
    if (waiting) {
      this.#processes.delete(activity);
      return waiting;
    }
    const entries: Entry[] = [];
    for (let at: Activity | undefined = activity; at?.entry; at = at.parent) entries.unshift(at.entry);
    const process = new Process(activity.spec, this.#bounds);
    await process.begin();
    for (const entry of entries) await process.answer(entry);
    return process;
  }
}
