import type { JobUpdate } from 'generation-lifecycle';
import type { StoredJob } from 'generation-lifecycle/server';
import { Activities, type Activity, type Answer, type Pending, type Spec, toGrid } from './activities.js';
import { type Bounds, type Budget, budgets } from './bounds.js';
import { type Stored, Stores } from './stored.js';

/** A submit that the vendor was sent. */
export type Post = {
  /** The key of the vendor: the id of the row. */
  readonly row: string;
  /** Of the page. */
  readonly key: string;
  readonly user: string;
  readonly url: string;
  readonly state: 'sent' | 'arrived' | 'refused';
  /** Of the job that it makes. */
  readonly job: string;
  /** The call that waits for its answer, while there is one. */
  readonly call?: string | undefined;
  /** Its acceptance was answered, to whoever lives. */
  readonly isTold?: boolean | undefined;
};

/** An activity under way. */
export type Running = {
  readonly id: number;
  readonly isStill?: boolean | undefined;
  /** It has stood still. Its lease may be over. */
  readonly wasStill?: boolean | undefined;
};

/** One state of everything. JSON. */
export type World = {
  readonly now: number;
  readonly stored: number;
  readonly running: readonly Running[];
  readonly posts: readonly Post[];
  readonly jobs: { readonly [job: string]: 'running' | 'done' | 'stopped' };
  readonly left: { readonly [name in Budget]?: number };
  /** Which of the asks were made. */
  readonly asked: readonly number[];
  /** The keys of which a client was told that they are cancelled or forbidden. */
  readonly cancelled: readonly string[];
  /** The wish with which each key was used first. */
  readonly wishes: { readonly [key: string]: number };
};

/** What has just happened, for the monitors. */
export type Happening =
  | {
      readonly type: 'stored';
      readonly by: Running;
      readonly operation: Pending;
      readonly before: Stored;
      readonly after: Stored;
      readonly answer: unknown;
    }
  | { readonly type: 'posted'; readonly post: Post }
  | { readonly type: 'done'; readonly activity: Activity };

export type Step = {
  readonly label: string;
  readonly world: World;
  readonly happenings: readonly { readonly what: Happening; readonly world: World }[];
  readonly isFault?: boolean;
};

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
    return { now: 0, stored: 0, running: [], posts: [], jobs: {}, left, asked: [], cancelled: [], wishes: {} };
  }

  rowsOf = ({ stored }: World): readonly StoredJob[] => this.stores.at(stored).rows;
  activityOf = ({ id }: Running): Activity => this.activities.at(id);

  async of(world: World): Promise<readonly Step[]> {
    const { atOnce = 2 } = this.bounds;
    return [...(world.running.length < atOnce ? await this.#beginnings(world) : []), ...(await this.#goingsOn(world))];
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
    if (world.left.sweeps) steps.push(await this.#begin(this.#spend(world, 'sweeps'), { name: 'sweep' }, 'sweep'));
    for (const post of world.posts) {
      if (post.state === 'arrived' && world.left.deliveries)
        steps.push(await this.#deliver(this.#spend(world, 'deliveries'), post));
      if (world.left.forgeries) {
        const forged = post.url.replace(/.$/, last => (last === 'A' ? 'B' : 'A'));
        const other = this.#spend(world, 'forgeries');
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
            ...this.#spend(world, 'kills'),
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
          toStep(
            `${name} stands still`,
            this.#replace(this.#spend(world, 'stalls'), index, { ...running, isStill: true }),
          ),
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
          toStep(
            `the vendor refuses ${post.row}`,
            withPost(this.#spend(world, 'refusals'), index, { state: 'refused' }),
          ),
        );
    }
    const next = world.left.ticks ? this.nextTime(world) : undefined;
    if (next !== undefined) steps.push(toStep(`it is ${next}`, { ...this.#spend(world, 'ticks'), now: next }));
    if (world.left.nights && world.running.length === 0) {
      const now = toGrid(world.now + 0.6 * this.bounds.keepMs);
      steps.push(
        toStep('more than half of the time to keep ends has passed', { ...this.#spend(world, 'nights'), now }),
      );
    }
    return steps;
  }

  /** When something is due next; `undefined` while something is. */
  nextTime(world: World): number | undefined {
    const moving = world.running.filter(({ isStill }) => !isStill).flatMap(running => this.activityOf(running).pending);
    if (moving.some(({ kind, at }) => kind === 'store' || Number(at) <= world.now)) return undefined;
    const times = [
      ...moving.flatMap(({ at }) => at ?? []),
      ...this.rowsOf(world).flatMap(({ dueAt, leaseUntil }) => [dueAt ?? [], leaseUntil ?? []].flat()),
    ].map(toGrid);
    const later = times.filter(at => at > world.now);
    return later.length > 0 ? Math.min(...later) : undefined;
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
      this.rowsOf(world),
      world.posts,
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
    const { kind, args } = pending;
    const answer = (label: string, given: Answer, before: World = world) =>
      this.#answer(before, index, pending, given, `${name}: ${label}`);
    if (kind === 'timer')
      return Number(pending.at) <= world.now ? [await answer(`a ${pending.name} fires`, 'fires')] : [];
    if (kind === 'store') {
      const steps = [await this.store(world, index, pending)];
      if (world.left.storeFaults && isWrite(pending)) {
        const spent = this.#spend(world, 'storeFaults');
        steps.push(await answer(`the store refuses ${pending.name}`, { error: 'The store is away.' }, spent));
        steps.push(await this.store(spent, index, pending, { error: 'The store is away.' }));
      }
      return steps;
    }
    if (pending.name === 'submit') {
      const activity = this.activityOf(world.running[index] as Running);
      const at = world.posts.findIndex(({ call }) => call === callOf(activity, pending));
      const post = world.posts[at] as Post;
      const steps: Step[] = [];
      const silent = { call: undefined };
      if (post.state === 'arrived')
        steps.push(
          await answer(
            'the vendor accepts',
            { value: { job: { id: post.job } } },
            withPost(world, at, { ...silent, isTold: true }),
          ),
        );
      if (post.state === 'refused')
        steps.push(
          await answer(
            'it was refused',
            { failure: { code: 'rate-limited', message: 'Busy.', retryable: true, charged: 'no' } },
            withPost(world, at, silent),
          ),
        );
      if (world.left.losses)
        steps.push(
          await answer(
            'the answer is lost',
            { failure: { code: 'network', message: 'Lost.', charged: 'maybe' } },
            withPost(this.#spend(world, 'losses'), at, silent),
          ),
        );
      return steps;
    }
    const job = String(args[0]);
    const state = world.jobs[job];
    if (pending.name === 'cancel' && state === 'running') {
      const stopped: World = { ...world, jobs: { ...world.jobs, [job]: 'stopped' } };
      return [await answer('the vendor stops it', { value: toUpdate(job, 'stopped') }, stopped)];
    }
    const steps = [await answer(`${pending.name} tells ${state}`, { value: toUpdate(job, state) })];
    if (world.left.readFaults)
      steps.push(
        await answer(
          'the vendor is away',
          { failure: { code: 'network', message: 'Away.' } },
          this.#spend(world, 'readFaults'),
        ),
      );
    return steps;
  }

  /** Makes a call of the store, and answers it, unless another answer is given. */
  async store(world: World, index: number, pending: Pending, given?: Answer): Promise<Step> {
    const running = world.running[index] as Running;
    const before = this.stores.at(world.stored);
    const { stored, answer } = await this.stores.apply(before, {
      now: world.now,
      name: pending.name,
      args: pending.args,
    });
    const happening = { type: 'stored', by: running, operation: pending, before, after: stored, answer } as const;
    const { spec } = this.activityOf(running);
    const isFirst =
      pending.name === 'insert' && (answer as { kind: string }).kind === 'inserted' && spec.wish !== undefined;
    const kept = forgetPruned(world, before, stored);
    const after: World = {
      ...kept,
      stored: stored.id,
      ...(isFirst && { wishes: { ...kept.wishes, [keyOf(spec)]: Number(spec.wish) } }),
    };
    const what = pending.name === 'write' && answer === undefined ? 'write is too late' : pending.name;
    const label = `${this.#nameOf(running)}: ${what}${given ? ', and is not answered' : ''}`;
    return this.#answer(after, index, pending, given ?? { value: answer }, label, [happening]);
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

  #spend(world: World, name: Budget): World {
    const { [name]: count = 0, ...left } = world.left;
    return { ...world, left: count > 1 ? { ...left, [name]: count - 1 } : left };
  }

  #replace(world: World, index: number, running: Running): World {
    return { ...world, running: world.running.map((other, at) => (at === index ? running : other)) };
  }

  #nameOf(running: Running): string {
    const { name, slot } = this.activityOf(running).spec;
    return `${name} ${slot}`;
  }
}

const toStep = (label: string, world: World): Step => ({ label, world, happenings: [] });
const isWrite = ({ name }: Pending) => ['insert', 'write', 'renew', 'claim'].includes(name);
const callOf = ({ spec }: Activity, { n }: Pending) => `${spec.slot}.${n}`;
const withPost = (world: World, index: number, change: Partial<Post>): World => ({
  ...world,
  posts: world.posts.map((post, at) => (at === index ? { ...post, ...change } : post)),
});
const withoutCalls = (posts: readonly Post[], { spec }: Activity): readonly Post[] =>
  posts.map(post => (post.call?.startsWith(`${spec.slot}.`) ? { ...post, call: undefined } : post));
/** Nobody waits for the answer any more. */
const withoutGivenUp = (posts: readonly Post[], activity: Activity): readonly Post[] => {
  const calls = activity.pending.map(pending => callOf(activity, pending));
  return posts.map(post =>
    post.call?.startsWith(`${activity.spec.slot}.`) && !calls.includes(post.call) ? { ...post, call: undefined } : post,
  );
};

function arrived(world: World, index: number): World {
  const { job = '' } = world.posts[index] ?? {};
  return { ...withPost(world, index, { state: 'arrived' }), jobs: { ...world.jobs, [job]: 'running' } };
}

/** With a row its key is forgotten, and what was sent with it. */
function forgetPruned(world: World, before: Stored, after: Stored): World {
  const gone = before.rows.filter(({ id }) => !after.rows.some(row => row.id === id));
  if (gone.length === 0) return world;
  const keys = gone.map(({ userId, key }) => `${userId}:${key}`);
  const posts = world.posts.filter(({ row }) => !gone.some(({ id }) => id === row));
  const jobs = Object.entries(world.jobs).filter(([job]) => posts.some(post => post.job === job));
  const wishes = Object.entries(world.wishes).filter(([key]) => !keys.includes(key));
  return {
    ...world,
    posts,
    jobs: Object.fromEntries(jobs),
    wishes: Object.fromEntries(wishes),
    cancelled: world.cancelled.filter(key => !keys.includes(key)),
  };
}

/** Whether a client was told that a key is cancelled. */
function isCancelled({ spec, done }: Activity): boolean {
  if (done?.status !== 200 || (spec.name !== 'forbid' && spec.name !== 'cancel')) return false;
  return done.body.job === null || done.body.update?.kind === 'cancelled';
}

const toUpdate = (job: string, state: string | undefined): JobUpdate<unknown> =>
  state === 'done'
    ? { kind: 'succeeded', output: { of: job } }
    : state === 'stopped'
      ? { kind: 'cancelled', charged: 'yes' }
      : { kind: 'pending', phase: 'running' };
