import { wrongAbortsAndErrors } from './wrong-aborts-and-errors.js';
import type { WrongAdapter } from './wrong-adapter.js';
import { wrongCalls } from './wrong-calls.js';
import { wrongStreams } from './wrong-streams.js';

/** For each requirement, an adapter that violates only it. */
export const wrongAdapters: Readonly<Record<string, WrongAdapter>> = {
  ...wrongCalls,
  ...wrongStreams,
  ...wrongAbortsAndErrors,
};
