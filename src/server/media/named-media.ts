import type {
  GenerationAdapter,
  JobRef,
  JobUpdate,
  Preview,
  Submission,
} from '../../machines/generation/generation.port.js';
import { valuesOf } from '../../machines/values-of.js';
import { toHash } from '../encoding.js';
import { toJobWebhook } from '../job-webhook.js';
import type { KeptMedia } from './kept-media.js';
import { isMediaData, isServed, mapServed, namedResult } from './media-urls.js';
import { namedPreview, type PreviewMemory } from './preview-memory.js';

type Adapter = GenerationAdapter<unknown, unknown>;

const nameLength = 32;

/** Where a server half has bytes that no row of a job holds. */
export type MediaMemory = {
  readonly previews: PreviewMemory;
  /** Of jobs that tell their result once. Without a store there are none of them. */
  readonly kept: KeptMedia | undefined;
};

/** Where the bytes of a job are remembered: the job as the backend calls it. */
export const toMediaPlace = (backend: string, { id }: JobRef): string => JSON.stringify([backend, id]);

/**
 * An adapter whose updates carry no bytes: in place of a data URL in an output there is a mark, and a preview is remembered and named. So no
 * row, no view and no event holds megabytes. The bytes of a result are asked for when somebody wants them, and kept if nobody can be asked.
 */
export function withNamedMedia(backend: string, adapter: Adapter, { previews, kept }: MediaMemory): Adapter {
  const origins = adapter.hiddenResults?.origins ?? [];

  /** A name that is made of the content: a page that has loaded it need not load it again. */
  async function toPreview(place: string, preview: Preview): Promise<Preview> {
    const { url } = preview;
    if (typeof url !== 'string' || !isServed(url, origins)) return preview;
    const name = (await toHash('preview', url)).slice(0, nameLength);
    previews.keep(place, name, url);
    return { ...preview, url: namedPreview + name };
  }

  async function named(job: JobRef, update: JobUpdate<unknown>): Promise<JobUpdate<unknown>> {
    if (update?.kind === 'succeeded') {
      const told: [index: number, url: string][] = [];
      const output = mapServed(update.output, origins, (url, index) => {
        if (!isMediaData(url)) return url;
        told.push([index, url]);
        return namedResult;
      });
      // Before the end is told: what is told as completed is there.
      if (adapter.stream?.isJob)
        for (const [index, url] of told) await kept?.keep(toMediaPlace(backend, job), index, url);
      return { ...update, output };
    }
    if (update?.kind !== 'pending' || !Array.isArray(update.previews)) return update;
    const place = toMediaPlace(backend, job);
    return { ...update, previews: await Promise.all(update.previews.map(each => toPreview(place, each))) };
  }

  async function submitted<TSubmission extends Submission<unknown> | undefined>(given: TSubmission) {
    if (!given?.update || typeof given.job !== 'object') return given;
    return { ...given, update: await named(given.job, given.update) };
  }

  const { cancel, events, find, cancelByKey } = adapter;
  // Methods are called on the adapter, whose own they may need.
  return {
    submit: async (input, call) => submitted(await adapter.submit(input, call)),
    read: async (job, call) => named(job, await adapter.read(job, call)),
    ...(events && {
      async *events(job, call) {
        for await (const update of valuesOf(adapter.events?.(job, call))) yield await named(job, update);
      },
    }),
    ...(cancel && {
      async cancel(job, call) {
        const update = await adapter.cancel?.(job, call);
        return update ? named(job, update) : undefined;
      },
    }),
    ...(find && { find: async (key, call) => submitted(await adapter.find?.(key, call)) }),
    ...(cancelByKey && { cancelByKey: async (key, call) => submitted(await adapter.cancelByKey?.(key, call)) }),
    idempotentSubmit: adapter.idempotentSubmit,
    idempotencyWindowMs: adapter.idempotencyWindowMs,
    stream: adapter.stream,
    webhook: toJobWebhook(adapter),
    hiddenResults: adapter.hiddenResults,
  };
}
