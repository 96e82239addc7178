import { createGenerationClient, createGenerationMachine } from 'generation-lifecycle';
import { browserEnvironment, browserLocks, localStore, restBackend } from 'generation-lifecycle/adapters';

// The test edits this number.
export const codeVersion = 1;

const backend = (name: string) =>
  createGenerationMachine(
    restBackend<{ prompt: string }, string>({
      submit: { url: `/${name}/jobs`, headers: { 'x-code-version': String(codeVersion) } },
      read: { url: `/${name}/jobs/{id}`, headers: { 'x-code-version': String(codeVersion) } },
      status: { working: 'running', done: 'succeeded' },
      at: { output: 'url' },
    }),
    { environment: browserEnvironment(), policy: { pollDelayMs: [100], minReadGapMs: 0 } },
  );

export const machine = backend('painter');

export const pictures = createGenerationClient({
  name: 'pictures',
  generation: backend('gallery'),
  toItems: url => [{ url }],
  store: localStore<{ id: string; url: string }>({ key: 'pictures' }),
  locks: browserLocks(),
});
