import { choice, count, type FaultEntries, ms, statuses } from './fault-entry.js';

/** The reads of the file, from the first on. */
export const readsFaults: FaultEntries<
  'fileNotFoundReads' | 'rateLimitedReads' | 'failingReads' | 'htmlReads' | 'hangingReads'
> = {
  fileNotFoundReads: {
    title: 'Not found yet',
    description: 'The first reads are answered with 404, although the job is running.',
    initial: 3,
    field: count('Times'),
  },
  rateLimitedReads: {
    title: 'Too many requests',
    description: 'The next reads are answered with 429 and Retry-After.',
    initial: { times: 2, retryAfterS: 3 },
    fields: { times: count('Times'), retryAfterS: { kind: 'number', label: 'Retry after', max: 3_600, unit: 's' } },
  },
  failingReads: {
    title: 'Failing reads',
    description: 'The next reads are answered with an error, as during a deploy.',
    initial: { times: 3, status: 500 },
    fields: { times: count('Times'), status: choice('Status', statuses) },
  },
  htmlReads: {
    title: 'HTML instead of JSON',
    description: 'The next reads are answered with the error page of a proxy.',
    initial: { times: 2, status: 502 },
    fields: { times: count('Times'), status: choice('Status', [200, 502]) },
  },
  hangingReads: {
    title: 'Slow reads',
    description: 'The next reads are answered after this long.',
    initial: { times: 1, ms: 60_000 },
    fields: { times: count('Times'), ms: ms('After', 600_000) },
  },
};
