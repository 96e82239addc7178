import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

/** Starts the demo without a terminal. `printed` returns its output so far. */
function startDemo(port: number) {
  const demo: ChildProcess = spawn(process.execPath, [script], {
    env: { ...process.env, PORT: String(port) },
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
    const { demo, ended, printed } = startDemo(0);
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

  it('names PORT and exits with 1 when its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    const { ended, printed } = startDemo(port);
    expect(await ended).toEqual([1, null]);
    expect(printed()).toContain(`Port ${port} is in use. Choose another: PORT=`);
  });
});
