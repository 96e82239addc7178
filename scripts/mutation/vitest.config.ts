import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import {
  BaseSequencer,
  type Reporter,
  type TestModule,
  type TestProject,
  type TestSpecification,
  type Vitest,
} from 'vitest/node';
import all from '../../vitest.config.js';
import { node } from '../../vitest.node.config.js';
import { Judges } from './judges.js';
import { discardThread, keptThread } from './kept-thread.js';
import { browserTestsOf, parts, sourcesOf, testsOf } from './parts.mjs';
import { outOfTime } from './results.mjs';

const part = parts.find(({ name }) => name === process.env['MUTATION_PART']);
const files = part ? testsOf(part) : [];
const browserFiles = part ? browserTestsOf(part) : [];
const judges = new Judges(part ? sourcesOf(part) : [], [...files, ...browserFiles]);

/** Vitest would begin with the largest file. */
class PartSequencer extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    return judges.sort(specifications);
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

class JudgesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    judges.learn(modules);
  }
}

/** What a mutant leaves running, or throws outside of a test, would disturb the next one. */
class ThreadReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const errors = modules.flatMap(module =>
      [...module.children.allTests('failed')].flatMap(test => test.result().errors),
    );
    if (unhandledErrors.length > 0 || errors.some(error => outOfTime.test(error?.message ?? ''))) discardThread();
  }
}

const isKept = process.env['MUTATION_THREADS'] !== 'new';

/** StrykerJS would set the pool to threads that end with their mutant. */
const threadPlugin = {
  name: 'kept-thread',
  configureVitest({ project }: { project: TestProject }) {
    if (isKept) Object.assign(project.config, { pool: keptThread.name, poolRunner: keptThread });
  },
};

/** What a mutant keeps away never comes. `mutant.setup.ts` may shorten it. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000 };

const isBrowser = (project: unknown): project is TestProjectInlineConfiguration =>
  typeof project === 'object' && (project as TestProjectInlineConfiguration).test?.name === 'browser';

const browser = (all.test?.projects ?? []).find(isBrowser);

/** What StrykerJS runs for a part that the variable `MUTATION_PART` names. */
export default defineConfig({
  // Not that of the working tree, which is linked.
  cacheDir: path.resolve('.vite'),
  test: {
    reporters: [new UnloadedFileReporter(), new JudgesReporter(), new ThreadReporter()],
    sequence: { sequencer: PartSequencer },
    projects: [
      {
        ...node,
        plugins: [threadPlugin],
        test: {
          ...node.test,
          ...patience,
          include: files,
          exclude: [],
          globalSetup: [],
          setupFiles: [fileURLToPath(new URL('./mutant.setup.ts', import.meta.url))],
        },
      },
      ...(browser && browserFiles.length > 0
        ? [{ ...browser, test: { ...browser.test, ...patience, include: browserFiles, sequence: { groupOrder: 1 } } }]
        : []),
    ],
  },
});
