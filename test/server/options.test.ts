import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { scenarios, scripted } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { secret } from '../support/server-half.js';

const adapter = scripted(scenarios.healthy('1.png'));
const backends = { image: { adapter, input: (wish: unknown) => wish } };
const given = { secrets: secret, authorize: () => ({ id: 'ada' }), backends };
const make = (changes: object) => () =>
  createGenerationServer({ ...given, ...changes } as Parameters<typeof createGenerationServer>[0]);

describe('the options of a relay', () => {
  it('are enough with backends, authorize and a secret', () => {
    expect(make({})).not.toThrow();
  });

  it.each([
    ['authorize', { authorize: undefined }],
    ['backend', { backends: {} }],
    ['input', { backends: { image: { adapter } } }],
    ['adapter', { backends: { image: { input: () => ({}) } } }],
    ['secret', { secrets: undefined }],
    ['secret', { secrets: 'too short' }],
    ['secret', { secrets: [secret, 'too short'] }],
    ['webhook', { backends: { webhook: backends.image } }],
    ['"a/b"', { backends: { 'a/b': backends.image } }],
    ['authorise', { authorise: () => undefined }],
    ['polcy', { backends: { image: { ...backends.image, polcy: {} } } }],
    ['deadlinMs', { backends: { image: { ...backends.image, policy: { deadlinMs: 1 } } } }],
    ['basePath', { basePath: 'https://app.test/api' }],
    ['https://app.test/', { origin: 'https://app.test/' }],
    ['*', { allowedOrigins: ['*'] }],
    ['maxBodyBytes', { maxBodyBytes: 0 }],
    ['maxStreamMs', { maxStreamMs: Number.POSITIVE_INFINITY }],
  ])('are refused where %s is missing or wrong', (word, changes) => {
    expect(make(changes)).toThrow(TypeError);
    expect(make(changes)).toThrow(word);
  });
});

describe('the options that need a store', () => {
  const limited = { backends: { image: { ...backends.image, maxRunning: 2 } } };

  it.each([
    ['publicUrl', { publicUrl: 'https://app.test/api/generations' }],
    ['wishesPerMinute', { wishesPerMinute: 10 }],
    ['maxRunningPerUser', { maxRunningPerUser: 4 }],
    ['leaseMs', { leaseMs: 15_000 }],
    ['keepMs', { keepMs: 1_000 }],
    ['maxRunning', limited],
  ])('are refused without one, and taken with one: %s', (name, changes) => {
    expect(make(changes)).toThrow(TypeError);
    expect(make(changes)).toThrow(`${name} needs a store`);
    expect(make({ ...changes, store: memoryJobs() })).not.toThrow();
  });

  it.each([
    ['wishesPerMinute', { wishesPerMinute: 0 }],
    ['maxRunningPerUser', { maxRunningPerUser: Number.NaN }],
    ['keepMs', { keepMs: -1 }],
    ['sealedJobMs', { sealedJobMs: '1 h' }],
    ['maxRunning', { backends: { image: { ...backends.image, maxRunning: 0 } } }],
  ])('are refused with a number that cannot be: %s', (name, changes) => {
    expect(make({ ...changes, store: memoryJobs() })).toThrow(TypeError);
    expect(make({ ...changes, store: memoryJobs() })).toThrow(`${name} is`);
  });

  it('make a server that has steps, and without a store there are none', () => {
    const durable = createGenerationServer({ ...given, store: memoryJobs() });
    expect(Object.keys(durable).sort()).toEqual(['advance', 'handle', 'hosts', 'start', 'stop', 'sweep']);
    expect(Object.keys(createGenerationServer(given))).toEqual(['handle', 'hosts']);
  });

  it('need no secret, except for addresses that are signed', () => {
    const store = memoryJobs();
    expect(make({ store, secrets: undefined })).not.toThrow();
    expect(make({ store, secrets: undefined, publicUrl: 'https://app.test/api' })).toThrow('secrets');
    expect(make({ store, publicUrl: '/api/generations' })).toThrow('publicUrl');
  });

  it('and so does a backend whose jobs are streams, because a process has to hold them', () => {
    const streamed = { ...adapter, stream: { tells: 'states', isJob: true } } as const;
    const changes = { backends: { image: { ...backends.image, adapter: streamed } } };
    expect(make(changes)).toThrow('backend image live on their streams');
    expect(make({ ...changes, store: memoryJobs() })).not.toThrow();
  });
});
