import { describe, expect, it } from 'vitest';
import { canReplay, replaysKeys } from '../../../src/machines/generation/generation.replay.js';

const now = 1_800_000_000_000;
const minute = 60_000;

describe('a backend that is sent the same key twice', () => {
  it.each([
    { idempotentSubmit: true, replays: true },
    { idempotentSubmit: 'replays', replays: true },
    { idempotentSubmit: 'rejects', replays: false },
    { idempotentSubmit: undefined, replays: false },
  ] as const)('answers with the first job only if it says so: $idempotentSubmit', ({ idempotentSubmit, replays }) => {
    expect(replaysKeys({ idempotentSubmit })).toBe(replays);
  });
});

describe('a submit', () => {
  it.each([
    { what: 'just now', sentAt: now, can: true },
    { what: 'within the time that the key is known', sentAt: now - minute + 1, can: true },
    { what: 'when the key was forgotten', sentAt: now - minute, can: false },
    { what: 'by a clock that was ahead', sentAt: now + 1, can: false },
    { what: 'nobody knows when', sentAt: undefined, can: false },
  ])('that was sent $what can be sent again with a key of a minute: $can', ({ sentAt, can }) => {
    expect(canReplay({ idempotentSubmit: 'replays', idempotencyWindowMs: minute }, sentAt, now)).toBe(can);
    // Whether it was just sent or not: it would be charged again.
    expect(canReplay({ idempotentSubmit: 'rejects', idempotencyWindowMs: minute }, sentAt, now)).toBe(false);
    expect(canReplay({ idempotencyWindowMs: minute }, sentAt, now)).toBe(false);
  });

  it.each([now - 1e12, now + minute, undefined])(
    'can be sent again at any time with a key without an end: %s',
    sentAt => {
      expect(canReplay({ idempotentSubmit: true }, sentAt, now)).toBe(true);
      expect(canReplay({ idempotentSubmit: 'rejects' }, sentAt, now)).toBe(false);
      expect(canReplay({}, sentAt, now)).toBe(false);
    },
  );
});
