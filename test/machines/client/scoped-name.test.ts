import { expect, it } from 'vitest';
import { scopedName } from '../../../src/machines/client/item-id.js';

it('names what is kept for a scope by text that every browser takes, also where the scope is half a character', () => {
  const scopes = ['\ud800', '\udc00', '%ud800', '😀', '\ude00\ud83d', ''];
  const names = scopes.map(scope => scopedName('pictures', scope));
  expect(new Set(names).size).toBe(scopes.length);
  // What is not well-formed is replaced on the way to bytes.
  for (const name of names) expect(new TextDecoder().decode(new TextEncoder().encode(name))).toBe(name);
  expect(names.slice(0, 4)).toEqual([
    'pictures:scope:%ud800',
    'pictures:scope:%udc00',
    'pictures:scope:%25ud800',
    'pictures:scope:😀',
  ]);
});
