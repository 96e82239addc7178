import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { remoteBackend } from 'generation-lifecycle/adapters/remote-backend';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loopback } from '../support/loopback.js';
import { bundleForNode } from '../support/node-bundle.js';
import { png } from '../support/results-half.js';

// Within the repository, so that the packages are found.
const scripts = fileURLToPath(new URL(`../../node_modules/.copy-scripts-${process.pid}`, import.meta.url));
beforeAll(() =>
  bundleForNode(fileURLToPath(new URL('copy-scripts', import.meta.url)), scripts, ['@libsql/client', 'undici']),
);
afterAll(() => rm(scripts, { recursive: true, force: true }));

const call = () => ({ signal: AbortSignal.timeout(60_000) });
type Output = { readonly images: readonly { readonly url: string }[] };

/** A process with a server half, and a page of it. */
async function start(...args: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [path.join(scripts, 'copies.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const [line] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
  const url = String(line).trim();
  const page = remoteBackend<unknown, Output>({ baseUrl: `${url}/api/generations/image`, durable: true });
  return { child, exited, page };
}

describe('a process that is killed while it copies', () => {
  it('leaves nothing that is served, and its copy is made by the next one', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kill-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const bytes = png(200_000);
    const vendor = await loopback((_, index) => response => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': bytes.length });
      if (index === 0) response.write(bytes.subarray(0, 100_000));
      else response.end(bytes);
    });
    const args = [path.join(folder, 'jobs.db'), path.join(folder, 'results'), vendor.url];
    const files = async () => {
      const names = await readdir(path.join(folder, 'results'), { recursive: true }).catch(() => []);
      return names.filter(name => name.includes('/')).map(name => path.basename(name));
    };
    const first = await start(...args);
    const { job } = await first.page.submit({ prompt: 'a lighthouse' }, { ...call(), idempotencyKey: 'key-1' });
    await expect.poll(files).toEqual([expect.stringMatching(/^0\..*\.part$/)]);
    expect((await first.page.read(job, call())).kind).toBe('pending');
    first.child.kill('SIGKILL');
    await first.exited;
    expect(await files()).toEqual([expect.stringMatching(/^0\..*\.part$/)]);

    const second = await start(...args);
    let url = '';
    await expect
      .poll(async () => {
        const update = await second.page.read(job, call());
        if (update.kind === 'succeeded') url = update.output.images[0]?.url ?? '';
        return update.kind;
      })
      .toBe('succeeded');
    expect(url).toMatch(/\/results\/0$/);
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(bytes);
    expect(await files()).toEqual(['0']);
    expect(vendor.heard).toHaveLength(2);
  });
});
