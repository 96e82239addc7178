import type { JobRef } from '../../machines/generation/generation.port.js';
import { createCredentials } from '../http/credentials.js';
import { readEventStream } from '../http/event-stream.js';
import type { Errand } from '../http/failure.js';
import type { SharedEventsOptions } from '../sharing/shared-events.types.js';
import { toFileIds, toUrl } from './address.js';
import { type FileEvent, toEventUpdate, toFileEvent } from './events.js';
import type { FileBackendOptions, FileKind, FileOutput } from './file-backend.types.js';
import { toJobContext } from './updates.js';

/** Where the channels are, and which is a job's. */
export type FileChannelsOptions = Omit<FileBackendOptions<FileKind>, 'kind'> & {
  /** The channel that tells of a job, such as `user.7`. Events that name no file are nobody's there. @defaultValue each file's own */
  readonly channelOf?: ((job: JobRef) => string) | undefined;
};

/** An event, and the errand on which it was heard. */
export type HeardFileEvent = { readonly event: FileEvent; readonly errand: Errand };

/**
 * The event channels of the backend of {@link fileBackend}, for {@link sharedEvents}: images and videos alike, so that
 * one connection may serve both.
 *
 * @example
 * const shared = sharedEvents(fileChannels({ headers, channelOf: () => `user.${userId}` }));
 * const images = createGenerationMachine({ ...fileBackend({ kind: 'image', headers }), events: shared.events });
 */
export function fileChannels(options: FileChannelsOptions = {}): SharedEventsOptions<HeardFileEvent, FileOutput> {
  const { baseUrl, fetch, headers, maxEventBytes, channelOf } = options;
  const authorize = createCredentials((url, init) => (fetch ?? globalThis.fetch)(url, init), headers);
  return {
    async *open(channel, call, job) {
      const errand: Errand = { doing: 'Following', job };
      const url = toUrl(options, 'events', channel, errand);
      const stream = readEventStream(url, { ...call, job, fetch: authorize(errand), maxEventBytes });
      for await (const { data } of stream) yield { event: toFileEvent(data), errand };
    },
    route: {
      channelOf: channelOf ?? (({ id }) => `file.${id}`),
      idsOf: toFileIds,
      idsIn: channelOf && (({ event: [, id] }) => (id ? [id] : [])),
      toUpdate: ({ event, errand }, job) =>
        toEventUpdate(event, {
          errand: { ...errand, job },
          files: toFileIds(job),
          context: toJobContext(job, baseUrl),
        }),
    },
  };
}
