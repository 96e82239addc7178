import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A process that has said its first line. */
export type Started = { readonly said: string; kill(): Promise<void> };

/** Starts a script of this folder with an input. It is killed at the end of the test, at the latest. */
export async function startProcess(script: string, input: unknown): Promise<Started> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [file, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', data => {
    errors += data;
  });
  const closed = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(kill);
  if (!child.stdout) throw new Error(`${script} has no output.`);
  const lines = createInterface({ input: child.stdout });
  const ended = closed.then(() => {
    throw new Error(`${script} has ended before it was started: ${errors}`);
  });
  // It is told to whoever waits for the first line, and ends nothing else.
  ended.catch(() => undefined);
  const [said] = await Promise.race([once(lines, 'line'), ended]);
  return { said: String(said), kill };
}
