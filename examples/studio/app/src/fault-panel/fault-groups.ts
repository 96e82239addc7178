import type { Faults } from '../../../server/faults.js';
import { eventFaults } from './event.faults.js';
import type { FaultEntries, ShownFault } from './fault-entry.js';
import { jobFaults } from './job.faults.js';
import { readsFaults } from './reads.faults.js';
import { streamFaults } from './stream.faults.js';
import { submitFaults } from './submit.faults.js';

/** Every fault of the backend. The type requires all of them. */
export const faultEntries: FaultEntries<keyof Faults> = {
  ...jobFaults,
  ...submitFaults,
  ...streamFaults,
  ...eventFaults,
  ...readsFaults,
};

/** The controls of a group, by fault name. */
export type FaultGroup = { readonly title: string; readonly entries: Readonly<Record<string, ShownFault>> };

export const faultGroups: readonly FaultGroup[] = [
  { title: 'The job', entries: jobFaults },
  { title: 'The submit', entries: submitFaults },
  { title: 'The stream', entries: streamFaults },
  { title: 'The events', entries: eventFaults },
  { title: 'The reads', entries: readsFaults },
];
