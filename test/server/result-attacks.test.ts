import { mkdtemp, open as openFile, readdir, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer as createSocketServer, type LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResultStore } from 'generation-lifecycle/server';
import { directoryResults, pinnedDownload } from 'generation-lifecycle/server/results';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listening } from '../support/listening.js';
import { loopback } from '../support/loopback.js';
import { png, resultsHalf } from '../support/results-half.js';

const init = () => ({ headers: {}, signal: AbortSignal.timeout(10_000) });

/** DNS that answers with these, one after the other. */
function dns(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const left = [...answers];
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    asked.push(hostname);
    const addresses = (left.shift() ?? ['127.0.0.1']).map(address => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    const [first] = addresses;
    if (all) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };
  return { lookup, asked };
}

async function openFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'results-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A vendor whose results a server half copies, and what has come of it. */
async function attacked(
  answer: Parameters<typeof loopback>[0],
  options: Partial<Parameters<typeof resultsHalf>[1]> & { readonly wrap?: (store: ResultStore) => ResultStore } = {},
) {
  const { wrap = (store: ResultStore) => store, ...more } = options;
  const { url, heard } = await loopback(answer);
  const folder = await openFolder();
  const results = wrap(directoryResults(folder, { privateOrigins: [url] }));
  const half = resultsHalf(results, { urls: [`${url}/1.png`], copyPatienceMs: 1, ...more });
  const told = await half.generate();
  const files = async () => (await readdir(folder, { recursive: true })).filter(name => name.includes('/'));
  return { ...half, ...told, told, url, heard, files };
}

const ok = (body: Uint8Array | string, headers: Record<string, string | number> = { 'content-type': 'image/png' }) =>
  function answer(response: ServerResponse) {
    response.writeHead(200, headers).end(body);
  };

describe('a result at a private address', () => {
  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://127.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.0.0.5/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://168.63.129.16/',
    'https://100.64.0.1/',
    'https://100.100.100.200/',
    'https://192.0.0.192/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::1]/',
    'https://[2002:7f00:1::1]/',
    'https://[2001::1]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
    'https://[::7f00:1]/',
    'https://127。0。0。1/',
  ])('is not requested: %s', async url => {
    await expect(pinnedDownload()(url, init())).rejects.toThrow(/private network/);
  });

  it.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['fe80::1%eth0'],
    ['93.184.216.34', '10.0.0.1'],
    ['2606:2800:220:1::1', '::ffff:169.254.169.254'],
    [],
  ])('is not requested by a name that DNS leads there: %s', async (...addresses) => {
    const { lookup, asked } = dns(addresses);
    await expect(pinnedDownload({ lookup })('https://cdn.test/', init())).rejects.toThrow(/private network/);
    expect(asked).toEqual(['cdn.test']);
  });

  it('is not requested if DNS changes between check and use: it is asked once for each connection', async () => {
    // The address of a documentation network, from which no answer comes.
    const { lookup, asked } = dns(['192.0.2.1'], ['127.0.0.1']);
    await expect(pinnedDownload({ lookup })('https://cdn.test/', init())).rejects.toThrow();
    expect(asked).toEqual(['cdn.test']);
    const changed = dns(['127.0.0.1']);
    const download = pinnedDownload({ lookup: changed.lookup });
    await expect(download('https://cdn.test/', init())).rejects.toThrow(/private network/);
    await expect(download('https://cdn.test/', init())).rejects.toThrow(/private network/);
  });

  it('is not requested without https, unless its origin is your own', async () => {
    const { url, heard } = await loopback(() => ({ body: 'x' }));
    await expect(pinnedDownload()(url, init())).rejects.toThrow(/https/);
    await expect(pinnedDownload({ privateOrigins: ['http://127.0.0.1:1'] })(url, init())).rejects.toThrow(/https/);
    expect(heard).toHaveLength(0);
    expect((await pinnedDownload({ privateOrigins: [url] })(url, init())).status).toBe(200);
  });

  it.each([
    ['https://127.0.0.1/latest', /private network/],
    ['http://10.0.0.1/latest', /https/],
    ['http://127.0.0.1:1/', /https/],
    ['file:///etc/passwd', /none of the web/],
    ['//ada:secret@cdn.test/1.png', /user name/],
    ['https://[::ffff:7f00:1]/', /private network/],
  ])('is not requested by a redirect to %s', async (location, message) => {
    const { log, urlsOf, told, url, files } = await attacked(() => ({ status: 302, headers: { location } }));
    expect(log.find(({ event }) => event === 'copy.refused')?.message).toMatch(message);
    expect(urlsOf(told)).toEqual([`${url}/1.png`]);
    expect(await files()).toEqual([]);
  });

  it('is not requested with credentials in its url, and nothing is asked of its server', async () => {
    const { url, heard } = await loopback(() => ok(png()));
    const credentials = url.replace('://', '://ada:secret@');
    const results = directoryResults(await openFolder(), { privateOrigins: [url] });
    const { generate, log } = resultsHalf(results, { urls: [`${credentials}/1.png`] });
    await generate();
    expect(heard).toHaveLength(0);
    const [entry] = log.filter(({ event }) => event === 'copy.refused');
    expect(entry?.message).toMatch(/user name or a password/);
    expect(JSON.stringify(log)).not.toContain('secret');
  });
});

describe('a redirect', () => {
  it('is followed five times', async () => {
    const hops = (count: number) => (_: unknown, index: number) =>
      index < count ? { status: 302, headers: { location: `/${index}.png` } } : ok(png());
    const five = await attacked(hops(5));
    expect(five.urlsOf(five.told)[0]).toContain('/results/0');
    const six = await attacked(hops(6));
    expect([six.urlsOf(six.told)[0], six.heard.length]).toEqual([`${six.url}/1.png`, 6]);
  });

  it('takes no key to another origin, and no key leaves to where a result is', async () => {
    const { heard } = await attacked(() => ok(png()));
    expect(heard.map(({ headers: { authorization, cookie } }) => [authorization, cookie])).toEqual([
      [undefined, undefined],
    ]);
  });

  it('leads to no origin that is not listed', async () => {
    const other = await loopback(() => ok(png()));
    const { url } = await loopback(() => ({ status: 302, headers: { location: `${other.url}/1.png` } }));
    const { download: _, ...store } = directoryResults(await openFolder());
    const { generate, events } = resultsHalf(store, { urls: [`${url}/1.png`], resultOrigins: [url] });
    await generate();
    expect([events(), other.heard]).toEqual([['copy.refused'], []]);
  });
});

describe('a result that lies', () => {
  it('about its length: one that is too short is not kept', async () => {
    const { url } = await listening(
      createSocketServer(socket => {
        socket.on('error', () => undefined);
        socket.once('data', () =>
          socket.end(
            `HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 2000\r\n\r\n${'\x89PNG\r\n\x1a\n'}`,
            'latin1',
          ),
        );
      }),
    );
    const folder = await openFolder();
    const results = directoryResults(folder, { privateOrigins: [url.replace(/^.*:/, 'http://127.0.0.1:')] });
    const half = resultsHalf(results, { urls: [`${url}/1.png`], copyPatienceMs: 1 });
    const { id } = await half.generate();
    expect(half.events()).toEqual(['copy.failed']);
    expect(await readdir(folder)).not.toContain(path.join(id, '0'));
    expect(half.urlsOf(await half.read(id))).toEqual([`${url}/1.png`]);
  });

  it('about its length: what comes beyond it is no part of it', async () => {
    const { url } = await listening(
      createSocketServer(socket => {
        socket.on('error', () => undefined);
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 20\r\n\r\n');
          socket.end(Buffer.concat([png(20), png(5_000)]));
        });
      }),
    );
    const half = resultsHalf(directoryResults(await openFolder(), { privateOrigins: [url] }), {
      urls: [`${url}/1.png`],
    });
    const told = await half.generate();
    const [own = ''] = half.urlsOf(told);
    expect(Buffer.from(await (await half.ask(own)).arrayBuffer())).toEqual(png(20));
  });

  it('about its length, by an adapter’s own answer', async () => {
    for (const [said, isKept] of [
      ['100', true],
      ['99', false],
      ['101', false],
    ] as const) {
      const { told, urlsOf, events, files } = await attacked(() => ({ status: 500 }), {
        urls: ['https://vendor.test/1.png'],
        adapter: {
          hiddenResults: {
            origins: ['https://vendor.test'],
            fetch: async () =>
              new Response(png(100), { headers: { 'content-type': 'image/png', 'content-length': said } }),
          },
        },
      });
      expect(urlsOf(told)[0]).toContain('/results/0');
      expect(events()).toEqual(isKept ? [] : ['copy.failed']);
      expect(await files()).toHaveLength(isKept ? 1 : 0);
    }
  });

  it.each([
    ['image/png', '<html><script>alert(1)</script></html>'],
    ['text/html', '<html></html>'],
    ['application/json', '{"error":"expired"}'],
    ['application/octet-stream', 'MZ\x90'],
    ['image/png\r\n x', 'a'],
    ['image/<script>', 'a'],
    ['', 'what is it'],
  ])('about its type: %s is not kept', async (type, body) => {
    const { told, urlsOf, url, events, files } = await attacked(() =>
      ok(body, { 'content-type': type.replace(/[\r\n]/g, '') }),
    );
    expect(urlsOf(told)).toEqual([`${url}/1.png`]);
    expect([events(), await files()]).toEqual([['copy.refused'], []]);
  });

  it.each([
    ['image/jpeg', 'image/png'],
    ['text/html', 'image/png'],
    ['application/octet-stream', 'image/png'],
  ])('about its type: a PNG that is called %s is served as what it is', async (said, type) => {
    const { told, urlsOf, ask } = await attacked(() => ok(png(), { 'content-type': said }));
    expect((await ask(urlsOf(told)[0] ?? '')).headers.get('content-type')).toBe(type);
  });

  it('by being empty', async () => {
    const { events } = await attacked(() => ok(''));
    expect(events()).toEqual(['copy.failed']);
  });
});

describe('a result without an end', () => {
  /** Sends, and never ends. */
  const endless = (everyMs: number) => (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'image/png' });
    response.write(png());
    const timer = setInterval(() => response.write(Buffer.alloc(1_000)), everyMs);
    response.once('close', () => clearInterval(timer));
  };

  it('is cut off at the largest size, and not asked for again', async () => {
    const { events, heard, files } = await attacked(() => endless(1), { maxResultBytes: 20_000 });
    await heard[0]?.closed;
    expect([events(), await files()]).toEqual([['copy.refused'], []]);
  });

  it('that says so is not read at all', async () => {
    const { events } = await attacked(() => ok(png(), { 'content-type': 'image/png', 'content-length': 1_000 }), {
      maxResultBytes: 999,
    });
    expect(events()).toEqual(['copy.refused']);
  });

  it('is given up after a time in all', async () => {
    const { events, heard, files } = await attacked(() => endless(20), { copyTimeoutMs: 400 });
    await heard[0]?.closed;
    expect([events(), await files()]).toEqual([['copy.failed'], []]);
  });

  it('is given up if nothing comes any more, also no answer at all', async () => {
    for (const silent of [endless(100_000), () => undefined]) {
      const { events, heard, files } = await attacked(() => silent, { copyIdleTimeoutMs: 200 });
      await heard[0]?.closed;
      expect([events(), await files()]).toEqual([['copy.failed'], []]);
    }
  });
});

describe('what a result is served as', () => {
  it('has no file name of the vendor’s', async () => {
    const evil = 'attachment; filename="../../a\\"; x=\\"b.html"; filename*=UTF-8\'\'%0d%0aset-cookie:%20a=b';
    const { told, urlsOf, ask, id } = await attacked(() =>
      ok(png(), { 'content-type': 'image/png', 'content-disposition': evil }),
    );
    const response = await ask(urlsOf(told)[0] ?? '');
    expect(response.headers.get('content-disposition')).toBe(`inline; filename="${id}-0.png"`);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('runs no script of an svg', async () => {
    const svg = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const { told, urlsOf, ask } = await attacked(() => ok(svg, { 'content-type': 'image/svg+xml' }));
    const { headers } = await ask(urlsOf(told)[0] ?? '');
    expect(headers.get('content-type')).toBe('image/svg+xml');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox$/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a folder of results', () => {
  const info = () => ({ type: 'image/png', signal: new AbortController().signal });
  const streamOf = (...parts: readonly Uint8Array[]) => new Blob(parts.map(part => Uint8Array.from(part))).stream();

  it.each(['..', '.', 'a/b', '../a', '', 'a\0b', 'a\\b', '%2e%2e', 'a'.repeat(101)])(
    'takes no path as an id: %j',
    async id => {
      const folder = await openFolder();
      const results = directoryResults(path.join(folder, 'inner'));
      await expect(results.put({ id, index: 0 }, streamOf(png()), info())).rejects.toThrow(/is no name of/);
      await expect(results.get({ id, index: 0 })).rejects.toThrow(/is no name of/);
      await expect(results.delete(id)).rejects.toThrow(/is no name of/);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([-1, 0.5, Number.NaN, '../1' as never])('takes no path as a number: %s', async index => {
    const results = directoryResults(await openFolder());
    await expect(results.get({ id: 'job', index })).rejects.toThrow(/no number/);
  });

  it('has one whole file after two copies at once', async () => {
    const folder = await openFolder();
    const [one, other] = [directoryResults(folder), directoryResults(folder)];
    const [first, second] = [png(300_000), png(400_000)];
    const both = await Promise.all([
      one.put({ id: 'job', index: 0 }, streamOf(first), info()),
      other.put({ id: 'job', index: 0 }, streamOf(second), info()),
    ]);
    expect(both[0]).toEqual(both[1]);
    const kept = Buffer.from(await new Response(await one.get({ id: 'job', index: 0 })).arrayBuffer());
    expect(kept).toEqual(kept.length === first.length ? first : second);
    expect(kept.length).toBe(both[0].bytes);
    expect(await readdir(path.join(folder, 'job'))).toEqual(['0']);
  });

  it('never gives a file that is half written', async () => {
    const folder = await openFolder();
    const results = directoryResults(folder);
    let go = () => {};
    const gate = new Promise<void>(resolve => {
      go = resolve;
    });
    let sent = 0;
    const slow = new ReadableStream<Uint8Array>({
      async pull(controller) {
        sent += 1;
        if (sent === 1) return controller.enqueue(png());
        await gate;
        controller.close();
      },
    });
    const put = results.put({ id: 'job', index: 0 }, slow, info());
    await expect.poll(async () => (await readdir(folder, { recursive: true })).length).toBe(2);
    expect(await results.get({ id: 'job', index: 0 })).toBeUndefined();
    go();
    await put;
    expect(await results.get({ id: 'job', index: 0 })).toBeDefined();
  });

  it('keeps nothing of a file for which the disk has no room, and tries again', async () => {
    const handle = await openFile(process.execPath, 'r');
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const { writeFile } = prototype;
    const spy = vi.spyOn(prototype, 'writeFile').mockImplementation(async function (this: unknown, ...call) {
      await writeFile.apply(this, call);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    onTestFinished(() => spy.mockRestore());
    const { events, files, told, id, urlsOf, url, log, store } = await attacked(() => ok(png()));
    expect([events(), await files()]).toEqual([['copy.failed'], []]);
    expect(log.find(({ event }) => event === 'copy.failed')?.message).toContain('no space left');
    expect(urlsOf(told)).toEqual([`${url}/1.png`]);
    expect((await store.get(id))?.dueAt).toBeGreaterThan(0);
  });

  it('drops what a process has left that is gone', async () => {
    const folder = await openFolder();
    const results = directoryResults(folder);
    await results.put({ id: 'job', index: 1 }, streamOf(png()), info());
    await (await openFile(path.join(folder, 'job', '0.gone.part'), 'w')).close();
    await results.put({ id: 'job', index: 0 }, streamOf(png()), info());
    expect((await readdir(path.join(folder, 'job'))).sort()).toEqual(['0', '1']);
  });
});
