import { type Bounds, describeBounds } from './bounds.js';
import { toGrid } from './calls.js';
import { type Finding, found, monitorNames } from './findings.js';
import { Monitors } from './monitors.js';
import { Moves } from './moves.js';
import { isEnded, jobOf } from './rows.js';
import type { Step, World } from './world.js';

/** The result of an exploration. */
export type ServerExploration = {
  readonly name: string;
  /** Its bounds as text. */
  readonly bounds: string;
  readonly states: number;
  readonly edges: number;
  /** States in which no process does anything. */
  readonly rests: number;
  readonly monitors: number;
  /** Different positions of an activity. */
  readonly activities: number;
};

/** A broken rule, with a shortest trace to where it is broken. */
export class ServerViolation extends Error {
  override readonly name = 'ServerViolation';
  readonly monitor: string;

  constructor(bounds: Bounds, { monitor, why }: Finding, trace: readonly string[]) {
    const lines = trace.map((line, at) => `${String(at + 1).padStart(4)}. ${line}`);
    super([`${bounds.name}: ${monitor}: ${why}`, ...lines].join('\n'));
    this.monitor = monitor;
  }
}

/** What leads jobs to their ends where nobody asks: each sweep; each look beside an engine that has gone; each wake of an engine. */
type Waker = 'sweep' | 'look' | 'wake';

/** What an engine may miss a job by. */
const losses = ['kills', 'stalls', 'storeFaults', 'engineFaults'] as const;

/** How late a job is that is looked for beside an engine, in ms. */
const lateMs = 5_000;

type Found = { readonly world: World; readonly parent: number; readonly label: string };

/**
 * Explores every run within bounds, breadth first, until nothing new is found. From each state in which no process does anything, whatever is due is made
 * until nothing is, with and without the deliveries that are left: every paid job has its end there.
 *
 * @throws ServerViolation with a shortest trace
 */
export async function exploreServer(bounds: Bounds): Promise<ServerExploration> {
  const moves = new Moves(bounds);
  const monitors = new Monitors(moves);
  const all: Found[] = [];
  const numbers = new Map<string, number>();
  const settled = new Set<string>();
  let edges = 0;
  let rests = 0;

  const traceTo = (index: number): string[] => {
    const trace: string[] = [];
    for (let state = all[index]; state; state = all[state.parent]) trace.unshift(state.label);
    return trace.slice(1);
  };
  const visit = (world: World, parent: number, label: string): void => {
    const key = JSON.stringify(world);
    if (numbers.has(key)) return;
    const number = all.push({ world, parent, label }) - 1;
    numbers.set(key, number);
    if (number >= (bounds.limit ?? 300_000)) throw new RangeError(`${bounds.name}: more states than ${number}`);
  };

  /** What a step leads to. @throws ServerViolation */
  const taken = (step: Step, trace: () => readonly string[]): World => {
    const finding = monitors.judge(step);
    if (finding) throw new ServerViolation(bounds, finding, [...trace(), step.label]);
    return step.world;
  };

  /** Begins what is next where no process does anything. `undefined` if there is nothing. */
  async function wakeNext(world: World, by: Waker): Promise<Step | undefined> {
    const next = moves.nextTime(world) ?? world.now;
    if (by === 'sweep') return moves.begin({ ...world, now: next }, { name: 'sweep' });
    // Beside an engine, a process takes what is late.
    if (by === 'look') return moves.begin({ ...world, now: next + lateMs }, { name: 'look' });
    const [wake] = [...world.wakes].sort((one, other) => one.at - other.at);
    return wake && moves.wake({ ...world, now: Math.max(world.now, toGrid(wake.at)) }, wake);
  }

  /** Makes whatever is due, in one order, until nothing is. */
  async function settle(first: World, before: readonly string[], by: Waker): Promise<World> {
    const trace = [...before, `(what is due is made, by each ${by})`];
    const take = (step: Step): World => {
      const next = taken(step, () => trace);
      trace.push(step.label);
      return next;
    };
    let world: World = { ...first, left: {} };
    const isOver = () => moves.rowsOf(world).every(row => isEnded(row) && row.dueAt === null);
    for (let round = 0; round < 200; round += 1) {
      const jobs = Object.entries(world.jobs).map(
        ([job, state]) => [job, state === 'running' ? 'done' : state] as const,
      );
      world = { ...world, jobs: Object.fromEntries(jobs) };
      const [running] = world.running;
      if (!running) {
        if (isOver()) return world;
        const begun = await wakeNext(world, by);
        if (!begun) break;
        world = take(begun);
        continue;
      }
      const { pending } = moves.activityOf(running);
      const call =
        pending.find(({ kind }) => kind !== 'timer') ??
        [...pending].sort((one, other) => Number(one.at) - Number(other.at))[0];
      if (!call) break;
      const step = await moves.answer({ ...world, now: Math.max(world.now, call.at ?? 0) }, 0, call);
      if (!step) break;
      world = take(step);
    }
    const finding = found('every paid job ends, or is told as maybe', 'there is always a next step');
    if (isOver()) return world;
    throw new ServerViolation(bounds, finding, trace);
  }

  /** Each vendor's delivery that is left tells its job, whenever it comes. */
  async function deliverAll(world: World, trace: readonly string[]): Promise<void> {
    for (const post of world.posts) {
      const row = moves.rowsOf(world).find(({ id }) => id === post.row);
      if (post.state !== 'arrived' || !row || jobOf(row) !== undefined) continue;
      const all = [...trace, `a delivery of ${post.job}`];
      const delivered = taken(await moves.deliver({ ...world, left: {} }, post), () => trace);
      const after = await settle(delivered, all, bounds.hasEngine ? 'look' : 'sweep');
      const told = moves.rowsOf(after).find(({ id }) => id === post.row);
      const finding = monitors.review(after);
      if (told && (jobOf(told) !== post.job || finding))
        throw new ServerViolation(
          bounds,
          finding ?? found('a delivery recovers a lost submit', `${post.job} is not told`),
          all,
        );
    }
  }

  async function review(index: number, world: World): Promise<void> {
    const isWhole = losses.every(name => world.left[name] === bounds[name]);
    const key = JSON.stringify([world.now, world.stored, world.posts, world.jobs, world.wakes, isWhole]);
    if (settled.has(key)) return;
    settled.add(key);
    const trace = traceTo(index);
    const assertHeld = (finding: Finding | undefined, more: readonly string[] = []) => {
      if (finding) throw new ServerViolation(bounds, finding, [...trace, ...more]);
    };
    if (isWhole) assertHeld(monitors.rest(world));
    const wakers: readonly Waker[] = !bounds.hasEngine ? ['sweep'] : isWhole ? ['look', 'wake'] : ['look'];
    for (const by of wakers) {
      const end = await settle(world, trace, by);
      assertHeld(monitors.review(end), ['(what is due is made)']);
      // Also so late that it was settled.
      if (bounds.settleMaybeAfterMs !== undefined) await deliverAll(end, [...trace, '(what is due is made)']);
    }
    await deliverAll(world, trace);
  }

  visit(moves.start, -1, 'start');
  for (let index = 0; index < all.length; index += 1) {
    const { world } = all[index] as Found;
    for (const step of await moves.of(world)) {
      visit(
        taken(step, () => traceTo(index)),
        index,
        step.label,
      );
      edges += 1;
    }
    if (world.running.length > 0) continue;
    rests += 1;
    await review(index, world);
  }
  return {
    name: bounds.name,
    bounds: describeBounds(bounds),
    states: all.length,
    edges,
    rests,
    monitors: monitorNames.length,
    activities: moves.activities.count,
  };
}
