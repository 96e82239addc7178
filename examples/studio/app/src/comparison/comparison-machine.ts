import { createGenerationMachine, policyFor } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { createRequestMeter } from './request-meter.js';

/** Counts the requests of the library. */
export const libraryMeter = createRequestMeter();

export const machine = createGenerationMachine(fileBackend({ kind: 'image', fetch: libraryMeter.fetch }), {
  policy: policyFor('image'),
  environment: browserEnvironment(),
});
