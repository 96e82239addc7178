import { RequestRefusal } from './refusal.js';

const retryMs = 5_000;

/** Counts the open streams of each user of this process, so that one user cannot hold all its connections. */
export function createStreamLimit(maxStreamsPerUser: number) {
  const counts = new Map<string, number>();
  const leave = (userId: string) => {
    const rest = (counts.get(userId) ?? 0) - 1;
    if (rest > 0) counts.set(userId, rest);
    else counts.delete(userId);
  };

  return {
    /** Takes a place. @throws RequestRefusal with 429 if there is none */
    enter(userId: string): { leave(): void } {
      const count = counts.get(userId) ?? 0;
      if (count >= maxStreamsPerUser) {
        throw new RequestRefusal(
          429,
          'rate-limited',
          `You have ${count} open streams, which is the most. The job goes on. Close one, or read the job.`,
          { retryAfterMs: retryMs },
        );
      }
      counts.set(userId, count + 1);
      let isIn = true;
      return {
        leave() {
          if (isIn) leave(userId);
          isIn = false;
        },
      };
    },
  };
}

export type StreamLimit = ReturnType<typeof createStreamLimit>;
