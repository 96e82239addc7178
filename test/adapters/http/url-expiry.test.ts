import { describe, expect, it } from 'vitest';
import { firstExpiryOf } from '../../../src/adapters/http/url-expiry.js';

const claims = (said: unknown) =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(said)).toString('base64url')}.c2ln`;
const at = Date.parse('2026-11-29T05:10:00Z');

describe('a signed URL', () => {
  it.each([
    ['https://a.blob.core.windows.net/b.png?se=2026-11-29T05%3A10%3A00Z&sp=r&sig=c2ln', at],
    ['https://a.test/b.png?X-Amz-Date=20261129T051000Z&X-Amz-Expires=900&X-Amz-Signature=c', at + 900_000],
    ['https://a.test/b.png?X-Goog-Date=20261129T051000Z&X-Goog-Expires=60', at + 60_000],
    [`https://a.cloudfront.net/b.png?Expires=${at / 1_000}&Signature=c`, at],
    [`https://a.test/b.mp4?_jwt=${claims({ exp: at / 1_000, stage: '??>>' })}`, at],
    ['https://a.test/b.png?se=2026-11-29T05%3A10%3A00Z', undefined],
    ['https://a.test/b.png?se=soon&sig=c', undefined],
    ['https://a.test/b.png?X-Amz-Date=20261129T051000Z', undefined],
    ['https://a.test/b.png?X-Amz-Expires=900', undefined],
    ['https://a.test/b.png?Expires=Sun,%2029%20Nov', undefined],
    [`https://a.test/b.mp4?_jwt=${claims({})}`, undefined],
    ['https://a.test/b.mp4?_jwt=a.%25%25.c', undefined],
    ['https://a.test/b.png#?Expires=1', undefined],
    [17, undefined],
  ])('%s stops working at %j', (url, time) => {
    expect(firstExpiryOf(url)).toBe(time);
    expect(firstExpiryOf(['https://a.test/b.png', url])).toBe(time);
  });

  it('of several is the first that stops', () => {
    const urls = [at + 5_000, at, at + 9_000].map(time => `https://a.test/?Expires=${time / 1_000}`);
    expect(firstExpiryOf(urls)).toBe(at);
  });
});
