import * as machines from 'generation-lifecycle';
import * as adapters from 'generation-lifecycle/adapters';
import * as react from 'generation-lifecycle/react';
import { expect, it } from 'vitest';

/** What most applications import. Types are not counted: they cost a reader of the docs nothing until their function is used. */
const entryPoints = {
  'generation-lifecycle': machines,
  'generation-lifecycle/adapters': adapters,
  'generation-lifecycle/react': react,
};
const limit = 38;

it(`exports at most ${limit} runtime names from the three main entry points`, () => {
  const names = Object.entries(entryPoints).flatMap(([entryPoint, exports]) =>
    Object.keys(exports).map(name => `${name} of ${entryPoint}`),
  );
  for (const exports of Object.values(entryPoints)) expect(Object.keys(exports)).not.toEqual([]);
  expect(names.length, `Is each of these needed by a user?\n${names.join('\n')}`).toBeLessThanOrEqual(limit);
});
