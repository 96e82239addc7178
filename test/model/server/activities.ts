import { type Failure, GenerationError, type JobRef, type JobUpdate } from 'generation-lifecycle';
import { createGenerationServer, type JobStore, memoryJobs } from 'generation-lifecycle/server';
import type { Bounds } from './bounds.js';
import { onPlatform, turn } from './platform.js';

/** What a process begins to do: a request, a delivery, or a sweep. */
export type Spec = {
  readonly name: 'submit' | 'cancel' | 'read' | 'forbid' | 'find' | 'deliver' | 'sweep';
  /** Names what it makes. */
  readonly slot: number;
  /** When it begins. */
  readonly at: number;
  readonly user?: string | undefined;
  readonly key?: string | undefined;
  readonly wish?: number | undefined;
  readonly row?: string | undefined;
  readonly url?: string | undefined;
  readonly body?: { readonly job: string; readonly isGenuine: boolean } | undefined;
};

/** What an activity waits for. */
export type Pending = {
  readonly n: number;
  readonly kind: 'store' | 'vendor' | 'timer';
  readonly name: string;
  readonly args: readonly unknown[];
  /** When a timer fires. */
  readonly at?: number | undefined;
};

export type Answer =
  | { readonly value: unknown }
  | { readonly failure: Partial<Failure> & Pick<Failure, 'code' | 'message'> }
  | { readonly error: string }
  | 'fires';

/** One answer, and when it came. */
export type Entry = { readonly n: number; readonly now: number; readonly answer: Answer };

type Done = { readonly status: number; readonly body: Told };
type Told = {
  readonly job?: JobRef | null | undefined;
  readonly version?: number | undefined;
  readonly update?: JobUpdate<unknown> | undefined;
  readonly error?: Failure | undefined;
};

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

/** Timers fire in time with this, or late: what is shorter than it makes no other order. */
const gridMs = 1_000;
export const toGrid = (at: number): number => Math.ceil(at / gridMs) * gridMs;

const origin = 'https://app.test';
const base = `${origin}/api/generations`;
const json = { 'content-type': 'application/json' };
const silent = () => {};

type Call = Pending & { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void };

/** The real server half in a process of its own, up to where it waits for an answer of the model. */
class Process {
  readonly #spec: Spec;
  readonly #bounds: Bounds;
  readonly #calls = new Map<number, Call & { readonly every: number | undefined }>();
  readonly incidents: string[] = [];
  done: Done | undefined;
  #now: number;
  #count = 0;
  #ids = 0;

  constructor(spec: Spec, bounds: Bounds) {
    this.#spec = spec;
    this.#bounds = bounds;
    this.#now = spec.at;
  }

  get pending(): readonly Pending[] {
    return [...this.#calls.values()].map(({ n, kind, name, args, at }) => ({
      n,
      kind,
      name,
      args: JSON.parse(JSON.stringify(args)) as unknown[],
      ...(at !== undefined && { at }),
    }));
  }

  begin(): Promise<void> {
    return this.#goOn(() => {
      void this.#run().then(
        done => {
          this.done = done;
        },
        (error: unknown) => {
          this.incidents.push(`thrown: ${String(error)}`);
          this.done = { status: 0, body: {} };
        },
      );
    });
  }

  answer({ n, now, answer }: Entry): Promise<void> {
    this.#now = now;
    return this.#goOn(() => {
      const call = this.#calls.get(n);
      if (!call) throw new RangeError(`${this.#spec.name} does not wait for ${n}`);
      this.#calls.delete(n);
      if (answer === 'fires') {
        if (call.every !== undefined) this.#arm(() => call.resolve(undefined), call.every, true, n);
        call.resolve(undefined);
      } else if ('value' in answer) call.resolve(structuredClone(answer.value));
      else call.reject('failure' in answer ? new GenerationError(answer.failure) : new Error(answer.error));
    });
  }

  #goOn(begin: () => void): Promise<void> {
    const platform = {
      now: () => this.#now,
      newId: () => {
        this.#ids += 1;
        return `s${this.#spec.slot}-${this.#ids}`;
      },
      arm: (fire: () => void, ms: number, isRepeated: boolean) => this.#arm(fire, ms, isRepeated),
      disarm: (timer: number) => void this.#calls.delete(timer),
    };
    return onPlatform(platform, async () => {
      begin();
      for (let turns = 0; turns < 1_000; turns += 1) {
        await turn();
        if (this.done || this.#calls.size > 0) return;
      }
      throw new Error(`${this.#spec.name} waits for nothing that the model knows`);
    });
  }

  #nextNumber(): number {
    this.#count += 1;
    return this.#count;
  }

  #arm(fire: () => void, ms: number, isRepeated: boolean, n = this.#nextNumber()): number {
    const at = toGrid(this.#now + ms);
    this.#calls.set(n, {
      n,
      kind: 'timer',
      name: isRepeated ? 'interval' : 'timer',
      args: [],
      at,
      every: isRepeated ? ms : undefined,
      resolve: fire,
      reject: silent,
    });
    return n;
  }

  #call<T>(kind: 'store' | 'vendor', name: string, args: readonly unknown[], signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const n = this.#nextNumber();
      const call = { n, kind, name, args, every: undefined, resolve: resolve as (value: unknown) => void, reject };
      this.#calls.set(n, call);
      signal?.addEventListener('abort', () => {
        if (this.#calls.delete(n)) reject(new GenerationError({ code: 'timeout', message: 'Given up.' }));
      });
    });
  }

  #store(): JobStore {
    const call =
      (name: string) =>
      (...args: unknown[]) =>
        this.#call<never>('store', name, args);
    return {
      migrate: async () => {},
      now: async () => this.#now,
      insert: call('insert'),
      get: call('get'),
      getMany: call('getMany'),
      findByKey: call('findByKey'),
      list: call('list'),
      claim: call('claim'),
      claimDue: call('claimDue'),
      renew: call('renew'),
      release: call('release'),
      write: call('write'),
      count: call('count'),
      prune: call('prune'),
      // What jobs took changes when they are read, and not what becomes of them.
      readHistories: async () => ({}),
      addDurations: async () => {},
      // No step has to do with them.
      records: memoryJobs().records,
      watch: () => silent,
      close: async () => {},
    };
  }

  async #run(): Promise<Done> {
    const { leaseMs, keepMs, policy } = this.#bounds;
    const adapter = {
      submit: (
        _: unknown,
        {
          idempotencyKey,
          webhookUrl,
          signal,
        }: { idempotencyKey: string; webhookUrl?: string | undefined; signal: AbortSignal },
      ) => this.#call<{ job: JobRef }>('vendor', 'submit', [idempotencyKey, webhookUrl], signal),
      read: ({ id }: JobRef, { signal }: { signal: AbortSignal }) =>
        this.#call<JobUpdate<unknown>>('vendor', 'read', [id], signal),
      cancel: ({ id }: JobRef, { signal }: { signal: AbortSignal }) =>
        this.#call<JobUpdate<unknown>>('vendor', 'cancel', [id], signal),
      webhook: {
        verify: async (request: Request) => {
          const { job, isGenuine } = (await request.json()) as { job: string; isGenuine: boolean };
          return isGenuine ? { id: job } : undefined;
        },
      },
    };
    const server = createGenerationServer({
      backends: { image: { adapter, input: wish => wish, policy } },
      authorize: ({ headers }) => ({ id: headers.get('authorization')?.slice('Bearer '.length) ?? '' }),
      secrets: 'a secret of the model, which is long enough',
      publicUrl: base,
      store: this.#store(),
      leaseMs,
      keepMs,
      log: ({ level, event, message }) => {
        if (level !== 'info') this.incidents.push(`${event}: ${message}`);
      },
    });
    if (this.#spec.name === 'sweep') {
      await server.sweep();
      return { status: 200, body: {} };
    }
    const response = await server.handle(this.#request());
    return { status: response.status, body: (await response.json()) as Told };
  }

  #request(): Request {
    const { name, user = '', key = '', wish, row = '', url = '', body } = this.#spec;
    const headers = { authorization: `Bearer ${user}` };
    switch (name) {
      case 'submit':
        return new Request(`${base}/image/jobs`, {
          method: 'POST',
          headers: { ...headers, ...json, 'idempotency-key': key },
          body: JSON.stringify({ wish }),
        });
      case 'cancel':
        return new Request(`${base}/image/jobs/${row}/cancel`, { method: 'POST', headers });
      case 'forbid':
        return new Request(`${base}/image/keys/${key}`, { method: 'DELETE', headers });
      case 'find':
        return new Request(`${base}/image/keys/${key}`, { headers });
      case 'deliver':
        return new Request(url, { method: 'POST', headers: json, body: JSON.stringify(body) });
      default:
        return new Request(`${base}/image/jobs/${row}`, { headers });
    }
  }
}

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
