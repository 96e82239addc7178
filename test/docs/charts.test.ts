import { readFile } from 'node:fs/promises';
import { createGenerationMachine } from 'generation-lifecycle';
import { toChart } from 'generation-lifecycle/devtools';
import { scripted } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { drawCharts } from '../../scripts/charts/drawings.mjs';

const drawings = Object.entries(await drawCharts());
const kept = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8').catch(() => 'nothing');

describe('a drawing of a machine', () => {
  it.each(drawings)('is what the machine says by now: %s', async (path, text) => {
    // Compared as a fact, since a difference between two drawings is hundreds of lines.
    expect({ path, isStale: (await kept(path)) !== text, mend: 'npm run docs:chart' }).toMatchObject({
      isStale: false,
    });
  });

  it.each(drawings.filter(([path]) => path.includes('lifecycle')))(
    'has every event, delay and guard of its arrows on it: %s',
    (_path, text) => {
      const { transitions } = toChart(createGenerationMachine(scripted({ events: [], cancel: [] })));
      const words = transitions.filter(({ to }) => to !== undefined).flatMap(({ name, guard = '' }) => [name, guard]);
      expect(words.filter(word => !text.includes(word))).toEqual([]);
      expect(text).toContain('after pollFallbackAfterMs (10 s)');
    },
  );

  it('is the same whenever it is drawn', async () => {
    expect(Object.entries(await drawCharts())).toEqual(drawings);
  });
});
