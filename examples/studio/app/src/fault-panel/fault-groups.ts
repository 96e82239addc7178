import type { Faults } from '../../../server/faults.js';
import { eventFaults } from './event.faults.js';
import type { FaultEntries, ShownFault } from './fault-entry.js';
import { jobFaults } from './job.faults.js';
import { readsFaults } from './reads.faults.js';
import { streamFaults } from './stream.faults.js';
import { submitFaults } from './submit.faults.js';

/** Every fault of the backend: one that is missing here is an error of the compiler. */
export const faultEntries: FaultEntries<keyof Faults> = {
  ...jobFaults,
  ...submitFaults,
  ...streamFaults,
  ...eventFaults,
  ...readsFaults,
};

/** Faults that stand together, by their names at the backend. */
export type FaultGroup = { readonly title: string; readonly entries: Readonly<Record<string, ShownFault>> };

/** The faults as the panel groups them. */
export const faultGroups: readonly FaultGroup[] = [
  { title: 'The job', entries: jobFaults },
  { title: 'The submit', entries: submitFaults },
  { title: 'The stream', entries: streamFaults },
  { title: 'The events', entries: eventFaults },
  { title: 'The reads', entries: readsFaults },
];
