import { createGenerationMachine, type Preview, runGeneration } from 'generation-lifecycle';
import { type ComfyUiOptions, type ComfyWorkflow, comfyui } from 'generation-lifecycle/adapters/comfyui';
import { comfyuiDouble, type VendorScenario, vendorScenarios } from 'generation-lifecycle/testing/vendors';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serveComfyUi } from '../../support/comfyui-server.js';
import { rejection } from '../../support/loopback.js';
import { workflow } from './prompts.js';

const brief: VendorScenario = { queuedMs: 500, runningMs: 2_000 };

/** ComfyUI's double on a port, and an adapter for it. */
async function connect(scenario: VendorScenario, options: Partial<ComfyUiOptions<ComfyWorkflow>> = {}) {
  const double = comfyuiDouble({ scenario });
  const baseUrl = await serveComfyUi(double);
  const opened: string[] = [];
  const webSocket = (url: string) => {
    opened.push(url);
    return new WebSocket(url);
  };
  const adapter = comfyui({ baseUrl, webSocket, ...options });
  return { double, adapter, machine: createGenerationMachine(adapter), opened };
}

describe('a generation over HTTP and a WebSocket', () => {
  it('is followed to its files, with the progress and pictures', async () => {
    const { machine, double } = await connect(brief);
    const progress = new Set<number | undefined>();
    const previews: Preview[] = [];
    const { outputs } = await runGeneration(machine, workflow, {
      onSnapshot(view) {
        progress.add(view.progress);
        previews.push(...view.previews);
      },
    });
    expect(outputs).toMatchObject([{ node_id: '9', kind: 'images', filename: 'ComfyUI_00001_.png' }]);
    // Of two nodes, the first one in quarters.
    expect([...progress]).toContain(0.125);
    expect(previews.some(({ url }) => url.startsWith('data:image/png;base64,'))).toBe(true);
    expect(double.chargedCount).toBe(1);
  });

  it('shares its WebSocket with the others of the adapter', async () => {
    const { machine, double, opened } = await connect(brief);
    const results = await Promise.all(Array.from({ length: 5 }, () => runGeneration(machine, workflow)));
    expect(results).toHaveLength(5);
    expect(double.chargedCount).toBe(5);
    expect(new Set(opened).size).toBe(1);
    expect(opened.length).toBeLessThan(3);
  });

  it('goes on by reads where the WebSocket cannot be opened', async () => {
    const { machine } = await connect(brief, { webSocket: () => new WebSocket('ws://127.0.0.1:9') });
    expect(await runGeneration(machine, workflow)).toHaveProperty('outputs');
  });

  it('comes back to a WebSocket that is closed', async () => {
    const faults = [{ on: 'events', answer: 'cut', times: 1 }] as const;
    const { machine, opened } = await connect({ queuedMs: 500, runningMs: 5_000, faults });
    expect(await runGeneration(machine, workflow)).toHaveProperty('outputs');
    expect(opened).toHaveLength(2);
  });

  it('is found if the answer to its submit is lost, and not submitted again', async () => {
    const { machine, double } = await connect({ ...brief, ...vendorScenarios.lostSubmit });
    expect(await runGeneration(machine, workflow)).toHaveProperty('outputs');
    expect(double.chargedCount).toBe(1);
    expect(double.requests.filter(({ action }) => action === 'submit')).toHaveLength(1);
  });

  it('says which node has failed', async () => {
    const { machine } = await connect({ ...brief, ends: 'failed' });
    expect(String(await rejection(runGeneration(machine, workflow)))).toContain(
      'KSampler (node 3): CUDA out of memory',
    );
  });
});
