import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type AdapterTestServer,
  adapterRequirements,
  type TestFunction,
  testAdapter,
} from 'generation-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleForNode } from '../../support/node-bundle.js';
import { completeBackend, completeServer, type SongAdapter, songOptions } from './complete-backend.js';

const bare: AdapterTestServer = {
  submit: { accepted: completeServer.submit.accepted },
  read: { running: completeServer.read.running, succeeded: completeServer.read.succeeded },
};

/** An `it` that only notes what it is given. */
function createRunner() {
  const tests: string[] = [];
  const skipped: string[] = [];
  const run: TestFunction = Object.assign((name: string) => void tests.push(name), {
    skip: (name: string) => void skipped.push(name),
  });
  return { run, tests, skipped };
}

describe('testAdapter in Vitest', () => {
  testAdapter(completeBackend, { ...songOptions, patienceMs: 60_000, it });
});

describe('testAdapter', () => {
  it('registers a test for each requirement, with a name of its own', () => {
    const { run, tests, skipped } = createRunner();
    testAdapter(completeBackend, { ...songOptions, it: run });
    expect(tests).toEqual(adapterRequirements(completeBackend, songOptions).map(({ name }) => name));
    expect(new Set(tests).size).toBe(tests.length);
    expect(tests.length).toBeGreaterThan(60);
    expect(skipped).toEqual([]);
  });

  it('skips what it has no situation for, and says which one', () => {
    const { run, tests, skipped } = createRunner();
    testAdapter(completeBackend, { server: bare, input: { lyrics: 'la' }, it: run });
    expect(skipped).toContain(
      'submit() of content that is refused throws moderated (not tested: server.submit.moderated is not given)',
    );
    expect(skipped).toContain('errors and jobs hold no credentials (not tested: the option secrets is not given)');
    expect(tests).toContain('submit() sends one paid request');
    expect(tests.length + skipped.length).toBe(adapterRequirements(completeBackend, songOptions).length);
  });

  it('asks nothing of functions that the adapter does not have', () => {
    const create = ({ url }: { readonly url: string }): SongAdapter => {
      const { submit, read } = completeBackend({ url });
      return { submit, read };
    };
    const names = adapterRequirements(create, songOptions).map(({ name }) => name);
    expect(names.filter(name => /^(events|cancel|find|cancelByKey)\(|key/.test(name))).toEqual([]);
    expect(names).toContain('read() answers pending for a running job');
  });

  it('takes the global it, or test, and says what is missing without one', () => {
    const { run, tests } = createRunner();
    expect(() => testAdapter(completeBackend, songOptions)).toThrow('no global `it` or `test`');
    for (const name of ['it', 'test']) {
      vi.stubGlobal(name, run);
      testAdapter(completeBackend, songOptions);
      vi.unstubAllGlobals();
    }
    expect(tests.length).toBe(2 * adapterRequirements(completeBackend, songOptions).length);
  });

  it('refuses an option that it does not have', () => {
    const options = { ...songOptions, secret: ['x'] };
    expect(() => adapterRequirements(completeBackend, options)).toThrow('Did you mean "secrets"?');
    expect(() => testAdapter(completeBackend, { ...options, it })).toThrow('Did you mean "secrets"?');
  });

  it('reports what an answer of the server throws', async () => {
    const read = {
      ...bare.read,
      running: () => {
        throw new Error('The double is broken.');
      },
    };
    const requirements = adapterRequirements(completeBackend, { ...songOptions, server: { ...bare, read } });
    const [running] = requirements.filter(({ name }) => name === 'read() answers pending for a running job');
    await expect(running?.test()).rejects.toThrow('The double is broken.');
  });

  it('says that it needs a server where there is none', async () => {
    vi.stubGlobal('process', undefined);
    const [first] = adapterRequirements(completeBackend, songOptions);
    const told = await first?.test().catch((error: Error) => error.message);
    vi.unstubAllGlobals();
    expect(told).toContain('Node, Bun or Deno');
  });

  it('waits no longer than it is told, and says what did not happen', async () => {
    const create = ({ url }: { readonly url: string }): SongAdapter => ({
      ...completeBackend({ url }),
      submit: () => new Promise(() => undefined),
    });
    const [first] = adapterRequirements(create, { ...songOptions, patienceMs: 20 });
    await expect(first?.test()).rejects.toThrow('submit() neither answered nor threw. The kit waited 20 ms.');
  });
});

describe('testAdapter in node:test', () => {
  const outDir = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  const run = promisify(execFile);
  const report = (...args: readonly string[]) =>
    run(process.execPath, ['--test-reporter=tap', path.join(outDir, 'song.js'), ...args]);

  beforeAll(() => bundleForNode(fileURLToPath(new URL('node-scripts', import.meta.url)), outDir));
  afterAll(() => rmSync(outDir, { recursive: true }));

  it('passes a complete adapter, and skips what is not given', async () => {
    const { stdout } = await report();
    expect(stdout).toContain('ok 2 - submit() sends one paid request\n');
    expect(stdout).toMatch(/^ok \d+ - find\(\) .* \(not tested: server\.find\.known is not given\) # SKIP$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
    expect(stdout).toMatch(/^# skipped 3$/m);
  });

  it('fails a wrong adapter, by the name of the requirement', async () => {
    const error: { stdout?: string } = await report('submit() sends one paid request').catch(caught => caught);
    expect(error.stdout).toContain('not ok 2 - submit() sends one paid request\n');
    expect(error.stdout).toContain('submit() sent 2 paid requests');
    expect(error.stdout).toMatch(/^# fail 1$/m);
  });
});
