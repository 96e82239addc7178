import { createCopies } from './copies/copies.js';
import type { Durable } from './durable/durable.types.js';
import { createDurable } from './durable/jobs.js';
import { createWebhook } from './durable/webhook.js';
import { createWebhookAddresses } from './durable/webhook-address.js';
import { createDurations } from './durations/learned-durations.js';
import { createEngine } from './engine/engine.js';
import { createWakes, tellingStore, tellRow } from './engine/wakes.js';
import { createHandle } from './handle.js';
import { createHealth } from './health.js';
import { createInputs } from './inputs/inputs.js';
import type { Level } from './level.js';
import { createReserve } from './money/reserve.js';
import { createSettlingStore, settlementTask } from './money/settling-store.js';
import { createSource } from './observe/source.js';
import { createRelay } from './relay/relay.js';
import { createSealedJobs } from './relay/sealed-job.js';
import type { DurableGenerationServer, GenerationServer, GenerationServerOptions, ServerUser } from './server.types.js';
import { type Settings, toSettings } from './settings.js';
import { advanceJob, type Steps } from './steps/advance.js';
import { createChart } from './steps/chart.js';
import { tellEnd } from './steps/told-end.js';
import { isEnded, type JobStore } from './store/job-store.js';

/** Longer than any job is followed, and its result lives at most vendors. */
const resultLifeMs = 7 * 86_400_000;

/**
 * The server half: one function between a page and any vendor. It keeps your key, decides what may be submitted, and
 * knows whose job is whose. Mount `handle` wherever a web-standard `Request` becomes a `Response`. Pages use
 * `remoteBackend`.
 *
 * Without a store it is a relay: it keeps nothing, and the sealed job travels with the page. With a store, jobs end
 * even with no page open, and a repeated key returns the first answer.
 *
 * @throws TypeError for an unknown, missing or invalid option
 * @see https://developer.mozilla.org/docs/Web/API/Request
 * @example
 * const { handle } = createGenerationServer({
 *   secrets: process.env['GENERATION_SECRET'],
 *   authorize: ({ headers }) => (headers.get('authorization') === 'Bearer mine' ? { id: 'me' } : undefined),
 *   backends: {
 *     image: { adapter: scripted(scenarios.healthy('1.png')), input: wish => ({ prompt: String(wish) }) },
 *   },
 * });
 * const response = await handle(new Request('https://app.example.com/api/generations/image/jobs/41'));
 */
export function createGenerationServer<
  TUser extends ServerUser,
  TInputs extends { readonly [name: string]: unknown },
  TTransaction = unknown,
>(
  options: GenerationServerOptions<TUser, TInputs, TTransaction> & { readonly store: JobStore<TTransaction> },
): DurableGenerationServer;
export function createGenerationServer<TUser extends ServerUser, TInputs extends { readonly [name: string]: unknown }>(
  options: GenerationServerOptions<TUser, TInputs>,
): GenerationServer;
export function createGenerationServer(
  options: Parameters<typeof toSettings>[0],
): GenerationServer | DurableGenerationServer {
  const settings = toSettings(options);
  const { store } = settings;
  const relay = toRelay(settings);
  if (store) return toDurableServer(settings, store, relay);
  if (relay)
    return { handle: createHandle(settings, { main: relay, health: createHealth() }), hosts: hostsOf(settings) };
  throw new TypeError(
    'createGenerationServer(): without a store the job travels with the page, and is sealed with a secret. Pass secrets: a text of 32 random characters or more.',
  );
}

const hostsOf = ({ hosts, origin, publicUrl }: Settings): readonly string[] =>
  hosts ?? [origin, publicUrl].flatMap(url => (url === undefined ? [] : new URL(url).host));

/** Also beside a store: jobs that were sealed before go on. */
function toRelay(settings: Settings): Level | undefined {
  const { secrets, backends, sealedJobMs } = settings;
  if (secrets.length === 0) return undefined;
  const lifeMs = (name: string) => {
    const { queueDeadlineMs = 0, deadlineMs = 0 } = backends.get(name)?.policy ?? {};
    return sealedJobMs ?? queueDeadlineMs + deadlineMs + resultLifeMs;
  };
  return createRelay(settings, createSealedJobs(secrets, lifeMs, Date.now));
}

/** How long a function of a serverless platform waits for its engine before it is frozen, in ms. */
const tellPatienceMs = 3_000;

function toDurableServer(settings: Settings, given: JobStore, relay: Level | undefined): DurableGenerationServer {
  const {
    engine: outside,
    backends,
    log,
    observe,
    leaseMs,
    keepMs,
    wishesPerMinute,
    maxRunningPerUser,
    publicUrl,
    secrets,
    isServerless,
    money,
    settleMaybeAfterMs,
  } = settings;
  const copies = settings.copies && createCopies(settings.copies, settings);
  const tasks = [...(copies ? [copies.task] : []), settlementTask];
  const addresses = publicUrl === undefined ? undefined : createWebhookAddresses(secrets, publicUrl);
  const charts = new Map(
    [...backends].map(([name, { adapter, policy }]) => {
      const toWebhookUrl = adapter.webhook && addresses && ((id: string) => addresses.of(name, id));
      return [name, createChart(adapter, policy, toWebhookUrl)];
    }),
  );
  const wakes = outside && createWakes(outside, error => log.report('engine.failed', error));
  const told = wakes ? tellingStore(given, wakes) : given;
  const store = createSettlingStore(told, { hooks: money, settleMaybeAfterMs, log, tasks });
  const durations = createDurations(store, log);
  const inputs = settings.inputs && createInputs(settings, store, settings.inputs);
  const steps: Steps = {
    store,
    log,
    observe,
    leaseMs,
    durations,
    tasks,
    chartOf: name => charts.get(name),
    written(before, after) {
      durations.learn(before, after);
      tellEnd(observe, before, after);
      inputs?.written(after);
    },
    // What others have left in it, or a task, was not told when it was written.
    givenBack: wakes && (row => tellRow(row, wakes)),
    tidy: inputs?.sweep,
  };
  const engine = createEngine(steps, {
    keepMs,
    outside: outside && wakes && { engine: outside, wakes, backends: [...backends.keys()] },
  });
  /** Where no process lives on, what is told after the answer is not told at all. */
  const toldFirst = async <TResult>(work: Promise<TResult>): Promise<TResult> => {
    const result = await work;
    if (isServerless) await wakes?.flushed(tellPatienceMs);
    return result;
  };
  const durable: Durable = {
    ...steps,
    hold: engine.hold,
    leadMs: engine.leadMs,
    reserve: createReserve(money, log),
    limitsOf: name => ({
      perMinute: wishesPerMinute,
      runningOfUser: maxRunningPerUser,
      runningOfBackend: backends.get(name)?.maxRunning,
    }),
  };
  const source = createSource(store, [...backends.keys()]);
  observe.attach(source);
  let running: 'running' | 'stopped' | 'none' = 'none';
  const handle = createHandle(settings, {
    main: createDurable(settings, durable),
    sealed: relay,
    health: createHealth({ source, log, engine: () => running }),
    inputs,
    deliver: addresses && createWebhook(settings, durable, addresses),
  });
  return {
    handle: request => toldFirst(handle(request)),
    hosts: hostsOf(settings),
    async advance(id) {
      const job = await toldFirst(advanceJob(durable, id));
      return job && isEnded(job);
    },
    sweep: () => toldFirst(engine.sweep()),
    start() {
      if (isServerless) {
        throw new TypeError(
          'start() advances jobs in a process that lives on, and createGenerationServer() was told serverless: true. Leave one of them out.',
        );
      }
      running = 'running';
      observe.attach(source);
      engine.start();
    },
    async stop() {
      running = 'stopped';
      observe.detach();
      copies?.stop();
      await engine.stop();
      await inputs?.settled();
    },
  };
}
