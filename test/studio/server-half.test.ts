import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JobUpdate, Submission } from 'generation-lifecycle';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Backend, startBackend } from '../support/studio-server.js';

type Answer = {
  readonly images?: readonly { readonly url: string; readonly width: number; readonly height: number }[];
  readonly video?: { readonly url: string };
};

const small = { width: 96, height: 64 };
const wish = { prompt: 'Dunes', resolution: small, seed: 7, chatId: 'studio' };
const call = () => ({ signal: AbortSignal.timeout(120_000) });

async function newFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'studio-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The studio's server with its server half. */
async function start(options: NonNullable<Parameters<typeof startBackend>[0]>['serverHalf']) {
  const backend = await startBackend({ serverHalf: options });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await backend.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { backend, close };
}

const pageOf = (url: string, kind = 'fal-image') =>
  remoteBackend<unknown, Answer>({ baseUrl: `${url}/api/generations/${kind}`, durable: true });
type Page = ReturnType<typeof pageOf>;

/** Reads until the job has ended, as a page does. */
async function endOf(page: Page, { job }: Submission<Answer>): Promise<JobUpdate<Answer>> {
  let update: JobUpdate<Answer> = { kind: 'pending' };
  await expect
    .poll(
      async () => {
        update = await page.read(job, call());
        return update.kind;
      },
      { timeout: 120_000 },
    )
    .not.toBe('pending');
  return update;
}

/** The pictures of an outcome, from the server at this address. */
async function picturesOf(update: JobUpdate<Answer>, url: string) {
  if (update.kind !== 'succeeded') throw new Error(`It has not succeeded: ${JSON.stringify(update)}`);
  const { images = [], video } = update.output;
  const addresses = [...images, ...(video ? [video] : [])].map(file => new URL(file.url, url));
  const answers = await Promise.all(addresses.map(address => fetch(address)));
  expect(answers.map(answer => answer.headers.get('content-type'))).toEqual(answers.map(() => 'image/png'));
  return Promise.all(answers.map(async answer => Buffer.from(await answer.arrayBuffer())));
}

/** What the page may choose. */
async function offered({ url }: Backend): Promise<readonly string[]> {
  const { vendors } = (await (await fetch(`${url}/api/studio`)).json()) as {
    readonly vendors: readonly { readonly name: string; readonly isDouble: boolean }[];
  };
  return vendors.map(({ name, isDouble }) => (isDouble ? `double of ${name}` : name));
}

const sizeOf = (png: Buffer | undefined) => ({ width: png?.readUInt32BE(16), height: png?.readUInt32BE(20) });
const falOf = ({ serverHalf }: Backend) => serverHalf?.vendors.find(({ name }) => name === 'fal');
const charges = (backend: Backend) => falOf(backend)?.double?.chargedCount;

describe('the server half of the studio', () => {
  it('brings a wish to the double of fal, and its pictures from the renderer back', async () => {
    const { backend } = await start({ folder: await newFolder(), renderMs: 10 });
    const page = pageOf(backend.url);
    const submission = await page.submit({ ...wish, batchSize: 2 }, { ...call(), idempotencyKey: 'key-1' });
    await page.submit({ ...wish, batchSize: 2 }, { ...call(), idempotencyKey: 'key-1' });
    const pictures = await picturesOf(await endOf(page, submission), backend.url);
    expect(pictures.map(sizeOf)).toEqual([small, small]);
    expect(pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0))).toBe(false);
    expect(charges(backend)).toBe(1);
  });

  it('makes an animated picture of a video', async () => {
    const { backend } = await start({ folder: await newFolder(), renderMs: 10 });
    const page = pageOf(backend.url, 'fal-video');
    const video = { prompt: 'Waves', resolution: '720x1280', duration: 1, frameRate: 2, seed: 7 };
    const submission = await page.submit(video, { ...call(), idempotencyKey: 'key-1' });
    const [png] = await picturesOf(await endOf(page, submission), backend.url);
    // The chunk that only animated pictures have.
    expect(png?.includes('acTL')).toBe(true);
    expect(sizeOf(png)).toEqual({ width: 288, height: 512 });
  });

  it('refuses a wish that the models do not take, before anything is bought', async () => {
    const { backend } = await start({ folder: await newFolder() });
    const page = pageOf(backend.url);
    const wishes = [{ ...wish, prompt: '' }, { ...wish, resolution: { width: 90_000, height: 64 } }, 'no form'];
    for (const [index, bad] of wishes.entries()) {
      const submit = page.submit(bad, { ...call(), idempotencyKey: `key-${index}` });
      await expect(submit).rejects.toMatchObject({ failure: { code: 'bad-input', charged: 'no' } });
    }
    expect(charges(backend)).toBe(0);
  });

  it('has no file but those that it has planned', async () => {
    const { backend } = await start({ folder: await newFolder() });
    const names = ['00000000-0000-4000-8000-000000000000.png', '..%2F..%2Fdouble.db', 'fal-job-1.json', '%00.png'];
    for (const name of names) expect((await fetch(`${backend.url}/vendor/files/${name}`)).status, name).toBe(404);
  });

  it('is not there unless it is asked for', async () => {
    const backend = await startBackend();
    onTestFinished(() => backend.close());
    expect(await (await fetch(`${backend.url}/api/studio`)).json()).toEqual({ vendors: [] });
    expect((await fetch(`${backend.url}/api/generations/fal-image/jobs/41`)).headers.has('generation-protocol')).toBe(
      false,
    );
  });
});

describe('the vendor behind it', () => {
  it('is fal where there is a key, which is sent nowhere before a wish', async () => {
    const folder = await newFolder();
    const sent = vi.spyOn(globalThis, 'fetch');
    onTestFinished(() => sent.mockRestore());
    const { backend } = await start({ folder, keys: { fal: 'id:a-key-of-the-test' } });
    expect(sent).not.toHaveBeenCalled();
    sent.mockRestore();
    expect(falOf(backend)?.double).toBeUndefined();
    expect(await offered(backend)).toEqual(['fal', 'double of replicate', 'double of black-forest-labs']);
  });

  it.each([undefined, ''])('is its double where the key is %j', async fal => {
    const { backend } = await start({ folder: await newFolder(), keys: { fal } });
    expect(await offered(backend)).toContain('double of fal');
  });

  it.each([
    ['replicate', { url: expect.stringMatching(/^\/vendor\/files\//), cost: undefined }],
    ['black-forest-labs', { url: expect.stringMatching(/^\/vendor\/files\//), cost: { amount: 3, unit: 'credits' } }],
  ])('may be %s, with what it says', async (name, wanted) => {
    const { backend } = await start({ folder: await newFolder(), renderMs: 10 });
    const page = pageOf(backend.url, `${name}-image`);
    const submission = await page.submit(wish, { ...call(), idempotencyKey: 'key-1' });
    const update = await endOf(page, submission);
    if (update.kind !== 'succeeded') throw new Error(`It has not succeeded: ${JSON.stringify(update)}`);
    const { sample, 0: first } = update.output as { readonly sample?: string; readonly 0?: string };
    expect({ url: sample ?? first, cost: update.cost }).toEqual(wanted);
    const picture = await fetch(new URL(String(sample ?? first), backend.url));
    expect(picture.headers.get('content-type')).toBe('image/png');
  });

  it('is not asked about the jobs of the other one', async () => {
    const folder = await newFolder();
    const first = await start({ folder, renderMs: 3_600_000 });
    const submission = await pageOf(first.backend.url).submit(wish, { ...call(), idempotencyKey: 'key-1' });
    await first.close();
    const fal = await start({ folder, keys: { fal: 'id:a-key-of-the-test' } });
    expect(fal.backend.serverHalf?.resumed).toBe(0);
    const read = pageOf(fal.backend.url).read(submission.job, call());
    await expect(read).rejects.toMatchObject({ failure: { code: 'not-found' } });
  });
});

const main = fileURLToPath(new URL('../../examples/studio/dist/server/main.js', import.meta.url));

/** The server in a process of its own, on a folder. */
async function startProcess(folder: string, renderMs: number) {
  const { FAL_KEY: _, REPLICATE_API_TOKEN: __, BFL_API_KEY: ___, ...environment } = process.env;
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { ...environment, PORT: '0', STUDIO_DATA: folder, FAULTS: JSON.stringify({ renderMs }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    printed += text;
  });
  await expect.poll(() => printed, { timeout: 60_000 }).toContain('http://');
  const url = /http:\S+/.exec(printed)?.[0] ?? '';
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return { url, page: pageOf(url), end };
}

describe('a restart from the page', () => {
  it('leaves what runs, answers 503 meanwhile, and ends with the picture, paid once', async () => {
    const { backend } = await start({ folder: await newFolder(), renderMs: 2_000 });
    const page = pageOf(backend.url);
    const submission = await page.submit(wish, { ...call(), idempotencyKey: 'key-1' });
    const restarted = fetch(`${backend.url}/api/studio/restart`, { method: 'POST' });
    await expect
      .poll(async () => (await fetch(`${backend.url}/api/generations/fal-image/jobs/${submission.job.id}`)).status)
      .toBe(503);
    expect((await restarted).status).toBe(204);
    const [png] = await picturesOf(await endOf(page, submission), backend.url);
    expect(sizeOf(png)).toEqual(small);
    expect(charges(backend)).toBe(1);
  });
});

describe('a generation that runs while its server ends', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)('goes on after %s, is paid once, and ends with its picture', async signal => {
    const folder = await newFolder();
    const first = await startProcess(folder, 15_000);
    const submission = await first.page.submit(wish, { ...call(), idempotencyKey: 'key-1' });
    expect((await first.page.read(submission.job, call())).kind).toBe('pending');
    await first.end(signal);

    const next = await startProcess(folder, 10);
    const known = await next.page.find?.('key-1', call());
    expect(known?.job).toEqual(submission.job);
    const [png] = await picturesOf(await endOf(next.page, submission), next.url);
    expect(sizeOf(png)).toEqual(small);
    await next.end('SIGINT');

    const { backend } = await start({ folder });
    expect(charges(backend)).toBe(1);
    expect(backend.serverHalf?.resumed).toBe(0);
    const [again] = await picturesOf(await endOf(pageOf(backend.url), submission), backend.url);
    expect(again?.equals(png ?? Buffer.alloc(0))).toBe(true);
  });
});
