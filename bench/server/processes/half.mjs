import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import pg from 'pg';
import { openEngine } from './engines.mjs';
import { seed } from './seed.mjs';

/** @import { GenerationAdapter } from 'generation-lifecycle' */
/** @import { JobStore, StoredJob } from 'generation-lifecycle/server' */
/** @import { HalfFigures, HalfInput, HalfOrder } from '../bench.types.ts' */

// A server half in a process of its own, which counts its steps.

/** @type {HalfInput} */
const { store: choice, engine: engineName, redisPort, vendorUrl, stepEveryMs } = JSON.parse(process.argv[2] ?? '{}');

const pool = choice.kind === 'postgres' ? new pg.Pool({ connectionString: choice.url, max: 10 }) : undefined;
const kept =
  choice.kind === 'sqlite' || !pool
    ? sqliteJobs({ url: `file:${choice.kind === 'sqlite' ? choice.file : ''}` })
    : postgresJobs(pool, { schema: choice.schema });

/** When the next step of a vendor's job is wanted. @type {Map<string, number>} */
const dueAt = new Map();
/** @type {number[]} */
let lateMs = [];
let steps = 0;
/** @type {Record<string, number>} */
let calls = {};

/** @param {StoredJob | undefined} row */
function sawDue(row) {
  const job = Object(Object(row?.state)['token'])['job'];
  if (row && job && row.dueAt !== null && row.dueAt <= Date.now()) dueAt.set(job.id, row.dueAt);
}

/** @type {JobStore} */
const store = new Proxy(kept, {
  get(target, name) {
    const member = Reflect.get(target, name);
    if (typeof member !== 'function' || name === 'watch') return member;
    return async (/** @type {unknown[]} */ ...given) => {
      calls[String(name)] = (calls[String(name)] ?? 0) + 1;
      const answer = await member.apply(target, given);
      if (name === 'claim') sawDue(answer);
      if (name === 'claimDue') for (const row of answer) sawDue(row);
      if (name === 'write' && answer) steps += 1;
      return answer;
    };
  },
});

/** @param {string} id */
function sawRead(id) {
  const at = dueAt.get(id);
  if (at === undefined) return;
  dueAt.delete(id);
  lateMs.push(Math.max(0, Date.now() - at));
}

let count = 0;
const startedAt = Date.now();
/** A vendor that is a function: the time of its answer is its progress. @type {GenerationAdapter<unknown, unknown>} */
const inMemory = {
  async submit() {
    count += 1;
    return { job: { id: `job-${process.pid}-${count}` } };
  },
  async read(job) {
    sawRead(job.id);
    return { kind: 'pending', phase: 'running', progress: (Date.now() % 1e9) / 1e9 };
  },
};
const ofFal = fal({ model: 'fal-ai/flux/dev', apiKey: 'id:any', baseUrl: vendorUrl ?? '' });
/** The vendor in its process. Nobody looks at its streams: this counts reads. @type {GenerationAdapter<any, unknown>} */
const overHttp = {
  submit: ofFal.submit,
  read(job, call) {
    sawRead(job.id);
    return ofFal.read(job, call);
  },
};
const adapter = vendorUrl === undefined ? inMemory : overHttp;

const opened = await openEngine(engineName, choice, redisPort);
const server = createGenerationServer({
  store,
  ...(opened && { engine: opened.engine }),
  authorize: request => ({ id: request.headers.get('x-user') ?? 'seed' }),
  backends: {
    image: {
      adapter,
      input: wish => wish,
      policy: { pollDelayMs: [stepEveryMs], minReadGapMs: Math.min(stepEveryMs, 1_000), deadlineMs: 86_400_000 },
    },
  },
});

let begunAt = process.cpuUsage();
const collect = () => /** @type {() => void} */ (globalThis.gc ?? (() => undefined))();
const heapKiB = () => {
  collect();
  return process.memoryUsage().heapUsed / 1_024;
};

/** @type {Record<HalfOrder['do'], (order: any) => Promise<unknown>>} */
const orders = {
  migrate: () => store.migrate(),
  seed: ({ jobs, overMs }) => seed({ server, store, engine: opened?.engine, jobs, overMs }),
  async serve() {
    const { url } = await serve(server, { port: 0 });
    return { url };
  },
  weigh: async () => ({ heapKiB: heapKiB() }),
  async start() {
    server.start();
  },
  async begin() {
    lateMs = [];
    steps = 0;
    calls = {};
    begunAt = process.cpuUsage();
  },
  async end() {
    const { user, system } = process.cpuUsage(begunAt);
    const { rss } = process.memoryUsage();
    /** @type {HalfFigures} */
    const figures = {
      steps,
      lateMs: lateMs.sort((a, b) => a - b),
      cpuMs: (user + system) / 1_000,
      rssMiB: rss / 1_048_576,
      heapKiB: heapKiB(),
      calls,
    };
    return figures;
  },
  async stop() {
    await server.stop();
    await opened?.close();
    await kept.close();
    await pool?.end();
  },
};

process.on('message', async (/** @type {HalfOrder} */ order) => {
  try {
    const answer = await orders[order.do](order);
    process.send?.({ answer });
    if (order.do === 'stop') process.disconnect?.();
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send?.({ answer: { startedAt } });
