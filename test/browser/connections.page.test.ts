import { describe, expect, it } from 'vitest';
import { type Answer, json, loopback } from '../support/loopback.js';
// For the types of what the tabs have.
import type {} from '../support/tabs.entry.js';
import { tabs } from '../support/tabs.js';

declare global {
  /** How the generations of this tab have ended. */
  var ends: string[];
}

const openTab = tabs();
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
};
const allowed = (answer: Answer): Answer =>
  typeof answer === 'function' ? answer : { ...answer, headers: { ...answer.headers, ...cors } };

/** A stream that stays open, sends a comment every half second, and shows nothing of its job. */
const silent: Answer = response => {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...cors }).flushHeaders();
  const timer = setInterval(() => response.write(': ping\n\n'), 500);
  response.once('close', () => clearInterval(timer));
};

describe('a browser with six connections for an origin', () => {
  it('E3: delivers all generations of two tabs, though six silent streams hold every connection', async () => {
    const submittedAt = new Map<string, number>();
    const server = await loopback(({ method, path }) => {
      const id = path.split('/').at(-1)?.replace('file.', '') ?? '';
      if (method === 'OPTIONS') return { status: 204, headers: cors };
      if (method === 'POST') {
        const fileId = `file-${submittedAt.size}`;
        submittedAt.set(fileId, Date.now());
        return allowed(json({ success: true, fileId }));
      }
      if (path.includes('/events/')) return silent;
      const isDone = Date.now() - (submittedAt.get(id) ?? 0) > 2_000;
      const url = isDone ? `https://files.test/${id}.png` : null;
      return allowed(json({ id, url, thumbnail_url: null, type: 'image', image_generation: null, tasks: [] }));
    });

    const both = [await openTab(), await openTab()];
    for (const tab of both) {
      await tab.evaluate(baseUrl => {
        const { createActor, createGenerationMachine, fileBackend } = lifecycle;
        const policy = { streamReadIntervalMs: 1_000, requestTimeoutMs: 2_000 };
        const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl }), { policy });
        globalThis.ends = [];
        for (const id of ['a', 'b', 'c']) {
          const actor = createActor(machine, { input: { id } });
          actor.on('*', ({ type }) => type !== 'submitted' && ends.push(type));
          actor.start();
          actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
        }
      }, server.url);
    }
    for (const tab of both) {
      await expect
        .poll(() => tab.evaluate(() => ends), { timeout: 60_000 })
        .toEqual(['completed', 'completed', 'completed']);
    }
    expect(submittedAt.size).toBe(6);
  });
});
