import { fileBackend, fileChannels, sharedEvents } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { follow } from '../../support/follower.js';
import { startBackend } from '../../support/studio-server.js';

const { signal } = new AbortController();

describe('the channels of files', () => {
  it('bring the events of all jobs of a user over one connection of the real backend', async () => {
    const backend = await startBackend();
    onTestFinished(() => backend.close());
    const headers = { 'x-studio-user': 'ada', 'x-studio-faults': JSON.stringify({ renderMs: 300 }) };
    const adapter = fileBackend({ kind: 'image', baseUrl: backend.url, headers });
    const shared = sharedEvents(fileChannels({ baseUrl: backend.url, channelOf: () => 'user.ada' }));
    const input = { prompt: 'dunes', resolution: { width: 64, height: 64 } };
    const submits = [1, 2].map(nth => adapter.submit(input, { signal, idempotencyKey: `${nth}` }));
    const jobs = (await Promise.all(submits)).map(({ job }) => job);
    const all = jobs.map(job => follow(shared, job));
    for (const { ending } of all) void ending();
    await expect
      .poll(() => all.map(({ updates }) => updates.find(({ kind }) => kind === 'succeeded')))
      .not.toContain(undefined);
    for (const [nth, { updates }] of all.entries()) {
      const files = updates.flatMap(update => (update.kind === 'succeeded' ? update.output.files : []));
      expect(new Set(files.map(({ id }) => id))).toEqual(new Set([jobs[nth]?.id]));
    }
    expect(backend.requests.filter(({ kind }) => kind === 'events')).toHaveLength(1);
    for (const { abort } of all) abort();
  });
});
