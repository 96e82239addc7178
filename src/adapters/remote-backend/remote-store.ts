import type { GenerationStore, StoredGeneration, StoredItem, UpsertResult } from '../../machines/client/client.port.js';
import { newId } from '../../machines/generation/generation.id.js';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { isObject } from '../../machines/json.js';
import { assertKnownOptions } from '../../machines/options.js';
import { type DurationHistories, toHistories, withHistory } from '../../machines/reads/duration-histories.js';
import type { HeadersSource } from '../http/credentials.js';
import type { Fetch } from '../http/exchange.js';
import { toHeaderKey } from '../http/idempotency-header.js';
import { assertLimit, emptyGallery, type GalleryState, upsertItems } from '../stores/gallery-state.js';
import { scopesOf } from '../stores/scopes.js';
import { isStoredGeneration, oldestFirst } from '../stores/stored-generation.js';
import { type GalleryRecord, galleryCalls, toBase, toStorableText } from './gallery-calls.js';
import { galleryNews } from './gallery-news.js';
import { galleryRecords, type Plan } from './gallery-records.js';
import { toUnclaimed } from './unclaimed-generation.js';

/** Options of {@link remoteStore}. */
export type RemoteStoreOptions = {
  /**
   * The backend's path on your server, as for `remoteBackend`: `/api/generations/image`. Its server half needs a store.
   */
  readonly baseUrl: string;
  /**
   * Headers for every request, such as a bearer token. A function can renew them. @defaultValue only the page's cookies
   */
  readonly headers?: HeadersSource | undefined;
  /** Maximum number of items, on all devices. The oldest are removed first. @defaultValue 1_000 */
  readonly limit?: number | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: Fetch | undefined;
};

const optionNames = Object.keys({
  baseUrl: true,
  headers: true,
  limit: true,
  fetch: true,
} satisfies Record<keyof RemoteStoreOptions, true>);

/** An input that is larger stays on its page, in characters of JSON: it is sent again with each change of its generation. */
const maxInputLength = 16_384;
/** Rows per request. */
const maxWrites = 500;

const [itemPrefix, generationPrefix, historyPrefix] = ['item:', 'generation:', 'history:'];

const toJson = <TValue>(value: TValue): TValue => JSON.parse(JSON.stringify(value)) as TValue;
const isSameJson = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const orderOf = ({ value }: GalleryRecord): number => Number(value?.['order'] ?? 0);

/**
 * A store on your own server, next to the jobs. Every device that a user signs in on shows their results and running
 * jobs, including jobs of pages that closed right after the submit. The server half needs a store.
 *
 * Devices see each other's changes over an event stream, or by polling if there is none. Each call takes one or two
 * requests. It rejects with a `GenerationError` if the server cannot be reached, is of an earlier version, or has no
 * room (`storage-full`); the client then goes on in memory and tries again. Pass {@link remoteLocks} too, so that only
 * one device follows a generation and emits its end.
 *
 * @throws RangeError if `limit` is not a whole number of 1 or more
 * @throws TypeError for an unknown option, and without a `baseUrl`
 * @example
 * const store = remoteStore<Picture>({ baseUrl: '/api/generations/image' });
 */
export function remoteStore<TItem extends StoredItem>(options: RemoteStoreOptions): GenerationStore<TItem> {
  assertKnownOptions('remoteStore', options, optionNames);
  const { baseUrl, headers, fetch, limit = 1_000 } = options;
  assertLimit(limit, 'remoteStore');
  return createStore({ baseUrl: toBase(baseUrl, 'remoteStore'), headers, fetch, limit }, undefined);
}

type Connection = Omit<RemoteStoreOptions, 'limit'> & { readonly limit: number };

function createStore<TItem extends StoredItem>(
  connection: Connection,
  scope: string | undefined,
): GenerationStore<TItem> {
  const { baseUrl, limit } = connection;
  const calls = galleryCalls(connection, scope);
  const name = `generation-lifecycle:remote:${baseUrl}${scope === undefined ? '' : `:scope:${scope}`}`;
  const news = galleryNews(name, calls);
  const records = galleryRecords(calls, () => news.report('erased'), news.watchedMs);

  const ofKind = (prefix: string) => records.all().filter(({ id }) => id.startsWith(prefix));

  const change = async <TResult>(toPlan: () => Plan<TResult>, isFresh?: boolean): Promise<TResult> => {
    let hasWritten = false;
    const result = await records.change(() => {
      const plan = toPlan();
      hasWritten = plan.writes.length > 0;
      return plan;
    }, isFresh);
    if (hasWritten) news.tellTabs();
    return result;
  };

  /** A job that the server reports without a row replaces a generation that is over. */
  const readStored = (): ReadonlyMap<string, StoredGeneration> => {
    const stored = new Map<string, StoredGeneration>();
    for (const { value } of ofKind(generationPrefix)) {
      if (isStoredGeneration(value)) stored.set(value.token.id, value);
    }
    for (const job of records.jobs()) {
      const unclaimed = toUnclaimed(job);
      const { id } = unclaimed.token;
      if (stored.get(id)?.ended || !stored.has(id)) stored.set(id, unclaimed);
    }
    return stored;
  };

  /** The gallery as it is known here, with the writer of each item. */
  const readGallery = (): GalleryState<TItem> => {
    const all = ofKind(itemPrefix);
    const there = all.filter(({ value }) => value).sort((one, other) => orderOf(other) - orderOf(one));
    const items = there.map(({ value }) => value?.['item'] as unknown as TItem);
    const removed = all.filter(({ value }) => !value).map(({ id }) => id.slice(itemPrefix.length));
    return { ...emptyGallery, items, known: items.map(({ id }) => id), tombstones: { removed, evicted: [] } };
  };

  const toItemId = (id: string) => `${itemPrefix}${toStorableText(id)}`;
  const removal = (id: string) => ({ id: toItemId(id), value: null, key: null });

  async function removeForGood(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += maxWrites) {
      const part = [...new Set(ids.slice(from, from + maxWrites))];
      await change(() => {
        const isThere = (id: string) => {
          const record = records.get(toItemId(id));
          return !record || record.value !== null;
        };
        return { writes: part.filter(isThere).map(removal), result: undefined };
      });
    }
  }

  return {
    async readGenerations() {
      await records.sync();
      return toJson(oldestFirst(readStored().values()));
    },

    updateGeneration(id, changeStored) {
      const recordId = `${generationPrefix}${toStorableText(id)}`;
      return change(() => {
        const record = records.get(recordId);
        const isReadable = !record?.value || isStoredGeneration(record.value);
        const before = readStored().get(id);
        const after = changeStored(before && toJson(before));
        if (!isReadable) {
          throw new TypeError(
            `Generation ${id} was stored by a later version of this library, and stays as it is. Update the page.`,
          );
        }
        const value = after ? toSent(after) : null;
        const isSame = isSameJson(value, record?.value ?? null) && (record !== undefined || value === null);
        // A job without a row stays unless something is written about it.
        if (isSame || (after !== undefined && isSameJson(after, before))) return { writes: [], result: after };
        const key = toHeaderKey((after ?? before)?.token.idempotencyKey ?? id);
        return {
          writes: [{ id: recordId, value, key: key.length <= 600 ? key : null }],
          result: value ? (toJson(value) as unknown as StoredGeneration) : undefined,
        };
      });
    },

    async readItems(count = Infinity) {
      await records.sync();
      return toJson(readGallery().items.slice(0, count));
    },

    upsertItems(items) {
      const by = newId();
      const given = toJson(items);
      return change((): Plan<readonly UpsertResult[]> => {
        const before = readGallery();
        const isOwn = (id: string) => records.get(toItemId(id))?.value?.['by'] === by;
        const escaped = (gallery: GalleryState<TItem>) => gallery.tombstones.removed;
        const removed = new Set(escaped(before));
        const isRemoved = ({ id }: TItem) => removed.has(toStorableText(id));
        const { gallery, results } = upsertItems(
          { ...before, tombstones: { removed: given.filter(isRemoved).map(({ id }) => id), evicted: [] } },
          given,
          limit,
        );
        const known = new Map(before.items.map(item => [item.id, item]));
        const added = gallery.items.filter(({ id }) => !known.has(id));
        const newest = Math.max(0, ...ofKind(itemPrefix).map(orderOf));
        const orders = new Map(added.map(({ id }, index) => [id, newest + added.length - index]));
        const changed = gallery.items.filter(item => known.get(item.id) !== item);
        const writes = changed.map(item => {
          const own = records.get(toItemId(item.id));
          const value = { order: orders.get(item.id) ?? (own ? orderOf(own) : 0), by: own?.value?.['by'] ?? by, item };
          return { id: toItemId(item.id), value: value as unknown as JsonObject, key: null };
        });
        const left = new Set(gallery.items.map(({ id }) => id));
        const evicted = [...before.items, ...given].map(({ id }) => id).filter(id => !left.has(id));
        const drops = [...new Set(evicted)].filter(id => records.get(toItemId(id))?.value !== null).map(removal);
        // An answer that was lost was an answer all the same: nobody else was told that the item is new.
        const own = results.map((result, index) =>
          result === 'known' && isOwn(given[index]?.id ?? '') ? 'added' : result,
        );
        return { writes: [...writes, ...drops], result: own };
      }, true);
    },

    removeItems: removeForGood,

    async clearItems() {
      await records.sync();
      const ids = readGallery().items.map(({ id }) => id);
      await removeForGood(ids);
      return ids;
    },

    async readHistories() {
      await records.sync();
      return readHistories();
    },

    async updateHistory(key, changeHistory) {
      await change(() => {
        const before = readHistories();
        const after = withHistory(before, key, changeHistory);
        const dropped = Object.keys(before).filter(one => !(one in after));
        const toId = (one: string) => `${historyPrefix}${toStorableText(one)}`;
        const value = { key, history: after[key] } as unknown as JsonObject;
        return {
          writes: [
            { id: toId(key), value, key: null },
            ...dropped.map(one => ({ id: toId(one), value: null, key: null })),
          ],
          result: undefined,
        };
      });
    },

    async erase() {
      await records.erase();
      news.tellTabs();
    },

    withScope: scopesOf(next =>
      createStore<TItem>(connection, `${scope === undefined ? '' : `${scope}:scope:`}${next}`),
    ),

    watch: onChange => news.watch(onChange, records),
  };

  /** The one that was changed last comes last. */
  function readHistories(): DurationHistories {
    const all = ofKind(historyPrefix).sort((one, other) => one.revision - other.revision);
    return toHistories(
      Object.fromEntries(all.flatMap(({ value }) => (value ? [[String(value['key']), value['history']]] : []))),
    );
  }
}

/** A generation as it is sent: without an input that is large. */
function toSent(generation: StoredGeneration): JsonObject {
  const { input, ...rest } = toJson(generation);
  const isSmall = input !== undefined && JSON.stringify(input).length <= maxInputLength;
  const sent: unknown = isSmall ? { ...rest, input } : rest;
  return (isObject(sent) ? sent : {}) as JsonObject;
}
