import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { node } from '../../vitest.node.config.js';
import { parts, testsOf } from './parts.mjs';

const files = parts.filter(({ name }) => name === process.env['MUTATION_PART']).flatMap(testsOf);

/** Vitest would begin with the largest file. */
class PartSequencer extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => files.findIndex(file => moduleId.endsWith(`/${file}`));
    return specifications.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

/** What StrykerJS runs for a part that the variable `MUTATION_PART` names. */
export default defineConfig({
  ...node,
  // Not that of the working tree, which is linked.
  cacheDir: path.resolve('.vite'),
  test: {
    ...node.test,
    include: files,
    globalSetup: [],
    pool: 'threads',
    sequence: { sequencer: PartSequencer },
    // What a mutant keeps away never comes.
    testTimeout: 15_000,
    hookTimeout: 15_000,
  },
});
