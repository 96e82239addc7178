import type { Activity } from './activities.js';
import type { Budget } from './bounds.js';
import type { Answer, Pending, Wake } from './calls.js';
import type { Stored } from './stored.js';

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
  /** What the engine has not delivered yet. */
  readonly wakes: readonly Wake[];
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
  | { readonly type: 'asked'; readonly by: Activity; readonly job: string }
  | { readonly type: 'done'; readonly activity: Activity };

export type Step = {
  readonly label: string;
  readonly world: World;
  readonly happenings: readonly { readonly what: Happening; readonly world: World }[];
  readonly isFault?: boolean;
};

/** An answer to a call, and the world in which it is given. */
export type Given = { readonly label: string; readonly answer: Answer; readonly world: World };

export const toStep = (label: string, world: World): Step => ({ label, world, happenings: [] });

export function spend(world: World, name: Budget): World {
  const { [name]: count = 0, ...left } = world.left;
  return { ...world, left: count > 1 ? { ...left, [name]: count - 1 } : left };
}

export const callOf = ({ spec }: Activity, { n }: Pending) => `${spec.slot}.${n}`;

export const withPost = (world: World, index: number, change: Partial<Post>): World => ({
  ...world,
  posts: world.posts.map((post, at) => (at === index ? { ...post, ...change } : post)),
});

export const withoutCalls = (posts: readonly Post[], { spec }: Activity): readonly Post[] =>
  posts.map(post => (post.call?.startsWith(`${spec.slot}.`) ? { ...post, call: undefined } : post));

/** Nobody waits for the answer any more. */
export const withoutGivenUp = (posts: readonly Post[], activity: Activity): readonly Post[] => {
  const calls = activity.pending.map(pending => callOf(activity, pending));
  return posts.map(post =>
    post.call?.startsWith(`${activity.spec.slot}.`) && !calls.includes(post.call) ? { ...post, call: undefined } : post,
  );
};

export function arrived(world: World, index: number): World {
  const { job = '' } = world.posts[index] ?? {};
  return { ...withPost(world, index, { state: 'arrived' }), jobs: { ...world.jobs, [job]: 'running' } };
}

/** With a row its key is forgotten, and what was sent with it. */
export function forgetPruned(world: World, before: Stored, after: Stored): World {
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
