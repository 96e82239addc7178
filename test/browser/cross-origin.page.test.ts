import { describe, expect, it } from 'vitest';
import { type Answer, json, loopback, stream } from '../support/loopback.js';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { tabs } from '../support/tabs.js';

const openTab = tabs();

/** A backend of another origin than the page's, which allows only these headers. */
async function otherOrigin(allowed: string, answer: (path: string) => Answer) {
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': allowed };
  const withCors = (given: Answer): Answer => {
    if (typeof given !== 'function') return { ...given, headers: { ...given.headers, ...cors } };
    return response => {
      for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
      given(response);
    };
  };
  return loopback(({ method, path }) =>
    withCors(method === 'OPTIONS' ? { status: 204, headers: { 'access-control-max-age': '0' } } : answer(path)),
  );
}

describe('S20: a stream from another origin', () => {
  /** Opens streams one after the other, each after the last event of the one before. */
  const opening = async (allowed: string, times: number) => {
    const { url, heard } = await otherOrigin(allowed, () => stream(['id: 7\ndata: hello\n\n']));
    const tab = await openTab();
    const results = await tab.evaluate(
      async ({ to, count }) => {
        const all: string[] = [];
        let lastEventId: string | undefined;
        for (let nth = 0; nth < count; nth += 1) {
          const { signal } = new AbortController();
          const onId = (id: string) => {
            lastEventId = id;
          };
          try {
            for await (const { data } of lifecycle.readEventStream(to, { signal, lastEventId, onId })) all.push(data);
          } catch (error) {
            all.push(String(Object(error).code));
          }
        }
        return all;
      },
      { to: `${url}/events`, count: times },
    );
    const opened = heard.filter(({ method }) => method === 'GET');
    return { results, ids: opened.map(({ headers }) => headers['last-event-id']) };
  };

  it('S20: is opened without Last-Event-ID after a request with it has failed', async () => {
    expect(await opening('content-type', 5)).toEqual({
      results: ['hello', 'network', 'hello', 'hello', 'hello'],
      ids: [undefined, undefined, undefined, undefined],
    });
  });

  it('S20: is resumed where the backend allows it', async () => {
    const ids = [undefined, '7', '7'];
    expect(await opening('last-event-id', 3)).toEqual({ results: ['hello', 'hello', 'hello'], ids });
  });
});

describe('S21: a submit to another origin', () => {
  const submitting = async (
    allowed: string,
    options: object,
    answer: Answer = json({ success: true, fileId: 'f1' }),
  ) => {
    const { url, heard } = await otherOrigin(allowed, () => answer);
    const tab = await openTab();
    const result = await tab.evaluate(
      async ({ baseUrl, more }) => {
        const adapter = lifecycle.fileBackend({ kind: 'image', baseUrl, ...more });
        const call = { signal: new AbortController().signal, idempotencyKey: '日本語' };
        try {
          return (await adapter.submit({ prompt: 'dunes' }, call)).job.id;
        } catch (error) {
          const { code, charged, message } = Object(error).failure;
          return `${code}, ${charged}: ${message}`;
        }
      },
      { baseUrl: url, more: options },
    );
    const posts = heard.filter(({ method }) => method === 'POST');
    return { result, keys: posts.map(({ headers }) => headers['idempotency-key']) };
  };

  it('S21: is sent without the key by default, because the backend may not allow its header', async () => {
    expect(await submitting('content-type', {})).toEqual({ result: 'f1', keys: [undefined] });
  });

  it('A11: is sent with its key, encoded, where the backend takes it', async () => {
    const { result, keys } = await submitting('content-type, idempotency-key', { idempotentSubmit: 'replays' });
    expect({ result, keys }).toEqual({ result: 'f1', keys: ['%E6%97%A5%E6%9C%AC%E8%AA%9E'] });
  });

  it('S21: says what to do where the backend does not allow the header after all', async () => {
    const { result, keys } = await submitting('content-type', { idempotencyHeader: 'Idempotency-Key' });
    expect(result).toMatch(/^network, maybe: .*let the backend allow the header Idempotency-Key/);
    expect(keys).toEqual([]);
  });

  it('A15: is not redirected to a second POST', async () => {
    const redirect = { status: 307, headers: { location: '/api/generate/again' } };
    const { result, keys } = await submitting('content-type', {}, redirect);
    expect(result).toMatch(/^invalid-response, maybe: .*is not sent a second time/);
    expect(keys).toHaveLength(1);
  });
});
