import { createGenerationServer } from 'generation-lifecycle/server';
import { scenarios, scripted } from 'generation-lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { secret } from '../support/server-half.js';

const adapter = scripted(scenarios.healthy('1.png'));
const backends = { image: { adapter, input: (wish: unknown) => wish } };
const given = { secrets: secret, authorize: () => ({ id: 'ada' }), backends };
const make = (changes: object) => () =>
  createGenerationServer({ ...given, ...changes } as Parameters<typeof createGenerationServer>[0]);

describe('the options of a relay', () => {
  it('are enough with backends, authorize and a secret', () => {
    expect(make({})).not.toThrow();
  });

  it.each([
    ['authorize', { authorize: undefined }],
    ['backend', { backends: {} }],
    ['input', { backends: { image: { adapter } } }],
    ['adapter', { backends: { image: { input: () => ({}) } } }],
    ['secret', { secrets: undefined }],
    ['secret', { secrets: 'too short' }],
    ['secret', { secrets: [secret, 'too short'] }],
    ['webhook', { backends: { webhook: backends.image } }],
    ['"a/b"', { backends: { 'a/b': backends.image } }],
    ['authorise', { authorise: () => undefined }],
    ['polcy', { backends: { image: { ...backends.image, polcy: {} } } }],
    ['deadlinMs', { backends: { image: { ...backends.image, policy: { deadlinMs: 1 } } } }],
    ['basePath', { basePath: 'https://app.test/api' }],
    ['https://app.test/', { origin: 'https://app.test/' }],
    ['*', { allowedOrigins: ['*'] }],
    ['maxBodyBytes', { maxBodyBytes: 0 }],
    ['maxStreamMs', { maxStreamMs: Number.POSITIVE_INFINITY }],
    [
      'streams',
      { backends: { image: { ...backends.image, adapter: { ...adapter, stream: { tells: 'states', isJob: true } } } } },
    ],
  ])('are refused where %s is missing or wrong', (word, changes) => {
    expect(make(changes)).toThrow(TypeError);
    expect(make(changes)).toThrow(word);
  });
});
