import type { JobRef } from 'generation-lifecycle';
import { memoryJobs, type ServerLogEntry, type ServerObserver } from 'generation-lifecycle/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { durableHalf, origin, secret, serverHalf } from '../support/server-half.js';

const jobOf = async (response: Response) => ((await response.json()) as { job: JobRef }).job;

function spyOnConsole() {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => warned.mockRestore());
  return warned;
}

const incidents = (log: readonly ServerLogEntry[]) => log.filter(({ level }) => level !== 'info');

describe('the log', () => {
  it('has a line for a wish, for the end of its job, and for each request', async () => {
    const { submit, server, log } = durableHalf();
    const { id } = await jobOf(await submit('ada'));
    await expect.poll(() => server.advance(id), { timeout: 20_000 }).toBe(true);
    expect(log).toMatchObject([
      { level: 'info', event: 'job.submitted', backend: 'image', id },
      { level: 'info', event: 'request', route: 'submit', backend: 'image', status: 201 },
      { level: 'info', event: 'job.ended', backend: 'image', id, outcome: 'completed', charged: 'yes' },
    ]);
    expect(log[2]?.ms).toBeGreaterThan(0);
  });

  it('warns of a job that may have been charged without a result, and not of one that cost nothing', async () => {
    const lost = durableHalf({}, { scenario: { faults: [{ on: 'submit', answer: 'lost' }] } });
    await lost.submit('ada');
    const ends = (log: readonly ServerLogEntry[]) => log.filter(({ event }) => event === 'job.ended');
    expect(ends(lost.log)).toMatchObject([{ level: 'warn', outcome: 'failed', charged: 'maybe' }]);
    const refused = durableHalf({}, { scenario: { faults: [{ on: 'submit', answer: 402 }] } });
    await refused.submit('ada');
    expect(ends(refused.log)).toMatchObject([{ level: 'info', code: 'payment-required', charged: 'no' }]);
  });

  it('tells the true end after one that was assumed', async () => {
    const { submit, page, store, log } = durableHalf();
    const { id } = await jobOf(await submit('ada'));
    const row = await store.get(id);
    const failure = { code: 'deadline', message: 'Late.', retryable: false, resumable: true, charged: 'yes' };
    const state = { ...row?.state, outcome: { kind: 'failed', failure }, isAssumed: true };
    await store.write(id, { version: Number(row?.version) }, { status: 'failed', dueAt: null, state });
    const read = () => page('ada', true).read({ id }, { signal: AbortSignal.timeout(20_000) });
    await expect.poll(async () => (await read()).kind, { timeout: 20_000 }).toBe('succeeded');
    await read();
    const ends = log.filter(({ event }) => event === 'job.ended');
    expect(ends).toMatchObject([{ outcome: 'completed', charged: 'yes' }]);
  });

  it.each<[what: string, thrown: unknown, message: string]>([
    ['a secret of the server', new Error(`Bad secret ${secret}!`), 'Error: Bad secret …!'],
    ['a bearer token', new Error('Authorization: Bearer abc.def'), 'Error: Authorization: Bearer …'],
    ['a password in a url', new Error('at postgres://me:hunter2@db/jobs?ssl=1'), 'Error: at postgres://db/jobs'],
    ['a signed query', new Error('/result.png?X-Amz-Signature=abc'), 'Error: /result.png?X-Amz-Signature=…'],
    ['lines and colours', new Error('one\n\u001b[31mtwo'), 'Error: one two'],
    [
      'the address of a webhook',
      new Error(`no ${origin}/api/generations/webhook/image/abc.def`),
      `Error: no ${origin}/api/generations/webhook/image/…`,
    ],
    ['a text', 'It broke.', 'It broke.'],
    ['what cannot be a text', Object.create(null), 'What was thrown has no text.'],
    [
      'an error whose text throws',
      Object.defineProperty(new Error('a'), 'message', {
        get: () => {
          throw new Error('no');
        },
      }),
      'What was thrown has no text.',
    ],
  ])('cuts out %s, and goes on', async (_, thrown, message) => {
    const { ask, log } = serverHalf({
      authorize: () => {
        throw thrown;
      },
    });
    expect((await ask('image/jobs/a')).status).toBe(503);
    expect(incidents(log)).toEqual([{ level: 'error', event: 'authorize.failed', message }]);
  });

  it('tells no prompt, key or user', async () => {
    const { submit, ask, log, server } = durableHalf();
    const { id } = await jobOf(await submit('ada-lovelace', { key: 'the-key-of-the-page' }));
    await ask('image/keys/the-key-of-the-page', { user: 'ada-lovelace' });
    await expect.poll(() => server.advance(id), { timeout: 20_000 }).toBe(true);
    const told = JSON.stringify(log);
    for (const text of ['lighthouse', 'the-key-of-the-page', 'ada-lovelace']) expect(told).not.toContain(text);
  });

  it.each<[how: string, log: () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('The disk is full.');
      },
    ],
    ['rejects', () => Promise.reject(new Error('The disk is full.'))],
  ])('may be one that %s: nothing ends, and the console is told once', async (_, log) => {
    const warned = spyOnConsole();
    const { submit } = durableHalf({ log });
    await expect(submit('ada')).resolves.toHaveProperty('status', 201);
    await expect(submit('ada')).resolves.toHaveProperty('status', 200);
    await expect.poll(() => warned.mock.calls.length).toBeGreaterThan(0);
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls[0]?.[0]).toContain('The disk is full.');
  });

  it('is refused if it is no function', () => {
    expect(() => serverHalf({ log: 'stdout' as never })).toThrow('log is string. Pass a function');
  });
});

describe('an observer', () => {
  it.each<[what: string, observer: ServerObserver]>([
    [
      'throws',
      {
        event: () => {
          throw new Error('The exporter is away.');
        },
        work: () => {
          throw new Error('The exporter is away.');
        },
      },
    ],
    [
      'rejects',
      {
        event: async () => Promise.reject(new Error('The exporter is away.')),
        work: async (_, run) => {
          await run();
          throw new Error('The exporter is away.');
        },
      },
    ],
    ['never begins the work', { work: () => undefined, event: () => Promise.reject(new Error('exporter')) as never }],
    [
      'begins the work twice, and again later',
      {
        work: (_, run) => {
          void run();
          void run();
          setTimeout(() => void run(), 1);
        },
        event: () => Promise.reject(new Error('exporter')) as never,
      },
    ],
  ])('that %s changes nothing: a wish is paid once, and the log is told once', async (_, observer) => {
    const { submit, server, double, log } = durableHalf({ observe: observer });
    const submitted = submit('ada');
    await expect(submitted).resolves.toHaveProperty('status', 201);
    expect(double.chargedCount).toBe(1);
    const { id } = await jobOf(await submitted);
    await expect.poll(() => server.advance(id), { timeout: 20_000 }).toBe(true);
    expect(double.chargedCount).toBe(1);
    await expect.poll(() => incidents(log).length).toBeGreaterThan(0);
    expect(incidents(log)).toMatchObject([{ event: 'observer.failed', level: 'warn' }]);
    await server.stop();
  });

  it('that throws when it is attached leaves the server as it is', () => {
    const attach = () => {
      throw new Error('The exporter is away.');
    };
    expect(() => durableHalf({ observe: { attach } })).not.toThrow();
  });

  it('sees work within the work of the observers before it, and its failure by name', async () => {
    const order: string[] = [];
    const seeing = (name: string): ServerObserver => ({
      async work({ name: work }, run) {
        order.push(`${name} begins ${work}`);
        const { status, error } = await run();
        order.push(`${name} ends ${work} ${status} ${error}`);
      },
    });
    const { ask } = serverHalf({ observe: [seeing('one'), seeing('two')] });
    await ask('image/jobs/a');
    expect(order).toEqual([
      'one begins request',
      'two begins request',
      'two ends request 401 unauthorized',
      'one ends request 401 unauthorized',
    ]);
  });

  it('is attached when the server is made, detached when it stops, and attached again when it starts', async () => {
    const told: string[] = [];
    const observe: ServerObserver = {
      attach({ backends }) {
        told.push(`attached to ${backends.join()}`);
        return () => told.push('detached');
      },
    };
    const { server } = durableHalf({ observe });
    await server.stop();
    server.start();
    await server.stop();
    expect(told).toEqual(['attached to image,other', 'detached', 'attached to image,other', 'detached']);
  });

  it('asks the store once for all that ask within a second', async () => {
    let asked = 0;
    const store = memoryJobs();
    const counts: (() => Promise<unknown>)[] = [];
    durableHalf({
      store: {
        ...store,
        count: () => {
          asked += 1;
          return store.count();
        },
      },
      observe: {
        attach({ count }) {
          counts.push(count);
          return undefined;
        },
      },
    });
    const [count = async () => undefined] = counts;
    expect(await Promise.all([count(), count()])).toEqual([
      { running: {}, lateMs: 0 },
      { running: {}, lateMs: 0 },
    ]);
    expect(asked).toBe(1);
  });

  it('is refused if it is none', () => {
    expect(() => serverHalf({ observe: 'console' as never })).toThrow('observe has something that is no observer.');
  });
});
