import type { GenerationMachine } from '../generation/generation.machine.js';
import { requireMeta } from '../generation/generation.meta.js';
import type { JsonObject } from '../generation/generation.port.js';
import { assertKnownOptions, assertText } from '../options.js';
import { assertStore } from './checked-store.js';
import type { GenerationLocks } from './client.port.js';
import type { GenerationSource } from './client.types.js';
import type { ItemDraft, StoreOf } from './client-items.types.js';

/** What a client is made of. */
export type ClientMachineOptions<TInput, TOutput, TDraft extends object> = {
  /** Tells clients of one origin apart: two clients with two stores need two names. */
  readonly name: string;
  /** Made once, by `createGenerationMachine`. Its environment is also the client's clock. */
  readonly generation: GenerationMachine<TInput, TOutput>;
  /**
   * Makes items of an output, as plain JSON: a batch of n outputs gives n items. The client adds the `id`, made of the id of
   * the generation and the index, so that it is the same in every tab and session, and no other generation has it. If
   * `toItems` throws, the generation fails with `invalid-response`; nothing is lost, and you can resume it.
   */
  readonly toItems: (output: TOutput, source: GenerationSource<TInput>) => readonly ItemDraft<TDraft>[];
  /**
   * Keeps items and running generations over reloads. The client takes what it reads for its own items: a key that held
   * something else before needs another name, or a migration.
   */
  readonly store: StoreOf<NoInfer<TDraft>>;
  /** Decides which tab follows a generation. @defaultValue every tab follows, and the store decides what is new */
  readonly locks?: GenerationLocks | undefined;
  /** How many generations run here at the same time. @defaultValue 3 */
  readonly concurrency?: number | undefined;
  /** How many items are read and shown. @defaultValue 100 */
  readonly limit?: number | undefined;
  /** What a page shows of an input after a reload and in other tabs: its prompt, its settings. @defaultValue nothing */
  readonly describe?: ((input: TInput) => JsonObject) | undefined;
  /**
   * Renews what the gallery shows so long before its `expiresAt`, in ms, as `RENEW` does. Items whose backend says nothing of
   * an expiry are not renewed. With `locks`, one tab does it for all. @defaultValue never
   */
  readonly renewBeforeMs?: number | undefined;
  /**
   * Whose generations and items these are: any text, such as the id of the signed-in user. Another scope sees and follows
   * nothing of it. @defaultValue no scope, which is apart from all scopes
   */
  readonly scope?: string | undefined;
};

/** An object, so that the compiler misses a name that is not here. */
const optionNames: { readonly [name in keyof ClientMachineOptions<never, never, object>]-?: true } = {
  name: true,
  generation: true,
  toItems: true,
  store: true,
  locks: true,
  concurrency: true,
  limit: true,
  describe: true,
  renewBeforeMs: true,
  scope: true,
};

/** The names of the options. */
export const clientMachineOptionNames: readonly string[] = Object.keys(optionNames);

/** The options with their defaults, and what the generation machine was made of. @throws TypeError for what cannot be used */
export function checkedOptions<TInput, TOutput, TDraft extends object>(
  options: ClientMachineOptions<TInput, TOutput, TDraft>,
) {
  assertKnownOptions('createClientMachine', options, clientMachineOptionNames);
  const { name, generation, toItems, concurrency = 3, limit = 100, renewBeforeMs } = options;
  assertText('createGenerationClient', 'name', name);
  const throwInvalid = (option: string, rule: string): never => {
    throw new TypeError(`Client "${name}": the option ${option} must be ${rule}.`);
  };
  for (const [option, value] of Object.entries({ concurrency, limit })) {
    if (!(Number.isSafeInteger(value) && value > 0)) throwInvalid(option, `a whole number above 0, and is ${value}`);
  }
  if (renewBeforeMs !== undefined && !(Number.isFinite(renewBeforeMs) && renewBeforeMs >= 0))
    throwInvalid('renewBeforeMs', `a number of ms of 0 or more, and is ${renewBeforeMs}`);
  const meta = requireMeta(generation, `Client "${name}": the option generation must be a machine`);
  if (typeof toItems !== 'function') throwInvalid('toItems', 'a function that makes items of an output');
  assertStore(name, options.store);
  return { ...options, concurrency, limit, meta };
}
