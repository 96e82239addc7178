import type { JsonObject } from 'generation-lifecycle';
import { toFileUpdates } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

const url = 'https://cdn.test/1.png';

/** How a file with these members was made, if this was asked for. */
function metadataOf(members: object, request: JsonObject = {}) {
  const job = { id: 'f1', request };
  const update = toFileUpdates([{ id: 'f1', url, ...members }], [job]).get('f1');
  return update && 'kind' in update && update.kind === 'succeeded'
    ? update.output.files[0]?.metadata
    : expect.unreachable(String(update));
}
const made = (image_generation: object) => metadataOf({ image_generation });

describe('how a file was made', () => {
  it('is told by the backend, and the rest by what was asked for', () => {
    const request = { prompt: 'dunes', steps: 20, seed: 7 };
    expect(metadataOf({ image_generation: { prompt: 'dunes at dusk' } }, request)).toEqual({
      prompt: 'dunes at dusk',
      steps: 20,
      seed: 7,
    });
    expect(metadataOf({ image_generation: { steps: 'many', seed: 'none' } }, request)).toEqual(request);
  });

  it.each([
    ['a name', { name: 'sdxl', id: 'm1', fileId: 'f1' }],
    ['an id', { id: 'sdxl', fileId: 'f1' }],
    ['the id of a file', { fileId: 'sdxl' }],
    ['a text', 'sdxl'],
  ])('names a model by %s', (_, model) => {
    expect(made({ model })).toEqual({ model: 'sdxl' });
  });

  it.each([[''], [{ name: '' }], [7], [null], [true]])('has no model in %j', model => {
    expect(made({ model })).toEqual({});
  });

  it.each<[unknown, number | string]>([
    [41, 41],
    ['41', 41],
    ['12345678901234567890', '12345678901234567890'],
    ['-12345678901234567890', '-12345678901234567890'],
  ])('has the seed %j exactly', (seed, told) => {
    expect(made({ seed })).toEqual({ seed: told });
  });

  it.each([
    ['x12345678901234567890'],
    ['12345678901234567890x'],
    ['random'],
    [true],
    [`1${'0'.repeat(40)}`],
    [['12345678901234567890']],
  ])('has no seed in %j', seed => {
    expect(made({ seed })).toEqual({});
  });

  it.each<[unknown, number]>([
    [0.5, 0.5],
    ['0.5', 0.5],
    ['.25', 0.25],
    [' 12 ', 12],
    ['+3.', 3],
    ['-2', -2],
    ['1e3', 1_000],
    ['1e+3', 1_000],
    ['125e-3', 0.125],
    ['1e-100', 1e-100],
    ['40 %', 40],
    ['40%  ', 40],
    [`${'0'.repeat(39)}1`, 1],
  ])('reads the number %j', (steps, told) => {
    expect(made({ steps })).toEqual({ steps: told });
  });

  it.each([
    ['x3'],
    ['3x'],
    ['3 steps'],
    ['.'],
    ['.x'],
    ['1ex'],
    ['0x10'],
    ['%5'],
    ['1e9999'],
    ['1e400'],
    ['3 x%'],
    ['3%x'],
    ['9007199254740993'],
    [`${'0'.repeat(40)}1`],
    [Number.NaN],
    [true],
    [{}],
  ])('reads no number in %j', steps => {
    expect(made({ steps })).toEqual({});
  });
});
