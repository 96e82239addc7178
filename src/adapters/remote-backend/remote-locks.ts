import type { GenerationLocks, LockHolder } from '../../machines/client/client.port.js';
import { newId } from '../../machines/generation/generation.id.js';
import { assertKnownOptions } from '../../machines/options.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';
import { galleryCalls, isWithoutGalleries, toBase, toStorableText } from './gallery-calls.js';

/** Options of {@link remoteLocks}. */
export type RemoteLocksOptions = {
  /**
   * The backend's path on your server, as for `remoteBackend`: `/api/generations/image`. Its server half needs a store.
   */
  readonly baseUrl: string;
  /**
   * Headers for every request, such as a bearer token. A function can renew them. @defaultValue only the page's cookies
   */
  readonly headers?: HeadersSource | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
  /**
   * Decides among the tabs of one browser first, so that only one of them asks the server: `browserLocks()`.
   * @defaultValue each tab asks for itself
   */
  readonly tabs?: GenerationLocks | undefined;
  /**
   * How long a device that disappeared keeps its generations from others, in ms: 3,000 to 60,000. @defaultValue 15_000
   */
  readonly leaseMs?: number | undefined;
};

/** A request for one lock. */
type Entry = {
  readonly name: string;
  readonly holder: LockHolder;
  /** By the page's own clock; `undefined` while somebody else has it. */
  heldUntil: number | undefined;
};

/** What a device takes off its lease, for the way of the answer and for timers that are late. */
const marginMs = 1_000;

/**
 * Lets exactly one of a user's devices and tabs follow a generation and emit its end, using a lease on the server. The
 * holder renews it while the generation runs. If its tab is closed or its device goes offline, another one takes over
 * after `leaseMs`.
 *
 * A server half of an earlier version, or without a store, has no locks: then every device follows, and the store
 * decides which item is new.
 *
 * @throws TypeError for an unknown option, and without a `baseUrl`
 * @throws RangeError for a `leaseMs` that is out of range
 * @example
 * const locks = remoteLocks({ baseUrl: '/api/generations/image', tabs: browserLocks() });
 */
export function remoteLocks(options: RemoteLocksOptions): GenerationLocks {
  assertKnownOptions('remoteLocks', options, ['baseUrl', 'headers', 'fetch', 'tabs', 'leaseMs']);
  const { baseUrl, tabs, leaseMs = 15_000, headers, fetch } = options;
  if (!(leaseMs >= 3_000 && leaseMs <= 60_000)) {
    throw new RangeError(`remoteLocks(): leaseMs is ${leaseMs}. Pass a number from 3,000 to 60,000.`);
  }
  const calls = galleryCalls({ baseUrl: toBase(baseUrl, 'remoteLocks'), headers, fetch }, undefined);
  const entries = new Set<Entry>();
  const released = new Set<string>();
  let owner: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let overTimer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isShared = false;
  let isWanted = false;

  /** Of the two clocks, the one that has moved on farther: the one stands still while a machine sleeps, the other can be set. */
  const startedAt = { wall: Date.now(), steady: performance.now() };
  const elapsedMs = () => Math.max(Date.now() - startedAt.wall, performance.now() - startedAt.steady);

  const startTimer = (run: () => void, ms: number) => {
    const started = setTimeout(run, ms);
    (started as { unref?: () => void }).unref?.();
    return started;
  };
  const plan = (ms: number) => {
    clearTimeout(timer);
    timer = startTimer(() => void ask(), ms);
  };

  function setShared(): void {
    isShared = true;
    for (const { holder } of [...entries]) holder.onChange('shared');
  }

  function setHeld(entry: Entry, until: number | undefined): void {
    const { heldUntil, holder } = entry;
    entry.heldUntil = until;
    if ((heldUntil === undefined) === (until === undefined) || !entries.has(entry)) return;
    holder.onChange(until === undefined ? 'lost' : 'held');
  }

  /** Without an answer, a lease is over when it is over, also while a request is under way. */
  function dropOver(): void {
    const now = elapsedMs();
    for (const entry of [...entries]) if (Number(entry.heldUntil) <= now) setHeld(entry, undefined);
    clearTimeout(overTimer);
    const next = Math.min(...[...entries].map(({ heldUntil = Infinity }) => heldUntil));
    if (next < Infinity) overTimer = startTimer(dropOver, next - now);
  }

  async function ask(): Promise<void> {
    isWanted = isAsking;
    if (isAsking || isShared) return;
    isAsking = true;
    const asked = [...entries];
    const release = [...released].filter(name => !asked.some(entry => entry.name === name));
    released.clear();
    const askedAt = elapsedMs();
    owner ??= newId();
    try {
      dropOver();
      const names = [...new Set(asked.map(({ name }) => name))];
      for (let from = 0; from === 0 || from < names.length; from += maxNames) {
        const part = names.slice(from, from + maxNames);
        const held = await calls.lock({ owner, ms: leaseMs, names: part, release: from === 0 ? release : [] });
        const until = askedAt + leaseMs - marginMs;
        for (const entry of asked)
          if (part.includes(entry.name)) setHeld(entry, held.has(entry.name) ? until : undefined);
      }
    } catch (error) {
      if (isWithoutGalleries(error)) setShared();
      for (const name of release) released.add(name);
    } finally {
      isAsking = false;
    }
    dropOver();
    if (isWanted) plan(0);
    else if (entries.size > 0) plan(Math.min(leaseMs / 3, 5_000));
  }

  /** Requests of the same moment are one. */
  const askSoon = () => {
    if (isAsking) isWanted = true;
    else plan(0);
  };

  function enter(name: string, holder: LockHolder): () => void {
    const entry: Entry = { name, holder, heldUntil: undefined };
    entries.add(entry);
    released.delete(name);
    if (isShared) queueMicrotask(() => entries.has(entry) && holder.onChange('shared'));
    askSoon();
    return () => {
      if (!entries.delete(entry)) return;
      released.add(name);
      askSoon();
    };
  }

  return {
    request(given, holder) {
      const name = toStorableText(given);
      if (!tabs) return enter(name, holder);
      let leave: (() => void) | undefined;
      let isHeld = false;
      const end = () => {
        leave?.();
        leave = undefined;
        isHeld = false;
      };
      const device: LockHolder = {
        canRelease: () => holder.canRelease(),
        onChange(state) {
          isHeld = state === 'held';
          holder.onChange(state);
        },
      };
      const stop = tabs.request(given, {
        canRelease: () => holder.canRelease(),
        onChange(state) {
          if (state !== 'lost') {
            leave ??= enter(name, device);
            return;
          }
          const wasHeld = isHeld;
          end();
          if (wasHeld) holder.onChange('lost');
        },
      });
      return () => {
        stop();
        end();
      };
    },
  };
}

/** How many locks one request asks for. */
const maxNames = 100;
