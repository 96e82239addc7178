import { choice, count, type FaultEntries, ms } from './fault-entry.js';

/** The job itself. */
export const jobFaults: FaultEntries<
  | 'renderMs'
  | 'failTheJob'
  | 'urlLateMs'
  | 'thumbnailLateMs'
  | 'rotatedUrl'
  | 'noPreviews'
  | 'tasksForm'
  | 'queue'
  | 'slowCancel'
  | 'noCancel'
  | 'moderation'
  | 'urlsExpireAfterS'
  | 'cost'
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
  noPreviews: {
    title: 'No previews',
    description: 'No partial pictures are sent while an image is painted.',
    initial: true,
  },
  tasksForm: {
    title: 'No task list',
    description: 'The task list of the file is empty or missing.',
    initial: 'empty',
    field: choice('Tasks are', ['listed', 'empty', 'absent']),
  },
  queue: {
    title: 'The job is queued first',
    description: 'The backend names the position in its queue, and the job runs once the others are done.',
    initial: { ahead: 3, eachMs: 3_000 },
    fields: { ahead: count('Others', 100), eachMs: ms('Each takes') },
  },
  slowCancel: {
    title: 'A cancel takes a while',
    description: 'The backend accepts a cancel, and the job stops this long after, free of charge.',
    initial: { stopsAfterMs: 1_500 },
    fields: { stopsAfterMs: ms('Stops after', 10_000) },
  },
  noCancel: {
    title: 'A job cannot be cancelled',
    description: 'There is no cancel route. Reload the page: it learns what its backend can do when it opens.',
    initial: true,
  },
  moderation: {
    title: 'The content is flagged',
    description: 'The submit is refused and free, or the job fails when it is rendered and is charged.',
    initial: { at: 'submit', category: 'violence' },
    fields: {
      at: choice('At the', ['submit', 'end']),
      category: choice('For', ['violence', 'sexual', 'hate', 'self-harm']),
    },
  },
  urlsExpireAfterS: {
    title: 'URLs expire',
    description: 'The URLs of the image stop working after this time, and each read returns new ones.',
    initial: 30,
    field: { kind: 'number', label: 'After', max: 86_400, unit: 's' },
  },
  cost: {
    title: 'The cost is named',
    description: 'The backend says what each image has cost.',
    initial: { amount: 0.04, unit: 'USD' },
    fields: {
      amount: { kind: 'number', label: 'Amount', max: 1_000_000 },
      unit: { kind: 'text', label: 'Unit' },
    },
  },
};
