import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runTests } from '../../scripts/mutants/detectors.mjs';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with one test file, of one test with this body, in which nothing waits for longer than 100 ms. */
function folderWith(body: string) {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'generation-lifecycle-'));
  folders.push(folder);
  symlinkSync(packages, path.join(folder, 'node_modules'), 'junction');
  mkdirSync(path.join(folder, 'test'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    path.join(folder, 'vitest.node.config.ts'),
    'export default { test: { expect: { poll: { timeout: 100 } } } };',
  );
  writeFileSync(
    path.join(folder, 'test/one.test.ts'),
    `import { expect, it, vi } from 'vitest';\nit('sees it', async () => { ${body} });`,
  );
  return folder;
}

describe('the verdict of a test file', () => {
  it.concurrent.each([
    { what: 'passes', body: 'expect(1).toBe(1);', kind: 'held' },
    { what: 'fails an assertion', body: 'expect(1).toBe(2);', kind: 'broken' },
    { what: 'polls in vain', body: 'await expect.poll(() => 1).toBe(2);', kind: 'timed-out' },
    { what: 'does not end', body: 'await new Promise(() => {});', kind: 'timed-out', testTimeoutMs: 2_000 },
    { what: 'throws', body: "throw new TypeError('no assertion');", kind: 'inconclusive' },
  ])('is $kind if its test $what', async ({ body, kind, testTimeoutMs }) => {
    const verdict = await runTests(folderWith(body), ['test/one.test.ts'], { testTimeoutMs });
    expect(verdict).toMatchObject({ kind });
  });

  it('is inconclusive if the file is missing', async () => {
    expect(await runTests(folderWith(''), ['test/one.test.ts', 'test/two.test.ts'])).toMatchObject({
      kind: 'inconclusive',
    });
  });

  it('is timed-out if the run does not end', async () => {
    expect(await runTests(folderWith('while (true);'), ['test/one.test.ts'], { timeoutMs: 3_000 })).toMatchObject({
      kind: 'timed-out',
    });
  });
});
