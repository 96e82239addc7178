import type { AnyStateMachine } from 'xstate';
import { createGenerationMachine } from '../../machines/generation/generation.machine.js';
import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import { explore } from './explore.js';
import type { Exploration, Monitor } from './explore.types.js';
import { chosenEnvironment, generationAbstraction, generationGuardReads } from './generation.abstraction.js';
import { type GenerationAdversary, generationEvents, generationStarts } from './generation.adversary.js';
import { generationMonitors } from './generation.monitors.js';

/** Which optional parts of the port an adapter has. */
export type GenerationPort = 'events and cancel' | 'events' | 'cancel' | 'neither';

/** One exploration of a generation machine. */
export type GenerationExploration = Exploration & {
  readonly port: GenerationPort | 'as given';
  readonly environment: GenerationAdversary;
};

/** What to explore less of. */
export type ExploreGenerationOptions = {
  /** @defaultValue both */
  readonly environments?: readonly GenerationAdversary[] | undefined;
  /** Where no machine is given. @defaultValue all four */
  readonly ports?: readonly GenerationPort[] | undefined;
  /** How many states there may be at most, in each. @defaultValue 20_000 */
  readonly limit?: number | undefined;
};

/** An adapter that is there and never called: nothing is ever run. */
function silentAdapter(hasEvents: boolean, hasCancel: boolean): GenerationAdapter<unknown, string> {
  const never = () => Promise.reject(new Error('An exploration runs no adapter.'));
  return {
    submit: never,
    read: never,
    ...(hasEvents && {
      async *events() {
        await never();
        yield { kind: 'ignored' } as const;
      },
    }),
    ...(hasCancel && { cancel: never }),
  };
}

const everyPort: readonly GenerationPort[] = ['events and cancel', 'events', 'cancel', 'neither'];

/** The real machine, with an adapter that has these parts of the port. */
function realMachine(port: GenerationPort) {
  const { environment, connect } = chosenEnvironment();
  const adapter = silentAdapter(port.includes('events'), port.includes('cancel'));
  return { port, connect, machine: createGenerationMachine(adapter, { environment }) };
}

/**
 * Explores every run of the generation machine: with every combination of the optional parts of the port, fresh and
 * resumed in each phase, against an accurate environment and against one in which anything may arrive at any time.
 * Given a machine, it explores that one, with the port and environment it was made with.
 *
 * @param monitors what must hold; your own stand beside `generationMonitors`
 * @returns the figures of each exploration, in all of which nothing was broken
 * @throws ExplorationError with a shortest trace when a monitor is broken
 * @example
 * it('never shows two results', () => {
 *   exploreGeneration(createGenerationMachine(myAdapter, { policy: { streamReadIntervalMs: 30_000 } }));
 * });
 */
export function exploreGeneration(
  machine?: AnyStateMachine | undefined,
  monitors: readonly Monitor<AnyStateMachine>[] = generationMonitors,
  { environments = ['accurate', 'adversary'], ports = everyPort, limit }: ExploreGenerationOptions = {},
): readonly GenerationExploration[] {
  const given = machine && { port: 'as given' as const, machine, connect: undefined };
  const subjects = given ? [given] : ports.map(realMachine);
  return subjects.flatMap(({ port, machine, connect }) =>
    environments.map(environment => ({
      port,
      environment,
      ...explore<AnyStateMachine>(machine, {
        starts: generationStarts.map(({ name, input }) => ({ name: `${name} (${port}, ${environment})`, input })),
        events: generationEvents(machine, environment),
        abstract: generationAbstraction,
        guardsMayRead: generationGuardReads,
        connect,
        monitors,
        limit,
      }),
    })),
  );
}
