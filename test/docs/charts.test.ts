import { readFile } from 'node:fs/promises';
import { createGenerationMachine } from 'generation-lifecycle';
import { type Chart, toChart } from 'generation-lifecycle/devtools';
import { scripted } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { drawCharts } from '../../scripts/charts/drawings.mjs';
import { folded, leftOut, toOverview } from '../../scripts/charts/overview.mjs';

const drawings = Object.entries(await drawCharts());
const committed = (path: string) =>
  readFile(new URL(`../../${path}`, import.meta.url), 'utf8').catch(() => 'no such file');
const lifecycle = toChart(createGenerationMachine(scripted({ events: [], cancel: [] })));

describe('a drawing of a machine', () => {
  it.each(drawings)('is up to date: %s', async (path, text) => {
    // Compared as a fact, since a difference between two drawings is hundreds of lines.
    expect({ path, isStale: (await committed(path)) !== text, update: 'npm run docs:chart' }).toMatchObject({
      isStale: false,
    });
  });

  it.each(drawings.filter(([path]) => path.includes('lifecycle')))(
    'has every event, delay and guard of its arrows on it: %s',
    (_path, text) => {
      const arrows = lifecycle.transitions.filter(({ to }) => to !== undefined);
      const words = arrows.flatMap(({ name, guard = '' }) => [name, guard]);
      expect(words.filter(word => !text.includes(word))).toEqual([]);
      expect(text).toContain('after pollFallbackAfterMs (10 s)');
    },
  );

  it('is the same whenever it is drawn', async () => {
    expect(Object.entries(await drawCharts())).toEqual(drawings);
  });
});

describe('the overview', () => {
  const statesOf = ({ root }: Chart) =>
    root.states.flatMap(({ name, states }) => [name, ...states.map(each => each.name)]);
  const arrowsOf = ({ transitions }: Chart) => transitions.map(({ from, to, name }) => `${from} → ${to}: ${name}`);

  it('has every state at the top of the machine that is not folded, the three of the stream, and the outcomes', () => {
    const atTop = lifecycle.root.states.map(({ name }) => name).filter(name => !(name in folded));
    expect(new Set(statesOf(toOverview(lifecycle)))).toEqual(
      new Set([...atTop, 'connecting', 'polling', 'streaming', 'outcome']),
    );
  });

  it('says when the reads wait no longer, and what a cancel does', () => {
    expect(arrowsOf(toOverview(lifecycle))).toEqual(
      expect.arrayContaining([
        'idle → submitting: GENERATE',
        'following.connecting → following.polling: 10 s',
        'following → cancelling: CANCEL',
        'following → detached: DETACH',
        'following → outcome: job.ended',
      ]),
    );
  });

  it('gains a state that the machine gains, with its arrows', () => {
    const machine = createMachine({
      initial: 'following',
      states: {
        following: { on: { PAUSE: 'paused', 'job.ended': 'completed' } },
        paused: { on: { CONTINUE: 'following' } },
        completed: { type: 'final' },
      },
    });
    const overview = toOverview(toChart(machine));
    expect(statesOf(overview)).toEqual(['following', 'paused', 'outcome', 'completed']);
    expect(arrowsOf(overview)).toEqual([
      'following → paused: PAUSE',
      'following → outcome: job.ended',
      'paused → following: CONTINUE',
    ]);
  });

  it('folds and leaves out only what the machine has', () => {
    const pathsIn = (state: Chart['root']): readonly string[] => [state.path, ...state.states.flatMap(pathsIn)];
    const names = new Set(lifecycle.transitions.flatMap(({ name, guard = '' }) => [name, guard]));
    expect(Object.keys(folded).filter(path => !pathsIn(lifecycle.root).includes(path))).toEqual([]);
    expect(leftOut.filter(name => !names.has(name))).toEqual([]);
  });
});
