import { afterAll, beforeAll, vi } from 'vitest';
import { describeLocalStore } from './local-store-conformance.js';

/** As much as a Chromium gives to an origin. */
const quota = 5 * 1024 * 1024;

/** The standard's `Storage`, which Node does not have. */
class TextStorage implements Storage {
  readonly #texts = new Map<string, string>();

  get length(): number {
    return this.#texts.size;
  }

  key(index: number): string | null {
    return [...this.#texts.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    const others = [...this.#texts].filter(([name]) => name !== key);
    const used = others.reduce((sum, [name, value]) => sum + name.length + value.length, key.length + text.length);
    if (used > quota) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    this.#texts.set(key, text);
  }

  removeItem(key: string): void {
    this.#texts.delete(key);
  }

  clear(): void {
    this.#texts.clear();
  }
}

beforeAll(() => void vi.stubGlobal('localStorage', new TextStorage()));
afterAll(() => void vi.unstubAllGlobals());

describeLocalStore();
