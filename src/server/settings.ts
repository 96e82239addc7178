import { assertKnownOptions } from '../machines/options.js';
import { type Backend, toBackends } from './backends.js';
import type { CopySettings } from './copies/copies.js';
import { toCopySettings } from './copies/copy-settings.js';
import type { GenerationEngine } from './engine/generation-engine.js';
import { toReceiveOptions } from './inputs/input-settings.js';
import type { ReceiveOptions } from './inputs/receive.js';
import { createLog, logObserver, type ServerLog, toMessage } from './log.js';
import type { MoneyHooks } from './money/money.types.js';
import { toMoneyHooks } from './money/money-settings.js';
import { createObserve, type Observe } from './observe/observe.js';
import type { ServerObserver } from './observe/observer.types.js';
import type { OriginRules } from './request/origins.js';
import { createStreamLimit, type StreamLimit } from './request/stream-limit.js';
import type { GenerationServerOptions, ServerUser } from './server.types.js';
import type { JobStore } from './store/job-store.js';

/** The options, with what was left out. */
export type Settings = OriginRules & {
  readonly backends: ReadonlyMap<string, Backend>;
  readonly authorize: (request: Request) => Promise<ServerUser | undefined>;
  readonly basePath: string;
  readonly secrets: readonly string[];
  readonly maxBodyBytes: number;
  readonly maxStreamMs: number;
  readonly repeatStateMs: number;
  readonly streams: StreamLimit;
  readonly publicUrl: string | undefined;
  readonly sealedJobMs: number | undefined;
  readonly store: JobStore | undefined;
  readonly engine: GenerationEngine | undefined;
  readonly inputs: ReceiveOptions | undefined;
  readonly wishesPerMinute: number | undefined;
  readonly maxRunningPerUser: number | undefined;
  readonly leaseMs: number;
  readonly keepMs: number;
  /** Where results are copied to, if they are. */
  readonly copies: CopySettings | undefined;
  readonly money: MoneyHooks;
  readonly settleMaybeAfterMs: number;
  /** No process lives on. */
  readonly isServerless: boolean;
  readonly showBackendErrors: boolean;
  readonly log: ServerLog;
  readonly observe: Observe;
};

type Options = GenerationServerOptions<ServerUser, { readonly [name: string]: unknown }>;

const optionNames = Object.keys({
  backends: true,
  authorize: true,
  basePath: true,
  secrets: true,
  origin: true,
  hosts: true,
  allowedOrigins: true,
  maxBodyBytes: true,
  maxStreamMs: true,
  repeatStateMs: true,
  maxStreamsPerUser: true,
  publicUrl: true,
  sealedJobMs: true,
  showBackendErrors: true,
  log: true,
  observe: true,
  store: true,
  engine: true,
  inputs: true,
  wishesPerMinute: true,
  maxRunningPerUser: true,
  leaseMs: true,
  keepMs: true,
  onReserve: true,
  onSettle: true,
  onCorrect: true,
  settleMaybeAfterMs: true,
  serverless: true,
  sweepEveryMs: true,
  results: true,
  resultOrigins: true,
  resultTypes: true,
  maxResultBytes: true,
  copyPatienceMs: true,
  copyTimeoutMs: true,
  copyIdleTimeoutMs: true,
} satisfies Record<keyof Options, true>);

const refuse = (message: string): never => {
  throw new TypeError(`createGenerationServer(): ${message}`);
};

const shortestSecret = 32;
const longestMs = 2_147_483_647;

/** @throws TypeError that names the option, and what it has to be */
export function toSettings(options: Options): Settings {
  assertKnownOptions('createGenerationServer', options, optionNames);
  const { authorize, basePath = '/api/generations', origin, hosts, allowedOrigins = [] } = options;
  if (typeof authorize !== 'function') {
    refuse('there is no authorize function, so anybody could spend your money. Pass one that answers with the user.');
  }
  const base = basePath.replace(/\/+$/, '');
  if (base !== '' && !/^(?:\/[\w.~-]+)+$/.test(base)) {
    refuse(`basePath is "${basePath}". Pass the path below which the routes are, such as /api/generations.`);
  }
  for (const each of [...(origin === undefined ? [] : [origin]), ...allowedOrigins]) assertOrigin(each);
  const number = (name: string, value: number | undefined, fallback: number): number => {
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value > 0 && value <= longestMs) return value;
    return refuse(`${name} is ${String(value)}. Pass a number above 0, and at most ${longestMs}.`);
  };
  assertStored(options);
  const optional = (name: string, value: number | undefined): number | undefined => {
    if (value === undefined || (typeof value === 'number' && value > 0)) return value;
    return refuse(`${name} is ${String(value)}. Pass a number above 0, or leave it out.`);
  };
  const publicUrl = toPublicUrl(options);
  const secrets = toSecrets(options.secrets);
  const { log, observe } = toObserve(options, secrets);
  const sweepEveryMs = optional('sweepEveryMs', options.sweepEveryMs);
  const serverless = options.serverless ? { sweepEveryMs, hasWebhooks: publicUrl !== undefined } : undefined;
  if (sweepEveryMs !== undefined && !serverless) {
    refuse('sweepEveryMs is for serverless: true. Elsewhere call start(), which needs no cron.');
  }
  return {
    backends: toBackends(options.backends, { store: options.store, serverless, log, observe }),
    authorize: async request => authorize(request),
    basePath: base,
    secrets,
    origin,
    // Where we send vendors is ours.
    hosts: hosts && (publicUrl === undefined ? hosts : [...hosts, new URL(publicUrl).host]),
    allowedOrigins,
    maxBodyBytes: number('maxBodyBytes', options.maxBodyBytes, 4_194_304),
    maxStreamMs: number('maxStreamMs', options.maxStreamMs, 55_000),
    repeatStateMs: number('repeatStateMs', options.repeatStateMs, 15_000),
    streams: createStreamLimit(number('maxStreamsPerUser', options.maxStreamsPerUser, 20)),
    publicUrl,
    sealedJobMs: optional('sealedJobMs', options.sealedJobMs),
    showBackendErrors: options.showBackendErrors === true,
    log,
    observe,
    store: options.store,
    engine: toEngine(options),
    inputs: options.inputs && toReceiveOptions(options.inputs, number, refuse),
    wishesPerMinute: optional('wishesPerMinute', options.wishesPerMinute),
    maxRunningPerUser: optional('maxRunningPerUser', options.maxRunningPerUser),
    leaseMs: number('leaseMs', options.leaseMs, 15_000),
    keepMs: optional('keepMs', options.keepMs) ?? 30 * 86_400_000,
    copies: toCopySettings(options, refuse),
    money: toMoneyHooks(options, refuse),
    settleMaybeAfterMs: optional('settleMaybeAfterMs', options.settleMaybeAfterMs) ?? 86_400_000,
    isServerless: serverless !== undefined,
  };
}

/** Who is told what goes on: the log, and the observers. */
function toObserve({ log: write, observe: given = [] }: Options, secrets: readonly string[]) {
  if (write !== undefined && typeof write !== 'function') {
    refuse(`log is ${typeof write}. Pass a function that takes an entry, or leave it out.`);
  }
  const observers: readonly ServerObserver[] = [given].flat();
  if (observers.some(observer => typeof observer !== 'object' || observer === null)) {
    refuse('observe has something that is no observer. Pass openTelemetry(), or an object with the method event.');
  }
  const writing = logObserver(write);
  const observe = createObserve([writing, ...observers], (observer, error) => {
    if (observer !== writing) return log.report('observer.failed', error);
    const told = toMessage(error, secrets);
    console.warn(`generation-lifecycle: the log of createGenerationServer() has thrown. It is called again. ${told}`);
  });
  const log = createLog(observe.event, secrets);
  return { log, observe };
}

const storedOptions = [
  'engine',
  'inputs',
  'publicUrl',
  'wishesPerMinute',
  'maxRunningPerUser',
  'leaseMs',
  'keepMs',
  'onReserve',
  'onSettle',
  'onCorrect',
  'settleMaybeAfterMs',
  'serverless',
  'sweepEveryMs',
  'results',
] as const;

/** What a relay cannot do is refused when it is made, and not when it is missed. */
function assertStored({ store, backends, ...options }: Options): void {
  if (store) return;
  const named: string | undefined = storedOptions.find(name => (options[name] ?? false) !== false);
  const ofBackend = (['maxRunning', 'durationLabel'] as const).find(name =>
    Object.values(backends ?? {}).some(backend => backend[name] !== undefined),
  );
  const option = named ?? ofBackend;
  if (option === undefined) return;
  refuse(
    `${option} needs a store, because a relay keeps nothing. Pass store: sqliteJobs({ url }), or leave ${option} out.`,
  );
}

function toEngine({ engine }: Options): GenerationEngine | undefined {
  if (engine === undefined || typeof engine?.schedule === 'function') return engine;
  return refuse(
    'engine has no schedule function. Pass one, such as pgBossEngine(boss) or bullmqEngine({ connection }).',
  );
}

function assertOrigin(given: string): void {
  try {
    if (new URL(given).origin === given) return;
  } catch {
    // Told below.
  }
  refuse(`"${given}" is no origin. Pass scheme, host and port without a slash at the end: https://app.example.com.`);
}

/** Where vendors reach the routes. Its addresses are signed, so it needs a secret. */
function toPublicUrl({ publicUrl, secrets = [] }: Options): string | undefined {
  if (publicUrl === undefined) return undefined;
  if (!/^https?:\/\/[^?#]+$/.test(publicUrl)) {
    refuse(
      `publicUrl is "${publicUrl}". Pass where vendors reach the routes: https://app.example.com/api/generations.`,
    );
  }
  if (secrets.length === 0) refuse('publicUrl needs secrets, because the addresses of webhooks are signed with one.');
  return publicUrl.replace(/\/+$/, '');
}

function toSecrets(given: string | readonly string[] | undefined): readonly string[] {
  const secrets = given === undefined ? [] : typeof given === 'string' ? [given] : given;
  if (secrets.some(secret => typeof secret !== 'string' || secret.length < shortestSecret)) {
    refuse(`a secret has fewer than ${shortestSecret} characters. Make one with: openssl rand -base64 32.`);
  }
  return secrets;
}
