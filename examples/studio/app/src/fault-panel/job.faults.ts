import { choice, type FaultEntries, ms } from './fault-entry.js';

/** The job itself. */
export const jobFaults: FaultEntries<
  'renderMs' | 'failTheJob' | 'urlLateMs' | 'thumbnailLateMs' | 'rotatedUrl' | 'tasksForm'
> = {
  renderMs: {
    title: 'Slow rendering',
    description: 'The rendering takes at least this long.',
    initial: 8_000,
    field: ms('Takes'),
  },
  failTheJob: {
    title: 'The job fails',
    description: 'The task ends with an error, and there is no image.',
    initial: { message: 'The model ran out of memory', atProgress: 0.5 },
    fields: { message: { kind: 'text', label: 'Message' }, atProgress: { kind: 'share', label: 'After' } },
  },
  urlLateMs: {
    title: 'Done without a result',
    description: 'All tasks are completed, but the URL is missing for this long.',
    initial: 3_000,
    field: ms('Missing for'),
  },
  thumbnailLateMs: {
    title: 'The thumbnail is late',
    description: 'The thumbnail is ready this long after the image, and the file event is sent again.',
    initial: 2_000,
    field: ms('Late by'),
  },
  rotatedUrl: {
    title: 'Two URLs',
    description: 'The stream and a read return different URLs of the same image.',
    initial: true,
  },
  tasksForm: {
    title: 'No task list',
    description: 'The task list of the file is empty or missing.',
    initial: 'empty',
    field: choice('Tasks are', ['listed', 'empty', 'absent']),
  },
};
