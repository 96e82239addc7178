import type { JobCounts, JobStore } from '../store/job-store.js';
import type { ServerSource } from './observer.types.js';

/** How old an answer may be, in ms. */
const freshMs = 1_000;
/** After how long a question without an answer is asked again, in ms. */
const lostMs = 10_000;

/** Counts for all who ask at about the same time by one question to the store: probes need no sign-in, so anybody may ask at any rate. */
export function createSource(store: Pick<JobStore, 'count'>, backends: readonly string[]): ServerSource {
  let asked: { readonly at: number; readonly answer: Promise<JobCounts>; isOpen: boolean } | undefined;
  return {
    backends,
    count() {
      const now = Date.now();
      if (asked && Math.abs(now - asked.at) < (asked.isOpen ? lostMs : freshMs)) return asked.answer;
      const question = { at: now, answer: store.count(), isOpen: true };
      const close = () => {
        question.isOpen = false;
      };
      question.answer.then(close, close);
      asked = question;
      return question.answer;
    },
  };
}
