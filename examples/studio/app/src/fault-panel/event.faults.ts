import { choice, count, type FaultEntries, ms } from './fault-entry.js';

/** The events of the stream. */
export const eventFaults: FaultEntries<
  | 'duplicateEvents'
  | 'repeatFileAfterCompletion'
  | 'foreignEvents'
  | 'unknownEvents'
  | 'brokenEvents'
  | 'oversizedEventBytes'
  | 'objectForm'
  | 'progressScale'
  | 'resultForm'
  | 'errorForm'
> = {
  duplicateEvents: {
    title: 'Events are repeated',
    description: 'Every event is sent this many more times.',
    initial: 1,
    field: count('Times more'),
  },
  repeatFileAfterCompletion: {
    title: 'The result is repeated',
    description: 'After the end the file event is sent again.',
    initial: { times: 5, everyMs: 500 },
    fields: { times: count('Times', 1_000), everyMs: ms('Every') },
  },
  foreignEvents: {
    title: "Another job's events",
    description: 'Before each event the same event of another file is sent.',
    initial: true,
  },
  unknownEvents: {
    title: 'Unknown events',
    description: 'Before each event an event of an unknown type is sent.',
    initial: true,
  },
  brokenEvents: {
    title: 'Events that are not JSON',
    description: 'Before each event an event with broken JSON is sent.',
    initial: true,
  },
  oversizedEventBytes: {
    title: 'A huge event',
    description: 'Before the first event an event of this size is sent.',
    initial: 2_000_000,
    field: { kind: 'number', label: 'Size', max: 16_777_216, unit: 'bytes' },
  },
  objectForm: {
    title: 'JSON within JSON',
    description: 'The object of an event is a JSON string.',
    initial: 'json-string',
    field: choice('As', ['object', 'json-string']),
  },
  progressScale: {
    title: 'Another scale',
    description: 'Progress is 0 to 1, in another member of the event.',
    initial: '0..1-top-level',
    field: choice('Scale', ['0..100', '0..1-top-level']),
  },
  resultForm: {
    title: 'Format of the result',
    description: 'The stream sends the result only in this format, or never.',
    initial: 'task',
    field: choice('As', [
      'file',
      'file_changed',
      'render_result',
      'render_result_file_url',
      'render_result_object',
      'data',
      'data_file_id',
      'task',
      'task_status',
      'none',
    ]),
  },
  errorForm: {
    title: 'Format of a failure',
    description: 'The stream sends a failure only in this format, or never.',
    initial: 'none',
    field: choice('As', ['task', 'error', 'error-data', 'none']),
  },
};
