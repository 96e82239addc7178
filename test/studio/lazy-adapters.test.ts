import type { GenerationAdapter } from 'generation-lifecycle';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { inHouseFiles } from '../../examples/studio/app/src/clients/in-house-files.js';
import { type AdapterTraits, lazyAdapter } from '../../examples/studio/app/src/clients/lazy-adapter.js';
import { studioAdapters } from '../../examples/studio/app/src/clients/studio-adapters.js';
import { inHouse, type StudioBackend } from '../../examples/studio/app/src/clients/studio-backend.js';
import { vendorFiles } from '../../examples/studio/app/src/clients/vendor-files.js';

beforeEach(() => {
  vi.stubGlobal('location', new URL('http://studio.example/a/page?x'));
  return () => vi.unstubAllGlobals();
});

const vendor: StudioBackend = { ...inHouse, name: 'fal', isDouble: true };

/** What a chart and a stored job are made of. */
const traitsOf = (adapter: GenerationAdapter<never, unknown>) => {
  const { origin, stream, idempotentSubmit, idempotencyWindowMs, resultsLiveMs } = adapter;
  const can = ['events', 'cancel', 'find', 'cancelByKey'].filter(name => name in adapter);
  const place = typeof origin === 'function' ? origin() : origin;
  return { place, stream, idempotentSubmit, idempotencyWindowMs, resultsLiveMs, can };
};

const call = { signal: new AbortController().signal };

describe('an adapter that is loaded with its first call', () => {
  it.each(['image', 'video'] as const)('says before that what it says after that: %s', kind => {
    expect(traitsOf(studioAdapters(inHouse)[kind])).toEqual(traitsOf(inHouseFiles(kind)));
    expect(traitsOf(studioAdapters(vendor)[kind])).toEqual(traitsOf(vendorFiles('fal', kind, true)));
    const relayed = { ...vendor, isInPage: true };
    expect(traitsOf(studioAdapters(relayed)[kind])).toEqual(traitsOf(vendorFiles('fal', kind, false)));
  });

  it('cannot cancel where the page’s address says so', () => {
    vi.stubGlobal('location', new URL('http://studio.example/?faults={"noCancel":true}'));
    expect(studioAdapters(inHouse).image).not.toHaveProperty('cancel');
  });

  it('is loaded once, and fails as one that has sent nothing until it is', async () => {
    const loads: string[] = [];
    const loaded: GenerationAdapter<string, string> = {
      submit: async input => ({ job: { id: input } }),
      read: async () => ({ kind: 'succeeded', output: 'made' }),
      async *events() {
        yield { kind: 'pending', progress: 0.5 };
      },
      find: async () => undefined,
    };
    const traits: AdapterTraits = { can: ['events', 'find'] };
    const adapter = lazyAdapter(traits, async () => {
      loads.push('load');
      if (loads.length === 1) throw new TypeError('Failed to fetch dynamically imported module');
      return loaded;
    });
    expect(loads).toEqual([]);
    await expect(adapter.submit('41', { ...call, idempotencyKey: 'key' })).rejects.toMatchObject({
      failure: { code: 'network', charged: 'no', retryable: true },
    });
    expect(await adapter.submit('41', { ...call, idempotencyKey: 'key' })).toEqual({ job: { id: '41' } });
    expect(await adapter.read({ id: '41' }, call)).toEqual({ kind: 'succeeded', output: 'made' });
    const updates: unknown[] = [];
    const nothing = () => undefined;
    const stream = { ...call, onOpen: nothing, onAlive: nothing, onId: nothing, onRetry: nothing };
    for await (const update of adapter.events?.({ id: '41' }, stream) ?? []) updates.push(update);
    expect(updates).toEqual([{ kind: 'pending', progress: 0.5 }]);
    expect(await adapter.find?.('key', call)).toBeUndefined();
    expect(adapter).not.toHaveProperty('cancel');
    expect(loads).toHaveLength(2);
  });
});
