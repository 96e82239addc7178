import type { StoredJob } from 'generation-lifecycle/server';
import { Activities, type Activity } from './activities.js';
import { type Bounds, budgets } from './bounds.js';
import { type Answer, type Pending, type Spec, toGrid, type Wake } from './calls.js';
import { engineAnswers, withoutWake } from './engine.js';
import { Stores } from './stored.js';
import { vendorAnswers } from './vendor.js';
import {
  arrived,
  callOf,
  forgetPruned,
  type Happening,
  type Post,
  type Running,
  type Step,
  spend,
  toStep,
  type World,
  withoutCalls,
  withoutGivenUp,
  withPost,
} from './world.js';

const keyOf = ({ user = '', key = '' }: Spec) => `${user}:${key}`;

/** What may happen in each state. */
export class Moves {
  readonly bounds: Bounds;
  readonly activities: Activities;
  readonly stores = new Stores();

  constructor(bounds: Bounds) {
    this.bounds = bounds;
    this.activities = new Activities(bounds);
  }

  get start(): World {
    const left = Object.fromEntries(budgets.flatMap(name => (this.bounds[name] ? [[name, this.bounds[name]]] : [])));
    return {
      now: 0,
      stored: 0,
      running: [],
      posts: [],
      jobs: {},
      wakes: [],
      left,
      asked: [],
      cancelled: [],
      wishes: {},
    };
  }

  rowsOf = ({ stored }: World): readonly StoredJob[] => this.stores.at(stored).rows;
  activityOf = ({ id }: Running): Activity => this.activities.at(id);

  async of(world: World): Promise<readonly Step[]> {
    const { atOnce = 2 } = this.bounds;
    const steps = [
      ...(world.running.length < atOnce ? await this.#beginnings(world) : []),
      ...(await this.#goingsOn(world)),
    ];
    if (!this.bounds.isPrompt) return steps;
    const prompt: Step[] = [];
    for (const step of steps) prompt.push(await this.#toldAtOnce(step));
    return prompt;
  }

  /** The engine takes what it is told in the step that tells it. That it comes late is covered by what it delivers late. */
  async #toldAtOnce(step: Step): Promise<Step> {
    for (const [index, running] of step.world.running.entries()) {
      const call = this.activityOf(running).pending.find(({ kind }) => kind === 'engine');
      const next = call && (await this.answer(step.world, index, call));
      if (!next) continue;
      const happenings = [...step.happenings, ...next.happenings];
      return this.#toldAtOnce({ ...next, label: step.label, happenings });
    }
    return step;
  }

  /** What may be begun. */
  async #beginnings(world: World): Promise<readonly Step[]> {
    const steps: Step[] = [];
    for (const [index, ask] of this.bounds.asks.entries()) {
      if (world.asked.includes(index)) continue;
      // Two that are the same come in one order.
      if (
        this.bounds.asks.some(
          (other, at) => at < index && !world.asked.includes(at) && JSON.stringify(other) === JSON.stringify(ask),
        )
      )
        continue;
      const { name, user = 'ada', wish = 1 } = ask;
      const row = this.rowsOf(world)[0]?.id;
      if ((name === 'cancel' || name === 'read') && row === undefined) continue;
      const spec = {
        name,
        user,
        key: 'k',
        ...(name === 'submit' && { wish }),
        ...((name === 'cancel' || name === 'read') && { row }),
      };
      steps.push(
        await this.#begin(
          { ...world, asked: [...world.asked, index].sort() },
          spec,
          `${user}: ${name}${wish === 1 ? '' : ' another wish'}`,
        ),
      );
    }
    if (world.left.sweeps) {
      const name = this.bounds.hasEngine ? 'look' : 'sweep';
      steps.push(await this.#begin(spend(world, 'sweeps'), { name }, name));
    }
    for (const wake of world.wakes) {
      // Of two for the same version, the first one: they do the same.
      if (world.wakes.find(({ id, version }) => id === wake.id && version === wake.version) !== wake) continue;
      steps.push(await this.wake(world, wake));
      if (world.left.repeats) steps.push(await this.#wake(spend(world, 'repeats'), wake, ', and will again'));
    }
    for (const post of world.posts) {
      if (post.state === 'arrived' && world.left.deliveries)
        steps.push(await this.#deliver(spend(world, 'deliveries'), post));
      if (world.left.forgeries) {
        const forged = post.url.replace(/.$/, last => (last === 'A' ? 'B' : 'A'));
        const other = spend(world, 'forgeries');
        steps.push(
          await this.#begin(
            other,
            { name: 'deliver', url: forged, body: { job: 'forged', isGenuine: true } },
            'a delivery to a forged address',
          ),
        );
        steps.push(
          await this.#begin(
            other,
            { name: 'deliver', url: post.url, body: { job: 'forged', isGenuine: false } },
            'a delivery that is not genuine',
          ),
        );
      }
    }
    return steps;
  }

  /** What may become of what is under way, and of the rest of the world. */
  async #goingsOn(world: World): Promise<readonly Step[]> {
    const steps: Step[] = [];
    for (const [index, running] of world.running.entries()) {
      const name = this.#nameOf(running);
      if (world.left.kills)
        steps.push(
          toStep(`${name} dies`, {
            ...spend(world, 'kills'),
            running: world.running.filter((_, at) => at !== index),
            posts: withoutCalls(world.posts, this.activityOf(running)),
          }),
        );
      if (running.isStill) {
        steps.push(toStep(`${name} goes on`, this.#replace(world, index, { id: running.id, wasStill: true })));
        continue;
      }
      if (world.left.stalls)
        steps.push(
          toStep(`${name} stands still`, this.#replace(spend(world, 'stalls'), index, { ...running, isStill: true })),
        );
      for (const pending of this.activityOf(running).pending)
        steps.push(...(await this.#answers(world, index, pending)));
    }
    for (const [job, state] of Object.entries(world.jobs)) {
      if (state === 'running')
        steps.push(toStep(`the vendor ends ${job}`, { ...world, jobs: { ...world.jobs, [job]: 'done' } }));
    }
    for (const [index, post] of world.posts.entries()) {
      if (post.state !== 'sent') continue;
      steps.push(toStep(`the submit of ${post.row} arrives`, arrived(world, index)));
      if (world.left.refusals && post.call !== undefined)
        steps.push(
          toStep(`the vendor refuses ${post.row}`, withPost(spend(world, 'refusals'), index, { state: 'refused' })),
        );
    }
    const next = world.left.ticks ? this.nextTime(world) : undefined;
    if (next !== undefined) steps.push(toStep(`it is ${next}`, { ...spend(world, 'ticks'), now: next }));
    if (world.left.nights && world.running.length === 0) {
      const now = toGrid(world.now + 0.6 * this.bounds.keepMs);
      steps.push(toStep('more than half of the time to keep ends has passed', { ...spend(world, 'nights'), now }));
    }
    return steps;
  }

  /** When something is due next; `undefined` while something is. */
  nextTime(world: World): number | undefined {
    const moving = world.running.filter(({ isStill }) => !isStill).flatMap(running => this.activityOf(running).pending);
    if (moving.some(({ kind, at }) => kind === 'store' || kind === 'engine' || Number(at) <= world.now))
      return undefined;
    const times = [
      ...moving.flatMap(({ at }) => at ?? []),
      ...this.rowsOf(world).flatMap(({ dueAt, leaseUntil }) => [dueAt ?? [], leaseUntil ?? []].flat()),
    ].map(toGrid);
    const later = times.filter(at => at > world.now);
    return later.length > 0 ? Math.min(...later) : undefined;
  }

  /** The engine delivers a wake, at whatever time. */
  wake(world: World, wake: Wake): Promise<Step> {
    return this.#wake(withoutWake(world, wake), wake, '');
  }

  #wake(world: World, { id, version }: Wake, how: string): Promise<Step> {
    return this.#begin(world, { name: 'wake', row: id, version }, `the engine wakes ${id} ${version}${how}`);
  }

  async begin(world: World, spec: Omit<Spec, 'slot' | 'at'>): Promise<Step> {
    return this.#begin(world, spec, spec.name);
  }

  #deliver(world: World, { url, job }: Post): Promise<Step> {
    return this.#begin(world, { name: 'deliver', url, body: { job, isGenuine: true } }, `a delivery of ${job}`);
  }

  deliver(world: World, post: Post): Promise<Step> {
    return this.#deliver(world, post);
  }

  async #begin(world: World, spec: Omit<Spec, 'slot' | 'at'>, label: string): Promise<Step> {
    const text = JSON.stringify([
      this.stores.at(world.stored).ledger,
      this.rowsOf(world),
      world.posts,
      world.wakes,
      world.running.map(running => this.activityOf(running).spec),
    ]);
    let slot = 1;
    while (text.includes(`s${slot}-`) || text.includes(`"slot":${slot},`)) slot += 1;
    const activity = await this.activities.begin({ ...spec, slot, at: world.now });
    return this.#after(world, [...world.running, { id: activity.id }], undefined, activity, label, []);
  }

  /** Everything that may answer a call. */
  async #answers(world: World, index: number, pending: Pending): Promise<readonly Step[]> {
    const name = this.#nameOf(world.running[index] as Running);
    const { kind } = pending;
    const answer = (label: string, given: Answer, before: World = world) =>
      this.#answer(before, index, pending, given, `${name}: ${label}`);
    if (kind === 'timer')
      return Number(pending.at) <= world.now ? [await answer(`a ${pending.name} fires`, 'fires')] : [];
    if (kind === 'store') return this.#storeAnswers(world, index, pending);
    const given =
      kind === 'engine'
        ? engineAnswers(world, pending)
        : vendorAnswers(world, this.activityOf(world.running[index] as Running), pending);
    const steps: Step[] = [];
    for (const one of given) steps.push(await answer(one.label, one.answer, one.world));
    return steps;
  }

  async #storeAnswers(world: World, index: number, pending: Pending): Promise<readonly Step[]> {
    const steps = [await this.store(world, index, pending)];
    if (world.left.hookFaults && pending.within === 'begins')
      steps.push(await this.store(spend(world, 'hookFaults'), index, pending, { isHookRefused: true }));
    if (world.left.storeFaults && isWrite(pending)) {
      const spent = spend(world, 'storeFaults');
      const given = { error: 'The store is away.' };
      steps.push(await this.store(spent, index, pending, { given, isMade: false }));
      steps.push(await this.store(spent, index, pending, { given }));
    }
    return steps;
  }

  /** Makes a call of the store, and answers it, unless another answer is given. A call with a hook is made in two steps. */
  async store(
    world: World,
    index: number,
    pending: Pending,
    { given, isMade = true, isHookRefused }: StoreFault = {},
  ): Promise<Step> {
    const running = world.running[index] as Running;
    const { name, args, within } = pending;
    const before = this.stores.at(world.stored);
    const label = (what: string) => `${this.#nameOf(running)}: ${what}`;
    // What is rolled back is made until the commit, so that the store shows what is left of it.
    const isTried = isMade || (within !== undefined && within !== 'begins');
    const operation = { now: world.now, name, args, within, isRolledBack: !isMade };
    const { stored, answer, begun } = isTried
      ? await this.stores.apply(before, operation)
      : { stored: before, answer: undefined, begun: undefined };
    if (begun && !given) {
      const what = `${name} ${isHookRefused ? 'begins, and its hook throws' : 'begins, and its hook is called'}`;
      return this.#answer(world, index, pending, { begun, isRefused: isHookRefused }, label(what));
    }
    const happening = { type: 'stored', by: running, operation: pending, before, after: stored, answer } as const;
    const { spec } = this.activityOf(running);
    const isFirst = isMade && name === 'insert' && isInserted(answer) && spec.wish !== undefined;
    const kept = forgetPruned(world, before, stored);
    const after: World = {
      ...kept,
      stored: stored.id,
      ...(isFirst && { wishes: { ...kept.wishes, [keyOf(spec)]: Number(spec.wish) } }),
    };
    const what = name === 'write' && answer === undefined ? 'write is too late' : name;
    const text = !isMade ? `the store refuses ${name}` : `${what}${given ? ', and is not answered' : ''}`;
    return this.#answer(after, index, pending, given ?? { value: answer }, label(text), [happening]);
  }

  async answer(world: World, index: number, pending: Pending): Promise<Step | undefined> {
    const [step] = await this.#answers(world, index, pending);
    return step;
  }

  async #answer(
    world: World,
    index: number,
    pending: Pending,
    answer: Answer,
    label: string,
    happenings: readonly Happening[] = [],
  ): Promise<Step> {
    const running = world.running[index] as Running;
    const before = this.activityOf(running);
    const next = await this.activities.answer(before, { n: pending.n, now: world.now, answer });
    const all = world.running.map((other, at) => (at === index ? { ...other, id: next.id } : other));
    return this.#after(world, all, before, next, label, happenings);
  }

  /** The world after an activity has gone on. */
  #after(
    world: World,
    running: readonly Running[],
    before: Activity | undefined,
    activity: Activity,
    label: string,
    first: readonly Happening[],
  ): Step {
    const known = new Set(before?.pending.map(({ n }) => n));
    const posts = activity.pending
      .filter(({ kind, name, n }) => kind === 'vendor' && name === 'submit' && !known.has(n))
      .map(pending => this.#toPost(world, activity, pending));
    const asked = activity.pending
      .filter(({ kind, name, n }) => kind === 'vendor' && name !== 'submit' && !known.has(n))
      .map(({ args }) => ({ type: 'asked', by: activity, job: String(args[0]) }) as const);
    const isOver = activity.done !== undefined;
    const next: World = {
      ...world,
      running: running.filter(({ id }) => !isOver || id !== activity.id).sort((one, other) => one.id - other.id),
      posts: [...(isOver ? withoutCalls(world.posts, activity) : withoutGivenUp(world.posts, activity)), ...posts],
      ...(isCancelled(activity) && {
        cancelled: [...new Set([...world.cancelled, keyOf({ ...activity.spec, key: 'k' })])],
      }),
    };
    const what: Happening[] = [
      ...first,
      ...posts.map(post => ({ type: 'posted', post }) as const),
      ...asked,
      ...(isOver ? [{ type: 'done', activity } as const] : []),
    ];
    return { label, world: next, happenings: what.map(one => ({ what: one, world })) };
  }

  #toPost(world: World, activity: Activity, pending: Pending): Post {
    const [row, url] = pending.args.map(String) as [string, string];
    const { user = '', key = '' } = activity.spec;
    const job = `job-${world.posts.filter(post => post.row === row).length + 1}-of-${row}`;
    return { row, key, user, url, state: 'sent', job, call: callOf(activity, pending) };
  }

  #replace(world: World, index: number, running: Running): World {
    return { ...world, running: world.running.map((other, at) => (at === index ? running : other)) };
  }

  #nameOf(running: Running): string {
    const { name, slot } = this.activityOf(running).spec;
    return `${name} ${slot}`;
  }
}

/** What goes wrong in a call of the store. */
type StoreFault = {
  /** What is answered instead. */
  readonly given?: Answer | undefined;
  /** @defaultValue true */
  readonly isMade?: boolean | undefined;
  readonly isHookRefused?: boolean | undefined;
};

const isWrite = ({ name }: Pending) => ['insert', 'write', 'renew', 'claim'].includes(name);
const isInserted = (answer: unknown) => (answer as { kind?: string } | undefined)?.kind === 'inserted';

/** Whether a client was told that a key is cancelled. */
function isCancelled({ spec, done }: Activity): boolean {
  if (done?.status !== 200 || (spec.name !== 'forbid' && spec.name !== 'cancel')) return false;
  return done.body.job === null || done.body.update?.kind === 'cancelled';
}
