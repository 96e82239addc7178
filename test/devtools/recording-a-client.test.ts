import { createGenerationClient, createGenerationMachine, type GalleryItem } from 'generation-lifecycle';
import { memoryStore } from 'generation-lifecycle/adapters';
import { createRecorder, inspector } from 'generation-lifecycle/devtools';
import { replayGeneration, scripted } from 'generation-lifecycle/testing';
import { expect, it, onTestFinished } from 'vitest';
import { namesIn, type Received } from '../support/inspected.js';
import { inspectorReceiver } from '../support/inspector-receiver.js';

it('every generation of a client has a name in the inspector and a log that replays, without secrets', async () => {
  const { url, messages } = await inspectorReceiver();
  const watch = inspector({ url });
  onTestFinished(watch.close);
  const recorder = createRecorder();
  const output = { url: 'https://files.test/made.png?signature=sealed' };
  const backend = scripted<{ url: string }, { prompt: string }>({
    submit: [
      {
        job: { id: 'job-1', kind: 'image', request: { prompt: 'a lighthouse' } },
        update: { kind: 'succeeded', output },
      },
      { job: { id: 'job-2', ask: 'a lighthouse' } },
    ],
    read: [{ update: { kind: 'succeeded', output } }],
  });
  const client = createGenerationClient({
    name: 'pictures',
    generation: createGenerationMachine(backend),
    toItems: ({ url }) => [{ url }],
    store: memoryStore<GalleryItem<{ url: string }>>(),
    inspect: event => {
      recorder.inspect(event);
      watch.inspect(event);
    },
  });
  onTestFinished(() => client.stop());
  client.generate({ prompt: 'a lighthouse' });
  client.generate({ prompt: 'another lighthouse' });
  await expect.poll(() => client.getSnapshot().items).toHaveLength(2);

  const logs = recorder.logs();
  expect(logs.map(({ to }) => to.state)).toEqual(['completed', 'completed']);
  for (const log of logs) expect(replayGeneration(JSON.parse(JSON.stringify(log)))).toMatchObject({ isFaithful: true });
  await expect.poll(() => messages.filter(message => message.includes('"value":"completed"'))).toHaveLength(2);
  const received: readonly Received[] = messages.map(message => JSON.parse(message));
  const names = namesIn(received);
  expect(names[0]).toMatch(/^client/);
  expect(names.filter(name => /^generation [\da-f]{4}$/.test(name))).toHaveLength(2);
  expect(names.filter(name => /^run [\da-f]{4}$/.test(name))).toHaveLength(2);
  for (const text of [messages.join('\n'), JSON.stringify(logs)]) expect(text).not.toMatch(/lighthouse|sealed/);
});

it('a generation that a client resumes has its kind in the names of its actors', async () => {
  const store = memoryStore<GalleryItem<{ url: string }>>();
  const backend = scripted<{ url: string }, { prompt: string }>({ submit: [{ job: { id: 'job-1', kind: 'image' } }] });
  const options = { name: 'pictures', toItems: ({ url }: { url: string }) => [{ url }], store };
  const generation = createGenerationMachine(backend);
  const closed = createGenerationClient({ ...options, generation });
  closed.generate({ prompt: 'a lighthouse' });
  await expect.poll(async () => JSON.stringify(await store.readGenerations())).toContain('job-1');
  closed.stop();

  const { url, messages } = await inspectorReceiver();
  const live = inspector({ url });
  onTestFinished(live.close);
  const client = createGenerationClient({ ...options, generation, inspect: live.inspect });
  onTestFinished(() => client.stop());
  client.subscribe(() => {});
  const names = () => namesIn(messages.map((message): Received => JSON.parse(message)));
  await expect.poll(names).toContainEqual(expect.stringMatching(/^image run [\da-f]{4}$/));
  await expect.poll(names).toContainEqual(expect.stringMatching(/^image generation [\da-f]{4}$/));
});
