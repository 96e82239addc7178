import path from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification, type Vitest } from 'vitest/node';
import all from '../../vitest.config.js';
import { node } from '../../vitest.node.config.js';
import { browserTestsOf, parts, testsOf } from './parts.mjs';

const part = parts.find(({ name }) => name === process.env['MUTATION_PART']);
const files = part ? testsOf(part) : [];
const browserFiles = part ? browserTestsOf(part) : [];

/** Vitest would begin with the largest file. */
class PartSequencer extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) =>
      [...files, ...browserFiles].findIndex(file => moduleId.endsWith(`/${file}`));
    return specifications.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

/** A file that a mutant keeps from being loaded has no tests. Without an error, StrykerJS would take that for a survivor. */
class UnloadedFileReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const errors = modules.flatMap(module => module.errors());
    for (const { message } of errors) this.#vitest?.state.catchError(new Error(message), 'Load error');
  }
}

/** What a mutant keeps away never comes. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000 };

const isBrowser = (project: unknown): project is TestProjectInlineConfiguration =>
  typeof project === 'object' && (project as TestProjectInlineConfiguration).test?.name === 'browser';

const browser = (all.test?.projects ?? []).find(isBrowser);

/** What StrykerJS runs for a part that the variable `MUTATION_PART` names. */
export default defineConfig({
  // Not that of the working tree, which is linked.
  cacheDir: path.resolve('.vite'),
  test: {
    reporters: [new UnloadedFileReporter()],
    sequence: { sequencer: PartSequencer },
    projects: [
      { ...node, test: { ...node.test, ...patience, include: files, exclude: [], globalSetup: [], pool: 'threads' } },
      ...(browser && browserFiles.length > 0
        ? [{ ...browser, test: { ...browser.test, ...patience, include: browserFiles, sequence: { groupOrder: 1 } } }]
        : []),
    ],
  },
});
