import { blackForestLabs } from 'generation-lifecycle/adapters/black-forest-labs';
import { comfyApi } from 'generation-lifecycle/adapters/comfyui';
import { fal } from 'generation-lifecycle/adapters/fal';
import { googleOperations } from 'generation-lifecycle/adapters/google';
import { replicate } from 'generation-lifecycle/adapters/replicate';
import { runway } from 'generation-lifecycle/adapters/runway';
import { createGenerationServer, memoryJobs } from 'generation-lifecycle/server';
import { serve } from 'generation-lifecycle/server/node';
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
    ['serverless', { serverless: true, sweepEveryMs: 60_000 }],
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
    ['sweepEveryMs', { serverless: true, sweepEveryMs: 0 }],
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

describe('a server half of which no process lives on', () => {
  const hourMs = 3_600_000;
  const webhook = { verify: async () => undefined };
  const serverless = (changes: object = {}, members: object = {}) =>
    make({
      store: memoryJobs(),
      serverless: true,
      backends: { image: { ...backends.image, adapter: { ...adapter, ...members } } },
      ...changes,
    });
  const publicUrl = 'https://app.test/api/generations';

  it('is refused where neither a webhook nor a cron ends a job whose page is closed', () => {
    expect(serverless()).toThrow(TypeError);
    expect(serverless()).toThrow('nothing follows a job of backend image once its page is closed');
    expect(serverless()).not.toThrow('publicUrl');
    expect(serverless({}, { webhook })).toThrow('or pass publicUrl');
    // The adapter has no webhook, or nobody is told where it is.
    expect(serverless({ publicUrl })).toThrow('sweepEveryMs');
    // Its address belongs to an account, and says nothing of a job of this server.
    expect(serverless({ publicUrl }, { webhook: { ...webhook, isPerJob: false } })).toThrow('sweepEveryMs');
  });

  it('is taken with a webhook, and with a cron that is shorter than results live', () => {
    expect(serverless({ publicUrl }, { webhook })).not.toThrow();
    expect(serverless({ sweepEveryMs: hourMs - 1 }, { resultsLiveMs: hourMs })).not.toThrow();
    // Nobody knows for how long.
    expect(serverless({ sweepEveryMs: 10 * hourMs })).not.toThrow();
  });

  it('is refused with a cron that is too slow for a backend without a webhook', () => {
    const slow = { sweepEveryMs: hourMs };
    expect(serverless(slow, { resultsLiveMs: hourMs })).toThrow(TypeError);
    expect(serverless(slow, { resultsLiveMs: hourMs })).toThrow('results of backend image live for 3600000 ms');
    expect(serverless({ ...slow, publicUrl }, { resultsLiveMs: hourMs, webhook })).not.toThrow();
  });

  it('is refused with jobs that are streams, which no process would hold', () => {
    const stream = { tells: 'states', isJob: true } as const;
    expect(serverless({ sweepEveryMs: 60_000 }, { stream })).toThrow('serverless says that none lives on');
  });

  it('is told by an option, and a cron belongs to it', () => {
    expect(make({ store: memoryJobs(), sweepEveryMs: 60_000 })).toThrow('sweepEveryMs is for serverless: true');
    expect(make({ serverless: false })).not.toThrow();
  });

  it('is swept, and never started', async () => {
    const server = createGenerationServer({ ...given, store: memoryJobs(), serverless: true, sweepEveryMs: 60_000 });
    expect(() => server.start()).toThrow(TypeError);
    expect(() => server.start()).toThrow('serverless: true');
    await expect(serve(server, { port: 0, handleSignals: false })).rejects.toThrow('serverless: true');
    await expect(server.sweep()).resolves.toBe(0);
  });

  it.each([
    ['fal', fal({ model: 'fal-ai/flux/dev' }), 7 * 24 * hourMs],
    ['fal with keepSeconds', fal({ model: 'fal-ai/flux/dev', keepSeconds: 60 }), 60_000],
    ['Replicate', replicate({ model: 'owner/model' }), hourMs],
    ['films of Google', googleOperations({ model: 'veo-3.1-generate-001' }), 48 * hourMs],
    ['Runway', runway({ endpoint: 'text_to_video' }), 24 * hourMs],
    ['Black Forest Labs', blackForestLabs({ model: 'flux-2-pro' }), hourMs / 6],
    // Each job of it says when its files are deleted, and the API no time for all.
    ['the Comfy API', comfyApi(), undefined],
  ])(
    'knows how long results of %s live',
    (_, { resultsLiveMs }: { readonly resultsLiveMs?: number | undefined }, ms) => {
      expect(resultsLiveMs).toBe(ms);
    },
  );
});
