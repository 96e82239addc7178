import { isGenerationError } from '../../machines/generation/generation.errors.js';
import { RequestRefusal } from '../request/refusal.js';
import type { ServerEvent, ServerObserver, ServerSource, ServerWork, ServerWorkEnd } from './observer.types.js';

/** How work ended that has thrown: by a name, because its text may have secrets in it. */
export function toFailedEnd(error: unknown): ServerWorkEnd {
  if (error instanceof RequestRefusal) return { status: error.status, error: error.code };
  if (isGenerationError(error)) return { error: error.failure.code };
  return { error: error instanceof Error ? error.name : 'Error' };
}

/** How work ended that has an answer. */
export const toAnswerEnd = ({ status }: Response): ServerWorkEnd => ({ status });

/**
 * Tells observers what a server half does. Nothing that they do, throw or reject reaches it: each piece of work is begun at once, and once.
 *
 * @param failed is called with the first thing that each observer throws
 */
export function createObserve(
  observers: readonly ServerObserver[],
  failed: (observer: ServerObserver, error: unknown) => void,
) {
  const hasFailed = new Set<ServerObserver>();

  function isolated<TAnswer>(observer: ServerObserver, call: () => TAnswer): TAnswer | undefined {
    const fail = (error: unknown) => {
      if (hasFailed.has(observer)) return;
      hasFailed.add(observer);
      failed(observer, error);
    };
    try {
      const answer = call();
      // A function that is async rejects where it should throw, and that would end the process.
      Promise.resolve(answer).catch(fail);
      return answer;
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  const working = observers.filter(({ work }) => work !== undefined).reverse();
  let detaching: (readonly [ServerObserver, () => void])[] | undefined;

  return {
    event(event: ServerEvent): void {
      for (const observer of observers) isolated(observer, () => observer.event?.(event));
    },

    /** Does a piece of work within the contexts of all observers. */
    work<TResult>(
      work: ServerWork,
      run: () => Promise<TResult>,
      toEnd: (result: TResult) => ServerWorkEnd = () => ({}),
    ): Promise<TResult> {
      if (working.length === 0) return run();
      let begun: Promise<TResult> | undefined;
      const begin = () => {
        begun ??= run();
        return begun;
      };
      const ended = () => begin().then(toEnd, toFailedEnd);
      let outermost: () => Promise<ServerWorkEnd> = ended;
      for (const observer of working) {
        const inner = outermost;
        outermost = () => {
          isolated(observer, () => observer.work?.(work, inner));
          return ended();
        };
      }
      void outermost();
      return begin();
    },

    attach(source: ServerSource): void {
      if (detaching) return;
      detaching = observers.flatMap(observer => {
        const detach = isolated(observer, () => observer.attach?.(source));
        return typeof detach === 'function' ? [[observer, detach] as const] : [];
      });
    },

    detach(): void {
      for (const [observer, detach] of detaching ?? []) isolated(observer, detach);
      detaching = undefined;
    },
  };
}

export type Observe = ReturnType<typeof createObserve>;
