import type { JobRef } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { createCredentials } from '../http/credentials.js';
import { readEventStream } from '../http/event-stream.js';
import { toBase } from '../http/page-base.js';
import type { RequestContext } from '../http/request-error.js';
import type { SharedEventsOptions } from '../sharing/shared-events.types.js';
import { assertBaseUrl, toUrl } from './address.js';
import { type FileEvent, toEventUpdate, toFileEvent, toReportedReason } from './events.js';
import type { BackendAddress, FileOutput } from './file-backend.types.js';
import { toFileIds } from './ids.js';
import { createJobMemory } from './job-memory.js';
import { toFileContext } from './updates.js';

/** Where the backend's event channels are, and which channel belongs to a job. */
export type FileChannelsOptions = BackendAddress & {
  /**
   * The name of the channel with a job's events, such as `user.7`. An event on it that names no file is ignored.
   * @defaultValue each file has its own channel
   */
  readonly channelOf?: ((job: JobRef) => string) | undefined;
};

/** An event, with the request whose stream it came from. */
type ChannelMessage = { readonly event: FileEvent; readonly context: RequestContext };

const optionNames = Object.keys({
  baseUrl: true,
  fetch: true,
  headers: true,
  maxEventBytes: true,
  channelOf: true,
} satisfies Record<keyof FileChannelsOptions, true>);

/**
 * Options of {@link sharedEvents} for the event channels of {@link fileBackend}. Images and videos use the same
 * channels, so one connection can serve both.
 *
 * @throws TypeError for an unknown option
 * @example
 * const shared = sharedEvents(fileChannels({ headers, channelOf: () => `user.${userId}` }));
 * const images = createGenerationMachine({ ...fileBackend({ kind: 'image', headers }), events: shared.events });
 */
export function fileChannels(options: FileChannelsOptions = {}): SharedEventsOptions<ChannelMessage, FileOutput> {
  assertKnownOptions('fileChannels', options, optionNames);
  const { baseUrl, fetch, headers, maxEventBytes, channelOf } = options;
  assertBaseUrl('fileChannels', baseUrl);
  const memory = createJobMemory();
  const authorize = createCredentials((url, init) => (fetch ?? globalThis.fetch)(url, init), headers);
  return {
    async *open(channel, call, job) {
      const context: RequestContext = { action: 'follow', job };
      const url = toUrl(options, 'events', channel, context);
      const stream = readEventStream(url, { ...call, job, fetch: authorize(context), maxEventBytes });
      for await (const { data } of stream) yield { event: toFileEvent(data), context };
    },
    route: {
      channelOf: channelOf ?? (({ id }) => `file.${id}`),
      idsOf: toFileIds,
      idsIn: channelOf && (({ event: { fileId } }) => (fileId ? [fileId] : [])),
      toUpdate({ event, context }, job) {
        const followed = {
          job,
          fileIds: toFileIds(job),
          fileContext: toFileContext(job, baseUrl, context),
          known: memory.of(job.id),
        };
        const reason = toReportedReason(event, followed);
        if (reason) memory.setReason(job, toBase(baseUrl), reason);
        return toEventUpdate(event, followed);
      },
    },
  };
}
