import fc from 'fast-check';
import { memoryStore } from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

type Text = string | number | null;
type Note = { readonly id: string; readonly title?: Text; readonly place?: { readonly x?: Text; readonly y?: Text } };

const text = fc.constantFrom<Text>('', null, 'one', 'two', 0, 7);
const note: fc.Arbitrary<Note> = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c'),
    title: text,
    place: fc.record({ x: text, y: text }, { requiredKeys: [] }),
  },
  { requiredKeys: ['id'] },
);

const isFilled = (value: Text | undefined) => value !== undefined && value !== null && value !== '';

/** What the notes of one id have filled in last, member by member. */
function lastFilled(notes: readonly Note[]) {
  const last = (values: readonly (Text | undefined)[]) => values.findLast(isFilled);
  return {
    title: last(notes.map(({ title }) => title)),
    x: last(notes.map(({ place }) => place?.x)),
    y: last(notes.map(({ place }) => place?.y)),
  };
}

/** Puts notes into an empty store, some in each call. */
async function storeOf(calls: readonly (readonly Note[])[]) {
  const store = memoryStore<Note>();
  const answers = [];
  for (const notes of calls) answers.push(...(await store.upsertItems(notes)));
  return { store, answers };
}

describe('an upsert', () => {
  it('M10: keeps of each member what was filled in last, however the calls are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(note)), async calls => {
        const { store } = await storeOf(calls);
        const all = calls.flat();
        for (const kept of await store.readItems()) {
          expect(lastFilled([kept])).toEqual(lastFilled(all.filter(({ id }) => id === kept.id)));
        }
        expect(new Set((await store.readItems()).map(({ id }) => id))).toEqual(new Set(all.map(({ id }) => id)));
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
        expect(await store.upsertItems(before)).toEqual(before.map(() => 'known'));
        expect(await store.readItems()).toEqual(before);
      }),
    );
  });
});
