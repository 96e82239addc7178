import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** The module anew: it remembers what it has told. */
const load = async () => (await import('../../src/machines/environment.js')).defaultEnvironment;

describe('the environment of a machine that got none', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is that of a server, and says nothing there', async () => {
    const environment = (await load())();
    expect(environment.isOnline()).toBe(true);
    expect(console.warn).not.toHaveBeenCalled();
  });

  it('is the same in a page, where it tells once what is missing', async () => {
    vi.stubGlobal('document', {});
    const defaultEnvironment = await load();
    expect(defaultEnvironment().isOnline()).toBe(true);
    expect(console.warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('Pass { environment: browserEnvironment() }.'),
    );
    defaultEnvironment();
    expect(console.warn).toHaveBeenCalledOnce();
  });
});
