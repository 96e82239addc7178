import { choice, type FaultEntries, ms } from './fault-entry.js';

/** What the job itself does. */
export const jobFaults: FaultEntries<
  'renderMs' | 'failTheJob' | 'urlLateMs' | 'thumbnailLateMs' | 'rotatedUrl' | 'tasksForm'
> = {
  renderMs: {
    title: 'It takes time',
    sentence: 'The rendering takes at least so long.',
    initial: 8_000,
    field: ms('Takes'),
  },
  failTheJob: {
    title: 'The job fails',
    sentence: 'The task ends in an error on the way, and there will never be a picture.',
    initial: { message: 'The model ran out of memory', atProgress: 0.5 },
    fields: { message: { kind: 'text', label: 'Says' }, atProgress: { kind: 'share', label: 'After' } },
  },
  urlLateMs: {
    title: 'Done, but nothing there',
    sentence: 'All tasks are completed, and the url is still missing for so long.',
    initial: 3_000,
    field: ms('Missing for'),
  },
  thumbnailLateMs: {
    title: 'The thumbnail is late',
    sentence: 'The file is told again when its thumbnail is there, so long after the picture.',
    initial: 2_000,
    field: ms('Late by'),
  },
  rotatedUrl: {
    title: 'Two addresses',
    sentence: 'The stream names another url of the same picture than a read does.',
    initial: true,
  },
  tasksForm: {
    title: 'Tasks are not listed',
    sentence: 'The file lists no tasks, or does not even have the member, so they say nothing.',
    initial: 'empty',
    field: choice('Tasks are', ['listed', 'empty', 'absent']),
  },
};
