import { createGenerationMachine, runGeneration } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBackend } from '../../support/studio-server.js';

describe('runGeneration in Node', () => {
  it('generates a file at a real backend, without further options', async () => {
    const backend = await startBackend({ pingMs: 50 });
    onTestFinished(() => backend.close());
    const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl: backend.url }));
    const { files } = await runGeneration(machine, {
      prompt: 'dunes',
      resolution: { width: 64, height: 64 },
      chatId: 'image-generator-tool',
    });
    expect(files).toMatchObject([{ type: 'image', url: expect.stringMatching(/^http/) }]);
  }, 60_000);
});
