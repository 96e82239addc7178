import type { AnyStateMachine, EventObject } from 'xstate';
import type { GenerationContext } from '../../machines/generation/generation.context.js';
import type { GenerationEmitted } from '../../machines/generation/generation.types.js';
import type { ExploredEffect, ExploredSituation } from './explore.types.js';

// What monitors of a generation read from a step.

type Emission = GenerationEmitted<unknown>;
type OutcomeEmission = Exclude<Emission, { type: 'submitted' }>;

export const isOutcome = (event: EventObject): event is OutcomeEmission =>
  ['completed', 'failed', 'cancelled'].includes(event.type);
export const isSubmitted = (event: EventObject): event is Extract<Emission, { type: 'submitted' }> =>
  event.type === 'submitted';

/** Whether a child answers for the submit: it sends it, looks it up or forbids it. */
export const isAboutSubmit = (child: string): boolean => ['submit', 'find', 'forbid'].includes(child);

export const emitted = (effects: readonly ExploredEffect[]): readonly EventObject[] =>
  effects.flatMap(effect => (effect.type === 'emit' ? [effect.event] : []));

export const contextOf = ({ snapshot }: ExploredSituation<AnyStateMachine>): GenerationContext<unknown> =>
  snapshot.context;

export const spawned = (effects: readonly ExploredEffect[], child: string) =>
  effects.filter(effect => effect.type === 'spawn' && effect.child === child);

/** Whether an outcome says that the job is charged. A completed one is. */
export const chargeOf = (outcome: OutcomeEmission): 'no' | 'maybe' | 'yes' => {
  if (outcome.type === 'failed') return outcome.failure.charged;
  return outcome.type === 'cancelled' ? outcome.charged : 'yes';
};
