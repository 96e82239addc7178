import type { FileKind } from '../../adapters/file-backend/file-backend.types.js';
import { toMembers, toMetadata, toText } from '../../adapters/file-backend/metadata.js';
import type { StoredFormat } from '../../adapters/stores/local/local-store.types.js';
import { isStoredGeneration } from '../../adapters/stores/stored-generation.js';

const maxAgeMs = 30 * 60_000;

/**
 * The format of the array under `generation_states`, in which the hand-written hooks stored the running generations of images
 * and videos. An entry of such a hook is followed if it has a file, is younger than 30 minutes and is not completed. An entry
 * of this library has the members that such a hook reads.
 */
export function generationStates(kind: FileKind, now: () => number): StoredFormat {
  return {
    key: 'generation_states',
    limit: 10,

    toStored(generation) {
      const { token, createdAt, updatedAt, description, failure } = generation;
      const job = toMembers(token.job);
      const { prompt = toMembers(job.get('request')).get('prompt'), settings } = { ...description };
      return {
        id: token.id,
        type: kind,
        status: failure ? 'error' : token.job ? 'processing' : 'pending',
        fileId: token.job?.id,
        projectId: job.get('projectId'),
        requestId: job.get('requestId'),
        prompt,
        startTime: createdAt,
        lastUpdate: updatedAt,
        settings,
        record: generation,
      };
    },

    fromStored(stored) {
      const entry = toMembers(stored);
      const type = entry.get('type');
      if (type !== kind) return type === 'image' || type === 'video' ? 'foreign' : undefined;
      const generation = entry.get('record');
      if (isStoredGeneration(generation)) return generation;

      const fileId = entry.get('fileId');
      const startTime = entry.get('startTime');
      const isOld = typeof startTime !== 'number' || !(now() - startTime < maxAgeMs);
      if (typeof fileId !== 'string' || fileId === '' || isOld || entry.get('status') === 'completed') return undefined;
      const id = toText(entry.get('id')) ?? fileId;
      const prompt = toText(entry.get('prompt'));
      const lastUpdate = entry.get('lastUpdate');
      return {
        version: 1,
        token: {
          version: 1,
          id,
          idempotencyKey: id,
          job: {
            id: fileId,
            kind,
            projectId: toText(entry.get('projectId')),
            requestId: toText(entry.get('requestId')),
            // Metadata in the backend's file takes precedence.
            request: { ...toMetadata(stored, entry.get('settings')) },
          },
          startedAt: startTime,
          cancelRequested: false,
        },
        createdAt: startTime,
        updatedAt: typeof lastUpdate === 'number' ? lastUpdate : startTime,
        description: { prompt },
      };
    },
  };
}
