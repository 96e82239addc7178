import type { Redact } from 'generation-lifecycle/devtools';
import { describe, expect, it } from 'vitest';
import { recordedActor } from '../support/recorded-actor.js';
import { generation } from '../support/scripted-generation.js';

/** A log's step for an event of a user, whose members are what is to be redacted. */
async function kept(members: object, redact?: Redact) {
  const { actor } = generation();
  const recorder = recordedActor(actor, { redact });
  // The chart pays no heed to it.
  Reflect.apply(actor.send, actor, [{ type: 'unknown', ...members }]);
  return recorder.log().steps[0]?.event;
}

describe('redaction', () => {
  const defaults: readonly (readonly [string, object, object])[] = [
    ['a text', { prompt: 'a lighthouse', note: 'x' }, { prompt: '[redacted]', note: '[redacted]' }],
    [
      'a name',
      { kind: 'pending', code: 'network', fileId: 'f-1' },
      { kind: 'pending', code: 'network', fileId: 'f-1' },
    ],
    ['a name that is a text', { kind: 'a lighthouse at dusk' }, { kind: '[redacted]' }],
    ['a name that is too long', { id: 'x'.repeat(201) }, { id: '[redacted]' }],
    ['a number, a flag, nothing', { a: 1.5, b: true, c: null }, { a: 1.5, b: true, c: null }],
    ['no number', { a: Number.NaN, b: Number.POSITIVE_INFINITY }, { b: Number.MAX_VALUE }],
    ['an input', { input: { seed: 7 } }, { input: '[redacted]' }],
    ['headers', { headers: { a: 1 } }, { headers: '[redacted]' }],
    ['a request', { job: { id: 'j', request: { seed: 1 } } }, { job: { id: 'j', request: '[redacted]' } }],
    ['a url', { url: 'https://a:b@h.test/p/1.png?sig=x#y' }, { url: 'https://h.test/p/1.png' }],
    ['a path', { thumbnailUrl: '/t/1.png?sig=x' }, { thumbnailUrl: '/t/1.png' }],
    ['a prompt in a path', { url: 'https://h.test/a%20lighthouse/1' }, { url: 'https://h.test/…/1' }],
    ['a key in a path', { url: `https://h.test/${'k'.repeat(65)}/1` }, { url: 'https://h.test/…/1' }],
    ['a data url', { url: 'data:image/png;base64,AAAA' }, { url: 'data:image/png,…' }],
    ['no url', { url: 'a lighthouse' }, { url: '[redacted]' }],
    ['a list', { files: ['a', { url: '/a?b' }] }, { files: ['[redacted]', { url: '/a' }] }],
    ['a long list', { list: Array(101).fill(1) }, { list: Array(100).fill(1) }],
    ['a name of a member', { 'a lighthouse at dusk': 1 }, { '[redacted]': 1 }],
    ['an error', { error: new TypeError('a lighthouse') }, { error: { type: 'TypeError' } }],
    ['a thing', { file: new Blob(['a']), date: new Date(0) }, { file: '[redacted]', date: '[redacted]' }],
    ['a function', { run: () => 1 }, {}],
  ];
  it.each(defaults)('of %s', async (_, given, expected) => {
    expect(await kept(given)).toEqual({ type: 'unknown', ...expected });
  });

  it('ends for a value that contains itself', async () => {
    const endless: { self?: object } = {};
    endless.self = endless;
    expect(JSON.stringify(await kept({ endless }))).toContain('[omitted]');
  });

  it('shows and hides what redact returns', async () => {
    const redact: Redact = ({ key, path, value }, usual) => {
      if (key === 'message') return value;
      return path.startsWith('output.files.0') ? 'gone' : usual();
    };
    const members = { message: 'Out of memory', prompt: 'a lighthouse', output: { files: [{ id: 'f' }, { id: 'g' }] } };
    expect(await kept(members, redact)).toEqual({
      type: 'unknown',
      message: 'Out of memory',
      prompt: '[redacted]',
      output: { files: ['gone', { id: 'g' }] },
    });
  });

  it.each([
    ['throws', () => expect.fail('a fault of the page')],
    ['returns a value that is not JSON', () => 7n],
  ])('shows nothing where redact %s', async (_, redact) => {
    expect(await kept({ message: 'a lighthouse' }, redact)).toEqual({ type: 'unknown', message: '[redacted]' });
  });
});
