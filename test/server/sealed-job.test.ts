import type { JobRef } from 'generation-lifecycle';
import { describe, expect, it } from 'vitest';
import { secret, serverHalf } from '../support/server-half.js';

type Job = JobRef & { readonly sealed: string };

async function submitted(options: Parameters<typeof serverHalf>[0] = {}) {
  const half = serverHalf(options, { scenario: { queuedMs: 60_000 } });
  const { job } = (await (await half.submit('ada')).json()) as { job: Job };
  return { ...half, job };
}

const read = (
  { ask }: Pick<ReturnType<typeof serverHalf>, 'ask'>,
  { id, sealed }: Job,
  { user = 'ada', backend = 'image' } = {},
) => ask(`${backend}/jobs/${id}`, { user, headers: { 'generation-job': sealed } });

describe('a sealed job', () => {
  it('opens for its user', async () => {
    const half = await submitted();
    expect((await read(half, half.job)).status).toBe(200);
  });

  it.each([
    ['of another user', { user: 'bob' }, (sealed: string) => sealed],
    ['of another backend', { backend: 'other' }, (sealed: string) => sealed],
    ['without its last letter', {}, (sealed: string) => sealed.slice(0, -1)],
    ['with another text', {}, (sealed: string) => sealed.replace(/.{6}$/, 'AAAAAA')],
    ['with another version', {}, (sealed: string) => sealed.replace('v1', 'v2')],
    ['with another key id', {}, (sealed: string) => sealed.replace(/^v1\.\w+/, 'v1.00000000')],
    ['with another IV', {}, (sealed: string) => sealed.replace(/^(v1\.\w+\.)..../, '$1AAAA')],
    ['with a part more', {}, (sealed: string) => `${sealed}.x`],
    ['that is empty', {}, () => ''],
    ['that is no text of ours', {}, () => 'x.y.z.%'],
    ['that is very long', {}, (sealed: string) => sealed.padEnd(9_000, 'A')],
  ])('%s is not found, and asks the vendor nothing', async (_, where, change) => {
    const half = await submitted();
    const before = half.double.requests.length;
    const response = await read(half, { ...half.job, sealed: change(half.job.sealed) }, where);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('fal-job');
    expect(half.double.requests.length).toBe(before);
  });

  it('is not opened by the id of another job', async () => {
    const half = await submitted();
    expect((await read(half, { ...half.job, id: 'another' })).status).toBe(404);
  });

  it('is not opened with another secret', async () => {
    const { job } = await submitted();
    const other = serverHalf({ secrets: secret.replace('a secret', 'no secret') });
    expect((await read(other, job)).status).toBe(404);
    expect(other.double.requests).toEqual([]);
  });

  it('is opened with an older secret, also once a new one seals', async () => {
    const { job, double } = await submitted();
    const newer = serverHalf({ secrets: [secret.replace('a secret', 'no secret'), secret] });
    // Its own double does not know the job: it was asked.
    await read(newer, job);
    expect(newer.double.requests.map(({ action }) => action)).toEqual(['read']);
    expect(double.chargedCount).toBe(1);
    const { job: next } = (await (await newer.submit('ada', { key: 'key-2' })).json()) as { job: Job };
    expect(next.sealed.split('.')[1]).not.toBe(job.sealed.split('.')[1]);
  });

  it('expires', async () => {
    const half = await submitted({ sealedJobMs: 1 });
    const now = Date.now();
    await expect.poll(() => Date.now()).toBeGreaterThan(now + 1);
    expect((await read(half, half.job)).status).toBe(404);
  });

  it('is another text each time, of the same job', async () => {
    const half = await submitted();
    const again = (await (await half.submit('ada')).json()) as { job: Job };
    expect(again.job.id).toBe(half.job.id);
    expect(again.job.sealed).not.toBe(half.job.sealed);
  });
});
