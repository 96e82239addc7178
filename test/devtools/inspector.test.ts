import { createGenerationMachine, type GenerationMachine } from 'generation-lifecycle';
import { type FileOutput, fileBackend, type ImageInput } from 'generation-lifecycle/adapters';
import { inspector } from 'generation-lifecycle/devtools';
import { scenarios, scripted } from 'generation-lifecycle/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActor, fromPromise, type InspectionEvent, setup, toPromise } from 'xstate';
import { namesIn, type Received, toArrived, toExpected } from '../support/inspected.js';
import { inspectorReceiver } from '../support/inspector-receiver.js';
import { json, loopback, stream } from '../support/loopback.js';

const secrets = ['lighthouse', 'sealed', 'bearer-of', 'underexposed'];
const parsed = (messages: readonly string[]): readonly Received[] => messages.map(message => JSON.parse(message));

/** A backend that repeats the prompt wherever a backend can. */
async function indiscreetBackend() {
  const url = '/made/1.png?signature=sealed';
  const { url: baseUrl } = await loopback(({ path }) => {
    if (path === '/api/generate/image') return json({ success: true, fileId: 'file-1', projectId: 'project-1' });
    if (path.startsWith('/api/file/')) {
      return json({ id: 'file-1', url: null, type: 'image', image_generation: { prompt: 'a lighthouse' }, tasks: [] });
    }
    const progress = { progress: 40, file_id: 'file-1', message: 'Painting a lighthouse' };
    const events = [
      { type: 'render_progress', object: progress },
      { type: 'render_result', object: { file_id: 'file-1', url: `${baseUrl}${url}` } },
    ];
    return stream(events.map(event => `data: ${JSON.stringify(event)}\n\n`));
  });
  return fileBackend({ kind: 'image', baseUrl, headers: { authorization: 'Bearer bearer-of-secrets' } });
}

const started = (machine: GenerationMachine<ImageInput, FileOutput>, inspect: (event: InspectionEvent) => void) => {
  const id = '3f2a5c10-0000-4000-8000-000000000000';
  const actor = createActor(machine, { input: { id }, inspect }).start();
  onTestFinished(() => void actor.stop());
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse', negativePrompt: 'underexposed' } });
  return actor;
};

describe('an inspector on a WebSocket', () => {
  it('sends each event of each actor once, in order, with names and without secrets', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url });
    onTestFinished(watch.close);
    const told: InspectionEvent[] = [];
    const inspect = watch.inspectAs('image');
    const actor = started(createGenerationMachine(await indiscreetBackend()), event => {
      told.push(event);
      inspect(event);
    });
    await toPromise(actor);
    await expect.poll(() => messages.length).toBeGreaterThanOrEqual(toExpected(told).length);

    const received = parsed(messages);
    expect(toArrived(received)).toEqual(toExpected(told));
    expect(new Set(namesIn(received))).toEqual(new Set(['image generation 3f2a', 'submit', 'page', 'sse', 'poll']));
    expect(received.at(-1)).toMatchObject({ snapshot: { status: 'done', value: 'completed' } });
    for (const secret of secrets) expect(messages.join('\n').toLowerCase()).not.toContain(secret);
    // What is looked for is there.
    expect(messages.join('\n')).toContain('/made/1.png');
    expect(received.find(({ name }) => name?.startsWith('image'))?.definition).toContain('"target":"submitting"');
  });

  it('sends actors that started before it, parents first', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url });
    onTestFinished(watch.close);
    const child = createGenerationMachine(scripted(scenarios.neverEnds()));
    const parent = setup({ actors: { child } }).createMachine({
      id: 'client',
      invoke: { id: 'generation', src: 'child', input: { id: 'generation-1' } },
      on: { LOOK: {} },
    });
    const actor = createActor(parent).start();
    onTestFinished(() => void actor.stop());
    actor.system.inspect(watch.inspect);
    actor.getSnapshot().children['generation']?.send({ type: 'CHECK' });
    await expect.poll(() => messages).toHaveLength(4);
    const received = parsed(messages);
    expect(namesIn(received)).toEqual(['client', 'generation generation-1']);
    expect(received[1]?.parentId).toBe(received[0]?.sessionId);
  });

  it('sends the state of any actor, without its input and its texts', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url });
    onTestFinished(watch.close);
    const machine = setup({
      types: { context: {} as { note: string; nested: object }, input: {} as { prompt: string } },
      actors: { paint: fromPromise(async ({ input }: { input: { words: string } }) => `${input.words}!`) },
    }).createMachine({
      id: 'painter',
      meta: { key: 'a secret' },
      context: ({ input }) => ({ note: input.prompt, nested: { lighthouse: { count: 3 } } }),
      initial: 'lighthouse',
      states: {
        lighthouse: {
          invoke: { id: 'paint', src: 'paint', input: { words: 'a secret' }, onDone: 'done' },
          meta: { key: 'a secret' },
        },
        done: { type: 'final' },
      },
    });
    await toPromise(createActor(machine, { input: { prompt: 'a secret' }, inspect: watch.inspect }).start());
    await expect.poll(() => parsed(messages).some(({ snapshot }) => snapshot?.status === 'done')).toBe(true);
    expect(messages.join('\n')).not.toContain('secret');
    expect(JSON.parse(parsed(messages)[0]?.definition ?? '')).toEqual({
      id: 'painter',
      initial: 'lighthouse',
      states: { lighthouse: { invoke: { id: 'paint', src: 'paint', onDone: 'done' } }, done: { type: 'final' } },
    });
    expect(parsed(messages).find(({ type, snapshot }) => type === '@xstate.snapshot' && snapshot?.value)).toMatchObject(
      {
        snapshot: { context: { note: '[redacted]', nested: { lighthouse: { count: 3 } } } },
      },
    );
  });

  it('sends what redact returns', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url, redact: ({ key, value }, usual) => (key === 'message' ? value : usual()) });
    onTestFinished(watch.close);
    await toPromise(started(createGenerationMachine(await indiscreetBackend()), watch.inspect));
    await expect.poll(() => messages.join('\n')).toContain('Painting a lighthouse');
    expect(messages.join('\n')).not.toContain('sealed');
  });
});

describe('an inspector that cannot be opened', () => {
  const generation = async (inspect: (event: InspectionEvent) => void) =>
    toPromise(started(createGenerationMachine(await indiscreetBackend()), inspect));
  const complaints = () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => error.mockRestore());
    return error;
  };

  it.each([
    { url: 'https://inspector.test/', code: 'no-window', says: /WebSocket/ },
    { url: 'ws://no url', code: 'failed', says: /ws:\/\/no url/ },
  ])('reports $code for $url once, and does not affect the generation', async ({ url, code, says }) => {
    const error = complaints();
    const watch = inspector({ url });
    expect(await generation(watch.inspect)).toMatchObject({ status: 'completed' });
    await expect.poll(() => error.mock.calls.length).toBe(1);
    expect(error.mock.calls[0]?.[0]).toMatch(says);
    await expect(inspector({ url }).open()).rejects.toMatchObject({ name: 'InspectorError', code });
    expect(error).toHaveBeenCalledTimes(1);
  });

  it('sends nothing after it is closed', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url });
    watch.close();
    expect(await generation(watch.inspect)).toMatchObject({ status: 'completed' });
    expect(messages).toEqual([]);
  });
});
