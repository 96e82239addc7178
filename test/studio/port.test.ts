import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBackend } from '../support/studio-server.js';

const demo = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));
const server = fileURLToPath(new URL('../../examples/studio/dist/server/main.js', import.meta.url));

async function run(script: string, env: { readonly [name: string]: string }) {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [printed, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { printed, code };
}

async function usedPort() {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const address = other.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const wrong = [
  '',
  'abc',
  '80a',
  '1e3',
  '0x50',
  '-1',
  '65536',
  '4173.5',
  ' 4173',
  '99999999999999999999',
  'a'.repeat(1_000),
];

describe('the port of the environment', () => {
  it.each(
    wrong.flatMap(port => [
      { port, name: 'the demo', script: demo },
      { port, name: 'the server', script: server },
    ]),
  )('A16: is refused by $name with one sentence if it is "$port"', async ({ port, script }) => {
    const { printed, code } = await run(script, { PORT: port });
    expect(code).toBe(1);
    expect(printed).toBe(`PORT must be a whole number from 0 to 65535, and is ${JSON.stringify(port.slice(0, 40))}.\n`);
  });

  it('A16: is refused with one sentence if it is in use', async () => {
    const port = await usedPort();
    const { printed, code } = await run(server, { PORT: String(port) });
    expect(code).toBe(1);
    expect(printed).toMatch(new RegExp(`^Port ${port} is in use\\. Choose another: PORT=\\d+\\.\n$`));
  });

  it('A16: is refused by startBackend with a PortError if it is in use', async () => {
    const port = await usedPort();
    await expect(startBackend({ port })).rejects.toMatchObject({
      name: 'PortError',
      message: expect.stringContaining(`Port ${port}`),
    });
  });

  it('A16: comes with faults, which are refused with one sentence, too', async () => {
    expect(await run(server, { PORT: '0', FAULTS: '{"renderMs":-1}' })).toMatchObject({
      code: 1,
      printed: expect.stringMatching(/^renderMs: .+\n$/),
    });
  });
});
