import { createGenerationMachine, type GenerationAdapter, GenerationError, viewGeneration } from 'generation-lifecycle';
import { describe, expect, it, vi } from 'vitest';
import { createActor } from 'xstate';
import { flush, job, started, streaming } from '../../support/scripted-generation.js';

/** What an adapter written in JavaScript may answer: anything. */
const anything = (value: unknown) => JSON.parse('{}') && (value as never);
const withoutStream = { without: ['events'] } as const;

describe('a job whose members the port does not allow', () => {
  it.each([[41], [41n]])('S28: is followed under its number as a text: %s', async id => {
    const run = await started({ submit: call => call.answer(anything({ job: { id } })) });
    expect(run.emitted).toMatchObject([{ type: 'submitted', job: { id: '41' } }]);
    expect(run.view().status).toBe('connecting');
  });

  it.each([
    [{ job: { id: null } }, 'a `job.id` of type null'],
    [{ job: { id: { value: 1 } } }, 'a `job.id` of type object'],
    [{ job: { id: ' ' } }, 'an empty `job.id`'],
    [{ job: 'job-1' }, 'a `job` of type string'],
    [{}, 'a `job` of type undefined'],
    [null, 'a `job` of type undefined'],
    [[], 'a `job` of type undefined'],
  ])('fails as perhaps charged, and says what is wrong: %j', async (answer, what) => {
    const run = await started({ submit: call => call.answer(anything(answer)) });
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'invalid-response', charged: 'maybe' } }]);
    expect(run.view().failure?.message).toContain(what);
  });

  it('keeps those that survive JSON', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const given = { id: 'job-1', url: 'https://vendor.test/1', size: 10n, circular, at: new Date(0) };
    const run = await started({ submit: call => call.answer(anything({ job: given })) });
    expect(run.view().job).toEqual({ id: 'job-1', url: 'https://vendor.test/1', at: '1970-01-01T00:00:00.000Z' });
  });

  it('A10: is followed without the member that throws when it is read', async () => {
    const given = {
      id: 'job-1',
      url: 'https://vendor.test/1',
      get queue() {
        throw new Error('from a getter');
      },
    };
    const run = await started({ submit: call => call.answer(anything({ job: given })) });
    expect(run.view()).toMatchObject({ status: 'connecting', job: { id: 'job-1', url: 'https://vendor.test/1' } });
  });

  it('is read where the update beside it is none', async () => {
    const run = await started({
      ...withoutStream,
      submit: call => call.answer(anything({ job, update: { kind: 'ok' } })),
    });
    expect(run.reads).toMatchObject([{ about: job }]);
  });
});

describe('an update that the port does not allow', () => {
  it.each([
    [{ kind: 'success' }, 'an update of the unknown `kind` "success"'],
    [{ kind: 7 }, 'an update whose `kind` is of type number'],
    [{}, 'an update whose `kind` is of type undefined'],
    ['done', 'a value of type string'],
    [null, 'a value of type null'],
    [undefined, 'a value of type undefined'],
  ])('is a failed read, which the failure names in the end: %j', async (update, what) => {
    const run = await started({ ...withoutStream, read: call => call.answer(anything(update)) });
    await run.advance(200_000);
    expect(run.view().failure).toMatchObject({ code: 'unreachable', charged: 'yes', resumable: true, job });
    expect(run.view().failure?.message).toContain(what);
  });

  it('shows nothing of members of another type', async () => {
    const run = await streaming();
    const wrong = {
      progress: '50%',
      message: { text: 'x' },
      backendPosition: '3',
      previews: [{ href: 'x' }],
      etaMs: 'soon',
    };
    run.stream().push(anything({ kind: 'pending', phase: 'paused', ...wrong }));
    await flush();
    expect(run.view()).toMatchObject({
      status: 'streaming',
      phase: undefined,
      progress: undefined,
      message: undefined,
      backendPosition: undefined,
      previews: [],
      expectedAt: undefined,
    });
  });

  it('S29: shows no more than 2,000 characters of a text, without control characters', async () => {
    const run = await streaming();
    run.stream().push({ kind: 'pending', message: `a\u0000\u001b[31m\nb${'x'.repeat(800_000)}` });
    await flush();
    expect(run.view().message).toHaveLength(1_998);
    expect(run.view().message).toMatch(/^a\[31m\nbx/);
  });

  it.each([
    [undefined, { code: 'job-failed', charged: 'maybe' }],
    ['out of memory', { code: 'job-failed', charged: 'maybe' }],
    [
      { code: 'moderated', message: 'No.', charged: 'no' },
      { code: 'moderated', message: 'No.', charged: 'no' },
    ],
    [
      { message: 'No.', details: { size: 1n } },
      { code: 'job-failed', message: 'No.' },
    ],
  ])('keeps of a failure what can be read: %o', async (failure, expected) => {
    const run = await started({ ...withoutStream, read: call => call.answer(anything({ kind: 'failed', failure })) });
    expect(run.view().failure).toMatchObject({ ...expected, job, retryable: false });
    expect(run.view().failure?.message.length).toBeGreaterThan(2);
    expect(JSON.stringify(run.view().failure)).toBeDefined();
  });

  it('is a failure on the stream that names the call which has no message', async () => {
    const run = await streaming({ read: () => {} });
    run.stream().push(anything({ kind: 'failed', failure: { code: 'job-failed' } }));
    await flush();
    run.read().refuse(new Error('down'));
    await flush();
    expect(run.view().failure?.message).toContain("The adapter's events() reported a failure without a message");
  });

  it('A17: is told during development where a member is misspelt, once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const run = await started({
      ...withoutStream,
      read: call => call.answer(anything({ kind: 'pending', progres: 3 })),
    });
    await run.advance(5_000);
    const texts = warn.mock.calls.map(([text]) => String(text)).filter(text => text.includes('progres'));
    warn.mockRestore();
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('Did you mean "progress"?');
  });
});

describe('an error that cannot be read', () => {
  const throwing = Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('from a getter');
    },
  });
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable(new GenerationError({ code: 'network', message: 'x' }), {});
    revoke();
    return proxy;
  };
  const withoutFailure = Object.defineProperty(new Error('x'), 'failure', {
    get() {
      throw new Error('from a getter');
    },
  });

  it.each([
    ['a message that throws', throwing],
    ['a revoked proxy', revoked()],
    ['a failure that throws', withoutFailure],
    ['a message that is no text', Object.assign(new Error(), { message: { text: 'x' } })],
    ['nothing', undefined],
    ['a symbol', Symbol('x')],
  ])('A10: ends the submit as perhaps charged: %s', async (_, error) => {
    const run = await started({ submit: call => call.refuse(error) });
    expect(run.outcomes()).toMatchObject([{ failure: { code: 'network', charged: 'maybe' } }]);
    expect(run.view().failure?.message).toContain("The adapter's submit() threw");
  });

  it('A10: is a failed read, and no unhandled rejection', async () => {
    const run = await started({ ...withoutStream, read: call => call.refuse(revoked()) });
    await run.advance(200_000);
    expect(run.view().failure).toMatchObject({ code: 'unreachable' });
  });
});

describe('an event id', () => {
  it('A14: of more than 1,024 characters is ignored, and the one before it stays', async () => {
    const run = await streaming();
    run.stream().id('event-1');
    run.stream().id('x'.repeat(20_000));
    await flush();
    expect(run.token().lastEventId).toBe('event-1');
  });

  it('A14: of 1,024 characters is kept', async () => {
    const run = await streaming();
    run.stream().id('x'.repeat(1_024));
    await flush();
    expect(run.token().lastEventId).toHaveLength(1_024);
  });
});

describe('a snapshot of XState', () => {
  const submit = vi.fn<GenerationAdapter<string, string>['submit']>(() => new Promise(() => {}));
  const machine = createGenerationMachine<string, string>({ submit, read: async () => ({ kind: 'pending' }) });

  it('E5: is not restored: the error names the token, and nothing is submitted', () => {
    const actor = createActor(machine, { input: { id: 'generation-1' } }).start();
    actor.send({ type: 'GENERATE', input: 'a lighthouse' });
    const snapshot = actor.getPersistedSnapshot();
    actor.stop();
    submit.mockClear();
    const errors: unknown[] = [];
    const restored = createActor(machine, { input: { id: 'generation-1' }, snapshot });
    restored.subscribe({ error: error => errors.push(error) });
    restored.start();
    expect(submit).not.toHaveBeenCalled();
    expect(String(errors[0])).toMatch(/TypeError: .*toResumeToken\(actor\.getSnapshot\(\)\)/);
    expect(viewGeneration(actor.getSnapshot()).status).toBe('submitting');
  });
});
