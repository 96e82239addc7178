import { createRecorder, inspector, type Redact } from 'generation-lifecycle/devtools';
import { replayGeneration } from 'generation-lifecycle/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hostileValues } from '../support/hostile-values.js';
import { inspectorReceiver } from '../support/inspector-receiver.js';
import { recordedActor } from '../support/recorded-actor.js';
import { type Output, started } from '../support/scripted-generation.js';

/** Longer than what one event and two contexts may take. */
const longestLog = 150_000;
const redacts: readonly (readonly [string, Redact | undefined])[] = [
  ['by default', undefined],
  ['where redact shows all', ({ value }) => value],
  ['where redact adds to the usual', (_, usual) => Object.assign(Object(usual()), { added: 'x'.repeat(1_000) })],
];
const cases = Object.entries(hostileValues).flatMap(([name, make]) =>
  redacts.map(([how, redact]) => ({ name, make, how, redact })),
);

/** Sends an event that the chart does not know, as a page may do by mistake. */
const sendUnknown = (actor: object, event: object) => Reflect.apply(Reflect.get(actor, 'send'), actor, [event]);

async function completedWith(output: Output, redact?: Redact) {
  const run = await started();
  const recorder = recordedActor(run.actor, { redact });
  run.stream().push({ kind: 'succeeded', output });
  await run.advance(0);
  expect(run.view().status).toBe('completed');
  return recorder.log();
}

describe('a log of bounded size', () => {
  it.each(cases)('A13: bounds $name, $how, and can be replayed', async ({ make, redact }) => {
    const log = await completedWith(make(), redact);
    const text = JSON.stringify(log);
    expect(text.length).toBeLessThan(longestLog);
    expect(replayGeneration(JSON.parse(text))).toMatchObject({ difference: undefined, isFaithful: true });
  });

  it('A13: says in the log what was left out, in the event and in the context', async () => {
    const self: { self?: object } = {};
    self.self = self;
    const list = Array.from({ length: 120 }, () => 1);
    let deep: object = {};
    for (let level = 0; level < 12; level += 1) deep = { deep };
    const unreadable = {
      get width(): number {
        throw new Error('a fault of the page');
      },
    };
    const log = await completedWith({ url: '/1', ...{ self, list, deep, unreadable } });
    const places = [
      'self.self: refers to itself',
      'list: 20 of 120 items',
      `${Array(11).fill('deep').join('.')}: is nested too deeply`,
      'unreadable.width: cannot be read',
    ];
    expect(log.steps.at(-1)?.omitted).toEqual(places.map(place => `outcome.output.${place}`));
    expect(log.to.omitted).toEqual(places.map(place => expect.stringMatching(new RegExp(`output\\.${place}$`))));
    expect(log.steps.at(-1)?.event).toMatchObject({
      outcome: { output: { self: { self: '[omitted]' }, unreadable: { width: '[omitted]' } } },
    });
  });

  it('A13: says nothing of that where all is there', async () => {
    expect(JSON.stringify(await completedWith({ url: '/1' }))).not.toContain('omitted');
  });

  it('A13: lists ten omissions, and that there are more', async () => {
    const lists = Object.fromEntries(Array.from('abcdefghijklmno', name => [name, new Array(101).fill(1)]));
    const { omitted } = (await completedWith({ url: '/1', ...lists })).steps.at(-1) ?? {};
    expect(omitted).toHaveLength(11);
    expect(omitted?.at(-1)).toBe('and more');
  });

  it('A13: reads no more of a value than it shows', async () => {
    let readCount = 0;
    const counting = (value: object): object =>
      new Proxy(value, {
        get(target, name) {
          const found: unknown = Reflect.get(target, name);
          if (typeof name === 'symbol') return found;
          readCount += 1;
          return typeof found === 'object' && found !== null && !Array.isArray(target) ? counting(found) : found;
        },
      });
    const run = await started();
    const recorder = recordedActor(run.actor);
    sendUnknown(run.actor, {
      type: 'unknown',
      value: counting(hostileValues['one object in many places, level below level']?.() ?? {}),
    });
    sendUnknown(run.actor, { type: 'unknown', value: counting({ list: new Array(1_000_000).fill(1) }) });
    expect(recorder.log().steps.map(({ omitted }) => omitted?.length)).toEqual([11, 1]);
    expect(readCount).toBeLessThan(5_000);
  });

  it('A13: keeps the names of a job that has many other members', async () => {
    const run = await started({
      submit: call =>
        call.answer({
          job: {
            ...Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`m${i}`, i])),
            id: 'job-1',
            kind: 'image',
          },
        }),
    });
    const { to } = recordedActor(run.actor).log();
    expect(to.context).toMatchObject({ job: { id: 'job-1', kind: 'image', m0: 0 } });
    expect(to.omitted).toEqual(['context.job: 302 of 402 members']);
  });

  it.each([20, 1_000])(
    'A13: bounds a log of %s long steps, drops the older half, and replays the rest',
    async maxSteps => {
      const run = await started();
      const recorder = recordedActor(run.actor, { maxSteps, redact: ({ value }) => value });
      const whole = 400;
      for (let count = 0; count < whole; count += 1) {
        // The chart shortens texts, and not previews.
        const previews = [{ url: `https://files.test/${count}-${'x'.repeat(100_000)}` }];
        run.stream().push({ kind: 'pending', progress: count / whole, previews });
        await run.advance(0);
      }
      const log = recorder.log();
      const text = JSON.stringify(log);
      expect(text.length).toBeLessThan(1_000_000 + longestLog);
      expect(log.droppedCount).toBeGreaterThan(0);
      expect(log.steps.length).toBeGreaterThanOrEqual(10);
      expect(log.steps.at(-1)?.event).toMatchObject({
        update: { previews: [{ url: expect.stringMatching(/399-x{1000,}…$/) }] },
      });
      expect(replayGeneration(JSON.parse(text))).toMatchObject({ difference: undefined, isFaithful: true });
    },
  );

  it('A13: does not affect the generation when an event cannot be read', async () => {
    const recorder = createRecorder();
    const run = await started({ inspect: recorder.inspect });
    for (const make of Object.values(hostileValues))
      sendUnknown(run.actor, Object.assign(Object.create(make()), { type: 'unknown' }));
    sendUnknown(run.actor, {
      type: 'unknown',
      get prompt() {
        throw new Error('a fault of the page');
      },
    });
    expect(run.actor.getSnapshot().status).toBe('active');
    expect(recorder.logs()[0]?.steps.at(-1)).toMatchObject({
      event: { type: 'unknown', prompt: '[omitted]' },
      omitted: ['prompt: cannot be read'],
    });
  });
});

describe('messages of bounded size of an inspector', () => {
  it.each(cases)('A13: bounds $name, $how', async ({ make, redact }) => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url, redact });
    onTestFinished(watch.close);
    const error = vi.spyOn(console, 'error');
    onTestFinished(() => error.mockRestore());
    const run = await started({ inspect: watch.inspect });
    sendUnknown(run.actor, { type: 'unknown', value: make() });
    run.stream().push({ kind: 'succeeded', output: make() });
    await run.advance(0);
    expect(run.view().status).toBe('completed');
    await expect.poll(() => messages.at(-1) ?? '').toContain('"value":"completed"');
    for (const message of messages) expect(message.length).toBeLessThan(longestLog);
    expect(error).not.toHaveBeenCalled();
  });

  it('A13: says in a message what was left out', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url });
    onTestFinished(watch.close);
    const run = await started({ inspect: watch.inspect });
    sendUnknown(run.actor, {
      type: 'unknown',
      list: new Array(101).fill(1),
      get width() {
        throw new Error('a fault of the page');
      },
    });
    const omitted = ['list: 1 of 101 items', 'width: cannot be read'];
    await expect
      .poll(() => messages.map(message => JSON.parse(message)).filter(({ event }) => event?.type === 'unknown'))
      .toMatchObject([
        { type: '@xstate.event', omitted },
        { type: '@xstate.snapshot', omitted },
      ]);
  });

  it('A13: keeps the newest messages for a viewer that is not there yet, up to a length', async () => {
    const { url, messages } = await inspectorReceiver();
    const watch = inspector({ url, redact: ({ value }) => value });
    onTestFinished(watch.close);
    const run = await started();
    run.actor.system.inspect(watch.inspect);
    const given = 800;
    // All in one turn, in which the viewer cannot connect.
    for (let index = 0; index < given; index += 1)
      sendUnknown(run.actor, { type: 'unknown', index, message: 'x'.repeat(20_000) });
    await expect.poll(() => messages.at(-1) ?? '').toContain(`"index":${given - 1}`);
    expect(messages.join('').length).toBeLessThan(5_000_000);
    expect(messages.length).toBeGreaterThan(100);
  });
});
