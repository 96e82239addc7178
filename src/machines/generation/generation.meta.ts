import type { AnyStateMachine } from 'xstate';
import type { Environment } from '../environment.js';
import type { GenerationPolicy } from './generation.policy.js';
import type { GenerationAdapter } from './generation.port.js';

/** What a generation machine was made of. */
export type GenerationMeta<TInput, TOutput> = {
  readonly adapter: GenerationAdapter<TInput, TOutput>;
  readonly policy: GenerationPolicy;
  readonly environment: Environment;
};

/** What a machine of `createGenerationMachine` was made of; `undefined` for any other machine. */
export function metaOf(machine: AnyStateMachine): GenerationMeta<never, unknown> | undefined {
  const { meta } = machine.config;
  const isMeta = machine.id === 'generation' && meta && 'adapter' in meta && 'policy' in meta && 'environment' in meta;
  return isMeta ? (meta as GenerationMeta<never, unknown>) : undefined;
}
