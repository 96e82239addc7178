import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { pinnedDownload } from 'generation-lifecycle/server/results';
import { s3Results } from 'generation-lifecycle/server/s3';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../support/listening.js';
import { loopback } from '../support/loopback.js';
import { png, resultsHalf } from '../support/results-half.js';

const clientOf = (endpoint: string) =>
  new S3Client({
    endpoint,
    region: 'eu-central-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  });

let folder = '';
let endpoint = '';
let s3: InstanceType<typeof S3rver>;
beforeAll(async () => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  folder = await mkdtemp(path.join(tmpdir(), 's3-'));
  const options = { port: 0, address: '127.0.0.1', silent: true, directory: folder };
  s3 = new S3rver({ ...options, configureBuckets: [{ name: 'pictures' }] });
  const { port } = await s3.run();
  endpoint = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true, force: true });
});

const streamOf = (...parts: readonly (Uint8Array | Error)[]) => {
  const left = [...parts];
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const part = left.shift();
        if (part instanceof Error) controller.error(part);
        else if (part) controller.enqueue(part);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
};
const info = () => ({ type: 'image/png', signal: new AbortController().signal });
const contentOf = async (body: ReadableStream<Uint8Array> | undefined) =>
  body && Buffer.from(await new Response(body).arrayBuffer());

describe('results in a bucket', () => {
  it('are copied from the vendor, and served in parts', async () => {
    const { url } = await loopback(() => response => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(png());
    });
    const results = s3Results({
      client: clientOf(endpoint),
      bucket: 'pictures',
      prefix: 'results/',
      download: pinnedDownload({ privateOrigins: [url] }),
    });
    const { generate, urlsOf, ask } = resultsHalf(results, { urls: [`${url}/1.png`] });
    const [own = ''] = urlsOf(await generate());
    const part = await ask(own, { headers: { range: 'bytes=0-9' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 0-9/1000']);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(png().subarray(0, 10));
    expect((await ask(own)).headers.get('content-length')).toBe('1000');
  });

  it('are whole in several parts of an upload, and not there at all if their body fails', async () => {
    const results = s3Results({ client: clientOf(endpoint), bucket: 'pictures' });
    const half = png(9_000_000);
    expect(await results.put({ id: 'job-1', index: 0 }, streamOf(half, half), info())).toEqual({ bytes: 18_000_000 });
    const part = await contentOf(await results.get({ id: 'job-1', index: 0 }, { from: 8_999_999, to: 9_000_004 }));
    expect(part).toEqual(Buffer.concat([Buffer.from([7]), png().subarray(0, 4)]));
    for (const body of [streamOf(half, new Error('cut')), streamOf(png(), new Error('cut'))]) {
      await expect(results.put({ id: 'job-2', index: 0 }, body, info())).rejects.toThrow();
      expect(await results.get({ id: 'job-2', index: 0 })).toBeUndefined();
    }
  });

  it('are deleted with their job, and no others', async () => {
    const results = s3Results({ client: clientOf(endpoint), bucket: 'pictures', prefix: 'a' });
    for (const id of ['job', 'job-1']) await results.put({ id, index: 0 }, streamOf(png()), info());
    await results.delete('job');
    await results.delete('nobody');
    expect(await results.get({ id: 'job', index: 0 })).toBeUndefined();
    expect(await contentOf(await results.get({ id: 'job-1', index: 0 }))).toEqual(png());
    await expect(results.delete('../job-1')).rejects.toThrow(/is no name/);
  });

  it('are written once, by a condition that the bucket checks', async () => {
    // The stand-in above ignores the condition.
    const objects = new Map<string, Buffer>();
    let isBlind = true;
    const { url } = await listening(
      createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const key = String(request.url).replace(/\?.*$/, '');
        const known = objects.get(key);
        // Both have looked before one of them has written.
        if (request.method === 'HEAD' && (isBlind || !known)) return response.writeHead(404).end();
        if (request.method === 'HEAD') return response.writeHead(200, { 'content-length': known?.length }).end();
        isBlind = false;
        if (known && request.headers['if-none-match'] === '*') return response.writeHead(412).end();
        objects.set(key, Buffer.concat(chunks));
        return response.writeHead(200, { etag: '"1"' }).end();
      }),
    );
    const results = s3Results({ client: clientOf(url), bucket: 'pictures' });
    await results.put({ id: 'job', index: 0 }, streamOf(png(50)), info());
    const [[, first] = expect.unreachable()] = [...objects];
    isBlind = true;
    const late = results.put({ id: 'job', index: 0 }, streamOf(png(90)), info());
    expect((await late).bytes).toBe(first?.length);
    expect([...objects.values()]).toEqual([first]);
  });

  it('need a client and a bucket', () => {
    expect(() => s3Results({ bucket: 'pictures' } as never)).toThrow(/no client/);
    expect(() => s3Results({ client: clientOf(endpoint), bucket: '' })).toThrow(/no bucket/);
    expect(() => s3Results({ client: clientOf(endpoint), bucket: 'a', region: 'b' } as never)).toThrow(/region/);
    const results = s3Results({ client: clientOf(endpoint), bucket: 'pictures' });
    expect(() => resultsHalf(results, { urls: [] })).toThrow(/resultOrigins/);
  });
});
