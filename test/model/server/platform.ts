import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** The timers, clock and ids of one activity. */
export type Platform = {
  readonly now: () => number;
  readonly newId: () => string;
  readonly arm: (fire: () => void, ms: number, isRepeated: boolean) => number;
  readonly disarm: (timer: number) => void;
};

const real = {
  now: Date.now,
  random: Math.random,
  crypto: Object.getOwnPropertyDescriptor(globalThis, 'crypto') as PropertyDescriptor,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
};

type Secret = { readonly bytes: Uint8Array };

const toMac = ({ bytes }: Secret, data: Uint8Array) => createHmac('sha256', bytes).update(data).digest();

/** Answers in the same turn: what runs in threads has an order of its own. */
const subtle = {
  digest: async (_: string, data: Uint8Array) => Uint8Array.from(createHash('sha256').update(data).digest()).buffer,
  importKey: async (_: string, bytes: Uint8Array): Promise<Secret> => ({ bytes }),
  deriveKey: async ({ salt, info }: { salt: Uint8Array; info: Uint8Array }, { bytes }: Secret): Promise<Secret> => ({
    bytes: new Uint8Array(hkdfSync('sha256', bytes, salt, info, 32)),
  }),
  sign: async (_: string, key: Secret, data: Uint8Array) => Uint8Array.from(toMac(key, data)).buffer,
  verify: async (_: string, key: Secret, mac: Uint8Array, data: Uint8Array) =>
    mac.length === 32 && timingSafeEqual(mac, toMac(key, data)),
};

/** Whatever the code asks of its platform while this runs, it gets from the model. */
export async function onPlatform<T>(platform: Platform, run: () => Promise<T>): Promise<T> {
  const fake = { randomUUID: platform.newId, getRandomValues: (bytes: Uint8Array) => bytes.fill(7), subtle };
  Date.now = platform.now;
  Math.random = () => 0.5;
  Object.defineProperty(globalThis, 'crypto', { value: fake, configurable: true });
  const replaced = {
    setTimeout: (fire: () => void, ms = 0) => platform.arm(fire, ms, false),
    setInterval: (fire: () => void, ms = 0) => platform.arm(fire, ms, true),
    clearTimeout: platform.disarm,
    clearInterval: platform.disarm,
  };
  Object.assign(globalThis, replaced);
  try {
    return await run();
  } finally {
    const { now, random, crypto, ...timers } = real;
    Date.now = now;
    Math.random = random;
    Object.defineProperty(globalThis, 'crypto', crypto);
    Object.assign(globalThis, timers);
  }
}

/** All that was begun has gone as far as it can without an answer. */
export const turn = () => new Promise<void>(resolve => setImmediate(resolve));
