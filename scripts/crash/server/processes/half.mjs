import { writeSync } from 'node:fs';
import { fal } from 'generation-lifecycle/adapters/fal';
import { createGenerationServer } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';

// A server half in a process of its own. It tells each step, and ends itself where it is told to.

/** @typedef {import('../server-crash.types.ts').HalfMark} HalfMark */

/** @type {import('../server-crash.types.ts').HalfInput} */
const { file, vendorUrl, publicUrl, port, leaseMs, death } = JSON.parse(process.argv[2] ?? '{}');

/** The keys of rows and of the vendor's jobs, by their ids. @type {Map<string, string>} */
const keys = new Map();
let isDying = false;

/** @param {HalfMark} mark @param {string | undefined} key */
function tell(mark, key) {
  // What is written survives the process.
  writeSync(1, `${JSON.stringify({ mark, key })}\n`);
  if (death?.mark !== mark || isDying) return;
  isDying = true;
  const die = () => process.kill(process.pid, 'SIGKILL');
  if (death.afterMs === 0) die();
  else setTimeout(die, death.afterMs);
}

/** @param {import('generation-lifecycle/server').StoredJob | undefined} row */
function learn(row) {
  if (!row) return;
  keys.set(row.id, row.key);
  const job = Object(Object(row.state)['token'])['job'];
  if (job) keys.set(job.id, row.key);
}

const store = sqliteJobs({ url: `file:${file}`, watchMs: 50 });
await store.migrate();

/** Which step a write is. @param {import('generation-lifecycle/server').StoredJobChange} change */
function stepOf({ status, state }) {
  if (status === 'completed' || status === 'failed' || status === 'cancelled') return 'end';
  const { job, step } = Object(Object(state)['token']);
  if (!job && Object(step)['mayHaveArrived'] === true) return 'sending';
  return status === 'running' ? 'accept' : 'step';
}
/** The rows whose vendor's job is stored. @type {Set<string>} */
const known = new Set();

/** @type {import('generation-lifecycle/server').JobStore} */
const told = {
  ...store,
  async insert(job, ...rest) {
    tell('insert.called', job.key);
    const result = await store.insert(job, ...rest);
    if (result.kind !== 'limited') learn(result.job);
    tell('insert.done', job.key);
    return result;
  },
  async claim(...call) {
    const row = await store.claim(...call);
    learn(row);
    if (row) tell('claimed', row.key);
    return row;
  },
  async claimDue(...call) {
    const rows = await store.claimDue(...call);
    for (const row of rows) {
      learn(row);
      tell('claimed', row.key);
    }
    return rows;
  },
  async write(id, condition, change) {
    const kind = stepOf(change);
    const step = kind === 'accept' && known.has(id) ? 'step' : kind;
    tell(`${step}.called`, keys.get(id));
    const row = await store.write(id, condition, change);
    learn(row);
    if (!row) return row;
    if (step === 'accept') known.add(id);
    tell(`${step}.stored`, row.key);
    return row;
  },
};

/** @param {string | URL | Request} url @param {RequestInit} [init] */
async function fetchTold(url, init) {
  const isSubmit = init?.method === 'POST';
  const [, jobId = ''] = /\/requests\/([^/?]+)/.exec(String(url)) ?? [];
  const key = isSubmit ? JSON.parse(String(init?.body)).prompt : keys.get(jobId);
  tell(isSubmit ? 'post.called' : 'read.called', key);
  const response = await fetch(url, init);
  tell(isSubmit ? 'post.answered' : 'read.answered', key);
  return response;
}

const adapter = fal({
  model: 'fal-ai/flux/dev',
  apiKey: 'id:any',
  baseUrl: vendorUrl,
  webhookKeysUrl: `${vendorUrl}/.well-known/jwks.json`,
  fetch: fetchTold,
});
const server = createGenerationServer({
  store: told,
  leaseMs,
  secrets: 'a secret of the crashes, and of nothing else',
  publicUrl: `${publicUrl}/api/generations`,
  authorize({ method, headers }) {
    if (method === 'POST') tell('request.called', headers.get('idempotency-key') ?? undefined);
    return { id: headers.get('authorization') ?? 'nobody' };
  },
  backends: {
    image: {
      adapter,
      input: wish => ({ prompt: String(Object(wish)['prompt']) }),
      policy: { pollDelayMs: [100], minReadGapMs: 50 },
    },
  },
  log: () => {},
});
await serve(server, { port });
writeSync(1, 'listening\n');
