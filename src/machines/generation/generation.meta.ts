import type { AnyStateMachine } from 'xstate';
import { describeValue } from '../described.js';
import type { Environment } from '../environment.js';
import { isObject } from '../json.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { GenerationAdapter } from './generation.port.js';

/** What a generation machine was made of. */
export type GenerationMeta<TInput, TOutput> = {
  readonly adapter: GenerationAdapter<TInput, TOutput>;
  readonly policy: GenerationPolicy;
  readonly environment: Environment;
};

/** What a machine of `createGenerationMachine` was made of; `undefined` for any other machine. */
export function metaOf(machine: AnyStateMachine | undefined): GenerationMeta<never, unknown> | undefined {
  // Something else may be passed in its place, such as an adapter.
  const meta = machine?.config?.meta;
  const isMeta = machine?.id === 'generation' && meta && 'adapter' in meta && 'policy' in meta && 'environment' in meta;
  return isMeta ? (meta as GenerationMeta<never, unknown>) : undefined;
}

/**
 * What a machine was made of.
 *
 * @param needing what was called, and the name of the argument: `useGeneration() needs a machine`
 * @throws TypeError that says what was passed instead
 */
export function requireMeta(machine: AnyStateMachine, needing: string): GenerationMeta<never, unknown> {
  const meta = metaOf(machine);
  if (meta) return meta;
  const given: unknown = machine;
  const found = isAdapter(given)
    ? 'an adapter. Pass createGenerationMachine(adapter), made once, at module scope'
    : typeof given === 'function'
      ? 'a function. Call it first, and make the machine once, at module scope'
      : `${isObject(given) ? 'something else' : describeValue(given)}. Make it once, at module scope`;
  throw new TypeError(`${needing} of createGenerationMachine(). It got ${found}.`);
}

const isAdapter = (value: unknown): boolean =>
  isObject(value) && typeof value['submit'] === 'function' && typeof value['read'] === 'function';

/** @throws TypeError for what is no adapter, such as a function that makes one */
export function assertAdapter(adapter: unknown): void {
  if (isAdapter(adapter)) return;
  if (typeof adapter === 'function') {
    throw new TypeError(
      `createGenerationMachine() needs an adapter, and got the function that makes it. Call it: ${adapter.name || 'adapter'}({ … }).`,
    );
  }
  const missing = ['submit', 'read'].filter(name => !isObject(adapter) || typeof adapter[name] !== 'function');
  const found = isObject(adapter) ? `It got one without ${missing.join(' and ')}` : `It got ${describeValue(adapter)}`;
  throw new TypeError(
    `createGenerationMachine() needs an adapter with the functions submit and read. ${found}. Pass one such as fileBackend({ kind: 'image' }).`,
  );
}
