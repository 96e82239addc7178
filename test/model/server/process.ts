import { GenerationError, type JobRef, type JobUpdate } from 'generation-lifecycle';
import {
  createGenerationServer,
  type EngineWorker,
  type GenerationEngine,
  type InTransaction,
  type JobStore,
  type JobWake,
  type MoneyHooks,
  memoryJobs,
  type StoredJob,
} from 'generation-lifecycle/server';
import type { Bounds } from './bounds.js';
import { type Done, type Entry, type Pending, type Spec, type Told, toGrid, type Wake } from './calls.js';
import type { LedgerEntry, LedgerTransaction } from './ledger.js';
import { onPlatform, turn } from './platform.js';

const origin = 'https://app.test';
const base = `${origin}/api/generations`;
const json = { 'content-type': 'application/json' };
const silent = () => {};

/** Each writes down that it was called, and with what. */
const hooks: Required<MoneyHooks<{ readonly id: string }, LedgerTransaction>> = {
  onReserve({ add }, { id, attempt }) {
    add({ hook: 'reserve', id, attempt });
    return { attempt };
  },
  onSettle({ add }, { id, attempt, status, charged, cost, reserve }) {
    add({ hook: 'settle', id, attempt, status, charged, cost, reserve });
  },
  onCorrect({ add }, { id, attempt, status, charged, cost, reserve, before }) {
    add({ hook: 'correct', id, attempt, status, charged, cost, reserve, before });
  },
};

/** What a call is answered with whose hook is to be called. */
class Begun {
  readonly job: StoredJob;
  readonly isRefused: boolean;

  constructor(job: StoredJob, isRefused = false) {
    this.job = job;
    this.isRefused = isRefused;
  }
}

type Call = Pending & { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void };

/** The real server half in a process of its own, up to where it waits for an answer of the model. */
export class Process {
  readonly #spec: Spec;
  readonly #bounds: Bounds;
  readonly #calls = new Map<number, Call & { readonly every: number | undefined }>();
  readonly incidents: string[] = [];
  #done: Done | undefined;
  #worker: EngineWorker | undefined;
  #now: number;
  #count = 0;
  #ids = 0;

  constructor(spec: Spec, bounds: Bounds) {
    this.#spec = spec;
    this.#bounds = bounds;
    this.#now = spec.at;
  }

  get pending(): readonly Pending[] {
    return [...this.#calls.values()].map(({ n, kind, name, args, within, at }) => ({
      n,
      kind,
      name,
      args: JSON.parse(JSON.stringify(args)) as unknown[],
      ...(within !== undefined && { within }),
      ...(at !== undefined && { at }),
    }));
  }

  /** How it has ended: with its answer, and with what it does after that. */
  get done(): Done | undefined {
    return this.#calls.size === 0 ? this.#done : undefined;
  }

  begin(): Promise<void> {
    return this.#goOn(() => {
      void this.#run().then(
        done => {
          this.#done = done;
        },
        (error: unknown) => {
          this.incidents.push(`thrown: ${String(error)}`);
          this.#done = { status: 0, body: {} };
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
      } else if (answer === 'silence') return;
      else if ('begun' in answer) call.resolve(new Begun(structuredClone(answer.begun), answer.isRefused));
      else if ('value' in answer) call.resolve(structuredClone(answer.value));
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
        if (this.#spec.name === 'look' && this.#isResting) this.#rest();
        if (this.#done || this.#calls.size > 0) return;
      }
      throw new Error(`${this.#spec.name} waits for nothing that the model knows`);
    });
  }

  /** It waits for nothing but the time of its next look. */
  get #isResting(): boolean {
    const [call, ...others] = this.#calls.values();
    return call?.kind === 'timer' && call.every === undefined && others.length === 0;
  }

  #rest(): void {
    this.#calls.clear();
    this.#done = { status: 200, body: {} };
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

  #call<T>(
    kind: 'store' | 'vendor' | 'engine',
    name: string,
    args: readonly unknown[],
    { within, signal }: { readonly within?: Pending['within']; readonly signal?: AbortSignal } = {},
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const n = this.#nextNumber();
      const answered = { resolve: resolve as (value: unknown) => void, reject };
      const call = { n, kind, name, args, within, every: undefined, ...answered };
      this.#calls.set(n, call);
      signal?.addEventListener('abort', () => {
        if (this.#calls.delete(n)) reject(new GenerationError({ code: 'timeout', message: 'Given up.' }));
      });
    });
  }

  /** A call of the store with a hook, which is called while its transaction is open. It is called again if its row has changed until the commit. */
  async #transact(name: string, args: readonly unknown[], hook: InTransaction<LedgerTransaction>): Promise<unknown> {
    let answer = await this.#call<unknown>('store', name, args, { within: 'begins' });
    while (answer instanceof Begun) {
      const { job, isRefused } = answer;
      const entries: LedgerEntry[] = [];
      const add = (entry: LedgerEntry) => {
        if (isRefused) throw new Error('The ledger refuses it.');
        entries.push(structuredClone(entry));
      };
      const state = (await hook({ add }, structuredClone(job))) ?? null;
      answer = await this.#call<unknown>('store', name, args, { within: { job, entries, state } });
    }
    return answer;
  }

  #store(): JobStore<LedgerTransaction> {
    const call =
      (name: string) =>
      (...given: unknown[]) => {
        const args = given.filter(arg => typeof arg !== 'function');
        const hook = given.find(arg => typeof arg === 'function');
        const answer = hook
          ? this.#transact(name, args, hook as InTransaction<LedgerTransaction>)
          : this.#call('store', name, args);
        return answer as Promise<never>;
      };
    return {
      migrate: async () => {},
      now: async () => this.#now,
      insert: call('insert'),
      get: call('get'),
      getMany: call('getMany'),
      findByKey: call('findByKey'),
      list: call('list'),
      claim: call('claim'),
      // A process that an engine wakes looks by itself, too: that is another activity.
      claimDue: this.#spec.name === 'wake' ? () => new Promise<never>(silent) : call('claimDue'),
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
    const { leaseMs, keepMs, policy, settleMaybeAfterMs, hasEngine } = this.#bounds;
    const adapter = {
      submit: (
        _: unknown,
        {
          idempotencyKey,
          webhookUrl,
          signal,
        }: { idempotencyKey: string; webhookUrl?: string | undefined; signal: AbortSignal },
      ) => this.#call<{ job: JobRef }>('vendor', 'submit', [idempotencyKey, webhookUrl], { signal }),
      read: ({ id }: JobRef, { signal }: { signal: AbortSignal }) =>
        this.#call<JobUpdate<unknown>>('vendor', 'read', [id], { signal }),
      cancel: ({ id }: JobRef, { signal }: { signal: AbortSignal }) =>
        this.#call<JobUpdate<unknown>>('vendor', 'cancel', [id], { signal }),
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
      ...(settleMaybeAfterMs !== undefined && { ...hooks, settleMaybeAfterMs }),
      ...(hasEngine && { engine: this.#engine() }),
      log: ({ level, event, message }) => {
        if (level !== 'info') this.incidents.push(`${event}: ${message}`);
      },
    });
    const { name, row = '', version = 0 } = this.#spec;
    if (name === 'sweep') await server.sweep();
    if (name === 'wake' || name === 'look') server.start();
    if (name === 'wake') await this.#worker?.advance({ id: row, version });
    if (name === 'look') await new Promise(silent);
    if (name === 'sweep' || name === 'wake') return { status: 200, body: {} };
    const response = await server.handle(this.#request());
    return { status: response.status, body: (await response.json()) as Told };
  }

  #engine(): GenerationEngine {
    const toWake = ({ id, version, dueAt, wakeKey }: JobWake): Wake => ({ id, version, at: dueAt, key: wakeKey });
    return {
      schedule: wakes => this.#call<void>('engine', 'schedule', wakes.map(toWake)),
      start: async worker => {
        this.#worker = worker;
      },
    };
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
