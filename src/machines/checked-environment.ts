import type { Environment } from './environment.js';
import { textOfThrown } from './isolated.js';
import { steadyClock } from './steady-clock.js';

/** Of environments that were given, and of those made here. */
const known = new WeakMap<Environment, Environment>();

/**
 * An environment whose functions never throw, and return what their types say. An environment of your own may not: without a
 * time, no deadline would come, and an exception would end a machine whose job is charged. What replaces it is told once.
 */
export function checkedEnvironment(given: Environment): Environment {
  const made = known.get(given) ?? createCheckedEnvironment(given);
  known.set(given, made);
  known.set(made, made);
  return made;
}

function createCheckedEnvironment(given: Environment): Environment {
  const told = new Set<string>();
  const tell = (name: string, what: string, instead: string) => {
    if (told.has(name)) return;
    told.add(name);
    console.error(
      `generation-lifecycle: the function ${name} of the environment ${what}. Instead, ${instead}. Correct the environment of createGenerationMachine().`,
    );
  };
  /** The answer of a function, if it is one. */
  const ask = <TValue>(
    name: keyof Environment,
    call: () => unknown,
    isValid: (value: unknown) => value is TValue,
    otherwise: { readonly value: () => TValue; readonly words: string },
  ): TValue => {
    try {
      const value = call();
      if (isValid(value)) return value;
      tell(name, `returned ${describe(value)}`, otherwise.words);
    } catch (error) {
      tell(name, `threw: ${textOfThrown(error)}`, otherwise.words);
    }
    return otherwise.value();
  };

  let lastTime: number | undefined;
  let steady: (() => number) | undefined;
  let aheadMs = 0;
  /** Goes on from the last time that the given clock told. */
  const platformTime = () => {
    if (!steady) {
      steady = steadyClock();
      aheadMs = lastTime === undefined ? 0 : lastTime - steady();
    }
    return steady() + aheadMs;
  };
  // A clock is read several times for each event, so it makes nothing new.
  const readTime = () => given.now();
  const withoutTime = { value: platformTime, words: 'the clock of the platform goes on' };
  return {
    now() {
      const time = ask('now', readTime, isTime, withoutTime);
      lastTime = time;
      return time;
    },
    random: () =>
      ask('random', () => given.random(), isFraction, { value: Math.random, words: 'Math.random() is used' }),
    isOnline: () =>
      ask('isOnline', () => given.isOnline(), isBoolean, { value: () => true, words: 'it counts as online' }),
    subscribe(listener) {
      const otherwise = { value: () => () => {}, words: 'nothing is known of the page' };
      const stop = ask('subscribe', () => given.subscribe(listener), isFunction, otherwise);
      return () => {
        try {
          stop();
        } catch (error) {
          tell('subscribe', `returned a function that threw: ${textOfThrown(error)}`, 'nothing happens');
        }
      };
    },
  };
}

const isTime = (value: unknown): value is number => Number.isFinite(value);
const isFraction = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isFunction = (value: unknown): value is () => void => typeof value === 'function';

const describe = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a value of type ${typeof value}`;
