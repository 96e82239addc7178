import {
  createGenerationClient,
  createGenerationMachine,
  type GenerationClientOptions,
  type GenerationMachine,
  policyFor,
  runGeneration,
  type StoredItem,
} from 'generation-lifecycle';
import {
  fileBackend,
  type IndexedStoreOptions,
  indexedStore,
  type LocalStoreOptions,
  localStore,
  memoryStore,
} from 'generation-lifecycle/adapters';
import { useGeneration, useGenerations } from 'generation-lifecycle/react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkedUpdate } from '../../src/machines/generation/generation.answers.js';

// Mistakes that a newcomer made: table B of what he reported.

const adapter = {
  submit: async () => ({ job: { id: 'job-1' } }),
  read: async () => ({ kind: 'pending' as const }),
};
const machine = createGenerationMachine(adapter);
type Options = GenerationClientOptions<unknown, unknown, object>;
const options: Options = { name: 'pictures', generation: machine, toItems: () => [], store: memoryStore() };
const wrong = <TValue,>(value: unknown) => value as TValue;

type Key = LocalStoreOptions<StoredItem>;
type Name = IndexedStoreOptions<StoredItem>;
type Client = ReturnType<typeof createGenerationClient>;
const Painter = ({ given }: { readonly given: unknown }) => useGeneration(wrong<typeof machine>(given)).status;
const Gallery = () => String(useGenerations(wrong<Client>(machine)));

/** What is warned of during development. */
function warnings() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return () => warn.mock.calls.map(([text]) => String(text));
}

describe('newcomer B: a machine', () => {
  it.each([
    [fileBackend, 'It got the function', 'Call it: fileBackend({ … }).'],
    [undefined, 'It got a value of type undefined', 'with the functions submit and read'],
    [{ submit: adapter.submit }, 'without read', 'Pass one such as'],
    ['fal', 'a value of type string', 'submit and read'],
  ])('is not made of what is no adapter: %s', (given, ...named) => {
    const make = () => createGenerationMachine(wrong<typeof adapter>(given));
    expect(make).toThrow(TypeError);
    expect(make).toThrow(named[1]);
    if (typeof given !== 'function') expect(make).toThrow(named[0]);
  });

  const places = {
    'useGeneration()': (given: unknown) => renderToString(<Painter given={given} />),
    'Client "pictures": the option generation': (given: unknown) =>
      createGenerationClient({ ...options, generation: wrong<typeof machine>(given) }),
  };

  it.each(
    Object.entries(places).flatMap(([place, use]) => [
      { place, use, given: adapter, found: 'It got an adapter. Pass createGenerationMachine(adapter)' },
      { place, use, given: createGenerationMachine, found: 'It got a function. Call it first' },
      { place, use, given: undefined, found: 'It got a value of type undefined' },
      { place, use, given: { id: 'generation' }, found: 'It got something else' },
    ]),
  )('is needed by $place: $found', ({ place, use, given, found }) => {
    expect(() => use(given)).toThrow(TypeError);
    expect(() => use(given)).toThrow(place);
    expect(() => use(given)).toThrow(found);
  });

  it('is needed by runGeneration()', async () => {
    await expect(runGeneration(wrong<GenerationMachine<string, string>>(adapter), 'x')).rejects.toThrow(
      'runGeneration() needs a machine of createGenerationMachine(). It got an adapter.',
    );
  });

  it('is told of during development if it is made in a page without an environment, once', () => {
    const told = warnings();
    vi.stubGlobal('document', {});
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    createGenerationMachine(adapter);
    createGenerationMachine(adapter);
    expect(told()).toEqual([expect.stringContaining('Pass { environment: browserEnvironment() }.')]);
  });
});

describe('newcomer B: a client', () => {
  it.each([
    { given: { name: undefined }, named: 'The option name of createGenerationClient() must be a text' },
    { given: { name: '' }, named: 'It is an empty text' },
    {
      given: { store: undefined },
      named:
        'Client "pictures": the option store must be a store. It got a value of type undefined. Pass localStore({ key: "pictures" }), or memoryStore() to keep nothing.',
    },
    { given: { store: memoryStore }, named: 'Call it: memoryStore({ … })' },
    { given: { store: (() => () => {})() }, named: 'It got a function. Call it: store({ … }).' },
    { given: { store: { readItems() {} } }, named: 'It got one without readGenerations, updateGeneration' },
    { given: { toItems: undefined }, named: 'the option toItems must be a function' },
  ])('refuses an option with its name: $named', ({ given, named }) => {
    const make = () => createGenerationClient(wrong<Options>({ ...options, ...given }));
    expect(make).toThrow(TypeError);
    expect(make).toThrow(named);
  });

  it('needs options', () => {
    expect(() => createGenerationClient(wrong<Options>(undefined))).toThrow(
      'createGenerationClient() needs an object of options, such as { name: … }. It got a value of type undefined.',
    );
  });

  it('is needed by useGenerations()', () => {
    expect(() => renderToString(<Gallery />)).toThrow('useGenerations() needs a client of createGenerationClient()');
  });

  it('tells of a command that it does not have, once, with the nearest one', () => {
    const told = warnings();
    const client = createGenerationClient(options);
    onTestFinished(() => client.stop());
    const send = (command: unknown) => client.send(wrong<Parameters<typeof client.send>[0]>(command));
    send({ type: 'GENRATE', input: 'x' });
    send({ type: 'GENRATE', input: 'x' });
    const long = 'x'.repeat(100);
    send({ type: `${long}DISMISS` });
    send({ input: 'x' });
    send(undefined);
    expect(told()).toEqual([
      'generation-lifecycle: The client has no command "GENRATE", so it is ignored. Did you mean "GENERATE"?',
      `generation-lifecycle: The client has no command "${long}", so it is ignored. Did you mean "GENERATE"?`,
      'generation-lifecycle: The client ignores a command whose `type` is a value of type undefined. Pass one of GENERATE, CANCEL, CHECK, RETRY, RESUME, DISMISS, REMOVE, RENEW, CLEAR.',
    ]);
    expect(client.getSnapshot().generations).toEqual([]);
  });
});

describe('newcomer B: a store', () => {
  it.each([
    { make: () => localStore(wrong<Key>('pictures')), named: 'such as { key: … }. It got a value of type string' },
    { make: () => localStore(wrong<Key>({})), named: 'The option key of localStore() must be a text' },
    { make: () => indexedStore(wrong<Name>('pictures')), named: 'such as { name: … }' },
    { make: () => indexedStore(wrong<Name>({ name: '' })), named: 'The option name of indexedStore()' },
  ])('needs its key: $named', ({ make, named }) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(named);
  });
});

describe('newcomer B: a kind', () => {
  it.each([undefined, 'audio', 'constructor', 7])('that fileBackend does not have is refused: %s', kind => {
    const make = () => fileBackend(wrong({ kind }));
    expect(make).toThrow(TypeError);
    expect(make).toThrow('The option kind of fileBackend() must be image or video.');
    expect(make).toThrow('restBackend()');
  });

  it('newcomer E: has a policy if it is audio, and none if nobody knows it', () => {
    expect(policyFor('audio')).toMatchObject({ deadlineMs: 420_000 });
    for (const kind of ['music', 'constructor', undefined]) {
      expect(() => policyFor(wrong(kind))).toThrow('policyFor() knows image, video, audio, and not');
    }
  });
});

it('newcomer B: progress in percent is told of during development, once', () => {
  const told = warnings();
  const read = (progress: number) => checkedUpdate({ kind: 'pending', progress }, 'read of percent', { id: 'job-1' });
  expect([1, 1.001, 45, 50].map(read)).toMatchObject([1, 1.001, 45, 50].map(progress => ({ progress })));
  expect(told()).toEqual([expect.stringContaining('It counts from 0 to 1: divide percent by 100.')]);
});
