import type { AdapterTestServer } from './conformance.types.js';
import type { PlainAnswer, Reply } from './loopback-server.js';

// What the kit answers by itself, as any backend or proxy may.

export const serverError: PlainAnswer = { status: 500 };
export const page: PlainAnswer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Sign in</title>',
};
export const emptyObject: PlainAnswer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{}',
};
const waitSeconds = 7;
export const rateLimited: PlainAnswer = { status: 429, headers: { 'retry-after': String(waitSeconds) } };
export const waitMs = waitSeconds * 1_000;

/** Situations in which the backend says that a submit was not accepted, by the code that an adapter gives them. */
export const refusalsOf = ({ submit }: AdapterTestServer) =>
  ({
    unauthorized: submit.unauthorized ?? { status: 401 },
    'payment-required': submit.paymentRequired ?? { status: 402 },
    'bad-input': submit.badInput ?? { status: 422 },
    'rate-limited': submit.rateLimited ?? rateLimited,
  }) satisfies Readonly<Record<string, Reply>>;

/** Situations in which nobody knows whether a request has done its work. */
export const lostAnswers = {
  'the answer 500': serverError,
  'a connection that broke': 'cut',
  'an answer that broke off': 'broken-off',
} as const;

/** An answer that quotes what it should not. */
export const quoting = (status: number, words: string): PlainAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: words, message: words, detail: words }),
});

export const signature = 'c0ffee51g';
export const signedUrl = `https://files.test/input.png?X-Amz-Expires=900&X-Amz-Signature=${signature}`;
