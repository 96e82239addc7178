import type { ToVerdict } from './json-answer.js';

/** Of a backend whose limits are about the jobs that run: a submit beyond them is refused for load, and is sent again later. */
export const limitsAreBusy: ToVerdict = (refusal, { action }) =>
  action === 'submit' && refusal.toError().code === 'rate-limited' ? { code: 'busy' } : undefined;
