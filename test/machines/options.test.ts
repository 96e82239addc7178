import { describe, expect, it } from 'vitest';
import { assertKnownOptions, assertText } from '../../src/machines/options.js';

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

  it.each([
    { options: undefined, found: 'a value of type undefined' },
    { options: null, found: 'a value of type null' },
    { options: 'https://api.test', found: 'a value of type string' },
    { options: [], found: 'a value of type array' },
  ])('are an object, and not $found', ({ options, found }) => {
    // What plain JavaScript may pass.
    expect(() => assertKnownOptions('fileBackend', options as unknown as object, names)).toThrow(
      new TypeError(`fileBackend() needs an object of options, such as { baseUrl: … }. It got ${found}.`),
    );
  });
});

describe('an option that has to be a text', () => {
  it('may be any that is not empty', () => {
    expect(() => assertText('localStore', 'key', 'k')).not.toThrow();
  });

  it.each([
    { value: '', found: 'an empty text' },
    { value: undefined, found: 'a value of type undefined' },
    { value: 7, found: 'a value of type number' },
  ])('is refused if it is $found', ({ value, found }) => {
    expect(() => assertText('localStore', 'key', value)).toThrow(
      new TypeError(`The option key of localStore() must be a text that is not empty. It is ${found}.`),
    );
  });
});
