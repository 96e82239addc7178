/** For `toError`, about a job that has ended well and shows no result. It is read again, because a result may come late. */
export const noResult = {
  code: 'invalid-response',
  said: 'the job has ended, but the answer has no result',
  advice: 'Look at the backend whether the result is there',
} as const;
