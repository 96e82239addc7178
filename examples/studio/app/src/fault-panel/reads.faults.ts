import { choice, count, type FaultEntries, ms, statuses } from './fault-entry.js';

/** What happens to the reads of the file, from the first on. */
export const readsFaults: FaultEntries<
  'fileNotFoundReads' | 'rateLimitedReads' | 'failingReads' | 'htmlReads' | 'hangingReads'
> = {
  fileNotFoundReads: {
    title: 'Not found yet',
    sentence: 'The first reads are answered 404, though the job runs.',
    initial: 3,
    field: count('Times'),
  },
  rateLimitedReads: {
    title: 'Too many requests',
    sentence: 'The next reads are answered 429, and say when to come back.',
    initial: { times: 2, retryAfterS: 3 },
    fields: { times: count('Times'), retryAfterS: { kind: 'number', label: 'Come back in', max: 3_600, unit: 's' } },
  },
  failingReads: {
    title: 'They fail',
    sentence: 'The next reads are answered with an error, as during a deploy.',
    initial: { times: 3, status: 500 },
    fields: { times: count('Times'), status: choice('Status', statuses) },
  },
  htmlReads: {
    title: 'A page instead of an answer',
    sentence: 'The next reads are answered with a page of a proxy.',
    initial: { times: 2, status: 502 },
    fields: { times: count('Times'), status: choice('Status', [200, 502]) },
  },
  hangingReads: {
    title: 'They hang',
    sentence: 'The next reads are answered only after so long.',
    initial: { times: 1, ms: 60_000 },
    fields: { times: count('Times'), ms: ms('After', 600_000) },
  },
};
