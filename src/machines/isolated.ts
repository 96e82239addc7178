import type { ActorOptions, AnyActorLogic } from 'xstate';

/** Prints an error. Some cannot even be printed. */
export function printError(error: unknown): void {
  try {
    console.error(error);
  } catch {
    console.error('generation-lifecycle: a function of the page threw an error that cannot be printed.');
  }
}

/** What a function returns; `undefined` if it throws. */
export function attempt<TResult>(make: () => TResult): TResult | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** What a page's function returned is not used. If it is a promise, its rejection must not end a process. */
export function ignoreRejection(returned: unknown, onRejected: (error: unknown) => void = () => {}): void {
  // Not every promise is one of this realm, and reading a member can throw.
  void (async () => returned)().catch(onRejected);
}

/** Calls a function of the page. What it throws, or rejects with, is printed and has no effect here. */
export function callIsolated<TArguments extends readonly unknown[]>(
  listener: (...parameters: TArguments) => unknown,
  ...parameters: TArguments
): void {
  try {
    ignoreRejection(listener(...parameters), printError);
  } catch (error) {
    printError(error);
  }
}

type Inspect = NonNullable<ActorOptions<AnyActorLogic>['inspect']>;

/** XState calls `inspect` in the middle of a step: what it throws would end the actor. */
export const isolatedInspect = (inspect: Inspect): Inspect =>
  typeof inspect === 'function'
    ? event => callIsolated(inspect, event)
    : { next: event => callIsolated(inspected => inspect.next?.(inspected), event) };

/** The text of whatever was thrown, without the full stop at its end. */
export function textOfThrown(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return text.trim().replace(/\.$/, '') || 'it threw an error without a message';
  } catch {
    return 'it threw an error that cannot be read';
  }
}
