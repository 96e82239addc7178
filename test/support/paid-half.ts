import { GenerationError, type JobUpdate, type Submission } from 'generation-lifecycle';
import {
  type Correction,
  createGenerationServer,
  type GenerationServerOptions,
  type JobStore,
  type MemoryTransaction,
  memoryJobs,
  type Reservation,
  type ServerLogEntry,
  type ServerUser,
  type Settlement,
} from 'generation-lifecycle/server';

type Wish = { readonly prompt: string };

/** A vendor that answers as it is told. */
class Vendor {
  posts = 0;
  answer: (post: number) => Promise<Submission<unknown>> = async post => ({ job: { id: `job-${post}` } });
  update: JobUpdate<unknown> = { kind: 'pending' };
  /** In ms since the first read. */
  readonly adapter = {
    submit: (): Promise<Submission<unknown>> => {
      this.posts += 1;
      return this.answer(this.posts);
    },
    read: async (): Promise<JobUpdate<unknown>> => this.update,
    cancel: async (): Promise<JobUpdate<unknown>> => this.update,
    webhook: {
      verify: async (request: Request) => (await request.json()) as { id: string },
    },
  };
}

export const done = (cost?: number): JobUpdate<unknown> => ({
  kind: 'succeeded',
  output: { images: [] },
  ...(cost !== undefined && { cost: { amount: cost, unit: 'credits' } }),
});
export const failed = (charged: 'yes' | 'no' | 'maybe'): JobUpdate<unknown> => ({
  kind: 'failed',
  failure: { code: 'job-failed', message: 'It failed.', retryable: true, resumable: false, charged },
});
export const refused = () => new GenerationError({ code: 'busy', message: 'Busy.', retryable: true, charged: 'no' });
export const lost = () => new GenerationError({ code: 'network', message: 'Lost.', charged: 'maybe' });

export const hour = 3_600_000;
const base = 'https://app.test/api/generations/image';

/** A store whose time a test puts forward. */
function withTime() {
  let passedMs = 0;
  return {
    pass(ms: number) {
      passedMs += ms;
    },
    now: () => Date.now() + passedMs,
  };
}

/** What a half is made with. */
export type HalfOptions<TTransaction> = Partial<GenerationServerOptions<ServerUser, { image: Wish }, TTransaction>>;

/** A server half whose vendor answers as it is told, and the requests of its page. */
export function halfOn<TTransaction>(
  options: HalfOptions<TTransaction> & { readonly store: JobStore<TTransaction> },
  adapter: object = {},
) {
  const vendor = new Vendor();
  Object.assign(vendor.adapter, adapter);
  const log: ServerLogEntry[] = [];
  const server = createGenerationServer<ServerUser, { image: Wish }, TTransaction>({
    authorize: ({ headers }) => ({ id: headers.get('authorization') ?? 'ada' }),
    secrets: 'a secret of the tests, and of nothing else',
    publicUrl: 'https://app.test/api/generations',
    backends: {
      image: {
        adapter: vendor.adapter,
        input: wish => wish as Wish,
        policy: { pollDelayMs: [5], minReadGapMs: 1, submitPatienceMs: 1 },
      },
    },
    log: entry => log.push(entry),
    ...options,
  });
  const ask = (path: string, init: RequestInit = {}) => server.handle(new Request(`${base}/${path}`, init));
  return {
    server,
    vendor,
    log,
    ask,
    submit: (key = 'key-1', prompt = 'a lighthouse') =>
      ask('jobs', {
        method: 'POST',
        body: JSON.stringify({ prompt }),
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      }),
    row: (key = 'key-1') => options.store.findByKey('ada', key),
  };
}

type MemoryOptions = HalfOptions<MemoryTransaction> & { readonly adapter?: object };

/** A server half that counts the money of its users: what hooks have heard is kept as the store keeps it. */
export function paidHalf({ store: given, adapter, ...options }: MemoryOptions = {}) {
  const time = withTime();
  const memory = memoryJobs({ now: time.now });
  const store = given ?? memory;
  const calls: string[] = [];
  const heard = <TSaid>(name: string, tx: MemoryTransaction, said: TSaid) => {
    calls.push(name);
    tx.set(name, [...((tx.get(name) as TSaid[] | undefined) ?? []), said]);
  };
  const half = halfOn<MemoryTransaction>(
    {
      store,
      onReserve(tx, reservation) {
        heard('reserved', tx, reservation);
        return { credits: 3 };
      },
      onSettle: (tx, settlement) => heard('settled', tx, settlement),
      onCorrect: (tx, correction) => heard('corrected', tx, correction),
      ...options,
    },
    adapter,
  );
  const rows = <TSaid>(name: string) => (memory.rows.get(name) as readonly TSaid[] | undefined) ?? [];
  return {
    ...half,
    store,
    memory,
    time,
    calls,
    reserved: () => rows<Reservation>('reserved'),
    settled: () => rows<Settlement>('settled'),
    corrected: () => rows<Correction>('corrected'),
    /** Lets some time pass, and makes what is due. */
    async sweep(ms = 0) {
      time.pass(ms);
      await half.server.sweep();
    },
  };
}
