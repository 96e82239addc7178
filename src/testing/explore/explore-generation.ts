import type { AnyStateMachine } from 'xstate';
import { createGenerationMachine } from '../../machines/generation/generation.machine.js';
import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import { assertKnownOptions } from '../../machines/options.js';
import { explore } from './explore.js';
import type { Exploration, Monitor } from './explore.types.js';
import { chosenEnvironment, generationAbstraction, generationGuardReads } from './generation.abstraction.js';
import { type GenerationArrivals, generationEvents, generationStarts } from './generation.arrivals.js';
import { generationMonitors } from './generation.monitors.js';

/**
 * The adapter's optional members. `repeats`: a submit may be repeated with the same key, and waits while the backend
 * refuses it for now. `lookups`: a submit can also be looked up and forbidden by its key. `job events`: the stream is
 * the job.
 */
export type GenerationPort =
  | 'events and cancel'
  | 'events'
  | 'cancel'
  | 'neither'
  | 'repeats'
  | 'lookups'
  | 'job events';

/** The figures of one exploration of a generation machine. */
export type GenerationExploration = Exploration & {
  readonly port: GenerationPort | 'as given';
  readonly arrivals: GenerationArrivals;
};

/** Which explorations `exploreGeneration` makes. */
export type ExploreGenerationOptions = {
  /** Which events arrive: one exploration for each. @defaultValue both */
  readonly arrivals?: readonly GenerationArrivals[] | undefined;
  /** Which adapters the machine has: one exploration for each. Ignored if you pass a machine. @defaultValue all */
  readonly ports?: readonly GenerationPort[] | undefined;
  /** Maximum number of states of each exploration. Beyond it, it throws. @defaultValue 20_000 */
  readonly limit?: number | undefined;
};

/** An exploration starts no child, so the adapter is never called. */
function unusedAdapter(port: GenerationPort): GenerationAdapter<unknown, string> {
  const never = () => Promise.reject(new Error('An exploration does not call the adapter.'));
  const hasKeys = port === 'repeats' || port === 'lookups';
  return {
    submit: never,
    read: never,
    ...(hasKeys && { idempotentSubmit: 'replays' as const }),
    ...(port === 'lookups' && { find: never, cancelByKey: never }),
    ...(port === 'job events' && { stream: { tells: 'states' as const, isJob: true } }),
    ...(port.includes('events') && {
      async *events() {
        await never();
        yield { kind: 'ignored' } as const;
      },
    }),
    ...((port.includes('cancel') || port === 'lookups') && { cancel: never }),
  };
}

const everyPort: readonly GenerationPort[] = [
  'events and cancel',
  'events',
  'cancel',
  'neither',
  'repeats',
  'lookups',
  'job events',
];

function machineWith(port: GenerationPort) {
  const { environment, connect } = chosenEnvironment();
  const policy = port === 'repeats' ? { submitPatienceMs: 60_000 } : {};
  return { port, connect, machine: createGenerationMachine(unusedAdapter(port), { policy, environment }) };
}

/**
 * Explores every run of the generation machine: with every combination of the adapter's optional functions, fresh and
 * resumed in each phase, once with the events that can arrive and once with any event at any time. If you pass a
 * machine, it explores that one, with its own adapter and environment.
 *
 * @param monitors the rules to check. Add yours to `generationMonitors`
 * @returns the figures of each exploration. No rule was violated
 * @throws ExplorationError when a rule is violated, with a shortest trace
 * @throws TypeError for an unknown option
 * @example
 * it('never shows two results', () => {
 *   exploreGeneration(createGenerationMachine(myAdapter, { policy: { streamReadIntervalMs: 30_000 } }));
 * });
 */
export function exploreGeneration(
  machine?: AnyStateMachine | undefined,
  monitors: readonly Monitor<AnyStateMachine>[] = generationMonitors,
  options: ExploreGenerationOptions = {},
): readonly GenerationExploration[] {
  assertKnownOptions('exploreGeneration', options, ['arrivals', 'ports', 'limit']);
  const { arrivals: everyArrivals = ['possible', 'any'], ports = everyPort, limit } = options;
  const given = machine && { port: 'as given' as const, machine, connect: undefined };
  const subjects = given ? [given] : ports.map(machineWith);
  return subjects.flatMap(({ port, machine, connect }) =>
    everyArrivals.map(arrivals => ({
      port,
      arrivals,
      ...explore<AnyStateMachine>(machine, {
        starts: generationStarts.map(({ name, input }) => ({ name: `${name} (${port}, ${arrivals} events)`, input })),
        events: generationEvents(machine, arrivals),
        abstract: generationAbstraction,
        guardsMayRead: generationGuardReads,
        connect,
        monitors,
        limit,
      }),
    })),
  );
}
