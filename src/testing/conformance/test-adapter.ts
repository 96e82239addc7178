import { assertKnownOptions } from '../../machines/options.js';
import { abortRequirements } from './abort.requirements.js';
import { adapterWideRequirements } from './adapter.requirements.js';
import { Bench } from './bench.js';
import { cancelRequirements } from './cancel.requirements.js';
import type { AdapterFactory, AdapterRequirement, AdapterRequirementsOptions } from './conformance.types.js';
import { errorRequirements, updateRequirements } from './error.requirements.js';
import { eventsRequirements } from './events.requirements.js';
import { keyRequirements } from './lookup.requirements.js';
import { readRequirements } from './read.requirements.js';
import { answerOf, type Requirement } from './requirement.js';
import { submitRequirements } from './submit.requirements.js';

const all: readonly Requirement[] = [
  ...submitRequirements,
  ...readRequirements,
  ...updateRequirements,
  ...eventsRequirements,
  ...cancelRequirements,
  ...keyRequirements,
  ...abortRequirements,
  ...errorRequirements,
  ...adapterWideRequirements,
];

const optionNames = ['server', 'input', 'secrets', 'patienceMs'];

/** No server listens here: this adapter is only asked which functions it has. */
const nowhere = 'http://127.0.0.1:9';

/**
 * The requirements of the adapter port, each as a statement and a test, in Node, Bun or Deno. Each test opens a server
 * on a free port of 127.0.0.1, makes an adapter for it, and closes it. For a report of your own; {@link testAdapter}
 * passes them to a test runner.
 *
 * @throws TypeError for an unknown option
 * @example
 * for (const { name, notTested, test } of adapterRequirements(({ url }) => songBackend(url), { server, input: { lyrics: 'la la' } })) {
 *   const fault = notTested ?? (await test().catch(String));
 *   console.log(fault ?? 'passed', name);
 * }
 */
export function adapterRequirements<TInput, TOutput>(
  createAdapter: AdapterFactory<TInput, TOutput>,
  options: AdapterRequirementsOptions<TInput>,
): readonly AdapterRequirement[] {
  assertKnownOptions('adapterRequirements', options, optionNames);
  const adapter = createAdapter({ url: nowhere });
  return all
    .filter(({ member, isMeant = () => true }) => (!member || adapter[member] !== undefined) && isMeant(adapter))
    .map(requirement => ({
      name: requirement.name,
      notTested: whyNotTested(requirement, options),
      async test() {
        const bench = await Bench.open(createAdapter, options);
        try {
          const given = requirement.situation && answerOf(options.server, requirement.situation);
          await requirement.test(bench, given ?? options.server.submit.accepted);
        } finally {
          bench.close();
        }
      },
    }));
}

function whyNotTested(
  { situation, needsSecrets }: Requirement,
  { server, secrets = [] }: AdapterRequirementsOptions<unknown>,
): string | undefined {
  if (needsSecrets && secrets.length === 0) return 'the option secrets is not given';
  return situation && !answerOf(server, situation) ? `server.${situation.join('.')} is not given` : undefined;
}

/** The `it` of a test runner: Vitest, Jest, Mocha or node:test. */
export type TestFunction = ((name: string, test: () => Promise<void>) => unknown) & {
  skip(name: string, test: () => Promise<void>): unknown;
};

/** What the kit needs to know of your adapter and your test runner. */
export type TestAdapterOptions<TInput> = AdapterRequirementsOptions<TInput> & {
  /** @defaultValue the global `it`, or the global `test` */
  readonly it?: TestFunction | undefined;
};

/**
 * Registers one test for each requirement that applies to your adapter: without `cancel`, none about cancelling. If
 * your server lacks the situation, the test is skipped, and its name says what is missing.
 *
 * Your factory makes the adapter for a server that the kit opens. Your server is a list of answers. The kit adds what
 * any backend may do: errors, broken connections, missing and malformed answers.
 *
 * @throws TypeError for an unknown option, and without an `it`
 * @example
 * testAdapter(({ url }) => songBackend(url), { server, input: { lyrics: 'la la' }, it });
 */
export function testAdapter<TInput, TOutput>(
  createAdapter: AdapterFactory<TInput, TOutput>,
  options: TestAdapterOptions<TInput>,
): void {
  assertKnownOptions('testAdapter', options, [...optionNames, 'it']);
  const { it = findIt('testAdapter'), ...rest } = options;
  for (const { name, notTested, test } of adapterRequirements(createAdapter, rest)) {
    if (notTested === undefined) it(name, test);
    else it.skip(`${name} (not tested: ${notTested})`, test);
  }
}

/** The `it` of the test runner. @throws TypeError if there is none */
export function findIt(caller: string): TestFunction {
  const it: TestFunction | undefined = Reflect.get(globalThis, 'it') ?? Reflect.get(globalThis, 'test');
  if (it) return it;
  throw new TypeError(
    `${caller}() has found no global \`it\` or \`test\`. Pass the one of your test runner as the option \`it\`.`,
  );
}
