import type { Durable } from '../durable/durable.types.js';
import type { Asked, GalleryLevel } from '../level.js';
import { toAnswer } from '../request/answers.js';
import { readJson } from '../request/body.js';
import { RequestRefusal } from '../request/refusal.js';
import type { Settings } from '../settings.js';
import { followGallery } from './gallery-stream.js';
import { maxRecords, toWrites } from './gallery-writes.js';
import { createLocks, toLockCall } from './locks.js';
import { toGalleryShelf } from './shelves.js';
import { assertSignedIn } from './signed-in.js';
import { erasedId, findUnclaimed } from './unclaimed.js';

/** Rows per answer. */
const pageSize = 500;

/** @throws RequestRefusal with 400 */
function toSince(request: Request): number {
  const since = new URL(request.url).searchParams.get('since') ?? '0';
  if (/^\d{1,15}$/.test(since)) return Number(since);
  throw new RequestRefusal(400, 'bad-input', 'since is no revision. Send the greatest one that was read, or 0.');
}

/** What a user's clients keep on the server: galleries, generations, and who follows which of them. */
export function createGallery(settings: Settings, durable: Durable): GalleryLevel {
  const { store } = durable;
  const lock = createLocks(store);
  const readBody = ({ request }: Asked, what: string) => readJson(request, settings.maxBodyBytes, what);

  return {
    async readGallery(asked) {
      const user = await assertSignedIn(asked);
      const shelf = toGalleryShelf(asked);
      const since = toSince(asked.request);
      const found = await store.records.read(shelf, { newerThan: since, limit: pageSize });
      const isMore = found.length === pageSize;
      const records = found.map(({ id, revision, value, key }) => ({ id, revision, value, key }));
      const erased = found.find(({ id }) => id === erasedId);
      const erasedAgoMs = erased && (await store.now()) - erased.updatedAt;
      const isAsked = new URL(asked.request.url).searchParams.get('jobs') === '1';
      // After the rows: a job that has a row by now is left out, and one that has got it since is sent twice.
      const jobs = isAsked && !isMore ? await findUnclaimed(store, asked, shelf) : undefined;
      return toAnswer({ user, records, isMore, jobs, erasedAgoMs });
    },

    async writeGallery(asked) {
      const user = await assertSignedIn(asked);
      const shelf = toGalleryShelf(asked);
      const writes = toWrites(await readBody(asked, 'a gallery'));
      const result = await store.records.write(shelf, writes, maxRecords);
      if (result.kind === 'written') {
        const records = result.records.map(({ id, revision }) => ({ id, revision }));
        return toAnswer({ user, records, before: result.before });
      }
      if (result.kind === 'full') {
        throw new RequestRefusal(
          507,
          'storage-full',
          `The gallery has ${maxRecords} records, with those that were removed, which is the most. Nothing was written. Remove nothing more and add nothing for a while, or use another scope.`,
        );
      }
      throw new RequestRefusal(
        409,
        'busy',
        'Another device has changed one of the records. Nothing was written. Read them, and write again.',
      );
    },

    async eraseGallery(asked) {
      const user = await assertSignedIn(asked);
      const { revision } = await store.records.erase(toGalleryShelf(asked), { id: erasedId, value: {} });
      return toAnswer({ user, revision });
    },

    async galleryEvents(asked) {
      await assertSignedIn(asked);
      return followGallery(settings, durable, asked, { shelf: toGalleryShelf(asked), since: toSince(asked.request) });
    },

    async lock(asked) {
      const user = await assertSignedIn(asked);
      const { held } = await lock(asked, toLockCall(await readBody(asked, 'locks')));
      return toAnswer({ user, held });
    },
  };
}
