import fc from 'fast-check';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

type Note = { readonly id: string; readonly said?: readonly (string | number | null | object)[] };

const nothing = fc.constantFrom<string | null | object>('', null, {}, []);
const something = fc.oneof(fc.string({ minLength: 1 }), fc.integer());
const note: fc.Arbitrary<Note> = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  said: fc.array(fc.oneof(nothing, something), { maxLength: 4 }),
});

/** How much a note says, counted from its parts: its id is one. */
const countOf = ({ said = [] }: Note) =>
  1 + said.filter(one => typeof one === 'number' || (typeof one === 'string' && one !== '')).length;

/** Puts notes into an empty store, some in each call. */
async function storeOf(calls: readonly (readonly Note[])[]) {
  const store = memoryStore<Note>();
  const answers = [];
  for (const notes of calls) answers.push(...(await store.upsertItems(notes)));
  return { store, answers };
}

describe('an upsert', () => {
  it('keeps for each id one that says most, whatever the order and however the calls are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(note)), async calls => {
        const { store } = await storeOf(calls);
        const kept = await store.readItems();
        const most = new Map<string, number>();
        for (const one of calls.flat()) most.set(one.id, Math.max(most.get(one.id) ?? 0, countOf(one)));
        expect(new Map(kept.map(one => [one.id, countOf(one)]))).toEqual(most);
      }),
    );
  });

  it('says added for each id exactly once, and changes nothing when all is put there again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(note)), async calls => {
        const { store, answers } = await storeOf(calls);
        const ids = calls.flat().map(({ id }) => id);
        const added = ids.filter((_, n) => answers[n] === 'added');
        expect(added.toSorted()).toEqual([...new Set(ids)].toSorted());
        const before = await store.readItems();
        for (const notes of calls) {
          expect(await store.upsertItems(notes)).toEqual(notes.map(() => 'known'));
        }
        expect(await store.readItems()).toEqual(before);
      }),
    );
  });
});
