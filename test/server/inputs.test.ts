import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GenerationAdapter, JobUpdate, SubmitCall } from 'generation-lifecycle';
import { createInputUpload } from 'generation-lifecycle/adapters/remote-backend';
import {
  createGenerationServer,
  type InputOptions,
  type InputStore,
  memoryInputs,
  memoryJobs,
  type WishInputs,
} from 'generation-lifecycle/server';
import { directoryInputs, toListener } from 'generation-lifecycle/server/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listening } from '../support/listening.js';
import { durableHalf, origin, secret } from '../support/server-half.js';

const png = new Uint8Array([
  0x89,
  0x50,
  0x4e,
  0x47,
  0x0d,
  0x0a,
  0x1a,
  0x0a,
  ...Array.from({ length: 40 }, (_, at) => at),
]);
const pngFile = (last = 0) => new Blob([png, new Uint8Array([last])], { type: 'image/png' });
const publicUrl = `${origin}/api/generations`;
const hour = 3_600_000;

type Wish = { readonly prompt: string; readonly image?: string };
type ToInput = (wish: Wish, inputs: WishInputs) => Promise<unknown>;
type Answer = {
  input?: { reference: string; type: string; size: number; expiresAt: number };
  job?: { id: string };
  error?: { code: string; message: string; charged: string };
};
const jsonOf = async (response: Response) => (await response.json()) as Answer;

const urlInput: ToInput = async ({ prompt, image }, inputs) => ({ prompt, image: image && (await inputs.url(image)) });

/** A vendor that counts, and shows what it was given. */
function createVendor() {
  const submitted: { readonly input: unknown; readonly call: SubmitCall }[] = [];
  let update: JobUpdate<unknown> = { kind: 'pending', phase: 'running' };
  let onSubmit: () => Promise<void> = async () => {};
  const adapter: GenerationAdapter<unknown, unknown> = {
    async submit(input, call) {
      submitted.push({ input, call });
      await onSubmit();
      return { job: { id: `job-${submitted.length}` } };
    },
    read: async () => update,
    cancel: async () => ({ kind: 'cancelled', charged: 'no' }),
  };
  return {
    adapter,
    submitted,
    end: (next: JobUpdate<unknown> = { kind: 'succeeded', output: {} }) => {
      update = next;
    },
    onSubmit: (run: () => Promise<void>) => {
      onSubmit = run;
    },
  };
}

function half(toInput: ToInput = urlInput, options: Partial<InputOptions> = {}) {
  const vendor = createVendor();
  let aheadMs = 0;
  const store = memoryJobs({ now: () => Date.now() + aheadMs });
  const inputs = options.store ?? memoryInputs();
  const image = {
    adapter: vendor.adapter as GenerationAdapter<never, unknown>,
    input: (wish: unknown, _: unknown, { inputs: files }: { readonly inputs: WishInputs }) =>
      toInput(wish as Wish, files) as never,
    policy: { pollDelayMs: [20], minReadGapMs: 10 },
  };
  const made = durableHalf({
    backends: { image, other: image },
    store,
    publicUrl,
    inputs: { ...options, store: inputs },
  });
  const upload = (user: string, file: Blob | RequestInit['body'], headers: Record<string, string> = {}) =>
    made.ask('image/inputs', {
      method: 'POST',
      user,
      body: file as never,
      headers: { 'content-type': 'image/png', ...headers },
      ...(file instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit);
  const referenceOf = async (user: string, file: Blob = pngFile()) =>
    String((await jsonOf(await upload(user, file))).input?.reference);
  const wishFor = (user: string, wish: Wish, key = 'key-1') => made.submit(user, { key, body: JSON.stringify(wish) });
  const isThere = async () => {
    const ids: string[] = [];
    for await (const { input } of inputs.list()) ids.push(input.id);
    return ids.length;
  };
  /** To its end, as the vendor says. */
  const endOf = async (id: string) => {
    await expect
      .poll(async () => {
        await made.server.advance(id);
        return (await store.get(id))?.endedAt;
      })
      .not.toBeNull();
    await made.server.stop();
  };
  const later = (ms: number) => {
    aheadMs += ms;
  };
  return { ...made, vendor, inputs, upload, referenceOf, wishFor, isThere, endOf, later };
}

const given = (vendor: ReturnType<typeof createVendor>) => vendor.submitted.at(-1)?.input as { image: string };
const pathOf = (url: string) => url.slice(`${publicUrl}/`.length);

/** A body that goes on for as long as it is read. */
const endless = (onCancel = () => {}) =>
  new ReadableStream<Uint8Array>({
    start: controller => controller.enqueue(png),
    pull: controller => controller.enqueue(new Uint8Array(1_024)),
    cancel: onCancel,
  });

describe('an upload', () => {
  it('gets a reference, which stands for the file in a wish, and the vendor a url with its bytes', async () => {
    const { upload, wishFor, vendor, ask } = half();
    const answer = await upload('ada', pngFile());
    expect(answer.status).toBe(201);
    const { input } = await jsonOf(answer);
    expect(input).toMatchObject({ type: 'image/png', size: png.length + 1 });
    expect((await wishFor('ada', { prompt: 'a', image: String(input?.reference) })).status).toBe(201);
    const { image } = given(vendor);
    expect(image.startsWith(`${publicUrl}/image/inputs/`)).toBe(true);
    const file = await ask(pathOf(image));
    expect(file.status).toBe(200);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array(await pngFile().arrayBuffer()));
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  it('gives the vendor the bytes as a blob, and as a data url', async () => {
    for (const each of ['blob', 'dataUrl'] as const) {
      const { referenceOf, wishFor, vendor } = half(async ({ image }, inputs) => ({
        image: await inputs[each](image),
      }));
      expect((await wishFor('ada', { prompt: 'a', image: await referenceOf('ada') })).status).toBe(201);
      const image: unknown = given(vendor).image;
      const blob = image instanceof Blob ? image : await (await fetch(String(image))).blob();
      expect([blob.type, blob.size]).toEqual(['image/png', png.length + 1]);
    }
  });

  it('says what a file is', async () => {
    const { referenceOf, wishFor, vendor } = half(async ({ image }, inputs) => ({ image: await inputs.info(image) }));
    await wishFor('ada', { prompt: 'a', image: await referenceOf('ada') });
    expect(given(vendor).image).toMatchObject({ type: 'image/png', size: png.length + 1 });
  });

  it('is for who is signed in, from a page of ours', async () => {
    const { ask } = half();
    const headers = { 'content-type': 'image/png' };
    expect((await ask('image/inputs', { method: 'POST', body: pngFile(), headers })).status).toBe(401);
    const foreign = { ...headers, origin: 'https://evil.test', cookie: 'user=ada' };
    expect((await ask('image/inputs', { method: 'POST', body: pngFile(), headers: foreign })).status).toBe(403);
  });

  it('that is too large is refused before it is read, and where it does not say so as it is read', async () => {
    const { upload, isThere } = half(urlInput, { maxBytes: 4_096 });
    const said = await upload('ada', new Blob([png, new Uint8Array(5_000)]), { 'content-length': '5048' });
    expect(said.status).toBe(413);
    let isCancelled = false;
    const unsaid = await upload(
      'ada',
      endless(() => (isCancelled = true)),
    );
    expect([unsaid.status, (await jsonOf(unsaid)).error?.code]).toEqual([413, 'bad-input']);
    await expect.poll(() => isCancelled).toBe(true);
    expect(await isThere()).toBe(0);
  });

  it('that never ends is given up', async () => {
    const { upload, isThere } = half(urlInput, { uploadTimeoutMs: 50 });
    const never = new ReadableStream<Uint8Array>({ start: controller => controller.enqueue(png) });
    const answer = await upload('ada', never);
    expect([answer.status, (await jsonOf(answer)).error?.code]).toEqual([408, 'timeout']);
    expect(await isThere()).toBe(0);
  });

  it('is of a type that is allowed, and its bytes are, too', async () => {
    const { upload, isThere } = half();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const page = '<!doctype html><script>alert(1)</script>';
    const refused: readonly (readonly [body: BodyInit, type: string])[] = [
      [svg, 'image/svg+xml'],
      [svg, 'image/png'],
      [page, 'text/html'],
      [page, 'image/jpeg'],
      [new Blob([png]), 'image/jpeg'],
      [new Blob([png]), 'application/octet-stream'],
      [new Blob([png.slice(0, 6)]), 'image/png'],
      [new Blob([png]), '__proto__'],
    ];
    for (const [body, type] of refused) {
      const answer = await upload('ada', body, { 'content-type': type });
      expect([type, answer.status]).toEqual([type, 415]);
    }
    expect((await upload('ada', '')).status).toBe(400);
    expect(await isThere()).toBe(0);
    expect((await upload('ada', pngFile(), { 'content-type': 'IMAGE/PNG; q=1' })).status).toBe(201);
    const [riff, wave] = ['RIFF0000WAVEfmt ', 'RIFF0000WEBPVP8 '];
    expect((await upload('ada', String(riff), { 'content-type': 'audio/x-wav' })).status).toBe(201);
    expect((await upload('ada', String(wave), { 'content-type': 'audio/wav' })).status).toBe(415);
  });

  it('that is also a page is never shown as one', async () => {
    const { upload, wishFor, vendor, ask } = half();
    const polyglot = new Blob(['GIF89a/*', '<script>alert(1)</script>*/=1'], { type: 'image/gif' });
    const { input } = await jsonOf(await upload('ada', polyglot, { 'content-type': 'image/gif' }));
    await wishFor('ada', { prompt: 'a', image: String(input?.reference) });
    const { headers } = await ask(pathOf(given(vendor).image));
    expect([headers.get('content-type'), headers.get('content-disposition')]).toEqual(['image/gif', 'attachment']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is one of few of a user, also among those that come at once', async () => {
    const { upload } = half(urlInput, { maxPerUser: 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => upload('ada', pngFile(at))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await upload('bob', pngFile())).status).toBe(201);
  });

  it('needs the option, and the option a store of jobs and one of files', async () => {
    const { upload: ask } = { upload: durableHalf().ask };
    const init = { method: 'POST', user: 'ada', body: pngFile(), headers: { 'content-type': 'image/png' } };
    expect((await ask('image/inputs', init)).status).toBe(501);
    const make = (options: object) => () =>
      createGenerationServer({
        authorize: () => undefined,
        secrets: secret,
        backends: { image: { adapter: createVendor().adapter, input: () => ({}) } },
        ...options,
      } as never);
    expect(make({ inputs: { store: memoryInputs() } })).toThrow('inputs needs a store');
    expect(make({ store: memoryJobs(), inputs: {} })).toThrow('inputs has no store');
    expect(make({ store: memoryJobs(), inputs: { store: memoryInputs(), maxSize: 1 } })).toThrow('maxSize');
    expect(make({ store: memoryJobs(), inputs: { store: memoryInputs(), types: ['image/svg+xml'] } })).toThrow(
      'image/svg+xml',
    );
    expect(make({ store: memoryJobs(), inputs: { store: memoryInputs(), maxBytes: 0 } })).toThrow('inputs.maxBytes');
  });
});

describe('the reference of a file', () => {
  it('of another user is none, and neither is one that was made up', async () => {
    const { referenceOf, wishFor, vendor } = half();
    const reference = await referenceOf('ada');
    const [id, digest] = reference.split('.');
    const forged = [
      reference,
      `${id}.${'A'.repeat(43)}.png`,
      `nobody.${digest}.png`,
      `../../etc/passwd.${digest}.png`,
      `${id}.${digest}.exe`,
      'x',
      '',
    ];
    for (const [at, image] of forged.entries()) {
      const answer = await wishFor(at === 1 ? 'ada' : 'bob', { prompt: 'a', image: image || ' ' }, `key-${at}`);
      expect([image, answer.status, (await jsonOf(answer)).error?.charged]).toEqual([image, 422, 'no']);
    }
    expect(vendor.submitted).toHaveLength(0);
  });

  it('may stand in two wishes, and the file is there until both jobs have ended', async () => {
    const { referenceOf, wishFor, isThere, endOf, vendor } = half();
    const image = await referenceOf('ada');
    const [one, other] = [
      await wishFor('ada', { prompt: 'a', image }, 'one'),
      await wishFor('ada', { prompt: 'b', image }, 'other'),
    ];
    vendor.end();
    await endOf(String((await jsonOf(one)).job?.id));
    expect(await isThere()).toBe(1);
    await endOf(String((await jsonOf(other)).job?.id));
    expect(await isThere()).toBe(0);
  });

  it('of the same bytes is the same wish, however often they were uploaded', async () => {
    for (const each of ['url', 'blob', 'dataUrl'] as const) {
      const { referenceOf, wishFor, vendor } = half(async ({ image }, inputs) => ({
        image: await inputs[each](image),
      }));
      const first = await wishFor('ada', { prompt: 'a', image: await referenceOf('ada') });
      const again = await wishFor('ada', { prompt: 'a', image: await referenceOf('ada') });
      expect([first.status, again.status]).toEqual([201, 200]);
      expect((await jsonOf(again)).job).toEqual((await jsonOf(first)).job);
      const other = await wishFor('ada', { prompt: 'a', image: await referenceOf('ada', pngFile(7)) });
      expect(other.status).toBe(422);
      expect(vendor.submitted).toHaveLength(1);
    }
  });

  it('answers a known key with its job, also when the file is gone', async () => {
    for (const each of ['url', 'blob', 'dataUrl'] as const) {
      const { referenceOf, wishFor, vendor, endOf, isThere } = half(async ({ image }, inputs) => ({
        image: await inputs[each](image),
      }));
      const image = await referenceOf('ada');
      const { job } = await jsonOf(await wishFor('ada', { prompt: 'a', image }));
      vendor.end();
      await endOf(String(job?.id));
      expect(await isThere()).toBe(0);
      const again = await wishFor('ada', { prompt: 'a', image });
      expect([again.status, (await jsonOf(again)).job?.id]).toEqual([200, job?.id]);
      expect((await wishFor('ada', { prompt: 'a', image }, 'key-2')).status).toBe(422);
      expect(vendor.submitted).toHaveLength(1);
    }
  });

  it('is refused an hour after its upload, and the file is removed', async () => {
    const { referenceOf, wishFor, vendor, later, server, isThere } = half();
    const image = await referenceOf('ada');
    later(hour + 1);
    expect((await wishFor('ada', { prompt: 'a', image })).status).toBe(422);
    expect(vendor.submitted).toHaveLength(0);
    await server.sweep();
    expect(await isThere()).toBe(0);
  });

  it('is kept for a submit that was refused free of charge, whose key may try again', async () => {
    const { referenceOf, wishFor, vendor, isThere, server, later } = half();
    const image = await referenceOf('ada');
    vendor.onSubmit(async () => {
      throw new TypeError('The vendor is away.');
    });
    const { GenerationError } = await import('generation-lifecycle');
    vendor.onSubmit(async () => {
      throw new GenerationError({ code: 'busy', message: 'Busy.', charged: 'no' });
    });
    expect((await wishFor('ada', { prompt: 'a', image })).status).toBe(503);
    await server.stop();
    expect(await isThere()).toBe(1);
    vendor.onSubmit(async () => {});
    expect((await wishFor('ada', { prompt: 'a', image })).status).toBeLessThan(300);
    expect(given(vendor).image).toContain('/image/inputs/');
    expect(given(vendor).image).not.toContain('sha256-');
    later(1);
  });
});

describe('a file that is removed while its submit runs', () => {
  it('is not removed, because the job holds it', async () => {
    const { referenceOf, wishFor, vendor, inputs, isThere, ask } = half();
    const image = await referenceOf('ada');
    const [id = ''] = image.split('.');
    let isRemoved: boolean | undefined;
    vendor.onSubmit(async () => {
      isRemoved = await inputs.remove(id);
    });
    expect((await wishFor('ada', { prompt: 'a', image })).status).toBe(201);
    expect(isRemoved).toBe(false);
    expect(await isThere()).toBe(1);
    expect((await ask(pathOf(given(vendor).image))).status).toBe(200);
  });

  it('before the job holds it is told before anything is paid', async () => {
    const store = memoryInputs();
    const racing: InputStore = {
      ...store,
      async hold(id, jobId) {
        await store.remove(id);
        return store.hold(id, jobId);
      },
    };
    const { referenceOf, wishFor, vendor, store: jobs } = half(urlInput, { store: racing });
    const answer = await wishFor('ada', { prompt: 'a', image: await referenceOf('ada') });
    expect([answer.status, (await jsonOf(answer)).error?.charged]).toEqual([422, 'no']);
    expect(vendor.submitted).toHaveLength(0);
    expect(await jobs.findByKey('ada', 'key-1')).toBeUndefined();
  });

  it('fails no end of a job that cannot remove it', async () => {
    const store = memoryInputs();
    const broken: InputStore = {
      ...store,
      async release() {
        throw new Error('The disk is read-only.');
      },
    };
    const { referenceOf, wishFor, vendor, endOf, log } = half(urlInput, { store: broken });
    const { job } = await jsonOf(await wishFor('ada', { prompt: 'a', image: await referenceOf('ada') }));
    vendor.end();
    await endOf(String(job?.id));
    expect(log.some(({ event }) => event === 'inputs.failed')).toBe(true);
  });
});

describe('the url that a vendor loads', () => {
  const opened = async () => {
    const made = half();
    const { job } = await jsonOf(await made.wishFor('ada', { prompt: 'a', image: await made.referenceOf('ada') }));
    return { ...made, id: String(job?.id), route: pathOf(given(made.vendor).image) };
  };

  it('answers with a part, by Range, and with its head', async () => {
    const { ask, route } = await opened();
    const part = await ask(route, { headers: { range: 'bytes=1-3' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 1-3/${png.length + 1}`]);
    expect(await part.text()).toBe('PNG');
    const beyond = await ask(route, { headers: { range: 'bytes=9999-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${png.length + 1}`]);
    const head = await ask(route, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      `${png.length + 1}`,
      '',
    ]);
  });

  it('is gone after its time, and when the job has ended', async () => {
    const { ask, route, later } = await opened();
    later(2 * hour);
    expect((await ask(route)).status).toBe(404);
    const ended = await opened();
    ended.vendor.end();
    await ended.endOf(ended.id);
    expect((await ended.ask(ended.route)).status).toBe(404);
  });

  it('cannot be made up, nor prolonged, nor used for another backend', async () => {
    const { ask, route } = await opened();
    const [id = '', until = '', mac = ''] = route.slice('image/inputs/'.length).split('.');
    const wrong = [
      `image/inputs/${id}`,
      `image/inputs/${id}.${Number(until) + 1}.${mac}.png`,
      `image/inputs/${id}.${until}.${'A'.repeat(43)}.png`,
      `other/inputs/${id}.${until}.${mac}.png`,
      `image/inputs/..%2f..%2fjobs.db.${until}.${mac}`,
      `image/inputs/${id}.${until}.${mac}.png/x`,
    ];
    for (const each of wrong) expect([each, (await ask(each)).status]).toEqual([each, 404]);
  });

  it('needs publicUrl, and says so to the operator', async () => {
    const vendor = createVendor();
    const image = {
      adapter: vendor.adapter as GenerationAdapter<never, unknown>,
      input: (async (wish: Wish, _: unknown, { inputs }: { inputs: WishInputs }) => urlInput(wish, inputs)) as never,
    };
    const made = durableHalf({ backends: { image, other: image }, inputs: { store: memoryInputs() } });
    const headers = { 'content-type': 'image/png' };
    const { input } = await jsonOf(
      await made.ask('image/inputs', { method: 'POST', user: 'ada', body: pngFile(), headers }),
    );
    const body = JSON.stringify({ prompt: 'a', image: input?.reference });
    expect((await made.submit('ada', { body })).status).toBe(500);
    expect(made.log.find(({ event }) => event === 'input.failed')?.message).toContain('publicUrl');
  });
});

describe('a page', () => {
  const ofPage = (made: ReturnType<typeof half>) =>
    createInputUpload({
      baseUrl: `${publicUrl}/image`,
      headers: { authorization: 'Bearer ada' },
      fetch: (url, init) => made.handle(new Request(url, init)),
    });

  it('uploads, and gets a reference', async () => {
    const upload = ofPage(half());
    const uploaded = await upload(pngFile());
    expect(uploaded).toMatchObject({ reference: expect.any(String), type: 'image/png', size: png.length + 1 });
    expect(uploaded.expiresAt).toBeGreaterThan(Date.now());
  });

  it('is told what is wrong with a file', async () => {
    const upload = ofPage(half(urlInput, { maxBytes: 64, maxPerUser: 1 }));
    const failed = { charged: 'no' };
    const large = new Blob([png, new Uint8Array(100)], { type: 'image/png' });
    await expect(upload(large)).rejects.toMatchObject({ failure: { ...failed, code: 'bad-input', status: 413 } });
    const svg = new Blob(['<svg/>'], { type: 'image/svg+xml' });
    await expect(upload(svg)).rejects.toMatchObject({ failure: { ...failed, code: 'bad-input', status: 415 } });
    await upload(pngFile());
    await expect(upload(pngFile())).rejects.toMatchObject({
      failure: { ...failed, code: 'rate-limited', status: 429 },
    });
    await expect(upload(pngFile(), { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(() => createInputUpload({} as never)).toThrow('needs a baseUrl');
  });

  it('uploads through a socket without a content-length, and one that hangs up leaves nothing', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'inputs-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const made = half(urlInput, { store: directoryInputs(folder) });
    const { url } = await listening(createServer(toListener(made.handle)));
    const open = () =>
      httpRequest(`${url}/api/generations/image/inputs`, {
        method: 'POST',
        headers: { authorization: 'Bearer ada', 'content-type': 'image/png' },
      });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = open()
        .on('response', response => resolve(response.resume().statusCode))
        .on('error', reject);
      request.write(png);
      request.end(new Uint8Array(100));
    });
    expect(status).toBe(201);
    const cut = open().on('error', () => undefined);
    cut.write(png);
    await expect.poll(async () => (await readdir(path.join(folder, 'partial'))).length).toBe(1);
    cut.destroy();
    await expect.poll(async () => (await readdir(path.join(folder, 'partial'))).length, { timeout: 10_000 }).toBe(0);
    expect(await made.isThere()).toBe(1);
  });
});

async function* bodyOf(...parts: readonly Uint8Array[]) {
  yield* parts;
}

async function openDirectory() {
  const folder = await mkdtemp(path.join(tmpdir(), 'inputs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return [directoryInputs(folder), directoryInputs(folder)] as const;
}

describe.each([
  ['memoryInputs', async () => [memoryInputs()] as const],
  ['directoryInputs', openDirectory],
])('%s', (_, openStores) => {
  const put = (store: InputStore, id = 'one') =>
    store.put({ id, owner: 'ada', type: 'image/png', createdAt: 41 }, bodyOf(png, new Uint8Array([7])));

  it('keeps the bytes, and what is known of them', async () => {
    const [here, there = here] = (await openStores()) as readonly [InputStore, InputStore?];
    const input = await put(here);
    expect(input).toMatchObject({ id: 'one', owner: 'ada', size: png.length + 1, createdAt: 41 });
    expect(input.digest).toMatch(/^[\w-]{43}$/);
    expect(await there.get('one')).toEqual(input);
    expect((await new Response(await there.read('one')).arrayBuffer()).byteLength).toBe(png.length + 1);
    expect(await new Response(await there.read('one', { from: 1, to: 4 })).text()).toBe('PNG');
    expect([await there.count('ada'), await there.count('bob')]).toEqual([1, 0]);
  });

  it('keeps nothing of an upload that fails', async () => {
    const [store] = await openStores();
    async function* failing() {
      yield png;
      throw new Error('The page has gone.');
    }
    const work = store.put({ id: 'one', owner: 'ada', type: 'image/png', createdAt: 41 }, failing());
    await expect(work).rejects.toThrow('The page has gone.');
    expect([await store.get('one'), await store.count('ada')]).toEqual([undefined, 0]);
  });

  it('removes a file that no job holds, and gives no hold of one that is gone', async () => {
    const [here, there = here] = (await openStores()) as readonly [InputStore, InputStore?];
    await put(here);
    expect([await here.hold('one', 'job-1'), await there.hold('one', 'job-2')]).toEqual([true, true]);
    await here.release('one', 'job-1');
    await here.release('one', 'nobody');
    expect(await here.remove('one')).toBe(false);
    const held: string[][] = [];
    for await (const { heldBy } of there.list()) held.push([...heldBy]);
    expect(held).toEqual([['job-2']]);
    await there.release('one', 'job-2');
    expect(await here.remove('one')).toBe(true);
    expect([await there.get('one'), await there.hold('one', 'job-3'), await there.count('ada')]).toEqual([
      undefined,
      false,
      0,
    ]);
    expect(await there.read('one')).toBeUndefined();
  });

  it('takes no path for a name', async () => {
    const [store] = await openStores();
    await put(store);
    for (const id of ['../one', '..', 'a/b', '.', 'one\0', '/etc/passwd']) {
      expect(await store.get(id)).toBeUndefined();
      expect(await store.read(id)).toBeUndefined();
      expect(await store.hold(id, 'job')).toBe(false);
    }
  });
});
