import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../../../src/machines/generation/generation.id.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const { getRandomValues } = crypto;

afterEach(() => void vi.unstubAllGlobals());

describe('the id of a generation', () => {
  it('is a random UUID', () => {
    expect(newId()).toMatch(uuid);
    expect(newId()).not.toBe(newId());
  });

  it('is one where the page has no randomUUID', () => {
    vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) });
    const ids = Array.from({ length: 200 }, newId);
    for (const id of ids) expect(id).toMatch(uuid);
    expect(new Set(ids).size).toBe(200);
    // Every digit that is random takes each of its values.
    const seen = Array.from({ length: 36 }, (_, at) => new Set(ids.map(id => id[at])).size);
    expect(seen.filter(count => count > 10)).toHaveLength(30);
    expect(seen[19]).toBe(4);
  });

  it.each([
    { byte: 0, id: '10000000-1000-4000-8000-100000000000' },
    { byte: 255, id: 'efffffff-efff-4fff-bfff-efffffffffff' },
  ])('is made of the random bytes: $byte', ({ byte, id }) => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(byte) });
    expect(newId()).toBe(id);
  });

  it('is none where nothing is random, and says what is missing', () => {
    vi.stubGlobal('crypto', undefined);
    expect(newId).toThrow(
      /^A generation without an id of its own did not begin, because this platform has no crypto\./,
    );
  });
});
