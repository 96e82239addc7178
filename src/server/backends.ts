import { type GenerationPolicy, resolvePolicy } from '../machines/generation/generation.policy.js';
import type { GenerationAdapter } from '../machines/generation/generation.port.js';
import { assertKnownOptions } from '../machines/options.js';
import { maxLabelLength } from '../machines/reads/duration-histories.js';
import type { WishInputs } from './inputs/wish-inputs.js';
import type { ServerLog } from './log.js';
import { createKeptMedia } from './media/kept-media.js';
import { type MediaMemory, withNamedMedia } from './media/named-media.js';
import { createPreviewMemory } from './media/preview-memory.js';
import type { Observe } from './observe/observe.js';
import { withToldPosts } from './observe/told-posts.js';
import { isBackendName } from './request/routes.js';
import type { ServerBackend, ServerUser } from './server.types.js';
import { assertServerless, type Serverless } from './serverless.js';
import type { JobStore } from './store/job-store.js';

/** A backend, with what was left out. */
export type Backend = {
  readonly name: string;
  /** Its updates carry no bytes. */
  readonly adapter: GenerationAdapter<unknown, unknown>;
  /** As it was given. */
  readonly given: GenerationAdapter<unknown, unknown>;
  readonly media: MediaMemory;
  readonly policy: GenerationPolicy;
  readonly maxRunning: number | undefined;
  readonly toInput: (wish: unknown, user: ServerUser, inputs: WishInputs) => Promise<unknown>;
  /** Whose durations are learned together; `undefined` if all jobs are of one kind. */
  readonly toDurationLabel: (input: unknown) => string | undefined;
};

type Given = ServerBackend<ServerUser, unknown>;

/** Where the backends are used. */
type Place = {
  readonly store: JobStore | undefined;
  /** `undefined` where a process lives on. */
  readonly serverless: Serverless | undefined;
  readonly log: ServerLog;
  readonly observe: Observe;
};

/** A label that cannot be made costs no job: its durations are learned with those of all others. */
function toLabelOf(name: string, given: Given, log: ServerLog): Backend['toDurationLabel'] {
  return input => {
    try {
      const label: unknown = given.durationLabel ? given.durationLabel(input) : given.adapter.durationLabel?.(input);
      return typeof label === 'string' ? label.slice(0, maxLabelLength) : undefined;
    } catch (error) {
      log.report('label.failed', error, { backend: name });
      return undefined;
    }
  };
}

/** @throws TypeError that names the backend, and what is wrong with it */
export function toBackends(given: unknown, { store, serverless, log, observe }: Place): ReadonlyMap<string, Backend> {
  const entries = Object.entries((given ?? {}) as { readonly [name: string]: Given });
  if (entries.length === 0) {
    throw new TypeError('createGenerationServer() has no backend. Pass backends: { image: { adapter, input } }.');
  }
  const media: MediaMemory = {
    previews: createPreviewMemory(),
    kept: store && createKeptMedia(store, error => log.report('store.failed', error)),
  };
  const shared = { media, serverless, log, observe };
  return new Map(entries.map(([name, backend]) => [name, toBackend(name, backend, shared)]));
}

type Shared = Omit<Place, 'store'> & { readonly media: MediaMemory };

function toBackend(name: string, given: Given, { media, serverless, log, observe }: Shared): Backend {
  if (!isBackendName(name)) {
    throw new TypeError(
      `createGenerationServer(): the name of backend "${name}" cannot stand in a URL. Use letters, digits, - and _, and not webhook.`,
    );
  }
  assertKnownOptions(`createGenerationServer(): backend ${name}`, given, [
    'adapter',
    'input',
    'policy',
    'maxRunning',
    'durationLabel',
  ]);
  const { adapter, input, policy, maxRunning } = given;
  if (typeof adapter?.submit !== 'function' || typeof adapter.read !== 'function') {
    throw new TypeError(`createGenerationServer(): backend ${name} has no adapter. Pass one, such as fal({ model }).`);
  }
  if (typeof input !== 'function') {
    throw new TypeError(
      `createGenerationServer(): backend ${name} has no input function, so anybody could submit anything at your cost. Pass input: wish => …, and decide there what may be submitted.`,
    );
  }
  if (maxRunning !== undefined && !(typeof maxRunning === 'number' && maxRunning > 0)) {
    throw new TypeError(
      `createGenerationServer(): backend ${name}: maxRunning is ${String(maxRunning)}. Pass a number above 0, or leave it out.`,
    );
  }
  if (adapter.stream?.isJob && !media.kept) {
    throw new TypeError(
      `createGenerationServer(): the jobs of backend ${name} live on their streams, so a process has to hold each of them to its end, and a relay keeps nothing. Pass a store, or use an adapter whose jobs can be read.`,
    );
  }
  if (serverless) assertServerless(name, adapter, serverless);
  if (given.durationLabel !== undefined && typeof given.durationLabel !== 'function') {
    throw new TypeError(
      `createGenerationServer(): backend ${name}: durationLabel is no function. Pass input => …, or leave it out.`,
    );
  }
  return {
    name,
    adapter: withToldPosts(name, withNamedMedia(name, adapter, media), observe),
    given: adapter,
    media,
    policy: resolvePolicy(policy),
    maxRunning,
    toInput: async (wish, user, inputs) => input(wish, user, { inputs }),
    toDurationLabel: toLabelOf(name, given, log),
  };
}
