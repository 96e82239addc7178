import { choice, count, type FaultEntries, ms, statuses } from './fault-entry.js';

/** How the event stream opens and ends. */
export const streamFaults: FaultEntries<
  | 'openLateMs'
  | 'openWithFirstByte'
  | 'openAfterEndMs'
  | 'silentStream'
  | 'pingMs'
  | 'cutStreamAfterMs'
  | 'cutStreamAfterEvents'
  | 'cutForm'
  | 'streamStatus'
  | 'htmlStream'
> = {
  openLateMs: {
    title: 'The stream opens late',
    description: 'The headers of the stream are delayed; events wait for them.',
    initial: 15_000,
    field: ms('Late by'),
  },
  openWithFirstByte: {
    title: 'The stream opens with its first byte',
    description: 'As with some proxies: the headers arrive with the first event or ping.',
    initial: true,
  },
  openAfterEndMs: {
    title: 'The stream opens after the end',
    description: 'The job is over before the stream opens, and the stream never sends its result.',
    initial: 500,
    field: ms('Delay'),
  },
  silentStream: {
    title: 'Silent stream',
    description: 'The stream opens and pings, but sends no events.',
    initial: true,
  },
  pingMs: {
    title: 'Other ping interval',
    description: 'How often a comment is sent to keep the stream alive.',
    initial: 1_000,
    field: ms('Every'),
  },
  cutStreamAfterMs: {
    title: 'The stream ends after a time',
    description: 'The stream ends this long after it opened, although the job is running.',
    initial: 3_000,
    field: ms('After'),
  },
  cutStreamAfterEvents: {
    title: 'The stream ends after some events',
    description: 'The stream ends after this many events, although the job is running.',
    initial: 3,
    field: count('After'),
  },
  cutForm: {
    title: 'How a stream ends',
    description: 'A stream that ends early is closed cleanly, or its connection is reset.',
    initial: 'reset',
    field: choice('By', ['end', 'reset']),
  },
  streamStatus: {
    title: 'The stream fails to open',
    description: 'The first streams are answered with an error.',
    initial: { times: 2, status: 500 },
    fields: { times: count('Times'), status: choice('Status', statuses) },
  },
  htmlStream: {
    title: 'HTML instead of a stream',
    description: 'The first streams are answered with 200 and an HTML page.',
    initial: { times: 2 },
    fields: { times: count('Times') },
  },
};
