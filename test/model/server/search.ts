import { type Bounds, describeBounds } from './bounds.js';
import { type Finding, found, monitorNames } from './findings.js';
import { Monitors } from './monitors.js';
import { isEnded, jobOf } from './rows.js';
import { Moves, type Step, type World } from './world.js';

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

  /** Makes whatever is due, in one order, until nothing is. */
  async function settle(first: World, before: readonly string[]): Promise<World> {
    const trace = [...before, '(what is due is made)'];
    const take = (step: Step): World => {
      const next = taken(step, () => trace);
      trace.push(step.label);
      return next;
    };
    let world: World = { ...first, left: {} };
    for (let round = 0; round < 60; round += 1) {
      const jobs = Object.entries(world.jobs).map(
        ([job, state]) => [job, state === 'running' ? 'done' : state] as const,
      );
      world = { ...world, jobs: Object.fromEntries(jobs) };
      const [running] = world.running;
      if (!running) {
        if (moves.rowsOf(world).every(isEnded)) return world;
        world = take(await moves.begin({ ...world, now: moves.nextTime(world) ?? world.now }, { name: 'sweep' }));
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
    if (moves.rowsOf(world).every(isEnded)) return world;
    throw new ServerViolation(bounds, finding, trace);
  }

  async function review(index: number, world: World): Promise<void> {
    const key = JSON.stringify([world.now, world.stored, world.posts, world.jobs]);
    if (settled.has(key)) return;
    settled.add(key);
    const trace = traceTo(index);
    const end = await settle(world, trace);
    const finding = monitors.review(end);
    if (finding) throw new ServerViolation(bounds, finding, [...trace, '(what is due is made)']);
    for (const post of world.posts) {
      const row = moves.rowsOf(world).find(({ id }) => id === post.row);
      if (post.state !== 'arrived' || !row || jobOf(row) !== undefined) continue;
      const delivered = taken(await moves.deliver({ ...world, left: {} }, post), () => trace);
      const after = await settle(delivered, [...trace, `a delivery of ${post.job}`]);
      const told = moves.rowsOf(after).find(({ id }) => id === post.row);
      if (told && (jobOf(told) !== post.job || monitors.review(after)))
        throw new ServerViolation(bounds, found('a delivery recovers a lost submit', `${post.job} is not told`), [
          ...trace,
          `a delivery of ${post.job}`,
        ]);
    }
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
