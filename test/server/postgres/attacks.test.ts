import type { NewStoredJob } from 'generation-lifecycle/server';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from '../../support/postgres.js';

const postgres = postgresForTests();

async function open() {
  const store = postgresJobs(postgres.openPool(), { schema: postgres.newSchema(), listen: false });
  onTestFinished(() => store.close());
  await store.migrate();
  return store;
}

const job = (changes: Partial<NewStoredJob> = {}): NewStoredJob => ({
  ...{ id: 'job', userId: 'ada', backend: 'image', key: 'key', wishHash: 'hash', status: 'running', state: {} },
  ...changes,
});

describe('texts from outside', () => {
  it.each([
    ['quotes', `'; drop table generation_jobs; -- "$1" %s`],
    ['NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud800b'],
    ['a pair in the wrong order', '\udc00\ud800'],
    ['backslashes, and what looks escaped', '\\ \\0000 \\005c \\\\ud800'],
    ['line breaks and other scripts', 'ä\r\n\t漢字 👩‍🚀 \u202e'],
    ['nothing', ''],
  ])('are the same afterwards: %s', async (_, text) => {
    const store = await open();
    const given = job({
      ...{ id: `id ${text}`, userId: text, backend: text, key: text, wishHash: text },
      state: { [text]: { text, list: [text] } },
    });
    const inserted = await store.insert(given, { owner: text, ms: 60_000 });
    expect(inserted).toMatchObject({ kind: 'inserted', job: { ...given, owner: text } });
    expect(await store.findByKey(text, text)).toMatchObject(given);
    expect(await store.get(given.id)).toMatchObject(given);
    expect(await store.getMany([given.id])).toHaveLength(1);
    expect(await store.list({ userId: text, backend: text, since: 0, limit: 1 })).toHaveLength(1);
    expect(await store.renew(given.id, { owner: text, ms: 1 })).toBe(true);
    const written = await store.write(given.id, { version: 1, owner: text }, { state: { text }, release: true });
    expect(written).toMatchObject({ state: { text }, owner: null, version: 2 });
    expect(await store.claim(given.id, { owner: text, ms: 1 })).toMatchObject({ owner: text });
  });

  it('that differ stay two: a key with one lone surrogate is not the key with another', async () => {
    const store = await open();
    const keys = ['\ud800', '\ud801', '\ufffd', '\\d800', '\0', '\\0000'];
    const kinds = await Promise.all(keys.map((key, at) => store.insert(job({ id: `job-${at}`, key }), undefined)));
    expect(kinds.map(({ kind }) => kind)).toEqual(keys.map(() => 'inserted'));
    for (const key of keys) expect((await store.findByKey('ada', key))?.key).toBe(key);
  });

  it('may be long: a state of 100 kB, and a key of 600 characters', async () => {
    const store = await open();
    const state = { text: 'ä\0"'.repeat(33_000), list: Array.from({ length: 100 }, (_, at) => at) };
    const given = job({ key: 'k'.repeat(600), userId: 'u'.repeat(500), state });
    await store.insert(given, undefined);
    expect((await store.get('job'))?.state).toEqual(state);
    const next = { text: 'z'.repeat(100_000) };
    expect((await store.write('job', { version: 1 }, { state: next }))?.state).toEqual(next);
  });
});

describe('what a store is made of', () => {
  it.each([
    ['no pool', {}, {}, 'postgresJobs() needs a pool of pg'],
    ['a name that is no schema', undefined, { schema: 'a"; drop schema public; --' }, 'schema is "a"; drop'],
    ['a schema that is too long', undefined, { schema: 'a'.repeat(60) }, 'at most 41 characters'],
    ['a wait of 0 ms', undefined, { watchMs: 0 }, 'watchMs is 0. Pass a time in ms above 0'],
    ['an option that is misspelt', undefined, { lissen: true }, 'Did you mean "listen"?'],
  ])('is refused in a sentence: %s', (_, pool, options, message) => {
    expect(() => postgresJobs((pool ?? postgres.openPool()) as never, options as object)).toThrow(message);
  });
});
