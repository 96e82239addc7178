import { isGenerationError } from 'generation-lifecycle';
import { fileBackend } from 'generation-lifecycle/adapters';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { json, loopback, rejection } from '../../support/loopback.js';

const { signal } = new AbortController();
const submission = { signal, idempotencyKey: 'k1' };

/** Without some globals, or with others, until the test ends. */
function withGlobals(globals: Readonly<Record<string, unknown>>): void {
  onTestFinished(() => void vi.unstubAllGlobals());
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
}

function originOf(baseUrl?: string): string | undefined {
  const { origin } = fileBackend({ kind: 'image', baseUrl });
  return typeof origin === 'function' ? origin() : origin;
}

async function failureOf(promise: Promise<unknown>) {
  const error = await rejection(promise);
  return isGenerationError(error) ? error.failure : expect.unreachable(String(error));
}

describe('where the backend is', () => {
  it('is nowhere without a baseUrl outside a page, or in a page without an origin', () => {
    expect(originOf()).toBe('');
    withGlobals({ location: { origin: 'null' } });
    expect(originOf()).toBe('');
    expect(originOf('https://backend.test/')).toBe('https://backend.test');
  });

  it.each([
    ['contains a user name or a password', 'https://ada:secret@backend.test'],
    ['is not a URL', 'http://['],
  ])('is refused if it %s', (reason, baseUrl) => {
    expect(() => fileBackend({ kind: 'image', baseUrl })).toThrow(
      new TypeError(`The baseUrl of fileBackend() ${reason}. Pass the URL before /api, and credentials as headers.`),
    );
  });

  it('is a path, if a fetch is given that may understand one', async () => {
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request) => {
      asked.push(String(url));
      return Response.json({ id: 'f1', tasks: [] });
    };
    await fileBackend({ kind: 'image', baseUrl: '/v1/', fetch }).read({ id: 'f1' }, { signal });
    expect(asked).toEqual(['/v1/api/file/f1']);
  });

  it.each(['..', '.', '', 'a\ud800'])('has no job with the id %j', async id => {
    const { url: baseUrl, heard } = await loopback(() => json({}));
    const failure = await failureOf(fileBackend({ kind: 'image', baseUrl }).read({ id }, { signal }));
    expect(failure).toMatchObject({ code: 'bad-input', charged: 'maybe' });
    expect(failure.message).toContain(
      `failed: the id ${JSON.stringify(id)} cannot be part of a URL. Check where the id of the job comes from.`,
    );
    expect(heard).toEqual([]);
  });
});

describe('what a platform lacks', () => {
  const baseUrl = 'http://unused.test';

  it.each(['Headers', 'URL', 'fetch'])('is told by a submit, and nothing is sent: %s', async name => {
    withGlobals({ [name]: undefined });
    const failure = await failureOf(fileBackend({ kind: 'image', baseUrl }).submit({ prompt: 'dunes' }, submission));
    expect(failure.message).toBe(
      `The submit with idempotency key k1 did not begin, because this platform has no ${name}. Nothing was sent. Use a newer browser or runtime, or add it before this library runs.`,
    );
    expect(failure.charged).toBe('no');
  });

  it('may be a fetch, if one is given', async () => {
    withGlobals({ fetch: undefined });
    const fetch = async () => Response.json({ success: true, fileId: 'f1' });
    const { job } = await fileBackend({ kind: 'image', baseUrl, fetch }).submit({ prompt: 'dunes' }, submission);
    expect(job.id).toBe('f1');
  });

  it('may be FormData, if no file is submitted', async () => {
    withGlobals({ FormData: undefined });
    const fetch = async () => Response.json({ success: true, fileId: 'f1' });
    const backend = fileBackend({ kind: 'image', baseUrl, fetch });
    expect((await backend.submit({ prompt: 'dunes' }, submission)).job.id).toBe('f1');
    const file = new File(['x'], 'x.png', { type: 'image/png' });
    const failure = await failureOf(backend.submit({ prompt: 'dunes', file }, submission));
    expect(failure.message).toContain('did not begin, because this platform has no FormData. Nothing was sent.');
  });
});
