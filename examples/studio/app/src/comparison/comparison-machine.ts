import { createGenerationMachine, policyFor } from 'generation-lifecycle';
import { browserEnvironment, fileBackend } from 'generation-lifecycle/adapters';
import { createRequestMeter } from './request-meter.js';

/** Counts what the library asks for. */
export const libraryMeter = createRequestMeter();

/** The library's side of the comparison. */
export const machine = createGenerationMachine(fileBackend({ kind: 'image', fetch: libraryMeter.fetch }), {
  policy: policyFor('image'),
  environment: browserEnvironment(),
});
