import type { Attributes } from '@opentelemetry/api';
import type { ServerWork } from '../observe/observer.types.js';

/** What spans and metrics are told apart by. No convention has words for a generation. */
export const names = {
  backend: 'generation.backend',
  id: 'generation.id',
  reason: 'generation.step.reason',
  status: 'generation.status',
  charged: 'generation.charged',
  work: 'generation.work',
  event: 'generation.event',
  error: 'error.type',
} as const;

/** Without what is not known. */
export const known = (attributes: Readonly<Record<string, string | undefined>>): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

export const toAttributes = ({ backend, id, reason }: ServerWork): Attributes =>
  known({ [names.backend]: backend, [names.id]: id, [names.reason]: reason });
