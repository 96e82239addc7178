import { choice, count, type FaultEntries, ms } from './fault-entry.js';

/** What the stream says, and how. */
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
    title: 'Events come again',
    sentence: 'Every event is sent so many times more.',
    initial: 1,
    field: count('Times more'),
  },
  repeatFileAfterCompletion: {
    title: 'The result comes again and again',
    sentence: 'After the end the file is published again, as if it were news.',
    initial: { times: 5, everyMs: 500 },
    fields: { times: count('Times', 1_000), everyMs: ms('Every') },
  },
  foreignEvents: {
    title: "Another job's events",
    sentence: 'Before each event comes the same one about a file of somebody else.',
    initial: true,
  },
  unknownEvents: {
    title: 'Events nobody knows',
    sentence: 'Before each event comes one of a type that has to be ignored.',
    initial: true,
  },
  brokenEvents: {
    title: 'Events that are no JSON',
    sentence: 'Before each event comes one that cannot be read.',
    initial: true,
  },
  oversizedEventBytes: {
    title: 'A huge event',
    sentence: 'Before the first event comes one of so many bytes.',
    initial: 2_000_000,
    field: { kind: 'number', label: 'Size', max: 16_777_216, unit: 'bytes' },
  },
  objectForm: {
    title: 'JSON within JSON',
    sentence: 'What an event is about comes as a text of JSON.',
    initial: 'json-string',
    field: choice('As', ['object', 'json-string']),
  },
  progressScale: {
    title: 'Another scale',
    sentence: 'Progress comes as 0 to 1 at another place of the event.',
    initial: '0..1-top-level',
    field: choice('Scale', ['0..100', '0..1-top-level']),
  },
  resultForm: {
    title: 'How success is told',
    sentence: 'The stream tells of the result in this one form, or never.',
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
    title: 'How failure is told',
    sentence: 'The stream tells of a failed job in this one form, or never.',
    initial: 'none',
    field: choice('As', ['task', 'error', 'error-data', 'none']),
  },
};
