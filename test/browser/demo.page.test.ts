import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { describe, expect, it, onTestFinished } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

async function newFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the demo without a terminal, and without a vendor's key. `printed` returns its output so far. */
function startDemo(port: number, folder: string, environment: Readonly<Record<string, string>> = {}) {
  const demo: ChildProcess = spawn(process.execPath, [script], {
    env: {
      ...process.env,
      FAL_KEY: '',
      REPLICATE_API_TOKEN: '',
      BFL_API_KEY: '',
      PORT: String(port),
      STUDIO_DATA: folder,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const output of [demo.stdout, demo.stderr]) output?.setEncoding('utf8').on('data', chunk => (text += chunk));
  const ended = once(demo, 'exit');
  onTestFinished(async () => {
    demo.kill('SIGKILL');
    await ended;
  });
  return { demo, ended, printed: () => text };
}

describe('npm run demo', () => {
  it('follows one generation with a line for each state, then serves the page until it is interrupted', async () => {
    const { demo, ended, printed } = startDemo(0, await newFolder());
    await expect.poll(printed).toContain('Press Ctrl-C to stop.');

    const rows = printed().match(/^ *\d+\.\d\d s .*$/gm) ?? [];
    const states = rows.map(row => row.trim().split(/ {2,}/)[1]);
    expect([...new Set(states)]).toEqual(['submitting', 'connecting', 'streaming', 'completed']);

    const [, result = ''] = /^The result: +(\S+)$/m.exec(printed()) ?? [];
    expect((await fetch(result)).headers.get('content-type')).toBe('image/png');
    const [, address = ''] = /^The page: +(\S+)$/m.exec(printed()) ?? [];
    expect(await (await fetch(address)).text()).toContain('<title>Studio</title>');

    demo.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  });

  it('goes on with what ran when it was stopped, and pays nothing twice', async () => {
    const folder = await newFolder();
    const pageOf = (printed: () => string) => {
      const [, address = ''] = /^The page: +(\S+)$/m.exec(printed()) ?? [];
      return remoteBackend({ baseUrl: `${address}/api/generations/fal-image`, durable: true });
    };
    const call = () => ({ signal: AbortSignal.timeout(60_000) });
    const first = startDemo(0, folder, { RENDER_MS: '10000' });
    await expect.poll(first.printed).toContain('Press Ctrl-C to stop.');
    const wish = { prompt: 'Dunes', resolution: { width: 96, height: 64 }, seed: 7 };
    const { job } = await pageOf(first.printed).submit(wish, { ...call(), idempotencyKey: 'key-1' });
    first.demo.kill('SIGINT');
    expect(await first.ended).toEqual([0, null]);

    const second = startDemo(0, folder, { RENDER_MS: '10' });
    await expect.poll(second.printed).toContain('Press Ctrl-C to stop.');
    expect(second.printed()).toContain('go on: 1');
    const page = pageOf(second.printed);
    await expect.poll(async () => (await page.read(job, call())).kind).toBe('succeeded');
    // One in each terminal, and this one.
    expect(await readdir(path.join(folder, 'jobs-fal'))).toHaveLength(3);
  });

  it('asks fal for nothing by itself, where it has a key', async () => {
    const { printed } = startDemo(0, await newFolder(), { FAL_KEY: 'id:a-key-of-the-test' });
    await expect.poll(printed).toContain('Press Ctrl-C to stop.');
    expect(printed()).toContain('fal with your key: what you generate there is charged. The others are doubles');
    expect(printed()).not.toMatch(/ s {2}submitting|a-key-of-the-test/);
  });

  it('names PORT and exits with 1 when its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    const { ended, printed } = startDemo(port, await newFolder());
    expect(await ended).toEqual([1, null]);
    expect(printed()).toContain(`Port ${port} is in use. Choose another: PORT=`);
  });
});
