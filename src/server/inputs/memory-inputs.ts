import { joinBytes, toBase64Url } from '../encoding.js';
import type { InputStore, StoredInput } from './input-store.js';

type Entry = { readonly input: StoredInput; readonly bytes: Uint8Array<ArrayBuffer>; readonly heldBy: Set<string> };

async function gather(body: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return joinBytes(parts);
}

/**
 * Keeps uploaded files in the memory of one process, for tests and experiments.
 *
 * @example
 * const inputs = { store: memoryInputs() };
 */
export function memoryInputs(): InputStore {
  const entries = new Map<string, Entry>();
  const removeUnheld = (id: string): boolean => {
    if ((entries.get(id)?.heldBy.size ?? 0) > 0) return false;
    entries.delete(id);
    return true;
  };

  return {
    async put(given, body) {
      const bytes = await gather(body);
      const digest = toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
      const input = { ...given, size: bytes.byteLength, digest };
      entries.set(given.id, { input, bytes, heldBy: new Set() });
      return input;
    },
    async get(id) {
      return entries.get(id)?.input;
    },
    async read(id, { from, to } = { from: 0, to: Number.POSITIVE_INFINITY }) {
      const entry = entries.get(id);
      return entry && new Blob([entry.bytes.slice(from, to)]).stream();
    },
    async hold(id, jobId) {
      const entry = entries.get(id);
      entry?.heldBy.add(jobId);
      return entry !== undefined;
    },
    async release(id, jobId) {
      entries.get(id)?.heldBy.delete(jobId);
    },
    async remove(id) {
      return removeUnheld(id);
    },
    async count(owner) {
      return [...entries.values()].filter(({ input }) => input.owner === owner).length;
    },
    async *list() {
      for (const { input, heldBy } of [...entries.values()]) yield { input, heldBy: [...heldBy] };
    },
  };
}
