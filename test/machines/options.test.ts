import { describe, expect, it } from 'vitest';
import { assertKnownOptions } from '../../src/machines/options.js';

const names = ['baseUrl', 'fetch', 'headers', 'maxEventBytes'];

describe('options', () => {
  it.each([{}, { fetch: undefined }, { baseUrl: '', fetch: 1, headers: {}, maxEventBytes: 2 }])(
    'with known names pass: %j',
    options => {
      expect(() => assertKnownOptions('fileBackend', options, names)).not.toThrow();
    },
  );

  it.each([
    { unknown: 'baseURL', nearest: 'baseUrl' },
    { unknown: 'header', nearest: 'headers' },
    { unknown: 'maxBytes', nearest: 'maxEventBytes' },
    { unknown: 'fetsh', nearest: 'fetch' },
    { unknown: 'etch', nearest: 'fetch' },
    { unknown: '', nearest: 'fetch' },
  ])('with the unknown name "$unknown" are refused, and "$nearest" is suggested', ({ unknown, nearest }) => {
    const options = { fetch: 1, [unknown]: undefined };
    expect(() => assertKnownOptions('fileBackend', options, names)).toThrow(
      new TypeError(`fileBackend() has no option "${unknown}". Did you mean "${nearest}"?`),
    );
  });
});
