import { createGenerationMachine } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { inspector } from 'generation-lifecycle/devtools';
import { describe, expect, it, onTestFinished } from 'vitest';
import { server } from 'vitest/browser';
import { createActor, type InspectionEvent, toPromise } from 'xstate';
import { namesIn, type Received, toArrived, toExpected } from '../support/inspected.js';
import { modes, PainterPage, playedMachine, settle, succeeded, testRoot } from '../support/painter.js';

declare global {
  interface Window {
    /** What a receiver has received, where it is one. */
    received?: Received[];
  }
}

/** A page that speaks the protocol: it says that it is there, and writes down what it is sent. */
const receiver = `<!doctype html><title>Receiver</title><script>
  window.received = [];
  addEventListener('message', ({ data }) => { if (data && data._version) received.push(data); });
  (opener ?? parent).postMessage({ type: '@statelyai.connected' }, '*');
</script>`;

function receiverUrl(): string {
  const url = URL.createObjectURL(new Blob([receiver], { type: 'text/html' }));
  onTestFinished(() => URL.revokeObjectURL(url));
  return url;
}

function frame(): HTMLIFrameElement {
  const iframe = document.body.appendChild(document.createElement('iframe'));
  onTestFinished(() => iframe.remove());
  return iframe;
}

const receivedIn = ({ contentWindow }: HTMLIFrameElement): readonly Received[] => contentWindow?.received ?? [];

/** Everything on the wire, by the protocol of the file backend, with a secret in each place that can hold one. */
const wire = async (request: RequestInfo | URL): Promise<Response> => {
  const path = new URL(String(request), 'http://backend.test').pathname;
  if (path === '/api/generate/image') return Response.json({ success: true, fileId: 'file-1' });
  if (path === '/api/file/file-1') return Response.json({ id: 'file-1', url: null, type: 'image', tasks: [] });
  const events = [
    { type: 'render_progress', object: { progress: 40, file_id: 'file-1', message: 'Painting a lighthouse' } },
    { type: 'render_result', object: { file_id: 'file-1', url: 'https://files.test/made.png?signature=sealed' } },
  ];
  const body = events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('');
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};
const headers = { authorization: 'Bearer bearer-of-secrets' };
const machine = createGenerationMachine(
  fileBackend({ kind: 'image', baseUrl: 'http://backend.test', fetch: wire, headers }),
);

/** A generation that is watched by an inspector, and by the test itself. */
function watched(inspect: (event: InspectionEvent) => void) {
  const inspected: InspectionEvent[] = [];
  const actor = createActor(machine, {
    input: { id: '3f2a5c10-0000-4000-8000-000000000000' },
    inspect: event => {
      inspected.push(event);
      inspect(event);
    },
  }).start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse', negativePrompt: 'underexposed' } });
  return { actor, inspected };
}

function expectAllOnce(received: readonly Received[], inspected: readonly InspectionEvent[]) {
  expect(toArrived(received)).toEqual(toExpected(inspected));
  expect(new Set(namesIn(received))).toEqual(new Set(['image generation 3f2a', 'submit', 'page', 'sse', 'poll']));
  expect(received.at(-1)).toMatchObject({ snapshot: { status: 'done', value: 'completed' } });
  expect(JSON.stringify(received)).not.toMatch(/lighthouse|underexposed|sealed|bearer-of/i);
  expect(JSON.stringify(received)).toContain('https://files.test/made.png');
}

describe('an inspector in a page', () => {
  it('shows each event of each actor once, in order, with names and without secrets, in a frame', async () => {
    const iframe = frame();
    const watch = inspector({ url: receiverUrl(), iframe });
    onTestFinished(watch.close);
    const { actor, inspected } = watched(watch.inspectAs('image'));
    await toPromise(actor);
    await expect.poll(() => receivedIn(iframe).length).toBe(toExpected(inspected).length);
    expectAllOnce(receivedIn(iframe), inspected);
  });

  it('shows the same in a new window, also after it is reloaded', async () => {
    const url = receiverUrl();
    const watch = inspector({ url });
    if (server.browser === 'safari') {
      // WebKit opens no window without a click. Nothing is lost: the application is told, and opens it in a click.
      await expect(watch.open()).rejects.toMatchObject({ name: 'InspectorError', code: 'blocked' });
      return;
    }
    await watch.open();
    const opened = window.open('', 'xstateinspector');
    onTestFinished(() => opened?.close());
    onTestFinished(watch.close);
    const { actor, inspected } = watched(watch.inspectAs('image'));
    await toPromise(actor);
    await expect.poll(() => opened?.received?.length).toBe(toExpected(inspected).length);
    expectAllOnce(opened?.received ?? [], inspected);

    opened?.location.reload();
    await expect.poll(() => opened?.received?.length).toBe(toExpected(inspected).length);
    expectAllOnce(opened?.received ?? [], inspected);
  });

  it('reports a blocked pop-up, and the generation goes on', async () => {
    const { open } = window;
    window.open = () => null;
    onTestFinished(() => {
      window.open = open;
    });
    const watch = inspector({ url: receiverUrl() });
    await expect(watch.open()).rejects.toMatchObject({ name: 'InspectorError', code: 'blocked' });
    const { actor } = watched(watch.inspect);
    expect(await toPromise(actor)).toMatchObject({ status: 'completed' });
  });
});

describe.each(modes)('an inspector on useGeneration, in $mode', ({ Wrapper }) => {
  it('shows the generation of the component', async () => {
    const iframe = frame();
    const watch = inspector({ url: receiverUrl(), iframe });
    onTestFinished(watch.close);
    const played = playedMachine();
    const options = { inspect: watch.inspectAs('image') };
    const { render } = testRoot();
    await render(
      <Wrapper>
        <PainterPage machine={played.machine} options={options} onRender={() => {}} startsOnMount />
      </Wrapper>,
    );
    await settle(() => played.submit().answer({ job: { id: 'job-1' }, update: succeeded }));
    await expect.poll(() => receivedIn(iframe).at(-1)).toMatchObject({ snapshot: { value: 'completed' } });
    const [name] = namesIn(receivedIn(iframe));
    expect(name).toMatch(/^image generation [\da-f]{4}$/);
  });
});
