import type { VendorScenario } from './double.types.js';

const seconds = (count: number) => count * 1_000;
const reads = ['read', 'result'] as const;
const following = ['read', 'result', 'events'] as const;

/**
 * Vendors' behaviors, by name. Each is data: change a member for a case of your own.
 *
 * @example
 * const slowAndFailed = falDouble({ scenario: { ...vendorScenarios.slowQueue, ends: 'failed' } });
 */
export const vendorScenarios = {
  healthy: {},
  slowQueue: { queuedMs: seconds(60) },
  failed: { ends: 'failed' },
  moderated: { ends: 'moderated' },
  moderatedAtSubmit: { faults: [{ on: 'submit', answer: 'moderated' }] },
  /** The result is deleted before anybody reads it. */
  expired: { resultLivesMs: 0, faults: [{ on: 'events', answer: 404 }] },
  slowCancel: { runningMs: seconds(30), stopsAfterMs: seconds(3) },
  /** The model does not stop. */
  vainCancel: { stopsAfterMs: Number.POSITIVE_INFINITY },
  unauthorized: { faults: [{ on: 'submit', answer: 401 }] },
  noCredit: { faults: [{ on: 'submit', answer: 402 }] },
  unknownModel: { faults: [{ on: 'submit', answer: 404 }] },
  badInput: { faults: [{ on: 'submit', answer: 422 }] },
  limitedSubmit: { faults: [{ on: 'submit', answer: 429, retryAfter: 3 }] },
  limitedReads: {
    faults: [
      { on: reads, answer: 429, retryAfter: 2, times: 2 },
      { on: 'events', answer: 404 },
    ],
  },
  lostSubmit: { faults: [{ on: 'submit', answer: 'lost' }] },
  brokenSubmit: { faults: [{ on: 'submit', answer: 500 }] },
  outage: { faults: [{ on: following, answer: 502, fromMs: 1_000, untilMs: 4_000 }] },
  noStream: { faults: [{ on: 'events', answer: 404 }] },
  cutStream: { faults: [{ on: 'events', answer: 'cut', times: 2 }] },
  silentStream: { faults: [{ on: 'events', answer: 'silent' }] },
  hangingRead: {
    faults: [
      { on: reads, answer: 'hangs', times: 1 },
      { on: 'events', answer: 404 },
    ],
  },
  repeatedEnd: { faults: [{ on: 'events', answer: 'twice' }] },
  webhookTwice: { webhook: 'twice' },
  webhookLate: { webhook: 'late' },
  webhookForged: { webhook: 'forged' },
  webhookMissing: { webhook: 'missing' },
} as const satisfies Readonly<Record<string, VendorScenario>>;
