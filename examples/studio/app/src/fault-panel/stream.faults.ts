import { choice, count, type FaultEntries, ms, statuses } from './fault-entry.js';

/** How the event stream opens, goes on and ends. */
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
    title: 'It opens late',
    sentence: 'The headers of the stream are held back; what is published meanwhile waits for them.',
    initial: 15_000,
    field: ms('Late by'),
  },
  openWithFirstByte: {
    title: 'It opens with its first byte',
    sentence: 'As through a proxy: until something is sent, a healthy stream looks unopened.',
    initial: true,
  },
  openAfterEndMs: {
    title: 'It opens after the end',
    sentence: 'The job is over before the stream opens, and its result is never told there.',
    initial: 500,
    field: ms('So long after'),
  },
  silentStream: {
    title: 'It says nothing',
    sentence: 'The stream opens and pings, and delivers nothing at all.',
    initial: true,
  },
  pingMs: {
    title: 'It pings at another pace',
    sentence: 'A comment is sent so often to keep the stream alive.',
    initial: 1_000,
    field: ms('Every'),
  },
  cutStreamAfterMs: {
    title: 'It ends after a while',
    sentence: 'The stream ends so long after it has opened, whatever the job does.',
    initial: 3_000,
    field: ms('After'),
  },
  cutStreamAfterEvents: {
    title: 'It ends after some events',
    sentence: 'The stream ends after so many events, whatever the job does.',
    initial: 3,
    field: count('After'),
  },
  cutForm: {
    title: 'How a stream ends',
    sentence: 'A stream that is cut ends cleanly, or its connection breaks.',
    initial: 'reset',
    field: choice('By', ['end', 'reset']),
  },
  streamStatus: {
    title: 'Its first answers are errors',
    sentence: 'The first streams are answered with an error.',
    initial: { times: 2, status: 500 },
    fields: { times: count('Times'), status: choice('Status', statuses) },
  },
  htmlStream: {
    title: 'A page instead of a stream',
    sentence: 'The first streams are answered with 200 and a page of a proxy.',
    initial: { times: 2 },
    fields: { times: count('Times') },
  },
};
